"""A command that ends when whoever started it dies, however it dies.

``python -m newsarchive.cluster.tied COMMAND …`` runs the command for as long as its own standard input stays open. Who
starts it holds the other end of that pipe, which the kernel closes with its process, be it killed by SIGKILL. Knows
nothing of ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence

GRACE = 10.0
"""Seconds the command has after SIGTERM."""


def main(command: Sequence[str]) -> int:
    """Run the command, its output ours, its input empty; returns its exit status, 128 and the signal's number where a
    signal ended it."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # what our caller asks for
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    status = child.wait()
    return status if status >= 0 else 128 - status


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    # Not sys.stdin, whose lock a thread that waits would still hold when the interpreter ends.
    while os.read(0, 1024):
        pass
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
