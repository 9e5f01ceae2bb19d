"""``python -m benchmarks.dates.holdout``: our reader over the set held out; ``--misses`` names each row not right."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from benchmarks.dates import measure
from benchmarks.dates.measure import MISSED, RIGHT, WRONG, Score
from benchmarks.dates.pages import DatePage, Expected
from benchmarks.dates.stands import Neighbours
from benchmarks.dates.tables import datelines, strings

HERE = Path(__file__).parent


def pages() -> list[DatePage]:
    """The pages in ``pages/`` by name; ``evidence`` is the kind of site, the first word of the name."""
    return [_page(file) for file in sorted((HERE / "pages").glob("*.html"))]


def main() -> None:
    """Run our reader over everything and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dates.holdout", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="also list what the reader did not get right")
    arguments = parser.parse_args()
    rows = strings(HERE)
    texts = measure.read_strings(rows, measure.ours)
    right, judged, times = measure.time_and_offset(rows)
    openings = measure.read_datelines(datelines(HERE))
    whole = measure.read_pages(pages())
    for title, score in (("Strings", texts), ("Datelines", openings), ("Pages: date", whole.dates)):
        print_score(title, score)
    print(f"Strings' time and offset, where the date is right: {right}/{judged}.\n")
    print_score("Pages: other fields", whole.fields)
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
