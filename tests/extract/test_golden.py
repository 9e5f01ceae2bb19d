"""Golden pages: each page in ``tests/pages`` reads as the record beside it says, whatever rules help."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from newsarchive.extract.article import PageContext, extract
from newsarchive.items import ListingEvidence
from newsarchive.pipelines import normalise_article
from newsarchive.sites.profile import Profile, Rules, family_names, load_family

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(PAGES.glob("*/*.html"))
FIELDS = {
    *"title lead caption body byline source section event_date page_date date date_source".split(),
    *"published_at date_text images links".split(),
}
CONTEXT = {"url", "fetched_at", "listing", "content_type", "why"}


def record_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def rules_of(family, url):
    """What a profile of the family's would give the extractor; nothing where the family has no file."""
    if family not in family_names():
        return Rules()
    return Profile("golden", "", (url,), family=load_family(family)).rules()


@pytest.mark.parametrize("helped", [False, True], ids=["bare", "family"])
@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_page_reads_as_its_record_says(path, helped):
    record = record_of(path)
    context = PageContext(
        content_type=record.get("content_type", "text/html"),
        fetched_at=datetime.fromisoformat(record["fetched_at"]) if "fetched_at" in record else None,
        listing=ListingEvidence(**record["listing"]) if "listing" in record else None,
    )
    rules = rules_of(path.parent.name, record["url"]) if helped else Rules()
    article = extract(path.read_bytes(), record["url"], rules, context)
    normalise_article(article)
    read = asdict(article)
    expected = {name: record[name] for name in record if name in FIELDS}
    assert {name: read[name] for name in expected} == expected


def test_every_page_has_a_record_and_every_record_a_page():
    assert len(CASES) >= 16
    assert {path.with_suffix(".json") for path in CASES} == set(PAGES.glob("*/*.json"))


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_record_says_what_makes_its_page_hard_and_misspells_no_field(path):
    record = record_of(path)
    assert record["why"]
    assert set(record) <= FIELDS | CONTEXT
    assert {"title", "body", "byline"} <= set(record)
