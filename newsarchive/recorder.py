"""The recorder: every response, as received, into WARC, before anything reads it.

``response_downloaded`` fires before decompression, redirects and retries, so every hop, error page and robots.txt
passes by with its body as sent. The capture's row is written after the record is on the disk, and the request carries
it on to the spider: a page without a capture is never stored.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from newsarchive.archive.run import CrawlRun
from newsarchive.archive.warc import Exchange
from newsarchive.items import Capture
from newsarchive.sites.urls import same_page

logger = logging.getLogger(__name__)

CAPTURE = "newsarchive_capture"
"""Key of ``request.meta`` under which the :class:`newsarchive.items.Capture` of its response travels."""
HELD = "newsarchive_held"
"""Key of ``request.meta`` for the :class:`newsarchive.items.Capture` whose validators the request has."""
AS_CAPTURED = "newsarchive_as_captured"
"""Key of ``request.meta`` for a function that makes of an exchange with a web archive the one that it captured; None of
an answer that is the web archive's own, which is then recorded as any other."""


class Recorder:
    """Scrapy extension that records. Needs a spider with a ``run`` (:class:`newsarchive.archive.run.CrawlRun`)."""

    def __init__(self, run: CrawlRun):
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connect to the crawler's signals."""
        recorder = cls(crawler.spider.run)  # type: ignore[union-attr]
        crawler.signals.connect(recorder.record, signal=signals.response_downloaded)
        return recorder

    def record(self, response: Response, request: Request, spider: Spider) -> None:
        """Keep one response; on failure the page goes unread and the run says so."""
        request.meta.pop(CAPTURE, None)
        exchange = Exchange(
            url=request.url,
            fetched_at=self.run.clock(),
            method=request.method,
            request_headers=[("Host", request.url.split("/")[2]), *_pairs(_for_the_site(request)), *_length(request)],
            status=response.status,
            protocol=response.protocol or "HTTP/1.1",
            response_headers=_pairs(response.headers),
            body=response.body,
            # Behind a proxy it is the proxy's.
            ip_address=str(response.ip_address) if response.ip_address and not request.meta.get("proxy") else None,
            truncated="dataloss" in response.flags,
            request_body=request.body,
        )
        if as_captured := request.meta.get(AS_CAPTURED):
            exchange = as_captured(exchange) or exchange
        held = request.meta.get(HELD)
        if held is not None and request.url not in same_page(held.url):
            held = None  # a redirect took the validators to another page
        try:
            request.meta[CAPTURE] = self.run.keep_exchange(exchange, held)
        except (OSError, sqlite3.Error) as error:
            logger.error("%s: not recorded (%s); the page is left for a later run", request.url, error)
            self.run.recording_failed(f"the archive cannot be written: {error}")


def capture_of(request: Request) -> Capture | None:
    """The capture of the response to a request, None where it was not recorded."""
    capture: Capture | None = request.meta.get(CAPTURE)
    return capture


def _for_the_site(request: Request) -> Headers:
    """The headers that a request brings to the site, without the password by which a proxy takes it on the way."""
    headers = request.headers.copy()
    headers.pop(b"Proxy-Authorization", None)
    return headers


def _length(request: Request) -> list[tuple[str, str]]:
    """The length of a request's body, which the downloader tells the site only as it sends it."""
    return [("Content-Length", str(len(request.body)))] if request.body else []


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1").replace("\r", " ").replace("\n", " "))
        for name, values in headers.items()
        for value in values
    ]
