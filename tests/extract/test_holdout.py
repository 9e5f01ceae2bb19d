"""The sets that were held out while the date readers were written: what they read right stays right.

``benchmarks/dates/holdout*`` say how each was made and what its first run gave. Rows named here are read otherwise than
the set has it, and why.
"""

import pytest

from benchmarks.dates import measure
from benchmarks.dates.holdout import __main__ as holdout
from benchmarks.dates.tables import datelines, strings

OTHERWISE = {
    "08·10·2020": "a dot that is no mark of dates",
    "Thứ năm ngày năm tháng năm năm 2016": "numbers in words are read for months only: the month is right",
    "ngày hai mươi tháng mười một năm 2020": "the same",
    "05-09/10/2020": "a span without its first month: left unread",
    "Ngày 7 và 8/10/2020": "the same: the last day is read",
    "từ 28/9 đến 02/10/2020": "a span without its first year: the last day is read",
    "Từ 01/06 đến 15/06/2017": "the same",
    "10/08/2020 03:32 AM": "padded and without seconds: PHP's day-first form, as NukeViet prints it",
}
FOLDERS = list(holdout.SETS.values())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_strings(folder):
    rows = strings(folder)
    misses = {text for _, text, _, _ in measure.read_strings(rows, measure.ours).misses}
    assert misses <= set(OTHERWISE)
    assert len(rows) > 100


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_datelines(folder):
    misses = [text for _, text, _, _ in measure.read_datelines(datelines(folder)).misses]
    assert [text for text in misses if "rạng sáng" not in text] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_pages(folder):
    scores = measure.read_pages(holdout.pages(folder))
    assert scores.dates.misses == []
    assert [miss for miss in scores.fields.misses if miss[0] != "published_at"] == []
