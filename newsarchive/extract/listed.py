"""An article as a listing page shows it: its links, its title, and the day printed beside it. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.lines import beside_links, is_date_line
from newsarchive.extract.zones import common_element, within
from newsarchive.vietnamese.dates import find_dates

_CUT = re.compile(r"\s*(?:…|\.{2,})$")
_DATED_TITLE = re.compile(r"(.{10,}?)\s*[(\[–-]\s*([^()\[\]]{6,40}?)\s*[)\]]?")
# A day and a month set apart in a badge beside the title: "12" over "Th10", "12" over "10/2020".
_BADGE_DAY = re.compile(r"\d{1,2}")
_BADGE_MONTH = re.compile(r"(?:(?:th|thg|tháng)\.?\s?)?\d{1,2}(?:\s*[/,.-]?\s*\d{4})?", re.IGNORECASE)
_BADGE = re.compile(r"(\d{1,2})((?:th|thg|tháng)\.?\s?\d{1,2}.{0,8})", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Link:
    """One article link of a page, its text so far, and the elements it stands in, each with its block's index;
    ``hrefs`` are its address as written."""

    url: str
    title: str
    places: list[tuple[Tree, int]] = field(default_factory=list)
    hrefs: set[str] = field(default_factory=set)
    date_text: str | None = None
    order: int = 0
    heading: bool = False

    def retitle(self, title: str, heading: bool) -> None:
        """Take a better title: a heading's before a line's, a whole one before one cut short."""
        if (heading and not self.heading) or (_CUT.search(self.title) and len(title) > len(self.title)):
            self.title, self.heading = title, heading

    @property
    def element(self) -> Tree:
        """Where the link stands in the page's list."""
        return self.places[0][0]


def uncut(block: Block, titles: Mapping[str | None, str]) -> None:
    """Make links whole whose text is cut short ("Ra quân dọn rạch …"), where their ``title`` begins alike."""
    for place, (href, text) in enumerate(block.links):
        title, shown = titles.get(href), _CUT.sub("", text)
        if title and shown != text and title.startswith(shown):
            block.links[place] = (href, title)
            block.text = block.text.replace(text, title, 1)


def unnumber(links: list[Link]) -> None:
    """Take the numbers off titles that a list counts: "1 Nối lại chuyến đò", "2 Khai giảng trên ghe" …"""
    parts = [re.match(r"(\d{1,4})[.)]?\s+(?=\D)", link.title) for link in links]
    numbers = [int(part[1]) if part else -1 for part in parts]
    if len(links) > 2 and numbers == list(range(numbers[0], numbers[0] + len(links))):
        for link, part in zip(links, parts, strict=True):
            link.title = link.title[part.end() if part else 0 :]


# The date beside a link


def date_links(links: list[Link], blocks: list[Block]) -> None:
    """Give each link the date printed in its item: the largest element around it that holds no other article's link."""
    holders: dict[Tree, set[str]] = defaultdict(set)
    for link in links:
        for element, _ in link.places:
            node: Tree | None = element
            while node is not None:
                holders[node].add(link.url)
                node = node.getparent()
    items: dict[Tree, Link] = {}
    flat: set[str] = set()
    for link in links:
        item = link.element
        if len(holders[item]) > 1:
            # Its element holds other articles' lines too: its item is what follows, up to the next article's line.
            flat.add(link.url)
            continue
        while (parent := item.getparent()) is not None and len(holders[parent]) == 1:
            item = parent
        items[item] = link
        if item is link.element:
            flat.add(link.url)
    lines: dict[str, list[Block]] = defaultdict(list)
    below: dict[str, list[Block]] = defaultdict(list)
    between: list[Link | str] = []
    box = common_element([link.element for link in links])
    starts = {link.order: link for link in links}
    current: Link | None = None
    for block in blocks:
        current = starts.get(block.index, current)
        if block.index in starts:
            between.append(starts[block.index])
        item = next((e for e in (block.element, *block.element.iterancestors()) if e in items), None)
        if item is not None and all(within(e, item) for e in block.chrome):
            lines[items[item].url].append(block)
        elif block.chrome:
            continue
        elif current is not None and (block.index in starts or any(href in current.hrefs for href, _ in block.links)):
            lines[current.url].append(block)
        else:
            if current is not None and current.url in flat:
                below[current.url].append(block)
            if box is not None and within(block.element, box) and not block.links and is_date_line(block.text):
                between.append(_trimmed(block.text))
    above = len(links) > 1 and isinstance(between[0], str) and isinstance(between[-1], Link)
    for link in links:
        link.date_text = printed_date(lines[link.url] + ([] if above else below[link.url]), link.title)
    if len(links) > 1 and not any(link.date_text for link in links):
        _take_dates_between(between, above=above)
    _take_dates_out_of_titles(links)


