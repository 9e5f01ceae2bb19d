"""Which line of a page is the article's title. Pure.

A title is a heading, or a line that the page's metadata repeats, or a line that only looks like one: old portals print
it in a bold cell under a masthead, while ``<title>`` and ``<h1>`` say the site's name on every page.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, names_of
from newsarchive.extract.document import Tree
from newsarchive.extract.lines import is_date_line, is_sentence, is_tool
from newsarchive.extract.metadata import Metadata, title_parts, without_site_name
from newsarchive.extract.people import read_credit_line
from newsarchive.sites.urls import is_front_page
from newsarchive.vietnamese.text import collapse, fold

_TITLE_NAME = re.compile(
    r"(?<!sub)(?<!sub[-_])title|headline|tieu-?de|td_?tin|news-?name|heading|(?:^|[\s_-])ttl(?:$|[\s_-])", re.IGNORECASE
)
_MOST_NAMED = 200
# Where the link of a name between title and text leads.
_AUTHOR = re.compile(r"author|tac-?gia|by-?line|nguoi-?viet", re.IGNORECASE)
# What portals call themselves: how the name begins, and the small words in it beside names; a headline that begins the
# same way goes on in other words ("Trang tin điện tử quận ra mắt giao diện mới").
_SITE_START = re.compile(
    r"(?:trang|cong) (?:tin|thong tin|ttdt|dien tu)\b|website\b|ubnd\b|uy ban nhan dan\b|dang bo\b|(?:quan|huyen|thi|"
    r"thanh) uy\b|"
    r"dang uy\b|hdnd\b|hoi dong nhan dan\b|mat tran\b|(?:quan|huyen|thi xa|thi tran|thanh pho|tinh|tp|phuong|"
    r"xa(?! hoi\b))\b"
)
_SITE_WORDS = frozenset(
    "trang cong tin thong ttdt dien tu tong hop website uy ban nhan dan ubnd dang bo quan huyen thi xa tran thanh "
    "pho tinh tp "
    "phuong hdnd hoi dong mat to quoc viet nam chinh quyen cua va".split()
)
# A box of the page rather than its article, whose name is set like a title.
_BOX_NAME = re.compile(r"cat|sec|mod|block|box|group|widget|menu|nav|zone|page|head(?:er)?-?title", re.IGNORECASE)
# What <title> and headings say on every page.
_NO_HEADLINE = re.compile(
    r"chao mung (?:quy|cac|ban).*|trang chu.*|home ?page.*|untitled.*|new page.*|index|tin chi tiet|tin hoat dong|"
    r"(?:chi tiet|xem|noi dung|thong tin)(?: chi tiet)?(?: ban)?(?: tin| bai| bai viet| tin tuc| van ban)?|"
    r"tin tuc(?: - | va )?(?: ?su kien)?|"
    # What Liferay calls its portlets.
    r"(?:trinh )?xuat ban (?:thong tin|noi dung|tai san)|hien thi noi dung(?: web)?|asset publisher|web content display"
)
# Old portals frame the page's name with such: ":: Trang tin xã ::".
_ORNAMENTS = " :|*~=.-–—•»«"
_DATE_BEHIND = re.compile(r"\s*[(\[]([^()\[\]]{6,60})[)\]]$")
_LARGE = re.compile(
    r"font-size\s*:\s*(?:1[6-9]|[2-4]\d)(?:\.\d+)?(?:px|pt)|font-size\s*:\s*(?:x-|xx-)?large", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Title:
    """The title found: its block (None where only metadata has it), its text, where it came from, and the date that
    stood in brackets behind it."""

    block: Block | None
    text: str
    source: str
    dated: str | None = None


@dataclass(slots=True)
class _Claims:
    """What metadata says the title is, without site names, and the site's names; folded for comparing."""

    titles: list[tuple[str, str]]
    folded: list[str]
    whole_tag: str
    site_names: set[str]
    named: frozenset[str]
    last: int

    def is_site(self, text: str) -> bool:
        """True for the site's name, or what reads as some site's or as no headline at all."""
        folded = fold(text)
        return folded in self.site_names or _NO_HEADLINE.fullmatch(folded) is not None or _reads_as_site(text, folded)


def reads_as_site(text: str) -> bool:
    """True for what reads as the name of a portal or an office: "Cổng thông tin điện tử huyện Vàm Lau"."""
    return _reads_as_site(text, fold(text))


def _reads_as_site(text: str, folded: str) -> bool:
    if len(text) > 90 or not _SITE_START.match(folded):
        return False
    small = [word for word in text.split() if word[0].islower() or text.isupper()]
    others = [word for word in small if fold(word).strip(".,-–|:") not in _SITE_WORDS]
    return len(others) <= (3 if text.isupper() else 0)


