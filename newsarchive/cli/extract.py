"""``newsarchive date`` and ``newsarchive extract``: the readers, tried on one text or page; nothing is stored."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, Day, folder, json_option, print_json, say, show
from newsarchive.research.evidence import where_found
from newsarchive.vietnamese.dates import read_date

if TYPE_CHECKING:
    from newsarchive.cli.fetching import Page
    from newsarchive.items import Article, Image, Link


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

    The address of a saved page is --url's, or the one that the browser which saved it wrote into it. Where there is
    none, relative links are shown as they are written. Exit status 1 where the page is no article, 3 where it cannot
    be had.
    """
    from newsarchive.archive.intake import normalise_article
    from newsarchive.extract.article import PageContext, extract, reason_for_refusal
    from newsarchive.extract.document import UnreadablePageError, decode, parse
    from newsarchive.sites.profile import ProfileError, Rules, load_site

    try:
        rules = load_site(site, folder(context)).rules() if site else Rules()
    except ProfileError as error:
        raise CommandError(str(error), 2) from error
    fetched = "://" in source
    if fetched and url:
        raise CommandError("--url is for a saved page; a page that is fetched has its address", 2)
    page = _fetch(source) if fetched else _read(source, url)
    try:
        text = decode(page.body, page.content_type, rules.encoding)
        tree = parse(text)
        address = page.url or _saved_from(text) or _NOWHERE
        written = {} if fetched else _as_written(tree, address)
        article = extract(tree, address, rules, PageContext(page.content_type, page.fetched_at))
    except UnreadablePageError as error:
        raise CommandError(f"{source}: {error}", 1) from error
    normalise_article(article)
    left = _write_back(article, written)
    found = {**asdict(article), "url": None if address == _NOWHERE else address}
    if as_json:
        print_json(found)
    else:
        _show(found)
    if address == _NOWHERE:
        say(f"newsarchive: {source}: does not say where it came from, and --url was not given{left}")
    elif left:
        say(f"newsarchive: {source}: saved from {address}{left}")
    if reason := reason_for_refusal(article):
        say(f"newsarchive: {source}: not an article: {reason}")
        return 1
    return 0


_NOWHERE = "http://unknown.invalid/"
"""Stands for the address of a saved page that does not tell it (RFC 2606: nobody's); it is never shown."""
# Browsers write it at the top of a page they save: Internet Explorer, Edge and Chrome the one, SingleFile the other.
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)([^\s<>]+)")
# Where browsers put the pictures of a page they save: "Tên trang_files/anh.jpg".
_SAVED_FILE = re.compile(r"(?:\./)?[^/?#]+_files/")
_PACKED = {
    b"\x1f\x8b": "packed with gzip; unpack it first (gunzip)",
    b"WARC/": "a WARC file, not a page",
    b"MIME-Version:": "a whole page in one MIME file (MHTML); save it as HTML",
    b"From: <Saved by": "a whole page in one MIME file (MHTML); save it as HTML",
}


def _read(source: str, url: str | None) -> Page:
    """A saved page, its address empty where --url does not say it."""
    from newsarchive.cli.fetching import Page
    from newsarchive.extract.document import MAX_BYTES
    from newsarchive.sites.urls import canonical_url

    address = canonical_url(url) if url is not None else ""
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
    for beginning, what in _PACKED.items():
        if body.startswith(beginning):
            raise CommandError(f"{source}: {what}", 1)
    # The day a file was saved is not known: no bound is made of it.
    return Page(body, address)


def _fetch(source: str) -> Page:
    """A page from the web. Raises :class:`CommandError`: 2 for no address, 3 where the page cannot be had."""
    from newsarchive.cli.fetching import FetchError, fetch
    from newsarchive.sites.urls import canonical_url

    url = canonical_url(source)
    if url is None:
        raise CommandError(f"{source}: not an http(s) address", 2)
    try:
        return fetch(url)
    except FetchError as error:
        raise CommandError(f"{source}: {error}", 3) from error


def _saved_from(text: str) -> str | None:
    """The address a browser wrote into a page when it saved it."""
    from newsarchive.sites.urls import canonical_url

    found = _SAVED_FROM.search(text[:4000])
    return canonical_url(found[1]) if found else None


def _as_written(tree: Any, address: str) -> dict[str, str]:
    """What references of a saved page would be made absolute to, and how they are written, where that would be wrong:
    all relative ones where its address is not known, the browser's own copies of pictures where it is."""
    from newsarchive.sites.urls import absolute_url, canonical_url

    written = {}
    for element in tree.iter():
        for value in element.attrib.values() if isinstance(element.tag, str) else ():
            relative = len(value) < 2000 and "//" not in value[:2] and not re.match(r"[a-zA-Z][\w+.-]*:", value)
            if relative and (address == _NOWHERE or _SAVED_FILE.match(value)):
                for made in (absolute_url(value, address), canonical_url(value, address)):
                    if made:
                        written[made] = value
    return written


def _write_back(article: Article, written: dict[str, str]) -> str:
    """Put references back as they are written; returns the words that say so, empty where there is none."""
    count = 0
    parts: list[Image | Link] = [*article.images, *article.links]
    for part in parts:
        if part.url in written or part.url.startswith(_NOWHERE):
            part.url = written.get(part.url) or part.url.removeprefix(_NOWHERE[:-1])
            count += 1
    return f"; {count} relative address{'es are' if count != 1 else ' is'} shown as written" if count else ""


def _show(article: dict[str, Any]) -> None:
    order = "title date published_at event_date page_date section byline source lead caption".split()
    show(f"{'address':<14}{article['url'] or 'unknown'}")
    for name in order:
        if article[name]:
            show(f"{name:<14}{article[name]}")
    for image in article["images"]:
        credit = f" (photo: {image['credit']})" if image["credit"] else ""
        show(f"{'image':<14}{image['url']}  {image['caption'] or ''}".rstrip() + credit)
    for link in article["links"]:
        show(f"{link['kind']:<14}{link['url']}  {link['title'] or ''}".rstrip())
    show("\nwhere it was found", bold=True)
    for name, lines in where_found(article).items():
        for n, line in enumerate(lines):
            show(f"{name if n == 0 else '':<14}{line}")
    if article["body"]:
        show("\n" + article["body"])
