"""Archives of several people made into one."""

import json
import shutil
from itertools import permutations

import pytest
from crawling import Paper, add_site, assert_sound, crawl, kept, rows, serve

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.merge import merge
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.archive.verify import Verified, verify
from newsarchive.archive.warc import measured


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """Three archives of one site: a first crawl; its copy, crawled on after changes; one begun later still."""
    folder, paper = tmp_path_factory.mktemp("archives"), Paper(6)
    first, second, third = (folder / name for name in ("một", "hai", "ba"))
    with serve(paper) as base:
        add_site(first, base)
        crawl(first)
        shutil.copytree(first, second)
        paper.edit(paper.order[0], title="Khu phố 6 đã làm xong đường hẻm số 106")
        paper.print(2)
        paper.items.pop(paper.order.pop())
        crawl(second, "--full")
        paper.edit(paper.order[2], paragraphs=["Bà con khu phố 6 mở hội mừng con đường mới vừa làm xong hôm qua."])
        add_site(third, base)
        crawl(third)
    return first, second, third


def contents(folder):
    """All that an archive holds, without numbers and file names."""
    everything = kept(folder)
    runs = {row["id"]: {k: v for k, v in row.items() if k != "id"} for row in rows(folder, "SELECT * FROM runs")}
    for table in ("sightings", "failures"):
        found = rows(folder, f"SELECT * FROM {table}")
        everything[table] = [{**row, "run_id": runs[row["run_id"]]} for row in found]
    everything["runs"] = list(runs.values())
    everything["captures"] = rows(folder, "SELECT url, fetched_at, status, digest, posted FROM captures")
    everything["files"] = rows(folder, "SELECT digest, length FROM warc_files")
    everything["readings"] = rows(
        folder,
        "SELECT a.url, c.url AS captured, c.fetched_at, r.extractor, r.content_hash FROM readings r"
        " JOIN articles a ON a.id = r.article_id JOIN captures c ON c.id = r.capture_id",
    )
    return {name: sorted(json.dumps(row, sort_keys=True) for row in found) for name, found in everything.items()}


@pytest.fixture(scope="module")
def merged(archives, tmp_path_factory):
    folder = tmp_path_factory.mktemp("merged") / "data"
    for archive in archives:
        merge(folder, archive)
    return folder


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_the_order_of_merging_does_not_matter(archives, merged, tmp_path, order):
    for number in order:
        merge(tmp_path / "data", archives[number])
    assert contents(tmp_path / "data") == contents(merged)
    assert_sound(tmp_path / "data")


def test_a_merged_archive_holds_what_each_held_and_verifies(archives, merged):
    found = list(verify(merged, workers=1))
    assert [f for f in found if not isinstance(f, Verified)] == []
    whole = contents(merged)
    for archive in archives:
        for table in ("captures", "readings", "sightings", "files"):
            assert set(contents(archive)[table]) <= set(whole[table])
    states = {row["state"] for row in rows(merged, "SELECT state FROM articles")}
    assert states == {"live", "gone"}
    assert len(rows(merged, "SELECT * FROM articles")) == 8
    causes = rows(merged, "SELECT cause FROM versions WHERE number > 1")
    assert causes == [{"cause": "site"}, {"cause": "site"}]


def test_merging_twice_is_as_once(archives, merged, tmp_path):
    folder = shutil.copytree(merged, tmp_path / "data")
    for archive in (*archives, merged):
        again = merge(folder, archive)
        assert (again.articles, again.versions, again.captures, again.files) == (0, 0, 0, 0)
    assert contents(folder) == contents(merged)


def test_merging_groups_first_makes_no_difference(archives, merged, tmp_path):
    first, second, third = archives
    merge(tmp_path / "nhóm", second)
    merge(tmp_path / "nhóm", third)
    merge(tmp_path / "data", first)
    merge(tmp_path / "data", tmp_path / "nhóm")
    assert contents(tmp_path / "data") == contents(merged)


