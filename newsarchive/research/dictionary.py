"""The data dictionary: the tables of a fresh archive with what they mean, as the middle part of ``docs/database.md``.

``python -m newsarchive.research.dictionary docs/database.md`` (``make docs``) writes that part anew between its two
marks; what stands around it is written by hand.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from newsarchive.archive.meanings import DAY, INTEGER, JSON, MOMENT, TEXT, Meaning, kind, meanings
from newsarchive.archive.store import Archive

BEGIN, END = "<!-- written by `make docs`: begin -->\n", "<!-- written by `make docs`: end -->\n"
_TYPES = {INTEGER: "integer", TEXT: "text", DAY: "day", MOMENT: "UTC time", JSON: "JSON"}


def schema_tables(archive: Archive) -> dict[str, list[str]]:
    """Every table and view of an archive (without those in which SQLite keeps an index) and its columns."""
    names = archive.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type != 'shadow' AND name NOT LIKE 'sqlite%'"
    )
    return {
        row["name"]: [column["name"] for column in archive.rows("SELECT name FROM pragma_table_info(?)", row["name"])]
        for row in names
    }


def dictionary(archive: Archive) -> str:
    """The tables of an archive as Markdown: how they refer to each other, then column by column."""
    parts = [BEGIN, "\n## How the tables hang together\n\n", *_diagram(archive)]
    for part, tables in groupby(meanings().items(), key=lambda item: item[1].part):
        parts.append(f"\n## {part}\n")
        for table, meaning in tables:
            parts += _table(archive, table, meaning)
    return "".join([*parts, "\n", END])


def renewed(document: str, archive: Archive) -> str:
    """A document with the part between the marks written anew. Raises :class:`ValueError` where a mark is missing."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no part between {BEGIN.strip()} and {END.strip()}")
    return before + dictionary(archive) + after


def _diagram(archive: Archive) -> Iterator[str]:
    """The foreign keys as a drawing (Mermaid, which GitHub and GitLab show as one)."""
    yield "```mermaid\nerDiagram\n"
    for table in meanings():
        for key in _foreign_keys(archive, table).items():
            column, (target, _) = key
            yield f"    {table} }}o--|| {target} : {column}\n"
    yield "```\n"


def _foreign_keys(archive: Archive, table: str) -> dict[str, tuple[str, str]]:
    """Column → table and column it refers to, in the table's order."""
    keys = archive.rows('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', table)
    known = {row["from"]: (row["table"], row["to"]) for row in keys}
    return {column: known[column] for column in meanings()[table].columns if column in known}


def _table(archive: Archive, table: str, meaning: Meaning) -> Iterator[str]:
    yield f"\n### `{table}`\n\n{meaning.row}\n\n| column | | meaning |\n|---|---|---|\n"
    keys = _foreign_keys(archive, table)
    for column in archive.rows("SELECT name, type, pk FROM pragma_table_info(?)", table):
        name = column["name"]
        what = _TYPES[kind(table, name, column["type"])]
        what += ", key" if column["pk"] else ""
        what += f" → {'.'.join(keys[name])}" if name in keys else ""
        yield f"| `{name}` | {what} | {meaning.columns[name]} |\n"


def main(path: str) -> None:
    """Write the part of a document anew."""
    document = Path(path)
    with tempfile.TemporaryDirectory() as folder, Archive.create(folder) as archive:
        document.write_text(renewed(document.read_text(encoding="utf-8"), archive), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
