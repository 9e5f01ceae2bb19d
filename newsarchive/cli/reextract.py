"""``newsarchive reextract``: today's extractor over everything captured."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import (
    CommandError,
    folder,
    json_option,
    print_json,
    readers,
    reading,
    say,
    show,
    workers_option,
)

if TYPE_CHECKING:
    from newsarchive.archive.readers import Readers
    from newsarchive.archive.reextract import Reread
    from newsarchive.sites.profile import Profile

_SHOWN = 10
"""Examples of what would change that are shown of each field."""


@click.command("reextract")
@click.argument("sites", nargs=-1, metavar="[SITE…]")
@click.option("--dry-run", is_flag=True, help="Only show what would be read otherwise, field by field.")
@workers_option
@json_option
@click.pass_context
def reextract_command(
    context: click.Context, sites: tuple[str, ...], dry_run: bool, workers: int | None, as_json: bool
) -> int:
    """Read everything captured anew with today's extractor and profiles, on all cores, without a request to a site.

    Without SITE, all sites of the archive. What is read otherwise becomes a version that is the extractor's, not the
    site's; earlier versions stay. A page that was refused when it came and is an article now is kept. Exit status 1
    where a page that is kept could not be read any more: its article stays as it was.
    """
    path = folder(context)
    return read_anew(path, sites, dry_run=dry_run, as_json=as_json, readers=readers(path, workers))


def read_anew(
    path: Path, sites: tuple[str, ...], *, dry_run: bool, as_json: bool, readers: Readers | None = None
) -> int:
    """What the command does, with processes of this machine or with other ``readers``; returns its exit status."""
    profiles, total = _profiles(path, sites)
    summary = _read_all(path, profiles, total, dry_run=dry_run, readers=readers)
    if as_json:
        print_json(summary.as_object())
    else:
        summary.show()
    return 1 if summary.refused else 0


def _profiles(path: Path, sites: tuple[str, ...]) -> tuple[dict[str, Profile], int]:
    """The profiles of the sites to read, and about how many captures there are. Raises :class:`CommandError` (2)."""
    from newsarchive.sites.profile import ProfileError, load_site

    with reading(path) as archive:
        known = [row["name"] for row in archive.rows("SELECT name FROM sites ORDER BY name")]
        (total,) = archive.rows("SELECT count(DISTINCT capture_id) FROM readings")[0]
    if missing := sorted(set(sites) - set(known)):
        raise CommandError(
            f"the archive has nothing of {', '.join(missing)}; it has {', '.join(known) or 'no site'}", 2
        )
    try:
        return {name: load_site(name, path) for name in sites or known}, total
    except ProfileError as error:
        raise CommandError(f"{error}; a profile says how a site's pages are read", 2) from error


def _read_all(
    path: Path, profiles: dict[str, Profile], total: int, *, dry_run: bool, readers: Readers | None
) -> _Summary:
    from tqdm import tqdm

    from newsarchive.archive.locks import SiteBusyError
    from newsarchive.archive.reextract import reextract, reread
    from newsarchive.archive.store import ArchiveError

    summary = _Summary(dry_run)
    try:
        with tqdm(total=total, unit=" pages", disable=not sys.stderr.isatty(), leave=False) as progress:
            batches: Iterator[list[tuple[Reread, str]]]
            if dry_run:
                batches = ([(read, "") for read in batch] for batch in reread(path, profiles, readers=readers))
            else:
                batches = reextract(path, profiles, readers=readers)
            for batch in batches:
                progress.update(len(batch))
                for read, outcome in batch:
                    summary.add(read, outcome)
    except SiteBusyError as error:
        raise CommandError(str(error), 4) from error
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    return summary


@dataclass
class _Summary:
    """What came of it: how many pages with which outcome, and how many articles would differ in which field."""

    dry_run: bool
    outcomes: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Reread] = field(default_factory=list)

    def add(self, read: Reread, outcome: str) -> None:
        self.outcomes[outcome] += 1
        if read.reason and not read.new:
            self.refused.append(read)
        differs = ("(a new article)",) if read.new and read.article else read.differs
        for name in differs:
            self.fields[name] += 1
            if len(self.examples[name]) < _SHOWN:
                self.examples[name].append(read.url)

    def as_object(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "pages": self.outcomes.total(),
            "new": self.outcomes["new"],
            "changed": self.outcomes["changed"],
            "fields": dict(self.fields),
            "examples": dict(self.examples),
            "refused": [{"url": read.url, "site": read.site, "reason": read.reason} for read in self.refused],
        }

    def show(self) -> None:
        for name, count in self.fields.most_common():
            show(f"{count:>7}  {name}")
            for url in self.examples[name]:
                show(f"         {url}", dim=True)
        for read in self.refused[:_SHOWN]:
            say(f"newsarchive: {read.url} of {read.capture.fetched_at}: {read.reason}; what is kept of it stays")
        done = f"{self.outcomes.total()} pages read anew: "
        if self.dry_run:
            differ = f"differences in {', '.join(self.fields)}" if self.fields else "all say what is kept"
            say(f"{done}{differ}; nothing was written")
        else:
            new, changed = self.outcomes["new"], self.outcomes["changed"]
            say(f"{done}{new} new articles, {changed} new versions, {len(self.refused)} not readable now")
