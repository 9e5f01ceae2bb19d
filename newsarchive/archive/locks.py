"""One crawl a site at a time: an advisory lock the kernel gives back when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from newsarchive.archive.store import ArchiveError


class SiteBusyError(Exception):
    """Another run holds the site; the message names its process."""


def lock_path(folder: Path, site: str) -> Path:
    """The file that is locked while a run is at work on a site."""
    return folder / "locks" / f"{site}.lock"


class SiteLock:
    """Holds ``locks/<site>.lock`` until :meth:`release` or the end of the process.

    ``flock`` leaves no stale lock behind a killed process. Raises :class:`SiteBusyError` at once where the site is
    held, :class:`newsarchive.archive.store.ArchiveError` where the file cannot be made.
    """

    def __init__(self, folder: Path, site: str):
        path = self.path = lock_path(folder, site)
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveError(
                f"{path}: cannot be opened ({error.strerror}); check the folder's permissions"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, 40).decode("ascii", "replace").strip()
            os.close(self._file)
            raise SiteBusyError(
                f"{site}: another run is at work on this site (process {holder or 'unknown'}); wait for it to end"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the site back; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def is_held(folder: Path, site: str) -> bool:
    """True where a run holds a site now; takes no lock that would stand in another's way for longer than a moment."""
    try:
        file = os.open(lock_path(folder, site), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
