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
# … and of a shorter one, which only its place tells from a menu.
_DASHES = re.compile(r"(?:\s*[-–—|/>»›→:]{1,2}\s*){1,5}")
_SIGN_NAME = re.compile(r"angle|chevron|arrow|caret|right|next|separator|bread|icon", re.IGNORECASE)
# What a blog prints before its post's labels, other systems before the section.
_LABEL = re.compile(r"(?:nhan|chuyen muc|danh muc|the loai|(?:dang )?trong (?:muc|chuyen muc))\s*:\s*")
_FARTHEST_BELOW = 12
# A link or line so named leads to the section.
_SECTION_NAME = re.compile(r"categor|chuyen-?muc|(?:^|[\s_-])(?:cat|path)(?:$|[\s_-])", re.IGNORECASE)
# The head of a portal's box, by its name.
_BOX_HEAD = re.compile(
    r"(?:^|[\s_-])(?:box|block|module|portlet|dnnTITLE)[-_]?(?:h|hd|head|header|title|tit|name|lblTitle)(?:$|[\s_-])|"
    r"(?:title|tieude|tit)[-_]?(?:box|block|module|menu|cat|cate)(?:$|[\s_-])",
    re.IGNORECASE,
)
# What a box says of itself on every page.
_NO_SECTION = re.compile(
    r"(?:noi dung|xem|tin|bai viet|thong tin)?(?: ?chi tiet)(?: \w+){0,3}|(?:noi dung|ban tin)|video|"
    r"(?:trinh )?xuat ban (?:thong tin|noi dung|tai san)|hien thi noi dung(?: web)?"
)


def find_section(
    root: Tree, meta: Metadata, layout: Layout, title: str | None, blocks: list[Block]
) -> tuple[str, str] | None:
    """The section and where it stands ("breadcrumb", "meta", "above the title", "below the text"); None where nothing
    names it. ``blocks`` are all of the page."""
    for labels in (breadcrumb(root), _trail_above(layout), _trail_over_title(layout)):
        trail = [label for label in labels if not title or not _says_title(label, title)]
        if named := [label for label in trail if _NO_SECTION.fullmatch(landmarks.plain(label)) is None]:
            return named[-1], "breadcrumb"
    if meta.section:
        return meta.section, "meta"
    name = _linked_by_title(layout) or _name_over_title(layout)
    if name:
        return name, "above the title"
    name = _labelled_below(layout, blocks)
    return (name, "below the text") if name else None


def _labelled_below(layout: Layout, blocks: list[Block]) -> str | None:
    """The only link of a line below the text that says what it is: "Nhãn: Mặt trận", "Chuyên mục: …"."""
    for block in blocks[layout.body[-1].index + 1 :][:_FARTHEST_BELOW] if layout.body else ():
        if len(block.links) == 1 and _LABEL.match(block.folded):
            label = block.links[0][1]
            says = _LABEL.sub("", block.folded).strip(" .")
            if says == fold(label) and 3 <= len(label) <= _LONGEST and landmarks.landmark(label) is None:
                return label
    return None


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


def _trail_over_title(layout: Layout) -> list[str]:
    """A breadcrumb in the line right over the title: the front page, one section or two, and between them nothing but
    dashes or icons. A menu of so few links does not stand there."""
    above = [b for b in layout.above[-6:] if b.index >= _first_near(layout)]
    block = next((b for b in reversed(above) if not is_tool(b) and not is_date_line(b.text)), None)
    if block is None or not 2 <= len(block.links) <= 3 or _HOME.fullmatch(landmarks.plain(block.links[0][1])) is None:
        return []
    beside = beside_links(block).strip()
    parted = _DASHES.fullmatch(beside) is not None if beside else _icons_part(block)
    return [text for _, text in block.links[1:]] if parted else []


def _icons_part(block: Block) -> bool:
    """True where an element without text, named as a sign that leads on, stands between the links of a line."""
    for anchor in list(islice(block.element.iter("a"), 4))[1:]:
        sign = anchor.getprevious()
        if sign is None or sign.tag not in ("i", "img", "svg", "span", "em") or str(sign.text_content()).strip():
            return False
        if not _SIGN_NAME.search(f"{names_of(sign)} {sign.get('src') or ''}"):
            return False
    return True


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
        named: list[str] = []
        for anchor in islice(block.element.iter("a"), 8):
            parent = anchor.getparent()
            names = f"{names_of(anchor)} {names_of(parent) if parent is not None else ''} {anchor.get('rel', '')}"
            text = collapse(str(anchor.text_content()))
            if _SECTION_NAME.search(names) and _may_name(text, block):
                named.append(text)
        if named:
            # "Tin tức | Trẻ em" leads on; "Tin tức, Trẻ em" names two.
            return named[-1 if len(named) == 2 and _DASHES.fullmatch(beside_links(block).strip()) else 0]
    return None


def _name_over_title(layout: Layout) -> str | None:
    """The line right over the title, in the title's own box, as portals print the section's name: a heading, a link, or
    what a link of the menu says too."""
    title = layout.title_block
    above = [b for b in layout.above[-6:] if b.index >= _first_near(layout)]
    block = next((b for b in reversed(above) if not is_tool(b) and not is_date_line(b.text)), None)
    if title is None or block is None or not _is_in_page(block) or not _may_name(block.text, block):
        return None
    alone = not any(b.link_share > 0.9 and len(b.links) == 1 and is_beside(b, block) for b in above)
    linked = alone and block.link_share > 0.9 and len(block.links) == 1 and not is_front_page(block.links[0][0])
    shown = block.heading_level or _is_set_as_box_heading(block, layout) or _is_box_head(block)
    if not (shown or linked or _is_in_menu(block, layout)):
        return None
    box = common_element([block.element, title.element])
    if box is not None and alone and _is_right_before(block, title, box):
        return block.text
    near = box is not None and box.tag not in ("body", "html", "form") and _depth(title.element, box) <= 4
    return block.text if near else None


def _is_in_page(block: Block) -> bool:
    """False for a line in furniture; a line is in none that is itself all that is named so: "<span id='lblMenu'>"."""
    return all(collapse(str(element.text_content())) == block.text for element in block.chrome)


def _is_set_as_box_heading(block: Block, layout: Layout) -> bool:
    """True for a line set like the heading of another box of the page: "Tiêu điểm"."""
    name = block.element.get("class")
    alike = (b for b in layout.above if name and b.tag == block.tag and b.element.get("class") == name)
    return any(b is not block and landmarks.landmark(b.text) for b in alike)


def _is_right_before(block: Block, title: Block, box: Tree) -> bool:
    """True for a line that is all of a box right before the one the title is in."""
    own, following = _part_of(box, block.element), _part_of(box, title.element)
    if own is None or following is None or own.getnext() is not following:
        return False
    return collapse(str(own.text_content())) == block.text


def _part_of(box: Tree, element: Tree) -> Tree | None:
    """The child of a box in which an element stands; None for the box itself."""
    return next((e for e in (element, *element.iterancestors()) if e.getparent() is box), None)


def _is_box_head(block: Block) -> bool:
    parts = (block.element, *islice(block.element.iter("span", "b", "strong"), 5))
    return block.link_share == 0 and any(_BOX_HEAD.search(names_of(part)) for part in parts)


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
