"""Two archives' articles made into one: each with its images, links, readings and versions.

An article is the same by its address. One that is not here is copied as it is; one that is here just so costs a look;
of one that both visited, the versions are worked out anew from all readings, and its present is that of its latest
capture. The archive that saw it first says under which address and site it goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from sqlite3 import Row
from typing import Any

from newsarchive.archive.store import ARTICLE_COLUMNS, VERSION_TEXT, Archive
from newsarchive.items import Article, Image, Link

_READINGS = "SELECT capture_id, extractor, read_at, content_hash FROM readings WHERE article_id = ? ORDER BY rowid"


class Joining:
    """Articles of ``source`` on their way into ``target``; ``captures`` says which of its captures are which there.

    ``ids`` then says the same of articles; ``articles`` and ``versions`` are how many were not there.
    """

    def __init__(self, source: Archive, target: Archive, captures: Mapping[int | None, int | None]):
        self.ids: dict[int | None, int | None] = {None: None}
        self.articles = 0
        self.versions = 0
        self._source = source
        self._target = target
        self._captures = captures

    def join(self, rows: Iterable[Row]) -> None:
        """Bring the articles of these rows; joins the caller's transaction."""
        for row in rows:
            columns = {
                **dict(row),
                "capture_id": self._captures[row["capture_id"]],
                "gone_capture_id": self._captures[row["gone_capture_id"]],
            }
            readings = [(self._captures[capture], *how) for capture, *how in self._source.rows(_READINGS, row["id"])]
            known = self._target.find_article(row["url"])
            if known is None and not self._are_read(readings):
                self.ids[row["id"]] = self._copy(row, columns, readings)
            elif known is not None and self._is_here(known["id"], columns, readings):
                self.ids[row["id"]] = known["id"]
            else:
                self.ids[row["id"]] = self._merge(row, columns, readings, known)

    def _are_read(self, readings: list[tuple[Any, ...]]) -> bool:
        """True where the target has one of these captures read as another article."""
        sql = "SELECT 1 FROM readings WHERE capture_id = ?"
        return any(self._target.row(sql, capture) for capture, *_ in readings)

    def _is_here(self, article_id: int, columns: dict[str, Any], readings: list[tuple[Any, ...]]) -> bool:
        """True where the target has the article just so, and knows of all that it was read as."""
        ours = self._target.row("SELECT * FROM articles WHERE id = ?", article_id)
        if ours is None or dict(ours) != {**columns, "id": article_id}:
            return False
        return {tuple(reading) for reading in self._target.rows(_READINGS, article_id)}.issuperset(readings)

    def _copy(self, row: Row, columns: dict[str, Any], readings: list[tuple[Any, ...]]) -> int:
        found = self._source.rows("SELECT * FROM versions WHERE article_id = ? ORDER BY number", row["id"])
        versions = [{**dict(version), "capture_id": self._captures[version["capture_id"]]} for version in found]
        self.articles += 1
        self.versions += len(versions)
        return self._target.copy_article(self._article(row), columns, readings, versions)

    def _merge(self, row: Row, columns: dict[str, Any], readings: list[tuple[Any, ...]], known: Row | None) -> int:
        target = self._target
        before = self._count_versions(known["id"]) if known else 0
        capture = target.capture(columns["capture_id"])
        assert capture is not None
        as_now = (capture.id, row["extractor"], row["content_hash"])
        read_at = max((at for number, how, at, said in readings if (number, how, said) == as_now), default=None)
        article_id, _ = target.keep_article(self._article(row), site=row["site"], capture=capture, read_at=read_at)
        ours = target.row("SELECT first_seen, url, site FROM articles WHERE id = ?", article_id)
        theirs = {name: row[name] for name in ("first_seen", "url", "site")}
        if known is not None and ours is not None and tuple(theirs.values()) < tuple(ours):
            sql = "UPDATE articles SET first_seen = ?, url = ?, site = ? WHERE id = ?"
            target.connection.execute(sql, (*theirs.values(), article_id))
        self._merge_readings(row, article_id, readings)
        if columns["gone_capture_id"] and (gone := target.capture(columns["gone_capture_id"])):
            # Unless one of the archives saw it since.
            target.mark_gone(article_id, gone)
        self.articles += known is None
        self.versions += self._count_versions(article_id) - before
        return article_id

    def _merge_readings(self, row: Row, article_id: int, readings: list[tuple[Any, ...]]) -> None:
        """What earlier captures were read as, and the versions that all readings together make."""
        self._target.connection.executemany(
            "INSERT INTO readings (article_id, capture_id, extractor, read_at, content_hash)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET read_at = max(read_at, excluded.read_at)",
            [(article_id, *reading) for reading in readings],
        )
        text = ", ".join(VERSION_TEXT)
        texts = self._source.rows(f"SELECT content_hash, {text} FROM versions WHERE article_id = ?", row["id"])
        self._target.keep_versions(
            article_id, {said: dict(zip(VERSION_TEXT, columns, strict=True)) for said, *columns in texts}
        )
        self._target.connection.execute(
            "UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?",
            (row["first_seen"], row["last_seen"], article_id),
        )

    def _count_versions(self, article_id: int) -> int:
        (count,) = self._target.rows("SELECT count(*) FROM versions WHERE article_id = ?", article_id)[0]
        return int(count)

    def _article(self, row: Row) -> Article:
        columns = {name: row[name] for name in (*ARTICLE_COLUMNS, "extractor")}
        images = "SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position"
        links = "SELECT kind, url, title FROM links WHERE article_id = ? ORDER BY position"
        return Article(
            **columns,
            field_sources=json.loads(row["field_sources"]),
            images=[Image(*image) for image in self._source.rows(images, row["id"])],
            links=[Link(*link) for link in self._source.rows(links, row["id"])],
        )
