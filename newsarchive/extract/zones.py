"""Where the article ends and something else begins: the zones that landmark lines open. Pure.

A zone is what stands under a landmark ("Tin khác"), as far as its box goes. Links of menus and boxes that follow
without a landmark of their own are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.lines import is_date_line

_MOST_TABS = 40
_LIST_MARK = re.compile(r"^[\s>»▶►•*+–-]+$")


@dataclass(frozen=True, slots=True)
class Core:
    """The element that holds the article's prose, the index of its first prose block, and that of its last; ``parts``
    are other elements of the same make that hold more of it."""

    element: Tree
    first: int
    last: int
    parts: tuple[Tree, ...] = ()

    def holds(self, block: Block) -> bool:
        """True where a block stands in the element or in one of the other parts."""
        return within(block.element, self.element) or any(within(block.element, part) for part in self.parts)


def within(element: Tree, scope: Tree) -> bool:
    """True where an element is ``scope`` or stands in it."""
    node: Tree | None = element
    while node is not None:
        if node is scope:
            return True
        node = node.getparent()
    return False


def common_element(elements: Iterable[Tree]) -> Tree | None:
    """The lowest element that holds them all."""
    paths = [[*reversed(list(e.iterancestors())), e] for e in elements]
    common: Tree | None = None
    for level in zip(*paths, strict=False):
        if any(e is not level[0] for e in level):
            break
        common = level[0]
    return common


@dataclass(slots=True)
class Zone:
    """One zone: its landmark's kind, the element its list stands in, its blocks; ``closed`` once its list is over."""

    kind: str
    scope: Tree
    blocks: list[Block] = field(default_factory=list)
    around_article: bool = False
    closed: bool = False

    def take(self, block: Block) -> None:
        """Add a block that follows, as long as it is the zone's."""
        if self.closed or not within(block.element, self.scope) or self._ends(block):
            self.closed = True
        else:
            self.blocks.append(block)

    def _ends(self, block: Block) -> bool:
        """A line that is no part of a list of links: the heading of another box, a footer, the first item of a menu."""
        if not self.blocks and self.around_article and block.link_share > 0.9 and len(block.text) < 12:
            return True
        if block.kind != "text" or block.link_share > 0.2 or is_date_line(block.text):
            return False
        if landmarks.is_footer_line(block.text):
            return True
        if not self.blocks and self.around_article and self.kind != landmarks.COMMENTS:
            # The list did not begin: nothing stands under this landmark.
            return not _LIST_MARK.match(block.text)
        return (block.heading_level > 0 or block.bold > 0.9) and len(block.text) < landmarks.MAX_LANDMARK

    def lets_back(self, block: Block) -> bool:
        """True where the article may go on with a block after this zone: not after comments, not in the zone's box."""
        if self.kind in (landmarks.COMMENTS, landmarks.FOOTER) or block.kind == "image" or block.link_share >= 0.3:
            return False
        in_box = not self.around_article and within(block.element, self.scope)
        return not in_box and (not self.around_article or block.is_prose)


def opens_zone(blocks: list[Block], position: int, core: Core | None) -> Zone | None:
    """The zone that the block at a position opens, or None where it opens none. ``core`` is the article's prose."""
    block = blocks[position]
    if block.kind != "text":
        return None
    over = core is None or block.index > core.last
    if over and block.link_share < 0.5 and not block.chrome and landmarks.is_footer_line(block.text):
        return Zone(landmarks.FOOTER, block.element)
    kind = landmarks.landmark(block.text)
    if kind is None:
        return (
            _see_also(block, in_text=block.index < core.last) if core is not None and block.index > core.first else None
        )
    if (block.chrome and kind != landmarks.COMMENTS) or _is_menu_item(blocks, position):
        return None
    if kind == landmarks.POPULAR and landmarks.is_newest(block.text) and _twin_follows(blocks, position):
        kind = landmarks.RELATED
    scope = scope_of(block)
    around = core is not None and (within(core.element, scope) or _holds_more_text(scope, blocks, position, core))
    zone = Zone(kind, scope, around_article=around)
    if core is None or over:
        return zone
    if block.index < core.first:
        # Between title and text: a box of its own, or the name of the article's category.
        return None if around or kind == landmarks.COMMENTS else zone
    if kind == landmarks.COMMENTS:
        # Readers' words may read as prose that goes on; a sub-heading "Đánh giá" opens no comments.
        return zone if landmarks.is_certain(block.text) else None
    # A heading in mid-text is the article's own, unless it has a box of its own or links follow it.
    return zone if not around or _list_follows(blocks, position) else None


