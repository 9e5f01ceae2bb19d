"""When an article was published: candidates with their evidence, one chosen, the losers kept. Pure.

What never wins: the masthead's clock (the day of the visit), dates in footers, comments, related lists and counters, a
date after the visit, a date before 1997 (Viet Nam had no web then).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.extract.blocks import Block
from newsarchive.extract.layout import Layout, is_date_line
from newsarchive.extract.metadata import Metadata
from newsarchive.items import Article, ListingEvidence
from newsarchive.vietnamese.datelines import read_dateline
from newsarchive.vietnamese.dates import DateReading, find_dates, read_date

FIRST_DAY = date(1997, 1, 1)
"""Viet Nam joined the internet in November 1997: no page is older."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

# Best evidence first (docs/dates.md explains the order).
_ORDER = ("profile", "json-ld", "meta", "article", "feed", "listing", "url", "image-url")

_URL_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])-(?P<m2>0?[1-9]|1[0-2])-(?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>20[0-3]\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01]))(?!\d)"
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0[1-9]|1[0-2])/")


@dataclass(slots=True)
class Candidate:
    """One statement of the publication date: what it says, where it stands, and why it may not win."""

    source: str
    reading: DateReading
    text: str
    place: str
    refused: str | None = None

    def evidence(self) -> dict[str, Any]:
        """The candidate as kept in ``field_sources``."""
        kept = {"source": self.source, "date": self.reading.date, "text": self.text[:120], "place": self.place}
        if self.reading.oddities:
            kept["oddities"] = list(self.reading.oddities)  # type: ignore[assignment]
        if self.refused:
            kept["refused"] = self.refused
        return kept


@dataclass(slots=True)
class Dating:
    """The outcome for one article, as its columns."""

    date: str | None = None
    earliest: date | None = None
    latest: date | None = None
    source: str | None = None
    published_at: str | None = None
    event_date: str | None = None
    page_date: str | None = None
    text: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    def apply(self, article: Article) -> None:
        """Write the outcome into an article."""
        article.date, article.date_source, article.published_at = self.date, self.source, self.published_at
        article.date_earliest = self.earliest.isoformat() if self.earliest else None
        article.date_latest = self.latest.isoformat() if self.latest else None
        article.event_date, article.page_date, article.date_text = self.event_date, self.page_date, self.text
        article.field_sources["date"] = self.evidence


def date_article(
    layout: Layout,
    meta: Metadata,
    *,
    url: str,
    selected: Iterable[str] = (),
    fetched_at: datetime | None = None,
    listing: ListingEvidence | None = None,
) -> Dating:
    """Choose the publication date of a page.

    ``selected`` are the texts a profile's date selector found; ``fetched_at`` (with time zone) the moment of the visit,
    None where unknown; ``listing`` what listings printed. See :class:`Dating` for what comes out.
    """
    visit = fetched_at.astimezone(ZONE).date() if fetched_at else None
    found = Dating()
    masthead, titled = _above(layout, visit)
    page_day = masthead.earliest if masthead else None
    if masthead:
        found.page_date = masthead.date
    # The page cannot be newer than the visit, nor than the clock it printed at the visit.
    last_day = min((day for day in (visit, page_day) if day), default=None)
    reference = datetime.combine(last_day, datetime.min.time()) if last_day else fetched_at
    candidates = [
        *_selected(selected, reference),
        *_stated(meta),
        *_printed(layout, titled, reference),
        *_listed(listing, reference),
        *_addressed(url, "url", "address"),
    ]
    for candidate in candidates:
        candidate.refused = _refusal(candidate.reading, last_day)
    images = [c for figure in layout.figures for c in _addressed(figure.image.src or "", "image-url", "picture")]
    images = [c for c in images if _refusal(c.reading, last_day) is None]
    chosen = _choose(candidates)
    publication = chosen.reading.latest if chosen else last_day
    event = _event(layout, chosen, last_day)
    if event is not None:
        found.event_date = event.date
    lower = event.earliest if event else None
    if chosen is None and images:
        newest = max(images, key=lambda c: c.reading.latest or FIRST_DAY)
        day = newest.reading.earliest
        if day is not None and (lower is None or day >= lower) and newest.reading.earliest == newest.reading.latest:
            chosen = newest
        elif day is not None and (lower is None or day > lower):
            lower = day
    candidates += images
    if chosen is not None:
        reading = chosen.reading
        found.date, found.source, found.text = reading.date, chosen.source, chosen.text[:200]
        found.earliest, found.latest = reading.earliest, reading.latest
        found.published_at = _moment(reading)
    else:
        _bounds(found, lower, last_day, listing, reference)
    found.evidence = {"source": found.source, "place": chosen.place if chosen else "bounds"}
    if chosen and chosen.reading.oddities:
        found.evidence["oddities"] = list(chosen.reading.oddities)
    if event is not None:
        found.evidence["dateline"] = event.text
        if event.oddities:
            found.evidence["dateline_oddities"] = list(event.oddities)
    if others := [c.evidence() for c in candidates if c is not chosen]:
        found.evidence["others"] = others[:12]
    if publication is None and last_day is None:
        found.evidence["note"] = "no day of the visit is known: only full dates could be read"
    return found


