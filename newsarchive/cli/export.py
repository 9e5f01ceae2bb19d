"""``newsarchive export``: articles, citations, captures and the whole archive as files that others read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from newsarchive.cli.common import CommandError, folder, reading, say
from newsarchive.cli.filters import check_filters, check_query, filter_options
from newsarchive.research.export import (
    PARTS,
    WRITERS,
    articles,
    articles_in_parts,
    new_folder,
    replacing,
    replacing_bytes,
)

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive
    from newsarchive.research.filters import Filters


FORMATS = ("csv", "jsonl", "parquet", "datapackage", "bibtex", "csl-json", "ris", "json-ld", "wacz", "bagit")


@click.command("export")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--output",
    metavar="F",
    help="The file (bagit, datapackage, --partition: the new folder) to write, in place only when complete; else"
    " stdout, for text.",
)
@click.option(
    "--partition",
    "keys",
    metavar="KEYS",
    callback=lambda _context, _parameter, value: _keys(value),
    help="Parquet as a folder of files by site, by year, or by both: site,year.",
)
@click.option("--query", metavar="Q", help="Only what a search would find.")
@filter_options
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N articles only.")
@click.option("--spreadsheet", is_flag=True, help="CSV safe to open in Excel or LibreOffice: no cell is a formula.")
@click.option("--with-withheld", is_flag=True, help="A bag of an archive in which articles are withheld.")
@click.pass_context
def export_command(
    context: click.Context,
    form: str,
    output: str | None,
    keys: tuple[str, ...],
    query: str | None,
    filters: Filters,
    limit: int | None,
    spreadsheet: bool,
    with_withheld: bool,
) -> int:
    """Write articles, the newest first, as the format has them.

    \b
    csv          every column, for tables
    jsonl        JSON Lines: also pictures and links
    parquet      the same with typed columns, for pandas, DuckDB, R; with --partition a folder of files
    datapackage  a folder of tables (articles, versions, pictures, links, captures ...), each column described
    bibtex       citations for BibTeX and biblatex
    csl-json     citations for Zotero, pandoc and citeproc
    ris          citations for EndNote, Mendeley and others
    json-ld      schema.org's NewsArticle, for catalogues and search engines
    wacz         the captured pages, to open in a browser with replayweb.page
    bagit        the whole archive, for a repository to take over

    Text is written as it was published. A cell that begins with = + - or @ is a formula to a spreadsheet program; with
    --spreadsheet such cells begin with ' instead, and the file says that it is UTF-8. What is withheld stays out; a
    bag is of the archive as it is, and of one with withheld articles is made only with --with-withheld.

    Exit status 1 where captures or files were damaged.
    """
    if spreadsheet and form != "csv":
        raise CommandError("--spreadsheet is for --format csv", 2)
    if keys and form != "parquet":
        raise CommandError("--partition is for --format parquet", 2)
    if with_withheld and form != "bagit":
        raise CommandError("--with-withheld is for --format bagit", 2)
    if form == "bagit":
        if filters or (query, limit) != (None, None):
            raise CommandError(
                "a bag is of the whole archive; --query, --limit and what chooses articles are for the other formats"
                " (wacz takes the captured pages of chosen articles)",
                2,
            )
        return _bag(context, output, with_withheld)
    if query is not None:
        check_query(query)
    with reading(folder(context)) as archive:
        check_filters(archive, filters)
        if keys:
            return _parquet_in_parts(archive, filters, query, limit, output, keys)
        if form in _FILES:
            return _FILES[form](archive, filters, query, limit, output)
        options: dict[str, Any] = {"spreadsheet": True} if spreadsheet else {}
        with (
            archive.one_moment(),
            closing(articles(archive, filters, query=query, limit=limit)) as rows,
            _text(output) as out,
        ):
            count = WRITERS[form](archive, rows, out, **options)
    say(f"{_counted(count, 'article')} written" + (f" to {output}" if output else ""))
    return 0


def _wacz(archive: Archive, filters: Filters, query: str | None, limit: int | None, output: str | None) -> int:
    from newsarchive.research.wacz import write_wacz

    if output is None:
        raise CommandError("--format wacz makes a file: name it with --output, as articles.wacz", 2)
    with closing(articles(archive, filters, query=query, limit=limit)) as rows, _binary(output) as out:
        done = write_wacz(archive, rows, out)
        if not done.captures:
            for line in done.damaged:
                say(f"newsarchive: {line}")
            raise CommandError(f"{output}: not written; no captured page was chosen that can be read", 3)
    for line in done.damaged:
        say(f"newsarchive: {line}")
    if done.pageless:
        say(f"newsarchive: {_counted(done.pageless, 'article')} left out, whose captures are damaged or withheld")
    say(f"{_counted(done.articles, 'article')} in {_counted(done.captures, 'capture')} written to {output}")
    return 1 if done.damaged else 0


def _parquet(archive: Archive, filters: Filters, query: str | None, limit: int | None, output: str | None) -> int:
    from newsarchive.research.parquet import write_parquet

    if output is None:
        raise CommandError("--format parquet makes a file: name it with --output, as articles.parquet", 2)
    with (
        _with_pyarrow(output),
        archive.one_moment(),
        closing(articles(archive, filters, query=query, limit=limit)) as rows,
        _binary(output) as out,
    ):
        count = write_parquet(archive, rows, out)
    say(f"{_counted(count, 'article')} written to {output}")
    return 0


def _parquet_in_parts(
    archive: Archive, filters: Filters, query: str | None, limit: int | None, output: str | None, keys: tuple[str, ...]
) -> int:
    from newsarchive.research.parquet import write_parts

    if output is None:
        raise CommandError("--partition makes a folder: name it with --output", 2)
    with (
        _with_pyarrow(output),
        archive.one_moment(),
        closing(articles_in_parts(archive, filters, keys, query=query, limit=limit)) as parts,
        _told_of_folder(output),
        new_folder(Path(output)) as part,
    ):
        count, files = write_parts(archive, parts, keys, part)
        if not files:
            raise CommandError(f"{output}: not written; no article was chosen", 3)
    say(f"{_counted(count, 'article')} in {_counted(files, 'file')} written to the folder {output}")
    return 0


@contextmanager
def _with_pyarrow(output: str) -> Iterator[None]:
    """What is needed for Parquet, and what goes wrong there, told. Raises :class:`CommandError`."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise CommandError(
            f"--format parquet needs pyarrow ({error}); install it with: pip install 'newsarchive[parquet]'", 2
        ) from error
    try:
        yield
    except ValueError as error:
        raise CommandError(f"{output}: not written; {error}. Was the database written to by hand?", 3) from error


