"""Archives of several people made into one: nothing twice, the same result in any order.

What is the same is told by what it is, never by its number: a run by its row, a capture by the WARC file and the place
it lies at, an article by its address. Versions are worked out anew from all readings; the present of an article is that
of its latest capture in any of the archives. Numbers (ids) are given anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newsarchive.archive.locks import SiteBusyError, SiteLock, is_held
from newsarchive.archive.store import ARTICLE_COLUMNS, VERSION_TEXT, Archive, ArchiveError
from newsarchive.archive.warc import SealedFile, measured, warc_path
from newsarchive.items import Article, Image, Link

_RUN = "site started_at finished_at outcome requests articles_new changed unchanged gone failed detail".split()
# Of two memories of one address the one that got further is kept.
_PROGRESS = ("todo", "failed", "refused", "gone", "unfit", "elsewhere", "reached", "done")


@dataclass(slots=True)
class Merged:
    """How many articles, versions, captures and WARC files one archive brought that were not there; and ``notes``:
    sentences on what a person should know."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    files: int = 0
    notes: list[str] = field(default_factory=list)


def merge(folder: Path, other: Path) -> Merged:
    """Bring what the archive ``other`` holds into the one at ``folder``, which is made where there is none.

    ``other`` is only read. All or nothing: a merge that is broken off leaves at most WARC files that nothing lists, and
    is done again. Raises :class:`newsarchive.archive.store.ArchiveError` where one cannot be opened or written, or both
    are the same; :class:`newsarchive.archive.locks.SiteBusyError` where a run is at work in one of them.
    """
    if folder.resolve() == other.resolve():
        raise ArchiveError(f"{other}: that is the archive itself; name a colleague's")
    with Archive.read(other) as source, Archive.create(folder) as target, ExitStack() as held:
        for row in source.rows("SELECT name FROM sites ORDER BY name"):
            if is_held(other, row["name"]):
                raise SiteBusyError(f"{other}: a run is at work there on {row['name']}; wait for it to end")
            held.callback(SiteLock(folder, row["name"]).release)
        merging = _Merging(source, target)
        try:
            merging.files()
            with target.transaction():
                merging.rows()
            merging.profiles()
        except OSError as error:
            raise ArchiveError(
                f"{folder}: cannot be written ({error.strerror or error}); nothing was merged"
            ) from error
        return merging.merged


