"""Articles a month as a page shows them: the chart, the table under it, and what fits into no month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from newsarchive.research.holdings import Tally
from newsarchive.web.charts import Chart, chart, months_between, years_between


@dataclass(frozen=True, slots=True)
class Year:
    """A row of the table: articles of each month from January on, those of the year whose month is not known, all."""

    year: str
    months: tuple[int, ...]
    unplaced: int

    @property
    def articles(self) -> int:
        """All of the year."""
        return sum(self.months) + self.unplaced


@dataclass(frozen=True, slots=True)
class Coverage:
    """The articles of some years, by month. ``chosen`` (a query string) finds all of them in the search; ``outside``
    are those certainly of other years."""

    chart: Chart
    years: tuple[Year, ...]
    tally: Tally
    chosen: str
    outside: int

    @property
    def unplaced(self) -> int:
        """Articles of the years shown, whose month is not known."""
        return sum(year.unplaced for year in self.years)


def coverage(
    tally: Tally, chosen: Iterable[tuple[str, str]] = (), *, first: str = "", last: str = "", width: int = 1000
) -> Coverage:
    """What a page shows of a tally, in all its years or those from ``first`` to ``last``; ``chosen`` are the search's
    parameters for its articles."""
    by_year = tally.by_year
    first, last = first or min(by_year, default=""), last or max(by_year, default="")
    years = [
        Year(
            year, tuple(tally.months.get(f"{year}-{month:02d}", 0) for month in range(1, 13)), tally.years.get(year, 0)
        )
        for year in (years_between(first, last) if first and last else ())
    ]
    return Coverage(
        chart(_months(years, first, last), tally.months, width=width),
        tuple(year for year in years if year.articles),
        tally,
        urlencode(list(chosen)),
        sum(by_year.values()) - sum(year.articles for year in years),
    )


def _months(years: Sequence[Year], first: str, last: str) -> list[str]:
    return months_between(f"{first}-01", f"{last}-12") if years else []
