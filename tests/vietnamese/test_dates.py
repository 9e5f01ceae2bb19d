"""The date reader: the truth tables, every day in every shape, and any string at all."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dates.tables import OPEN, datelines, strings
from newsarchive.vietnamese.datelines import read_dateline
from newsarchive.vietnamese.dates import (
    ASSUMED_OFFSET,
    NO_DATE,
    OTHER,
    PUBLISHED,
    UPDATED,
    WEEKDAY_CONFLICT,
    find_dates,
    read_date,
)
from newsarchive.vietnamese.dateshapes import (
    ASSUMED_YEAR,
    LUNAR,
    NO_REFERENCE,
    NO_YEAR,
    TWO_DIGIT_YEAR,
    nearest_not_after,
)

EDTF = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")
MONTHS = "Một Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Mười_Một Mười_Hai".split()
ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def month_word(day):
    return MONTHS[day.month - 1].replace("_", " ")


SHAPES = {
    "slashes": lambda d: f"{d:%d/%m/%Y}",
    "dashes": lambda d: f"{d.day}-{d.month}-{d.year}",
    "dots": lambda d: f"{d.day}.{d.month:02}.{d.year}",
    "spaces": lambda d: f"{d.day} / {d.month} / {d.year}",
    "doubled mark": lambda d: f"{d.day:02}//{d.month:02}/{d.year}",
    "two-digit year": lambda d: f"{d.day}/{d.month}/{d:%y}",
    "words": lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    "joined words": lambda d: f"ngày {d.day:02} tháng{d.month:02} năm{d.year}",
    "month in words": lambda d: f"{d.day:02} Tháng {month_word(d)}, {d.year}",
    "month first": lambda d: f"Tháng {month_word(d)} {d.day}, {d.year}",
    "Thg": lambda d: f"{d.day} Thg {d.month}, {d.year}",
    "weekday": lambda d: f"{WEEKDAYS[d.weekday()]}, ngày {d:%d/%m/%Y}",
    "capitals": lambda d: f"{WEEKDAYS[d.weekday()]}, NGÀY {d.day} THÁNG {d.month} NĂM {d.year}".upper(),
    "clock behind": lambda d: f"{WEEKDAYS[d.weekday()]} - {d:%d/%m/%Y} 15:32",
    "clock before": lambda d: f"15h32, ngày {d.day}-{d.month}-{d.year}",
    "labelled": lambda d: f"Cập nhật lúc 10:20 ngày {d:%d/%m/%Y}",
    "letter O": lambda d: f"{d:%d/%m/%Y}".replace("0", "O"),
    "ISO 8601": lambda d: f"{d.isoformat()}T15:32:08+07:00",
    "compact": lambda d: f"{d:%Y%m%d}T153208",
    "American": lambda d: f"{d.month}/{d.day}/{d.year} 3:32:08 PM",
    "English": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    "RFC 5322": lambda d: f"{d.day:02} {ENGLISH[d.month - 1]} {d.year} 15:32:08 +0700",
}


@pytest.mark.parametrize("group", sorted({row.group for row in strings()}))
def test_the_table_of_strings(group):
    wrong = []
    for row in strings():
        if row.group != group:
            continue
        reading = read_date(row.text, reference=row.reference)
        offset = None if ASSUMED_OFFSET in reading.oddities else reading.offset
        got = (reading.date, reading.time, offset)
        if any(o not in (OPEN, g) for o, g in zip((row.date, row.time, row.offset), got, strict=True)):
            wrong.append((row.text, (row.date, row.time, row.offset), got))
    assert wrong == []


@pytest.mark.parametrize("group", sorted({row.group for row in datelines()}))
def test_the_table_of_datelines(group):
    rows = [row for row in datelines() if row.group == group]
    read = [(row.text, read_dateline(row.text, not_after=row.not_after)) for row in rows]
    assert [(text, reading.date if reading else None) for text, reading in read] == [(r.text, r.event) for r in rows]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_day_from_1997_to_2030_reads_back(shape):
    day, wrong = date(1997, 1, 1), []
    while day.year <= 2030:
        reading = read_date(SHAPES[shape](day))
        if reading.date != day.isoformat() or (reading.earliest, reading.latest) != (day, day):
            wrong.append((SHAPES[shape](day), reading.date))
        if WEEKDAY_CONFLICT in reading.oddities:
            wrong.append((SHAPES[shape](day), WEEKDAY_CONFLICT))
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_stays_a_month(month):
    for text in (f"tháng {month}/2020", f"Tháng {MONTHS[month - 1].replace('_', ' ')} năm 2020", f"{month:02}/2020"):
        reading = read_date(text)
        assert reading.date == f"2020-{month:02}"
        assert reading.earliest == date(2020, month, 1)
        assert (reading.latest + timedelta(days=1)).day == 1


def test_a_quarter_and_a_year_are_their_months():
    assert [read_date(f"quý {q}/2020").date for q in ("I", "II", "III", "IV")] == [
        "2020-01/2020-03", "2020-04/2020-06", "2020-07/2020-09", "2020-10/2020-12",
    ]  # fmt: skip
    year = read_date("năm 2020")
    assert (year.date, year.earliest, year.latest) == ("2020", date(2020, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("text", "oddity"),
    [
        ("Thứ sáu, 08/10/2020", WEEKDAY_CONFLICT),
        ("8/10/20", TWO_DIGIT_YEAR),
        ("08/10/2020 15:32", ASSUMED_OFFSET),
        ("O8/1O/2O20", "letter O for zero"),
        ("10/8/2020 3:32:08 PM", "American order, by its AM/PM"),
        ("T5, 10/08/2020 - 15:32", "American order, by its weekday"),
    ],
)
def test_what_is_odd_is_said(text, oddity):
    reading = read_date(text)
    assert reading.date == "2020-10-08"
    assert oddity in reading.oddities


@pytest.mark.parametrize("text", ["Thứ ba, 09/10/2019 07:00", "T3, 9/10/2019 - 07:00", "T3, 09/10/2019"])
def test_a_wrong_weekday_alone_turns_no_day_around(text):
    reading = read_date(text)
    assert (reading.date, WEEKDAY_CONFLICT in reading.oddities) == ("2019-10-09", True)


def test_the_hour_after_midnight_may_be_counted_as_the_24th():
    assert [read_date(f"{time} 08/10/2020").time for time in ("24:35", "24:00", "25:10")] == ["00:35", None, None]


def test_a_padded_day_stays_before_its_month_also_with_english_am_and_pm():
    # NukeViet's lists print PHP's "d/m/Y h:i:s A".
    assert [read_date(text).date for text in ("05/09/2020 10:15:00 AM", "5/9/2020 10:15:00 AM")] == [
        "2020-09-05", "2020-05-09",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/02/2020", "impossible: 2/2020 has no day 31"),
        ("ngày 30 tháng 2 năm 2020", "impossible: 2/2020 has no day 30"),
        ("08/13/2020", "impossible: there is no month 13"),
        ("00:00 01/01/0001 +07:00", "impossible: the year 0001"),
        ("quý 5/2020", "impossible: there is no quarter 5"),
        ("rằm tháng 7 âm lịch", LUNAR),
        ("mùng 1", LUNAR),
        ("tháng Giêng", LUNAR),
        ("tháng Chạp năm 2020", LUNAR),
        ("Chiều 8/10", NO_YEAR),
        ("Hôm qua 14:30", NO_REFERENCE),
        ("Vừa xong", NO_REFERENCE),
        ("Ủy ban nhân dân quận", NO_DATE),
        ("", NO_DATE),
    ],
)
def test_no_date_has_a_reason(text, reason):
    reading = read_date(text)
    assert (reading.date, reading.earliest, reading.latest) == (None, None, None)
    assert reading.oddities == (reason,)


def test_a_year_is_taken_from_the_reference_and_marked():
    assert read_date("Chiều 8/10", reference=date(2020, 11, 30)).date == "2020-10-08"
    assert read_date("Chiều 31/12", reference=date(2021, 1, 2)).date == "2020-12-31"
    assert read_date("8/10", reference=date(2020, 10, 8)).date == "2020-10-08"
    assert read_date("8/10", reference=date(2020, 10, 7)).oddities == (ASSUMED_YEAR,)
    assert nearest_not_after(2, 29, date(2023, 3, 1)) == date(2020, 2, 29)
    assert nearest_not_after(2, 30, date(2023, 3, 1)) is None


def test_relative_words_count_from_the_reference():
    moment = datetime(2020, 10, 8, 1, 15)
    read = {text: read_date(text, reference=moment).date for text in ("Hôm qua 14:30", "2 giờ trước", "Vừa xong")}
    assert read == {"Hôm qua 14:30": "2020-10-07", "2 giờ trước": "2020-10-07", "Vừa xong": "2020-10-08"}
    assert read_date("Hôm qua 14:30", reference=moment).time == "14:30"
    assert read_date("3 tháng trước", reference=moment).date == "2020-07"
    assert read_date("2 tuần trước", reference=moment).date == "2020-09-18/2020-09-24"


def test_labels_tell_which_of_two_days_is_meant():
    reading = read_date("Cập nhật: 12/10/2020 - Ngày đăng: 08/10/2020")
    assert (reading.date, reading.label) == ("2020-10-08", PUBLISHED)
    assert read_date("Cập nhật lúc 10:20 ngày 12/11/2020").label == UPDATED
    assert read_date("Giấy phép số 12/GP-STTTT ngày 05/02/2015").label == OTHER
    assert read_date("năm 2020, ngày 8/10/2020").date == "2020-10-08"
    assert read_date("Đăng 08/10/2020").label == PUBLISHED
    assert read_date("Xây dựng Đảng 08/10/2020").label is None
    assert read_date("Đang ngày 08/10/2020").label is None


def test_all_dates_of_a_text_with_their_places():
    text = "Từ 05/10/2020 đến 09/10/2020, và 31/02/2020."
    found = list(find_dates(text))
    assert [r.date for r in found] == ["2020-10-05", "2020-10-09", None]
    assert [r.text for r in found] == ["05/10/2020", "09/10/2020", "31/02/2020"]
    assert [text[r.start : r.end] for r in found] == [r.text for r in found]


def test_a_day_that_lasts_to_another_is_an_interval():
    reading = read_date("Từ ngày 05/10/2020 đến ngày 09/10/2020")
    assert (reading.date, reading.earliest, reading.latest) == (
        "2020-10-05/2020-10-09", date(2020, 10, 5), date(2020, 10, 9)
    )  # fmt: skip


def check(text, reference=None):
    for reading in [*find_dates(text, reference=reference), read_date(text, reference=reference)]:
        assert (reading.date is None) == (reading.earliest is None) == (reading.latest is None)
        if reading.date is None:
            assert reading.oddities
            assert reading.time is reading.offset is None
        else:
            assert EDTF.fullmatch(reading.date), reading
            assert reading.earliest <= reading.latest
        assert 0 <= reading.start <= reading.end
        assert reading.time is None or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", reading.time)
        assert reading.offset is None or re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", reading.offset)


PIECES = st.sampled_from(
    "8|08|10|31|2|2020|20|1|12|o|O|/|-|.|//| |,|:|h|ngày|tháng|năm|thứ|hai|tư|T5|CN|âm lịch|mùng|rằm|giêng|chạp|quý|"
    "III|giờ|phút|trước|hôm qua|SA|CH|PM|GMT+7|(|)|Z|+07:00|T|Oct|Thg|cập nhật|đăng|sáng|chiều|từ|đến|và|0001|"
    "9999|\u200b|\u00a0|\u202e|a\u0301|😀|15:32".split("|")
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map(" ".join)))
def test_any_text_gives_a_reading_and_never_an_error(text):
    check(text)
    check(text, date(2020, 11, 30))
    check(text, datetime(1, 1, 1))
    reading = read_dateline(text, not_after=date(2020, 11, 30))
    assert reading is None or reading.date is None or EDTF.fullmatch(reading.date)
    read_dateline(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdeghiklmnopqrstuvxyàáạảãâấầđêếìòóôơùúưỳABCĐ ,.!?-/:()\n", max_size=200))
def test_text_without_a_digit_says_no_date(text):
    assert read_date(text).date is None


@pytest.mark.parametrize(
    "text",
    [
        "9" * 1_000_000,
        "1/2/" * 250_000,
        "ngày " * 2_000,
        "12:12 " * 1_700,
        "thứ hai " * 1_200,
        "o" * 10_000,
        "1-" * 5_000,
        "năm 2020 " * 1_100,
        "\u0301" * 10_000,
        "\u202e08/10/2020\u202c" * 700,
        "\x00" * 10_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_inputs_are_read_as_far_as_a_date_may_stand(text):
    check(text)
    read_dateline(text, not_after=date(2020, 11, 30))


@pytest.mark.parametrize("value", [None, 20201008, 1.5, b"08/10/2020", ["08/10/2020"]])
def test_what_is_no_text_is_no_date(value):
    assert read_date(value).date is None
    assert list(find_dates(value)) == []
