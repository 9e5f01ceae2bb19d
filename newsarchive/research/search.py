"""Full-text search: a query, answered by the two full-text tables together, with the passage that answers it.

``articles_fts`` has the words without marks, ``articles_fts_exact`` with them. Each term asks the table it was typed
for; what one of them can decide alone is left to FTS5, the answers of both are joined by rowid.
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsarchive.research.filters import Filters
from newsarchive.research.query import WORD, Query, Term, parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

PLAIN, EXACT = "articles_fts", "articles_fts_exact"

_WEIGHTS = "10.0, 2.0, 1.0, 1.0, 1.0"
"""What a word counts in title, lead, body, captions, byline."""

PASSAGE_WORDS, PASSAGE_LETTERS = 36, 400
"""A passage is no longer than this."""
_WORDS_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of stored text on one line, and where in it (start, end) the words of the query stand."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: its columns, its title and the best passage of its text."""

    id: int
    url: str
    site: str
    date: str | None
    title: Passage
    snippet: Passage


@dataclass(slots=True)
class Matching:
    """The SQL of a query.

    ``tables`` are those of the WITH clause by name, ``values`` fill them; ``wanted`` are the names of tables of hits
    (columns ``id``, ``score``) all of which an article must be in, ``unwanted`` of those it must not be in.
    """

    tables: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    @property
    def clause(self) -> str:
        """The WITH clause. Materialised: FTS5 gives a score only where its table is read by itself."""
        return "WITH " + ", ".join(f"{name} AS MATERIALIZED ({select})" for name, select in self.tables.items())

    def table(self, select: str, *values: str) -> str:
        """Add a table; returns its name."""
        name = f"t{len(self.tables)}"
        self.tables[name] = select
        self.values += values
        return name


def search(archive: Archive, text: str, filters: Filters | None = None, *, limit: int = 20) -> list[Hit]:
    """The articles that match a query (see :mod:`newsarchive.research.query`), best first, then newest.

    No text raises; one without a word finds nothing. A damaged file raises :class:`sqlite3.DatabaseError`.
    """
    query = parse(text)
    if not query:
        return []
    matching = matches(archive, query)
    conditions, values = (filters or Filters()).conditions()
    conditions += [f"a.id NOT IN (SELECT id FROM {name})" for name in matching.unwanted]
    joins = "".join(f" JOIN {name} ON {name}.id = a.id" for name in matching.wanted)
    scores = [" + ".join(f"{name}.score" for name in matching.wanted)] if matching.wanted else []
    rows = archive.rows(
        f"{matching.clause} SELECT a.id, a.url, a.site, a.title, a.date FROM articles a{joins}"
        f" WHERE {' AND '.join(conditions) or '1'}"
        f" ORDER BY {', '.join([*scores, 'a.date_earliest DESC', 'a.id DESC'])} LIMIT ?",
        *matching.values,
        *values,
        limit,
    )
    terms = [term for group in query.wanted for term in group]
    return [_hit(archive, row, terms) for row in rows]


def matches(archive: Archive, query: Query) -> Matching:
    """The SQL that finds a query's articles; the archive is given the function it calls for phrases of mixed words."""
    archive.connection.create_function("newsarchive_says", -1, _says, deterministic=True)
    made = Matching()
    alone: dict[str, list[str]] = {PLAIN: [], EXACT: []}
    for group in query.wanted:
        tables = {_table(term) for term in group}
        if len(tables) == 1 and not any(term.mixed for term in group):
            any_of = " OR ".join(term.expression(exact=term.exact) for term in group)
            alone[tables.pop()].append(f"({any_of})")
        else:
            either = " UNION ALL ".join(f"SELECT id, score FROM {_hits_of(term, made)}" for term in group)
            made.wanted.append(made.table(f"SELECT id, sum(score) AS score FROM ({either}) GROUP BY id"))
    for table, expressions in alone.items():
        if expressions:
            made.wanted.append(made.table(_hits(table), " AND ".join(expressions)))
    made.unwanted += [_hits_of(term, made) for term in query.unwanted]
    return made


def _table(term: Term) -> str:
    return EXACT if term.exact else PLAIN


def _hits(table: str) -> str:
    return f"SELECT rowid AS id, bm25({table}, {_WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ?"


def _hits_of(term: Term, made: Matching) -> str:
    """The name of the table of one term's hits."""
    select, expression = _hits(_table(term)), term.expression(exact=term.exact)
    if not term.mixed:
        return made.table(select, expression)
    # The folded table knows where the words follow each other, but not which marks they have. Most often the very ones
    # typed ("ban thường vụ"), which the other table knows; else the stored text is looked into.
    return made.table(
        f"{select} AND (rowid IN (SELECT rowid FROM {EXACT} WHERE {EXACT} MATCH ?)"
        f" OR EXISTS (SELECT 1 FROM articles_text t WHERE t.id = {PLAIN}.rowid"
        " AND newsarchive_says(?, ?, t.title, t.lead, t.body, t.captions, t.byline)))",
        expression,
        term.expression(exact=True),
        " ".join(term.words),
        "*" if term.prefix else "",
    )


def _says(words: str, star: str, *texts: str | None) -> bool:
    """SQL function: does one of the texts have this phrase?"""
    pattern = Term(tuple(words.split(" ")), bool(star)).pattern()
    return any(pattern.search(text) for text in texts if text)


def _hit(archive: Archive, row: sqlite3.Row, terms: Sequence[Term]) -> Hit:
    texts = archive.row("SELECT body, captions, byline FROM articles_text WHERE id = ?", row["id"])
    assert texts is not None
    snippets = [_passage(text, terms) for text in texts if text]
    # The text with the most of the query's terms; the first (the body) where they are even.
    _, snippet = max(snippets, key=lambda found: found[0], default=(0, Passage("")))
    title = row["title"]
    ranges = _merged((start, end) for start, end, _ in _places(title, terms))
    return Hit(row["id"], row["url"], row["site"], row["date"], _cut_out(title, 0, len(title), ranges), snippet)


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


def _passage(text: str, terms: Sequence[Term]) -> tuple[int, Passage]:
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
