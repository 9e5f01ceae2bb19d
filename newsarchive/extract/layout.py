"""Which block of a page is what: title, lead, body, pictures with captions, credits, lists of links, furniture. Pure.

The page is read the way a person skims it: find the title; below it, the stretch of prose that belongs together; stop
at the landmark lines ("Ý kiến bạn đọc", "Tin khác"); give each short line in between its part by looks and neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, forgive_chrome
from newsarchive.extract.document import Tree
from newsarchive.extract.metadata import Metadata, without_site_name
from newsarchive.extract.people import read_credit_line
from newsarchive.vietnamese.dates import find_dates
from newsarchive.vietnamese.text import fold

_TITLE_NAME = re.compile(r"title|headline|tieu-?de|td_?tin|news-?name", re.IGNORECASE)
_LEAD_NAME = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|summary|desc|description|hometext|intro|introtext|chapeau|tom-?tat|short|teaser|abstract|"
    r"excerpt|trich-?yeu|mo-?ta|headnote|subhead|shortdesc|dek|standfirst|introtxt|lead-?text|news-?sapo|trichdan)",
    re.IGNORECASE,
)
_CAPTION_NAME = re.compile(
    r"caption|chu-?thich|(?:^|[\s_-])(?:note|image|photo-?desc|img-?desc|imgtext|legend|ghi-?chu-?anh|pic-?desc|"
    r"thumb-?desc)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_AUTHOR_NAME = re.compile(r"author|tac-?gia|byline|but-?danh|source|nguon|signature|writer|nguoi-?viet", re.IGNORECASE)
_ICON = re.compile(
    r"(?:icons?|logo|spacer|blank|pixel|loading|print|avatar|button|btn|bullet|arrow|captcha|emoji|smil|rss|banner|"
    r"facebook|zalo|twitter|youtube|star|rating|no-?image|clear|transparent|grey|placeholder|counter|1x1)",
    re.IGNORECASE,
)
_SIGNED_CLOSE = re.compile(r"[.!?…”\"]$|\./\.$")
_DATE_WORDS = re.compile(
    r"ngay|gio|phut|luc|cap nhat|dang|xuat ban|thu (?:hai|ba|tu|nam|sau|bay)|chu nhat|gmt|post|update|publish|date|"
    r"thoi gian|viet boi|bai viet|tin|lan cuoi|sua|tao|t[2-7]|cn|sa|ch|am|pm|thang|nam",
)


@dataclass(slots=True)
class Figure:
    """A picture block and the block or text that captions it."""

    image: Block
    caption: str | None = None


@dataclass(slots=True)
class Layout:
    """The parts of one page; blocks in page order.

    ``heads`` are the short lines around the title and after the body (dates, authors, counters): evidence, not text.
    ``above`` are the lines before the title (masthead, menus). ``zones`` are (landmark kind, blocks after its line).
    """

    title: str | None = None
    title_block: Block | None = None
    title_source: str | None = None
    above: list[Block] = field(default_factory=list)
    heads: list[Block] = field(default_factory=list)
    lead: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tail: list[Block] = field(default_factory=list)
    zones: list[tuple[str, list[Block]]] = field(default_factory=list)


def read_layout(blocks: list[Block], meta: Metadata, site_title: str | None) -> Layout:
    """Give every block of a page its part. An empty ``body`` means the page has no article."""
    layout = Layout()
    core = _core(blocks)
    first_prose = core.first if core else len(blocks)
    layout.title_block, layout.title, layout.title_source = _find_title(blocks, meta, site_title, first_prose)
    forgive_chrome(blocks, layout.title_block)
    core = _core(blocks, after=layout.title_block.index if layout.title_block else 0)
    start = layout.title_block.index + 1 if layout.title_block else (core.first if core else len(blocks))
    layout.above = [b for b in blocks[: start - 1] if b.kind == "text"]
    article, layout.zones = _sweep(blocks[start:], core)
    _sort_out(layout, article, core, meta)
    return layout


@dataclass(frozen=True, slots=True)
class _Core:
    """The element that holds the article's prose, and the index of its first prose block."""

    element: Tree
    first: int

    def holds(self, block: Block) -> bool:
        element: Tree | None = block.element
        while element is not None:
            if element is self.element:
                return True
            element = element.getparent()
        return False


