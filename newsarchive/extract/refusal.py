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

from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.layout import Layout
from newsarchive.extract.messages import GONE, LONGEST, message
from newsarchive.extract.metadata import Metadata
from newsarchive.extract.teasers import count_headlines
from newsarchive.items import Article
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
    if count := count_headlines(article, blocks, layout):
        return f"a listing, with the headlines of {count} articles"
    if body and (other := other_language(body)):
        return f"not in Vietnamese: {other}"
    return None


def says_gone(reason: str) -> bool:
    """True for a refusal whose page says, in so many words, that it has no such page: an answer of 404 but for its
    status."""
    return reason.startswith(f"the page {GONE}: ")


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


def _quote(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
