"""How a Vietnamese syllable is spelled, marks and all. Pure; knows the language, nothing of scraping.

Vietnamese is written one syllable a word, and of all strings of letters few are syllables: a text that was read by the
wrong table of letters hardly has any. The lists are those of the school grammar (âm đầu, vần, thanh), with the
spellings of either habit ("quy", "qui") and those of loan words that newspapers print ("xoong").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from newsarchive.vietnamese.text import fold

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Onsets by what may follow them: before e, ê, i, y the sounds of c, g, ng are written k, gh, ngh.
_ANYWHERE = "b ch d đ h kh l m n nh p ph r s t th tr v x".split()
_BEFORE_FRONT = ["k", "gh", "ngh"]
_BEFORE_BACK = ["c", "g", "ng"]
_RIMES = frozenset(
    (
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
        "ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam "
        "oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm "
        "ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông "
        "uôt uơ uy uya uych uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y "
        "ych yn ynh yt yêm yên yêng yêt yêu"
    ).split()
)
_UNMARKED_RIMES = frozenset(map(fold, _RIMES))
# After "qu" and "gi" the glide is written with the onset: "quân" is qu + ân, "giếng" gi + êng.
_AFTER_QU = frozenset(rime for rime in _RIMES if rime[0] in "aăâeêiyơ") | {"ôc"}
_AFTER_GI = frozenset(rime for rime in _RIMES if rime[0] not in "iy") | {""}
_ONSET = re.compile("ngh|ng|nh|ph|th|tr|ch|gi|gh|kh|qu|[bcdđghklmnpqrstvx]?")


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """True where a word is spelled as a Vietnamese syllable is: onset, rime, and a tone its final lets it have.

    ``word`` is one word in NFC, whatever its case. The tone mark may stand on any vowel ("hòa", "hoà"); a word without
    any mark passes where a syllable of its letters bears the level tone.

    >>> is_syllable("Nghiệp"), is_syllable("ngiệp"), is_syllable("nghiẹc"), is_syllable("hocj")
    (True, False, False, False)
    """
    if not 1 <= len(word) <= 8 or any(c in _TONES for c in word):
        # A mark that NFC leaves by itself stands on no vowel.
        return False
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in marks if c in _TONES]
    plain = unicodedata.normalize("NFC", "".join(c for c in marks if c not in _TONES))
    if len(tones) > 1:
        return False
    onset = _ONSET.match(plain)
    rime = plain[onset.end() if onset else 0 :]
    if not _fit(onset.group() if onset else "", rime):
        return False
    # Behind c, ch, p, t stand the rising and the heavy tone alone.
    stopped = plain.endswith(("c", "ch", "p", "t"))
    return not stopped or (bool(tones) and tones[0] in "\u0301\u0323")


@lru_cache(maxsize=16384)
def is_unmarked_syllable(word: str) -> bool:
    """True where a word could be a syllable whose marks were left out ("nguoi", "Duong"), or bears them.

    >>> [is_unmarked_syllable(word) for word in ("duoc", "được", "the", "of")]
    [True, True, True, False]
    """
    plain = fold(word)
    onset = _ONSET.match(plain)
    start = onset.group() if onset else ""
    rime = plain[len(start) :]
    if start == "gi":
        return rime in _UNMARKED_RIMES or f"i{rime}" in _UNMARKED_RIMES or not rime
    return rime in _UNMARKED_RIMES and not (start in _BEFORE_FRONT and rime[0] not in "eiy")


def _fit(onset: str, rime: str) -> bool:
    if onset == "qu":
        return rime in _AFTER_QU
    if onset == "gi":
        return rime in _AFTER_GI or f"i{rime}" in _RIMES
    if rime not in _RIMES:
        return False
    front = rime[0] in "eêiy"
    if onset in _BEFORE_FRONT:
        return front
    if onset in _BEFORE_BACK:
        # "gì", "gìn": there g is gi.
        return not front or (onset == "g" and rime[0] == "i")
    return onset == "" or onset in _ANYWHERE
