"""One page in, one :class:`newsarchive.items.Article` out. Pure: no network, no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newsarchive import __version__
from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, names_of, read_blocks
from newsarchive.extract.dating import date_article
from newsarchive.extract.document import Tree, decode, parse, source_of
from newsarchive.extract.figures import is_picture
from newsarchive.extract.layout import Figure, Layout, read_layout
from newsarchive.extract.lines import is_document, is_place_and_date
from newsarchive.extract.metadata import Metadata, read_metadata
from newsarchive.extract.people import (
    CreditLine,
    bare_names,
    is_nobody,
    photo_credit,
    read_credit_line,
    read_poster,
    signed_end,
    without_by,
)
from newsarchive.extract.refusal import refusal_of
from newsarchive.extract.sections import find_section
from newsarchive.extract.selectors import choose, hint, remove, select_text
from newsarchive.extract.titles import without_date_behind
from newsarchive.extract.zones import within
from newsarchive.items import ATTACHMENT, INLINE, NOTICE, RELATED, Article, Image, Link, ListingEvidence
from newsarchive.sites.profile import Rules
from newsarchive.sites.urls import absolute_url, canonical_url, host_of, is_front_page
from newsarchive.vietnamese.dates import find_dates
from newsarchive.vietnamese.text import collapse, fold

EXTRACTOR = f"newsarchive/{__version__}"

# The sizes WordPress makes of one picture: anh-1024x683.jpg, anh-scaled.jpg.
_SIZE = re.compile(r"-(?:\d{2,4}x\d{2,4}|scaled)(?=\.\w{3,4}$)")
_FILE_LIKE = re.compile(r"^[\w .()-]+\.\w{3,4}$|^(?:img|dsc|image|anh|hinh|z\d)[\w-]*$|^[\w-]{20,}$", re.IGNORECASE)
# What a blog's card links besides its post: who put it up, its category, its keywords.
_LABEL = re.compile(r"/(?:author|category|tag)/[^/?#]+/?(?:$|[?#])")
# What a link to the article before or after shows the way with.
_TURNS = re.compile(r"^[«‹<]\s+|\s+[»›>]$")
_AUTHOR = re.compile(r"author|tac-?gia|by-?line|but-?danh|writer", re.IGNORECASE)
_STAMPED = re.compile(r"\bđăng(?: tải| tin| bài)?(?: (?:vào|lúc|ngày))*\s*[:：]?\s*$", re.IGNORECASE)
_MORE = re.compile(r"(?:xem (?:them|tiep|chi tiet|tat ca)|chi tiet|doc tiep|tiep|read more|more|tat ca|\[.*\]|\W*)")


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of a page besides its bytes.

    ``content_type`` is the HTTP header; ``fetched_at`` the moment of the visit (aware datetime); ``listing`` what the
    site's listings printed for the article.
    """

    content_type: str | None = None
    fetched_at: datetime | None = None
    listing: ListingEvidence | None = None


def extract(
    page: bytes | str | Tree, url: str, rules: Rules | None = None, context: PageContext | None = None
) -> Article:
    """Read one page as a news article.

    ``page`` is the body with compression undone, its text, or its tree; ``url`` the address it was fetched from,
    to which its links are relative; ``rules`` a site's selectors and encoding. Fields that the page does not give are
    None; a page without an article gives an Article without title or body, or with a ``refusal``
    (:func:`reason_for_refusal` judges by both). Raises
    :class:`newsarchive.extract.document.UnreadablePageError` where the bytes are no page.
    """
    rules, context = rules or Rules(), context or PageContext()
    if isinstance(page, bytes):
        page = decode(page, context.content_type, rules.encoding)
    root = parse(page) if isinstance(page, str) else page
    rules = rules.for_page(page if isinstance(page, str) else source_of(page), url)
    base = _base(root, url)
    meta = read_metadata(root)
    remove(root, (*rules.article.get("remove", ()), *rules.hints.get("remove", ())))
    chosen, hints = choose(root, rules.article), hint(root, rules.hints)
    blocks = read_blocks(root)
    layout = read_layout(blocks, meta, rules.site_title, chosen, hints)
    article = Article(url=url, extractor=EXTRACTOR)
    article.canonical = _canonical(meta, base, url)
    _title(article, layout, chosen)
    _body(article, layout, chosen)
    _pictures(article, layout, chosen, base)
    _people(article, layout, meta, chosen, rules)
    if section := find_section(root, meta, layout, article.title, blocks):
        article.section, article.field_sources["section"] = section
    _links(article, layout, chosen, base, blocks)
    date_article(
        layout,
        meta,
        blocks,
        url=url,
        selected=select_text(chosen, "date"),
        fetched_at=context.fetched_at,
        listing=context.listing,
    ).apply(article)
    article.refusal = refusal_of(article, root, blocks, layout, meta)
    return article


def _base(root: Tree, url: str) -> str:
    element = root.find(".//base[@href]")
    return (absolute_url(element.get("href") or "", url) if element is not None else None) or url


