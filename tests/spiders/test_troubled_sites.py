"""Whatever a site does to a crawl: the archive is sound and holds all that was offered whole, and the next undisturbed
crawl brings it level with one that was never disturbed."""

import codecs
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from time import monotonic

import pytest
from crawling import (
    LISTING,
    Paper,
    Response,
    add_site,
    assert_sound,
    crawl,
    html,
    kept,
    listing_page,
    resolve,
    rows,
    set_clock,
    story,
)
from faultserver import FAULTS, FaultServer

from newsarchive.archive.verify import Finding, verify

PAGE = f"{LISTING}?trang=2"
WELL, TOLD, NOTHING = 0, 1, 3
HARMLESS = {
    "length too long",
    "no length",
    "no last chunk",
    "charset of another",
    "charset of none",
    "charset of the page too",
}
"""Faults through which every page can be read."""
CUT = {"length too short"}
"""Faults that nobody can tell from pages that are so: see the last of their tests."""
LOCKED = 10
"""Seconds another writer holds the database."""
SLOW = {"drip", "stall", "mute", "429"}
"""Faults that take time: a crawl with little patience meets them, at fewer places."""


def impatient():
    """``before`` of a crawl that waits two seconds for an answer, and asks once."""
    from newsarchive import settings

    settings.DOWNLOAD_TIMEOUT = 2
    settings.RETRY_TIMES = 0


def disturbed(folder, name, *options):
    return crawl(folder, *options, before=(impatient,) if name in SLOW else None)


def next_month(paper):
    """What became of a paper: an article was edited, two were printed. Returns the edited one's path."""
    edited = paper.order[1]
    paper.edit(edited, paragraphs=["Bản đính chính: số hộ hiến đất là ba mươi hộ.", *paper.items[edited].paragraphs])
    paper.print(2)
    return edited


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What is kept of the paper by a crawl, and by one in full after what became of it."""
    folder, paper = tmp_path_factory.mktemp("undisturbed"), Paper(9)
    with FaultServer(paper) as site:
        add_site(folder, site.base)
        assert crawl(folder).status == WELL
        first = kept(folder, site.base)
        next_month(paper)
        assert crawl(folder, "--full").status == WELL
        return first, kept(folder, site.base)


def assert_holds(folder, site):
    """The archive is whole, and has every article that ever left the server whole, as it was then."""
    assert_sound(folder)
    assert [found for found in verify(folder, workers=1) if isinstance(found, Finding)] == []
    held = rows(folder, "SELECT a.url, v.title, v.body FROM versions v JOIN articles a ON a.id = v.article_id")
    held = {(row["url"].removeprefix(site.base), row["title"], row["body"]) for row in held}
    assert {(offer.path, offer.title, offer.body) for offer in site.offered} - held == set()


def assert_level(folder, site, expected):
    """An undisturbed crawl brings an archive level with another; the next one asks for next to nothing."""
    site.mend()
    done = crawl(folder)
    assert (done.status, "Traceback" in done.err) == (WELL, False), done.err
    assert kept(folder, site.base) == expected
    assert_holds(folder, site)
    site.asked()
    assert crawl(folder).status == WELL
    assert site.asked() == ["/robots.txt", LISTING]


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - CUT))
def test_pages_in_trouble(tmp_path, undisturbed, name):
    """Articles and a listing's second page, at the first crawl, and again at one in full."""
    paper = Paper(9)
    first, second = undisturbed
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        site.fault(name, paper.order[1], *([] if name in SLOW else [paper.order[6], PAGE]))
        done = disturbed(tmp_path, name)
        assert (done.status, "Traceback" in done.err) == (WELL if name in HARMLESS else TOLD, False), done.err
        assert_holds(tmp_path, site)
        assert_level(tmp_path, site, first)
        edited = next_month(paper)
        site.fault(name, *([] if name in SLOW else [edited, paper.order[0]]), PAGE)
        done = disturbed(tmp_path, name, "--full")
        assert (done.status, "Traceback" in done.err) == (WELL if name in HARMLESS else TOLD, False), done.err
        assert_holds(tmp_path, site)
        assert_level(tmp_path, site, second)


