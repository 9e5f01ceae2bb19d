"""``newsarchive import wayback``: a site's past, as a web archive captured it."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, Day, folder, json_option, print_json, say

if TYPE_CHECKING:
    from newsarchive.archive.cdx import Server
    from newsarchive.sites.profile import Profile


@click.command("wayback")
@click.argument("site", metavar="SITE")
@click.option("--from", "first", type=Day(), metavar="D", help="Captures of this day and later ones only.")
@click.option("--to", "last", type=Day(), metavar="D", help="Captures of this day and earlier ones only.")
@click.option(
    "--server",
    "address",
    default="https://web.archive.org",
    metavar="URL",
    show_default=True,
    help="The web archive to ask; of one that runs pywb, the address of a collection.",
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    default=1.5,
    metavar="SECONDS",
    show_default=True,
    help="How long to wait between two requests.",
)
@json_option
@click.pass_context
def wayback_command(
    context: click.Context,
    site: str,
    first: date | None,
    last: date | None,
    address: str,
    delay: float,
    as_json: bool,
) -> int:
    """Bring in what a web archive captured of a site: pages, and that pages were gone, each at its time.

    An import that was stopped or killed is gone on with by the same command. Where nothing is left to do, the web
    archive is asked for what it has captured since.
    """
    from newsarchive.archive.cdx import Server
    from newsarchive.sites.profile import ProfileError, load_site

    archive = folder(context)
    try:
        profile = load_site(site, archive)
        server = Server.at(address)
    except (ProfileError, ValueError) as error:
        raise CommandError(str(error), 2) from error
    if first and last and first > last:
        raise CommandError(f"--from {first} is later than --to {last}", 2)
    run, status = _import(archive, profile, server, delay, _digits(first), _digits(last))
    if as_json:
        print_json([run])
    return status


def _digits(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""


def _import(
    archive: Path, profile: Profile, server: Server, delay: float, first: str, last: str
) -> tuple[dict[str, Any], int]:
    """Run the import to its end; returns the row of ``runs`` and the exit status."""
    from newsarchive.archive.locks import SiteBusyError
    from newsarchive.archive.run import EXIT_STATUS
    from newsarchive.archive.store import ArchiveError
    from newsarchive.cli.crawl import scrapy_settings
    from newsarchive.spiders.news import open_run
    from newsarchive.spiders.process import Process
    from newsarchive.spiders.wayback import wayback_spider

    span = f", captures of {first or 'the beginning'} to {last or 'now'}" if first or last else ""
    try:
        run = open_run(archive, profile, f"{profile.name}: what {server.lists} lists{span}; delay {delay:g} s")
    except SiteBusyError as error:
        raise CommandError(str(error), 4) from error
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    except sqlite3.Error as error:
        raise CommandError(f"{archive / 'news.db'}: cannot be written ({error})", 3) from error
    process = Process(scrapy_settings(archive))
    progress = _Progress(profile.name, sys.stderr.isatty())
    task = process.crawl(
        process.create_crawler(wayback_spider(profile, server, delay)),
        run=run,
        shared=_shared_hosts(profile, archive),
        first=first,
        last=last,
        progress=progress,
    )
    process.start()
    progress.close()
    if not run.record:
        trouble = None if task.cancelled() or not task.done() else task.exception()
        why = f"the import could not be started: {trouble or 'see the log'}"
        run.finish("interrupted", why if task.done() else "stopped before the end; the same command goes on from here")
    say(f"{profile.name}: {run.record['outcome']}: {run.record['detail']}")
    return run.record, EXIT_STATUS.get(str(run.record["outcome"]), 1)


def _shared_hosts(profile: Profile, archive: Path) -> frozenset[str]:
    """The hosts of a site on which other sites' pages stand too."""
    from newsarchive.archive.importing import hosts_of_one
    from newsarchive.sites.profile import ProfileError, load_site, site_files

    profiles = []
    for name in site_files(archive):
        with contextlib.suppress(ProfileError):
            profiles.append(load_site(name, archive))
    return frozenset(profile.hosts) - hosts_of_one(profiles)


class _Progress:
    """A bar of captures on a terminal; off it one line as the import begins."""

    def __init__(self, site: str, terminal: bool):
        self.bar: Any = None
        if terminal:
            from tqdm import tqdm

            self.bar = tqdm(desc=site, unit=" captures", dynamic_ncols=True, leave=False)
        else:
            say(f"{site}: asking the web archive")

    def __call__(self, stage: str, done: int, left: int) -> None:
        """So many captures are ``listed``, or ``fetched`` with others left."""
        if self.bar is not None:
            self.bar.total = done + left if stage == "fetched" else done
            self.bar.n = done if stage == "fetched" else 0
            self.bar.refresh()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()
