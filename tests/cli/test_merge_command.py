"""``newsarchive merge`` as a person runs it."""

from archives import keep

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive


def other(folder, *titles):
    with Archive.create(folder) as archive:
        for title in titles:
            keep(archive, title)
        archive.connection.execute("UPDATE captures SET warc_file = 'song-trang/a.warc.gz'")
    (folder / "warc" / "song-trang").mkdir()
    (folder / "warc" / "song-trang" / "a.warc.gz").write_bytes(b"x")
    return folder


def test_what_came_is_counted(run, tmp_path):
    first = other(tmp_path / "chị Lan", "Gặt lúa", "Làm đường")
    result = run("merge", first)
    assert (result.status, result.out) == (0, "")
    assert result.err == f"{first}: 2 articles, 2 versions, 2 captures and 1 WARC files were not here yet\n"
    assert "0 articles, 0 versions" in run("merge", first).err
    assert len(run("search", "lúa", "--json").json) == 1


def test_no_archive_and_one_at_work_have_their_exit_statuses(run, tmp_path):
    result = run("merge", tmp_path / "không có")
    assert result.status == 2
    assert "no archive here yet" in result.err
    busy = other(tmp_path / "anh Ba", "Gặt lúa")
    lock = SiteLock(busy, "song-trang")
    result = run("merge", busy)
    lock.release()
    assert result.status == 4
    assert "a run is at work there on song-trang" in result.err


def test_a_note_is_told_and_changes_the_exit_status(run, tmp_path, folder):
    first = other(tmp_path / "chị Lan", "Gặt lúa")
    (first / "sites" / "song-trang.toml").write_text("a", encoding="utf-8")
    run("merge", first)
    (folder / "sites" / "song-trang.toml").write_text("b", encoding="utf-8")
    result = run("merge", first)
    assert result.status == 1
    assert "kept as it is" in result.err


def test_only_the_sites_that_are_named_come(run, tmp_path):
    first = other(tmp_path / "chị Lan", "Gặt lúa")
    with Archive.create(first) as archive:
        keep(archive, "Làm đường", site="sen-hong")
        archive.connection.execute("UPDATE captures SET warc_file = 'sen-hong/b.warc.gz' WHERE url LIKE '%hong%'")
    (first / "warc" / "sen-hong").mkdir()
    (first / "warc" / "sen-hong" / "b.warc.gz").write_bytes(b"y")
    result = run("merge", first, "--site", "sen-hong", "--site", "sen-vang")
    assert result.status == 1
    assert "1 articles, 1 versions, 1 captures and 1 WARC files" in result.err
    assert "has no site 'sen-vang'" in result.err
    assert [found["title"] for found in run("search", "đường OR lúa", "--json").json] == ["Làm đường"]
