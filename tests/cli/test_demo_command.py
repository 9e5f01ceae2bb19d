"""``newsarchive demo`` in an empty folder, twice, and what it tells a person to do next."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from archives import keep
from crawling import rows

from newsarchive.archive.store import Archive

PROGRAM = Path(sys.executable).with_name("newsarchive")


def newsarchive(folder, *arguments, **environment):
    """The installed command in a process of its own, called in a folder."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key != "NEWSARCHIVE_DIR"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """An empty folder in which the demo ran twice, and how it ended each time."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, [newsarchive(folder, "demo") for _ in range(2)]


def articles(folder):
    return rows(folder / "data" / "demo", "SELECT url, title FROM articles")


def test_the_demo_keeps_the_site_and_reports(shown):
    folder, (first, _) = shown
    assert first.returncode == 0, first.stderr
    assert len(articles(folder)) >= 60
    assert f"{len(articles(folder))} articles" in first.stdout
    assert "1 page is broken, which is meant" in first.stdout
    assert "1 page is gone, which is meant" in first.stdout
    assert "học sinh" in first.stdout
    assert "data/demo/news.db" in first.stdout
    assert "sen-hong: crawling" in first.stderr
    assert "Traceback" not in first.stderr


def test_a_second_demo_works_and_keeps_nothing_twice(shown):
    folder, (first, second) = shown
    assert second.returncode == 0, second.stderr
    assert f"{len(articles(folder))} articles" in first.stdout
    assert len({article["title"] for article in articles(folder)}) == len(articles(folder))


def test_what_to_run_next_can_be_pasted(shown):
    folder, (first, _) = shown
    lines = first.stdout[first.stdout.index("\nNext") :].splitlines()
    commands = [shlex.split(line) for line in lines if line.startswith("  ")]
    assert [words[-1] for words in commands if words[-1] in ("status", "sites")] == ["status", "sites"]
    (serve,) = [words for words in commands if words[-1] == "serve"]
    for words in commands:
        if words is serve:
            continue
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout or "articles written" in done.stderr
    assert (folder / "sen-hong.csv").stat().st_size > 100_000


def test_the_reading_room_it_names_can_be_pasted(shown):
    pytest.importorskip("datasette", reason="the reading room is the extra [web]")
    folder, (first, _) = shown
    (line,) = [line for line in first.stdout.splitlines() if line.endswith(" serve")]
    command = [*shlex.split(line), "--port", "0"]  # the usual one may be in use here
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, encoding="utf-8") as room:
        said = room.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]
        with urlopen(address) as answer:
            assert "Quận Sen Hồng" in answer.read().decode()
        room.send_signal(signal.SIGINT)
        assert (room.wait(30), room.stderr.read()) == (0, "")


def test_the_demo_never_touches_an_archive_of_other_sites(tmp_path):
    real = tmp_path / "data"
    with Archive.create(real) as archive:
        keep(archive, "Tin thật")
        archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (real / "news.db").read_bytes()
    refused = newsarchive(tmp_path, "--archive", "data", "demo")
    assert refused.returncode == 2
    assert "holds song-trang" in refused.stderr
    beside = newsarchive(tmp_path, "demo", NEWSARCHIVE_DIR=str(real))
    assert beside.returncode == 0, beside.stderr
    assert (real / "news.db").read_bytes() == before
    assert list((real / "sites").iterdir()) == []
    assert (real / "demo" / "news.db").exists()


def test_a_port_that_is_taken_is_a_sentence(run, folder):
    (folder / "sites").mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (folder / "sites" / "sen-hong.toml").write_text(f'listings = ["http://127.0.0.1:{port}/x"]', encoding="utf-8")
        result = run("demo")
    assert result.status == 3
    assert f"port {port}, where its site was served last time, is in use" in result.err


def test_a_place_that_cannot_be_written_is_a_sentence(run, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    result = run("demo")
    assert result.status == 3
    assert "name a folder you may write" in result.err
