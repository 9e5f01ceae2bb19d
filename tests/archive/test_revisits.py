"""Which articles are looked at again at what age, in virtual time, and what is said of it."""

from datetime import UTC, datetime, timedelta

import pytest
from archives import keep

from newsarchive.archive.frontier import ARTICLE, IMAGE, RELATED, Frontier
from newsarchive.archive.revisits import LISTED_ANEW, MAX_TRIES, Due, due_summary, mark_due, read_ages
from newsarchive.archive.store import Archive
from newsarchive.settings import NEWSARCHIVE_REVISIT

SITE = "song-trang"
LIST = f"https://{SITE}.example/tin-tuc"
AGES = read_ages("6h 1d 3d 1w 4w 13w")


class Clock:
    """A clock that is set by hand: hours since midnight in Vietnam, 30 November 2020."""

    hours = 0.0

    def __call__(self):
        midnight = datetime(2020, 11, 29, 17, tzinfo=UTC)
        return f"{midnight + timedelta(hours=self.hours):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path) as archive:
        archive.keep_site(SITE, title="Huyện Sông Trăng")
        yield archive


@pytest.fixture
def clock():
    return Clock()


def begin(archive, clock, ages=AGES, **options):
    """The frontier of a run that begins now."""
    cursor = archive.connection.execute("INSERT INTO runs (site, started_at) VALUES (?, ?)", (SITE, clock()))
    frontier = Frontier(archive, SITE, cursor.lastrowid, clock)
    frontier.begin([LIST], full=options.get("full", False), ages=ages)
    return frontier


def read(frontier, name="a", state="done", found_on=LIST, **fields):
    """An article is found and read now; its address."""
    url = f"https://{SITE}.example/{name}"
    frontier.add(url, ARTICLE, found_on=found_on)
    number = keep(frontier.archive, "Tin", url=url, at=frontier.clock(), **fields)
    frontier.close(url, state, article_id=number)
    return url


def end(frontier):
    """The run read all there was."""
    frontier.archive.connection.execute(
        "UPDATE runs SET finished_at = ?, outcome = 'complete' WHERE id = ?", (frontier.clock(), frontier.run_id)
    )


def nights(archive, clock, hours):
    """At which of the hours a crawl that reads all that is due asks for an article, and why."""
    asked = []
    for hour in hours:
        clock.hours = hour
        frontier = begin(archive, clock)
        while tasks := frontier.due(99):
            asked += [(hour, task.why) for task in tasks if task.kind == ARTICLE]
            for task in tasks:
                frontier.close(task.url, "done")
    return asked


def test_an_article_is_looked_at_again_at_each_age_and_then_never(archive, clock):
    clock.hours = 15
    url = read(begin(archive, clock), date="2020-11-30")
    found = nights(archive, clock, range(16, 24 * 400, 3))
    ages = {"6 hours": 22, "1 day": 40, "3 days": 88, "1 week": 184, "4 weeks": 688, "13 weeks": 2200}
    assert found == [(hour, f"come to the age of {words}") for words, hour in ages.items()]
    assert archive.row("SELECT due_why FROM frontier WHERE url = ?", url)["due_why"] is None


def test_crawled_every_night_it_is_asked_for_five_times_and_never_twice_for_one_night(archive, clock):
    clock.hours = 27.25
    read(begin(archive, clock), date="2020-11-30")
    found = nights(archive, clock, [27.25 + 24 * night for night in range(400)])
    assert [why.removeprefix("come to the age of ") for _, why in found] == [
        "1 day",
        "3 days",
        "1 week",
        "4 weeks",
        "13 weeks",
    ]


def test_ages_that_passed_while_no_crawl_ran_are_one_visit(archive, clock):
    clock.hours = 15
    read(begin(archive, clock), date="2020-11-30")
    assert nights(archive, clock, [24 * 40, 24 * 41]) == [(24 * 40, "come to the age of 4 weeks")]


def test_an_old_article_is_not_looked_at_again_for_being_found_now(archive, clock):
    clock.hours = 15
    read(begin(archive, clock), date="2019-05-01")
    assert nights(archive, clock, range(16, 3000, 12)) == []


def test_an_hour_of_publication_counts(archive, clock):
    clock.hours = 15
    read(begin(archive, clock), date="2020-11-30", published_at="2020-11-30T08:00:00+07:00")
    assert nights(archive, clock, [15.5, 31, 32, 33]) == [(32, "come to the age of 1 day")]


def test_an_article_without_a_day_is_new_only_where_the_site_was_read_through_before(archive, clock):
    first = begin(archive, clock)
    read(first, "cu")
    clock.hours = 1
    end(first)
    clock.hours = 15
    new = read(begin(archive, clock), "moi")
    clock.hours = 24
    assert [task.url for task in begin(archive, clock).due(9)] == [LIST]
    frontier = begin(archive, clock)
    frontier.close(LIST, "done")
    assert [(task.url, task.why) for task in frontier.due(9)] == [(new, "come to the age of 6 hours")]


