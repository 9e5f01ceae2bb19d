"""How far a listing is walked, and what its pages say of articles that are known: where the known begins, a walk ends.

A page is held against what its listing showed before the walk set out (table ``sightings``). The walk goes on past it

- while it shows an article that the listing had not shown, or shows one with another title or day (articles are edited
  in their place, so what is new may stand behind them);
- where it shows its articles in another order than before, or only such as are older than what the next page had: new
  ones may stand behind articles that were moved up, or are pinned (as far as these fill no second page). After
  :data:`RESTLESS` such pages without news in a row it ends all the same: some listings are never sorted.

What the run has seen itself is known, which bounds calendars and pagers without end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsarchive.archive.revisits import MAX_TRIES
from newsarchive.items import ListingEntry, Task
from newsarchive.vietnamese.dates import read_date
from newsarchive.vietnamese.text import fold

if TYPE_CHECKING:
    from newsarchive.archive.frontier import Frontier

BARREN = 5
"""Listing pages in a row, none of whose links turned out to be an article, after which a walk ends."""
RESTLESS = 3
"""Listing pages in a row that show nothing new, but in another order, after which a walk ends."""

# Of what others captured of a listing nobody knows how much of it they saw. CROSS JOIN is SQLite's word for "in this
# order": it would read all that was ever seen of a site to find a page's twenty addresses.
_SHOWN = """
FROM json_each(:shown) AS shown CROSS JOIN sightings s ON s.url = shown.value AND s.site = :site
CROSS JOIN frontier f ON f.site = s.site AND f.url = s.listing_url
WHERE f.chain = :chain AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = s.run_id AND r.outcome = 'imported')
"""
_KNOWN = f"SELECT count(DISTINCT s.url) {_SHOWN} AND (s.run_id = :run OR s.run_id < :walk)"
# With max(), the other columns are of the row that has it.
_BEFORE = f"""
SELECT s.url, s.title, s.date_text, max(s.run_id), f.depth, s.position {_SHOWN} AND s.run_id < :run GROUP BY s.url
"""


@dataclass(slots=True)
class Look:
    """What a listing page shows beside what its listing showed before.

    ``new``: an article that is new to the walk. ``changed``: the articles that have another title or day. ``moved``:
    they stand in another order than before. ``day``: the latest day among the articles, ISO 8601.
    """

    new: bool = False
    changed: list[str] = field(default_factory=list)
    moved: bool = False
    day: str | None = None


def look_at(frontier: Frontier, task: Task, entries: Sequence[ListingEntry]) -> Look:
    """Hold a listing page against what is known; before its sightings are kept."""
    shown = {entry.url: entry for entry in entries}
    asked = {
        "shown": json.dumps(list(shown)),
        "site": frontier.site,
        "chain": task.chain,
        "run": frontier.run_id,
        "walk": task.walk,
    }
    (known,) = frontier.archive.connection.execute(_KNOWN, asked).fetchone()
    before = {row["url"]: tuple(row)[1:] for row in frontier.archive.connection.execute(_BEFORE, asked)}
    changed = [url for url, (title, day, *_) in before.items() if _differs(shown[url], title, day)]
    # Where most are called otherwise, the listing calls them otherwise now: a number beside them, a new layout.
    if 2 * len(changed) > len(before):
        changed = []
    # From the top: what was last seen later stands above, and of one visit what stood above.
    places = [(-run, depth, place) for *_, run, depth, place in (before[url] for url in shown if url in before)]
    return Look(
        new=known < len(shown),
        changed=changed,
        moved=places != sorted(places),
        day=_latest_day(frontier, shown.values()),
    )


def leads_on(frontier: Frontier, task: Task, look: Look, following: str) -> bool:
    """True where the walk goes on from a page to the ``following`` one (its address or place); asked once a page."""
    walk = (task.chain, task.walk)
    if look.new or look.changed:
        frontier.restless[walk] = 0
        return True
    frontier.restless[walk] += 1
    return frontier.restless[walk] <= RESTLESS and (look.moved or _is_older(frontier, look, following))


def is_barren(frontier: Frontier, task: Task) -> bool:
    """True where each of the :data:`BARREN` listing pages before one shows addresses, and none was an article.

    A calendar's days, a script's endless links: there is always another page, and never any news.
    """
    page = task.found_on
    for _ in range(BARREN):
        if page is None:
            return False
        shown = frontier.archive.rows(
            "SELECT f.state, f.article_id FROM frontier f WHERE f.site = ? AND f.url IN"
            " (SELECT url FROM sightings WHERE listing_url = ? AND site = f.site AND run_id = ?)",
            frontier.site,
            page,
            frontier.run_id,
        )
        if not shown or any(row["article_id"] or row["state"] in ("todo", "done", "reached") for row in shown):
            return False
        row = frontier.archive.row("SELECT found_on FROM frontier WHERE site = ? AND url = ?", frontier.site, page)
        page = row["found_on"] if row else None
    return True


def listed_though_gone(frontier: Frontier, urls: Iterable[str]) -> list[str]:
    """Those of the listed addresses that were read and are gone, and have not been tried too often since."""
    return [
        row["url"]
        for row in frontier.archive.rows(
            "SELECT f.url FROM json_each(?) AS listed CROSS JOIN frontier f ON f.site = ? AND f.url = listed.value"
            " WHERE f.state = 'gone' AND f.article_id IS NOT NULL AND f.tries < ?",
            json.dumps(list(dict.fromkeys(urls))),
            frontier.site,
            MAX_TRIES,
        )
    ]


def said_changed(frontier: Frontier, modified: dict[str, str]) -> list[str]:
    """The articles of which a sitemap or feed says that they were changed after they were last asked for.

    ``modified`` has what it says by address. Where it says so of most, it is the moment of its own making.
    """
    asked = frontier.archive.rows(
        "SELECT f.url, f.done_at FROM json_each(?) AS said CROSS JOIN frontier f ON f.site = ? AND f.url = said.value"
        " WHERE f.state = 'done' AND f.article_id IS NOT NULL",
        json.dumps(list(modified)),
        frontier.site,
    )
    said = [row["url"] for row in asked if may_have_changed(modified[row["url"]], row["done_at"])]
    return said if 2 * len(said) <= len(asked) else []


def unchanged_sitemap(frontier: Frontier, url: str, modified: str | None) -> bool:
    """True for a sitemap that was read since its index says it was changed last, by a day or more: so neither clocks
    that go differently matter, nor days that are named without an hour."""
    if modified is None:
        return False
    row = frontier.archive.row(
        "SELECT done_at FROM frontier WHERE site = ? AND url = ? AND kind = 'listing' AND state = 'done'",
        frontier.site,
        url,
    )
    return row is not None and not may_have_changed(modified, row["done_at"], timedelta(days=1))


def may_have_changed(modified: str, asked: str, margin: timedelta = timedelta()) -> bool:
    """Whether a time of change (W3C's date and time: a day, or a moment) may lie after another less a margin.

    >>> may_have_changed("2021-01-05", "2021-01-05T20:00:00Z"), may_have_changed("2021-01-05", "2021-01-06T20:00:00Z")
    (True, False)
    """
    try:
        last = datetime.fromisoformat(modified.strip())
    except ValueError:
        return True
    if len(modified.strip()) == 10:
        last += timedelta(days=1)
    last = last if last.tzinfo else last.replace(tzinfo=UTC)
    return last > datetime.fromisoformat(asked) - margin


def _differs(entry: ListingEntry, title: str | None, day: str | None) -> bool:
    """True where an article has another title or day than before. Numbers do not count: many listings print how often
    an article was read. Nor do days that count from the visit ("Hôm qua")."""
    if entry.title and title and _words(entry.title) != _words(title):
        return True
    one, other = _day(entry.date_text), _day(day)
    return one is not None and other is not None and one != other


def _words(title: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", fold(title))


def _day(text: str | None) -> str | None:
    """The day that a listing prints, ISO 8601; None where it prints none that stands for itself."""
    reading = read_date(text) if text else None
    return reading.date if reading and reading.is_day else None


def _latest_day(frontier: Frontier, entries: Iterable[ListingEntry]) -> str | None:
    """The latest day among listed articles: of those that are kept their own, else what the listing prints."""
    entries = list(entries)
    days = {
        row["url"]: row["date_latest"]
        for row in frontier.archive.rows(
            "SELECT f.url, a.date_latest FROM frontier f JOIN articles a ON a.id = f.article_id WHERE f.site = ?"
            " AND a.date_earliest = a.date_latest AND f.url IN (SELECT value FROM json_each(?))",
            frontier.site,
            json.dumps([entry.url for entry in entries]),
        )
    }
    return max((day for entry in entries if (day := days.get(entry.url) or _day(entry.date_text))), default=None)


def _is_older(frontier: Frontier, look: Look, following: str) -> bool:
    """True where all on a page is older than something that the following page showed when it was last read."""
    rows = frontier.archive.rows(
        "SELECT url, position, title, date_text FROM sightings WHERE listing_url = ? AND run_id = ("
        "SELECT r.id FROM runs r WHERE r.site = ?"
        " AND EXISTS (SELECT 1 FROM sightings s WHERE s.run_id = r.id AND s.listing_url = ?)"
        " ORDER BY r.id DESC LIMIT 1)",
        following,
        frontier.site,
        following,
    )
    behind = _latest_day(frontier, (ListingEntry(*row) for row in rows))
    return look.day is not None and behind is not None and look.day < behind
