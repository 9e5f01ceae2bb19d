"""Where an article's fields stood, and why it has the date it has, in a person's words. Pure: columns to sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.research.sentences import Day, Phrases, Sentence

STANDS = {
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

PLACES = {
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

DETAILS = Phrases(
    (
        # where a candidate for the date stands
        "the profile's selector",
        "the page's metadata",
        "by the title",
        "behind the title",
        "below the body",
        "the listing's entry",
        "the feed's entry",
        "the address",
        "a picture's address",
        # why one was not taken
        "stamped at the moment of the visit",
        "the day of the visit, below the article",
        "no day",
        "before 1997",
        "after the visit",
        "older than the event",
        "the page prints an earlier day",
        "the listing prints an earlier day",
        "the feed prints an earlier day",
        "a template's: the page prints a later day",
        "a template's: the listing prints a later day",
        "a template's: the feed prints a later day",
        # what is odd about a reading
        "two-digit year",
        "year assumed",
        "lunar calendar: left unread",
        "no year, and no reference to take it from",
        "relative to a day that is not known",
        "rounded by the site",
        "offset assumed",
        "weekday conflict",
        "American order, by its weekday",
        "American order, by its AM/PM",
        "letter O for zero",
        "the reference's hour is not known: noon assumed",
        "{day} at {offset}",
        # of the whole
        "the day of the visit is not known: only full dates could be read",
    )
)
"""What ``field_sources`` says of the date in the date reader's own words."""


def where_found(article: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each field that was found, sentences on where; the date's as :func:`why_this_date` has them.

    ``article`` as there. A place unknown here is named as it is.
    """
    found = {name: [str(place)] for name, place in places(article).items()}
    return {"date": why_this_date(article), **found}


def places(article: Mapping[str, Any]) -> dict[str, Sentence]:
    """For each field that was found, but the date, where it stood."""
    return {
        name: Sentence(PLACES[place]) if place in PLACES else DETAILS.of(str(place))
        for name, place in article["field_sources"].items()
        if name != "date" and article.get(name)
    }


def why_this_date(article: Mapping[str, Any]) -> list[str]:
    """:func:`date_sentences` in English."""
    return [str(sentence) for sentence in date_sentences(article)]


def date_sentences(article: Mapping[str, Any]) -> list[Sentence]:
    """Sentences on an article's date: what it rests on, what was odd about it, which other evidence was not taken.

    ``article`` has the columns of table ``articles``, ``field_sources`` as an object. Evidence of a kind unknown here
    (from a later version) is named as it is.
    """
    evidence = _evidence(article)
    said = [_rests_on(article), *_odd(evidence.get("oddities"))]
    said += (_other(other, article["date"]) for other in evidence.get("others") or ())
    return list({str(sentence): sentence for sentence in said}.values())


def event_sentences(article: Mapping[str, Any]) -> list[Sentence]:
    """Sentences on the day the text speaks of (``event_date``): the words that tell it, what was odd about them."""
    evidence = _evidence(article)
    said = []
    if text := evidence.get("dateline"):
        said.append(Sentence("the opening of the text says “{text}”", {"text": str(text)}))
    return [*said, *_odd(evidence.get("dateline_oddities"))]


def _evidence(article: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = article["field_sources"].get("date")
    return kept if isinstance(kept, dict) else {}


def _odd(oddities: Any) -> Iterator[Sentence]:
    if oddities:
        yield Sentence("odd: {oddities}", {"oddities": tuple(DETAILS.of(str(odd)) for odd in oddities)})


def _other(other: Mapping[str, Any], date: str | None) -> Sentence:
    """A candidate that did not win: one that says the same, or one that was not taken and why."""
    place = DETAILS.of(str(other.get("place") or other.get("source")))
    if other.get("date") == date and not other.get("refused"):
        said = Sentence("the same from {place}", {"place": place})
    else:
        said = Sentence("not taken: {day} from {place}", {"day": Day(other.get("date")), "place": place})
    if other.get("text") and other["text"] != other.get("date"):
        said = Sentence("{said} “{text}”", {"said": said, "text": str(other["text"])})
    if other.get("refused"):
        said = Sentence("{said}: {reason}", {"said": said, "reason": DETAILS.of(str(other["refused"]))})
    return said


def _rests_on(article: Mapping[str, Any]) -> Sentence:
    source = article["date_source"]
    if article["date"] is None:
        return Sentence("nothing shows when it was published")
    if source == "bounds":
        bounds = {"not before {day}": article["date_earliest"], "not after {day}": article["date_latest"]}
        known = tuple(Sentence(text, {"day": Day(day)}) for text, day in bounds.items() if day)
        return Sentence("the page shows no day; what is known: {bounds}", {"bounds": known})
    stands = Sentence(STANDS[source]) if source in STANDS else Sentence("source: {source}", {"source": str(source)})
    printed = article["date_text"]
    if printed and printed != article["date"]:
        return Sentence("{said}: “{text}”", {"said": stands, "text": str(printed)})
    return stands
