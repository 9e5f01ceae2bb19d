"""Which line of a page is the article's title. Pure.

A title is a heading, or a line that the page's metadata repeats, or a line that only looks like one: old portals print
it in a bold cell under a masthead, while ``<title>`` and ``<h1>`` say the site's name on every page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, names_of
from newsarchive.extract.lines import is_date_line
from newsarchive.extract.metadata import Metadata, without_site_name
from newsarchive.sites.urls import is_front_page
from newsarchive.vietnamese.text import fold

_TITLE_NAME = re.compile(r"title|headline|tieu-?de|td_?tin|news-?name|heading", re.IGNORECASE)
# What portals call themselves, and what they print in <title> whatever the page shows.
_SITE_NAME = re.compile(
    r"(?:chao mung .*|(?:trang|cong) (?:tin|thong tin|ttdt|dien tu)\b.*|website\b.*|trang chu.*|home ?page.*|"
    r"(?:ubnd|uy ban nhan dan|dang bo|quan uy|huyen uy|thi uy|thanh uy|dang uy|hdnd|mat tran to quoc) "
    r"(?:(?:thanh pho|tp|tinh|quan|huyen|thi xa|phuong|xa)\b.{0,30}|.{0,20})|(?:quan|huyen|thi xa|thanh pho|tinh|tp) "
    r".{1,25}|"
    r"(?:chi tiet|xem|noi dung|thong tin)(?: chi tiet)?(?: ban)?(?: tin| bai| bai viet| tin tuc| van ban)?|tin chi "
    r"tiet|"
    r"tin tuc(?: - | va )?(?: ?su kien)?|tin hoat dong|untitled.*|new page.*|index)"
)
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

    def is_site(self, text: str) -> bool:
        return text in self.site_names or (len(text) <= 90 and _SITE_NAME.fullmatch(text) is not None)


def find_title(blocks: list[Block], meta: Metadata, site_title: str | None, first_prose: int) -> Title | None:
    """The title of the article whose prose begins at block ``first_prose``; None where nothing reads as one.

    Lines below the first prose count only as headings or where metadata repeats them: the prose may be a sidebar's.
    """
    claims = _claims(meta, site_title)
    best, best_score = None, 0.0
    lengths = {n + slack for n in map(len, claims.folded) for slack in (-1, 0, 1, 2)}
    for block in blocks:
        if block.kind != "text" or not 6 <= len(block.text) <= 300:
            continue
        if block.heading_level == 0 and block.link_share > 0.5 and len(block.text) not in lengths:
            continue
        score = _score(block, claims, first_prose)
        if score > best_score:
            best, best_score = block, score
    if best is not None and best_score >= 3:
        return _printed(best)
    line = _line_before(blocks, claims, first_prose)
    usable = [
        (source, text)
        for (source, text), folded in zip(claims.titles, claims.folded, strict=True)
        if len(text) >= 10 and not claims.is_site(folded)
    ]
    # A title that <title> alone gives and no line repeats is rather the site's or the section's.
    if usable and (line is None or any(source != "title" for source, _ in usable)):
        return Title(None, usable[0][1], usable[0][0])
    return _printed(line) if line is not None else None


def _printed(block: Block) -> Title:
    """A title as its line prints it, without marks before it and a date in brackets behind it."""
    text = block.text.strip(" »›•")
    match = _DATE_BEHIND.search(text)
    if match and match.start() > 10 and is_date_line(match.group(1)):
        return Title(block, text[: match.start()], "article", match.group(1))
    return Title(block, text, "article")


def _claims(meta: Metadata, site_title: str | None) -> _Claims:
    site_names = [site_title, meta.site_name]
    titles = [(source, without_site_name(text, site_names)) for source, text in meta.titles]
    if meta.title_tag:
        titles.append(("title", without_site_name(meta.title_tag, site_names)))
    return _Claims(
        titles,
        [fold(text) for _, text in titles],
        fold(meta.title_tag or ""),
        {fold(name) for name in site_names if name},
    )


def _score(block: Block, claims: _Claims, first_prose: int) -> float:
    text = block.folded
    level = block.heading_level
    exact = text in claims.folded
    below = block.index > first_prose
    if below and not exact and level not in (1, 2):
        return 0.0
    if claims.is_site(text) or landmarks.landmark(block.text) or landmarks.is_tool_line(block.text):
        return -10.0
    score = {1: 4.0, 2: 2.5, 3: 2.0, 4: 1.0}.get(level, 0.0) + _claimed(text, exact, claims)
    if _TITLE_NAME.search(names_of(block.element)):
        score += 2
    if block.chrome and not exact:
        score -= 4
    if block.link_share > 0.5:
        # A breadcrumb or a menu that repeats the title stands before it; the site's name leads to the front page.
        score -= 1.5 if exact else 3 if level != 1 or any(is_front_page(href) for href, _ in block.links) else 0
    if block.text.isupper() and not exact and level == 0:
        score -= 1
    if block.index >= first_prose and len(block.text) > 120 and not exact and level == 0:
        score -= 4
    if below:
        score -= 0.5
    if not exact:
        # Titles are sentences; names of sections and sites are not.
        score += 1 if len(text) >= 40 and level else -1.5 if len(text) < 15 else -1 if len(text) < 30 else 0
    return score + (0.3 if block.bold > 0.9 else 0)


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


def _line_before(blocks: list[Block], claims: _Claims, first_prose: int) -> Block | None:
    """With no heading and no claim: of the unbroken run of plain lines that leads to the prose, the one set most like a
    title; of equals the first."""
    run: list[Block] = []
    for block in reversed(blocks[max(0, first_prose - 40) : first_prose]):
        if block.kind == "image":
            continue
        if block.link_share > 0.5 or block.chrome or landmarks.landmark(block.text) or claims.is_site(block.folded):
            break
        if is_date_line(block.text) or landmarks.is_tool_line(block.text):
            continue
        if 15 <= len(block.text) <= 250:
            run.append(block)
    return max(reversed(run), key=_set_apart, default=None)


def _set_apart(block: Block) -> int:
    """How much a line is set like a title: heading, a title's class, large type, bold."""
    element = block.element
    parent = element.getparent()
    names = names_of(element) + (names_of(parent) if parent is not None else "")
    large = any(
        re.fullmatch(r"\+?[3-7]", e.get("size") or "") or _LARGE.search(e.get("style") or "")
        for e in islice(element.iter(), 20)
    )
    return 4 * (block.heading_level > 0) + 2 * (_TITLE_NAME.search(names) is not None) + 2 * large + (block.bold > 0.9)
