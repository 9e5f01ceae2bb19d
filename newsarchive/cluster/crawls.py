"""Crawls of many sites on a cluster: a site's part is made, crawled on some worker, and brought in."""

from __future__ import annotations

import os
import queue
import signal
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.run import EXIT_STATUS
from newsarchive.archive.store import ArchiveError
from newsarchive.cluster import parts, work
from newsarchive.cluster.connection import Cluster, ClusterError

_POLL = 1.0
"""Seconds between two looks at who is still there."""
_AHEAD = 2
"""Sites that lie ready besides those at work, so that no worker waits while a part is brought in."""
_GRACE = work.GRACE + 10
"""Seconds for the crawls at work to end once they are told to."""


_UNBEGUN = {"status": None, "error": "", "lost": False}
"""What is said of work that no worker began, in the words of :func:`newsarchive.cluster.work.crawl`."""


def _lost(why: str) -> dict[str, Any]:
    """What is said of work that was begun, and of whose end no worker told."""
    return {"status": 1, "error": why, "lost": True}


class Progress(Protocol):
    """Who shows how far it is."""

    def say(self, text: str) -> None:
        """A sentence for a person."""

    def begun(self, site: str, worker: str) -> None:
        """A worker is at work on a site."""

    def ended(self, site: str, how: str) -> None:
        """A site is done, or given up."""


@dataclass(slots=True)
class _Given:
    """A site that is given away: its lock in the archive, its part, the work, and which worker has it."""

    site: str
    lock: SiteLock
    part: parts.Part
    work: Any = None
    worker: str | None = None
    tries: int = 0