def test_one_that_is_gone_is_looked_at_again_too(archive, clock):
    clock.hours = 15
    url = read(begin(archive, clock), date="2020-11-30")
    Frontier(archive, SITE, 1, clock).close(url, "gone")
    assert nights(archive, clock, [16, 22]) == [(22, "come to the age of 6 hours")]


def test_of_one_article_at_two_addresses_one_is_asked_for(archive, clock):
    clock.hours = 15
    frontier = begin(archive, clock)
    url = read(frontier, date="2020-11-30")
    frontier.add(f"{url}?in", ARTICLE, found_on=LIST)
    frontier.close(f"{url}?in", "done", article_id=frontier.article_of(url))
    clock.hours = 24
    again = begin(archive, clock)
    again.close(LIST, "done")
    assert [task.url for task in again.due(9)] == [url]


def test_a_clock_that_was_set_back_asks_for_nothing_early_and_loses_nothing(archive, clock):
    clock.hours = 15
    read(begin(archive, clock), date="2020-11-30")
    assert nights(archive, clock, [-100, -4]) == []
    assert nights(archive, clock, [22]) == [(22, "come to the age of 6 hours")]


def test_what_was_read_before_comes_after_all_that_is_new(archive, clock):
    clock.hours = 15
    url = read(begin(archive, clock), date="2020-11-30")
    clock.hours = 24
    frontier = begin(archive, clock)
    frontier.add(f"{LIST}/moi", ARTICLE, found_on=LIST)
    frontier.add(f"{LIST}/lien-quan", RELATED, found_on=url)
    order = []
    while tasks := frontier.due(9):
        order.append([task.url for task in tasks])
        for task in tasks:
            frontier.close(task.url, "elsewhere")
    assert order == [[f"{LIST}/moi"], [LIST], [f"{LIST}/lien-quan"], [url]]


def test_a_visit_that_was_not_made_stays_due_with_its_reason(archive, clock):
    clock.hours = 15
    read(begin(archive, clock), date="2020-11-30")
    clock.hours = 24
    begin(archive, clock)
    clock.hours = 30
    assert due_summary(archive, SITE, clock(), ()) == [Due(ARTICLE, 1, "come to the age of 6 hours")]


def test_what_is_due_and_why_is_told_before_a_crawl(archive, clock):
    clock.hours = 15
    frontier = begin(archive, clock)
    urls = [read(frontier, name, date="2020-11-30") for name in "abc"]
    frontier.add(f"{LIST}/moi", ARTICLE, found_on=LIST)
    frontier.add(f"{LIST}/hong", ARTICLE, found_on=LIST)
    frontier.close(f"{LIST}/hong", "failed")
    frontier.add(f"{LIST}/cam", ARTICLE, found_on=LIST)
    frontier.close(f"{LIST}/cam", "refused")
    frontier.add(f"{LIST}/mat", ARTICLE, found_on=LIST)
    frontier.close(f"{LIST}/mat", "gone")
    frontier.add(f"{LIST}/bo", ARTICLE, found_on=LIST)
    for _ in range(MAX_TRIES):
        frontier.close(f"{LIST}/bo", "failed")
    archive.connection.execute(
        "INSERT INTO frontier (site, url, kind, found_at) VALUES (?, 'http://x/anh.jpg', 'image', '')", (SITE,)
    )
    root = next(task for task in frontier.due(9) if task.url != f"{LIST}/cam")
    frontier.follow(root, f"{LIST}?trang=2")
    mark_due(archive, SITE, LISTED_ANEW, urls[:1])
    clock.hours = 24
    assert due_summary(archive, SITE, clock(), AGES) == [
        Due(ARTICLE, 2, "come to the age of 6 hours"),
        Due(ARTICLE, 1, "failed before"),
        Due(ARTICLE, 1, "forbidden by robots.txt before"),
        Due(ARTICLE, 1, "found and not fetched yet"),
        Due(ARTICLE, 1, LISTED_ANEW),
        Due(ARTICLE, 1, "not there before, and never read"),
        Due(IMAGE, 1, "not fetched yet"),
        Due("listing", 1, "where its walk was cut"),
    ]
    due = {task.url for task in begin(archive, clock).due(99)}
    assert due == {f"{LIST}/{name}" for name in ("moi", "hong", "cam", "mat")}


def test_a_full_crawl_says_so(archive, clock):
    read(begin(archive, clock), date="2019-01-01")
    begin(archive, clock, full=True)
    assert due_summary(archive, SITE, clock(), AGES) == [Due(ARTICLE, 1, "asked for by crawl --full")]


def test_the_setting_is_ages_in_hours_days_and_weeks():
    assert [age.seconds for age in read_ages("1w, 2d 6H")] == [6 * 3600, 2 * 86400, 7 * 86400]
    assert read_ages("never") == ()
    assert read_ages(NEWSARCHIVE_REVISIT) == AGES


@pytest.mark.parametrize("text", ["", "6", "6 h", "0d", "1m", "1d never", "99999w"])
def test_a_wrong_setting_is_told(text):
    with pytest.raises(ValueError, match="NEWSARCHIVE_REVISIT"):
        read_ages(text)
