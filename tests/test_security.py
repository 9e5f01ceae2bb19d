"""docs/security.md names only code and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:newsarchive|tests)/[^`\s]+\.py(?:::\w+)?)`", PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_what_the_page_names_is_there(named):
    path, _, function = named.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE)


def test_each_measure_names_its_code_and_its_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| it may")]
    rows = [row.split(" | ") for row in rows if "may try" not in row]
    assert len(rows) > 25
    for row in rows:
        assert "`newsarchive/" in row[2], row[0]
        assert "`tests/" in row[3], row[0]
