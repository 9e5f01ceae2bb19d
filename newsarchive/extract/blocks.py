"""A page as a reader sees it: one list of blocks (lines of text, pictures, table rows) in document order. Pure.

Fields are then found by where a block stands and how it looks, whatever the markup that made it so: paragraphs of
``<p>``, of ``<br><br>``, of nested tables or bare ``<div>`` all become the same blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from newsarchive.extract.document import Tree
from newsarchive.vietnamese.text import collapse, fold

_SKIPPED = frozenset(
    (
        "script style noscript template iframe svg select option button textarea object embed canvas map "
        "audio video input math head"
    ).split()
)
BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer "
        "form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section table tbody td tfoot th "
        "thead tr ul"
    ).split()
)
_BOLD = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"))
_ITALIC = frozenset(("i", "em", "cite"))
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_CHROME_TAGS = frozenset(("nav", "footer", "aside", "marquee"))
# Tags that set something without a word in their attributes.
_SETTING_TAGS = frozenset((*_BOLD, *_ITALIC, *_CHROME_TAGS, "center", "pre"))
# Parts of class and id names that say "not the article". A part that holds the article all the same is forgiven later.
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|foot|side-?bar|bread-?crumbs?|share|sharing|sharethis|addthis|socials?|"
    r"comments?|respond|login|log-in|captcha|banners?|ads|advert|advertisement|quang-?cao|popup|modal|pager|pagination|"
    r"paging|pagenav|rating|votes?|toolbar|toolbox|tools|counter|thong-?ke|widgets?|most-?read|xem-?nhieu|doc-?nhieu|"
    r"weblinks?|copyright|skip-?link|tags|tag-?list|tagcloud|topbar|top-?bar|hotline|marquee|submenu|dropdown)(?:$|[\s_-])"
    r"|menu|binh-?luan|y-?kien|lienket|breadcrumb|comment-?(?:box|form|list)|footer|sidebar",
    re.IGNORECASE,
)
_OPENS = re.compile(r"modal|popup|dropdown", re.IGNORECASE)
# What a part has beside or in it, or not: "has-sidebar-right", "td_with_ajax_pagination".
_HAS = re.compile(r"(?<![^\s_-])(?:has|with|no|without)[-_][\w-]*", re.IGNORECASE)
_BUILDER_NAME = re.compile(r"(?:^|(?<=\s))elementor-widget(?:-wrap|-container)?(?=$|\s)")
# Drupal sets who put an article up and when in a <footer> above its text.
_SAYS_WHEN = re.compile(r"(?:^|\s)node__meta(?:$|\s)")
# Of these, what never holds an article, however much text stands in it.
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|foot|bread-?crumbs?|login|captcha|pager|pagination|paging|copyright|topbar|top-?bar|"
    r"marquee|submenu)(?:$|[\s_-])|menu|footer|sidebar|side-bar",
    re.IGNORECASE,
)
# What designers name the box of an article's text; "article-body pagination-first" pages nothing but the text itself.
_BODY_NAME = re.compile(r"(?:^|\s)(?:article|entry|post|story|news)[-_]?(?:body|content|text)(?:\s|$)", re.IGNORECASE)
_NO_BODY_NAME = re.compile(r"comment|respond|binh-?luan|y-?kien|foot|nav|menu|side-?bar|widget|related", re.IGNORECASE)
# Class names that hide a part on screens of every size; "d-none d-md-block" shows it on wide ones.
_HIDDEN_NAMES = frozenset(("hidden", "hide", "d-none"))
_SHOWN_WIDE = re.compile(r"d-(?:sm|md|lg|xl|xxl)-(?!none)|(?:sm|md|lg|xl|2xl):(?!hidden)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*block", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# The classes of Bootstrap and of editors for bold type, and for where lines stand.
_BOLD_NAMES = frozenset(("fw-bold", "fw-bolder", "fw-semibold", "font-weight-bold", "font-weight-bolder", "font-bold"))
_RIGHT_NAMES = frozenset(("text-right", "text-end", "rteright", "has-text-align-right", "ql-align-right"))
_CENTER_NAMES = frozenset(("text-center", "rtecenter", "has-text-align-center", "ql-align-center"))
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_ALIGN_STYLE = re.compile(r"text-align\s*:\s*(right|center|end)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;”\"’)]$|\./\.$")
# libxml2 lets through what no page written by people has; our walk keeps one entry a level.
MAX_BLOCKS = 20_000
MAX_DEPTH = 250
"""Elements within elements that are walked into; the deepest real pages, tables in tables, have some sixty."""
_MOST_CHROME = 50


@dataclass(slots=True, eq=False)
class Block:
    """One line of text, picture or table row as read from the page.

    ``element`` is the nearest block-level element around it (for a picture the ``<img>``); ``chrome`` the elements
    around it that look like page furniture, outermost first; ``heading_level`` 1 to 6 inside a heading;
    ``bold`` and ``italic`` the shares (0 to 1) of letters set so; ``links`` the anchors in it as (href, text);
    ``src`` a picture's address as written.
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
    heading_level: int = 0
    _folded: str | None = None

    @property
    def folded(self) -> str:
        """:attr:`text` folded (lower case, no marks), kept: every rule that compares words asks for it."""
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    @property
    def tag(self) -> str:
        """Tag name of :attr:`element`."""
        return str(self.element.tag)

    @property
    def is_prose(self) -> bool:
        """A sentence or more, not mostly links: what bodies are made of and furniture is not."""
        return self.kind == "text" and len(self.text) >= 80 and self.link_share < 0.4


