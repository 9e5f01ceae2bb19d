"""An article's versions, worked out from all that its captures were read as. Pure.

A *reading* is what one extractor made of one capture. Versions are a function of the readings alone, whatever order
they came in: a crawl adds the latest capture, an import older ones, a merge a colleague's, a re-extraction a newer
reading of each. A version begins where a reading says other than what held until then. It is the site's where the
first reader of a capture found it changed, and the extractor's where a later one read the same bytes otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

SITE, EXTRACTOR = "site", "extractor"
"""``versions.cause``: the site changed the article · the program read it otherwise."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor made of a capture: ``seen_at`` is the capture's time, ``read_at`` the reading's (both UTC ISO
    8601); ``place`` tells captures of one second apart, and does so in every archive that holds them.
    """

    seen_at: str
    place: str
    capture_id: int
    extractor: str
    read_at: str
    content_hash: str

    @property
    def moment(self) -> tuple[str, str]:
        """Where the capture stands in time."""
        return self.seen_at, self.place

    @property
    def rank(self) -> tuple[list[int], str, str, str]:
        """Of later extractors higher ("newsarchive/0.10.0" after "newsarchive/0.9.1"), and of one's later readings."""
        return [int(n) for n in re.findall(r"[0-9]+", self.extractor)], self.extractor, self.read_at, self.content_hash


@dataclass(frozen=True, slots=True)
class Version:
    """One version: the reading it begins with, and what caused it."""

    reading: Reading
    cause: str


def timeline(readings: Iterable[Reading]) -> list[Version]:
    """The versions that the readings of one article make, the first first; the same for any order of the readings.

    >>> from dataclasses import replace
    >>> first = Reading("2020-11-01", "a", 1, "x/1", "2020-11-01", "one")
    >>> again = Reading("2020-11-02", "b", 2, "x/1", "2020-11-02", "one")
    >>> anew = [replace(reading, extractor="x/2", content_hash="one, better read") for reading in (first, again)]
    >>> [(version.reading.content_hash, version.cause) for version in timeline([again, *anew, first])]
    [('one', 'site'), ('one, better read', 'extractor')]
    """
    made: list[Version] = []
    held: str | None = None
    views: dict[tuple[str, int], str] = {}
    ordered = sorted(readings, key=lambda reading: (reading.moment, reading.rank))
    for _, group in groupby(ordered, key=lambda reading: reading.moment):
        of_capture = list(group)
        for position, reading in enumerate(of_capture):
            # What this extractor said of the captures before: with it a reading is compared, not with another's.
            later = sum(other.extractor == reading.extractor for other in of_capture[position + 1 :])
            view = (reading.extractor, later)
            changed = reading.content_hash != views.get(view, held)
            # The capture's last reading is what holds in the end, also where only some captures were read anew.
            if reading.content_hash != held and (changed or reading is of_capture[-1]):
                made.append(Version(reading, SITE if changed and position == 0 else EXTRACTOR))
                held = reading.content_hash
            views[view] = reading.content_hash
    return made
