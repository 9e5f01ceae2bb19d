"""What may be wrong with a cluster, each told in one sentence, with its exit status, in a bounded time."""

import socket
import sys
import threading
from contextlib import contextmanager

import pytest
from crawling import Paper, add_site, assert_sound, rows, serve
from machines import Called, Cluster, call, eventually

from newsarchive import __version__
from newsarchive.cli import main
from newsarchive.cluster import connection


def run(capsys, *arguments):
    """The command in this process: its exit status and what it said."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments)])
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1, said
    assert "Traceback" not in said
    return ended.value.code, said


def crawl(folder, address):
    add_site(folder, "http://127.0.0.1:1")
    return ("--archive", folder, "cluster", "crawl", "sen-hong", "--scheduler", address)


@pytest.mark.parametrize(
    "address",
    ["", "localhost", "tcp://", "tcp://127.0.0.1", "127.0.0.1:8786", "tcp://127.0.0.1:x", "http://127.0.0.1:8786"],
)
def test_an_address_that_is_none(tmp_path, capsys, address):
    status, said = run(capsys, *crawl(tmp_path, address))
    assert status == 2
    assert f"{address!r} is no scheduler's address; write it as tcp://HOST:8786" in said


def test_nothing_listens_there(tmp_path, capsys):
    status, said = run(capsys, *crawl(tmp_path, "tcp://127.0.0.1:1"))
    assert status == 3
    assert "no scheduler at tcp://127.0.0.1:1 (connection refused); start one: `dask scheduler`" in said
    assert "`dask worker tcp://127.0.0.1:1 --nworkers -1 --nthreads 4`" in said


def test_no_such_host(tmp_path, capsys, monkeypatch):
    def unknown(*arguments, **named):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(connection.socket, "create_connection", unknown)
    status, said = run(capsys, *crawl(tmp_path, "tcp://khong-co.example:8786"))
    assert (status, "name or service not known" in said) == (3, True)


@contextmanager
def server(greeting):
    """A server that is no scheduler: says its greeting, and nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            kept = []
            while True:
                try:
                    connected, _ = listening.accept()
                except OSError:
                    return
                connected.sendall(greeting)
                kept.append(connected)

        threading.Thread(target=answer, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    ("greeting", "reason"), [(b"", "nothing answers"), (b"220 mail.example ESMTP\r\n", "another server answers")]
)
def test_another_server_listens_there(tmp_path, capsys, monkeypatch, greeting, reason):
    monkeypatch.setattr(connection, "PATIENCE", 1)
    with server(greeting) as address:
        status, said = run(capsys, *crawl(tmp_path, address))
    assert (status, f"({reason})" in said) == (3, True)


