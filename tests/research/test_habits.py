"""What is unlike a site's own past, and what is not: generated histories on both sides."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.research.habits import FEWEST, FEWEST_PAST, PAST, SHORTEST_SILENCE, TIMES, silent_since, sudden

NOW = datetime(2021, 6, 30)
lengths = st.integers(0, 300)


@given(st.lists(st.booleans(), max_size=FEWEST + FEWEST_PAST - 1))
def test_of_too_short_a_history_nothing_is_said(marks):
    assert sudden(marks) is None


@given(lengths)
def test_what_was_always_so_is_no_change(length):
    assert sudden([False] * length) is None
    assert sudden([True] * length) is None


@given(st.integers(FEWEST, 40), st.integers(FEWEST_PAST, 300))
def test_what_never_was_and_suddenly_always_is_is_told(missing, before):
    assert sudden([True] * missing + [False] * before) == missing


@given(st.integers(0, FEWEST - 1), st.integers(0, 300))
def test_a_few_are_not_told(missing, before):
    assert sudden([True] * missing + [False] * before) is None


@given(st.lists(st.booleans(), min_size=FEWEST_PAST, max_size=300), st.integers(FEWEST, 39))
def test_what_goes_on_stays_told(past, missing):
    """One more of the same takes no alarm back, as long as the change is among the newest."""
    past = [False, *past]
    if sudden([True] * missing + past):
        assert sudden([True] * (missing + 1) + past)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 60))
def test_what_comes_round_again_is_a_habit(pattern, phase):
    """A weekly page that nobody signs, a month of notices: seen before, so nothing new."""
    marks = pattern * (1 + (PAST + 120) // len(pattern))
    assert sudden(marks[phase:]) is None


@given(st.integers(FEWEST, 20), st.integers(30, 60))
def test_a_burst_as_long_as_one_before_is_a_habit_and_a_longer_one_is_none(burst, between):
    """Notices that nobody signs come some at a time."""
    past = ([False] * between + [True] * burst) * 3 + [False] * 30
    assert sudden([True] * burst + past) is None
    assert sudden([True] * min(2 * burst + 10, 40) + past)


@given(st.integers(FEWEST, 30), st.integers(FEWEST_PAST, 200))
def test_what_was_mended_is_told_no_more(missing, before):
    assert sudden([False] * FEWEST + [True] * missing + [False] * before) is None


def nights(rate, seed, count):
    """The alarms of a site that a field is missing on at a rate, article by article."""
    chance = random.Random(seed)
    marks = [chance.random() < rate for _ in range(PAST + count)]
    return sum(sudden(marks[n : n + PAST + 40]) is not None for n in range(count))


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3, 0.5, 0.8])
def test_sites_that_do_not_change_are_hardly_ever_told_of(rate):
    """Alarms in 2,000 looks at a site of a steady rate; the looks share articles, so that one alarm stays for a few."""
    assert nights(rate, seed=1, count=2000) <= 6


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_a_field_that_goes_is_told_within_the_next_articles(rate):
    chance = random.Random(2)
    past = [chance.random() < rate for _ in range(PAST)]
    first = next(n for n in range(1, 41) if sudden([True] * n + past))
    assert first <= {0.02: 5, 0.1: 7, 0.3: 14}[rate]


def days(gaps, last=NOW):
    moments = [last]
    for gap in gaps:
        moments.append(moments[-1] - timedelta(days=gap))
    return moments


@given(st.lists(st.integers(1, 90), min_size=10, max_size=200))
def test_a_silence_no_longer_than_twice_the_longest_is_a_habit(gaps):
    moments = days(gaps)
    longest = max(timedelta(days=max(gaps)) * TIMES, SHORTEST_SILENCE)
    assert silent_since(moments, NOW + longest, SHORTEST_SILENCE) is None
    assert silent_since(moments, NOW + longest + timedelta(days=1), SHORTEST_SILENCE) == NOW + longest


@given(st.lists(st.integers(1, 90), max_size=9))
def test_without_a_habit_no_silence_is_long(gaps):
    assert silent_since(days(gaps), NOW + timedelta(days=9999), SHORTEST_SILENCE) is None
