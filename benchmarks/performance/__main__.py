"""``python -m benchmarks.performance``: crawling, memory, storing, all cores and starting, as Markdown."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Measure what is asked for, print the tables, and put them into a page."""
    # Not above: processes that are measured load this module too.
    from benchmarks.performance.parts import PARTS
    from benchmarks.performance.report import NoPlaceError, Options, machine, place, write

    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("--pages", type=int, default=2000, metavar="N", help="articles of the site (2000)")
    parser.add_argument("--big", type=int, default=20_000, metavar="N", help="of the large one, for memory (20000)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each, the median counts (3)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; can be given again")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page as well")
    arguments = parser.parse_args()
    options = Options(arguments.pages, arguments.big, arguments.rounds)
    wanted = arguments.only or list(PARTS)
    if arguments.write:
        try:
            page = arguments.write.read_text(encoding="utf-8")
            for name in wanted:
                place(page, name)
        except (NoPlaceError, OSError) as error:
            parser.error(f"{arguments.write}: {error}")
    for name in wanted:
        text = f"{machine()}. {PARTS[name](options)}"
        print(f"### {name}\n\n{text}\n", flush=True)
        if arguments.write:
            write(arguments.write, name, text)


if __name__ == "__main__":
    main()