def _above(layout: Layout, visit: date | None) -> tuple[DateReading | None, Block | None]:
    """The masthead's clock among the lines above the title; and the line there that is the article's own date, if any.

    A date above the title is the clock of the visit unless it also has a time, stands next to the title (nothing but the
    section between) and is not the day of the visit: portals that print the article's moment over its title do so.
    """
    dated: list[tuple[Block, DateReading]] = []
    for block in layout.above:
        if len(block.text) <= 160 and (reading := _whole_date(block.text)):
            dated.append((block, reading))
    own: Block | None = None
    if dated and layout.title_block is not None:
        block, reading = dated[-1]
        near = layout.title_block.index - block.index <= 4
        if (near and reading.time and reading.earliest != visit and not block.chrome) or (near and reading.label):
            own = block
            dated.pop()
    clock = next((r for b, r in dated if is_date_line(b.text) or r.shape), None)
    return clock, own


def _whole_date(text: str) -> DateReading | None:
    """The first reading of a text that has day, month and year."""
    return next((r for r in find_dates(text) if r.earliest and r.earliest == r.latest), None)


def _selected(texts: Iterable[str], reference: datetime | None) -> Iterator[Candidate]:
    for text in texts:
        reading = read_date(text, reference=reference)
        if reading.date:
            yield Candidate("profile", reading, text, "profile's selector")


def _stated(meta: Metadata) -> Iterator[Candidate]:
    for source, text in meta.dates:
        reading = read_date(_mended_stamp(text))
        if reading.date:
            yield Candidate(source, reading, text, "the page's metadata")


def _mended_stamp(text: str) -> str:
    """NukeViet 4.5 prints ``2020-11-12+0706:42:00``: offset and time have changed places."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)([+-]\d{4})(\d\d:\d\d:\d\d)", text.strip())
    return f"{match[1]}T{match[3]}{match[2][:3]}:{match[2][3:]}" if match else text


def _printed(layout: Layout, titled: Block | None, reference: datetime | None) -> Iterator[Candidate]:
    """Dates printed around the title (labelled or alone on their line) and, labelled, after the body."""
    lines = ([titled] if titled else []) + layout.heads
    first_body = layout.body[0].index if layout.body else 0
    read: list[Candidate] = []
    for block in lines:
        if not is_date_line(block.text) and len(block.text) > 200:
            continue
        reading = read_date(block.text, reference=reference) if len(block.text) <= 120 else None
        if reading is None or not reading.date:
            reading = next((r for r in find_dates(block.text, reference=reference) if r.date), None)
        if reading is None or not reading.date:
            continue
        below = block.index > first_body
        if below and not (reading.label or is_date_line(block.text)):
            continue
        read.append(Candidate("article", reading, block.text, "below the body" if below else "by the title"))
    # "Ngày đăng" before "Cập nhật"; by the title before below the body.
    read.sort(key=lambda c: (c.reading.label == "updated", c.place != "by the title"))
    yield from read


def _listed(listing: ListingEvidence | None, reference: datetime | None) -> Iterator[Candidate]:
    if listing and listing.date_text:
        # Relative words ("Hôm qua") were printed on the listing's day, which is not known to be this page's: not read.
        reading = read_date(listing.date_text)
        if reading.date:
            kind = "feed" if listing.kind == "feed" else "listing"
            yield Candidate(kind, reading, listing.date_text, f"the {kind}'s entry")


def _addressed(url: str, source: str, place: str) -> Iterator[Candidate]:
    """The day in an address: ``/2020/10/08/``, ``08-10-2020-…``, ``20201008``; only a month in a picture's folder."""
    path = url.split("?", maxsplit=1)[0].split("//", 1)[-1]
    days = []
    for match in _URL_DAY.finditer(path):
        year, month, day = (
            int(match["y"] or match["y2"] or match["y3"]),
            int(match["m"] or match["m2"] or match["m3"]),
            int(match["d"] or match["d2"] or match["d3"]),
        )
        try:
            days.append((date(year, month, day).isoformat(), match.group()))
        except ValueError:
            continue
    if not days and source == "image-url" and (match := _URL_MONTH.search(path)):
        days = [(f"{match['y']}-{match['m']}", match.group())]
    for value, text in days[-1:]:
        reading = read_date(value)
        if reading.date:
            yield Candidate(source, reading, text, f"the {place}'s address" if place != "address" else "the address")


