"""What the archive's tables, views and columns mean, read from ``meanings.toml``: the one place that says so.

``docs/database.md``, the descriptions in exported tables and those in the web pages are made of it. How a table came to
be is in :mod:`newsarchive.archive.schema`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DAY, MOMENT, JSON, TEXT, INTEGER = "day", "moment", "json", "text", "integer"
"""What a column's values are: ``YYYY-MM-DD`` · UTC ISO 8601 to the second · a JSON value as text · any other text · a
whole number."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one row of a table or view is (``row``), what each of its columns holds (``columns``, in the table's order),
    the heading it stands under (``part``), and which columns' text is more than text (``kinds``)."""

    part: str
    row: str
    columns: Mapping[str, str]
    kinds: Mapping[str, str]


@cache
def meanings() -> dict[str, Meaning]:
    """Every table and view with its meaning, in the order in which they are described."""
    text = Path(__file__).with_name("meanings.toml").read_text(encoding="utf-8")
    kinds = {"days": DAY, "moments": MOMENT, "json": JSON}
    return {
        table: Meaning(
            part=said["part"],
            row=said["meaning"],
            columns=said["columns"],
            kinds={column: kind for key, kind in kinds.items() for column in said.get(key, ())},
        )
        for table, said in tomllib.loads(text).items()
    }


def describe(table: str) -> dict[str, str]:
    """What each column of a table or view means, one plain sentence or two. Raises :class:`KeyError` for no table.

    >>> describe("images")["credit"]
    'Photographer, where one is named.'
    """
    return dict(meanings()[table].columns)


def kind(table: str, column: str, declared: str) -> str:
    """What a column's values are (:data:`DAY` …), by its meaning and the type it was declared with in SQL.

    >>> kind("articles", "first_seen", "TEXT"), kind("articles", "id", "INTEGER"), kind("articles", "date", "TEXT")
    ('moment', 'integer', 'text')
    """
    return meanings()[table].kinds.get(column) or (INTEGER if declared == "INTEGER" else TEXT)
