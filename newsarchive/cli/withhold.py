"""``newsarchive withhold``: an article that is kept, and shown to nobody."""

from __future__ import annotations

import click

from newsarchive.cli.common import CommandError, folder, say


@click.command("withhold")
@click.argument("key", metavar="ID|URL")
@click.option("--reason", metavar="R", help="Why, for whoever asks later: a request, a law, a judgement.")
@click.option("--undo", is_flag=True, help="Show it again; that it was withheld, and why, stays on record.")
@click.pass_context
def withhold_command(context: click.Context, key: str, reason: str | None, undo: bool) -> int:
    """Take an article out of search, export and web, for a takedown request or the protection of a person's data.

    Nothing is deleted: the row, its versions and its captures stay, and `show` still shows it, with the reason. The
    archive's table withholdings is the record of what was withheld, when and why.
    """
    from newsarchive.archive.store import Archive, ArchiveError
    from newsarchive.research.record import find

    if undo == bool(reason and reason.strip()):
        raise CommandError("withhold ID|URL needs --reason, or --undo without one", 2)
    path = folder(context)
    try:
        Archive.read(path).close()  # no archive is made by a slip of the folder's name
        with Archive.create(path) as archive:
            article_id = find(archive, key)
            if article_id is None:
                raise CommandError(f"{key}: no such article; `newsarchive search` finds articles by their words", 2)
            done = archive.unwithhold(article_id) if undo else archive.withhold(article_id, reason or "")
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    if undo:
        say(f"article {article_id} is shown again" if done else f"article {article_id} was not withheld")
    else:
        say(f"article {article_id} is withheld" if done else f"article {article_id} is withheld already")
    return 0
