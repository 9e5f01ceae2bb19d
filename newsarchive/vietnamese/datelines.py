"""The day an article's opening speaks of: "(Thanhuytphcm.vn) - Chiều 8/10, …". Pure.

An opening names days that are not its event's too: the day of a decision it carries out, an anniversary, a plan. The
first day that stands as the time of the news (after "sáng", "chiều", "ngày", "từ ngày" …) and is none of those is
taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from newsarchive.vietnamese.dates import WEEKDAY_CONFLICT, WEEKDAYS, DateReading, find_dates
from newsarchive.vietnamese.dateshapes import (
    ASSUMED_YEAR,
    LUNAR_AFTER,
    MONTH,
    NO_YEAR,
    NUMBER,
    YEAR,
    folded,
    full_year,
    month_number,
    nearest_not_after,
    number_of,
)

OPENING = 400
"""Characters in which an opening says when."""
FIRST_DAY = date(1997, 1, 1)
"""Viet Nam joined the internet in November 1997: no page is older, and what happened before is history, not news."""
GRACE = timedelta(days=1)

# One day: "8", "8/10", "8-10-2020", "8 tháng 10 năm 2020". A number whose mark is followed by another number is the
# beginning of a range ("7-8/10").
_MONTH = (
    rf"(?: ?/ ?{NUMBER}(?: ?[/-] ?(?:{YEAR}|\d\d(?![\d/])))?(?![\do]|/\d)"
    rf"|\.{NUMBER}(?:\.{YEAR})?(?![\do]|\.\d)"
    rf"| ?- ?{NUMBER}(?:-{YEAR})?(?![\do]|[/.-]\d| ?(?:va|den|thang) )"
    rf"| ?[-,/]? ?(?:thang|thg) ?(?:{NUMBER}|{MONTH})(?:,? ?(?:nam )?{YEAR})?)"
)
_AND = (
    r" ?(?:,|(?:-|(?<![a-z])(?:va|den|toi)(?![a-z])) ?(?:het )?(?:\d{1,2} ?(?:h|gio)(?: ?\d\d)?(?: phut)? )?"
    r"(?:(?:rang )?(?:sang|trua|chieu|toi|dem) )?) ?(?:ngay )?"
)
_WEEKDAY = r"(?:thu ?(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sunday>chu ?nhat))"
_WHEN = re.compile(
    r"(?<![a-z])(?P<word>(?:vao |luc )?(?:rang sang|sang|trua|chieu|toi|dem)(?: som)?(?: (?:nay|qua|hom nay|hom qua))?"
    r"(?: (?:giao thua|(?:mung|mong) (?:\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi))"
    r"(?: tet| thang gieng| thang chap)?"
    r"(?: nguyen dan)?(?: (?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) [a-z]{2,4})?(?= ?[,(]))?|"
    r"(?:mung|mong) (?:\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi) tet(?: nguyen dan)?"
    r"(?: (?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) [a-z]{2,4})?(?= ?\()|"
    r"hom(?: nay| qua)?|tu|(?:trong )?(?:\d|hai|ba|bon|nam|sau|bay) (?:ngay|dem|buoi)(?: lam viec)?|trong|"
    r"(?=(?:cac )?ngay|thu ?(?:hai|ba|tu|nam|sau|bay|[2-7])(?![a-z0-9])|chu ?nhat))"
    rf"(?:[ ,(]{{0,3}}{_WEEKDAY})?[ ,(]{{0,3}}(?:(?:tu |cac )?ngay|tu)?[ (]{{0,2}}"
    rf"(?P<days>(?:{NUMBER}{_MONTH}?{_AND}){{0,4}}{NUMBER}{_MONTH})(?![\do])"
)
_PART_OF_DAY = re.compile(r"sang|trua|chieu|toi|dem|hom")
_MONTH_OPENING = re.compile(rf"(?<![a-z])(?:trong |^|(?<=[-:)] ))(?=thang ?(?:{NUMBER}|{MONTH}))")
# What makes a day in the same clause something else's: a document's, an anniversary's, a plan's.
_DOCUMENT = re.compile(
    r"(?<![a-z])(?:so [\w/.-]*\d|nghi quyet|ke hoach|chi thi|quyet dinh|thong tu|nghi dinh|cong van|huong dan|luat|"
    r"ket luan|chuong trinh|de an|quy dinh|quy che|van ban|thong bao|cong dien|phap lenh|to trinh|bao cao|giay phep|"
    r"thong tri)[^,.;]*$"
)
_HAPPENING = re.compile(
    r"(?<![a-z])(?:dien ra|to chuc|khai mac|be mac|vao|ra mat|ra quan|phat dong|bat dau|trong|luc)(?![a-z])[^,.;]*$"
)
_ANNIVERSARY = re.compile(
    r"(?<![a-z])(?:ky niem|(?:ngay|nam) thanh lap|sinh(?: ngay)? ?$|thanh lap ?$|ngay truyen thong|giai phong|"
    r"quoc khanh|chao mung|huong toi|huong ung|cach mang)[^,.;]*$"
)
_PLAN = re.compile(
    r"(?<![a-z])(?:cach day|se|du kien|sap toi|truoc(?: ngay)? ?$|den(?: ngay)? ?$|den het|cham nhat|"
    r"han (?:chot|cuoi|nop)|ke tu|tinh den|tinh tu|cho den|ap dung|hieu luc|thoi han)(?![a-z])[^.;]{0,60}$"
)
_COMING = re.compile(r" (?:toi(?: day)?|sap toi)(?![a-z])|[^.;]{0,60}?(?<![a-z])se(?![a-z])")
_SAID = re.compile(r"thong bao|cho biet|cho hay|thong tin|cong bo|ket luan|quyet dinh|thong nhat|phat bieu|cam ket")
_SENTENCE_END = re.compile(r"(?<=[a-zà-ỹ)”\"])[.!?…]\s")
_SPELT = frozenset(("sáng", "trưa", "chiều", "tối", "đêm", "hôm"))


def read_dateline(text: str, *, not_after: date | None = None) -> DateReading | None:
    """The day or days an article's opening says its news happened on.

    ``text`` is the first paragraph (its first sentence counts). ``not_after`` is a day the article cannot be younger
    than: its publication, else the visit; a day without a year is the nearest such day not after it (of a range, its
    first day). ``date`` of the result is EDTF: a day, an interval, or a month ("Trong tháng 10/2020"); it is None, with
    the reason in ``oddities``, where the opening names a day but no year can be given to it. None where the opening
    says no day of its own. Never raises.
    """
    text, plain = folded(text[: OPENING * 2])
    end = _SENTENCE_END.search(text, 20)
    limit = min(OPENING, end.start() + 1 if end else OPENING)
    position = 0
    while (match := _WHEN.search(plain, position, limit)) is not None:
        position = match.end()
        if not _is_event(text, plain, match):
            continue
        reading = _resolve(text, match, not_after)
        if reading is not None:
            return reading
    return _month(text, plain, limit, not_after)


def _is_event(text: str, plain: str, match: re.Match[str]) -> bool:
    """False where the words around a day say that it is a document's, an anniversary's, a plan's or a lunar day."""
    before = plain[max(0, match.start() - 90) : match.start()]
    after = plain[match.end() : match.end() + 70]
    word = match["word"]
    if _PLAN.search(before) or LUNAR_AFTER.match(after):
        return False
    coming = _COMING.match(after)
    if coming and not _SAID.search(coming.group()):
        return False
    if _PART_OF_DAY.search(word):
        return _is_spelt_so(text[match.start("word") : match.end("word")])
    if word == "trong" and "ngay" not in match.group():
        return False
    return _HAPPENING.search(before) is not None or not (_DOCUMENT.search(before) or _ANNIVERSARY.search(before))


