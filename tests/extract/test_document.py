"""From bytes to a tree: pages lie about their encodings, come cut, come as something else."""

import codecs
import unicodedata
from html.entities import codepoint2name

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typewriters import tcvn3, twice, vni, western, windows_1258

from newsarchive.extract.document import MAX_BYTES, UnreadablePageError, decode, parse
from newsarchive.extract.listing import read_listing

TEXT = "Quận Bến Nứa họp đột xuất: “Ưu tiên nước sạch”, ông Hữu nói với người dân ở kênh Xáng."


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
    assert text == f"{TEXT} · “x” {TEXT}"


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


# Text typed in old tables of letters

TITLE = "Quận họp với dân kênh Xáng"
TYPED = {"tcvn3": tcvn3, "vni": vni, "windows-1258": lambda text: western(windows_1258(text)), "utf-8": twice}
SMALL = TEXT.replace("Ưu", "ưu")
"""Without a capital that TCVN3 has in capital fonts only."""


def shown(html):
    """The text of a page, one line an element."""
    return [" ".join(str(p.text_content()).split()) for p in parse(html).iter("h1", "p", "li", "td", "b")]


@pytest.mark.parametrize("table", TYPED)
@pytest.mark.parametrize("coding", ["windows-1252", "utf-8"])
@pytest.mark.parametrize("charset", ["iso-8859-1", "x-user-defined", "windows-1258", "utf-8", None])
def test_a_page_typed_in_an_old_table_is_unicode(table, coding, charset):
    typed = TYPED[table](f"<h1>{TITLE}</h1><p>{SMALL}</p>")
    data = "".join([meta(charset) if charset else "", typed]).encode("utf-8")
    if coding == "windows-1252":
        data = b"".join(bytes([ord(c)]) if "\x80" <= c <= "\x9f" else c.encode("cp1252") for c in data.decode())
    header = f"text/html; charset={charset}" if charset else None
    assert shown(decode(data, header)) == [TITLE, SMALL]


@pytest.mark.parametrize("table", TYPED)
def test_one_paragraph_in_an_old_table_does_not_touch_the_others(table):
    page = f"<p>{TEXT}</p><p>{TYPED[table](SMALL)}</p><p>Le café de l'été à Nîmes</p><p>Thôn Bình Hòa, xã Đông Á</p>"
    assert shown(page) == [TEXT, SMALL, "Le café de l'été à Nîmes", "Thôn Bình Hòa, xã Đông Á"]


def test_bytes_of_two_encodings_in_one_page_are_both_read():
    # Parts of one page that come from files of different times.
    part = f"<p>{TEXT}</p>".encode()
    for table in (tcvn3, vni):
        assert shown(decode(part + table(f"<p>{SMALL}</p>").encode("cp1252"))) == [TEXT, SMALL]
        assert shown(decode(part + table(f"<p>{SMALL}</p>").encode("cp1252") * 5)) == [TEXT] + [SMALL] * 5
    assert shown(decode(part + windows_1258(f"<p>{TEXT}</p>"))) == [TEXT, TEXT]


@pytest.mark.parametrize(
    "named",
    [
        '<font face=".VnTimeH">{}</font>',
        "<font face='.VnArial NarrowH, Arial'>{}</font>",
        '<span style="font-size:14pt; font-family: .VnTimeH">{}</span>',
        "<span style='font-family:\".VnTimeH\"'>{}</span>",
        "<style>p {{ margin: 0 }} .dau, span.x {{ font-family: '.VnTimeH' }}</style><b class='to dau'>{}</b>",
    ],
)
def test_what_a_capital_font_draws_as_capitals_is_capitals(named):
    page = f"<p>{named.format(tcvn3('Đại hội Đảng bộ huyện Sông Lam'))}</p><p>{tcvn3(SMALL)}</p>"
    assert shown(page)[0].endswith("ĐẠI HỘI ĐẢNG BỘ HUYỆN SÔNG LAM")
    assert shown(page)[-1] == SMALL


@pytest.mark.parametrize("font", [".VnTime", ".VnTimeH", "VNI-Times"])
def test_the_name_of_a_font_left_behind_changes_no_unicode(font):
    page = f'<p><font face="{font}">{TEXT}</font></p><p><font face="{font}">Ngày hội Thôn</font></p>'
    assert shown(page) == [TEXT, "Ngày hội Thôn"]


def test_a_font_that_is_named_decides_of_a_text_too_short_to_tell():
    page = f'<p>{TEXT}</p><p><font face=".VnTime">{tcvn3("Hội 5")}</font></p><p>{tcvn3("Hội 5")}</p>'
    assert shown(page) == [TEXT, "Hội 5", tcvn3("Hội 5")]


def test_short_texts_go_with_the_rest_of_their_page():
    page = f"<p>{tcvn3(SMALL)}</p><td>{tcvn3('về')}</td><td>{tcvn3('Số 5')}</td>"
    assert shown(page) == [SMALL, "về", "Số 5"]


