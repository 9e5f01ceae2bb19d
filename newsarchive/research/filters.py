"""Which articles: the filters that search, counts and export share."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newsarchive.archive.withheld import WITHHELD

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


class UnknownSiteError(Exception):
    """Nothing is kept of a site of that name; the message suggests near ones."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must be to be found; None, and no site, where any will do.

    Of ``sites`` one must have listed it. ``since`` and ``until`` are days, both included: a date is an interval (EDTF),
    so an article is found where it *may* lie between them: its last possible day is not before ``since``, its first
    possible day not after ``until``. One without a date is found only without both. ``section`` and ``byline`` must be
    the very text; ``state`` is ``live`` or ``gone``.
    """

    sites: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    section: str | None = None
    state: str | None = None
    byline: str | None = None

    def __bool__(self) -> bool:
        """True where some articles are filtered out."""
        return self != Filters()

    def conditions(self) -> tuple[list[str], list[str]]:
        """SQL conditions on ``articles a``, and the values of their placeholders; what is withheld is left out.

        They ask for no column that the indexes ``articles_reading`` and ``articles_by_date`` do not have.
        """
        sql = [f"a.id NOT IN ({WITHHELD})"]
        values: list[str] = []
        if self.sites:
            # The site that listed it first, any that listed it later, and any where its address led to it.
            among = f"IN ({', '.join('?' * len(self.sites))})"
            sql.append(
                f"(a.site {among} OR a.id IN (SELECT article_id FROM frontier WHERE site {among})"
                f" OR a.id IN (SELECT b.id FROM sightings s JOIN articles b ON b.url = s.url WHERE s.site {among}))"
            )
            values += self.sites * 3
        # An interval may be open at one end (../2020-11-30): that end reaches any day. Without both there is no date.
        if self.since is not None:
            sql.append("coalesce(a.date_latest, CASE WHEN a.date_earliest IS NOT NULL THEN '9999' END) >= ?")
            values.append(self.since.isoformat())
        if self.until is not None:
            sql.append("coalesce(a.date_earliest, CASE WHEN a.date_latest IS NOT NULL THEN '0000' END) <= ?")
            values.append(self.until.isoformat())
        for column, value in (("section", self.section), ("state", self.state), ("byline", self.byline)):
            if value is not None:
                sql.append(f"a.{column} = ?")
                values.append(value)
        return sql, values

    def check(self, archive: Archive) -> None:
        """Raise :class:`UnknownSiteError` where the archive knows no site of one of the names."""
        if not self.sites:
            return
        names = [row["name"] for row in archive.rows("SELECT name FROM sites ORDER BY name")]
        for site in self.sites:
            if site not in names:
                near = get_close_matches(site, names, n=3, cutoff=0.5)
                hint = f"did you mean {' or '.join(near)}?" if near else f"it has {_enumerated(names)}"
                raise UnknownSiteError(f"the archive has nothing of a site named {site!r}; {hint}")


def _enumerated(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown or "no site yet"


_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def period(text: str) -> tuple[date | None, date | None]:
    """The first and last day of a period written in EDTF (Library of Congress, level 0 and open ends): ``2020``,
    ``2020-10``, ``2020-10-08``, ``2020-10/2021-03``, ``../2020``, ``2020/..``. None is an open end.

    Raises :class:`ValueError` where the text is none, where a day does not exist, or no day lies between the ends.

    >>> period("2020-10/2021")
    (datetime.date(2020, 10, 1), datetime.date(2021, 12, 31))
    """
    begin, slash, end = text.strip().partition("/")
    if not slash:
        return _first(begin), _last(begin)
    since = None if begin == ".." else _first(begin)
    until = None if end == ".." else _last(end)
    if (since is None and until is None) or (since and until and since > until):
        raise ValueError(f"{text!r}: no day lies between these ends")
    return since, until


def _first(text: str) -> date:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date in EDTF")
    year, month, day = match.groups("1")
    return date(int(year), int(month), int(day))


def _last(text: str) -> date:
    first = _first(text)
    if len(text) == 10:
        return first
    month = first.month if len(text) == 7 else 12
    return date(first.year, month, monthrange(first.year, month)[1])