def _canonical(meta: Metadata, base: str, url: str) -> str | None:
    """The address a page claims, where it may be one: not the front page, not another host than the page's."""
    claimed = canonical_url(meta.canonical, base) if meta.canonical else None
    if claimed is None or is_front_page(claimed) or host_of(claimed) != host_of(url):
        return None
    return claimed


def _title(article: Article, layout: Layout, chosen: dict[str, list[Tree]]) -> None:
    if texts := select_text(chosen, "title"):
        article.title, article.field_sources["title"] = texts[0], "profile"
    elif layout.title:
        article.title = layout.title
        article.field_sources["title"] = layout.title_source


def _body(article: Article, layout: Layout, chosen: dict[str, list[Tree]]) -> None:
    if selected := chosen.get("body"):
        layout.body = [b for b in layout.body if any(within(b.element, element) for element in selected)]
    paragraphs = [block.text for block in layout.body]
    article.field_sources["body"] = "profile" if selected else "article"
    if not paragraphs and article.title:
        # A page of pictures: what is written under them is all its text.
        paragraphs = [figure.caption for figure in layout.figures if figure.caption]
        article.field_sources["body"] = "captions"
    lead = select_text(chosen, "lead") or [block.text for block in layout.lead]
    if lead:
        article.lead = "\n\n".join(lead)
        article.field_sources["lead"] = "profile" if chosen.get("lead") else "article"
        if lead[0] not in paragraphs:
            paragraphs = [*lead, *paragraphs]
    article.body = "\n\n".join(paragraphs) or None
    if article.body is None:
        del article.field_sources["body"]


def _pictures(article: Article, layout: Layout, chosen: dict[str, list[Tree]], base: str) -> None:
    shown: dict[str, tuple[str, Figure]] = {}
    for figure in layout.figures:
        if source := absolute_url(figure.image.src or "", base):
            # Shown again, often at another size, a picture may have the caption it had not above the text.
            first = shown.setdefault(_SIZE.sub("", source), (source, figure))[1]
            first.caption = first.caption or figure.caption
    for source, figure in shown.values():
        caption = figure.caption or _alternative(figure.image, article)
        article.images.append(Image(source, caption, photo_credit(caption) if caption else None))
        if caption and len(article.images) == 1:
            article.caption, article.field_sources["caption"] = caption, "article" if figure.caption else "alt"
    if texts := select_text(chosen, "caption"):
        article.caption, article.field_sources["caption"] = texts[0], "profile"
        for image, text in zip(article.images, texts, strict=False):
            image.caption, image.credit = text, photo_credit(text)


def _alternative(image: Block, article: Article) -> str | None:
    """A picture's ``alt``, where it says something: not a file's name, not the title again.

    A ``title`` goes before it where a script of the page prints that below the picture: Joomla's "caption.js".
    """
    captioned = "caption" in (image.element.get("class") or "").lower().split()
    text = collapse((captioned and image.element.get("title")) or image.element.get("alt") or "")
    if len(text) < 15 or _FILE_LIKE.match(text) or fold(text) in fold(article.title or ""):
        return None
    if fold(article.title or "?") in fold(text) or text in (article.body or ""):
        return None
    return text


def _people(article: Article, layout: Layout, meta: Metadata, chosen: dict[str, list[Tree]], rules: Rules) -> None:
    for block in layout.signed:
        line = read_credit_line(block.text)
        if line and line.byline and article.byline and line.byline not in article.byline:
            # Two authors, each on a line of their own.
            article.byline += f", {line.byline}"
        _credit(article, line, "article")
    for block in layout.tail:
        _credit(article, read_credit_line(block.text, alone=_may_sign(block, layout), known=True), "article")
    for block in layout.heads[:40]:
        for line in _head_lines(block):
            _credit(article, line, "by the title")
    if article.byline is None and article.body:
        _signature_in_text(article)
    if article.byline is None:
        _posters(article, layout, meta, rules)
    if texts := select_text(chosen, "byline"):
        line = read_credit_line(texts[0])
        article.byline = (line.byline if line else None) or texts[0]
        article.source = (line.source if line else None) or article.source
        article.field_sources["byline"] = "profile"
    if article.source and host_of(article.url) and fold(article.source).removeprefix("www.") == host_of(article.url):
        # The site's own name is no other outlet.
        article.source = None
        del article.field_sources["source"]


def _credit(article: Article, line: CreditLine | None, place: str) -> None:
    """Fill the fields a credit line names, where they are empty."""
    if line is None:
        return
    if line.byline and article.byline is None:
        article.byline, article.field_sources["byline"] = line.byline, place
    if line.source and article.source is None:
        article.source, article.field_sources["source"] = line.source, place
    if line.credit:
        for image in article.images:
            image.credit = image.credit or line.credit


