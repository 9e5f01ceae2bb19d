"""When an article was published: candidates with their evidence, one chosen, the losers kept. Pure.

What never wins: the masthead's clock (the day of the visit), metadata stamped at the moment of the visit, days of
licences, documents, comments, related lists and counters, a day after the visit, a day before 1997. Where nothing tells
the day, the days between which it must lie are told instead. ``docs/dates.md`` gives the order of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from newsarchive.extract.blocks import Block
from newsarchive.extract.candidates import (
    ZONE,
    Candidate,
    Limits,
    addressed_dates,
    in_viet_nam,
    listed_dates,
    printed_dates,
    refusal,
    selected_dates,
    stated_dates,
)
from newsarchive.extract.clocks import above_title, clock_elsewhere
from newsarchive.extract.layout import Layout
from newsarchive.extract.metadata import Metadata
from newsarchive.items import Article, ListingEvidence
from newsarchive.vietnamese.datelines import FIRST_DAY, read_dateline
from newsarchive.vietnamese.dates import UPDATED, WEEKDAY_CONFLICT, DateReading, read_date
from newsarchive.vietnamese.dateshapes import ASSUMED_YEAR

ORDER = ("profile", "json-ld", "meta", "article", "feed", "listing", "url", "image-url")
"""``date_source`` of candidates, the best evidence first."""
LONGEST_REPORT = timedelta(days=300)
"""An event further back than this from a known publication is no event of the dateline: it named a coming day."""
FRESH_PICTURE = timedelta(days=31)
"""A picture older than its event, or put up longer than this after it, does not tell the article's day."""


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
    clock, own = above_title(layout, visit.date() if visit else None)
    clock = clock or clock_elsewhere(blocks, layout, visit)
    days = [visit.date()] if visit else []
    days += [clock.earliest] if clock and clock.earliest else []
    limits = Limits(visit, min(days, default=None))
    candidates = [
        *selected_dates(selected, limits),
        *stated_dates(meta, limits),
        *printed_dates(layout, own, limits, blocks),
        *listed_dates(listing),
        *addressed_dates(url, "url", "the address"),
    ]
    sources = [figure.image.src or "" for figure in layout.figures]
    pictures = [c for source in sources for c in addressed_dates(source, "image-url", "a picture's address")]
    for candidate in [*candidates, *pictures]:
        candidate.refused = candidate.refused or refusal(candidate, limits)
    chosen = _choose(candidates, _event(layout, limits.last_day))
    newer, older = _neighbours(listing, limits)
    last_day = min((d for d in (limits.last_day, newer, *_changes(meta, limits)) if d), default=None)
    event = _event(layout, chosen.reading.latest if chosen else last_day)
    if chosen is None:
        chosen, event = _by_picture(layout, pictures, event)
    return _outcome(chosen, [*candidates, *pictures], event, clock, (older, last_day), limits)


# The choice


def _choose(candidates: list[Candidate], event: DateReading | None) -> Candidate | None:
    """The best candidate that is not refused; a loser that must be doubted is marked with the reason.

    ``event`` is the day the text itself opens with.
    """
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
        others = [c for c in usable if c.source in ("article", "listing", "feed") and c.reading.label != UPDATED]
        printed = next((c for c in others if c.reading.latest and c.reading.latest < _earliest(best)), None)
        if printed is not None:
            best.refused = f"the {'page' if printed.source == 'article' else printed.source} prints an earlier day"
            return printed
        later = next((c for c in others if c.reading.is_day and _earliest(c) > _earliest(best)), None)
        if later is not None and _is_of_template(best, event, _earliest(later)):
            best.refused = (
                f"a template's: the {'page' if later.source == 'article' else later.source} prints a later day"
            )
            return later
    return best


def _is_of_template(stated: Candidate, event: DateReading | None, printed: date) -> bool:
    """True for metadata that no article made, where another day is printed: midnight of New Year's Day, or a day before
    one that the text tells with its year, as the printed day is not."""
    day = _earliest(stated)
    if stated.reading.is_day and (day.month, day.day) == (1, 1) and (stated.reading.time or "00:00")[:5] == "00:00":
        return True
    told = event.earliest if event and event.is_day and ASSUMED_YEAR not in event.oddities else None
    return told is not None and day < told <= printed


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


def _changes(meta: Metadata, limits: Limits) -> Iterator[date]:
    """The days on which the page says it was changed: the publication is not after them."""
    for text in meta.modified:
        printed = read_date(text)
        reading = in_viet_nam(printed)
        if reading.is_day and reading.latest and reading.latest >= FIRST_DAY and not limits.is_visit(printed):
            yield reading.latest


def _neighbours(listing: ListingEvidence | None, limits: Limits) -> tuple[date | None, date | None]:
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
    known: tuple[date | None, date | None],
    limits: Limits,
) -> Dating:
    """The columns. ``known`` are the day of the nearest older row and the strongest later bound."""
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
        _bound(found, event.earliest if event else None, *known, limits.last_day)
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
            return _moment(candidate.printed)
    return None


def _moment(printed: DateReading) -> str:
    """The moment a reading tells, as printed, in its own offset."""
    time = printed.time or ""
    return f"{printed.date}T{time if len(time) == 8 else time + ':00'}{printed.offset}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
