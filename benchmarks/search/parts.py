"""The same articles as one Parquet file and as folders of files: what writing takes, and what DuckDB then takes to
answer. DuckDB is asked with two threads; its time is that of the processor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.processes import alone

LAYOUTS = ("one file", "year", "site", "site,year")
QUESTIONS = {
    "one site, one year": "SELECT sum(length(body)) FROM {source} WHERE site = $site AND {year} = $year",
    "one site": "SELECT sum(length(body)) FROM {source} WHERE site = $site AND $year > 0",
    "one year": "SELECT sum(length(body)) FROM {source} WHERE {year} = $year AND $site > ''",
    "articles by site and year": "SELECT sum(n) FROM (SELECT site, {year} AS y, count(*) AS n FROM {source}"
    " WHERE $site > '' AND $year > 0 GROUP BY ALL)",
}
"""The last of each is one number, the same in every layout."""
_TIMES = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """What writing one took, and the milliseconds and answer of each question."""

    rows: int
    files: int
    bytes: int
    seconds: float
    memory: float
    milliseconds: dict[str, float]
    answers: dict[str, int]


def layouts(folder: Path, out: Path, site: str, year: int) -> Iterator[tuple[str, Layout]]:
    """Each layout, written into a folder and asked of a site and a year."""
    for name in LAYOUTS:
        place = out / name.replace(" ", "-")
        seconds, memory = alone(_write, folder, name, place)
        files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
        asked, _ = alone(_ask, name, place, site, year)
        rows, milliseconds, answers = asked
        size = sum(path.stat().st_size for path in files)
        yield name, Layout(rows, len(files), size, seconds, memory, milliseconds, answers)


def _write(folder: Path, layout: str, place: Path) -> float:
    from newsarchive.cli import cli

    arguments = ["--archive", str(folder), "export", "--format", "parquet", "--output", str(place)]
    if layout != "one file":
        arguments += ["--partition", layout]
    begun = process_time()
    with contextlib.redirect_stderr(None):
        status = cli(arguments, standalone_mode=False)
    if status:
        raise RuntimeError(f"export ended with status {status}")
    return process_time() - begun


def _ask(layout: str, place: Path, site: str, year: int) -> tuple[int, dict[str, float], dict[str, int]]:
    import duckdb

    db = duckdb.connect(config={"threads": 2})
    files = place if layout == "one file" else place / "**" / "*.parquet"
    source = f"read_parquet('{files}', hive_partitioning = {layout != 'one file'})"
    year_of = "year" if "year" in layout else "year(date_earliest)"
    milliseconds, answers = {}, {}
    for question, sql in QUESTIONS.items():
        times = []
        for _ in range(_TIMES):
            begun = process_time()
            row = db.execute(sql.format(source=source, year=year_of), {"site": site, "year": year}).fetchone()
            times.append((process_time() - begun) * 1000)
            answers[question] = int(row[0] or 0) if row else 0
        milliseconds[question] = median(times)
    row = db.execute(f"SELECT count(*) FROM {source}").fetchone()
    return row[0] if row else 0, milliseconds, answers
