"""What ``verify`` finds: every byte that is not what it was, and nothing where all is well."""

import random
import sqlite3
from contextlib import closing

import pytest
from crawling import Paper, add_site, crawl, serve

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import DAMAGE, NOTE, Verified, verify


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """An archive of two runs: the second holds revisit records, and an article is gone."""
    folder, paper = tmp_path_factory.mktemp("crawled"), Paper(3, page_size=2)
    with serve(paper) as base:
        add_site(folder, base)
        crawl(folder)
        paper.edit(paper.order[0], title="Khu phố 3 đã làm xong đường hẻm số 103")
        paper.items.pop(paper.order.pop())
        crawl(folder, "--full")
    return folder


@pytest.fixture
def folder(crawled, tmp_path):
    """A copy of it that a test may damage."""
    import shutil

    return shutil.copytree(crawled, tmp_path / "data")


def findings(folder, **options):
    return [found for found in verify(folder, workers=1, **options) if not isinstance(found, Verified)]


def damages(folder):
    return [(f.kind, f.name, f.problem) for f in findings(folder) if f.severity == DAMAGE]


def warcs(folder):
    return sorted((folder / "warc").rglob("*.warc.gz"))


def change(folder, sql, *values):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute(sql, values).rowcount
        db.commit()


def test_a_sound_archive_has_no_findings_and_is_counted(crawled):
    *found, seen = verify(crawled, workers=2)
    assert found == []
    with Archive.read(crawled) as archive:
        (captures,) = archive.row("SELECT count(*) FROM captures")
    assert (seen.captures, seen.files, seen.articles) == (captures, 2, 3)
    assert seen.bytes == sum(path.stat().st_size for path in warcs(crawled))


def test_a_flip_of_any_byte_of_a_warc_file_is_found(folder):
    chance = random.Random(1)
    for path in warcs(folder):
        whole = path.read_bytes()
        for place in chance.sample(range(len(whole)), 100):
            data = bytearray(whole)
            data[place] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
            found = damages(folder)
            assert ("file", f"warc/{path.relative_to(folder / 'warc')}") in [f[:2] for f in found], place
        path.write_bytes(whole)
    assert findings(folder) == []


def test_what_lies_in_a_damaged_file_is_told_capture_by_capture(folder):
    with Archive.read(folder) as archive:
        row = archive.row("SELECT * FROM captures WHERE media_type = 'text/html' ORDER BY id DESC")
        url, name, place = row["url"], row["warc_file"], row["warc_offset"]
    path = folder / "warc" / name
    data = bytearray(path.read_bytes())
    data[place + 100] ^= 255
    path.write_bytes(data)
    captures = [found for found in damages(folder) if found[0] == "capture"]
    assert [found[1].split(" of ")[0] for found in captures] == [url]
    assert f"{name} at byte {place}" in captures[0][2]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda path: path.unlink(), "cannot be read (No such file or directory)"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes long, not"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "bytes long, not"),
        (lambda path: path.write_bytes(b""), "0 bytes long"),
    ],
)
def test_a_file_that_is_gone_cut_or_grown_is_named(folder, damage, problem):
    path = warcs(folder)[0]
    damage(path)
    (found,) = [f for f in damages(folder) if f[0] == "file"]
    assert found[1] == f"warc/{path.relative_to(folder / 'warc')}"
    assert problem in found[2]


@pytest.mark.parametrize(
    ("sql", "kind", "problem"),
    [
        ("UPDATE articles SET title = 'Khác' WHERE id = 2", "article", "not what was read"),
        ("UPDATE articles SET byline = 'Ai đó' WHERE id = 2", "article", "not what was read"),
        ("UPDATE articles SET body = body || '.' WHERE id = 2", "article", "not what was read"),
        ("DELETE FROM versions WHERE article_id = 2", "article", "it has no version"),
        ("UPDATE versions SET content_hash = 'x' WHERE article_id = 2", "article", "its last version says"),
        ("UPDATE versions SET capture_id = 999 WHERE article_id = 2", "database", "points at no row of captures"),
        ("UPDATE captures SET digest = 'sha256:0' WHERE id = 2", "capture", "digest differs"),
        ("UPDATE captures SET status = 500 WHERE id = 2", "capture", "the record says HTTP 200"),
        ("UPDATE captures SET url = 'http://khac.example/' WHERE id = 2", "capture", "of another capture"),
        ("UPDATE captures SET warc_offset = 1 WHERE id = 2", "capture", "cannot be read"),
        ("UPDATE captures SET warc_file = '../../x.warc.gz' WHERE id = 2", "capture", "outside the archive"),
        ("UPDATE captures SET refers_to = 1 WHERE id = 2", "capture", "other bytes, or none"),
        ("UPDATE warc_files SET digest = 'sha256:0'", "file", "digest differs"),
    ],
)
def test_a_row_that_is_not_what_was_captured_is_named(folder, sql, kind, problem):
    change(folder, sql)
    assert (kind, True) in [(f[0], problem in f[2]) for f in damages(folder)]


def test_a_damaged_database_is_named(folder):
    path = folder / "news.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\x55" * (len(data) - len(data) // 2)
    path.write_bytes(data)
    assert ("database", str(path)) in [found[:2] for found in damages(folder)]


def test_a_file_that_nothing_lists_is_no_damage_but_told(folder):
    (folder / "warc" / "khac").mkdir()
    for name in ("khac/khac.warc.gz", "sen-hong/sen-hong-1.warc.gz"):
        (folder / "warc" / name).write_bytes(b"x")
    found = findings(folder)
    assert {f.severity for f in found} == {NOTE}
    assert [f.name for f in found] == ["warc/khac/khac.warc.gz", "warc/sen-hong/sen-hong-1.warc.gz"]
    assert "import warc" in found[0].problem
    assert "crawl sen-hong" in found[1].problem
    lock = SiteLock(folder, "sen-hong")
    assert [f.name for f in findings(folder)] == ["warc/khac/khac.warc.gz"]  # the other is being written
    lock.release()
