"""Articles and all that belongs to them as a Frictionless Data Package: a folder of CSV tables, each of whose columns
is described in ``datapackage.json``.

https://specs.frictionlessdata.io (tables: Tabular Data Resource). The tables are those of the archive, with the rows
that belong to the chosen articles; types, keys and meanings are the archive's own. Every reference leads to a row that
is in the package: one to something else is left empty.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.archive.meanings import DAY, INTEGER, JSON, MOMENT, TEXT, describe, kind, meanings
from newsarchive.archive.store import utc_now
from newsarchive.archive.withheld import WITHHELD
from newsarchive.research.context import withheld_addresses
from newsarchive.research.export import articles, new_folder
from newsarchive.sites.urls import same_page

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive
    from newsarchive.research.filters import Filters

_TYPES = {TEXT: "string", INTEGER: "integer", DAY: "date", MOMENT: "datetime", JSON: "object"}
_CHOSEN = "(SELECT id FROM temp.chosen_articles)"
_ROWS = {
    "versions": f"SELECT * FROM versions WHERE article_id IN {_CHOSEN} ORDER BY article_id, number",
    "pictures": f"SELECT * FROM pictures WHERE article_id IN {_CHOSEN} ORDER BY article_id, position",
    "links": "SELECT article_id, position, kind, url, title,"
    f" CASE WHEN target_id IN {_CHOSEN} THEN target_id END AS target_id"
    f" FROM links WHERE article_id IN {_CHOSEN} AND NOT leads_to_withheld(url) ORDER BY article_id, position",
    "sightings": "SELECT * FROM sightings WHERE url IN (SELECT url FROM temp.chosen_articles)"
    " ORDER BY run_id, listing_url, position",
    # Bytes that were captured before are in the record of that capture: it goes along, but for a withheld page's.
    "captures": f"""
        WITH first AS (
            SELECT DISTINCT refers_to AS id FROM captures WHERE id IN (SELECT id FROM temp.chosen_captures)
        ), there AS (
            SELECT id FROM temp.chosen_captures
            UNION
            SELECT c.id FROM first JOIN captures c ON c.id = first.id
            WHERE c.url NOT IN (SELECT url FROM articles WHERE id IN ({WITHHELD}))
        )
        SELECT c.id, c.url, c.fetched_at, c.status, c.media_type, c.digest, c.warc_file, c.warc_offset, c.warc_length,
            c.run_id, CASE WHEN c.refers_to IN (SELECT id FROM there) THEN c.refers_to END AS refers_to, c.posted
        FROM captures c WHERE c.id IN (SELECT id FROM there) ORDER BY c.id""",
    "runs": "SELECT * FROM runs WHERE id IN (SELECT id FROM temp.chosen_runs) ORDER BY id",
    "sites": "SELECT * FROM sites WHERE name IN (SELECT name FROM temp.chosen_sites) ORDER BY name",
}
"""The other tables of a package, in an order in which each is written after those that refer to it."""
_REFERENCES = {
    **dict.fromkeys(("capture_id", "gone_capture_id", "refers_to"), ("chosen_captures", "captures", "id")),
    "run_id": ("chosen_runs", "runs", "id"),
    "site": ("chosen_sites", "sites", "name"),
    "article_id": (None, "articles", "id"),
    "target_id": (None, "articles", "id"),
}
"""Column → where its values are remembered, the table and column it refers to."""


def write_package(
    archive: Archive, filters: Filters, folder: Path, *, query: str | None = None, limit: int | None = None
) -> int:
    """Write the articles that match, and what belongs to them, into a new folder; returns how many articles.

    The folder comes to be only when it is complete, and holds the archive of one moment, also while a crawl writes.
    Raises :class:`FileExistsError` where it exists and is not empty, :class:`OSError` where it cannot be written.
    """
    with new_folder(folder) as part, _remembering(archive) as db:
        with closing(articles(archive, filters, query=query, limit=limit)) as rows:
            tables = {"articles": _write(archive, part, "articles", _remembered(db, rows))}
        for table, sql in _ROWS.items():
            tables[table] = _write(archive, part, table, db.execute(sql))
        described = _package(archive, part, list(tables))
        text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        (part / "datapackage.json").write_text(text, encoding="utf-8")
    return tables["articles"]


@contextmanager
def _remembering(archive: Archive) -> Iterator[sqlite3.Connection]:
    """One moment of the archive, and tables on the disk, of this connection alone, of what was chosen."""
    db = archive.connection
    (guarded,) = db.execute("PRAGMA query_only").fetchone()
    db.execute("PRAGMA query_only = OFF")
    try:
        with archive.one_moment():
            db.execute("CREATE TEMP TABLE chosen_articles (id INTEGER PRIMARY KEY, url TEXT)")
            for name, column in (("captures", "id INTEGER"), ("runs", "id INTEGER"), ("sites", "name TEXT")):
                db.execute(f"CREATE TEMP TABLE chosen_{name} ({column} PRIMARY KEY)")
            hidden = withheld_addresses(archive)
            db.create_function("leads_to_withheld", 1, lambda url: not hidden.isdisjoint(same_page(url)))
            yield db
    finally:
        db.execute(f"PRAGMA query_only = {guarded}")


def _remembered(db: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    for row in rows:
        db.execute("INSERT INTO temp.chosen_articles VALUES (?, ?)", (row["id"], row["url"]))
        yield row


def _write(archive: Archive, folder: Path, table: str, rows: Iterable[sqlite3.Row]) -> int:
    """Write one table, and remember what its rows refer to; returns how many they are."""
    columns = list(describe(table))
    remembered = {
        columns.index(column): f"INSERT OR IGNORE INTO temp.{memory} VALUES (?)"
        for column, (memory, _, _) in _REFERENCES.items()
        if memory and column in columns and memory != f"chosen_{table}"
    }
    count = 0
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
            for place, sql in remembered.items():
                if row[place] is not None:
                    archive.connection.execute(sql, (row[place],))
    return count


def _package(archive: Archive, folder: Path, tables: list[str]) -> dict[str, Any]:
    sites = archive.rows(_ROWS["sites"])
    return {
        "profile": "tabular-data-package",
        "name": "newsarchive",
        "title": "News pages of Viet Nam's districts",
        "description": "Articles as newsarchive captured and read them, with all that belongs to them. Days of"
        " publication are EDTF, no more precise than their evidence; all other times are UTC.",
        "created": utc_now(),
        "sources": [{"title": site["title"], **({"path": site["url"]} if site["url"] else {})} for site in sites],
        "resources": [_resource(archive, folder, table, tables) for table in tables],
    }


def _resource(archive: Archive, folder: Path, table: str, tables: list[str]) -> dict[str, Any]:
    path = folder / f"{table}.csv"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    columns = archive.rows("SELECT name, type, pk FROM pragma_table_info(?)", table)
    said = describe(table)
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column["name"],
                "type": _TYPES[kind(table, column["name"], column["type"])],
                "description": said[column["name"]],
            }
            for column in columns
        ],
        "missingValues": [""],
        "primaryKey": [column["name"] for column in sorted(columns, key=lambda c: c["pk"]) if column["pk"]]
        or ["article_id", "position"],  # of the view
        "foreignKeys": [
            {
                "fields": column["name"],
                "reference": {"resource": "" if target == table else target, "fields": key},
            }
            for column in columns
            for _, target, key in [_REFERENCES.get(column["name"], (None, "", ""))]
            if target in tables
        ],
    }
    return {
        "name": table,
        "path": path.name,
        "profile": "tabular-data-resource",
        "description": meanings()[table].row,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": schema,
    }
