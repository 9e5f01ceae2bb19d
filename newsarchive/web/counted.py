"""What is counted over the whole archive, kept until the archive changes.

Counting a million articles takes about a second, and a crawl changes the archive every few. So few articles are counted
again after every change; where they are many, a page shows the last count, and it is renewed beside. That takes a
twentieth of the time at most. What was withheld since is never in a count that is shown.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from newsarchive.archive.store import Archive
from newsarchive.research.bylines import by_person
from newsarchive.research.health import site_states
from newsarchive.research.holdings import Holdings, holdings

FEW = 20_000
"""Articles that are counted while a reader waits: some hundredths of a second."""
_SHARE = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """The holdings; bylines by each name in them (:func:`newsarchive.research.bylines.by_person`); and how each site
    does, by name (:func:`newsarchive.research.health.site_states`)."""

    holdings: Holdings
    writers: dict[str, list[str]]
    states: dict[str, dict[str, Any]]


def counted(archive: Archive) -> Counted:
    """The counts of an archive, as it is now or, where it is large and changing, as it was a moment ago."""
    return _keeper(archive.folder).get(archive)


def warm(folder: Path) -> None:
    """Begin to count beside, so that the first reader need not wait. Returns at once, raises nothing."""

    def count() -> None:
        try:
            with Archive.read(folder) as archive:
                counted(archive)
        except Exception as error:  # the first page that needs it says what is wrong
            logging.getLogger(__name__).info("not counted yet: %s", error)

    threading.Thread(target=count, name="counting", daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Count:
    """A count, what the archive's files and withholdings were when it began, and the seconds it took."""

    counted: Counted
    files: tuple[Any, ...]
    withheld: tuple[Any, ...]
    took: float


class _Keeper:
    """The last count of one archive; any thread may ask."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._last: _Count | None = None
        self._due = 0.0
        self._renewing = False

    def get(self, archive: Archive) -> Counted:
        with self._lock:
            last, changed = self._last, False
            if last is not None:
                changed = last.files != _files(self._folder)
            if (
                last is None
                or last.withheld != _withheld(archive)
                or (changed and last.counted.holdings.all.articles <= FEW)
            ):
                last = self._keep(_count(archive))
            elif changed and monotonic() >= self._due and not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, name="counting", daemon=True).start()
            return last.counted

    def _keep(self, made: _Count) -> _Count:
        self._last, self._due = made, monotonic() + _SHARE * made.took
        return made

    def _renew(self) -> None:
        try:
            with Archive.read(self._folder) as archive:
                made = _count(archive)
            with self._lock:
                self._keep(made)
        except Exception as error:  # the last count stays
            logging.getLogger(__name__).warning("not counted anew: %s", error)
        finally:
            self._renewing = False


@cache
def _keeper(folder: Path) -> _Keeper:
    return _Keeper(folder)


def _count(archive: Archive) -> _Count:
    # Files and withholdings are looked at first: what is written meanwhile shows as a change.
    begun, files, withheld = monotonic(), _files(archive.folder), _withheld(archive)
    held, states = holdings(archive), site_states(archive.folder, archive)
    made = Counted(held, by_person(held.bylines), {state["site"]: state for state in states})
    return _Count(made, files, withheld, monotonic() - begun)


def _files(folder: Path) -> tuple[Any, ...]:
    """What every change of the database changes: size and time of its file and of its write-ahead log."""
    return tuple(_size_and_time(folder / name) for name in ("news.db", "news.db-wal"))


def _size_and_time(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _withheld(archive: Archive) -> tuple[Any, ...]:
    row = archive.row("SELECT count(*), count(undone_at) FROM withholdings")
    return tuple(row) if row else ()
