"""The passage of a text that answers a query, its words marked. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.research.query import WORD, Term

PASSAGE_WORDS, PASSAGE_LETTERS = 36, 400
"""A passage is no longer than this."""
_WORDS_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of stored text on one line, and where in it (start, end) the words of the query stand."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def whole(text: str, terms: Iterable[Term]) -> Passage:
    """A whole text, as a title, marked."""
    return _cut_out(text, 0, len(text), _merged((start, end) for start, end, _ in _places(text, terms)))


def _places(text: str, terms: Iterable[Term]) -> list[tuple[int, int, int]]:
    """Where terms stand in a text: start, end, the term's number; in order."""
    return sorted((*match.span(), n) for n, term in enumerate(terms) for match in term.pattern().finditer(text))


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def best(text: str, terms: Sequence[Term]) -> tuple[int, Passage]:
    """The part of a text with the most terms in it (the first such part), and how many they are."""
    words = [match.start() for match in WORD.finditer(text)]
    places = _places(text, terms)
    most, begin = 0, 0
    for at, (first, _, _) in enumerate(places):
        start = max(0, bisect_right(words, first) - 1 - _WORDS_BEFORE)
        stop = words[start + PASSAGE_WORDS] if start + PASSAGE_WORDS < len(words) else len(text)
        inside: set[int] = set()
        # By number: a copy of the rest for each place would take hours on a page that is one word a million times.
        for k in range(at, len(places)):
            _, last, n = places[k]
            if last > stop or len(inside) == len(terms):
                break
            inside.add(n)
        if len(inside) > most:
            most, begin = len(inside), start
        if most == len(terms):
            break
    start = words[begin] if begin else 0
    end = words[begin + PASSAGE_WORDS] if begin + PASSAGE_WORDS < len(words) else len(text)
    end = min(end, start + PASSAGE_LETTERS)
    ranges = _merged((first, last) for first, last, _ in places if first >= start and last <= end)
    passage = _cut_out(text, start, end, ranges)
    return most, _enclosed("… " if begin else "", passage, " …" if end < len(text) else "")


def _cut_out(text: str, start: int, end: int, ranges: Iterable[tuple[int, int]]) -> Passage:
    """Part of a text on one line, the given ranges of it marked."""
    line, marks = "", []
    for first, last in ranges:
        line += _one_line(text[start:first])
        begin = len(line)
        line += _one_line(text[first:last])
        marks.append((begin, len(line)))
        start = last
    return Passage(line + _one_line(text[start:end]).rstrip(), tuple(marks))


def _enclosed(before: str, passage: Passage, after: str) -> Passage:
    shift = len(before)
    return Passage(before + passage.text + after, tuple((a + shift, b + shift) for a, b in passage.marks))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