def tab_zones(blocks: list[Block], core: Core | None) -> dict[int, Zone]:
    """The zones that tabs open, by the index of each label's block: "Tin đã đưa" as a link to "#tab2", and what stands
    in the element of that id, wherever it is."""
    labels: dict[str, list[tuple[int, str]]] = {}
    for block in blocks:
        if block.kind == "text" and len(block.links) == 1 and block.links[0][0][:1] == "#" and block.link_share > 0.5:
            kind = landmarks.landmark(block.text)
            if kind is not None and len(labels) < _MOST_TABS:
                labels.setdefault(block.links[0][0][1:], []).append((block.index, kind))
    zones: dict[int, Zone] = {}
    for element in blocks[0].element.getroottree().getroot().iter() if labels else ():
        for index, kind in labels.pop(element.get("id") or "", ()):
            if core is None or not (within(core.element, element) or within(element, core.element)):
                zones[index] = Zone(kind, element)
    return zones


def _twin_follows(blocks: list[Block], position: int) -> bool:
    """True where a heading set the same, in the same box, opens a list of related articles: "Tin mới", "Tin đã đưa"."""
    own, box = blocks[position].element, blocks[position].element.getparent()
    outer = box.getparent() if box is not None else None
    for block in blocks[position + 1 : position + 40]:
        if block.kind == "text" and block.tag == own.tag and landmarks.landmark(block.text) == landmarks.RELATED:
            parent = block.element.getparent()
            beside = parent is not None and (parent is box or parent.getparent() is outer)
            return beside and block.element.get("class") == own.get("class")
    return False


def _holds_more_text(scope: Tree, blocks: list[Block], position: int, core: Core) -> bool:
    """True where paragraphs set like those before the landmark follow in its scope: the scope is no box of a list."""
    before = [b for b in blocks[max(0, position - 20) : position] if b.is_prose and core.holds(b)]
    after = (b for b in blocks[position + 1 :] if b.index <= core.last and b.is_prose and not b.chrome)
    return bool(before) and any(is_set_alike(b, before[-1]) for b in after if within(b.element, scope))


def is_set_alike(block: Block, other: Block) -> bool:
    """True for two lines set the same way: in one element, or side by side, in one box or in boxes of one make."""
    if block.element is other.element:
        return True
    box, beside = block.element.getparent(), other.element.getparent()
    if box is None or beside is None or block.tag != other.tag:
        return False
    made_alike = box.tag == beside.tag and box.get("class") and box.get("class") == beside.get("class")
    if box is not beside and not made_alike:
        return False
    return block.is_prose or block.element.get("class") == other.element.get("class")


def _see_also(block: Block, *, in_text: bool) -> Zone | None:
    """A line "Xem thêm: <a>…</a>": a zone of one line. In mid-text the label may be a part of the link; below the text
    "Bài trước: …" leads to a neighbour in time."""
    if not block.links or block.link_share < 0.5 or len(block.text) > 1500 or block.chrome:
        return None
    if in_text and landmarks.begins_with_related(block.text):
        return Zone(landmarks.RELATED, block.element, [block], closed=True)
    if block.link_share > 0.98 and block.text[0] not in ">»▶►":
        return None
    rest = block.text
    for _, label in block.links:
        rest = rest.replace(label, "\n", 1)
    # "Bài trước: … / Bài tiếp theo: …" has a label for each link.
    said = [part for part in rest.split("\n") if landmarks.plain(part)]
    labelled = said and all(landmarks.landmark(part) == landmarks.RELATED for part in said)
    if not labelled and not re.fullmatch(r"\s*(?:>+|»|▶|►)\s*", rest):
        return None
    return Zone(landmarks.RELATED, block.element, [block], closed=True)


def _is_menu_item(blocks: list[Block], position: int) -> bool:
    """A landmark word that is a link between short links: an item of a menu."""
    if blocks[position].link_share <= 0.5:
        return False
    around = [blocks[i] for i in (position - 1, position + 1) if 0 <= i < len(blocks)]
    return sum(b.link_share > 0.8 and len(b.text) < 30 for b in around) == 2


def _list_follows(blocks: list[Block], position: int) -> bool:
    """True where the next line of text is a link."""
    after = (b for b in blocks[position + 1 : position + 5] if b.kind == "text" and not is_date_line(b.text))
    block = next(after, None)
    return block is not None and block.link_share > 0.5


def scope_of(block: Block) -> Tree:
    """The smallest element around a landmark line that also holds links other than the line's own; in the end the
    page's."""
    element = block.element
    own = {href for href, _ in block.links}
    while (parent := element.getparent()) is not None:
        if any(a.get("href") and a.get("href") not in own for a in element.iter("a")):
            break
        element = parent
    return element
