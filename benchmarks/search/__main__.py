"""``python -m benchmarks.search``: what search, export and the reading room cost on a large archive, as Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote

from benchmarks.processes import memory
from benchmarks.search import measure, parts
from benchmarks.search.measure import OFFSETS, PEER_EVERY, Times
from benchmarks.search.queries import Query, kinds

PARTS = ("search", "size", "export", "parquet", "room")
_ROOM_KINDS = ("rare", "common", "phrase", "undiacritised", "in a site", "in a period")


def main() -> None:
    """Build the archive where there is none, measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument(
        "--articles", type=int, default=1_000_000, metavar="N", help="articles of the archive (1000000)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="F",
        help="where the archive is, or is to be built (beside other temporary files)",
    )
    parser.add_argument("--queries", type=int, default=40, metavar="N", help="queries of each kind (40)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; can be given again")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.gettempdir()) / f"newsarchive-search-{arguments.articles}"
    try:
        measure.ready(folder, arguments.articles, lambda said: print(said, file=sys.stderr, flush=True))
    except measure.OtherArchiveError as error:
        parser.error(str(error))
    print(
        f"{datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {arguments.articles} articles.\n"
    )
    measure.read_through(folder)
    queries = kinds(arguments.queries, measure.names_of_sites(folder, 500))
    wanted = arguments.only or PARTS
    if "search" in wanted:
        print_search(folder, queries)
        print_command(folder, queries)
    if "room" in wanted:
        print_room(folder, queries)
    if "export" in wanted:
        print_export(folder, arguments.articles)
    if "parquet" in wanted:
        print_parquet(folder)
    if "size" in wanted:
        print_size(folder)


