"""Which articles answer a query, in which order: the quickest way to the page that is wanted, whatever the query.

FTS5 lists the articles with a word quickly, in the order of their ids (0.1 µs each), but scores them slowly (4 µs),
and to ask it of one article costs as much as to list some hundred. So:

- Where few articles have the words (:data:`NARROW`), they are listed, filtered, scored and counted, all of them.
- Where many have, they are not scored: best first is then those with the words in the title, the newest first, and
  then the others in the same order. Articles are gone through in the order of their dates, by an index, until the page
  is full. Whether an article has the words is asked one by one where it soon is full, else of a list of all that have.

Both ways to go through them give the same articles in the same order; which is taken is a matter of time only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsarchive.archive.withheld import WITHHELD
from newsarchive.research.filters import Filters
from newsarchive.research.matching import expression, home, matching, subselect
from newsarchive.research.query import And, Node, Not, Or, Term

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

BEST, NEWEST, OLDEST = SORTS = ("best", "newest", "oldest")

NARROW = 5000
"""A query that no more articles answer, before they are filtered, has all of them scored and counted."""
_ASKING = 150
"""Asking of one article costs as much as listing so many (measured; benchmarks/search)."""

_FEW = 2000
"""Where the filters leave no more articles than this, these are gone through and counted, whatever the query."""

_AHEAD = 20
"""So many articles are looked for at least, even where none is to be shown."""
_AHEAD_WITHOUT_QUERY = 20_000
"""The same where there are only filters: then articles cost nearly nothing."""

_ORDERS = {
    BEST: "a.date_earliest DESC, a.date_latest DESC, a.id DESC",
    NEWEST: "a.date_earliest DESC, a.date_latest DESC, a.id DESC",
    OLDEST: "a.date_earliest ASC NULLS LAST, a.date_latest, a.id",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Ids of articles in order; ``total`` match, or more where ``more`` is true; ``scored`` where bm25 ordered them."""

    ids: list[int]
    total: int
    more: bool = False
    scored: bool = False


def choose(archive: Archive, node: Node | None, filters: Filters, sort: str, limit: int, offset: int) -> Answer:
    """The ``limit`` articles after the first ``offset`` that a query and the filters leave, in the order of ``sort``.

    ``sort`` is one of :data:`SORTS`; without a query the best are the newest.
    """
    listed = None if node is None else _listed(archive, node)
    if node is not None and listed is not None and len(listed) <= NARROW:
        ids = _scored(archive, node, filters) if sort == BEST else _filtered(archive, listed, filters, sort)
        return Answer(ids[offset : offset + limit], len(ids), scored=sort == BEST)
    if node is None and not filters:
        ids = _walked(archive, None, filters, sort, offset + limit, None)
        return Answer(ids[offset:], _all(archive))
    tiers = [node]
    if node is not None and sort == BEST and (titled := _in_title(node)) != node:
        tiers = [titled, And((node, Not(titled)))]
    few = _few(archive, filters)
    # One more than wanted, to know whether there is one.
    most = _FEW if few is not None else max(offset + limit, _AHEAD if node else _AHEAD_WITHOUT_QUERY) + 1
    ids = []
    for tier in tiers:
        ids += _walked(archive, tier, filters, sort, most - len(ids), few)
        if len(ids) == most:
            break
    if few is not None or len(ids) < most:
        return Answer(ids[offset : offset + limit], len(ids))
    # So many have the words, and no more of them are left out than are withheld.
    known = 0 if filters or node is None else NARROW - _withheld(archive)
    return Answer(ids[offset : offset + limit], max(most - 1, known), more=True)


def _all(archive: Archive) -> int:
    """How many articles there are to be found."""
    return int(archive.rows("SELECT count(*) FROM articles")[0][0]) - _withheld(archive)


def _withheld(archive: Archive) -> int:
    return int(archive.rows(f"SELECT count(*) FROM ({WITHHELD})")[0][0])


def _listed(archive: Archive, node: Node) -> list[int]:
    """The articles a query finds, in no order, filtered by nothing; one more than :data:`NARROW` at most."""
    clause, select, values = subselect(archive.connection, node)
    return [row[0] for row in archive.rows(f"{clause} {select} LIMIT {NARROW + 1}", *values)]


def _filtered(archive: Archive, listed: list[int], filters: Filters, sort: str) -> list[int]:
    conditions, values = filters.conditions()
    rows = archive.rows(
        "SELECT a.id FROM json_each(?) listed CROSS JOIN articles a INDEXED BY articles_reading ON a.id = listed.value"
        f" WHERE {' AND '.join(conditions)} ORDER BY {_ORDERS[sort]}",
        json.dumps(listed),
        *values,
    )
    return [row[0] for row in rows]


def _scored(archive: Archive, node: Node, filters: Filters) -> list[int]:
    made = matching(archive.connection, node, scored=True)
    conditions, values = filters.conditions()
    rows = archive.rows(
        f"{made.clause} SELECT a.id FROM {made.hits} h CROSS JOIN articles a INDEXED BY articles_reading ON a.id = h.id"
        f" WHERE {' AND '.join(conditions)} ORDER BY h.score, {_ORDERS[BEST]}",
        *made.values,
        *values,
    )
    return [row[0] for row in rows]


