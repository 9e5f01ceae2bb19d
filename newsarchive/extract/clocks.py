"""Whose a date on the page is: the masthead's clock, the article's own line, or a headline's beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import is_date_line
from newsarchive.vietnamese.dates import CREATED, OTHER, PUBLISHED, UPDATED, DateReading, read_date
from newsarchive.vietnamese.text import fold

HEADLINE, ITEM = 25, 12
"""Letters from which a link's text is a headline, and no section or author: in any box, and in an item of a list."""
NEAR = 6
"""Blocks above the title, or below the body, in which the article's own date may stand."""

_OWN_CLASS = re.compile(r"date-?header|post-?date|entry-?date|publish|ngay-?dang", re.IGNORECASE)
OWN_LABELS = (PUBLISHED, CREATED, UPDATED)
# What a line with a whole day has in it at the least.
_DAY_IN_IT = re.compile(r"\d(?:\d{3}| ?[/.-] ?\d| ?th)")
_DAY_LIKE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_CLOCK_WORDS = re.compile(r"\bthu\b|chu nhat|\bcn\b|\bt[2-7]\b|day\b|\bthang\b")


def above_title(layout: Layout, visit: date | None) -> tuple[DateReading | None, Block | None]:
    """The masthead's clock among the lines above the title, and the line there that is the article's own date.

    A line above the title is the article's where it is labelled so, or stands at the head of the title's own box and
    looks like no clock: it has a time, or no weekday, and is not the day of the visit.
    """
    own = None
    if (title := layout.title_block) is not None:
        near = (b for b in reversed(layout.above) if title.index - b.index <= NEAR)
        dated = ((b, r) for b in near if (r := line_date(b.text)) is not None and not is_of_link(b))
        block, reading = next(dated, (None, None))
        if block is not None and reading is not None and _is_own(block, reading, title, visit):
            own = None if _is_before_label(reading, layout) else block
    shaped: DateReading | None = None
    for block in layout.above:
        if block is own or (reading := _clock(block)) is None:
            continue
        if visit and reading.earliest and abs((reading.earliest - visit).days) <= 1:
            return reading, own
        if shaped is None and _is_clock_shaped(reading):
            shaped = reading
    return shaped, own


def _is_before_label(reading: DateReading, layout: Layout) -> bool:
    """True for a day in a clock's shape that is later than what a labelled line by the title says: "Cập nhật: …"."""
    if reading.label is not None or not _is_clock_shaped(reading) or reading.earliest is None:
        return False
    end = layout.body[0].index if layout.body else 0
    labelled = (r for b in layout.heads if b.index < end and (r := line_date(b.text)) and r.label in OWN_LABELS)
    return any(told.latest is not None and told.latest < reading.earliest for told in labelled)


def _clock(block: Block) -> DateReading | None:
    """The date of a line that tells nothing else, menu links on the same line aside."""
    text = block.text
    if _DAY_IN_IT.search(text) is None:
        return None
    for _, words in block.links:
        text = text.replace(words, " ", 1)
    text = text.strip(" |-·•»")
    reading = line_date(text)
    if reading is None or reading.label in OWN_LABELS or (block.link_share <= 0.5 and is_of_link(block)):
        return None
    # A masthead's line may go on after its clock: "… | Tiếng Việt | English".
    opens = len(text) <= 90 and 0 <= text.find(reading.text) <= len("Hôm nay là ") and _is_clock_shaped(reading)
    return reading if opens or is_date_line(text) else None


def clock_elsewhere(blocks: Sequence[Block], layout: Layout, visit: datetime | None) -> DateReading | None:
    """A clock of the visit's day under the title, in a sidebar or in the footer, told by its weekday."""
    if visit is None:
        return None
    first = layout.title_block.index if layout.title_block else 0
    text = {b.index for b in layout.body}
    for block in blocks:
        if block.index > first and block.index not in text and len(block.text) <= 90 and str(visit.year) in block.text:
            reading = _clock(block)
            if reading and reading.earliest == visit.date() and _is_clock_shaped(reading):
                return reading
    return None


def _is_own(block: Block, reading: DateReading, title: Block, visit: date | None) -> bool:
    if reading.label in OWN_LABELS:
        return True
    if reading.label == OTHER or reading.earliest == visit or block.chrome:
        return False
    if not any(map(is_date_line, parts_of(block.text))):
        return False
    named = _OWN_CLASS.search(f"{block.element.get('class', '')} {block.element.get('id', '')}") is not None
    if reading.time is None and _is_clock_shaped(reading) and not named:
        return False
    box = _common_box(block.element, title.element)
    return box is not None and box.tag not in ("body", "html", "form")


def parts_of(text: str) -> list[str]:
    """A line, and the parts a theme puts into one: "Minh Thư | 13/09/2019", "Tin tức / 13/09/2019 / 0 ý kiến"; of a
    long line only its parts."""
    whole = [text] if len(text) <= 110 else []
    return [*whole, *re.split(r"[|•·]| / ", text)]


def is_of_link(block: Block) -> bool:
    """True where a date belongs to a headline linked beside it: an item of a related or most-read list."""
    # A line of several short links is an article's own: its author, its section, "0 bình luận".
    words = [w for _, w in block.links if not is_date_line(w)]
    linked = block.link_share > 0.5 and any(len(block.links) < 2 or len(w) >= HEADLINE for w in words)
    named = block.links and landmarks.landmark(block.text.partition(":")[0]) == landmarks.RELATED
    if linked or named:
        return True
    item = block.element if block.tag in _ITEMS else block.element.getparent()
    if item is None:
        return False
    if item.tag in _ITEMS:
        return _has_link(item, ITEM)
    if not _has_link(item, HEADLINE):
        return False
    # Any other box is an item where one of its kind stands beside it, with a headline and a date too.
    beside = [e for e in (item.getprevious(), item.getnext()) if e is not None]
    alike = (e for e in beside if e.tag == item.tag and e.get("class") == item.get("class"))
    return any(_has_link(e, HEADLINE) and _DAY_LIKE.search(str(e.text_content())) for e in alike)


_ITEMS = ("li", "dd", "dt", "article")


def _has_link(element: Tree, letters: int) -> bool:
    """True for a small element with a link whose text has so many letters."""
    if element.tag in ("body", "html") or not _is_small(element):
        return False
    return any(len(str(a.text_content()).strip()) >= letters for a in element.iter("a"))


def _is_small(element: Tree) -> bool:
    """True where an element holds no more text than an item of a list; a whole page is not read for that."""
    left = 400
    for node in element.iter():
        left -= len((node.text or "").strip())
        if node is not element:
            left -= len((node.tail or "").strip())
        if left < 0:
            return False
    return True


def _common_box(one: Tree, other: Tree) -> Tree | None:
    around = {one, *one.iterancestors()}
    return next((e for e in (other, *other.iterancestors()) if e in around), None)


def _is_clock_shaped(reading: DateReading) -> bool:
    """True for a date with its weekday or in words, as mastheads print the day of the visit."""
    return reading.label == OTHER or _CLOCK_WORDS.search(fold(reading.text)) is not None


def line_date(text: str) -> DateReading | None:
    """The whole day a line tells, None where it tells none."""
    reading = read_date(text) if len(text) <= 160 and _DAY_IN_IT.search(text) else None
    return reading if reading and reading.is_day else None
