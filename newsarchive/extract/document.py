"""From bytes to a tree: which encoding a page is really in, and whether it is a page at all. Pure."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TypeAlias

import lxml.html
from lxml import etree

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
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Declared on Vietnamese pages by editors that knew no better; windows-1258 holds the same Latin letters.
_WESTERN = {"iso8859-1", "cp1252", "ascii", "iso8859-15"}
_CLOSING = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
MAX_ATTRIBUTES = 2000
# Characters XML does not have: libxml2 would end the text there.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class UnreadablePageError(Exception):
    """The bytes are no page of text; the message says what they are instead."""


def decode(body: bytes, content_type: str | None = None, encoding: str | None = None) -> str:
    """The text of a page, NFC.

    ``content_type`` is the HTTP header's value, ``encoding`` a profile's word where the page lies. Otherwise the bytes
    decide before the declarations do: what is valid UTF-8 is UTF-8 (WHATWG's order of BOM, header, meta comes after,
    because on these sites declarations are wrong more often than the bytes are ambiguous), and undeclared or "western"
    single bytes are windows-1258, Vietnamese Windows' code page with its combining tone marks.
    Never fails on a bad byte: it becomes U+FFFD. Raises :class:`UnreadablePageError` for binary data or too long a
    page.
    """
    if len(body) > MAX_BYTES:
        raise UnreadablePageError(f"{len(body) / 1e6:.0f} MB: too long for a news page")
    for magic, name in _BINARY.items():
        if body.startswith(magic):
            raise UnreadablePageError(f"{name}, not a web page")
    text = _decode(body, content_type, encoding)
    if text.count("\x00") > len(text) // 100:
        raise UnreadablePageError("binary data, not a web page")
    return unicodedata.normalize("NFC", text)


def _decode(body: bytes, content_type: str | None, encoding: str | None) -> str:
    if encoding:
        return body.decode(encoding, "replace")
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
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
    damaged = body.decode("utf-8", "replace")
    foreign = damaged.count("\ufffd")
    valid = sum(1 for c in damaged if c > "\x7f") - foreign
    # A page with a few foreign bytes pasted in is still UTF-8.
    if valid > 10 * foreign:
        return damaged
    return body.decode(_declared(body, content_type) or "windows-1258", "replace")


def _declared(body: bytes, content_type: str | None) -> str | None:
    head = body[:4096]
    header = _HEADER_CHARSET.search(content_type or "")
    names = [header.group(1)] if header else []
    names += [m.group(1).decode("ascii") for m in (_META_CHARSET.search(head), _XML_ENCODING.search(head)) if m]
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        if codec not in ("utf-8", "utf-16") and codec not in _WESTERN:
            return codec
    return None


def parse(text: str) -> Tree:
    """The HTML tree of a text; a tree however broken the markup is (an empty ``<html>`` for an empty text).

    Raises :class:`UnreadablePageError` for a tag of thousands of attributes, on which libxml2 would spend minutes.
    """
    for tag in _LONG_TAG.finditer(text):
        if tag.group().count("=") > MAX_ATTRIBUTES:
            raise UnreadablePageError(f"a tag with more than {MAX_ATTRIBUTES} attributes, not a web page")
    # libxml2 re-reads the declaration of a page whose bytes we have decoded already, unless told the encoding.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # lxml.html's own parser asks Python for the class of every element each time it is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    # Pages put together of parts close more than once; libxml2 drops what follows the first </html>.
    data = _CLOSING.sub("", _NO_XML.sub("", text)).encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(data, parser=parser) if data.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    return tree if tree is not None else lxml.html.document_fromstring("<html><body></body></html>")


def source_of(root: Tree) -> str:
    """A tree as text again, for what is told by the source of a page."""
    return str(etree.tostring(root, encoding="unicode", method="html"))
