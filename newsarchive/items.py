"""The vocabulary: what one news page says, and what a crawl hands to the pipelines.

Dataclasses without behaviour. Field names are those of the archive's tables; all text is ``str``
in NFC, all times are ISO 8601 strings, all addresses absolute. ``None`` means "the page does not say".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RELATED = "related"
"""A link of the page's own related lists ("Tin khác", "Tin liên quan")."""
NOTICE = "notice"
"""A link under the page's notices ("Thông báo")."""
INLINE = "inline"
"""A link inside the article's body."""
ATTACHMENT = "attachment"
"""A document (pdf, doc, xls …) the article offers."""


@dataclass(slots=True)
class Image:
    """A picture of the article: its absolute address, its caption as published, the photographer where named."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(slots=True)
class Link:
    """A link of the article; ``kind`` is one of ``related``, ``notice``, ``inline``, ``attachment``."""

    kind: str
    url: str
    title: str | None = None


@dataclass(slots=True)
class Article:
    """One article as read from one page (schema.org NewsArticle; the columns of table ``articles``).

    ``date`` is EDTF at its honest precision; ``date_earliest``/``date_latest`` the plain days it spans;
    ``published_at`` ISO 8601 with offset where a time is known; ``event_date`` (EDTF) the day the dateline
    speaks of; ``page_date`` the masthead's clock; ``date_text`` what the page printed. ``body`` is paragraphs
    separated by a blank line. ``canonical`` is the address the page claims for itself, not yet believed.
    ``field_sources`` says for each field where on the page it was found, and keeps the losing date candidates.
    ``refusal`` says why the page is no article for all that it reads like one; it is judged, not stored.
    """

    url: str
    title: str | None = None
    date: str | None = None
    date_earliest: str | None = None
    date_latest: str | None = None
    date_source: str | None = None
    published_at: str | None = None
    event_date: str | None = None
    page_date: str | None = None
    date_text: str | None = None
    lead: str | None = None
    caption: str | None = None
    body: str | None = None
    byline: str | None = None
    source: str | None = None
    section: str | None = None
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    field_sources: dict[str, Any] = field(default_factory=dict)
    canonical: str | None = None
    extractor: str | None = None
    refusal: str | None = None


@dataclass(slots=True)
class ListingEntry:
    """An article as a listing shows it: address, title, the date printed beside it, its place from the top (from 0)."""

    url: str
    position: int
    title: str | None = None
    date_text: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be posted: the address it goes to and its fields in the page's order."""

    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Listing:
    """One listing page: its entries in page order and, if there is one, its next page: an address, or a form to post.

    ``kind`` is ``listing`` (a web page), ``feed`` (RSS, Atom) or ``sitemap``; ``children`` are an index's sitemaps.
    ``modified``: what a sitemap, an index or an Atom feed says of when an address's content was last changed, as it
    says it.
    """

    url: str
    entries: list[ListingEntry] = field(default_factory=list)
    next_url: str | None = None
    next_form: Form | None = None
    kind: str = "listing"
    children: list[str] = field(default_factory=list)
    modified: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ListingEvidence:
    """What the listings said of an article: the dates printed for it and for the articles beside it.

    ``date_text`` stands in the article's own row; ``newer_text``/``older_text`` in the nearest dated rows above and
    below. ``kind`` is that of :class:`Listing` (a feed's date is the publisher's own statement).
    """

    date_text: str | None = None
    newer_text: str | None = None
    older_text: str | None = None
    kind: str = "listing"


@dataclass(slots=True)
class Capture:
    """Where the bytes of one response lie: the row of table ``captures``.

    ``digest`` is ``sha256:<hex>`` of the body as received; ``warc_file`` is relative to the archive's ``warc`` folder.
    ``refers_to`` is the id of the earlier capture of the very bytes where the record is a revisit: that one holds them.
    A capture of status 304 is one too: the site says that those bytes are still what it has.
    ``posted`` is ``sha256:<hex>`` of the form that was posted, None for what was asked for by its address alone.
    """

    id: int
    url: str
    fetched_at: str
    status: int
    media_type: str | None
    digest: str
    warc_file: str
    warc_offset: int
    warc_length: int
    refers_to: int | None = None
    posted: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One address of the frontier: ``kind`` is ``listing``, ``article``, ``related`` or ``image``; ``depth`` counts
    listing pages from the first; ``found_on`` is the page that named it. For listing pages ``chain`` is the listing
    they are reached from, ``walk`` the run that set out for them. ``why`` says in words why an article that was read
    before is asked for again."""

    url: str
    kind: str
    depth: int = 0
    found_on: str | None = None
    chain: str | None = None
    walk: int = 0
    why: str | None = None


@dataclass(slots=True)
class ArticlePage:
    """What the spider hands on when a page read as an article; ``capture`` is None where it could not be recorded."""

    task: Task
    article: Article
    capture: Capture | None


@dataclass(slots=True)
class ListingPage:
    """What the spider hands on when a listing page, feed or sitemap was read; ``unchanged`` where the site says that it
    is as it was (304)."""

    task: Task
    listing: Listing
    capture: Capture | None
    unchanged: bool = False


@dataclass(slots=True)
class PicturePage:
    """What the spider hands on when a picture of an article was fetched; its bytes are in its capture."""

    task: Task
    capture: Capture | None


@dataclass(slots=True)
class UnchangedPage:
    """The site says that an article is as it was when it was last captured (304)."""

    task: Task
    capture: Capture | None


@dataclass(slots=True)
class GonePage:
    """The site says the address is no more: 404, 410, a redirect to its front page, or (``in_words``) a page that says
    so with status 200."""

    task: Task
    capture: Capture | None
    reason: str
    in_words: bool = False


@dataclass(slots=True)
class FailedPage:
    """An address that could not be fetched, read or kept; ``stage`` is fetch, robots, listing, extract or validate."""

    task: Task
    stage: str
    reason: str