def _head_lines(block: Block) -> Iterator[CreditLine | None]:
    """What the parts of a line by the title name; a bare name counts where the markup says so, or a date stands by."""
    if block.kind != "text" or is_place_and_date(block.text):
        return
    if _named_author(block.element):
        when = next(find_dates(block.text[:200]), None)
        yield read_credit_line(block.text[: when.start] if when and when.start else block.text)
        return
    inner = islice(block.element.iter("span", "a", "strong", "b", "em", "i", "div", "p"), 40)
    for element in [part for part in inner if _named_author(part)][:2]:
        yield read_credit_line(collapse(str(element.text_content())))
    text, dated = block.text, False
    if reading := next(find_dates(text[:200]), None):
        # "Đăng ngày …": here a word of the stamp, elsewhere a name.
        before = _STAMPED.sub("", text[: reading.start])
        text, dated = f"{before} | {text[reading.end :]}", reading.earliest is not None
    for part in re.split(r"\s*[|•·]\s*|\s+[-–]\s+(?=\|)|(?<=\|)\s*[-–]\s+", text):
        yield read_credit_line(part, alone=dated, known=True)


def _signature_in_text(article: Article) -> None:
    """A byline or agency in brackets at the very end of the last paragraph."""
    before, _, last = (article.body or "").rpartition("\n\n")
    if found := signed_end(last):
        paragraph, line = found
        article.body = f"{before}\n\n{paragraph}" if before else paragraph
        _credit(article, line, "article")


def _posters(article: Article, layout: Layout, meta: Metadata, rules: Rules) -> None:
    """Who put the page up, where nobody signed it: metadata's author, "Đăng bởi …"; no account's, no site's name."""
    site = {fold(name) for name in (rules.site_title, meta.site_name) if name}
    posters = [*meta.authors, *(("poster", name) for b in layout.heads if (name := read_poster(b.text)))]
    for source, said in posters:
        name = without_by(said)
        if fold(name) not in site and not is_nobody(name) and (names := bare_names(name)):
            article.byline, article.field_sources["byline"] = names, source
            return


def _named_author(element: Tree) -> bool:
    names = f"{names_of(element)} {element.get('itemprop', '')} {element.get('rel', '')} {element.get('href', '')}"
    return not names.isspace() and _AUTHOR.search(names) is not None


def _may_sign(block: Block, layout: Layout) -> bool:
    """A bare name after the body is a bút danh where it stands next to the text or is set like a signature."""
    if not layout.body:
        return False
    near = 0 < block.index - layout.body[-1].index <= 4
    return block.link_share < 0.5 and (near or block.align == "right" or _named_author(block.element))


def _documents_offered(blocks: list[Block], layout: Layout) -> Iterator[tuple[str, str]]:
    """The links right under a heading "Tải file đính kèm:" below the text, wherever they stand."""
    offered = False
    for block in blocks[layout.body[-1].index + 1 :] if layout.body else ():
        if landmarks.offers_documents(block.text):
            offered = True
        elif not block.links:
            offered = False
        elif offered:
            yield from ((href, text) for href, text in block.links if is_document(href, text))


def _links(article: Article, layout: Layout, chosen: dict[str, list[Tree]], base: str, all_blocks: list[Block]) -> None:
    own = {canonical_url(article.url), article.canonical}
    seen: set[tuple[str, str]] = set()

    def add(kind: str, href: str, text: str) -> None:
        target = absolute_url(href, base) if kind == ATTACHMENT else canonical_url(href, base)
        if target is None or target in own or is_front_page(target) or (kind, target) in seen:
            return
        seen.add((kind, target))
        article.links.append(Link(kind, target, _TURNS.sub("", text) or None))

    for block in layout.body:
        for href, text in block.links:
            if not is_picture(href):
                add(ATTACHMENT if is_document(href, text) else INLINE, href, text)
    for block in [*layout.heads, *layout.signed, *layout.tail]:
        for href, text in block.links:
            if is_document(href, text):
                add(ATTACHMENT, href, text)
    for href, text in _documents_offered(all_blocks, layout):
        add(ATTACHMENT, href, text)
    kinds = {landmarks.RELATED: RELATED, landmarks.NOTICES: NOTICE}
    lists = [(kinds[kind], blocks) for kind, blocks in layout.zones if kind in kinds]
    if selected := chosen.get("related"):
        lists = [entry for entry in lists if entry[0] != RELATED]
        lists += [(RELATED, read_blocks(element)) for element in selected]
    for kind, blocks in lists:
        for block in blocks:
            for href, text in block.links:
                if not _MORE.fullmatch(fold(text)) and not href.startswith("#") and not _LABEL.search(href):
                    add(kind, href, without_date_behind(text)[0])


def reason_for_refusal(article: Article) -> str | None:
    """Why a page is no article (what it is instead, "no title", "no body"), or None where it is one."""
    if article.refusal:
        return article.refusal
    missing = [name for name in ("title", "body") if not getattr(article, name)]
    if not missing:
        return None
    return f"no {' and no '.join(missing)} found on the page"
