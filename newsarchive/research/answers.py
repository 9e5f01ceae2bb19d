"""A search's answer as objects for JSON, the same from the command line and from the reading room."""

from __future__ import annotations

from typing import Any

from newsarchive.research.counts import Counts
from newsarchive.research.search import Hit


def hit_object(hit: Hit) -> dict[str, Any]:
    """An article found; the snippet is plain text on one line, "…" where it is cut, nothing marked."""
    return {
        "id": hit.id,
        "url": hit.url,
        "site": hit.site,
        "title": hit.title.text,
        "date": hit.date,
        "snippet": hit.snippet.text,
    }


def counts_object(counted: Counts) -> dict[str, Any]:
    """Counts: each value that occurs is a row, null where there is none."""
    tallies = {
        "month": counted.by_month,
        "site": counted.by_site,
        "section": counted.by_section,
        "byline": counted.by_byline,
        "state": counted.by_state,
    }
    rows = {
        f"by_{name}": [{name: value, "articles": number} for value, number in tally.items()]
        for name, tally in tallies.items()
    }
    return {"total": counted.total, **rows}
