"""How many articles answer a query: in all, by month, site, section, author and state. Exact, however many they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.research.filters import Filters
from newsarchive.research.matching import matching
from newsarchive.research.query import parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

Tally = dict[str | None, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """Articles, in all and by a value; None is the value of those without one.

    ``by_month`` has "2020-10" for what was certainly published in that month, in order, None for what has no date or
    one that leaves several months possible. The others have the most frequent value first. ``by_site`` counts an
    article for the site that listed it first.
    """

    total: int
    by_month: Tally
    by_site: Tally
    by_section: Tally
    by_byline: Tally
    by_state: Tally


_MONTH = "CASE WHEN substr(a.date_earliest, 1, 7) = substr(a.date_latest, 1, 7) THEN substr(a.date_earliest, 1, 7) END"
_VALUES = {
    "by_month": _MONTH,
    "by_site": "a.site",
    "by_section": "a.section",
    "by_byline": "a.byline",
    "by_state": "a.state",
}


def counts(archive: Archive, text: str, filters: Filters | None = None) -> Counts:
    """Count the articles that :func:`newsarchive.research.search.search` finds for the same text and filters.

    No text raises. A damaged file raises :class:`sqlite3.DatabaseError`.
    """
    query = parse(text)
    if not query and text.strip():
        return Counts(0, {}, {}, {}, {}, {})
    conditions, values = (filters or Filters()).conditions()
    first = list[str]()
    clause = "WITH "
    if query.root:
        made = matching(archive.connection, query.root)
        conditions.append(f"a.id IN (SELECT id FROM {made.hits})")
        clause, first = f"{made.clause}, ", made.values
    columns = ", ".join(f"{value} AS {name}" for name, value in _VALUES.items())
    rows = archive.rows(
        f"{clause}found AS MATERIALIZED (SELECT {columns} FROM articles a WHERE {' AND '.join(conditions)}) "
        + " UNION ALL ".join(f"SELECT '{name}', {name}, count(*) FROM found GROUP BY {name}" for name in _VALUES),
        *first,
        *values,
    )
    tallies: dict[str, Tally] = {name: {} for name in _VALUES}
    for name, value, number in sorted(rows, key=lambda row: (-row[2], row[1] is None, row[1] or "")):
        tallies[name][value] = number
    months = tallies["by_month"]
    tallies["by_month"] = {month: months[month] for month in sorted(months, key=lambda month: month or "~")}
    return Counts(sum(tallies["by_state"].values()), **tallies)
