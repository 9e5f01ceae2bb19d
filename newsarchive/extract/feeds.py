"""Feeds (RSS, Atom, RDF) and sitemaps: what they list, as they say it themselves. Pure."""

from __future__ import annotations

import re

from lxml import etree

from newsarchive.extract.document import UnreadablePageError
from newsarchive.items import Listing, ListingEntry
from newsarchive.sites.urls import canonical_url, is_front_page
from newsarchive.vietnamese.text import collapse

# Each part is taken once (atomic groups): thousands of comments, none of which leads to a feed, are no work.
_PROLOGUE = (
    rb"^\s*+(?:<\?xml[^>]*+>\s*+)?"
    rb"(?:(?><!--.*?-->|<\?[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)\s*+)*+"
)
_FEED = re.compile(_PROLOGUE + rb"<(?:\w+:)?(rss|feed|urlset|sitemapindex|RDF)\b", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
# Sitemaps of a site's categories, keywords and authors, as WordPress, Yoast and Rank Math name them.
_NO_ARTICLES = re.compile(r"/(?:wp-sitemap-(?:taxonomies|users)-|(?:category|post_tag|author)-sitemap\d*\.xml)")
MAX_ENTRIES = 50_000
"""Entries read of one feed or sitemap: the sitemap protocol's own bound."""
MAX_SITEMAPS = 1000


def is_feed(page: bytes) -> bool:
    """True where the bytes begin as a feed or a sitemap does."""
    return _FEED.match(page[:4000].removeprefix(_BOM)) is not None


def read_feed(page: bytes, url: str) -> Listing:
    """Read a feed, a sitemap, or an index of sitemaps (its ``children``); ``url`` is its address.

    Raises :class:`newsarchive.extract.document.UnreadablePageError` where it is not XML, or declares entities: feeds
    have no use for them, attackers have (billion laughs, files read by the parser).
    """
    if b"<!ENTITY" in page[:100_000]:
        raise UnreadablePageError("a feed or sitemap that declares entities: not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(page.removeprefix(_BOM).strip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePageError(f"a feed or sitemap that is not well-formed XML ({error})") from error
    if root is None:
        raise UnreadablePageError("a feed or sitemap without content")
    kind = _local(root)
    listing = Listing(url, kind="sitemap" if kind in ("urlset", "sitemapindex") else "feed")
    if kind == "sitemapindex":
        locations = [_child(e, "loc") for e in root if _local(e) == "sitemap"]
        children = [u for text in locations if text and (u := canonical_url(text, url))]
        listing.children = ([u for u in children if not _NO_ARTICLES.search(u)] or children)[:MAX_SITEMAPS]
        return listing
    seen: set[str] = set()
    for item in root.iter():
        if _local(item) not in ("item", "entry", "url") or len(seen) >= MAX_ENTRIES:
            continue
        target = canonical_url(_feed_link(item) or "", url)
        if target is None or target in seen or is_front_page(target) or target == url:
            continue
        seen.add(target)
        stated = (
            _child(item, "pubDate")
            or _child(item, "published")
            or _child(item, "publication_date")
            or _child(item, "date")
        )
        listing.entries.append(ListingEntry(target, len(listing.entries), _child(item, "title"), stated))
    return listing


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _child(element: etree._Element, name: str) -> str | None:
    for child in element.iter():
        if child is not element and _local(child) == name:
            return collapse("".join(str(part) for part in child.itertext())) or None
    return None


def _feed_link(item: etree._Element) -> str | None:
    for link in item:
        if _local(link) == "link" and link.get("rel", "alternate") == "alternate" and link.get("href"):
            return link.get("href")
    return _child(item, "link") or _child(item, "loc") or _child(item, "guid")
