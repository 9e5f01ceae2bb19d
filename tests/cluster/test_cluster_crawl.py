"""Crawls on a real cluster: what is kept is what one machine keeps, whoever dies meanwhile."""

import gzip
import signal
from contextlib import ExitStack
from functools import partial
from threading import Event

import pytest
from crawling import Paper, add_site, assert_sound, command, kept, rows, serve
from machines import Called, call, eventually, orphans

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import Finding, verify

# One has the shipped site's name, so that these are all there are.
SITES = ("quan-1", "quan-ba")


class District:
    """Made-up papers, one a site, whose servers live as long as the context; a request to one may be held up.

    ``asked``: every path that was asked for, by site.
    """

    def __init__(self, *sites, count=9, delay=0.0):
        self._delay = delay
        self.papers = {site: Paper(count) for site in sites}
        self.asked = {site: [] for site in sites}
        self.bases = {}
        self._stack = ExitStack()
        self._held = {}
        self._all = []

    def __enter__(self):
        for site, paper in self.papers.items():
            serving = serve(paper, delay=self._delay, log=self.asked[site], fault=partial(self._hold, site))
            self.bases[site] = self._stack.enter_context(serving)
        return self

    def __exit__(self, *_):
        for go in self._all:
            go.set()
        self._stack.close()

    def hold(self, site, number=6):
        """Hold the n-th request to a site up; returns two events: it came, it may be answered."""
        came, go = Event(), Event()
        self._held[site] = (number, came, go)
        self._all.append(go)
        return came, go

    def _hold(self, site, path):
        number, came, go = self._held.get(site, (None, None, None))
        if number is not None and len(self.asked[site]) == number:
            came.set()
            go.wait(120)

    def profiles(self, folder):
        for site, base in self.bases.items():
            add_site(folder, base, name=site)

    def forget(self):
        for asked in self.asked.values():
            asked.clear()


def on_one_machine(folder, district, *, asked=None):
    """What a plain crawl keeps; it asks for what was ``asked``."""
    district.profiles(folder)
    district.forget()
    assert command("--archive", folder, "crawl", *district.papers).status == 0
    assert asked is None or district.asked == asked
    district.forget()
    return kept(folder)


def crawl(cluster, folder, *more):
    return ("--archive", folder, "cluster", "crawl", "--scheduler", cluster.address, "--json", *more)


def warc_files(folder):
    return list((folder / "warc").rglob("*.warc.gz"))


def captured(folder):
    return rows(folder, "SELECT url, status, count(*) AS n FROM captures GROUP BY 1, 2 ORDER BY 1, 2")


def articles_captured(folder):
    """How often each article was fetched; of listings and robots.txt a second crawl fetches some again."""
    return [row for row in captured(folder) if "/tin/" in row["url"]]


def assert_whole(folder):
    assert_sound(folder)
    assert [found for found in verify(folder, workers=1) if isinstance(found, Finding)] == []
    assert list((folder / "parts").glob("*")) == []
    assert list((folder / "locks").glob(".call-*")) == []
    assert orphans(folder) == []


def test_a_crawl_on_a_cluster_keeps_what_one_machine_keeps(tmp_path, cluster):
    with District(*SITES) as district:
        whole = on_one_machine(tmp_path / "one", district)
        many = tmp_path / "many"
        district.profiles(many)
        done = call(*crawl(cluster, many, *SITES), NEWSARCHIVE_CONTACT="archive@library.example")
        assert done.status == 0, done.err
        assert kept(many) == whole
        assert captured(many) == captured(tmp_path / "one")
        assert_whole(many)
        assert sorted(run["site"] for run in done.json) == sorted(SITES)
        assert done.json == [rows(many, "SELECT * FROM runs WHERE id = ?", run["id"])[0] for run in done.json]
        assert {run["articles_new"] for run in done.json} == {9}
        for site in SITES:
            assert f"{site}: crawling on tcp://127.0.0.1:" in done.err
            assert f"{site}: complete: 9 new" in done.err
        assert all(b"archive@library.example" in gzip.decompress(file.read_bytes()) for file in warc_files(many))

        # Crawled again it asks for what is new, as a plain crawl does.
        district.forget()
        district.papers["quan-ba"].print(1)
        again = call(*crawl(cluster, many, "--all"))
        assert {run["site"]: run["articles_new"] for run in again.json} == {"quan-1": 0, "quan-ba": 1}
        asked = {site: list(paths) for site, paths in district.asked.items()}
        assert [len(asked[site]) for site in SITES] == [2, 4]
        whole = on_one_machine(tmp_path / "one", district, asked=asked)
        assert kept(many) == whole
        assert captured(many) == captured(tmp_path / "one")
        assert_whole(many)


def test_a_worker_that_is_killed_costs_a_retry_and_loses_nothing(tmp_path, cluster):
    with District(*SITES) as district:
        whole = on_one_machine(tmp_path / "one", district)
        many = tmp_path / "many"
        district.profiles(many)
        came, _ = district.hold("quan-ba")
        called = Called(*crawl(cluster, many, *SITES))
        assert came.wait(120)
        cluster.worker_of("quan-ba").kill()
        done = called.done()
        assert done.status == 0, done.err
        assert "is lost; quan-ba is gone on with on another" in done.err
        assert kept(many) == whole
        assert articles_captured(many) == articles_captured(tmp_path / "one")
        assert_whole(many)
        outcomes = [row["outcome"] for row in rows(many, "SELECT outcome FROM runs WHERE site = 'quan-ba' ORDER BY id")]
        assert outcomes == ["interrupted", "complete"]
        assert [run["outcome"] for run in done.json] == ["complete"] * len(SITES)


