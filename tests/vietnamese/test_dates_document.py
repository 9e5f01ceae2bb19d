"""The examples of docs/dates.md are true."""

import re
from datetime import date
from pathlib import Path

import pytest

from newsarchive.vietnamese.datelines import read_dateline
from newsarchive.vietnamese.dates import ASSUMED_OFFSET, read_date

DOCUMENT = Path(__file__).parents[2] / "docs" / "dates.md"
REFERENCE = date(2020, 11, 30)


def table(name):
    text = DOCUMENT.read_text(encoding="utf-8").partition(f"<!-- examples: {name} -->")[2].lstrip()
    lines = text.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("row", table("strings"), ids=lambda row: row[0])
def test_a_text_reads_as_the_document_says(row):
    text, told, time, offset, odd, reference = row
    reading = read_date(text, reference=REFERENCE if reference else None)
    printed = "" if ASSUMED_OFFSET in reading.oddities else reading.offset or ""
    oddities = "; ".join(oddity for oddity in reading.oddities if oddity != ASSUMED_OFFSET)
    assert (reading.date or "–", reading.time or "", printed, oddities) == (told, time, offset, odd)


@pytest.mark.parametrize("row", table("datelines"), ids=lambda row: row[0])
def test_an_opening_reads_as_the_document_says(row):
    text, not_after, event = row
    reading = read_dateline(text, not_after=date.fromisoformat(not_after))
    assert (reading.date if reading else "–") == event


def test_the_document_has_examples():
    assert len(table("strings")) > 50
    assert len(table("datelines")) > 10
