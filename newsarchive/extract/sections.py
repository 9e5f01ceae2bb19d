"""Under which heading of its site an article stands: the trail of links above it, or the name over its box. Pure."""

from __future__ import annotations

import re
from itertools import islice

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, names_of
from newsarchive.extract.document import Tree
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import beside_links, is_date_line, is_tool
from newsarchive.extract.metadata import Metadata, breadcrumb
from newsarchive.extract.titles import reads_as_site
from newsarchive.extract.zones import common_element
from newsarchive.sites.urls import is_front_page
from newsarchive.vietnamese.text import collapse, fold

_LONGEST = 50
_HOME = re.compile(r"trang ?(?:chu|nhat)|home|tin chinh")
_STEPS = re.compile(r"[»›>→]|(?<=\s)/(?=\s)")
# All that stands between the links of a trail: "Tin tức >> Du lịch".
_TRAIL = re.compile(r"\s*(?:(?:»|›|>{1,2})\s*){1,5}")
# A link or line so named leads to the section.
_SECTION_NAME = re.compile(r"categor|chuyen-?muc|(?:^|[\s_-])(?:cat|path)(?:$|[\s_-])", re.IGNORECASE)
# What a box says of itself on every page.
_NO_SECTION = re.compile(
    r"(?:noi dung|xem|tin|bai viet|thong tin)?(?: ?chi tiet)(?: \w+){0,3}|(?:noi dung|ban tin)|video"
)


def find_section(root: Tree, meta: Metadata, layout: Layout, title: str | None) -> tuple[str, str] | None:
    """The section and where it stands ("breadcrumb", "meta", "above the title"); None where nothing names it."""
    for labels in (breadcrumb(root), _trail_above(layout)):
        trail = [label for label in labels if not title or not _says_title(label, title)]
        if named := [label for label in trail if _NO_SECTION.fullmatch(landmarks.plain(label)) is None]:
            return named[-1], "breadcrumb"
    if meta.section:
        return meta.section, "meta"
    name = _linked_by_title(layout) or _name_over_title(layout)
    return (name, "above the title") if name else None


def _trail_above(layout: Layout) -> list[str]:
    """A breadcrumb without a class that says so: a line of links above the title that leads on from the front page."""
    for block in reversed(layout.above[-8:]):
        if len(block.links) > 1 and _STEPS.search(block.text):
            href, label = block.links[0]
            if is_front_page(href) or _HOME.fullmatch(landmarks.plain(label)):
                return [text for _, text in block.links[1:]]
            if block.index >= _first_near(layout) and _TRAIL.fullmatch(beside_links(block)):
                return [text for _, text in block.links]
    return []


def _first_near(layout: Layout) -> int:
    return layout.title_block.index - 6 if layout.title_block is not None else 0


def _says_title(label: str, title: str) -> bool:
    """True for a trail's last label that is the title, whole or cut off; a section is short and may begin titles of
    its own."""
    start = fold(label).rstrip(".… ")
    cut = label.endswith(("…", "..")) or 2 * len(start) > len(title)
    return cut and fold(title).startswith(start)


def _linked_by_title(layout: Layout) -> str | None:
    """The only link by the title that is named a category's."""
    for block in [*layout.above[-3:], *layout.heads[:10]]:
        if not block.links or block.link_share < 0.05:
            continue
        for anchor in islice(block.element.iter("a"), 8):
            parent = anchor.getparent()
            names = f"{names_of(anchor)} {names_of(parent) if parent is not None else ''} {anchor.get('rel', '')}"
            text = collapse(str(anchor.text_content()))
            if _SECTION_NAME.search(names) and _may_name(text, block):
                return text
    return None


def _name_over_title(layout: Layout) -> str | None:
    """The line right over the title, in the title's own box, as portals print the section's name: a heading, a link, or
    what a link of the menu says too."""
    title = layout.title_block
    above = [b for b in layout.above[-6:] if b.index >= _first_near(layout)]
    block = next((b for b in reversed(above) if not is_tool(b) and not is_date_line(b.text)), None)
    if title is None or block is None or block.chrome or not _may_name(block.text, block):
        return None
    alone = not any(b.link_share > 0.9 and is_beside(b, block) for b in above)
    linked = alone and block.link_share > 0.9 and len(block.links) == 1 and not is_front_page(block.links[0][0])
    if not (block.heading_level or linked or _is_in_menu(block, layout)):
        return None
    box = common_element([block.element, title.element])
    near = box is not None and box.tag not in ("body", "html", "form") and _depth(title.element, box) <= 4
    return block.text if near else None


def is_beside(one: Block, other: Block) -> bool:
    """True for two lines set alike in one box, as a menu's are."""
    if one is other:
        return False
    alike = one.element.getparent() is other.element.getparent() and one.tag == other.tag
    return alike or one.element is other.element


def _is_in_menu(line: Block, layout: Layout) -> bool:
    words = line.folded.strip(" :»›>")
    return any(fold(label) == words for b in layout.above[:200] if b is not line for _, label in b.links)


def _may_name(text: str, block: Block) -> bool:
    if not 3 <= len(text) <= _LONGEST or is_date_line(text) or is_tool(block):
        return False
    if landmarks.landmark(text) not in (None, landmarks.NOTICES):
        return False
    return not reads_as_site(text) and _NO_SECTION.fullmatch(landmarks.plain(text)) is None


def _depth(element: Tree, box: Tree) -> int:
    return next((n for n, e in enumerate(element.iterancestors(), 1) if e is box), 0)
