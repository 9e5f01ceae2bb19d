"""What an address of the search asks for: words, filters, order, page; and what of it was not understood. Pure.

``q`` words · ``site`` (several) · ``since``, ``until`` a day, month or year (EDTF), both included · ``section`` ·
``byline`` · ``state`` live or gone · ``sort`` · ``page``
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newsarchive.research.filters import Filters, period
from newsarchive.research.plan import BEST, NEWEST, SORTS
from newsarchive.research.query import MAX_TERMS, parse
from newsarchive.research.sentences import Sentence

if TYPE_CHECKING:
    from datasette.utils import MultiParams

STATES = ("live", "gone")
LONGEST_QUERY = 1000
"""Characters of a query that are looked at."""

NO_WORD = "“{text}” has no word in it that could be looked for."
CUT = "The query is very long: only its first {count} terms are looked for."
NO_DATE = "“{text}” is no date and was left out; a day is written 2020-10-08, a month 2020-10, a year 2020."
NO_DAY_BETWEEN = "No day is both after {since} and before {until}: the dates were left out."
NO_SITE = "The archive has no site named “{text}”: it was left out."
NO_STATE = "“{text}” is no state of an article and was left out; they are live and gone."


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. ``sort`` is empty where none was asked for; ``notes`` say what was not understood."""

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = ""
    page: int = 1
    notes: tuple[Sentence, ...] = ()

    @property
    def order(self) -> str:
        """The order in force: the best first where words are looked for, else the newest."""
        return self.sort or (BEST if parse(self.text) else NEWEST)

    @property
    def narrow(self) -> bool:
        """Is anything asked for at all?"""
        return bool(self.text or self.filters)

    def parameters(self, **changes: object) -> list[tuple[str, str]]:
        """The search as parameters of an address, without the page, some of them changed (None: taken off)."""
        filters = self.filters
        values = {
            "q": self.text,
            "site": filters.sites,
            "since": filters.since,
            "until": filters.until,
            "section": filters.section,
            "byline": filters.byline,
            "state": filters.state,
            "sort": self.sort,
            **changes,
        }
        return list(_pairs(values))

    def address(self, **changes: object) -> str:
        """The same as a query string."""
        return urlencode(self.parameters(**changes))


def _pairs(values: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None and str(one):
                yield name, str(one)


def asked(arguments: MultiParams, sites: Collection[str]) -> Asked:
    """Read the arguments of a request; ``sites`` are the names of those there are. Never raises."""
    notes: list[Sentence] = []
    text = (arguments.get("q") or "").strip()[:LONGEST_QUERY]
    query = parse(text)
    if text and not query:
        notes.append(Sentence(NO_WORD, {"text": text}))
    if query.cut:
        notes.append(Sentence(CUT, {"count": str(MAX_TERMS)}))
    chosen = tuple(dict.fromkeys(name for name in arguments.getlist("site") if name))
    notes += [Sentence(NO_SITE, {"text": name}) for name in chosen if name not in sites]
    since, until = _days(arguments, notes)
    state = arguments.get("state") or None
    if state and state not in STATES:
        notes.append(Sentence(NO_STATE, {"text": state}))
        state = None
    filters = Filters(
        tuple(name for name in chosen if name in sites),
        since,
        until,
        section=arguments.get("section") or None,
        byline=arguments.get("byline") or None,
        state=state,
    )
    sort = arguments.get("sort") or ""
    return Asked(text, filters, sort if sort in SORTS else "", _page(arguments.get("page")), tuple(notes))


def _days(arguments: MultiParams, notes: list[Sentence]) -> tuple[date | None, date | None]:
    found: dict[str, date | None] = {}
    for name, end in (("since", 0), ("until", 1)):
        text = (arguments.get(name) or "").strip()
        try:
            found[name] = period(text)[end] if text else None
        except ValueError:
            notes.append(Sentence(NO_DATE, {"text": text}))
            found[name] = None
    since, until = found["since"], found["until"]
    if since and until and since > until:
        notes.append(Sentence(NO_DAY_BETWEEN, {"since": str(since), "until": str(until)}))
        return None, None
    return since, until


def _page(text: str | None) -> int:
    return max(1, int(text)) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else 1