def _walked(
    archive: Archive, node: Node | None, filters: Filters, sort: str, limit: int, few: list[int] | None
) -> list[int]:
    """The first articles in the order of dates, among ``few`` if these are all that the filters leave."""
    conditions, values = filters.conditions()
    clause, first = "", list[str]()
    if node is not None:
        clause, condition, first, last = _among(archive, node, limit, few)
        conditions.append(condition)
        values += last
    ids: list[int] = []
    for source, given in _sources(archive, filters, few):
        rows = archive.rows(
            f"{clause} SELECT a.id FROM {source} AND {' AND '.join(conditions)} ORDER BY {_ORDERS[sort]} LIMIT ?",
            *first,
            *given,
            *values,
            limit - len(ids),
        )
        ids += [row[0] for row in rows]
    return ids


def _sources(archive: Archive, filters: Filters, few: list[int] | None) -> Iterator[tuple[str, list[str]]]:
    """Where to look for articles, one after the other: what follows FROM in SQL, as far as a first condition.

    First those with a beginning in or near the period that is asked for, then those without one: they come last in
    either order.
    """
    if few is not None:
        yield (
            "json_each(?) few CROSS JOIN articles a INDEXED BY articles_reading ON a.id = few.value WHERE 1",
            [json.dumps(few)],
        )
        return
    by_date = "articles a INDEXED BY articles_by_date WHERE"
    first, last = "0000", "9999"
    if filters.since:
        # No article that may lie in the period begins before the one that spans most.
        first = filters.since.isoformat()
        (begin,) = archive.rows(
            "SELECT min(begin) FROM (SELECT min(date_earliest) AS begin FROM articles INDEXED BY articles_spans"
            " WHERE date_earliest IS NOT date_latest AND date_latest >= ? UNION ALL"
            " SELECT min(date_earliest) FROM articles INDEXED BY articles_spans"
            " WHERE date_earliest IS NOT date_latest AND date_latest IS NULL)",
            first,
        )[0]
        first = min(first, begin or first)
    if filters.until:
        last = filters.until.isoformat()
    yield f"{by_date} a.date_earliest BETWEEN ? AND ?", [first, last]
    yield f"{by_date} a.date_earliest IS NULL", []


def _few(archive: Archive, filters: Filters) -> list[int] | None:
    """Articles among which are all that the filters leave, where they are few."""
    if not filters:
        return None
    ids: list[int] = []
    for sql, values in _candidates(archive, filters):
        ids += [row[0] for row in archive.rows(f"{sql} LIMIT {_FEW + 1 - len(ids)}", *values)]
        if len(ids) > _FEW:
            return None
    return ids


def _candidates(archive: Archive, filters: Filters) -> Iterator[tuple[str, list[str]]]:
    """By which index they are soonest found: SQL, and its values."""
    if filters.sites:
        among = f"IN ({', '.join('?' * len(filters.sites))})"
        yield (
            f"SELECT id FROM articles WHERE site {among}"
            f" UNION SELECT article_id FROM frontier WHERE site {among} AND article_id IS NOT NULL"
            f" UNION SELECT a.id FROM sightings s JOIN articles a ON a.url = s.url WHERE s.site {among}",
            [*filters.sites * 3],
        )
    elif filters.byline is not None:
        yield "SELECT id FROM articles WHERE byline = ?", [filters.byline]
    else:
        conditions, values = filters.conditions()
        for source, given in _sources(archive, filters, None):
            yield f"SELECT a.id FROM {source} AND {' AND '.join(conditions)}", [*given, *values]


def _among(archive: Archive, node: Node, wanted: int, few: list[int] | None) -> tuple[str, str, list[str], list[str]]:
    """A WITH clause and a condition on ``articles a`` that a query finds it, by the way that soon has so many; values
    of the clause, and of the condition."""
    listed = _listed(archive, node)
    if len(listed) <= NARROW:
        return "", "a.id IN (SELECT value FROM json_each(?))", [], [json.dumps(listed)]
    table = home(node)
    if table is not None:
        (newest,) = archive.rows("SELECT max(id) FROM articles")[0]
        share = len(listed) / max(listed)
        asked = wanted / share if few is None else len(few)
        if _ASKING * _length(node) * asked < share * newest:
            return (
                "",
                f"EXISTS (SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = a.id)",
                [],
                [expression(node, table)],
            )
    clause, select, values = subselect(archive.connection, node)
    return (clause, f"a.id IN ({select})", values, []) if clause else ("", f"a.id IN ({select})", [], values)


def _length(node: Node) -> int:
    """Of how many words a query is."""
    if isinstance(node, Term):
        return len(node.words)
    return _length(node.part) if isinstance(node, Not) else sum(map(_length, node.parts))


def _in_title(node: Node) -> Node:
    """What is wanted, wanted in the title; what was asked for in some field, and what is not wanted, as it is."""
    if isinstance(node, Term):
        return node if node.field else replace(node, field="title")
    if isinstance(node, Not):
        return node
    parts = tuple(map(_in_title, node.parts))
    return Or(parts) if isinstance(node, Or) else And(parts)