def print_search(folder: Path, queries: dict[str, list[Query]]) -> None:
    """The table of searches, a line a kind of query and page."""
    print("### Search: milliseconds of the processor, and what FTS5 alone takes for the same words\n")
    print("| query | articles found | page | p50 | p95 | FTS5 p50 | FTS5 p95 | p50 to FTS5's | MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, searched, most in measure.measure_search(folder, queries):
        for page in OFFSETS:
            ours, peer = searched.ours[page], searched.peer[page]
            same = Times(ours.milliseconds[::PEER_EVERY])
            ratio = same.percentile(0.5) / peer.percentile(0.5)
            columns = [name, searched.found, page[5:], _both(ours), _both(peer), f"{ratio:.2g}", f"{most:.0f}"]
            print(f"| {' | '.join(map(str, columns))} |", flush=True)
    print()


def print_command(folder: Path, queries: dict[str, list[Query]]) -> None:
    """The cost of a process, with the file in the system's cache and with nothing of it there."""
    words = [query.text for query in queries["phrase"][:7]]
    warm = median(measure.command(folder, "search", word) for word in words)
    help_alone = median(measure.command(folder, "search", "--help") for _ in words)
    print(f"A whole `newsarchive search` process: {warm:.0f} ms, of which {help_alone:.0f} ms are its start", end="")
    if measure.forget(folder):
        cold = []
        for word in words:
            measure.forget(folder)
            cold.append(measure.command(folder, "search", word))
        print(f"; {median(cold):.0f} ms with nothing of the file in the system's cache", end="")
        measure.read_through(folder)
    print(".\n", flush=True)


def print_room(folder: Path, queries: dict[str, list[Query]]) -> None:
    """The table of the reading room's pages."""
    with measure.serving(folder) as (base, process):
        count = len(queries["rare"])
        sites = list(dict.fromkeys(measure.names_of_sites(folder, 10 * count)))[:count]
        articles = range(1, 1 + count)
        step = max(measure.count(folder) // (count + 1), 1)
        asked: dict[str, list[str]] = {
            "`/`": ["/"] * count,
            "`/timeline`": ["/timeline"] * count,
            "`/site/…`": [f"/site/{name}" for name in sites],
            "`/article/…`": [f"/article/{step * n}" for n in articles],
        }
        for name in _ROOM_KINDS:
            asked[f"`/search`, {name}"] = [_address(query) for query in queries[name]]
        for name in ("rare", "common"):
            asked[f"`/search`, {name}, page 50"] = [f"{_address(query)}&page=50" for query in queries[name]]
        print("### The reading room: milliseconds until a page has come\n")
        (first,) = measure.pages(base, ["/"]).milliseconds
        print(f"The first page, while everything is counted: {first:.0f} ms.\n")
        print("| page | p50 | p95 |\n|---|---|---|")
        for name, addresses in asked.items():
            print(f"| {name} | {_both(measure.pages(base, addresses))} |", flush=True)
        print(f"\nMemory of the server: {memory(process, 'VmRSS'):.0f} MB;", end=" ")
        print(f"the most it had: {memory(process, 'VmHWM'):.0f} MB.\n", flush=True)


def _address(query: Query) -> str:
    filters = query.filters
    parts = [("q", query.text), *(("site", name) for name in filters.sites)]
    parts += [(name, str(day)) for name, day in (("since", filters.since), ("until", filters.until)) if day]
    return "/search?" + "&".join(f"{name}={quote(value)}" for name, value in parts)


def print_export(folder: Path, articles: int) -> None:
    """The table of exports of two sizes."""
    print("### Export: the newest live articles by the command\n")
    print("| format | rows | rows/s | MB of the file | MB of memory |\n|---|---|---|---|---|")
    with TemporaryDirectory(prefix="newsarchive-") as out:
        for form in ("csv", "jsonl", "parquet"):
            for limit in (articles // 50, articles // 5):
                made = measure.export(folder, form, limit, Path(out) / f"articles.{form}")
                print(
                    f"| {form} | {made.rows} | {made.rows / made.seconds:.0f} | {made.bytes / 1e6:.0f}"
                    f" | {made.memory:.0f} |",
                    flush=True,
                )
    print()


def print_parquet(folder: Path) -> None:
    """The table of Parquet in one file and in many."""
    site, year = measure.a_site_and_its_year(folder)
    print(f"### Parquet: milliseconds of the processor that DuckDB takes; the site is {site}, the year {year}\n")
    print(f"| | files | MB | {' | '.join(parts.QUESTIONS)} | written, rows/s | MB of memory |")
    print(f"|---|---|---|{'---|' * len(parts.QUESTIONS)}---|---|")
    with TemporaryDirectory(prefix="newsarchive-") as out:
        for name, made in parts.layouts(folder, Path(out), site, year):
            asked = " | ".join(f"{time:.0f}" for time in made.milliseconds.values())
            rates = f"{made.rows / made.seconds:.0f} | {made.memory:.0f}"
            print(f"| {name} | {made.files} | {made.bytes / 1e6:.0f} | {asked} | {rates} |", flush=True)
    print()


def print_size(folder: Path) -> None:
    """The table of what lies on the disk."""
    size = (folder / "news.db").stat().st_size
    print("### On the disk\n")
    found = measure.sizes(folder)
    if found is None:
        print(f"`news.db` has {size / 1e6:.0f} MB; this SQLite has no `dbstat` to say of what.\n")
        return
    text, tables = found
    small = {name: bytes_ for name, bytes_ in tables.items() if bytes_ < size / 100}
    large = {name: bytes_ for name, bytes_ in tables.items() if name not in small}
    print("| | MB | times the text |\n|---|---|---|")
    _lines([("the articles' texts (title, text, captions, byline)", text)], text)
    _lines(large.items(), text)
    _lines([("everything else", sum(small.values())), ("`news.db`", size)], text)
    print()


def _lines(sizes: Iterable[tuple[str, int]], text: int) -> None:
    for name, size in sizes:
        print(f"| {name} | {size / 1e6:.0f} | {size / text:.2f} |")


def _both(times: Times) -> str:
    return f"{times.percentile(0.5):.3g} | {times.percentile(0.95):.3g}"


if __name__ == "__main__":
    main()
