"""``newsarchive date`` and ``newsarchive extract``: the readers, tried on one text or page; nothing is stored."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from newsarchive.cli.common import CommandError, Day, folder, json_option, print_json, printable, say
from newsarchive.vietnamese.dates import read_date


@click.command("date")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option(
    "--reference", type=Day(), metavar="D", help="The day relative words and days without a year are read from."
)
@json_option
def date_command(texts: tuple[str, ...], reference: date | None, as_json: bool) -> int:
    """What the date reader makes of each TEXT, and why. Exit status 1 where one of them gives no date."""
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
            click.echo(printable(f"{text}\t{reading.date or 'no date'}{moment}\t{why}"))
    return 0 if all(reading.date for _, reading in readings) else 1


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


def _read(source: str, url: str | None) -> tuple[bytes, str, str | None, datetime | None]:
    try:
        body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise CommandError(
            f"{source}: cannot be read ({error.strerror}); name a saved page or an http(s) address", 2
        ) from error
    # The day a file was saved is not known: no bound is made of it.
    return body, url or "http://localhost/", None, None


def _fetch(url: str) -> tuple[bytes, str, str | None, datetime]:
    """One page over HTTP by the standard library: one polite request, no crawl. Private hosts are the caller's own wish."""
    import gzip
    import urllib.error
    import urllib.request
    import zlib

    from newsarchive.settings import DEFAULT_REQUEST_HEADERS, DOWNLOAD_MAXSIZE, USER_AGENT
    from newsarchive.sites.urls import canonical_url

    if not url.lower().startswith(("http://", "https://")) or canonical_url(url) is None:
        raise CommandError(f"{url}: not an http(s) address", 2)
    request = urllib.request.Request(
        canonical_url(url) or url, headers={**DEFAULT_REQUEST_HEADERS, "User-Agent": USER_AGENT}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            body = response.read(DOWNLOAD_MAXSIZE)
            encoding = response.headers.get("Content-Encoding", "")
            if encoding == "gzip":
                body = gzip.decompress(body)
            elif encoding == "deflate":
                body = zlib.decompress(body, -15 if body[:1] != b"\x78" else 15)
            return body, response.url, response.headers.get("Content-Type"), datetime.now(UTC)
    except urllib.error.HTTPError as error:
        raise CommandError(f"{url}: the site answers {error.code} {error.reason}", 3) from error
    except (OSError, ValueError, EOFError, zlib.error) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"{url}: cannot be fetched ({reason})", 3) from error


def _show(article: dict[str, Any]) -> None:
    order = (
        "title date date_source date_text published_at event_date page_date section byline source lead caption"
    ).split()
    for name in order:
        if article[name]:
            click.echo(printable(f"{name:<13}{article[name]}"))
    for image in article["images"]:
        click.echo(printable(f"{'image':<13}{image['url']}" + (f"  {image['caption']}" if image["caption"] else "")))
    for link in article["links"]:
        click.echo(printable(f"{link['kind']:<13}{link['url']}  {link['title'] or ''}"))
    if article["body"]:
        click.echo("\n" + "\n".join(printable(line) for line in article["body"].split("\n")))
