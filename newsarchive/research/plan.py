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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from newsarchive.archive.withheld import WITHHELD
from newsarchive.research.conditions import Condition, Words, asking, bounds, may_be_titled, titled
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

_AHEAD = 20
"""So many articles are looked for at least, even where none is to be shown."""
_AHEAD_WITHOUT_QUERY = 20_000
"""The same where there are only filters: then articles cost nearly nothing."""

# Microseconds, measured on a million articles (benchmarks/search); only which way is taken depends on them.
_READING = 8.0
"""To look at an article's title."""
_PASSING = 1.3
"""To pass by an article in the order of dates."""
_SORTING = 4.0
"""To look up the date of an article in a list, and to sort it."""

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
    search = _Search(archive, filters, sort)
    if node is None:
        return search.without_words(limit, offset)
    if bound := search.narrow(node):
        ids = search.filtered(node, bound)
        return Answer(ids[offset : offset + limit], len(ids), scored=sort == BEST)
    # One more than wanted, to know whether there is one.
    most = len(search.few) if search.few is not None else max(offset + limit, _AHEAD) + 1
    ids = search.broad(node, most)
    if search.few is not None or len(ids) < most:
        return Answer(ids[offset : offset + limit], len(ids))
    # So many have the words, and no more of them are left out than are withheld.
    known = NARROW - _withheld(archive) if not filters and home(node) else 0
    return Answer(ids[offset : offset + limit], max(most - 1, known), more=True)


def _withheld(archive: Archive) -> int:
    return int(archive.rows(f"SELECT count(*) FROM ({WITHHELD})")[0][0])


@dataclass(frozen=True, slots=True)
class _Source:
    """Where to look for articles: what follows FROM in SQL, as far as a first condition, and its values."""

    sql: str
    values: Sequence[str | int] = ()


_UNSORTED = "{} listed CROSS JOIN articles a INDEXED BY articles_reading ON a.id = listed.{} WHERE 1"