def find_title(
    blocks: list[Block],
    meta: Metadata,
    site_title: str | None,
    first_prose: int,
    *,
    short: bool = False,
    named: Collection[Tree] = (),
) -> Title | None:
    """The title of the article whose prose begins at block ``first_prose``; None where nothing reads as one.

    Lines below the first prose count only as headings or where metadata repeats them: the prose may be a sidebar's.
    ``short``: with nothing better, a line of one or two words right above the prose counts if set apart ("TIN BUỒN").
    ``named``: the elements the CMS names as the title's; a line in them is the likelier one.
    """
    claims = _claims(meta, site_title, blocks)
    best, best_score = None, 0.0
    lengths = {n + slack for n in map(len, claims.folded) for slack in (-1, 0, 1, 2)}
    for block in blocks:
        if block.kind != "text" or not 6 <= len(block.text) <= 300:
            continue
        hinted = block.element in named
        linked = block.link_share > 0.5 and not _is_label(block)
        if block.heading_level == 0 and linked and len(block.text) not in lengths and not hinted:
            continue
        score = _score(block, claims, first_prose, hinted)
        if score > best_score:
            best, best_score = block, score
    if best is not None and best_score >= 3:
        return _printed(best)
    line = _line_before(blocks, claims, first_prose, 6 if short else 15)
    usable = [(source, text) for source, text in claims.titles if len(text) >= 10 and not claims.is_site(text)]
    # A title that <title> alone gives and no line repeats is rather the site's or the section's.
    if usable and (line is None or any(source != "title" for source, _ in usable)):
        return Title(None, usable[0][1], usable[0][0])
    return _printed(line) if line is not None else None


def _printed(block: Block) -> Title:
    """A title as its line prints it, without marks before it and a date in brackets behind it."""
    text, dated = without_date_behind(block.text.strip(" »›•"))
    for part in islice(block.element.iter("span", "small", "em", "i", "font"), 10):
        stamp = collapse(str(part.text_content()))
        if dated is None and 6 <= len(stamp) <= 60 and text.endswith(f" {stamp}") and is_date_line(stamp):
            # The stamp stands behind the title on its line, in a part of its own.
            text, dated = text[: -len(stamp)].rstrip(" -–|,"), stamp
    return Title(block, text, "article", dated)


def without_date_behind(text: str) -> tuple[str, str | None]:
    """A headline without the date in brackets behind it, and that date.

    >>> without_date_behind("Ra quân dọn rạch Ông Đội (14/09/2020)")
    ('Ra quân dọn rạch Ông Đội', '14/09/2020')
    """
    match = _DATE_BEHIND.search(text)
    if match and match.start() > 10 and is_date_line(match.group(1)):
        return text[: match.start()], match.group(1)
    return text, None


def _named_within(blocks: list[Block]) -> frozenset[str]:
    """What parts of lines say that are named a title's, folded: ``<span id="lblTitle">`` between line breaks."""
    root = blocks[0].element.getroottree().getroot() if blocks else None
    parts = root.iter("span", "font", "b", "strong", "label") if root is not None else iter(())
    named = islice((part for part in parts if _TITLE_NAME.search(names_of(part))), _MOST_NAMED)
    texts = (collapse(str(part.text_content())) for part in named)
    return frozenset(fold(text) for text in texts if 6 <= len(text) <= 300)


def _claims(meta: Metadata, site_title: str | None, blocks: list[Block]) -> _Claims:
    site_names = [site_title, meta.site_name]
    if meta.title_tag:
        site_names += [part for part in title_parts(meta.title_tag)[1:] if _reads_as_site(part, fold(part))]
    titles = [(source, without_site_name(text, site_names)) for source, text in meta.titles]
    if meta.title_tag:
        titles.append(("title", without_site_name(meta.title_tag, site_names).strip(_ORNAMENTS)))
    names = {fold(name) for name in site_names if name}
    last = max((b.index for b in blocks if b.is_prose or b.kind != "text"), default=len(blocks))
    return _Claims(
        titles, [fold(text) for _, text in titles], fold(meta.title_tag or ""), names, _named_within(blocks), last
    )