def test_the_library_is_not_installed(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, said = run(capsys, *crawl(tmp_path, "tcp://127.0.0.1:8786"))
    assert (status, "pip install 'newsarchive[cluster]'" in said) == (2, True)


@pytest.mark.parametrize("command", [["reextract"], ["reextract", "--dry-run"]])
def test_an_archive_that_is_not_there(tmp_path, capsys, command):
    arguments = ("--archive", tmp_path / "none", "cluster", *command, "--scheduler", "tcp://127.0.0.1:1")
    status, said = run(capsys, *arguments)
    assert (status, "no archive here yet" in said) == (2, True)


def fake(folder, text):
    """A folder with another newsarchive in it."""
    (folder / "newsarchive").mkdir(parents=True)
    (folder / "newsarchive" / "__init__.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A scheduler of its own, for workers that are not fit."""
    cluster = Cluster(tmp_path_factory.mktemp("bare"))
    try:
        yield cluster
    finally:
        cluster.close()


def test_no_worker_comes(tmp_path, capsys, monkeypatch, bare):
    monkeypatch.setattr(connection, "LONELY", 0.5)
    with pytest.raises(SystemExit) as ended:
        main([*map(str, crawl(tmp_path, bare.address))])
    first, second = capsys.readouterr().err.splitlines()
    assert ended.value.code == 3
    assert "no worker is there; waiting" in first
    assert f"start one: `dask worker {bare.address} --nworkers -1 --nthreads 4`" in second


def test_a_worker_of_another_version_is_named(tmp_path, capsys, bare):
    worker = bare.add_worker(path=fake(tmp_path / "other", "__version__ = '0.0.1'"))
    (address,) = eventually(bare.there, "the worker did not come")
    status, said = run(capsys, *crawl(tmp_path, bare.address))
    assert status == 3
    assert f"worker {address} has newsarchive 0.0.1, this command has {__version__}" in said
    bare.end(worker)


def test_a_worker_without_newsarchive_is_named(tmp_path, capsys, bare):
    worker = bare.add_worker(path=fake(tmp_path / "none", "raise ModuleNotFoundError('No module named newsarchive')"))
    (address,) = eventually(bare.there, "the worker did not come")
    status, said = run(capsys, *crawl(tmp_path, bare.address))
    assert (status, f"worker {address} has no newsarchive; install version {__version__}" in said) == (3, True)
    bare.end(worker)


def test_a_worker_that_sees_another_folder_is_named(tmp_path, capsys, monkeypatch, cluster):
    """A relative path is made absolute here; a worker elsewhere has nothing there."""
    seen = connection.Cluster.__init__

    def elsewhere(self, client, folder, tell):
        seen(self, client, folder, tell)
        self.folder = elsewhere.folder

    monkeypatch.setattr(connection.Cluster, "__init__", elsewhere)
    arguments = crawl(tmp_path / "archive", cluster.address)
    elsewhere.folder = tmp_path / "nowhere"
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments)])
    assert ended.value.code == 3
    assert f"does not see the folder {tmp_path / 'nowhere'}" in capsys.readouterr().err
    elsewhere.folder = tmp_path / "other"
    (tmp_path / "other").mkdir()
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments)])
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert f"sees another folder at {tmp_path / 'other'}" in said
    assert said.count("every machine must see the archive's folder under one path") == 2


def test_a_worker_of_another_version_that_joins_later_gets_no_work(tmp_path, bare):
    """It is the only one left when the first dies; the work waits for one that is fit."""
    good = bare.add_worker()
    eventually(bare.there, "the worker did not come")
    came, go = threading.Event(), threading.Event()
    asked = []

    def hold(path):
        asked.append(path)
        if len(asked) == 4:
            came.set()
            go.wait(120)

    with serve(Paper(5), fault=hold) as base:
        add_site(tmp_path, base)
        called = Called("--archive", tmp_path, "cluster", "crawl", "sen-hong", "--scheduler", bare.address)
        assert came.wait(120)
        bad = bare.add_worker(path=fake(tmp_path / "other", "__version__ = '0.0.1'"))
        eventually(lambda: len(bare.there()) == 2, "the worker did not come")
        good.kill()
        go.set()
        eventually(lambda: len(bare.there()) == 1, "the worker did not go")
        bare.add_worker()
        done = called.done()
    assert done.status == 0, done.err
    assert done.err.count("it gets no work") == 1
    assert len(rows(tmp_path, "SELECT id FROM articles")) == 5
    assert_sound(tmp_path)
    bare.end(bad)


def test_a_scheduler_that_goes_ends_the_call_and_the_next_goes_on(tmp_path, tmp_path_factory, cluster):
    short = Cluster(tmp_path_factory.mktemp("short"))
    try:
        short.complete(1)
        came, go = threading.Event(), threading.Event()
        asked = []

        def hold(path):
            asked.append(path)
            if len(asked) == 4:
                came.set()
                go.wait(120)

        with serve(Paper(5), fault=hold) as base:
            add_site(tmp_path, base)
            called = Called("--archive", tmp_path, "cluster", "crawl", "sen-hong", "--scheduler", short.address)
            assert came.wait(120)
            short.scheduler.kill()
            go.set()
            done = called.done()
            assert done.status == 3
            assert "the scheduler does not answer any more" in done.err
            again = call("--archive", tmp_path, "cluster", "crawl", "sen-hong", "--scheduler", cluster.address)
        assert again.status == 0, again.err
        assert len(rows(tmp_path, "SELECT id FROM articles")) == 5
        assert_sound(tmp_path)
    finally:
        short.close()
