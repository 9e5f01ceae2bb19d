"""What a page is: a listing of articles, an article, a feed, a sitemap, or none of these. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.extract.article import PageContext, extract, reason_for_refusal
from newsarchive.extract.blocks import read_blocks
from newsarchive.extract.document import decode, parse
from newsarchive.extract.feeds import is_feed
from newsarchive.extract.listing import read_listing
from newsarchive.extract.teasers import is_of_summaries
from newsarchive.items import Article, Listing
from newsarchive.sites.profile import Rules

LISTING, ARTICLE, FEED, SITEMAP, OTHER = "listing", "article", "feed", "sitemap", "other"
MIN_ENTRIES = 3
"""Article links that make a page a listing: two may be a box of news on any page."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is, the articles it lists (none where it is an article), and the article it is. The page after it is
    told of a listing only."""

    kind: str
    listing: Listing
    article: Article | None = None


def kind_of(page: bytes, url: str, rules: Rules | None = None, context: PageContext | None = None) -> Kind:
    """What one page is; ``page`` is the body with compression undone, ``url`` its address, ``context`` what the page
    does not say of itself, for the article that it may be.

    Raises :class:`newsarchive.extract.document.UnreadablePageError` where the bytes are neither page nor feed.
    """
    rules, context = rules or Rules(), context or PageContext()
    listing = read_listing(page, url, rules, content_type=context.content_type, onward=False)
    if is_feed(page):
        return Kind(FEED if listing.kind == "feed" else SITEMAP, listing)
    text = decode(page, context.content_type, rules.encoding)
    article = extract(text, url, rules, context)
    lists = len(listing.entries) >= MIN_ENTRIES
    if reason_for_refusal(article) is None and not (
        lists and is_of_summaries(article, read_blocks(parse(text)), listing)
    ):
        return Kind(ARTICLE, Listing(url), article)
    if not lists:
        return Kind(OTHER, listing)
    return Kind(LISTING, read_listing(page, url, rules, content_type=context.content_type))
