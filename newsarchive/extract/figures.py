"""Pictures and their captions: which pictures are the article's, and which lines belong to them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from newsarchive.extract.blocks import BLOCK_TAGS, Block, names_of
from newsarchive.extract.document import Tree
from newsarchive.extract.lines import is_sentence
from newsarchive.extract.people import read_credit_line
from newsarchive.vietnamese.text import collapse, fold

_CAPTION_NAME = re.compile(
    r"caption|chu-?thich|(?:^|[\s_-])(?:cap|note|image|photo-?desc|img-?desc|imgtext|legend|ghi-?chu-?anh|pic-?desc|"
    r"thumb-?desc|pcaption|picdesc)(?:$|[\s_-])",
    re.IGNORECASE,
)
# "wp-caption-text", "imageEmbedCaption"; not "has-caption", which a whole box may be.
_MARKED_CAPTION = re.compile(
    r"(?<!has-)(?<!with-)(?<!no-)caption(?!s?-(?:on|off|style|below))|chu-?thich", re.IGNORECASE
)
_ICON = re.compile(
    r"(?:icons?|logo|spacer|blank|pixel|loading|print|avatar|user_?portrait|button|btn|bullet|arrow|captcha|emoji|smil|rss|banner|"
    r"facebook|zalo|twitter|youtube|star|rating|no-?image|clear|transparent|grey|placeholder|counter|1x1)",
    re.IGNORECASE,
)
_AUTHOR_BOX = re.compile(r"author|tac-?gia|by-?line", re.IGNORECASE)
_STYLED_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*(\d{1,5})(?:\.\d{1,9})?px", re.IGNORECASE)
_NAMES_PHOTOGRAPHER = re.compile(r"(?:^|[\s(.])[ẢảẢ]nh\s*(?:minh họa|tư liệu)?\s*:")
_DATELINE = re.compile(r"^\(?[\w .-]{3,40}\)?\s*[-–]\s")
_END = re.compile(r"[.!?…”\"]$|\./\.$")
# The size in a file's name: "quang-ba-728x90.gif".
_BANNER_SIZE = re.compile(r"(?<!\d)(\d{2,4})x(\d{2,4})(?!\d)")
LONGEST_CAPTION = 600
WIDEST = 4
"""How many times as wide as high a photograph may be."""


@dataclass(slots=True)
class Figure:
    """A picture block and the text that captions it."""

    image: Block
    caption: str | None = None


def is_icon(block: Block) -> bool:
    """True for a picture that illustrates nothing: an icon, a logo, a counter, a blank, a banner."""
    sizes = [(block.element.get(name) or "").rstrip("px ") for name in ("width", "height")]
    sizes += _STYLED_SIZE.findall(block.element.get("style") or "")
    if any(value.isdigit() and int(value) < 60 for value in sizes):
        return True
    if "avatar" in (block.element.get("class") or "").split() and _shows_author(block.element):
        return True
    file = (block.src or "").rsplit("/", 1)[-1].split("?")[0]
    if (named := _BANNER_SIZE.search(file)) and int(named[1]) > WIDEST * int(named[2]):
        return True
    if "/_layouts/" in (block.src or "").lower():
        return True  # SharePoint's own pictures; what editors put in lies elsewhere.
    return not block.src or file.lower().endswith((".svg", ".ico")) or (len(file) < 40 and bool(_ICON.search(file)))


def _shows_author(image: Tree) -> bool:
    """True for a picture in a box named the author's."""
    return any(_AUTHOR_BOX.search(names_of(element)) for element in islice(image.iterancestors(), 2))


def is_picture(href: str) -> bool:
    """True for the address of a picture file: what a picture shown small is linked to."""
    return re.search(r"\.(?:jpe?g|png|gif|webp|bmp)(?:$|[?#]|/[\da-f]{8}-)", href, re.IGNORECASE) is not None


def pair_captions(
    pictures: list[Block], text: list[Block], article: list[Block], description: str
) -> tuple[list[Figure], list[Block]]:
    """Pair pictures with their captions; returns the figures, and the text without the caption lines.

    ``article`` are all blocks of the article, pictures and text, in page order; ``description`` the page's own summary,
    folded: a line that opens with it is the sapo, not a caption.
    """
    figures: list[Figure] = []
    used: set[int] = set()
    place = {block.index: position for position, block in enumerate(article)}
    in_text = {block.index for block in text}
    for number, picture in enumerate(pictures):
        figure = Figure(picture)
        figures.append(figure)
        if row := _row_of_captions(number, pictures, article, place):
            figure.caption = row.text
            used.add(row.index)
            continue
        position = place[picture.index]
        above = article[position - 1] if position else None
        if (
            above is not None
            and above.index in in_text
            and above.index not in used
            and _is_caption_above(picture, above)
        ):
            figure.caption = above.text
            used.add(above.index)
            continue
        below = [b for b in article[position + 1 : position + 5] if b.kind == "text" and b.index not in used]
        # A picture right after this one takes the caption below both; each of them keeps its own if it has one.
        following = pictures[number + 1].index if number + 1 < len(pictures) else None
        if not below or (following is not None and below[0].index > following):
            continue
        line = below[0]
        sapo = bool(description) and fold(line.text).startswith(description[:60])
        if line.index not in in_text or sapo or not is_caption(picture, line, text):
            continue
        used.add(line.index)
        figure.caption = line.text
        # "Ảnh: …" on a line of its own belongs to the caption above it.
        credit = read_credit_line(below[1].text, alone=False) if len(below) > 1 else None
        if credit and credit.credit and not credit.byline:
            used.add(below[1].index)
            figure.caption += f" {below[1].text}"
    return figures, [b for b in text if b.index not in used]


