"""The crawl's memory, asked directly: what is due, in which order, and what of it a later run does again."""

import re
from datetime import date

import pytest

from newsarchive.archive import walks
from newsarchive.archive.frontier import ARTICLE, RELATED, Frontier
from newsarchive.archive.revisits import MAX_TRIES
from newsarchive.archive.store import Archive
from newsarchive.items import Listing, ListingEntry

LIST = "http://sen-hong.example.vn/tin-tuc"
SITE = "sen-hong"


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path) as archive:
        archive.keep_site(SITE, title="Quận Sen Hồng")
        yield archive


def begin(archive, *listings, full=False):
    """The frontier of a new run that has begun."""
    cursor = archive.connection.execute("INSERT INTO runs (site, started_at) VALUES (?, '2020')", (SITE,))
    frontier = Frontier(archive, SITE, cursor.lastrowid)
    frontier.begin(listings or [LIST], full=full)
    return frontier


def due(frontier, count=99, **options):
    return [task.url for task in frontier.due(count, **options)]


def task(frontier, url):
    return next(task for task in frontier.due(99) if task.url == url)


def leads_on(frontier, task, articles, following="http://x/2"):
    """True where a walk goes on past a page of a listing that shows these articles."""
    entries = [ListingEntry(address, place, "Tin") for place, address in enumerate(articles)]
    return walks.leads_on(frontier, task, walks.look_at(frontier, task, entries), following)


def show(frontier, url, *articles):
    """A listing page was read that shows these articles."""
    entries = [ListingEntry(address, place, "Tin", None) for place, address in enumerate(articles)]
    frontier.archive.keep_listing(Listing(url, entries), site=SITE, run_id=frontier.run_id)
    frontier.close(url, "done")


def test_articles_come_first_then_listings_then_what_only_articles_link_to(archive):
    frontier = begin(archive)
    frontier.add("http://x/r", RELATED, found_on="http://x/a")
    frontier.add("http://x/a", ARTICLE, found_on=LIST)
    frontier.add("http://x/b", ARTICLE, found_on=LIST)
    assert due(frontier) == ["http://x/a", "http://x/b"]
    assert due(frontier, 1) == ["http://x/a"]
    frontier.close("http://x/a", "done")
    frontier.close("http://x/b", "gone")
    assert due(frontier) == [LIST]
    frontier.close(LIST, "done")
    assert due(frontier) == ["http://x/r"]
    frontier.close("http://x/r", "elsewhere")
    assert due(frontier) == []
    assert frontier.left() == 0


def test_what_failed_is_tried_by_later_runs_after_all_others_and_not_for_ever(archive):
    begin(archive).add("http://x/a", ARTICLE, found_on=LIST)
    for tried in range(MAX_TRIES):
        frontier = begin(archive)
        frontier.add("http://x/b", ARTICLE, found_on=LIST)
        # As found, the first time; behind all others, once it failed.
        assert due(frontier) == (["http://x/b", "http://x/a"] if tried else ["http://x/a", "http://x/b"])
        frontier.close("http://x/a", "failed")
        assert "http://x/a" not in due(frontier)
    assert due(begin(archive)) == ["http://x/b"]
    assert due(begin(archive, full=True)) == ["http://x/a", "http://x/b"]


@pytest.mark.parametrize(
    ("state", "again", "again_in_full"),
    [
        ("done", False, True),
        ("elsewhere", False, True),
        ("gone", True, True),
        ("refused", True, True),
        ("todo", True, True),
    ],
)
def test_what_a_later_run_does_again(archive, state, again, again_in_full):
    frontier = begin(archive)
    frontier.add("http://x/a", ARTICLE, found_on=LIST)
    frontier.close("http://x/a", state)
    assert ("http://x/a" in due(begin(archive))) == again
    assert ("http://x/a" in due(begin(archive, full=True))) == again_in_full


def test_an_article_that_was_read_and_is_gone_is_left_alone(archive):
    frontier = begin(archive)
    frontier.add("http://x/a", ARTICLE, found_on=LIST)
    with archive.transaction() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        capture = db.execute(
            "INSERT INTO captures (url, fetched_at, status, digest, warc_file, warc_offset, warc_length)"
            " VALUES ('http://x/a', '2020', 200, 'x', 'x', 0, 1)"
        ).lastrowid
        db.execute(
            "INSERT INTO articles (id, site, url, title, body, first_seen, last_seen, last_changed, content_hash,"
            " extractor, field_sources, capture_id) VALUES (1, ?, 'http://x/a', 'A', 'B', '', '', '', '', '', '{}', ?)",
            (SITE, capture),
        )
    frontier.close("http://x/a", "done", article_id=1)
    frontier.close("http://x/a", "gone")
    assert frontier.article_of("http://x/a") == 1
    assert due(begin(archive)) == [LIST]


def test_a_related_article_becomes_an_article_when_a_listing_shows_it(archive):
    frontier = begin(archive)
    frontier.add("http://x/r", RELATED, found_on="http://x/a")
    frontier.close("http://x/r", "elsewhere")
    frontier.add("http://x/r", RELATED, found_on="http://x/b")
    assert due(frontier) == [LIST]
    frontier.add("http://x/r", ARTICLE, found_on=LIST)
    assert due(frontier) == ["http://x/r"]


