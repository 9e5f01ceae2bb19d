"""WARC files brought from one archive into another, copied or hard-linked; nothing that is there is ever written over.

A file may be linked because an archive never writes again to a file that it lists (table ``warc_files``): a run makes
files of its own and lists them when they are complete, what a killed run left unlisted is sealed before it is listed
(:func:`newsarchive.archive.warc.seal`, which leaves a file with two names alone), and nothing else opens a WARC file
for writing. A file that its archive does not list yet is copied, and sealed here. So an archive may be removed, or
crawled on, and the other does not change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from newsarchive.archive.disk import sync_folder
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.archive.warc import SealedFile, measured, seal, warc_path

_PIECE = 1 << 20


class Bringing:
    """Files on their way from ``source`` to ``target``. ``link``: hard-linked where the file system can.

    ``names`` then says what each is called in the target, ``files`` how many were not there, and ``notes`` what a
    person should know.
    """

    def __init__(self, source: Archive, target: Archive, *, link: bool):
        self.names: dict[str, str] = {}
        self.files = 0
        self.notes: list[str] = []
        self._source = source
        self._target = target
        self._link = link

    def bring(self, names: Iterable[str]) -> None:
        """Bring the files of these names, as the source's captures and list of files have them.

        A file that both list with one digest is not read. Of two that have one name the one that is here keeps it and
        the other goes to a folder named by its digest, unless one is the other's beginning (it was brought before its
        run was over): then the longer one is kept. Raises :class:`newsarchive.archive.store.ArchiveError`
        where a file of the source cannot be read, :class:`OSError` where one cannot be written.
        """
        for name in names:
            try:
                path = warc_path(self._source.warc_folder, name)
                length = path.stat().st_size
            except (OSError, ValueError) as error:
                raise _unreadable(self._source.warc_folder / name, error) from error
            said = _listed(self._source, name)
            place = warc_path(self._target.warc_folder, name)
            part = place.with_name(f".{place.name}.part")
            # Left by a merge that was broken off, it may be a second name of a file that must not be written to.
            part.unlink(missing_ok=True)
            if said is None or not self._is_here(name, said):
                place.parent.mkdir(parents=True, exist_ok=True)
                self._bring(name, path, part, said, length)

    def _is_here(self, name: str, said: SealedFile) -> bool:
        """True where the target lists the very file, under its name or, where that was taken, under another."""
        for called in (name, _other_name(name, said)):
            ours = _listed(self._target, called)
            if ours is not None and ours.digest == said.digest:
                self.names[name] = called
                return True
        return False

    def _bring(self, name: str, path: Path, part: Path, said: SealedFile | None, length: int) -> None:
        """Copy or link a file to the place ``part``, look at what came, and place it."""
        try:
            linked = said is not None and self._link and _linked(path, part)
            if not linked:
                _copy(path, part)
            if said is None:
                row = self._source.row("SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ?", name)
                found = seal(part, name, (row[0] if row else None) or 0) or measured(part, name)
                said, whole = found, True
            elif linked:
                whole = said.length == length
            else:
                whole = measured(part, name) == said
            if not whole:
                self.notes.append(f"{path}: damaged; copied as it is, `newsarchive verify` tells what is lost")
            self._place(name, part, said)
        finally:
            part.unlink(missing_ok=True)

    def _place(self, name: str, part: Path, said: SealedFile) -> None:
        """Give a file that was brought its place and name, unless it is here."""
        if self._is_here(name, said):
            return
        place = warc_path(self._target.warc_folder, name)
        called = name
        if place.exists():
            if _begins(place, part):
                # Ours is the whole of it; where no run is at work on it, it is listed, or will be.
                self.names[name] = name
                return
            if _listed(self._target, name) is None or not _begins(part, place):
                called = _other_name(name, said)
                place = warc_path(self._target.warc_folder, called)
                place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        sync_folder(place.parent)
        self._target.keep_warc_file(replace(said, name=called))
        self.names[name] = called
        self.files += 1


def _listed(archive: Archive, name: str) -> SealedFile | None:
    row = archive.row("SELECT name, length, digest FROM warc_files WHERE name = ?", name)
    return SealedFile(*row) if row else None


def _other_name(name: str, said: SealedFile) -> str:
    folder, _, base = name.rpartition("/")
    return f"{folder}/{said.digest[7:19]}/{base}"


def _linked(path: Path, place: Path) -> bool:
    """Give a file a second name; False where the file system cannot."""
    try:
        os.link(path, place)
    except OSError:
        return False
    return True


def _copy(path: Path, place: Path) -> None:
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with file, place.open("xb") as copy:
        shutil.copyfileobj(file, copy, _PIECE)
        copy.flush()
        os.fsync(copy.fileno())


def _begins(whole: Path, beginning: Path) -> bool:
    """True where a file's bytes are another's beginning, or all of it."""
    if beginning.stat().st_size > whole.stat().st_size:
        return False
    with whole.open("rb") as one, beginning.open("rb") as other:
        while data := other.read(_PIECE):
            if one.read(len(data)) != data:
                return False
    return True


def _unreadable(path: Path, error: Exception) -> ArchiveError:
    return ArchiveError(
        f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}); `newsarchive verify` there tells more;"
        " nothing was merged"
    )
