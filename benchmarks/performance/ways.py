"""Three programs that walk the site, each in a process of its own that has loaded nothing of the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Self

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Request, Response

from benchmarks.performance.site import LISTING

if TYPE_CHECKING:
    from newsarchive.archive.run import CrawlRun

AT_ONCE = 16
"""Requests at once: Scrapy's own default, and the most that a profile may say."""
_SELECTORS = {
    "title": "h1::text",
    "date": ".date::text",
    "lead": ".sapo::text",
    "body": ".content p::text",
    "caption": "figcaption::text",
    "byline": ".author::text",
}


class Meter:
    """The moment a crawl began: its process has loaded all it needs, and asked for nothing yet."""

    begun: ClassVar[tuple[float, float]]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait for the spider to be opened."""
        crawler.signals.connect(cls.begin, signal=signals.spider_opened)
        return cls()

    @classmethod
    def begin(cls) -> None:
        """It is."""
        cls.begun = perf_counter(), sum(os.times()[:4])

    @classmethod
    def since(cls) -> tuple[float, float]:
        """Seconds since then, and the processor's in them, also for processes that were started and have ended."""
        seconds, cpu = cls.begun
        return perf_counter() - seconds, sum(os.times()[:4]) - cpu


class Discarding(Spider):
    """Walks the listing, asks for each article and lets it go."""

    name = "discarding"
    got = 0

    def parse(self, response: Response) -> Iterator[Request]:
        """A page of the listing."""
        for place in response.css(".list a::attr(href)").getall():
            yield response.follow(place, self.article)
        for place in response.css(".main > a::attr(href)").getall():
            yield response.follow(place)

    def article(self, response: Response) -> dict[str, object] | None:
        """An article's page."""
        self.got += 1
        return None


class Selecting(Discarding):
    """The same, with six CSS selectors an article."""

    name = "selecting"

    def article(self, response: Response) -> dict[str, object] | None:
        """An article's page."""
        self.got += 1
        fields = {name: response.css(selector).getall() for name, selector in _SELECTORS.items()}
        return {"url": response.url, **{name: "\n".join(texts).strip() for name, texts in fields.items()}}


def discard(folder: Path, base: str) -> tuple[int, float, float]:
    """Bare Scrapy. Like the next two: articles, seconds, the processor's seconds."""
    return _scrapy(Discarding, base, {})


def select(folder: Path, base: str) -> tuple[int, float, float]:
    """Scrapy as most people use it."""
    return _scrapy(Selecting, base, {"FEEDS": {folder / "articles.jsonl": {"format": "jsonlines"}}})


def archive(folder: Path, base: str) -> tuple[int, float, float]:
    """``newsarchive crawl`` with all it does: WARC, dates, versions, both full-text tables."""
    from newsarchive import settings
    from newsarchive.cli.crawl import crawl
    from newsarchive.sites.profile import load_profile

    # No profile can be as impolite as that: a crawl slows down where a site is slow.
    settings.AUTOTHROTTLE_ENABLED = False
    settings.EXTENSIONS[f"{__name__}.Meter"] = 0
    place = folder / "sites" / "sen-hong.toml"
    place.write_text(
        f'title = "Quận Sen Hồng"\nlistings = ["{base}{LISTING}"]\ndelay = 0\nconcurrency = {AT_ONCE}\n'
        "images = false\n",
        encoding="utf-8",
    )
    runs, status = crawl([load_profile(place)], folder, lines=False)
    if status:
        raise RuntimeError(runs[0]["detail"])
    return runs[0]["articles_new"], *Meter.since()


def archive_unrecorded(folder: Path, base: str) -> tuple[int, float, float]:
    """The same, and what was seen is not kept: pages are read and stored just so, without a WARC file."""
    from newsarchive import settings

    del settings.EXTENSIONS["newsarchive.recorder.Recorder"]
    settings.EXTENSIONS[f"{__name__}.NoRecorder"] = 0
    return archive(folder, base)


class NoRecorder:
    """In the recorder's place: gives every page one and the same made-up capture, and writes nothing."""

    def __init__(self, run: CrawlRun) -> None:
        from newsarchive.items import Capture

        made_up = Capture(0, "http://x/", "2021-01-01T00:00:00Z", 200, "text/html", "sha256:", "x.warc.gz", 0, 0)
        made_up.id = run.archive.keep_capture(made_up, run.id)
        self.capture = made_up

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connect to the signal that the recorder hears."""
        instead = cls(crawler.spider.run)  # type: ignore[union-attr]
        crawler.signals.connect(instead.pass_on, signal=signals.response_downloaded, weak=False)
        return instead

    def pass_on(self, response: Response, request: Request, spider: Spider) -> None:
        """What the recorder does for the spider."""
        from newsarchive.recorder import CAPTURE

        request.meta[CAPTURE] = self.capture


def _scrapy(spider: type[Spider], base: str, more: dict[str, object]) -> tuple[int, float, float]:
    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "COOKIES_ENABLED": False,
        "EXTENSIONS": {Meter: 0},
        "LOG_LEVEL": "ERROR",
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        **more,
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, start_urls=[f"{base}{LISTING}"])
    process.start()
    seconds, cpu = Meter.since()
    return crawler.spider.got, seconds, cpu  # type: ignore[union-attr]


Way = Callable[[Path, str], tuple[int, float, float]]
SELECTORS, OURS = "Scrapy, six CSS selectors and a JSON Lines feed", "`newsarchive crawl`"
WAYS: dict[str, Way] = {"Scrapy, fetch and discard": discard, SELECTORS: select, OURS: archive}
UNRECORDED: dict[str, Way] = {"`newsarchive crawl` without the recorder": archive_unrecorded}
"""What nobody runs: it tells what the recorder costs."""
