"""The versions that readings make, in whatever order the readings come."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.versions import EXTRACTOR, SITE, Reading, timeline

DAYS = st.integers(1, 5)
WORDS = st.sampled_from(["một", "hai", "ba"])
EXTRACTORS = st.sampled_from(["newsarchive/0.9.1", "newsarchive/0.10.0"])


def reading(day, word, extractor="newsarchive/0.9.1", read_at=""):
    seen_at = f"2020-11-{day:02}"
    return Reading(seen_at, "http://x/ sha256:0", day, extractor, read_at or seen_at, word)


def said(readings):
    return [(v.reading.capture_id, v.reading.content_hash, v.cause) for v in timeline(readings)]


def test_a_version_begins_where_the_site_says_other_than_before():
    visits = [(1, "một"), (2, "một"), (3, "hai"), (4, "một"), (5, "một")]
    assert said(reading(*visit) for visit in visits) == [(1, "một", SITE), (3, "hai", SITE), (4, "một", SITE)]


def test_what_a_later_extractor_reads_of_the_same_bytes_is_its_version():
    old = [reading(1, "một"), reading(2, "một"), reading(3, "hai")]
    new = [reading(day, word, "newsarchive/0.10.0") for day, word in ((1, "một!"), (2, "một!"), (3, "hai!"))]
    assert said([*new, *old]) == [
        (1, "một", SITE),
        (1, "một!", EXTRACTOR),
        (3, "hai", SITE),
        (3, "hai!", EXTRACTOR),
    ]
    assert said([*old, *new, reading(4, "hai!", "newsarchive/0.10.0")]) == said([*new, *old])


def test_a_change_that_only_the_earlier_extractor_saw_does_not_hold():
    old = [reading(1, "một"), reading(2, "một, xem 12")]
    new = [reading(day, "một", "newsarchive/0.10.0") for day in (1, 2)]
    assert said([*old, *new]) == [(1, "một", SITE), (2, "một, xem 12", SITE), (2, "một", EXTRACTOR)]


def test_where_only_some_captures_were_read_anew_the_latest_still_holds():
    readings = [reading(1, "một"), reading(2, "một"), reading(1, "một!", "newsarchive/0.10.0")]
    assert said(readings) == [(1, "một", SITE), (1, "một!", EXTRACTOR), (2, "một", EXTRACTOR)]


def test_an_extractor_that_reads_otherwise_by_another_profile_supersedes_itself():
    readings = [reading(day, word, read_at=f"2021-0{n}") for day in (1, 2) for n, word in ((1, "một"), (2, "một!"))]
    assert said(readings) == [(1, "một", SITE), (1, "một!", EXTRACTOR)]


@given(st.lists(st.tuples(DAYS, WORDS, EXTRACTORS), unique=True), st.randoms())
def test_the_order_of_the_readings_does_not_matter_and_the_latest_reading_holds(parts, chance):
    readings = [reading(*part) for part in parts]
    shuffled = list(readings)
    chance.shuffle(shuffled)
    made = timeline(shuffled)
    assert made == timeline(readings)
    words = [version.reading.content_hash for version in made]
    assert all(one != other for one, other in pairwise(words))
    if readings:
        assert words[-1] == max(readings, key=lambda r: (r.moment, r.rank)).content_hash
        assert made[0].cause == SITE
