"""Whatever a site does to a crawl: the archive is sound and holds all that was offered whole, and the next undisturbed
crawl brings it level with one that was never disturbed."""

from time import monotonic

import pytest
from crawling import LISTING, Paper, add_site, assert_sound, crawl, kept, rows
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


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - CUT))
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
