"""Opening an archive, and what one transaction keeps."""

import json
import os
import sqlite3
import tempfile
import threading
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.schema import APPLICATION_ID, migrations
from newsarchive.archive.store import Archive, ArchiveError, archive_folder
from newsarchive.items import NOTICE, RELATED, Article, Capture, Image, Link, Listing, ListingEntry

URL = "http://sen-hong.example.vn/tin/1.html"


def database(folder):
    return closing(sqlite3.connect(folder / "news.db"))


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path) as archive:
        archive.keep_site("sen-hong", title="Quận Sen Hồng")
        yield archive


def visit(archive, day=1):
    capture = Capture(0, URL, f"2020-11-{day:02}T02:00:00Z", 200, "text/html", "sha256:0", "x.warc.gz", day, 9)
    capture.id = archive.keep_capture(capture, None)
    return capture


def article(**fields):
    return Article(**{"url": URL, "title": "Khu phố 4 góp sức làm đường", "body": "Bà con cùng làm.", **fields})


def keep(archive, day=1, site="sen-hong", **fields):
    return archive.keep_article(article(**fields), site=site, capture=visit(archive, day))


# Opening


def test_an_archive_is_made_where_there_is_none(tmp_path):
    folder = tmp_path / "mới" / "lưu trữ"
    Archive.create(folder).close()
    assert {"news.db", "warc", "sites"} <= {path.name for path in folder.iterdir()}
    with Archive.read(folder) as archive:
        assert archive.rows("SELECT * FROM articles") == []


def test_reading_changes_nothing_and_cannot(tmp_path):
    Archive.create(tmp_path).close()
    before = (tmp_path / "news.db").read_bytes()
    with Archive.read(tmp_path) as archive, pytest.raises(sqlite3.OperationalError, match="readonly"):
        archive.connection.execute("DELETE FROM articles")
    assert (tmp_path / "news.db").read_bytes() == before


def test_reading_where_there_is_no_archive_says_what_to_do(tmp_path):
    with pytest.raises(ArchiveError, match=r"news\.db: no archive here yet; run `newsarchive crawl SITE`"):
        Archive.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["folder", "warc", "locks"])
