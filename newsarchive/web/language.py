"""What the reading room says, in Vietnamese or English: sentences, days, moments, numbers. Pure.

Sentences are written in English where they are used; ``vi.toml`` has each in Vietnamese. A test finds every sentence in
templates and pages and wants it there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.cookies import CookieError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.research.sentences import Day, Sentence, Value, filled

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

COOKIE = "newsarchive_lang"
"""What keeps a language chosen by hand; the only cookie there is."""
COOKIE_SECONDS = 365 * 24 * 3600
NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""The languages of the reading room, each in its own words; the first is taken where a browser wants neither."""

_MONTHS = "January February March April May June July August September October November December".split()
_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Language:
    """One language: ``code`` (BCP 47), and what is said in it."""

    code: str
    messages: Mapping[str, str]

    @property
    def others(self) -> dict[str, str]:
        """The other languages: code → name."""
        return {code: name for code, name in NAMES.items() if code != self.code}

    def say(self, text: str, /, **values: Any) -> str:
        """A sentence in this language, with ``{name}`` replaced by the values: numbers as they are written in it.

        Plain text, to be escaped like any. A sentence without a translation stays English.
        """
        words = self.messages.get(text, text)
        return words.format(**{name: self._written(value) for name, value in values.items()}) if values else words

    def tell(self, sentence: Sentence) -> str:
        """A sentence of the research room in this language; plain text, to be escaped like any."""
        values = {name: self._told(value) for name, value in sentence.values.items()}
        return filled(self.messages.get(sentence.text, sentence.text), values)

    def number(self, number: int) -> str:
        """1234567 → "1.234.567" or "1,234,567"."""
        return f"{number:,}".replace(",", "." if self.code == "vi" else ",")

    def day(self, text: str | None) -> str:
        """A date (EDTF: a day, month, year, or an interval of such) as people write it; "" for none.

        What is no such date is given back as it is.
        """
        if not text:
            return ""
        first, interval, last = text.partition("/")
        if not interval:
            return self._point(first)
        match first in ("", ".."), last in ("", ".."):
            case True, False:
                return self.say("not after {day}", day=self._point(last))
            case False, True:
                return self.say("not before {day}", day=self._point(first))
        return self.say("between {first} and {last}", first=self._point(first), last=self._point(last))

    def articles(self, number: int) -> str:
        """So many articles."""
        return self.say("1 article") if number == 1 else self.say("{count} articles", count=number)

    def span(self, first: str | None, last: str | None) -> str:
        """Two days as the ends of a time, one where they are the same."""
        if not first or not last:
            return self.say("no day known")
        return self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}"

    def month(self, number: int) -> str:
        """The name of a month of the year, from 1 on: "January", "tháng 1"."""
        return f"tháng {number}" if self.code == "vi" else _MONTHS[number - 1]

    def moment(self, text: str | None) -> str:
        """A moment (UTC, ISO 8601) as day, time and "UTC"; "" for none."""
        if not text:
            return ""
        day, _, time = text.partition("T")
        return f"{self._point(day)}, {time[:5]} UTC" if time else self._point(day)

    def _told(self, value: Value) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(self.tell, value))
        if isinstance(value, Sentence):
            return self.tell(value)
        return self.day(value) if isinstance(value, Day) else value

    def _written(self, value: Any) -> str:
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)

    def _point(self, text: str) -> str:
        match = _EDTF.fullmatch(text)
        if not match:
            return text
        year, month, day = match[1], *(int(part) if part else 0 for part in match.groups()[1:])
        if not 0 <= month <= 12:
            return text
        if self.code == "vi":
            return f"{day}/{month}/{year}" if day else f"tháng {month} năm {year}" if month else f"năm {year}"
        return " ".join(filter(None, (str(day or ""), _MONTHS[month - 1] if month else "", year)))


@cache
def of(code: str) -> Language:
    """The language of a code of :data:`NAMES`. Raises :class:`KeyError` for another."""
    NAMES[code]
    file = Path(__file__).with_name(f"{code}.toml")
    return Language(code, tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})


def of_request(request: Request | None) -> Language:
    """The language a request is answered in: the one chosen before (a cookie), else the browser's first that we have.

    ``?lang=`` in the address comes before both.
    """
    if request is None:
        return of("vi")
    try:
        kept = request.cookies.get(COOKIE, "")
    except CookieError:
        kept = ""
    for code in (request.args.get("lang"), kept):
        if code in NAMES:
            return of(code)
    return of(wanted(request.headers.get("accept-language", "")))


def wanted(accept: str) -> str:
    """The code of our languages that an Accept-Language header (RFC 9110, 12.5.4) wants most; never raises."""
    best, most = next(iter(NAMES)), 0.0
    for part in accept.split(","):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        code = tag.partition("-")[0]
        if code in NAMES and (weight := _weight(parameters)) > most:
            best, most = code, weight
    return best


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
