"""The archive on disk: a folder with ``news.db``, ``warc/``, ``sites/`` and ``locks/``; the one writer to its tables.

Every write is one ``BEGIN IMMEDIATE`` transaction (:meth:`Archive.transaction`): what a page gave and the mark that it
was read are kept together or not at all, so a killed crawl loses nothing and repeats nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders

from newsarchive.archive.schema import APPLICATION_ID, migrations
from newsarchive.archive.versions import SITE, Reading, timeline
from newsarchive.archive.warc import DamagedRecordError, Exchange, SealedFile, payload_digest, read_capture, seal
from newsarchive.archive.withheld import WITHHELD
from newsarchive.items import Article, Capture, Listing, ListingEvidence
from newsarchive.sites.urls import same_page
from newsarchive.vietnamese.text import collapse

_SURROGATE = re.compile("[\ud800-\udfff]")

BUSY_SECONDS = 30.0
"""How long a write waits for another process's write."""


class ArchiveError(Exception):
    """An archive cannot be opened or written; the message says which, why, and what to do."""


class DamagedArchiveError(ArchiveError):
    """The database is damaged, so that it cannot be opened."""


def utc_now() -> str:
    """The time now, UTC, as ISO 8601 to the second ("2020-11-30T02:00:00Z")."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mend(text: str) -> str:
    """Text that UTF-8, and so the database, can hold: half of a surrogate pair (JSON's ``\\ud800``) becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def archive_folder(option: str | os.PathLike[str] | None = None) -> Path:
    """The archive's folder: the option, else ``$NEWSARCHIVE_DIR``, else ``data``."""
    return Path(option or os.environ.get("NEWSARCHIVE_DIR") or "data")


class Archive:
    """One open archive.

    ``Archive.create(folder)`` opens for writing, making or upgrading what is needed; ``Archive.read(folder)`` opens
    read-only, and changes nothing but the schema of an earlier version, once. Both raise :class:`ArchiveError`. Use as
    a context manager.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, unwritten: bool = False):
        self.folder = folder
        self.connection = connection
        self.unwritten = unwritten
        """True where nobody can write, as on a read-only medium: the file is read as one that never changes."""
        connection.row_factory = sqlite3.Row

    @property
    def warc_folder(self) -> Path:
        """Where the WARC files lie."""
        return self.folder / "warc"

    @classmethod
    def create(cls, folder: str | os.PathLike[str]) -> Archive:
        """Open for writing; makes the folder, the database and its tables where missing.

        Raises :class:`ArchiveError` where the folder cannot be written, the database is not one of ours, or is newer.
        """
        folder = Path(folder)
        path = folder / "news.db"
        try:
            for part in (folder, folder / "warc", folder / "sites", folder / "locks"):
                part.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"{folder}: the archive cannot be made there ({error.strerror or error}); name a folder you may write"
                " with --archive or NEWSARCHIVE_DIR"
            ) from error
        if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise ArchiveError(f"{path}: not writable; change its permissions or name another folder with --archive")
        connection = _connect(path, f"file:{_quoted(path)}?mode=rwc")
        try:
            with _database_errors(path):
                _refuse_foreign(connection, path)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
                archive = cls(folder, connection)
                _migrate(archive, path)
        except BaseException:
            connection.close()
            raise
        return archive

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Archive:
        """Open read-only, also on a medium or in a folder that cannot be written.

        Raises :class:`ArchiveError` where there is no archive, or none of ours.
        """
        folder = Path(folder)
        path = folder / "news.db"
        if not path.is_file():
            raise ArchiveError(
                f"{path}: no archive here yet; run `newsarchive crawl SITE` (or `newsarchive demo`) first,"
                " or name its folder with --archive"
            )
        # A database in WAL mode is read with the help of a file beside it; where none can be made nobody writes either.
        unwritten = not _may_write(folder) and not _has_content(path.with_name("news.db-wal"))
        connection = _connect(path, f"file:{_quoted(path)}?mode=ro" + ("&immutable=1" if unwritten else ""))
        try:
            with _database_errors(path):
                _refuse_foreign(connection, path, empty_is_ours=False)
                connection.execute("PRAGMA query_only = ON")
                if migrations.pending(connection):
                    # Made by an earlier version: upgraded once, then read like any other.
                    cls.create(folder).close()
        except BaseException:
            connection.close()
            raise
        return cls(folder, connection, unwritten=unwritten)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; nothing is pending, every write was its own transaction."""
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: commits at the end, rolls back on any exception. Joins a transaction that is open."""
        if self.connection.in_transaction:
            yield self.connection
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def one_moment(self) -> Iterator[None]:
        """Whatever is read meanwhile is the archive of one moment, also while a crawl writes."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.rollback()

    def rows(self, sql: str, *parameters: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, *parameters: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        return found

    def insert(self, table: str, columns: Mapping[str, Any], *, otherwise: str = "") -> int:
        """Insert a row; ``otherwise`` is what is done where one with its key is there ("NOTHING", "UPDATE SET …").

        Returns its number. Joins the caller's transaction.
        """
        conflict = f" ON CONFLICT DO {otherwise}" if otherwise else ""
        cursor = self.connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}){conflict}",
            tuple(columns.values()),
        )
        return int(cursor.lastrowid or 0)

    # What a crawl writes

    def keep_site(self, name: str, **columns: str | None) -> None:
        """Insert or update the row of a site: title, district, province, district_code, url, family."""
        names = ", ".join(columns)
        marks = ", ".join("?" * (len(columns) + 1))
        updates = ", ".join(f"{c} = excluded.{c}" for c in columns)
        with self.transaction() as db:
            db.execute(
                f"INSERT INTO sites (name, {names}) VALUES ({marks}) ON CONFLICT (name) DO UPDATE SET {updates}",
                (name, *columns.values()),
            )

    def keep_capture(self, capture: Capture, run_id: int | None) -> int:
        """Insert the row of a capture whose record is already flushed; returns its id (``capture.id`` is not read)."""
        with self.transaction() as db:
            cursor = db.execute(
                "INSERT INTO captures (url, fetched_at, status, media_type, digest, warc_file, warc_offset,"
                " warc_length, refers_to, run_id, posted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    capture.url,
                    capture.fetched_at,
                    capture.status,
                    capture.media_type,
                    capture.digest,
                    capture.warc_file,
                    capture.warc_offset,
                    capture.warc_length,
                    capture.refers_to,
                    run_id,
                    capture.posted,
                ),
            )
        return int(cursor.lastrowid or 0)

    def capture(self, capture_id: int) -> Capture | None:
        """The row of a capture."""
        row = self.row(f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE id = ?", capture_id)
        return Capture(*row) if row else None

    def find_capture(self, exchange: Exchange) -> Capture | None:
        """The capture of this very exchange: same address, second, status and bytes."""
        row = self.row(
            f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE url = ? AND fetched_at = ? AND status = ? AND digest = ?",
            exchange.url,
            exchange.fetched_at,
            exchange.status,
            payload_digest(exchange.body),
        )
        return Capture(*row) if row else None

    def captured_before(self, body: bytes) -> Capture | None:
        """The latest capture of these very bytes, for a revisit record to refer to; None where they cannot be read back
        from its record: then they are worth keeping again.
        """
        row = self.row(
            f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE digest = ? AND refers_to IS NULL ORDER BY id DESC LIMIT 1",
            payload_digest(body),
        )
        if row is None:
            return None
        capture = Capture(*row)
        try:
            read_capture(self.warc_folder, capture)
        except DamagedRecordError:
            return None
        return capture

    def read_capture(self, capture_id: int) -> tuple[StatusAndHeaders, bytes]:
        """A capture's HTTP headers and body as received, read from its WARC file and checked.

        Raises :class:`newsarchive.archive.warc.DamagedRecordError`, and :class:`LookupError` for an unknown id.
        """
        capture = self.capture(capture_id)
        if capture is None:
            raise LookupError(capture_id)
        original = self.capture(capture.refers_to) if capture.refers_to else None
        return read_capture(self.warc_folder, capture, original)

    def original(self, capture: Capture) -> tuple[Capture, bytes] | None:
        """The capture whose record holds the bytes of one, and these; None where they cannot be read back."""
        kept = self.capture(capture.refers_to) if capture.refers_to else capture
        try:
            return (kept, read_capture(self.warc_folder, kept)[1]) if kept else None
        except DamagedRecordError:
            return None

    def latest_good(self, url: str) -> Capture | None:
        """The latest capture of an address's page as it was sent: asked for by the address alone, answered by 200."""
        row = self.row(
            f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE url = ? AND status = 200 AND posted IS NULL"
            " ORDER BY fetched_at DESC, id DESC LIMIT 1",
            url,
        )
        return Capture(*row) if row else None

    def keep_warc_file(self, file: SealedFile) -> None:
        """Put a WARC file that is complete into the list of files that ``verify`` holds the disk against."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO warc_files (name, length, digest, sealed_at) VALUES (?, ?, ?, ?)",
                (file.name, file.length, file.digest, utc_now()),
            )

    def seal_warc_files(self, site: str) -> None:
        """List the files of a site that a killed run left unlisted, without what it left half written at their ends.

        The caller holds the site's lock. A file shorter than its captures say stays unlisted: ``verify`` tells of it.
        Raises :class:`ArchiveError` where a file cannot be written.
        """
        listed = {row["name"] for row in self.rows("SELECT name FROM warc_files")}
        for path in sorted((self.warc_folder / site).glob("*.warc.gz")):
            name = f"{site}/{path.name}"
            if name in listed:
                continue
            row = self.row("SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ?", name)
            try:
                file = seal(path, name, (row[0] if row else None) or 0)
            except OSError as error:
                raise ArchiveError(
                    f"{path}: left unfinished by an earlier run, and cannot be written ({error.strerror or error});"
                    " check its permissions"
                ) from error
            if file is not None:
                self.keep_warc_file(file)

    def keep_listing(self, listing: Listing, *, site: str, run_id: int) -> None:
        """The sightings of one listing page. Joins the caller's transaction."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO sightings (url, site, listing_url, kind, position, title, date_text, run_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (entry.url, site, listing.url, listing.kind, entry.position, entry.title, entry.date_text, run_id)
                    for entry in listing.entries
                ],
            )

    def keep_visit(self, site: str, at: str, detail: str) -> int:
        """The row of ``runs`` for a visit that somebody else made to a listing page; the one there is, or a new one.

        What several visits saw of one listing is kept of each, in their order of time.
        """
        known = "SELECT id FROM runs WHERE site = ? AND started_at = ? AND outcome = 'imported' AND detail = ?"
        with self.transaction() as db:
            row = self.row(known, site, at, detail)
            if row is not None:
                return int(row["id"])
            cursor = db.execute(
                "INSERT INTO runs (site, started_at, finished_at, outcome, detail) VALUES (?, ?, ?, 'imported', ?)",
                (site, at, at, detail),
            )
        return int(cursor.lastrowid or 0)

    def listing_evidence(self, url: str) -> ListingEvidence | None:
        """What the listings ever printed for an article's address, and for the nearest dated rows above and below.

        ``url`` is the address as the listing gave it (or the same page's, see :func:`same_page`). The earliest sighting
        that prints a date is taken: it is nearest to the publication. None where no listing ever showed the address.
        """
        seen = self.row(
            "SELECT s.listing_url, s.position, s.date_text, s.run_id, s.kind FROM sightings s JOIN runs r"
            " ON r.id = s.run_id WHERE s.url IN (?, ?, ?, ?)"
            " ORDER BY s.date_text IS NULL, r.started_at, s.run_id, s.position LIMIT 1",
            *same_page(url),
        )
        if seen is None:
            return None
        nearest = (
            "SELECT date_text FROM sightings WHERE run_id = ? AND listing_url = ? AND date_text IS NOT NULL"
            " AND position {0} ? ORDER BY position {1} LIMIT 1"
        )
        place = (seen["run_id"], seen["listing_url"], seen["position"])
        newer, older = self.row(nearest.format("<", "DESC"), *place), self.row(nearest.format(">", "ASC"), *place)
        return ListingEvidence(
            date_text=seen["date_text"],
            newer_text=newer["date_text"] if newer else None,
            older_text=older["date_text"] if older else None,
            kind=seen["kind"],
        )

    def listed_title(self, url: str) -> str | None:
        """The title a listing last showed for an address, if any did."""
        row = self.row(
            "SELECT s.title FROM sightings s JOIN runs r ON r.id = s.run_id WHERE s.url IN (?, ?, ?, ?)"
            " AND s.title IS NOT NULL ORDER BY r.started_at DESC, s.run_id DESC LIMIT 1",
            *same_page(url),
        )
        return row["title"] if row else None

    def keep_article(
        self, article: Article, *, site: str, capture: Capture, read_at: str | None = None
    ) -> tuple[int, str]:
        """Keep what a capture was read as: the article's row with images and links, and a version where it changed.

        ``article`` must have a title and a body; where the same page (:func:`same_page`) is kept already, its address
        becomes the one it is kept under: citations stay good. ``read_at`` (UTC ISO 8601) is for a capture read anew;
        without it the capture was read when it was made. Captures may come in any order: the article's present is that
        of the latest, and the others take their places among its versions (:mod:`newsarchive.archive.versions`).
        Returns the article's id and ``new``, ``changed`` or ``unchanged``. Joins the caller's transaction. Raises
        :class:`ValueError` without title or body.
        """
        if not article.title or not article.body:
            raise ValueError(f"{article.url}: an article needs a title and a body")
        digest = content_hash(article)
        with self.transaction() as db:
            known = self.find_article(article.url)
            if known is None:
                article_id = self._insert_article(article, digest, site, capture)
            else:
                article_id, article.url = int(known["id"]), known["url"]
            db.execute(
                "INSERT INTO readings (article_id, capture_id, extractor, read_at, content_hash) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (capture_id, extractor, content_hash) DO UPDATE SET"
                " read_at = max(read_at, excluded.read_at), article_id = excluded.article_id",
                (article_id, capture.id, article.extractor or "", read_at or capture.fetched_at, digest),
            )
            readings = self._readings(article_id)
            if known is not None:
                last = max(readings, key=lambda reading: (reading.moment, reading.rank))
                present = (last.capture_id, last.content_hash) == (capture.id, digest)
                self._update_article(article, digest, article_id, capture, present=present)
            began = self._keep_versions(article_id, readings, {digest: _version_text(article)})
        return article_id, "new" if known is None else "changed" if (capture.id, digest) in began else "unchanged"

    def _insert_article(self, article: Article, digest: str, site: str, capture: Capture) -> int:
        article_id, seen_at = self._next_article_id(), capture.fetched_at
        columns = {
            "id": article_id,
            "site": site,
            **_columns(article, digest, capture),
            "first_seen": seen_at,
            "last_seen": seen_at,
            "last_changed": seen_at,
        }
        # Pictures first: the full-text triggers then index the article once, when its row comes.
        self._keep_images(article, article_id)
        self.insert("articles", columns)
        self._keep_links(article, article_id)
        return article_id

    def copy_article(
        self,
        article: Article,
        columns: Mapping[str, Any],
        readings: Iterable[tuple[Any, ...]],
        versions: Iterable[Mapping[str, Any]],
    ) -> int:
        """Keep an article that is not here as another archive has it; returns its id. Joins the caller's transaction.

        ``columns`` is its row, with the numbers that captures have here, ``article`` its images and links. A reading is
        (capture, extractor, time it was read, content's hash), a version its row.
        """
        article_id = self._next_article_id()
        self._keep_images(article, article_id)
        self.insert("articles", {**columns, "id": article_id})
        self._keep_links(article, article_id)
        self.connection.executemany(
            "INSERT INTO readings (article_id, capture_id, extractor, read_at, content_hash) VALUES (?, ?, ?, ?, ?)",
            [(article_id, *reading) for reading in readings],
        )
        for version in versions:
            self.insert("versions", {**version, "article_id": article_id})
        return article_id

    def _update_article(
        self, article: Article, digest: str, article_id: int, capture: Capture, *, present: bool
    ) -> None:
        """Where the capture is the latest of the article, as its last reader read it, that is the article's present."""
        row, seen_at = self.row("SELECT * FROM articles WHERE id = ?", article_id), capture.fetched_at
        assert row is not None
        columns = {"first_seen": min(row["first_seen"], seen_at), "last_seen": max(row["last_seen"], seen_at)}
        if present:
            columns |= _columns(article, digest, capture)
            self._keep_images(article, article_id)
            gone = self.capture(row["gone_capture_id"] or 0)
            if gone is not None and _moment(gone) > _moment(capture):
                # A capture of when it was there still; that it has gone since stays true.
                del columns["state"], columns["gone_capture_id"]
        # A column of text that is named is taken out of the full-text tables and put back, whatever it is set to.
        changed = {name: value for name, value in columns.items() if value != row[name]}
        if changed:
            self.connection.execute(
                f"UPDATE articles SET {', '.join(f'{name} = ?' for name in changed)} WHERE id = ?",
                (*changed.values(), article_id),
            )
        if present:
            self._keep_links(article, article_id)

    def keep_versions(self, article_id: int, texts: Mapping[str, Mapping[str, Any]]) -> None:
        """Work out an article's versions anew from its readings, some of which were added by other ways.

        ``texts`` holds what a version keeps of each content that no version of the article has yet, by hash. Joins the
        caller's transaction.
        """
        with self.transaction():
            self._keep_versions(article_id, self._readings(article_id), texts)

    def _keep_versions(
        self, article_id: int, readings: list[Reading], texts: Mapping[str, Mapping[str, Any]]
    ) -> set[tuple[int, str]]:
        """Keep the versions that the readings make; returns capture and hash of each that was not there before."""
        versions = timeline(readings)
        wanted = [
            {
                "number": number,
                "seen_at": version.reading.seen_at,
                "cause": version.cause,
                "content_hash": version.reading.content_hash,
                "extractor": version.reading.extractor,
                "capture_id": version.reading.capture_id,
            }
            for number, version in enumerate(versions, 1)
        ]
        kept = [
            dict(row) for row in self.rows("SELECT * FROM versions WHERE article_id = ? ORDER BY number", article_id)
        ]
        same = [all(old[name] == new[name] for name in new) for old, new in zip(kept, wanted, strict=False)]
        first = same.index(False) if False in same else len(same)
        known = {old["content_hash"]: {name: old[name] for name in VERSION_TEXT} for old in kept} | dict(texts)
        db = self.connection
        db.execute("DELETE FROM versions WHERE article_id = ? AND number > ?", (article_id, first))
        for version in wanted[first:]:
            self.insert("versions", {"article_id": article_id, **version, **known[str(version["content_hash"])]})
        changed = max(version.reading.seen_at for version in versions if version.cause == SITE)
        db.execute(
            "UPDATE articles SET last_changed = ? WHERE id = ? AND state = 'live' AND last_changed != ?",
            (changed, article_id, changed),
        )
        if [old["content_hash"] for old in kept] == [new["content_hash"] for new in wanted]:
            # Of two captures of one second either may count as the first; no text is new for that.
            return set()
        before = {(old["capture_id"], old["content_hash"]) for old in kept}
        return {(version.reading.capture_id, version.reading.content_hash) for version in versions} - before

    def _readings(self, article_id: int) -> list[Reading]:
        rows = self.rows(
            "SELECT c.fetched_at, c.warc_file, c.warc_offset, c.digest, r.capture_id, r.extractor, r.read_at,"
            " r.content_hash FROM readings r JOIN captures c ON c.id = r.capture_id WHERE r.article_id = ?",
            article_id,
        )
        return [Reading(row[0], _place(*row[1:4]), *row[4:]) for row in rows]

    def find_article(self, url: str) -> sqlite3.Row | None:
        """Id, url and title of the article kept under an address, or under one that is the same page."""
        addresses = same_page(url)
        return self.row(
            "SELECT id, url, title FROM articles WHERE url IN (?, ?, ?, ?) ORDER BY url != ?, id",
            *addresses,
            addresses[0],
        )

    def mark_gone(self, article_id: int, capture: Capture) -> None:
        """The site no longer has the article, and this answer shows it: its state changes, all that was kept stays.

        Nothing changes where the article was seen since, or where an earlier answer shows it gone.
        """
        with self.transaction() as db:
            row = self.row("SELECT capture_id, gone_capture_id FROM articles WHERE id = ?", article_id)
            seen, gone = (self.capture(number or 0) for number in row) if row else (None, None)
            since = seen is None or _moment(seen) < _moment(capture)
            if since and (gone is None or _moment(capture) < _moment(gone)):
                db.execute(
                    "UPDATE articles SET state = 'gone', last_changed = ?, gone_capture_id = ? WHERE id = ?",
                    (capture.fetched_at, capture.id, article_id),
                )

    def mark_seen(self, article_id: int, at: str) -> None:
        """The site says at a time (UTC ISO 8601) that it has the article still, as it was."""
        with self.transaction() as db:
            db.execute("UPDATE articles SET last_seen = max(last_seen, ?) WHERE id = ?", (at, article_id))

    def withhold(self, article_id: int, reason: str) -> bool:
        """Take an article out of search, export and web; all that is kept of it stays. False where it is so already."""
        with self.transaction() as db:
            if self.row(f"SELECT 1 WHERE ? IN ({WITHHELD})", article_id):
                return False
            db.execute(
                "INSERT INTO withholdings (article_id, reason, at) VALUES (?, ?, ?)",
                (article_id, collapse(reason), utc_now()),
            )
        return True

    def unwithhold(self, article_id: int) -> bool:
        """Undo :meth:`withhold`; that it was withheld, and why, stays on record. False where it is not withheld."""
        with self.transaction() as db:
            cursor = db.execute(
                "UPDATE withholdings SET undone_at = ? WHERE article_id = ? AND undone_at IS NULL",
                (utc_now(), article_id),
            )
        return cursor.rowcount > 0

    def keep_failure(self, *, run_id: int, url: str, stage: str, reason: str) -> None:
        """One failure row: ``stage`` is fetch, robots, listing, extract or validate."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO failures (run_id, url, stage, reason, at) VALUES (?, ?, ?, ?, ?)",
                (run_id, url, stage, collapse(reason)[:500], utc_now()),
            )

    def _next_article_id(self) -> int:
        row = self.row("SELECT coalesce(max(id), 0) + 1 AS id FROM articles")
        return int(row["id"]) if row else 1

    def _keep_images(self, article: Article, article_id: int) -> None:
        wanted = [(i, image.url, image.caption, image.credit) for i, image in enumerate(article.images, 1)]
        sql = "SELECT position, url, caption, credit FROM images WHERE article_id = ? ORDER BY position"
        if wanted == [tuple(row) for row in self.rows(sql, article_id)]:
            return
        self.connection.execute("DELETE FROM images WHERE article_id = ?", (article_id,))
        self.connection.executemany(
            "INSERT INTO images (article_id, position, url, caption, credit) VALUES (?, ?, ?, ?, ?)",
            [(article_id, *row) for row in wanted],
        )

    def _keep_links(self, article: Article, article_id: int) -> None:
        db = self.connection
        wanted = [(i, link.kind, link.url, link.title) for i, link in enumerate(article.links, 1)]
        sql = "SELECT position, kind, url, title FROM links WHERE article_id = ? ORDER BY position"
        if wanted != [tuple(row) for row in self.rows(sql, article_id)]:
            db.execute("DELETE FROM links WHERE article_id = ?", (article_id,))
            db.executemany(
                "INSERT INTO links (article_id, position, kind, url, title, target_id)"
                " VALUES (?, ?, ?, ?, ?, (SELECT id FROM articles WHERE url IN (?, ?, ?, ?)))",
                [(article_id, *link, *same_page(link[2])) for link in wanted],
            )
        db.execute(
            "UPDATE links SET target_id = ? WHERE target_id IS NULL AND url IN (?, ?, ?, ?)",
            (article_id, *same_page(article.url)),
        )


ARTICLE_COLUMNS = (
    "url",
    "title",
    "date",
    "date_earliest",
    "date_latest",
    "date_source",
    "published_at",
    "event_date",
    "page_date",
    "date_text",
    "lead",
    "caption",
    "body",
    "byline",
    "source",
    "section",
)


VERSION_TEXT = ("title", "date", "lead", "body", "byline", "source", "captions")
"""The columns of table ``versions`` that hold an article's content."""
CAPTURE_COLUMNS = (
    "id, url, fetched_at, status, media_type, digest, warc_file, warc_offset, warc_length, refers_to, posted"
)
"""The columns of table ``captures`` in the order of :class:`newsarchive.items.Capture`."""


