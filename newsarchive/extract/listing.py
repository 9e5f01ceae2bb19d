"""Listing pages: which links are the site's articles, with titles and printed dates, and where the next page is. Pure.

Feeds and sitemaps say it themselves. On a web page the articles are the links that repeat: same shape of address, same
place in the markup, titles long enough to be headlines; menus, most-read boxes, pagers repeat too but read otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, read_blocks
from newsarchive.extract.document import Tree, UnreadablePageError, decode, parse
from newsarchive.extract.layout import is_date_line
from newsarchive.extract.selectors import apply_rules, select
from newsarchive.items import Listing, ListingEntry
from newsarchive.sites.profile import Rules
from newsarchive.sites.urls import absolute_url, canonical_url, host_of, is_front_page
from newsarchive.vietnamese.dates import find_dates
from newsarchive.vietnamese.text import collapse

_FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*\?>\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?(rss|feed|urlset|sitemapindex|RDF)\b",
    re.DOTALL,
)
_NEXT_TEXT = re.compile(
    r"(?:(?:xem )?(?:trang )?(?:sau|tiep|ke)(?: theo| tuc)?|next(?: page)?|older(?: posts| entries)?|xem them(?: tin)?|"
    r"bai viet cu hon|tin cu hon|cac tin cu hon)"
)
_NEXT_SIGN = {"»", "›", ">", ">>", "→"}
_PAGE_QUERY = re.compile(
    r"(?:page|trang|p|paged|pageindex|pagenumber|pageno|_?cur|.*_cur|start|limitstart|offset|pg|page_?id|.*page.*)",
    re.IGNORECASE,
)
_PAGE_PATH = re.compile(r"/(?:page|trang|p)[/-](\d+)", re.IGNORECASE)
_MIN_TITLE = 18
MAX_ENTRIES = 50_000
"""Entries read of one feed or sitemap: the sitemap protocol's own bound."""


def read_listing(page: bytes, url: str, rules: Rules | None = None, *, content_type: str | None = None) -> Listing:
    """Read one listing page, feed or sitemap.

    ``page`` is the body with compression undone, ``url`` its address. A page without articles gives no entries.
    Raises :class:`newsarchive.extract.document.UnreadablePageError` where the bytes are neither page nor feed.
    """
    rules = rules or Rules()
    if _FEED.match(page[:2000].removeprefix(b"\xef\xbb\xbf")):
        return _read_feed(page, url)
    root = parse(decode(page, content_type, rules.encoding))
    element = root.find(".//base[@href]")
    base = (absolute_url(element.get("href") or "", url) if element is not None else None) or url
    apply_rules(root, {name: css for name, css in rules.article.items() if name == "remove"})
    listing = Listing(url)
    found = _selected_links(root, base, rules) if rules.listing.get("item") or rules.listing.get("link") else []
    if not found:
        found = _repeated_links(root, base, url, rules)
    for position, link in enumerate(found):
        listing.entries.append(ListingEntry(link.url, position, link.title, link.date_text))
    listing.next_url = _next_page(root, base, url, rules, {link.url for link in found})
    return listing


@dataclass(slots=True, eq=False)
class _Link:
    """One article link of a page, its text so far, and the elements it stands in."""

    url: str
    title: str
    elements: list[Tree] = field(default_factory=list)
    date_text: str | None = None
    order: int = 0


# Feeds and sitemaps


