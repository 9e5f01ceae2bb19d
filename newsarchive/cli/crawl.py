"""``newsarchive crawl``."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections import deque
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, Day, Duration, folder, json_option, print_json, say
from newsarchive.sites.profile import Profile, ProfileError, load_site, site_files

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from newsarchive.archive.run import CrawlRun

AT_ONCE = 8
"""Sites crawled side by side; each is polite by itself."""


def crawl_options(command: Callable[..., int]) -> Callable[..., int]:
    """The sites to crawl, and how: the argument and the options of every command that crawls."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.argument("sites", nargs=-1, metavar="SITE…"),
    click.option("--all", "all_sites", is_flag=True, help="Every site there is a profile of."),
    click.option("--since", type=Day(), metavar="D", help="Walk listings back to this day only."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles of each site."),
    click.option("--full", is_flag=True, help="Fetch everything ever found again, to see what changed or went."),
    click.option(
        "--max-time",
        type=Duration(),
        metavar="T",
        help="End after T (90s, 45m, 2h); the rest stays due. All sites together.",
    ),
    click.option("--no-images", is_flag=True, help="Leave the articles' pictures where they are."),
    json_option,
)


@click.command("crawl")
@crawl_options
@click.pass_context
def crawl_command(
    context: click.Context,
    sites: tuple[str, ...],
    all_sites: bool,
    since: date | None,
    limit: int | None,
    full: bool,
    max_time: float | None,
    no_images: bool,
    as_json: bool,
) -> int:
    """Crawl sites into the archive: new articles with their pictures, and what an earlier crawl left undone.

    A crawl that was stopped or killed is gone on with by the next one. With --all a broken profile does not keep the
    other sites from being crawled (the exit status is then 2 or more), and the site whose last crawl is longest ago
    comes first.
    """
    until = monotonic() + max_time if max_time is not None else None
    archive = folder(context)
    profiles, broken = chosen_profiles(archive, sites, all_sites=all_sites)
    runs, status = crawl(profiles, archive, since=since, limit=limit, full=full, images=not no_images, until=until)
    if as_json:
        print_json(runs)
    return max(status, 2) if broken else status


def chosen_profiles(archive: Path, names: tuple[str, ...], *, all_sites: bool) -> tuple[list[Profile], bool]:
    """The profiles of the named sites, or of all sites whose profile is good, and whether one is broken.

    All come in the order in which they are to be crawled. Raises :class:`CommandError` (2) for a named site that is
    unknown or broken, and where both or neither are asked for.
    """
    if bool(names) == all_sites:
        raise CommandError("name sites (`newsarchive sites` lists them), or say --all", 2)
    profiles, broken = [], False
    for name in dict.fromkeys(names) or site_files(archive):
        try:
            profiles.append(load_site(name, archive))
        except ProfileError as error:
            if names:
                raise CommandError(str(error), 2) from error
            say(f"newsarchive: {error}")
            broken = True
    return _longest_ago_first(archive, profiles) if all_sites else profiles, broken


def _longest_ago_first(folder: Path, profiles: list[Profile]) -> list[Profile]:
    """Sites in the order in which their latest crawls began, those never crawled first: where time is short, each has
    its turn."""
    from newsarchive.archive.store import Archive, ArchiveError

    begun: dict[str, str] = {}
    # An archive that cannot be read is told of when it is opened to be written.
    with contextlib.suppress(ArchiveError, sqlite3.Error, OSError), Archive.read(folder) as archive:
        rows = archive.rows("SELECT site, max(started_at) AS at FROM runs WHERE outcome != 'imported' GROUP BY site")
        begun = {row["site"]: row["at"] for row in rows}
    return sorted(profiles, key=lambda profile: begun.get(profile.name, ""))


