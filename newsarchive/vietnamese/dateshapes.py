"""The grammar of printed dates: which shapes there are, and the day each tells. Pure; reads folded text.

One compiled pattern finds the shapes, a small function for each makes a day, month or year of it, or says why not. What
stands around a date (weekday, time, label) is the business of :mod:`newsarchive.vietnamese.dates`. Every repetition in
the patterns is bounded, so that no text makes them run away.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from newsarchive.vietnamese.text import normalise

TWO_DIGIT_YEAR = "two-digit year"
ASSUMED_YEAR = "year assumed"
LUNAR = "lunar calendar: left unread"
NO_YEAR = "no year, and no reference to take it from"
NO_REFERENCE = "relative to a day that is not known"
ROUNDED = "rounded by the site"

MAX_LENGTH = 2_000
"""Characters of a text that are read: a date stands in a line, not in a book."""

# Folding


def _fold_table() -> dict[int, str]:
    """One character for one: Latin letters without marks in lower case, every space " ", every dash "-"."""
    table = {}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii():
            table[code] = base
    table |= dict.fromkeys(map(ord, "đĐ"), "d")
    table |= dict.fromkeys([9, 10, 11, 12, 13, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    table |= {0xFF10 + digit: str(digit) for digit in range(10)}
    return table | {
        ord("／"): "/",
        0x2044: "/",
        0x2215: "/",
        ord("："): ":",
        ord("，"): ",",
        ord("’"): "'",
        ord("′"): "'",
    }


_FOLD = _fold_table()


def folded(text: str) -> tuple[str, str]:
    """A text in normal form, and the same folded for the grammar: equally long, place for place.

    Of anything but a text (a number out of JSON-LD) nothing is read.
    """
    if not isinstance(text, str):
        return "", ""
    text = text[:MAX_LENGTH]
    if text.isascii():
        return text, text.lower().translate(_FOLD)
    text = normalise(text)
    return text, text.translate(_FOLD)


# Words and patterns

_MONTH_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12,
}  # fmt: skip
_LUNAR_MONTHS = ("gieng", "chap")
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "mot": 1, "hai": 2, "ba": 3, "tu": 4}
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}

NUMBER = r"(?:\d[\do]?|o\d)"  # a day or month; the letter O typed for a zero
YEAR = r"[12][\do]{3}"
MONTH = r"(?:muoi (?:mot|hai)|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi|gieng|chap)(?![a-z])"
_THANG = r"(?:thang|thg\.?|th\.?(?= ?\d))"
_EM = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)


def _year_after(name: str) -> str:
    return rf" {{0,2}}[,./-]? {{0,2}}(?:nam {{0,2}})?(?P<{name}>{YEAR})(?![\do])"


# Shapes that begin with a number and those that begin with a word, apart: most places of a text then cost one look.
_NUMBER_FIRST = (
    # 8 tháng 10 năm 2020 · 08 Tháng Mười, 2020 · 8 Thg 10, 2020; without a year too
    rf"(?P<wd>{NUMBER})(?: {{0,2}}|[-.] ?| ?[,/] ?){_THANG} {{0,2}}(?P<wm>{NUMBER}|{MONTH})(?:{_year_after('wy')})?",
    # 2020-10-08 · 2020/10/08
    rf"(?P<iy>{YEAR}) ?(?P<is>[-/.]) ?(?P<im>\d{{1,2}}) ?(?P=is) ?(?P<id>\d{{1,2}})(?!\d|\.\d)",
    # 20201008T153208
    r"(?P<cy>[12]\d{3})(?P<cm>\d\d)(?P<cd>\d\d)t(?P<ct>\d{4}(?:\d\d)?)(?!\d)",
    # 8/10/2020 · 08-10-2020 · 8.10.2020 · 08//10/2020 · 8/10/20
    rf"(?P<d>{NUMBER}) {{0,2}}(?P<s>[/.-])[/.-]? {{0,2}}(?P<m>{NUMBER}) {{0,2}}(?P<t>[/.-])[/.-]? {{0,2}}"
    rf"(?P<y>[12][\do]{{3}}(?=\d\d:\d\d)|[\do]{{4}}(?![\do])|[\do]{{2}}(?![\do]))",
    # 8/10 năm 2020
    rf"(?P<xd>{NUMBER}) ?[/.-] ?(?P<xm>{NUMBER}),? nam (?P<xy>{YEAR})(?![\do])",
    # 8/10 · 8-10 · 8.10
    rf"(?P<nd>{NUMBER}) ?(?P<ns>[/.-]) ?(?P<nm>{NUMBER})(?![\do])(?! ?[/.-] ?\d)",
    # 10/2020
    rf"(?P<bm>{NUMBER}) ?/ ?(?P<by>{YEAR})(?![\do])",
    # 8 October 2020 · 08-Oct-2020
    rf"(?P<fd>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<fm>{_EM})\.?,?[ -](?P<fy>{YEAR}|\d{{2}})(?!\d)",
)
_UNIT = r"giay|phut|gio|tieng|ngay|tuan|thang|nam|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?"
_COUNT = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}|an?|one"
# 2 giờ trước · cách đây 2 giờ
_AGO = rf"(?P<rn>{_COUNT}) (?P<ru>{_UNIT}) (?:truoc|ago)(?![a-z])|cach day (?P<cn>{_COUNT}) (?P<cu>{_UNIT})(?![a-z])"
_WORD_FIRST = (
    # Tháng Mười 8, 2020 (WordPress's "F j, Y")
    rf"{_THANG} {{0,2}}(?P<pm>{NUMBER}|{MONTH}) (?P<pd>\d{{1,2}}), ?(?P<py>{YEAR})(?!\d)",
    # tháng 10/2020 · tháng Mười năm 2020
    rf"{_THANG} {{0,2}}(?P<mm>{NUMBER}|{MONTH}){_year_after('my')}",
    # tháng Giêng, tháng Chạp, tháng 8 âm lịch
    rf"thang (?P<lunar>gieng|chap|(?:{NUMBER}|{MONTH}) ?\(?(?:am lich|al))(?![a-z])",
    # T10/2020
    rf"t(?P<tm>\d{{1,2}}) ?[/-] ?(?P<ty>{YEAR})(?!\d)",
    # quý III/2020 · Q3/2020
    rf"q(?:uy)? {{0,2}}(?P<q>[ivx]{{1,4}}|\d|mot|hai|ba|tu)(?![a-z]){_year_after('qy')}",
    # năm 2020
    rf"nam (?P<yy>{YEAR})(?![\do])(?! ?[-/] ?\d)",
    # Thu Oct 08 15:32:08 ICT 2020 (Java, C)
    rf"(?P<jm>{_EM}) {{1,2}}(?P<jd>\d{{1,2}}) (?P<jt>\d\d:\d\d:\d\d) (?:(?P<jz>[a-z]{{3,4}}) )?(?P<jy>{YEAR})(?!\d)",
    # Oct 8, 2020 · October 2020
    rf"(?P<em>{_EM})\.? (?P<ed>\d{{1,2}})(?:st|nd|rd|th)?,? {{0,2}}(?P<ey>{YEAR})(?!\d)",
    rf"(?P<gm>{_EM})\.?,? (?P<gy>{YEAR})(?!\d)",
    # hôm qua · vừa xong
    r"(?P<rel>(?:ngay )?hom (?:nay|qua|kia)|today|yesterday|vua (?:xong|moi|dang|moi dang)|just now|"
    r"(?:sang|trua|chieu|toi|dem) (?:nay|qua|hom qua))(?![a-z])",
)
_CORE = re.compile(
    # Not in the middle of a long number, but for "15:3208/10/2020", typed without a space.
    rf"(?:(?<!\d\d)|(?<=:\d\d))(?=\d|o[\do]? ?[/.,-]|o\d)(?:{'|'.join(_NUMBER_FIRST)})"
    rf"|(?<![a-z0-9])(?:(?=[acdfhjmnoqstvy])(?:{'|'.join(_WORD_FIRST)})|{_AGO})"
)


TIME = (
    r"(?P<h>[\do]{1,2}) ?(?:(?::|h|g|gio) ?(?P<mi>[0-5][\do]|\d(?= ?phut))"
    r"(?: ?(?::|p|phut|') ?(?P<se>[0-5]\d)?(?:[.,]\d{1,9})?(?: ?giay)?)?|(?:h|gio)(?![a-z]))"
    r"[ ']{0,2}(?P<ap>am|pm|a\.m\.|p\.m\.|sa|ch|sang|trua|chieu|toi|dem)?(?:(?![a-z0-9])|(?=z(?![a-z])|gmt|utc|t[+-]|"
    # The box floated to its right begins where the time ends: "02:45 CHXem cỡ chữ".
    r"(?:xem|luot|doc|in|co chu|chia se)(?![a-z])))"
)
# What stands right before a day without a year, where it is a day and no fraction.
_DAY_WORD = re.compile(
    r"(?:ngay|hom|sang|trua|chieu|toi|dem|nay|qua|mai|luc|vao|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7])"
    r"[ ,:(-]{0,3}$"
)
_GLUED = re.compile(r"(?:ngay|sang|trua|chieu|toi|dem|nay|vao|luc|dang|nhat|nam|hai|ba|tu|sau|bay|hom|on|t)$")
LUNAR_AFTER = re.compile(
    r"[ ,]{0,2}\(?(?:am lich|a\.?l(?![a-z])|al(?![a-z])|nam (?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) )"
)
_LUNAR_BEFORE = re.compile(
    r"(?:(?:mung|mong|ram)(?: ngay)?|am lich[ :,]{0,3}(?:la )?(?:ngay)?|al[ :,]{1,3}(?:ngay)?)[ ]{0,2}$"
)
_DOCUMENT_AFTER = re.compile(r" ?[/-] ?[a-z]")
_NUMBER_BEFORE = re.compile(
    r"(?:(?<![a-z])so|no\.?|ty so|khoa|nhiem ky|khoang|ti le|ty le|kenh|tang|nghi (?:quyet|dinh)|thong (?:tu|bao|tri)|"
    r"quyet dinh|ke hoach|chi thi|cong van|quy (?:dinh|che)|huong dan|ket luan|luat(?: [a-z]+){0,4})[ :]{0,2}$"
)
_TIME_BEFORE = re.compile(r"(?:\d{1,2} ?(?::|h|g) ?[0-5]\d(?::[0-5]\d)?|\d{1,2}h) ?- ?$")
_ENGLISH_CLOCK = re.compile(r",? {1,2}(?P<h>\d{1,2}):\d\d(?P<s>:\d\d)? ?[ap]\.?m(?![a-z])")
_ONLY_TIME = re.compile(rf"(?:luc )?{TIME}")
_CLOCK_BEFORE = re.compile(r"(?<!\d)\d{1,2}:\d\d$")
_NAME_AFTER = re.compile(r" ?,? (?!(?:luc|vao|gmt|thu|chu|sa|ch|am|pm|at|hoi)(?![a-z]))[a-z]{2,}")


# From a match to a day


class Core(NamedTuple):
    """A date without what stands around it: EDTF and the days it spans, or None and why; ``time`` where inside it."""

    shape: str
    value: str | None = None
    earliest: date | None = None
    latest: date | None = None
    oddities: tuple[str, ...] = ()
    time: str | None = None


Reference = date | datetime | None


def _past_token(plain: str, start: int) -> int:
    position = start + 1
    while position < len(plain) and plain[position - 1].isdigit() and plain[position].isdigit():
        position += 1
    return position


def _true_start(plain: str, start: int) -> int:
    """Where a match truly begins, or -1 where it is the tail of something else (a phone number, a word)."""
    if start == 0:
        return 0
    first, before = plain[start], plain[start - 1]
    if not (first.isdigit() or first == "o"):
        return start
    if before == " ":
        return start
    if before.isdigit() or before == "+":
        # "15:3208/10/2020": time and date typed without a space.
        return start if _CLOCK_BEFORE.search(plain[max(0, start - 6) : start]) else -1
    if before.isalpha():
        head = plain[max(0, start - 8) : start]
        if first == "o":
            # "vào8/10": the letter is the word's.
            return start + 1 if _GLUED.search(head + "o") and plain[start + 1 : start + 2].isdigit() else -1
        return start if _GLUED.search(head) else -1
    if before in "./-," and start > 1 and plain[start - 2].isdigit():
        return start if before == "-" and _TIME_BEFORE.search(plain[max(0, start - 12) : start]) else -1
    return start


def number_of(text: str) -> int:
    """A number's value, the letter O read as zero."""
    return int(text) if text.isdigit() else int(text.replace("o", "0"))


