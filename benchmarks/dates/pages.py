"""Whole made-up pages with the days they should be read as: where a day stands, crossed with what stands around it.

Each *stand* (see ``stands``) is laid out four times, with another layout, clock, neighbourhood, article and day each
time. ``pages()`` gives the same pages every run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from benchmarks.dates import furniture
from benchmarks.dates.layouts import lay_out
from benchmarks.dates.stands import (
    HANOI,
    STANDS,
    Moment,
    Neighbours,
    Stand,
    event_and_visit,
    moved_portal,
    only_the_visit,
)
from benchmarks.dates.stories import STORIES, day_phrase

VARIANTS = 4
SITE = "https://quan-hoa-mai.example"

_DAYS = (
    "2020-10-08 2019-03-05 2018-11-12 2021-01-02 2017-06-07 2020-02-29 2019-12-31 2020-08-11 2018-04-09 2021-05-19 "
    "2019-09-02 2017-12-04 2020-07-10 2018-01-06"
).split()
_STAYS = (53, 12, 410, 1000, 97)
"""Days between publication and visit."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is right for a page.

    ``dates`` are EDTF, any of them right. ``published_at`` is None where the page tells no time (then it is not
    judged), ``page_date`` is None where no clock is printed, ``event_date`` is None where the opening names no day.
    """

    dates: tuple[str, ...]
    published_at: datetime | None
    page_date: str | None
    event_date: str | None


@dataclass(frozen=True, slots=True)
class DatePage:
    """One page: its name, address, HTML, the moment of the visit, what the listing said, and what is right.

    ``evidence`` says where the day stands: ``page``, ``address`` (the page's or its picture's), ``listing``, or
    nowhere, so that only ``bounds`` are known.
    """

    name: str
    url: str
    html: str
    fetched_at: datetime
    listing: Neighbours | None
    evidence: str
    expected: Expected


def pages() -> list[DatePage]:
    """All pages, in the order of the stands."""
    return [_page(number, make, variant) for number, make in enumerate(STANDS) for variant in range(VARIANTS)]


def _page(number: int, make: Callable[[Moment], Stand], variant: int) -> DatePage:
    """One stand, laid out once; the numbers make days, articles and layouts take turns at different paces."""
    turn = number * VARIANTS + variant
    at = _moment(number, variant, make)
    stand = make(at)
    story = STORIES[(number + 3 * variant) % len(STORIES)]
    shape = {None: number + variant, True: turn % 4, False: 5}[stand.event]
    phrase, event = day_phrase(shape, at.event)
    outlet = "Trang tin quận Hoa Mai" if turn % 3 else "QHM"
    around, has_clock = _surroundings(number, variant, at)
    pieces = {
        "title": story.title,
        "caption": story.caption,
        "head": stand.head,
        "above": stand.above,
        "beside": stand.beside,
        "under": stand.under,
        "tail": stand.tail,
        "picture": stand.picture,
        **around,
    }
    return DatePage(
        name=f"{make.__name__}-{variant}",
        url=SITE + stand.path.format(slug=story.slug),
        html=lay_out(number + variant, [f"({outlet}) - {phrase}, {story.opening}", *story.paragraphs], pieces),
        fetched_at=at.visit,
        listing=stand.listing,
        evidence=stand.evidence,
        expected=Expected(
            dates=stand.dates or (at.day.isoformat(),),
            published_at=stand.published,
            page_date=at.visit.date().isoformat() if has_clock else None,
            event_date=event,
        ),
    )


def _moment(number: int, variant: int, make: Callable[[Moment], Stand]) -> Moment:
    """When the article was published, when it was visited, and when its event was: that day or the day before.

    Where only the visit bounds the day it is within a year: of an older event nobody could tell the year.
    """
    day = date.fromisoformat(_DAYS[(3 * number + 5 * variant) % len(_DAYS)])
    hour, minute, second = 7 + (number + variant) % 11, (13 * number + variant) % 60, (7 * number + 3) % 60
    published = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=HANOI)
    visit = datetime(day.year, day.month, day.day, 9, 15, 22, tzinfo=HANOI)
    stay = _STAYS[(number + variant) % len(_STAYS)]
    visit += timedelta(days=stay % 365 if make in (event_and_visit, only_the_visit) else stay)
    if make is moved_portal:
        visit = datetime(2023, 3, 1 + variant, 9, 15, 22, tzinfo=HANOI)
    return Moment(published, visit, day - timedelta(days=variant % 2))


def _surroundings(number: int, variant: int, at: Moment) -> tuple[dict[str, str], bool]:
    """What stands above, beside, after and at the foot of the article, and whether a clock tells the visit's day."""
    top, side, after, foot = "", "", "", furniture.licence(number + variant)
    has_clock = variant != 3
    if has_clock:
        top = furniture.clock(number + 3 * variant, at.visit)
    if variant == 0:
        side = furniture.documents()
    if variant in {1, 3}:
        after = furniture.comments(at.day) + furniture.related(at.day)
        side = furniture.most_read(at.visit)
    if variant in {1, 2}:
        side += furniture.calendar(at.visit) + furniture.widgets(at.visit)
    if variant == 3:
        foot += furniture.script_clock(at.visit)
    return {"top": top, "side": side + furniture.websites(), "after": after, "foot": foot}, has_clock
