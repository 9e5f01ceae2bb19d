"""``newsarchive crawl``."""

from __future__ import annotations

import sys
from collections import deque
from datetime import date
from pathlib import Path
from typing import Any

import click

from newsarchive.archive.locks import SiteBusyError
from newsarchive.archive.run import EXIT_STATUS
from newsarchive.archive.store import ArchiveError
from newsarchive.cli.common import CommandError, Day, folder, json_option, print_json, say
from newsarchive.sites.profile import Profile, ProfileError, load_site, site_files

AT_ONCE = 8
"""Sites crawled side by side; each is polite by itself."""


@click.command("crawl")
@click.argument("sites", nargs=-1, metavar="SITE…")
@click.option("--all", "all_sites", is_flag=True, help="Every site there is a profile of.")
@click.option("--since", type=Day(), metavar="D", help="Walk listings back to this day only.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles of each site.")
@click.option("--full", is_flag=True, help="Fetch everything ever found again, to see what changed or went.")
@json_option
@click.pass_context
def crawl_command(
    context: click.Context,
    sites: tuple[str, ...],
    all_sites: bool,
    since: date | None,
    limit: int | None,
    full: bool,
    as_json: bool,
) -> int:
    """Crawl sites into the archive: new articles, and what an earlier crawl left undone.

    A crawl that was stopped or killed is gone on with by the next one.
    """
    archive = folder(context)
    if not sites and not all_sites:
        raise CommandError("name a site (`newsarchive sites` lists them) or say --all", 2)
    try:
        names = list(site_files(archive)) if all_sites else list(dict.fromkeys(sites))
        profiles = [load_site(name, archive) for name in names]
    except ProfileError as error:
        raise CommandError(str(error), 2) from error
    runs, status = crawl(profiles, archive, since=since, limit=limit, full=full)
    if as_json:
        print_json(runs)
    return status


def crawl(
    profiles: list[Profile], archive: Path, *, since: date | None = None, limit: int | None = None, full: bool = False
) -> tuple[list[dict[str, Any]], int]:
    """Crawl sites side by side, progress on stderr; returns the rows of ``runs`` and the exit status (the worst).

    One process can do this once: Twisted's reactor does not start again. Raises :class:`CommandError` where the archive
    cannot be written or the only site is held by another run.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.set("NEWSARCHIVE_DIR", str(archive), priority="cmdline")
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    progress = _Progress(sys.stderr.isatty())
    waiting = deque(profiles)
    records: list[dict[str, Any]] = []
    statuses: list[int] = []
    process = AsyncCrawlerProcess(settings)

    def launch() -> None:
        """Start the next site that is free; on its end, the next."""
        from newsarchive.spiders.loader import spider_class
        from newsarchive.spiders.news import open_run

        while waiting:
            profile = waiting.popleft()
            try:
                run = open_run(archive, profile)
            except SiteBusyError as error:
                say(str(error))
                statuses.append(4)
                continue
            crawler = process.create_crawler(spider_class(profile))
            progress.watch(crawler, profile.name)
            task = process.crawl(crawler, run=run, since=since, limit=limit, full=full)

            def ended(_: object, run: Any = run) -> None:
                if not run.record:
                    run.finish("interrupted", "the crawl could not be started; see the log")
                records.append(run.record)
                statuses.append(EXIT_STATUS.get(run.record["outcome"], 1))
                progress.end(run.record)
                try:
                    launch()
                except ArchiveError as error:
                    say(str(error))
                    statuses.append(2)

            task.add_done_callback(ended)
            return

    try:
        for _ in range(min(AT_ONCE, len(profiles))):
            launch()
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    if len(statuses) < len(profiles):
        process.start()
    progress.close()
    return records, max(statuses, default=0) if len(profiles) > 1 else (statuses or [0])[0]


class _Progress:
    """A bar of articles on a terminal; off it one plain line as a site begins and ends."""

    def __init__(self, terminal: bool):
        self.bar: Any = None
        if terminal:
            from tqdm import tqdm

            self.bar = tqdm(unit=" pages", dynamic_ncols=True, leave=False)

    def watch(self, crawler: Any, site: str) -> None:
        """Count a crawler's pages."""
        from scrapy import signals

        if self.bar is None:
            say(f"{site}: crawling")
            return
        crawler.signals.connect(self._page, signal=signals.item_scraped, weak=False)

    def _page(self, item: Any, spider: Any) -> None:
        self.bar.set_description(f"{spider.name}: {spider.run.articles_new} new", refresh=False)
        if self.bar.n % 10 == 0:
            self.bar.total = self.bar.n + spider.run.frontier.left()
        self.bar.update()

    def end(self, record: dict[str, Any]) -> None:
        """One line that says how a run ended."""
        if self.bar is not None:
            self.bar.clear()
        say(f"{record['site']}: {record['outcome']}: {record['detail']}")

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()