def month_number(text: str) -> int | None:
    """A month's number or word; None for the lunar names."""
    if text[0].isalpha() and text[0] != "o":
        return _MONTH_WORDS.get(text)
    return number_of(text)


def full_year(text: str) -> int:
    """POSIX's rule for two digits: 69 to 99 are of the last century."""
    year = number_of(text)
    return year if len(text) == 4 else year + (1900 if year >= 69 else 2000)


def _impossible(what: str, shape: str) -> Core:
    return Core(shape, oddities=(f"impossible: {what}",))


def _day(year: int, month: int, day: int, shape: str, oddities: tuple[str, ...] = ()) -> Core:
    if not 1 <= month <= 12:
        return _impossible(f"there is no month {month}", shape)
    if not 1800 <= year <= 2199:
        return _impossible(f"the year {year:04d}", shape)
    try:
        value = date(year, month, day)
    except ValueError:
        return _impossible(f"{month}/{year} has no day {day}", shape)
    return Core(shape, value.isoformat(), value, value, oddities)


def month_of(year: int, month: int, shape: str, oddities: tuple[str, ...] = ()) -> Core:
    """A whole month; impossible ones give the reason."""
    first = _day(year, month, 1, shape)
    if first.earliest is None:
        return first
    last = first.earliest.replace(day=monthrange(year, month)[1])
    return Core(shape, f"{year}-{month:02d}", first.earliest, last, oddities)


