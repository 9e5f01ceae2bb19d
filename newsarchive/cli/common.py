"""What the commands share: the archive's folder, errors as sentences, JSON and tables on stdout, people on stderr."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

if TYPE_CHECKING:
    from newsarchive.archive.readers import Readers
    from newsarchive.archive.store import Archive

    DayType = click.ParamType[date]
    DurationType = click.ParamType[float]
else:
    DayType = DurationType = click.ParamType

# C0 and C1 controls but tab and line feed, which move the cursor or change colours, and marks that turn the direction
# of writing, by which one address looks like another.
_NOT_PRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value on stdout.")
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Processes that read, this one among them: one a core."
)


def readers(archive: Path, workers: int | None) -> Readers | None:
    """Those that read the pages of the archive in a folder, as many as were asked for; None where nobody asked."""
    if workers is None:
        return None
    from newsarchive.archive.readers import Readers

    return Readers(archive / "warc", workers)


class CommandError(click.ClickException):
    """A sentence for a person on stderr, and the exit status that goes with it."""

    def __init__(self, message: str, status: int):
        super().__init__(printable(message))
        self.exit_code = status  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(f"newsarchive: {self.message}", err=True)


class Day(DayType):
    """A day on the command line: YYYY-MM-DD, or as printed in Viet Nam (8/10/2020)."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that was typed; click's own refusal (exit status 2) where it is none."""
        if isinstance(value, date):
            return value
        from newsarchive.vietnamese.dates import read_date

        try:
            return date.fromisoformat(value)
        except ValueError:
            reading = read_date(value)
            if reading.earliest and reading.earliest == reading.latest:
                return reading.earliest
        self.fail(f"{value!r} is no day; write it as 2020-10-08 or 8/10/2020", param, ctx)


class Duration(DurationType):
    """A length of time on the command line, in seconds: 90s, 45m, 2h, 1h30m."""

    name = "duration"
    _UNITS: ClassVar[dict[str, int]] = {"h": 3600, "m": 60, "s": 1}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds that were typed; click's own refusal (exit status 2) where it is no length of time."""
        if isinstance(value, float):
            return value
        parts = re.findall(r"([0-9]{1,6})([hms])", value)
        seconds = sum(int(number) * self._UNITS[unit] for number, unit in parts)
        if not seconds or "".join(map("".join, parts)) != value:
            self.fail(f"{value!r} is no length of time; write it as 90s, 45m, 2h or 1h30m", param, ctx)
        return float(seconds)


def folder(context: click.Context) -> Path:
    """The archive's folder for this call: --archive, else the environment's, else ``data``."""
    from newsarchive.archive.store import archive_folder

    return archive_folder(context.find_root().obj)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """The archive in a folder, open to read; what goes wrong with it becomes one sentence.

    Exit status 2 where there is no archive of ours, 3 where there is one that cannot be read.
    """
    from newsarchive.archive.store import Archive, ArchiveError

    try:
        archive = Archive.read(path)
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror}); check the folder's permissions", 2) from error
    try:
        with archive:
            yield archive
    except sqlite3.DatabaseError as error:
        raise CommandError(
            f"{path / 'news.db'}: cannot be read ({error}); if it is damaged, copy it aside and restore a backup", 3
        ) from error


def print_json(value: Any) -> None:
    """One JSON value on stdout, Vietnamese letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(text: str = "") -> None:
    """A line for a person, on stderr."""
    click.echo(printable(text), err=True)


def show(text: str = "", **style: Any) -> None:
    """A line of a command's answer, on stdout; ``style`` (bold, fg …) is click's and counts on a terminal only."""
    click.secho(printable(text), **style)


def show_table(rows: Iterable[Sequence[object]]) -> None:
    """Rows in columns as wide as their longest cell, two spaces apart; None is empty, numbers stand to the right."""
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    widths = [max(len(str(cell)) for cell in column) for column in zip(*cells, strict=True)]
    for row in cells:
        line = (
            str(cell).rjust(width) if isinstance(cell, int) else str(cell).ljust(width)
            for cell, width in zip(row, widths, strict=True)
        )
        show("  ".join(line).rstrip())


def printable(text: str) -> str:
    """Text from the web without control characters, which could move the cursor or change colours of a terminal."""
    return _NOT_PRINTED.sub("\ufffd", text)


def command_line(*arguments: str) -> str:
    """A command line that runs this program again from the folder this one was called in."""
    return shlex.join([*_program(), *arguments])


def _program() -> Iterable[str]:
    called = Path(sys.argv[0])
    if called.name != "newsarchive":
        return [sys.executable, "-m", "newsarchive"]
    found = shutil.which("newsarchive")
    return ["newsarchive"] if found and Path(found).samefile(called) else [str(called)]
