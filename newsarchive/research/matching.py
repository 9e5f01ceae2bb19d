"""The SQL of a query: which full-text table answers which part of it. Builds text; asks nothing.

``articles_fts`` has the words without marks, ``articles_fts_exact`` with them. Each term asks the table it was typed
for; what one of them can decide alone is left to FTS5, the answers of both are joined by rowid.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsarchive.research.query import And, Node, Not, Or, Term

PLAIN, EXACT = "articles_fts", "articles_fts_exact"

_TEXTS = ("title", "lead", "body", "captions", "byline")
"""What is searched: the columns of ``articles_text``, and of both tables."""
WEIGHTS = "10.0, 2.0, 1.0, 1.0, 1.0"
"""What a word counts in title, lead, body, captions, byline."""


@dataclass(slots=True)
class Matching:
    """The SQL of a query: ``tables`` are those of a WITH clause by name, ``values`` fill them, ``hits`` names the one
    with the answer, columns ``id`` and ``score`` (bm25: the lower, the better; 0 where not ``scored``)."""

    scored: bool
    tables: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    hits: str = ""

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


def matching(db: sqlite3.Connection, node: Node, *, scored: bool = False) -> Matching:
    """The SQL that finds what a query wants; the connection is given the function it calls for mixed phrases."""
    prepare(db)
    made = Matching(scored)
    made.hits = _table(node, made)
    return made


def home(node: Node) -> str | None:
    """The full-text table that answers a part of a query alone; None where none does."""
    fitting = _homes(node)
    return next((table for table in (EXACT, PLAIN) if table in fitting), None)


def _homes(node: Node) -> set[str]:
    if isinstance(node, Term):
        return {table for table, fits in ((EXACT, node.exact), (PLAIN, node.plain)) if fits}
    if isinstance(node, Not):
        return set()
    parts = [part.part if isinstance(part, Not) else part for part in node.parts]
    # FTS5 knows "without" only beside what there is to be.
    negative = sum(isinstance(part, Not) for part in node.parts)
    if negative == len(parts) or (negative and isinstance(node, Or)):
        return set()
    return set.intersection(*map(_homes, parts))


def expression(node: Node, table: str) -> str:
    """A part of a query in FTS5's query language, for a table that answers it."""
    if isinstance(node, Term):
        return node.expression(exact=table == EXACT)
    assert not isinstance(node, Not)
    joint = " OR " if isinstance(node, Or) else " AND "
    text = joint.join(f"({expression(part, table)})" for part in node.parts if not isinstance(part, Not))
    for part in node.parts:
        if isinstance(part, Not):
            text = f"({text}) NOT ({expression(part.part, table)})"
    return text


def _table(node: Node, made: Matching) -> str:
    """The name of the table of what a part of a query finds."""
    if alone := home(node):
        return made.table(_hits(alone, made), expression(node, alone))
    if isinstance(node, Term):
        return _mixed(node, made)
    if isinstance(node, Not):
        return made.table(f"SELECT id, 0.0 AS score FROM articles WHERE {_none_of([_table(node.part, made)])}")
    if isinstance(node, Or):
        either = " UNION ALL ".join(f"SELECT id, score FROM {_table(part, made)}" for part in node.parts)
        return made.table(f"SELECT id, sum(score) AS score FROM ({either}) GROUP BY id")
    return _all_of(node, made)


def _all_of(node: And, made: Matching) -> str:
    """What both tables must answer together: of each all that it can answer, the rest by itself."""
    alone: dict[str, list[Node]] = {EXACT: [], PLAIN: []}
    wanted, unwanted = [], []
    for part in node.parts:
        if isinstance(part, Not):
            unwanted.append(_table(part.part, made))
        elif table := home(part):
            alone[table].append(part)
        else:
            wanted.append(_table(part, made))
    wanted += [_table(And(tuple(parts)), made) for parts in alone.values() if parts]
    conditions = f" WHERE {_none_of(unwanted)}" if unwanted else ""
    if not wanted:
        return made.table(f"SELECT id, 0.0 AS score FROM articles{conditions}")
    first, *others = wanted
    joins = "".join(f" JOIN {name} USING (id)" for name in others)
    score = " + ".join(f"{name}.score" for name in wanted)
    return made.table(f"SELECT id, {score} AS score FROM {first}{joins}{conditions}")


def _none_of(tables: Iterable[str]) -> str:
    return " AND ".join(f"id NOT IN (SELECT id FROM {name})" for name in tables)


def _hits(table: str, made: Matching) -> str:
    score = f"bm25({table}, {WEIGHTS})" if made.scored else "0.0"
    return f"SELECT rowid AS id, {score} AS score FROM {table} WHERE {table} MATCH ?"


def _mixed(term: Term, made: Matching) -> str:
    # The folded table knows where the words follow each other, but not which marks they have. Most often the very ones
    # typed ("ban thường vụ"), which the other table knows; else the stored text is looked into.
    sql, values = in_text(term, f"{PLAIN}.rowid")
    return made.table(
        f"{_hits(PLAIN, made)} AND (rowid IN (SELECT rowid FROM {EXACT} WHERE {EXACT} MATCH ?) OR {sql})",
        term.expression(exact=False),
        term.expression(exact=True),
        *values,
    )


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection the function that :func:`in_text` calls."""
    db.create_function("newsarchive_says", -1, _says, deterministic=True)


def in_text(term: Term, article: str) -> tuple[str, tuple[str, str]]:
    """SQL for: the stored text of an article has this phrase, with the marks it is written with; and its values.

    ``article`` is SQL for the article's id.
    """
    texts = ", ".join(f"t.{name}" for name in ([term.field] if term.field else _TEXTS))
    sql = f"EXISTS (SELECT 1 FROM articles_text t WHERE t.id = {article} AND newsarchive_says(?, ?, {texts}))"
    return sql, (" ".join(term.words), "*" if term.prefix else "")


def _says(words: str, star: str, *texts: str | None) -> bool:
    """SQL function: does one of the texts have this phrase?"""
    pattern = Term(tuple(words.split(" ")), bool(star)).pattern()
    return any(pattern.search(text) for text in texts if text)
