"""``newsarchive date`` and ``newsarchive extract``: the readers, tried on one text or page; nothing is stored."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, Day, folder, json_option, print_json, say, show
from newsarchive.vietnamese.dates import read_date

if TYPE_CHECKING:
    import urllib.request


@click.command("date")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option(
    "--reference", type=Day(), metavar="D", help="The day relative words and days without a year are read from."
)
@json_option
def date_command(texts: tuple[str, ...], reference: date | None, as_json: bool) -> int:
    """What the date reader makes of each TEXT: the date, how precise it is, the shape it has, and what is odd of it.

    A text without a date is answered with the reason.
    """
    readings = [(text, read_date(text, reference=reference)) for text in texts]
    if as_json:
        print_json(
            [
                {
                    "text": text,
                    "date": reading.date,
                    "time": reading.time,
                    "offset": reading.offset,
                    "shape": reading.shape,
                    "oddities": list(reading.oddities),
                }
                for text, reading in readings
            ]
        )
    else:
        for text, reading in readings:
            moment = f" {reading.time}{reading.offset or ''}" if reading.time else ""
            why = ", ".join(filter(None, [reading.shape, *reading.oddities]))
            precision = f"{reading.precision}\t" if reading.precision else ""
            show(f"{text}\t{reading.date or 'no date'}{moment}\t{precision}{why}")
    return 0


@click.command("extract")
@click.argument("source", metavar="FILE|URL")
@click.option("--url", metavar="U", help="The address a saved page came from.")
@click.option("--site", metavar="S", help="Read with this site's profile.")
@json_option
@click.pass_context
def extract_command(context: click.Context, source: str, url: str | None, site: str | None, as_json: bool) -> int:
    """Read one page from a FILE ("-" for stdin) or a URL, and show its fields. Nothing is stored.

    Exit status 1 where the page is no article, 3 where it cannot be had.
    """
    from newsarchive.extract.article import PageContext, extract, reason_for_refusal
    from newsarchive.extract.document import UnreadablePageError
    from newsarchive.pipelines import normalise_article
    from newsarchive.sites.profile import ProfileError, Rules, load_site

    try:
        rules = load_site(site, folder(context)).rules() if site else Rules()
    except ProfileError as error:
        raise CommandError(str(error), 2) from error
    if "://" in source and url:
        raise CommandError("--url is for a saved page; a page that is fetched has its address", 2)
    body, address, content_type, fetched_at = _fetch(source) if "://" in source else _read(source, url)
    try:
        article = extract(body, address, rules, PageContext(content_type, fetched_at))
    except UnreadablePageError as error:
        raise CommandError(f"{source}: {error}", 1) from error
    normalise_article(article)
    if as_json:
        print_json(asdict(article))
    else:
        _show(asdict(article))
    if reason := reason_for_refusal(article):
        say(f"newsarchive: {source}: not an article: {reason}")
        return 1
    return 0


Page = tuple[bytes, str, str | None, datetime | None]
"""Body, address, Content-Type, moment of the visit where it is known."""


def _read(source: str, url: str | None) -> Page:
    """A saved page. Its body is at most one byte longer than what the extractor takes."""
    from newsarchive.extract.document import MAX_BYTES
    from newsarchive.sites.urls import canonical_url

    # Without an address, relative links are read as of this machine, which no site is.
    address = canonical_url("http://localhost/" if url is None else url)
    if address is None:
        raise CommandError(f"--url {url}: not an http(s) address", 2)
    try:
        if source == "-":
            body = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                body = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(
            f"{source}: cannot be read ({reason}); name a saved page or an http(s) address", 2
        ) from error
    # The day a file was saved is not known: no bound is made of it.
    return body, address, None, None


def _fetch(source: str) -> Page:
    """One page over HTTP by the standard library: one polite request, no crawl.

    Hosts of a private network are the caller's own wish. Raises :class:`CommandError`: 2 for no address, 3 where the
    page cannot be had.
    """
    import urllib.error
    import urllib.request
    import zlib
    from http.client import HTTPException

    from newsarchive.extract.document import MAX_BYTES
    from newsarchive.settings import DEFAULT_REQUEST_HEADERS, USER_AGENT
    from newsarchive.sites.urls import canonical_url

    url = canonical_url(source)
    if url is None:
        raise CommandError(f"{source}: not an http(s) address", 2)
    headers = {**DEFAULT_REQUEST_HEADERS, "User-Agent": USER_AGENT}
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  # canonical_url lets only http(s) pass
        with _opener().open(request, timeout=60) as response:
            body = response.read(MAX_BYTES + 1)
            if len(body) <= MAX_BYTES and response.length:
                raise CommandError(f"{source}: the connection broke off in the middle of the page", 3)
            body = _unpacked(body, response.headers.get("Content-Encoding", ""), MAX_BYTES + 1)
            return body, response.url, response.headers.get("Content-Type"), datetime.now(UTC)
    except urllib.error.HTTPError as error:
        error.close()
        raise CommandError(f"{source}: the site answers {error.code} {error.reason}", 3) from error
    except (OSError, ValueError, EOFError, HTTPException, zlib.error) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise CommandError(f"{source}: cannot be fetched ({reason})", 3) from error


def _opener() -> urllib.request.OpenerDirector:
    """urllib's opener for http(s) alone: its usual one would follow a redirect to ftp too."""
    import urllib.request as web

    opener = web.OpenerDirector()
    for handler in (
        web.ProxyHandler,
        web.HTTPHandler,
        web.HTTPSHandler,
        web.HTTPRedirectHandler,
        web.HTTPErrorProcessor,
        web.HTTPDefaultErrorHandler,
        web.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """A body without its Content-Encoding, cut at ``limit``: a small answer may unpack to any size.

    Raises :class:`OSError`, :class:`EOFError`, :class:`ValueError` or :class:`zlib.error` where it cannot be unpacked.
    """
    import gzip
    import zlib
    from io import BytesIO

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


def _show(article: dict[str, Any]) -> None:
    order = (
        "title date date_source date_text published_at event_date page_date section byline source lead caption"
    ).split()
    for name in order:
        if article[name]:
            show(f"{name:<13}{article[name]}")
    for image in article["images"]:
        show(f"{'image':<13}{image['url']}  {image['caption'] or ''}".rstrip())
    for link in article["links"]:
        show(f"{link['kind']:<13}{link['url']}  {link['title'] or ''}".rstrip())
    if article["body"]:
        show("\n" + article["body"])
