"""The views that answer common questions: what they count, what they leave out, and that they read indexes only."""

import pytest
from archives import capture, keep

from newsarchive.archive.frontier import Frontier
from newsarchive.archive.store import Archive
from newsarchive.items import Listing, ListingEntry


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def table(archive, sql):
    return [tuple(row) for row in archive.rows(sql)]


def bounds(archive, article_id, earliest, latest):
    archive.connection.execute(
        "UPDATE articles SET date = 'x', date_earliest = ?, date_latest = ? WHERE id = ?",
        (earliest, latest, article_id),
    )


def visit(archive, at, *entries, site="song-trang", page="https://song-trang.example/tin"):
    run = archive.keep_visit(site, at, f"visit of {at}")
    shown = [ListingEntry(url, n, title, day) for n, (url, title, day) in enumerate(entries)]
    archive.keep_listing(Listing(page, shown), site=site, run_id=run)
    frontier = Frontier(archive, site, run)
    frontier.seen_at = at
    for url, *_ in entries:
        frontier.add(url, "article", found_on=page)
    return frontier


def test_articles_by_month_counts_a_month_only_where_the_date_lies_in_it(archive):
    keep(archive, "Một", date="2020-10-08", at="2020-11-01T00:00:00Z")
    keep(archive, "Hai", date="2020-10-31", at="2020-12-01T00:00:00Z")
    bounds(archive, keep(archive, "Tháng Mười"), "2020-10-01", "2020-10-31")
    bounds(archive, keep(archive, "Giữa hai tháng"), "2020-10-31", "2020-11-01")
    bounds(archive, keep(archive, "Không sau"), None, "2020-10-31")
    keep(archive, "Không ngày")
    keep(archive, "Nơi khác", site="lam-giang", date="2020-10-08")
    archive.connection.execute("UPDATE articles SET state = 'gone' WHERE id = 1")
    assert table(archive, "SELECT site, month, articles, gone FROM articles_by_month ORDER BY site, month") == [
        ("lam-giang", "2020-10", 1, 0),
        ("song-trang", None, 3, 0),
        ("song-trang", "2020-10", 3, 1),
    ]
    assert table(archive, "SELECT first_seen, last_seen FROM articles_by_month WHERE site || month LIKE 'song%'") == [
        ("2020-11-01T00:00:00Z", "2020-12-01T00:00:00Z")
    ]


def test_bylines_count_articles_sites_and_days(archive):
    keep(archive, "Một", date="2020-10-08", byline="Xuân Hạ")
    keep(archive, "Hai", date="2021-01-02", byline="Xuân Hạ", site="lam-giang")
    keep(archive, "Ba", byline="Thu Đông")
    keep(archive, "Bốn", date="2020-01-01")
    assert table(archive, "SELECT * FROM bylines ORDER BY articles DESC") == [
        ("Xuân Hạ", 2, 2, "2020-10-08", "2021-01-02"),
        ("Thu Đông", 1, 1, None, None),
    ]


def test_listings_tell_when_each_was_read_and_what_it_showed(archive):
    keep(archive, "Một", url="https://song-trang.example/1")
    visit(archive, "2020-11-01T00:00:00Z", ("https://song-trang.example/1", "Một", None))
    visit(
        archive,
        "2020-12-01T00:00:00Z",
        ("https://song-trang.example/2", "Hai", None),
        ("https://song-trang.example/1", "Một", None),
    )
    page = "https://song-trang.example/tin"
    seen = ("2020-11-01T00:00:00Z", "2020-12-01T00:00:00Z")
    assert table(archive, "SELECT * FROM listings") == [("song-trang", page, "listing", 2, 2, *seen)]
    archive.withhold(1, "theo yêu cầu")
    assert table(archive, "SELECT addresses, first_read FROM listings") == [(1, seen[1])]


def test_what_was_listed_and_is_not_kept_is_told_with_the_reason(archive):
    url = "https://song-trang.example/"
    keep(archive, "Có", url=url + "kept")
    frontier = visit(archive, "2020-11-01T00:00:00Z", (url + "bad", "Tên cũ", "8/10"))
    frontier = visit(
        archive,
        "2020-12-01T00:00:00Z",
        (url + "kept", "Có", None),
        (url + "todo", "Chưa đọc", "9/10"),
        (url + "bad", "Tên mới", "10/10"),
        (url + "gone", "Mất", None),
    )
    frontier.add(url + "related", "related", found_on=url)
    archive.keep_failure(run_id=frontier.run_id, url=url + "bad", stage="fetch", reason="HTTP 500")
    frontier.close(url + "bad", "failed")
    frontier.close(url + "gone", "gone")
    rows = table(archive, "SELECT url, title, date_text, state, reason, tried_at FROM listed_not_kept ORDER BY url")
    assert rows == [
        (url + "bad", "Tên mới", "10/10", "failed", "HTTP 500", "2020-12-01T00:00:00Z"),
        (url + "gone", "Mất", None, "gone", None, "2020-12-01T00:00:00Z"),
        (url + "todo", "Chưa đọc", "9/10", "todo", None, None),
    ]
    frontier.close(url + "bad", "reached", article_id=1)
    assert len(table(archive, "SELECT * FROM listed_not_kept")) == 2


def test_changes_set_a_version_beside_the_one_before(archive):
    url = "https://song-trang.example/1"
    keep(archive, "Tin", "Bài.", url=url, at="2020-11-01T00:00:00Z", captions=("Ảnh cũ",))
    keep(archive, "Tin mới", "Bài.", url=url, at="2020-12-01T00:00:00Z", captions=("Ảnh mới",), byline="Hạ")
    keep(archive, "Khác")
    assert table(archive, "SELECT * FROM changes") == [
        (
            1,
            "song-trang",
            url,
            2,
            "site",
            "2020-12-01T00:00:00Z",
            "2020-11-01T00:00:00Z",
            "title byline captions",
            "Tin mới",
            "Tin",
        )
    ]


def test_what_is_withheld_is_in_no_view(archive):
    url = "https://song-trang.example/1"
    keep(archive, "Tin", url=url, date="2020-10-08", byline="Hạ", at="2020-11-01T00:00:00Z")
    keep(archive, "Tin mới", url=url, date="2020-10-08", byline="Hạ", at="2020-12-01T00:00:00Z")
    visit(archive, "2020-12-01T00:00:00Z", (url, "Tin", None))
    views = ("articles_by_month", "bylines", "changes", "listings")
    assert all(table(archive, f"SELECT * FROM {view}") for view in views)
    archive.withhold(1, "theo yêu cầu")
    assert not any(table(archive, f"SELECT * FROM {view}") for view in (*views, "listed_not_kept"))
    archive.unwithhold(1)
    assert all(table(archive, f"SELECT * FROM {view}") for view in views)


@pytest.mark.parametrize("view", ["articles_by_month", "bylines", "listings", "listed_not_kept", "changes"])
def test_no_view_reads_the_articles_texts(archive, view):
    capture(archive, "https://song-trang.example/")
    plan = [row["detail"] for row in archive.rows(f"EXPLAIN QUERY PLAN SELECT * FROM {view}")]
    scans = [step for step in plan if step.startswith("SCAN ") and "INDEX" not in step]
    assert set(scans) <= {f"SCAN {view}", "SCAN withholdings", "SCAN s"}, plan