def _columns(article: Article, digest: str, capture: Capture) -> dict[str, Any]:
    """The columns of an article's row that one reading of its page decides."""
    return {
        **{name: getattr(article, name) for name in ARTICLE_COLUMNS},
        "content_hash": digest,
        "extractor": article.extractor or "",
        "field_sources": mend(json.dumps(article.field_sources, ensure_ascii=False)),
        "capture_id": capture.id,
        "state": "live",
        "gone_capture_id": None,
    }


def _moment(capture: Capture) -> tuple[str, str]:
    """Where a capture stands in time."""
    return capture.fetched_at, _place(capture.warc_file, capture.warc_offset, capture.digest)


def _place(warc_file: str, offset: int, digest: str) -> str:
    """What tells captures of one second apart: a later one of an archive lies in a later file, or later in the file.

    The folder does not count: two archives' files of one name lie in different folders where they were merged.
    """
    return f"{warc_file.rpartition('/')[2]} {offset:020d} {digest}"


def _version_text(article: Article) -> dict[str, str | None]:
    """What a version keeps of an article's content, in the order of its columns."""
    captions = "\n".join(image.caption for image in article.images if image.caption) or None
    said = (article.title, article.date, article.lead, article.body, article.byline, article.source, captions)
    return dict(zip(VERSION_TEXT, said, strict=True))


