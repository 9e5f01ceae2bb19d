"""What the archive holds, counted: each site's articles by the time of their publication, and each author's.

One pass over all articles; whoever asks often keeps the answer. Articles that a query finds are counted in
:mod:`newsarchive.research.counts`. What is withheld is counted nowhere; an article that several sites listed is the
first one's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsarchive.archive.withheld import WITHHELD

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


@dataclass(slots=True)
class Tally:
    """Articles by when they were published, no date taken for more precise than it is.

    ``months`` ("2020-10") are those certainly of that month, ``years`` ("2020") those certainly of that year whose
    month is not known; ``spread`` have a date that leaves several years possible or one end open, ``undated`` none.
    ``first_day`` and ``last_day`` (ISO 8601) are of the articles whose day is known; ``gone`` says how many of all are
    no longer on their site.
    """

    months: dict[str, int] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    spread: int = 0
    undated: int = 0
    gone: int = 0
    first_day: str | None = None
    last_day: str | None = None

    @property
    def articles(self) -> int:
        """All of them."""
        return sum(self.months.values()) + sum(self.years.values()) + self.spread + self.undated

    @property
    def by_year(self) -> dict[str, int]:
        """ "2020" → articles certainly of that year, in order."""
        found = dict(self.years)
        for month, number in self.months.items():
            found[month[:4]] = found.get(month[:4], 0) + number
        return dict(sorted(found.items()))

    def add(self, period: str | None, number: int, gone: int, first: str | None, last: str | None) -> None:
        """Count so many articles of one period: "2020-10", "2020", "" (dated, but not to a year) or None (undated)."""
        if period is None:
            self.undated += number
        elif not period:
            self.spread += number
        else:
            kept = self.months if len(period) == 7 else self.years
            kept[period] = kept.get(period, 0) + number
        self.gone += gone
        self.first_day = min(filter(None, (self.first_day, first)), default=None)
        self.last_day = max(filter(None, (self.last_day, last)), default=None)

    def include(self, other: Tally) -> None:
        """Count another tally's articles too."""
        for period, number in (*other.months.items(), *other.years.items()):
            self.add(period, number, 0, None, None)
        self.add("", other.spread, 0, other.first_day, other.last_day)
        self.add(None, other.undated, other.gone, None, None)


@dataclass(slots=True)
class Byline:
    """What bears one text as its author's name: articles, by site, and the first and last day known of them."""

    name: str
    sites: dict[str, int] = field(default_factory=dict)
    first_day: str | None = None
    last_day: str | None = None

    @property
    def articles(self) -> int:
        """All of them."""
        return sum(self.sites.values())


@dataclass(frozen=True, slots=True)
class Holdings:
    """The archive's articles: by site (every site of the archive, by name), by author, and in all."""

    sites: dict[str, Tally]
    bylines: dict[str, Byline]
    all: Tally


PERIOD = (
    "CASE WHEN a.date_earliest IS NULL AND a.date_latest IS NULL THEN NULL"
    " WHEN substr(a.date_earliest, 1, 7) = substr(a.date_latest, 1, 7) THEN substr(a.date_earliest, 1, 7)"
    " WHEN substr(a.date_earliest, 1, 4) = substr(a.date_latest, 1, 4) THEN substr(a.date_earliest, 1, 4)"
    " ELSE '' END"
)
"""SQL for the period an article (``a``) certainly belongs to, as :meth:`Tally.add` takes it."""
_DAYS = (
    "min(CASE WHEN a.date_earliest = a.date_latest THEN a.date_earliest END) AS first_day,"
    " max(CASE WHEN a.date_earliest = a.date_latest THEN a.date_latest END) AS last_day"
)


def holdings(archive: Archive) -> Holdings:
    """Count everything. Reads two indexes from end to end: about a second for a million articles."""
    sites = {row["name"]: Tally() for row in archive.rows("SELECT name FROM sites ORDER BY name")}
    for name, *counted in _periods(archive, "a.site", ""):
        sites.setdefault(name, Tally()).add(*counted)
    bylines: dict[str, Byline] = {}
    for name, site, number, first, last in archive.rows(
        f"SELECT a.byline, a.site, count(*), {_DAYS} FROM articles a"
        f" WHERE a.byline IS NOT NULL AND a.id NOT IN ({WITHHELD}) GROUP BY a.byline, a.site"
    ):
        found = bylines.setdefault(name, Byline(name))
        found.sites[site] = number
        found.first_day = min(filter(None, (found.first_day, first)), default=None)
        found.last_day = max(filter(None, (found.last_day, last)), default=None)
    return Holdings(sites, bylines, total(sites.values()))


def total(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    made = Tally()
    for tally in tallies:
        made.include(tally)
    return made


def byline_tally(archive: Archive, name: str) -> Tally:
    """The articles that bear this very text as their author's name."""
    made = Tally()
    for _, *counted in _periods(archive, "a.byline", "AND a.byline = ?", name):
        made.add(*counted)
    return made


def _periods(archive: Archive, key: str, condition: str, *values: str) -> list[sqlite3.Row]:
    return archive.rows(
        f"SELECT {key}, {PERIOD} AS period, count(*), sum(a.state = 'gone'), {_DAYS} FROM articles a"
        f" WHERE a.id NOT IN ({WITHHELD}) {condition} GROUP BY 1, 2",
        *values,
    )
