"""Articles as Apache Parquet, for pandas, Polars, DuckDB, R and Spark: columns of their own types.

Days are dates, moments UTC timestamps, pictures and links lists of structs; ``field_sources`` stays JSON
text, and ``published_at`` text too, because it keeps the offset that the page printed. Needs pyarrow (the extra
``parquet``).

One file, or a folder of them, a file a part, laid out as Apache Hive has it and as all of these read it:
``site=quan-1/year=2020/part-0.parquet``. What the path says is not in the file, because pandas refuses a column that is
in both. Texts in a path are percent-encoded, so that none chooses one, and nothing is ``__HIVE_DEFAULT_PARTITION__``
(https://cwiki.apache.org/confluence/display/Hive/DynamicPartitions).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from newsarchive.archive.meanings import DAY, INTEGER, MOMENT, describe, kind, meanings
from newsarchive.research.export import groups, with_lists

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

ROWS, LETTERS = 10_000, 8_000_000
"""A row group is written when it has so many rows, or texts of so many letters: memory holds one of them."""


def write_parquet(archive: Archive, rows: Iterable[sqlite3.Row], out: BinaryIO) -> int:
    """Write articles as one file; returns how many.

    Raises :class:`ImportError` where pyarrow is not installed, :class:`ValueError` for a day or moment that is none.
    """
    return _write(archive, rows, out, _kinds(archive))


def write_parts(
    archive: Archive, parts: Iterable[tuple[tuple[str | None, ...], sqlite3.Row]], keys: Sequence[str], folder: Path
) -> tuple[int, int]:
    """Write articles, those of a part one after the other (``export.articles_in_parts``), as files in a folder, one a
    part; returns how many articles and files. Memory holds one row group, however many files there are.

    Raises what :func:`write_parquet` does, and :class:`OSError` where a file cannot be written.
    """
    kinds = _kinds(archive)
    count = files = 0
    for part, group in groupby(parts, key=itemgetter(0)):
        place = folder.joinpath(*(f"{key}={_in_path(value)}" for key, value in zip(keys, part, strict=True)))
        place.mkdir(parents=True)
        with (place / "part-0.parquet").open("xb") as out:
            count += _write(archive, (row for _, row in group), out, kinds, without=keys)
        files += 1
    return count, files


def _in_path(value: str | None) -> str:
    return quote(value, safe="") if value else "__HIVE_DEFAULT_PARTITION__"


def _kinds(archive: Archive) -> dict[str, str]:
    """What the values of each column of ``articles`` are."""
    return {
        row["name"]: kind("articles", row["name"], row["type"])
        for row in archive.rows("SELECT name, type FROM pragma_table_info('articles')")
    }


def _write(
    archive: Archive,
    rows: Iterable[sqlite3.Row],
    out: BinaryIO,
    kinds: dict[str, str],
    *,
    without: Collection[str] = (),
) -> int:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = _schema(pyarrow, {name: what for name, what in kinds.items() if name not in without})
    readers = {name: _READERS[what] for name, what in kinds.items() if what in _READERS}
    count = 0
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for group in groups(rows, ROWS, LETTERS):
            typed = [_typed(record, readers) for record in with_lists(archive, group)]
            writer.write_table(pyarrow.Table.from_pylist(typed, schema=schema))
            count += len(group)
    return count


def _typed(record: dict[str, Any], readers: dict[str, Callable[[str], Any]]) -> dict[str, Any]:
    for name, read in readers.items():
        try:
            record[name] = read(record[name]) if record[name] else None
        except ValueError as error:
            raise ValueError(f"article {record['id']}: {name} is {record[name]!r} ({error})") from error
    return record


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[str, Callable[[str], Any]] = {DAY: date.fromisoformat, MOMENT: _moment}


def _schema(pyarrow: Any, kinds: dict[str, str]) -> Any:
    """The file's columns: those of ``kinds``, then ``images`` and ``links``; each with its meaning."""
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
