"""Golden pages: each page in ``tests/pages`` reads as the record beside it says, whatever rules help.

A folder that bears a family's name holds pages of that CMS.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from newsarchive.archive.intake import normalise_article
from newsarchive.extract.article import PageContext, extract
from newsarchive.extract.document import decode
from newsarchive.items import ListingEvidence
from newsarchive.sites.families import family_names, family_of, load_family
from newsarchive.sites.profile import Rules

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(PAGES.glob("*/*.html"))
FIELDS = {
    *"title lead caption body byline source section event_date page_date date date_source".split(),
    *"published_at date_text images links".split(),
}
CONTEXT = {"url", "fetched_at", "listing", "content_type", "why"}


def record_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def is_family(path):
    return path.parent.name in family_names()


def rules_of(help_given, path):
    if help_given == "none":
        return Rules(find_family=False)
    return Rules(family=load_family(path.parent.name)) if help_given == "named" and is_family(path) else Rules()


@pytest.mark.parametrize("help_given", ["none", "found", "named"])
@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_page_reads_as_its_record_says_with_its_family_or_without(path, help_given):
    assert_reads_right(path, rules_of(help_given, path))


def assert_reads_right(path, rules):
    record = record_of(path)
    context = PageContext(
        content_type=record.get("content_type", "text/html"),
        fetched_at=datetime.fromisoformat(record["fetched_at"]) if "fetched_at" in record else None,
        listing=ListingEvidence(**record["listing"]) if "listing" in record else None,
    )
    article = extract(path.read_bytes(), record["url"], rules, context)
    normalise_article(article)
    read = asdict(article)
    expected = {name: record[name] for name in record if name in FIELDS}
    assert {name: read[name] for name in expected} == expected


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_wrong_family_does_no_harm(path):
    for name in family_names():
        assert_reads_right(path, Rules(family=load_family(name)))


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_page_is_told_to_be_its_familys_and_no_others(path):
    family = family_of(decode(path.read_bytes()), record_of(path)["url"])
    assert (family.name if family else None) == (path.parent.name if is_family(path) else None)


def test_every_page_has_a_record_and_every_record_a_page():
    assert len(CASES) >= 16
    assert {path.with_suffix(".json") for path in CASES} == set(PAGES.glob("*/*.json"))


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}-{path.stem}" for path in CASES])
def test_a_record_says_what_makes_its_page_hard_and_misspells_no_field(path):
    record = record_of(path)
    assert record["why"]
    assert set(record) <= FIELDS | CONTEXT
    assert {"title", "body", "byline"} <= set(record)
