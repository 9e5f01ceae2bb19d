"""Which articles answer a query, in which order: the quickest way to the page that is wanted, whatever the query.

FTS5 lists the articles with a word quickly, in the order of their ids (0.1 µs each), but scores them slowly (4 µs),
and to ask it of one article costs as much as to list some hundred. So:

- Where few articles have the words (:data:`NARROW`), they are listed, filtered, scored and counted, all of them.
- Where many have, they are not scored: best first is then those with the words in the title, the newest first, and
  then the others in the same order. Articles are gone through in the order of their dates, by an index, until the page
  is full, or, where the filters leave few, all of these. How each is asked whether it has the words is a matter of time
  only (:mod:`newsarchive.research.conditions`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.research.conditions import Condition, Words, bounds, may_be_titled, titled
from newsarchive.research.filters import Filters
from newsarchive.research.matching import WEIGHTS, home
from newsarchive.research.query import Node

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

BEST, NEWEST, OLDEST = SORTS = ("best", "newest", "oldest")

NARROW = 5000
"""A query that no more articles answer, before they are filtered, has all of them scored and counted."""
_FEW = 2000
"""Where the filters leave no more articles than this, these are gone through and counted, whatever the query."""
_FEW_OF_SITES = 20_000
"""The same where sites are chosen: theirs are quickly found."""
_READING = 8.0
"""Microseconds to look at an article's title, measured."""

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
    most = offset + limit
    if node is None and not filters:
        return Answer(_walked(archive, filters, sort, most, None)[offset:], _all(archive))
    if node is not None and (bound := _narrow(archive, node)):
        ids = _filtered(archive, node, bound, filters, sort)
        return Answer(ids[offset:most], len(ids), scored=sort == BEST)
    few = _few(archive, filters)
    if node is None:
        ids = _walked(archive, filters, sort, most if few is None else len(few), few)
        total = len(ids) if few is not None else _counted(archive, filters, max(most, _AHEAD_WITHOUT_QUERY) + 1)
        more = few is None and total > max(most, _AHEAD_WITHOUT_QUERY)
        return Answer(ids[offset:most], total - more, more)
    # One more than wanted, to know whether there is one.
    most = len(few) if few is not None else max(most, _AHEAD) + 1
    ids = _broad(archive, node, filters, sort, most, few)
    if few is not None or len(ids) < most:
        return Answer(ids[offset : offset + limit], len(ids))
    # So many have the words, and no more of them are left out than are withheld.
    known = NARROW - _withheld(archive) if not filters and home(node) else 0
    return Answer(ids[offset : offset + limit], max(most - 1, known), more=True)


def _all(archive: Archive) -> int:
    """How many articles there are to be found."""
    return int(archive.rows("SELECT count(*) FROM articles")[0][0]) - _withheld(archive)


def _withheld(archive: Archive) -> int:
    from newsarchive.archive.store import WITHHELD

    return int(archive.rows(f"SELECT count(*) FROM ({WITHHELD})")[0][0])


def _narrow(archive: Archive, node: Node) -> tuple[str, str] | None:
    """What is to be asked of which full-text table to find all that a query finds, and little more; None where that
    would be too many."""
    for table, match in bounds(node):
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {NARROW + 1})"
        if archive.rows(sql, match)[0][0] <= NARROW:
            return table, match
    return None


def _filtered(archive: Archive, node: Node, bound: tuple[str, str], filters: Filters, sort: str) -> list[int]:
    """All that a query and the filters leave; the best are those that answer best what was asked of the table."""
    table, match = bound
    conditions, left = filters.conditions()
    values: list[str | int] = [*left]
    if not home(node):
        condition = _words(archive, None).condition(node, NARROW)
        conditions.append(condition.sql)
        values += condition.values
    score = f"bm25({table}, {WEIGHTS})" if sort == BEST else "0"
    # Materialised: FTS5 gives a score only where its table is read by itself.
    rows = archive.rows(
        f"WITH h AS MATERIALIZED (SELECT rowid AS id, {score} AS score FROM {table} WHERE {table} MATCH ?)"
        " SELECT a.id FROM h CROSS JOIN articles a INDEXED BY articles_reading ON a.id = h.id"
        f" WHERE {' AND '.join(conditions)} ORDER BY h.score, {_ORDERS[sort]}",
        match,
        *values,
    )
    return [row[0] for row in rows]


def _broad(archive: Archive, node: Node, filters: Filters, sort: str, most: int, few: list[int] | None) -> list[int]:
    """The first articles that a query and the filters leave, among ``few`` if these are all that the filters leave.

    What is in the title must be so by both FTS5 and our own reading of words, which marks them: whichever is asked
    first, the order is the same.
    """
    words = _words(archive, few)
    in_title = titled(node)
    if sort != BEST or in_title == node:
        asked = len(few) if few is not None else most / words.share(node)
        return _walked(archive, filters, sort, most, few, words.condition(node, asked))
    share = words.share(in_title)
    asked = len(few) if few is not None else most / share
    # To look at a title is quicker than to ask FTS5, and leaves it little to be asked of; unless its list is short.
    looking = asked * _READING < words.listing(words.share(node) + 2 * share)
    first = words.condition(in_title, most if looking else asked)
    archive.connection.create_function("newsarchive_titled", 1, may_be_titled(node))
    parts = ["newsarchive_titled(a.title)", first.sql]
    both = " AND ".join(parts if looking else parts[::-1])
    ids = _walked(archive, filters, sort, most, few, Condition(both, first.values))
    if len(ids) == most:
        return ids
    rest = words.condition(node, len(few) if few is not None else (most - len(ids)) / words.share(node))
    others = Condition(f"{rest.sql} AND NOT ({both})", (*rest.values, *first.values))
    return ids + _walked(archive, filters, sort, most - len(ids), few, others)


def _words(archive: Archive, few: list[int] | None) -> Words:
    (newest,) = archive.rows("SELECT max(id) FROM articles")[0]
    return (
        Words(archive, min(few, default=0), max(few, default=0)) if few is not None else Words(archive, 1, newest or 0)
    )


def _walked(
    archive: Archive,
    filters: Filters,
    sort: str,
    limit: int,
    few: list[int] | None,
    condition: Condition | None = None,
) -> list[int]:
    """The first articles in the order of dates that the filters and a condition leave, among ``few`` if given."""
    conditions, values = filters.conditions()
    if condition is not None:
        conditions.append(condition.sql)
    ids: list[int] = []
    for source, given in _sources(archive, filters, few):
        rows = archive.rows(
            f"SELECT a.id FROM {source} AND {' AND '.join(conditions)} ORDER BY {_ORDERS[sort]} LIMIT ?",
            *given,
            *values,
            *(condition.values if condition else ()),
            limit - len(ids),
        )
        ids += [row[0] for row in rows]
        if len(ids) == limit:
            break
    return ids


def _counted(archive: Archive, filters: Filters, most: int) -> int:
    """How many articles the filters leave, no more than ``most``."""
    conditions, values = filters.conditions()
    count = 0
    for source, given in _sources(archive, filters, None):
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} AND {' AND '.join(conditions)} LIMIT ?)"
        count += archive.rows(sql, *given, *values, most - count)[0][0]
    return count


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
    most = _FEW_OF_SITES if filters.sites else _FEW
    ids: list[int] = []
    for sql, values in _candidates(archive, filters):
        ids += [row[0] for row in archive.rows(f"{sql} LIMIT {most + 1 - len(ids)}", *values)]
        if len(ids) > most:
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
