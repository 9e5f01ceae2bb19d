"""What web archives say: a CDX server's list of captures, and a capture replayed as it was taken. Pure.

The protocol is that of the Wayback Machine (the README of ``wayback-cdx-server``), which pywb and so most national web
archives speak too: the Wayback Machine answers with one JSON array, whose first row names the fields and whose last
one is a key to go on with; pywb with one JSON object a line, and without a key. A capture is replayed untouched at
``…/<timestamp>id_/<address>``, with ``Memento-Datetime`` (RFC 7089) saying when it was taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from newsarchive.archive.warc import Exchange, Headers, Source
from newsarchive.sites.urls import canonical_url, host_of

PAGE = 5000
"""Captures asked for at a time."""
WANTED = frozenset((200, 301, 302, 303, 307, 308, 404, 410, None))
"""Statuses of captures that say something of an article: it is there, moved, or gone. None: the list does not say."""

_PAGES = re.compile(r"text/html|application/xhtml\+xml|(?:text|application)/(?:[\w.-]+\+)?xml|warc/revisit|unk|-?")
_NO_PAGES = "!mimetype:(image|video|audio|font)/.*|text/css|(text|application)/(x-)?javascript|application/pdf"
_TIMESTAMP = re.compile(r"[0-9]{14}")
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f]+")
_DIGEST = re.compile(r"[0-9A-Za-z:+/=_-]{1,100}")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
# The same fields as the Wayback Machine and as pywb call them.
_FIELDS = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_ORIGINAL = "x-archive-orig-"
# Said of the body as it was sent then; ours was sent by the web archive.
_FRAMING = frozenset(("content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"))
_ARCHIVES_OWN = re.compile(
    r"x-archive-.*|memento-datetime|link|x-(?:location|page-cache|app-server|ts|tr|rid|na|nid).*"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One capture as the list has it: address as captured, time (14 digits, UTC), media type, status, digest.

    ``status`` is None where the list leaves it open, as it does for a capture that repeats an earlier one's bytes.
    """

    url: str
    timestamp: str
    media_type: str
    status: int | None
    digest: str

    @property
    def is_wanted(self) -> bool:
        """True for what may be a page, or say that one is gone."""
        return self.status in WANTED and _PAGES.fullmatch(self.media_type) is not None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One answer of a CDX server: its captures, and the key to go on with where there are more.

    ``rows`` counts all rows, ``nonsense`` those that are none of a capture; ``whole`` is False where the answer broke
    off before its end.
    """

    captures: list[Listed]
    resume_key: str | None
    rows: int
    nonsense: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What a CDX server is asked for: an address without scheme and how to match it (``host``, ``prefix``, ``exact``);
    first and last day as 8 digits, empty without a bound."""

    url: str
    match: str
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A web archive's addresses: where its CDX server answers, and where it replays."""

    lists: str
    replays: str

    @classmethod
    def at(cls, address: str) -> Server:
        """The web archive at an address: without a path as the Wayback Machine lays it out, with one as pywb does,
        where the path is that of a collection. Raises :class:`ValueError` for no address of the web.

        >>> Server.at("https://web.archive.org").replay("20200102030405", "http://x.vn/")
        'https://web.archive.org/web/20200102030405id_/http://x.vn/'
        >>> Server.at("https://arquivo.pt/wayback/").lists
        'https://arquivo.pt/wayback/cdx'
        """
        base = (canonical_url(address) or "").partition("?")[0].rstrip("/")
        if not base:
            raise ValueError(f"{address!r} is no address of a web archive; write it as https://web.archive.org")
        if urlsplit(base).path:
            return cls(f"{base}/cdx", f"{base}/")
        return cls(f"{base}/cdx/search/cdx", f"{base}/web/")

    @property
    def host(self) -> str:
        """The host that answers, without "www."."""
        return host_of(self.lists)

    def list_url(self, query: Query, resume_key: str | None = None, *, limit: int | None = PAGE) -> str:
        """The address of a list, or of its next page."""
        asked = {
            "url": query.url,
            "matchType": query.match,
            "output": "json",
            "filter": _NO_PAGES,
            "from": query.first,
            "to": query.last,
            "limit": limit,
            "showResumeKey": "true" if limit else None,
            "resumeKey": resume_key,
        }
        return f"{self.lists}?{urlencode({name: value for name, value in asked.items() if value})}"

    def replay(self, timestamp: str, url: str) -> str:
        """The address at which a capture is replayed as it was taken."""
        return f"{self.replays}{timestamp}id_/{url}"

    def replayed(self, address: str) -> tuple[str, str] | None:
        """The time and address of the capture that an address of this web archive replays, None for any other."""
        found = re.match(rf"{re.escape(_bare(self.replays))}([0-9]{{14}})(?:[a-z]{{2}}_)?/(.+)", _bare(address))
        return (found[1], found[2]) if found else None


