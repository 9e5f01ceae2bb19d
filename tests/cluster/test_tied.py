"""A command that is tied to whoever started it."""

import signal
import subprocess
import sys

import psutil
import pytest

TIED = [sys.executable, "-m", "newsarchive.cluster.tied", sys.executable, "-c"]


def start(program):
    return subprocess.Popen([*TIED, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("print('xong')", 0),
        ("print('xong', flush=True); raise SystemExit(3)", 3),
        ("import os; print('xong', flush=True); os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
    ],
)
def test_its_output_and_end_are_the_commands(program, status):
    with start(program) as tied:
        assert tied.stdout.read() == "xong\n"
        assert tied.wait() == status


def test_it_ends_with_the_pipe():
    with start("import os, signal; print(os.getpid(), flush=True); signal.pause()") as tied:
        child = psutil.Process(int(tied.stdout.readline()))
        tied.stdin.close()
        assert tied.wait() == 128 + signal.SIGTERM
        assert not child.is_running()


def test_a_command_that_does_not_listen_is_killed():
    program = (
        "import newsarchive.cluster.tied as tied, sys; tied.GRACE = 0.2;"
        "deaf = 'import signal; signal.signal(15, signal.SIG_IGN); print(1, flush=True)\\nwhile True: signal.pause()';"
        "sys.exit(tied.main([sys.executable, '-c', deaf]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tied:
        assert tied.stdout.readline() == "1\n"
        tied.stdin.close()
        assert tied.wait() == 128 + signal.SIGKILL
