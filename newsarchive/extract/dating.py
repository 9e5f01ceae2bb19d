"""When an article was published: candidates with their evidence, one chosen, the losers kept. Pure.

What never wins: the masthead's clock (the day of the visit), metadata stamped at the moment of the visit, days of
licences, documents, comments, related lists and counters, a day after the visit, a day before 1997. Where nothing tells
the day, the days between which it must lie are told instead. ``docs/dates.md`` gives the order of evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.extract.document import Tree
from newsarchive.extract.layout import Layout
from newsarchive.extract.lines import is_date_line
from newsarchive.extract.metadata import Metadata
from newsarchive.items import Article, ListingEvidence
from newsarchive.vietnamese.datelines import read_dateline
from newsarchive.vietnamese.dates import (
    ASSUMED_OFFSET,
    CREATED,
    OTHER,
    PUBLISHED,
    UPDATED,
    WEEKDAY_CONFLICT,
    DateReading,
    read_date,
)
from newsarchive.vietnamese.dateshapes import ASSUMED_YEAR
from newsarchive.vietnamese.text import fold

FIRST_DAY = date(1997, 1, 1)
"""Viet Nam joined the internet in November 1997: no page is older."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

ORDER = ("profile", "json-ld", "meta", "article", "feed", "listing", "url", "image-url")
"""``date_source`` of candidates, the best evidence first."""

STAMPED_AT_VISIT = timedelta(minutes=10)
"""A stamp this near to the moment of the visit was made by the visit."""
LONGEST_REPORT = timedelta(days=300)
"""An event further back than this from a known publication is no event of the dateline: it named a coming day."""
FRESH_PICTURE = timedelta(days=31)
"""A picture older than its event, or put up longer than this after it, does not tell the article's day."""
HEADLINE, ITEM = 25, 12
"""Letters from which a link's text is a headline, and no section or author: in any box, and in an item of a list."""
NEAR = 6
"""Blocks above the title, or below the body, in which the article's own date may stand."""

_URL_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])-(?P<m2>0?[1-9]|1[0-2])-(?P<y2>(?:19|20)\d\d)(?!\d)"
    # 20201008, 20201008153208 and with milliseconds: the moment a CMS made the address
    r"|(?P<y3>20[0-3]\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{0,4})?(?!\d))"
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0[1-9]|1[0-2])/")
_OWN_CLASS = re.compile(r"date-?header|post-?date|entry-?date|publish|ngay-?dang", re.IGNORECASE)
_OWN_LABELS = (PUBLISHED, CREATED, UPDATED)
_LATE_LABELS = {CREATED: 1, UPDATED: 2}
_DAY_LIKE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_CLOCK_WORDS = re.compile(r"\bthu\b|chu nhat|\bcn\b|\bt[2-7]\b|day\b|\bthang\b")
_BESIDE_TITLE = re.compile(r"[(\[]\s*([^()\[\]]{6,40}?)\s*[)\]]\s*$")


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


@dataclass(slots=True)
class Dating:
    """The outcome for one article, as its columns."""

    date: str | None = None
    date_earliest: str | None = None
    date_latest: str | None = None
    date_source: str | None = None
    published_at: str | None = None
    event_date: str | None = None
    page_date: str | None = None
    date_text: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    def apply(self, article: Article) -> None:
        """Write the outcome into an article."""
        for name in self.__slots__:
            if name != "evidence":
                setattr(article, name, getattr(self, name))
        article.field_sources["date"] = self.evidence


@dataclass(frozen=True, slots=True)
class _Limits:
    """What bounds the publication from the later side, and whence relative words count."""

    visit: datetime | None
    """The moment of the visit, in Viet Nam."""
    last_day: date | None
    """The article cannot be younger: the visit, or the masthead's clock where that is earlier."""

    @property
    def reference(self) -> date | datetime | None:
        if self.visit is not None and self.visit.date() == self.last_day:
            return self.visit
        return self.last_day