def _is_spelt_so(word: str) -> bool:
    """True for "tối" and for a text without marks, False for "tới", "sang", "đem", which fold alike."""
    return any(part in _SPELT or part.isascii() for part in word.lower().split())


@dataclass(slots=True)
class _Point:
    day: int
    month: int | None
    year: int | None


def _resolve(text: str, match: re.Match[str], not_after: date | None) -> DateReading | None:
    """The matched days as dates; None where they are no days of an event after all."""
    read = [_point(part) for part in re.split(_AND, _joined(match["days"])) if part.strip()]
    points = [point for point in read if point is not None]
    if not points or len(points) < len(read) or points[-1].month is None:
        return None
    for point, following in zip(reversed(points[:-1]), reversed(points[1:]), strict=True):
        point.month = point.month or following.month
    printed = next((point.year for point in reversed(points) if point.year), None)
    oddities: tuple[str, ...] = ()
    first = points[0]
    assert first.month is not None
    if printed is not None:
        crosses = first.month > (points[-1].month or 0) and first.year is None
        start = _safe_date(first.year or printed - crosses, first.month, first.day)
    elif not 1 <= first.month <= 12 or not 1 <= first.day <= 31:
        return None
    elif not_after is None:
        return DateReading(match["days"], shape="dateline", oddities=(NO_YEAR,), start=match.start(), end=match.end())
    else:
        start, oddities = nearest_not_after(first.month, first.day, not_after), (ASSUMED_YEAR,)
    if start is None or (printed and not FIRST_DAY <= start <= (not_after or date.max - GRACE) + GRACE):
        return None
    days = [start]
    for point in points[1:]:
        year = point.year or days[-1].year + ((point.month or 0) < days[-1].month)
        if (following_day := _safe_date(year, point.month or 0, point.day)) is None or following_day < days[-1]:
            return None
        days.append(following_day)
    if len(days) > 1 and days[-1] - days[0] > timedelta(days=200):
        return None
    if len(days) == 1 and (weekday := _weekday(match)) is not None and start.weekday() != weekday:
        oddities = (*oddities, WEEKDAY_CONFLICT)
    value = start.isoformat() if len(days) == 1 else f"{days[0]}/{days[-1]}"
    start_at, end_at = match.span()
    return DateReading(
        text[start_at:end_at], value, days[0], days[-1], None, None, "dateline", None, oddities, start_at, end_at
    )


