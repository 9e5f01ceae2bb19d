"""A page as a reader sees it: one list of blocks (lines of text, pictures, table rows) in document order. Pure.

Fields are then found by where a block stands and how it looks, whatever the markup that made it so: paragraphs of
``<p>``, of ``<br><br>``, of nested tables or bare ``<div>`` all become the same blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsarchive.extract.document import Tree
from newsarchive.vietnamese.text import collapse

_SKIPPED = frozenset(
    (
        "script style noscript template iframe svg select option button textarea object embed canvas map "
        "audio video input math head"
    ).split()
)
_BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer "
        "form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section table tbody td tfoot th "
        "thead tr ul"
    ).split()
)
_BOLD = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"))
_ITALIC = frozenset(("i", "em", "cite"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CHROME_TAGS = frozenset(("nav", "footer", "aside"))
# Parts of class and id names that say "not the article". A part that holds the article all the same is forgiven later.
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|foot|side-?bar|bread-?crumbs?|share|sharing|sharethis|addthis|socials?|"
    r"comments?|respond|login|log-in|captcha|banners?|ads|advert|advertisement|quang-?cao|popup|modal|pager|pagination|"
    r"paging|pagenav|rating|votes?|toolbar|toolbox|tools|counter|thong-?ke|widgets?|most-?read|xem-?nhieu|doc-?nhieu|"
    r"weblinks?|copyright|skip-?link|tags|tag-?list|tagcloud|topbar|top-?bar|hotline|marquee|submenu|dropdown)(?:$|[\s_-])"
    r"|menu|binh-?luan|y-?kien|lienket|breadcrumb|comment-?(?:box|form|list)|footer|sidebar",
    re.IGNORECASE,
)
# Of these, what never holds an article, however much text stands in it.
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|foot|bread-?crumbs?|login|captcha|pager|pagination|paging|copyright|topbar|top-?bar|"
    r"marquee|submenu)(?:$|[\s_-])|menu|footer|sidebar|side-bar",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_ALIGN_STYLE = re.compile(r"text-align\s*:\s*(right|center|end)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;”\"’)]$|\./\.$")
# libxml2 lets through what no page written by people has; our walk keeps one entry a level.
MAX_BLOCKS = 20_000


@dataclass(slots=True, eq=False)
class Block:
    """One line of text, picture or table row as read from the page.

    ``element`` is the nearest block-level element around it (for a picture the ``<img>``); ``chrome`` the elements
    around it that look like page furniture, outermost first; ``bold`` and ``italic`` the shares (0 to 1) of letters set
    so; ``links`` the anchors in it as (href, text); ``src`` a picture's address as written.
    """

    index: int
    element: Tree
    text: str = ""
    kind: str = "text"
    links: list[tuple[str, str]] = field(default_factory=list)
    link_share: float = 0.0
    bold: float = 0.0
    italic: float = 0.0
    align: str | None = None
    chrome: tuple[Tree, ...] = ()
    src: str | None = None

    @property
    def tag(self) -> str:
        """Tag name of :attr:`element`."""
        return str(self.element.tag)

    @property
    def is_prose(self) -> bool:
        """A sentence or more, not mostly links: what bodies are made of and furniture is not."""
        return self.kind == "text" and len(self.text) >= 80 and self.link_share < 0.4

    def heading_level(self) -> int:
        """1 to 6 inside ``<h1>`` … ``<h6>``, else 0."""
        for element in (self.element, self.element.getparent()):
            tag = str(element.tag) if element is not None else ""
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                return int(tag[1])
        return 0


@dataclass(slots=True)
class _Frame:
    """What the elements around the point of reading set: the walk's stack."""

    element: Tree
    block: Tree
    chrome: tuple[Tree, ...]
    bold: bool
    italic: bool
    align: str | None
    anchor: Tree | None


