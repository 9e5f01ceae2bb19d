"""What a page is that answers for an article and is none: an error with status 200, a login, a listing … Pure.

Sites answer for what they have no more, or will not show, with pages that read well enough to have a title and a text.
They are told by what they say of themselves, in lines that say nothing else. Where such words stand in an article (news
of a new login, of an error found) they are in sentences of a longer text; so a page with a text of its own is refused
only for what its title says in so many words, and a long text never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import is_document
from newsarchive.extract.messages import GONE, LONGEST, message
from newsarchive.extract.metadata import Metadata
from newsarchive.items import Article
from newsarchive.sites.urls import canonical_url, host_of, is_front_page
from newsarchive.vietnamese.language import other_language
from newsarchive.vietnamese.text import fold

_LOGIN = re.compile(
    r"(?:(?:trang|form|mau|man hinh|cong) )?(?:dang nhap|login|log in|log on|sign in|signin|central authentication "
    r"service|cas|sso)(?:\W+(?:vao|he thong|tai khoan|thanh vien|quan tri|nguoi dung|sso|cong thong tin(?: dien tu)?|"
    r"website|trang|user|admin|form|page|to|your|account|vnpt|mot lan|de tiep tuc|cas|central authentication service|"
    r"noi bo|xac thuc|tap trung))*\W*"
)
_DATED = ("json-ld", "meta", "article", "profile")
_MOST_LINES = 200
_LONG = 1500
"""Characters of a text that is an article's whatever its title says."""
_SHORT = 300
"""Characters of a text that may be all a message's page has to say."""
_FEWEST_ARTICLES = 4
_HEADLINE, _TEASER = 25, 40
"""Characters of a headline and of the text under it, at least."""
_QUOTED = 80


def refusal_of(article: Article, root: Tree, blocks: list[Block], layout: Layout, meta: Metadata) -> str | None:
    """Why a page is no article though it may have a title and a text, naming what it is and the words or figures that
    say so; None where nothing does.

    Whether title and text are there is not asked here.
    """
    body = article.body or ""
    if len(body) < _LONG:
        titles = list(_titles(article, blocks, layout, meta))
        if found := _message(article, blocks, layout, titles) or (
            _login(article, root, titles) if len(body) < _SHORT else None
        ):
            return found
    if found := _listing(article, blocks, layout):
        return found
    if body and (other := other_language(body)):
        return f"not in Vietnamese: {other}"
    return None


# Messages


def _message(article: Article, blocks: list[Block], layout: Layout, titles: list[str]) -> str | None:
    """What a page says instead of an article: in its title, or in a line of the little text it has."""
    body = article.body or ""
    # News of such a thing is dated; so is nothing that a server says.
    plain = article.date_source not in _DATED and (len(body) < _SHORT or other_language(body) is not None)
    for line in titles:
        if (what := message(line)) and (what == GONE or plain):
            return f"the page {what}: “{_quote(line)}”"
    if plain and len(body) < _SHORT:
        said = [*layout.lead, *layout.body] if body else [b for b in blocks if not b.chrome][:_MOST_LINES]
        for block in said:
            if block.kind == "text" and block.link_share < 0.9 and (what := message(block.text)):
                return f"the page {what}: “{_quote(block.text)}”"
    return None


def _titles(article: Article, blocks: list[Block], layout: Layout, meta: Metadata) -> Iterator[str]:
    """What a page calls itself: its title, the parts of ``<title>``, its headings above the text."""
    if article.title:
        yield article.title
    if meta.title_tag:
        yield from _parts(meta.title_tag)
    end = layout.body[0].index if layout.body else len(blocks)
    headings = (b.text for b in blocks[:end] if b.heading_level and not b.chrome and b.link_share < 0.5)
    yield from islice(headings, 10)


def _parts(title: str) -> list[str]:
    """A page's ``<title>`` and its first two parts; the site's name stands in one of them."""
    return [title, *re.split(r"\s[-–|»:]+\s", title[:LONGEST])[:2]]


def _login(article: Article, root: Tree, titles: list[str]) -> str | None:
    """A form that asks for a password, where the page calls itself a login or has no text beside it."""
    parts = [part for title in titles for part in _parts(title)]
    called = next((part for part in parts if len(part) <= LONGEST and _LOGIN.fullmatch(fold(part).strip())), None)
    if called is None and article.body:
        return None
    if any((field.get("type") or "").lower() == "password" for field in root.iter("input")):
        return f"a login form: “{_quote(called)}”" if called else "a form asks for a password"
    return f"a login page: “{_quote(called)}”" if called and not article.body else None


# Listings


def _listing(article: Article, blocks: list[Block], layout: Layout) -> str | None:
    """A page of teasers, each under the headline of an article of its own; or of headlines alone."""
    own = {canonical_url(article.url), article.canonical}
    host = host_of(article.url)

    def headline(block: Block, share: float = 0.9) -> str | None:
        """The address of the site's own article that a line is the headline of."""
        if block.kind != "text" or block.link_share < share or block.chrome:
            return None
        for href, text in block.links[:3]:
            if len(text) < _HEADLINE or landmarks.landmark(text) or is_document(href, text):
                continue
            target = canonical_url(href, article.url)
            if target and target not in own and host_of(target) == host and not is_front_page(target):
                return target
        return None

    if not article.body:
        boxes = {block.index for _, zone in layout.zones for block in zone}
        listed = {target for b in blocks if b.index not in boxes and (target := headline(b, 0.6))}
        return _of(len(listed)) if len(listed) >= _FEWEST_ARTICLES else None
    text = [b for b in layout.body if b.kind == "text" and len(b.text) >= _TEASER and headline(b) is None]
    if len(text) < _FEWEST_ARTICLES - 1:
        return None
    teasers = {block.index for block in text}
    above: str | None = None
    targets: set[str] = set()
    for block in blocks[max(0, text[0].index - 6) : text[-1].index + 1]:
        if target := headline(block):
            above = target
        elif block.index in teasers:
            # Headline and teaser may be one line too.
            opens = headline(block, 0.15) if block.links and block.text.startswith(block.links[0][1]) else None
            targets |= {target for target in (above, opens) if target}
            above = None
    if len(targets) >= _FEWEST_ARTICLES and len(targets) >= 0.6 * len(text):
        return _of(len(targets))
    return None


def _of(count: int) -> str:
    return f"a listing, with the headlines of {count} articles"


def _quote(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
