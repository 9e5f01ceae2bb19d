"""Judging and timing. No printing here.

Bodies are compared as the public benchmark compares them: by runs of four words ("shingles"), each page's counts as
shares, precision and recall averaged over the pages, F1 of the two averages.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean, median

from benchmarks.extraction.readers import OFFERS_NOT, Reader, Reading, Sheet

WORDS_IN_SHINGLE = 4


@dataclass(slots=True)
class Score:
    """What one extractor made of one set: milliseconds, fields right and judged, bodies, what was not right."""

    milliseconds: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    bodies: list[tuple[float, float, float]] = field(default_factory=list)
    """Each page's shares of shingles: found, made up, missed."""
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Page, field, expected, answered."""
    failures: int = 0

    def add(self, page: str, name: str, expected: object, answer: object) -> None:
        """Judge one field of a page."""
        if answer is OFFERS_NOT:
            return
        self.judged[name] += 1
        if answer == expected:
            self.right[name] += 1
        else:
            self.misses.append((page, name, str(expected), str(answer)))

    @property
    def mean(self) -> float:
        """Milliseconds a page, on the average."""
        return mean(self.milliseconds)

    @property
    def median(self) -> float:
        """Milliseconds of the middle page."""
        return median(self.milliseconds)


def forget() -> None:
    """Empty the package's caches: what was told of a page's lines once helps nobody who reads the page again."""
    for module in [module for name, module in sys.modules.items() if name.startswith("newsarchive")]:
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


def read(reader: Reader, sheet: Sheet, score: Score) -> Reading:
    """One page read once, its time noted; an exception counts as nothing read."""
    began = time.perf_counter_ns()
    try:
        reading = reader(sheet)
    except Exception:  # an extractor's exception on a page is a finding, not an end
        score.failures += 1
        reading = Reading("")
    score.milliseconds.append((time.perf_counter_ns() - began) / 1e6)
    return reading


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words in a text; a shorter text is one run."""
    words = re.findall(r"\w+", text)
    runs = (tuple(words[n : n + WORDS_IN_SHINGLE]) for n in range(max(1, len(words) - WORDS_IN_SHINGLE + 1)))
    return Counter(run for run in runs if run)


def compare(expected: str, answer: str) -> tuple[float, float, float]:
    """The shares of shingles that were found, made up and missed; together 1, or all 0 for two empty texts."""
    truth, found = shingles(expected), shingles(answer)
    counts = ((truth & found).total(), (found - truth).total(), (truth - found).total())
    return tuple(count / (sum(counts) or 1) for count in counts)  # type: ignore[return-value]


def averages(bodies: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    """(F1, precision, recall) over the pages."""
    bodies = list(bodies)
    precision = mean(hit / (hit + extra) for hit, extra, _ in bodies if hit + extra)
    recall = mean(hit / (hit + lost) for hit, _, lost in bodies if hit + lost)
    return 2 * precision * recall / (precision + recall), precision, recall


def f1(body: tuple[float, float, float]) -> float:
    """F1 of one page."""
    hit, extra, lost = body
    return 2 * hit / (2 * hit + extra + lost) if hit else float(not extra and not lost)
