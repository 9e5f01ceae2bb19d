"""The measuring; no printing here. What a process needs in memory is that of one that does nothing else."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from urllib.request import urlopen

from benchmarks.processes import alone
from benchmarks.search.build import build
from benchmarks.search.queries import Query
from newsarchive.archive.store import Archive
from newsarchive.research.search import search

PAGE = 20
OFFSETS = {"page 1": 0, "page 50": 49 * PAGE}
PEER_EVERY = 4
"""FTS5 alone is asked every fourth query: it takes seconds for a common word."""
_WARMING = 5


class OtherArchiveError(Exception):
    """The folder holds an archive of another size."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each request, in the order they were made."""

    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """The time that this share of the requests (0.95) took at most: the nearest rank."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, -(-round(share * 100) * len(ordered) // 100) - 1)]


@dataclass(frozen=True, slots=True)
class Searched:
    """The times of a kind of queries by page, and of FTS5 alone; how many articles its median query finds."""

    ours: dict[str, Times]
    peer: dict[str, Times]
    found: int


def ready(folder: Path, articles: int, told: Callable[[str], None]) -> None:
    """Build the archive of so many articles, unless it is there; upgrade it. Raises :class:`OtherArchiveError`."""
    if not (folder / "news.db").exists():
        part = folder.with_name(f"{folder.name}.part")
        build(part, articles, told=told)
        part.rename(folder)
    if (kept := count(folder)) != articles:
        raise OtherArchiveError(f"{folder} has {kept} articles; name another folder for {articles}")


def count(folder: Path) -> int:
    """How many articles there are."""
    with Archive.read(folder) as archive:
        return int(archive.rows("SELECT count(*) FROM articles")[0][0])


def names_of_sites(folder: Path, wanted: int) -> list[str]:
    """Sites, each as often as it has articles."""
    with Archive.read(folder) as archive:
        (newest,) = archive.rows("SELECT max(id) FROM articles")[0]
        step = max(newest // wanted, 1)
        return [row[0] for row in archive.rows("SELECT site FROM articles WHERE id % ? = 0 ORDER BY id", step)]


def a_site_and_its_year(folder: Path) -> tuple[str, int]:
    """A site of middling size, and the year in which it printed most."""
    with Archive.read(folder) as archive:
        sizes = archive.rows("SELECT site, count(*) FROM articles GROUP BY site ORDER BY count(*), site")
        site = sizes[len(sizes) // 2][0]
        (year,) = archive.rows(
            "SELECT substr(date_earliest, 1, 4) AS year FROM articles WHERE site = ? AND date_earliest IS NOT NULL"
            " GROUP BY year ORDER BY count(*) DESC, year LIMIT 1",
            site,
        )[0]
    return site, int(year)


def read_through(folder: Path) -> None:
    """Read the database once, so that it lies in the system's cache as far as that is large enough."""
    with (folder / "news.db").open("rb") as file:
        while file.read(1 << 24):
            pass


def search_all(folder: Path, queries: list[Query]) -> dict[str, Times]:
    """Each query's first and fiftieth page on one open archive, as ``search`` reads them: times of the processor,
    which other programs at work change least."""
    times = defaultdict[str, list[float]](list)
    with Archive.read(folder) as archive:
        for text in ("chợ", "cho", '"chợ quê"', "title:chợ", "chợ que")[:_WARMING]:
            search(archive, text)
        for query in queries:
            for page, offset in OFFSETS.items():
                begun = process_time()
                search(archive, query.text, query.filters, limit=PAGE, offset=offset)
                times[page].append(1000 * (process_time() - begun))
    return {page: Times(tuple(times[page])) for page in OFFSETS}


def plain_fts5(folder: Path, queries: list[Query]) -> tuple[dict[str, Times], list[int]]:
    """The same words asked of the same table by ``MATCH … ORDER BY rank LIMIT 20 OFFSET …``; how many each finds."""
    times, found = defaultdict[str, list[float]](list), []
    with Archive.read(folder) as archive:
        for query in queries:
            source = f"{query.table} f" + (" JOIN articles a ON a.id = f.rowid" if query.condition else "")
            where = f"{query.table} MATCH ?" + (f" AND {query.condition}" if query.condition else "")
            given = (query.match, *query.values)
            found += archive.rows(f"SELECT count(*) FROM {source} WHERE {where}", *given)[0]
            for page, offset in OFFSETS.items():
                begun = process_time()
                archive.rows(
                    f"SELECT f.rowid FROM {source} WHERE {where} ORDER BY rank LIMIT {PAGE} OFFSET {offset}", *given
                )
                times[page].append(1000 * (process_time() - begun))
    return {page: Times(tuple(times[page])) for page in OFFSETS}, found


