"""Single requests by the standard library: a page for ``extract``, a few for ``sites new``. A crawl is Scrapy's.

Each is bounded in size and time. Hosts of a private network are the caller's own wish.
"""

from __future__ import annotations

import gzip
import ssl
import time
import urllib.request as web
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from urllib.parse import urlsplit

from newsarchive.extract.document import MAX_BYTES
from newsarchive.settings import DEFAULT_REQUEST_HEADERS, REDIRECT_MAX_TIMES, ROBOTSTXT_USER_AGENT, USER_AGENT
from newsarchive.sites.robots import RobotsRules
from newsarchive.sites.urls import canonical_url, host_of

SILENCE = 60
"""Seconds a server may be silent."""
PATIENCE = 120
"""Seconds a page may take altogether."""
REFUSED = "refused by robots.txt"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its body with compression undone (at most a byte longer than the extractor takes), its address, its
    Content-Type and the moment of the visit where they are known."""

    body: bytes
    url: str
    content_type: str | None = None
    fetched_at: datetime | None = None


class FetchError(Exception):
    """A page that cannot be had: half a sentence that says why, and the HTTP status where there was an answer."""

    def __init__(self, reason: str, status: int | None = None):
        super().__init__(reason)
        self.status = status


class NoAnswerError(FetchError):
    """The site cannot be reached, or does not answer in HTTP."""


def fetch(url: str, check: Callable[[str], None] = lambda url: None) -> Page:
    """One page by one polite request, and one for each redirect.

    ``url`` is canonical; ``check`` is called with each address before it is asked for, and may raise
    :class:`FetchError` to forbid it. Raises :class:`FetchError`.
    """
    for _ in range(REDIRECT_MAX_TIMES + 1):
        check(url)
        try:
            status, reason, location, page = _ask(url)
        except (OSError, ValueError, EOFError, HTTPException, zlib.error) as error:
            raise NoAnswerError(f"cannot be fetched ({_reason(error)})") from error
        if not 300 <= status < 400:
            if status != 200:
                raise FetchError(f"the site answers {status} {reason}", status)
            return page
        following = canonical_url(location, url) if location else None
        if following is None:
            to = f"leads to {location}, which is no http(s) address" if location else "says not where to go"
            raise FetchError(f"the site answers {status} and {to}", status)
        url = following
    raise FetchError("the site redirects again and again, without an end", status)


def _ask(url: str) -> tuple[int, str, str | None, Page]:
    """One request: status, the server's word for it, where it leads, and the page."""
    headers = {**DEFAULT_REQUEST_HEADERS, "User-Agent": USER_AGENT}
    request = web.Request(url, headers=headers)  # noqa: S310  # canonical_url lets only http(s) pass
    with _opener().open(request, timeout=SILENCE) as response:
        body = _read(response)
        if len(body) <= MAX_BYTES and response.length:
            raise HTTPException("the connection broke off in the middle of the page")
        body = _unpacked(body, response.headers.get("Content-Encoding", ""), MAX_BYTES + 1)
        page = Page(body, url, response.headers.get("Content-Type"), datetime.now(UTC))
        return response.status, response.reason, response.headers.get("Location"), page


def _opener() -> web.OpenerDirector:
    """urllib's opener for http(s) alone, which hands on every answer: its usual one would go to ftp too."""
    opener = web.OpenerDirector()
    for handler in (web.ProxyHandler, web.HTTPHandler, web.HTTPSHandler, web.UnknownHandler):
        opener.add_handler(handler())
    return opener


def _read(response: HTTPResponse) -> bytes:
    """The body as sent, cut a byte behind the longest that is read."""
    until = time.monotonic() + PATIENCE
    body = bytearray()
    while len(body) <= MAX_BYTES and (part := response.read1(min(1 << 16, MAX_BYTES + 1 - len(body)))):
        body += part
        if time.monotonic() > until:
            raise TimeoutError(f"not complete after {PATIENCE} seconds")
    return bytes(body)


def _unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """A body without its Content-Encoding, cut at ``limit``: a small answer may unpack to any size.

    Raises :class:`OSError`, :class:`EOFError`, :class:`ValueError` or :class:`zlib.error` where it cannot be unpacked.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            return gzip.GzipFile(fileobj=BytesIO(body)).read(limit)
        case "deflate":
            # Servers disagree on whether a zlib header belongs there.
            wrapped = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
            return zlib.decompressobj(15 if wrapped else -15).decompress(body, limit)
        case other:
            raise ValueError(f"the site packed the page as {other!r}, which was not asked for")


def _reason(error: BaseException) -> str:
    """A failure in few words."""
    cause = getattr(error, "reason", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {cause.verify_message}"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


class Visitor:
    """Reads a few pages of one site as a crawl would: as robots.txt allows, slowly, on no other host.

    ``delay`` are the seconds between two requests; a longer Crawl-delay is waited instead.
    """

    def __init__(self, url: str, delay: float):
        self.host = host_of(url)
        self.delay = delay
        self._rules: dict[str, RobotsRules] = {}
        self._last = float("-inf")

    def visit(self, url: str) -> Page:
        """One page. Raises :class:`FetchError`, also where robots.txt or a redirect to another host forbids it."""
        return fetch(url, self._check)

    def rules(self, url: str) -> RobotsRules:
        """The robots.txt that an address is under. Raises :class:`FetchError` where it cannot be had (RFC 9309)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_rules(f"{origin}/robots.txt")
            self.delay = max(self.delay, self._rules[origin].delay)
        return self._rules[origin]

    def _check(self, url: str) -> None:
        self._stay(url)
        if not self.rules(url).allowed(url):
            raise FetchError(REFUSED)
        self._wait(url)

    def _stay(self, url: str) -> None:
        if host_of(url) != self.host:
            raise FetchError(f"the site leads to another host, {url}; if that is where it is now, name that address")

    def _wait(self, url: str) -> None:
        time.sleep(max(0.0, self._last + self.delay - time.monotonic()))
        self._last = time.monotonic()

    def _read_rules(self, url: str) -> RobotsRules:
        def check(asked: str) -> None:
            self._stay(asked)
            self._wait(asked)

        try:
            body = fetch(url, check).body
        except NoAnswerError:
            raise
        except FetchError as error:
            if (error.status or 0) >= 500:
                # RFC 9309 §2.3.1.4; what is not there or leads nowhere (§2.3.1.2, §2.3.1.3) forbids nothing.
                raise FetchError(
                    f"robots.txt cannot be read ({error}), so nothing may be fetched (RFC 9309)"
                ) from error
            body = b""
        return RobotsRules(body, ROBOTSTXT_USER_AGENT)