def _keys(text: str | None) -> tuple[str, ...]:
    """What ``--partition`` says, in its order. Raises :class:`CommandError` (2)."""
    keys = tuple(key.strip() for key in text.split(",")) if text is not None else ()
    if not set(keys) <= PARTS.keys() or len(set(keys)) < len(keys):
        raise CommandError(f"--partition {text}: say site, year, site,year or year,site", 2)
    return keys


def _package(archive: Archive, filters: Filters, query: str | None, limit: int | None, output: str | None) -> int:
    from newsarchive.research.datapackage import write_package

    if output is None:
        raise CommandError("--format datapackage makes a folder: name it with --output", 2)
    with _told_of_folder(output):
        count = write_package(archive, filters, Path(output), query=query, limit=limit)
    whose = "it" if count == 1 else "them"
    say(f"{_counted(count, 'article')} and what belongs to {whose} written to the folder {output}")
    return 0


_FILES = {"wacz": _wacz, "parquet": _parquet, "datapackage": _package}
"""Formats that are no text, and what writes each."""


def _bag(context: click.Context, output: str | None, with_withheld: bool) -> int:
    from newsarchive.archive.bag import WithheldError, write_bag
    from newsarchive.settings import NEWSARCHIVE_CONTACT

    if output is None:
        raise CommandError("--format bagit makes a folder: name it with --output", 2)
    with reading(folder(context)) as archive:
        try:
            with _told_of_folder(output):
                done = write_bag(archive, Path(output), contact=NEWSARCHIVE_CONTACT, with_withheld=with_withheld)
        except WithheldError as error:
            raise CommandError(
                f"articles that are withheld: {error}. A bag holds the database and WARC files as they are, these"
                " articles too; say --with-withheld where who receives it keeps them from sight as well",
                2,
            ) from error
    for note in done.notes:
        say(f"newsarchive: {note}")
    say(f"{_counted(done.files, 'file')}, {done.bytes} bytes, in the bag {output}")
    return 1 if done.notes else 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


@contextmanager
def _text(output: str | None) -> Iterator[TextIO]:
    """The file an export goes to, or stdout. Raises :class:`CommandError` (3) where the file cannot be written."""
    if output is None or output == "-":
        yield sys.stdout
        return
    with _told(output), replacing(Path(output)) as out:
        yield out


@contextmanager
def _binary(output: str) -> Iterator[BinaryIO]:
    with _told(output), replacing_bytes(Path(output)) as out:
        yield out


@contextmanager
def _told_of_folder(output: str) -> Iterator[None]:
    with _told(output):
        try:
            yield
        except FileExistsError as error:
            raise CommandError(f"{output}: exists already; name a folder that is new or empty", 2) from error


@contextmanager
def _told(output: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{output}: cannot be written ({error.strerror or error})", 3) from error