def test_a_file_in_the_folders_place_is_told(tmp_path, place):
    folder = tmp_path / "data"
    if place != "folder":
        folder.mkdir()
    (folder if place == "folder" else folder / place).write_text("")
    with pytest.raises(ArchiveError, match=r"the archive cannot be made there .*--archive"):
        Archive.create(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("what", ["", "news.db"])
def test_an_archive_that_may_not_be_written_is_told(tmp_path, what):
    Archive.create(tmp_path).close()
    (tmp_path / what).chmod(0o500 if not what else 0o400)
    try:
        with pytest.raises(ArchiveError, match="not writable"):
            Archive.create(tmp_path)
    finally:
        (tmp_path / what).chmod(0o700)


@pytest.mark.parametrize("opened", [Archive.create, Archive.read])
def test_a_database_that_is_not_ours_is_left_as_it_is(tmp_path, opened):
    with database(tmp_path) as db:
        db.execute("CREATE TABLE nhat_ky (viec TEXT)")
        db.execute("INSERT INTO nhat_ky VALUES ('mua giấy')")
        db.commit()
    before = (tmp_path / "news.db").read_bytes()
    with pytest.raises(ArchiveError, match="a database, but not one of newsarchive's; nothing was changed"):
        opened(tmp_path)
    assert (tmp_path / "news.db").read_bytes() == before


@pytest.mark.parametrize("opened", [Archive.create, Archive.read])
@pytest.mark.parametrize(
    "content", [b"Day khong phai la co so du lieu\n" * 200, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path, opened, content):
    (tmp_path / "news.db").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"news\.db: (not a newsarchive database|cannot be used now)"):
        opened(tmp_path)
    assert (tmp_path / "news.db").read_bytes() == content


def test_an_empty_file_becomes_an_archive_but_is_none_to_read(tmp_path):
    (tmp_path / "news.db").touch()
    with pytest.raises(ArchiveError, match="not one of newsarchive's"):
        Archive.read(tmp_path)
    Archive.create(tmp_path).close()
    Archive.read(tmp_path).close()


def test_a_database_made_by_a_newer_version_is_refused(tmp_path):
    Archive.create(tmp_path).close()
    with database(tmp_path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('newsarchive', 'tomorrow', '2030')"
        )
        db.commit()
    with pytest.raises(ArchiveError, match=r"made by a newer newsarchive .*'tomorrow'.*upgrade the program"):
        Archive.create(tmp_path)


@pytest.mark.parametrize("version", list(migrations)[1:])
def test_an_archive_made_by_an_earlier_version_opens_in_this_one(tmp_path, version):
    with database(tmp_path) as db:
        migrations.as_sqlite_utils().apply(Database(db), stop_before=version)
        db.executescript(
            f"""PRAGMA application_id = {APPLICATION_ID};
            INSERT INTO sites (name, title) VALUES ('sen-hong', 'Quận Sen Hồng');
            INSERT INTO captures
                (id, url, fetched_at, status, media_type, digest, warc_file, warc_offset, warc_length)
            VALUES (1, '{URL}', '2020-11-01T02:00:00Z', 200, 'text/html', 'sha256:0', 'x', 0, 9);
            INSERT INTO articles (id, site, url, title, body, first_seen, last_seen, last_changed, content_hash,
                extractor, field_sources, capture_id)
            VALUES (1, 'sen-hong', '{URL}', 'Khu phố 4 góp sức làm đường', 'Bà con.', '2020', '2020', '2020', '', '',
                '{{}}', 1);
            INSERT INTO versions (article_id, number, seen_at, cause, title, body, content_hash, capture_id)
            VALUES (1, 1, '2020-11-01T02:00:00Z', 'site', 'Khu phố 4 góp sức làm đường', 'Bà con.', '', 1)"""
        )
    with Archive.read(tmp_path) as archive:
        found = archive.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'gop suc'")
        assert [row[0] for row in found] == [1]
        assert archive.capture(1).refers_to is None
        assert [tuple(row) for row in archive.rows("SELECT number, source, extractor FROM versions")] == [(1, None, "")]


def test_the_folder_is_the_options_then_the_environments_then_data(monkeypatch):
    monkeypatch.delenv("NEWSARCHIVE_DIR", raising=False)
    assert str(archive_folder()) == "data"
    monkeypatch.setenv("NEWSARCHIVE_DIR", "/kho")
    assert str(archive_folder()) == "/kho"
    assert str(archive_folder("/khác")) == "/khác"


# Transactions


def test_a_transaction_is_kept_whole_or_not_at_all(archive):
    def half():
        with archive.transaction():
            keep(archive)
            archive.mark_gone(1, visit(archive, 2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    for table in ("articles", "captures", "versions"):
        assert archive.rows(f"SELECT * FROM {table}") == []


def test_two_writers_wait_for_each_other(archive, tmp_path):
    wrote = []

    def write():
        with Archive.create(tmp_path) as other, other.transaction():
            other.keep_site("khac", title="Khác")
            wrote.append(other.row("SELECT count(*) FROM articles")[0])

    with archive.transaction():
        thread = threading.Thread(target=write)
        thread.start()
        keep(archive)
        assert wrote == []
    thread.join()
    assert wrote == [1]


def test_a_site_is_held_by_one_run_at_a_time(archive, tmp_path):
    first = SiteLock(tmp_path, "sen-hong")
    with pytest.raises(SiteBusyError, match=rf"sen-hong: another run is at work .*process {os.getpid()}\)"):
        SiteLock(tmp_path, "sen-hong")
    SiteLock(tmp_path, "khac").release()
    first.release()
    first.release()
    SiteLock(tmp_path, "sen-hong").release()


def test_a_lock_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(ArchiveError, match=r"sen-hong\.lock: cannot be opened"):
        SiteLock(tmp_path, "sen-hong")


# What is kept of an article


def test_an_article_is_new_then_unchanged_then_changed(archive):
    assert keep(archive, 1) == (1, "new")
    assert keep(archive, 2) == (1, "unchanged")
    assert keep(archive, 3, body="Bà con cùng làm, cùng giữ.") == (1, "changed")
    row = archive.row("SELECT * FROM articles")
    assert [row[name][8:10] for name in ("first_seen", "last_seen", "last_changed")] == ["01", "03", "03"]
    versions = archive.rows("SELECT number, seen_at, body, capture_id FROM versions ORDER BY number")
    assert [(v["number"], v["seen_at"][8:10], v["capture_id"]) for v in versions] == [(1, "01", 1), (2, "03", 3)]


@pytest.mark.parametrize("missing", ["title", "body"])
def test_an_article_without_title_or_body_is_not_taken(archive, missing):
    with pytest.raises(ValueError, match="an article needs a title and a body"):
        keep(archive, **{missing: None})


def test_bounds_that_move_with_the_visit_are_no_change(archive):
    keep(archive, 1, date="2020-10-08/2020-11-01", date_source="bounds")
    assert keep(archive, 2, date="2020-10-08/2020-11-02", date_source="bounds")[1] == "unchanged"
    assert keep(archive, 3, date="2020-10-09", date_source="article")[1] == "changed"


def test_pictures_and_links_are_those_of_the_last_visit(archive):
    links = [Link(RELATED, "http://x/a", "A"), Link(RELATED, "http://x/b", "B"), Link(NOTICE, "http://x/c")]
    keep(archive, 1, images=[Image("http://x/1.jpg", "Ảnh một", "Minh Thư"), Image("http://x/2.jpg")], links=links)
    keep(archive, 2, images=[Image("http://x/2.jpg", "Ảnh hai")], links=links[1:])
    assert [tuple(r) for r in archive.rows("SELECT * FROM images")] == [(1, 1, "http://x/2.jpg", "Ảnh hai", None)]
    found = archive.rows("SELECT position, kind, url, title FROM links ORDER BY position")
    assert [tuple(row) for row in found] == [(1, RELATED, "http://x/b", "B"), (2, NOTICE, "http://x/c", None)]


def test_what_is_read_as_before_is_not_indexed_again(archive):
    """Taking an article out of the full-text tables and putting it back costs more than all else of keeping it."""
    said = {"images": [Image("http://x/a.jpg", "Ảnh 1")], "links": [Link(RELATED, "http://x/b", "Tin khác")]}

    def index():
        return [archive.rows(f"SELECT id, block FROM {table}_data") for table in ("articles_fts", "articles_fts_exact")]

    keep(archive, 1, **said)
    before, links = index(), archive.rows("SELECT rowid, * FROM links")
    assert keep(archive, 2, **said)[1] == "unchanged"
    assert index() == before
    assert archive.rows("SELECT rowid, * FROM links") == links
    assert archive.row("SELECT last_seen FROM articles")[0].startswith("2020-11-02")
    keep(archive, 3, **said, byline="Hoài Nam")
    assert index() != before


def test_a_link_finds_its_article_whichever_comes_first(archive):
    other = "http://sen-hong.example.vn/tin/2.html"
    keep(archive, 1, links=[Link(RELATED, other.replace("http://", "https://www."))])
    assert archive.row("SELECT target_id FROM links")[0] is None
    keep(archive, 2, url=other, links=[Link(RELATED, URL)])
    assert [row[0] for row in archive.rows("SELECT target_id FROM links ORDER BY article_id")] == [2, 1]


def test_an_article_has_one_row_with_http_or_https_with_www_or_without(archive):
    for day, url in enumerate((URL, URL.replace("//", "//www."), URL.replace("http:", "https:")), 1):
        kept = article(url=url)
        outcome = archive.keep_article(kept, site="sen-hong", capture=visit(archive, day))
        assert outcome == (1, "new" if day == 1 else "unchanged")
        assert kept.url == URL


def test_an_article_that_is_gone_keeps_everything_and_may_come_back(archive):
    keep(archive, 1)
    proof = visit(archive, 2)
    archive.mark_gone(1, proof)
    row = archive.row("SELECT state, body, last_changed, gone_capture_id FROM articles")
    assert tuple(row) == ("gone", "Bà con cùng làm.", "2020-11-02T02:00:00Z", proof.id)
    keep(archive, 3)
    assert tuple(archive.row("SELECT state, gone_capture_id FROM articles")) == ("live", None)
    archive.mark_gone(1, proof)
    assert archive.row("SELECT state FROM articles")[0] == "live"  # it was seen since


def test_an_article_that_is_gone_stays_so_when_its_captures_are_read_anew(archive):
    first = visit(archive, 1)
    archive.keep_article(article(), site="sen-hong", capture=first)
    archive.mark_gone(1, visit(archive, 2))
    anew = article(body="Bà con cùng làm đường.", extractor="newsarchive/2")
    archive.keep_article(anew, site="sen-hong", capture=first, read_at="2021-01-01T00:00:00Z")
    row = archive.row("SELECT state, body, last_changed FROM articles")
    assert tuple(row) == ("gone", "Bà con cùng làm đường.", "2020-11-02T02:00:00Z")


def versions(archive):
    sql = "SELECT number, seen_at, cause, body, capture_id FROM versions ORDER BY number"
    return [(row["number"], row["seen_at"][8:10], row["cause"], row["body"]) for row in archive.rows(sql)]


ORDERS = [list(order) for order in permutations([(1, "Một."), (3, "Hai."), (5, "Hai."), (7, "Ba.")])]


@pytest.mark.parametrize("visits", ORDERS)
def test_captures_in_any_order_make_the_same_versions_and_the_same_present(archive, visits):
    for day, body in visits:
        keep(archive, day, body=body)
    assert versions(archive) == [(1, "01", "site", "Một."), (2, "03", "site", "Hai."), (3, "07", "site", "Ba.")]
    row = archive.row("SELECT body, first_seen, last_seen, last_changed, capture_id FROM articles")
    assert tuple(row)[:4] == ("Ba.", "2020-11-01T02:00:00Z", "2020-11-07T02:00:00Z", "2020-11-07T02:00:00Z")
    assert archive.capture(row["capture_id"]).fetched_at == "2020-11-07T02:00:00Z"


def test_a_capture_read_anew_is_a_version_of_the_extractors_and_no_change_of_the_article(archive):
    keep(archive, 1, body="Một.")
    later = visit(archive, 5)
    archive.keep_article(article(body="Hai."), site="sen-hong", capture=later)
    anew = article(body="Hai và ba.", extractor="newsarchive/2")
    read_at = "2021-05-05T00:00:00Z"
    assert archive.keep_article(anew, site="sen-hong", capture=later, read_at=read_at) == (1, "changed")
    assert versions(archive) == [
        (1, "01", "site", "Một."),
        (2, "05", "site", "Hai."),
        (3, "05", "extractor", "Hai và ba."),
    ]
    row = archive.row("SELECT body, last_seen, last_changed, extractor FROM articles")
    assert tuple(row) == ("Hai và ba.", "2020-11-05T02:00:00Z", "2020-11-05T02:00:00Z", "newsarchive/2")


def test_a_version_keeps_all_that_it_is_judged_by(archive):
    keep(archive, 1, source="TTXVN", images=[Image("http://x/1.jpg", "Bà con"), Image("http://x/2.jpg", "Con đường")])
    row = archive.row("SELECT source, captions FROM versions")
    assert tuple(row) == ("TTXVN", "Bà con\nCon đường")


def test_text_that_is_no_unicode_is_mended_in_the_evidence(archive):
    keep(archive, field_sources={"byline": "tên \ud800 lạ"})
    assert json.loads(archive.row("SELECT field_sources FROM articles")[0])["byline"].startswith("tên ")


# What listings said


def listing(*rows, url="http://sen-hong.example.vn/tin", kind="listing"):
    entries = [ListingEntry(address, place, f"Tin {place}", day) for place, (address, day) in enumerate(rows)]
    return Listing(url, entries, kind=kind)


def start_run(archive):
    cursor = archive.connection.execute("INSERT INTO runs (site, started_at) VALUES ('sen-hong', '2020')")
    return cursor.lastrowid


def test_the_listings_evidence_is_the_day_printed_first_and_its_neighbours(archive):
    undated = (URL + "?u", None)
    one = listing((URL + "?a", "10/11/2020"), undated, (URL, None), (URL + "?v", None), (URL + "?b", "08/11/2020"))
    archive.keep_listing(one, site="sen-hong", run_id=start_run(archive))
    evidence = archive.listing_evidence(URL)
    assert (evidence.date_text, evidence.newer_text, evidence.older_text) == (None, "10/11/2020", "08/11/2020")
    two = listing((URL + "?c", "12/11/2020"), (URL, "09/11/2020"), kind="feed")
    archive.keep_listing(two, site="sen-hong", run_id=start_run(archive))
    evidence = archive.listing_evidence(URL)
    assert (evidence.date_text, evidence.newer_text, evidence.older_text) == ("09/11/2020", "12/11/2020", None)
    assert evidence.kind == "feed"
    three = listing((URL, "30/11/2020"))
    archive.keep_listing(three, site="sen-hong", run_id=start_run(archive))
    assert archive.listing_evidence(URL).date_text == "09/11/2020"
    assert archive.listing_evidence(URL.replace("http:", "https:")).date_text == "09/11/2020"


def test_no_listing_no_evidence(archive):
    assert archive.listing_evidence(URL) is None
    assert archive.listed_title(URL) is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_an_archive_on_a_medium_that_cannot_be_written_is_read(tmp_path):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "archive"
        Archive.create(folder).close()
        files = [Path(place), folder, *folder.rglob("*")]
        for path in files:
            path.chmod(0o555 if path.is_dir() else 0o444)
        nobody = 65534
        if root := os.geteuid() == 0:
            os.seteuid(nobody)
        try:
            assert not os.access(folder, os.W_OK, effective_ids=True)
            with Archive.read(folder) as archive:
                assert archive.rows("SELECT * FROM articles") == []
        finally:
            if root:
                os.seteuid(0)
            for path in files:
                path.chmod(0o755)
