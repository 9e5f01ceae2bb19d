"""The process that crawls, as Scrapy has it, but that a signal ends it within seconds."""

from __future__ import annotations

import asyncio
from time import monotonic

from scrapy.crawler import AsyncCrawlerProcess

GRACE = 5.0
"""Seconds that answers under way have after SIGTERM or Ctrl-C. Scrapy waits for the last of them: for a minute, where
a site says nothing."""


class Process(AsyncCrawlerProcess):
    """Crawls until done, or until :data:`GRACE` seconds after a signal. Crawls that are still at work then did not end:
    their runs are the caller's to close."""

    _until: float | None = None

    async def stop(self) -> None:
        """Ask the crawls to end; returns when they have, or time is over."""
        self._until = self._until or monotonic() + GRACE
        await asyncio.wait([asyncio.ensure_future(super().stop())], timeout=max(0.0, self._until - monotonic()))
