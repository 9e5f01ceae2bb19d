"""``newsarchive cluster``: crawl, reextract and import warc on many machines."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, reading, say
from newsarchive.cli.crawl import chosen_profiles, crawl_options

if TYPE_CHECKING:
    from newsarchive.cluster.connection import Cluster

scheduler_option = click.option(
    "--scheduler", required=True, metavar="ADDRESS", help="The scheduler's address: tcp://HOST:8786."
)


@click.group("cluster")
def cluster_command() -> None:
    """Work on many machines, given out by dask's scheduler; all see the archive's folder under one path.

    Start `dask scheduler` on one machine, and `dask worker tcp://HOST:8786 --nworkers -1 --nthreads 4` on each.
    """


@cluster_command.command("crawl")
@scheduler_option
@crawl_options
@click.pass_context
def crawl_command(
    context: click.Context,
    sites: tuple[str, ...],
    scheduler: str,
    all_sites: bool,
    since: date | None,
    limit: int | None,
    full: bool,
    max_time: float | None,
    no_images: bool,
    as_json: bool,
) -> int:
    """Crawl sites into the archive on the cluster's workers, each site on one of them.

    What `crawl` does, with its options and exit statuses. A worker that is lost costs nothing but time: another goes
    on with its sites.
    """
    from newsarchive.archive.store import Archive, ArchiveError
    from newsarchive.cluster.crawls import Crawls

    until = time.time() + max_time if max_time is not None else None
    path = folder(context)
    profiles, broken = chosen_profiles(path, sites, all_sites=all_sites)
    options = ["--full"] * full + ["--no-images"] * no_images
    options += ["--since", since.isoformat()] if since else []
    options += ["--limit", str(limit)] if limit else []
    try:
        Archive.create(path).close()
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    with _cluster(scheduler, path) as cluster, _Progress(len(profiles)) as progress:
        crawls = Crawls(cluster, path, [profile.name for profile in profiles], options, until, progress)
        crawls.work()
    if as_json:
        print_json(crawls.records)
    return max([*crawls.statuses, 2 if broken else 0])


@cluster_command.command("reextract")
@click.argument("sites", nargs=-1, metavar="[SITE…]")
@scheduler_option
@click.option("--dry-run", is_flag=True, help="Only show what would be read otherwise, field by field.")
@json_option
@click.pass_context
def reextract_command(
    context: click.Context, sites: tuple[str, ...], scheduler: str, dry_run: bool, as_json: bool
) -> int:
    """Read everything captured anew, on the cluster's workers.

    What `reextract` does, with the same result.
    """
    from newsarchive.cli.reextract import read_anew
    from newsarchive.cluster.readers import ClusterReaders

    path = folder(context)
    with reading(path):
        pass
    with _cluster(scheduler, path) as cluster:
        return read_anew(path, sites, dry_run=dry_run, as_json=as_json, readers=ClusterReaders(cluster))


@cluster_command.group("import")
def import_command() -> None:
    """Take in what others captured."""


@import_command.command("warc")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@scheduler_option
@click.option("--site", "sites", multiple=True, metavar="S", help="Take this site's pages only; may be said again.")
@json_option
@click.pass_context
def warc_command(
    context: click.Context, files: tuple[str, ...], scheduler: str, sites: tuple[str, ...], as_json: bool
) -> int:
    """Take in pages from WARC and WACZ files, and have them read by the cluster's workers.

    What `import warc` does, with the same result. The files are read by this machine alone.
    """
    from newsarchive.archive.store import Archive, ArchiveError
    from newsarchive.cli.import_warc import take_in
    from newsarchive.cluster.readers import ClusterReaders

    path = folder(context)
    try:
        Archive.create(path).close()
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    with _cluster(scheduler, path) as cluster:
        return take_in(path, files, sites, as_json=as_json, readers=ClusterReaders(cluster))


@contextmanager
def _cluster(address: str, path: Path) -> Iterator[Cluster]:
    """The cluster at an address; what goes wrong with it is one sentence."""
    from newsarchive.archive.store import ArchiveError
    from newsarchive.cluster.connection import ClusterError, connect

    try:
        with connect(address, path, lambda text: say(f"newsarchive: {text}")) as cluster:
            yield cluster
    except ClusterError as error:
        raise CommandError(str(error), error.status) from error
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error


class _Progress:
    """A bar of sites on a terminal; off it one plain line as a site begins; and one line as it ends."""

    def __init__(self, total: int):
        self.bar: Any = None
        self.at_work: dict[str, str] = {}
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=total, unit=" sites", dynamic_ncols=True, leave=False)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def say(self, text: str) -> None:
        """A line for a person, above the bar."""
        if self.bar is not None:
            self.bar.clear()
        say(f"newsarchive: {text}")
        if self.bar is not None:
            self.bar.refresh()

    def begun(self, site: str, worker: str) -> None:
        """A worker is at work on a site."""
        self.at_work[site] = worker
        if self.bar is None:
            say(f"{site}: crawling on {worker}")
        else:
            self._describe()

    def ended(self, site: str, how: str) -> None:
        """A site is done, or given up."""
        self.at_work.pop(site, None)
        if self.bar is not None:
            self.bar.clear()
        say(f"{site}: {how}")
        if self.bar is not None:
            self._describe()
            self.bar.update()

    def _describe(self) -> None:
        workers = len(set(self.at_work.values()))
        self.bar.set_description(f"{len(self.at_work)} at work on {workers} worker{'s' * (workers != 1)}")
