"""The extractors that are compared, each as one function from a page's text to what it read.

A field that an extractor does not give at all is OFFERS_NOT, so that it is not counted as read wrongly.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from lxml import html as lxml_html

from newsarchive.extract.article import PageContext, extract
from newsarchive.extract.blocks import BLOCK_TAGS
from newsarchive.items import RELATED, ListingEvidence
from newsarchive.sites.profile import Rules

OFFERS_NOT: Any = object()
"""The value of a field that an extractor has no answer for on any page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as every extractor gets it; ``rules``, ``fetched_at`` and ``listing`` are known to ours alone."""

    name: str
    html: str
    url: str
    rules: Rules = Rules()  # noqa: RUF009 - immutable in use
    fetched_at: datetime | None = None
    listing: ListingEvidence | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor made of a page: names as a sorted tuple, captions and related addresses in page order."""

    body: str
    title: str | None = None
    date: str | None = None
    byline: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


Reader = Callable[[Sheet], Reading]


def readers(*, families: bool) -> dict[str, Reader]:
    """The extractors by the name the tables print; ``families``: ours also with the rules of the page's family, else
    also without the sapo, which not everybody counts as text."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("newspaper").setLevel(logging.CRITICAL)
    logging.getLogger("readability").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"newspaper|dateutil|dateparser|bs4")
    found: dict[str, Reader] = {"newsarchive": ours}
    if families:
        found["newsarchive, families on"] = ours_with_family
    else:
        found["newsarchive, the sapo left out"] = ours_without_lead
    return {
        **found,
        f"trafilatura {version('trafilatura')}": lambda sheet: trafilatura(sheet, fast=False),
        f"trafilatura {version('trafilatura')}, fast": lambda sheet: trafilatura(sheet, fast=True),
        f"newspaper4k {version('newspaper4k')}": newspaper4k,
        f"readability-lxml {version('readability-lxml')}": readability,
    }


def ours(sheet: Sheet) -> Reading:
    """The package's extractor, knowing nothing of the site."""
    return _ours(sheet, Rules())


def ours_with_family(sheet: Sheet) -> Reading:
    """The package's extractor with the rules of the page's family, where one is shipped."""
    return _ours(sheet, sheet.rules)


def ours_without_lead(sheet: Sheet) -> Reading:
    """The package's extractor, with the sapo taken off the body."""
    article = extract(sheet.html, sheet.url)
    body = article.body or ""
    return Reading(body.removeprefix(article.lead or "").lstrip() or body)


def _ours(sheet: Sheet, rules: Rules) -> Reading:
    context = PageContext(fetched_at=sheet.fetched_at, listing=sheet.listing)
    article = extract(sheet.html, sheet.url, rules, context)
    return Reading(
        body=article.body or "",
        title=article.title,
        date=article.date,
        byline=names(article.byline),
        captions=tuple(image.caption for image in article.images if image.caption),
        related=tuple(link.url for link in article.links if link.kind == RELATED),
    )


def trafilatura(sheet: Sheet, *, fast: bool) -> Reading:
    """trafilatura with its metadata, without readers' comments."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(sheet.html, url=sheet.url, fast=fast, include_comments=False, with_metadata=True)
    if found is None:
        return Reading("", captions=OFFERS_NOT, related=OFFERS_NOT)
    return Reading(
        found.text or "", found.title, found.date, names(found.author), captions=OFFERS_NOT, related=OFFERS_NOT
    )


def newspaper4k(sheet: Sheet) -> Reading:
    """newspaper4k, given the page's text; it would fetch the pictures from the network to measure them.

    Japanese and Korean it divides into words by packages and data of others; without them it reads such pages, told
    that they are English.
    """
    import newspaper

    try:
        found = newspaper.article(sheet.url, input_html=sheet.html, fetch_images=False)
    except (ImportError, LookupError):
        found = newspaper.article(sheet.url, language="en", input_html=sheet.html, fetch_images=False)
    day = found.publish_date
    return Reading(
        found.text,
        found.title,
        day.date().isoformat() if isinstance(day, datetime) else None,
        names("; ".join(found.authors)),
        captions=OFFERS_NOT,
        related=OFFERS_NOT,
    )


def readability(sheet: Sheet) -> Reading:
    """readability-lxml, its HTML made text with a break at each block."""
    from readability import Document

    document = Document(sheet.html)
    return Reading(
        plain_text(document.summary(html_partial=True)),
        document.short_title(),
        OFFERS_NOT,
        OFFERS_NOT,
        captions=OFFERS_NOT,
        related=OFFERS_NOT,
    )


def plain_text(markup: str) -> str:
    """The text of a piece of HTML, with a line break around each block."""
    root = lxml_html.fromstring(markup)
    for element in root.iter():
        if element.tag in BLOCK_TAGS or element.tag == "br":
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
    return str(root.text_content())


def names(text: str | None) -> tuple[str, ...]:
    """The names in a byline, in an order of their own: extractors join several in different ways."""
    parts = re.split(r"\s*[,;/|]\s*|\s+(?:và|[-–])\s+", text or "")
    return tuple(sorted({" ".join(part.split()) for part in parts if part.strip()}))
