"""Which block of a page is what: title, lead, body, pictures with captions, credits, lists of links, furniture. Pure.

The page is read the way a person skims it: find the title; below it, the stretch of prose that belongs together; stop
at the landmark lines ("Ý kiến bạn đọc", "Tin khác"); give each short line in between its part by looks and neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, pairwise

from newsarchive.extract import landmarks, titles
from newsarchive.extract.asides import is_closing_note, is_invitation, without_cards
from newsarchive.extract.blocks import Block, forgive_chrome, names_of
from newsarchive.extract.document import Tree
from newsarchive.extract.figures import Figure, is_caption, is_icon, is_marked_caption, is_picture, pair_captions
from newsarchive.extract.landmarks import RELATED
from newsarchive.extract.leads import LEAD_NAME, find_lead, lead_under_title
from newsarchive.extract.lines import (
    is_date_line,
    is_document,
    is_file_row,
    is_head,
    is_item,
    is_place_and_date,
    is_sentence,
    is_time_stamp,
    is_tool,
)
from newsarchive.extract.metadata import Metadata
from newsarchive.extract.people import is_office, read_credit_line, without_by
from newsarchive.extract.prose import (
    after_short_sentence,
    chosen_core,
    find_core,
    hinted_box,
    may_be_prose,
    with_other_parts,
)
from newsarchive.extract.signatures import is_address, part_signatures
from newsarchive.extract.zones import (
    Core,
    Zone,
    common_element,
    is_set_alike,
    opens_zone,
    scope_of,
    tab_zones,
    within,
)
from newsarchive.vietnamese.text import fold

__all__ = ["Figure", "Layout", "read_layout"]

_AUTHOR_NAME = re.compile(
    r"author|tac-?gia|by-?line|but-?danh|source|nguon|signature|writer|nguoi-?viet", re.IGNORECASE
)
# Parts that say of an article when, by whom, under which heading.
_META_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|news|item)-?(?:meta|info|date|time)|uploadinfo|article-info\S*|createdate|"
    r"createby|modifydate|metadata-entry|asset-metadata)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Where newspapers' systems set the link to another article in mid-text.
_RELATED_NAME = re.compile(r"relate|lien-?quan|tin-?lq|read-?(?:more|also)|xem-?them", re.IGNORECASE)
# No page has more boxes; a hostile one would have each of thousands looked around for.
_MOST_ZONES = 60
# Fields whose elements, where a profile selects them, are no part of the body.
_APART = ("title", "date", "lead", "caption", "byline", "related")


@dataclass(slots=True)
class Layout:
    """The parts of one page; blocks in page order.

    ``heads`` are the short lines around the title and after the body (dates, authors, counters): evidence, not text.
    ``above`` are the lines before the title (masthead, menus). ``signed`` are the lines that close or open the text
    and name people or outlets; ``tail`` the lines after it, up to the first list of links. ``zones`` are (landmark
    kind, blocks after its line).
    """

    title: str | None = None
    title_block: Block | None = None
    title_source: str | None = None
    above: list[Block] = field(default_factory=list)
    heads: list[Block] = field(default_factory=list)
    lead: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    signed: list[Block] = field(default_factory=list)
    tail: list[Block] = field(default_factory=list)
    zones: list[tuple[str, list[Block]]] = field(default_factory=list)


def read_layout(
    blocks: list[Block],
    meta: Metadata,
    site_title: str | None,
    chosen: Mapping[str, list[Tree]] | None = None,
    hints: Mapping[str, Tree] | None = None,
) -> Layout:
    """Give every block of a page its part. An empty ``body`` means the page has no article.

    ``chosen`` are the elements a profile's selectors found, by field: the body is looked for in its own only, and what
    another field's hold is no part of it. ``hints`` are those that the CMS sets title and body in, as far as one is
    named: most of the prose is looked for in the one, a line in the other is the likelier title.
    """
    layout = Layout()
    chosen, hints = chosen or {}, hints or {}
    text_box = hinted_box(blocks, hints.get("body"))
    core = find_core(blocks, box=text_box)
    title_parts = frozenset(hints["title"].iter()) if "title" in hints else frozenset()
    find_title = partial(titles.find_title, blocks, meta, site_title, named=title_parts)
    title = find_title(core.first if core else len(blocks))
    if title is None and core is not None and (second := after_short_sentence(blocks, core)):
        # The first short sentence may be the title: "Ngày hội “Tuổi trẻ sáng tạo”".
        title = find_title(second)
    if title is None:
        # Most prose may be a column's: the article may stand above it.
        first = next((b.index for b in blocks if b.is_prose and may_be_prose(b)), len(blocks))
        title = find_title(first) or find_title(first, short=True)
    if title is not None:
        layout.title_block, layout.title, layout.title_source = title.block, title.text, title.source
        if title.dated and title.block:
            layout.heads.append(replace(title.block, text=title.dated, links=[], link_share=0.0))
    if named := chosen.get("title"):
        layout.title_block = next((b for b in blocks if within(b.element, named[0])), layout.title_block)
    forgive_chrome(blocks, layout.title_block)
    core = chosen_core(blocks, chosen)
    if core is None:
        after = layout.title_block.index if layout.title_block else -1
        core = find_core(blocks, after, text_box)
        core = with_other_parts(core, blocks, after) if core else None
    start = layout.title_block.index + 1 if layout.title_block else (core.first if core else len(blocks))
    layout.above = [b for b in blocks[: max(start - 1, 0)] if b.kind == "text"]
    apart = {element for name in _APART for element in chosen.get(name, ())}
    below = [b for b in blocks[start:] if not apart or not any(within(b.element, element) for element in apart)]
    _forgive_related(below, core)
    article, zones = _sweep(below, core)
    if core is not None:
        article = without_cards(article, core)
    layout.zones = [(zone.kind, zone.blocks) for zone in zones]
    _sort_out(layout, article, core, meta)
    layout.figures = [*_figures_above(blocks, layout.title_block, core), *layout.figures]
    return layout


def _figures_above(blocks: list[Block], title: Block | None, core: Core | None) -> list[Figure]:
    """Pictures that stand right above the title, in the article's own box, with nothing but their captions between."""
    if title is None or core is None:
        return []
    box = common_element([title.element, core.element])
    if box is None or box.tag in ("body", "html", "form", "table", "tbody", "tr"):
        return []
    before = [b for b in blocks[max(0, title.index - 6) : title.index] if within(b.element, box) and not b.chrome]
    pictures = [b for b in before if b.kind == "image" and not is_icon(b)]
    figures, rest = pair_captions(pictures, [b for b in before if b.kind == "text"], before, "")
    first = pictures[0].index if pictures else title.index
    return figures if not any(b.index > first and not is_head(b) for b in rest) else []


