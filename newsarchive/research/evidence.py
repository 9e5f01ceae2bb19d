"""Where an article's fields stood, and why it has the date it has, in a person's words. Pure: columns to sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_STANDS = {
    "profile": "it stands where the site's profile says",
    "json-ld": "the page states it for machines (JSON-LD)",
    "meta": "the page states it for machines (meta tags)",
    "article": "it is printed on the page",
    "feed": "the site's feed gives it",
    "listing": "the site's listing prints it beside the article",
    "url": "it is in the article's address",
    "image-url": "it is in the address of one of the article's pictures",
    "dateline": "the opening of the text gives it",
}
"""``articles.date_source`` → what that means."""

_PLACES = {
    "article": "printed on the page",
    "by the title": "printed beside the title",
    "captions": "the pictures' captions: the page has no other text",
    "alt": "the picture's alternative text",
    "breadcrumb": "the page's trail from the front page",
    "poster": "who put the page up",
    "profile": "where the site's profile says",
    "json-ld": "stated for machines (JSON-LD)",
    "og": "stated for machines (OpenGraph)",
    "meta": "stated for machines (meta tags)",
    "itemprop": "stated for machines (microdata)",
    "title": "the page's <title>, without the site's name",
}
"""``articles.field_sources`` of all fields but the date → what that means."""


def where_found(article: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each field that was found, sentences on where; the date's as :func:`why_this_date` has them.

    ``article`` as there. A place unknown here is named as it is.
    """
    found = {
        name: [_PLACES.get(place, str(place))]
        for name, place in article["field_sources"].items()
        if name != "date" and article.get(name)
    }
    return {"date": why_this_date(article), **found}


def why_this_date(article: Mapping[str, Any]) -> list[str]:
    """Sentences on an article's date: what it rests on, what was odd about it, which other evidence was not taken.

    ``article`` has the columns of table ``articles``, ``field_sources`` as an object. Evidence of a kind unknown here
    (from a later version) is named as it is.
    """
    kept = article["field_sources"].get("date")
    evidence: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
    lines = [_rests_on(article)]
    if oddities := evidence.get("oddities"):
        lines.append(f"odd: {', '.join(map(str, oddities))}")
    lines += (_other(other, article["date"]) for other in evidence.get("others") or ())
    return list(dict.fromkeys(lines))


def _other(other: Mapping[str, Any], date: str | None) -> str:
    """A candidate that did not win: one that says the same, or one that was not taken and why."""
    refused = f": {other['refused']}" if other.get("refused") else ""
    verdict = "the same" if other.get("date") == date and not refused else f"not taken: {other.get('date')}"
    text = f" “{other['text']}”" if other.get("text") and other["text"] != other.get("date") else ""
    return f"{verdict} from {other.get('place') or other.get('source')}{text}{refused}"


def _rests_on(article: Mapping[str, Any]) -> str:
    source = article["date_source"]
    if article["date"] is None:
        return "nothing shows when it was published"
    if source == "bounds":
        bounds = [f"not before {article['date_earliest']}"] if article["date_earliest"] else []
        bounds += [f"not after {article['date_latest']}"] if article["date_latest"] else []
        return f"the page shows no day; what is known: {', '.join(bounds)}"
    printed = article["date_text"]
    text = f": “{printed}”" if printed and printed != article["date"] else ""
    return f"{_STANDS.get(source, f'source: {source}')}{text}"
