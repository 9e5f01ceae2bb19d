"""What the tables hold of a site's past, for :mod:`newsarchive.research.health` to judge: queries, and no judgement.

All of it must be quick in an archive of a million articles and seven hundred sites: what is asked of every site is
answered by indexes alone (``articles_read`` and those of what is missing), rows are read of a handful of articles.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from newsarchive.archive.run import RUN_COLUMNS
from newsarchive.archive.store import CAPTURE_COLUMNS, Archive
from newsarchive.archive.warc import DamagedRecordError, read_page
from newsarchive.items import Capture

Row = sqlite3.Row

RUNS = 60
"""Crawls of a site that are its past."""
READ = 300
"""Articles, the last read ones, among which news is looked for."""
NEWS = timedelta(days=60)
"""An article read so long after its publication is no news but a part of a backlog, and says nothing of how the site
writes now."""
MISSING = {
    "date": "(date IS NULL OR date_source = 'bounds')",
    "byline": "byline IS NULL",
    "text": "length(body) < 200",
}
"""When an article is without a field, as SQL; each has a partial index of just these words."""
_MOST_DAYS = 400
_MOST_FAILURES = 5000
_PAGE = 1 << 20


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be had or read: in which run, where it ended (stage) and why, and what is known of it."""

    run_id: int
    url: str
    stage: str
    reason: str
    is_listing: bool