class _Line:
    """The text that gathers until the next break."""

    __slots__ = ("anchors", "bold", "breaks", "frame", "italic", "letters", "link_letters", "parts")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.parts: list[str] = []
        # Each anchor with its part of the line: one that spans several lines is a link of each.
        self.anchors: list[tuple[Tree, list[str]]] = []
        self.letters = self.link_letters = self.bold = self.italic = 0
        self.frame: _Frame | None = None
        self.breaks = 0

    def add(self, text: str, frame: _Frame) -> None:
        if not text.isspace():
            letters = sum(map(len, text.split()))
            self.breaks = 0
            if self.frame is None:
                self.frame = frame
            self.letters += letters
            if frame.bold:
                self.bold += letters
            if frame.italic:
                self.italic += letters
            if frame.anchor is not None:
                self.link_letters += letters
                if not self.anchors or self.anchors[-1][0] is not frame.anchor:
                    self.anchors.append((frame.anchor, []))
                self.anchors[-1][1].append(text)
                self.parts.append(text)
                return
        elif self.anchors and frame.anchor is self.anchors[-1][0]:
            self.anchors[-1][1].append(text)
        self.parts.append(text)

    def links(self) -> list[tuple[str, str]]:
        """The anchors in the line as (href, their text in it)."""
        return [(anchor.get("href") or "", collapse("".join(parts))) for anchor, parts in self.anchors]


def read_blocks(root: Tree) -> list[Block]:
    """All blocks of a tree in document order; at most 20,000 (a longer page is read that far).

    Scripts, styles, form controls and hidden parts are left out. A table of short cells becomes one block a row
    (kind ``row``, cells joined by " | "); other tables are layout and are walked through.
    """
    blocks: list[Block] = []
    line = _Line()

    def flush() -> None:
        frame = line.frame
        if frame is not None and len(blocks) < MAX_BLOCKS:
            links = line.links()
            texts = list(_split_lines("".join(line.parts), whole=str(frame.block.tag) in _HEADINGS))
            for text in texts:
                blocks.append(
                    Block(
                        index=len(blocks),
                        element=frame.block,
                        text=text,
                        links=links if len(texts) == 1 else [link for link in links if link[1][:40] in text],
                        link_share=line.link_letters / line.letters,
                        bold=line.bold / line.letters,
                        italic=line.italic / line.letters,
                        align=frame.align,
                        chrome=frame.chrome,
                    )
                )
        line.clear()

    body = root.find("body")
    start = body if body is not None else root
    base = _Frame(start, start, (), False, False, None, None)
    stack: list[tuple[Tree, _Frame, Iterator[Tree]]] = []

    def enter(element: Tree, outer: _Frame) -> None:
        """Open an element: set its frame, read its own text, put its children on the stack."""
        tag = element.tag
        frame = _frame(element, str(tag), outer)
        if tag in _BLOCK_TAGS:
            flush()
            if tag == "table" and (rows := _data_rows(element)):
                for row in rows:
                    blocks.append(
                        Block(len(blocks), row[0], row[1], kind="row", chrome=frame.chrome, links=_anchors(row[0]))
                    )
                stack.append((element, frame, iter(())))
                return
        if element.text:
            line.add(element.text, frame)
        stack.append((element, frame, iter(element)))

    enter(start, base)
    while stack:
        element, frame, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if element.tag in _BLOCK_TAGS:
                flush()
            if stack and element.tail:
                line.add(element.tail, stack[-1][1])
            continue
        tag = child.tag
        if not isinstance(tag, str) or tag in _SKIPPED or _is_hidden(child):
            pass
        elif tag == "br":
            line.breaks += 1
            if line.breaks >= 2:
                flush()
            elif line.parts:
                line.parts.append("\n\x0b")
        elif tag == "img":
            flush()
            if len(blocks) < MAX_BLOCKS:
                blocks.append(
                    Block(len(blocks), child, kind="image", src=_source(child), chrome=frame.chrome, align=frame.align)
                )
        else:
            enter(child, frame)
            continue
        if child.tail:
            line.add(child.tail, frame)
    flush()
    return blocks