def date_article(
    layout: Layout,
    meta: Metadata,
    blocks: Sequence[Block] = (),
    *,
    url: str,
    selected: Iterable[str] = (),
    fetched_at: datetime | None = None,
    listing: ListingEvidence | None = None,
) -> Dating:
    """Choose the publication date of a page.

    ``blocks`` are all of the page, for a clock that is not in the masthead; ``selected`` are the texts a profile's date
    selector found; ``fetched_at`` (with time zone) the moment of the visit, None where unknown; ``listing`` what
    listings printed. See :class:`Dating` for what comes out; ``date`` is the day in Viet Nam, whatever the offset of a
    stamp.
    """
    visit = fetched_at.astimezone(ZONE) if fetched_at else None
    clock, own = _above_title(layout, visit.date() if visit else None)
    clock = clock or _clock_elsewhere(blocks, layout, visit)
    days = [visit.date()] if visit else []
    days += [clock.earliest] if clock and clock.earliest else []
    limits = _Limits(visit, min(days, default=None))
    candidates = [
        *_selected(selected, limits),
        *_stated(meta, limits),
        *_printed(layout, own, limits),
        *_listed(listing),
        *_addressed(url, "url", "the address"),
    ]
    pictures = [c for f in layout.figures for c in _addressed(f.image.src or "", "image-url", "a picture's address")]
    for candidate in [*candidates, *pictures]:
        candidate.refused = candidate.refused or _refusal(candidate, limits)
    chosen = _choose(candidates)
    last_day = min((d for d in (limits.last_day, *_upper_bounds(meta, listing, limits)) if d), default=None)
    event = _event(layout, chosen.reading.latest if chosen else last_day)
    if chosen is None:
        chosen, event = _by_picture(layout, pictures, event)
    return _outcome(chosen, [*candidates, *pictures], event, clock, last_day, listing, limits)


# Candidates


def _above_title(layout: Layout, visit: date | None) -> tuple[DateReading | None, Block | None]:
    """The masthead's clock among the lines above the title, and the line there that is the article's own date.

    A line above the title is the article's where it is labelled so, or stands at the head of the title's own box and
    looks like no clock: it has a time, or no weekday, and is not the day of the visit.
    """
    own = None
    lines = [(b, r) for b in layout.above if not _is_of_link(b) and (r := _line_date(b.text)) is not None]
    if lines and layout.title_block is not None:
        block, reading = lines[-1]
        if layout.title_block.index - block.index <= NEAR and _is_own(block, reading, layout.title_block, visit):
            own = block
    clocks = [r for b in layout.above if b is not own and (r := _clock(b)) is not None]
    at_visit = (r for r in clocks if visit and r.earliest and abs((r.earliest - visit).days) <= 1)
    return next(at_visit, next((r for r in clocks if _is_clock_shaped(r)), None)), own


def _clock(block: Block) -> DateReading | None:
    """The date of a line that tells nothing else, menu links on the same line aside."""
    if not any(c.isdigit() for c in block.text):
        return None
    text = block.text
    for _, words in block.links:
        text = text.replace(words, " ", 1)
    text = text.strip(" |-·•»")
    reading = _line_date(text)
    if reading is None or reading.label in _OWN_LABELS or (block.link_share <= 0.5 and _is_of_link(block)):
        return None
    # A masthead's line may go on after its clock: "… | Tiếng Việt | English".
    opens = len(text) <= 90 and 0 <= text.find(reading.text) <= len("Hôm nay là ") and _is_clock_shaped(reading)
    return reading if opens or is_date_line(text) else None


def _clock_elsewhere(blocks: Sequence[Block], layout: Layout, visit: datetime | None) -> DateReading | None:
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
    if reading.label in _OWN_LABELS:
        return True
    if reading.label == OTHER or reading.earliest == visit or block.chrome or not is_date_line(block.text):
        return False
    named = _OWN_CLASS.search(f"{block.element.get('class', '')} {block.element.get('id', '')}") is not None
    if reading.time is None and _is_clock_shaped(reading) and not named:
        return False
    box = _common_box(block.element, title.element)
    return box is not None and box.tag not in ("body", "html", "form")


def _is_of_link(block: Block) -> bool:
    """True where a date belongs to a headline linked beside it: an item of a related or most-read list."""
    if block.link_share > 0.5 or (
        block.links and landmarks.landmark(block.text.partition(":")[0]) == landmarks.RELATED
    ):
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
    if element.tag in ("body", "html") or len(str(element.text_content()).strip()) > 400:
        return False
    return any(len(str(a.text_content()).strip()) >= letters for a in element.iter("a"))


def _common_box(one: Tree, other: Tree) -> Tree | None:
    around = {one, *one.iterancestors()}
    return next((e for e in (other, *other.iterancestors()) if e in around), None)


def _is_clock_shaped(reading: DateReading) -> bool:
    """True for a date with its weekday or in words, as mastheads print the day of the visit."""
    return reading.label == OTHER or _CLOCK_WORDS.search(fold(reading.text)) is not None


