"""Crawls after the first, in virtual time: what they ask for, what a 304 is worth, that no change is missed."""

from contextlib import contextmanager
from datetime import date
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from random import Random

import pytest
from crawling import LISTING, Paper, Response, add_site, assert_sound, crawl, html, kept, rows, serve, set_clock
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from newsarchive.archive.revisits import MAX_TRIES
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import Finding, verify
from newsarchive.archive.warc import payload_digest
from newsarchive.demo import answering

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FIRST = "2021-01-13T20:15:00Z"
"""A quarter past three in the night of 14 January in Vietnam: the paper's twelfth article is of the 13th."""
NEXT = "2021-01-14T20:15:00Z"
LATER = "2021-01-16T20:15:00Z"


def at(folder, now, *options):
    """Crawl at a time."""
    return crawl(folder, *options, before=(set_clock, now))


def answers(folder, run):
    """Path and status of each answer of a run, in order."""
    found = rows(folder, "SELECT url, status FROM captures WHERE run_id = ? ORDER BY id", run["id"])
    return [("/" + row["url"].split("/", 3)[3], row["status"]) for row in found]


def due_next(paper):
    """The articles that have come to an age between the two nights: of 13 (1 day), 11 (3 days), 7 January (1 week)."""
    days = {date(2021, 1, day) for day in (13, 11, 7)}
    return [path for path in paper.order if paper.items[path].day in days]


@contextmanager
def serve_dated(paper, dates=(), moved=()):
    """Serve a paper that knows no ETag, but when some paths were changed (path → HTTP date). What has ``moved`` leads
    to the front page."""
    dates = dict(dates)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            answer = paper.handle(self.path)
            if self.path in moved:
                answer = Response(302, {"Location": "/"}, b"")
            changed = None if self.path in moved else dates.get(self.path)
            since = self.headers.get("If-Modified-Since")
            if changed and since and parsedate_to_datetime(changed) <= parsedate_to_datetime(since):
                answer = Response(304, {}, b"")
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if changed:
                self.send_header("Last-Modified", changed)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format, *args):
            pass

    with answering(Handler) as base:
        yield base


def test_a_second_crawl_asks_for_robots_the_newest_page_and_what_is_due(tmp_path):
    paper, log = Paper(12), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        assert at(tmp_path, FIRST).run["articles_new"] == 12
        before = kept(tmp_path, base)
        log.clear()
        done = at(tmp_path, NEXT)
        assert log == ["/robots.txt", LISTING, *due_next(paper)]
        assert (done.status, done.run["unchanged"], done.run["requests"]) == (0, 3, 5)
        assert kept(tmp_path, base) == before
    assert answers(tmp_path, done.run) == [
        ("/robots.txt", 404),
        (LISTING, 304),
        *((path, 304) for path in due_next(paper)),
    ]
    said = "looked at again: 1 (come to the age of 1 day), 1 (come to the age of 1 week), 1 (come to the age of 3 days)"
    assert said in done.run["detail"]
    seen = rows(tmp_path, "SELECT url FROM articles WHERE last_seen = ? ORDER BY id", NEXT)
    assert {row["url"].removeprefix(base) for row in seen} == set(due_next(paper))


