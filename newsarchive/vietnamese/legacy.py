"""Vietnamese text that was read by the wrong table of letters, made Unicode. Pure; knows nothing of pages.

Before Unicode, Vietnamese was typed in one-byte fonts that drew Vietnamese letters in the places of Western ones: TCVN3
(ABC; fonts .VnTime, .VnArial; capitals by the fonts whose names end in H), VNI (VNI-Times; a vowel and a letter that is
its mark), and windows-1258 with its combining tones. Copied to a Unicode page such text shows as "TiÕng ViÖt", "Tieáng
Vieät", "Tiêìng Viêòt". UTF-8 that was taken for one-byte text and encoded again shows as "Tiáº¿ng Viá»‡t".

Which of these a text is, is told by reading it in each way: few strings of letters are syllables (:mod:`.syllables`).
A text is changed only where that makes it read better, and a word that reads well stays.

Tables: TCVN3 as in TCVN 5712:1993 (glibc's charmap TCVN5712-1, and Unikey's), VNI as VNI-Win in Unikey and in
vietnamese-conversion; of TCVN3 the places that the ABC fonts have, which is all but the accented capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from newsarchive.vietnamese.syllables import is_syllable

TCVN3, VNI, WINDOWS_1258, UTF_8 = "tcvn3", "vni", "windows-1258", "utf-8"

WESTERN = [bytes((n,)).decode("cp1252", "ignore") or chr(n) for n in range(256)]
"""The letter each byte is in windows-1252, as browsers read it: its five holes are control characters."""
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_WESTERN_CONTROLS = {n: WESTERN[n] for n in range(0x80, 0xA0)}
# The byte a letter was typed as, whichever Western table, or windows-1258, the page was read by.
_BYTES = {
    **{chr(n): n for n in range(0x80, 0xA0)},
    **{chr(0xF700 + n): n for n in range(0x80, 0x100)},  # x-user-defined
    **dict(
        zip(
            "Ăă\u0300ĐđƠơ\u0309Ưư\u0303\u0301\u0323₫",
            b"\xc3\xe3\xcc\xd0\xf0\xd5\xf5\xd2\xdd\xfd\xde\xec\xf2\xfe",
            strict=True,
        )
    ),
    **{letter: n for n, letter in enumerate(WESTERN) if n > 127},
}

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_ALONE: dict[str, str] = dict(zip("ñÑôÔöÖæÆóÓòÒîÎ", "đĐơƠưƯỉỈĩĨịỊỵỴ", strict=True))
_VNI_MARKS: dict[str, str] = {
    **dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True)),
    **{mark: "\u0302" + tone for mark, tone in zip("âáàåãä", ("", *"\u0301\u0300\u0309\u0303\u0323"), strict=True)},
    **{mark: "\u0306" + tone for mark, tone in zip("êéèúüë", ("", *"\u0301\u0300\u0309\u0303\u0323"), strict=True)},
}
_VNI = re.compile(
    "([aA])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])|([eEoO])([ùøûõïâáàåãäÙØÛÕÏÂÁÀÅÃÄ])|([uUyYôÔöÖ])([ùøûõïÙØÛÕÏ])"
    f"|([{''.join(_VNI_ALONE)}])"
)

# Letters, and what Western tables have in the letters' places; quotation marks and dashes are the same in all.
_WORD = re.compile("[A-Za-z\x80-\x9f\u00a1-\u1fff\u2100-\u2bff\uf780-\uf7ff₫]+")
_SYMBOLS = "«»°·©®²³¹¼½¾×÷±§¶ºª¡¿¢£¤¥¦¨¬¯´µ¸\xad™"
# The Vietnamese letters that windows-1252 has not.
_BEYOND = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
# Icelandic and African letters that look like Đ and are typed, or come out of a conversion, for it.
_ETH = str.maketrans("ÐðƉɖ", "ĐđĐđ")


def convert(text: str, table: str) -> str:
    """Text that was typed in a table's letters, as Unicode (NFC); ``table`` is one of the constants of this module.

    Words that are Vietnamese already, in letters that Western tables have not, stay.

    >>> convert("TiÕng ViÖt", TCVN3), convert("Tieáng Vieät", VNI), convert("Tiáº¿ng Viá»‡t", UTF_8)
    ('Tiếng Việt', 'Tiếng Việt', 'Tiếng Việt')
    """
    if table == UTF_8:
        return read_twice_encoded(text)
    shouted = table == TCVN3 and _is_shouted(text)

    def word(match: re.Match[str]) -> str:
        typed = _read_word(match.group(), table)
        return typed.upper() if shouted and typed != match.group() else typed

    return _WORD.sub(word, text)


@lru_cache(maxsize=32768)
def _read_word(word: str, table: str) -> str:
    if word.isascii() or (_BEYOND.search(word) and is_syllable(word)):
        return word
    western = _western(word)
    typed = unicodedata.normalize("NFC", _TABLES[table](western))
    # Those fonts have no accented capitals: "VIÖT" is typed so in any of them.
    return typed.upper() if table == TCVN3 and _is_shouted(western) else typed


def _is_shouted(text: str) -> bool:
    letters = [c for c in text if c.isascii() and c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters)


def _western(text: str) -> str:
    """A text in the letters of windows-1252, whichever table it was read by; what has no byte stays."""
    letters = []
    for letter in text:
        if letter < "\x80":
            letters.append(letter)
        elif (byte := _BYTES.get(letter)) is not None:
            letters.append(WESTERN[byte])
        else:
            letters += _parts(letter)
    return "".join(letters)


@lru_cache(maxsize=1024)
def _parts(letter: str) -> list[str]:
    """A letter that windows-1258 made of two bytes ("ế" of "ê" and its tone), as those two."""
    marks = unicodedata.normalize("NFD", letter)
    base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in _TONES))
    parts = [base, *(c for c in marks if c in _TONES)]
    known = [WESTERN[_BYTES[c]] if c in _BYTES else c for c in parts if c < "\x80" or c in _BYTES]
    return known if len(known) == len(parts) else [letter]


def _read_tcvn3(western: str) -> str:
    return "".join([_TCVN3.get(letter, letter) for letter in western])


def _read_vni(western: str) -> str:
    return _VNI.sub(_vni_letter, western)


def _vni_letter(match: re.Match[str]) -> str:
    if match[7]:
        return _VNI_ALONE[match[7]]
    pair = match.group()
    return _VNI_ALONE.get(pair[0], pair[0]) + _VNI_MARKS[pair[1].lower()]


_WINDOWS_1258 = {WESTERN[n]: bytes((n,)).decode("cp1258") for n in range(0xC0, 0x100)}


def _read_1258(western: str) -> str:
    return "".join([_WINDOWS_1258.get(letter, letter) for letter in western])


_TABLES: dict[str, Callable[[str], str]] = {TCVN3: _read_tcvn3, VNI: _read_vni, WINDOWS_1258: _read_1258}


# UTF-8 encoded again


def _class(first: int, last: int, without: str = "") -> str:
    letters = {c for c, n in _BYTES.items() if first <= n <= last and c not in without}
    return "[" + re.escape("".join(sorted(letters))) + "]"


_REST = _class(0x80, 0xBF)
_PUNCTUATION = "\xa0" + "".join(c for c in WESTERN[0x80:0xA0] if c > "\u2000")
# Letters of three bytes, quotation marks and dashes, and those of two that are nothing else either.
_CERTAIN = re.compile(
    f"á[º»]{_REST}|â€{_REST}|ï»¿|Ã{_class(0x80, 0xBF, _PUNCTUATION)}|(?<=[a-zß-ÿ])Ã\xa0|"
    f"Ä[‘\x91\x90‚ƒ\x82\x83¨©]|Å[¨©¡½¾¸]|Æ[¡¯°]|Ë[†œ]|â[‚„]{_REST}|Â[\x80-\x9f¡-ª¬-º¼-¿]"
)
# Those that may also be a capital before a quotation mark or a wide space: "XÃ\xa0HỘI".
_DOUBTFUL = re.compile(f"Ã[{re.escape(_PUNCTUATION)}]|Å[\xa0’“]|Æ[\xa0’]|Â[\xa0«»]")
# The bytes windows-1252 has no letter for are lost on the way, or come out as a question mark; the wide space in "à" as
# a plain one.
_LOST = re.compile(r"([^\W\d_]{0,4})(á»|Ä|Ã)[?\ufffd]?([^\W\d_]{0,6})")
_CERTAINLY_LOST = re.compile(r"á»[?\ufffd]?[a-z]")
_LOST_LETTERS = {"á»": "ềờọỏ", "Ä": "Đ", "Ã": "ÁÍÝ"}
_PLAIN_SPACE = re.compile(r"(?<![^\W\d_])([A-Za-z]{0,3}[a-z]|[A-Z])Ã ( ?)([a-z]{0,3})")
_COMMON = frozenset(
    "về đề nghề bề lề kề nhiều điều chiều đều giờ chờ nhờ cờ thời người trời lời đời rời mời họ mọi gọi chọn trọng hỏi "
    "tỏ bỏ nhỏ".split()
)


def is_twice_encoded(text: str) -> bool:
    """True where a text holds letters that only UTF-8 read as one-byte text gives ("Há»™i")."""
    return _CERTAIN.search(text) is not None or _CERTAINLY_LOST.search(text) is not None


def read_twice_encoded(text: str) -> str:
    """Text in which UTF-8 was taken for windows-1252 or Latin-1 (once or twice over), as it was meant.

    Bytes that were lost are guessed where one letter makes a syllable: "há»c" is "học".
    """
    alone = is_twice_encoded(text) and not _BEYOND.search(text)
    for _ in range(2):
        if not _CERTAIN.search(text):
            break
        text = _CERTAIN.sub(_utf8_letter, text)
        if alone:
            text = _DOUBTFUL.sub(_utf8_letter, text)
    if alone:
        text = _LOST.sub(_lost_letter, _PLAIN_SPACE.sub(_grave_a, text))
    return unicodedata.normalize("NFC", text)


def _utf8_letter(match: re.Match[str]) -> str:
    data = bytes([_BYTES[letter] for letter in match.group()])
    return data.decode("utf-8", "ignore").replace("\ufeff", "")


def _grave_a(match: re.Match[str]) -> str:
    start, space, rest = match.groups()
    joined = f"{start}à{rest}"
    return joined if not space and rest and is_syllable(joined) else f"{start}à {rest}"


def _lost_letter(match: re.Match[str]) -> str:
    start, lead, rest = match.groups()
    if is_syllable(match.group()):
        return match.group()
    words = [f"{start}{letter}{rest}" for letter in _LOST_LETTERS[lead]]
    spelled = [word for word in words if is_syllable(word)]
    likely = [word for word in spelled if word.lower() in _COMMON] or spelled
    return likely[0] if likely else match.group()


# Which it is

_SAMPLE = 20_000
"""Characters of a text by which its table is told."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text reads best: by which table, what it says then, how many syllables that brings (``gain``: words made
    good or no more bad, at most two for each), and whether the text alone is evidence enough."""

    table: str
    text: str
    gain: int
    sure: bool


def best_reading(text: str, tables: Iterable[str] = (UTF_8, TCVN3, VNI, WINDOWS_1258)) -> Reading | None:
    """The table by which a text reads better than as it stands, and best; None where none makes it better.

    >>> best_reading("C¸c ®ång chÝ l·nh ®¹o").text
    'Các đồng chí lãnh đạo'
    >>> best_reading("Các đồng chí lãnh đạo"), best_reading("Le café de la forêt")
    (None, None)
    """
    if UTF_8 in tables and is_twice_encoded(text):
        read = read_twice_encoded(text)
        return Reading(UTF_8, read, 1, sure=True) if read != text else None
    sample = text[:_SAMPLE]
    good, bad = syllables(sample)
    best: Reading | None = None
    for table in tables:
        read = convert(sample, table)
        if read == sample:
            continue
        better, worse = syllables(read)
        gain = (better - worse) - (good - bad)
        if gain > 0 and (best is None or gain > best.gain):
            sure = better - good > 2 and 3 * worse <= better and _foreign_words(sample) <= better
            best = Reading(table, read, gain, sure)
    if best is not None and len(text) > _SAMPLE:
        best = replace(best, text=convert(text, best.table))
    return best


def mend_letters(text: str) -> str:
    """Text with the letters that only look like đ made đ, in words that are Vietnamese then.

    >>> mend_letters("Ðảng bộ"), mend_letters("Suður")
    ('Đảng bộ', 'Suður')
    """

    def word(match: re.Match[str]) -> str:
        meant = match.group().translate(_ETH)
        return meant if meant != match.group() and is_syllable(meant) else match.group()

    return _WORD.sub(word, text)


def western(data: bytes) -> str:
    """One-byte text in the letters of windows-1252; never fails."""
    return data.decode("latin-1").translate(_WESTERN_CONTROLS)


def vietnamese_words(text: str) -> int:
    """How many words of a text are Vietnamese syllables in letters that no Western table has."""
    return sum(1 for word in _WORD.findall(text) if _BEYOND.search(word) and is_syllable(word))


def syllables(text: str) -> tuple[int, int]:
    """How many words with marks are Vietnamese syllables, and how many are none."""
    good = bad = 0
    for found in _WORD.findall(text):
        word = found if found.isascii() else found.strip(_SYMBOLS)
        if word and not word.isascii():
            if is_syllable(word):
                good += 1
            else:
                bad += 1
    return good, bad


def _foreign_words(text: str) -> int:
    """How many words without marks are no syllables: many, where the text is in another language."""
    return sum(1 for word in _WORD.findall(text) if word.isascii() and not is_syllable(word))