def _line_date(text: str) -> DateReading | None:
    """The whole day a line tells, None where it tells none."""
    reading = read_date(text) if len(text) <= 160 else None
    return reading if reading and reading.is_day else None


def _selected(texts: Iterable[str], limits: _Limits) -> Iterator[Candidate]:
    for text in texts:
        reading = read_date(text, reference=limits.reference)
        if reading.date:
            yield Candidate("profile", _in_viet_nam(reading), text, "the profile's selector")


def _stated(meta: Metadata, limits: _Limits) -> Iterator[Candidate]:
    for source, text in meta.dates:
        reading = read_date(text)
        if not reading.date:
            continue
        candidate = Candidate(source, _in_viet_nam(reading), text, "the page's metadata")
        moment = _instant(reading)
        if moment and limits.visit and abs(moment - limits.visit) <= STAMPED_AT_VISIT:
            candidate.refused = "stamped at the moment of the visit"
        yield candidate


def _printed(layout: Layout, own: Block | None, limits: _Limits) -> Iterator[Candidate]:
    """Dates printed by the title and below the body, the likeliest first."""
    first_body = layout.body[0].index if layout.body else 0
    last_body = layout.body[-1].index if layout.body else 0
    read: list[Candidate] = []
    for block in ([own] if own else []) + layout.heads:
        below = block.index > last_body > 0
        if _is_of_link(block) or (below and block.index - last_body > NEAR):
            continue
        reading = _printed_date(block, limits, below=below)
        if reading is None or not _may_tell(block, reading, below=below, inside=first_body < block.index < last_body):
            continue
        refused = None
        if below and reading.label is None and limits.visit and reading.earliest == limits.visit.date():
            refused = "the day of the visit, below the article"
        read.append(Candidate("article", reading, block.text, "below the body" if below else "by the title", refused))
    if (beside := _beside_title(layout)) is not None:
        read.append(beside)
    # "Ngày đăng" before "Ngày tạo" before "Cập nhật"; by the title before below the body.
    read.sort(key=lambda c: (_LATE_LABELS.get(c.reading.label or "", 0), c.place != "by the title"))
    yield from read


def _printed_date(block: Block, limits: _Limits, *, below: bool) -> DateReading | None:
    """The date of one line: what its ``<time datetime>`` says to machines, else what it prints."""
    if len(block.text) > 200:
        return None
    printed = read_date(block.text, reference=limits.reference)
    for element in block.element.iter("time", "abbr"):
        if below and not printed.is_day:
            break  # the age of a comment
        # hAtom, the microformat of blogs before HTML 5, has the moment in the title of an <abbr>.
        stated = read_date(element.get("datetime") or element.get("title") or "")
        if stated.is_day and (not printed.is_day or stated.earliest == printed.earliest):
            return _in_viet_nam(stated._replace(label=printed.label))
    return _in_viet_nam(printed) if printed.date else None


def _may_tell(block: Block, reading: DateReading, *, below: bool, inside: bool) -> bool:
    if reading.label == OTHER:
        return False
    if reading.label in _OWN_LABELS:
        return True
    return not inside and is_date_line(block.text) and (not below or reading.is_day)


def _beside_title(layout: Layout) -> Candidate | None:
    """A whole day in brackets at the end of the title's line."""
    line = layout.title_block.text if layout.title_block else ""
    match = _BESIDE_TITLE.search(line)
    if match is None or not is_date_line(match.group(1)):
        return None
    reading = _line_date(match.group(1))
    return Candidate("article", reading, match.group(1), "behind the title") if reading else None


def _listed(listing: ListingEvidence | None) -> Iterator[Candidate]:
    if listing and listing.date_text:
        # Relative words ("Hôm qua") were printed on the listing's day, which is not known to be this page's: not read.
        reading = read_date(listing.date_text)
        if reading.date:
            # A feed's or news sitemap's date is the publisher's own word, a listing's is print.
            kind = "listing" if listing.kind == "listing" else "feed"
            yield Candidate(kind, _in_viet_nam(reading), listing.date_text, f"the {kind}'s entry")


def _addressed(url: str, source: str, place: str) -> Iterator[Candidate]:
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


def _in_viet_nam(reading: DateReading) -> DateReading:
    """A reading whose day is that of Viet Nam: "2020-10-07T18:30:00Z" is 8 October there."""
    moment = _instant(reading)
    if moment is None:
        return reading
    day = moment.astimezone(ZONE).date()
    if day == reading.earliest:
        return reading
    odd = f"{reading.date} at {reading.offset}"
    return reading._replace(date=day.isoformat(), earliest=day, latest=day, oddities=(*reading.oddities, odd))


