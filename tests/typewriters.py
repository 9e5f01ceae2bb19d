"""How Vietnamese was typed before Unicode: texts in the letters of old tables, as pages hold them.

Written from the tables' own descriptions, letter by letter, to test the reader with what it does not share.
"""

import unicodedata

TONES = {"\u0301": 1, "\u0300": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
# Rows: a vowel without tone, then acute, grave, hook, tilde, dot; as the fonts' tables list them.
TCVN3_ROWS = {
    "a": "a¸µ¶·¹",
    "ă": "¨¾»¼½Æ",
    "â": "©ÊÇÈÉË",
    "e": "eÐÌÎÏÑ",
    "ê": "ªÕÒÓÔÖ",
    "i": "iÝ×ØÜÞ",
    "o": "oãßáâä",
    "ô": "«èåæçé",
    "ơ": "¬íêëìî",
    "u": "uóïñòô",
    "ư": "\xadøõö÷ù",
    "y": "yýúûüþ",
}
TCVN3_ALONE = {"đ": "®", "Đ": "§", "Ă": "¡", "Â": "¢", "Ê": "£", "Ô": "¤", "Ơ": "¥", "Ư": "¦"}
VNI_TONES = " ùøûõï"
VNI_HATS = {"â": "aâáàåãä", "ê": "eâáàåãä", "ô": "oâáàåãä", "ă": "aêéèúüë"}
VNI_ALONE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def taken_apart(letter):
    """A letter as its vowel with hat, breve or horn, and the number of its tone (0: level)."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES[c] for c in marks if c in TONES), 0)
    return unicodedata.normalize("NFC", "".join(c for c in marks if c not in TONES)), tone


def tcvn3(text):
    """Text as typed in a font like .VnTime; the fonts have no capitals with tones, so small letters stand for them."""
    return "".join(map(_tcvn3_letter, text))


def _tcvn3_letter(letter):
    if letter in TCVN3_ALONE:
        return TCVN3_ALONE[letter]
    base, tone = taken_apart(letter)
    if letter.isascii() or base.lower() not in TCVN3_ROWS or (base != base.lower() and tone == 0):
        return letter
    return TCVN3_ROWS[base.lower()][tone]


def vni(text):
    """Text as typed in a font like VNI-Times."""
    return "".join(map(_vni_letter, text))


def _vni_letter(letter):
    small = letter.lower()
    base, tone = taken_apart(small)
    if small in VNI_ALONE:
        typed = VNI_ALONE[small]
    elif base in VNI_HATS:
        typed = VNI_HATS[base][0] + VNI_HATS[base][1 + tone]
    elif letter.isascii() or base not in {*VNI_ALONE, *"aeiouy"}:
        return letter
    else:
        typed = VNI_ALONE.get(base, base) + VNI_TONES[tone].strip()
    return typed.upper() if letter != small else typed


def windows_1258(text):
    """Text as bytes of Vietnamese Windows: vowels with hat, breve or horn as one letter, the tone mark behind."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in TONES))
            out += (base + "".join(c for c in marks if c in TONES)).encode("cp1258")
    return out


def western(data):
    """Bytes as a browser shows them where windows-1252 is taken for their encoding."""
    return "".join(bytes((n,)).decode("cp1252", "ignore") or chr(n) for n in data)


def twice(text):
    """UTF-8 taken for windows-1252, and encoded again."""
    return western(text.encode())