@pytest.mark.parametrize("table", ["tcvn3", "vni", "utf-8"])
@pytest.mark.parametrize("form", ["named", "decimal", "hexadecimal"])
def test_letters_written_as_entities_are_read_too(table, form):
    def entity(letter):
        name = codepoint2name.get(ord(letter))
        if letter.isascii() or (form == "named" and name is None):
            return letter
        return {"named": f"&{name};", "decimal": f"&#{ord(letter)};", "hexadecimal": f"&#x{ord(letter):x};"}[form]

    page = "".join(map(entity, TYPED[table](SMALL)))
    assert shown(f"<p>{page}</p>") == [SMALL]


def test_what_a_page_says_of_itself_is_unicode_too():
    page = (
        f'<head><title>{twice(TITLE)}</title><meta property="og:title" content="{twice(TITLE)}"></head>'
        f'<p>{TEXT}</p><img src="a.jpg" alt="{twice(TITLE)}">'
    )
    tree = parse(page)
    assert tree.findtext(".//title") == TITLE
    assert tree.find(".//meta").get("content") == TITLE
    assert tree.find(".//img").get("alt") == TITLE


@pytest.mark.parametrize("table", TYPED)
def test_a_listing_in_an_old_table_has_unicode_titles_and_dates(table):
    titles = [
        f"{name} mở lớp dạy bơi cho học trò vùng lũ" for name in ("Xã Đông Hà", "Phường Bến Đò", "Thị trấn Cái Nước")
    ]
    rows = "".join(
        f"<li><a href='/tin/{n}.htm'>{title}</a> <i>(Ngày đăng: {n}/9/2004)</i>" for n, title in enumerate(titles, 10)
    )
    page = f"<h2>Tin tức</h2><ul>{TYPED[table](rows)}</ul>"
    entries = read_listing(page.encode(), "http://q.example/tin").entries
    assert [entry.title for entry in entries] == titles
    assert [entry.date_text for entry in entries] == [f"Ngày đăng: {n}/9/2004" for n in (10, 11, 12)]


def test_addresses_scripts_and_styles_are_not_touched():
    page = f"<a href='/tin?q={tcvn3('Số đo')}'>{tcvn3(SMALL)}</a><script>var a = '{tcvn3(SMALL)}';</script>"
    tree = parse(page)
    assert tree.find(".//a").get("href") == f"/tin?q={tcvn3('Số đo')}"
    assert tcvn3(SMALL) in tree.findtext(".//script")
    assert tree.findtext(".//a") == SMALL


def test_an_article_with_soft_hyphens_and_symbols_stays_as_it_is():
    text = "Hội nghị ©2020 bàn về 3×4 m², 25°C; hãng Citroën® tại Đông Âu: «Tuổi trẻ» – tr\xadang 5 · số 1º"
    assert shown(f"<p>{text}</p>") == [text]


# Declarations that lie


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf8mb4", "unicode", "windows-1258;", "gb2312", "big5", "koi8-r", "utf-7"]
)
@pytest.mark.parametrize("place", ["header", "meta"])
@pytest.mark.parametrize("typed", [str.encode, windows_1258], ids=["utf-8", "windows-1258"])
def test_a_wrong_declaration_misleads_nobody(charset, place, typed):
    body = typed((meta(charset) if place == "meta" else "") + f"<p>{TEXT}</p>")
    assert shown(decode(body, f"text/html; charset={charset}" if place == "header" else None)) == [TEXT]


def test_a_declaration_far_down_is_found():
    script = "<script>" + "x = 1;" * 3000 + "</script>"
    chinese = f"{script}{meta('gb2312')}<p>中文新闻</p>".encode("gb18030")
    assert "中文新闻" in decode(chinese)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_the_zeros(encoding):
    page = f"{meta('utf-8')}<p>{TEXT}</p>"
    assert decode(page.encode(encoding), "text/html; charset=utf-8") == page


def test_marks_of_byte_order_in_the_middle_are_no_text():
    mark = codecs.BOM_UTF8
    assert decode(mark + mark + b"<p>" + TEXT.encode() + mark + b"</p>") == f"<p>{TEXT}</p>"
    # One that was encoded twice.
    assert shown(f"<p>ï»¿{TEXT}</p>") == [TEXT]


def test_a_mark_of_byte_order_before_another_encoding_is_not_believed():
    assert shown(decode(codecs.BOM_UTF8 + windows_1258(f"<p>{TEXT}</p>"))) == [TEXT]


def test_marks_typed_in_the_wrong_order_become_letters():
    assert decode("Tie\u0301\u0302ng Vie\u0302\u0323t, ho\u0300\u031bi".encode()) == "Tiếng Việt, hời"


def test_western_pages_keep_their_letters():
    page = "<p>La città è già lì; perché così? Señor Muñoz, naïve façade</p>"
    assert decode(page.encode("cp1252"), "text/html; charset=iso-8859-1") == page


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "charset=zzz"]))
def test_any_bytes_are_text_or_refused(body, content_type):
    try:
        text = decode(body, content_type)
    except UnreadablePageError:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert parse(text) is not None