def _core(blocks: list[Block], after: int = 0) -> _Core | None:
    """The element around most of the prose after ``after``: paragraphs vote for what holds them, the nearest most."""
    votes: Counter[Tree] = Counter()
    prose = [b for b in blocks[after:] if b.is_prose and not b.chrome]
    if not prose:
        # A notice of one short sentence is still an article.
        prose = [b for b in blocks[after + 1 :] if b.kind == "text" and not b.chrome and _is_sentence(b)][:1]
    for block in prose:
        # What a paragraph says counts, its length only so much: one licence text does not outweigh ten paragraphs.
        weight = min(len(block.text), 600) * (1 - block.link_share)
        element: Tree | None = block.element
        share = 1.0
        for _ in range(5):
            if element is None or element.tag in ("html",):
                break
            votes[element] += int(weight * share)
            element, share = element.getparent(), share * 0.72
    if not votes:
        return None
    best = max(votes, key=lambda e: votes[e])
    inside = [b for b in prose if _Core(best, 0).holds(b)]
    return _Core(best, inside[0].index if inside else prose[0].index)


def _is_sentence(block: Block) -> bool:
    return (
        len(block.text) >= 25
        and block.link_share < 0.3
        and _SIGNED_CLOSE.search(block.text) is not None
        and not landmarks.is_tool_line(block.text)
    )


# Title


def _find_title(
    blocks: list[Block], meta: Metadata, site_title: str | None, first_prose: int
) -> tuple[Block | None, str | None, str | None]:
    site_names = [site_title, meta.site_name]
    claimed = [(source, without_site_name(text, site_names)) for source, text in meta.titles]
    if meta.title_tag:
        claimed.append(("title", without_site_name(meta.title_tag, site_names)))
    folded_claims = [fold(text) for _, text in claimed]
    whole_tag = fold(meta.title_tag or "")
    names = {fold(name) for name in site_names if name}
    best, best_score = None, 0.0
    for block in blocks[: first_prose + 1]:
        if block.kind != "text" or not 6 <= len(block.text) <= 300:
            continue
        score = _title_score(block, folded_claims, whole_tag, names, first_prose)
        if score > best_score:
            best, best_score = block, score
    if best is not None and best_score >= 3:
        return best, best.text.strip(" »"), "article"
    if best is None or best_score < 3:
        usable = [
            (source, text)
            for (source, text), f in zip(claimed, folded_claims, strict=True)
            if f not in names and len(text) >= 10
        ]
        line = _line_before(blocks, first_prose)
        if usable and not (line is not None and all(source == "title" for source, _ in usable) and line.bold > 0.9):
            return None, usable[0][1], usable[0][0]
        if line is not None:
            return line, line.text, "article"
    return None, None, None


def _title_score(block: Block, claims: list[str], whole_tag: str, site_names: set[str], first_prose: int) -> float:
    text = fold(block.text)
    level = block.heading_level()
    score = {1: 4.0, 2: 2.5, 3: 2.0, 4: 1.0}.get(level, 0.0)
    exact = bool(text) and text in claims
    if exact:
        score += 6
    elif len(text) >= 15 and any(
        text in claim or (claim and claim in text and len(claim) > 0.6 * len(text)) for claim in claims
    ):
        score += 4
    elif len(text) >= 20 and text in whole_tag:
        score += 3
    elif any(
        claim.endswith(("...", "…")) and len(claim) > 20 and text.startswith(claim.rstrip(".… ")) for claim in claims
    ):
        score += 4
    names = f"{block.element.get('class', '')} {block.element.get('id', '')}"
    if _TITLE_NAME.search(names):
        score += 2
    if block.chrome and not exact:
        score -= 4
    if block.link_share > 0.5 and level != 1 and not exact:
        score -= 3
    if block.link_share > 0.5 and exact:
        # A breadcrumb or menu that repeats the title stands before it.
        score -= 1.5
    if block.text.isupper() and not exact and level == 0:
        score -= 1
    if text in site_names or landmarks.landmark(block.text) or landmarks.is_tool_line(block.text):
        score -= 10
    if block.index >= first_prose and len(block.text) > 120 and not exact:
        score -= 4
    if len(text) < 15 and not exact:
        score -= 1.5
    return score + (0.3 if block.bold > 0.9 else 0)


