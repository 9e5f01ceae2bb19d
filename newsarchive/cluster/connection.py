"""A cluster's scheduler and workers, as the caller of work sees them: reached, fit for the work, lost.

What is wrong is said in one sentence each. Which work there is stands in :mod:`newsarchive.cluster.crawls` and
:mod:`newsarchive.cluster.readers`.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import pkgutil
import socket
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsarchive import __version__
from newsarchive.archive.locks import SiteLock, is_held
from newsarchive.cluster import work

PATIENCE = 10.0
"""Seconds in which a scheduler has to answer."""
LONELY = 30.0
"""Seconds to wait for a worker where there is none."""
_TRIES = 5
"""How often work is tried again that workers refused."""
_STALE = 3600
"""Seconds after which the sign of a caller that died is swept away."""
_HEAD = 1 << 20
"""A scheduler begins with the length of its greeting, eight bytes; a greeting is far shorter than this."""


class ClusterError(Exception):
    """The cluster cannot do the work: a sentence that says why and what to do, and the command's exit ``status``."""

    def __init__(self, message: str, status: int = 3):
        super().__init__(message)
        self.status = status


class _Call:
    """A call that is made where it is unpickled: in a task, where a module that is missing is an error of that task. A
    worker that cannot unpickle the task itself dies of it, and then, one after another, all that get the task."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[object, ...]):
        self._called = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self._called


class Cluster:
    """A scheduler that was reached, its workers, and the archive at ``folder`` that they work on.

    While it is open the lock ``call`` in the archive says that the work is wanted (see :func:`newsarchive.cluster.work.
    look`). :attr:`tell` is called with sentences for a person. Made by :func:`connect`.
    """

    def __init__(self, client: Any, folder: Path, tell: Callable[[str], object]):
        self.folder = folder.absolute()
        self.call = f".call-{uuid.uuid4().hex}"
        self._client = client
        self.tell = tell
        self._lock = SiteLock(self.folder, self.call)
        self._wrong: set[str] = set()
        self._alone_since: float | None = None

    # Workers

    def wait_for_workers(self) -> None:
        """Wait until there is a worker and every one is fit for the work.

        Raises :class:`ClusterError` where none comes in :data:`LONELY` seconds, or one is not fit.
        """
        if not self.workers():
            self.tell(f"no worker is there; waiting {LONELY:.0f} seconds for one")
        self._some_worker()
        if wrong := self._unfit(set(self.workers())):
            raise ClusterError("; ".join(f"worker {worker} {reason}" for worker, reason in sorted(wrong.items())))

    def workers(self) -> dict[str, int]:
        """The workers that are fit, as far as is known: address → how many tasks it does at a time.

        Raises :class:`ClusterError` where the scheduler does not answer, and where there was no such worker for
        :data:`LONELY` seconds: to be called at least every few seconds while waiting.
        """
        try:
            workers = dict(self._client.nthreads())
        except Exception as error:
            raise self.lost() from error
        fit = {worker: threads for worker, threads in workers.items() if worker not in self._wrong}
        if fit:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > LONELY:
            raise ClusterError(f"no worker came in {LONELY:.0f} seconds; start one: {_worker_command(self.address)}")
        return fit

    def _some_worker(self) -> list[str]:
        """The workers that are fit, as soon as there is one. Raises what :meth:`workers` does."""
        while not (workers := self.workers()):
            time.sleep(0.2)
        return list(workers)

    @property
    def address(self) -> str:
        """The scheduler's address."""
        return str(self._client.scheduler.address)

    def lost(self) -> ClusterError:
        """What to raise where the scheduler went."""
        return ClusterError("the scheduler does not answer any more; when it is back, call this command again")

    def _unfit(self, workers: set[str]) -> dict[str, str]:
        """Which of the workers cannot do the work, and why."""
        try:
            versions = self._run(workers, pkgutil.resolve_name, "newsarchive:__version__")
            same = {worker for worker, version in versions.items() if version == __version__}
            looks = self._run(same, work.look, str(self.folder), self.call)
        except Exception as error:
            raise self.lost() from error
        wrong = {}
        for worker, version in versions.items():
            if isinstance(version, ImportError):
                wrong[worker] = f"has no newsarchive; install version {__version__} there and start it again"
            elif worker not in same:
                wrong[worker] = (
                    f"has newsarchive {version}, this command has {__version__};"
                    " install the same version on all machines and start the workers again"
                )
            elif reason := looks.get(worker):
                wrong[worker] = f"{reason}; every machine must see the archive's folder under one path"
        return wrong

    def _run(self, workers: set[str], function: Callable[..., Any], *arguments: object) -> dict[str, Any]:
        """What a function returns or raises on each of the workers; those that are gone meanwhile are left out."""
        if not workers:
            return {}
        answers = self._client.run(function, *arguments, workers=list(workers), on_error="return")
        return {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}

    # Work

    def submit(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Give a function of :mod:`newsarchive.cluster.work` to a worker; a distributed ``Future``.

        It is called with the version, the folder and the call, then these arguments.
        """
        chosen: dict[str, Any] = {}
        if self._wrong:
            # Others are allowed, else the work would wait for ever where these are gone; a wrong one refuses.
            chosen = {"workers": self._some_worker(), "allow_other_workers": True}
        called = _Call(function, (__version__, str(self.folder), self.call, *arguments))
        return self._client.submit(pickle.loads, pickle.dumps(called), pure=False, **chosen)

    def may_be_tried_again(self, tries: int) -> bool:
        """After work that failed: True where that may be for a worker that came later and is not fit. It is told of,
        and gets no more. ``tries`` is how often the work failed. Raises what :meth:`workers` does."""
        wrong = self._unfit(set(self.workers()))
        for worker, reason in wrong.items():
            self.tell(f"worker {worker} {reason}; it gets no work")
        self._wrong |= set(wrong)
        return bool(self._wrong) and tries <= _TRIES

    @staticmethod
    def killed_its_workers(error: Exception) -> bool:
        """True where work was given up because so many workers died that had it (four, as dask is set)."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker)

    def listen(self, heard: Callable[[dict[str, Any]], object]) -> None:
        """Have ``heard`` called, in a thread of its own, with what tasks tell."""
        self._client.subscribe_topic(self.call, lambda event: heard(event[1]))

    def want_no_more(self) -> None:
        """Ends what is at work on the workers, within seconds; a second call does nothing."""
        self._lock.release()
        with contextlib.suppress(OSError):
            (self.folder / "locks" / f"{self.call}.lock").unlink()


@contextlib.contextmanager
def connect(address: str, folder: Path, tell: Callable[[str], object]) -> Iterator[Cluster]:
    """Reach the scheduler at an address like ``tcp://HOST:8786``, with the archive at ``folder`` to work on.

    Raises :class:`ClusterError`: with status 2 where that is no address, or the library is missing; 3 where no
    scheduler answers there, no worker comes, or one is not fit for the work. Raises
    :class:`newsarchive.archive.store.ArchiveError` where the archive's folder cannot be written.
    """
    host, port = _place(address)
    with _quiet():
        client_class = _client_class()
        _look_for_scheduler(address, host, port)
        try:
            client = client_class(address, timeout=PATIENCE, set_as_default=False, name="newsarchive")
        except Exception as error:
            raise _no_scheduler(address, str(error) or type(error).__name__) from error
        try:
            _sweep(folder)
            cluster = Cluster(client, folder, tell)
            try:
                cluster.wait_for_workers()
                yield cluster
            finally:
                cluster.want_no_more()
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=2)


