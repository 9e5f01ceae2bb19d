"""Which articles: the filters that search and export share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


class UnknownSiteError(Exception):
    """Nothing is kept of a site of that name; the message suggests near ones."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A site, and the days between which an article may have been published (both included); None where any will do.

    A date is an interval (EDTF), so an article is found where it *may* lie between the days: its last possible day is
    not before ``since``, its first possible day not after ``until``. One without a date is found only without both.
    """

    site: str | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> tuple[list[str], list[str]]:
        """SQL conditions on ``articles a``, and the values of their placeholders; what is withheld is left out."""
        from newsarchive.archive.store import WITHHELD

        sql = [f"a.id NOT IN ({WITHHELD})"]
        values: list[str] = []
        if self.site is not None:
            # The site that listed it first, any that listed it later, and any where its address led to it.
            sql.append(
                "(a.site = ? OR EXISTS (SELECT 1 FROM sightings s WHERE s.url = a.url AND s.site = ?)"
                " OR EXISTS (SELECT 1 FROM frontier f WHERE f.article_id = a.id AND f.site = ?))"
            )
            values += [self.site] * 3
        # An interval may be open at one end (../2020-11-30): that end reaches any day.
        if self.since is not None:
            sql.append("a.date IS NOT NULL AND coalesce(a.date_latest, '9999-12-31') >= ?")
            values.append(self.since.isoformat())
        if self.until is not None:
            sql.append("a.date IS NOT NULL AND coalesce(a.date_earliest, '0000-01-01') <= ?")
            values.append(self.until.isoformat())
        return sql, values

    def check(self, archive: Archive) -> None:
        """Raise :class:`UnknownSiteError` where the archive knows no site of that name."""
        if self.site is None:
            return
        names = [row["name"] for row in archive.rows("SELECT name FROM sites ORDER BY name")]
        if self.site not in names:
            near = get_close_matches(self.site, names, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has {_enumerated(names)}"
            raise UnknownSiteError(f"the archive has nothing of a site named {self.site!r}; {hint}")


def _enumerated(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown or "no site yet"
