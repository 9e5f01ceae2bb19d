"""``python -m benchmarks.recrawl``: what a second crawl costs a site, as one Markdown table."""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.recrawl.measure import Cost, measure, wget_version


def main() -> None:
    """Measure everything in one run and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recrawl", description=__doc__)
    parser.add_argument("--articles", type=int, default=2000, metavar="N", help="articles of the site (2000)")
    arguments = parser.parse_args()
    wget = wget_version()
    print(
        f"{datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores, {wget or 'no wget'}; {arguments.articles} articles.\n"
    )
    print("| since the first visit | | requests | whole pages | KB | changes found |")
    print("|---|---|---|---|---|---|")
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        for case, way, cost in measure(Path(folder), arguments.articles):
            print(f"| {case} | {way} {in_columns(cost)}", flush=True)
    if wget is None:
        print("\n`wget -N` was skipped: wget is not installed (Debian: `apt install wget`).")


def in_columns(cost: Cost) -> str:
    """The columns of a visit."""
    found = f"{cost.found} of {cost.changed}" if cost.changed else "–"
    return f"| {cost.requests} | {cost.whole} | {cost.bytes / 1000:.0f} | {found} |"


if __name__ == "__main__":
    main()
