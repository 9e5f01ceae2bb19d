"""The tables as Markdown, and how they get into a page: between two comments that name them."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import scrapy


class NoPlaceError(Exception):
    """A page has no place for a table."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured: ``pages`` of the site, of the ``big`` one, ``rounds`` of each."""

    pages: int
    big: int
    rounds: int


def machine() -> str:
    """Where and when: the day, the machine, the versions."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    processor = found[1] if found else platform.machine()
    return (
        f"{datetime.now(UTC):%-d %B %Y}, {os.cpu_count()} cores of {processor}, {platform.system()};"
        f" Python {platform.python_version()}, Scrapy {scrapy.__version__}, SQLite {sqlite3.sqlite_version}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(map(str, line))} |" for line in (head, *rows)]
    return "\n".join((lines[0], "|---" * len(head) + "|", *lines[1:]))


def aim(words: str, met: bool, measured: str) -> str:
    """A line that says what was aimed at, and whether it is met."""
    return f"Aim: {words}. **{'Met' if met else 'Not met'}**: {measured}."


def place(page: str, name: str) -> slice:
    """Where in a page's text a table goes, in the place of an earlier one: between ``<!-- measured: NAME -->`` and
    ``<!-- end of NAME -->``. Raises :class:`NoPlaceError` where there are no such comments."""
    before, after = f"<!-- measured: {name} -->\n", f"<!-- end of {name} -->"
    start, end = page.find(before), page.find(after)
    if not 0 <= start < end:
        raise NoPlaceError(f"no place for {name}: put the lines {before.strip()} and {after} there")
    return slice(start + len(before), end)


def write(file: Path, name: str, text: str) -> None:
    """Put a table into its place in a page. Raises :class:`NoPlaceError`."""
    page = file.read_text(encoding="utf-8")
    where = place(page, name)
    file.write_text(f"{page[: where.start]}\n{text}\n\n{page[where.stop :]}", encoding="utf-8")