def _take_dates_between(order: list[Link | str], *, above: bool) -> None:
    """Give links the dates that stand between their items: below each (a table's row), or above all of a day."""
    if above:
        day: str | None = None
        for entry in order:
            if isinstance(entry, str):
                day = entry
            else:
                entry.date_text = day
    elif isinstance(order[-1], str):
        for link, following in pairwise(order):
            if isinstance(link, Link) and isinstance(following, str):
                link.date_text = following


def _take_dates_out_of_titles(links: list[Link]) -> None:
    """Part titles from their days where a list sets both as its links: "Ra quân dọn rạch (12/11/2020)"."""
    parted = [(link, found) for link in links if not link.date_text and (found := _DATED_TITLE.fullmatch(link.title))]
    dated = [(link, found) for link, found in parted if is_date_line(found.group(2))]
    if len(dated) > 1 and 3 * len(dated) > 2 * len(links):
        for link, found in dated:
            link.title, link.date_text = found.group(1), _trimmed(found.group(2))


def printed_date(lines: list[Block], title: str) -> str | None:
    """The date among an item's lines, as printed: a line of its own, or what follows the title on its line."""
    if badge := _badge([block.text for block in lines]):
        return badge
    for block in lines:
        before, found, after = block.text.partition(title) if title else (block.text, "", "")
        # "3/11/2023 / Tin trong huyện / Lượt xem: 7"; "3 / 11 / 2023" is one date.
        beside = (*re.split(r" / (?=[^\W\d])", before), before, beside_links(block))
        for part in (after, before, f"{before} {after}") if found else beside:
            if (text := _trimmed(part)) and is_date_line(text):
                return text
    for block in lines:
        # "08/10/2020 - Tóm tắt …": a summary that opens with its date.
        reading = next(find_dates(block.text[:60]), None)
        if reading is not None and reading.start <= 2 and reading.earliest and reading.earliest == reading.latest:
            return reading.text
    return None


def _trimmed(text: str) -> str:
    """A date's line without what sets it off: brackets around it, a colon or dash at its end."""
    text = re.sub(r"^[\s|,;:–-]+|[\s|,;:–-]+$", "", text)
    for left, right in ("()", "[]"):
        if text.startswith(left) and text.endswith(right):
            text = text[1:-1].strip()
        elif text.count(left) != text.count(right):
            text = text.strip(left + right + " ")
    return text


def _badge(lines: list[str]) -> str | None:
    """A day and a month that stand in a badge, each by itself or the one run into the other; its year, if there."""
    for line, following, last in zip(lines, [*lines[1:], ""], [*lines[2:], "", ""], strict=False):
        if _BADGE_DAY.fullmatch(line) and _BADGE_MONTH.fullmatch(following):
            between = "/" if following[0].isdigit() else " "
            text = f"{line}{between}{following}" + (f" {last}" if re.fullmatch(r"(?:19|20)\d\d", last) else "")
        elif found := _BADGE.fullmatch(line):
            text = f"{found.group(1)} {found.group(2)}"
        else:
            continue
        if is_date_line(text):
            return text
    return None
