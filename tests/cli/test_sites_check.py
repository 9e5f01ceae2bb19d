"""``sites check``: a profile tried now; what a site changed since it was crawled is told field by field."""

import json
import os
import re
import signal
import threading

import pytest
from crawling import LISTING, Paper, Response, Running, add_site, command, crawl, html, serve

from newsarchive.archive.locks import SiteLock


def check(folder, *options, site="sen-hong"):
    return command("--archive", folder, "sites", "check", site, *options)


@pytest.fixture
def paper():
    """A paper whose articles are signed, each by another."""
    names = ["Lê Thu Hà", "Trần Văn Nam", "Phạm Ngọc Ánh", "Võ Minh Đức", "Đỗ Quỳnh Chi", "Hồ Xuân Mai"]
    paper = Paper(12)
    for number, path in enumerate(paper.order):
        text = [*paper.items[path].paragraphs]
        text[-1] += f"</p><p style='text-align:right'><b>{names[number % 6]}</b>"
        paper.edit(path, paragraphs=text)
    return paper


def held(folder):
    """What an archive keeps, with its bytes; locks and SQLite's own files beside the database left out."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".db", ".gz", ".toml")
    }


def row(done, field):
    """The numbers of a field's line: found, missing, odd."""
    return tuple(map(int, re.search(rf"^{field} +(\d+) +(\d+) +(\d+)", done.out, flags=re.M).groups()))


def change_all(paper, change):
    """Let the site's pages be made otherwise."""
    for path in paper.order:
        paper.edit(path, answer=html(change(paper.handle(path).body.decode())))


def test_a_site_that_reads_well_needs_nobody(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        before = held(tmp_path)
        done = check(tmp_path)
    assert done.status == 0, done.out
    assert f"{base}{LISTING}: 4 articles, next page {base}{LISTING}?trang=2" in done.out
    assert "12 articles read" in done.out
    assert [row(done, name) for name in ("title", "date", "body", "byline")] == [(12, 0, 0)] * 4
    assert "All well." in done.out
    assert "crawl sen-hong" in done.out
    assert held(tmp_path) == before


def test_it_reads_so_many_articles_of_each_listing_in_turn(tmp_path, paper):
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base, listings=(LISTING, f"{LISTING}?trang=3"))
        done = check(tmp_path, "--limit", 4, "--json")
        found = json.loads(done.out)
        shown = [path.removeprefix(base) for path in found["fields"]["lead"]["missing"]]
    assert (done.status, found["articles"]) == (0, 4)
    assert sorted(shown) == sorted([*paper.order[:2], *paper.order[8:10]])
    assert len([path for path in log if path.startswith("/tin/")]) == 4


