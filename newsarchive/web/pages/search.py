"""The search page: articles that a query finds, with the passages that answer it, and what narrows the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from newsarchive.research.answers import counts_object, hit_object
from newsarchive.research.counts import Counts, Tally, counts
from newsarchive.research.filters import Filters
from newsarchive.research.plan import SORTS
from newsarchive.research.search import Found, search
from newsarchive.vietnamese.text import fold
from newsarchive.web import language
from newsarchive.web.charts import chart, months_between, years_between
from newsarchive.web.counted import counted
from newsarchive.web.documents import Document, json_document
from newsarchive.web.pages.asked import Asked, asked
from newsarchive.web.pages.places import site_order

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

PAGE = 20
"""Articles a page."""
COUNTED = 20_000
"""Articles whose sites, months and so on are counted while the reader waits; more would take seconds."""
VALUES = 12
"""Values of one kind that are shown at first; the rest is behind a click."""
MOST_VALUES = 200


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``search.html``; the parameters are those of :mod:`newsarchive.web.pages.asked`."""
    sites = sorted(map(dict, archive.rows("SELECT name, title, district, province FROM sites")), key=site_order)
    titles = {site["name"]: site["title"] for site in sites}
    wanted = asked(request.args, titles)
    found, page, pages = _page(archive, wanted)
    return {
        "asked": wanted,
        "query": wanted.text,
        "filters": wanted.filters,
        "found": found,
        "hits": found.hits,
        "first": (page - 1) * PAGE + 1,
        "page": page,
        "pages": pages,
        "parameters": wanted.address(),
        "sorts": SORTS if wanted.text else SORTS[1:],
        "provinces": [(name, list(group)) for name, group in groupby(sites, key=lambda site: site["province"] or "")],
        "titles": titles,
        "taken": list(_taken(wanted)),
        "facets": _facets(archive, wanted, found),
        "counted_up_to": COUNTED,
        "suggestions": [] if found.total else list(_suggestions(archive, wanted)),
    }


def as_json(archive: Archive, request: Request) -> Document:
    """The same for programs: a page of what was found, the parameters as they were understood, the next page's address,
    and counts, null where there is too much to count. A page after the last is empty."""
    wanted = asked(request.args, {row["name"] for row in archive.rows("SELECT name FROM sites")})
    offset = (wanted.page - 1) * PAGE
    found = search(archive, wanted.text, wanted.filters, sort=wanted.order, limit=PAGE, offset=offset)
    parameters = wanted.parameters()
    further = found.hits and (found.more or offset + len(found.hits) < found.total)
    counted_here = not found.more and found.total <= COUNTED
    made = json_document(
        {
            "total": found.total,
            "more": found.more,
            "page": wanted.page,
            "next": f"/search.json?{urlencode([*parameters, ('page', wanted.page + 1)])}" if further else None,
            "asked": {**dict(parameters), "site": list(wanted.filters.sites), "sort": wanted.order},
            "notes": [language.of_request(request).tell(note) for note in wanted.notes],
            "articles": [hit_object(hit) for hit in found.hits],
            "counts": counts_object(counts(archive, wanted.text, wanted.filters)) if counted_here else None,
        }
    )
    return replace(made, headers={"vary": "Accept-Language"})