def _refusal(reading: DateReading, last_day: date | None) -> str | None:
    earliest, latest = reading.earliest, reading.latest
    if earliest is None or latest is None:
        return "no day"
    if latest < FIRST_DAY:
        return "before 1997"
    # A day of grace: clocks of server and visitor differ, and time zones are assumed.
    if last_day is not None and earliest > last_day + timedelta(days=1):
        return "after the visit"
    return None


def _choose(candidates: list[Candidate]) -> Candidate | None:
    usable = [c for c in candidates if c.refused is None]
    usable.sort(key=lambda c: _ORDER.index(c.source))
    if not usable:
        return None
    best = usable[0]
    # A day beats a month or a year that agrees with it, whoever says it.
    for other in usable[1:]:
        a, b = best.reading, other.reading
        if (
            a.earliest
            and a.latest
            and b.earliest
            and b.latest
            and a.earliest <= b.earliest
            and b.latest <= a.latest
            and (b.latest - b.earliest) < (a.latest - a.earliest)
        ):
            best = other
    # Metadata gives the moment of a copy where the page prints an earlier day: believe the page (moved portals stamp
    # every article with the day of the move).
    if best.source in ("json-ld", "meta"):
        printed = next((c for c in usable if c.source == "article" and c.reading.label != "updated"), None)
        if (
            printed
            and printed.reading.latest
            and best.reading.earliest
            and printed.reading.latest < best.reading.earliest
        ):
            best.refused = "the page prints an earlier day"
            return printed
    return best


def _event(layout: Layout, chosen: Candidate | None, last_day: date | None) -> DateReading | None:
    """The day the dateline speaks of, its year from the publication where known, else from the visit."""
    bound = (chosen.reading.latest if chosen else None) or last_day
    paragraphs = [b for b in layout.body if b not in layout.lead] or layout.body
    for block in paragraphs[:2]:
        reading = read_dateline(block.text, not_after=bound)
        if reading is not None:
            return reading if reading.date else None
    return None


def _bounds(
    found: Dating,
    lower: date | None,
    last_day: date | None,
    listing: ListingEvidence | None,
    reference: datetime | None,
) -> None:
    """With no evidence of the day: the days between which it must lie, as an EDTF interval."""
    newer = _neighbour(listing.newer_text if listing else None, last_day)
    older = _neighbour(listing.older_text if listing else None, last_day)
    # Rows are newest first; where the two neighbours disagree with that, the list is not in order and says nothing.
    if newer and older and newer < older:
        newer = older = None
    earliest = max((day for day in (lower, older) if day), default=None)
    latest = min((day for day in (last_day, newer) if day), default=None)
    if earliest and latest and earliest > latest:
        earliest, latest = lower, last_day
    if earliest is None and latest is None:
        return
    found.earliest, found.latest = earliest, latest
    if earliest and latest and earliest == latest:
        found.date = earliest.isoformat()
    else:
        found.date = f"{earliest.isoformat() if earliest else '..'}/{latest.isoformat() if latest else '..'}"
    found.source = "bounds"


def _neighbour(text: str | None, last_day: date | None) -> date | None:
    if not text:
        return None
    reading = read_date(text)
    day = reading.earliest if reading.earliest == reading.latest else None
    return None if day is None or _refusal(reading, last_day) else day


def _moment(reading: DateReading) -> str | None:
    """ISO 8601 with offset, where day and time are known."""
    if not reading.time or not reading.date or len(reading.date) != 10:
        return None
    time = reading.time if len(reading.time) == 8 else f"{reading.time}:00"
    return f"{reading.date}T{time}{reading.offset or '+07:00'}"
