"""Full-text search: which articles answer a query, in which order, with the passage that answers it.

What a query means is in :mod:`newsarchive.research.query`, its SQL in :mod:`newsarchive.research.matching`; how many
articles answer it, by month and site, is counted in :mod:`newsarchive.research.counts`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.research import passages
from newsarchive.research.filters import Filters
from newsarchive.research.matching import matching
from newsarchive.research.passages import Passage
from newsarchive.research.query import Term, parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

BEST, NEWEST, OLDEST = SORTS = ("best", "newest", "oldest")

_NEWEST = "a.date_earliest DESC, a.date_latest DESC, a.id DESC"
_ORDERS = {
    NEWEST: _NEWEST,
    # The very reverse, but for what has no date: that comes last either way.
    OLDEST: "a.date_earliest IS NULL, a.date_earliest, a.date_latest, a.id",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: its columns, its title and the best passage of its text."""

    id: int
    url: str
    site: str
    date: str | None
    title: Passage
    snippet: Passage


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: its hits in order; ``total`` articles match, or where ``more`` is true, more than that.

    ``scored`` is true where the best come first by how well they answer; false where so many articles match that those
    with the words in the title come first, the newest of them first, and then the others in the same order (or where
    another order was asked for).
    """

    hits: list[Hit]
    total: int
    more: bool = False
    scored: bool = False


def search(
    archive: Archive,
    text: str,
    filters: Filters | None = None,
    *,
    sort: str = BEST,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """The articles that match a query and the filters, ``limit`` of them after the first ``offset``.

    ``sort`` is one of :data:`SORTS`. An empty text matches all that the filters leave, best first then meaning newest
    first. No text raises; one without a word finds nothing. A damaged file raises :class:`sqlite3.DatabaseError`.
    """
    query = parse(text)
    if not query and text.strip():
        return Found([], 0)
    conditions, values = (filters or Filters()).conditions()
    clause, joined, first, score = "", "", list[str](), list[str]()
    if query.root:
        made = matching(archive.connection, query.root, scored=sort == BEST)
        clause, joined, first = made.clause, f" JOIN {made.hits} ON {made.hits}.id = a.id", made.values
        score = [f"{made.hits}.score"] if sort == BEST else []
    rest = f"FROM articles a{joined} WHERE {' AND '.join(conditions)}"
    order = ", ".join([*score, _ORDERS.get(sort, _NEWEST)])
    rows = archive.rows(
        f"{clause} SELECT a.id, a.url, a.site, a.title, a.date {rest} ORDER BY {order} LIMIT ? OFFSET ?",
        *first,
        *values,
        limit,
        offset,
    )
    total = archive.rows(f"{clause} SELECT count(*) {rest}", *first, *values)[0][0]
    return Found([_hit(archive, row, query.terms) for row in rows], total, scored=bool(score))


def _hit(archive: Archive, row: sqlite3.Row, terms: Sequence[Term]) -> Hit:
    texts = archive.row("SELECT body, captions, byline FROM articles_text WHERE id = ?", row["id"])
    assert texts is not None
    # The sapo stands at the body's head.
    wanted = {"body": (None, "body", "lead"), "captions": (None, "captions"), "byline": (None, "byline")}
    snippets = [
        passages.best(texts[name], [term for term in terms if term.field in fields])
        for name, fields in wanted.items()
        if texts[name]
    ]
    # The text with the most of the query's terms; the first (the body) where they are even.
    _, snippet = max(snippets, key=lambda found: found[0], default=(0, Passage("")))
    title = passages.whole(row["title"], [term for term in terms if term.field in (None, "title")])
    return Hit(row["id"], row["url"], row["site"], row["date"], title, snippet)