class _Search:
    """One search: what the filters leave, and the ways to go through it."""

    def __init__(self, archive: Archive, filters: Filters, sort: str):
        self.archive = archive
        self.filters = filters
        self.sort = sort
        (newest,) = archive.rows("SELECT max(id) FROM articles")[0]
        self.words = Words(archive, 0, newest or 0)

    @cached_property
    def by_date(self) -> list[_Source]:
        """All articles that may be in the period, in the order of dates; to be looked for one source after the other.

        First those with a beginning in or near the period that is asked for, then those without one: they come last in
        either order.
        """
        by_date = "articles a INDEXED BY articles_by_date WHERE"
        first, last = "0000", "9999"
        if self.filters.since:
            # No article that may lie in the period begins before the one that spans most.
            first = self.filters.since.isoformat()
            (begin,) = self.archive.rows(
                "SELECT min(begin) FROM (SELECT min(date_earliest) AS begin FROM articles INDEXED BY articles_spans"
                " WHERE date_earliest IS NOT date_latest AND date_latest >= ? UNION ALL"
                " SELECT min(date_earliest) FROM articles INDEXED BY articles_spans"
                " WHERE date_earliest IS NOT date_latest AND date_latest IS NULL)",
                first,
            )[0]
            first = min(first, begin or first)
        if self.filters.until:
            last = self.filters.until.isoformat()
        return [
            _Source(f"{by_date} a.date_earliest BETWEEN ? AND ?", (first, last)),
            _Source(f"{by_date} a.date_earliest IS NULL"),
        ]

    @cached_property
    def few(self) -> list[int] | None:
        """Articles among which are all that the filters leave, where they are few; all of the sites that are chosen."""
        if not self.filters:
            return None
        most = _FEW_OF_SITES if self.filters.sites else _FEW
        ids: list[int] = []
        for query in self._candidates():
            ids += [row[0] for row in self.archive.rows(f"{query.sql} LIMIT {most + 1 - len(ids)}", *query.values)]
            if len(ids) > most:
                return None
        return ids

    def _candidates(self) -> Iterator[_Source]:
        """Queries for them, by the index that soonest finds them."""
        if sites := self.filters.sites:
            among = f"IN ({', '.join('?' * len(sites))})"
            yield _Source(
                f"SELECT id FROM articles WHERE site {among}"
                f" UNION SELECT article_id FROM frontier WHERE site {among} AND article_id IS NOT NULL"
                f" UNION SELECT a.id FROM sightings s JOIN articles a ON a.url = s.url WHERE s.site {among}",
                sites * 3,
            )
        elif self.filters.byline is not None:
            yield _Source("SELECT id FROM articles WHERE byline = ?", (self.filters.byline,))
        else:
            conditions, values = self.filters.conditions()
            for source in self.by_date:
                yield _Source(
                    f"SELECT a.id FROM {source.sql} AND {' AND '.join(conditions)}", (*source.values, *values)
                )

    @property
    def _sources(self) -> list[_Source]:
        if self.few is None:
            return self.by_date
        return [_Source(_UNSORTED.format("json_each(?)", "value"), (json.dumps(self.few),))]

    def _first(self, most: int, condition: Condition | None = None, sources: list[_Source] | None = None) -> list[int]:
        """The first articles in the order of dates that the filters and a condition leave."""
        # The few of a site are all of that site.
        filters = self.filters if self.few is None else replace(self.filters, sites=())
        conditions, values = filters.conditions()
        if condition is not None:
            conditions.append(condition.sql)
        ids: list[int] = []
        for source in self._sources if sources is None else sources:
            rows = self.archive.rows(
                f"SELECT a.id FROM {source.sql} AND {' AND '.join(conditions)} ORDER BY {_ORDERS[self.sort]} LIMIT ?",
                *source.values,
                *values,
                *(condition.values if condition else ()),
                most - len(ids),
            )
            ids += [row[0] for row in rows]
            if len(ids) == most:
                break
        return ids

    def without_words(self, limit: int, offset: int) -> Answer:
        """What the filters leave."""
        if not self.filters:
            (count,) = self.archive.rows("SELECT count(*) FROM articles")[0]
            return Answer(self._first(offset + limit)[offset:], count - _withheld(self.archive))
        if self.few is not None:
            ids = self._first(len(self.few))
            return Answer(ids[offset : offset + limit], len(ids))
        most = max(offset + limit, _AHEAD_WITHOUT_QUERY)
        total = self._count(most + 1)
        return Answer(self._first(offset + limit)[offset:], min(total, most), more=total > most)

    def _count(self, most: int) -> int:
        """How many articles the filters leave, no more than so many."""
        conditions, values = self.filters.conditions()
        count = 0
        for source in self.by_date:
            sql = f"SELECT count(*) FROM (SELECT 1 FROM {source.sql} AND {' AND '.join(conditions)} LIMIT ?)"
            count += self.archive.rows(sql, *source.values, *values, most - count)[0][0]
        return count

    def narrow(self, node: Node) -> tuple[str, str] | None:
        """What is to be asked of which full-text table to find all that a query finds, and little more; None where
        that would be too many."""
        for table, match in bounds(node):
            if self.words.sampled(table, match, NARROW + 1)[0] <= NARROW:
                return table, match
        return None

    def filtered(self, node: Node, bound: tuple[str, str]) -> list[int]:
        """All that a query and the filters leave; the best are those that answer best what is asked of the table."""
        table, match = bound
        conditions, left = self.filters.conditions()
        values: list[str | int] = [*left]
        if not home(node):
            condition = self.words.condition(node, self.words.sampled(table, match)[0])
            conditions.append(condition.sql)
            values += condition.values
        score = f"bm25({table}, {WEIGHTS})" if self.sort == BEST else "0"
        # Materialised: FTS5 gives a score only where its table is read by itself.
        rows = self.archive.rows(
            f"WITH h AS MATERIALIZED (SELECT rowid AS id, {score} AS score FROM {table} WHERE {table} MATCH ?)"
            " SELECT a.id FROM h CROSS JOIN articles a INDEXED BY articles_reading ON a.id = h.id"
            f" WHERE {' AND '.join(conditions)} ORDER BY h.score, {_ORDERS[self.sort]}",
            match,
            *values,
        )
        return [row[0] for row in rows]

    def broad(self, node: Node, most: int) -> list[int]:
        """The first articles that a query and the filters leave.

        What is in the title must be so by both FTS5 and our own reading of words, which marks them: whichever is asked
        first, the order is the same.
        """
        if self.few:
            self.words.low, self.words.high = min(self.few), max(self.few)
        in_title = titled(node)
        if self.sort != BEST or in_title == node:
            return self._first(most, *self._way(node, most))
        share = self.words.share(in_title)
        # To look at a title is quicker than to ask FTS5, and leaves it little to be asked of; unless its list is short.
        looking = self._passed(in_title, most) * _READING < self.words.listing(self.words.share(node) + 2 * share)
        if looking:
            condition, sources = self.words.condition(in_title, most), self._sources
        else:
            condition, sources = self._way(in_title, most)
        self.archive.connection.create_function("newsarchive_titled", 1, may_be_titled(node))
        both = ["newsarchive_titled(a.title)", condition.sql][:: 1 if looking else -1]
        first = Condition(" AND ".join(both), condition.values)
        ids = self._first(most, first, sources)
        if len(ids) < most:
            rest, sources = self._way(node, most - len(ids))
            others = Condition(f"{rest.sql} AND NOT ({first.sql})", (*rest.values, *first.values))
            ids += self._first(most - len(ids), others, sources)
        return ids

    def _passed(self, node: Node, most: int) -> float:
        """About how many articles are gone through until so many answer a query."""
        return len(self.few) if self.few is not None else min(most / self.words.share(node), self.words.high)

    def _way(self, node: Node, most: int) -> tuple[Condition, list[_Source]]:
        """How to find the first so many that answer a query: among a short list of them, or in the order of dates."""
        passed = self._passed(node, most)
        shortest = self.words.shortest(node) if self.few is None else None
        each = _SORTING if home(node) else _SORTING + asking(node)
        if shortest is None or shortest.articles * each > passed * _PASSING:
            return self.words.condition(node, passed), self._sources
        listed = f"(SELECT rowid AS id FROM {shortest.table} WHERE {shortest.table} MATCH ?)"
        source = _Source(_UNSORTED.format(listed, "id"), (shortest.match,))
        condition = Condition("1") if home(node) else self.words.condition(node, shortest.articles)
        return condition, [source]