def _line_before(blocks: list[Block], first_prose: int) -> Block | None:
    """With no heading and no claim: the first line of the unbroken run of plain lines that leads to the prose."""
    found = None
    for block in reversed(blocks[:first_prose]):
        if block.kind == "image":
            continue
        if block.link_share > 0.5 or block.chrome or landmarks.landmark(block.text):
            break
        if is_date_line(block.text) or landmarks.is_tool_line(block.text):
            continue
        if 15 <= len(block.text) <= 250:
            found = block
    return found


# Where the article ends


def _sweep(blocks: list[Block], core: _Core | None) -> tuple[list[Block], list[tuple[str, list[Block]]]]:
    """The article's blocks, and the zones that landmark lines open. Furniture is in neither."""
    article: list[Block] = []
    zones: list[tuple[str, list[Block]]] = []
    zone: list[Block] | None = None
    zone_kind = ""
    scope: Tree | None = None
    seen_prose = False
    for position, block in enumerate(blocks):
        kind = landmarks.landmark(block.text) if block.kind == "text" else None
        if kind and not _is_landmark_here(block, blocks, position, seen_prose):
            kind = None
        if kind and (not block.chrome or kind == landmarks.COMMENTS) and (seen_prose or kind != landmarks.TAGS):
            zone, zone_kind = [], kind
            zones.append((kind, zone))
            scope = _zone_scope(block)
            continue
        if block.chrome:
            continue
        if zone is not None:
            inside = scope is not None and _within(block.element, scope)
            back = (
                block.kind == "text"
                and zone_kind != landmarks.COMMENTS
                and block.link_share < 0.3
                and (len(block.text) >= 80 or _is_sentence(block))
                and core is not None
                and core.holds(block)
                and _looks_like_body(block, article)
            )
            if back and not (inside and scope is not core.element and not _within(core.element, scope)):  # type: ignore[union-attr]
                zone = None
            elif inside or zone_kind in (landmarks.COMMENTS, landmarks.RELATED, landmarks.NOTICES):
                zone.append(block)
                continue
            else:
                continue
        seen_prose = seen_prose or block.is_prose or (core is not None and core.holds(block))
        article.append(block)
    return article, zones


def _is_landmark_here(block: Block, blocks: list[Block], position: int, seen_prose: bool) -> bool:
    """A landmark word that is an item of a menu (links before and after it) or a sub-heading over prose is none."""
    if block.link_share > 0.5:
        before = blocks[position - 1] if position else None
        after = blocks[position + 1] if position + 1 < len(blocks) else None
        short = [b for b in (before, after) if b is not None and b.link_share > 0.8 and len(b.text) < 30]
        if len(short) == 2:
            return False
    return seen_prose or landmarks.landmark(block.text) not in (landmarks.POPULAR,)


def _looks_like_body(block: Block, article: list[Block]) -> bool:
    """True where the block is set in the page like the paragraphs before it: same parent, tag and class."""
    prose = [b for b in article if b.is_prose]
    if not prose:
        return False
    last = prose[-1]
    return last.element is block.element or (
        last.element.getparent() is block.element.getparent()
        and last.tag == block.tag
        and last.element.get("class") == block.element.get("class")
    )


def _zone_scope(block: Block) -> Tree:
    """The smallest element around a landmark line that also holds links other than the line's own."""
    element = block.element
    own = {href for href, _ in block.links}
    while (parent := element.getparent()) is not None and parent.tag not in ("body", "html"):
        if any(a.get("href") and a.get("href") not in own for a in element.iter("a")):
            break
        element = parent
    return element


def _within(element: Tree, scope: Tree) -> bool:
    node: Tree | None = element
    while node is not None:
        if node is scope:
            return True
        node = node.getparent()
    return False


# What each line of the article is


