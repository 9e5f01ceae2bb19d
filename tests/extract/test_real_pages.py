"""Real saved pages, where they are at hand: what their index says of them, and nothing of the chrome in the text.

The pages are not the project's to keep: the test reads them beside it and is skipped where they are absent.
"""

import csv
import re
from pathlib import Path

import pytest

from newsarchive.extract import landmarks
from newsarchive.extract.article import PageContext, extract
from newsarchive.extract.lines import is_date_line

FOLDER = Path(__file__).parents[3] / "shared" / "pages"
INDEX = FOLDER / "INDEX.tsv"
LINES = INDEX.read_text(encoding="utf-8").splitlines() if INDEX.exists() else []
ROWS = list(csv.DictReader(LINES, delimiter="\t"))

pytestmark = pytest.mark.skipif(not ROWS, reason="no real pages are here")


@pytest.fixture(params=ROWS, ids=[row["file"] for row in ROWS])
def row(request):
    return request.param


@pytest.fixture
def article(row):
    return extract((FOLDER / row["file"]).read_bytes(), row["original address"], None, PageContext("text/html"))


def test_title_byline_and_moment_are_what_the_index_says(row, article):
    assert article.title == row["title"]
    assert article.byline == row["byline"]
    assert article.published_at[:16] == row["published"][:16]
    assert article.date == row["published"][:10]
    assert article.date_source in ("json-ld", "meta", "article")


def test_the_body_is_prose_without_chrome_names_or_captions(row, article):
    paragraphs = article.body.split("\n\n")
    assert len(paragraphs) >= 3
    for paragraph in paragraphs:
        assert not landmarks.landmark(paragraph)
        assert not landmarks.is_tool_line(paragraph)
        assert not is_date_line(paragraph)
        assert paragraph not in (article.title, article.byline, article.section)
    captions = [image.caption for image in article.images if image.caption]
    assert not set(captions) & set(paragraphs)
    assert sum(map(len, paragraphs)) / len(paragraphs) > 80


def test_lead_pictures_and_links_are_the_articles_own(row, article):
    if article.lead:
        assert article.body.startswith(article.lead)
    for image in article.images:
        assert re.match(r"https?://", image.url)
        assert image.caption is None or len(image.caption) > 10
    for link in article.links:
        assert link.kind in ("inline", "related", "attachment")
        assert link.title
        assert len(link.title) > 8
