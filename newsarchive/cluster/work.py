"""What workers do. Each function is called by its name on a machine that may be set up otherwise, so each says first
where it does not belong: another version, a folder that is another there.

Arguments and answers are plain values: a worker of another version must be able to read them to refuse.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from newsarchive import __version__
from newsarchive.archive.locks import is_held

POLL = 0.5
"""Seconds between two looks at a crawl's process, and at whether its caller still wants it."""
PATIENCE = 120.0
"""Seconds to wait for a part that a lost worker's crawl still holds: it is ended as soon as its worker is, and locks
of a machine that vanished are given back by an NFS server after its lease of 90 seconds."""
GRACE = 20.0
"""Seconds that a crawl has to end when its caller wants it no more."""


class WrongWorkerError(Exception):
    """This worker cannot do the work; the message says why, ready to follow "worker ADDRESS "."""


def look(folder: str, call: str) -> str | None:
    """Why a worker cannot work on the archive at ``folder``; None where it can.

    The caller of the work holds the lock ``call`` there: a worker has to see the file, and that it is held.
    """
    if not Path(folder).is_dir():
        return f"does not see the folder {folder}"
    if not (Path(folder) / "locks" / f"{call}.lock").is_file():
        return f"sees another folder at {folder}: what this command wrote there is not in it"
    if not is_held(Path(folder), call):
        return f"does not see in {folder} that this command holds a lock: mount it with locks for all machines (NFSv4)"
    return None


def refuse_if_wrong(version: str, folder: str, call: str) -> None:
    """Raises :class:`WrongWorkerError` where the caller's version is another, or the folder is."""
    if version != __version__:
        raise WrongWorkerError(f"has newsarchive {__version__}")
    if (reason := look(folder, call)) is not None:
        raise WrongWorkerError(reason)


def crawl(version: str, folder: str, call: str, job: dict[str, Any]) -> dict[str, Any]:
    """Crawl one site into its part of the archive, in a process of its own.

    ``job``: the ``site``; the ``part``'s folder; the ``options`` of ``crawl``; ``until``, the moment (of the epoch) at
    which all ends, or None; the ``environment`` that the crawl is to have. That the crawl begins is told under the
    topic ``call``. It ends as soon as the caller no longer holds ``call``, or this worker dies.

    Returns the process's exit ``status`` (None: it was not begun) and its last line to a person, ``error``.
    """
    refuse_if_wrong(version, folder, call)
    _tell(call, {"site": job["site"]})
    if not _wait_until_free(Path(folder), call, Path(job["part"]), job["site"]):
        return {"status": 4, "error": f"its part of the archive, {job['part']}, is still held by another crawl"}
    limits: list[str] = []
    if job["until"] is not None:
        left = int(job["until"] - time.time())
        if left <= 0:
            return {"status": None, "error": ""}
        limits = ["--max-time", f"{left // 3600}h{left % 3600}s"]
    command = [sys.executable, "-m", "newsarchive", "--archive", job["part"], "crawl", job["site"], "--json"]
    with tempfile.TemporaryFile() as said:
        status = _run([*command, *job["options"], *limits], job["environment"], said, Path(folder), call)
        return {"status": status, "error": _last_line(said)}


def _tell(topic: str, message: dict[str, Any]) -> None:
    from distributed import get_worker

    worker = get_worker()
    worker.log_event(topic, {**message, "worker": worker.address})


def _wait_until_free(folder: Path, call: str, part: Path, site: str) -> bool:
    """True once no crawl holds the part; False where that lasts too long, or the caller wants no more."""
    deadline = time.monotonic() + PATIENCE
    while is_held(part, site):
        if time.monotonic() > deadline or not is_held(folder, call):
            return False
        time.sleep(POLL)
    return True


def _run(command: list[str], environment: dict[str, str], said: IO[bytes], folder: Path, call: str) -> int:
    """Run a command until it ends or is to end; returns its exit status. What it says to people goes to ``said``."""
    tied = subprocess.Popen(  # noqa: S603  # a list, without a shell
        [sys.executable, "-m", "newsarchive.cluster.tied", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        env={name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")} | environment,
        # Ctrl-C at the worker's terminal is for the worker, whose end then ends this.
        start_new_session=True,
    )
    assert tied.stdin is not None
    with tied:
        while is_held(folder, call):
            try:
                return tied.wait(POLL)
            except subprocess.TimeoutExpired:
                continue
        tied.stdin.close()
        try:
            return tied.wait(GRACE)
        except subprocess.TimeoutExpired:
            tied.kill()
            return tied.wait()


def _last_line(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - 4096))
    lines = said.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def read_pages(version: str, folder: str, call: str, pages: bytes) -> bytes:
    """Read a batch of an archive's pages; ``pages`` and what is returned are pickled lists of
    :class:`newsarchive.archive.readers.Page` and :class:`newsarchive.archive.readers.Read`."""
    from newsarchive.archive.readers import read

    refuse_if_wrong(version, folder, call)
    warc = Path(folder) / "warc"
    # From the caller, who may have any code run here.
    asked = pickle.loads(pages)  # noqa: S301
    return pickle.dumps([read(warc, page) for page in asked])
