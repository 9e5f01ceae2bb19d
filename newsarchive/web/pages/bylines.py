"""Who wrote: the list of all bylines, and a page for each. A byline is the text the site printed, as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from newsarchive.research.bylines import name_key, people
from newsarchive.research.holdings import Byline, byline_tally
from newsarchive.vietnamese.text import collapse, fold
from newsarchive.web.counted import counted
from newsarchive.web.pages.coverage import coverage
from newsarchive.web.pages.front import newest
from newsarchive.web.pages.places import in_order, site_order

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

PAGE = 100
"""Bylines a page of the list."""
NEWEST = 20
ALIKE = 50
"""Other bylines shown on the page of one."""
SORTS = ("articles", "name", "latest")


def read_list(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``bylines.html``. Parameters: ``q`` (part of a name, marks or not), ``sort``, ``page``."""
    known = counted(archive).holdings.bylines
    text = collapse(request.args.get("q") or "")
    sort = request.args.get("sort")
    sort = sort if sort in SORTS else SORTS[0]
    wanted = [byline for byline in known.values() if fold(text) in fold(byline.name)]
    wanted.sort(key=_ORDERS[sort])
    pages = max(1, -(-len(wanted) // PAGE))
    number = min(max(1, _number(request.args.get("page"))), pages)
    return {
        "query": text,
        "sort": sort,
        "sorts": SORTS,
        "found": len(wanted),
        "all": len(known),
        "page": number,
        "pages": pages,
        "start": (number - 1) * PAGE,
        "bylines": [(byline, _address(byline)) for byline in wanted[(number - 1) * PAGE :][:PAGE]],
        "parameters": urlencode({"q": text, "sort": sort}),
    }


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``byline.html``. Raises :class:`LookupError` where no article has that byline."""
    name = request.args.get("name") or ""
    known = counted(archive)
    bylines = known.holdings.bylines
    if name not in bylines:
        raise LookupError("No article has this byline.")
    byline, own = bylines[name], name_key(name)
    alike = [other for other in known.writers.get(own, ()) if other != name and name_key(other) == own]
    named = {other for key in {own, *map(name_key, people(name))} for other in known.writers.get(key, ())}
    sites = map(dict, archive.rows("SELECT name, title, district, province FROM sites"))
    return {
        "byline": byline,
        "sites": [
            (site, byline.sites[site["name"]], urlencode({"byline": name, "site": site["name"]}))
            for site in sorted(sites, key=site_order)
            if site["name"] in byline.sites
        ],
        "coverage": coverage(byline_tally(archive, name), [("byline", name)]),
        "alike": _listed(bylines[other] for other in alike),
        "shared": _listed(bylines[other] for other in named - {name, *alike}),
        "newest": newest(archive, "a.byline = ?", name, limit=NEWEST),
        "all": urlencode({"byline": name}),
    }


def _listed(bylines: Iterable[Byline]) -> list[tuple[Byline, str]]:
    chosen = sorted(bylines, key=_ORDERS["articles"])[:ALIKE]
    return [(byline, _address(byline)) for byline in chosen]


def _address(byline: Byline) -> str:
    return urlencode({"name": byline.name})


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else 1


_ORDERS: dict[str, Any] = {
    "articles": lambda byline: (-byline.articles, in_order(byline.name), byline.name),
    "name": lambda byline: (in_order(byline.name), byline.name),
    "latest": lambda byline: (_reversed(byline.last_day), in_order(byline.name)),
}


def _reversed(day: str | None) -> int:
    """Days as numbers that grow towards the past; unknown ones last."""
    return -int(day.replace("-", "")) if day else 0