class _Merging:
    """One archive going into another: which of its numbers are which of the other's."""

    def __init__(self, source: Archive, target: Archive):
        self.source = source
        self.target = target
        self.merged = Merged()
        self.names: dict[str, str] = {}
        self.run_ids: dict[int | None, int | None] = {None: None}
        self.capture_ids: dict[int | None, int | None] = {None: None}
        self.article_ids: dict[int | None, int | None] = {None: None}

    def rows(self) -> None:
        """The rows of all tables, in the order in which they point at one another."""
        before = self._counts()
        self._sites()
        self._runs()
        self._captures()
        self._articles()
        self._readings()
        self._gone()
        self._frontier()
        self._what_runs_saw()
        self._withholdings()
        counts = zip(self._counts(), before, strict=True)
        self.merged.articles, self.merged.versions, self.merged.captures = (now - then for now, then in counts)

    def _counts(self) -> list[int]:
        tables = ("articles", "versions", "captures")
        return [int(self.target.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in tables]

    # Files

    def files(self) -> None:
        """Copy the WARC files that are not there. Of two of one name the later goes to a folder named by its digest."""
        listed = self._listed(self.source)
        there = self._listed(self.target)
        used = {row[0] for row in self.source.rows("SELECT DISTINCT warc_file FROM captures")}
        for name in sorted({*listed, *used}):
            try:
                path = warc_path(self.source.warc_folder, name)
                file = measured(path, name)
            except (OSError, ValueError) as error:
                raise ArchiveError(
                    f"{self.source.warc_folder / name}: cannot be read ({getattr(error, 'strerror', None) or error});"
                    " `newsarchive verify` there tells more; nothing was merged"
                ) from error
            said = listed.get(name, file)
            if said.digest != file.digest:
                self.merged.notes.append(f"{path}: damaged; copied as it is, `newsarchive verify` tells what is lost")
            clash = name in there and there[name].digest != said.digest
            site, _, base = name.rpartition("/")
            self.names[name] = f"{site}/{said.digest[7:19]}/{base}" if clash else name
            if self.names[name] not in there:
                self._copy(path, self.target.warc_folder / self.names[name])
                self.target.keep_warc_file(replace(said, name=self.names[name]))
                self.merged.files += 1

    @staticmethod
    def _listed(archive: Archive) -> dict[str, SealedFile]:
        return {row["name"]: SealedFile(*row) for row in archive.rows("SELECT name, length, digest FROM warc_files")}

    @staticmethod
    def _copy(path: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        shutil.copyfile(path, part)
        with part.open("rb") as copied:
            os.fsync(copied.fileno())
        part.replace(place)

    def profiles(self) -> None:
        """Copy the profiles of sites that have none here."""
        for path in sorted((self.source.folder / "sites").glob("[!.]*.toml")):
            place = self.target.folder / "sites" / path.name
            if not place.exists():
                shutil.copyfile(path, place)
            elif place.read_bytes() != path.read_bytes():
                self.merged.notes.append(f"{place}: kept as it is, though {path} is another")

    # Rows

    def _sites(self) -> None:
        """A site as the archive knows it that crawled it last."""
        latest = "SELECT max(started_at) FROM runs WHERE site = ?"
        for row in self.source.rows("SELECT * FROM sites ORDER BY name"):
            ours = self.target.row("SELECT * FROM sites WHERE name = ?", row["name"])
            if ours is not None:
                (here,), (there,) = (a.rows(latest, row["name"])[0] for a in (self.target, self.source))
                if (here or "", *map(str, ours)) >= (there or "", *map(str, row)):
                    continue
            self._insert("sites", dict(row), replacing="name")

    def _runs(self) -> None:
        for row in self.source.rows("SELECT * FROM runs ORDER BY id"):
            same = " AND ".join(f"{name} IS ?" for name in _RUN)
            values = {name: row[name] for name in _RUN}
            known = self.target.row(f"SELECT id FROM runs WHERE {same}", *values.values())
            self.run_ids[row["id"]] = known["id"] if known else self._insert("runs", values)

    def _captures(self) -> None:
        for row in self.source.rows("SELECT * FROM captures ORDER BY id"):
            values = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118  # a Row's keys
            values["warc_file"] = self.names[row["warc_file"]]
            values["run_id"] = self.run_ids[row["run_id"]]
            values["refers_to"] = self.capture_ids[row["refers_to"]]
            known = self.target.row(
                "SELECT id FROM captures WHERE warc_file = ? AND warc_offset = ?",
                values["warc_file"],
                values["warc_offset"],
            )
            self.capture_ids[row["id"]] = known["id"] if known else self._insert("captures", values)

    def _articles(self) -> None:
        """Each article's present; the archive that saw it first says under which address and site it goes."""
        for row in self.source.connection.execute("SELECT * FROM articles ORDER BY id"):
            capture = self.target.capture(self.capture_ids[row["capture_id"]] or 0)
            assert capture is not None
            reading = self.source.row(
                "SELECT max(read_at) AS at FROM readings WHERE capture_id = ? AND extractor = ? AND content_hash = ?",
                row["capture_id"],
                row["extractor"],
                row["content_hash"],
            )
            known = self.target.find_article(row["url"])
            article_id, _ = self.target.keep_article(
                self._article(row), site=row["site"], capture=capture, read_at=reading["at"] if reading else None
            )
            self.article_ids[row["id"]] = article_id
            ours = self.target.row("SELECT first_seen, url, site FROM articles WHERE id = ?", article_id)
            theirs = (row["first_seen"], row["url"], row["site"])
            if known is not None and ours is not None and theirs < tuple(ours):
                self._update("articles", article_id, dict(zip(ours.keys(), theirs, strict=True)))

    def _article(self, row: sqlite3.Row) -> Article:
        columns = {name: row[name] for name in (*ARTICLE_COLUMNS, "extractor")}
        images = "SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position"
        links = "SELECT kind, url, title FROM links WHERE article_id = ? ORDER BY position"
        return Article(
            **columns,
            field_sources=json.loads(row["field_sources"]),
            images=[Image(*image) for image in self.source.rows(images, row["id"])],
            links=[Link(*link) for link in self.source.rows(links, row["id"])],
        )

    def _readings(self) -> None:
        """What earlier captures were read as, and the versions that all readings together make."""
        text = ", ".join(VERSION_TEXT)
        for old, new in self.article_ids.items():
            readings = self.source.rows("SELECT * FROM readings WHERE article_id = ?", old)
            for row in readings:
                self.target.connection.execute(
                    "INSERT INTO readings (article_id, capture_id, extractor, read_at, content_hash)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET read_at = max(read_at, excluded.read_at)",
                    (new, self.capture_ids[row["capture_id"]], row["extractor"], row["read_at"], row["content_hash"]),
                )
            texts = self.source.rows(f"SELECT content_hash, {text} FROM versions WHERE article_id = ?", old)
            if new is not None and readings:
                self.target.keep_versions(new, {row[0]: dict(zip(VERSION_TEXT, row[1:], strict=True)) for row in texts})
            for seen in self.source.rows("SELECT first_seen, last_seen FROM articles WHERE id = ?", old):
                self.target.connection.execute(
                    "UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?",
                    (*seen, new),
                )

    def _gone(self) -> None:
        """What was found gone, where no archive saw it since."""
        for row in self.source.rows("SELECT id, gone_capture_id FROM articles WHERE gone_capture_id IS NOT NULL"):
            capture = self.target.capture(self.capture_ids[row["gone_capture_id"]] or 0)
            article_id = self.article_ids[row["id"]]
            if capture is not None and article_id is not None:
                self.target.mark_gone(article_id, capture)

    def _frontier(self) -> None:
        for row in self.source.rows("SELECT * FROM frontier"):
            theirs = dict(row)
            theirs["article_id"] = self.article_ids.get(row["article_id"])
            theirs["walk"] = self.run_ids.get(row["walk"]) or 0
            ours = self.target.row("SELECT * FROM frontier WHERE site = ? AND url = ?", row["site"], row["url"])
            if ours is None or _further(theirs) > _further(dict(ours)):
                self._insert("frontier", theirs, replacing="site, url")

    def _what_runs_saw(self) -> None:
        for table in ("sightings", "failures"):
            for row in self.source.rows(f"SELECT * FROM {table}"):
                values = {**dict(row), "run_id": self.run_ids[row["run_id"]]}
                self._insert_once(table, values)

    def _withholdings(self) -> None:
        for row in self.source.rows("SELECT * FROM withholdings"):
            values = {**dict(row), "article_id": self.article_ids[row["article_id"]]}
            same = [values[name] for name in ("article_id", "reason", "at")]
            sql = "SELECT rowid FROM withholdings WHERE article_id = ? AND reason = ? AND at = ?"
            known = self.target.row(sql, *same)
            if known is None:
                self._insert("withholdings", values)
            elif values["undone_at"]:
                self.target.connection.execute(
                    "UPDATE withholdings SET undone_at = max(coalesce(undone_at, ''), ?) WHERE rowid = ?",
                    (values["undone_at"], known["rowid"]),
                )

    # SQL

    def _insert(self, table: str, values: dict[str, Any], *, replacing: str = "") -> int:
        """Insert a row, or replace the one with the same key (columns ``replacing``); returns its number."""
        names = ", ".join(values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values)
        conflict = f" ON CONFLICT ({replacing}) DO UPDATE SET {updates}" if replacing else ""
        cursor = self.target.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))}){conflict}", tuple(values.values())
        )
        return int(cursor.lastrowid or 0)

    def _insert_once(self, table: str, values: dict[str, Any]) -> None:
        """Insert a row unless the very same is there."""
        same = " AND ".join(f"{name} IS ?" for name in values)
        if self.target.row(f"SELECT 1 FROM {table} WHERE {same}", *values.values()) is None:
            self._insert(table, values)

    def _update(self, table: str, number: int, values: dict[str, Any]) -> None:
        sets = ", ".join(f"{name} = ?" for name in values)
        self.target.connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*values.values(), number))


def _further(row: dict[str, Any]) -> tuple[Any, ...]:
    """How far an address got, to compare two memories of it by."""
    state = _PROGRESS.index(row["state"]) if row["state"] in _PROGRESS else -1
    return (state, row["done_at"] or "", row["tries"], row["found_at"], row["found_on"] or "", row["chain"] or "")