# Where the article ends


def _sweep(blocks: list[Block], core: Core | None) -> tuple[list[Block], list[Zone]]:
    """The article's blocks, and the zones that landmark lines open. Furniture is in neither."""
    article: list[Block] = []
    zones: list[Zone] = []
    open_zone: Zone | None = None
    tabs = tab_zones(blocks, core)
    for position, block in enumerate(blocks):
        if tab := tabs.get(block.index):
            zones.append(tab)
            continue
        if tab := next((zone for zone in tabs.values() if within(block.element, zone.scope)), None):
            tab.blocks.append(block)
            continue
        if len(zones) < _MOST_ZONES and (zone := opens_zone(blocks, position, core)):
            zones.append(zone)
            open_zone = zone
            continue
        if block.chrome:
            continue
        if open_zone is None:
            article.append(block)
        elif (
            core is not None
            and open_zone.lets_back(block)
            and core.holds(block)
            and _set_like_text(block, article, core)
        ):
            open_zone = None
            article.append(block)
        else:
            open_zone.take(block)
    return article, zones


def _forgive_related(blocks: list[Block], core: Core | None) -> None:
    """Take the chrome mark off what holds a list of related articles in the article's own box: "the article's footer"
    is named like the page's."""
    if core is None:
        return
    around = [e for e in list(core.element.iterancestors())[:2] if e.tag not in ("body", "html")]
    box = around[1] if len(around) > 1 else core.element
    headings = [b for b in blocks if b.chrome and b.index > core.first and landmarks.landmark(b.text) == RELATED]
    forgiven = {element for b in headings for element in b.chrome if within(element, box) and element is not box}
    for scope in [scope_of(b) for b in headings if b.index < core.last]:
        # In mid-text the list's items may be named like a column's: "post-widget-body".
        items = [b for b in blocks if b.chrome and b.link_share > 0.5 and within(b.element, scope)]
        if not within(core.element, scope):
            forgiven.update(e for b in items if len(b.text) > 20 for e in b.chrome if within(e, scope))
    for block in blocks if forgiven else ():
        block.chrome = tuple(element for element in block.chrome if element not in forgiven)