def test_work_whose_workers_all_die_is_given_up_and_what_they_brought_is_kept(tmp_path, cluster):
    with District("quan-ba") as district:
        whole = on_one_machine(tmp_path / "one", district)
        many = tmp_path / "many"
        district.profiles(many)
        called = Called(*crawl(cluster, many, "quan-ba"))
        for number in (6, 9):
            came, _ = district.hold("quan-ba", number)
            assert came.wait(120)
            cluster.worker_of("quan-ba").kill()
        done = called.done()
        assert done.status == 1
        assert "quan-ba: given up: every worker that had it died; look at the workers' logs; interrupted: " in done.err
        assert_whole(many)
        assert 0 < len(rows(many, "SELECT id FROM articles")) < 9
        cluster.complete()
        assert call(*crawl(cluster, many, "quan-ba")).status == 0
        assert kept(many) == whole


def test_sigterm_ends_the_crawls_on_the_workers_and_keeps_what_came(tmp_path, cluster):
    sites = [f"quan-{number}" for number in range(11, 15)]
    with District(*sites, count=3) as district:
        many = tmp_path / "many"
        district.profiles(many)
        held = [district.hold(site, 4) for site in sites]
        called = Called(*crawl(cluster, many, *sites))
        eventually(lambda: sum(came.is_set() for came, _ in held) == 2, "each worker crawls one site at a time")
        called.kill(signal.SIGTERM)
        done = called.done()
        for _, go in held:
            go.set()
        assert done.status == 1, done.err
        assert "stopped; not begun: " in done.err
        assert {run["outcome"] for run in done.json} == {"interrupted"}
        assert len(done.json) == 2
        assert_whole(many)
        assert cluster.at_work() == []
        assert call(*crawl(cluster, many, *sites)).status == 0
        assert len(rows(many, "SELECT id FROM articles")) == 3 * len(sites)


def test_a_caller_that_is_killed_leaves_what_the_next_call_brings_in(tmp_path, cluster):
    with District(*SITES) as district:
        whole = on_one_machine(tmp_path / "one", district)
        many = tmp_path / "many"
        district.profiles(many)
        came, go = district.hold("quan-ba")
        called = Called(*crawl(cluster, many, *SITES))
        assert came.wait(120)
        called.kill()
        called.done()
        assert called.status == -signal.SIGKILL
        assert (many / "parts" / "quan-ba").is_dir()
        go.set()
        done = call(*crawl(cluster, many, *SITES))
        assert done.status == 0, done.err
        assert "quan-ba: what an earlier call left in " in done.err
        assert kept(many) == whole
        assert articles_captured(many) == articles_captured(tmp_path / "one")
        assert list((many / "parts").iterdir()) == []
        assert_sound(many)
        assert cluster.at_work() == []


def test_a_site_that_another_crawl_holds_is_left_to_it_and_holds_one_off(tmp_path, cluster):
    with District("quan-ba", "quan-hai") as district:
        district.profiles(tmp_path)
        with Archive.create(tmp_path):
            pass
        lock = SiteLock(tmp_path, "quan-hai")
        came, go = district.hold("quan-ba")
        try:
            called = Called(*crawl(cluster, tmp_path, "quan-ba", "quan-hai"))
            assert came.wait(120)
            assert command("--archive", tmp_path, "crawl", "quan-ba").status == 4
            go.set()
            done = called.done()
        finally:
            lock.release()
        assert done.status == 4
        assert "quan-hai: another run is at work on this site" in done.err
        assert [run["site"] for run in done.json] == ["quan-ba"]
        assert_whole(tmp_path)


def test_what_goes_wrong_on_one_site_is_told_and_the_others_are_crawled(tmp_path, cluster):
    with District("quan-ba", "quan-hai") as district:
        district.profiles(tmp_path)
        dead = district.bases["quan-hai"]
        (tmp_path / "sites" / "quan-hai.toml").write_text(f'title = "x"\nlistings = ["{dead[:-5]}1/tin"]\ndelay = 0\n')
        done = call(*crawl(cluster, tmp_path, "quan-ba", "quan-hai", "--no-images", "--since", "2021-01-01"))
        assert done.status == 3
        assert "quan-hai: nothing: nothing could be read" in done.err
        assert "quan-ba: complete" in done.err


@pytest.mark.parametrize("arguments", [["quan-khong-co"], [], ["--all", "quan-ba"]])
def test_sites_are_named_as_for_a_plain_crawl(tmp_path, started, arguments):
    done = call(*crawl(started, tmp_path, *arguments))
    assert done.status == 2
    assert not (tmp_path / "news.db").exists()


def test_time_that_is_over_is_no_alarm(tmp_path, cluster):
    """More sites than workers take, none of them read through by then."""
    sites = [f"quan-{number}" for number in range(11, 14)]
    with District(*sites, count=200, delay=0.1) as district:
        district.profiles(tmp_path)
        done = call(*crawl(cluster, tmp_path, *sites, "--max-time", "15s"))
        assert done.status == 0, done.err
        assert {run["outcome"] for run in done.json} <= {"deadline"}
        assert len(rows(tmp_path, "SELECT id FROM articles")) < 600
        assert_whole(tmp_path)
