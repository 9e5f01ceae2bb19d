"""The statements of an article's publication date: profile, metadata, print, listing, addresses. Pure.

Each is gathered with its place and, where it must not win, the reason; the choice is the business of
:mod:`newsarchive.extract.dating`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.extract.blocks import Block
from newsarchive.extract.clocks import NEAR, OWN_LABELS, is_of_link, line_date, parts_of
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import is_date_line
from newsarchive.extract.metadata import Metadata
from newsarchive.items import ListingEvidence
from newsarchive.vietnamese.datelines import FIRST_DAY
from newsarchive.vietnamese.dates import ASSUMED_OFFSET, CREATED, OTHER, UPDATED, DateReading, read_date
from newsarchive.vietnamese.text import collapse

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STAMPED_AT_VISIT = timedelta(minutes=10)
"""A stamp this near to the moment of the visit was made by the visit."""

_URL_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])-(?P<m2>0?[1-9]|1[0-2])-(?P<y2>(?:19|20)\d\d)(?!\d)"
    # 20201008, 20201008153208 and with milliseconds: the moment a CMS made the address
    r"|(?P<y3>20[0-3]\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{0,4})?(?!\d))"
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0[1-9]|1[0-2])/")
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:date|time|ngay|published|(?:create|post|entry|news|pub|publish)-?date|ngay-?dang)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LATE_LABELS = {CREATED: 1, UPDATED: 2}
_BESIDE_TITLE = re.compile(r"[(\[]\s*([^()\[\]]{6,40}?)\s*[)\]]\s*$")


@dataclass(slots=True)
class Candidate:
    """One statement of the publication date: what it says, where it stands, and why it may not win.

    ``printed`` is what it says, ``reading`` the same with the day in Viet Nam.
    """

    source: str
    printed: DateReading
    text: str
    place: str
    refused: str | None = None
    reading: DateReading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = in_viet_nam(self.printed)

    def evidence(self) -> dict[str, Any]:
        """The candidate as kept in ``field_sources``."""
        kept: dict[str, Any] = {
            "source": self.source,
            "date": self.reading.date,
            "text": self.text[:120],
            "place": self.place,
        }
        if self.reading.oddities:
            kept["oddities"] = list(self.reading.oddities)
        if self.refused:
            kept["refused"] = self.refused
        return kept


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the publication from the later side, and whence relative words count."""

    visit: datetime | None
    """The moment of the visit, in Viet Nam."""
    last_day: date | None
    """The article cannot be younger: the visit, or the masthead's clock where that is earlier."""

    @property
    def reference(self) -> date | datetime | None:
        """Whence relative words count: the moment of the visit, or the day of an earlier clock."""
        if self.visit is not None and self.visit.date() == self.last_day:
            return self.visit
        return self.last_day

    def is_visit(self, reading: DateReading) -> bool:
        """True for a moment, as printed, that the visit itself stamped."""
        moment = _instant(reading)
        return moment is not None and self.visit is not None and abs(moment - self.visit) <= STAMPED_AT_VISIT


def selected_dates(texts: Iterable[str], limits: Limits) -> Iterator[Candidate]:
    """What a profile's date selector found."""
    for text in texts:
        reading = read_date(text, reference=limits.reference)
        if reading.date:
            yield Candidate("profile", reading, text, "the profile's selector")


def stated_dates(meta: Metadata, limits: Limits) -> Iterator[Candidate]:
    """What the page says to machines; a stamp made by the visit itself is refused."""
    for source, text in meta.dates:
        reading = read_date(text)
        if not reading.date:
            continue
        refused = "stamped at the moment of the visit" if limits.is_visit(reading) else None
        yield Candidate(source, reading, text, "the page's metadata", refused)


def printed_dates(
    layout: Layout, own: Block | None, limits: Limits, blocks: Sequence[Block] = ()
) -> Iterator[Candidate]:
    """Dates printed by the title and below the body, the likeliest first.

    ``own`` is the article's line above the title, if it has one; ``blocks`` are all of the page: a labelled line counts
    where it stands in a tool bar ("Ngày đăng … | In | Gửi") or with a name beside it, too, and so does one between
    title and text whose name says that it is the date.
    """
    first_body = layout.body[0].index if layout.body else 0
    last_body = layout.body[-1].index if layout.body else 0
    read: list[Candidate] = []
    lines = ([own] if own else []) + layout.heads
    for block in [*lines, *_other_lines(layout, blocks, {b.index for b in lines})]:
        below = block.index > last_body > 0
        if below and block.index - last_body > NEAR:
            continue
        reading = _printed_date(block, limits, below=below)
        if reading is None:
            continue
        if block not in lines and reading.label not in OWN_LABELS and (below or not any(_dated_parts(block))):
            continue
        if not _may_tell(block, reading, below=below, inside=first_body < block.index < last_body):
            continue
        if is_of_link(block):
            continue
        found = Candidate("article", reading, block.text, "below the body" if below else "by the title")
        if below and reading.label is None and limits.visit and found.reading.earliest == limits.visit.date():
            found.refused = "the day of the visit, below the article"
        read.append(found)
    if (beside := _beside_title(layout)) is not None:
        read.append(beside)
    # "Ngày đăng" before "Ngày tạo" before "Cập nhật"; by the title before below the body.
    read.sort(key=lambda c: (_LATE_LABELS.get(c.reading.label or "", 0), c.place != "by the title"))
    yield from read


