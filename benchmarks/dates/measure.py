"""Running the readers over the tables and pages, and judging their answers. No printing here.

One rule judges all: an answer is *right* where it equals the truth (no date where none is told is right too), *missed*
where a date is told and none was given, *wrong* otherwise: another date, more precision than the text has, or a date
where the text tells none. A peer that can only answer in full days is therefore also judged on the full days alone.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any
from unittest import mock

from lxml import html as lxml_html

from benchmarks.dates.pages import DatePage
from benchmarks.dates.tables import OPEN, DatelineRow, StringRow
from newsarchive.extract import article as extraction
from newsarchive.extract.article import PageContext, extract
from newsarchive.items import Article, ListingEvidence
from newsarchive.vietnamese.datelines import read_dateline
from newsarchive.vietnamese.dates import read_date

Verdict = str
RIGHT, WRONG, MISSED = "right", "wrong", "missed"

OFFSET_ASSUMED = "offset assumed"
"""The oddity by which our reader marks an offset that the text does not print."""
STRICT = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
"""The settings of dateparser that stop most of its inventions."""


@dataclass(slots=True)
class Score:
    """What one reader made of one set: verdicts by group and where a full day is told, times, misses."""

    groups: dict[str, Counter[Verdict]] = field(default_factory=dict)
    full_days: Counter[Verdict] = field(default_factory=Counter)
    micros: list[float] = field(default_factory=list)
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Group, text, expected, answered."""

    def add(self, group: str, text: str, expected: tuple[str | None, ...], answer: str | None) -> None:
        """Judge one answer; ``expected`` are the answers that are right (None: no date)."""
        if answer in expected:
            verdict = RIGHT
        elif answer is None:
            verdict = MISSED
        else:
            verdict = WRONG
        self.groups.setdefault(group, Counter())[verdict] += 1
        if expected[0] is not None and len(expected[0]) == len("2020-10-08"):
            self.full_days[verdict] += 1
        if verdict != RIGHT:
            self.misses.append((group, text, str(expected[0]), str(answer)))

    def total(self, verdict: Verdict | None = None, group: str | None = None) -> int:
        """How many rows of a verdict (None: all) in a group (None: all)."""
        counters = self.groups.values() if group is None else [self.groups.get(group, Counter())]
        return sum(counter.total() if verdict is None else counter[verdict] for counter in counters)

    @property
    def median_micros(self) -> float:
        """Microseconds of the middle call."""
        return median(self.micros)


def read_strings(rows: Iterable[StringRow], read: Callable[[StringRow], str | None]) -> Score:
    """One reader over the table of strings: each text once, in order."""
    score = Score()
    for row in rows:
        answer = _timed(score, read, row)
        score.add(row.group, row.text, (row.date,), answer)
    return score


def ours(row: StringRow) -> str | None:
    """The package's reader."""
    return read_date(row.text, reference=row.reference).date


def dateparser_default(row: StringRow) -> str | None:
    """dateparser told the language and the reference, otherwise as it comes."""
    return _dateparser(row, {})


def dateparser_strict(row: StringRow) -> str | None:
    """dateparser with the settings that stop most inventions."""
    return _dateparser(row, STRICT)


def time_and_offset(rows: Iterable[StringRow]) -> tuple[int, int, list[tuple[str, str, str, str]]]:
    """Ours on time and offset where the date was right: rows right, rows judged, and the rows not right."""
    right, misses = 0, []
    judged = 0
    for row in rows:
        reading = read_date(row.text, reference=row.reference)
        if reading.date != row.date:
            continue
        judged += 1
        offset = None if OFFSET_ASSUMED in reading.oddities else reading.offset
        said = row.time in {OPEN, reading.time} and row.offset in {OPEN, offset}
        right += said
        if not said:
            misses.append(("time", row.text, f"{row.time} {row.offset}", f"{reading.time} {offset}"))
    return right, judged, misses