def _row_of_captions(number: int, pictures: list[Block], article: list[Block], place: dict[int, int]) -> Block | None:
    """Pictures side by side in a table's row, their captions side by side in the next: the caption of one of them."""
    table = next(pictures[number].element.iterancestors("table"), None)
    if table is None or len(pictures) < 2:
        return None
    near = pictures[max(0, number - 5) : number + 6]
    row = [p for p in near if next(p.element.iterancestors("table"), None) is table]
    after = article[place[row[-1].index] + 1 :][: len(row)]
    together = row[-1].index - row[0].index == len(row) - 1
    lines = [b for b in after if b.kind in ("text", "row") and b.tag == "td" and table in b.element.iterancestors()]
    if len(row) < 2 or not together or len(lines) != len(row):
        return None
    return lines[row.index(pictures[number])]


def _is_caption_above(picture: Block, line: Block) -> bool:
    """A line above a picture is its caption only where the markup says so."""
    if line.kind != "text" or len(line.text) > LONGEST_CAPTION:
        return False
    figure = next(picture.element.iterancestors("figure"), None)
    if figure is not None and (line.element.tag == "figcaption" or line.element.getparent().tag == "figcaption"):
        return figure in line.element.iterancestors()
    box = picture.element.getparent()
    named = _CAPTION_NAME.search(names_of(line.element)) is not None
    return named and box is not None and box in line.element.iterancestors()


def is_caption(picture: Block, line: Block, text: list[Block]) -> bool:
    """True where the text line below a picture says what it shows. ``text`` are the article's text blocks."""
    if line.link_share > 0.6 or len(line.text) > 2 * LONGEST_CAPTION:
        return False
    figure = next(picture.element.iterancestors("figure"), None)
    if figure is not None and any(part.strip() for part in figure.itertext()):
        return figure in line.element.iterancestors() or figure is line.element
    if _DATELINE.match(line.text) and len(line.text) > 80:
        return False
    quote = next(line.element.iterancestors("blockquote"), None)
    if quote is not None and quote not in picture.element.iterancestors():
        # Somebody's words, set apart.
        return False
    parent = line.element.getparent()
    if _CAPTION_NAME.search(names_of(line.element) + " " + (names_of(parent) if parent is not None else "")):
        return True
    if len(line.text) > LONGEST_CAPTION:
        return False
    if _opens_with_caption(line):
        return True
    if _small_table(picture, line, text) or _NAMES_PHOTOGRAPHER.search(line.text):
        return True
    others = any(b.is_prose and b is not line for b in text)
    # An editor may have set all there is in headings, the pictures too.
    in_heading = bool(line.heading_level) and next(picture.element.iterancestors(line.tag), None) is not None
    if (line.heading_level and not in_heading) or (not others and len(line.text) >= 80):
        return False
    if line.italic > 0.8 or (line.align == "center" and (line.bold < 0.9 or picture.align == "center")):
        return True
    finished = _END.search(line.text) is not None
    if line.element is next(picture.element.iterancestors(*BLOCK_TAGS), None):
        # The same cell or paragraph holds picture and line: a caption, unless it is the article flowing around it.
        short = len(line.text) < 250 and (not finished or len(line.text) < 120)
        return short and line.bold < 0.9 and _broken_off(picture.element)
    # A line under a picture that ends without a stop is no sentence of the article; nor a sub-heading set bold, nor the
    # bút danh.
    return not finished and line.bold < 0.9 and 15 <= len(line.text) < 250 and read_credit_line(line.text) is None


def _opens_with_caption(line: Block) -> bool:
    """True where a part of the line that begins it is named a caption: "<span class='itemImageCaption'>"."""
    for part in islice(line.element.iter("span", "em", "i", "small", "font"), 60):
        text = collapse(str(part.text_content())) if _CAPTION_NAME.search(names_of(part)) else ""
        if text and line.text.startswith(text):
            return True
    return False


def is_marked_caption(block: Block) -> bool:
    """True for a line that the markup calls a caption: ``<figcaption>``, a class with that word."""
    if block.kind != "text" or len(block.text) > LONGEST_CAPTION:
        return False
    around = [block.element, *islice(block.element.iterancestors(), 2)]
    marked = next((e for e in around if e.tag == "figcaption" or _MARKED_CAPTION.search(names_of(e))), None)
    return marked is not None and len(str(marked.text_content()).strip()) <= 2 * LONGEST_CAPTION


def _broken_off(image: Tree) -> bool:
    """True where a break, or the end of what is around the picture, stands between it and the text after it."""
    node: Tree | None = image
    while node is not None and node.tag not in ("p", "td", "div", "body"):
        if node.tail and node.tail.strip():
            return False
        if (following := node.getnext()) is not None:
            return following.tag in ("br", "p", "div", "table", "center") or following.tag in ("i", "em", "small")
        node = node.getparent()
    return True


def _small_table(picture: Block, line: Block, text: list[Block]) -> bool:
    """Picture and line share a table that holds little else, and no other sentence: a whole short article may stand in
    one."""
    table = next(picture.element.iterancestors("table"), None)
    if table is None or table not in line.element.iterancestors():
        return False
    letters = 0
    for part in table.itertext():
        letters += len(part.strip())
        if letters >= len(line.text) + 250:
            return False
    others = (b for b in text if b is not line and is_sentence(b.text))
    return not any(table in b.element.iterancestors() for b in others)
