"""What a page is: a listing of articles, an article, a feed, a sitemap, or none of these. Pure.

A listing and an article both have links to articles and lines of prose. On a listing the prose stands between the
links (summaries), on an article it stands together, with the links after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.extract.article import PageContext, extract, reason_for_refusal
from newsarchive.extract.blocks import read_blocks
from newsarchive.extract.document import Tree, decode, parse
from newsarchive.extract.feeds import is_feed
from newsarchive.extract.listing import read_listing
from newsarchive.items import Article, Listing
from newsarchive.sites.profile import Rules
from newsarchive.sites.urls import canonical_url
from newsarchive.vietnamese.text import fold

LISTING, ARTICLE, FEED, SITEMAP, OTHER = "listing", "article", "feed", "sitemap", "other"
MIN_ENTRIES = 3
"""Article links that make a page a listing: two may be a box of news on any page."""
_SHORT = 300
"""Characters of prose that a listing's longest summary may have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is, the articles it lists (none where it is an article), and the article it is."""

    kind: str
    listing: Listing
    article: Article | None = None


def kind_of(page: bytes, url: str, rules: Rules | None = None, *, content_type: str | None = None) -> Kind:
    """What one page is; ``page`` is the body with compression undone, ``url`` its address.

    Raises :class:`newsarchive.extract.document.UnreadablePageError` where the bytes are neither page nor feed.
    """
    rules = rules or Rules()
    listing = read_listing(page, url, rules, content_type=content_type)
    if is_feed(page):
        return Kind(FEED if listing.kind == "feed" else SITEMAP, listing)
    text = decode(page, content_type, rules.encoding)
    article = extract(text, url, rules, PageContext(content_type))
    lists = len(listing.entries) >= MIN_ENTRIES
    if reason_for_refusal(article) is None and not (lists and _is_list(parse(text), url, listing, article)):
        return Kind(ARTICLE, Listing(url), article)
    return Kind(LISTING if lists else OTHER, listing)


def _is_list(root: Tree, url: str, listing: Listing, article: Article) -> bool:
    """True where what reads as an article is the summaries of a listing."""
    titles = {fold(entry.title) for entry in listing.entries if entry.title}
    paragraphs = set((article.body or "").split("\n\n"))
    if fold(article.title or "") in titles or max(map(len, paragraphs)) < 60 or len(article.body or "") < _SHORT:
        return True
    listed = {entry.url for entry in listing.entries}
    prose, links = [], []
    for block in read_blocks(root):
        if block.link_share > 0.3 and any(canonical_url(href, url) in listed for href, _ in block.links):
            links.append(block.index)
        elif block.text in paragraphs:
            prose.append(block.index)
    return bool(prose) and sum(prose[0] < place < prose[-1] for place in links) > 1
