"""Where on a page text typed in old fonts or encoded twice stands, and its mending in the tree. Pure.

A page may hold both: a template in Unicode and an article pasted from Word in a font of another table. So each run of
text (what stands in one paragraph, cell or heading) is judged by itself, with what fonts the page names for it; runs
too short to tell go with the page's others. The letters and the judgement are
:mod:`newsarchive.vietnamese.legacy`'s.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.entities import codepoint2name

from lxml import etree

from newsarchive.vietnamese.legacy import (
    TCVN3,
    VNI,
    Reading,
    best_reading,
    convert,
    mend_letters,
    vietnamese_words,
)

# Letters and symbols of Latin-1 that Vietnamese has not: beside letters they are another table's.
_LETTERS = "ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ"
_SYMBOLS = "¢¤¥¦¨ª¬\xad®¯±´µ¶¸¹º¼½¾"
_NUMBERS = [str(ord(c)) for c in _LETTERS + _SYMBOLS] + [f"[xX]0*(?i:{ord(c):x})" for c in _LETTERS + _SYMBOLS]
_NAMES = [codepoint2name[ord(c)] for c in _LETTERS + _SYMBOLS if ord(c) in codepoint2name]
# What may be text to mend, as UTF-8; each pattern begins with one byte, for which it is quick to look.
_STRANGE = (
    # Those letters, but "×" only behind a letter, since it closes boxes; "Ã" and what follows it in UTF-8 encoded
    # twice, "á»", "â€"; a vowel before Ì, Ò, ì, ò.
    re.compile(
        rb"\xc3(?:[" + bytes(ord(c) - 0x40 for c in _LETTERS if c != "×") + rb"]|\x97(?<=[A-Za-z]\xc3\x97)"
        rb"|\x83[\xc2\xe2]|\xa1\xc2[\xba\xbb]|\xa2\xe2\x82\xac|[\x8c\x92\xac\xb2](?<=[aeouy\xa2\xaa\xb4]\xc3.))"
    ),
    # Controls; symbols before a small letter, another symbol or a letter with marks.
    re.compile(rb"\xc2(?:[\x80-\x9f]|[\xa1-\xbf](?=[a-z]|\xc2[\xa8-\xbe]|\xc3[\x8c-\xbe]))"),
    # x-user-defined's letters.
    re.compile(rb"\xef[\x9e\x9f]"),
    re.compile(f"&(?:(?:#(?:{'|'.join(_NUMBERS)})|{'|'.join(_NAMES)});(?=[a-zA-Z&])|aacute;&(?:raquo|ordm);)".encode()),
    # The fonts' names.
    re.compile(rb"\.V[nN]"),
    re.compile(rb"V[nN][iI]-"),
)
_FONT = re.compile(r"(?:^|[\"',:;\s])(?:\.vn[\w ]*?(h)?|(vni)-[\w -]*?)(?=\s*(?:[\"',;!]|$))", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)")
_INLINE = frozenset(
    "a abbr acronym b bdo big cite code del dfn em font i ins kbd label mark o:p q s samp small span strike strong sub "
    "sup tt u var".split()
)
_ATTRIBUTES = ("alt", "title", "content")
_WORDS_OF_A_PAGE = 5
"""Words by which a page is known to use a table, so that its short runs are read by it too."""


def is_suspect(data: bytes) -> bool:
    """True where a page's text (as UTF-8) may hold what :func:`mend_tree` mends; quick, and wrong on the safe side."""
    return any(pattern.search(data) for pattern in _STRANGE)


@dataclass(frozen=True, slots=True)
class _Font:
    """What a font's name says of its text: the table, and whether it draws capitals only."""

    table: str
    capitals: bool = False


@dataclass(slots=True)
class _Slot:
    """One place of a tree that holds text: an element's ``text``, ``tail`` or an attribute."""

    element: etree._Element
    place: str
    text: str
    font: _Font | None = None

    def write(self, text: str) -> None:
        if self.place == "text":
            self.element.text = text
        elif self.place == "tail":
            self.element.tail = text
        else:
            self.element.set(self.place, text)


@dataclass(slots=True)
class _Run:
    """The texts of one paragraph, cell, heading or attribute, and how they read best."""

    slots: list[_Slot] = field(default_factory=list)
    reading: Reading | None = None

    @property
    def text(self) -> str:
        return "".join(slot.text for slot in self.slots)

    @property
    def font(self) -> _Font | None:
        return next((slot.font for slot in self.slots if slot.font), None)


