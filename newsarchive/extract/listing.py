"""Listing pages: which links are the site's articles, with titles and printed dates, and where the next page is. Pure.

Feeds and sitemaps say it themselves. On a web page the articles are the links that repeat: same shape of address, same
place in the markup, titles long enough to be headlines; menus, most-read boxes, pagers repeat too but read otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, is_furniture, read_blocks
from newsarchive.extract.document import Tree, decode, parse
from newsarchive.extract.feeds import is_feed, read_feed, unpacked
from newsarchive.extract.forms import form_behind, next_form
from newsarchive.extract.lines import is_date_line
from newsarchive.extract.listed import Link, date_links, printed_date, uncut, unnumber
from newsarchive.extract.pager import address_in_script, next_page
from newsarchive.extract.selectors import remove, select
from newsarchive.extract.zones import common_element, within
from newsarchive.items import Form, Listing, ListingEntry
from newsarchive.sites.profile import Rules
from newsarchive.sites.urls import absolute_url, canonical_url, host_of, is_front_page
from newsarchive.vietnamese.text import collapse, fold

_MIN_TITLE = 18
# What ``rel`` says of the links beside a title: its category, a keyword, who put it up.
_LABELS = {"category", "tag", "author"}
# "Phản hồi: 0" in a row counts its comments; it opens no box of them.
_COUNTER = re.compile(r":\s*\d+$|^\d+\s")
_SHORTEST_HEADLINE = 32
"""Characters the titles of a list without dates have on average at least: menus' labels have some twenty."""
_SHORTEST_TEASER = 40
_ENOUGH_LETTERS = 500
# The last part of a shape (see _shape) that says: a name of a word or three.
_SHORT_NAME = re.compile(r"/w(?=(?:\.\w*)?/?\?[^?]*$)")
_MOST_FEATURED, _MOST_WAYS = 3, 3
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|zip|rar|7z|jpe?g|png|gif|mp[34]|wmv|flv)$", re.IGNORECASE)


def read_listing(
    page: bytes, url: str, rules: Rules | None = None, *, content_type: str | None = None, onward: bool = True
) -> Listing:
    """Read one listing page, feed or sitemap.

    ``page`` is the body with compression undone, ``url`` its address. A page without articles gives no entries. Without
    ``onward`` the page after it is not looked for, which takes longer than all else.
    Raises :class:`newsarchive.extract.document.UnreadablePageError` where the bytes are neither page nor feed.
    """
    rules = rules or Rules()
    page = unpacked(page)
    if is_feed(page):
        feed = read_feed(page, url)
        if feed.kind == "sitemap" and (named := [entry for entry in feed.entries if _is_listed(entry.url, rules)]):
            # A sitemap names every page of a site.
            feed.entries = [replace(entry, position=position) for position, entry in enumerate(named)]
        return feed
    text = decode(page, content_type, rules.encoding)
    root, rules = parse(text), rules.for_page(text, url)
    element = root.find(".//base[@href]")
    base = (absolute_url(element.get("href") or "", url) if element is not None else None) or url
    remove(root, (*rules.article.get("remove", ()), *rules.hints.get("remove", ())))
    _write_out_addresses(root)
    listing = Listing(url)
    found = _selected_links(root, base, rules) if rules.listing.get("item") or rules.listing.get("link") else []
    if not found:
        found = _repeated_links(root, base, url, rules)
    unnumber(found)
    for position, link in enumerate(found):
        listing.entries.append(ListingEntry(link.url, position, link.title, link.date_text))
    if not onward:
        return listing
    articles = {link.url for link in found}
    following = (
        _selected_next(root, base, url, rules)
        or next_page(root, base, url, articles)
        or next_form(root, base, url, articles)
    )
    if isinstance(following, Form):
        listing.next_form = following
    else:
        listing.next_url = following
    return listing


def _is_listed(url: str, rules: Rules) -> bool:
    return rules.article_url is None or rules.article_url.match(_path(url)) is not None


def _write_out_addresses(root: Tree) -> None:
    """Give links whose address stands in a script only (``onclick="location.href='…'"``) that address."""
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if (not href or href.startswith(("#", "javascript:"))) and (found := address_in_script(anchor)):
            anchor.set("href", found)


# Links by a profile's selectors


def _selected_links(root: Tree, base: str, rules: Rules) -> list[Link]:
    links: dict[str, Link] = {}
    for item in select(root, rules.listing.get("item", ())) or [root]:
        anchors = select(item, rules.listing.get("link", ())) or list(item.iter("a"))
        for element in anchors:
            anchor = element if element.tag == "a" else next(element.iter("a"), element)
            url = canonical_url(anchor.get("href") or "", base)
            if url is None:
                continue
            link = links.setdefault(url, Link(url, ""))
            link.title = max(link.title, collapse(str(anchor.text_content())), key=len)
            if item is not root:
                dates = select(item, rules.listing.get("date", ()))
                link.date_text = (
                    link.date_text
                    or (
                        collapse(str(dates[0].text_content())) if dates else printed_date(read_blocks(item), link.title)
                    )
                    or None
                )
                if not rules.listing.get("link"):
                    break
    return [link for link in links.values() if link.title]