@dataclass(slots=True)
class _Frame:
    """What the elements around the point of reading set; shared by all that set nothing of their own."""

    chrome: tuple[Tree, ...] = ()
    bold: bool = False
    italic: bool = False
    align: str | None = None
    anchor: Tree | None = None
    level: int = 0
    pre: bool = False


# One line of text as it gathers: its parts, each with how it is set.
_Line: TypeAlias = list[tuple[str, _Frame]]


def read_blocks(root: Tree) -> list[Block]:
    """All blocks of a tree in document order; at most 20,000 (a longer page is read that far).

    Scripts, styles, form controls and hidden parts are left out. A table of short cells becomes one block a row
    (kind ``row``, cells joined by " | "); other tables are layout and are walked through.
    """
    body = root.find("body")
    start = body if body is not None else root
    reader = _Reader(start)
    reader.walk(start, str(start.tag), start, _Frame(), 0)
    reader.flush()
    return reader.blocks[:MAX_BLOCKS]


class _Reader:
    """The walk through a tree, with the blocks read so far and the lines since the last break."""

    def __init__(self, start: Tree) -> None:
        self.blocks: list[Block] = []
        # A line begins with its first letter; the paragraph's element and frame are those of the first.
        self.line: _Line = []
        self.wrapped: list[_Line] = []
        self.element, self.frame = start, _Frame()

    def walk(self, element: Tree, tag: str, block: Tree, frame: _Frame, depth: int) -> None:
        """Read an element and what is in it; ``frame`` is what it sets, ``block`` the block-level element it stands in
        or is."""
        is_block = tag in BLOCK_TAGS
        if is_block:
            if self.line or self.wrapped:
                self.flush()
            if tag == "table" and self._rows(element, frame):
                return
        if text := element.text:
            self._add(text, block, frame)
        if depth < MAX_DEPTH and len(self.blocks) < MAX_BLOCKS:
            for child in element:
                tag = child.tag
                if tag == "br":
                    self._break()
                    if len(self.wrapped) + len(self.blocks) > MAX_BLOCKS:
                        break
                elif tag not in _SKIPPED and isinstance(tag, str) and (inner := _frame(child, tag, frame)) is not None:
                    if tag == "img":
                        self._picture(child, frame)
                    elif tag in BLOCK_TAGS:
                        self.walk(child, tag, child, inner, depth + 1)
                    elif tag == "span" and _BLOCK_STYLE.search(child.get("style") or ""):
                        # Editors without paragraphs make them so.
                        self.walk(child, "div", child, inner, depth + 1)
                    elif len(child):
                        self.walk(child, tag, block, inner, depth + 1)
                    elif text := child.text:
                        self._add(text, block, inner)
                if text := child.tail:
                    self._add(text, block, frame)
        if is_block and (self.line or self.wrapped):
            self.flush()

    def _rows(self, table: Tree, frame: _Frame) -> bool:
        """Read a table of figures row by row; False where it is none."""
        rows = _data_rows(table)
        for row, text in rows:
            self.blocks.append(Block(len(self.blocks), row, text, kind="row", chrome=frame.chrome, links=_anchors(row)))
        return bool(rows)

    def _add(self, text: str, block: Tree, frame: _Frame) -> None:
        if frame.pre and "\n" in text:
            first, *others = text.split("\n")
            self._add(first, block, frame)
            for line in others:
                self._break()
                self._add(line, block, frame)
        elif self.line:
            self.line.append((text, frame))
        elif text and not text.isspace():
            self.line.append((text, frame))
            if not self.wrapped:
                self.element, self.frame = block, frame

    def _break(self) -> None:
        """One ``<br>`` may only wrap a line; two in a row end a paragraph."""
        if self.line:
            self.wrapped.append(self.line)
            self.line = []
        elif self.wrapped:
            self.flush()

    def _picture(self, image: Tree, frame: _Frame) -> None:
        self.flush()
        block = Block(len(self.blocks), image, kind="image", src=_source(image), chrome=frame.chrome, align=frame.align)
        self.blocks.append(block)

    def flush(self) -> None:
        """End a paragraph: make blocks of the lines that gathered."""
        line, self.line = self.line, []
        while len(line) > 1 and line[-1][0].isspace():
            line.pop()
        if not self.wrapped and len(line) == 1:
            # Most paragraphs and items: one text, set throughout as it begins.
            if text := collapse(line[0][0]):
                self.blocks.append(_plain_block(len(self.blocks), self.element, self.frame, text))
            return
        lines, self.wrapped = [*self.wrapped, line], []
        for gathered, text in _paragraphs(lines, whole=self.frame.level > 0):
            self.blocks.append(_mixed_block(len(self.blocks), self.element, self.frame, gathered, text))