def content_hash(article: Article) -> str:
    """``sha256:<hex>`` over what the article says: title, date, lead, body, byline, source and captions.

    A date known by bounds only is left out: its later bound moves with each visit, which is no change of the article.
    """
    date = None if article.date_source == "bounds" else article.date
    said = [article.title, date, article.lead, article.body, article.byline, article.source]
    said += [image.caption for image in article.images]
    text = "\x1f".join(collapse(part or "") for part in said)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))


def _connect(path: Path, uri: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: cannot be opened ({error}); check the folder's permissions") from error
    return connection


@contextlib.contextmanager
def _database_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise ArchiveError(f"{path}: cannot be used now ({error}); is it read-only, full or in use?") from error
        if "malformed" in str(error):
            raise DamagedArchiveError(
                f"{path}: damaged ({error}); nothing was changed in it. Put a copy back; the WARC files beside it hold"
                " the pages as they were sent"
            ) from error
        raise ArchiveError(f"{path}: not a newsarchive database ({error}); nothing was changed in it") from error


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _refuse_foreign(connection: sqlite3.Connection, path: Path, *, empty_is_ours: bool = True) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id == APPLICATION_ID:
        return
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables or application_id or not empty_is_ours:
        raise ArchiveError(
            f"{path}: a database, but not one of newsarchive's; nothing was changed in it."
            " Name another folder with --archive"
        )


def _migrate(archive: Archive, path: Path) -> None:
    if newer := [name for name in migrations.applied(archive.connection) if name not in migrations]:
        raise ArchiveError(f"{path}: made by a newer newsarchive (it has {newer[0]!r}); upgrade the program")
    if migrations.pending(archive.connection):
        from sqlite_utils import Database

        with archive.transaction() as db:
            # Another process may have migrated while this one waited for the lock; apply() looks again.
            migrations.as_sqlite_utils().apply(Database(db))
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
