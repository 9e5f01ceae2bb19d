"""Which rows of an archive concern some of its sites: for a merge of these alone, to the point that a crawl of one of
them, or a reading anew, goes on with those rows as it would with all.

What that takes beyond a site's own rows is what the program looks up across sites: articles that a site's crawl found
though another site has them, what other sites' listings printed for an article and beside it (its date is read from
both), at which addresses others know it, captures of an address by whomever (validators, pictures), and the captures
whose bytes a revisit refers to. What stays behind is what other sites' listings show of articles that this site does
not know yet, and others' captures of the same bytes at other addresses: those bytes are then kept once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from sqlite3 import Row

from newsarchive.archive.store import Archive
from newsarchive.sites.urls import same_page

_ORDER = {
    "sites": "name",
    "runs": "id",
    "captures": "id",
    "articles": "id",
    "frontier": "rowid",
    "sightings": "rowid",
    "failures": "rowid",
    "withholdings": "rowid",
}

_WHICH = {
    "sites": "name IN (SELECT name FROM temp.c_sites UNION SELECT site FROM runs WHERE id IN temp.c_runs"
    " UNION SELECT site FROM articles WHERE id IN temp.c_articles"
    " UNION SELECT site FROM frontier WHERE rowid IN temp.c_frontier)",
    "runs": "id IN temp.c_runs",
    "captures": "id IN temp.c_captures",
    "articles": "id IN temp.c_articles",
    "frontier": "rowid IN temp.c_frontier",
    "sightings": "site IN temp.c_sites OR rowid IN temp.c_sightings",
    "failures": "run_id IN (SELECT id FROM runs WHERE site IN temp.c_sites)",
    "withholdings": "article_id IN temp.c_articles",
}

_ARTICLES = """
SELECT id FROM articles WHERE site IN temp.c_sites
UNION
SELECT article_id FROM frontier WHERE site IN temp.c_sites AND article_id IS NOT NULL
"""
# Of pictures that another site's crawl captured under another address, its frontier says which.
_FRONTIER = """
SELECT rowid FROM frontier WHERE site IN temp.c_sites OR article_id IN temp.c_articles
UNION
SELECT rowid FROM frontier WHERE kind = 'image' AND chain IS NOT NULL
    AND url IN (SELECT url FROM images WHERE article_id IN temp.c_articles)
"""
_ADDRESSES = """
SELECT url FROM articles WHERE id IN temp.c_articles
UNION
SELECT url FROM frontier WHERE rowid IN temp.c_frontier AND kind IN ('article', 'related')
UNION
SELECT c.url FROM readings r JOIN captures c ON c.id = r.capture_id WHERE r.article_id IN temp.c_articles
"""
# A site's runs and imports write to files in its folder: names between "site/" and "site0", the next character.
_CAPTURES = """
SELECT c.id FROM temp.c_sites s JOIN captures c ON c.warc_file >= s.name || '/' AND c.warc_file < s.name || '0'
UNION
SELECT capture_id FROM articles WHERE id IN temp.c_articles
UNION
SELECT gone_capture_id FROM articles WHERE id IN temp.c_articles AND gone_capture_id IS NOT NULL
UNION
SELECT capture_id FROM readings WHERE article_id IN temp.c_articles
UNION
SELECT capture_id FROM versions WHERE article_id IN temp.c_articles
UNION
SELECT id FROM captures WHERE url IN (
    SELECT url FROM frontier WHERE rowid IN temp.c_frontier
    UNION
    SELECT chain FROM frontier WHERE rowid IN temp.c_frontier AND kind = 'image'
    UNION
    SELECT url FROM images WHERE article_id IN temp.c_articles
)
"""
_REFERRED = "SELECT refers_to FROM captures WHERE id IN temp.c_captures AND refers_to IS NOT NULL"
_SIGHTINGS = """
SELECT rowid FROM sightings WHERE (run_id, listing_url) IN (
    SELECT run_id, listing_url FROM sightings
    WHERE url IN (SELECT value FROM json_each(?)) AND site NOT IN temp.c_sites
)
"""
_RUNS = """
SELECT id FROM runs WHERE site IN temp.c_sites
UNION
SELECT run_id FROM captures WHERE id IN temp.c_captures AND run_id IS NOT NULL
UNION
SELECT run_id FROM sightings WHERE rowid IN temp.c_sightings
"""


class Concerning:
    """The rows of an archive that is open for reading: all, or those that concern some ``sites``."""

    def __init__(self, archive: Archive, sites: Collection[str] | None):
        self._archive = archive
        self.sites = sites
        db = archive.connection
        if sites is None:
            db.execute("BEGIN")
            return
        # Tables of this connection alone; the archive's own are opened read-only.
        db.execute("PRAGMA query_only = OFF")
        db.execute("BEGIN")
        db.execute("CREATE TEMP TABLE c_sites (name TEXT PRIMARY KEY)")
        db.executemany("INSERT OR IGNORE INTO temp.c_sites VALUES (?)", [(site,) for site in sites])
        for name, ids in (("articles", _ARTICLES), ("frontier", _FRONTIER), ("captures", _CAPTURES)):
            self._choose(name, ids)
        db.execute(f"INSERT OR IGNORE INTO temp.c_captures {_REFERRED}")
        addresses = {one for (url,) in db.execute(_ADDRESSES) for one in same_page(url)}
        self._choose("sightings", _SIGHTINGS, json.dumps(list(addresses)))
        self._choose("runs", _RUNS)

    def _choose(self, name: str, ids: str, *parameters: str) -> None:
        db = self._archive.connection
        db.execute(f"CREATE TEMP TABLE c_{name} (id INTEGER PRIMARY KEY)")
        db.execute(f"INSERT OR IGNORE INTO temp.c_{name} {ids}", parameters)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table that has sites, runs, captures, articles, frontier, sightings, failures or withholdings,
        in the order in which they were kept. They are those of the moment when this object was made.
        """
        where = "" if self.sites is None else f"WHERE {_WHICH[table]}"
        yield from self._archive.connection.execute(f"SELECT * FROM {table} {where} ORDER BY {_ORDER[table]}")

    def warc_files(self) -> list[str]:
        """The names of the WARC files: those in which these captures lie, and, of a whole archive, all it lists."""
        if self.sites is None:
            sql = "SELECT warc_file FROM captures UNION SELECT name FROM warc_files ORDER BY 1"
        else:
            sql = "SELECT DISTINCT warc_file FROM captures WHERE id IN temp.c_captures ORDER BY 1"
        return [name for (name,) in self._archive.connection.execute(sql)]
