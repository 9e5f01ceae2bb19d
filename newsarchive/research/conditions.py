"""A query as a condition on one article, by the way that costs least. Builds SQL, and samples the full-text tables.

Whether an article has the words is asked of FTS5 one by one, or looked up in a list of all that have them, made at
once. What neither full-text table answers alone is put together from what each does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newsarchive.research.matching import EXACT, PLAIN, expression, home, in_text, prepare
from newsarchive.research.query import And, Node, Not, Or, Term

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

# Microseconds, measured on a million articles (benchmarks/search); only which way is taken depends on them.
_ASKING = 50.0
"""To ask FTS5 whether one article has a word."""
_LISTING = 0.1
"""To pass by an article with a word, in its list."""
_KEEPING = 3
"""So many times that, to keep the list for looking articles up in it."""

_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL on ``articles a``, and the values of its placeholders."""

    sql: str
    values: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A full-text table, what to ask it, and about how many articles that finds."""

    table: str
    match: str
    articles: float


@dataclass(slots=True)
class Words:
    """How frequent words are in an archive, as far as was asked; of ids from ``low`` to ``high`` only."""

    archive: Archive
    low: int
    high: int
    _samples: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    def share(self, node: Node) -> float:
        """About which part of all articles a query finds, never 0: by those with the lowest ids."""
        if isinstance(node, Not):
            return max(1 - self.share(node.part), 1e-6)
        if lists := bounds(node):
            return min(self.sampled(table, match)[1] for table, match in lists)
        return max(map(self.share, node.parts)) if isinstance(node, Or) else 1.0

    def listing(self, share: float) -> float:
        """Microseconds to list such a part of all articles."""
        return share * (self.high - self.low + 1) * _LISTING

    def sampled(self, table: str, match: str, most: int = _SAMPLE) -> tuple[int, float]:
        """How many articles a table finds, no more than ``most``; and about which part of all articles these are."""
        if (known := self._samples.get((table, match))) is None:
            count, last = self.archive.rows(
                f"SELECT count(*), max(id) FROM (SELECT rowid AS id FROM {table} WHERE {table} MATCH ? LIMIT ?)",
                match,
                most,
            )[0]
            known = count, max(count, 1) / (last if count == most else max(self.high, 1))
            self._samples[table, match] = known
        return known

    def shortest(self, node: Node) -> Listed | None:
        """The list that finds all that a query finds and is the shortest; None where there is none."""
        lists = [Listed(table, match, self.sampled(table, match)[1] * self.high) for table, match in bounds(node)]
        return min(lists, key=lambda listed: listed.articles, default=None)

    def condition(self, node: Node, asked: float) -> Condition:
        """That an article answers a query; it will be asked of about so many."""
        if table := home(node):
            return self._simple(table, expression(node, table), node, asked)
        if isinstance(node, Term):
            return self._mixed(node, asked)
        if isinstance(node, Not):
            part = self.condition(node.part, asked)
            return Condition(f"NOT ({part.sql})", part.values)
        joint = " OR " if isinstance(node, Or) else " AND "
        parts = [self.condition(part, asked) for part in _grouped(node)]
        return Condition(
            f"({joint.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.values)
        )

    def _simple(self, table: str, match: str, node: Node, asked: float) -> Condition:
        listing = self.listing(self.sampled(table, match)[1] * _KEEPING)
        # Of a beginning FTS5 has no list: to ask of one article it makes one anew.
        if asked * asking(node) < listing and not _has_prefix(node):
            return Condition(f"EXISTS (SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = a.id)", (match,))
        return Condition(
            f"a.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ?)",
            (match, self.low, self.high),
        )

    def _mixed(self, term: Term, asked: float) -> Condition:
        # As matching._mixed does, of one article. A beginning is not asked of the other table: see _simple.
        prepare(self.archive.connection)
        loose = self._simple(PLAIN, term.expression(exact=False), term, asked)
        values: tuple[str, ...]
        sql, values = in_text(term, "a.id")
        if not term.prefix:
            sql = f"(EXISTS (SELECT 1 FROM {EXACT} WHERE {EXACT} MATCH ? AND rowid = a.id) OR {sql})"
            values = (term.expression(exact=True), *values)
        return Condition(f"({loose.sql} AND {sql})", (*loose.values, *values))


def _grouped(node: And | Or) -> list[Node]:
    """The parts of a query; those that one table answers together are one."""
    alone: dict[str, list[Node]] = {EXACT: [], PLAIN: []}
    others = list[Node]()
    for part in node.parts:
        table = home(part)
        (alone[table] if table else others).append(part)
    return [type(node)(tuple(parts)) if len(parts) > 1 else parts[0] for parts in alone.values() if parts] + others


def bounds(node: Node) -> list[tuple[str, str]]:
    """Full-text tables and what to ask them: each finds all that a query finds, the first perhaps more."""
    if table := home(node):
        return [(table, expression(node, table))]
    wanted = _wanted(node)
    parts = _grouped(node) if isinstance(node, And) else []
    found = [(PLAIN, expression(wanted, PLAIN))] if wanted else []
    return found + [(table, expression(part, table)) for part in parts if (table := home(part))]


def _wanted(node: Node) -> Node | None:
    """A query without what is not wanted; None where that leaves nothing to look for."""
    if isinstance(node, Term):
        return node
    if isinstance(node, Not):
        return None
    parts = list(map(_wanted, node.parts))
    kept = tuple(part for part in parts if part is not None)
    if not kept or (isinstance(node, Or) and len(kept) < len(parts)):
        return None
    return type(node)(kept) if len(kept) > 1 else kept[0]


def titled(node: Node) -> Node:
    """What is wanted, wanted in the title; what was asked for in some field, and what is not wanted, as it is."""
    if isinstance(node, Term):
        return node if node.field else replace(node, field="title")
    if isinstance(node, Not):
        return node
    parts = tuple(map(titled, node.parts))
    return Or(parts) if isinstance(node, Or) else And(parts)


def may_be_titled(node: Node) -> Callable[[str], bool]:
    """Whether a title may have what is wanted in it (:func:`titled`): a look at the title alone, quicker than FTS5."""

    def may(part: Node, title: str) -> bool:
        if isinstance(part, Term):
            return part.field not in (None, "title") or part.pattern().search(title) is not None
        if isinstance(part, Not):
            return True
        return (all if isinstance(part, And) else any)(may(inner, title) for inner in part.parts)

    return lambda title: may(node, title)


def _has_prefix(node: Node) -> bool:
    if isinstance(node, Term):
        return node.prefix
    return _has_prefix(node.part) if isinstance(node, Not) else any(map(_has_prefix, node.parts))


def asking(node: Node) -> float:
    """Microseconds to ask FTS5 whether one article answers a query."""
    if isinstance(node, Term):
        return _ASKING * len(node.words)
    return asking(node.part) if isinstance(node, Not) else sum(map(asking, node.parts))