def _plain_block(index: int, element: Tree, frame: _Frame, text: str) -> Block:
    """The block of a text that is all set alike."""
    anchor, bold, italic = frame.anchor, 1.0 if frame.bold else 0.0, 1.0 if frame.italic else 0.0
    links = [] if anchor is None else [(anchor.get("href") or "", text)]
    linked = 1.0 if links else 0.0
    # By place: names would make this, called for every line of a menu, half as slow again.
    return Block(
        index, element, text, "text", links, linked, bold, italic, frame.align, frame.chrome, None, frame.level
    )


def _mixed_block(index: int, element: Tree, frame: _Frame, lines: list[_Line], text: str) -> Block:
    """The block of a paragraph's lines, with the shares of its letters that are set so or so."""
    letters = bold = italic = linked = 0
    # Each anchor with its part of the line: one that spans several lines is a link of each.
    anchors: list[tuple[Tree, list[str]]] = []
    for line in lines:
        anchor = None
        for part, set_so in line:
            count = sum(map(len, part.split()))
            letters += count
            bold += count * set_so.bold
            italic += count * set_so.italic
            if set_so.anchor is not None:
                linked += count
                if set_so.anchor is anchor:
                    anchors[-1][1].append(part)
                elif count:
                    anchor = set_so.anchor
                    anchors.append((anchor, [part]))
    if len(anchors) == 1 and linked == letters:
        links = [(anchors[0][0].get("href") or "", text)]
    else:
        links = [(anchor.get("href") or "", collapse("".join(parts))) for anchor, parts in anchors]
    return Block(
        index,
        element,
        text,
        links=links,
        link_share=linked / letters,
        bold=bold / letters,
        italic=italic / letters,
        align=frame.align,
        chrome=frame.chrome,
        heading_level=frame.level,
    )


def _paragraphs(lines: list[_Line], *, whole: bool) -> Iterator[tuple[list[_Line], str]]:
    """The paragraphs of one run of lines parted by single ``<br>`` tags, each as its lines and its text.

    ``whole``: a heading, broken only to look well.
    """
    gathered: list[_Line] = []
    text = ""
    for line in lines:
        following = collapse("".join(part for part, _ in line))
        if not following:
            continue
        if not gathered:
            gathered, text = [line], following
        elif whole or _goes_on(text, following):
            gathered.append(line)
            text = f"{text} {following}"
        else:
            yield gathered, text
            gathered, text = [line], following
    if gathered:
        yield gathered, text


def _goes_on(line: str, following: str) -> bool:
    """True where a single break between two lines only wraps one sentence: the first is unfinished, and the second
    begins small or is no longer than lines wrapped by hand are."""
    if _SENTENCE_END.search(line[-3:]) or len(line) < 60 or len(following) < 60:
        return False
    return following[0].islower() or (len(line) <= 110 and len(following) <= 1.5 * len(line))


