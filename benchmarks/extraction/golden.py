"""The golden pages in ``tests/pages``, as sheets with their records."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.extraction.measure import Score, compare, forget, read
from benchmarks.extraction.readers import Reader, Sheet, names
from newsarchive.extract.document import decode
from newsarchive.items import ListingEvidence
from newsarchive.sites.profile import Profile, Rules, family_names, load_family

PAGES = Path(__file__).parents[2] / "tests" / "pages"
FIELDS = ("title", "date", "byline", "captions", "related")


def sheets() -> list[tuple[Sheet, dict[str, Any]]]:
    """Each page with its record. The bytes are made text once, for all extractors alike."""
    found = []
    for path in sorted(PAGES.glob("*/*.html")):
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        family = path.parent.name
        rules = Rules()
        if family in family_names():
            rules = Profile("golden", "", (record["url"],), family=load_family(family)).rules()
        visit = record.get("fetched_at")
        sheet = Sheet(
            name=f"{family}/{path.stem}",
            html=decode(path.read_bytes(), record.get("content_type"), rules.encoding),
            url=record["url"],
            rules=rules,
            fetched_at=datetime.fromisoformat(visit) if visit else None,
            listing=ListingEvidence(**record["listing"]) if "listing" in record else None,
        )
        found.append((sheet, record))
    return found


def judge(reader: Reader, pages: list[tuple[Sheet, dict[str, Any]]]) -> Score:
    """One extractor over the golden pages. A field that a record leaves open is not judged."""
    forget()
    score = Score()
    for sheet, record in pages:
        reading = read(reader, sheet, score)
        expected = truth(record)
        score.bodies.append(compare(record["body"] or "", reading.body))
        for name in FIELDS:
            if name in expected:
                score.add(sheet.name, name, expected[name], getattr(reading, name))
    return score


def truth(record: dict[str, Any]) -> dict[str, Any]:
    """The judged fields that a record names."""
    expected = {name: record[name] for name in ("title", "date") if name in record}
    expected["byline"] = names(record["byline"])
    if "images" in record:
        expected["captions"] = tuple(image["caption"] for image in record["images"] if image["caption"])
    if "links" in record:
        expected["related"] = tuple(link["url"] for link in record["links"] if link["kind"] == "related")
    return expected
