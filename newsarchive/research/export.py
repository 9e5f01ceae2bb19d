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
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
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
_NEWEST = "date_earliest DESC, date_latest DESC, id DESC"
_TOGETHER, _LETTERS = 100, 1_000_000
"""Articles whose pictures and links are asked for at once: so many, or with texts of so many letters."""
PARTS = {"site": "site", "year": "substr(date_earliest, 1, 4)"}
"""By what articles may be put into parts, and its SQL."""


def articles(
    archive: Archive, filters: Filters, *, query: str | None = None, limit: int | None = None
) -> Generator[sqlite3.Row]:
    """The rows of ``articles`` that match, newest first (undated last), fetched as they are asked for.

    To be closed before the archive is, where not all rows were taken.
    """
    if (chosen := _chosen(archive, filters, query, limit, "a.*")) is not None:
        yield from archive.connection.execute(*chosen)


def articles_in_parts(
    archive: Archive, filters: Filters, keys: Sequence[str], *, query: str | None = None, limit: int | None = None
) -> Generator[tuple[tuple[str | None, ...], sqlite3.Row]]:
    """The same rows, those of a part one after the other, each with its part: a text a key (of :data:`PARTS`).

    Undated articles have no year: None. To be read and closed as :func:`articles`, and at one moment (see
    :meth:`newsarchive.archive.store.Archive.one_moment`).
    """
    columns = [PARTS[key] for key in keys]
    chosen = _chosen(archive, filters, query, limit, "a.id, a.site, a.date_earliest, a.date_latest")
    if chosen is None:
        return
    sql, values = chosen
    # Sorted without their texts: these are looked up afterwards.
    ordered = archive.connection.execute(
        f"SELECT id, {', '.join(columns)} FROM ({sql}) ORDER BY {', '.join(columns)}, {_NEWEST}", values
    )
    for article_id, *part in ordered:
        row = archive.row("SELECT * FROM articles WHERE id = ?", article_id)
        assert row is not None
        yield tuple(part), row


def _chosen(
    archive: Archive, filters: Filters, query: str | None, limit: int | None, columns: str
) -> tuple[str, list[Any]] | None:
    """SQL, with its values, for columns of the articles (``a``) that match, newest first; None: no article can."""
    conditions, values = filters.conditions()
    clause, first = "", list[str]()
    if query is not None:
        parsed = parse(query)
        if parsed.root is None:
            return None
        made = matching(archive.connection, parsed.root)
        clause, first = made.clause, made.values
        conditions.append(f"a.id IN (SELECT id FROM {made.hits})")
    sql = (
        f"{clause} SELECT {columns} FROM articles a WHERE {' AND '.join(conditions) or '1'} ORDER BY {_NEWEST} LIMIT ?"
    )
    return sql, [*first, *values, -1 if limit is None else limit]


def groups(rows: Iterable[sqlite3.Row], most: int, letters: int) -> Iterator[list[sqlite3.Row]]:
    """Rows in groups of ``most``, or of fewer as soon as their texts have so many letters."""
    group, size = list[sqlite3.Row](), 0
    for row in rows:
        group.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(group) == most or size >= letters:
            yield group
            group, size = [], 0
    if group:
        yield group


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
    for record in records(archive, rows):
        count += 1
        # json.dump would be three times as slow: it never uses the encoder in C.
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def records(archive: Archive, rows: Iterable[sqlite3.Row]) -> Iterator[dict[str, Any]]:
    """What :func:`with_lists` gives, with ``field_sources`` as an object."""
    for record in with_lists(archive, rows):
        record["field_sources"] = json.loads(record["field_sources"])
        yield record


def with_lists(archive: Archive, rows: Iterable[sqlite3.Row]) -> Iterator[dict[str, Any]]:
    """Rows of ``articles``, each as its columns and the lists ``images`` and ``links`` in page order.

    Links to withheld articles are left out. Rows are taken a hundred ahead, because asking for the lists one article
    at a time takes three times as long.
    """
    for group in groups(rows, _TOGETHER, _LETTERS):
        asked = json.dumps([row["id"] for row in group])
        images = _by_article(_rows_of(archive, "images", "url, caption, credit", asked))
        links = _rows_of(archive, "links", "kind, url, title, target_id", asked)
        shown = _by_article(without_withheld(archive, links))
        for row in group:
            yield {**dict(row), "images": images.get(row["id"], []), "links": shown.get(row["id"], [])}


def _rows_of(archive: Archive, table: str, columns: str, asked: str) -> list[sqlite3.Row]:
    """What belongs to articles (``asked``: their ids, a JSON list) in a table, in page order."""
    return archive.rows(
        f"SELECT article_id, {columns} FROM json_each(?) AS asked CROSS JOIN {table} ON article_id = asked.value"
        " ORDER BY article_id, position",
        asked,
    )


def _by_article(rows: Iterable[Mapping[str, Any] | sqlite3.Row]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        cells = dict(row)
        found.setdefault(cells.pop("article_id"), []).append(cells)
    return found


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
        for path in part.rglob("*"):
            if path.is_file():
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