_DASHED = re.compile(rf"({NUMBER}) ?- ?({NUMBER})(?:-({YEAR}))?(?![\do]|[/.]\d| ?thang)")
_PARTS = re.compile(rf"({NUMBER})\s*({NUMBER}|{MONTH})?\s*({YEAR}|\d\d)?")


def _joined(days: str) -> str:
    """The expression with the dashes of "8-10-2020" made slashes, so that what dashes are left stand between days."""
    return _DASHED.sub(lambda found: "/".join(part for part in found.groups() if part), days)


def _point(text: str) -> _Point | None:
    words = re.sub(r"[/.,-]|thang|thg|nam(?= ?[12]\d)", " ", text)
    parts = _PARTS.fullmatch(words.strip())
    if parts is None:
        return None
    day, month, year = parts.groups()
    return _Point(number_of(day), month_number(month) if month else None, full_year(year) if year else None)


def _safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(match: re.Match[str]) -> int | None:
    if match["sunday"]:
        return 6
    return WEEKDAYS[match["weekday"]] if match["weekday"] else None


def _month(text: str, plain: str, limit: int, not_after: date | None) -> DateReading | None:
    """ "Trong tháng 10/2020, …": the month is what the opening speaks of."""
    match = _MONTH_OPENING.search(plain, 0, limit)
    if match is None or plain[: match.start()].strip(" -").count(" ") > 8:
        return None
    reading = next(find_dates(text[match.end() : match.end() + 30]), None)
    if reading is None or reading.date is None or reading.start != 0 or len(reading.date) != 7:
        return None
    if reading.earliest and not FIRST_DAY <= reading.earliest <= (not_after or date.max):
        return None
    return reading
