"""The spider that brings in a site's past from a web archive: its CDX server's lists, then each capture they name.

One request after the other, as one walk: what is still to do stands in the archive
(:class:`newsarchive.archive.wayback.Backlog`), so an import that was stopped or killed is gone on with by the next.
Scrapy's downloader asks, with the same manners and the same recorder as in a crawl.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, ClassVar, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsarchive.archive.captured import CapturedPages
from newsarchive.archive.cdx import PAGE, Listed, ListPage, Server, as_captured, read_list
from newsarchive.archive.run import ATTENTION, COMPLETE, INTERRUPTED, NOTHING, CrawlRun
from newsarchive.archive.wayback import Backlog, page_of, queries
from newsarchive.items import Capture
from newsarchive.recorder import AS_CAPTURED, capture_of
from newsarchive.settings import AUTOTHROTTLE_MAX_DELAY
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import host_of
from newsarchive.spiders.manners import Unwelcome
from newsarchive.spiders.network import asked_to_wait, network_error

TRIES = 4
"""Times that one address is asked for where the web archive is busy, in trouble, or breaks off."""
MAX_WAIT = 600.0
"""Seconds that a busy web archive is waited for; where it asks for more, the import ends."""
PATIENCE = 5
"""Lists or captures in a row that cannot be had, after which the import ends."""
_BUSY = frozenset((429, 500, 502, 503, 504))
_HOPS = 3


class AskedToStopError(Exception):
    """The web archive is not to be asked any more in this run; the message says why."""


class UnansweredError(Exception):
    """One address could not be had; the message says why."""


class WaybackSpider(Spider):
    """Fetches what a web archive has of one profile's site. Made by :func:`wayback_spider`."""

    name = "wayback"
    private = True
    """A web archive's server is whatever its caller names."""
    profile: ClassVar[Profile]
    server: ClassVar[Server]
    delay: ClassVar[float]
    run: CrawlRun

    def __init__(
        self,
        *args: Any,
        run: CrawlRun,
        shared: frozenset[str] = frozenset(),
        first: str = "",
        last: str = "",
        progress: Callable[[str, int, int], None] = lambda stage, done, left: None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.run = run
        self.shared = shared
        self.backlog = Backlog(run.archive, run.site, self.server.lists, first, last)
        self.progress = progress
        self.nonsense = self.fetched = self.missing = 0
        self.unknown = 0
        self.unread: list[str] = []
        self.stopped: str | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The one host that may be asked (see :class:`newsarchive.spiders.manners.OwnHosts`)."""
        return (self.server.host,)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The run is the caller's."""
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Request]:
        """The whole import; nothing is left to Scrapy's queue."""
        try:
            try:
                await self._import()
            except AskedToStopError as reason:
                self.stopped = str(reason)
                if not (self.run.trouble or self.backlog.next_list() or self.backlog.left(untried=True)):
                    self._take_in()
        except sqlite3.Error as error:
            self.run.recording_failed(f"the archive cannot be used: {error}")
        return
        yield Request("about:blank")

    async def _import(self) -> None:
        self.backlog.begin(self._queries())
        while not self.run.trouble:
            await self._read_lists()
            await self._fetch_captures()
            self._take_in()
            # On hosts of several sites, what the listings just read have named is asked for in turn.
            if not self.backlog.add(self._queries()):
                return

    def _queries(self) -> list[Any]:
        rows = self.run.archive.rows(
            "SELECT url FROM frontier WHERE site = ? AND kind IN ('article', 'related')", self.run.site
        )
        known = [row["url"] for row in rows if host_of(row["url"]) in self.shared]
        return list(queries(self.profile, self.shared, known, self.backlog.first, self.backlog.last))

    # Lists

    async def _read_lists(self) -> None:
        behind, unanswered = 0, 0
        while (due := self.backlog.next_list(behind)) and not self.run.trouble:
            number, query, resume_key = due
            try:
                await self._read_list(number, query, resume_key)
                unanswered = 0
            except UnansweredError as error:
                self._failed(self.server.list_url(query), f"the list could not be read to its end: {error}")
                behind = number
                unanswered += 1
                if unanswered == PATIENCE:
                    raise AskedToStopError(f"the web archive stopped answering ({error})") from error

    async def _read_list(self, number: int, query: Any, resume_key: str | None) -> None:
        """Read a list from a key on to its end."""
        seen = {resume_key}
        limit: int | None = PAGE
        while True:
            page = await self._list_page(self.server.list_url(query, resume_key, limit=limit))
            if limit and page.rows >= limit and page.resume_key is None:
                # pywb gives no key to go on with: all at once, then.
                limit = None
                continue
            self.nonsense += page.nonsense
            if page.resume_key in seen and page.resume_key is not None:
                raise UnansweredError("it leads in a circle")
            seen.add(page.resume_key)
            self.backlog.keep_page(number, page, hosts=self.profile.hosts)
            self.progress("listed", self.backlog.listed(), 0)
            resume_key = page.resume_key
            if resume_key is None:
                return

    async def _list_page(self, url: str) -> ListPage:
        reason = ""
        for attempt in range(TRIES):
            response = await self._ask(url)
            if response.status >= 300:
                raise UnansweredError(f"HTTP {response.status}, {_reason(response)}")
            page = read_list(response.body)
            if page.whole and "dataloss" not in response.flags and (page.captures or not page.nonsense):
                return page
            reason = "the answer broke off" if page.captures else "the answer is no list of captures"
            await asyncio.sleep(self._wait(None, attempt))
        raise UnansweredError(reason)

    # Captures

    async def _fetch_captures(self) -> None:
        unanswered = 0
        while (due := self.backlog.due()) and not self.run.trouble:
            number, listed = due
            try:
                await self._fetch(number, listed)
                unanswered = 0
            except UnansweredError as error:
                self.backlog.close(number, "failed")
                self._failed(listed.url, f"the capture of {listed.timestamp} could not be fetched: {error}")
                unanswered += 1
                if unanswered == PATIENCE and self.backlog.left():
                    raise AskedToStopError(f"the web archive stopped answering ({error})") from error
            self.progress("fetched", self.fetched, self.backlog.left())

    async def _fetch(self, number: int, listed: Listed) -> None:
        """Fetch one capture, by way of the redirects to the nearest one that there is."""
        asked = (listed.timestamp, listed.url)
        for _ in range(_HOPS):
            response = await self._ask(self.server.replay(*asked), listed)
            if capture := self._kept(response, listed):
                self.backlog.close(number, "kept", capture)
                self.fetched += 1
                return
            elsewhere = self._elsewhere(response, listed)
            if elsewhere is None or elsewhere == asked:
                break
            if elsewhere[0] != listed.timestamp and self.backlog.is_known(*reversed(elsewhere)):
                # Fetched for itself.
                self.backlog.close(number, "missing")
                return
            asked = elsewhere
        if response.status >= 500:
            raise UnansweredError(f"HTTP {response.status}")
        self.backlog.close(number, "missing")
        self.missing += 1
        self._failed(listed.url, f"the capture of {listed.timestamp} is listed and not given: HTTP {response.status}")

    def _kept(self, response: Response, listed: Listed) -> Capture | None:
        """The capture that an answer replayed, None where the answer is the web archive's own."""
        assert response.request is not None
        capture = capture_of(response.request)
        if capture is None:
            raise AskedToStopError(self.run.trouble or "an answer could not be recorded")
        return capture if capture.url == listed.url else None

    def _elsewhere(self, response: Response, listed: Listed) -> tuple[str, str] | None:
        """Time and address of the capture of the page that the web archive leads to instead."""
        location = response.headers.get("Location")
        if not 300 <= response.status < 400 or location is None:
            return None
        found = self.server.replayed(response.urljoin(location.decode("latin-1")))
        return found if found and page_of(found[1]) == page_of(listed.url) else None

    # Asking

    async def _ask(self, url: str, listed: Listed | None = None) -> Response:
        """The answer to a request, asked for again where the web archive is busy or breaks off.

        Raises :class:`UnansweredError`, :class:`AskedToStopError`.
        """
        meta: dict[str, Any] = {"dont_redirect": True}
        if listed:
            meta[AS_CAPTURED] = partial(as_captured, server=self.server, listed=listed)
        reason = ""
        for attempt in range(TRIES):
            # Unpacked: the list's digest is that of the page as the site sent it, and so are the bytes kept.
            request = Request(url, headers={"Accept-Encoding": "identity"} if listed else None, meta=dict(meta))
            response = await self._answer(request)
            assert response.request is not None
            capture = capture_of(response.request)
            replayed = listed is not None and capture is not None and capture.url == listed.url
            broken = "dataloss" in response.flags
            if replayed and not broken:
                return response
            if not broken and response.status not in _BUSY:
                return response
            if self.run.trouble:
                raise AskedToStopError(self.run.trouble)
            reason = "the answer broke off" if broken else f"HTTP {response.status}"
            if attempt < TRIES - 1:
                await asyncio.sleep(self._wait(response, attempt))
        if reason == "HTTP 429":
            raise AskedToStopError("the web archive asks to be left alone for now (HTTP 429)")
        raise UnansweredError(reason)

    async def _answer(self, request: Request) -> Response:
        assert self.crawler.engine is not None
        try:
            return await self.crawler.engine.download_async(request)
        except Unwelcome as unwelcome:
            raise AskedToStopError(str(unwelcome)) from unwelcome
        except IgnoreRequest as error:
            raise UnansweredError("the answer unpacks to more than is read") from error
        except Exception as error:
            raise UnansweredError(f"no answer: {network_error(error)}") from error

    def _wait(self, response: Response | None, attempt: int) -> float:
        """Seconds until an address is asked for again: what the answer says, else longer from try to try."""
        asked = asked_to_wait(response) if response else 0.0
        if asked > MAX_WAIT:
            raise AskedToStopError(f"the web archive asks to wait {asked / 60:.0f} minutes")
        return max(asked, min(self.delay * 4.0 ** (attempt + 1), MAX_WAIT))

    # What it gives

    def _take_in(self) -> None:
        """Read what was fetched, as what others captured is read.

        Not before all is there: a listing that comes later says what pages that came before are, and of which day.
        """
        pages = CapturedPages(self.run, self.profile, set(self.profile.hosts) - self.shared)
        pages.read(self.backlog.unread())
        self.backlog.were_read()
        self.unread += pages.unread
        self.unknown += pages.unknown

    def _failed(self, url: str, reason: str) -> None:
        self.run.archive.keep_failure(run_id=self.run.id, url=url, stage="fetch", reason=reason)
        self.run.failed += 1
        self.run.first_failure = self.run.first_failure or f"{url}: {reason}"

    def closed(self, reason: str) -> None:
        """Write the run's last word."""
        left = 0 if self.run.trouble else self.backlog.left()
        self.run.finish(*self._verdict(reason, left))

    def _verdict(self, reason: str, left: int) -> tuple[str, str]:
        """The run's outcome, and one line for a person that says why and what to do."""
        run = self.run
        listed = 0 if run.trouble else self.backlog.listed()
        counts = (
            f"{listed} captures listed, {self.fetched} fetched, {left} left;"
            f" {run.articles_new} articles new, {run.changed} changed, {run.unchanged} unchanged, {run.gone} gone"
            + (f"; {self.unknown} pages are no articles" if self.unknown else "")
        )
        go_on = "the same command goes on from here"
        if run.trouble:
            return INTERRUPTED, f"stopped: {run.trouble} ({counts}); {go_on}"
        if reason != "finished":
            return INTERRUPTED, f"stopped before the end ({counts}); {go_on}"
        if self.stopped and not self.fetched:
            return NOTHING, f"nothing could be fetched: {self.stopped}; {go_on}" if listed else self.stopped
        if self.stopped:
            return ATTENTION, f"{self.stopped}; {counts}; {go_on}"
        if not listed and run.first_failure:
            return NOTHING, f"nothing could be read: {run.first_failure}"
        if not listed:
            return NOTHING, f"the web archive has nothing of {', '.join(self.profile.hosts)} in that time"
        if run.failed or left:
            return ATTENTION, f"{counts}; {run.failed} failed, first: {run.first_failure}"
        if self.unread:
            return ATTENTION, f"{counts}; {len(self.unread)} cannot be read, first: {self.unread[0]}"
        if self.nonsense:
            return ATTENTION, f"{counts}; {self.nonsense} lines of the list could not be read"
        return COMPLETE, counts


def wayback_spider(profile: Profile, server: Server, delay: float) -> type[WaybackSpider]:
    """The spider that asks a web archive for a profile's site, ``delay`` seconds between two requests."""
    return type(
        f"WaybackSpider_{profile.name.replace('-', '_')}",
        (WaybackSpider,),
        {
            "__doc__": profile.title,
            "name": profile.name,
            "profile": profile,
            "server": server,
            "delay": delay,
            "custom_settings": {
                "DOWNLOAD_DELAY": delay,
                "AUTOTHROTTLE_START_DELAY": delay,
                "AUTOTHROTTLE_MAX_DELAY": max(AUTOTHROTTLE_MAX_DELAY, delay),
                # What a busy web archive answers is waited out here.
                "RETRY_HTTP_CODES": [],
            },
        },
    )


def _reason(response: Response) -> str:
    """What an answer that is no list says for itself."""
    if location := response.headers.get("Location"):
        return f"it leads to {response.urljoin(location.decode('latin-1'))[:200]}; name another --server"
    return response.body[:200].decode("utf-8", "replace").strip().partition("\n")[0] or "no reason given"
