"""Feeds (RSS 0.9 to 2.0, Atom) and sitemaps: what they list, as they say it themselves. Pure.

They are written by hand or by old scripts as often as by a library: a declaration that lies about the encoding, bare
"&", names of HTML's letters, a script's warning before the first tag are all read over.
"""

from __future__ import annotations

import html
import re
import zlib

from lxml import etree

from newsarchive.extract.document import UnreadablePageError, decode
from newsarchive.extract.legacy import is_suspect, mend_tree
from newsarchive.items import Listing, ListingEntry
from newsarchive.sites.urls import canonical_url, is_front_page
from newsarchive.vietnamese.text import collapse

# Each part is taken once (atomic groups): thousands of comments, none of which leads to a feed, are no work.
_PROLOGUE = (
    rb"^\s*+(?:<\?xml[^>]*+>\s*+)?"
    rb"(?:(?><!--.*?-->|<\?[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)\s*+)*+"
)
_FEED = re.compile(_PROLOGUE + rb"<(?:\w+:)?(rss|feed|urlset|sitemapindex|RDF)\b", re.DOTALL)
_UTF8, _UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_GZIP = b"\x1f\x8b"
_HEAD = 4000
# Sitemaps of a site's categories, keywords and authors, as WordPress, Yoast and Rank Math name them.
_NO_ARTICLES = re.compile(r"/(?:wp-sitemap-(?:taxonomies|users)-|(?:category|post_tag|author)-sitemap\d*\.xml)")
# A name of HTML's ("&agrave;", "&nbsp;"), or an "&" that begins none.
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:(\w{1,30});)?")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATES = ("pubdate", "published", "publication_date", "issued", "date", "created")
MAX_ENTRIES = 50_000
"""Entries read of one feed or sitemap: the sitemap protocol's own bound."""
MAX_SITEMAPS = 1000
MAX_UNPACKED = 50 * 1024 * 1024
"""Bytes of a packed sitemap: the protocol's own bound."""


def unpacked(page: bytes) -> bytes:
    """A file sent packed ("sitemap.xml.gz") unpacked; other bytes as they are.

    Raises :class:`newsarchive.extract.document.UnreadablePageError` where it unpacks to more than the sitemap protocol
    allows, or cannot be unpacked. One cut in the middle gives what there is.
    """
    if not page.startswith(_GZIP):
        return page
    unpacker = zlib.decompressobj(31)
    try:
        whole = unpacker.decompress(page, MAX_UNPACKED)
    except zlib.error as error:
        raise UnreadablePageError(f"a packed file that cannot be unpacked ({error})") from error
    if unpacker.unconsumed_tail:
        raise UnreadablePageError(f"a packed file of more than {MAX_UNPACKED / 1e6:.0f} MB")
    return whole


def is_feed(page: bytes) -> bool:
    """True where the bytes begin as a feed or a sitemap does, a script's warnings before its declaration aside."""
    return _FEED.match(_from_its_start(_head(page))) is not None


def read_feed(page: bytes, url: str) -> Listing:
    """Read a feed, a sitemap, or an index of sitemaps (its ``children``); ``url`` is its address.

    Raises :class:`newsarchive.extract.document.UnreadablePageError` where it is not XML, or declares entities: feeds
    have no use for them, attackers have (billion laughs, files read by the parser).
    """
    root = _parsed(page)
    kind = _local(root)
    listing = Listing(url, kind="sitemap" if kind in ("urlset", "sitemapindex") else "feed")
    if kind == "sitemapindex":
        sitemaps = [(e, _child(e, "loc")) for e in root if _local(e) == "sitemap"]
        located = [(u, e) for e, text in sitemaps if text and (u := canonical_url(text, url))]
        children = [u for u, _ in located]
        listing.modified = {u: said for u, e in located if (said := _child(e, "lastmod"))}
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
        if modified := _child(item, "lastmod") or _child(item, "updated"):
            listing.modified[target] = modified
        stated = next((date for name in _DATES if (date := _child(item, name))), None)
        title = html.unescape(_child(item, "title") or "")
        listing.entries.append(ListingEntry(target, len(listing.entries), collapse(title) or None, stated))
    listing.next_url = _next_page(root, url)
    return listing


def _head(page: bytes) -> bytes:
    if page.startswith(_UTF16):
        return page[: 2 * _HEAD].decode("utf-16", "replace").encode()
    return page[:_HEAD].removeprefix(_UTF8)


def _from_its_start(page: bytes) -> bytes:
    """A feed without what a script printed before its declaration."""
    start = page.find(b"<?xml", 0, _HEAD)
    return page[start:] if start > 0 else page


def _parsed(page: bytes) -> etree._Element:
    page = _from_its_start(page if not page.startswith(_UTF16) else page.decode("utf-16", "replace").encode())
    if b"<!ENTITY" in page[:100_000]:
        raise UnreadablePageError("a feed or sitemap that declares entities: not read")
    try:
        text = page.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = decode(page)
    # The bytes decided; what the file declares of itself no longer counts.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, encoding="utf-8"
    )
    data = _well_formed(text).strip().encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePageError(f"a feed or sitemap that is not well-formed XML ({error})") from error
    if root is None:
        raise UnreadablePageError("a feed or sitemap without content")
    if is_suspect(data):
        mend_tree(root)
    return root


def _well_formed(text: str) -> str:
    """A feed's text with bare "&" escaped and HTML's names for letters replaced, outside CDATA sections."""
    parts = _NO_XML.sub("", text).split("<![CDATA[")
    made = [_AMPERSAND.sub(_escaped, parts[0])]
    for part in parts[1:]:
        data, end, rest = part.partition("]]>")
        made.append(f"<![CDATA[{data}{end}{_AMPERSAND.sub(_escaped, rest)}")
    return "".join(made)


def _escaped(found: re.Match[str]) -> str:
    letter = html.unescape(found.group()) if found.group(1) else found.group()
    return letter if letter != found.group() else "&amp;" + found.group()[1:]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _child(element: etree._Element, name: str) -> str | None:
    """The text of the first child of a name that has any, else of such an element deeper within."""
    for nodes in (element, element.iterdescendants()):
        for node in nodes:
            if _local(node) == name and (text := collapse("".join(str(part) for part in node.itertext()))):
                return text
    return None


def _feed_link(item: etree._Element) -> str | None:
    for link in item:
        if _local(link) == "link" and link.get("rel", "alternate") == "alternate" and link.get("href"):
            return link.get("href")
    if link_text := _child(item, "link") or _child(item, "loc"):
        return link_text
    # A guid, or an RDF item's name, is an address only where it looks like one.
    names = [_child(item, "guid"), *(value for key, value in item.attrib.items() if str(key).endswith("}about"))]
    return next((str(name) for name in names if name and str(name).startswith(("http://", "https://"))), None)


def _next_page(root: etree._Element, url: str) -> str | None:
    """Where a feed in pages goes on (RFC 5005, section 3)."""
    channels = [root, *(child for child in root if _local(child) == "channel")]
    links = (link for channel in channels for link in channel if _local(link) == "link" and link.get("rel") == "next")
    found = next((link.get("href") for link in links if link.get("href")), None)
    return canonical_url(str(found), url) if found else None
