"""The process that crawls, as Scrapy has it, but that a signal ends it within seconds."""

from __future__ import annotations

import asyncio
import logging
import re
from time import monotonic
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

# Controls but tab and line feed, and marks that turn the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
GRACE = 5.0
"""Seconds that answers under way have after SIGTERM or Ctrl-C. Scrapy waits for the last of them: for a minute, where
a site says nothing."""


class Process(AsyncCrawlerProcess):
    """Crawls until done, or until :data:`GRACE` seconds after a signal. Crawls that are still at work then did not end:
    their runs are the caller's to close."""

    _until: float | None = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Scrapy makes handlers anew for each crawl.
        logging.setLogRecordFactory(_Escaped)

    async def stop(self) -> None:
        """Ask the crawls to end; returns when they have, or time is over."""
        self._until = self._until or monotonic() + GRACE
        await asyncio.wait([asyncio.ensure_future(super().stop())], timeout=max(0.0, self._until - monotonic()))


class _Escaped(logging.LogRecord):
    """A log line whose control characters are written out, its traceback's too: what a site sends must not move the
    cursor of whoever reads the log."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[1]:
            # Formatters take what stands here already.
            self.exc_text = _escaped(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:
        """The line's text."""
        return _escaped(super().getMessage())


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
