"""Vietnamese text: normal forms for keeping and for comparing. Pure; knows the language, nothing of scraping.

What is kept stays as published, only in NFC with white space made plain. What is compared or searched is folded:
tone marks in one placement, or all marks removed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Characters that are never text: zero-width and direction marks, soft hyphens, and the C0 and C1 controls other than
# tab, line feed and carriage return (some move a terminal's cursor).
_NEVER_TEXT = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+"
)
# The blocks of combining marks, as they stand after decomposition.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")

_MARKED = re.compile("[^\\W\\d_][\u0300-\u036f]{1,9}")
_SHAPES = "\u0302\u0306\u031b"

_BASES = (("o", "a"), ("o", "e"), ("u", "y"))


def _tone_pairs() -> list[tuple[str, str]]:
    """Old placement → new placement, for each tone, pair of vowels and letter case ("òa" → "oà", "Ủy" → "Uỷ")."""
    pairs = []
    for first, second in _BASES:
        for tone in "\u0300\u0301\u0309\u0303\u0323":
            for a, b in ((first, second), (first.upper(), second), (first.upper(), second.upper())):
                pairs.append((unicodedata.normalize("NFC", a + tone) + b, a + unicodedata.normalize("NFC", b + tone)))
    return pairs


TONE_PAIRS: list[tuple[str, str]] = _tone_pairs()
"""Both habits of placing the tone mark on oa, oe, uy, as (old, new).

Old to new is right in any position: before a final consonant only the new form exists ("hoàn"),
and after q the u is no vowel ("quý"), so the rule needs no look at the neighbours.
"""
_TONE_MAP = dict(TONE_PAIRS)
_TONE_OLD = re.compile("|".join(map(re.escape, _TONE_MAP)))


def normalise(text: str) -> str:
    """Text in NFC, without invisible or control characters; white space is left as it is.

    >>> normalise("Hội nghị")
    'Hội nghị'
    """
    if not text.isprintable():
        text = _NEVER_TEXT.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def order_marks(text: str) -> str:
    """Text in NFC in which each vowel's hat, breve or horn stands before its tone mark; NFC in.

    Typed the other way round, as some editors did, a letter and its marks do not become one letter ("e", acute, hat).

    >>> order_marks("Tie\u0301\u0302ng"), order_marks("ho\u0300\u031bi")
    ('Tiếng', 'hời')
    """
    if "\u0302" not in text and "\u0306" not in text and "\u031b" not in text:
        return text
    return _MARKED.sub(_ordered, text)


def _ordered(match: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFD", match.group())
    marks = sorted(letters[1:], key=lambda mark: mark not in _SHAPES)
    return unicodedata.normalize("NFC", letters[0] + "".join(marks))


def collapse(text: str) -> str:
    """One line: :func:`normalise`, every run of white space (non-breaking too) one space, ends trimmed.

    >>> collapse(" Quận\\u00a01 \\n họp ")
    'Quận 1 họp'
    """
    if not text.isprintable():
        # Mostly it is only white space that does not print, and that goes anyway.
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\xa0", " ")
    # str.split() knows every white space of Unicode; a zero-width mark between two of them leaves one space.
    return " ".join(normalise(text).split())


def place_tones(text: str) -> str:
    """The same words with tone marks in one placement (the new one); NFC in, NFC out.

    >>> place_tones("Ủy ban hòa giải")
    'Uỷ ban hoà giải'
    """
    return _TONE_OLD.sub(lambda match: _TONE_MAP[match.group()], text)


def fold(text: str) -> str:
    """Lower case without any mark, đ as d: for comparing words whatever the typist's habits.

    >>> fold("Ý kiến bạn ĐỌC")
    'y kien ban doc'
    """
    if text.isascii():
        return text.lower()
    # Every rule that compares words folds the same lines again; long texts are not worth keeping.
    return _fold(text) if len(text) <= 300 else _fold.__wrapped__(text)


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower()).replace("đ", "d"))


def has_marks(text: str) -> bool:
    """True where the text holds a Vietnamese letter beyond a–z (a mark, or đ)."""
    return fold(text) != text.lower()