def test_a_304_is_kept_as_what_it_is_and_stands_for_the_bytes_it_confirms(tmp_path):
    paper = Paper(12)
    with serve(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        at(tmp_path, NEXT)
    captures = rows(tmp_path, "SELECT * FROM captures WHERE status = 304 ORDER BY id")
    assert len(captures) == 4
    for capture in captures:
        (held,) = rows(tmp_path, "SELECT * FROM captures WHERE id = ?", capture["refers_to"])
        assert (held["url"], held["digest"]) == (capture["url"], capture["digest"])
    assert payload_digest(b"") not in {capture["digest"] for capture in captures}
    name = captures[0]["warc_file"]
    with (tmp_path / "warc" / name).open("rb") as file:
        revisits = [record.rec_headers for record in ArchiveIterator(file) if record.rec_type == "revisit"]
    about = next(about for about in revisits if about.get_header("WARC-Target-URI") == base + LISTING)
    assert about.get_header("WARC-Profile") == NOT_MODIFIED
    assert about.get_header("WARC-Refers-To-Target-URI") == f"{base}{LISTING}"
    assert about.get_header("WARC-Refers-To-Date") == FIRST
    with pytest.raises(SystemExit, match="0"):
        warcio(["check", str(tmp_path / "warc" / name)])
    assert_sound(tmp_path)
    assert [found for found in verify(tmp_path, workers=1) if isinstance(found, Finding)] == []


def test_what_changed_or_went_since_is_seen_when_it_is_due(tmp_path):
    paper = Paper(12)
    with serve(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        edited, gone, _ = due_next(paper)
        paper.edit(
            edited, paragraphs=["Bản đính chính: số hộ hiến đất là ba mươi hộ.", *paper.items[edited].paragraphs]
        )
        paper.edit(gone, answer=html("<h1>Không tìm thấy</h1>", 404))
        run = at(tmp_path, NEXT).run
        assert (run["changed"], run["gone"], run["unchanged"]) == (1, 1, 1)
        paper.edit(gone, answer=None)
        # The three days' age of the first, and the week's of the second.
        run = at(tmp_path, "2021-01-18T20:15:00Z").run
        states = rows(tmp_path, "SELECT state FROM articles WHERE url = ?", base + gone)
        assert states == [{"state": "live"}]
        assert (run["gone"], run["failed"]) == (0, 0)
    assert_sound(tmp_path)


def test_a_full_crawl_asks_for_everything_whole(tmp_path):
    paper = Paper(8)
    with serve(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        run = at(tmp_path, NEXT, "--full").run
    assert {status for path, status in answers(tmp_path, run) if path != "/robots.txt"} == {200}
    assert run["unchanged"] == 8


def test_a_site_that_says_nothing_to_compare_by_is_compared_by_its_bytes(tmp_path):
    paper = Paper(12)
    with serve_dated(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        run = at(tmp_path, NEXT).run
        assert (run["unchanged"], run["changed"]) == (3, 0)
    assert {status for _, status in answers(tmp_path, run)} == {200, 404}


def test_a_date_of_change_is_compared_too_and_a_page_of_another_is_not_taken_for_it(tmp_path):
    """The server knows no ETag; articles lead to the front page after a while, which is older than any of them."""
    paper, moved = Paper(12), []
    dates = dict.fromkeys(paper.items, "Wed, 13 Jan 2021 10:00:00 GMT")
    paper.others["/"] = html("<h1>Trang chủ</h1>")
    with serve_dated(paper, {**dates, "/": "Mon, 04 Jan 2021 00:00:00 GMT"}, moved) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        assert at(tmp_path, NEXT).run["unchanged"] == 3
        moved.append(paper.order[0])
        run = at(tmp_path, LATER).run
        assert (run["gone"], run["unchanged"]) == (1, 3)
        state = rows(tmp_path, "SELECT state FROM articles WHERE url = ?", base + paper.order[0])
        assert state == [{"state": "gone"}]
    assert_sound(tmp_path)
    assert [found for found in verify(tmp_path, workers=1) if isinstance(found, Finding)] == []


def test_a_page_whose_record_was_damaged_is_asked_for_whole(tmp_path):
    paper = Paper(12)
    with serve(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        path = due_next(paper)[0]
        (place,) = rows(tmp_path, "SELECT warc_file, warc_offset FROM captures WHERE url = ?", base + path)
        with (tmp_path / "warc" / place["warc_file"]).open("r+b") as file:
            file.seek(place["warc_offset"] + 200)
            file.write(b"\xff" * 40)
        run = at(tmp_path, NEXT).run
    assert (path, 200) in answers(tmp_path, run)
    assert run["unchanged"] == 3


@pytest.mark.parametrize("limit", [3, 6])
def test_an_unchanged_listing_page_leads_a_walk_on_that_was_cut(tmp_path, limit):
    paper, log = Paper(20), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST, "--limit", limit)
        run = at(tmp_path, FIRST).run
        assert run["articles_new"] == 20 - limit
        assert (LISTING, 304) in answers(tmp_path, run)
        log.clear()
        at(tmp_path, FIRST)
    assert log == ["/robots.txt", LISTING]


# Where a walk ends


def crawled(log, folder, now):
    """Crawl once more; the pages of the listing that were asked for, by number."""
    log.clear()
    done = at(folder, now)
    assert done.status == 0, done.err
    return done.run, [int(path.partition("trang=")[2] or 1) for path in log if path.startswith(LISTING)]


@pytest.fixture
def paper():
    return Paper(24)


@pytest.fixture
def log(tmp_path, paper):
    """The paths asked for; the paper was crawled once, long after its last article, so that none is due for its age."""
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        assert at(tmp_path, "2021-12-01T20:00:00Z").run["articles_new"] == 24
        yield log


@pytest.mark.parametrize("pinned", [1, 3, 4, 5])
def test_new_articles_are_found_behind_pinned_ones(tmp_path, paper, log, pinned):
    """Old ones that were put on top may fill the first page."""
    paper.order = paper.order[-pinned:] + paper.order[:-pinned]
    crawled(log, tmp_path, "2021-12-02T20:00:00Z")
    run, pages = crawled(log, tmp_path, "2021-12-03T20:00:00Z")
    # Where all of a page is older than what stood behind it, the page behind it is looked at.
    assert pages == list(range(1, 2 + pinned // 4))
    new = paper.print(2)
    paper.order = paper.order[2 : 2 + pinned] + new + paper.order[2 + pinned :]
    run, _ = crawled(log, tmp_path, "2021-12-04T20:00:00Z")
    assert run["articles_new"] == 2


def test_new_articles_are_found_behind_such_as_were_moved_up(tmp_path, paper, log):
    """The listing sorts by the day of change: old articles stand above a new one."""
    up = [paper.order[place] for place in (20, 9, 17, 6)]
    new = paper.print(1)
    rest = [path for path in paper.order if path not in up + new]
    paper.order = up + new + rest
    run, pages = crawled(log, tmp_path, "2021-12-02T20:00:00Z")
    assert (run["articles_new"], pages) == (1, [1, 2, 3])
    assert crawled(log, tmp_path, "2021-12-03T20:00:00Z")[1] == [1, 2]


def test_a_listing_that_is_never_sorted_does_not_make_every_crawl_a_walk_through_all_of_it(tmp_path, paper, log):
    for night in (2, 3, 4):
        Random(night).shuffle(paper.order)
        assert crawled(log, tmp_path, f"2021-12-0{night}T20:00:00Z")[1] == [1, 2, 3, 4]


def test_an_article_that_its_listing_calls_otherwise_is_looked_at_again(tmp_path, paper, log):
    path = paper.order[2]
    paper.edit(path, title="Đính chính: bà con khu phố góp sức làm con hẻm rộng hơn")
    run, pages = crawled(log, tmp_path, "2021-12-02T20:00:00Z")
    assert (run["changed"], run["unchanged"], pages) == (1, 0, [1, 2])
    assert "1 (its listing shows another title or day)" in run["detail"]
    run, pages = crawled(log, tmp_path, "2021-12-03T20:00:00Z")
    assert (run["changed"], run["unchanged"], pages) == (0, 0, [1])


@pytest.mark.parametrize("printed", ["({n} lượt xem)", "{n} phút trước"])
def test_a_number_beside_each_title_is_no_change(tmp_path, paper, log, printed):
    titles = {path: paper.items[path].title for path in paper.order}
    for night in (2, 3, 4):
        for n, path in enumerate(paper.order):
            paper.edit(path, title=f"{titles[path]} {printed.format(n=n * night)}", head="")
        run, pages = crawled(log, tmp_path, f"2021-12-0{night}T20:00:00Z")
        assert (run["changed"] + run["unchanged"], pages) == (0, [1])


def test_an_article_that_is_listed_though_it_was_gone_is_asked_for_again(tmp_path, paper, log):
    path = paper.order[1]
    paper.edit(path, title="Bà con khu phố góp sức làm con hẻm rộng hơn", answer=html("<h1>Không tìm thấy</h1>", 404))
    assert crawled(log, tmp_path, "2021-12-02T20:00:00Z")[0]["gone"] == 1
    paper.edit(path, answer=None)
    run, _ = crawled(log, tmp_path, "2021-12-03T20:00:00Z")
    assert "1 (a listing shows it, though it was gone)" in run["detail"]
    assert rows(tmp_path, "SELECT count(*) AS n FROM articles WHERE state = 'gone'") == [{"n": 0}]


def test_an_article_that_is_listed_and_gone_is_not_asked_for_for_ever(tmp_path, paper, log):
    path = paper.order[1]
    paper.edit(path, title="Bà con khu phố góp sức làm con hẻm rộng hơn", answer=html("<h1>Không tìm thấy</h1>", 404))
    asked = 0
    for night in range(2, 14):
        log.clear()
        at(tmp_path, f"2021-12-{night:02}T20:00:00Z")
        asked += path in log
    assert asked == 8


# Sitemaps and feeds


def sitemap(*addresses):
    """A sitemap, or an index of sitemaps, of (path, day of change)."""
    index = any(path.endswith(".xml") for path, _ in addresses)
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    shown = "".join(f"<{inner}><loc>{path}</loc><lastmod>{day}</lastmod></{inner}>" for path, day in addresses)
    return Response(200, {"Content-Type": "text/xml"}, f"<{outer}>{shown}</{outer}>".encode())


def test_a_sitemap_that_has_not_changed_since_it_was_read_is_not_read_again(tmp_path):
    paper, log = Paper(12), []
    paper.others["/sitemap.xml"] = sitemap(("/cu.xml", "2021-01-06"), ("/moi.xml", "2021-01-13T10:00:00+07:00"))
    paper.others["/cu.xml"] = sitemap(*((path, "2021-01-06") for path in paper.order[6:]))
    paper.others["/moi.xml"] = sitemap(*((path, "2021-01-13") for path in paper.order[:6]))
    with serve(paper, log=log) as base:
        add_site(tmp_path, base, listings=["/sitemap.xml"])
        at(tmp_path, "2021-12-01T20:00:00Z")
        log.clear()
        at(tmp_path, "2021-12-02T20:00:00Z")
        assert log == ["/robots.txt", "/sitemap.xml"]
        new, changed = paper.print(1)[0], paper.order[3]
        paper.edit(changed, title="Khu phố góp sức làm con hẻm thứ hai")
        days = {new: "2021-12-02T21:00:00Z", changed: "2021-12-02T22:00:00Z"}
        paper.others["/moi.xml"] = sitemap(*((path, days.get(path, "2021-01-13")) for path in paper.order[:7]))
        paper.others["/sitemap.xml"] = sitemap(("/cu.xml", "2021-01-06"), ("/moi.xml", "2021-12-02T22:00:00Z"))
        log.clear()
        run = at(tmp_path, "2021-12-03T20:00:00Z").run
    assert log == ["/robots.txt", "/sitemap.xml", "/moi.xml", new, changed]
    assert (run["articles_new"], run["changed"]) == (1, 1)


def test_a_sitemap_whose_last_reading_failed_is_read_again(tmp_path):
    paper, log, spoilt = Paper(6), [], {"/bai.xml"}
    paper.others["/sitemap.xml"] = sitemap(("/bai.xml", "2021-01-06"))
    paper.others["/bai.xml"] = sitemap(*((path, "2021-01-06") for path in paper.order))
    fault = lambda path: html("", 500) if path in spoilt else None  # noqa: E731
    with serve(paper, fault=fault, log=log) as base:
        add_site(tmp_path, base, listings=["/sitemap.xml"])
        at(tmp_path, "2021-12-01T20:00:00Z")
        spoilt.clear()
        assert at(tmp_path, "2021-12-02T20:00:00Z").run["articles_new"] == 6


def test_a_sitemap_that_calls_everything_changed_is_not_believed(tmp_path):
    paper, log = Paper(6), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base, listings=["/sitemap.xml"])
        for night in (1, 2, 3):
            now = f"2021-12-0{night}T20:00:00Z"
            paper.others["/sitemap.xml"] = sitemap(*((path, now) for path in paper.order))
            log.clear()
            at(tmp_path, now)
    assert log == ["/robots.txt", "/sitemap.xml"]


def test_an_unchanged_feed_is_answered_in_two_requests(tmp_path):
    paper, log = Paper(5), []
    entries = "".join(f"<item><title>{paper.items[p].title}</title><link>{p}</link></item>" for p in paper.order)
    paper.others["/rss"] = Response(
        200, {"Content-Type": "text/xml"}, f"<rss><channel>{entries}</channel></rss>".encode()
    )
    with serve(paper, log=log) as base:
        add_site(tmp_path, base, listings=["/rss"])
        assert at(tmp_path, "2021-12-01T20:00:00Z").run["articles_new"] == 5
        log.clear()
        run = at(tmp_path, "2021-12-02T20:00:00Z").run
    assert log == ["/robots.txt", "/rss"]
    assert ("/rss", 304) in answers(tmp_path, run)


# "Not found" with status 200


NOT_FOUND = html("<h1>Không tìm thấy trang bạn yêu cầu</h1>")


def test_a_known_article_whose_page_says_that_there_is_none_is_gone(tmp_path, paper, log):
    path = paper.order[1]
    paper.edit(path, title="Bà con khu phố góp sức làm con hẻm rộng hơn", answer=NOT_FOUND)
    log.clear()
    done = at(tmp_path, "2021-12-02T20:00:00Z")
    assert (done.status, done.run["gone"], done.run["failed"]) == (0, 1, 0)
    (article,) = rows(
        tmp_path,
        "SELECT a.state, a.title, c.status FROM articles a JOIN captures c ON c.id = a.gone_capture_id",
    )
    assert (article["state"], article["status"]) == ("gone", 200)
    assert article["title"].startswith("Khu phố 23")
    assert_sound(tmp_path)
    assert [found for found in verify(tmp_path, workers=1) if isinstance(found, Finding)] == []
    paper.edit(path, answer=None)
    at(tmp_path, "2021-12-03T20:00:00Z")
    assert rows(tmp_path, "SELECT count(*) AS n FROM articles WHERE state = 'gone'") == [{"n": 0}]


def test_an_address_that_was_never_an_article_and_says_that_there_is_none_is_refused_once(tmp_path, paper, log):
    path = paper.print(1)[0]
    paper.edit(path, answer=NOT_FOUND)
    asked, statuses = 0, []
    for night in range(2, 6):
        log.clear()
        done = at(tmp_path, f"2021-12-0{night}T20:00:00Z")
        statuses.append(done.status)
        asked += path in log
    assert (asked, statuses) == (1, [1, 0, 0, 0])
    (failure,) = rows(tmp_path, "SELECT stage, reason FROM failures")
    assert failure["stage"] == "validate"
    assert "says that it has no such page" in failure["reason"]
    paper.edit(path, answer=None)
    assert at(tmp_path, "2021-12-07T20:00:00Z", "--full").run["articles_new"] == 1


def test_a_page_under_maintenance_is_no_proof_that_an_article_is_gone(tmp_path, paper, log):
    path = paper.order[1]
    paper.edit(
        path,
        title="Bà con khu phố góp sức làm con hẻm rộng hơn",
        answer=html("<h1>Trang web đang được bảo trì</h1>"),
    )
    done = at(tmp_path, "2021-12-02T20:00:00Z")
    assert (done.status, done.run["gone"], done.run["failed"]) == (1, 0, 1)
    assert rows(tmp_path, "SELECT count(*) AS n FROM articles WHERE state = 'gone'") == [{"n": 0}]
    paper.edit(path, answer=None)
    assert at(tmp_path, "2021-12-03T20:00:00Z").status == 0


def test_an_article_whose_page_was_refused_for_long_is_asked_for_ever_more_seldom(tmp_path):
    """A site under maintenance for weeks is not asked for the same pages every night."""
    paper, log = Paper(12), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        path = paper.order[0]
        paper.edit(path, answer=html("<h1>Trang web đang được bảo trì</h1>"))
        nights = []
        for day in range(14, 31):
            log.clear()
            # Seconds after the crawl of the night before, or before it.
            at(tmp_path, f"2021-01-{day}T20:15:{day * 7 % 60:02}Z")
            nights += [day] * (path in log)
        assert nights == [14, 15, 17, 21, 29]
        paper.edit(path, answer=None)
        log.clear()
        run = at(tmp_path, "2021-02-14T20:15:00Z").run
    assert path in log
    assert run["failed"] == 0


def test_a_clock_that_ran_a_year_ahead_once_puts_no_revisit_off(tmp_path):
    asked = []
    for first in ("2022-01-13T20:15:00Z", FIRST):
        log, folder = [], tmp_path / first[:4]
        with serve(Paper(12), log=log) as base:
            add_site(folder, base)
            at(folder, first)
            at(folder, NEXT)
            log.clear()
            at(folder, LATER)
        asked.append(log)
    assert len(asked[1]) > 2
    assert asked[0] == asked[1]


def test_an_article_whose_page_failed_too_often_is_looked_at_again_at_its_next_age(tmp_path):
    paper = Paper(12)
    with serve(paper) as base:
        add_site(tmp_path, base)
        at(tmp_path, FIRST)
        path = paper.order[0]
        with Archive.create(tmp_path) as archive:
            failed = "UPDATE frontier SET state = 'failed', tries = ? WHERE url = ?"
            archive.connection.execute(failed, (MAX_TRIES, base + path))
        assert path not in {path for path, _ in answers(tmp_path, at(tmp_path, FIRST).run)}
        run = at(tmp_path, "2021-02-11T20:15:00Z").run
    assert path in {path for path, _ in answers(tmp_path, run)}
    assert "(come to the age of 4 weeks)" in run["detail"]
