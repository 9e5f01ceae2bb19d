"""``python -m benchmarks.dates.holdout``: our reader over a set held out.

``--set 2`` takes the second one, ``--misses`` names each row not right, ``--peers`` adds dateparser and htmldate.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from benchmarks.dates import measure
from benchmarks.dates.measure import MISSED, RIGHT, WRONG, Score
from benchmarks.dates.pages import DatePage, Expected
from benchmarks.dates.stands import Neighbours
from benchmarks.dates.tables import StringRow, datelines, strings

SETS = {"1": Path(__file__).parent, "2": Path(__file__).parent.parent / "holdout2"}


def pages(folder: Path) -> list[DatePage]:
    """The pages in the folder's ``pages/`` by name; ``evidence`` is the kind of site, the first word of the name."""
    return [_page(file) for file in sorted((folder / "pages").glob("*.html"))]


def main() -> None:
    """Run our reader over everything in a set and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dates.holdout", description=__doc__)
    parser.add_argument("--set", choices=sorted(SETS), default="1", help="which set (default: 1)")
    parser.add_argument("--misses", action="store_true", help="also list what the reader did not get right")
    parser.add_argument(
        "--peers", action="store_true", help="also run dateparser and htmldate, judged by the same rule"
    )
    arguments = parser.parse_args()
    folder = SETS[arguments.set]
    rows, sheets = strings(folder), pages(folder)
    texts = measure.read_strings(rows, measure.ours)
    right, judged, times = measure.time_and_offset(rows)
    openings = measure.read_datelines(datelines(folder))
    whole = measure.read_pages(sheets)
    for title, score in (("Strings", texts), ("Datelines", openings), ("Pages: date", whole.dates)):
        print_score(title, score)
    print(f"Strings' time and offset, where the date is right: {right}/{judged}.\n")
    print_score("Pages: other fields", whole.fields)
    if arguments.peers:
        print_peers(rows, sheets, texts, whole.dates)
    if arguments.misses:
        missed = [*texts.misses, *times, *openings.misses, *whole.dates.misses, *whole.fields.misses]
        for group, text, expected, answer in missed:
            print(f"{group}\t{text if text.isprintable() else ascii(text)}\t{expected}\t{answer}")


def print_score(title: str, score: Score) -> None:
    """One table: a line a group, and the whole."""
    print(f"### {title} ({score.total()})\n\n| | rows | right | wrong | missed |\n|---|---|---|---|---|")
    for group in [*score.groups, None]:
        cells = " | ".join(str(score.total(verdict, group)) for verdict in (None, RIGHT, WRONG, MISSED))
        print(f"| {group or 'all'} | {cells} |")
    print()


def print_peers(rows: list[StringRow], sheets: list[DatePage], texts: Score, dates: Score) -> None:
    """Run the peers and print one table a part: a line a reader. Openings have none: no peer reads them."""
    measure.warm_up(sheets)
    print_readers(
        "Strings",
        {
            "newsarchive": texts,
            "dateparser": measure.read_strings(rows, measure.dateparser_default),
            "dateparser, strict": measure.read_strings(rows, measure.dateparser_strict),
        },
    )
    print_readers(
        "Pages: date",
        {
            "newsarchive": dates,
            "htmldate": measure.read_pages_with(sheets, measure.htmldate_extensive),
            "htmldate, not extensive": measure.read_pages_with(sheets, measure.htmldate_careful),
        },
    )


def print_readers(title: str, readers: dict[str, Score]) -> None:
    """One table: a line a reader, over the whole and where a full day is told."""
    print(f"### {title}, all readers\n")
    print("| | rows | right | wrong | missed | right where a full day is told |\n|---|---|---|---|---|---|")
    for name, score in readers.items():
        cells = " | ".join(str(score.total(verdict)) for verdict in (None, RIGHT, WRONG, MISSED))
        print(f"| {name} | {cells} | {score.full_days[RIGHT]}/{score.full_days.total()} |")
    print()


def _page(file: Path) -> DatePage:
    record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    expected = record["expected"]
    moment = expected["published_at"]
    return DatePage(
        name=file.stem,
        url=record["url"],
        html=file.read_text(encoding="utf-8"),
        fetched_at=datetime.fromisoformat(record["fetched_at"]),
        listing=record["listing"] and Neighbours(**record["listing"]),
        evidence=file.stem.split("-")[0],
        expected=Expected(
            dates=tuple(expected["dates"]),
            published_at=moment and datetime.fromisoformat(moment),
            page_date=expected["page_date"],
            event_date=expected["event_date"],
        ),
    )


if __name__ == "__main__":
    main()
