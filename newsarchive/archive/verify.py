"""Is the archive what it was? Bytes against digests, rows against bytes, files against the list of files.

Nothing is mended and nothing is written. Each thing that is wrong is a :class:`Finding` that names its place.
:func:`verify_deep` also reads every page again and compares.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from newsarchive.archive.locks import is_held
from newsarchive.archive.processes import Processes
from newsarchive.archive.reextract import Reread, reread
from newsarchive.archive.store import CAPTURE_COLUMNS, Archive, DamagedArchiveError, content_hash
from newsarchive.archive.warc import DamagedRecordError, SealedFile, measured, payload_digest, read_record, warc_path
from newsarchive.items import Article, Capture, Image
from newsarchive.sites.profile import Profile

DAMAGE, NOTE = "damage", "note"
"""``Finding.severity``: something is not what it was · something a person may want to know, and nothing is lost."""

_CHUNK = 500
"""Captures of one file that are read as one piece of work: large files are shared by all cores."""
_FEW_BYTES = 200_000_000
"""WARC files that one process has checked by the time at which another that is started would be ready."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: how grave it is, in what (``database``, ``file``, ``capture`` or ``article``), its name or
    place, and what is wrong with it, as half a sentence."""

    severity: str
    kind: str
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was looked at: captures, files, bytes of files read, articles."""

    captures: int
    files: int
    bytes: int
    articles: int


def verify(folder: Path, *, workers: int | None = None) -> Iterator[Finding | Verified]:
    """Check the whole archive in a folder: findings as they come, at the end how much was looked at.

    ``workers`` is the number of processes, by default one a core. What runs of others keep while this reads is left
    out. Raises :class:`newsarchive.archive.store.ArchiveError` where there is no archive or it cannot be opened.
    """
    try:
        archive = Archive.read(folder)
    except DamagedArchiveError as error:
        yield Finding(DAMAGE, "database", str(folder / "news.db"), str(error))
        return
    with archive:
        try:
            yield from _database(archive)
            with archive.one_moment():
                files = _files(archive)
                yield from _rows(archive)
                (articles,) = archive.connection.execute("SELECT count(*) FROM articles").fetchone()
                sites = [row["name"] for row in archive.rows("SELECT name FROM sites")]
        except sqlite3.DatabaseError as error:
            yield Finding(DAMAGE, "database", str(folder / "news.db"), f"cannot be read ({error})")
            return
    yield from _unlisted(folder, files, sites)
    size = 0
    for found, read in _read_all(folder / "warc", files.values(), workers):
        yield from found
        size += read
    yield Verified(sum(len(file.captures) for file in files.values()), len(files), size, articles)


def verify_deep(
    folder: Path, profiles: Mapping[str, Profile], *, workers: int | None = None
) -> Iterator[Finding | int]:
    """Read every captured page of the sites again, with today's extractor, and compare it with what is kept: findings
    as they come, at the end how many pages were read.

    A page whose record cannot be read any more is damage. What today's extractor reads otherwise, or would refuse, is
    a note: extractors get better, and ``reextract`` keeps what they read. ``profiles`` and ``workers`` are as in
    :func:`newsarchive.archive.reextract.reread`. Raises :class:`newsarchive.archive.store.ArchiveError`.
    """
    pages = 0
    try:
        for batch in reread(folder, profiles, workers=workers):
            pages += len(batch)
            yield from (finding for read in batch if (finding := _reading(read)))
    except sqlite3.DatabaseError as error:
        yield Finding(DAMAGE, "database", str(folder / "news.db"), f"cannot be read ({error})")
        return
    yield pages


def _reading(read: Reread) -> Finding | None:
    """What reading a page again found."""
    captured = f"its page as captured on {read.capture.fetched_at}"
    if read.damaged:
        return Finding(DAMAGE, "article", read.url, f"{captured} cannot be read again: {read.reason}")
    if read.new:
        problem = "it was refused when it came and is an article to today's extractor; `newsarchive reextract` keeps it"
        return Finding(NOTE, "article", read.url, problem) if read.article else None
    if read.article is None:
        return Finding(NOTE, "article", read.url, f"today's extractor refuses {captured}: {read.reason}")
    if read.differs:
        problem = f"today's extractor reads {', '.join(read.differs)} otherwise; `newsarchive reextract` keeps that"
        return Finding(NOTE, "article", read.url, problem)
    return None


@dataclass(slots=True)
class _File:
    """One WARC file: what the list says of it, None where it is not listed, and the captures that lie in it."""

    name: str
    listed: SealedFile | None
    captures: list[Capture]


def _files(archive: Archive) -> dict[str, _File]:
    files: dict[str, _File] = {}
    for row in archive.rows("SELECT name, length, digest FROM warc_files"):
        files[row["name"]] = _File(row["name"], SealedFile(*row), [])
    for row in archive.rows(f"SELECT {CAPTURE_COLUMNS} FROM captures ORDER BY warc_file, warc_offset"):
        capture = Capture(*row)
        files.setdefault(capture.warc_file, _File(capture.warc_file, None, [])).captures.append(capture)
    return files


def _database(archive: Archive) -> Iterator[Finding]:
    """SQLite's own checks."""
    name = str(archive.folder / "news.db")
    for (problem,) in archive.rows("PRAGMA integrity_check(20)"):
        if problem != "ok":
            yield Finding(DAMAGE, "database", name, str(problem))
    for row in archive.rows("PRAGMA foreign_key_check"):
        yield Finding(DAMAGE, "database", name, f"row {row[1]} of {row[0]} points at no row of {row[2]}")


