"""Full-text search: one page of the articles that answer a query, each with the passage that answers it.

What a query means is in :mod:`newsarchive.research.query`, its SQL in :mod:`newsarchive.research.matching`, which
articles come in which order in :mod:`newsarchive.research.plan`; how many answer it, by month and site, is counted in
:mod:`newsarchive.research.counts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.research import passages, plan
from newsarchive.research.filters import Filters
from newsarchive.research.passages import Passage
from newsarchive.research.plan import BEST
from newsarchive.research.query import Term, parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


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

    ``scored`` is true where the best come first by how well they answer (bm25); false where so many articles have the
    words that those with them in the title come first, the newest of them first, and then the others in the same
    order; and where another order was asked for.
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
    answer = plan.choose(archive, query.root, filters or Filters(), sort, limit, offset)
    hits = [_hit(archive, number, query.terms) for number in answer.ids]
    return Found(hits, answer.total, answer.more, answer.scored)


def _hit(archive: Archive, number: int, terms: Sequence[Term]) -> Hit:
    row = archive.row("SELECT id, url, site, title, date FROM articles WHERE id = ?", number)
    texts = archive.row("SELECT body, captions, byline FROM articles_text WHERE id = ?", number)
    assert row is not None
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