@pytest.mark.parametrize(
    "name", ["500", "429 for an hour", "drip", "reset", "no length", "chunk longer than told", "bomb", "maintenance"]
)
def test_the_first_page_in_trouble(tmp_path, undisturbed, name):
    first, _ = undisturbed
    with FaultServer(Paper(9)) as site:
        add_site(tmp_path, site.base)
        site.fault(name, LISTING)
        done = disturbed(tmp_path, name)
        expected = WELL if name in HARMLESS else TOLD if name == "maintenance" else NOTHING
        assert (done.status, "Traceback" in done.err) == (expected, False), done.err
        assert_holds(tmp_path, site)
        assert_level(tmp_path, site, first)


@pytest.mark.parametrize("name", ["500", "reset", "closed", "chunk of no length", "length too short"])
def test_a_burst_of_trouble_is_over_within_the_crawl(tmp_path, undisturbed, name):
    """Two bad answers in a row, wherever in the crawl they come."""
    first, second = undisturbed
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        for path in (LISTING, PAGE, paper.order[3]):
            site.fault(name, path, times=2)
        assert crawl(tmp_path).status == WELL
        assert kept(tmp_path, site.base) == first
        edited = next_month(paper)
        site.fault(name, edited, times=2)
        assert crawl(tmp_path, "--full").status == WELL
        assert_level(tmp_path, site, second)


def test_a_busy_site_is_waited_for_as_long_as_it_asks(tmp_path):
    asked = []

    class Timed(FaultServer):
        def met(self, path):
            asked.append((path, monotonic()))
            return super().met(path)

    paper = Paper(3)
    with Timed(paper) as site:
        add_site(tmp_path, site.base)
        site.fault("429", paper.order[0], times=1)
        assert crawl(tmp_path).status == WELL
    paths = [path for path, _ in asked]
    first = paths.index(paper.order[0])
    # Nothing is asked for meanwhile. From below only: a machine in haste waits longer, never shorter.
    assert asked[first + 1][1] - asked[first][1] > 0.9


def test_a_site_that_asks_to_be_left_alone_for_long_is_left_alone(tmp_path):
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        site.fault("429 for an hour", *paper.order)
        done = crawl(tmp_path)
        assert done.status == TOLD
        assert "HTTP 429, and asks to wait 60 minutes" in done.run["detail"]
        # One was under way already.
        assert len(site.asked()) <= 4


def test_pages_that_are_cut_short_for_good_are_what_the_site_has(tmp_path, undisturbed):
    """Nobody can tell: a crawl in full finds out once they are whole."""
    first, _ = undisturbed
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        site.fault("length too short", *paper.order)
        assert "Traceback" not in crawl(tmp_path).err
        # After some that came so again, it is how the site writes them.
        assert 9 < len([path for path in site.asked() if path in paper.order]) <= 9 + 2 * 4
        assert_holds(tmp_path, site)
        site.mend()
        assert crawl(tmp_path, "--full").status == WELL
        one, other = kept(tmp_path, site.base), first
        assert [a["body"] for a in one["articles"]] == [a["body"] for a in other["articles"]]
        assert one["frontier"] == other["frontier"]


# What a site does between two crawls, and what its listing says


def test_articles_edited_moved_and_deleted_between_crawls(tmp_path):
    """By a crawl in full the archive says what the site says, and has what it said before."""
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        crawl(tmp_path)
        edited, moved, deleted = next_month(paper), paper.order[4], paper.order[7]
        address = "/chuyen-muc/dia-chi-moi-cua-tin.html"
        paper.items[address] = paper.items[moved]
        paper.order[4] = address
        paper.others[moved] = Response(301, {"Location": address}, b"")
        paper.others[deleted] = html("<h1>Không tìm thấy</h1>", 404)
        done = crawl(tmp_path, "--full")
        # One is gone from the site, one from its old address.
        assert (done.status, done.run["changed"], done.run["gone"]) == (WELL, 1, 2)
        assert_holds(tmp_path, site)
        there = {row["url"].removeprefix(site.base): row for row in rows(tmp_path, "SELECT * FROM articles")}
        assert (there[deleted]["state"], there[edited]["state"]) == ("gone", "live")
        assert there[edited]["body"].startswith("Bản đính chính")
        assert there[deleted]["body"] == "\n\n".join(paper.items[deleted].paragraphs)
        assert there[address]["body"] == there[moved]["body"]
        assert (there[address]["state"], there[moved]["state"]) == ("live", "gone")


