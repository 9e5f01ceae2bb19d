"""What the commands share: the archive's folder, errors as sentences, JSON on stdout, people on stderr."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from newsarchive.archive.store import Archive, ArchiveError, archive_folder

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value on stdout.")


class CommandError(click.ClickException):
    """A sentence for a person on stderr, and the exit status that goes with it."""

    def __init__(self, message: str, status: int):
        super().__init__(printable(message))
        self.exit_code = status

    def show(self, file: Any = None) -> None:
        click.echo(f"newsarchive: {self.message}", err=True)


class Day(click.ParamType):
    """A day on the command line: YYYY-MM-DD, or as printed in Viet Nam (8/10/2020)."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
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


def folder(context: click.Context) -> Path:
    """The archive's folder for this call: --archive, else the environment's, else ``data``."""
    return archive_folder(context.find_root().obj)


@contextlib.contextmanager
def reading(context: click.Context) -> Iterator[Archive]:
    """The archive, open to read; what goes wrong with it becomes one sentence and exit status 2 or 3."""
    try:
        with Archive.read(folder(context)) as archive:
            yield archive
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{folder(context) / 'news.db'}: cannot be read ({error}); is it damaged?", 3) from error


def print_json(value: Any) -> None:
    """One JSON value on stdout, Vietnamese letters as they are."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def say(text: str = "") -> None:
    """A line for a person, on stderr."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """Text from the web without control characters, which could move the cursor or change colours of a terminal."""
    return _CONTROLS.sub("\ufffd", text)
