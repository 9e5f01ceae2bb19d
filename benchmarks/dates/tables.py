"""The truth tables, read from their files: no measuring here, and nothing of the reader is imported.

Both tables were written from the specification and from how Vietnamese pages print dates, without the reader.
A row is changed only where it contradicts one of the two, never to suit a reader.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

HERE = Path(__file__).parent
OPEN = "*"
"""In a table: this field is not judged."""

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class StringRow:
    """One short text and what it says: ``date`` is EDTF or None for no date; ``*`` fields are not judged."""

    text: str
    reference: date | datetime | None
    date: str | None
    time: str | None
    offset: str | None
    group: str
    source: str


@dataclass(frozen=True, slots=True)
class DatelineRow:
    """One body's opening, the day the page cannot be younger than, and the day of the event (EDTF or None)."""

    text: str
    not_after: date | None
    event: str | None
    group: str


def unescaped(text: str) -> str:
    """The text with its ``\\uXXXX`` and ``\\UXXXXXXXX`` turned into the characters they stand for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)


def strings(folder: Path = HERE) -> list[StringRow]:
    """The rows of the folder's ``strings.tsv`` in order."""
    return [
        StringRow(
            text=unescaped(row["text"]),
            reference=_moment(row["reference"]),
            date=row["date"] or None,
            time=row["time"] or None,
            offset=row["offset"] or None,
            group=row["group"],
            source=row["source"],
        )
        for row in _rows(folder / "strings.tsv")
    ]


def datelines(folder: Path = HERE) -> list[DatelineRow]:
    """The rows of the folder's ``datelines.tsv`` in order."""
    return [
        DatelineRow(
            text=unescaped(row["text"]),
            not_after=date.fromisoformat(row["not_after"]) if row["not_after"] else None,
            event=row["event"] or None,
            group=row["group"],
        )
        for row in _rows(folder / "datelines.tsv")
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Each row by its column names; lines that begin with # are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _moment(text: str) -> date | datetime | None:
    """A reference: a day, a day and time, or none."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