class History:
    """The past of all sites of one archive, which is open to read (any connection of SQLite's)."""

    def __init__(self, archive: Archive):
        self.archive = archive

    def crawls(self, site: str) -> list[dict[str, Any]]:
        """The last crawls of a site, the newest first: the columns of ``runs``."""
        rows = self.archive.rows(
            f"SELECT {', '.join(RUN_COLUMNS)} FROM runs WHERE site = ? AND outcome != 'imported'"
            " ORDER BY started_at DESC, id DESC LIMIT ?",
            site,
            RUNS,
        )
        return [dict(row) for row in rows]

    def held(self) -> dict[str, dict[str, Any]]:
        """Counts by site: articles and the days they span (those known to the day), addresses by state."""
        held: dict[str, dict[str, Any]] = {}
        for row in self.archive.rows(
            "SELECT site, count(*) AS articles, sum(state = 'gone') AS gone, min(day) AS first_day, max(day) AS"
            " last_day FROM (SELECT site, state, CASE WHEN date_earliest = date_latest THEN date_latest END AS day"
            " FROM articles) GROUP BY site"
        ):
            held[row["site"]] = dict(row)
        for row in self.archive.rows(
            # By the index on site, state and kind: what is done, nearly all of it, is not looked at.
            "SELECT s.name AS site, f.state, count(*) AS n FROM sites s JOIN frontier f ON f.site = s.name"
            " AND f.state IN ('todo', 'failed', 'refused') AND f.kind IN ('listing', 'article', 'related')"
            " GROUP BY 1, 2"
        ):
            name = "due" if row["state"] == "todo" else row["state"]
            held.setdefault(row["site"], {})[name] = row["n"]
        return held

    def news(self, site: str) -> list[tuple[int, str]]:
        """Id and moment of reading of the site's articles that were news when they were read, the last read first.

        An article without a day was news where the one read before it was.
        """
        rows = self.archive.rows(
            "SELECT id, last_changed, date_latest FROM articles WHERE site = ? AND state = 'live'"
            " ORDER BY last_changed DESC, id DESC LIMIT ?",
            site,
            READ,
        )
        found, news = [], False
        for number, read_at, day in map(tuple, reversed(rows)):
            if day is not None:
                news = day >= _first_day(read_at[:10])
            if news:
                found.append((number, read_at))
        return found[::-1]

    def missing(self, site: str, since: str) -> dict[str, set[int]]:
        """By field the articles (ids) read since a moment that are without it."""
        return {
            name: {
                row["id"]
                for row in self.archive.rows(
                    f"SELECT id FROM articles WHERE site = ? AND last_changed >= ? AND {sql}", site, since
                )
            }
            for name, sql in MISSING.items()
        }

    def last_read(self, site: str, count: int) -> list[Row]:
        """Id, url, title, body, byline and moment of reading of the articles that were read last, the newest first."""
        return self.archive.rows(
            "SELECT a.id, a.url, a.title, a.body, a.byline, a.last_changed FROM (SELECT id FROM articles"
            " WHERE site = ? AND state = 'live' ORDER BY last_changed DESC, id DESC LIMIT ?) AS newest"
            " JOIN articles a ON a.id = newest.id ORDER BY a.last_changed DESC, a.id DESC",
            site,
            count,
        )

    def values(self, column: str, ids: list[int]) -> list[str | None]:
        """A column's values of some articles, in their order."""
        assert column in ("title", "body", "byline")
        sql = (
            f"SELECT a.{column} FROM json_each(?) AS wanted JOIN articles a ON a.id = wanted.value ORDER BY wanted.key"
        )
        return [row[0] for row in self.archive.rows(sql, json.dumps(ids))]

    def reread(self, site: str, since: str) -> list[Row]:
        """Of the site's articles that changed since a moment: which fields each has, and had in an earlier version."""
        return self.archive.rows(
            "SELECT c.id, c.last_changed, c.date IS NOT NULL AND c.date_source != 'bounds' AS has_date,"
            " c.byline IS NOT NULL AS has_byline, length(c.body) >= 200 AS has_text,"
            " max(v.date IS NOT NULL AND v.date NOT LIKE '%/%') AS had_date, max(v.byline IS NOT NULL) AS had_byline,"
            " max(length(v.body) >= 200) AS had_text FROM (SELECT * FROM articles WHERE site = ? AND last_changed >= ?"
            " AND state = 'live' AND first_seen < last_changed ORDER BY last_changed DESC LIMIT 60) AS c"
            " JOIN versions v ON v.article_id = c.id AND v.seen_at < c.last_changed GROUP BY c.id",
            site,
            since,
        )

    def days(self, site: str) -> list[date]:
        """The last days on which the site published anything, the newest first."""
        rows = self.archive.rows(
            "SELECT DISTINCT date_earliest FROM articles WHERE site = ? AND date_earliest IS NOT NULL"
            " ORDER BY date_earliest DESC LIMIT ?",
            site,
            _MOST_DAYS,
        )
        return [date.fromisoformat(row[0]) for row in rows]

    def failures(self, site: str, runs: list[int]) -> list[Failure]:
        """The pages that failed in some runs, each with the first of these in which it did; pictures left out."""
        rows = self.archive.rows(
            "SELECT min(f.run_id), f.url, f.stage, f.reason, coalesce(t.kind = 'listing' AND t.depth = 0, 0)"
            " FROM failures f LEFT JOIN frontier t ON t.site = ? AND t.url = f.url"
            " WHERE f.run_id IN (SELECT value FROM json_each(?)) AND t.kind IS NOT 'image' GROUP BY f.url LIMIT ?",
            site,
            json.dumps(runs),
            _MOST_FAILURES,
        )
        return [Failure(row[0], row[1], row[2], row[3], is_listing=bool(row[4])) for row in rows]

    def crawl_days(self, site: str) -> list[str]:
        """The last days on which the site was crawled, ISO 8601, the newest first."""
        rows = self.archive.rows(
            "SELECT DISTINCT substr(started_at, 1, 10) FROM runs WHERE site = ? AND outcome != 'imported'"
            " ORDER BY 1 DESC LIMIT 30",
            site,
        )
        return [row[0] for row in rows]

    def runs_with_failed_listings(self, site: str, runs: list[int]) -> set[int]:
        """Those of some runs in which the first page of a listing failed."""
        rows = self.archive.rows(
            "SELECT DISTINCT f.run_id FROM frontier t JOIN failures f ON f.url = t.url AND f.run_id IN"
            " (SELECT value FROM json_each(?)) WHERE t.site = ? AND t.kind = 'listing' AND t.depth = 0",
            json.dumps(runs),
            site,
        )
        return {row[0] for row in rows}

    def failed_listings(self, site: str, run_id: int) -> list[Failure]:
        """The first pages of listings that failed in a run."""
        return [failure for failure in self.failures(site, [run_id]) if failure.is_listing]

    def answer(self, url: str, run_id: int) -> tuple[str | None, bytes] | None:
        """Content type and body of what an address answered in a run; None where nothing was captured, or it cannot be
        read."""
        row = self.archive.row(
            f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE url = ? AND run_id = ? ORDER BY id DESC LIMIT 1", url, run_id
        )
        if row is None:
            return None
        capture = Capture(*row)
        original = self.archive.capture(capture.refers_to) if capture.refers_to else None
        try:
            headers, body = read_page(self.archive.warc_folder, capture, original, _PAGE)
        except DamagedRecordError:
            return None
        return headers.get_header("Content-Type"), body


@lru_cache(maxsize=1024)
def _first_day(read: str) -> str:
    """The first day of publication of what is news on a day (both ISO 8601)."""
    return (date.fromisoformat(read) - NEWS).isoformat()
