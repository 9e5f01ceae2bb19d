"""``newsarchive crawl``: its usage, its exit statuses, several sites in one process."""

import os
import signal
import socket
import time

import pytest
from crawling import Paper, Running, add_site, command, crawl, html, rows, serve

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.run import RUN_COLUMNS
from newsarchive.archive.store import Archive
from newsarchive.cli import crawl as crawl_module


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name sites"),
        (["--all", "quan-1"], "name sites"),
        (["quan-11"], "did you mean quan-1?"),
        (["quan-1", "--since", "hôm kia"], "write it as 2020-10-08"),
        (["quan-1", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_usage_is_status_2_and_makes_no_archive(run, folder, arguments, says):
    result = run("crawl", *arguments)
    assert (result.status, result.out) == (2, "")
    assert says in result.err
    assert not folder.exists()


def test_a_broken_profile_names_file_line_and_key(run, folder):
    (folder / "sites").mkdir(parents=True)
    (folder / "sites" / "hong.toml").write_text('title = "Hỏng"\nlistings = ["x\n', encoding="utf-8")
    result = run("crawl", "hong")
    assert result.status == 2
    assert "hong.toml, line 2, key 'listings'" in result.err


def test_json_is_a_list_of_runs_with_the_columns_of_the_table(folder):
    with serve(Paper(3)) as base:
        add_site(folder, base)
        done = crawl(folder)
    assert done.status == 0
    assert tuple(done.run) == RUN_COLUMNS
    assert rows(folder, "SELECT * FROM runs") == done.runs
    assert done.err.splitlines() == ["sen-hong: crawling", f"sen-hong: complete: {done.run['detail']}"]


def test_an_unreachable_site_is_status_3_and_one_clear_line(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    add_site(folder, f"http://127.0.0.1:{port}")
    done = crawl(folder)
    assert done.status == 3
    assert len(done.err.splitlines()) == 2
    assert "connection refused" in done.err


def test_several_sites_are_crawled_in_one_process_and_the_worst_counts(folder):
    """More sites than are crawled at once, one of them held, one unreachable, one with a broken page."""
    paper, broken = Paper(2), Paper(2)
    broken.edit(broken.order[0], answer=html("<h1>Lỗi</h1>", 500))
    names = [f"quan-{n}" for n in range(10, 10 + crawl_module.AT_ONCE + 2)]
    with serve(paper) as base, serve(broken) as bad_base:
        for name in names:
            add_site(folder, base, name=name)
        add_site(folder, bad_base, name="quan-hong")
        done = command("--archive", folder, "crawl", *names, "quan-hong", "--json")
        assert done.status == 1
        assert {run["site"] for run in done.runs} == {*names, "quan-hong"}
        outcomes = {run["site"]: run["outcome"] for run in done.runs}
        assert outcomes.pop("quan-hong") == "attention"
        assert set(outcomes.values()) == {"complete"}
        Archive.create(folder).close()
        lock = SiteLock(folder, names[0])
        try:
            held = command("--archive", folder, "crawl", names[0], names[1], "--json")
        finally:
            lock.release()
    assert held.status == 4
    assert [run["site"] for run in held.runs] == [names[1]]
    assert f"another run is at work on this site (process {os.getpid()})" in held.err


def test_with_all_a_broken_profile_does_not_stop_the_others(folder):
    with serve(Paper(2)) as base:
        add_site(folder, base)
        add_site(folder, base, name="quan-1")  # overrules the shipped one: nothing leaves this machine
        (folder / "sites" / "hong.toml").write_text('title = "Hỏng"\n', encoding="utf-8")
        done = command("--archive", folder, "crawl", "--all", "--json")
    assert done.status == 2
    assert sorted(run["site"] for run in done.runs) == ["quan-1", "sen-hong"]
    assert "hong.toml, key 'listings'" in done.err


def test_a_signal_ends_all_sites_and_begins_no_other(folder):
    names = [f"quan-{n}" for n in range(10, 10 + crawl_module.AT_ONCE + 2)]
    with serve(Paper(40), delay=0.1) as base:
        for name in names:
            add_site(folder, base, name=name)
        running = Running("--archive", folder, "crawl", *names, "--json")
        wait_for(lambda: (folder / "news.db").exists() and rows(folder, "SELECT count(*) AS n FROM articles")[0]["n"])
        os.kill(running.pid, signal.SIGTERM)
        done = running.done()
    assert done.status == 1
    assert {run["outcome"] for run in done.runs} == {"interrupted"}
    assert len(done.runs) == crawl_module.AT_ONCE
    assert f"not begun: {', '.join(names[crawl_module.AT_ONCE :])}" in done.err


def wait_for(happened):
    for _ in range(600):
        try:
            if happened():
                return
        except Exception:  # the database is being made
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen in 30 seconds")


@pytest.mark.parametrize("made", ["file", "foreign", "junk", "damaged"])
def test_an_archive_that_cannot_be_used_is_a_sentence(folder, made):
    if made == "file":
        folder.write_text("no folder")
    else:
        folder.mkdir()
    if made == "foreign":
        import sqlite3

        with sqlite3.connect(folder / "news.db") as other:
            other.execute("CREATE TABLE sites (name)")
        other.close()
    elif made == "junk":
        (folder / "news.db").write_bytes(b"\x00\xff" * 5000)
    elif made == "damaged":
        Archive.create(folder).close()
        data = (folder / "news.db").read_bytes()
        (folder / "news.db").write_bytes(data[: len(data) // 2])
    done = command("--archive", folder, "crawl", "quan-1")
    assert done.status in (2, 3)
    assert str(folder) in done.err
    assert len(done.err.splitlines()) == 1
