"""Where on a page the article's prose lies: the element around it, and what else holds more of it. Pure.

Paragraphs vote for what holds them; boxes of one make may hold one text; a short notice is a paragraph in a box of
short lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.lines import is_head, is_sentence, is_tool
from newsarchive.extract.people import read_credit_line
from newsarchive.extract.zones import Core, common_element, is_set_alike, within

LEAST_OF_PROSE = 20
"""What the box in which the CMS sets the text must hold at least of the page's prose: one in so many letters."""


def after_short_sentence(blocks: list[Block], core: Core) -> int | None:
    """Where the next prose is, if the core begins with a line that is prose only for its stop."""
    if blocks[core.first].is_prose:
        return None
    return next((b.index for b in blocks[core.first + 1 : core.last + 1] if may_be_prose(b)), None)


def chosen_core(blocks: list[Block], chosen: Mapping[str, list[Tree]]) -> Core | None:
    """The core a profile names: the element around all that its body selector found."""
    elements = chosen.get("body")
    if not elements:
        return None
    element = common_element(elements)
    inside = [b for b in blocks if b.kind == "text" and element is not None and within(b.element, element)]
    for block in inside:
        block.chrome = ()
    return Core(element, inside[0].index, inside[-1].index) if element is not None and inside else None


def hinted_box(blocks: list[Block], body: Tree | None) -> frozenset[Tree]:
    """The elements of the box in which the CMS sets the text; what stands around it marks it as no furniture."""
    box = frozenset(body.iter()) if body is not None else frozenset()
    for block in blocks:
        if block.chrome and block.element in box:
            block.chrome = tuple(e for e in block.chrome if e in box and e is not body)
    return box


def find_core(blocks: list[Block], after: int = -1, box: frozenset[Tree] = frozenset()) -> Core | None:
    """The element around most of the prose after ``after``: paragraphs vote for what holds them, the nearest most.

    Where prose stands in ``box``, only that counts; a line or two beside a long text are a card's, not the article.
    """
    votes: Counter[Tree] = Counter()
    lines = [b for b in blocks[after + 1 :] if may_be_prose(b)]
    inside = [b for b in lines if b.element in box]
    if sum(len(b.text) for b in inside) * LEAST_OF_PROSE > sum(len(b.text) for b in lines):
        lines = inside
    prose = [b for b in lines if b.is_prose]
    if sum(len(b.text) for b in prose) < 400:
        # A notice of one short sentence is still an article, and so is a list of short ones.
        prose = lines
    beyond = _next_box(blocks, prose, after)
    for block in prose:
        # What a paragraph says counts, its length only so much: one licence text does not outweigh ten paragraphs.
        weight = min(len(block.text), 600) * (1 - block.link_share) * (0.25 if block.index > beyond else 1)
        element: Tree | None = block.element
        share = 1.0
        for _ in range(5):
            if element is None or element.tag == "html":
                break
            votes[element] += int(weight * share)
            element, share = element.getparent(), share * 0.72
    if not votes:
        return None
    best = max(votes, key=lambda e: votes[e])
    inside = [b for b in prose if within(b.element, best)]
    if inside[0].element is inside[-1].element is best:
        best = _box_of_short_lines(blocks, inside[-1])
    return Core(best, inside[0].index, inside[-1].index)


def with_other_parts(core: Core, blocks: list[Block], after: int) -> Core:
    """The core with the other parts of a text that is set in several boxes of one make, with advertisements between.

    A part begins with prose: cards of other articles begin with their linked headline.
    """
    make = core.element.get("class")
    if not make:
        return core
    parts: dict[Tree, list[Block]] = {}
    for block in blocks[after + 1 :]:
        if block.kind == "text" and not block.chrome and not core.first <= block.index <= core.last:
            alike = (e for e in block.element.iterancestors() if e.get("class") == make)
            if (part := next(alike, None)) is not None and part.tag == core.element.tag and part is not core.element:
                parts.setdefault(part, []).append(block)
    texts = {part: text for part, text in parts.items() if text[0].is_prose and all(map(may_be_prose, text[:2]))}
    ends = [core.first, core.last, *(b.index for text in texts.values() for b in text if b.is_prose)]
    first, last = min(ends), max(ends)
    if any(landmarks.landmark(b.text) == landmarks.COMMENTS for b in blocks[first:last]):
        return core
    return Core(core.element, first, last, tuple(texts))


def _box_of_short_lines(blocks: list[Block], prose: Block) -> Tree:
    """The box around the only paragraph of prose, where lines set like it follow (verses, pictures with their
    captions), or a list or table; with a second paragraph it would have won. Else the paragraph's own element."""
    box = prose.element.getparent()
    if box is not None and _lines_lead_to(blocks, prose):
        return box
    line = next((b for b in reversed(blocks[: prose.index]) if b.kind != "image"), None)
    if line is None or line.kind == "row" or line.tag == "li" or line.element.getparent() is not box:
        line = next((b for b in blocks[prose.index + 1 :] if b.kind != "image"), None)
    if box is None or line is None or line.element is prose.element:
        return prose.element
    if line.kind == "row" or line.tag == "li":
        outer = next(line.element.iterancestors("table", "ul", "ol"), None)
        alike = outer is not None and outer.getparent() is box
    else:
        alike = line.element.getparent() is box and line.tag == prose.tag
        alike = alike and line.element.get("class") == prose.element.get("class")
    other = line.chrome or line.links or line.bold > 0.9 or landmarks.landmark(line.text) or is_head(line)
    if not alike or other or landmarks.is_footer_line(line.text) or read_credit_line(line.text):
        return prose.element
    return box


def _lines_lead_to(blocks: list[Block], prose: Block) -> bool:
    """True where three short lines or more, set like the only paragraph of prose and linked nowhere, stand above it."""
    above = [b for b in blocks[max(0, prose.index - 8) : prose.index] if b.kind == "text" and not b.links]
    above = [b for b in above if b.element is not prose.element and not b.chrome and not is_head(b)]
    return sum(is_set_alike(b, prose) for b in above) >= 3


def _next_box(blocks: list[Block], prose: list[Block], after: int) -> int:
    """Where something else begins behind the article's first prose: the index of a heading or landmark outside its box.

    Columns and boxes may hold more prose than a short article. Without a title the article is wherever most prose is.
    """
    box = prose[0].element.getparent() if prose and after >= 0 else None
    if box is None:
        return len(blocks)
    for block in blocks[prose[0].index + 1 :]:
        opens = block.kind == "text" and not block.chrome and (block.heading_level or landmarks.landmark(block.text))
        if opens and not within(block.element, box):
            return block.index
    return len(blocks)


def may_be_prose(block: Block) -> bool:
    """True for a line that may be of an article's prose: a paragraph or a sentence, no furniture, links or imprint."""
    if block.kind != "text" or block.chrome or block.link_share >= 0.4 or block.heading_level == 1:
        return False
    if not block.is_prose and (block.link_share >= 0.3 or not is_sentence(block.text)):
        return False
    return not landmarks.is_footer_line(block.text) and not is_tool(block)