def _year(year: int, shape: str) -> Core:
    return Core(shape, f"{year:04d}", date(year, 1, 1), date(year, 12, 31))


def nearest_not_after(month: int, day: int, limit: date) -> date | None:
    """The last day ``day``/``month`` that is not after ``limit``; None for a day that no year has.

    A 29 February may lie up to eight years back (1900 had none, nor will 2100).
    """
    for year in range(limit.year, max(limit.year - 9, 0), -1):
        if day <= monthrange(year, month)[1] and (value := date(year, month, day)) <= limit:
            return value
    return None


def _yearless(month: int, day: int, shape: str, reference: Reference) -> Core:
    """A day and month: the nearest such day not after the reference."""
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        return _impossible(f"there is no day {day}/{month}", shape)
    if reference is None:
        return Core(shape, oddities=(NO_YEAR,))
    value = nearest_not_after(month, day, reference.date() if isinstance(reference, datetime) else reference)
    if value is None:
        return _impossible(f"no {day}/{month} before {reference}", shape)
    return Core(shape, value.isoformat(), value, value, (ASSUMED_YEAR,))


def _is_lunar(plain: str, start: int, end: int) -> bool:
    """True where the words beside a day say that it is one of the lunar calendar."""
    if end < len(plain) and LUNAR_AFTER.match(plain, end):
        return True
    return start > 2 and _LUNAR_BEFORE.search(plain[max(0, start - 18) : start]) is not None