@dataclass(slots=True)
class Crawls:
    """Crawls of ``sites`` into the archive at ``folder``, on a cluster.

    ``options`` are those of ``crawl`` for each; at ``until``, a moment of the epoch, all end. :meth:`work` does it;
    ``records`` then holds the rows of table ``runs``, ``statuses`` an exit status for each site.
    """

    cluster: Cluster
    folder: Path
    sites: Sequence[str]
    options: Sequence[str]
    until: float | None
    progress: Progress
    records: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    _waiting: deque[str] = field(default_factory=deque)
    _given: dict[str, _Given] = field(default_factory=dict)
    _heard: queue.SimpleQueue[Callable[[], None]] = field(default_factory=queue.SimpleQueue)
    _end: float | None = None

    def work(self) -> None:
        """Crawl until no site waits, or until SIGTERM or Ctrl-C: then the crawls at work end, and what they brought is
        kept. A second Ctrl-C leaves it in ``parts``."""
        self._waiting.extend(self.sites)
        self.cluster.tell = self.progress.say
        self.cluster.listen(lambda told: self._heard.put(lambda: self._begun(told["site"], told["worker"])))
        with _signals(lambda: self._heard.put(self._stopped)):
            try:
                for part in parts.left(self.folder):
                    self._bring_in_left(part)
                self._give()
                while self._given:
                    self._wait()
                    self._give()
            finally:
                for given in self._given.values():
                    given.lock.release()

    # Giving sites away

    def _give(self) -> None:
        """Give away as many sites as are wanted."""
        if self._end is None and self._waiting and self.until is not None and time.time() > self.until:
            self._drop("out of time")
        try:
            while self._waiting and len(self._given) < sum(self.cluster.workers().values()) + _AHEAD:
                self._give_one(self._waiting.popleft())
        except ClusterError as error:
            self._fail(error)

    def _give_one(self, site: str) -> None:
        try:
            lock = SiteLock(self.folder, site)
        except SiteBusyError as error:
            self.progress.ended(site, str(error).removeprefix(f"{site}: "))
            self.statuses.append(4)
            return
        try:
            if (path := self.folder / "parts" / site).exists():
                raise ArchiveError(f"{path}: left by an earlier call and not brought in; look at what was said of it")
            given = _Given(site, lock, parts.make(self.folder, site, lock))
        except (ArchiveError, OSError, sqlite3.Error) as error:
            lock.release()
            self.progress.ended(site, f"not begun: {error}")
            self.statuses.append(2 if isinstance(error, ArchiveError) else 3)
            return
        self._given[site] = given
        self._submit(given)

    def _submit(self, given: _Given) -> None:
        named = {name: value for name, value in os.environ.items() if name.startswith("NEWSARCHIVE_")}
        job = {
            "site": given.site,
            "part": str(given.part.folder.absolute()),
            "options": list(self.options),
            "until": self.until,
            "environment": {name: value for name, value in named.items() if name != "NEWSARCHIVE_DIR"},
        }
        given.work = self.cluster.submit(work.crawl, job)
        given.work.add_done_callback(lambda done: self._heard.put(lambda: self._done(given, done)))

    # Waiting

    def _wait(self) -> None:
        """Do what the next word of a worker, a task or a signal asks for; look who is there where there is none."""
        try:
            self._heard.get(timeout=_POLL)()
            return
        except queue.Empty:
            pass
        except ClusterError as error:
            self._fail(error)
            return
        if self._end is not None:
            if time.monotonic() > self._end:
                self._give_up()
            return
        try:
            there = self.cluster.workers()
        except ClusterError as error:
            self._fail(error)
            return
        for given in self._given.values():
            if given.worker is not None and given.worker not in there:
                self._lost(given)

    def _begun(self, site: str, worker: str) -> None:
        given = self._given.get(site)
        if given is None or given.worker == worker:
            return
        if given.worker is not None:
            self._lost(given)
        given.worker = worker
        self.progress.begun(site, worker)

    def _lost(self, given: _Given) -> None:
        self.progress.say(f"worker {given.worker} is lost; {given.site} is gone on with on another")
        given.worker = None

    def _done(self, given: _Given, done: Any) -> None:
        """A task is over: bring in what it brought, or give it away once more."""
        if done is not given.work or given.site not in self._given:
            return
        try:
            answer = {**done.result(), "lost": False}
        except CancelledError:
            if self._end is None:
                raise self.cluster.lost() from None
            answer = _UNBEGUN
        except Exception as error:
            given.tries += 1
            if self.cluster.killed_its_workers(error):
                answer = _lost("given up: every worker that had it died; look at the workers' logs")
            elif self._end is None and self.cluster.may_be_tried_again(given.tries):
                self._submit(given)
                return
            else:
                answer = _lost(f"failed on a worker: {type(error).__name__}: {error}")
        self._bring_in(given, answer)

    # Bringing in

    def _bring_in(self, given: _Given, answer: dict[str, Any]) -> None:
        del self._given[given.site]
        how, status = answer["error"], answer["status"]
        try:
            brought = parts.bring_in(self.folder, given.part, given.lock)
            for note in brought.notes:
                self.progress.say(note)
            if brought.run is not None and status is not None:
                self.records.append(brought.run)
                how, status = self._verdict(brought.run, answer)
        except (ArchiveError, SiteBusyError, OSError, sqlite3.Error) as error:
            how, status = f"not brought in: {error}; the next call tries again", 3
        finally:
            given.lock.release()
        if status is not None:
            self.progress.ended(given.site, how)
            self.statuses.append(status)

    @staticmethod
    def _verdict(run: dict[str, Any], answer: dict[str, Any]) -> tuple[str, int]:
        """How a crawl ended, in words and as an exit status, by its row and what became of its process."""
        status = answer["status"]
        if run["outcome"] in EXIT_STATUS:
            lost = f"{answer['error']}; " if answer["lost"] else ""
            # A process that is told to end when it has said its last word dies of it, and nothing is amiss.
            ended = status if status < 128 else 0
            return f"{lost}{run['outcome']}: {run['detail']}", max(EXIT_STATUS[run["outcome"]], ended)
        why = f"killed by signal {status - 128}" if status > 128 else answer["error"]
        return f"its process ended before its time ({why}); what it brought is kept, the next crawl goes on", 1

    def _bring_in_left(self, part: parts.Part) -> None:
        """Bring in what an earlier call left that was broken off."""
        what = f"{part.site}: what an earlier call left in {part.folder}"
        try:
            lock = SiteLock(self.folder, part.site)
        except SiteBusyError:
            # Another call is at work on it.
            return
        try:
            for note in parts.bring_in(self.folder, part, lock).notes:
                self.progress.say(note)
            self.progress.say(f"{what} is brought in")
        except (ArchiveError, SiteBusyError, OSError, sqlite3.Error) as error:
            self.progress.say(f"{what} cannot be brought in: {error}")
            self.statuses.append(1)
        finally:
            lock.release()

    # Ending early

    def _stopped(self) -> None:
        if self._end is None:
            self._drop("stopped")
            self._want_no_more()

    def _fail(self, error: ClusterError) -> None:
        """The cluster went: what is at work ends by itself."""
        if self._end is None:
            self.progress.say(str(error))
            self._drop("stopped")
            self._want_no_more()
        self.statuses.append(error.status)
        for given in list(self._given.values()):
            self._bring_in(given, _lost("its worker went") if given.worker else _UNBEGUN)

    def _drop(self, why: str) -> None:
        """Begin no further site."""
        unbegun = [*(given.site for given in self._given.values() if given.worker is None), *self._waiting]
        self._waiting.clear()
        if unbegun:
            self.progress.say(f"{why}; not begun: {', '.join(unbegun)}")
        if why == "stopped" and not self.statuses:
            self.statuses.append(1)

    def _want_no_more(self) -> None:
        self._end = time.monotonic() + _GRACE
        self.cluster.want_no_more()
        for given in self._given.values():
            if given.worker is None and given.work is not None:
                given.work.cancel()

    def _give_up(self) -> None:
        """Workers that were told to end did not say that they have."""
        for given in list(self._given.values()):
            self._bring_in(given, _lost("its worker does not answer"))


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at SIGTERM and the first Ctrl-C; a second Ctrl-C interrupts as ever."""

    def handle(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
