"""``newsarchive verify``: is the archive what it was?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, say, show, workers_option

if TYPE_CHECKING:
    from newsarchive.archive.verify import Finding, Verified


@click.command("verify")
@click.option("--deep", is_flag=True, help="Also read every page again with today's extractor, and compare.")
@workers_option
@json_option
@click.pass_context
def verify_command(context: click.Context, deep: bool, workers: int | None, as_json: bool) -> int:
    """Check every captured byte against its digest, every row against its capture, every file against the list.

    Each thing that is wrong is named. Exit status 1 where something is damaged. Nothing is changed.
    """
    from newsarchive.archive.store import ArchiveError
    from newsarchive.archive.verify import DAMAGE, Verified

    findings: list[Finding] = []
    seen: Verified | None = None
    pages: int | None = None
    try:
        for found in _look(folder(context), deep=deep, workers=workers):
            if isinstance(found, Verified):
                seen = found
            elif isinstance(found, int):
                pages = found
            else:
                findings.append(found)
                if not as_json:
                    show(f"{found.severity}  {found.kind}  {found.name}: {found.problem}")
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    if as_json:
        print_json([asdict(found) for found in findings])
    damaged = sum(found.severity == DAMAGE for found in findings)
    if seen:
        _say_how_much(seen, pages, damaged)
    if damaged:
        say("what is damaged stays as it is; put the file back from a copy, or crawl the site again while it is there")
    return 1 if damaged else 0


def _look(path: Path, *, deep: bool, workers: int | None) -> Iterator[Finding | Verified | int]:
    """All that is found, how much was looked at, and with ``deep`` how many pages were read again."""
    from newsarchive.archive.store import Archive
    from newsarchive.archive.verify import NOTE, Finding, Verified, verify, verify_deep
    from newsarchive.sites.profile import ProfileError, load_site

    readable = False
    for found in verify(path, workers=workers):
        readable = readable or isinstance(found, Verified)
        yield found
    if not deep or not readable:
        return
    with Archive.read(path) as archive:
        sites = [row["name"] for row in archive.rows("SELECT name FROM sites ORDER BY name")]
    profiles = {}
    for site in sites:
        try:
            profiles[site] = load_site(site, path)
        except ProfileError as error:
            yield Finding(NOTE, "file", f"sites/{site}.toml", f"no profile to read the site's pages by: {error}")
    yield from verify_deep(path, profiles, workers=workers)


def _say_how_much(seen: Verified, pages: int | None, damaged: int) -> None:
    files = f"{seen.files} WARC file{'s' * (seen.files != 1)} ({seen.bytes / 1e6:.1f} MB)"
    again = f", {pages} page{'s' * (pages != 1)} read again" if pages is not None else ""
    verdict = f"{damaged} found damaged" if damaged else "all as they were kept"
    say(f"{seen.articles} articles, {seen.captures} captures, {files}{again}: {verdict}")