def test_an_address_takes_the_spelling_the_site_uses_now(archive):
    frontier = begin(archive)
    frontier.add("http://x.vn/a", ARTICLE, found_on=LIST)
    frontier.close("http://x.vn/a", "done")
    frontier.add("https://www.x.vn/a", ARTICLE, found_on=LIST)
    assert due(frontier) == [LIST]
    assert due(begin(archive, full=True)) == ["https://www.x.vn/a"]


def test_a_listing_is_due_in_every_run_under_its_own_address(archive):
    frontier = begin(archive)
    show(frontier, LIST)
    secure = LIST.replace("http:", "https:")
    assert due(begin(archive, LIST, secure)) == [LIST, secure]
    assert frontier.is_listing("https://www.sen-hong.example.vn/tin-tuc")
    assert not frontier.is_listing(LIST + "/a")


def test_a_walk_goes_on_while_a_page_shows_anything_new(archive):
    frontier = begin(archive)
    root = task(frontier, LIST)
    assert leads_on(frontier, root, ["a", "b"])
    assert not leads_on(frontier, root, [])
    show(frontier, LIST, "a", "b")
    frontier = begin(archive)
    root = task(frontier, LIST)
    assert not leads_on(frontier, root, ["a", "b"])
    assert leads_on(frontier, root, ["a", "c"])


def test_what_is_known_of_a_page_is_found_by_its_addresses_however_long_the_site_is(archive):
    frontier = begin(archive)
    root, asked = task(frontier, LIST), []
    archive.connection.set_trace_callback(asked.append)
    assert leads_on(frontier, root, ["a", "b"])
    walks.leads_on(frontier, root, walks.Look(moved=False, day="2020-10-08"), LIST + "?2")
    walks.listed_though_gone(frontier, ["a", "b"])
    walks.said_changed(frontier, {"a": "2020-10-08"})
    walks.is_barren(frontier, root)
    archive.connection.set_trace_callback(None)
    plans = {sql: [row["detail"] for row in archive.rows(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked}
    assert len(plans) > 5
    for sql, plan in plans.items():
        # All rows of a table, or of a site, are read; the page's own list is.
        whole = [step for step in plan if re.search(r"SCAN (?!.*VIRTUAL)|\(site=\?(?: AND state=\?)?\)$", step)]
        assert [step for step in whole if "runs_site" not in step] == [], sql


def test_what_another_listing_showed_is_new_to_this_one(archive):
    frontier = begin(archive, LIST, LIST + "/2")
    show(frontier, LIST, "a", "b")
    assert leads_on(frontier, task(frontier, LIST + "/2"), ["a", "b"])


def test_a_walk_gone_on_with_ends_only_at_what_was_there_before_it_set_out(archive):
    frontier = begin(archive)
    show(frontier, LIST, "x")
    frontier = begin(archive)
    frontier.follow(task(frontier, LIST), LIST + "?2")
    show(frontier, LIST, "a", "b")
    frontier = begin(archive)
    second = task(frontier, LIST + "?2")
    assert leads_on(frontier, second, ["a", "b"])
    assert not leads_on(frontier, second, ["x"])
    # Seen in this very run: a pager that goes in a circle.
    show(frontier, LIST, "a", "b")
    assert not leads_on(frontier, second, ["a", "b"])


def test_of_two_walks_to_a_page_the_older_goes_on(archive):
    frontier = begin(archive)
    root = task(frontier, LIST)
    frontier.follow(root, LIST + "?2")
    frontier.follow(task(frontier, LIST + "?2"), LIST + "?3")
    show(frontier, LIST, "a", "b")
    show(frontier, LIST + "?2", "c", "d")
    later = begin(archive)
    new_walk = task(later, LIST)
    assert new_walk.walk == later.run_id
    later.follow(new_walk, LIST + "?3")
    show(later, LIST, "n", "m")
    assert task(later, LIST + "?3").walk == frontier.run_id
    assert leads_on(later, task(later, LIST + "?3"), ["a", "b"])
    # Once it was read, a new walk to it is new.
    show(later, LIST + "?2", "c", "d")
    show(later, LIST + "?3", "e")
    last = begin(archive)
    last.follow(task(last, LIST), LIST + "?3")
    assert task(last, LIST + "?3").walk == last.run_id


def test_since_leaves_what_is_known_to_be_earlier(archive):
    frontier = begin(archive)
    days = {"http://x/new": "20/11/2020", "http://x/old": "01/10/2020", "http://x/undated": None}
    entries = [ListingEntry(url, place, "Tin", day) for place, (url, day) in enumerate(days.items())]
    archive.keep_listing(Listing(LIST, entries), site=SITE, run_id=frontier.run_id)
    for url in days:
        frontier.add(url, ARTICLE, found_on=LIST)
    assert due(frontier, since=date(2020, 11, 1)) == ["http://x/new", "http://x/undated"]
    assert due(frontier, since=date(2020, 11, 20)) == ["http://x/new", "http://x/undated"]
    assert due(frontier) == list(days)
