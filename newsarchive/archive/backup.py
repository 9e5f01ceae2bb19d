"""A copy of the whole archive in another folder, made while crawls write, brought up to date by the next backup.

The copy is an archive as it stands: every reading command and ``verify`` work on it. In this order it holds at every
moment a whole archive, the new one or the one before, however a backup ends:

1. the database by SQLite's own backup, one moment of it, beside the copy's database;
2. the WARC files it names. A row points at a record only when that is on the disk, so the files, which only grow, hold
   every record that the database's copy names. Complete ones are copied once; one that is still being written goes
   along up to its last whole record, under no digest, and is copied again next time;
3. the profiles, and last, in one step, the database in its place.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.archive.disk import sync_folder
from newsarchive.archive.schema import APPLICATION_ID
from newsarchive.archive.store import Archive, ArchiveError, utc_now
from newsarchive.archive.warc import seal, warc_path

SIGN = "BACKUP.txt"
"""Stands in a folder that backups are made into; nothing else is ever written over."""
_SAID = """\
A backup of the newsarchive archive at {source}, of {at} (UTC).

It is an archive as it stands: `newsarchive --archive . verify` checks it. To restore it, copy this folder to where the
archive was. Do not crawl into it: the next backup overwrites it.
"""
_PART = ".part"


@dataclass(slots=True)
class BackedUp:
    """What a backup did: the moment it is of, files and bytes copied, WARC files that were there already; ``notes``:
    sentences on what a person should look at."""

    at: str
    files: int = 0
    bytes: int = 0
    kept: int = 0
    notes: list[str] = field(default_factory=list)


def back_up(archive: Archive, target: Path) -> BackedUp:
    """Make a backup of an archive in the folder ``target``, or bring the one there up to date.

    Raises :class:`newsarchive.archive.store.ArchiveError` where the folder is none for it (of something else, of
    another archive, in use), :class:`OSError` and :class:`sqlite3.Error` where it cannot be written: what was there
    before is then as it was.
    """
    target = target.absolute()
    _refuse(archive, target)
    (target / "warc").mkdir(parents=True, exist_ok=True)
    (target / "sites").mkdir(exist_ok=True)
    with _held(target):
        done = BackedUp(utc_now())
        if not (target / SIGN).exists():
            _write(target / SIGN, _SAID.format(source=archive.folder.absolute(), at="…; it is not complete yet"))
        database = target / f"news.db{_PART}"
        try:
            _copy_database(archive, database)
            for name, length, digest, end in _warc_files(database):
                _keep_file(archive.warc_folder, target / "warc", name, length, digest, end, done)
            _keep_profiles(archive.folder / "sites", target / "sites", done)
            done.bytes += database.stat().st_size
            done.files += 1
            database.replace(target / "news.db")
            sync_folder(target)
        finally:
            for rest in (database, Path(f"{database}-journal")):
                rest.unlink(missing_ok=True)
        _write(target / SIGN, _SAID.format(source=archive.folder.absolute(), at=done.at))
    return done


def _refuse(archive: Archive, target: Path) -> None:
    """Raise :class:`ArchiveError` for a folder that a backup of this archive must not go into."""
    own = archive.folder.resolve()
    place = target.resolve()
    if place == own or place.is_relative_to(own / "warc") or place.is_relative_to(own / "sites"):
        raise ArchiveError(f"{target}: that is the archive itself; name another folder, best on another disk")
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / SIGN).is_file()):
        raise ArchiveError(f"{target}: not a backup of newsarchive's, and not empty; name a new folder")
    wal = target / "news.db-wal"
    if wal.exists() and wal.stat().st_size:
        raise ArchiveError(f"{target}: somebody writes to the backup's own database; end that, or name a new folder")
    if (target / "news.db").exists() and not _is_earlier(target / "news.db", archive):
        raise ArchiveError(
            f"{target}: the backup there is of another archive, or of a later state of this one; name a new folder"
        )


def _is_earlier(database: Path, archive: Archive) -> bool:
    """True where the last capture and the last run of a backup's database are in the archive too."""
    with contextlib.closing(sqlite3.connect(f"file:{_quoted(database)}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return False
        for table, columns in (
            ("captures", "id, url, fetched_at, digest, warc_file, warc_offset"),
            ("runs", "id, site, started_at"),
        ):
            sql = f"SELECT {columns} FROM {table}"
            last = copy.execute(f"{sql} ORDER BY id DESC LIMIT 1").fetchone()
            if last is None:
                continue
            ours = archive.row(f"{sql} WHERE id = ?", last[0])
            if ours is None or tuple(ours) != last:
                return False
    return True


@contextlib.contextmanager
def _held(target: Path) -> Iterator[None]:
    """The folder is this backup's alone. Raises :class:`ArchiveError` where another is at work."""
    handle = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ArchiveError(f"{target}: another backup is at work there; wait for it to end") from error
    finally:
        os.close(handle)


def _copy_database(archive: Archive, place: Path) -> None:
    place.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as copy:
        archive.connection.backup(copy)
        # One file, complete in itself: reading it makes no other files beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def _warc_files(database: Path) -> list[tuple[str, int | None, str | None, int]]:
    """The WARC files that the database's copy names: name, length and digest where they are complete, and the first
    byte behind the last record that is pointed at."""
    with contextlib.closing(sqlite3.connect(f"file:{_quoted(database)}?mode=ro", uri=True)) as copy:
        listed = {row[0]: row[1:] for row in copy.execute("SELECT name, length, digest FROM warc_files")}
        ends = dict(copy.execute("SELECT warc_file, max(warc_offset + warc_length) FROM captures GROUP BY 1"))
    return [(name, *listed.get(name, (None, None)), ends.get(name, 0)) for name in sorted({*listed, *ends})]


def _keep_file(
    source: Path, target: Path, name: str, length: int | None, digest: str | None, end: int, done: BackedUp
) -> None:
    """Copy a WARC file, unless it is complete and there."""
    try:
        path, place = warc_path(source, name), warc_path(target, name)
        if length is not None and place.is_file() and place.stat().st_size == length:
            done.kept += 1
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        copied = _copy(path, place.with_name(f".{place.name}{_PART}"), end if length is None else None, name)
    except (FileNotFoundError, ValueError) as error:
        reason = "it is missing" if isinstance(error, FileNotFoundError) else str(error)
        done.notes.append(f"warc/{name}: not in the backup, {reason}; `newsarchive verify` tells more")
        return
    if digest not in (None, copied):
        done.notes.append(f"warc/{name}: damaged; `newsarchive verify` tells more")
        if place.is_file():
            place.with_name(f".{place.name}{_PART}").unlink()
            return
    place.with_name(f".{place.name}{_PART}").replace(place)
    sync_folder(place.parent)
    done.files += 1
    done.bytes += place.stat().st_size


def _copy(path: Path, part: Path, end: int | None, name: str) -> str:
    """Copy a file; returns its digest as the list of files has it. With ``end``, what is half written behind the last
    whole record is left out. Raises :class:`OSError`; no part of the copy is left then."""
    hasher = hashlib.sha256()
    try:
        with path.open("rb") as source, part.open("wb") as target:
            while data := source.read(1 << 20):
                hasher.update(data)
                target.write(data)
        if end is not None:
            seal(part, name, end)
        with part.open("rb") as copied:
            os.fsync(copied.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return f"sha256:{hasher.hexdigest()}"


def _keep_profiles(source: Path, target: Path, done: BackedUp) -> None:
    """The profiles as they are now; those that were taken out go from the copy too."""
    names = {path.name for path in source.glob("[!.]*.toml")}
    for name in sorted(names):
        data = (source / name).read_bytes()
        if not (target / name).is_file() or (target / name).read_bytes() != data:
            _write(target / name, data.decode("utf-8", "surrogateescape"))
            done.files += 1
            done.bytes += len(data)
    for path in target.glob("[!.]*.toml"):
        if path.name not in names:
            path.unlink()


def _write(path: Path, text: str) -> None:
    """Write a small file in one step."""
    part = path.with_name(f".{path.name}{_PART}")
    try:
        with part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))