def _client_class() -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "`cluster` needs dask's library distributed; install it with `pip install 'newsarchive[cluster]'`", 2
        ) from error
    return Client


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No word of dask's own on stderr: what a person should know is said by us."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _place(address: str) -> tuple[str, int]:
    """Host and port of a scheduler's address. Raises :class:`ClusterError` (2)."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in ("tcp", "tls") or parts.path not in ("", "/"):
        raise ClusterError(f"{address!r} is no scheduler's address; write it as tcp://HOST:8786", 2)
    return host, port


def _look_for_scheduler(address: str, host: str, port: int) -> None:
    """Raises :class:`ClusterError` at once where nothing answers as a scheduler does: dask would try for long, and
    take the first bytes of any other server for the size of what comes."""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE / 2) as connection:
            if address.startswith("tls:"):
                return
            greeting = connection.recv(8, socket.MSG_WAITALL)
    except TimeoutError as error:
        raise _no_scheduler(address, "nothing answers") from error
    except OSError as error:
        raise _no_scheduler(address, (error.strerror or str(error)).lower()) from error
    if len(greeting) < 8 or int.from_bytes(greeting, "little") > _HEAD:
        raise _no_scheduler(address, "another server answers")


def _no_scheduler(address: str, reason: str) -> ClusterError:
    return ClusterError(
        f"no scheduler at {address} ({reason}); start one: `dask scheduler`, and workers: {_worker_command(address)}"
    )


def _worker_command(address: str) -> str:
    return f"`dask worker {address} --nworkers -1 --nthreads 4`"


def _sweep(folder: Path) -> None:
    """Take away the signs of callers that died."""
    for path in (folder / "locks").glob(".call-*.lock"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _STALE and not is_held(folder, path.stem):
                path.unlink()
