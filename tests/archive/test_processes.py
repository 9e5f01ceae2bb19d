"""Work shared by this process and others."""

import os
import signal
import subprocess
import sys
import time

import pytest

from newsarchive.archive.processes import AHEAD, Processes
from newsarchive.archive.store import ArchiveError

SECONDS = 60
"""How long is waited for another process at most."""


def where(number):
    return number, os.getpid()


def stall(path):
    """A piece of work that says in a file which process does it, and never ends."""
    path.with_suffix(".new").write_text(str(os.getpid()))
    path.with_suffix(".new").rename(path)
    while True:
        time.sleep(0.1)


def fail(number):
    raise LookupError(number)


def begun(path):
    """The process that does :func:`stall`."""
    for _ in range(10 * SECONDS):
        if path.exists():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError("no process began")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody asked for yet.
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_comes_is_in_order(workers):
    with Processes(workers) as processes:
        assert [number for number, _ in processes.map(where, ((n,) for n in range(50)))] == list(range(50))


def test_one_worker_is_this_process_and_does_what_is_asked_for(tmp_path):
    with Processes(1) as processes:
        pieces = [processes.submit(where, number) for number in range(4)]
        assert processes.result(pieces[2]) == (2, os.getpid())
        assert [piece.done() for piece in pieces] == [False, False, True, False]


def test_while_another_is_at_work_this_process_does_what_is_not_begun(tmp_path):
    with Processes(2) as processes:
        stalled = processes.submit(stall, tmp_path / "a")
        other = begun(tmp_path / "a")
        pieces = [processes.submit(where, number) for number in range(8)]
        # As many as lie ready for the other.
        mine = [processes.result(piece) for piece in pieces[AHEAD - 1 :]]
        assert mine == [(number, os.getpid()) for number in range(AHEAD - 1, 8)]
        assert other != os.getpid()
        os.kill(other, signal.SIGKILL)
        for lost in (stalled, *pieces[: AHEAD - 1]):
            with pytest.raises(ArchiveError, match="was killed"):
                processes.result(lost)
        with pytest.raises(ArchiveError, match="was killed"):
            processes.submit(where, 1)


def test_a_few_pieces_start_no_other_process():
    with Processes(2, few=3) as processes:
        assert {pid for _, pid in processes.map(where, ((n,) for n in range(3)))} == {os.getpid()}
        assert processes._pool is None
        processes.submit(where, 3)
        assert processes._pool is not None


def test_no_more_is_taken_than_is_soon_worked_on():
    taken = []

    def pieces():
        for number in range(100):
            taken.append(number)
            yield (number,)

    with Processes(2) as processes:
        done = processes.map(where, pieces())
        for count in range(1, 60):
            next(done)
            assert len(taken) <= count + 2 * AHEAD + 1


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_where_its_piece_is_asked_for(workers):
    with Processes(workers) as processes:
        bad, good = processes.submit(fail, 7), processes.submit(where, 1)
        assert processes.result(good)[0] == 1
        with pytest.raises(LookupError, match="7"):
            processes.result(bad)


def test_the_others_end_with_the_process_that_started_them(tmp_path):
    program = (
        "import signal\nimport sys\nfrom pathlib import Path\nfrom newsarchive.archive.processes import Processes\n"
        "from test_processes import stall\n"
        "if __name__ == '__main__':\n"
        "    processes = Processes(2)\n    processes.submit(stall, Path(sys.argv[1]))\n    signal.pause()\n"
    )
    (tmp_path / "program.py").write_text(program)
    paths = os.pathsep.join([os.path.dirname(__file__), *sys.path])  # noqa: PTH120
    started = subprocess.Popen(
        [sys.executable, tmp_path / "program.py", tmp_path / "a"], env={**os.environ, "PYTHONPATH": paths}
    )
    other = begun(tmp_path / "a")
    assert other != started.pid
    started.kill()
    started.wait()
    for _ in range(10 * SECONDS):
        if not is_alive(other):
            return
        time.sleep(0.1)
    raise AssertionError("it is still at work")
