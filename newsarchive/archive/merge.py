"""Archives of several people made into one: nothing twice, the same result in any order.

What is the same is told by what it is, never by its number: a run by its row, a capture by the WARC file and the place
it lies at, an article by its address. Versions are worked out anew from all readings; the present of an article is that
of its latest capture in any of the archives. Numbers (ids) are given anew.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsarchive.archive.bringing import Bringing
from newsarchive.archive.concerning import Concerning
from newsarchive.archive.locks import SiteBusyError, SiteLock, is_held, lock_path
from newsarchive.archive.store import ARTICLE_COLUMNS, VERSION_TEXT, Archive, ArchiveError
from newsarchive.items import Article, Image, Link
from newsarchive.sites.profile import is_site_name
from newsarchive.sites.urls import same_page

_RUN = "site started_at finished_at outcome requests articles_new changed unchanged gone failed detail".split()
# How far an address got in one second.
_PROGRESS = ("todo", "failed", "refused", "gone", "unfit", "elsewhere", "reached", "done")


@dataclass(slots=True)
class Merged:
    """How many articles, versions, captures and WARC files one archive brought that were not there; and ``notes``:
    sentences on what a person should know; ``missing``: sites that were asked for and are not in it."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    files: int = 0
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def merge(
    folder: Path,
    other: Path,
    *,
    sites: Collection[str] | None = None,
    link: bool = False,
    held: Collection[SiteLock] = (),
) -> Merged:
    """Bring what the archive ``other`` holds into the one at ``folder``, which is made where there is none.

    ``other`` is only read. All or nothing: a merge that is broken off leaves at most WARC files that nothing points at,
    and is done again. ``sites``: only what concerns these sites (:mod:`newsarchive.archive.concerning`); a crawl of one
    of them goes on from it as it would in ``other``, and may be merged back. ``link``: WARC files are not copied but
    given a second name, where both archives lie on one file system that can
    (:mod:`newsarchive.archive.bringing`); listed files are then not read. ``held`` are locks, of either archive, that
    the caller has.

    Raises :class:`newsarchive.archive.store.ArchiveError` where one cannot be opened or written, or both are the same;
    :class:`newsarchive.archive.locks.SiteBusyError` where a run is at work in one of them on a site that is brought.
    """
    if folder.resolve() == other.resolve():
        raise ArchiveError(f"{other}: that is the archive itself; name a colleague's")
    with Archive.read(other) as source, Archive.create(folder) as target, ExitStack() as locks:
        names = [row["name"] for row in source.rows("SELECT name FROM sites ORDER BY name")]
        if wrong := [name for name in names if not is_site_name(name)]:
            raise ArchiveError(f"{other}: {wrong[0]!r} cannot be a site's name; nothing was merged")
        named = names if sites is None else [name for name in names if name in sites]
        have = {lock.path.resolve() for lock in held}
        for name in named:
            if lock_path(other, name).resolve() not in have and is_held(other, name):
                raise SiteBusyError(f"{other}: a run is at work there on {name}; wait for it to end")
            if lock_path(folder, name).resolve() not in have:
                locks.callback(SiteLock(folder, name).release)
        merging = _Merging(source, target, Concerning(source, None if sites is None else named))
        try:
            for name in named:
                target.seal_warc_files(name)
            merging.files(link=link)
            with target.transaction():
                merging.rows()
            merging.profiles()
        except OSError as error:
            raise ArchiveError(
                f"{folder}: cannot be written ({error.strerror or error}); nothing was merged"
            ) from error
        merging.merged.missing = sorted(set(sites or ()) - set(names))
        return merging.merged