def is_date_line(text: str) -> bool:
    """True for a line that says when and nothing else: a date or time with its label, weekday, zone, counter.

    >>> is_date_line("Cập nhật lúc 10:20 ngày 12/11/2020")
    True
    """
    if len(text) > 110:
        return False
    reading = next(find_dates(text), None)
    if reading is None:
        return False
    rest = fold(text[: reading.start] + " " + text[reading.end :])
    rest = re.sub(r"\d+|[^\w\s]", " ", _DATE_WORDS.sub(" ", rest))
    rest = re.sub(r"(?:luot|so|lan)? ?(?:xem|doc|views?)|nguon|admin|tac gia|boi", " ", rest)
    return sum(c.isalpha() for c in rest) <= 12


def _sort_out(layout: Layout, article: list[Block], core: _Core | None, meta: Metadata) -> None:
    """Fill heads, lead, body, figures and tail of the layout from the article's blocks."""
    inside = [core is not None and core.holds(b) for b in article]
    if core is None or not any(inside):
        layout.heads = [b for b in article if b.kind == "text"]
        return
    first = inside.index(True)
    last = len(inside) - 1 - inside[::-1].index(True)
    text: list[Block] = []
    pictures: list[Block] = []
    description = fold(meta.description or "").rstrip(".… ")
    for position, block in enumerate(article):
        if block.kind == "image":
            if position <= last and not _is_icon(block):
                pictures.append(block)
            continue
        if (is_date_line(block.text) and not (inside[position] and block.is_prose)) or landmarks.is_tool_line(
            block.text
        ):
            layout.heads.append(block)
        elif position > last:
            layout.tail.append(block)
        elif inside[position]:
            if block.link_share > 0.9 and position < last and _is_link_list(article, position, inside):
                continue
            text.append(block)
        elif position < first or not inside[position]:
            if _belongs_before_core(block, description):
                text.append(block)
            else:
                layout.heads.append(block)
    layout.figures, text = _caption(pictures, text, article)
    _take_credits(layout, text)
    layout.lead = _find_lead(text, core, description)
    layout.body = text


def _belongs_before_core(block: Block, description: str) -> bool:
    """A line between title and prose that is text: a sapo, or a line as long as one; not a category or an author."""
    if block.link_share > 0.5:
        return False
    named = f"{block.element.get('class', '')} {block.element.get('id', '')}"
    if _LEAD_NAME.search(named) or (
        description and fold(block.text).startswith(description[:60]) and len(block.text) > 30
    ):
        return len(block.text) > 20
    if _AUTHOR_NAME.search(named) or read_credit_line(block.text) is not None:
        return False
    return len(block.text) >= 60 or _is_sentence(block)


def _is_link_list(article: list[Block], position: int, inside: list[bool]) -> bool:
    """A line that is all link beside another one: a box of other articles, not a sentence with a link."""
    neighbours = [article[i] for i in (position - 1, position + 1) if 0 <= i < len(article) and inside[i]]
    return any(b.kind == "text" and b.link_share > 0.9 for b in neighbours)


def _is_icon(block: Block) -> bool:
    image = block.element
    for name in ("width", "height"):
        value = (image.get(name) or "").rstrip("px ")
        if value.isdigit() and int(value) < 60:
            return True
    source = block.src or ""
    file = source.rsplit("/", 1)[-1].split("?")[0]
    return not source or file.lower().endswith((".svg", ".ico")) or (len(file) < 40 and _ICON.search(file) is not None)


# Pictures


def _caption(pictures: list[Block], text: list[Block], article: list[Block]) -> tuple[list[Figure], list[Block]]:
    """Pair pictures with their captions; the caption lines leave the text."""
    figures: list[Figure] = []
    used: set[int] = set()
    by_position = {block.index: position for position, block in enumerate(article)}
    in_text = {block.index for block in text}
    for number, picture in enumerate(pictures):
        figure = Figure(picture)
        figures.append(figure)
        following = [
            b for b in article[by_position[picture.index] + 1 :][:3] if b.kind == "text" and b.index not in used
        ]
        # A picture right after this one takes the caption below both; each of them keeps its own if it has one.
        next_picture = pictures[number + 1].index if number + 1 < len(pictures) else None
        if following and (next_picture is None or following[0].index < next_picture):
            candidate = following[0]
            if candidate.index in in_text and _is_caption(picture, candidate, text):
                used.add(candidate.index)
                figure.caption = candidate.text
                # "Ảnh: …" on a line of its own belongs to the caption above it.
                if (
                    len(following) > 1
                    and (credit := read_credit_line(following[1].text))
                    and credit.credit
                    and not credit.byline
                ):
                    used.add(following[1].index)
                    figure.caption += f" {following[1].text}"
    return figures, [b for b in text if b.index not in used]


