"""docs/scaling.md prints what its own example reckons."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.scaling import renewed

DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"


def test_the_document_has_what_its_example_prints():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert renewed(text) == text, "a number was changed: `make docs` writes what comes of it"


def test_what_is_printed_takes_the_place_of_what_was():
    text = "# Tính\n\n```python\nprint(6 * 700)\n```\n\n```text\ncũ\n```\n\n```text\nkhác\n```\n"
    assert renewed(text) == text.replace("cũ", "4200")


def test_a_document_without_an_example_or_with_a_broken_one_is_left():
    with pytest.raises(ValueError, match="no example"):
        renewed("# Tính\n\n```text\n4200\n```\n")
    with pytest.raises(subprocess.CalledProcessError):
        renewed("```python\nraise SystemExit(1)\n```\n\n```text\ncũ\n```\n")
