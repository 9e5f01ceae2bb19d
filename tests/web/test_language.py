"""Every sentence of the reading room is said in Vietnamese too, with the same values in it."""

import re
from pathlib import Path

import newsarchive.web
from newsarchive.research.health import STATES
from newsarchive.web import language
from newsarchive.web.pages import asked, health

HERE = Path(newsarchive.web.__file__).parent
SAID = re.compile(r"""(?:\b_|\.say)\(\s*("(?:[^"\\]|\\.)*"|'[^']*')""")
SOURCES = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]


def sentences():
    found = {text[1:-1] for file in SOURCES for text in SAID.findall(file.read_text(encoding="utf-8"))}
    assert "Search" in found
    return found


def test_every_sentence_has_its_vietnamese():
    assert sentences() - language.of("vi").messages.keys() == set()


def test_so_has_every_state_of_a_site():
    assert health.WORDS.keys() == set(STATES)
    assert {words for _, _, words in health.WORDS.values()} - language.of("vi").messages.keys() == set()


def test_so_has_what_a_search_says_of_itself():
    notes = (asked.NO_WORD, asked.CUT, asked.NO_DATE, asked.NO_DAY_BETWEEN, asked.NO_SITE, asked.NO_STATE)
    assert set(notes) - language.of("vi").messages.keys() == set()


def test_both_name_the_same_values():
    for english, vietnamese in language.of("vi").messages.items():
        named = [sorted(set(re.findall(r"{(\w+)}", text))) for text in (english, vietnamese)]
        assert named[0] == named[1], english
