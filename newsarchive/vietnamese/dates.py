"""Vietnamese news dates: what a printed text says of a day, and why. Pure; knows the language, nothing of scraping.

The text is folded (lower case, no marks, one character for one), then read by one compiled grammar; the shapes and an
example of each stand in ``docs/dates.md``. Nothing is invented: a month without a day stays a month, a day without a
year needs a reference, a lunar day stays unread, an impossible day is no date but a reason.

:func:`find_dates` reads every date in a text, :func:`read_date` the one date a short text is; the opening of an article
is the business of :mod:`newsarchive.vietnamese.datelines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from newsarchive.vietnamese.dateshapes import (
    LUNAR,
    TIME,
    Core,
    Reference,
    folded,
    month_of,
    next_shape,
    number_of,
)

PUBLISHED, CREATED, UPDATED, OTHER = "published", "created", "updated", "other"
"""``DateReading.label``: "Ngày đăng", "Ngày tạo", "Cập nhật", or of something else ("Ngày ban hành", "Giấy phép")."""

VIET_NAM_OFFSET = "+07:00"
"""Asia/Ho_Chi_Minh since 13 June 1975 (tz database), long before any page."""
ASSUMED_OFFSET = "offset assumed"
WEEKDAY_CONFLICT = "weekday conflict"
MONTH_FIRST = "American order, by its weekday"
NO_DATE = "no date found"


Day = date


class DateReading(NamedTuple):
    """What a text says of a day.

    ``date`` is EDTF at its honest precision (``2020-10-08``, ``2020-10``, ``2020-07/2020-09``) or None, and then
    ``oddities`` say why; ``earliest`` and ``latest`` are the days it spans. ``time`` is HH:MM or HH:MM:SS as printed,
    in 24 hours; ``offset`` ±HH:MM, assumed (and marked so in ``oddities``) where a time is printed without one.
    ``shape`` names the grammar's rule, ``label`` what is printed before it. ``text`` is the matched part; ``start`` and
    ``end`` are its places in the text in normal form (:func:`newsarchive.vietnamese.text.normalise`).
    """

    text: str
    date: str | None = None
    earliest: Day | None = None
    latest: Day | None = None
    time: str | None = None
    offset: str | None = None
    shape: str | None = None
    label: str | None = None
    oddities: tuple[str, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def is_day(self) -> bool:
        """True where day, month and year are known."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def precision(self) -> str | None:
        """``day``, ``month``, ``year`` or ``interval``; None without a date."""
        if self.date is None:
            return None
        return "interval" if "/" in self.date else {10: "day", 7: "month"}.get(len(self.date), "year")


WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {str(n): n - 2 for n in range(2, 8)}
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekday_of(place: int) -> str:
    return (
        rf"(?:thu[ .-]?(?P<wd{place}>hai|ba|tu|nam|sau|bay|[2-7])|t(?P<wt{place}>[2-7])|(?P<wc{place}>chu ?nhat|cn)|"
        rf"(?P<we{place}>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\.?)(?![a-z0-9])"
    )


_OFFSET = (
    r" {0,2}t?[(\[]?(?:(?:gmt|utc) ?(?P<og>[+-] ?\d{1,2}(?::?\d\d)?)|(?P<oz>z|gmt|utc)(?![a-z])|"
    r"(?P<op>[+-]\d\d:?\d\d|\+\d\d)(?!\d))[)\]]?"
)
_GAP = r"[^a-z0-9+:]{0,6}"

_BEFORE = re.compile(
    rf"(?:{_weekday_of(1)}{_GAP})?(?:(?:luc|hoi)? ?{TIME}(?:{_OFFSET})?{_GAP})?"
    rf"(?:{_weekday_of(2)}{_GAP})?(?:ngay|hom|on)?[ :,.]{{0,3}}$"
)
_AFTER = re.compile(
    # NukeViet 4.5 prints "2020-11-12+0706:42:00": offset and time have changed places; Liferay "2020-11-24ICT20:16:23".
    rf"(?:(?P<on>ict|[+-]\d\d(?::?\d\d)?)(?=\d\d:\d\d))?"
    rf"(?:{_GAP}{_weekday_of(1)})?(?:(?:{_GAP}(?:vao )?(?:luc|hoi|at)?:? ?|t){TIME})?(?:{_OFFSET})?"
)
_LABELS = re.compile(
    r"(?P<updated>cap ?nhat|chinh sua|sua (?:doi|lan cuoi|cuoi)|lan sua|last (?:updated|modified)|updated?|modified)|"
    r"(?P<other>giay phep|ban hanh|hieu luc|het han|sinh ngay|ngay sinh|thanh lap|hom nay|bay gio|today|gpttdt|gp-|"
    r"van ban|nghi quyet|quyet dinh|ngay ky|luot xem|truy cap|binh luan|su kien|bat dau|ket thuc|het hieu luc)|"
    r"(?P<published>ngay dang|dang (?:luc|ngay|tin|boi|vao)|xuat ban|ngay (?:gui|viet)|thoi gian dang|"
    r"publish\w*|posted|post date|dang)(?![a-z])|"
    r"(?P<created>ngay tao|tao (?:luc|ngay)|(?:khoi|duoc) tao|created)"
)
_TO = re.compile(r" ?(?:den|toi|-) ?(?:het )?(?:ngay )?(?=[\do])")
_WORTH_A_LOOK = re.compile(r"\d|thu|cn|chu ?nhat|ngay|hom|mon|tue|wed|fri|sat|sun")
_LUNAR_TAIL = re.compile(
    r"[ ,]{0,2}\(?(?:am lich|a\.?l\.?)?\)?[ ,]{0,2}(?:nam )?(?:[a-z]{2,4} [a-z]{2,4} )?[12]\d{3}(?!\d)"
)
_LUNAR_WORDS = re.compile(r"am lich|(?<![a-z])(?:ram|mung|mong) (?:thang|\d|ngay|mot|tet)")


