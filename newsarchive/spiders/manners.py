"""Where a crawl may go, and how fast: what robots.txt says (RFC 9309), no host but the site's own, and no sooner than a
busy site asks for.

Three downloader middlewares. Two end a request with an :class:`Unwelcome` that says why, which the spider
turns into a failure row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future

from newsarchive.sites.robots import RobotsRules
from newsarchive.sites.urls import host_of, is_private
from newsarchive.spiders.network import asked_to_wait

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from newsarchive.spiders.news import NewsSpider
    from newsarchive.spiders.wayback import WaybackSpider

_FOR_ROBOTS = "newsarchive_robots"
PICTURE = "newsarchive_picture"
"""Key of ``request.meta`` that tells a request for a picture, which may lie on another host than the site's."""


MAX_WAIT = 60.0
"""Seconds a busy site is waited for in a crawl; one that asks for more is left alone until the next."""


class Unwelcome(IgnoreRequest):
    """A request that must not be made; the message says why, ``stage`` where it ended (robots or fetch)."""

    def __init__(self, message: str, stage: str):
        super().__init__(message)
        self.stage = stage


class OwnHosts:
    """Keeps a crawl on its site, and out of the network this program runs in.

    What another host answers is not the site's article: an abandoned domain is soon a spammer's, and a dead article
    often leads to somebody's front page. A robots.txt may lead to another host (RFC 9309 §2.3.1.2), and pictures lie on
    many (the province's, a delivery network's). Nothing leads into a private network, neither by an address nor by a
    name that has one: what it answers there would be kept, and published, with the archive. A site that itself lies in
    one is named by such an address, or its profile says so.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The hosts are the spider's: those of its profile, or the web archive that an import asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Let a request of the site's own hosts pass, and for pictures and robots.txt those of others.

        One with a name and password in its address is made anew without. Raises :class:`Unwelcome` for the rest, and
        ``CannotResolveHostError`` where a name has no address.
        """
        parts = urlsplit(request.url)
        if "@" in parts.netloc:
            return request.replace(url=parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
        spider: NewsSpider | WaybackSpider = self.crawler.spider  # type: ignore[assignment]
        host, own = parts.hostname or "", host_of(request.url) in spider.hosts
        if own and (spider.private or is_private(host)):
            return None
        for_robots, for_picture = request.meta.get(_FOR_ROBOTS), request.meta.get(PICTURE)
        if not (own or for_robots or for_picture):
            raise Unwelcome(f"redirected to another site, {request.url}", "fetch")
        address = host if is_private(host) or _by_proxy(parts.scheme, host) else await _address_of(host)
        if not is_private(address):
            return None
        if for_robots:
            raise Unwelcome(f"robots.txt leads into a private network, {request.url}", "robots")
        if for_picture:
            raise Unwelcome(f"it lies in a private network, {request.url}", "validate")
        way_out = "if the site is truly there, say `private = true` in its profile"
        raise Unwelcome(f"the name {host} leads into a private network ({address}); {way_out}", "fetch")


def _by_proxy(scheme: str, host: str) -> bool:
    """True where a proxy that the environment names asks for an address: it is the one that knows the name then."""
    return scheme in getproxies() and not proxy_bypass(host)


async def _address_of(host: str) -> str:
    """The address that a request to a host will go to: Scrapy's resolver keeps it, so that a second answer of the name
    server's, for the request itself, cannot be another. Raises ``CannotResolveHostError``.
    """
    from twisted.internet import reactor
    from twisted.internet.error import DNSLookupError

    # Twisted's stubs take a name for numbers.
    resolve = cast("Callable[[str], Deferred[str]]", reactor.resolve)
    try:
        return await maybe_deferred_to_future(resolve(host))
    except (DNSLookupError, UnicodeError) as error:
        raise CannotResolveHostError(host) from error


class Robots:
    """Obeys robots.txt as RFC 9309 has it.

    A file that is not there (4xx) forbids nothing (§2.3.1.3); one that cannot be had, for a server's error (5xx) or for
    want of an answer, forbids everything (§2.3.1.4) in this run: the next one asks again. Scrapy's own middleware
    takes both for leave to go on. ``ROBOTSTXT_OBEY`` switches this one as it does that one. A Crawl-delay that is
    longer than the profile's is waited between two requests, up to :data:`newsarchive.sites.robots.MAX_DELAY`.
    """

    def __init__(self, crawler: Crawler):
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Task[RobotsRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The name robots.txt may call us by is ``ROBOTSTXT_USER_AGENT``."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass that the site's robots.txt allows. Raises :class:`Unwelcome` for others."""
        if request.meta.get(_FOR_ROBOTS):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await self._rules[origin]
        if not rules.allowed(request.url):
            raise Unwelcome("refused by robots.txt", "robots")
        if rules.delay > self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            self._slow_down(request, rules.delay)

    def _slow_down(self, request: Request, delay: float) -> None:
        """Wait so long between two requests to a host, and not a random part less or as AutoThrottle has it."""
        assert self.crawler.engine is not None
        downloader, host = self.crawler.engine.downloader, urlsplit(request.url).hostname or ""
        request.meta["autothrottle_dont_adjust_delay"] = True
        # A host that was not asked for a while has no slot; it gets one by these settings.
        own = {"delay": delay, "jitter": 0.0}
        downloader.per_slot_settings[host] = {**downloader.per_slot_settings.get(host, {}), **own}
        if host in downloader.slots:
            downloader.slots[host].delay, downloader.slots[host].jitter = delay, 0.0

    async def _read(self, origin: str) -> RobotsRules:
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, meta={_FOR_ROBOTS: True}, priority=1000)
        assert self.crawler.engine is not None
        response = await self.crawler.engine.download_async(request)
        if response.status >= 500:
            raise Unwelcome(
                f"robots.txt cannot be read (HTTP {response.status}), so nothing may be fetched (RFC 9309)", "robots"
            )
        # A page for people in its place has no rules in it.
        return RobotsRules(response.body if response.status < 300 else b"", self._agent)


class Patience:
    """Waits where a busy site says for how long (``Retry-After``), before its answer is tried again or read.

    Only for answers that are tried again (``RETRY_HTTP_CODES``). Meanwhile the request counts as under way, so that no
    other takes its place. What asks for more than :data:`MAX_WAIT` is not tried again: the spider sees it, and ends.
    """

    def __init__(self, crawler: Crawler):
        self._busy = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Which answers are tried again is a setting."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Hold an answer back for as long as it asks."""
        seconds = asked_to_wait(response) if response.status in self._busy else 0.0
        if seconds > MAX_WAIT:
            request.meta["dont_retry"] = True
        elif seconds:
            await asyncio.sleep(seconds)
        return response
