"""Which articles: the options that ``search`` and ``export`` share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, Day, say
from newsarchive.research.filters import Filters, UnknownSiteError, period
from newsarchive.research.query import MAX_TERMS, parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

_OPTIONS = (
    click.option("--site", "sites", multiple=True, metavar="S", help="Only what this site listed; may be given again."),
    click.option("--since", type=Day(), metavar="D", help="Only what may have been published on or after this day."),
    click.option("--until", type=Day(), metavar="D", help="Only what may have been published on or before this day."),
    click.option(
        "--date", "when", metavar="P", help="Only what may have been published then: 2020, 2020-10, 2020-10/2021-03."
    ),
    click.option("--section", metavar="T", help="Only what the site filed under this very heading."),
    click.option("--byline", metavar="N", help="Only what bears this very name of an author."),
    click.option("--state", type=click.Choice(["live", "gone"]), help="Only what its site still has, or no longer."),
)


def filter_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options that choose articles; the command is given them as one, ``filters``, to be checked by
    :func:`check_filters`. Days that leave nothing raise :class:`CommandError` (2)."""

    @functools.wraps(command)
    def chosen(
        *arguments: Any,
        sites: tuple[str, ...],
        since: date | None,
        until: date | None,
        when: str | None,
        **options: Any,
    ) -> int:
        rest = {name: options.pop(name) for name in ("section", "byline", "state")}
        since, until = _days(since, until, when)
        return command(*arguments, filters=Filters(sites, since, until, **rest), **options)

    wrapped: Callable[..., int] = chosen
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _days(since: date | None, until: date | None, when: str | None) -> tuple[date | None, date | None]:
    if since and until and since > until:
        raise CommandError(f"--since {since} is after --until {until}: no day is between them", 2)
    if when is None:
        return since, until
    if since or until:
        raise CommandError("--date says from when to when; leave out --since and --until, or --date", 2)
    try:
        return period(when)
    except ValueError as error:
        raise CommandError(
            f"--date {when!r} is no period ({error}); write 2020, 2020-10, 2020-10-08, 2020-10/2021-03, ../2020 or"
            " 2020/..",
            2,
        ) from error


def check_filters(archive: Archive, filters: Filters) -> Filters:
    """The filters. Raises :class:`CommandError` (2) for a site the archive does not know."""
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
