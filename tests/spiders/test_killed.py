"""A crawl killed at any moment and run again ends with what an undisturbed one keeps."""

import os
import random
import shutil
import signal
from contextlib import contextmanager
from datetime import date
from time import sleep

import pytest
from crawling import Paper, Running, add_site, assert_sound, crawl, die_at_statement, kept, rows, serve
from faultserver import FaultServer

from newsarchive.archive.intake import Intake
from newsarchive.archive.verify import Finding, verify
from newsarchive.archive.warc import WarcFiles
from newsarchive.demo import DemoSite
from newsarchive.demo.site import LISTING

SITE = DemoSite(date(2020, 11, 30))


@contextmanager
def stopping(site, number, how):
    """Serve a site whose reader gets a signal when it asks for the n-th page; gives the address and whom to signal."""
    asked, reader = [], []

    def fault(path):
        asked.append(path)
        if len(asked) == number:
            os.kill(reader[0].pid, how)

    with serve(site, fault=fault) as base:
        yield base, reader


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder, log = tmp_path_factory.mktemp("undisturbed"), []
    with serve(SITE, log=log) as base:
        add_site(folder, base, listings=[LISTING])
        assert crawl(folder).status == 1  # one page is broken
        return kept(folder, base), len(log)


# At robots.txt, at the first listing page, at an article, at a later listing page …, at the very last page.
@pytest.mark.parametrize("share", [0, 0.024, 0.2, 0.6, 1])
def test_a_crawl_killed_and_run_again_ends_as_an_undisturbed_one(tmp_path, undisturbed, share):
    whole, requests = undisturbed
    with stopping(SITE, max(1, round(share * requests)), signal.SIGKILL) as (base, reader):
        add_site(tmp_path, base, listings=[LISTING])
        reader.append(Running("--archive", tmp_path, "crawl", "sen-hong"))
        assert reader[0].done().status == -signal.SIGKILL
        assert crawl(tmp_path).status == 1
        assert kept(tmp_path, base) == whole
    assert_sound(tmp_path)
    assert [row["outcome"] for row in rows(tmp_path, "SELECT outcome FROM runs ORDER BY id")] == ["killed", "attention"]


def test_sigterm_ends_a_crawl_cleanly_and_the_next_one_completes_it(tmp_path, undisturbed):
    whole, _ = undisturbed
    with stopping(SITE, 20, signal.SIGTERM) as (base, reader):
        add_site(tmp_path, base, listings=[LISTING])
        reader.append(Running("--archive", tmp_path, "crawl", "sen-hong", "--json"))
        stopped = reader[0].done()
        assert (stopped.status, stopped.run["outcome"]) == (1, "interrupted")
        assert "next crawl goes on" in stopped.run["detail"]
        assert "Traceback" not in stopped.err
        assert_sound(tmp_path)
        assert 0 < len(kept(tmp_path)["articles"]) < len(whole["articles"])
        assert crawl(tmp_path).status == 1
        assert kept(tmp_path, base) == whole


def endlessly_patient():
    """``before`` of a crawl that waits for an answer as long as it takes."""
    from newsarchive import settings

    settings.DOWNLOAD_TIMEOUT = 600


@pytest.mark.parametrize("name", ["mute", "drip", "stall"])
def test_sigterm_ends_a_crawl_that_waits_for_an_answer(tmp_path, name):
    paper = Paper(9)
    with FaultServer(paper) as site:
        add_site(tmp_path, site.base)
        site.fault(name, paper.order[3])
        running = Running("--archive", tmp_path, "crawl", "sen-hong", "--json", before=(endlessly_patient,))
        while paper.order[3] not in site.log:
            sleep(0.01)
        os.kill(running.pid, signal.SIGTERM)
        stopped = running.done()
        assert (stopped.status, stopped.run["outcome"]) == (1, "interrupted")
        assert "next crawl goes on" in stopped.run["detail"]
        assert "Traceback" not in stopped.err
        assert len(stopped.err.splitlines()) == 2
        site.mend()
        assert crawl(tmp_path).status == 0
        assert len(rows(tmp_path, "SELECT id FROM articles")) == 9
        assert [row["outcome"] for row in rows(tmp_path, "SELECT outcome FROM runs")] == ["interrupted", "complete"]
    assert_sound(tmp_path)


