"""Whether a text is Vietnamese, with its marks or typed without them. Pure; knows the language only."""

from __future__ import annotations

import re

from newsarchive.vietnamese.syllables import is_unmarked_syllable

# Letters that no other language of these pages writes: of Vietnamese text every eighth letter or so.
_OWN = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2e80-\uffef]")
_SAMPLE = 6000
_FEWEST_WORDS = 30
"""Words from which a language is told; of fewer, names are too large a part."""


def other_language(text: str) -> str | None:
    """What shows that a text is not Vietnamese, in words and figures; None where it is, or is too short to tell.

    A text partly Vietnamese (an article in two languages, side by side) is Vietnamese; so is one typed without marks.

    >>> other_language("Quận Bến Nứa họp. " * 20) is None, other_language("Quan Ben Nua hop voi dan. " * 20) is None
    (True, True)
    >>> other_language("The People's Committee met with residents of the ward. " * 20)
    '60 of 200 words could be Vietnamese'
    """
    text = text[:_SAMPLE]
    if 50 * len(_OWN.findall(text)) >= len(text):
        return None
    foreign = len(_FOREIGN_SCRIPT.findall(text))
    if 2 * foreign > len(text) - text.count(" ") and foreign > _FEWEST_WORDS:
        return f"{foreign} of {len(text)} characters are of another script"
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _FEWEST_WORDS:
        return None
    possible = sum(map(is_unmarked_syllable, words))
    if 3 * possible >= 2 * len(words):
        return None
    return f"{possible} of {len(words)} words could be Vietnamese"
