"""``newsarchive verify``: is the archive what it was?"""

from __future__ import annotations

from dataclasses import asdict

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, say, show


@click.command("verify")
@json_option
@click.pass_context
def verify_command(context: click.Context, as_json: bool) -> int:
    """Check every captured byte against its digest, every row against its capture, every file against the list.

    Each thing that is wrong is named. Exit status 1 where something is damaged. Nothing is changed.
    """
    from newsarchive.archive.store import ArchiveError
    from newsarchive.archive.verify import DAMAGE, Verified, verify

    path = folder(context)
    findings = []
    seen = None
    try:
        for found in verify(path):
            if isinstance(found, Verified):
                seen = found
                continue
            findings.append(found)
            if not as_json:
                show(f"{found.severity}  {found.kind}  {found.name}: {found.problem}")
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    if as_json:
        print_json([asdict(found) for found in findings])
    damaged = sum(found.severity == DAMAGE for found in findings)
    if seen:
        files = f"{seen.files} WARC file{'s' * (seen.files != 1)} ({seen.bytes / 1e6:.1f} MB)"
        verdict = f"{damaged} found damaged" if damaged else "all as they were kept"
        say(f"{seen.articles} articles, {seen.captures} captures, {files}: {verdict}")
    if damaged:
        say("what is damaged stays as it is; put the file back from a copy, or crawl the site again while it is there")
    return 1 if damaged else 0
