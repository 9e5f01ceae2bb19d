"""``newsarchive backup``: a copy of the archive that is whole at every moment."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, reading, say


@click.command("backup")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option
@click.pass_context
def backup_command(context: click.Context, target: Path, as_json: bool) -> int:
    """Copy the archive into the folder DIR, or bring the backup there up to date; also while crawls are at work.

    DIR is made where there is none. It is an archive as it stands, on which `verify` works. WARC files that are
    complete are copied once. A backup that is broken off leaves the one before as it was. Exit status 1 where a file of
    the archive is damaged or missing, 2 where DIR is none for it, 3 where it cannot be written.
    """
    from newsarchive.archive.backup import back_up
    from newsarchive.archive.store import ArchiveError

    with reading(folder(context)) as archive:
        try:
            done = back_up(archive, target)
        except ArchiveError as error:
            raise CommandError(str(error), 2) from error
        except OSError as error:
            raise CommandError(_broken_off(target, error.strerror or str(error)), 3) from error
        except sqlite3.OperationalError as error:
            raise CommandError(_broken_off(target, str(error)), 3) from error
    if as_json:
        print_json(dataclasses.asdict(done))
    for note in done.notes:
        say(note)
    say(
        f"{target}: the archive of {done.at}; {done.files} files copied ({done.bytes / 1e6:.1f} MB),"
        f" {done.kept} WARC files there already"
    )
    return 1 if done.notes else 0


def _broken_off(target: Path, reason: str) -> str:
    there = "the backup that was there before is as it was" if (target / "news.db").exists() else "nothing was there"
    return f"{target}: the backup was broken off ({reason}); {there}. Make room, or name another folder; then again"