def read_list(body: bytes) -> ListPage:
    """Read an answer of a CDX server, compression undone. Never fails: what is no capture is counted and passed over.

    >>> read_list(b'[["timestamp","original","mimetype","statuscode","digest"],'
    ...           b'["20200102030405","http://x.vn/a","text/html","200","ABC"],[],["vn,x)/a+1"]]').resume_key
    'vn,x)/a+1'
    """
    rows, whole = _rows(body.decode("utf-8", "replace"))
    names: list[str] = []
    captures, resume_key, count, nonsense, ended = [], None, 0, 0, False
    for row in rows:
        if isinstance(row, list) and not row:
            ended = True
        elif isinstance(row, list) and ended and len(row) == 1 and isinstance(row[0], str):
            resume_key = row[0][:2000]
        elif isinstance(row, list) and not names and "timestamp" in row:
            names = [_FIELDS.get(name, name) if isinstance(name, str) else "" for name in row]
        else:
            count += 1
            said = dict(zip(names, row, strict=False)) if isinstance(row, list) else row
            listed = _listed(said) if isinstance(said, dict) else None
            if listed is None:
                nonsense += 1
            else:
                captures.append(listed)
    return ListPage(captures, resume_key, count, nonsense, whole)


def _rows(text: str) -> tuple[list[Any], bool]:
    """The rows of a list, and whether it is whole; a line that cannot be read is a row None."""
    text = text.strip()
    if not text:
        return [], True
    if text.startswith("["):
        whole = _json(text)
        if isinstance(whole, list):
            return whole, True
    rows = list(_lines(text))
    # A list ends with its bracket; a line that stands for itself with its own.
    return rows, text.endswith("]]") if text.startswith("[") else rows[-1] is not None


def _lines(text: str) -> Iterator[Any]:
    for raw in text.splitlines():
        line = raw.strip().removesuffix(",")
        line = line[line.startswith("[[") : len(line) - line.endswith("]]")]
        if line:
            yield _json(line) if line[0] in "[{" else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _listed(said: dict[str, Any]) -> Listed | None:
    """A capture, None where its row lacks what tells which one it is."""
    url, timestamp, media_type, status, digest = (
        str(said.get(name, "")).strip() for name in ("url", "timestamp", "mime", "status", "digest")
    )
    if not _ADDRESS.fullmatch(url) or canonical_url(url) is None or not _DIGEST.fullmatch(digest):
        return None
    if not _TIMESTAMP.fullmatch(timestamp) or moment(timestamp) is None:
        return None
    code = int(status) if re.fullmatch("[1-5][0-9]{2}", status) else None
    if code is None and status not in ("", "-", "0"):
        return None
    return Listed(quote(url, safe=_ASCII), timestamp, media_type.lower()[:100], code, digest[:100])


def moment(timestamp: str) -> str | None:
    """A list's time as the archive writes times (UTC ISO 8601), None where it is no time.

    >>> moment("20200102030405"), moment("20201332000000")
    ('2020-01-02T03:04:05Z', None)
    """
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None


def as_captured(exchange: Exchange, server: Server, listed: Listed) -> Exchange | None:
    """The exchange of long ago that a replay tells of: its address, its time, its headers.

    None where the answer is the web archive's own (an error, or a redirect to a capture of another time) or broke off.
    The time is the one the answer states, which need not be the one that was asked for.
    """
    said = {name.lower(): value for name, value in exchange.response_headers}
    taken = _http_date(said.get("memento-datetime", ""))
    if taken is None or exchange.truncated or "x-archive-redirect-reason" in said:
        return None
    source = Source(
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        headers=tuple(exchange.response_headers),
        digest=listed.digest,
    )
    return replace(
        exchange,
        url=listed.url,
        fetched_at=taken,
        method="GET",
        request_headers=[],
        response_headers=list(_original_headers(exchange, server)),
        source=source,
    )


def _original_headers(exchange: Exchange, server: Server) -> Iterator[tuple[str, str]]:
    """The headers as they were sent then, as far as the replay tells them."""
    original = [
        (name[len(_ORIGINAL) :], value)
        for name, value in exchange.response_headers
        if name.lower().startswith(_ORIGINAL) and name[len(_ORIGINAL) :]
    ]
    known = {name.lower() for name, _ in original}
    yield from ((name, value) for name, value in original if name.lower() not in _FRAMING)
    for name, value in exchange.response_headers:
        lower = name.lower()
        if known and lower not in ("content-type", "content-encoding", "location"):
            continue
        if lower in known - _FRAMING or _ARCHIVES_OWN.fullmatch(lower):
            continue
        yield name, _led_to(value, exchange.url, server) if lower == "location" else value


def _led_to(location: str, base: str, server: Server) -> str:
    """Where a replayed redirect led when it was captured."""
    found = server.replayed(urljoin(base, location))
    return found[1] if found else location


def header(headers: Headers, name: str) -> str:
    """The first header of a name, empty where there is none."""
    return next((value for known, value in headers if known.lower() == name.lower()), "")


def _http_date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None


def _bare(address: str) -> str:
    """An address without its scheme: web archives send from one to the other."""
    return re.sub(r"^https?:", "", address)
