"""Articles as a file: CSV for tables, JSON Lines for programs. Streamed: memory does not grow with the archive.

CSV is RFC 4180 in UTF-8 without a byte-order mark: one line of column names, then every column of ``articles`` as it is
stored. JSON Lines has the same and the lists ``images`` and ``links``; ``field_sources`` is an object there.

Cells are what the sites published, and one that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet
program. A file for programs must not be altered for that, so :data:`SPREADSHEET_GUARD` is put before such cells only
where the file is asked for as one for spreadsheets; it then begins with the byte-order mark by which Excel knows UTF-8.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from newsarchive.research.citations import write_bibtex, write_csl_json, write_ris
from newsarchive.research.context import without_withheld
from newsarchive.research.filters import Filters
from newsarchive.research.jsonld import write_json_ld
from newsarchive.research.matching import matching
from newsarchive.research.query import parse

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

SPREADSHEET_GUARD = "'"
"""What spreadsheet programs take as "this cell is text"."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def articles(
    archive: Archive, filters: Filters, *, query: str | None = None, limit: int | None = None
) -> Generator[sqlite3.Row]:
    """The rows of ``articles`` that match, newest first (undated last), fetched as they are asked for.

    To be closed before the archive is, where not all rows were taken.
    """
    conditions, values = filters.conditions()
    clause, first = "", list[str]()
    if query is not None:
        parsed = parse(query)
        if parsed.root is None:
            return
        made = matching(archive.connection, parsed.root)
        clause, first = made.clause, made.values
        conditions.append(f"a.id IN (SELECT id FROM {made.hits})")
    yield from archive.connection.execute(
        f"{clause} SELECT a.* FROM articles a WHERE {' AND '.join(conditions) or '1'}"
        " ORDER BY a.date_earliest DESC, a.date_latest DESC, a.id DESC LIMIT ?",
        (*first, *values, -1 if limit is None else limit),
    )


def write_csv(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO, *, spreadsheet: bool = False) -> int:
    """Write articles as CSV; returns how many."""
    columns = [row["name"] for row in archive.rows("SELECT name FROM pragma_table_info('articles')")]
    out.write("\ufeff" if spreadsheet else "")
    writer = csv.writer(out)
    writer.writerow(columns)
    count = 0
    for row in rows:
        count += 1
        writer.writerow([_guarded(cell) for cell in row] if spreadsheet else row)
    return count


def write_jsonl(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO) -> int:
    """Write articles as JSON Lines; returns how many."""
    count = 0
    for row in rows:
        count += 1
        json.dump(with_lists(archive, row), out, ensure_ascii=False)
        out.write("\n")
    return count


def with_lists(archive: Archive, row: sqlite3.Row) -> dict[str, Any]:
    """An article's columns, its ``field_sources`` as an object, its ``images`` and ``links`` in page order."""
    return {**dict(row), "field_sources": json.loads(row["field_sources"]), **lists(archive, row["id"])}


def lists(archive: Archive, article_id: int) -> dict[str, list[dict[str, Any]]]:
    """The ``images`` and ``links`` of an article, in page order; links to withheld articles are left out."""
    images = archive.rows("SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position", article_id)
    links = archive.rows(
        "SELECT kind, url, title, target_id FROM links WHERE article_id = ? ORDER BY position", article_id
    )
    return {"images": [dict(image) for image in images], "links": without_withheld(archive, links)}


def _guarded(cell: Any) -> Any:
    return SPREADSHEET_GUARD + cell if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8) to write as :func:`replacing_bytes` writes one. Raises :class:`OSError`."""
    with replacing_bytes(path) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="")
        try:
            yield text
        finally:
            text.detach()  # flushed, and left open


@contextlib.contextmanager
def replacing_bytes(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its place only when it is complete; until then what was there stays.

    Written beside it under a temporary name, flushed to the disk, then renamed; removed on any exception. A device or
    pipe is written to as it is. Raises :class:`OSError` where it cannot be written.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as out:
            yield out
        return
    path = path.resolve()  # a link keeps being one
    handle, name = tempfile.mkstemp(prefix=".newsarchive-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill that takes its place only when it is complete; removed on any exception.

    Raises :class:`FileExistsError` where there is a file, or a folder that is not empty, and :class:`OSError` where it
    cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(folder)
    part = Path(tempfile.mkdtemp(prefix=".newsarchive-", suffix=".part", dir=folder.absolute().parent))
    try:
        part.chmod(0o777 & ~_umask())
        yield part
        for path in part.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


WRITERS: dict[str, Callable[..., int]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "bibtex": write_bibtex,
    "csl-json": write_csl_json,
    "ris": write_ris,
    "json-ld": write_json_ld,
}
"""Format → what writes it as text."""