def _other_lines(layout: Layout, blocks: Sequence[Block], known: set[int]) -> Iterator[Block]:
    """The lines between title and body and close below the body that are no text, no zone's and not known yet."""
    if not layout.body or layout.title_block is None:
        return
    taken = known | {b.index for b in layout.body} | {b.index for _, zone in layout.zones for b in zone}
    first, last = layout.body[0].index, layout.body[-1].index
    for block in blocks:
        between = layout.title_block.index < block.index < first
        if block.index not in taken and block.kind == "text" and (between or last < block.index <= last + NEAR):
            yield block


def _printed_date(block: Block, limits: Limits, *, below: bool) -> DateReading | None:
    """The date of one line: what its ``<time datetime>`` says to machines, else what it prints."""
    if len(block.text) > 200:
        return None
    printed = read_date(block.text, reference=limits.reference)
    for element in block.element.iter("time", "abbr"):
        if below and not printed.is_day:
            break  # the age of a comment
        # hAtom, the microformat of blogs before HTML 5, has the moment in the title of an <abbr>.
        stated = read_date(element.get("datetime") or element.get("title") or "")
        same = stated.is_day and stated.earliest == printed.earliest
        if same and printed.time and not stated.time:
            return printed
        if stated.is_day and (same or not printed.is_day):
            return stated._replace(label=printed.label)
    if not printed.is_day and not below:
        # "bientap12 Tháng Mười, 2020": only their looks part the name from the day.
        parts = (read_date(part) for part in _dated_parts(block))
        printed = next((reading for reading in parts if reading.is_day), printed)
    return printed if printed.date else None


def _dated_parts(block: Block) -> Iterator[str]:
    """The parts of a line, or the line itself, whose name says that they print a date."""
    for element in islice(block.element.iter(block.tag, "span", "em", "i", "small", "a", "b"), 40):
        text = collapse(str(element.text_content())) if _DATE_NAME.search(element.get("class") or "") else ""
        if text and text in block.text:
            yield text


def _is_span(reading: DateReading) -> bool:
    """True for days from one to another ("từ 23/11/2020 đến 29/11/2020"): an event's, nobody publishes for a week."""
    return "/" in (reading.date or "") and reading.shape != "relative"


def _may_tell(block: Block, reading: DateReading, *, below: bool, inside: bool) -> bool:
    if reading.label == OTHER or _is_span(reading):
        return False
    if reading.label in OWN_LABELS:
        return True
    if inside or (below and not reading.is_day):
        return False
    # "by Minh Thư | 13/09/2019 | Tin tức | 0 bình luận": a theme's line of many parts.
    return any(
        is_date_line(part) for part in ([block.text] if below else [*parts_of(block.text), *_dated_parts(block)])
    )


def _beside_title(layout: Layout) -> Candidate | None:
    """A whole day in brackets at the end of the title's line."""
    line = layout.title_block.text if layout.title_block else ""
    match = _BESIDE_TITLE.search(line)
    if match is None or not is_date_line(match.group(1)):
        return None
    reading = line_date(match.group(1))
    return Candidate("article", reading, match.group(1), "behind the title") if reading else None


def listed_dates(listing: ListingEvidence | None) -> Iterator[Candidate]:
    """What the listing or feed printed in the article's own row."""
    if listing and listing.date_text:
        # Relative words ("Hôm qua") were printed on the listing's day, which is not known to be this page's: not read.
        reading = read_date(listing.date_text)
        if reading.date:
            # A feed's or news sitemap's date is the publisher's own word, a listing's is print.
            kind = "listing" if listing.kind == "listing" else "feed"
            yield Candidate(kind, reading, listing.date_text, f"the {kind}'s entry")


def addressed_dates(url: str, source: str, place: str) -> Iterator[Candidate]:
    """The day in an address: ``/2020/10/08/``, ``08-10-2020-…``, ``20201008…``; else the month of its folder."""
    path = url.split("?", maxsplit=1)[0].split("//", 1)[-1]
    for match in reversed(list(_URL_DAY.finditer(path))):
        year, month, day = (next(int(g) for g in (match[k], match[k + "2"], match[k + "3"]) if g) for k in "ymd")
        reading = read_date(f"{year}-{month:02d}-{day:02d}")
        if reading.date:
            yield Candidate(source, reading, match.group(), place)
            return
    if folder := _URL_MONTH.search(path):
        yield Candidate(source, read_date(f"{folder['y']}-{folder['m']}"), folder.group(), place)


def in_viet_nam(reading: DateReading) -> DateReading:
    """A reading whose day is that of Viet Nam: "2020-10-07T18:30:00Z" is 8 October there."""
    moment = _instant(reading)
    day = moment.astimezone(ZONE).date() if moment else reading.earliest
    if day is None or day == reading.earliest:
        return reading
    odd = f"{reading.date} at {reading.offset}"
    return reading._replace(date=day.isoformat(), earliest=day, latest=day, oddities=(*reading.oddities, odd))


def _instant(reading: DateReading) -> datetime | None:
    """The moment a reading tells, where it prints time and offset."""
    if not reading.time or not reading.offset or ASSUMED_OFFSET in reading.oddities or not reading.earliest:
        return None
    return datetime.fromisoformat(f"{reading.earliest.isoformat()}T{reading.time}{reading.offset}")


def refusal(candidate: Candidate, limits: Limits) -> str | None:
    """Why a candidate cannot be the day of publication, None where it can."""
    earliest, latest = candidate.reading.earliest, candidate.reading.latest
    if earliest is None or latest is None:
        return "no day"
    if latest < FIRST_DAY:
        return "before 1997"
    # A day of grace: clocks of server and visitor differ, and time zones are assumed.
    if limits.last_day is not None and earliest > limits.last_day + timedelta(days=1):
        return "after the visit"
    return None