_LUNAR_DAY = Core("lunar day", oddities=(LUNAR,))


def _read_worded(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    month = month_number(match["wm"])
    if month is None or _is_lunar(plain, start, match.end()):
        return _LUNAR_DAY
    if start and _NUMBER_BEFORE.search(plain[max(0, start - 32) : start]):
        return None  # "Bản tin số 3 tháng 8/2011"
    day = number_of(plain[start : match.end("wd")])
    if match["wm"] == "nam" and match["wy"] and _is_count_of_months(plain, match, start):
        return None
    if match["wy"]:
        return _day(number_of(match["wy"]), month, day, "d tháng m năm yyyy")
    return _yearless(month, day, "d tháng m", reference)


def _is_count_of_months(plain: str, match: re.Match[str], start: int) -> bool:
    """ "9 tháng năm 2022" is nine months of a year, "ngày 9 tháng năm 2022" a day in May."""
    between = plain[match.end("wm") : match.start("wy")]
    if "," in between or "nam" in between or plain[start] in "0o":
        return False
    return _DAY_WORD.search(plain[max(0, start - 14) : start]) is None


def _read_iso(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return _day(number_of(match["iy"]), int(match["im"]), int(match["id"]), "yyyy-mm-dd")


def _read_compact(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    read = _day(int(match["cy"]), int(match["cm"]), int(match["cd"]), "yyyymmdd")
    clock = match["ct"]
    return read._replace(time=":".join(clock[n : n + 2] for n in range(0, len(clock), 2))) if read.value else read


def _read_numeric(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    """Three numbers: day, month, year; the other way round only before English AM or PM, as ASP.NET prints it."""
    one, two, year = plain[start : match.end("d")], match["m"], match["y"]
    end, first_mark, second_mark = match.end(), match["s"], match["t"]
    following = plain[end : end + 2]
    if following[1:].isdigit() and following[0] in (second_mark, "."):
        return None
    if following[:1] == "/" and _DOCUMENT_AFTER.match(plain, end):
        return None
    if len(year) == 2 and not _is_short_date(plain, match, start):
        return None
    if _is_lunar(plain, start, end):
        return _LUNAR_DAY
    day, month = number_of(one), number_of(two)
    oddities: tuple[str, ...] = ()
    shape = f"d{first_mark}m{second_mark}yyyy"
    if len(year) == 2:
        shape, oddities = shape[:-2], (TWO_DIGIT_YEAR,)
    if following[:1] in (" ", ",") and day <= 12 and _is_american(plain, start, end, one, two):
        day, month, shape = month, day, "m/d/yyyy AM/PM"
        oddities += ("American order, by its AM/PM",)
    if "o" in one or "o" in two or "o" in year:
        oddities += ("letter O for zero",)
    return _day(full_year(year), month, day, shape, oddities)


def _is_short_date(plain: str, match: re.Match[str], start: int) -> bool:
    """True for "8/10/20" where it is a date: marks alike, no house number ("8/10/20 Nguyễn …"), dots only by itself."""
    if match["s"] != match["t"] or " " in match.group():
        return False
    if match["s"] == ".":
        return not plain[:start].strip() and not plain[match.end() :].strip()
    return _NAME_AFTER.match(plain, match.end()) is None


def _is_american(plain: str, start: int, end: int, one: str, two: str) -> bool:
    """True for the en-US form of .NET, "10/8/2020 3:32:08 PM": English AM or PM, and no padding zero.

    "08/10/2020 03:32:08 PM" is PHP's ``d/m/Y h:i:s A``, which Vietnamese sites print day first (NukeViet's lists do);
    and so is a day after "ngày" or a Vietnamese weekday.
    """
    clock = _ENGLISH_CLOCK.match(plain, end)
    if clock is None or (start and _DAY_WORD.search(plain[max(0, start - 14) : start])):
        return False
    return not any(part.startswith(("0", "o")) for part in (one, two, clock["h"]))


def _read_day_month(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    end = match.end()
    around = f"{plain[:start]} {plain[end:]}".strip(" ()[].,|-")
    whole = not around or _ONLY_TIME.fullmatch(around) is not None
    if not (whole or _DAY_WORD.search(plain[max(0, start - 14) : start])) or _DOCUMENT_AFTER.match(plain, end):
        return None
    if _is_lunar(plain, start, end):
        return _LUNAR_DAY
    return _yearless(number_of(match["nm"]), number_of(plain[start : match.end("nd")]), "d/m", reference)


def _read_day_month_year(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return _day(
        number_of(match["xy"]), number_of(match["xm"]), number_of(plain[start : match.end("xd")]), "d/m năm yyyy"
    )


def _read_bare_month(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    # By itself, in brackets or after a word of time: elsewhere "1/2000" is a scale, a fraction, a document's number.
    before, after = plain[:start].rstrip(), plain[match.end() :].strip(" ).,")
    if after and not before.endswith("("):
        return None
    if before and not before.endswith(("(", ":", "nhat", "dang", "ban", "tu", "den", "-", "|")):
        return None
    if _NUMBER_BEFORE.search(plain[max(0, start - 32) : start]):
        return None
    return month_of(number_of(match["by"]), number_of(plain[start : match.end("bm")]), "m/yyyy")


def _read_month_first(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    month = month_number(match["pm"])
    return _LUNAR_DAY if month is None else _day(number_of(match["py"]), month, int(match["pd"]), "tháng m d, yyyy")


def _read_month(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    month = month_number(match["mm"])
    if month is None or _is_lunar(plain, start, match.end()):
        return _LUNAR_DAY
    return month_of(number_of(match["my"]), month, "tháng m/yyyy")


def _read_short_month(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return month_of(number_of(match["ty"]), int(match["tm"]), "tháng m/yyyy")


def _read_lunar(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return _LUNAR_DAY


def _read_quarter(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    year, quarter = number_of(match["qy"]), _QUARTERS.get(match["q"])
    if quarter is None:
        return _impossible(f"there is no quarter {match['q']}", "quý q/yyyy")
    first, last = (month_of(year, quarter * 3 - back, "quý q/yyyy") for back in (2, 0))
    return first if first.value is None else first._replace(value=f"{first.value}/{last.value}", latest=last.latest)


def _read_year(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return _year(number_of(match["yy"]), "năm yyyy")


def _english(name: str) -> int:
    return _ENGLISH_MONTHS.index(name[:3]) + 1


def _read_english(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return _day(number_of(match["ey"]), _english(match["em"]), int(match["ed"]), "Mon d, yyyy")


def _read_java(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    read = _day(number_of(match["jy"]), _english(match["jm"]), int(match["jd"]), "Mon d hh:mm:ss yyyy")
    # The time of another zone than Viet Nam's ("ICT") is not guessed at.
    return read._replace(time=match["jt"]) if read.value and match["jz"] in (None, "ict") else read


def _read_english_day_first(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    year = match["fy"]
    odd = () if len(year) == 4 else (TWO_DIGIT_YEAR,)
    return _day(full_year(year), _english(match["fm"]), int(match["fd"]), "d Mon yyyy", odd)


def _read_english_month(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    return month_of(number_of(match["gy"]), _english(match["gm"]), "Mon yyyy")


def _read_relative_word(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    if reference is None:
        return Core("relative", oddities=(NO_REFERENCE,))
    word = match["rel"]
    back = 2 if word.endswith("kia") else 1 if word.endswith(("qua", "yesterday")) else 0
    return _before(_moment(reference), "day", back)


def _read_relative(plain: str, match: re.Match[str], start: int, reference: Reference) -> Core | None:
    """ "2 giờ trước": sites round down, so a count of weeks spans a week, of months a month."""
    if reference is None:
        return Core("relative", oddities=(NO_REFERENCE,))
    unit, number = match["ru"] or match["cu"], match["rn"] or match["cn"]
    core = _before(_moment(reference), unit, _NUMBERS.get(number, 1) if number.isalpha() else int(number))
    if unit.startswith(("gio", "tieng", "hour")) and not isinstance(reference, datetime) and core.value:
        return core._replace(oddities=("the reference's hour is not known: noon assumed",))
    return core


def _before(moment: datetime, unit: str, count: int) -> Core:
    """So many units before a moment, as precisely as the unit tells."""
    try:
        if unit.startswith(("thang", "month")):
            months = moment.year * 12 + moment.month - 1 - count
            return month_of(months // 12, months % 12 + 1, "relative", (ROUNDED,))
        if unit.startswith(("nam", "year")):
            return _year(moment.year - count, "relative")._replace(oddities=(ROUNDED,))
        if unit.startswith(("tuan", "week")):
            last = (moment - timedelta(weeks=count)).date()
            first = last - timedelta(days=6)
            return Core("relative", f"{first}/{last}", first, last, (ROUNDED,))
        minutes = next((n for word, n in _MINUTES.items() if unit.startswith(word)), 0)
        value = (moment - timedelta(minutes=minutes * count)).date()
    except (OverflowError, ValueError):
        return _impossible("before the calendar begins", "relative")
    return Core("relative", value.isoformat(), value, value)


_MINUTES = {"phut": 1, "min": 1, "gio": 60, "tieng": 60, "hour": 60, "ngay": 1440, "day": 1440}


def _moment(reference: date | datetime) -> datetime:
    """The reference as a moment on the visitor's clock; noon where only its day is known."""
    if isinstance(reference, datetime):
        return reference.replace(tzinfo=None)
    return datetime(reference.year, reference.month, reference.day, 12)


# By the last group of each alternative of the grammar.
_READERS = {
    "wm": _read_worded,
    "wy": _read_worded,
    "id": _read_iso,
    "ct": _read_compact,
    "y": _read_numeric,
    "nm": _read_day_month,
    "xy": _read_day_month_year,
    "by": _read_bare_month,
    "py": _read_month_first,
    "my": _read_month,
    "ty": _read_short_month,
    "lunar": _read_lunar,
    "qy": _read_quarter,
    "yy": _read_year,
    "jy": _read_java,
    "ey": _read_english,
    "fy": _read_english_day_first,
    "gy": _read_english_month,
    "rel": _read_relative_word,
    "ru": _read_relative,
    "cu": _read_relative,
}


_DIGIT = re.compile(r"\d")
# What every shape without a digit has in it: "tháng Giêng", "hôm qua", "chiều nay", "vừa xong", "một giờ trước".
_IN_WORDS = re.compile(r"thang |hom |truoc|ago|cach day|day|vua |just | nay| qua")


def next_shape(plain: str, position: int, reference: Reference) -> tuple[Core, int, int] | None:
    """The next date in a folded text from a place on, with its first place and the one behind it; None where no more.

    ``reference`` is what relative words and days without a year are read from, None where unknown.
    """
    if _DIGIT.search(plain, position) is None and _IN_WORDS.search(plain, position) is None:
        return None
    while (match := _CORE.search(plain, position)) is not None:
        start = _true_start(plain, match.start())
        core = _READERS[match.lastgroup or ""](plain, match, start, reference) if start >= 0 else None
        if core is not None:
            return core, start, match.end()
        # Not a date after all: go on behind the digits it began with, not in the middle of them.
        position = _past_token(plain, match.start())
    return None
