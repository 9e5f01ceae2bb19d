"""``newsarchive merge``: colleagues' archives into one."""

from __future__ import annotations

from pathlib import Path

import click

from newsarchive.cli.common import CommandError, folder, say


@click.command("merge")
@click.argument("others", nargs=-1, required=True, metavar="DIR…")
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Bring only this site (repeatable).")
@click.pass_context
def merge_command(context: click.Context, others: tuple[str, ...], sites: tuple[str, ...]) -> int:
    """Bring the archives at DIR… into this one; nothing comes twice, and their order does not matter.

    The others are only read. With --site, what concerns only their other sites stays behind. Each is merged whole or
    not at all. Exit status 1 where a person should look at something, 4 where a crawl is at work in one of them.
    """
    from newsarchive.archive.locks import SiteBusyError
    from newsarchive.archive.merge import merge
    from newsarchive.archive.store import ArchiveError

    noted = False
    for other in others:
        try:
            done = merge(folder(context), Path(other), sites=sites or None)
        except ArchiveError as error:
            raise CommandError(str(error), 2) from error
        except SiteBusyError as error:
            raise CommandError(str(error), 4) from error
        say(
            f"{other}: {done.articles} articles, {done.versions} versions, {done.captures} captures and {done.files}"
            " WARC files were not here yet"
        )
        notes = done.notes + [f"{other}: has no site {site!r}; nothing was brought of it" for site in done.missing]
        for note in notes:
            say(f"newsarchive: {note}")
        noted = noted or bool(notes)
    return 1 if noted else 0
