"""Whether what reads as an article is a listing's headlines and summaries. Pure.

A listing and an article both have links to articles and lines of prose. On a listing the prose stands between the
links (summaries), on an article it stands together, with the links after it. A page is judged by itself
(:func:`count_headlines`), or with what is known of the articles it lists (:func:`is_of_summaries`).
"""

from __future__ import annotations

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import is_document
from newsarchive.items import Article, Listing
from newsarchive.sites.urls import canonical_url, host_of, is_front_page
from newsarchive.vietnamese.text import fold

_FEWEST_ARTICLES = 4
_HEADLINE, _TEASER = 25, 40
"""Characters of a headline and of the text under it, at least."""
_SHORT = 300
"""Characters of prose that a listing's longest summary may have."""


def count_headlines(article: Article, blocks: list[Block], layout: Layout) -> int:
    """How many articles a page only teases: each by a headline with a line of text under it, or by headlines alone; 0
    where it has a text of its own. ``blocks`` are all of the page."""
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
        return len(listed) if len(listed) >= _FEWEST_ARTICLES else 0
    text = [b for b in layout.body if b.kind == "text" and len(b.text) >= _TEASER and headline(b) is None]
    if len(text) < _FEWEST_ARTICLES - 1:
        return 0
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
        return len(targets)
    return 0


def is_of_summaries(article: Article, blocks: list[Block], listing: Listing) -> bool:
    """True where what reads as an article is the summaries of a page's ``listing``; ``blocks`` are all of the page."""
    titles = {fold(entry.title) for entry in listing.entries if entry.title}
    paragraphs = set((article.body or "").split("\n\n"))
    if fold(article.title or "") in titles or max(map(len, paragraphs)) < 60 or len(article.body or "") < _SHORT:
        return True
    listed = {entry.url for entry in listing.entries}
    prose, links = [], []
    for block in blocks:
        if block.link_share > 0.3 and any(canonical_url(href, article.url) in listed for href, _ in block.links):
            links.append(block.index)
        elif block.text in paragraphs:
            prose.append(block.index)
    return bool(prose) and sum(prose[0] < place < prose[-1] for place in links) > 1
