"""The Vietnamese pages say what the English ones say: the same headings, examples and rows of tables, in order."""

import re
from pathlib import Path

import pytest
from test_docs import headings

ROOT = Path(__file__).parents[1]
PAIRS = [
    (ROOT / "README.md", ROOT / "README.vi.md"),
    *((ROOT / "docs" / page.name, page) for page in sorted((ROOT / "docs" / "vi").glob("*.md"))),
]
_FENCE = re.compile(r"(?:^<!-- not run: [^>]+ -->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)


def fences(text):
    """The examples with what is said of running them; of what is printed (``text``) only that it is there."""
    return [match[1] if match[1] == "text" else match[0] for match in _FENCE.finditer(text)]


def levels(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", _FENCE.sub("", text), flags=re.M)]


def keys(text):
    """The first cells of tables that name what is not translated: options, columns, file names."""
    cells = re.findall(r"^\| *([^|]*?) *\|", _FENCE.sub("", text), flags=re.M)
    return [re.findall(r"`[^`]+`", cell) for cell in cells]


@pytest.mark.parametrize(("english", "vietnamese"), PAIRS, ids=lambda page: str(page.relative_to(ROOT)))
class TestTranslation:
    def test_the_examples_are_the_same(self, english, vietnamese):
        assert fences(vietnamese.read_text(encoding="utf-8")) == fences(english.read_text(encoding="utf-8"))

    def test_the_headings_are_as_many(self, english, vietnamese):
        assert levels(vietnamese.read_text(encoding="utf-8")) == levels(english.read_text(encoding="utf-8"))

    def test_tables_have_the_same_rows(self, english, vietnamese):
        assert keys(vietnamese.read_text(encoding="utf-8")) == keys(english.read_text(encoding="utf-8"))

    def test_links_lead_somewhere(self, english, vietnamese):
        text = _FENCE.sub("", vietnamese.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"https?:", target):
                path, _, anchor = target.partition("#")
                there = (vietnamese.parent / path).resolve() if path else vietnamese
                assert there.exists(), target
                assert not anchor or anchor in headings(there), target

    def test_each_leads_to_the_other(self, english, vietnamese):
        assert f"({vietnamese.relative_to(english.parent)})" in english.read_text(encoding="utf-8")
        assert f"[English]({'../' * (vietnamese.parent != ROOT)}{english.name})" in vietnamese.read_text(
            encoding="utf-8"
        )
