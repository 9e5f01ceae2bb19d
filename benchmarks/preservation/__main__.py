"""``python -m benchmarks.preservation``: what the recorder costs a crawl, ``verify`` and ``reextract``, as Markdown."""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.preservation import measure
from benchmarks.preservation.measure import Crawled
from benchmarks.preservation.site import Site


def main() -> None:
    """Measure everything in one run and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preservation", description=__doc__)
    parser.add_argument("--pages", type=int, default=600, metavar="N", help="articles of the site (600)")
    parser.add_argument("--pictures", type=int, default=600, metavar="N", help="pictures of 100 KB to verify (600)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each, the median counts (3)")
    arguments = parser.parse_args()
    print(
        f"{datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores.\n"
    )
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        print_crawls(Path(folder), arguments.pages, arguments.rounds)
        archive = Path(folder) / "archive"
        size = measure.fill(archive, arguments.pages, arguments.pictures)
        print_verify(archive, size, arguments.rounds)
        print_reextract(archive, arguments.pages, arguments.rounds)


def print_crawls(folder: Path, pages: int, rounds: int) -> None:
    """The table of crawls; with and without the recorder take turns, each into an archive of its own."""
    kinds = {"with the recorder": True, "without": False}
    crawls: dict[str, list[Crawled]] = {name: [] for name in kinds}
    with measure.serving(Site(pages)) as base:
        for turn in range(rounds):
            for name, recorded in kinds.items():
                crawls[name].append(measure.crawl(folder / f"{turn}-{recorded}", base, recorded=recorded))
    print(f"### A crawl of {pages} articles on loopback\n")
    print("| | articles | pages/s | CPU, ms a page |")
    print("|---|---|---|---|")
    for name, done in crawls.items():
        seconds, cpu = median(c.seconds for c in done), median(c.cpu for c in done)
        print(f"| {name} | {done[0].articles} | {pages / seconds:.0f} | {1000 * cpu / pages:.1f} |")
    print()


def print_verify(folder: Path, size: int, rounds: int) -> None:
    """The table of what checks the same files."""
    ways = {
        "`verify`, one core": lambda: measure.verify_all(folder, 1),
        "`verify`, two cores": lambda: measure.verify_all(folder, 2),
        "`gzip -t`": lambda: measure.gzip_test(folder),
        "reading and SHA-256": lambda: measure.read_and_hash(folder),
    }
    print(f"### Checking {size / 1e6:.0f} MB of WARC files\n")
    print("| | MB/s |")
    print("|---|---|")
    for name, way in ways.items():
        print(f"| {name} | {size / 1e6 / measure.timed(way, rounds):.0f} |")
    print()


def print_reextract(folder: Path, pages: int, rounds: int) -> None:
    """The table of what reads the same pages again."""
    ways = {
        "a plain loop, one core: record read, page extracted": lambda: measure.plain_loop(folder),
        "`reextract`, one core": lambda: measure.read_anew(folder, 1),
        "`reextract`, two cores": lambda: measure.read_anew(folder, 2),
        "`import warc`, one core": lambda: measure.take_in(folder, 1),
        "`import warc`, two cores": lambda: measure.take_in(folder, 2),
    }
    print(f"### Reading {pages} pages anew\n")
    print("| | pages/s |")
    print("|---|---|")
    for name, way in ways.items():
        print(f"| {name} | {pages / measure.timed(way, rounds):.0f} |")


if __name__ == "__main__":
    main()