_CHECKS = {
    "its version points at a capture that was no good answer (HTTP {1})": (
        "SELECT a.url, c.status FROM versions v JOIN articles a ON a.id = v.article_id"
        " JOIN captures c ON c.id = v.capture_id WHERE c.status NOT BETWEEN 200 AND 299 ORDER BY a.id"
    ),
    "it has no version": "SELECT url FROM articles WHERE id NOT IN (SELECT article_id FROM versions) ORDER BY id",
    "what it says is not what its last version says": (
        "SELECT a.url FROM articles a JOIN versions v ON v.article_id = a.id AND v.number ="
        " (SELECT max(number) FROM versions WHERE article_id = a.id)"
        " WHERE a.content_hash != v.content_hash ORDER BY a.id"
    ),
}


def _rows(archive: Archive) -> Iterator[Finding]:
    """What the tables say of one another."""
    for problem, sql in _CHECKS.items():
        for row in archive.rows(sql):
            yield Finding(DAMAGE, "article", row[0], problem.format(*row))
    for row in archive.connection.execute(
        "SELECT id, url, title, date, date_source, lead, body, byline, source, content_hash FROM articles ORDER BY id"
    ):
        captions = archive.rows("SELECT caption FROM images WHERE article_id = ? ORDER BY position", row["id"])
        said = {name: row[name] for name in ("url", "title", "date", "date_source", "lead", "body", "byline", "source")}
        article = Article(**said, images=[Image("", caption) for (caption,) in captions])
        if content_hash(article) != row["content_hash"]:
            yield Finding(DAMAGE, "article", row["url"], "what it says is not what was read (content_hash differs)")
    for row in archive.rows(
        "SELECT c.url, c.fetched_at FROM captures c LEFT JOIN captures o ON o.id = c.refers_to"
        " WHERE c.refers_to IS NOT NULL AND (o.id IS NULL OR o.digest != c.digest OR o.refers_to IS NOT NULL)"
    ):
        yield Finding(
            DAMAGE, "capture", f"{row['url']} of {row['fetched_at']}", "it refers to a capture of other bytes, or none"
        )


def _unlisted(folder: Path, files: dict[str, _File], sites: Iterable[str]) -> Iterator[Finding]:
    """WARC files that the list does not have: being written, left by a killed run, or put there by hand."""
    found = {path.relative_to(folder / "warc").as_posix() for path in (folder / "warc").rglob("*.warc.gz")}
    known = set(sites)
    for name in sorted(found - {name for name, file in files.items() if file.listed}):
        site = PurePosixPath(name).parts[0]
        if site in known and is_held(folder, site):
            continue
        if site in known:
            problem = f"not in the list of files; if a run was killed, the next `newsarchive crawl {site}` lists it"
        else:
            problem = "not in the list of files; `newsarchive import warc` takes in what others captured"
        yield Finding(NOTE, "file", f"warc/{name}", problem)


# What lies in the files


@dataclass(frozen=True, slots=True)
class _Work:
    """One piece of work: a whole file against the list (``listed``), or some of its captures against their digests."""

    folder: Path
    name: str
    listed: SealedFile | None = None
    captures: tuple[Capture, ...] = ()


def _read_all(folder: Path, files: Iterable[_File], workers: int | None) -> Iterator[tuple[list[Finding], int]]:
    """The findings of each piece of work, in the files' order, and the bytes it read."""
    work: list[_Work] = []
    for file in files:
        if file.listed:
            work.append(_Work(folder, file.name, listed=file.listed))
        for start in range(0, len(file.captures), _CHUNK):
            work.append(_Work(folder, file.name, captures=tuple(file.captures[start : start + _CHUNK])))
    size = sum(capture.warc_length for one in work for capture in one.captures)
    with Processes(workers or (1 if size < _FEW_BYTES else None)) as processes:
        yield from processes.map(_do, ((one,) for one in work))


def _do(work: _Work) -> tuple[list[Finding], int]:
    if work.listed:
        return _check_file(work.folder, work.listed)
    return [finding for capture in work.captures for finding in _check_capture(work.folder, capture)], 0


def _check_file(folder: Path, listed: SealedFile) -> tuple[list[Finding], int]:
    """A file against its length and digest in the list."""
    name = f"warc/{listed.name}"
    try:
        found = measured(warc_path(folder, listed.name), listed.name)
    except (OSError, ValueError) as error:
        return [Finding(DAMAGE, "file", name, f"cannot be read ({getattr(error, 'strerror', None) or error})")], 0
    problem = None
    if found.length != listed.length:
        problem = f"{found.length} bytes long, not {listed.length}"
    elif found.digest != listed.digest:
        problem = "its bytes are not those that were written (digest differs)"
    return [Finding(DAMAGE, "file", name, problem)] if problem else [], found.length


def _check_capture(folder: Path, capture: Capture) -> Iterator[Finding]:
    """A capture's record against its row: there, as long, of the same address and status, of the same bytes."""
    name = f"{capture.url} of {capture.fetched_at}"
    try:
        about, headers, body = read_record(folder, capture)
    except DamagedRecordError as error:
        yield Finding(DAMAGE, "capture", name, str(error))
        return
    where = f"warc/{capture.warc_file} at byte {capture.warc_offset}"
    if capture.refers_to is None and payload_digest(body) != capture.digest:
        yield Finding(DAMAGE, "capture", name, f"{where}: its bytes are not those that were captured (digest differs)")
    if about.get_header("WARC-Target-URI") != capture.url or about.get_header("WARC-Date") != capture.fetched_at:
        yield Finding(DAMAGE, "capture", name, f"{where}: the record there is of another capture")
    if headers is not None and headers.get_statuscode() != str(capture.status):
        yield Finding(DAMAGE, "capture", name, f"{where}: the record says HTTP {headers.get_statuscode()}")