def test_a_calendar_without_end_is_left_and_the_news_is_kept(tmp_path, undisturbed):
    first, _ = undisturbed

    class WithCalendar(Paper):
        """Its last listing page leads into a calendar, each of whose pages leads to the next and to empty days."""

        def handle(self, path):
            day = path.partition("lich=")[2]
            if not day:
                answer = super().handle(path)
                last = f'<div class="pager"><a href="{LISTING}?lich=1">Trang sau</a></div>'
                return Response(
                    answer.status, answer.headers, answer.body.replace(b'<div class="pager"></div>', last.encode())
                )
            shown = [(f"/lich/{day}-{n}.html", story(int(day) * 10 + n)) for n in range(4)]
            return html(listing_page(shown, following=f"{LISTING}?lich={int(day) + 1}"))

    with FaultServer(WithCalendar(9)) as site:
        add_site(tmp_path, site.base)
        done = crawl(tmp_path)
        assert "Traceback" not in done.err
        assert len([path for path in site.asked() if "lich=" in path]) < 10
        assert_holds(tmp_path, site)
        site.paper = Paper(9)
        crawl(tmp_path)
        assert kept(tmp_path, site.base)["articles"] == first["articles"]
        site.asked()
        crawl(tmp_path)
        assert len([path for path in site.asked() if "lich=" in path or path.startswith("/lich/")]) <= 16