def _score(block: Block, claims: _Claims, first_prose: int, hinted: bool) -> float:
    text = block.folded
    level = block.heading_level
    exact = text in claims.folded
    below = block.index > first_prose
    named = hinted or _TITLE_NAME.search(names_of(block.element)) is not None or text in claims.named
    if below and not exact and level not in (1, 2) and not named:
        return 0.0
    if _is_no_title(block, claims):
        return -10.0
    if below and level == 0 and not named and block.index > claims.last:
        # The name that <title> repeats stands in the imprint too: no text, no picture is under it.
        return 0.0
    score = {1: 4.0, 2: 2.5, 3: 2.0, 4: 1.0}.get(level, 0.0) + _claimed(text, exact, claims)
    score += 5 if hinted else 2 if named else 0
    if block.chrome and not exact:
        score -= 4
    if block.link_share > 0.5 and not _is_label(block):
        # A breadcrumb or a menu that repeats the title stands before it; the site's name leads to the front page. The
        # name of a section, too, may be all that <title> says.
        to_front = any(is_front_page(href) for href, _ in block.links)
        score -= (1.5 if level or named else 4.5) if exact else 3 if level != 1 or to_front else 0
    if block.text.isupper() and not exact and level == 0:
        score -= 1
    if block.index >= first_prose and len(block.text) > 120 and not exact and level == 0:
        score -= 4
    if below and not named:
        score -= 0.5
    if not exact:
        # Titles are sentences; names of sections and sites are not.
        score += 1 if len(text) >= 40 and (level or named) else -1.5 if len(text) < 15 else -1 if len(text) < 30 else 0
    return score + (0.3 if block.bold > 0.9 else 0)


def _leads_nowhere(href: str) -> bool:
    """True for a link that only looks like one: old themes set titles so."""
    return href.strip() in ("", "#") or href.strip().lower().startswith("javascript:")


def _is_label(block: Block) -> bool:
    return all(_leads_nowhere(href) for href, _ in block.links)


def _is_no_title(block: Block, claims: _Claims) -> bool:
    """The site's name, a landmark, machinery, the imprint."""
    text = block.text
    return claims.is_site(text) or bool(landmarks.landmark(text)) or is_tool(block) or landmarks.is_footer_line(text)


def _claimed(text: str, exact: bool, claims: _Claims) -> float:
    """How far metadata says that a line is the title."""
    if exact:
        return 6
    if len(text) >= 15 and any(
        text in claim or (claim and claim in text and len(claim) > 0.6 * len(text)) for claim in claims.folded
    ):
        return 4
    if len(text) >= 20 and text in claims.whole_tag:
        return 3
    cut = (claim.rstrip(".… ") for claim in claims.folded if claim.endswith(("...", "…")))
    return 4 if any(len(claim) > 20 and text.startswith(claim) for claim in cut) else 0


def _line_before(blocks: list[Block], claims: _Claims, first_prose: int, least: int) -> Block | None:
    """With no heading and no claim: of the unbroken run of plain lines that leads to the prose, the one set most like a
    title; of equals the first. Below 15 characters, down to ``least``, a line must be set apart; where there is no
    other, one may be as short whose name says that it is a title, and no box's."""
    run: list[Block] = []
    named: list[Block] = []

    def apart(block: Block) -> int:
        return max(_set_apart(block), 2 * (block.folded in claims.named))

    menu = {
        fold(label)
        for b in blocks[: min(first_prose, 200)]
        if b.link_share > 0.5
        for _, label in b.links
        if len(label) < 30
    }
    for block in reversed(blocks[max(0, first_prose - 40) : first_prose]):
        if block.kind == "image" or is_date_line(block.text) or is_tool(block):
            continue
        if block.link_share > 0.9 and len(block.links) == 1 and _leads_to_author(block):
            continue
        if (block.link_share > 0.5 and not _is_label(block)) or block.chrome or _is_no_title(block, claims):
            break
        if read_credit_line(block.text, alone=False) or block.folded in menu:
            # "Ghi chép của …"; the section's name, as the menu says it.
            continue
        if 15 <= len(block.text) <= 250 or (
            6 <= len(block.text) < 15 and (block.folded in claims.named if len(block.text) < least else apart(block))
        ):
            run.append(block)
        elif 6 <= len(block.text) < 15 and _TITLE_NAME.search(names := names_of(block.element)):
            named += [] if _BOX_NAME.search(names) else [block]
    # A sapo is set apart as a title is, and under it; unlike it, it ends with a full stop.
    unfinished = [block for block in run if not (is_sentence(block.text) and block.text.endswith("."))]
    return max(reversed(unfinished or run or named), key=apart, default=None)


def _leads_to_author(block: Block) -> bool:
    return _AUTHOR.search(f"{block.links[0][0]} {names_of(block.element)}") is not None


def _set_apart(block: Block) -> int:
    """How much a line is set like a title: heading, a title's class, large type, bold."""
    element = block.element
    parent = element.getparent()
    names = names_of(element) + (names_of(parent) if parent is not None else "")
    large = any(
        re.fullmatch(r"\+?[3-7]", e.get("size") or "") or _LARGE.search(e.get("style") or "")
        for e in islice(element.iter(), 20)
    )
    level = block.heading_level
    named = _TITLE_NAME.search(names) is not None
    return 4 * (level > 0) + (0 < level <= 3) + 2 * named + 2 * large + (block.bold > 0.9)