def _instant(reading: DateReading) -> datetime | None:
    """The moment a reading tells, where it prints time and offset."""
    if not reading.time or not reading.offset or ASSUMED_OFFSET in reading.oddities or not reading.earliest:
        return None
    if any(odd.endswith(f" at {reading.offset}") for odd in reading.oddities):
        return None
    return datetime.fromisoformat(f"{reading.earliest.isoformat()}T{reading.time}{reading.offset}")


def _refusal(candidate: Candidate, limits: _Limits) -> str | None:
    earliest, latest = candidate.reading.earliest, candidate.reading.latest
    if earliest is None or latest is None:
        return "no day"
    if latest < FIRST_DAY:
        return "before 1997"
    # A day of grace: clocks of server and visitor differ, and time zones are assumed.
    if limits.last_day is not None and earliest > limits.last_day + timedelta(days=1):
        return "after the visit"
    return None


# The choice


def _choose(candidates: list[Candidate]) -> Candidate | None:
    """The best candidate that is not refused; a loser that must be doubted is marked with the reason."""
    usable = [c for c in candidates if c.refused is None]
    usable.sort(key=_trust)
    if not usable:
        return None
    best = usable[0]
    # A day beats a month or a year that holds it, whoever says it.
    for other in usable[1:]:
        if _is_finer(other.reading, best.reading):
            best = other
    if best.source in ("json-ld", "meta"):
        # A portal that was moved stamps every article with the day of the move: the page's own earlier day is believed.
        earlier = [c for c in usable if c.source in ("article", "listing", "feed") and c.reading.label != UPDATED]
        printed = next((c for c in earlier if c.reading.latest and c.reading.latest < _earliest(best)), None)
        if printed is not None:
            best.refused = f"the {'page' if printed.source == 'article' else printed.source} prints an earlier day"
            return printed
    return best


def _trust(candidate: Candidate) -> tuple[bool, int]:
    """The lower, the better: a weekday that contradicts lowers the trust; a change is told after what lists printed."""
    place = ORDER.index(candidate.source)
    if candidate.source == "article" and candidate.reading.label == UPDATED:
        place = ORDER.index("listing")
    return WEEKDAY_CONFLICT in candidate.reading.oddities, place


def _earliest(candidate: Candidate) -> date:
    return candidate.reading.earliest or date.max


def _is_finer(one: DateReading, other: DateReading) -> bool:
    if not (one.earliest and one.latest and other.earliest and other.latest):
        return False
    within = other.earliest <= one.earliest and one.latest <= other.latest
    return within and one.latest - one.earliest < other.latest - other.earliest


def _upper_bounds(meta: Metadata, listing: ListingEvidence | None, limits: _Limits) -> Iterator[date]:
    """Days the publication is not after: a stated change of the page, the next newer row of the listing."""
    for text in meta.modified:
        reading = _in_viet_nam(read_date(text))
        moment = _instant(reading)
        at_visit = moment and limits.visit and abs(moment - limits.visit) <= STAMPED_AT_VISIT
        if reading.is_day and reading.latest and reading.latest >= FIRST_DAY and not at_visit:
            yield reading.latest
    newer, _ = _neighbours(listing, limits)
    if newer:
        yield newer


def _neighbours(listing: ListingEvidence | None, limits: _Limits) -> tuple[date | None, date | None]:
    """The days of the rows above and below; none where they say that the list is not in order, newest first."""

    def day(text: str | None) -> date | None:
        reading = read_date(text) if text else None
        if reading is None or not reading.is_day or reading.earliest is None or reading.earliest < FIRST_DAY:
            return None
        return None if limits.last_day and reading.earliest > limits.last_day else reading.earliest

    if listing is None or listing.kind == "sitemap":  # a sitemap is in no order
        return None, None
    newer, older = day(listing.newer_text), day(listing.older_text)
    return (None, None) if newer and older and newer < older else (newer, older)


def _event(layout: Layout, not_after: date | None) -> DateReading | None:
    """The day the dateline speaks of; ``not_after`` is the publication where known, else the strongest later bound."""
    lead = layout.lead
    paragraphs = [b for b in layout.body if b not in lead][:2] + lead[:1]
    for block in paragraphs:
        reading = read_dateline(block.text, not_after=not_after)
        if reading is not None:
            return reading if reading.date else None
    return None


