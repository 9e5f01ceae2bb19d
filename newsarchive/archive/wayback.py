"""The memory of an import from a web archive: which lists are still to be read, which captures still to be fetched.

states of lists      ``todo`` to be read, from ``resume_key`` on · ``done`` read to its end
states of captures   ``todo`` to be fetched · ``kept`` recorded, to be read · ``read`` recorded and read
                     ``missing`` listed, but not given · ``failed`` to be tried again by a later run

A page of a list and its key are kept in one transaction, so an import that was killed goes on behind the last page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsarchive.archive.cdx import Listed, ListPage, Query
from newsarchive.archive.store import Archive
from newsarchive.items import Capture
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import canonical_url

MAX_TRIES = 8
"""Imports that try a capture which fails before it is left alone."""


class Backlog:
    """What is to do of one site in one web archive, for the captures of one span of days.

    ``server`` is the address its lists are asked from; ``first`` and ``last`` are days as 8 digits, empty without a
    bound. Every method joins an open transaction or makes its own.
    """

    def __init__(self, archive: Archive, site: str, server: str, first: str = "", last: str = ""):
        self.archive = archive
        self.site = site
        self.server = server
        self.first = first
        self.last = last

    def begin(self, queries: Iterable[Query]) -> None:
        """Start a run: what failed is tried again; where nothing is left to do, every list is read from its start."""
        with self.archive.transaction() as db:
            self.add(queries)
            db.execute(
                "UPDATE wayback_captures SET state = 'todo' WHERE site = ? AND server = ? AND state = 'failed'"
                " AND tries < ?",
                (self.site, self.server, MAX_TRIES),
            )
            if self.next_list() is None and not self.left():
                db.execute(
                    "UPDATE wayback_lists SET state = 'todo', resume_key = NULL WHERE site = ? AND server = ?"
                    " AND first = ? AND last = ?",
                    (self.site, self.server, self.first, self.last),
                )

    def add(self, queries: Iterable[Query]) -> int:
        """Remember lists to be read; returns how many were not known."""
        with self.archive.transaction() as db:
            before = db.total_changes
            db.executemany(
                "INSERT INTO wayback_lists (site, server, url, match, first, last) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(self.site, self.server, q.url, q.match, q.first, q.last) for q in queries],
            )
            return db.total_changes - before

    def next_list(self, behind: int = 0) -> tuple[int, Query, str | None] | None:
        """A list to be read on: its number (greater than ``behind``), what to ask for, and the key to go on with."""
        row = self.archive.row(
            "SELECT rowid, url, match, first, last, resume_key FROM wayback_lists WHERE site = ? AND server = ?"
            " AND first = ? AND last = ? AND state = 'todo' AND rowid > ? ORDER BY rowid LIMIT 1",
            self.site,
            self.server,
            self.first,
            self.last,
            behind,
        )
        return (row[0], Query(*row[1:5]), row[5]) if row else None

    def keep_page(self, number: int, page: ListPage, *, hosts: Iterable[str]) -> int:
        """Keep one page of a list and where it goes on; returns how many captures are new to do.

        Of captures of one page that follow one another with the same bytes only the first is fetched.
        """
        own = set(hosts)
        with self.archive.transaction() as db:
            new = sum(self._keep(listed) for listed in page.captures if listed.is_wanted and _host(listed) in own)
            db.execute(
                "UPDATE wayback_lists SET resume_key = ?, state = ? WHERE rowid = ?",
                (page.resume_key, "todo" if page.resume_key else "done", number),
            )
        return new

    def _keep(self, listed: Listed) -> int:
        url = listed.url
        page = page_of(url)
        before = self.archive.row(
            "SELECT status, digest FROM wayback_captures WHERE site = ? AND server = ? AND page = ? AND timestamp <= ?"
            " ORDER BY timestamp DESC LIMIT 1",
            self.site,
            self.server,
            page,
            listed.timestamp,
        )
        if before and before["digest"] == listed.digest and listed.status in (None, before["status"]):
            return 0
        cursor = self.archive.connection.execute(
            "INSERT INTO wayback_captures (site, server, url, timestamp, page, status, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (self.site, self.server, url, listed.timestamp, page, listed.status, listed.digest),
        )
        return cursor.rowcount

    def due(self) -> tuple[int, Listed] | None:
        """A capture to be fetched, and its number; what failed in an earlier run comes last."""
        row = self.archive.row(
            f"SELECT rowid, url, timestamp, '', status, digest FROM wayback_captures WHERE {self._todo}"
            " ORDER BY tries, rowid LIMIT 1",
            *self._span,
        )
        return (row[0], Listed(*row[1:])) if row else None

    @property
    def _todo(self) -> str:
        return "site = ? AND server = ? AND state = 'todo' AND timestamp >= ? AND timestamp <= ?"

    @property
    def _span(self) -> tuple[str, ...]:
        # Digits that follow the day's make a later time of that day.
        return self.site, self.server, self.first, f"{self.last or '9'}~"

    def left(self, *, untried: bool = False) -> int:
        """How many captures are still to be fetched; with ``untried``, of those that never failed."""
        never = " AND tries = 0" if untried else ""
        row = self.archive.row(f"SELECT count(*) FROM wayback_captures WHERE {self._todo}{never}", *self._span)
        return int(row[0]) if row else 0

    def listed(self) -> int:
        """How many captures the lists hold that are worth fetching."""
        row = self.archive.row(
            "SELECT count(*) FROM wayback_captures WHERE site = ? AND server = ? AND timestamp >= ? AND timestamp <= ?",
            *self._span,
        )
        return int(row[0]) if row else 0

    def is_known(self, url: str, timestamp: str) -> bool:
        """True for a capture that a list holds: it is fetched for itself."""
        sql = "SELECT 1 FROM wayback_captures WHERE site = ? AND server = ? AND page = ? AND timestamp = ?"
        return self.archive.row(sql, self.site, self.server, page_of(url), timestamp) is not None

    def close(self, number: int, state: str, capture: Capture | None = None) -> None:
        """A capture was tried: its new state, and where it is kept."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE wayback_captures SET state = ?, tries = tries + (? = 'failed'), capture_id = ? WHERE rowid = ?",
                (state, state, capture.id if capture else None, number),
            )

    def unread(self) -> list[int]:
        """The ids of the captures that are kept and not yet read."""
        sql = "SELECT DISTINCT capture_id FROM wayback_captures WHERE site = ? AND server = ? AND state = 'kept'"
        return [row[0] for row in self.archive.rows(sql, self.site, self.server)]

    def were_read(self) -> None:
        """All captures that are kept have been read."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE wayback_captures SET state = 'read' WHERE site = ? AND server = ? AND state = 'kept'",
                (self.site, self.server),
            )


def queries(profile: Profile, shared: Iterable[str], known: Iterable[str], first: str, last: str) -> Iterator[Query]:
    """What a web archive is asked for a site.

    All of a host that is the site's alone. Of a host that it shares with other sites (``shared``) only its listings,
    and each of the ``known`` addresses that they or the articles named.
    """
    others = set(shared)
    for host in profile.hosts:
        if host not in others:
            yield Query(host, "host", first, last)
    for url in profile.listings:
        if page_of(url).partition("/")[0].partition(":")[0] in others:
            yield Query(page_of(url), "prefix", first, last)
    for url in known:
        yield Query(page_of(url), "exact", first, last)


def page_of(url: str) -> str:
    """The page an address is one of, whichever way it is spelt (:func:`newsarchive.sites.urls.same_page`)."""
    return (canonical_url(url) or url).partition("://")[2].removeprefix("www.")


def _host(listed: Listed) -> str:
    return page_of(listed.url).partition("/")[0].partition(":")[0]
