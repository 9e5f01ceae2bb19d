"""Names of authors, compared: who stands in a byline, and which bylines name the same. Pure.

A byline is kept as its site printed it. Nothing here says that two are one person: only that they are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsarchive.vietnamese.text import fold

_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[,;/&+|]\s*|\s+(?:và|VÀ|Và)\s+")


def people(byline: str) -> list[str]:
    """The names in a byline of several people.

    >>> people("Hà Lan - Bùi Nam và Tổ PV")
    ['Hà Lan', 'Bùi Nam', 'Tổ PV']
    """
    return [name for name in map(str.strip, _BETWEEN.split(byline)) if name]


def name_key(name: str) -> str:
    """The same for what differs in capitals, marks, points and spaces only.

    >>> name_key("HÀ LAN") == name_key("Hà  Lan.") == name_key("ha lan")
    True
    """
    return " ".join(re.findall(r"\w+", fold(name)))


def by_person(bylines: Iterable[str]) -> dict[str, list[str]]:
    """Bylines by each name in them, and by all of it (:func:`name_key` → bylines, in their order)."""
    found: dict[str, list[str]] = {}
    for byline in bylines:
        for key in {name_key(name) for name in (byline, *people(byline))}:
            found.setdefault(key, []).append(byline)
    return found