def die_in_record(number):
    """Make this process die when half of its n-th WARC record is written."""
    append, seen = WarcFiles._append, []

    def half(self, data):
        seen.append(1)
        if len(seen) == number:
            append(self, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        append(self, data)

    WarcFiles._append = half


def die_before_a_listing_is_kept():
    """Its answer is captured, and nothing of what it lists."""

    def die(self, item):
        os.kill(os.getpid(), signal.SIGKILL)

    Intake._keep_listing = die


class Small:
    """A paper of nine articles that is crawled, edited and crawled in full: its server, the archive in between, and
    what is kept after one crawl of the edited paper (``first``) and after both (``second``)."""

    def __init__(self, folder, site):
        self.site, self.between = site, folder / "archive"
        add_site(self.between, site.base)
        assert crawl(self.between).status == 0
        for path in site.paper.order[1:3]:
            paragraphs = site.paper.items[path].paragraphs
            site.paper.edit(path, paragraphs=["Bản đính chính của tòa soạn: số hộ hiến đất là ba mươi.", *paragraphs])
        site.paper.print(2)
        self.first, self.statements = self._crawled(folder / "first")
        shutil.copytree(self.between, folder / "second")
        self.second, self.statements_in_full = self._crawled(folder / "second", "--full")

    def _crawled(self, folder, *options):
        add_site(folder, self.site.base)
        assert crawl(folder, *options, before=(die_at_statement, 0, folder / "tally")).status == 0
        return kept(folder, self.site.base), (folder / "tally").stat().st_size


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    with FaultServer(Paper(9)) as site:
        yield Small(tmp_path_factory.mktemp("small"), site)


def moments(count):
    """Moments at which a crawl is killed: which crawl (``full``: the second, in the middle of its revisits), at what,
    and how far on. From the making of the tables to the run's last word, inside transactions as often as between."""
    chance = random.Random(1945)
    for number in range(count):
        what = "record" if number % 3 == 2 else "statement"
        # A crawl that is killed before it noted that it is one in full was none.
        yield ("first", what, chance.random()) if number % 2 else ("full", what, chance.uniform(0.15, 1))


@pytest.mark.parametrize(("which", "what", "share"), list(moments(30)))
def test_a_crawl_killed_at_any_moment(tmp_path, small, which, what, share):
    archive, full = tmp_path / "archive", which == "full"
    if full:
        shutil.copytree(small.between, archive)
    else:
        add_site(archive, small.site.base)
    requests = 1 + 3 + 11
    if what == "record":
        killed = (die_in_record, 1 + int(share * requests))
    else:
        killed = (die_at_statement, 1 + int(share * (small.statements_in_full if full else small.statements)))
    before = len(rows(archive, "SELECT id FROM captures")) if full else 0
    assert crawl(archive, *["--full"][:full], before=killed).status == -signal.SIGKILL
    if what == "record":
        # Half of a record stands at the end of the file, and no row says so.
        assert len(rows(archive, "SELECT id FROM captures")) == before + killed[1] - 1
    assert crawl(archive).status == 0
    assert kept(archive, small.site.base) == (small.second if full else small.first)
    assert_sound(archive)
    assert [found for found in verify(archive, workers=1) if isinstance(found, Finding)] == []


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_listing_that_was_captured_and_not_kept_is_asked_for_whole(tmp_path, small, which):
    """Its site would say that it has not changed, and who believes that has never seen it."""
    archive = tmp_path / "archive"
    if which == "second":
        shutil.copytree(small.between, archive)
    else:
        add_site(archive, small.site.base)
    assert crawl(archive, before=(die_before_a_listing_is_kept,)).status == -signal.SIGKILL
    assert crawl(archive).status == 0
    listed = "SELECT DISTINCT url, title, date_text FROM sightings ORDER BY url"
    assert len(rows(archive, listed)) == 11
    if which == "first":
        assert kept(archive, small.site.base) == small.first
    assert_sound(archive)


def test_a_crawl_killed_again_and_again_gets_there(tmp_path, small):
    statuses = []
    add_site(tmp_path, small.site.base)
    while not statuses or statuses[-1]:
        statuses.append(crawl(tmp_path, before=(die_at_statement, small.statements // 2)).status)
        assert len(statuses) < 9
    assert kept(tmp_path, small.site.base) == small.first
    assert statuses.count(-signal.SIGKILL) >= 2
    assert_sound(tmp_path)