def find_dates(text: str, *, reference: date | datetime | None = None) -> Iterator[DateReading]:
    """Every date in a text, in its order; also what looks like one and is none (``date`` is None, with the reason).

    ``text`` is any string (the first 2,000 characters are read). ``reference`` is the day or moment from which
    relative words ("Hôm qua") and days without a year are read: the nearest such day not after it. Without it they
    stay without a date. Never raises.
    """
    text, plain = folded(text)
    position = 0
    while (found := _next(text, plain, position, reference)) is not None:
        reading, position = found
        yield reading


def _next(text: str, plain: str, position: int, reference: Reference) -> tuple[DateReading, int] | None:
    """The next date from a place on, and the place to go on from."""
    found = next_shape(plain, position, reference)
    if found is None:
        return None
    reading = _with_surroundings(text, plain, *found)
    position = max(reading.end, found[2])
    if LUNAR in reading.oddities and (tail := _LUNAR_TAIL.match(plain, position)):
        position = tail.end()
    return reading, position


def read_date(text: str, *, reference: date | datetime | None = None) -> DateReading:
    """The one date a short text is ("Ngày đăng: 08/10/2020 15:32").

    A whole day goes before a month or year, "Ngày đăng" before an unlabelled day before "Cập nhật", else the first of
    the text (of a long text the first 50 are looked at). Arguments as :func:`find_dates`. Always a reading: without a
    date its ``oddities`` say why. Never raises.
    """
    text, plain = folded(text)
    best: DateReading | None = None
    best_rank, position = 9, 0
    for _ in range(50):
        found = _next(text, plain, position, reference) if position < len(plain) else None
        if found is None:
            break
        reading, position = found
        if (
            position < len(plain)
            and reading.is_day
            and (joined := _range(text, plain, reading, position, reference)) is not None
        ):
            reading, position = joined
        precision = 20 if reading.date is None else 0 if reading.earliest == reading.latest else 10
        rank = precision + _LABEL_RANK.get(reading.label, 4)
        if best is None or rank < best_rank:
            best, best_rank = reading, rank
            if rank == 0:
                break
    return best if best is not None else _whole_text(text.strip(), plain)


_LABEL_RANK = {PUBLISHED: 0, None: 1, CREATED: 2, UPDATED: 3}


def _range(
    text: str, plain: str, first: DateReading, position: int, reference: Reference
) -> tuple[DateReading, int] | None:
    """ "Từ ngày 05/10/2020 đến ngày 09/10/2020": the interval, where a day is followed by the day it lasts to."""
    link = _TO.match(plain, first.end)
    found = _next(text, plain, position, reference) if link else None
    if link is None or found is None or not first.is_day or first.time:
        return None
    if found[0].start > link.end() or not found[0].is_day:
        return None
    last, position = found
    if not (first.earliest and last.latest) or last.latest <= first.earliest:
        return None
    value = f"{first.date}/{last.date}"
    return first._replace(text=text[first.start : last.end], date=value, latest=last.latest, end=last.end), position


def _whole_text(text: str, plain: str) -> DateReading:
    """A text without a date in it: a bare year ("2020"), a lunar day, or nothing."""
    if len(text) == 4 and text.isascii() and text.isdigit() and 1900 <= int(text) <= 2099:
        year = int(text)
        return DateReading(text, text, date(year, 1, 1), date(year, 12, 31), shape="yyyy", end=4)
    if match := re.fullmatch(r"([12]\d{3})-(\d\d)", text):
        core = month_of(int(match[1]), int(match[2]), "yyyy-mm")
        return DateReading(
            text, core.value, core.earliest, core.latest, None, None, core.shape, None, core.oddities, 0, 7
        )
    lunar = _LUNAR_WORDS.search(plain)
    return DateReading(text, oddities=(LUNAR if lunar else NO_DATE,))


