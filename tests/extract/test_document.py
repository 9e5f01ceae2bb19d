"""From bytes to a tree: pages lie about their encodings, come cut, come as something else."""

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.extract.document import MAX_BYTES, UnreadablePageError, decode, parse

TEXT = "Quận Bến Nứa họp đột xuất: “Ưu tiên nước sạch”, ông Hữu nói với người dân ở kênh Xáng."
TONES = "\u0300\u0301\u0309\u0303\u0323"


def windows_1258(text):
    """Text as Vietnamese Windows writes it: vowels with hat, breve or horn as one letter, the tone mark behind."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in TONES))
            out += (base + "".join(c for c in marks if c in TONES)).encode("cp1258")
    return out


def meta(charset):
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>'


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "windows-1258", "x-unknown", "us-ascii"])
@pytest.mark.parametrize("place", ["header", "meta", "neither"])
def test_what_is_utf_8_is_read_as_utf_8_whatever_is_declared(charset, place):
    body = ((meta(charset) if place == "meta" else "") + TEXT).encode()
    header = f"text/html; charset={charset}" if place == "header" else "text/html"
    assert decode(body, header).endswith(TEXT)


@pytest.mark.parametrize("charset", ["windows-1258", "iso-8859-1", "utf-8", "ISO-8859-15", "x-unknown"])
@pytest.mark.parametrize("place", ["header", "meta", "neither"])
def test_combining_tones_of_windows_1258_become_letters(charset, place):
    body = (meta(charset).encode() if place == "meta" else b"") + windows_1258(TEXT)
    header = f"text/html; charset={charset}" if place == "header" else None
    assert decode(body, header).endswith(TEXT)


def test_a_profile_overrules_all():
    assert decode("Đồng".encode("utf-16-le"), "text/html; charset=utf-8", "utf-16-le") == "Đồng"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_decides_and_is_no_text(bom, encoding):
    assert decode(bom + TEXT.encode(encoding), "text/html; charset=iso-8859-1") == TEXT


def test_decomposed_letters_are_composed():
    assert decode(unicodedata.normalize("NFD", TEXT).encode()) == TEXT


@pytest.mark.parametrize("lost", [1, 2])
def test_a_page_cut_in_mid_letter_loses_that_letter_only(lost):
    body = ("Quận " + "ế").encode()
    assert decode(body[:-lost]) == "Quận "


def test_a_few_foreign_bytes_do_not_make_a_page_foreign():
    body = TEXT.encode() + b" \xb7 \x93x\x94 " + TEXT.encode()
    text = decode(body)
    assert text.count(TEXT) == 2
    assert "\ufffd" in text


def test_declared_foreign_encodings_are_obeyed_where_the_bytes_are_no_utf_8():
    body = "Thị xã".encode("cp1258", "replace") + "中文新闻".encode("gb18030")
    assert "中文新闻" in decode(body, "text/html; charset=gb18030")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"%PDF-1.5 ...", "a PDF document"),
        (b"PK\x03\x04....", "a ZIP or Office document"),
        (b"\xd0\xcf\x11\xe0....", "an Office document"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\x1f\x8b\x08", "compressed data"),
        (b"MZ" + b"\x00\x01" * 500, "binary data"),
    ],
)
def test_what_is_no_page_is_refused_by_its_name(body, said):
    with pytest.raises(UnreadablePageError, match=said):
        decode(body)


def test_a_page_of_fifty_megabytes_is_refused_unread():
    with pytest.raises(UnreadablePageError, match="52 MB: too long"):
        decode(b"<p>" * (52_000_000 // 3 + 1))
    assert MAX_BYTES < 50_000_000


def test_empty_bytes_are_an_empty_page():
    assert decode(b"") == ""
    assert parse("").find("body") is not None
    assert parse(" \n ").find("body") is not None


def test_broken_markup_is_a_tree_of_what_is_there():
    tree = parse("<td><p>một<div>hai</p><b>ba<table><tr>bốn</html>năm")
    text = str(tree.text_content())
    assert [word for word in ("một", "hai", "ba", "bốn", "năm") if word in text] == ["một", "hai", "ba", "bốn", "năm"]


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_letters_xml_does_not_have_end_nothing(letter):
    assert "sau" in str(parse(f"<p>trước{letter}sau</p>").text_content())


def test_the_declared_encoding_of_decoded_text_is_not_read_again():
    assert TEXT in str(parse(meta("iso-8859-1") + TEXT).text_content())


def test_a_page_that_closes_early_goes_on():
    tree = parse("<html><body><p>một</p></body></html><p>hai</p><html><head></head><BODY><p>ba</p></Body ></HTML>")
    assert [p.text for p in tree.find("body").iter("p")] == ["một", "hai", "ba"]


def test_comments_and_instructions_are_no_text():
    assert str(parse("<p>a<!-- b --><?php c ?>d</p>").text_content()) == "ad"


def test_a_tag_of_thousands_of_attributes_is_refused():
    many = " ".join(f"a{n}=1" for n in range(20_000))
    with pytest.raises(UnreadablePageError, match="attributes"):
        parse(f"<p {many}>x</p>")
    # A long address in one attribute is not refused.
    assert parse(f"<img src='data:image/png;base64,{'A' * 100_000}=='>").find(".//img") is not None


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "charset=zzz"]))
def test_any_bytes_are_text_or_refused(body, content_type):
    try:
        text = decode(body, content_type)
    except UnreadablePageError:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert parse(text) is not None