def _set_like_text(block: Block, article: list[Block], core: Core) -> bool:
    """True where the block is set in the page like one of the core's paragraphs before it, same parent, tag and class,
    or is a sub-heading between them."""
    before = [b for b in article[:-20:-1] if b.kind == "text" and len(b.text) >= 40 and core.holds(b)]
    if block.heading_level > 1 and any(b.element.getparent() is block.element.getparent() for b in before):
        return True
    return any(is_set_alike(block, b) for b in before) if before else block.is_prose


# What each line of the article is


def _sort_out(layout: Layout, article: list[Block], core: Core | None, meta: Metadata) -> None:
    """Fill heads, lead, body, figures and tail of the layout from the article's blocks."""
    inside = [core is not None and core.holds(b) for b in article]
    if core is None or not any(inside):
        layout.heads += [b for b in article if b.kind == "text"]
        if layout.title_block is not None:
            # A notice that is a table and nothing else.
            layout.body = [b for b in article if b.kind == "row"]
        return
    first = inside.index(True)
    last = _end_of_text(article, inside, core)
    start = next((n for n, b in enumerate(article) if b.index >= core.first), first)
    end = max((n for n, b in enumerate(article) if b.index <= core.last and n <= last), default=last)
    # What follows the core up to the last line is more of the text, or pictures and their captions.
    core_end = max(b.index for b, held in zip(article, inside, strict=True) if held)
    text: list[Block] = []
    pictures: list[Block] = []
    captions: set[int] = set()
    description = fold(meta.description or "").rstrip(".… ")
    for position, block in enumerate(article):
        if block.kind == "image":
            if position <= last and not is_icon(block):
                pictures.append(block)
        elif position > last:
            (layout.heads if is_head(block) else layout.tail).append(block)
        elif position < start:
            if (inside[position] and _opens_text(block, article[start])) or _belongs_before_prose(block, description):
                text.append(block)
            elif position and article[position - 1].kind == "image" and not is_head(block):
                text.append(block)
                captions.add(block.index)
            else:
                layout.heads.append(block)
        elif _is_furniture_line(block, position, article, inside, last) or _dates_page(block, after=position > end):
            layout.heads.append(block)
        elif inside[position] or block.is_prose or block.index > core_end:
            text.append(block)
        else:
            layout.heads.append(block)
    layout.tail = _before_links(layout.tail, article)
    layout.figures, text = pair_captions(pictures, text, article, description)
    # A caption is no text, also where its picture is not found (a slide show, a film, a picture that a script loads).
    captions.update(b.index for b in text if is_marked_caption(b))
    layout.heads += [b for b in text if b.index in captions]
    text = [b for b in text if b.index not in captions]
    text = _without_repeats(text, layout.title)
    authors = [without_by(name) for _, name in meta.authors]
    while len(text) > 1 and is_closing_note(text[-1], authors):
        layout.heads.append(text.pop())
    text, layout.signed, around = part_signatures(text)
    layout.heads += around
    layout.lead = find_lead(text, core, description) or lead_under_title(text, layout.title_block)
    layout.body = text


def _end_of_text(article: list[Block], inside: list[bool], core: Core) -> int:
    """The position of the article's last line: the core's last, or of prose that goes on right behind and beside it."""
    last = len(inside) - 1 - inside[::-1].index(True)
    around = core.element.getparent()
    if around is None or around.tag in ("tr", "body", "html"):
        return last
    for position in range(last + 1, len(article)):
        block = article[position]
        if not within(block.element, around):
            break
        if may_be_prose(block) and block.is_prose:
            last = position
        elif _is_captioned(article, position):
            last = position + 1
        elif position > last:
            break
    return last


def _is_captioned(article: list[Block], position: int) -> bool:
    """True for a picture behind the text that the next line says what it shows: no thumbnail, no banner."""
    picture, line = article[position], article[position + 1] if position + 1 < len(article) else None
    if picture.kind != "image" or is_icon(picture) or line is None or line.kind != "text" or line.links:
        return False
    anchor = next(picture.element.iterancestors("a"), None)
    if anchor is not None and not is_picture(anchor.get("href") or ""):
        return False
    if is_head(line) or landmarks.landmark(line.text) or read_credit_line(line.text):
        return False
    return is_caption(picture, line, article)


