"""A crawl killed at any moment and run again ends with what an undisturbed one keeps."""

import os
import signal
from contextlib import contextmanager
from datetime import date

import pytest
from crawling import Paper, Running, add_site, assert_sound, crawl, die_at_statement, kept, rows, serve

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
@pytest.mark.parametrize("share", [0, 0.024, 0.036, 0.14, 0.2, 0.36, 0.4, 0.6, 0.8, 1])
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


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder, paper = tmp_path_factory.mktemp("small"), Paper(9)
    with serve(paper) as base:
        add_site(folder, base)
        assert crawl(folder, before=(die_at_statement, 0, folder / "tally")).status == 0
        return paper, kept(folder, base), (folder / "tally").stat().st_size


# From the making of the tables to the run's last word: inside transactions as often as between them.
@pytest.mark.parametrize("share", [0.01, 0.1, 0.25, 0.31, 0.48, 0.67, 0.83, 0.99])
def test_a_crawl_killed_at_a_statement_to_the_database(tmp_path, small, share):
    paper, whole, statements = small
    number = round(share * statements)
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path, before=(die_at_statement, number)).status == -signal.SIGKILL
        assert crawl(tmp_path).status == 0
        assert kept(tmp_path, base) == whole
    assert_sound(tmp_path)


@pytest.mark.parametrize("number", [1, 3, 8])
def test_a_crawl_killed_in_the_middle_of_a_record(tmp_path, small, number):
    paper, whole, _ = small
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path, before=(die_in_record, number)).status == -signal.SIGKILL
        assert len(rows(tmp_path, "SELECT id FROM captures")) == number - 1
        assert crawl(tmp_path).status == 0
        assert kept(tmp_path, base) == whole
    assert_sound(tmp_path)


def test_a_crawl_killed_again_and_again_gets_there(tmp_path, small):
    paper, whole, statements = small
    statuses = []
    with serve(paper) as base:
        add_site(tmp_path, base)
        while not statuses or statuses[-1]:
            statuses.append(crawl(tmp_path, before=(die_at_statement, statements // 2)).status)
            assert len(statuses) < 9
        assert kept(tmp_path, base) == whole
    assert statuses.count(-signal.SIGKILL) >= 2
    assert_sound(tmp_path)