def slowest_long_text() -> tuple[str, float]:
    """Of long texts made to be slow, 10 kB each and one of 1 MB: the beginning of the slowest and its milliseconds."""
    pieces = (
        "1/2/",
        "ngày ",
        "12:12 ",
        "thứ hai ",
        "o",
        "1-",
        "năm 2020 ",
        "8/10/2020 ",
        "0 0 ",
        "tháng mười ",
        "((",
        "T5, ",
    )
    texts = [piece * (10_000 // len(piece)) for piece in pieces] + ["9" * 1_000_000]
    times = []
    for text in texts:
        start = time.perf_counter()
        read_date(text)
        times.append((text[:12], (time.perf_counter() - start) * 1000))
    return max(times, key=lambda pair: pair[1])


def read_datelines(rows: Iterable[DatelineRow]) -> Score:
    """Ours over the openings."""
    score = Score()
    for row in rows:
        answer = _timed(score, _dateline, row)
        score.add(row.group, row.text, (row.event,), answer)
    return score


@dataclass(slots=True)
class PageScores:
    """Ours over whole pages: the date by where it stands, the other fields of time by name, the choosing alone."""

    dates: Score = field(default_factory=Score)
    fields: Score = field(default_factory=Score)
    choosing: Score = field(default_factory=Score)
    """Only its times are filled: the gathering and choosing of dates within the extraction."""


def read_pages(pages: Iterable[DatePage]) -> PageScores:
    """The package's extractor over whole pages: everything it reads, not the date alone."""
    scores = PageScores()
    for page in pages:
        article = _timed(scores.dates, _extract, page)
        _time_choosing(scores.choosing, page)
        expected = page.expected
        scores.dates.add(page.evidence, page.name, expected.dates, article.date)
        scores.fields.add("event_date", page.name, (expected.event_date,), article.event_date)
        visits = (expected.page_date,) if expected.page_date else (None, page.fetched_at.date().isoformat())
        scores.fields.add("page_date", page.name, visits, article.page_date and article.page_date[:10])
        if expected.published_at is not None:
            same = _same_minute(article.published_at, expected.published_at)
            said = expected.published_at.isoformat() if same else article.published_at
            scores.fields.add("published_at", page.name, (expected.published_at.isoformat(),), said)
    return scores


def _time_choosing(score: Score, page: DatePage) -> None:
    """Extract once more, with the time of the dating noted."""
    dating = extraction.date_article

    def timed(*layout_and_meta: Any, **known: Any) -> Any:
        return _timed(score, lambda _: dating(*layout_and_meta, **known), page)

    with mock.patch.object(extraction, "date_article", timed):
        _extract(page)


def read_pages_with(pages: Iterable[DatePage], read: Callable[[DatePage], str | None]) -> Score:
    """A peer over whole pages."""
    score = Score()
    for page in pages:
        score.add(page.evidence, page.name, page.expected.dates, _timed(score, read, page))
    return score


def htmldate_extensive(page: DatePage) -> str | None:
    """htmldate as it comes, asked for the original date, told the address and the day of the visit."""
    return _htmldate(page, extensive=True)


def htmldate_careful(page: DatePage) -> str | None:
    """htmldate without its extensive search."""
    return _htmldate(page, extensive=False)


def parse_alone(pages: Iterable[DatePage]) -> float:
    """Median microseconds to parse a page with lxml and do nothing else."""
    score = Score()
    for page in pages:
        _timed(score, lambda page: lxml_html.document_fromstring(page.html), page)
    return score.median_micros


def warm_up(pages: list[DatePage]) -> None:
    """Let every reader load its data and compile its patterns on texts that are not in the table."""
    warnings.filterwarnings("ignore", module="dateparser")
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    for day in range(1, 29):
        row = StringRow(f"{day} tháng 3 năm 2011 lúc 8:{day + 10}", date(2011, 4, 1), None, None, None, "", "")
        for read in (ours, dateparser_default, dateparser_strict):
            read(row)
    for page in pages[::19]:
        _extract(page)
        htmldate_extensive(page)
        htmldate_careful(page)


def _timed(score: Score, read: Callable[[Any], Any], row: Any) -> Any:
    """The reader's answer, its time noted; an exception of a peer's counts as no answer."""
    began = time.perf_counter_ns()
    try:
        answer = read(row)
    except Exception:  # a peer's exception on a text is a finding, not an end
        if read in {ours, _dateline, _extract}:
            raise
        answer = None
    score.micros.append((time.perf_counter_ns() - began) / 1000)
    return answer


def _dateparser(row: StringRow, settings: dict[str, Any]) -> str | None:
    import dateparser  # the tests judge our reader by this module where no peer is installed

    if row.reference is not None:
        base = row.reference
        moment = base if isinstance(base, datetime) else datetime(base.year, base.month, base.day)
        settings = {**settings, "RELATIVE_BASE": moment}
    answer = dateparser.parse(row.text, languages=["vi"], settings=settings)
    return answer.date().isoformat() if answer else None


def _dateline(row: DatelineRow) -> str | None:
    reading = read_dateline(row.text, not_after=row.not_after)
    return reading.date if reading else None


def _extract(page: DatePage) -> Article:
    listing = page.listing and ListingEvidence(
        page.listing.date_text, page.listing.newer_text, page.listing.older_text, page.listing.kind
    )
    return extract(page.html, page.url, context=PageContext(fetched_at=page.fetched_at, listing=listing))


def _htmldate(page: DatePage, *, extensive: bool) -> str | None:
    import htmldate

    return htmldate.find_date(
        page.html,
        extensive_search=extensive,
        original_date=True,
        url=page.url,
        min_date="1997-01-01",
        max_date=page.fetched_at.date().isoformat(),
    )


def _same_minute(answer: str | None, moment: datetime) -> bool:
    """Whether an ISO 8601 text with offset says that minute; seconds are not printed everywhere."""
    if answer is None:
        return False
    said = datetime.fromisoformat(answer)
    return said.tzinfo is not None and abs((said - moment).total_seconds()) < 60