def measure_search(folder: Path, kinds: dict[str, list[Query]]) -> Iterator[tuple[str, Searched, float]]:
    """Each kind with its times, and the most memory (MB) that the searching process had."""
    for name, queries in kinds.items():
        ours, most = alone(search_all, folder, queries)
        (peer, found), _ = alone(plain_fts5, folder, queries[::PEER_EVERY])
        yield name, Searched(ours, peer, sorted(found)[len(found) // 2]), most


def command(folder: Path, *arguments: str) -> float:
    """Milliseconds of a whole ``newsarchive`` process."""
    begun = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "newsarchive", "--archive", str(folder), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return 1000 * (perf_counter() - begun)


def forget(folder: Path) -> bool:
    """Have the system forget what it has read of the database; false where it cannot be told to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    with (folder / "news.db").open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def sizes(folder: Path) -> tuple[int, dict[str, int]] | None:
    """Bytes of the articles' texts (title, text, captions, byline, in UTF-8); and of each table with its full-text
    parts, of all indexes of a table, as they lie on the disk. None where SQLite is without ``dbstat``."""
    with Archive.read(folder) as archive:
        if not archive.rows("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_DBSTAT_VTAB'"):
            return None
        (text,) = archive.rows(
            "SELECT sum(" + " + ".join(f"length(CAST(coalesce({name}, '') AS BLOB))" for name in _TEXTS) + ")"
            " FROM articles_text"
        )[0]
        tables: dict[str, int] = {}
        # Pages, not bytes: the sum of these overflows in a table of more than 2 GB.
        rows = archive.rows(
            "SELECT m.type, m.tbl_name, s.pageno * (SELECT page_size FROM pragma_page_size) FROM dbstat s"
            " LEFT JOIN sqlite_master m ON m.name = s.name"
            " WHERE s.aggregate = TRUE"
        )
        for kind, table, size in rows:
            name = re.sub(r"^(articles_fts(?:_exact)?)_.*", r"\1", table or "the schema")
            name = f"indexes of {name}" if kind == "index" and not name.startswith("articles_fts") else name
            tables[name] = tables.get(name, 0) + size
    return int(text), dict(sorted(tables.items(), key=lambda item: -item[1]))


_TEXTS = ("title", "body", "captions", "byline")


@dataclass(frozen=True, slots=True)
class Exported:
    """An export: rows, seconds, bytes of the file, and the most memory (MB) of its process."""

    rows: int
    seconds: float
    bytes: int
    memory: float


def export(folder: Path, form: str, limit: int, out: Path) -> Exported:
    """The newest articles as a file, by the command."""
    (seconds, rows), most = alone(_export, folder, form, limit, out)
    size = out.stat().st_size
    out.unlink()
    return Exported(rows, seconds, size, most)


def _export(folder: Path, form: str, limit: int, out: Path) -> tuple[float, int]:
    from newsarchive.cli import cli

    arguments = ["--archive", str(folder), "export", "--format", form, "--state", "live", "--limit", str(limit)]
    begun = perf_counter()
    with contextlib.redirect_stderr(None):
        status = cli([*arguments, "--output", str(out)], standalone_mode=False)
    if status:
        raise RuntimeError(f"export ended with status {status}")
    return perf_counter() - begun, limit


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """The reading room as a process of its own: its address, its id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--archive", str(folder), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://[^/]+", said)
        if found is None:
            raise RuntimeError(said)
        yield found[0], process.pid
    finally:
        process.terminate()
        process.communicate()


def pages(base: str, addresses: list[str]) -> Times:
    """Milliseconds until each page has come whole."""
    times = []
    for address in addresses:
        begun = perf_counter()
        with urlopen(base + address) as answer:
            answer.read()
        times.append(1000 * (perf_counter() - begun))
    return Times(tuple(times))
