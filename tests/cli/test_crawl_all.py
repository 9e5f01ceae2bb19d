"""Many sites in one call, in a bounded time, and two calls into one archive."""

from threading import Event

import pytest
from crawling import Paper, Running, add_site, assert_sound, command, kept, rows, serve
from faultserver import FaultServer

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive


def short_of_time(seconds):
    """``before`` of a crawl whose deadline comes so many seconds after its start, whatever it is told."""
    from newsarchive.cli import crawl

    crawl.Duration.convert = lambda self, value, param, ctx: seconds


def one_at_a_time():
    """``before`` of a crawl that has a place for one site only."""
    from newsarchive.cli import crawl

    crawl.AT_ONCE = 1


def silence_is_short():
    """``before`` of a crawl that waits for no answer, and for a site not at all."""
    from newsarchive import settings
    from newsarchive.spiders import news

    one_at_a_time()
    settings.DOWNLOAD_TIMEOUT = 0.2
    settings.RETRY_TIMES = 0
    news.SILENCE = 0


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "5 m", "0m", "5x", "1m2"])
def test_a_wrong_length_of_time_is_told(tmp_path, text):
    done = command("--archive", tmp_path, "crawl", "quan-1", "--max-time", text)
    assert done.status == 2
    assert "write it as 90s, 45m, 2h or 1h30m" in done.err


def test_a_crawl_that_is_out_of_time_says_so_is_well_and_is_gone_on_with(tmp_path):
    paper, asked = Paper(12), []

    def fault(path):
        asked.append(path)

    with serve(paper, delay=0.05, fault=fault) as base:
        add_site(tmp_path, base)
        add_site(tmp_path, base, name="sen-xanh")
        done = command(
            "--archive",
            tmp_path,
            "crawl",
            "sen-hong",
            "sen-xanh",
            "--max-time",
            "2h",
            "--json",
            before=(both, (one_at_a_time,), (short_of_time, 0.4)),
        )
        assert done.status == 0
        assert "out of time; not begun: sen-xanh" in done.err
        assert done.run["outcome"] == "deadline"
        assert "ended by its deadline" in done.run["detail"]
        assert len(asked) < 17
        assert_sound(tmp_path)
        again = command("--archive", tmp_path, "crawl", "sen-hong", "--max-time", "2h", "--json")
        assert (again.status, again.run["outcome"]) == (0, "complete")
        whole = tmp_path / "whole"
        add_site(whole, base)
        command("--archive", whole, "crawl", "sen-hong")
        assert kept(tmp_path, base) == kept(whole, base)


def test_a_full_crawl_whose_time_is_over_before_it_begins_is_gone_on_with(tmp_path):
    paper, asked = Paper(6), []
    with serve(paper, log=asked) as base:
        add_site(tmp_path, base)
        command("--archive", tmp_path, "crawl", "sen-hong")
        asked.clear()
        done = command(
            *("--archive", tmp_path, "crawl", "sen-hong", "--full", "--max-time", "2h", "--json"),
            before=(short_of_time, 0.0),
        )
        assert (done.status, asked) == (0, [])
        due = len(paper.order) + 2  # its listing has two pages
        assert f"ended by its deadline, {due} addresses left for the next crawl" in done.run["detail"]
        again = command("--archive", tmp_path, "crawl", "sen-hong", "--json").run
    assert (again["outcome"], again["unchanged"]) == ("complete", 6)
    assert set(paper.order) < set(asked)


def both(*hooks):
    """Several functions to be called before a crawl."""
    for function, *arguments in hooks:
        function(*arguments)


def test_the_site_whose_last_crawl_is_longest_ago_comes_first(tmp_path):
    names = ["quan-1", "quan-ba", "quan-hai", "quan-tu"]
    with serve(Paper(1)) as base:
        for name in names:
            add_site(tmp_path, base, name=name)
        command("--archive", tmp_path, "crawl", *names)
        with Archive.create(tmp_path) as archive:
            for day, name in enumerate(["quan-ba", "quan-tu", "quan-1", "quan-hai"], 1):
                archive.connection.execute("UPDATE runs SET started_at = ? WHERE site = ?", (f"2021-01-0{day}", name))
        done = command("--archive", tmp_path, "crawl", "--all", "--json", before=(one_at_a_time,))
    assert [run["site"] for run in done.runs] == ["quan-ba", "quan-tu", "quan-1", "quan-hai"]


def test_a_site_that_does_not_answer_keeps_no_other_waiting_for_long(tmp_path):
    """It answers robots.txt and then nothing; there is a place for one site only."""
    paper, over, log = Paper(40), Event(), []

    def stuck(path):
        log.append(path)
        if len(log) > 4:
            over.wait(30)

    with serve(Paper(3)) as base, serve(paper, fault=stuck) as bad:
        add_site(tmp_path, bad, name="quan-hong")
        add_site(tmp_path, base)
        done = command("--archive", tmp_path, "crawl", "quan-hong", "sen-hong", "--json", before=(silence_is_short,))
        over.set()
    stuck_run, good = done.runs
    assert (done.status, stuck_run["outcome"], good["outcome"]) == (1, "attention", "complete")
    assert "the site stopped answering" in stuck_run["detail"]
    assert stuck_run["failed"] == 3
    assert good["articles_new"] == 3


@pytest.mark.parametrize("name", ["drip", "mute", "429 for an hour"])
def test_a_site_in_trouble_keeps_no_other_waiting(tmp_path, name):
    """There is a place for one site only. It is far from done when the other has all."""
    paper = Paper(9)
    with serve(Paper(3)) as base, FaultServer(paper) as site:
        add_site(tmp_path, site.base, name="quan-hong")
        add_site(tmp_path, base)
        site.fault(name, *paper.order[2:])
        done = command("--archive", tmp_path, "crawl", "quan-hong", "sen-hong", "--json", before=(silence_is_short,))
    stuck, good = done.runs
    assert (done.status, stuck["outcome"], good["outcome"]) == (1, "attention", "complete")
    assert "the site stopped answering" in stuck["detail"]
    assert good["articles_new"] == 3
    assert_sound(tmp_path)


def test_two_crawls_of_two_sites_write_into_one_new_archive(tmp_path):
    first, second = Paper(30), Paper(30)
    with serve(first) as one, serve(second) as other:
        add_site(tmp_path, one, name="quan-mot")
        add_site(tmp_path, other, name="quan-hai")
        running = [Running("--archive", tmp_path, "crawl", name, "--json") for name in ("quan-mot", "quan-hai")]
        for done in [process.done() for process in running]:
            assert (done.status, done.run["articles_new"]) == (0, 30), done.err
            assert "locked" not in done.err
    assert rows(tmp_path, "SELECT count(*) AS n FROM articles") == [{"n": 60}]
    assert_sound(tmp_path)


def test_a_lock_whose_process_is_gone_holds_nobody_up(tmp_path):
    with serve(Paper(1)) as base:
        add_site(tmp_path, base)
        (tmp_path / "locks").mkdir()
        (tmp_path / "locks" / "sen-hong.lock").write_text("4194303\n")
        assert command("--archive", tmp_path, "crawl", "sen-hong").status == 0
        lock = SiteLock(tmp_path, "sen-hong")
        try:
            assert command("--archive", tmp_path, "crawl", "sen-hong").status == 4
        finally:
            lock.release()