def _dates_page(block: Block, *, after: bool) -> bool:
    """A line in the text that only says when the page was made; ``after`` the last prose any date is that.

    Where and when a document was signed is its text; so is the day that heads a part of a programme.
    """
    if len(block.text) > 110 or is_place_and_date(block.text) or is_item(block.text):
        return False
    stamp = is_time_stamp(block.text) or (_META_NAME.search(names_of(block.element)) is not None)
    return is_date_line(block.text) if after else stamp and is_date_line(block.text)


def _is_furniture_line(block: Block, position: int, article: list[Block], inside: list[bool], last: int) -> bool:
    """A line of machinery inside the article's element: print and share, keywords, a list of other articles' links."""
    if block.kind == "row":
        return is_file_row(block)
    if is_tool(block) or landmarks.is_tags_line(block.text) or landmarks.is_advert(block.text) or is_invitation(block):
        return True
    if block.link_share <= 0.9:
        return False
    if _RELATED_NAME.search(" ".join(names_of(e) for e in (block.element, *islice(block.element.iterancestors(), 2)))):
        return True
    if is_address(block):
        return False
    if position >= last:
        return True
    neighbours = [article[i] for i in (position - 1, position + 1) if 0 <= i < len(article) and inside[i]]
    return any(b.kind == "text" and b.link_share > 0.9 for b in neighbours)


def _opens_text(block: Block, prose: Block) -> bool:
    """A short line above the first prose that is set in the page as the prose is, or a row of figures."""
    if is_head(block) or block.link_share > 0.5 or landmarks.landmark(block.text) or landmarks.is_tags_line(block.text):
        return False
    if block.kind == "row" or block.element is prose.element:
        return True
    if block.tag == "li":
        # A list that the text begins with stands beside its paragraphs.
        outer = block.element.getparent()
        return outer is not None and outer.getparent() is prose.element.getparent() and not _is_meta(block)
    return block.element.getparent() is prose.element.getparent() and block.tag == prose.tag and not _is_meta(block)


def _is_meta(block: Block) -> bool:
    chain = [block.element, *block.element.iterancestors()][:3]
    return _META_NAME.search(" ".join(names_of(element) for element in chain)) is not None


def _belongs_before_prose(block: Block, description: str) -> bool:
    """A line between title and prose that is text: a sapo, or a line as long as one; not a category or an author."""
    if block.link_share > 0.5 or is_head(block) or landmarks.is_tags_line(block.text):
        return False
    if _is_meta(block) or landmarks.landmark(block.text):
        return False
    if LEAD_NAME.search(names_of(block.element)) or (description and block.folded.startswith(description[:60])):
        return len(block.text) > 20
    if _AUTHOR_NAME.search(names_of(block.element)) or read_credit_line(block.text) is not None:
        return False
    if not is_sentence(block.text) and is_office(block.text):
        return False  # who the author by the title is
    return len(block.text) >= 60 or is_sentence(block.text) or (block.bold > 0.9 and len(block.text) >= 40)


def _before_links(tail: list[Block], article: list[Block]) -> list[Block]:
    """The tail up to its first list of links; a line right above such a list is its heading, not a signature."""
    kept: list[Block] = []
    following = {before.index: after for before, after in pairwise(article)}
    for block in tail:
        after = following.get(block.index)
        credit = read_credit_line(block.text, alone=False)
        listed = _lists_articles(block) or (after is not None and _lists_articles(after) and not is_head(after))
        if block.is_prose or (listed and credit is None and not is_tool(block)):
            # Documents the article offers are linked below it.
            kept.extend(b for b in tail[tail.index(block) :] if b.links)
            break
        kept.append(block)
    return kept


def _lists_articles(block: Block) -> bool:
    """A line of links, which are no documents the article offers."""
    return block.link_share > 0.5 and not all(is_document(href, label) for href, label in block.links)


def _without_repeats(text: list[Block], title: str | None) -> list[Block]:
    """The text without the title said again at its start, and without a line that only says again the one before."""
    kept: list[Block] = []
    for block in text:
        if len(kept) < 2 and title and block.folded.strip(" .") == fold(title).strip(" ."):
            continue
        if kept and block.kind == "text" and len(block.text) >= 40 and block.text == kept[-1].text:
            continue
        kept.append(block)
    return kept