def _page(archive: Archive, wanted: Asked) -> tuple[Found, int, int]:
    """The page asked for, or the last there is; its number, and how many there are."""
    page = wanted.page
    for _ in range(2):
        found = search(archive, wanted.text, wanted.filters, sort=wanted.order, limit=PAGE, offset=(page - 1) * PAGE)
        # Where more is there than was counted, there is a next page.
        pages = max(1, -(-found.total // PAGE)) + found.more
        if page <= pages:
            break
        page = pages
    return found, page, pages


def _taken(wanted: Asked) -> Iterator[dict[str, Any]]:
    """The filters in force, each with the address of the same search without it."""
    filters = wanted.filters
    for site in filters.sites:
        rest = tuple(name for name in filters.sites if name != site)
        yield {"kind": "site", "value": site, "without": wanted.address(site=rest)}
    for kind in ("since", "until", "section", "byline", "state"):
        if (value := getattr(filters, kind)) is not None:
            yield {"kind": kind, "value": str(value), "without": wanted.address(**{kind: None})}


def _facets(archive: Archive, wanted: Asked, found: Found) -> dict[str, Any] | None:
    """What the articles found are of, as ways to narrow the search; None where they are too many to be counted."""
    if not wanted.narrow:
        known = counted(archive).holdings
        by_site: Tally = {name: tally.articles for name, tally in known.sites.items() if tally.articles}
        by_month: Tally = dict(known.all.months.items())
        tallied = Counts(known.all.articles, by_month, _ordered(by_site), {}, {}, {})
    elif found.more or found.total > COUNTED:
        return None
    else:
        tallied = counts(archive, wanted.text, wanted.filters)
    filters = wanted.filters
    return {
        "when": _when(wanted, tallied.by_month),
        "site": [] if filters.sites else _values(wanted, "site", tallied.by_site),
        "section": [] if filters.section else _values(wanted, "section", tallied.by_section),
        "byline": [] if filters.byline else _values(wanted, "byline", tallied.by_byline),
        "state": [] if filters.state else _values(wanted, "state", tallied.by_state),
        "unplaced": tallied.by_month.get(None, 0),
    }


def _ordered(tally: Tally) -> Tally:
    return dict(sorted(tally.items(), key=lambda item: -item[1]))


def _values(wanted: Asked, kind: str, tally: Tally) -> list[dict[str, Any]]:
    """Values with how many articles have each, where choosing one would leave something out."""
    values = [(value, number) for value, number in tally.items() if value]
    if len(tally) < 2:
        return []
    return [
        {"value": value, "articles": number, "with": wanted.address(**{kind: value})}
        for value, number in values[:MOST_VALUES]
    ]


def _when(wanted: Asked, by_month: Tally) -> dict[str, Any] | None:
    """The years, or the months of a year that was chosen, as a chart and as links; None where there is one only."""
    since, until = wanted.filters.since, wanted.filters.until
    months = {month: number for month, number in by_month.items() if month}
    if since and until and since.year == until.year:
        # What is dated by bounds may lie beside the year.
        tally = {month: number for month, number in months.items() if month[:4] == f"{since.year:04d}"}
        periods = months_between(f"{since:%Y-%m}", f"{until:%Y-%m}")
    else:
        tally = {}
        for month, number in months.items():
            tally[month[:4]] = tally.get(month[:4], 0) + number
        periods = years_between(min(tally), max(tally)) if tally else []
    if len(periods) < 2 or not tally:
        return None
    return {
        "chart": chart(periods, tally, width=300),
        "chosen": wanted.address(since=None, until=None),
        "values": [
            {"value": period, "articles": tally[period], "with": wanted.address(since=period, until=period)}
            for period in reversed(periods)
            if period in tally
        ],
    }


def _suggestions(archive: Archive, wanted: Asked) -> Iterator[dict[str, Any]]:
    """Searches near one that found nothing, which do find something."""
    seen = {(wanted.text, wanted.filters)}
    for kind, other in _near(wanted):
        if (other.text, other.filters) in seen:
            continue
        seen.add((other.text, other.filters))
        if total := search(archive, other.text, other.filters, sort="newest", limit=0).total:
            yield {"kind": kind, "text": other.text, "address": other.address(), "articles": total}


def _near(wanted: Asked) -> Iterator[tuple[str, Asked]]:
    text, filters = wanted.text, wanted.filters
    if text:
        yield "unmarked", replace(wanted, text=unmarked(text))
        yield "spelling", replace(wanted, text=other_spelling(text))
        yield "unquoted", replace(wanted, text=text.replace('"', ""))
        if re.fullmatch(r"[\w\s]+", text) and not {"OR", "AND", "NOT"} & set(text.split()):
            yield "either", replace(wanted, text=" OR ".join(text.split()))
    if filters.since or filters.until:
        yield "any day", replace(wanted, filters=replace(filters, since=None, until=None))
    if filters.sites:
        yield "any site", replace(wanted, filters=replace(filters, sites=()))
    if filters.section or filters.byline or filters.state:
        yield "fewer", replace(wanted, filters=replace(filters, section=None, byline=None, state=None))
    if filters and text:
        yield "words alone", replace(wanted, filters=Filters())


def unmarked(text: str) -> str:
    """A query's words without marks, which finds all readings.

    >>> unmarked("Đại hội OR lúa")
    'dai hoi OR lua'
    """
    return " ".join(word if word in ("OR", "AND", "NOT") else fold(word) for word in text.split())


_FINAL = re.compile(r"(?<=[hklmstHKLMST])([iìíỉĩịyỳýỷỹỵ])(?!\w)", re.IGNORECASE)
_SWAPPED = str.maketrans("iìíỉĩịyỳýỷỹỵIÌÍỈĨỊYỲÝỶỸỴ", "yỳýỷỹỵiìíỉĩịYỲÝỶỸỴIÌÍỈĨỊ")


def other_spelling(text: str) -> str:
    """A query with i for y at the end of syllables and y for i, where both are written.

    >>> other_spelling("bác sĩ kỹ thuật"), other_spelling("tai nghi")
    ('bác sỹ kĩ thuật', 'tai nghy')
    """
    return _FINAL.sub(lambda match: match[1].translate(_SWAPPED), text)
