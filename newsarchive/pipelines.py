"""normalise → validate → store: what the spider read, made regular, judged, and kept in one transaction a page."""

from __future__ import annotations

import logging
import sqlite3
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.archive.intake import Intake, Outcome, normalise_article
from newsarchive.archive.run import CrawlRun
from newsarchive.extract.article import reason_for_refusal
from newsarchive.extract.refusal import says_gone
from newsarchive.items import ArticlePage, FailedPage, GonePage
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import canonical_url

logger = logging.getLogger(__name__)


class NormalisePipeline:
    """Text in NFC with plain spaces, empty text as None, the article's address canonical."""

    def process_item(self, item: Outcome) -> Outcome:
        """Normalise an article in place; other outcomes pass."""
        if isinstance(item, ArticlePage):
            normalise_article(item.article)
            item.article.url = canonical_url(item.article.url) or item.article.url
        return item


class ValidatePipeline:
    """An article without title or body becomes a failure, not an empty article; "not found" with status 200 says that
    the article is gone."""

    def process_item(self, item: Outcome) -> Outcome:
        """Judge an article; other outcomes pass."""
        if isinstance(item, ArticlePage) and (reason := reason_for_refusal(item.article)):
            if says_gone(reason):
                return GonePage(item.task, item.capture, reason, in_words=True)
            return FailedPage(item.task, "validate", reason)
        return item


class StorePipeline:
    """Keeps each outcome (see :class:`newsarchive.archive.intake.Intake`)."""

    def __init__(self, run: CrawlRun, profile: Profile):
        self.run = run
        self.intake = Intake(run, profile)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The run and profile are the spider's."""
        spider = crawler.spider
        assert spider is not None
        return cls(spider.run, spider.profile)  # type: ignore[attr-defined]

    def process_item(self, item: Outcome) -> Outcome:
        """Store one outcome. Where the archive refuses, the crawl is stopped and the address stays due."""
        if not isinstance(item, FailedPage) and item.capture is None:
            raise DropItem(f"{item.task.url}: not recorded, so not stored; it stays due")
        try:
            self.intake.keep(item)
        except sqlite3.Error as error:
            logger.error("%s: not stored (%s)", item.task.url, error)
            self.run.recording_failed(f"the archive cannot be written: {error}")
            raise DropItem(str(error)) from error
        return item
