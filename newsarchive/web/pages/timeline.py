"""The timeline: articles a month, of the whole archive and of chosen districts, in chosen years."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsarchive.web.counted import counted
from newsarchive.web.pages.coverage import coverage
from newsarchive.web.pages.places import site_order

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

SHOWN = 4
"""Districts shown where none was chosen: those with the most articles."""
MOST = 24
"""Districts shown at a time: more would be too long a page."""


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``timeline.html``. Parameters: ``site`` (several), ``from`` and ``to`` (years)."""
    known = counted(archive).holdings
    sites = sorted(map(dict, archive.rows("SELECT name, title, district, province FROM sites")), key=site_order)
    asked = set(request.args.getlist("site"))
    chosen = [site for site in sites if site["name"] in asked]
    by_size = sorted(sites, key=lambda site: -known.sites[site["name"]].articles if site["name"] in known.sites else 0)
    shown = chosen or [site for site in by_size[:SHOWN] if site["name"] in known.sites]
    years = list(known.all.by_year)
    first, last = _year(request.args.get("from"), years[:1]), _year(request.args.get("to"), years[-1:])
    if first and last and first > last:
        first, last = last, first
    return {
        "sites": [
            (province, list(group)) for province, group in groupby(sites, key=lambda site: site["province"] or None)
        ],
        "asked": {site["name"] for site in chosen},
        "years": years,
        "first": first,
        "last": last,
        "all": coverage(known.all, first=first, last=last) if not chosen else None,
        "charts": [
            (site, coverage(known.sites[site["name"]], [("site", site["name"])], first=first, last=last))
            for site in shown[:MOST]
            if site["name"] in known.sites
        ],
        "left_out": max(0, len(chosen) - MOST),
        "districts": len(sites),
    }


def _year(given: str | None, known: list[str]) -> str:
    """A year asked for, where it is one that is not absurd; else the one that is known."""
    if given and re.fullmatch(r"(?:19|20)\d\d", given, re.ASCII):
        return given
    return known[0] if known else ""
