"""The crawl's memory: what is still to do, what was done, what failed. Rows of table ``frontier``.

kinds    ``listing`` a listing page · ``article`` an article a listing showed · ``related`` one only an article linked to
states   ``todo`` to be fetched · ``done`` read and kept · ``gone`` the site says it has it no more (404, 410)
         ``failed`` tried, to be tried again by a later run · ``refused`` robots.txt forbids it
         ``elsewhere`` read, but not of this site's section
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from newsarchive.archive.store import Archive, utc_now
from newsarchive.items import Task
from newsarchive.vietnamese.dates import read_date

LISTING, ARTICLE, RELATED = "listing", "article", "related"
MAX_TRIES = 8
"""Runs that try a failing address before it is left alone (``crawl --full`` tries it again)."""


class Frontier:
    """The frontier of one site in one archive. Every method joins an open transaction or makes its own."""

    def __init__(self, archive: Archive, site: str):
        self.archive = archive
        self.site = site

    def begin(self, listings: Iterable[str], *, full: bool) -> None:
        """Start a run: the first listing pages are due again, what failed is tried again.

        ``full``: everything ever found is due again, gone, refused and given-up addresses included.
        """
        with self.archive.transaction() as db:
            if full:
                db.execute("UPDATE frontier SET state = 'todo', tries = 0 WHERE site = ?", (self.site,))
            else:
                db.execute(
                    "UPDATE frontier SET state = 'todo' WHERE site = ? AND state IN ('failed', 'refused') AND tries < ?",
                    (self.site, MAX_TRIES),
                )
            for url in listings:
                self.add(url, LISTING, again=True)

    def add(self, url: str, kind: str, *, found_on: str | None = None, depth: int = 0, again: bool = False) -> bool:
        """Remember an address; True where it was unknown. ``again`` makes a known one due once more.

        An address known only as ``related`` becomes an ``article`` when a listing shows it.
        """
        with self.archive.transaction() as db:
            cursor = db.execute(
                "INSERT INTO frontier (site, url, kind, found_at, found_on, depth) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (site, url) DO NOTHING",
                (self.site, url, kind, utc_now(), found_on, depth),
            )
            if cursor.rowcount:
                return True
            if again:
                db.execute("UPDATE frontier SET state = 'todo' WHERE site = ? AND url = ?", (self.site, url))
            if kind == ARTICLE:
                db.execute(
                    "UPDATE frontier SET kind = 'article', found_on = ?,"
                    " state = CASE state WHEN 'elsewhere' THEN 'todo' ELSE state END"
                    " WHERE site = ? AND url = ? AND kind = 'related'",
                    (found_on, self.site, url),
                )
            return False

    def due(self, count: int, *, since: date | None = None) -> list[Task]:
        """Up to ``count`` addresses to fetch now, of one kind: articles in the order found, then listing pages, then related.

        Articles go first so that a bounded run keeps the newest. With ``since``, an article whose listing prints an earlier
        day stays for another run, and so does a listing page all of whose predecessor's articles are known to be earlier.
        Nothing handed out before may still be under way: its state is what says that it is done.
        """
        rows = self.archive.rows(
            "SELECT url, kind, depth, found_on FROM frontier WHERE site = ? AND state = 'todo'"
            " ORDER BY CASE kind WHEN 'article' THEN 0 WHEN 'listing' THEN 1 ELSE 2 END, rowid"
            + ("" if since else " LIMIT ?"),
            *((self.site,) if since else (self.site, count)),
        )
        found: list[Task] = []
        for row in rows:
            task = Task(row["url"], row["kind"], row["depth"], row["found_on"])
            if len(found) == count or (found and task.kind != found[0].kind):
                break
            if since is None or not self._before(task, since):
                found.append(task)
        return found

    def _before(self, task: Task, since: date) -> bool:
        """True where the evidence says that an address holds only what was published before a day."""
        if task.kind == LISTING:
            row = self.archive.row(
                "SELECT count(*) AS n, count(a.date_earliest) AS dated, max(a.date_earliest) AS newest FROM frontier f"
                " JOIN articles a ON a.id = f.article_id WHERE f.site = ? AND f.found_on = ?",
                self.site,
                task.found_on,
            )
            return bool(row and row["dated"] and row["dated"] == row["n"] and row["newest"] < since.isoformat())
        evidence = self.archive.listing_evidence(task.url)
        latest = read_date(evidence.date_text).latest if evidence and evidence.date_text else None
        return latest is not None and latest < since

    def close(self, url: str, state: str, *, article_id: int | None = None) -> None:
        """The address was tried: its new state, and the article it turned out to be."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE frontier SET state = ?1, done_at = ?2, article_id = coalesce(?3, article_id),"
                " tries = CASE WHEN ?1 IN ('failed', 'refused') THEN tries + 1 ELSE 0 END WHERE site = ?4 AND url = ?5",
                (state, utc_now(), article_id, self.site, url),
            )

    def article_of(self, url: str) -> int | None:
        """The id of the article an address turned out to be in an earlier visit, if any."""
        row = self.archive.row("SELECT article_id FROM frontier WHERE site = ? AND url = ?", self.site, url)
        return row["article_id"] if row else None

    def left(self) -> int:
        """How many addresses are still to do."""
        row = self.archive.row("SELECT count(*) AS n FROM frontier WHERE site = ? AND state = 'todo'", self.site)
        return int(row["n"]) if row else 0