def _by_picture(
    layout: Layout, pictures: list[Candidate], event: DateReading | None
) -> tuple[Candidate | None, DateReading | None]:
    """The newest picture's day as the publication's, where the dateline agrees; and the event as it then is.

    A picture of hcmcpv.org.vn has in its address the day it was put up; one out of the archives is older than the
    event.
    """
    usable = [c for c in pictures if c.refused is None]
    if not usable:
        return None, event
    newest = max(usable, key=lambda c: (c.reading.latest or FIRST_DAY, c.reading.is_day))
    if event is None:
        return newest, None
    then = _event(layout, newest.reading.latest)
    if then is None or then.latest is None or newest.reading.latest is None:
        newest.refused = "older than the event"
        return None, event
    if newest.reading.latest - then.latest > FRESH_PICTURE and then.latest != event.latest:
        newest.refused = "older than the event"
        return None, event
    return newest, then


# The outcome


def _outcome(
    chosen: Candidate | None,
    candidates: list[Candidate],
    event: DateReading | None,
    clock: DateReading | None,
    last_day: date | None,
    listing: ListingEvidence | None,
    limits: _Limits,
) -> Dating:
    found = Dating(page_date=clock.date if clock else None)
    found.evidence = {"source": chosen.source if chosen else None, "place": chosen.place if chosen else "bounds"}
    if event is not None and _names_coming_day(event, chosen):
        found.evidence["dateline_refused"] = f"{event.text}: {event.date} is too long before the publication"
        event = None
    if event is not None:
        found.event_date = event.date
        found.evidence["dateline"] = event.text
        if event.oddities:
            found.evidence["dateline_oddities"] = list(event.oddities)
    if chosen is not None:
        reading = chosen.reading
        found.date, found.date_source = reading.date, chosen.source
        found.date_text = chosen.text[:200] if chosen.source not in ("url", "image-url") else None
        found.date_earliest, found.date_latest = _iso(reading.earliest), _iso(reading.latest)
        found.published_at = _published_at(chosen, candidates)
        if reading.oddities:
            found.evidence["oddities"] = list(reading.oddities)
    else:
        _, older = _neighbours(listing, limits)
        _bound(found, event.earliest if event else None, older, last_day, limits.last_day)
        found.evidence["source"] = found.date_source
    if others := [c.evidence() for c in candidates if c is not chosen]:
        found.evidence["others"] = others[:12]
    if limits.last_day is None:
        found.evidence["note"] = "the day of the visit is not known: only full dates could be read"
    return found


def _names_coming_day(event: DateReading, chosen: Candidate | None) -> bool:
    known = chosen.reading.latest if chosen else None
    if known is None or event.latest is None or ASSUMED_YEAR not in event.oddities:
        return False
    return known - event.latest > LONGEST_REPORT


def _bound(found: Dating, event: date | None, older: date | None, latest: date | None, last_day: date | None) -> None:
    """With no evidence of the day: the days between which it must lie, as an EDTF interval."""
    earliest = max((day for day in (event, older) if day), default=None)
    if earliest and latest and earliest > latest:
        # The listing's order contradicts the article: only the article's own bounds are kept.
        earliest, latest = event, last_day
    if earliest is None and latest is None:
        return
    found.date_earliest, found.date_latest, found.date_source = _iso(earliest), _iso(latest), "bounds"
    found.date = f"{_iso(earliest) or '..'}/{_iso(latest) or '..'}"
    if earliest and earliest == latest:
        found.date = _iso(earliest)


def _published_at(chosen: Candidate, candidates: list[Candidate]) -> str | None:
    """ISO 8601 with offset: the chosen candidate's time, else the best other's that tells the same day."""
    if not chosen.reading.is_day:
        return None
    others = sorted((c for c in candidates if c.refused is None), key=lambda c: ORDER.index(c.source))
    for candidate in [chosen, *others]:
        reading = candidate.reading
        if reading.time and reading.earliest == chosen.reading.earliest:
            return _moment(reading)
    return None


def _moment(reading: DateReading) -> str:
    """The moment a reading tells, on the day it prints: its own offset's."""
    marked = (odd.partition(" at ") for odd in reading.oddities)
    printed = next((day for day, _, offset in marked if offset == reading.offset), reading.date)
    time = reading.time or ""
    return f"{printed}T{time if len(time) == 8 else time + ':00'}{reading.offset}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
