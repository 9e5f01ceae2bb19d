"""The sapo: which lines at the beginning of a text the page sets apart as its lead. Pure."""

from __future__ import annotations

import re

from newsarchive.extract.blocks import Block, names_of
from newsarchive.extract.document import Tree
from newsarchive.extract.zones import Core, common_element, within
from newsarchive.vietnamese.names import is_courtesy

LEAD_NAME = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|summary|desc|description|hometext|intro|introtext|chapeau|tom-?tat|short|teaser|"
    r"abstract|"
    r"excerpt|trich-?yeu|mo-?ta|headnote|subhead|shortdesc|dek|standfirst|introtxt|lead-?text|news-?sapo|trichdan)|"
    r"(?<=[a-z])(?-i:Sapo|Lead|Summary|Desc|Intro|Excerpt|Teaser|TomTat)",
    re.IGNORECASE,
)


def find_lead(text: list[Block], core: Core, description: str) -> list[Block]:
    """The sapo, where the page sets one apart: by its class, its place outside the paragraphs, or its looks."""
    if len(text) < 2:
        return []
    first = text[0]
    if first.kind != "text" or not 20 <= len(first.text) <= 900:
        return []
    element: Tree | None = first.element
    names = ""
    while element is not None and element is not core.element:
        names += f" {names_of(element)}"
        element = element.getparent()
    apart = not core.holds(first) and not _set_alike(first, text[1], core)
    described = bool(description) and first.folded.startswith(description[:80])
    # A sub-heading after the sapo is set like neither.
    second = next((b for b in text[1:3] if not b.heading_level), text[1])
    if LEAD_NAME.search(names) or apart:
        container = first.element
        return [
            b for b in text[:4] if b is first or (not core.holds(b) and apart) or (b.element is container and not apart)
        ]
    if is_courtesy(first.text):
        return []
    if second.bold > 0.9 and second.text.endswith("?") and len(text) > 2:
        # An interview: its first question is set bold as its sapo is.
        second = text[2]
    looks = (
        (first.bold > 0.9 and second.bold < 0.5)
        or (first.italic > 0.9 and second.italic < 0.5)
        or first.heading_level > 1
    )
    if looks and len(first.text) >= 40:
        return [first]
    return [first] if described and first.element.get("class") != second.element.get("class") else []


def _set_alike(first: Block, second: Block, core: Core) -> bool:
    """True where the core is one element of broken lines and the first paragraph another of its kind beside it: a
    picture parted them."""
    one, other = first.element, core.element
    alike = one.tag == other.tag and one.get("class") == other.get("class") and one.getparent() is other.getparent()
    return alike and second.element is other and first.bold <= second.bold and first.italic <= second.italic


def lead_under_title(text: list[Block], title: Block | None) -> list[Block]:
    """A sapo that stands beside the title, while all other paragraphs stand in one box of their own behind it."""
    if title is None or len(text) < 3 or not text[0].is_prose or any(b.kind != "text" for b in text[:2]):
        return []
    first, box = text[0], common_element([b.element for b in text[1:]])
    if box is None or box is text[1].element or within(first.element, box):
        return []
    siblings = first.element.getparent() is title.element.getparent() is box.getparent()
    return [first] if siblings else []
