"""``newsarchive import warc``: WARC and WACZ files that others made."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, readers, say, workers_option

if TYPE_CHECKING:
    from newsarchive.archive.foreign import Damage
    from newsarchive.archive.importing import Importing, SiteImport
    from newsarchive.archive.readers import Readers
    from newsarchive.sites.profile import Profile

_TOLD = 20
"""Damages of one file that are told one by one; of a file torn to pieces there are thousands."""


@click.command("warc")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--site", "sites", multiple=True, metavar="S", help="Take this site's pages only; may be said again.")
@workers_option
@json_option
@click.pass_context
def warc_command(
    context: click.Context, files: tuple[str, ...], sites: tuple[str, ...], workers: int | None, as_json: bool
) -> int:
    """Take in pages from WARC and WACZ files that others made (wget, Heritrix, Browsertrix …).

    Taken are pages on the hosts of the sites there are profiles of, or of those named with --site, with the times they
    were captured at. Importing a file twice is as once.

    Exit status 1 where something in a file is damaged, was left out or could not be read as what it was known to be; 2
    for a file or site that is not there; 3 where no page of the sites is in the files; 4 where a crawl is at work on
    one of the sites.
    """
    path = folder(context)
    return take_in(path, files, sites, as_json=as_json, readers=readers(path, workers))


def take_in(
    path: Path, files: tuple[str, ...], sites: tuple[str, ...], *, as_json: bool, readers: Readers | None = None
) -> int:
    """What the command does, with processes of this machine or with other ``readers``; returns its exit status."""
    paths = [Path(name) for name in files]
    if missing := [str(name) for name in paths if not name.is_file()]:
        raise CommandError(f"no such file: {', '.join(missing)}", 2)
    profiles = _profiles(path, sites)
    damages = _Damages()
    importing, done = _import(path, paths, profiles, sites, damages, readers)
    damages.tell_rest()
    if as_json:
        print_json([_as_object(site) for site in done])
    _report(done)
    if not importing.seen:
        named = ", ".join(sites) if sites else "the sites that `newsarchive sites` lists"
        say(f"newsarchive: nothing taken: no page of {named} in {', '.join(files)}")
        return 3
    return 1 if damages.count or any(site.unread or site.run.get("failed") for site in done) else 0


def _profiles(path: Path, sites: tuple[str, ...]) -> dict[str, Profile]:
    """The profiles of all sites. Raises :class:`CommandError` (2) where one that is named is unknown or wrong."""
    from newsarchive.sites.profile import ProfileError, load_site, site_files

    profiles = {}
    for name in sorted({*site_files(path), *sites}):
        try:
            profiles[name] = load_site(name, path)
        except ProfileError as error:
            if name in sites:
                raise CommandError(str(error), 2) from error
            say(f"newsarchive: {error}; nothing of this site is taken")
    if not profiles:
        raise CommandError("no site has a profile; `newsarchive sites new URL` makes one", 2)
    return profiles


def _import(
    path: Path,
    files: list[Path],
    profiles: dict[str, Profile],
    sites: tuple[str, ...],
    damages: _Damages,
    readers: Readers | None,
) -> tuple[Importing, list[SiteImport]]:
    from tqdm import tqdm

    from newsarchive.archive.importing import Importing
    from newsarchive.archive.locks import SiteBusyError
    from newsarchive.archive.store import ArchiveError

    quiet = not sys.stderr.isatty()
    try:
        with Importing(path, profiles, sites or tuple(profiles), damages.tell, readers=readers) as importing:
            for file in files:
                with tqdm(total=file.stat().st_size, unit="B", unit_scale=True, disable=quiet, leave=False) as bar:
                    for place in importing.take(file):
                        bar.update(max(place - bar.n, 0))
            with tqdm(unit=" pages", disable=quiet, leave=False) as bar:
                return importing, importing.read(bar.update)
    except SiteBusyError as error:
        raise CommandError(str(error), 4) from error
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    except (OSError, sqlite3.Error) as error:
        raise CommandError(f"stopped: {error}; what came before it is kept, import the files again", 3) from error


class _Damages:
    """Tells of damages, up to :data:`_TOLD` of each file, and counts them."""

    def __init__(self) -> None:
        self._of_file: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return self._of_file.total()

    def tell(self, damage: Damage) -> None:
        self._of_file[damage.file] += 1
        if self._of_file[damage.file] <= _TOLD:
            say(f"newsarchive: {damage}")

    def tell_rest(self) -> None:
        for file, count in self._of_file.items():
            if count > _TOLD:
                say(f"newsarchive: {file}: {count - _TOLD} more places like these")


def _as_object(site: SiteImport) -> dict[str, Any]:
    return {**site.run, "captures": site.captures, "unknown": site.unknown, "unread": site.unread}


def _report(done: list[SiteImport]) -> None:
    for site in done:
        for sentence in site.unread[:_TOLD]:
            say(f"newsarchive: {sentence}")
        if len(site.unread) > _TOLD:
            say(f"newsarchive: {site.site}: {len(site.unread) - _TOLD} more captures that cannot be read")
        say(f"{site.site}: {site.run.get('outcome')}: {site.run.get('detail')}")
        if site.unknown:
            say(f"{site.site}: {site.unknown} pages are kept and not read: no listing names them as articles")
