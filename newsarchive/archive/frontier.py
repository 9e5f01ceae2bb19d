"""The crawl's memory: what is still to do, what was done, what failed. Rows of table ``frontier``.

kinds    ``listing`` a listing page · ``article`` an article a listing showed · ``related`` one only articles link to
         ``image`` a picture of an article that is kept
states   ``todo`` to be fetched · ``done`` read and kept · ``gone`` the site says it has it no more (404, 410)
         ``failed`` tried, to be tried again by a later run · ``refused`` robots.txt forbids it
         ``elsewhere`` read, but not of this site's section · ``reached`` read by way of a redirect from another address
         ``unfit`` a picture that is not to be kept: too long, in a private network, or a page in its place

A *walk* goes from a listing's first page to its next ones until a page shows only what earlier walks saw
(:mod:`newsarchive.archive.walks`). A run may end
in the middle of one (killed, ``--limit``, a page that failed), and by the next run new articles may have pushed all
others some pages on: the page it stopped at may then show only what the walk saw itself. So a walk that is gone on
with still ends only at what was seen before it first set out. ``chain`` names the listing a page belongs to, ``walk``
the run in which the walk to it set out.

An article that was read is due again for a reason, which then stands in ``due_why``: see
:mod:`newsarchive.archive.revisits`.

A page that is asked for by posting a form has no address of its own. Its row is named by its place
(:func:`posted_place`): the address of the page the posting began at, and how many pages on. The form is not kept: it
holds the state of the page before, which a later run must ask for anew. So a walk that ends at such a page is gone on
with from the address the posting began at.

Pictures are not put here as their articles are kept: when a crawl's pages are done it looks which pictures of its site
no capture holds (:meth:`Frontier.find_pictures`). So those of articles that were imported, or read anew by an extractor
that finds more, are asked for too. For a picture ``chain`` is the address it was captured under, where that is another.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from newsarchive.archive.revisits import FULL, MAX_TRIES, WAITED, Age, come_of_age
from newsarchive.archive.store import Archive, utc_now
from newsarchive.archive.withheld import WITHHELD
from newsarchive.items import Task
from newsarchive.sites.urls import same_page
from newsarchive.vietnamese.dates import read_date

LISTING, ARTICLE, RELATED, IMAGE = "listing", "article", "related", "image"

_PLACE = "#page="


def posted_place(url: str) -> str:
    """The place of the page that a form on a listing page at ``url``, an address or a place, leads to.

    >>> posted_place("http://x/tin.aspx"), posted_place("http://x/tin.aspx#page=2")
    ('http://x/tin.aspx#page=2', 'http://x/tin.aspx#page=3')
    """
    address, _, number = url.partition(_PLACE)
    return f"{address}{_PLACE}{int(number or 1) + 1}"


class Frontier:
    """The frontier of one site in one archive, as run ``run_id`` uses it.

    Every method joins an open transaction or makes its own.
    """

    def __init__(self, archive: Archive, site: str, run_id: int, clock: Callable[[], str] = utc_now):
        self.archive = archive
        self.site = site
        self.run_id = run_id
        self.clock = clock
        self.seen_at: str | None = None
        """The time of what is told to the frontier, where somebody else saw it, and not now. What is known of a later
        time then stands."""
        self.restless: Counter[tuple[str | None, int]] = Counter()
        """How many pages in a row showed nothing new, by chain and walk (see :mod:`newsarchive.archive.walks`)."""
        self._put_off: set[str] = set()

    def begin(self, listings: Iterable[str], *, full: bool, ages: Sequence[Age] = ()) -> None:
        """Start a run: first listing pages are due again, what failed is tried again, unfinished walks go on, articles
        that have come to one of the ``ages`` are looked at again (:mod:`newsarchive.archive.revisits`).

        ``full``: everything ever found is due again, gone, refused and given-up addresses included. Without it, of the
        gone ones that were never read too (a site in trouble answers 404 for pages it has). A picture that is kept is
        never due again.
        """
        with self.archive.transaction() as db:
            # Asked at a time that is still to come: the clock was wrong then, and no age would be come to until it.
            db.execute(
                "UPDATE frontier SET done_at = :now WHERE site = :site AND done_at > :now",
                {"site": self.site, "now": self.clock()},
            )
            if full:
                # A walk that set out before all others ends only where the listing does.
                db.execute(
                    "UPDATE frontier SET state = 'todo', tries = 0, walk = 0,"
                    " due_why = CASE WHEN article_id IS NOT NULL THEN ? END WHERE site = ? AND state != 'reached'"
                    # What a picture shows does not change.
                    " AND (kind != 'image' OR state != 'done')",
                    (FULL, self.site),
                )
            else:
                db.execute(
                    "UPDATE frontier SET state = 'todo' WHERE site = :site AND tries < :tries"
                    f" AND (state IN ('failed', 'refused') AND {WAITED}"
                    " OR state = 'gone' AND kind NOT IN ('listing', 'image') AND article_id IS NULL)",
                    {"site": self.site, "tries": MAX_TRIES, "at": self.clock()},
                )
                for url, _, why in come_of_age(self.archive, self.site, self.clock(), ages):
                    db.execute(
                        "UPDATE frontier SET state = 'todo', due_why = ? WHERE site = ? AND url = ?",
                        (why, self.site, url),
                    )
            listings = list(listings)
            # A listing taken out of the profile is not walked on.
            db.execute(
                "UPDATE frontier SET state = 'done' WHERE site = ? AND kind = 'listing' AND state = 'todo'"
                " AND chain NOT IN (SELECT value FROM json_each(?))",
                (self.site, json.dumps(listings)),
            )
            unfinished = self.archive.rows(
                "SELECT url, found_on, walk FROM frontier WHERE site = ? AND kind = 'listing' AND depth > 0"
                " AND state = 'todo'",
                self.site,
            )
            for url in listings:
                self._add_listing(url, None, 0, url, 0 if full else self.run_id)
                db.execute("UPDATE frontier SET depth = 0, chain = url WHERE site = ? AND url = ?", (self.site, url))
            # Gone on with from one page before: articles taken off the site have moved others back over its edge.
            for row in unfinished:
                before = row["url"] if _PLACE in row["url"] else row["found_on"]
                db.execute(
                    "UPDATE frontier SET state = 'todo',"
                    " walk = CASE state WHEN 'todo' THEN min(walk, :walk) ELSE :walk END"
                    " WHERE site = :site AND url = :url AND kind = 'listing'",
                    {"walk": row["walk"], "site": self.site, "url": before.partition(_PLACE)[0]},
                )
            db.execute(
                "UPDATE frontier SET state = 'done' WHERE site = ? AND kind = 'listing' AND state = 'todo'"
                " AND instr(url, ?)",
                (self.site, _PLACE),
            )

    def add(self, url: str, kind: str, *, found_on: str) -> None:
        """Remember an article's address, of kind ``article`` or ``related``, unless it is known.

        One known in another spelling (:func:`newsarchive.sites.urls.same_page`) takes the new one, which is where the
        site has it now. One known only as ``related`` becomes an ``article`` when a listing shows it.
        """
        with self.archive.transaction() as db:
            self._respell(url)
            cursor = db.execute(
                "INSERT INTO frontier (site, url, kind, found_at, found_on) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (site, url) DO NOTHING",
                (self.site, url, kind, self._now(), found_on),
            )
            if kind == ARTICLE and not cursor.rowcount:
                db.execute(
                    "UPDATE frontier SET kind = 'article', found_on = ?,"
                    " state = CASE state WHEN 'elsewhere' THEN 'todo' ELSE state END"
                    " WHERE site = ? AND url = ? AND kind = 'related'",
                    (found_on, self.site, url),
                )

    def follow(self, task: Task, following: str) -> None:
        """A walk goes on from a listing page to another, which is due (again)."""
        self._add_listing(following, task.url, task.depth + 1, task.chain, task.walk)

    def _add_listing(self, url: str, found_on: str | None, depth: int, chain: str | None, walk: int) -> None:
        with self.archive.transaction() as db:
            db.execute(
                "INSERT INTO frontier (site, url, kind, found_at, found_on, depth, chain, walk)"
                " VALUES (?, ?, 'listing', ?, ?, ?, ?, ?) ON CONFLICT (site, url) DO UPDATE SET state = 'todo',"
                # Of two walks that are on their way to a page, the older goes on.
                " walk = CASE state WHEN 'todo' THEN min(walk, excluded.walk) ELSE excluded.walk END",
                (self.site, url, self.clock(), found_on, depth, chain, walk),
            )

    def know_listing(self, url: str, chain: str, *, found_on: str | None = None, depth: int = 0) -> None:
        """An address is that of a listing page, of the listing ``chain``, and not to be asked for now."""
        with self.archive.transaction() as db:
            db.execute(
                "INSERT INTO frontier (site, url, kind, state, found_at, found_on, depth, chain)"
                " VALUES (?, ?, 'listing', 'done', ?, ?, ?, ?) ON CONFLICT (site, url) DO NOTHING",
                (self.site, url, self._now(), found_on, depth, chain),
            )

    def task(self, url: str) -> Task | None:
        """What an address is known as (in any spelling, see :func:`same_page`): None for one that is not."""
        row = self.archive.row(
            "SELECT url, kind, depth, found_on, chain, walk FROM frontier WHERE site = ? AND url IN (?, ?, ?, ?)"
            " AND kind IN ('listing', 'article', 'related') ORDER BY kind != 'listing', url != ?",
            self.site,
            *same_page(url),
            url,
        )
        return Task(*row) if row else None

    def _now(self) -> str:
        return self.seen_at or self.clock()

    def _respell(self, url: str) -> None:
        spellings = same_page(url)
        known = self.archive.row(
            "SELECT url, found_at FROM frontier WHERE site = ? AND kind != 'listing' AND url IN (?, ?, ?, ?)"
            " ORDER BY url != ?",
            self.site,
            *spellings,
            url,
        )
        if known is not None and known["url"] != url and known["found_at"] <= self._now():
            self.archive.connection.execute(
                "UPDATE OR IGNORE frontier SET url = ? WHERE site = ? AND url = ?", (url, self.site, known["url"])
            )

    def due(self, count: int, *, since: date | None = None, in_turn: bool = False) -> list[Task]:
        """Up to ``count`` pages to fetch now, of one kind: articles as found, then listing pages, then related, then
        articles that were read before.

        New articles go first so that a bounded run keeps the newest; within a kind, what failed before comes last, so
        that what never works never stands in the way. With ``since``, an article whose listing prints an earlier day
        stays for another run, and so do a listing page all of whose predecessor's articles are known to be earlier, and
        what only articles link to, as that leads from each to older ones.
        ``in_turn``: one article of each listing page after the other, so that a bounded run has some of every listing.
        Nothing handed out before may still be under way: its state is what says that it is done.
        """
        rows = self.archive.rows(
            "SELECT url, kind, depth, found_on, chain, walk, due_why, CASE WHEN article_id IS NOT NULL THEN 3"
            " WHEN kind = 'article' THEN 0 WHEN kind = 'listing' THEN 1 ELSE 2 END AS turn FROM frontier"
            " WHERE site = ? AND state = 'todo' AND kind IN ('article', 'listing', 'related') ORDER BY turn, tries, "
            + ("row_number() OVER (PARTITION BY found_on ORDER BY rowid), " if in_turn else "")
            + "rowid"
            + ("" if since else " LIMIT ?"),
            *((self.site,) if since else (self.site, count)),
        )
        found: list[Task] = []
        turn = 0
        for row in rows:
            task = Task(*row[:7])
            if len(found) == count or (found and row["turn"] != turn):
                break
            if since is None or not self._before(task, since):
                found.append(task)
                turn = row["turn"]
        return found

    def _before(self, task: Task, since: date) -> bool:
        """True where the evidence says that an address holds only what was published before a day."""
        if task.kind == RELATED or task.url in self._put_off:
            return True
        if task.kind == LISTING:
            rows = self.archive.rows(
                "SELECT f.url, a.id, a.date_latest FROM frontier f LEFT JOIN articles a ON a.id = f.article_id"
                " WHERE f.site = ? AND f.found_on = ? AND f.kind = 'article' AND f.state IN ('todo', 'done')",
                self.site,
                task.found_on,
            )
            days = [row["date_latest"] if row["id"] else self._printed_day(row["url"]) for row in rows]
        else:
            days = [self._printed_day(task.url)]
        if days and all(day is not None and day < since.isoformat() for day in days):
            self._put_off.add(task.url)
            return True
        return False

    def _printed_day(self, url: str) -> str | None:
        """The last day a listing's printed date allows, ISO 8601."""
        evidence = self.archive.listing_evidence(url)
        latest = read_date(evidence.date_text).latest if evidence and evidence.date_text else None
        return latest.isoformat() if latest else None

    def close(self, url: str, state: str, *, article_id: int | None = None) -> None:
        """The address was tried: its new state, and the article it turned out to be."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE frontier SET article_id = coalesce(:article, article_id) WHERE site = :site AND url = :url",
                {"article": article_id, "site": self.site, "url": url},
            )
            db.execute(
                "UPDATE frontier SET state = :state, done_at = :now, due_why = NULL,"
                " tries = CASE WHEN :state IN ('failed', 'refused', 'gone', 'unfit') THEN tries + 1 ELSE 0 END"
                " WHERE site = :site AND url = :url AND (:seen_at IS NULL OR done_at IS NULL OR done_at <= :seen_at)",
                {
                    "state": state,
                    "now": self._now(),
                    "seen_at": self.seen_at,
                    "site": self.site,
                    "url": url,
                },
            )

    def leave(self, url: str) -> None:
        """An address that failed is not tried again, but by a full crawl."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE frontier SET tries = ? WHERE site = ? AND url = ? AND state = 'failed'",
                (MAX_TRIES, self.site, url),
            )

    def reach(self, url: str, task: Task, article_id: int) -> None:
        """A redirect led from a task's address to another, which has been read with it and need not be asked for."""
        with self.archive.transaction():
            self.add(url, task.kind, found_on=task.url)
            self.close(url, "reached", article_id=article_id)

    def ask_reached(self, article_id: int) -> None:
        """The address that led to an article is gone: those it led to are due themselves."""
        with self.archive.transaction() as db:
            db.execute(
                "UPDATE frontier SET state = 'todo' WHERE site = ? AND article_id = ? AND state = 'reached'",
                (self.site, article_id),
            )

    def article_of(self, url: str) -> int | None:
        """The id of the article an address turned out to be in an earlier visit, if any."""
        row = self.archive.row("SELECT article_id FROM frontier WHERE site = ? AND url = ?", self.site, url)
        return row["article_id"] if row else None

    def is_elsewhere(self, article_id: int, url: str) -> bool:
        """True where a crawl, of this site or another, knows an article at another address that is not gone."""
        sql = "SELECT 1 FROM frontier WHERE article_id = ? AND state != 'gone' AND url NOT IN (?, ?, ?, ?)"
        return self.archive.row(sql, article_id, *same_page(url)) is not None

    def is_listing(self, url: str) -> bool:
        """True for the address of a listing page."""
        sql = "SELECT 1 FROM frontier WHERE site = ? AND kind = 'listing' AND url IN (?, ?, ?, ?)"
        return self.archive.row(sql, self.site, *same_page(url)) is not None

    def left(self) -> int:
        """How many pages are still to do."""
        return self._todo(LISTING, ARTICLE, RELATED)

    def pictures_left(self) -> int:
        """How many pictures are still to do, of those that :meth:`find_pictures` found."""
        return self._todo(IMAGE)

    def _todo(self, *kinds: str) -> int:
        sql = "SELECT count(*) AS n FROM frontier WHERE site = ? AND state = 'todo' AND kind IN"
        row = self.archive.row(f"{sql} ({', '.join('?' * len(kinds))})", self.site, *kinds)
        return int(row["n"]) if row else 0

    # Pictures

    def find_pictures(self, count: int, *, of_this_run: bool = False) -> list[Task]:
        """The pictures of the site's articles that no capture holds: up to ``count`` to ask for now, those that failed
        before last. ``of_this_run``: only those of articles that were read in it.

        Articles that are withheld are left out.
        """
        read = f"a.site = ? AND a.id NOT IN ({WITHHELD})"
        whose: tuple[str | int, ...] = (self.site,)
        if of_this_run:
            read += " AND a.capture_id IN (SELECT id FROM captures WHERE run_id = ?)"
            whose += (self.run_id,)
        with self.archive.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO frontier (site, url, kind, found_at, found_on)"
                " SELECT a.site, p.url, 'image', ?, a.url FROM articles a JOIN pictures p ON p.article_id = a.id"
                f" WHERE {read} AND (p.url LIKE 'http://%' OR p.url LIKE 'https://%')"
                " AND NOT EXISTS (SELECT 1 FROM frontier f WHERE f.site = a.site AND f.url = p.url)"
                " AND p.capture_id IS NULL ORDER BY a.id, p.position",
                (self.clock(), *whose),
            )
        rows = self.archive.rows(
            "SELECT f.url, f.found_on FROM frontier f WHERE f.site = ? AND f.kind = 'image' AND f.state = 'todo'"
            f" AND f.url IN (SELECT i.url FROM articles a JOIN images i ON i.article_id = a.id WHERE {read})"
            " ORDER BY f.tries, f.rowid LIMIT ?",
            self.site,
            *whose,
            count,
        )
        return [Task(row["url"], IMAGE, found_on=row["found_on"]) for row in rows]

    def settle_picture(self, task: Task) -> bool:
        """True where an answer of a picture's address was captured since (another site has it too): it is done then."""
        row = self.archive.row(
            "SELECT media_type FROM captures WHERE url = ? AND status = 200 ORDER BY id DESC LIMIT 1", task.url
        )
        if row is None:
            return False
        self.close(task.url, "done" if is_picture(row["media_type"]) else "unfit")
        return True

    def keep_picture(self, task: Task, captured: str) -> None:
        """A picture was captured, under the address ``captured``."""
        with self.archive.transaction() as db:
            self.close(task.url, "done")
            chain = captured if captured != task.url else None
            db.execute("UPDATE frontier SET chain = ? WHERE site = ? AND url = ?", (chain, self.site, task.url))

    def is_first_try(self, url: str) -> bool:
        """True where an address was never tried in an earlier run without success."""
        row = self.archive.row("SELECT tries FROM frontier WHERE site = ? AND url = ?", self.site, url)
        return row is not None and row["tries"] == 0


def is_picture(media_type: str | None) -> bool:
    """False for the answer of a server that has a page in a picture's place; the view ``pictures`` has the same rule.

    >>> is_picture("image/jpeg"), is_picture(None), is_picture("text/html")
    (True, True, False)
    """
    return not (media_type or "").startswith("text/")