# What stands around it: weekday, time, offset, label


def _with_surroundings(text: str, plain: str, core: Core, start: int, end: int) -> DateReading:
    earlier = later = None
    label = None
    core_start, core_end = start, end
    if start:
        head = plain[max(0, start - 64) : start]
        if _WORTH_A_LOOK.search(head) and (earlier := _BEFORE.search(head)) and earlier.group().strip(" :,.|-"):
            start -= len(head) - earlier.start()
            while plain[start] in " ,|-.;:":
                start += 1
        if start > 3:
            label = _label(text, plain, max(0, start - 40), start)
    if end < len(plain):
        later = _AFTER.match(plain, end)
        if later is not None and later.end() > end:
            end = later.end()
            while plain[end - 1] in " (['":
                end -= 1
    weekday = _weekday(earlier, "12")
    if weekday is None:
        weekday = _weekday(later, "1")
    if weekday is not None and later is not None and plain.startswith(" - ", core_end) and _time(later) is not None:
        core = _month_first(plain[core_start:core_end], core, weekday)
    oddities, time, offset = core.oddities, None, None
    if core.earliest is not None and core.earliest == core.latest:
        if weekday is not None and core.earliest.weekday() != weekday:
            oddities = (*oddities, WEEKDAY_CONFLICT)
        # The time behind the date before the one in front of it: "… 14:00 Thứ năm - 08/10/2020 15:32".
        time = core.time or _time(later) or _time(earlier)
        if time is not None:
            offset = _offset(later) or _offset(earlier)
            if offset is None:
                offset, oddities = VIET_NAM_OFFSET, (*oddities, ASSUMED_OFFSET)
    return DateReading(
        text[start:end], core.value, core.earliest, core.latest, time, offset, core.shape, label, oddities, start, end
    )


def _month_first(plain: str, core: Core, weekday: int) -> Core:
    """A stamp in the form of Drupal's "D, m/d/Y - H:i" ("T4, 03/10/2010 - 08:15") as it was meant: with the month first
    where its weekday agrees with that order and not with the other."""
    if core.earliest is None or core.earliest.weekday() == weekday or core.earliest.day > 12:
        return core
    if re.fullmatch(r"\d\d/\d\d/\d{4}", plain) is None:
        return core
    meant = core.earliest.replace(month=core.earliest.day, day=core.earliest.month)
    if meant.weekday() != weekday:
        return core
    return Core("mm/dd/yyyy", meant.isoformat(), meant, meant, (MONTH_FIRST,))


def _label(text: str, plain: str, start: int, end: int) -> str | None:
    """The kind of the last label between two places; "Đảng" and "đang" fold like "đăng" and are none."""
    last = None
    for match in _LABELS.finditer(plain, start, end):
        if plain.startswith("dang", match.start()) and text[match.start() : match.start() + 4].lower() not in _POSTED:
            continue
        last = match.lastgroup
    return last


_POSTED = ("đăng", "dang")


def _weekday(found: re.Match[str] | None, places: str) -> int | None:
    if found is None:
        return None
    for place in places:
        if name := found[f"wd{place}"] or found[f"wt{place}"]:
            return WEEKDAYS[name]
        if found[f"wc{place}"]:
            return 6
        if name := found[f"we{place}"]:
            return _ENGLISH_WEEKDAYS.index(name)
    return None


def _time(found: re.Match[str] | None) -> str | None:
    """HH:MM or HH:MM:SS in 24 hours; None where there is none, or none that a clock shows."""
    if found is None or found["h"] is None:
        return None
    hour, minute, second, half = number_of(found["h"]), number_of(found["mi"] or "0"), found["se"], found["ap"]
    if half is not None:
        if half in _AFTERNOON:
            hour += 12 if hour < 12 else 0
        elif half in ("sa", "am", "a.m.", "sang") and hour == 12:
            hour = 0
        elif (half == "trua" and hour < 4) or (half == "dem" and 8 <= hour < 12):
            hour += 12
    if hour == 24 and minute:
        hour = 0  # Java's "kk" counts the hours of a day from 1 to 24, the one after midnight as 24.
    if hour > 23 or minute > 59:
        return None
    return f"{hour:02d}:{minute:02d}:{second}" if second else f"{hour:02d}:{minute:02d}"


_AFTERNOON = frozenset(("ch", "pm", "p.m.", "chieu", "toi"))


def _offset(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    if found["oz"]:
        return "+00:00"
    displaced = (found["on"] or "").replace("ict", VIET_NAM_OFFSET) if "on" in found.re.groupindex else None
    if not (printed := (found["og"] or found["op"] or displaced or "").replace(" ", "").replace(":", "")):
        return None
    hours, minutes = (printed[1:-2], printed[-2:]) if len(printed) > 3 else (printed[1:], "00")
    return f"{printed[0]}{int(hours):02d}:{minutes}" if int(hours) <= 14 and int(minutes) < 60 else None