class _Merging:
    """One archive, or a part of it, going into another: which of its numbers are which of the other's."""

    def __init__(self, source: Archive, target: Archive, part: Concerning):
        self.source = source
        self.target = target
        self.part = part
        self.merged = Merged()
        self.names: dict[str, str] = {}
        self.run_ids: dict[int | None, int | None] = {None: None}
        self.capture_ids: dict[int | None, int | None] = {None: None}
        self.article_ids: dict[int | None, int | None] = {None: None}

    def files(self, *, link: bool) -> None:
        """The WARC files; done before the rows that point at them."""
        bringing = Bringing(self.source, self.target, link=link)
        bringing.bring(self.part.warc_files())
        self.names = bringing.names
        self.merged.files = bringing.files
        self.merged.notes += bringing.notes

    def profiles(self) -> None:
        """Copy the profiles of sites that have none here."""
        for path in sorted((self.source.folder / "sites").glob("[!.]*.toml")):
            if self.part.sites is not None and path.stem not in self.part.sites:
                continue
            place = self.target.folder / "sites" / path.name
            if not place.exists():
                shutil.copyfile(path, place)
            elif place.read_bytes() != path.read_bytes():
                self.merged.notes.append(f"{place}: kept as it is, though {path} is another")

    def rows(self) -> None:
        """The rows of all tables, in the order in which they point at one another."""
        before = self._counts()
        self._sites()
        self._runs()
        self._captures()
        self._articles()
        self._readings()
        self._gone()
        self._what_runs_saw()
        self._frontier()
        self._withholdings()
        counts = zip(self._counts(), before, strict=True)
        self.merged.articles, self.merged.versions, self.merged.captures = (now - then for now, then in counts)

    def _counts(self) -> list[int]:
        tables = ("articles", "versions", "captures")
        return [int(self.target.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in tables]

    # Rows

    def _sites(self) -> None:
        """A site as the archive knows it that crawled it last."""
        latest = "SELECT max(started_at) FROM runs WHERE site = ?"
        for row in self.part.rows("sites"):
            ours = self.target.row("SELECT * FROM sites WHERE name = ?", row["name"])
            if ours is not None:
                if self.part.sites is not None and row["name"] not in self.part.sites:
                    continue
                (here,), (there,) = (a.rows(latest, row["name"])[0] for a in (self.target, self.source))
                if (here or "", *map(str, ours)) >= (there or "", *map(str, row)):
                    continue
            updates = ", ".join(f"{name} = excluded.{name}" for name in dict(row))
            self._insert("sites", dict(row), otherwise=f"UPDATE SET {updates}")

    def _runs(self) -> None:
        """A run is the same where its row is; of one that died while it ran, an archive may know its end since."""
        same = " AND ".join(f"{name} IS ?" for name in _RUN)
        begun = "SELECT id, outcome FROM runs WHERE site = ? AND started_at = ? AND outcome != 'imported'"
        for row in self.part.rows("runs"):
            values = {name: row[name] for name in _RUN}
            known = self.target.row(f"SELECT id FROM runs WHERE {same}", *values.values())
            if known is None and row["outcome"] != "imported":
                known = self.target.row(
                    f"{begun} AND (outcome = 'running' OR ? = 'running') ORDER BY id LIMIT 1",
                    row["site"],
                    row["started_at"],
                    row["outcome"],
                )
                if known is not None and known["outcome"] == "running":
                    self._update("runs", known["id"], values)
            self.run_ids[row["id"]] = known["id"] if known else self._insert("runs", values)

    def _captures(self) -> None:
        for row in self.part.rows("captures"):
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
        for row in self.part.rows("articles"):
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
        for row in self.part.rows("articles"):
            if row["gone_capture_id"] is None:
                continue
            capture = self.target.capture(self.capture_ids[row["gone_capture_id"]] or 0)
            article_id = self.article_ids[row["id"]]
            if capture is not None and article_id is not None:
                self.target.mark_gone(article_id, capture)

    def _frontier(self) -> None:
        """Of two memories of one address the later one; what article it is one of them may know alone."""
        for row in self.part.rows("frontier"):
            theirs = dict(row)
            theirs["article_id"] = self.article_ids.get(row["article_id"])
            theirs["walk"] = self.run_ids.get(row["walk"]) or 0
            ours = self._remembered(row)
            if ours is None:
                self._insert("frontier", theirs)
                continue
            later = theirs if _lateness(theirs) > _lateness(ours) else ours
            article_id = later["article_id"] or ours["article_id"] or theirs["article_id"]
            merged = {**later, "article_id": article_id, "url": self._spelling(ours, theirs)}
            if merged != ours:
                sets = ", ".join(f"{name} = ?" for name in merged)
                sql = f"UPDATE frontier SET {sets} WHERE site = ? AND url = ?"
                self.target.connection.execute(sql, (*merged.values(), ours["site"], ours["url"]))

    def _remembered(self, row: sqlite3.Row) -> dict[str, Any] | None:
        """The row of an address in the target's frontier, or that of a spelling which the source's has not besides."""
        asked = "SELECT * FROM frontier WHERE site = ? AND url = ?"
        ours = self.target.row(asked, row["site"], row["url"])
        if ours is None and row["kind"] != "listing":
            for url in same_page(row["url"]):
                spelled = self.target.row(f"{asked} AND kind != 'listing'", row["site"], url)
                if spelled is not None and self.source.row(asked, row["site"], url) is None:
                    ours = spelled
        return dict(ours) if ours else None

    def _spelling(self, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
        """Of two spellings of an address the one that a listing showed last."""
        if ours["url"] == theirs["url"]:
            return str(ours["url"])
        shown = self.target.row(
            "SELECT s.url FROM sightings s JOIN runs r ON r.id = s.run_id WHERE s.url IN (?, ?) AND s.site = ?"
            " ORDER BY r.started_at DESC, s.url LIMIT 1",
            ours["url"],
            theirs["url"],
            ours["site"],
        )
        return str(shown["url"]) if shown else str(min(ours["url"], theirs["url"]))

    def _what_runs_saw(self) -> None:
        for row in self.part.rows("sightings"):
            values = {**dict(row), "run_id": self.run_ids[row["run_id"]]}
            # A run sees one entry at one place of a listing.
            self._insert("sightings", values, otherwise="NOTHING")
        for row in self.part.rows("failures"):
            self._insert_once("failures", {**dict(row), "run_id": self.run_ids[row["run_id"]]})

    def _withholdings(self) -> None:
        for row in self.part.rows("withholdings"):
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

    def _insert(self, table: str, values: dict[str, Any], *, otherwise: str = "") -> int:
        """Insert a row; ``otherwise`` is what is done where one with its key is there. Returns its number."""
        conflict = f" ON CONFLICT DO {otherwise}" if otherwise else ""
        cursor = self.target.connection.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}){conflict}",
            tuple(values.values()),
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


def _lateness(row: dict[str, Any]) -> tuple[Any, ...]:
    """How late a memory of an address is, to compare two by. What was asked for at one time and is due now has become
    so since."""
    state = _PROGRESS.index(row["state"]) if row["state"] in _PROGRESS else -1
    due = row["state"] == "todo"
    kind = row["kind"] != "related"
    about = (row["due_why"] or "", row["found_at"], row["found_on"] or "", row["chain"] or "", row["depth"])
    return (row["done_at"] or "", due, state, row["tries"], kind, *about)