# Links by their repetition


def _repeated_links(root: Tree, base: str, url: str, rules: Rules) -> list[Link]:
    blocks = read_blocks(root)
    _forgive_wrappers(blocks)
    title = root.find(".//title")
    name = fold(str(title.text_content())) if title is not None else ""
    labels = {a.get("href") or "" for a in root.iter("a") if not _LABELS.isdisjoint((a.get("rel") or "").split())}
    whole = {a.get("href"): collapse(a.get("title") or "") for a in root.iter("a") if a.get("title")}
    for block in blocks:
        uncut(block, whole)
    for strict in (True, False):
        kept = _outside_boxes(blocks, name, strict)
        by_shape = _links_by_shape(kept, base, url, rules, labels)
        _join_short_slugs(by_shape)
        if rules.article_url is not None:
            groups = [[link for links in by_shape.values() for link in links.values()]]
        else:
            groups = sorted((list(links.values()) for links in by_shape.values()), key=_headline_letters)[-4:]
        lists = [links for group in groups if group for links in _lists(group)]
        for links in lists:
            date_links(links, kept)
        if rules.article_url is None:
            # Without the main list's own place to be told by, two links in a box of news are no list.
            lists = [links for links in lists if _is_news(links, kept) and (strict or len(links) > 2)]
        if lists:
            chosen = max(lists, key=_weight)
            return sorted(chosen, key=lambda link: link.order)
    return []


def _outside_boxes(blocks: list[Block], page_title: str, strict: bool) -> list[Block]:
    """The blocks outside boxes of popular news, notices and comments; a heading that is the page's own name opens none.

    Not ``strict``: only outside boxes of most-read news; one of new ones may be the page's list itself.
    """
    kinds = (landmarks.POPULAR, landmarks.NOTICES, landmarks.COMMENTS) if strict else ()
    kept: list[Block] = []
    shut: Tree | None = None
    for block in blocks:
        kind = landmarks.landmark(block.text) if block.kind == "text" else None
        own = block.heading_level > 0 and landmarks.plain(block.text) in page_title
        shuts = kind in kinds or (kind is not None and landmarks.is_most_read(block.text))
        if shuts and not own and _is_box_heading(block) and not _COUNTER.search(block.text):
            shut = _box(block)
            continue
        if shut is not None and within(block.element, shut):
            continue
        shut = None
        kept.append(block)
    return kept


def _forgive_wrappers(blocks: list[Block]) -> None:
    """Take the chrome mark off what holds most of the page's headlines: page builders name every part a widget.

    And off a day that stands by itself in an item's ``<aside>`` or ``<footer>``.
    """
    letters: Counter[Tree] = Counter()
    held = Counter(element for block in blocks for element in block.chrome)
    total = 0
    for block in blocks:
        length = len(block.text) if block.link_share > 0.5 and len(block.text) >= _SHORTEST_HEADLINE else 0
        total += length
        for element in block.chrome:
            letters[element] += length
    forgiven = {e for e, n in letters.items() if n > 0.4 * total and not is_furniture(e)}
    for block in blocks:
        if len(block.chrome) == 1 and is_date_line(block.text):
            forgiven |= {e for e in block.chrome if e.tag in ("aside", "footer") and held[e] == 1}
        if block.chrome:
            block.chrome = tuple(e for e in block.chrome if e not in forgiven)


def _links_by_shape(
    kept: list[Block], base: str, url: str, rules: Rules, labels: Collection[str]
) -> dict[str, dict[str, Link]]:
    """The links that may be articles, by the shape of their addresses; ``labels`` are addresses that are none."""
    by_shape: dict[str, dict[str, Link]] = defaultdict(dict)
    host = host_of(url)
    for block in kept:
        for href, text in () if block.chrome else block.links:
            dated = block.kind == "row" and any(is_date_line(cell) for cell in block.text.split(" | "))
            if len(text) < (5 if dated else _MIN_TITLE) or href in labels:
                continue
            target = canonical_url(href, base)
            if target is None or target == url or is_front_page(target) or _FILE.search(urlsplit(target).path):
                continue
            if rules.article_url is not None:
                if not rules.article_url.match(_path(target)):
                    continue
            elif host_of(target) != host or is_date_line(text) or landmarks.landmark(text):
                continue
            heading = block.heading_level > 0 or block.bold > 0.9
            link = by_shape[_shape(target)].setdefault(target, Link(target, text, order=block.index, heading=heading))
            link.places.append((block.element, block.index))
            link.hrefs.add(href)
            link.retitle(text, heading)
    return by_shape


def _join_short_slugs(by_shape: dict[str, dict[str, Link]]) -> None:
    """Count addresses with a short name ("/nghia-trang") to those with a long one ("/le-hoi-mung-lua-moi") where they
    lie in the same folder and are set in the page alike."""
    for shape, links in list(by_shape.items()):
        others = by_shape.get(_SHORT_NAME.sub("/N", shape), links)
        if others is links:
            continue
        places = {(_folder(link.url), _setting(element)) for link in others.values() for element, _ in link.places}
        for url, link in list(links.items()):
            if any((_folder(url), _setting(element)) in places for element, _ in link.places):
                others[url] = links.pop(url)
        if not links:
            del by_shape[shape]


