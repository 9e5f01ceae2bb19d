"""Vietnamese news dates: what a printed text says of a day, and why. Pure; knows the language, nothing of scraping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a text says of a day (``date`` is EDTF); without a date the oddities say why."""

    text: str
    date: str | None = None
    earliest: date | None = None
    latest: date | None = None
    time: str | None = None
    offset: str | None = None
    shape: str | None = None
    label: str | None = None
    oddities: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


_D = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")


def find_dates(text: str, *, reference: date | datetime | None = None) -> Iterator[DateReading]:
    """Every date in a text."""
    for m in _D.finditer(text):
        try:
            d = date(int(m[3]), int(m[2]), int(m[1]))
        except ValueError:
            continue
        yield DateReading(m[0], d.isoformat(), d, d, shape="d/m/y", start=m.start(), end=m.end())


def read_date(text: str, *, reference: date | datetime | None = None) -> DateReading:
    """The date a text is."""
    return next(find_dates(text, reference=reference), DateReading(text, oddities=("no date",)))


def read_dateline(text: str, *, not_after: date | None = None) -> DateReading | None:
    """The day a body's opening speaks of."""
    return None
