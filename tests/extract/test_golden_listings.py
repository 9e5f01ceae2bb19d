"""Golden listings: each page in ``tests/listings`` lists what the record beside it says, its family known or not.

A record: ``why`` it is hard, ``url``, ``entries`` as [address, title, date as printed], ``next`` page's address,
and where the pager posts a form, the ``form``'s target: what its script sends as ``__EVENTTARGET``.
"""

import json
from pathlib import Path

import pytest

from newsarchive.extract.document import decode
from newsarchive.extract.listing import read_listing
from newsarchive.sites.families import family_names, family_of, load_family
from newsarchive.sites.profile import Rules

CASES = sorted((Path(__file__).parents[1] / "listings").glob("*/*.html"))
IDS = [f"{path.parent.name}-{path.stem}" for path in CASES]


def record_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("help_given", ["none", "found", "named"])
@pytest.mark.parametrize("path", CASES, ids=IDS)
def test_a_listing_lists_what_its_record_says_with_its_family_or_without(path, help_given):
    rules = Rules(find_family=help_given != "none")
    if help_given == "named" and path.parent.name in family_names():
        rules = Rules(family=load_family(path.parent.name))
    record = record_of(path)
    listing = read_listing(path.read_bytes(), record["url"], rules)
    assert [[entry.url, entry.title, entry.date_text] for entry in listing.entries] == record["entries"]
    assert listing.next_url == record["next"]
    form = listing.next_form
    assert (dict(form.fields).get("__EVENTTARGET") if form else None) == record.get("form")
    assert listing.kind == "listing"
    assert record["why"]


@pytest.mark.parametrize("path", CASES, ids=IDS)
def test_a_listing_is_told_to_be_its_familys_and_no_others(path):
    family = family_of(decode(path.read_bytes()), record_of(path)["url"])
    assert (family.name if family else None) == (path.parent.name if path.parent.name in family_names() else None)


def test_every_listing_has_a_record_and_every_record_a_listing():
    assert len(CASES) >= 7
    assert {path.with_suffix(".json") for path in CASES} == set(CASES[0].parents[1].glob("*/*.json"))
