"""Which articles: the options that ``search`` and ``export`` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from newsarchive.cli.common import CommandError, Day, say
from newsarchive.research.filters import Filters, UnknownSiteError
from newsarchive.research.query import MAX_TERMS, parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


def filter_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options --site, --since and --until of a command."""
    for option in (
        click.option(
            "--until", type=Day(), metavar="D", help="Only what may have been published on or before this day."
        ),
        click.option(
            "--since", type=Day(), metavar="D", help="Only what may have been published on or after this day."
        ),
        click.option("--site", metavar="S", help="Only what this site listed."),
    ):
        command = option(command)
    return command


def chosen_filters(archive: Archive, site: str | None, since: date | None, until: date | None) -> Filters:
    """The filters of a call. Raises :class:`CommandError` (2) for a site the archive does not know, and for no days."""
    if since and until and since > until:
        raise CommandError(f"--since {since} is after --until {until}: no day is between them", 2)
    filters = Filters(site, since, until)
    try:
        filters.check(archive)
    except UnknownSiteError as error:
        raise CommandError(f"--site: {error}", 2) from error
    return filters


def check_query(query: str) -> None:
    """Say where a query is cut; :class:`CommandError` (2) where it has no word."""
    parsed = parse(query)
    if not parsed:
        raise CommandError(f"{query!r}: no word to search for", 2)
    if parsed.cut:
        say(f"newsarchive: only the first {MAX_TERMS} terms of the query are looked for")
