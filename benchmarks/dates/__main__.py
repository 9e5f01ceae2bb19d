"""``python -m benchmarks.dates``: ours against dateparser and htmldate, as Markdown; ``--misses`` names the rows."""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import version

from benchmarks.dates import measure
from benchmarks.dates.measure import MISSED, RIGHT, WRONG, PageScores, Score
from benchmarks.dates.pages import DatePage, pages
from benchmarks.dates.tables import DatelineRow, StringRow, datelines, strings

EVIDENCE = {
    "page": "on the page",
    "address": "in an address",
    "listing": "in the listing only",
    "bounds": "nowhere: bounds",
}


def main() -> None:
    """Measure everything in one run and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dates", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="also list what the package's reader did not get right")
    arguments = parser.parse_args()
    rows, openings, sheets = strings(), datelines(), pages()
    measure.warm_up(sheets)
    ours = measure.read_strings(rows, measure.ours)
    plain = measure.read_strings(rows, measure.dateparser_default)
    strict = measure.read_strings(rows, measure.dateparser_strict)
    clock = measure.time_and_offset(rows)
    lines = measure.read_datelines(openings)
    whole = measure.read_pages(sheets)
    extensive = measure.read_pages_with(sheets, measure.htmldate_extensive)
    careful = measure.read_pages_with(sheets, measure.htmldate_careful)
    print(
        f"Python {platform.python_version()}, dateparser {version('dateparser')}, htmldate {version('htmldate')}, "
        f"lxml {version('lxml')}, {platform.machine()}.\n"
    )
    print_strings(rows, ours, plain, strict, clock)
    print_datelines(openings, lines)
    print_pages(sheets, whole, extensive, careful)
    if arguments.misses:
        for group, text, expected, answer in [
            *ours.misses,
            *clock[2],
            *lines.misses,
            *whole.dates.misses,
            *whole.fields.misses,
        ]:
            print(f"{group}\t{ascii(text) if not text.isprintable() else text}\t{expected}\t{answer}")


def print_strings(
    rows: list[StringRow],
    ours: Score,
    plain: Score,
    strict: Score,
    clock: tuple[int, int, list[tuple[str, str, str, str]]],
) -> None:
    """The table of strings: the whole, then by group."""
    readers = {"newsarchive": ours, "dateparser": plain, "dateparser, strict": strict}
    print(f"### Strings ({len(rows)})\n")
    print("| | right | right where a full day is told | wrong dates | missed | µs a string (median) |")
    print("|---|---|---|---|---|---|")
    for name, score in readers.items():
        print(
            f"| {name} | {score.total(RIGHT)}/{score.total()} | {score.full_days[RIGHT]}/{score.full_days.total()} "
            f"| {score.total(WRONG)} | {score.total(MISSED)} | {score.median_micros:.1f} |"
        )
    print(f"\nTime and offset as printed, where newsarchive's date is right: {clock[0]}/{clock[1]}.")
    beginning, milliseconds = measure.slowest_long_text()
    print(f"The slowest of 13 long texts made to be slow, {beginning!r}…: {milliseconds:.1f} ms.\n")
    print("| shapes | strings | " + " | ".join(f"{name}: right (wrong)" for name in readers) + " |")
    print("|---|---|" + "---|" * len(readers))
    for group in sorted(ours.groups, key=lambda group: -ours.total(group=group)):
        cells = " | ".join(f"{score.total(RIGHT, group)} ({score.total(WRONG, group)})" for score in readers.values())
        print(f"| {group} | {ours.total(group=group)} | {cells} |")
    print()


def print_datelines(openings: list[DatelineRow], lines: Score) -> None:
    """The table of datelines."""
    print(f"### Datelines ({len(openings)})\n")
    print("| openings | rows | right | wrong | missed |")
    print("|---|---|---|---|---|")
    for group in [*lines.groups, None]:
        cells = " | ".join(str(lines.total(verdict, group)) for verdict in (None, RIGHT, WRONG, MISSED))
        print(f"| {group or 'all'} | {cells} |")
    print(f"\n{lines.median_micros:.1f} µs an opening (median).\n")


def print_pages(sheets: list[DatePage], whole: PageScores, extensive: Score, careful: Score) -> None:
    """The table of whole pages."""
    readers = {
        "newsarchive (the whole extraction)": whole.dates,
        "htmldate": extensive,
        "htmldate, extensive_search=False": careful,
    }
    print(f"### Whole pages ({len(sheets)})\n")
    print("| where the day stands | pages | " + " | ".join(f"{name}: right / wrong / none" for name in readers) + " |")
    print("|---|---|" + "---|" * len(readers))
    for evidence, words in EVIDENCE.items():
        cells = " | ".join(
            " / ".join(str(score.total(verdict, evidence)) for verdict in (RIGHT, WRONG, MISSED))
            for score in readers.values()
        )
        print(f"| {words} | {whole.dates.total(group=evidence)} | {cells} |")
    speeds = " | ".join(f"{score.median_micros / 1000:.2f}" for score in readers.values())
    print(f"| ms a page (median) | | {speeds} |")
    print(
        f"\nParsing the HTML and nothing else: {measure.parse_alone(sheets) / 1000:.2f} ms. "
        f"Of newsarchive's extraction, the dates: {whole.choosing.median_micros / 1000:.2f} ms.\n"
    )
    for name in whole.fields.groups:
        print(f"`{name}`: {whole.fields.total(RIGHT, name)} of {whole.fields.total(group=name)} pages right.  ")


if __name__ == "__main__":
    main()