def test_a_layout_that_changed_since_the_crawl_is_told_field_by_field(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
        before = held(tmp_path)
        assert check(tmp_path).status == 0
        # The redesign prints neither day nor name, and shows an article's first paragraph only.
        day = re.compile(r'<div class="date">.*?</div>')
        rest = re.compile(r"(<p>.*?</p>).*?</div>", flags=re.S)
        change_all(paper, lambda page: rest.sub(r"\1</div>", day.sub("", page), count=1))
        paper.others.update({path: html(day.sub("", _listing(paper, path))) for path in _listings()})
        done = check(tmp_path)
    assert done.status == 1
    needs = done.out[done.out.index("Needs a person") :]
    assert "byline: found on 0 of 12 pages, and on 100% in the archive: has the layout changed?" in needs
    assert "date: odd on 12 of 12 pages" in needs
    assert "body: odd on 12 of 12 pages" in needs
    assert f"extract {base}/tin/" in needs
    assert f"{tmp_path}/sites/sen-hong.toml" in needs
    assert held(tmp_path) == before


def _listings():
    return [LISTING, f"{LISTING}?trang=2", f"{LISTING}?trang=3"]


def _listing(paper, path):
    return re.sub(r"<span>\(.*?\)</span>", "", paper.handle(path).body.decode())


def test_what_a_small_archive_has_and_the_pages_have_no_more_is_told_too(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, "--limit", 4)
        change_all(paper, lambda page: re.sub(r"<p style.*?</p>", "", page))
        done = check(tmp_path, "--limit", 4)
    assert done.status == 1
    assert "byline: missing on 4 of 4 pages of which the archive has it: has the layout changed?" in done.out
    assert "byline, missing, though the archive has it" in done.out
    assert row(done, "byline") == (0, 4, 0)


def test_the_pages_on_which_a_field_fails_are_named(tmp_path, paper):
    broken = paper.order[2]
    paper.edit(broken, answer=html("<html><head><title>Quận Sen Hồng</title></head><body><p>Lỗi</p></body></html>"))
    gone = paper.order[5]
    paper.edit(gone, answer=html("không có", 404))
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = check(tmp_path)
        found = json.loads(check(tmp_path, "--json").out)
    assert done.status == 1
    assert f"{base}{broken}" in done.out
    assert "1 of 12 pages failed" in done.out
    assert "1 of 12 pages are gone, though the listing shows them" in done.out
    assert [failure["url"] for failure in found["failures"]] == [base + broken]
    assert found["gone"] == [base + gone]
    assert len(found["needs"]) == 2


def test_what_is_the_same_on_all_pages_is_odd(tmp_path, paper):
    def same(page):
        page = re.sub(r"<h1>.*?</h1>", "<h1>Bản tin của quận Sen Hồng trong tuần</h1>", page)
        page = re.sub(r"<title>.*?</title>", "", page)
        return re.sub(r"<b>[^<]*</b>", "<b>Văn Ba</b>", re.sub(r'date">[\d/]+', 'date">30/06/2021', page))

    change_all(paper, same)
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = check(tmp_path)
    assert done.status == 1
    assert row(done, "title") == (12, 0, 12)
    assert "title: odd on 12 of 12 pages (other pages have the same title)" in done.out
    assert "byline: odd on 12 of 12 pages (all pages have the same" in done.out


def test_what_was_always_so_on_a_site_is_no_alarm(tmp_path, paper):
    change_all(paper, lambda page: re.sub(r"<b>[^<]*</b>", "<b>Văn Ba</b>", page))
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert check(tmp_path).status == 1
        crawl(tmp_path)
        done = check(tmp_path)
    assert done.status == 0, done.out
    assert row(done, "byline") == (12, 0, 12)


def test_a_listing_that_lists_nothing_any_more_is_told(tmp_path, paper):
    paper.others[LISTING] = html("<html><body><h1>Giao diện mới</h1><p>Mời quý vị chờ.</p></body></html>")
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawled = crawl(tmp_path)
        done = check(tmp_path)
    assert "`newsarchive sites check sen-hong` shows what can still be read" in crawled.err
    assert done.status == 1
    assert f"the listing {base}{LISTING} cannot be read: no articles found" in done.out
    assert "No article could be read." in done.out


def test_one_listing_of_two_that_fails_needs_a_person(tmp_path, paper):
    paper.others["/cu"] = html("lỗi", 500)
    with serve(paper) as base:
        add_site(tmp_path, base, listings=("/cu", LISTING))
        done = check(tmp_path)
    assert done.status == 1
    assert "12 articles read" in done.out
    assert f"the listing {base}/cu cannot be read: HTTP 500" in done.out


@pytest.mark.parametrize("robots", [None, Response(200, {}, b"User-agent: *\nDisallow: /\n")])
def test_a_site_that_cannot_be_read_at_all_is_status_3(tmp_path, paper, robots):
    with serve(paper) as base:
        paper.others["/robots.txt"] = robots or html("", 404)
        add_site(tmp_path, base)
        done = check(tmp_path) if robots else None
    done = done or check(tmp_path)
    assert done.status == 3
    assert ("refused by robots.txt" if robots else "connection refused") in done.out
    assert "Traceback" not in done.err
    assert not (tmp_path / "news.db").exists()


def test_a_site_that_is_being_crawled_is_left_alone(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, "--limit", 1)
        lock = SiteLock(tmp_path, "sen-hong")
        done = check(tmp_path)
        lock.release()
        assert check(tmp_path).status == 0
    assert (done.status, done.out) == (4, "")
    assert "another run is at work on this site" in done.err


def test_a_site_that_is_none_or_is_wrong_is_a_sentence(tmp_path):
    assert "no site is named 'sen-hog'" in check(tmp_path, site="sen-hog").err
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "sen-hong.toml").write_text("title = 1\n")
    done = check(tmp_path)
    assert done.status == 2
    assert "line 1, key 'title'" in done.err


def test_a_check_that_is_stopped_says_what_it_had(tmp_path, paper, monkeypatch):
    handle, asked = paper.handle, threading.Semaphore(0)

    def counted(path):
        asked.release()
        return handle(path)

    monkeypatch.setattr(paper, "handle", counted)
    with serve(paper, delay=0.3) as base:
        add_site(tmp_path, base)
        running = Running("--archive", tmp_path, "sites", "check", "sen-hong")
        for _ in ("robots.txt", "the listing", "an article", "another"):
            assert asked.acquire(timeout=60)
        os.kill(running.pid, signal.SIGTERM)
        done = running.done()
    assert done.status in (1, 3)
    assert "Traceback" not in done.err


def test_json_says_all_of_each_field(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        found = json.loads(check(tmp_path, "--json").out)
    assert set(found) == {"site", "articles", "listings", "fields", "failures", "gone", "held", "needs"}
    assert (found["site"], found["articles"], found["held"], found["needs"]) == ("sen-hong", 12, 12, [])
    assert found["fields"]["byline"] == {"pages": 12, "found": 12, "missing": [], "odd": {}, "lost": [], "usual": 1.0}
    assert found["fields"]["caption"]["pages"] == 0
    assert found["listings"] == [
        {"url": base + LISTING, "articles": 4, "next": f"{base}{LISTING}?trang=2", "error": None}
    ]


def test_the_option_for_a_program_stands_behind_the_command(tmp_path):
    done = command("--archive", tmp_path, "sites", "--json", "check", "quan-1")
    assert done.status == 2
    assert "`newsarchive sites check … --json`" in done.err