def mend_tree(root: etree._Element) -> None:
    """Make the texts of a tree Unicode, in place, where they are typed in TCVN3, VNI or windows-1258 or encoded twice.

    Runs that read well stay, whatever font they are in: pages converted once keep the fonts' names.
    """
    runs = _runs(root)
    words: Counter[str] = Counter()
    unicode_words = 0
    for run in runs:
        text = run.text
        unicode_words += vietnamese_words(text)
        if text.isascii():
            continue
        run.reading = best_reading(text)
        if run.reading is not None and (run.reading.sure or _font_agrees(run)):
            words[run.reading.table] += run.reading.gain
    usual = [table for table, count in words.most_common(1) if count >= _WORDS_OF_A_PAGE]
    for run in runs:
        table = _table_of(run, usual, alone=unicode_words == 0)
        if table is not None:
            _mend_run(run, table)
        elif run.font and run.font.capitals and words[TCVN3] and run.text.isascii():
            _mend_run(run, TCVN3)
        for slot in run.slots:
            if "Ð" in slot.text or "ð" in slot.text:
                slot.write(mend_letters(slot.text))


def _font_agrees(run: _Run) -> bool:
    return run.font is not None and run.reading is not None and run.font.table == run.reading.table


def _table_of(run: _Run, usual: list[str], *, alone: bool) -> str | None:
    """The table a run is read by; None where it stays. ``usual`` is the page's own, ``alone``: it has no Unicode."""
    reading = run.reading
    if reading is not None and (reading.sure or reading.table in usual or _font_agrees(run)):
        return reading.table
    if not usual or run.text.isascii():
        return None
    if reading is not None or alone:
        # Words that are syllables either way ("vÒ"), on a page that has no other letters.
        (again,) = usual
        return again if alone or best_reading(run.text, usual) else None
    return None


def _mend_run(run: _Run, table: str) -> None:
    """Convert a run's slots; what a capital font draws as capitals becomes capitals."""
    for slot in run.slots:
        text = slot.text if slot.text.isascii() else convert(slot.text, table)
        if slot.font is not None and slot.font.capitals and table == TCVN3:
            text = text.upper()
        if text != slot.text:
            slot.text = text
            slot.write(text)


# The runs of a tree


def _runs(root: etree._Element) -> list[_Run]:
    """All runs of a tree, in document order, each slot with the font that is named for it."""
    classes = _font_classes(root)
    fonts: dict[etree._Element, _Font | None] = {}
    keys: dict[etree._Element, etree._Element] = {}
    runs: dict[etree._Element, _Run] = {}
    others: list[_Run] = []
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str):
            continue
        parent = element.getparent()
        outer = fonts.get(parent) if parent is not None else None
        font = fonts[element] = _font_of(element, classes) or outer
        key = keys[element] = keys[parent] if parent is not None and tag in _INLINE else element
        if element.text and (tag not in ("script", "style") or element.get("type") == "application/ld+json"):
            runs.setdefault(key, _Run()).slots.append(_Slot(element, "text", element.text, font))
        if element.tail and parent is not None:
            # Behind a block the text goes on in the block around it, as a paragraph of its own.
            slot = _Slot(element, "tail", element.tail, outer)
            if tag in _INLINE:
                runs.setdefault(keys[parent], _Run()).slots.append(slot)
            else:
                others.append(_Run([slot]))
        others += [
            _Run([_Slot(element, name, value)]) for name in _ATTRIBUTES if (value := element.get(name)) is not None
        ]
    return [run for run in [*runs.values(), *others] if not run.text.isspace()]


def _font_of(element: etree._Element, classes: dict[str, _Font]) -> _Font | None:
    named = f"{element.get('face', '')};{element.get('style', '')}" if element.keys() else ";"
    if len(named) > 1 and (font := _named_font(named)):
        return font
    if classes and (names := element.get("class")):
        return next((classes[name] for name in names.split() if name in classes), None)
    return None


def _named_font(text: str) -> _Font | None:
    """The first font of the old tables that a ``face`` or a style names."""
    match = _FONT.search(text[:2000])
    if match is None:
        return None
    return _Font(VNI) if match[2] else _Font(TCVN3, capitals=match[1] is not None)


def _font_classes(root: etree._Element) -> dict[str, _Font]:
    """The classes to which a page's own style sheets give such a font."""
    classes: dict[str, _Font] = {}
    for style in root.iter("style"):
        for rule in (style.text or "").split("}"):
            selectors, _, declarations = rule.partition("{")
            if font := _named_font(declarations):
                classes |= dict.fromkeys(_CLASS.findall(selectors), font)
    return classes