def _read_feed(page: bytes, url: str) -> Listing:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(page.strip().removeprefix(b"\xef\xbb\xbf"), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePageError(f"a feed or sitemap that is not well-formed XML ({error})") from error
    if root is None:
        raise UnreadablePageError("a feed or sitemap without content")
    kind = _local(root)
    listing = Listing(url, kind="sitemap" if kind in ("urlset", "sitemapindex") else "feed")
    if kind == "sitemapindex":
        locations = [_child(e, "loc") for e in root if _local(e) == "sitemap"]
        listing.children = [u for text in locations if text and (u := canonical_url(text, url))][:1000]
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


# Links by a profile's selectors


def _selected_links(root: Tree, base: str, rules: Rules) -> list[_Link]:
    links: dict[str, _Link] = {}
    for item in select(root, rules.listing.get("item", ())) or [root]:
        anchors = select(item, rules.listing.get("link", ())) or list(item.iter("a"))
        for element in anchors:
            anchor = element if element.tag == "a" else next(element.iter("a"), element)
            url = canonical_url(anchor.get("href") or "", base)
            if url is None:
                continue
            link = links.setdefault(url, _Link(url, ""))
            text = collapse(str(anchor.text_content()))
            if len(text) > len(link.title):
                link.title = text
            if item is not root:
                dates = select(item, rules.listing.get("date", ()))
                link.date_text = (
                    link.date_text
                    or (
                        collapse(str(dates[0].text_content()))
                        if dates
                        else _printed_date(read_blocks(item), link.title)
                    )
                    or None
                )
                if not rules.listing.get("link"):
                    break
    return [link for link in links.values() if link.title]


# Links by their repetition


def _repeated_links(root: Tree, base: str, url: str, rules: Rules) -> list[_Link]:
    blocks = read_blocks(root)
    by_shape: dict[str, dict[str, _Link]] = defaultdict(dict)
    shut: Tree | None = None
    host = host_of(url)
    kept: list[Block] = []
    for block in blocks:
        kind = landmarks.landmark(block.text) if block.kind == "text" else None
        if kind in (landmarks.POPULAR, landmarks.NOTICES, landmarks.COMMENTS) and _is_box_heading(block):
            shut = _box(block)
            continue
        if shut is not None and _holds(shut, block.element):
            continue
        shut = None
        if block.chrome or block.kind == "image":
            continue
        kept.append(block)
        for href, text in block.links:
            target = canonical_url(href, base)
            if target is None or target == url or is_front_page(target) or len(text) < _MIN_TITLE:
                continue
            if rules.article_url is not None:
                if not rules.article_url.match(_path(target)):
                    continue
            elif host_of(target) != host or is_date_line(text) or landmarks.landmark(text):
                continue
            links = by_shape[_shape(target)]
            link = links.setdefault(target, _Link(target, text, order=block.index))
            link.elements.append(block.element)
            if len(text) > len(link.title):
                link.title = text
    if not by_shape:
        return []
    best = max(by_shape.values(), key=_headline_letters)
    if rules.article_url is not None:
        best = {u: link for links in by_shape.values() for u, link in links.items()}
    chosen = _one_list(list(best.values()))
    _date_links(chosen, kept)
    return sorted(chosen, key=lambda link: link.order)


def _headline_letters(links: dict[str, _Link]) -> float:
    """How much headline a set of links carries: a menu's labels are short, a headline is not."""
    return sum(min(len(link.title), 120) for link in links.values() if len(link.title) >= 25)


def _one_list(links: list[_Link]) -> list[_Link]:
    """Of links with one shape of address, the main list: the largest group set alike, and what stands in its box."""
    groups: dict[tuple[str, ...], list[_Link]] = defaultdict(list)
    for link in links:
        groups[_setting(link.elements[0])].append(link)
    main = max(groups.values(), key=lambda g: sum(min(len(link.title), 120) for link in g))
    box = _common([link.elements[0] for link in main])
    if len(main) < 2 or box is None:
        return links
    chosen = list(main)
    parent = box.getparent()
    for group in groups.values():
        if group is main:
            continue
        for link in group:
            above = parent is not None and parent.tag not in ("body", "html") and _holds(parent, link.elements[0])
            if any(_holds(box, e) for e in link.elements) or (above and link.order < main[0].order):
                chosen.append(link)
    return chosen


def _setting(element: Tree) -> tuple[str, ...]:
    """How a link is set: tags and classes of the four elements around it, numbers left out."""
    names: list[str] = []
    node: Tree | None = element
    while node is not None and len(names) < 4:
        classes = re.sub(
            r"\d+|\b(?:first|last|odd|even|active|clearfix|item-\w+|post-\w+)\b", "", node.get("class") or ""
        )
        names.append(f"{node.tag}.{' '.join(classes.split())}")
        node = node.getparent()
    return tuple(names)


def _shape(url: str) -> str:
    """An address with its words and numbers made general: articles of one site share it."""
    parts = urlsplit(url)
    segments = []
    for segment in parts.path.split("/"):
        name, dot, ending = segment.rpartition(".")
        if not dot:
            name, ending = segment, ""
        if re.search(r"\d{3,}", name) and len(name) > 8:
            segments.append("N" + dot + ending)
        elif name.isdigit():
            segments.append("9")
        elif len(name) > 20 or name.count("-") >= 3:
            segments.append("N" + dot + ending)
        else:
            segments.append("w" + dot + ending)
    query = sorted({k.lower() for k, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{host_of(url)}/{'/'.join(segments)}?{'&'.join(query)}"


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_box_heading(block: Block) -> bool:
    return block.heading_level > 0 or block.link_share < 0.5 or block.bold > 0.9


def _box(heading: Block) -> Tree:
    """The box a heading opens: the smallest element around it that holds two other links or more."""
    element = heading.element
    own = {href for href, _ in heading.links}
    while (parent := element.getparent()) is not None and parent.tag not in ("body", "html"):
        if sum(1 for a in element.iter("a") if a.get("href") and a.get("href") not in own) >= 2:
            break
        element = parent
    return element


def _holds(box: Tree, element: Tree) -> bool:
    node: Tree | None = element
    while node is not None:
        if node is box:
            return True
        node = node.getparent()
    return False


def _common(elements: Iterable[Tree]) -> Tree | None:
    """The lowest element that holds them all."""
    paths = [[*reversed(list(e.iterancestors())), e] for e in elements]
    common: Tree | None = None
    for level in zip(*paths, strict=False):
        if any(e is not level[0] for e in level):
            break
        common = level[0]
    return common


# The date beside a link


def _date_links(links: list[_Link], blocks: list[Block]) -> None:
    """Give each link the date printed in its item: the largest element around it that holds no other article's link."""
    holders: dict[Tree, set[str]] = defaultdict(set)
    for link in links:
        for element in link.elements:
            node: Tree | None = element
            while node is not None:
                holders[node].add(link.url)
                node = node.getparent()
    items: dict[Tree, _Link] = {}
    for link in links:
        item = link.elements[0]
        while (parent := item.getparent()) is not None and len(holders[parent]) == 1:
            item = parent
        items[item] = link
    lines: dict[str, list[Block]] = defaultdict(list)
    starts = {link.order: link for link in links}
    current: _Link | None = None
    flat = {link.url for item, link in items.items() if item is link.elements[0]}
    for block in blocks:
        current = starts.get(block.index, current)
        owner = next((items[e] for e in (block.element, *block.element.iterancestors()) if e in items), None)
        if owner is None and current is not None and current.url in flat:
            owner = current
        if owner is not None:
            lines[owner.url].append(block)
    for link in links:
        link.date_text = _printed_date(lines[link.url], link.title)


def _printed_date(lines: list[Block], title: str) -> str | None:
    """The date among an item's lines, as printed: a line of its own, or what follows the title on its line."""
    for block in lines:
        text = block.text
        if title and title in text:
            rest = text.replace(title, " ", 1).strip()
            inner = re.sub(r"^[\s()\[\]|,;–-]+|[\s()\[\]|,;–-]+$", "", rest)
            if inner and is_date_line(inner):
                return inner
        elif is_date_line(text):
            return re.sub(r"^[\s()\[\]|]+|[\s()\[\]|]+$", "", text)
    for block in lines:
        # "08/10/2020 - Tóm tắt …": a summary that opens with its date.
        reading = next(find_dates(block.text[:60]), None)
        if reading is not None and reading.start <= 2 and reading.earliest and reading.earliest == reading.latest:
            return reading.text
    return None


# The next page


def _next_page(root: Tree, base: str, url: str, rules: Rules, articles: set[str]) -> str | None:
    """The address of the following listing page, or None."""
    for element in select(root, rules.listing.get("next", ())):
        anchor = element if element.get("href") else next(element.iter("a"), element)
        if found := canonical_url(anchor.get("href") or "", base):
            return found

    def usable(href: str | None) -> str | None:
        target = canonical_url(href or "", base)
        if target is None or target == url or target in articles or host_of(target) != host_of(url):
            return None
        return target

    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (found := usable(element.get("href"))):
            return found
    current = _page_number(url)
    numbered: dict[int, str] = {}
    worded: str | None = None
    signed: str | None = None
    for anchor in root.iter("a"):
        target = usable(anchor.get("href"))
        if target is None:
            continue
        text = collapse(str(anchor.text_content()))
        label = text or collapse(anchor.get("title") or anchor.get("aria-label") or "")
        paged = _is_paged(target, url)
        if re.fullmatch(r"\d{1,4}", text) and paged:
            numbered.setdefault(int(text), target)
        elif paged and worded is None and _NEXT_TEXT.fullmatch(landmarks.plain(label)):
            worded = target
        elif paged and text in _NEXT_SIGN and (signed is None or text in ("›", ">", "→")):
            signed = target
    if current + 1 in numbered:
        return numbered[current + 1]
    if worded:
        return worded
    if signed and not numbered:
        return signed
    # The pager shows a window of numbers: its sign leads to the next window.
    return signed if signed and numbered and max(numbered) <= current else None


def _page_number(url: str) -> int:
    """Which page of a listing an address is, from 1; offsets ("start=20") are told apart by :func:`_is_paged` alone."""
    parts = urlsplit(url)
    if match := _PAGE_PATH.search(parts.path):
        return int(match.group(1))
    for key, value in parse_qsl(parts.query):
        if value.isdigit() and re.fullmatch(
            r"(?:page|trang|p|paged|pageindex|pagenumber|pageno|pg|.*_?cur|.*page)", key, re.IGNORECASE
        ):
            return int(value)
    for key, value in parse_qsl(parts.query):
        if value.isdigit() and int(value) and re.fullmatch(r"start|limitstart|offset", key, re.IGNORECASE):
            return 0
    return 1


def _is_paged(target: str, url: str) -> bool:
    """True where an address is the listing's own with a page number: same path, or one that adds "/page/2" to it."""
    there, here = urlsplit(target), urlsplit(url)
    own = _PAGE_PATH.sub("", here.path).rstrip("/")
    if there.path.rstrip("/") == here.path.rstrip("/") or there.path.rstrip("/") == own:
        before = dict(parse_qsl(here.query, keep_blank_values=True))
        changed = {k for k, v in parse_qsl(there.query, keep_blank_values=True) if before.get(k) != v}
        return bool(changed) and all(_PAGE_QUERY.fullmatch(k) for k in changed)
    if _PAGE_PATH.search(there.path):
        return _PAGE_PATH.sub("", there.path).rstrip("/") == own
    # "/tin-tuc-2.html", "/tin-tuc/2"
    return (
        re.fullmatch(re.escape(re.sub(r"\.\w+$", "", own)) + r"[-/](?:trang-|page-|p)?\d{1,4}(?:\.\w+)?/?", there.path)
        is not None
    )
