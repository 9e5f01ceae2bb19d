"""What stands inside an article's box and is not its text: cards of other articles, invitations, notes on the author.

Pure. The forms are those of magazines and big portals; a district's page seldom has them.
"""

from __future__ import annotations

import re
from itertools import islice

from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.zones import Core, within
from newsarchive.vietnamese.text import fold

# A card's lines: its headline twice (for wide and narrow screens), a teaser, an author, a date.
_MOST_LINES = 6
_LONGEST_CARD = 700
_PARAGRAPHS = frozenset(("p", "li", "td", "th", "blockquote", "dd", "dt", "span"))
# "Sign up for our newsletter", "Follow us on Facebook", "Write to A. Reporter at …", "Like this story? Share it".
_INVITATION = re.compile(
    r"(?:get|sign up|subscribe|follow|like|join|download|listen to|reach|write to|contact|e-?mail) .{0,140}"
    r"(?:newsletters?|facebook|twitter|instagram|youtube|podcasts?|inbox|mornings?|letterbox|alerts?|\S@\S|@\w|https?:)"
    r".{0,80}|(?:like|enjoy(?:ed)?|love) (?:this|what|our) .{3,60}\? .{3,80}"
)
_CLOSING = re.compile(
    r".{3,240} contributed to this (?:report|story|article)\W*|(?:reporting|writing|editing) by .{3,400}|"
    r"this (?:document|material|article|story) (?:is subject to copyright|may not be (?:published|reproduced)).{0,400}|"
    r"(?:this|the) (?:article|story|post) (?:was )?(?:originally|first) (?:published|appeared) (?:on|in|at|by) .{3,80}"
)
_WHO = re.compile(r"\W{0,3}(?:\([^()]{1,60}\)\W{0,3})?(?:is|was|has|covers|writes|reports|works|joined|can be|lives)\b")


def without_cards(article: list[Block], core: Core) -> list[Block]:
    """The article's blocks without small boxes of their own that a linked headline opens: cards of other articles.

    A page most of whose text is such is a listing and stays as it is, to be known as one.
    """
    boxes: list[Tree] = []
    for position, block in enumerate(article):
        if block.kind == "text" and block.link_share > 0.9 and len(block.text) >= 20 and block.index > core.first:
            box = _card(block, article[max(0, position - _MOST_LINES) : position + _MOST_LINES + 2], core)
            if box is not None and not any(box is known for known in boxes):
                boxes.append(box)
    if not boxes:
        return article
    kept = [b for b in article if not any(within(b.element, box) for box in boxes)]
    letters = [sum(len(b.text) for b in part if core.holds(b) and b.link_share < 0.5) for part in (kept, article)]
    return kept if 2 * letters[0] > letters[1] else article


def _card(headline: Block, near: list[Block], core: Core) -> Tree | None:
    """The box that a linked headline shares with a teaser and nothing more, inside the core; None where there is none.

    A paragraph with a link in it, an item of a list and a cell are boxes of text.
    """
    if not core.holds(headline):
        return None
    for element in islice(headline.element.iterancestors(), 6):
        if element is core.element or element in core.parts or element.tag in _PARAGRAPHS:
            return None
        inside = [b for b in near if b.kind == "text" and within(b.element, element)]
        plain = [b for b in inside if b.link_share < 0.5]
        if len(inside) > _MOST_LINES or sum(len(b.text) for b in inside) > _LONGEST_CARD:
            return None
        if plain:
            return element if inside[0].link_share > 0.9 else None
    return None


def is_invitation(block: Block) -> bool:
    """True for a line that asks readers to subscribe, follow or write, and says nothing else."""
    return len(block.text) <= 260 and not block.heading_level and _INVITATION.fullmatch(block.folded) is not None


def is_closing_note(block: Block, authors: list[str]) -> bool:
    """True for a line that only says who an author is, who else contributed, or what may be copied; at a text's end."""
    if len(block.text) > 500 or block.kind != "text":
        return False
    if _CLOSING.fullmatch(block.folded):
        return True
    for author in map(fold, authors):
        if len(author) > 5 and block.folded.startswith(author) and _WHO.match(block.folded, len(author)):
            return True
    return False