def test_into_an_empty_archive_all_comes_and_a_crawl_goes_on(archives, tmp_path):
    folder = tmp_path / "data"
    done = merge(folder, archives[0])
    assert (done.articles, done.versions, done.files) == (6, 6, 1)
    assert contents(folder) == contents(archives[0])
    assert (folder / "sites" / "sen-hong.toml").read_bytes() == (archives[0] / "sites" / "sen-hong.toml").read_bytes()


def grown(archive, folder, number):
    """A copy of an archive whose WARC file has one of its own records once more at its end, listed anew."""
    shutil.copytree(archive, folder)
    (file,) = rows(folder, "SELECT name FROM warc_files")
    path = folder / "warc" / file["name"]
    (record,) = rows(folder, "SELECT * FROM captures ORDER BY id LIMIT 1 OFFSET ?", number)
    data = path.read_bytes()
    path.write_bytes(data + data[record["warc_offset"] : record["warc_offset"] + record["warc_length"]])
    with Archive.create(folder) as opened:
        opened.keep_warc_file(measured(path, file["name"]))
    return folder


def test_two_files_of_one_name_are_both_kept(archives, tmp_path):
    folder = tmp_path / "data"
    others = [grown(archives[0], tmp_path / str(number), number) for number in (1, 2)]
    for _ in range(2):
        for other in others:
            merge(folder, other)
    assert len(list((folder / "warc").rglob("*.warc.gz"))) == 2
    assert [f for f in verify(folder, workers=1) if not isinstance(f, Verified)] == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_file_that_was_brought_before_its_end_is_the_same_file(archives, tmp_path, order):
    folder, others = tmp_path / "data", (archives[0], grown(archives[0], tmp_path / "khác", 1))
    for number in order:
        merge(folder, others[number])
    (path,) = (folder / "warc").rglob("*.warc.gz")
    (theirs,) = (others[1] / "warc").rglob("*.warc.gz")
    assert path.read_bytes() == theirs.read_bytes()
    assert len(rows(folder, "SELECT * FROM captures")) == len(rows(archives[0], "SELECT * FROM captures"))
    assert [f for f in verify(folder, workers=1) if not isinstance(f, Verified)] == []


def test_an_archive_that_is_being_written_is_left_for_later(archives, tmp_path):
    other = shutil.copytree(archives[0], tmp_path / "khác")
    for held in (other, tmp_path / "data"):
        Archive.create(held).close()
        lock = SiteLock(held, "sen-hong")
        with pytest.raises(SiteBusyError, match="sen-hong"):
            merge(tmp_path / "data", other)
        lock.release()
    assert merge(tmp_path / "data", other).articles == 6


def test_an_archive_is_not_merged_into_itself(archives):
    with pytest.raises(ArchiveError, match="the archive itself"):
        merge(archives[0], archives[0])


def test_a_lost_file_is_named_and_nothing_is_merged(archives, tmp_path):
    other = shutil.copytree(archives[0], tmp_path / "khác")
    (path,) = (other / "warc").rglob("*.warc.gz")
    path.unlink()
    with pytest.raises(ArchiveError, match=r"warc\.gz: cannot be read .*nothing was merged"):
        merge(tmp_path / "data", other)
    assert rows(tmp_path / "data", "SELECT * FROM articles") == []


def test_a_damaged_file_is_taken_as_it_is_and_told(archives, tmp_path):
    other = shutil.copytree(archives[0], tmp_path / "khác")
    (path,) = (other / "warc").rglob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = merge(tmp_path / "data", other)
    assert "damaged; copied as it is" in done.notes[0]
    assert {f.severity for f in verify(tmp_path / "data", workers=1) if not isinstance(f, Verified)} == {"damage"}


def test_a_profile_that_is_another_is_kept_and_told(archives, tmp_path):
    other = shutil.copytree(archives[0], tmp_path / "khác")
    profile = other / "sites" / "sen-hong.toml"
    merge(tmp_path / "data", archives[0])
    profile.write_text(profile.read_text(encoding="utf-8") + "concurrency = 2\n", encoding="utf-8")
    assert "kept as it is" in merge(tmp_path / "data", other).notes[0]