def crawl(
    profiles: list[Profile],
    archive: Path,
    *,
    since: date | None = None,
    limit: int | None = None,
    full: bool = False,
    images: bool = True,
    lines: bool = True,
    until: float | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """Crawl sites side by side, progress on stderr; returns the rows of ``runs`` and the exit status (the worst).

    Without ``images`` no pictures are fetched, whatever the profiles say. Without ``lines`` there is only the bar on a
    terminal, and no word of how a site began and ended. At the moment ``until`` (of the monotonic clock) all end.

    One process can do this once: Twisted's reactor does not start again. Where the archive cannot be made or written,
    no further site is begun, and the status is 2 or 3. Raises :class:`CommandError` (2) for a setting that is wrong.
    """
    progress = _Progress(sys.stderr.isatty(), lines)
    crawls = _Crawls(profiles, archive, progress, until, since=since, limit=limit, full=full, images=images)
    crawls.work()
    return crawls.records, max(crawls.statuses, default=0)


def scrapy_settings(archive: Path) -> Settings:
    """The project's settings for an archive, quiet but for errors."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.set("NEWSARCHIVE_DIR", str(archive), priority="cmdline")
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    return settings


class _Crawls:
    """Crawls of several sites in one process, :data:`AT_ONCE` at a time, ``until`` a moment of the monotonic clock;
    ``arguments`` are the spiders'."""

    def __init__(
        self, profiles: list[Profile], archive: Path, progress: _Progress, until: float | None, **arguments: Any
    ):
        from newsarchive.archive.revisits import read_ages
        from newsarchive.spiders.pictures import Bounds
        from newsarchive.spiders.process import Process

        settings = scrapy_settings(archive)
        try:
            Bounds.of(settings)
            read_ages(settings["NEWSARCHIVE_REVISIT"])
        except ValueError as error:
            raise CommandError(str(error), 2) from error
        self.process = Process(settings)
        self.archive = archive
        self.arguments = arguments
        self.waiting = deque(profiles)
        self.running: list[CrawlRun] = []
        self.until = until
        self.timer: asyncio.TimerHandle | None = None
        self.records: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.progress = progress

    def work(self) -> None:
        """Crawl until no site waits."""
        try:
            begun = [self._begin() for _ in range(min(AT_ONCE, len(self.waiting)))]
            if any(begun):
                self.process.start()
            self._close_unended()
        finally:
            self.progress.close()

    def _begin(self) -> bool:
        """Start the next site that is free; False where there is none."""
        from newsarchive.archive.locks import SiteBusyError
        from newsarchive.archive.store import ArchiveError
        from newsarchive.spiders.loader import spider_class
        from newsarchive.spiders.news import open_run

        while self.waiting:
            profile = self.waiting.popleft()
            try:
                run = open_run(self.archive, profile)
            except SiteBusyError as error:
                say(f"newsarchive: {error}")
                self.statuses.append(4)
                continue
            except ArchiveError as error:
                return self._refused(str(error), 2)
            except sqlite3.Error as error:
                return self._refused(f"{self.archive / 'news.db'}: cannot be written ({error})", 3)
            crawler = self.process.create_crawler(spider_class(profile))
            self.progress.watch(crawler, profile.name)
            task = self.process.crawl(crawler, run=run, **self.arguments)
            task.add_done_callback(partial(self._ended, run=run, crawler=crawler))
            self.running.append(run)
            if self.until is not None and self.timer is None:
                loop = task.get_loop()
                self.timer = loop.call_later(max(0.0, self.until - monotonic()), self._end_by_deadline)
            return True
        return False

    def _end_by_deadline(self) -> None:
        """Time is over: the sites at work end, no other begins."""
        if self.waiting:
            say(f"newsarchive: out of time; not begun: {', '.join(profile.name for profile in self.waiting)}")
            self.waiting.clear()
        for run in self.running:
            run.end_by_deadline()

    def _ended(self, task: asyncio.Task[None], *, run: CrawlRun, crawler: Any) -> None:
        """A site's crawl is over: keep its row, say how it ended, start the next."""
        self.running.remove(run)
        error = None if task.cancelled() else task.exception()
        if not run.record:
            run.finish("interrupted", f"the crawl could not be started: {error or 'see the log'}")
        self._count(run.record)
        if crawler.stats is not None and crawler.stats.get_value("finish_reason") == "shutdown" and self.waiting:
            say(f"newsarchive: stopped; not begun: {', '.join(profile.name for profile in self.waiting)}")
            self.waiting.clear()
        if not self._begin() and not self.running and self.timer is not None:
            self.timer.cancel()

    def _close_unended(self) -> None:
        """Stopped by a signal while an answer was still under way, which is let go: what was kept is safe."""
        from newsarchive.spiders.news import verdict

        for run in self.running:
            run.finish(*verdict(run, "shutdown", errors=0, left=0))
            self._count(run.record)
        self.running.clear()

    def _refused(self, reason: str, status: int) -> bool:
        """The archive takes no run: no other site would fare better."""
        say(f"newsarchive: {reason}")
        self.statuses.append(status)
        self.waiting.clear()
        return False

    def _count(self, record: dict[str, Any]) -> None:
        from newsarchive.archive.run import EXIT_STATUS

        self.records.append(record)
        self.statuses.append(EXIT_STATUS.get(record["outcome"], 1))
        self.progress.end(record)


class _Progress:
    """A bar of articles on a terminal; off it one plain line as a site begins; and one line as it ends."""

    def __init__(self, terminal: bool, lines: bool):
        self.lines = lines
        self.bar: Any = None
        self.left: dict[str, int] = {}
        if terminal:
            from tqdm import tqdm

            self.bar = tqdm(unit=" pages", dynamic_ncols=True, leave=False)

    def watch(self, crawler: Any, site: str) -> None:
        """Count a crawler's pages."""
        from scrapy import signals

        if self.bar is None:
            if self.lines:
                say(f"{site}: crawling")
            return
        crawler.signals.connect(self._page, signal=signals.item_scraped, weak=False)

    def _page(self, item: Any, spider: Any) -> None:
        self.bar.set_description(f"{spider.name}: {spider.run.articles_new} new", refresh=False)
        if self.bar.n % 10 == 0:
            self.left[spider.name] = spider.run.frontier.left()
            self.bar.total = self.bar.n + sum(self.left.values())
        self.bar.update()

    def end(self, record: dict[str, Any]) -> None:
        """One line that says how a run ended."""
        self.left.pop(str(record["site"]), None)
        if self.bar is not None:
            self.bar.clear()
        if self.lines:
            say(f"{record['site']}: {record['outcome']}: {record['detail']}")

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()
