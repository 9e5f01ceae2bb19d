"""What is searched for: queries of several kinds, of the generator's own words, the same every run. Asks nothing.

Each comes with what a plain full-text search would be asked for the same words.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from benchmarks.search.language import Language
from newsarchive.research.filters import Filters, period
from newsarchive.research.matching import EXACT, PLAIN
from newsarchive.vietnamese.text import fold, has_marks, place_tones

FREQUENT = 50
"""So many words, the first, stand in most articles; of the others two thirds have two syllables."""
_KNOWN = 3000
"""The words that people look for: of some thousands of articles each."""
_TAIL = 20_000
"""Words from here on are rare."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search: its text and filters, and for FTS5 alone the table, the words, and further conditions on
    ``articles a`` with their values."""

    text: str
    table: str
    match: str
    filters: Filters = field(default_factory=Filters)
    condition: str = ""
    values: tuple[str, ...] = ()


def kinds(count: int, sites: list[str], *, seed: int = 23) -> dict[str, list[Query]]:
    """So many different queries of each kind; ``sites`` are names as often as wanted in the draw."""
    language, chance = Language(), random.Random(seed)
    marked = [word for word in language.words if all(map(has_marks, word.split()))]
    known, tail = set(language.words[FREQUENT:_KNOWN]), set(language.words[_TAIL:])
    pick = _Pick(
        frequent=[word for word in language.words[:FREQUENT] if has_marks(word)],
        known=[word for word in marked if word in known],
        tail=[word for word in marked if word in tail],
        sites=sites,
        chance=chance,
    )
    makers: dict[str, Callable[[], Query]] = {
        "rare": pick.rare,
        "common": pick.common,
        "phrase": pick.phrase,
        "undiacritised": pick.undiacritised,
        "mixed": pick.mixed,
        "prefix": pick.prefix,
        "in a site": pick.in_site,
        "in a period": pick.in_period,
        "in a field": pick.in_field,
    }
    return {name: list(_different(make, count)) for name, make in makers.items()}


def _different(make: Callable[[], Query], count: int) -> Iterator[Query]:
    seen = set[Query]()
    while len(seen) < count:
        query = make()
        if query not in seen:
            seen.add(query)
            yield query


@dataclass(frozen=True, slots=True)
class _Pick:
    """Words to draw from, by how often they are written."""

    frequent: list[str]
    known: list[str]
    tail: list[str]
    sites: list[str]
    chance: random.Random

    def rare(self) -> Query:
        """Two words that hardly anybody writes."""
        return _words(" ".join(self.chance.sample(self.tail, 2)))

    def common(self) -> Query:
        """One of the words that stand in most articles, or two, or one with a known word."""
        more = [[], self.chance.sample(self.frequent, 1), self.chance.sample(self.known, 1)]
        return _words(" ".join(dict.fromkeys([self.chance.choice(self.frequent), *self.chance.choice(more)])))

    def phrase(self) -> Query:
        """A known word of two syllables or three, in quotes."""
        word = self.chance.choice([word for word in self.known if " " in word])
        return Query(f'"{word}"', EXACT, f'"{place_tones(word)}"')

    def undiacritised(self) -> Query:
        """A known word typed without marks."""
        return _words(fold(self.chance.choice(self.known)), PLAIN)

    def mixed(self) -> Query:
        """A known word with marks and one without; FTS5 alone is asked for both without."""
        one, other = self.chance.sample(self.known, 2)
        return Query(f"{one} {fold(other)}", PLAIN, _all(fold(f"{one} {other}")))

    def prefix(self) -> Query:
        """How a known syllable begins: three letters of it or more."""
        syllable = self.chance.choice([part for word in self.known for part in word.split() if len(part) > 3])
        return Query(f"{fold(syllable)[:-1]}*", PLAIN, f'"{fold(syllable)[:-1]}" *')

    def in_site(self) -> Query:
        """A word in one site's articles."""
        word, site = self.chance.choice(self.frequent + self.known), self.chance.choice(self.sites)
        return _words(word, filters=Filters(sites=(site,)), condition="a.site = ?", values=(site,))

    def in_period(self) -> Query:
        """A word in a month, a year or some years."""
        year, month = self.chance.randint(2008, 2024), self.chance.randint(1, 12)
        since, until = period(self.chance.choice([f"{year}-{month:02}", f"{year}", f"{year - 5}/{year}"]))
        assert isinstance(since, date)
        assert isinstance(until, date)
        return _words(
            self.chance.choice(self.frequent + self.known),
            filters=Filters(since=since, until=until),
            condition="a.date_latest >= ? AND a.date_earliest <= ?",
            values=(since.isoformat(), until.isoformat()),
        )

    def in_field(self) -> Query:
        """A word in the title."""
        word = self.chance.choice(self.frequent + self.known).split()[0]
        return Query(f"title:{word}", EXACT, f'title : "{place_tones(word)}"')


def _words(
    text: str, table: str = EXACT, *, filters: Filters | None = None, condition: str = "", values: tuple[str, ...] = ()
) -> Query:
    return Query(text, table, _all(text), filters or Filters(), condition, values)


def _all(text: str) -> str:
    """All words of a text in FTS5's query language, tone marks where the tables have them."""
    return " ".join(f'"{word}"' for word in place_tones(text).split())
