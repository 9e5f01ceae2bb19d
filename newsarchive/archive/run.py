"""One crawl of one site, from its lock to the last word in table ``runs``."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsarchive.archive.frontier import Frontier
from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive, utc_now
from newsarchive.archive.warc import Exchange, WarcFiles
from newsarchive.items import Capture, Form, Task

COMPLETE, DEADLINE, ATTENTION, NOTHING, INTERRUPTED, KILLED, IMPORTED = (
    "complete",
    "deadline",
    "attention",
    "nothing",
    "interrupted",
    "killed",
    "imported",
)
"""``runs.outcome``: all well · all well, as far as it came in the time it was given · done, but something needs a
person · nothing could be done · stopped by a signal, an error of ours or a full disk · its process died (written by the
next run). ``running`` while it runs. ``imported`` is no run of ours: the visit to one listing page, at the time at
which somebody else captured it."""

EXIT_STATUS = {COMPLETE: 0, DEADLINE: 0, ATTENTION: 1, INTERRUPTED: 1, KILLED: 1, NOTHING: 3}
"""The process's exit status for an outcome; the worst of several sites counts."""

RUN_COLUMNS = (
    "id",
    "site",
    "started_at",
    "finished_at",
    "outcome",
    "requests",
    "articles_new",
    "changed",
    "unchanged",
    "gone",
    "failed",
    "detail",
)

_COUNTERS = ("articles_new", "changed", "unchanged", "gone", "failed", "listings_read")


@dataclass(frozen=True, slots=True)
class SiteColumns:
    """What the archive keeps of a profile: the row of table ``sites``."""

    name: str
    title: str
    district: str | None
    province: str | None
    district_code: str | None
    url: str
    family: str | None


@dataclass(slots=True)
class Pictures:
    """What became of the pictures a run asked for: how many ended in which state of the frontier (``states``), how many
    of those never asked for before (``first``)."""

    states: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    first_failure: str | None = None

    def count(self, state: str, *, first: bool) -> None:
        """Count one."""
        self.states[state] += 1
        self.first[state] += first

    def in_words(self, left: int) -> str:
        """All of it as one line's end; empty where there were none. ``left``: how many are still to do."""
        words = {"done": "kept", "gone": "gone", "unfit": "not to be kept", "refused": "refused", "failed": "failed"}
        said = [f"{self.states[state]} {word}" for state, word in words.items() if self.states[state]]
        said += [f"{left} left for the next crawl"] if left else []
        return f"; pictures: {', '.join(said)}" if said else ""

    @property
    def all_failed(self) -> bool:
        """True where of those asked for the first time none could be had, and not because the site says so."""
        lost = self.first["failed"] + self.first["unfit"]
        return bool(lost) and lost == self.first.total() and not self.states["done"]


