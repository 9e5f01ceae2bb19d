"""Whether what a site did lately is unlike its own past: missing fields, silence, failures. Pure, no words, no clock.

Every bound here is of a site's own history: how often a field was missing before, how long it was silent before, how
often its pages failed before. Three rules keep it quiet. Nothing is said on fewer than :data:`FEWEST` articles; what is
said would come about by chance less than once in 10,000 times (:data:`CHANCE`); and the same was never seen in the
site's past that is looked at, since what is rare may come in bursts (a week of notices nobody signs).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import comb

FEWEST = 4
"""Articles, or pages, of which something is said."""
CHANCE = 1e-4
"""How improbable it must be that nothing has changed."""
RECENT = 40
"""The newest articles among which a change is looked for: one that is older is how the site is now."""
PAST = 200
"""Articles before them that are the site's past."""
FEWEST_PAST = 12
"""Articles without which a site has no past to be compared with."""
FEWEST_GAPS = 10
"""Gaps between days of news, or between crawls, without which there is no habit."""
SHORTEST_SILENCE = timedelta(days=7)
"""A week without news is nobody's alarm, however busy a site was."""
SHORTEST_LATENESS = timedelta(days=1)
TIMES = 2
"""How many times the longest silence of the past one must be to be unlike it: the longest of n gaps is exceeded by the
next one time in n + 1, twice that hardly ever."""


def sudden(marks: Sequence[bool]) -> int | None:
    """Among how many of the newest things most are marked suddenly; None where nothing is unlike the past.

    ``marks`` are of articles or pages, the newest first: True where something is missing or wrong.

    >>> sudden([True] * 5 + [False] * 30), sudden([True] * 35), sudden([False, True] * 30), sudden([True] * 3)
    (5, None, None, None)
    """
    if 2 * sum(marks[:FEWEST]) < FEWEST:
        return None
    sums = [0, *accumulate(map(int, marks[: RECENT + PAST]))]
    found, least = None, CHANCE
    for newest in range(FEWEST, min(RECENT, len(sums) - 1 - FEWEST_PAST) + 1):
        marked, end = sums[newest], min(len(sums) - 1, newest + PAST)
        rate = (sums[end] - sums[newest] + 1) / (end - newest + 2)
        if marked < FEWEST or 2 * marked < newest or marked <= rate * newest:
            continue
        chance = at_least(marked, newest, rate)
        if chance < least and marked > _most(sums, newest, end):
            found, least = newest, chance
    return found


def at_least(marked: int, things: int, rate: float) -> float:
    """How likely it is that so many of some things or more are marked, if each is with probability ``rate``.

    >>> round(at_least(2, 3, 0.5), 3)
    0.5
    """
    return sum(comb(things, n) * rate**n * (1 - rate) ** (things - n) for n in range(marked, things + 1))


def _most(sums: Sequence[int], length: int, end: int) -> int:
    """The most marks among ``length`` neighbours of the past, or among all of it where it is shorter."""
    if end - length <= length:
        return sums[end] - sums[length]
    return max(sums[n + length] - sums[n] for n in range(length, end - length + 1))


def silent_since(moments: Sequence[datetime], now: datetime, shortest: timedelta) -> datetime | None:
    """When a silence began to be unlike the past; None where it is not.

    ``moments`` are the days with news, or the starts of crawls, the newest first, none twice. The silence lasts from
    the newest to ``now``.

    >>> days = [datetime(2020, 11, 30) - timedelta(days=3 * n) for n in range(20)]
    >>> silent_since(days, datetime(2020, 12, 7), timedelta(days=2))
    datetime.datetime(2020, 12, 6, 0, 0)
    >>> silent_since(days, datetime(2020, 12, 7), SHORTEST_SILENCE)
    """
    gaps = [newer - older for newer, older in pairwise(moments)]
    if len(gaps) < FEWEST_GAPS:
        return None
    limit = moments[0] + max(TIMES * max(gaps), shortest)
    return limit if now > limit else None
