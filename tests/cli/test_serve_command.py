"""``newsarchive serve`` as a process: how it begins and ends, what it answers while the archive changes under it."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest

pytest.importorskip("datasette", reason="the reading room is the extra [web]")

import httpx
from archives import keep
from crawling import Paper, Running, add_site, serve

from newsarchive.archive.store import Archive


@contextmanager
def serving(folder):
    """The command at work, with a client of it as ``reader``; what it prints after its first line is not lost."""
    command = [sys.executable, "-m", "newsarchive", "--archive", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as room:
        try:
            said = room.stderr.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", said)[0]
            with httpx.Client(base_url=address, timeout=30, headers={"accept-language": "en"}) as reader:
                room.reader = reader
                yield room
        finally:
            room.kill()


def ended(room, number=signal.SIGTERM):
    """Its exit status and all that it printed, after a signal."""
    room.send_signal(number)
    return room.wait(30), room.stdout.read() + room.stderr.read()


def total(room, query=""):
    return room.reader.get(f"/search.json?q={query}").raise_for_status().json()["total"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_when_it_is_told_to(folder, archive, number):
    keep(archive, "Gặt lúa")
    with serving(folder) as room:
        assert total(room, "lua") == 1
        assert ended(room, number) == (0, "")


def test_it_ends_though_somebody_is_taking_a_file(folder, archive):
    for index in range(8):
        keep(archive, f"Tràng giang {index}", "Dài. " * 200_000)
    with serving(folder) as room:
        place = urlsplit(str(room.reader.base_url))
        asking = f"GET /search.jsonl HTTP/1.1\r\nhost: {place.netloc}\r\n\r\n".encode()
        with socket.create_connection((place.hostname, place.port)) as gone:
            gone.sendall(asking)
            assert gone.recv(12) == b"HTTP/1.1 200"
        # Whoever closed the window is no trouble, and neither is who still has it open.
        assert total(room) == 8
        with socket.create_connection((place.hostname, place.port)) as slow:
            slow.sendall(asking)
            assert slow.recv(12) == b"HTTP/1.1 200"
            status, said = ended(room)
    assert status == 0
    assert "Traceback" not in said


def test_a_port_in_use_is_a_sentence(run, archive):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("serve", "--port", port)
    assert (result.status, result.out) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in result.err
    assert "--port" in result.err


def test_no_archive_is_a_sentence(run, folder):
    result = run("serve")
    assert result.status == 2
    assert f"{folder}/news.db: no archive here yet" in result.err


@pytest.mark.parametrize("lacking", ["uvicorn", "datasette.app"])
def test_what_is_not_installed_is_a_sentence(run, archive, monkeypatch, lacking):
    monkeypatch.setitem(sys.modules, lacking, None)
    monkeypatch.delitem(sys.modules, "newsarchive.web.serve", raising=False)
    result = run("serve")
    assert result.status == 2
    assert f"needs {lacking.partition('.')[0]}, which is not installed" in result.err
    assert "pip install 'newsarchive[web]'" in result.err


class Waiting(Paper):
    """A paper that gives its last article only when it may."""

    def handle(self, path):
        if path == self.last:
            self.asked.set()
            assert self.may.wait(60)
        return super().handle(path)


def test_a_crawl_at_work_is_read_as_it_goes(folder):
    paper = Waiting(6)
    paper.last, paper.asked, paper.may = paper.order[-1], threading.Event(), threading.Event()
    Archive.create(folder).close()
    with serve(paper) as base, serving(folder) as room:
        add_site(folder, base)
        assert total(room) == 0
        crawl = Running("--archive", folder, "crawl", "sen-hong", "--json")
        assert paper.asked.wait(60)
        for path in ("/", "/search?q=hem", "/site/sen-hong", "/timeline", "/bylines", "/news/articles"):
            assert room.reader.get(path).status_code == 200, path
        assert total(room) < 6
        paper.may.set()
        assert crawl.done().status == 0
        assert total(room) == 6
        assert "6 articles" in room.reader.get("/site/sen-hong").text
        assert ended(room) == (0, "")


def test_a_writer_that_holds_the_database_is_not_waited_for(folder, archive):
    keep(archive, "Gặt lúa")
    with serving(folder) as room, closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("UPDATE articles SET title = 'Làm đường'")
        assert (total(room, "gat"), total(room, "duong")) == (1, 0)
        assert "Gặt lúa" in room.reader.get("/").text
        writer.execute("COMMIT")
        assert (total(room, "gat"), total(room, "duong")) == (0, 1)
        assert "Làm đường" in room.reader.get("/").text


def test_an_archive_that_goes_away_and_another_in_its_place(folder, tmp_path):
    for place, titles in ((folder, ["Gặt lúa"]), (tmp_path / "khác", ["Làm đường", "Làm cầu"])):
        with Archive.create(place) as archive:
            for title in titles:
                keep(archive, title)
    with serving(folder) as room:
        assert total(room) == 1
        folder.rename(tmp_path / "xa")
        for path in ("/", "/search?q=lua", "/article/1", "/news/articles"):
            answer = room.reader.get(path)
            assert answer.status_code == 503, path
            assert "The archive cannot be read now." in answer.text
        (tmp_path / "khác").rename(folder)
        assert total(room) == 2
        assert "Làm cầu" in room.reader.get("/").text
        assert room.reader.get("/news/articles.json?_shape=array").json()[1]["title"] == "Làm cầu"
        status, said = ended(room)
    assert status == 0
    assert "Traceback" not in said
