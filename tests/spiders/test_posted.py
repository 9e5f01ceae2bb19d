"""Listings whose next page is asked for by posting a form: walked like others, and nothing else is ever posted."""

from urllib.parse import parse_qs

import pytest
from crawling import LISTING, Paper, Response, add_site, assert_sound, crawl, html, listing_page, rows
from warcio.archiveiterator import ArchiveIterator
from webforms import PAGERS, WebForms, serve


def urls(folder, base):
    return {row["url"].removeprefix(base) for row in rows(folder, "SELECT url FROM articles")}


def crawled(tmp_path, site, *options):
    """Crawl the site once; what it kept must be sound, and no post refused."""
    with serve(site) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, *options)
        kept = urls(tmp_path, base)
    return done, kept


@pytest.mark.parametrize("panel", [False, True], ids=["plain", "update-panel"])
@pytest.mark.parametrize("pager", PAGERS)
def test_every_page_is_reached_and_only_the_pager_is_posted(tmp_path, pager, panel):
    site = WebForms(Paper(30), pager, update_panel=panel)
    done, kept = crawled(tmp_path, site)
    assert (done.status, done.run["articles_new"], done.run["failed"]) == (0, 30, 0)
    assert kept == set(site.paper.order)
    assert (site.posted, site.refused) == ([2, 3, 4, 5, 6, 7, 8], [])
    assert_sound(tmp_path)


def test_an_unchanged_site_is_posted_nothing(tmp_path):
    site = WebForms(Paper(12))
    with serve(site) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        site.posted.clear()
        site.log.clear()
        assert crawl(tmp_path).run["articles_new"] == 0
        assert site.log == [("GET", "/robots.txt"), ("GET", LISTING)]
        site.paper.print(6)
        assert crawl(tmp_path).run["articles_new"] == 6
    # The third page shows nothing new.
    assert site.posted == [2, 3]


@pytest.mark.parametrize("printed", [0, 5])
def test_a_walk_that_ended_among_posted_pages_sets_out_again_from_the_first(tmp_path, printed):
    site = WebForms(Paper(30), "datapager")
    with serve(site) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path, "--limit", 10).status == 0
        assert site.posted == [2, 3]
        site.paper.print(printed)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"]) == (0, 20 + printed)
        assert urls(tmp_path, base) == set(site.paper.order)
        site.posted.clear()
        crawl(tmp_path)
        assert site.posted == []
        assert crawl(tmp_path, "--full").run["unchanged"] == 30 + printed
        assert site.posted == list(range(2, site.last + 1))
    assert site.refused == []


def test_a_post_that_is_answered_with_an_error_is_told_and_asked_again_by_the_next_crawl(tmp_path):
    broken = {3}
    site = WebForms(Paper(20), answer=lambda page: html("Lỗi", 500) if page in broken else None)
    with serve(site) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert (first.status, first.run["articles_new"], first.run["failed"]) == (1, 8, 1)
        (failure,) = rows(tmp_path, "SELECT url, stage, reason FROM failures")
        assert failure == {"url": f"{base}{LISTING}#page=3", "stage": "fetch", "reason": "HTTP 500"}
        site.paper.print(9)
        broken.clear()
        assert crawl(tmp_path).status == 0
        assert urls(tmp_path, base) == set(site.paper.order)
        assert rows(tmp_path, "SELECT url FROM frontier WHERE state IN ('todo', 'failed')") == []


def test_a_post_may_be_answered_by_a_redirect_to_an_address(tmp_path):
    site = WebForms(Paper(8), answer=lambda page: Response(303, {"Location": f"{LISTING}?trang={page}"}))
    second = f"{LISTING}?trang=2"
    site.paper.others[second] = html(listing_page([(path, site.paper.items[path]) for path in site.paper.order[4:]]))
    done, kept = crawled(tmp_path, site)
    assert (done.status, kept) == (0, set(site.paper.order))
    assert ("GET", second) in site.log


@pytest.mark.parametrize("answered", [1, 2, 3], ids=["the first page", "the second", "the third"])
def test_a_pager_without_an_end_or_in_a_circle_is_left_when_it_shows_nothing_new(tmp_path, answered):
    site = WebForms(Paper(16), "words")
    site.answer = lambda page: html(site.page(answered)) if page > answered else None
    done, _ = crawled(tmp_path, site)
    assert (done.status, done.run["articles_new"]) == (0, 4 * answered)
    assert len(site.posted) <= answered


def test_robots_txt_forbids_posts_as_it_does_other_requests(tmp_path):
    paper = Paper(8)
    paper.others["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /dang/")
    site = WebForms(paper)
    plain = site.page
    action = f'action=".{LISTING[LISTING.rindex("/") :]}"'
    site.page = lambda number: plain(number).replace(action, 'action="/dang/tin.aspx"')
    done, _ = crawled(tmp_path, site)
    assert (done.status, done.run["articles_new"], site.refused) == (1, 4, [])
    assert [(row["stage"]) for row in rows(tmp_path, "SELECT stage FROM failures")] == ["robots"]


def test_what_is_posted_is_kept_and_tells_the_captures_of_one_address_apart(tmp_path):
    site = WebForms(Paper(12), "gridview")
    crawled(tmp_path, site)
    sql = "SELECT url, posted, warc_file FROM captures WHERE url LIKE ? ORDER BY id"
    captures = rows(tmp_path, sql, f"%{LISTING}")
    assert [row["posted"] is None for row in captures] == [True, False, False]
    assert len({row["posted"] for row in captures}) == 3
    assert len({row["url"] for row in captures}) == 1
    posts = []
    with (tmp_path / "warc" / captures[0]["warc_file"]).open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            if record.rec_type == "request" and record.http_headers.protocol == "POST":
                body = record.content_stream().read()
                assert record.http_headers.get_header("Content-Length") == str(len(body))
                assert record.rec_headers.get_header("WARC-Target-URI") == captures[0]["url"]
                posts.append(parse_qs(body.decode())["__EVENTARGUMENT"])
    assert posts == [["Page$2"], ["Page$3"]]
    assert [row["listing_url"].rpartition("#")[2] for row in rows(tmp_path, _PLACES)] == ["page=2", "page=3"]


_PLACES = "SELECT DISTINCT listing_url FROM sightings WHERE listing_url LIKE '%#%' ORDER BY 1"