class CrawlRun:
    """An open run: its archive, lock, row, WARC files and frontier.

    ``about`` is what the WARC files say of the crawl (see :class:`newsarchive.archive.warc.WarcFiles`). Opening
    raises :class:`newsarchive.archive.store.ArchiveError` or :class:`newsarchive.archive.locks.SiteBusyError`.
    ``clock`` gives the time now, UTC ISO 8601 to the second. Counters are written with :meth:`save`, inside the
    transaction that stores what they count.
    """

    def __init__(
        self,
        folder: Path,
        site: SiteColumns,
        about: Mapping[str, str] | None = None,
        clock: Callable[[], str] = utc_now,
    ):
        self.archive = Archive.create(folder)
        with contextlib.ExitStack() as opened:
            opened.callback(self.archive.close)
            self.lock = SiteLock(folder, site.name)
            opened.callback(self.lock.release)
            self.archive.seal_warc_files(site.name)
            opened.pop_all()
        self.site = site.name
        self.clock = clock
        self.started_at = clock()
        self.requests = self.articles_new = self.changed = self.unchanged = self.gone = self.failed = 0
        self.listings_read = 0
        self.asked: set[str] = set()
        """Addresses handed to the downloader in this run."""
        self.again: Counter[str] = Counter()
        """How many articles that were read before were asked for again, by the reason."""
        self.forms: dict[str, Form] = {}
        """The forms to post for listing pages that have no address of their own, by their place in the frontier."""
        self.silent = False
        """The site stopped answering, and the run was ended for that."""
        self.out_of_time = False
        """The run was ended by its deadline."""
        self.pictures = Pictures()
        self.empty_listing: str | None = None
        self.first_failure: str | None = None
        self.trouble: str | None = None
        self.record: dict[str, object] = {}
        self.on_trouble: Callable[[], None] = lambda: None
        """Called when the run has to end before its time: nothing more is to be asked for."""
        with self.archive.transaction() as db:
            self.archive.keep_site(
                site.name,
                title=site.title,
                district=site.district,
                province=site.province,
                district_code=site.district_code,
                url=site.url,
                family=site.family,
            )
            # The lock is ours, so a run still marked as running has no process any more.
            db.execute(
                "UPDATE runs SET outcome = ?, finished_at = ?, detail = 'its process died; the next run went on'"
                " WHERE site = ? AND outcome = 'running'",
                (KILLED, self.started_at, site.name),
            )
            cursor = db.execute("INSERT INTO runs (site, started_at) VALUES (?, ?)", (site.name, self.started_at))
        self.id = int(cursor.lastrowid or 0)
        self.warc = WarcFiles(self.archive.warc_folder, site.name, self.started_at, self.id, about=about)
        self.frontier = Frontier(self.archive, site.name, self.id, clock)

    def keep_exchange(self, exchange: Exchange, held: Capture | None = None) -> Capture:
        """Write a request and its response to the WARC file, flushed, and then their capture's row.

        Bytes that were captured before are not written again: a revisit record refers to them. ``held`` is the capture
        whose validators the request had: a 304 says that its bytes still hold. A capture that a web archive replays
        once more is kept already. Raises :class:`OSError`, :class:`sqlite3.Error`.
        """
        if exchange.source and (known := self.archive.find_capture(exchange)):
            return known
        # An answer that broke off is no other's copy, nor is nothing at all worth a reference.
        whole = exchange.body and not exchange.truncated
        same = self.archive.captured_before(exchange.body) if whole else None
        if exchange.status == 304 and held is not None and (original := self.archive.original(held)):
            capture = self.warc.write(exchange, *original)
        else:
            capture = self.warc.write(exchange, same)
        with self.archive.transaction():
            capture = replace(capture, id=self.archive.keep_capture(capture, self.id))
            self._list_warc_files()
        self.requests += 1
        return capture

    def keep_copies(self, copies: Sequence[tuple[Capture, Sequence[bytes]]]) -> list[int]:
        """Keep what others captured: each capture's records, as gzip members, its own first, and then its row.

        Without records the capture lies where it says. Returns the captures' ids. No run fetched them. Raises
        :class:`OSError`, :class:`sqlite3.Error`.
        """
        places = iter(self.warc.copy([members for _, members in copies if members]))
        ids = []
        with self.archive.transaction():
            for capture, members in copies:
                if members:
                    capture.warc_file, capture.warc_offset, capture.warc_length = next(places)
                ids.append(self.archive.keep_capture(capture, None))
            self._list_warc_files()
        return ids

    def _list_warc_files(self) -> None:
        for file in self.warc.sealed:
            self.archive.keep_warc_file(file)
        self.warc.sealed.clear()

    def save(self) -> None:
        """Write the counters to the run's row. Joins the caller's transaction."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE runs SET requests = ?, articles_new = ?, changed = ?, unchanged = ?, gone = ?, failed = ?"
                " WHERE id = ?",
                (self.requests, self.articles_new, self.changed, self.unchanged, self.gone, self.failed, self.id),
            )

    def count(self, outcome: str) -> None:
        """Count an article that was kept: ``new``, ``changed`` or ``unchanged``."""
        name = "articles_new" if outcome == "new" else outcome
        setattr(self, name, getattr(self, name) + 1)

    def counters(self) -> dict[str, int]:
        """The counters as they stand, for :meth:`restore` after a transaction that failed."""
        return {name: getattr(self, name) for name in _COUNTERS}

    def restore(self, counters: dict[str, int]) -> None:
        """Set the counters back."""
        for name, value in counters.items():
            setattr(self, name, value)

    def fail(self, task: Task, stage: str, reason: str, *, state: str = "failed") -> None:
        """Keep a failure row and mark the address: ``failed`` and ``refused`` are tried again by a later run.

        Joins the caller's transaction.
        """
        with self.archive.transaction():
            self.archive.keep_failure(run_id=self.id, url=task.url, stage=stage, reason=reason)
            self.frontier.close(task.url, state)
        self.failed += 1
        self.first_failure = self.first_failure or f"{task.url}: {reason}"

    def give_up(self, task: Task) -> None:
        """An address was fetched and nothing came of it, not even a failure: an error in the program."""
        self.fail(task, "extract", "no outcome: an error in the program (see the log)")

    def recording_failed(self, reason: str) -> None:
        """The archive itself cannot be written: remember why (the first time) and ask the crawl to stop."""
        if self.trouble is None:
            self.trouble = reason
            self.on_trouble()

    def end_by_deadline(self) -> None:
        """Its time is over: what is under way is kept, the rest stays due."""
        self.out_of_time = True
        self.on_trouble()

    def finish(self, outcome: str, detail: str) -> None:
        """Write the run's last word and the site's state, let go of file, database and lock.

        :attr:`record` then holds the row, columns as in :data:`RUN_COLUMNS`.
        """
        self.warc.close()
        try:
            with self.archive.transaction() as db:
                self._list_warc_files()
                self.save()
                db.execute(
                    "UPDATE runs SET outcome = ?, detail = ?, finished_at = ? WHERE id = ?",
                    (outcome, detail, self.clock(), self.id),
                )
                db.execute("UPDATE sites SET state = ? WHERE name = ?", (outcome, self.site))
            row = self.archive.row(f"SELECT {', '.join(RUN_COLUMNS)} FROM runs WHERE id = ?", self.id)
            self.record = dict(row) if row else {}
            # Whoever reads at this moment keeps the file from being cut short; a later run does it then.
            self.archive.connection.execute("PRAGMA busy_timeout = 0")
            self.archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            # The disk that stopped the crawl may not take its last word either; the next run finds the row open.
            self.record = dict.fromkeys(RUN_COLUMNS) | {
                "id": self.id,
                "site": self.site,
                "started_at": self.started_at,
                "outcome": INTERRUPTED,
                "detail": f"{detail} (and the run's row could not be written: {error})",
            }
        finally:
            self.archive.close()
            self.lock.release()