def _folder(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[0]


def _is_news(links: list[Link], blocks: list[Block]) -> bool:
    """A list of news, not a menu: its titles are headlines, or days stand beside them, or teasers below them."""
    dated = sum(link.date_text is not None for link in links)
    if 2 * dated >= len(links) or sum(len(link.title) for link in links) >= _SHORTEST_HEADLINE * len(links):
        return True
    return len(links) > 2 and all(link.heading for link in links) and 2 * _teasers(links, blocks) > len(links)


def _teasers(links: list[Link], blocks: list[Block]) -> int:
    """How many links have a line of text right below them, before the next one."""
    orders = {link.order for link in links}
    after = {one.index: two for one, two in pairwise(b for b in blocks if b.kind == "text" or b.index in orders)}
    below = [after[order] for order in orders if order in after]
    return sum(b.index not in orders and b.link_share < 0.3 and len(b.text) >= _SHORTEST_TEASER for b in below)


def _headline_letters(links: Collection[Link]) -> int:
    """How much headline links carry: a menu's labels are short, a headline is not."""
    return sum(min(len(link.title), 120) for link in links)


def _weight(links: Collection[Link]) -> float:
    dated = sum(link.date_text is not None for link in links) / len(links)
    letters = _headline_letters(links)
    # Beyond some ten headlines, more of them say no more: long menus have many lines, and no days.
    return min(letters, _ENOUGH_LETTERS) * (1 + dated) + letters / 100


def _lists(links: list[Link]) -> Iterator[list[Link]]:
    """Of links with one shape of address, the lists that may be the page's: for each way in which many are set, those
    set so and what stands in their box."""
    groups: dict[tuple[str, ...], dict[str, Link]] = defaultdict(dict)
    for link in links:
        for element, _ in link.places:
            groups[_setting(element)].setdefault(link.url, link)
    letters = {setting: _headline_letters(group.values()) for setting, group in groups.items()}
    # A link that is set like no other is no list, unless none is set like another.
    alike = [setting for setting in groups if len(groups[setting]) > 1] or list(groups)
    ways = [setting for setting in alike if 3 * letters[setting] >= max(letters.values())] or alike
    for setting in sorted(ways, key=lambda way: -letters[way])[:_MOST_WAYS]:
        yield _one_list([replace(link, places=list(link.places)) for link in links], setting)


def _one_list(links: list[Link], setting: tuple[str, ...]) -> list[Link]:
    """The links set in one way, what stands in their box and is no longer list, and what is featured above it."""
    main = [link for link in links if any(_setting(element) == setting for element, _ in link.places)]
    for link in main:
        # A slide show above may have shown it first: in the list is where its date stands.
        link.places.sort(key=lambda place: _setting(place[0]) != setting)
        link.order = link.places[0][1]
    box = common_element([link.element for link in main])
    if len(main) < 2 or box is None:
        return links
    around = [e for e in list(box.iterancestors())[:3] if e.tag not in ("body", "html")]
    listed = {link.url for link in main}
    ways = Counter(_setting(link.element) for link in links if link.url not in listed)
    others = [link for link in links if link.url not in listed and ways[_setting(link.element)] <= len(main)]
    above = [link for link in others if link.order < main[0].order]
    featured = [link for link in above if link.heading and any(within(link.element, e) for e in around)]
    chosen = [link for link in others if any(within(e, box) for e, _ in link.places)]
    chosen += [link for link in above if around and within(link.element, around[0])]
    chosen += featured if len(featured) <= _MOST_FEATURED else []
    return list({link.url: link for link in (*main, *chosen)}.values())


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
    """An address with its words and numbers made general: articles of one site share it, whatever their section's
    folder is called or how deep it lies."""
    parts = urlsplit(url)
    *folders, last = parts.path.split("/")
    if not last and folders:
        last = folders.pop() + "/"
    name, dot, ending = last.rpartition(".")
    if not dot:
        name, ending = last, ""
    if (re.search(r"\d{3,}", name) and len(name) > 8) or len(name) > 20 or name.count("-") >= 3:
        kind = "N"
    else:
        kind = "9" if name.isdigit() else "w"
    path = re.sub(r"w(?:/w)+", "w", "/".join("9" if folder.isdigit() else "w" for folder in folders if folder))
    # Some portals hold a path there: "?/ra-quan-don-rach/88000".
    keys = (key for key, _ in parse_qsl(parts.query, keep_blank_values=True))
    query = sorted({"/" if "/" in key else key.lower() for key in keys})
    return f"{host_of(url)}/{path}/{kind}{dot}{ending}{'/' * last.endswith('/')}?{'&'.join(query)}"


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


def _selected_next(root: Tree, base: str, url: str, rules: Rules) -> Form | str | None:
    """The next page a profile's selector finds."""
    for element in select(root, rules.listing.get("next", ())):
        anchor = element if element.get("href") else next(element.iter("a"), element)
        if found := canonical_url(anchor.get("href") or "", base) or form_behind(element, root, base, url):
            return found
    return None