def _frame(element: Tree, tag: str, outer: _Frame) -> _Frame:
    attributes = element.attrib
    chrome, bold, italic, align = outer.chrome, outer.bold, outer.italic, outer.align
    if attributes:
        name = names_of(element)
        if (len(name) > 1 and _CHROME_NAME.search(name)) or tag in _CHROME_TAGS:
            chrome = (*chrome, element)
        style = attributes.get("style")
        if style:
            bold = bold or _BOLD_STYLE.search(style) is not None
            italic = italic or _ITALIC_STYLE.search(style) is not None
            if found := _ALIGN_STYLE.search(style):
                align = "right" if found.group(1).lower() in ("right", "end") else "center"
        if given := attributes.get("align"):
            align = given.lower()
    elif tag in _CHROME_TAGS:
        chrome = (*chrome, element)
    return _Frame(
        element,
        element if tag in _BLOCK_TAGS else outer.block,
        chrome,
        bold or tag in _BOLD,
        italic or tag in _ITALIC,
        "center" if tag == "center" else align,
        element if tag == "a" and element.get("href") else outer.anchor,
    )


def _is_hidden(element: Tree) -> bool:
    style = element.get("style")
    if element.get("hidden") is None and not (style and _HIDDEN.search(style)):
        return False
    # Some pages hide the article itself until a script shows it.
    return len(str(element.text_content())) < 500


def _split_lines(text: str, *, whole: bool) -> Iterator[str]:
    """Paragraphs of one run of text: a single ``<br>`` ends one where the line reads as finished, else it is a space.

    ``whole``: a heading, broken only to look well.
    """
    lines = [collapse(text)] if whole else [collapse(part) for part in text.split("\n\x0b")]
    gathered = ""
    for line in lines:
        if not line:
            continue
        if gathered and (_SENTENCE_END.search(gathered) or len(gathered) < 60 or len(line) < 60):
            yield gathered
            gathered = line
        else:
            gathered = f"{gathered} {line}".strip()
    if gathered:
        yield gathered


def _source(image: Tree) -> str | None:
    """A picture's address: what lazy loading hides in data attributes before the placeholder in ``src``."""
    for name in ("data-src", "data-original", "data-lazy-src", "data-lazy", "src"):
        value = (image.get(name) or "").strip()
        if value and not value.startswith("data:"):
            return value
    return None


def _anchors(element: Tree) -> list[tuple[str, str]]:
    return [(a.get("href"), collapse(str(a.text_content()))) for a in element.iter("a") if a.get("href")]


def _data_rows(table: Tree) -> list[tuple[Tree, str]]:
    """The rows of a table of figures: two rows and two columns or more, short cells, no table or picture inside."""
    if next(table.iter("img"), None) is not None or len(table.findall(".//table")):
        return []
    rows = [
        [collapse(str(cell.text_content())) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")
    ]
    cells = [cell for row in rows for cell in row if cell]
    if len(rows) < 2 or max(map(len, rows)) < 2 or len(cells) < 4:
        return []
    if max(map(len, cells)) > 160 or sum(len(row) >= 2 for row in rows) < len(rows) / 2:
        return []
    if sum(len(str(a.text_content())) for a in table.iter("a")) > sum(map(len, cells)) / 2:
        return []
    elements = list(table.iter("tr"))
    return [(e, " | ".join(row)) for e, row in zip(elements, rows, strict=True) if any(row)]


def is_furniture(element: Tree) -> bool:
    """True for an element that by its tag or name is a menu, a footer or another frame around pages."""
    return element.tag in ("nav", "footer") or _FURNITURE_NAME.search(names_of(element)) is not None


def names_of(element: Tree) -> str:
    """An element's class and id, as one text to search for the words designers name parts with."""
    return f"{element.get('class', '')} {element.get('id', '')}"


def forgive_chrome(blocks: list[Block], keep: Block | None) -> None:
    """Take the chrome mark off what holds the title ``keep`` or most of the page's prose: mislabelled wrappers.

    A footer or a menu is never one, unless the title stands in it: a short notice has less prose than many a footer.
    """
    total = sum(len(b.text) for b in blocks if b.is_prose) or 1
    inside: dict[Tree, int] = {}
    for block in blocks:
        if block.chrome and block.is_prose:
            for element in block.chrome:
                inside[element] = inside.get(element, 0) + len(block.text)
    forgiven = {e for e, letters in inside.items() if letters > total * 0.4 and not is_furniture(e)}
    if keep is not None:
        forgiven.update(keep.chrome)
    if forgiven:
        for block in blocks:
            if block.chrome:
                block.chrome = tuple(e for e in block.chrome if e not in forgiven)
