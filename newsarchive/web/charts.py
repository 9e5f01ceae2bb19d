"""Charts of articles by month or year as numbers of pixels: what a template draws as SVG. Pure; knows no words.

Nothing is scaled when it is drawn, so that letters keep their size: a long chart is scrolled on a small screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOP, BASE, BOTTOM = 18, 118, 138
"""Pixels from above: where the highest bar ends, where all begin, and the chart's end."""
_LEFT, _RIGHT = 1, 24
_YEAR_LABEL = 36
"""Pixels that a year's four digits and the room around them take."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One period ("2020-10" or "2020") with how many articles, and where it is drawn (pixels)."""

    period: str
    articles: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, those of nothing left out; ``years`` are labels (year, pixels from the left); ``most`` is the highest
    bar's number."""

    width: int
    bars: tuple[Bar, ...]
    years: tuple[tuple[str, float], ...]
    most: int

    top, base, height = TOP, BASE, BOTTOM


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, both included ("2020-11", "2021-01").

    >>> months_between("2020-11", "2021-01")
    ['2020-11', '2020-12', '2021-01']
    """
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(begin, end + 1)]


def years_between(first: str, last: str) -> list[str]:
    """Every year from one to another, both included."""
    return [f"{year:04d}" for year in range(int(first), int(last) + 1)]


def chart(periods: Sequence[str], articles: Mapping[str, int], *, width: int) -> Chart:
    """A chart of these periods, each as wide as ``width`` (pixels) lets it be, from 3 to 24, a year up to 40.

    Of periods that are months the labels stand at each year's first.
    """
    widest = 24.0 if periods and len(periods[0]) > 4 else _YEAR_LABEL + 4.0
    step = min(widest, max(3.0, width / max(1, len(periods))))
    gap = 1 if step < 8 else 2
    most = max((articles.get(period, 0) for period in periods), default=0)
    bars = []
    for number, period in enumerate(periods):
        if count := articles.get(period, 0):
            # A single article is seen, however many the others are.
            height = max(1.5, (BASE - TOP) * count / most)
            bars.append(
                Bar(period, count, round(_LEFT + number * step, 1), round(BASE - height, 1), round(step - gap, 1),
                    round(height, 1))
            )  # fmt: skip
    return Chart(round(_LEFT + len(periods) * step + _RIGHT), tuple(bars), _labels(periods, step), most)


def _labels(periods: Sequence[str], step: float) -> tuple[tuple[str, float], ...]:
    firsts = {period[:4]: number for number, period in reversed(list(enumerate(periods)))}
    labels: list[tuple[str, float]] = []
    for year, number in sorted(firsts.items()):
        x = round(_LEFT + number * step, 1)
        if not labels or x - labels[-1][1] >= _YEAR_LABEL:
            labels.append((year, x))
    return tuple(labels)