SPELLINGS = {
    "a fragment": "{base}{path}#binh-luan-{n}",
    "a session in the path": "{base}{path};jsessionid=8A3F{n}",
    "a session in the query": "{base}{path}?PHPSESSID=77ab{n}",
    "where the reader came from": "{base}{path}?utm_source=zalo&fbclid=x{n}",
    "https": "{secure}{path}",
    "www and the other scheme": "{www}{path}",
    "case": "{base}{upper}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_article_under_other_spellings_of_its_address_is_one(tmp_path, spelling):
    """The first crawl sees one spelling, the second another for every article, beside the first, the third that alone.
    What no rule of addresses tells (the case of letters) the site says itself, by a canonical link."""

    class Spelt(Paper):
        """Answers whatever the case; its listing shows one spelling, both or the other."""

        def handle(self, path):
            if path.startswith(LISTING):
                return html(listing_page([(self.spelt(path, n), self.items[path]) for n, path in self.shown()]))
            return super().handle(path.partition(";")[0].lower())

        def shown(self):
            return [(n, path) for path in self.order for n in self.ways]

        def spelt(self, path, n):
            www = "https://www." + site.base.partition("//")[2]
            secure = site.base.replace("http:", "https:")
            upper = path.replace("/tin/khu", "/Tin/Khu")
            other = SPELLINGS[spelling].format(base=site.base, path=path, n=n, secure=secure, www=www, upper=upper)
            return other if n else path

    paper = Spelt(6)
    for path in paper.order:
        paper.edit(path, head=f'<link rel="canonical" href="{path}">')
    with FaultServer(paper) as site:
        site.base = site.base.replace("127.0.0.1", "sen-hong.example.vn")
        add_site(tmp_path, site.base, more="private = true\ncheck_certificate = false\n")
        hosts = {name: ["127.0.0.1"] for name in ("sen-hong.example.vn", "www.sen-hong.example.vn")}
        for paper.ways in ([0], [0, 1], [1], [2]):
            done = crawl(tmp_path, before=(resolve, hosts))
            assert (done.status, "Traceback" in done.err) == (WELL, False), done.err
        assert crawl(tmp_path, "--full", before=(resolve, hosts)).status == WELL
        assert len(rows(tmp_path, "SELECT id FROM articles")) == 6
        assert rows(tmp_path, "SELECT article_id FROM versions WHERE number > 1") == []
        site.asked()
        crawl(tmp_path, before=(resolve, hosts))
        assert site.asked() == ["/robots.txt", LISTING]
    assert_sound(tmp_path)


def robots(text, status=200):
    return Response(status, {"Content-Type": "text/plain"}, text.encode())


def test_a_robots_txt_that_changes_is_obeyed_as_it_is_now(tmp_path, undisturbed):
    """Refused in part, wholly, out of order, without end, missing; in the end the archive is as if nothing had been."""
    first, _ = undisturbed
    paper = Paper(9)
    refused = paper.order[2]
    said = {
        "in part": (robots(f"User-agent: *\nDisallow: {refused}\n"), TOLD),
        "wholly": (robots("User-agent: *\nDisallow: /\n"), NOTHING),
        "out of order": (html("", 500), NOTHING),
        "without end": (robots("User-agent: *\nDisallow: /khong\n" + "# chú thích\n" * 200_000), WELL),
        "missing": (html("", 404), WELL),
    }
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        for how, (answer, status) in said.items():
            paper.others["/robots.txt"] = answer
            done = crawl(tmp_path)
            assert (done.status, "Traceback" in done.err) == (status, False), (how, done.err)
            asked = site.asked()
            assert refused not in asked or how == "without end"
            assert set(asked) == {"/robots.txt"} or status != NOTHING
            assert_holds(tmp_path, site)
        assert_level(tmp_path, site, first)


# The machine


def test_a_crawl_waits_for_another_writer_and_loses_nothing(tmp_path, undisturbed):
    first, _ = undisturbed
    held = []

    class Locking(Paper):
        """At the third article somebody else begins to write, and goes on for a while."""

        def handle(self, path):
            if path == self.order[2] and not held:
                other = sqlite3.connect(tmp_path / "news.db", isolation_level=None, check_same_thread=False)
                other.execute("BEGIN IMMEDIATE")
                held.append(Timer(LOCKED, lambda: (other.rollback(), other.close())))
                held[0].start()
            return super().handle(path)

    with FaultServer(Locking(9)) as site:
        add_site(tmp_path, site.base)
        done = crawl(tmp_path)
        held[0].join()
        assert (done.status, done.run["articles_new"]) == (WELL, 9)
        assert len(done.err.splitlines()) == 2
        assert_level(tmp_path, site, first)


def test_a_database_that_is_locked_for_too_long_ends_the_crawl_and_loses_nothing(tmp_path, undisturbed):
    first, _ = undisturbed
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        crawl(tmp_path, "--limit", "3")
        with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            done = crawl(tmp_path, before=(hurry_on, 0.3))
            assert done.status in (2, 3)
            assert len(done.err.splitlines()) == 1
            assert "locked" in done.err
            other.rollback()
        assert_level(tmp_path, site, first)


def hurry_on(seconds):
    """``before`` of a crawl that waits for another writer for so long only."""
    from newsarchive.archive import store

    store.BUSY_SECONDS = seconds


NOBODY = 65534


def as_nobody():
    """``before`` of a crawl without root's right to write anything. What it needs is loaded first: nobody may be kept
    from reading where it lies."""
    codecs.lookup("utf-8-sig")
    import newsarchive.cli.crawl
    import newsarchive.spiders.news
    import newsarchive.spiders.process  # noqa: F401

    if os.geteuid() == 0:
        os.setresuid(NOBODY, NOBODY, NOBODY)


@pytest.mark.parametrize("what", ["news.db", "."])
def test_an_archive_that_cannot_be_written_is_one_clear_line(what):
    with FaultServer(Paper(3)) as site, TemporaryDirectory() as name:
        folder = Path(name)
        add_site(folder, site.base)
        crawl(folder)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        (folder / what).chmod(0o555 if what == "." else 0o444)
        site.asked()
        done = crawl(folder, before=(as_nobody,))
        folder.chmod(0o755)
        assert (done.status, len(done.err.splitlines()), site.asked()) == (2, 1, []), done.err
        assert "not writable" in done.err


def test_a_clock_that_goes_back_for_one_crawl_hides_no_news(tmp_path, undisturbed):
    _, second = undisturbed
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        crawl(tmp_path, before=(set_clock, "2021-12-01T08:00:00Z"))
        next_month(paper)
        assert crawl(tmp_path, "--full", before=(set_clock, "2021-12-01T03:00:00Z")).status == WELL
        assert_holds(tmp_path, site)
        assert crawl(tmp_path, "--full", before=(set_clock, "2021-12-01T09:00:00Z")).status == WELL
        assert_holds(tmp_path, site)
        one = kept(tmp_path, site.base)
        assert [a["body"] for a in one["articles"]] == [a["body"] for a in second["articles"]]
        assert one["frontier"] == second["frontier"]
