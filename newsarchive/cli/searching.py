"""``newsarchive search``."""

from __future__ import annotations

import click

from newsarchive.cli.common import folder, json_option, print_json, printable, reading, say, show, show_table
from newsarchive.cli.filters import check_filters, check_query, filter_options
from newsarchive.research.answers import counts_object, hit_object
from newsarchive.research.counts import Counts, counts
from newsarchive.research.filters import Filters
from newsarchive.research.passages import Passage
from newsarchive.research.plan import BEST, SORTS
from newsarchive.research.search import Found, Hit, search


@click.command("search")
@click.argument("words", nargs=-1, metavar="QUERY")
@filter_options
@click.option("--sort", type=click.Choice(SORTS), default=BEST, show_default=True, help="Which articles come first.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="N articles at most."
)
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Leave out the first N.")
@click.option("--counts", "counted", is_flag=True, help="How many articles there are, by month and site, and no list.")
@json_option
@click.pass_context
def search_command(
    context: click.Context,
    words: tuple[str, ...],
    filters: Filters,
    sort: str,
    limit: int,
    offset: int,
    counted: bool,
    as_json: bool,
) -> int:
    """Find articles by their words, the best first. Without a QUERY, all that the options choose, newest first.

    A word typed with its marks is found with exactly these ("Đảng" is not "đang"), a word typed without is found with
    any. "…" is a phrase, OR means either, -word without it, word* the beginning of words, title:word (caption, byline,
    lead, body) a word there. Put the QUERY in single quotes, and -- before one that begins with a minus.
    """
    query = " ".join(words)
    if query or not (filters or counted):
        if not words:
            raise click.UsageError("Missing argument 'QUERY'; it may be left out beside --site, --date and the like.")
        check_query(query)
    with reading(folder(context)) as archive:
        check_filters(archive, filters)
        if counted:
            return _show_counts(counts(archive, query, filters), as_json)
        found = search(archive, query, filters, sort=sort, limit=limit, offset=offset)
    if as_json:
        print_json([hit_object(hit) for hit in found.hits])
        return 0
    for hit in found.hits:
        show_hit(hit)
    say(f"newsarchive: {_summary(found, query, offset)}")
    return 0


def _summary(found: Found, query: str, offset: int) -> str:
    """What was found, and how much of it was shown."""
    if not found.total:
        return f"nothing found{f' for {query}' if query else ''}"
    many = f"{'more than ' if found.more else ''}{found.total} article{'s' * (found.total != 1)}"
    if not found.hits:
        return f"{many} found, none after the first {offset}"
    shown = (
        f"{offset + 1} to {offset + len(found.hits)} of "
        if offset or found.more or found.total > len(found.hits)
        else ""
    )
    return f"{shown}{many}"


def _show_counts(counted: Counts, as_json: bool) -> int:
    """Counts as tables, or as an object."""
    if as_json:
        print_json(counts_object(counted))
        return 0
    for name, tally in (("month", counted.by_month), ("site", counted.by_site)):
        show_table([(name, "articles"), *((value or "month not known", number) for value, number in tally.items())])
        show()
    show(f"{counted.total} article{'s' * (counted.total != 1)}")
    return 0


def show_hit(hit: Hit) -> None:
    """A hit in three lines; the words found are bold on a terminal."""
    click.echo(f"{hit.id:>6}  {hit.date or 'undated'}  {hit.site}  {_styled(hit.title)}")
    show(f"        {hit.url}", dim=True)
    click.echo(f"        {_styled(hit.snippet)}\n")


def _styled(passage: Passage) -> str:
    line, at = "", 0
    for start, end in passage.marks:
        line += printable(passage.text[at:start]) + click.style(printable(passage.text[start:end]), bold=True)
        at = end
    return line + printable(passage.text[at:])
