"""From bytes to a tree: which encoding a page is really in, and whether it is a page at all. Pure."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TypeAlias

import lxml.html
from lxml import etree

from newsarchive.extract.legacy import is_suspect, mend_tree
from newsarchive.vietnamese.legacy import TCVN3, VNI, WINDOWS_1258, convert, syllables, western
from newsarchive.vietnamese.text import order_marks

Tree: TypeAlias = lxml.html.HtmlElement

MAX_BYTES = 16 * 1024 * 1024
"""A longer page is refused unread: the longest district pages seen are under 1 MB."""

_BINARY = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP or Office document",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"RIFF": "a media file",
    b"\x1f\x8b": "compressed data",
    b"Rar!": "a RAR archive",
}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 100_000
"""Bytes in which a page may declare its encoding: scripts and styles often stand before it."""
# Declared on Vietnamese pages by editors that knew no better.
_WESTERN = {"iso8859-1", "cp1252", "ascii", "iso8859-15"}
# What is ASCII or UTF-8, in one piece; between the pieces stand bytes of another encoding.
_UTF_8 = re.compile(rb"((?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+)")
_TAG = re.compile(r"<[^<>]*>")
_SAMPLE = 200_000
"""Characters by which the table of a one-byte page is told."""
# Of UTF-8; the letters behind the slash first, for speed.
_CLOSING = re.compile(rb"</(?=[bh])(?:body|html)\s*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
MAX_ATTRIBUTES = 2000
# Characters XML does not have: libxml2 would end the text there.
_NO_XML = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))


class UnreadablePageError(Exception):
    """The bytes are no page of text; the message says what they are instead."""


def decode(body: bytes, content_type: str | None = None, encoding: str | None = None) -> str:
    """The text of a page, NFC.

    ``content_type`` is the HTTP header's value, ``encoding`` a profile's word where the page lies. Otherwise the bytes
    decide before the declarations do, because on these sites declarations are wrong more often than the bytes are
    ambiguous: what is valid UTF-8 is UTF-8, but for foreign bytes pasted in, each of which becomes the letter it has in
    windows-1252. Other pages are read by the table by which they are Vietnamese: windows-1258 with its combining tones,
    or windows-1252, in whose letters TCVN3 and VNI show (:func:`parse` mends them); else by the table they declare.
    Never fails on a bad byte. Raises :class:`UnreadablePageError` for binary data or too long a page.
    """
    if len(body) > MAX_BYTES:
        raise UnreadablePageError(f"{len(body) / 1e6:.0f} MB: too long for a news page")
    for magic, name in _BINARY.items():
        if body.startswith(magic):
            raise UnreadablePageError(f"{name}, not a web page")
    # Pages put together of files have byte order marks in the middle too.
    text = _decode(body, content_type, encoding).replace("\ufeff", "")
    if text.count("\x00") > len(text) // 100:
        raise UnreadablePageError("binary data, not a web page")
    return order_marks(unicodedata.normalize("NFC", text))


def _decode(body: bytes, content_type: str | None, encoding: str | None) -> str:
    if encoding:
        return body.decode(encoding, "replace")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    if wide := _wide(body[:2000]):
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for lost in (1, 2, 3):
        # Cut in mid-letter: all that came is UTF-8.
        try:
            return body[:-lost].decode("utf-8")
        except UnicodeDecodeError:
            continue
    pieces = _UTF_8.split(body)
    foreign = sum(map(len, pieces[::2]))
    letters = sum(len(piece) - len(piece.decode("utf-8", "replace")) for piece in pieces[1::2])
    mixed = "".join(piece.decode("utf-8", "replace") if n % 2 else western(piece) for n, piece in enumerate(pieces))
    if letters > 10 * foreign:
        # A page with a few foreign bytes pasted in is still UTF-8.
        return mixed
    return _by_table(body, mixed, _declared(body, content_type))


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of the markup is zero."""
    for name, zeros, sign in (("utf-16-le", head[1::2], b"<\x00"), ("utf-16-be", head[::2], b"\x00<")):
        if sign in head and 3 * zeros.count(0) > len(zeros):
            return name
    return None


def _by_table(body: bytes, mixed: str, declared: str | None) -> str:
    """A page that is not UTF-8, by the table by which it reads best: words with marks that are syllables count."""
    plain = western(body)
    sample = _TAG.sub(" ", plain[:_SAMPLE])
    readings = [(syllables(convert(sample, table)), table) for table in (WINDOWS_1258, TCVN3, VNI)]
    readings += [(syllables(sample), "western"), (syllables(_TAG.sub(" ", mixed[:_SAMPLE])), "mixed")]
    (good, bad), table = max(readings, key=lambda reading: reading[0][0] - reading[0][1])
    if declared and (good < 3 or good < 3 * bad):
        return body.decode(declared, "replace")
    if table == WINDOWS_1258:
        return convert(plain, WINDOWS_1258)
    return mixed if table == "mixed" else plain


def _declared(body: bytes, content_type: str | None) -> str | None:
    """The encoding that header, meta element or XML declaration name, where it is one that says something."""
    head = body[:_HEAD]
    header = _HEADER_CHARSET.search(content_type or "")
    names = [header.group(1)] if header else []
    names += [m.group(1).decode("ascii") for m in (_META_CHARSET.search(head), _XML_ENCODING.search(head)) if m]
    for name in names:
        try:
            codec = codecs.lookup(name).name
            "".encode(codec)
        except LookupError:
            continue
        if not codec.startswith("utf-") and codec not in _WESTERN:
            return codec
    return None


def parse(text: str) -> Tree:
    """The HTML tree of a text; a tree however broken the markup is (an empty ``<html>`` for an empty text).

    Text typed in the fonts of TCVN3 or VNI, or encoded twice, is Unicode in it
    (:func:`newsarchive.extract.legacy.mend_tree`).
    Raises :class:`UnreadablePageError` for a tag of thousands of attributes, on which libxml2 would spend minutes.
    """
    for tag in _LONG_TAG.finditer(text) if text.count("=") > MAX_ATTRIBUTES else ():
        if tag.group().count("=") > MAX_ATTRIBUTES:
            raise UnreadablePageError(f"a tag with more than {MAX_ATTRIBUTES} attributes, not a web page")
    # libxml2 re-reads the declaration of a page whose bytes we have decoded already, unless told the encoding.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # lxml.html's own parser asks Python for the class of every element each time it is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    data = text.encode("utf-8", "replace").translate(None, _NO_XML)
    if b"\xef\xbf" in data:
        data = data.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")  # U+FFFE, U+FFFF
    # Pages put together of parts close more than once; libxml2 drops what follows the first </html>.
    data = _CLOSING.sub(b"", data)
    try:
        tree = lxml.html.document_fromstring(data, parser=parser) if data.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    if tree is not None and is_suspect(data):
        mend_tree(tree)
    return tree if tree is not None else lxml.html.document_fromstring("<html><body></body></html>")


def source_of(root: Tree) -> str:
    """A tree as text again, for what is told by the source of a page."""
    return str(etree.tostring(root, encoding="unicode", method="html"))
