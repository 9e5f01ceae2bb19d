"""Articles as an Apache Parquet file, for pandas, Polars, DuckDB, R and Spark: columns of their own types.

Days are dates, moments UTC timestamps, pictures and links lists of structs; ``field_sources`` stays JSON
text, and ``published_at`` text too, because it keeps the offset that the page printed. Needs pyarrow (the extra
``parquet``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from newsarchive.archive.meanings import DAY, INTEGER, MOMENT, describe, kind, meanings
from newsarchive.research.export import lists

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

ROWS, LETTERS = 10_000, 8_000_000
"""A row group is written when it has so many rows, or texts of so many letters: memory holds one of them."""


def write_parquet(archive: Archive, rows: Iterable[sqlite3.Row], out: BinaryIO) -> int:
    """Write articles as Parquet; returns how many.

    Raises :class:`ImportError` where pyarrow is not installed, :class:`ValueError` for a day or moment that is none.
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    kinds = {
        row["name"]: kind("articles", row["name"], row["type"])
        for row in archive.rows("SELECT name, type FROM pragma_table_info('articles')")
    }
    schema = _schema(pyarrow, kinds)
    readers = {name: _READERS[what] for name, what in kinds.items() if what in _READERS}
    count = 0
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(archive, rows, readers):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _groups(
    archive: Archive, rows: Iterable[sqlite3.Row], readers: dict[str, Callable[[str], Any]]
) -> Iterable[list[dict[str, Any]]]:
    group, letters = list[dict[str, Any]](), 0
    for row in rows:
        record: dict[str, Any] = {**dict(row), **lists(archive, row["id"])}
        for name, read in readers.items():
            try:
                record[name] = read(record[name]) if record[name] else None
            except ValueError as error:
                raise ValueError(f"article {row['id']}: {name} is {record[name]!r} ({error})") from error
        group.append(record)
        letters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(group) == ROWS or letters >= LETTERS:
            yield group
            group, letters = [], 0
    if group:
        yield group


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[str, Callable[[str], Any]] = {DAY: date.fromisoformat, MOMENT: _moment}


def _schema(pyarrow: Any, kinds: dict[str, str]) -> Any:
    """The file's columns: those of ``articles``, then ``images`` and ``links``; each with its meaning."""
    types = {DAY: pyarrow.date32(), MOMENT: pyarrow.timestamp("us", tz="UTC"), INTEGER: pyarrow.int64()}

    def struct(*names: str) -> Any:
        numbers = {"target_id": pyarrow.int64()}
        return pyarrow.list_(pyarrow.struct([(name, numbers.get(name, pyarrow.string())) for name in names]))

    columns = {name: types.get(what, pyarrow.string()) for name, what in kinds.items()}
    columns["images"] = struct("url", "caption", "credit")
    columns["links"] = struct("kind", "url", "title", "target_id")
    said = {**describe("articles"), **{name: meanings()[name].row for name in ("images", "links")}}
    return pyarrow.schema(
        [pyarrow.field(name, what, metadata={"description": said[name]}) for name, what in columns.items()]
    )
