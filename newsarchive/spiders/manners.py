"""Where a crawl may go, and how fast: what robots.txt says (RFC 9309), and no host but the site's own.

Two downloader middlewares. They end a request with an :class:`Unwelcome` that says why, which the spider
turns into a failure row.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from newsarchive.sites.robots import RobotsRules
from newsarchive.sites.urls import host_of

_FOR_ROBOTS = "newsarchive_robots"
PICTURE = "newsarchive_picture"
"""Key of ``request.meta`` that tells a request for a picture, which may lie on another host than the site's."""


class Unwelcome(IgnoreRequest):
    """A request that must not be made; the message says why, ``stage`` where it ended (robots or fetch)."""

    def __init__(self, message: str, stage: str):
        super().__init__(message)
        self.stage = stage


class OwnHosts:
    """Stops a redirect that leaves the site: what another host answers is not the site's article.

    An abandoned domain is soon a spammer's, and a dead article often leads to somebody's front page. A robots.txt may
    lead to another host (RFC 9309 §2.3.1.2), and pictures lie on many (the province's, a delivery network's), but
    nothing leads into the network this program runs in: what it answers there would be kept, and published, with the
    archive.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The hosts are the spider's: those of its profile, or the web archive that an import asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request of the site's own hosts pass, and for pictures and robots.txt those of others that are not
        private. Raises :class:`Unwelcome` for the rest.
        """
        hosts: tuple[str, ...] = self.crawler.spider.hosts  # type: ignore[union-attr]
        host = host_of(request.url)
        if host in hosts:
            return
        if request.meta.get(_FOR_ROBOTS):
            if _is_private(host):
                raise Unwelcome(f"robots.txt leads into a private network, {request.url}", "robots")
        elif request.meta.get(PICTURE):
            if _is_private(host) or await _leads_to_private(host):
                raise Unwelcome(f"it lies in a private network, {request.url}", "validate")
        else:
            raise Unwelcome(f"redirected to another site, {request.url}", "fetch")


def _is_private(host: str) -> bool:
    """True for an address or a name that only a private network has (RFC 6761, RFC 6762)."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


async def _leads_to_private(host: str) -> bool:
    """True where a public name has an address in a private network. A name without an address is the downloader's."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(_is_private(str(address[0]).partition("%")[0]) for *_, address in found)


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