def _frame(element: Tree, tag: str, outer: _Frame) -> _Frame | None:
    """The frame an element sets for what is in it, the outer one where it sets nothing; None where it is hidden."""
    attributes, setting = element.items(), tag in _SETTING_TAGS
    if not attributes and not setting:
        return outer
    bold, italic, align, anchor = outer.bold, outer.italic, outer.align, outer.anchor
    furniture = styled = False
    for name, value in attributes:
        if name == "href":
            anchor = element if tag == "a" else anchor
        elif name in ("class", "id"):
            # Kept for the next page: a name must not be as long as a page.
            if (said := _said_by_name(value[:500])) is None:
                continue
            if said.hidden and tag != "img" and _is_small(element):
                return None
            furniture = furniture or (said.link if tag == "a" else said.furniture)
            if name == "class":
                styled = True
                bold, align = bold or said.bold, said.align or align
        elif name == "style":
            if _HIDDEN.search(value) and _is_small(element):
                return None
            styled = True
            bold = bold or _BOLD_STYLE.search(value) is not None
            italic = italic or _ITALIC_STYLE.search(value) is not None
            if found := _ALIGN_STYLE.search(value):
                align = "right" if found.group(1).lower() in ("right", "end") else "center"
        elif name == "align":
            styled = True
            align = value.lower()
        elif name == "hidden" and _is_small(element):
            return None
    if not (setting or styled or furniture) and anchor is outer.anchor:
        return outer
    level, pre = outer.level, outer.pre
    if setting:
        bold, italic = bold or tag in _BOLD, italic or tag in _ITALIC
        level, pre = _HEADINGS.get(tag, level), pre or tag == "pre"
        align = "center" if tag == "center" else align
        framed = tag in _CHROME_TAGS and not (tag == "footer" and _SAYS_WHEN.search(element.get("class") or ""))
        furniture = furniture or framed
    chrome = (*outer.chrome[:_MOST_CHROME], element) if furniture else outer.chrome
    return _Frame(chrome, bold, italic, align, anchor, level, pre)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a class or an id says of a part; ``link``: that it is furniture even where the part is a link."""

    hidden: bool
    furniture: bool
    link: bool
    bold: bool
    align: str | None


@lru_cache(maxsize=4096)
def _said_by_name(names: str) -> _Said | None:
    """What a class or an id says, None for most, which say nothing."""
    parts, furniture = names.split(), _is_chrome(names)
    said = _Said(
        hidden=not _HIDDEN_NAMES.isdisjoint(parts) and not any(map(_SHOWN_WIDE.match, parts)),
        furniture=furniture,
        # A link named after what it opens, often a picture at its full size, is none.
        link=furniture and _is_chrome(_OPENS.sub("", names)),
        bold=not _BOLD_NAMES.isdisjoint(parts),
        align="right" if _RIGHT_NAMES.intersection(parts) else "center" if _CENTER_NAMES.intersection(parts) else None,
    )
    return said if any((said.hidden, said.furniture, said.bold, said.align)) else None


def _is_chrome(names: str) -> bool:
    # Elementor names every part of a page a widget: what kind of one says whether it is furniture.
    names = _BUILDER_NAME.sub(" ", _HAS.sub("", names))
    if _CHROME_NAME.search(names) is None:
        return False
    return _BODY_NAME.search(names) is None or _NO_BODY_NAME.search(names) is not None


def _is_small(element: Tree) -> bool:
    """Hidden parts are left out if small: some pages hide the article itself until a script shows it."""
    return len(str(element.text_content())) < 500


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
    return element.tag in ("nav", "footer") or _FURNITURE_NAME.search(_HAS.sub("", names_of(element))) is not None


def names_of(element: Tree) -> str:
    """An element's class and id, as one text to search for the words designers name parts with."""
    return f"{element.get('class', '')} {element.get('id', '')}"


def forgive_chrome(blocks: list[Block], keep: Block | None) -> None:
    """Take the chrome mark off what holds the title ``keep`` or most of the page's prose: mislabelled wrappers.

    A footer or a menu is never one, unless the title stands in it: a short notice has less prose than many a footer.
    Nor is a sidebar, unless it stands in the title's own ``<article>``: there the word only says how columns are laid.
    """
    total = sum(len(b.text) for b in blocks if b.is_prose) or 1
    inside: dict[Tree, int] = {}
    for block in blocks:
        if block.chrome and block.is_prose:
            for element in block.chrome:
                inside[element] = inside.get(element, 0) + len(block.text)
    forgiven = {e for e, letters in inside.items() if letters > total * 0.4 and not is_furniture(e)}
    if keep is not None:
        article = next(keep.element.iterancestors("article"), None)
        most = [e for e, letters in inside.items() if article is not None and letters > total * 0.6]
        forgiven.update(e for e in most if article in e.iterancestors())
        forgiven.update(keep.chrome)
    if forgiven:
        for block in blocks:
            if block.chrome:
                block.chrome = tuple(e for e in block.chrome if e not in forgiven)