def _is_caption(picture: Block, line: Block, text: list[Block]) -> bool:
    if line.kind != "text" or len(line.text) > 400 or line.link_share > 0.6:
        return False
    figure = _around(picture.element, "figure")
    if figure is not None:
        return _within(line.element, figure)
    names = f"{line.element.get('class', '')} {line.element.get('id', '')}"
    parent = line.element.getparent()
    if parent is not None:
        names += f" {parent.get('class', '')}"
    if _CAPTION_NAME.search(names):
        return True
    if re.search(r"(?:^|[\s(.])[ẢảẢ]nh\s*(?:minh họa|tư liệu)?\s*:", line.text) and len(line.text) < 300:
        return True
    if line.element is picture.element.getparent() or _small_table(picture, line):
        # The same cell or paragraph holds picture and line, and the line is not the article going on.
        return len(line.text) < 300 and (len(line.text) < 200 or line.italic > 0.8 or _small_table(picture, line))
    if line.heading_level():
        return False
    if line.italic > 0.8 and len(line.text) < 300:
        return True
    if line.align == "center" and len(line.text) < 250 and line.bold < 0.9:
        return True
    # A line under a picture that ends without a stop is no sentence of the article; nor a sub-heading set bold; nor
    # the bút danh, which is the last line.
    rest = [b for b in text if b.index > line.index]
    unfinished = _SIGNED_CLOSE.search(line.text) is None
    return (
        unfinished
        and line.bold < 0.9
        and 15 <= len(line.text) < 250
        and bool(rest)
        and read_credit_line(line.text) is None
    )


def _around(element: Tree, tag: str) -> Tree | None:
    return next(element.iterancestors(tag), None)


def _small_table(picture: Block, line: Block) -> bool:
    """Picture and line share a table (or table-like box) that holds little else."""
    table = _around(picture.element, "table")
    if table is None or not _within(line.element, table):
        return False
    return len(str(table.text_content()).strip()) < len(line.text) + 250


# Credits and lead


def _take_credits(layout: Layout, text: list[Block]) -> None:
    """Move the lines at the end that name people from the text to the tail, at most four."""
    taken: list[Block] = []
    while len(text) > 1 and len(taken) < 4:
        line = text[-1]
        if line.kind != "text" or line.is_prose or read_credit_line(line.text) is None:
            break
        # A list of names ("Danh sách …") is text: more than two bare names in a row are no bylines.
        if sum(read_credit_line(b.text) is not None for b in text[-4:]) > 3:
            break
        taken.append(text.pop())
    layout.tail = [*reversed(taken), *layout.tail]


def _find_lead(text: list[Block], core: _Core, description: str) -> list[Block]:
    """The sapo, where the page sets one apart: by its class, its place outside the paragraphs, or its looks."""
    if len(text) < 2:
        return []
    first = text[0]
    if first.kind != "text" or not 20 <= len(first.text) <= 900:
        return []
    element: Tree | None = first.element
    names = ""
    while element is not None and element is not core.element:
        names += f" {element.get('class', '')} {element.get('id', '')}"
        element = element.getparent()
    apart = not core.holds(first)
    described = bool(description) and fold(first.text).startswith(description[:80])
    second = text[1]
    if _LEAD_NAME.search(names) or apart:
        container = first.element
        return [
            b for b in text[:4] if b is first or (not core.holds(b) and apart) or (b.element is container and not apart)
        ]
    looks = (
        (first.bold > 0.9 and second.bold < 0.5)
        or (first.italic > 0.9 and second.italic < 0.5)
        or first.heading_level() > 1
    )
    if looks and len(first.text) >= 40:
        return [first]
    return [first] if described and first.element.get("class") != second.element.get("class") else []
