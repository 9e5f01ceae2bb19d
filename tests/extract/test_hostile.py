"""Pages made to hurt: extract() answers or refuses with UnreadablePageError, whatever comes, and does not hang."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typewriters import tcvn3, twice

from newsarchive.extract.article import extract, reason_for_refusal
from newsarchive.extract.document import UnreadablePageError
from newsarchive.extract.listing import read_listing

URL = "https://bennua.example.gov.vn/tin-tuc/x-1.html"
TITLE = "Phường Bến Nứa ra quân dọn rạch Ông Đội trước mùa mưa"
TEXT = (
    "Sáng 12/9, phường Bến Nứa phối hợp Đoàn Thanh niên quận ra quân dọn rạch Ông Đội, vớt hơn hai tấn lục bình và rác "
    "thải trước mùa mưa."
)
HEAD = f"<h1>{TITLE}</h1><div><p>{TEXT}</p>"
FORM = "<form method=post><input type=hidden name=__VIEWSTATE value=a>" + "".join(
    f"<p><a href='/tin/a-{n}.html'>{TITLE} {n}</a></p>" for n in range(9)
)
POST_BACK = "<a href=\"javascript:__doPostBack('p','{n}')\">{n}</a> "
# Each would take minutes, or all memory, if one step of reading were quadratic in it.
ENDLESS = {
    "100,000 nested divs": "<div>" * 100_000 + f"<p>{TEXT}</p>" + "</div>" * 100_000,
    "nested menus": "<div class='menu'>" * 100_000 + TEXT,
    "nested tables": "<table><tr><td>" * 30_000 + TEXT,
    "nested lists": "<ul><li>" * 50_000 + TEXT,
    "nested inline tags": "<span class='share'><b><i>" * 50_000 + TEXT,
    "nested breadcrumbs": "<div class='breadcrumb'>" * 20_000 + TEXT,
    "landmarks without end": HEAD + "<p>Tin khác</p>" * 10_000,
    "boxes without end": HEAD + "<div><p>Tin khác</p></div>" * 10_000 + f"<p>{TEXT}</p>",
    "links without end": HEAD + "".join(f"<p><a href='/tin/a-{n}.html'>{TITLE} {n}</a></p>" for n in range(5_000)),
    "pictures without end": HEAD
    + "<table><tr><td>"
    + "".join(f"<img src='/{n}.jpg'><p>Chú thích {n}</p>" for n in range(5_000)),
    "names without end": HEAD + "<p>Xuân Hạ</p>" * 10_000,
    "line breaks without end": HEAD + "abc def<br>" * 50_000,
    "titles without end": f"<h1>{TITLE}</h1>" * 10_000 + f"<p>{TEXT}</p>",
    "rows without end": "<table>" + "<tr><td>a</td><td>b</td></tr>" * 20_000 + "</table>",
    "forms without end": "<form>" * 50_000 + TEXT,
    "one word of two megabytes": HEAD + "a" * 2_000_000,
    "a megabyte of digits": HEAD + "1" * 1_000_000,
    "a megabyte of brackets": HEAD + "(" * 1_000_000,
    "a megabyte of spaces": HEAD + " " * 1_000_000 + "x",
    "attributes without end": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + TEXT,
    "a million line breaks": HEAD + "a<br>" * 1_000_000,
    "paragraphs of links without end": HEAD
    + "".join(f"<p><a href='/tin/a-{n}.html'>{n}</a></p>" for n in range(100_000)),
    "an old font without end": "<p>" + tcvn3(TEXT + " ") * 10_000,
    "paragraphs in an old font without end": f"<p>{tcvn3(TEXT)}</p>" * 3_000,
    "text encoded twice without end": "<p>" + twice(TEXT + " ") * 5_000,
    "letters encoded twice and lost without end": "<p>" + "á»" * 300_000,
    "fonts without end": "<font face='.VnTime'>a" * 50_000,
    "style rules without end": "<style>" + ".a{" * 300_000 + "font-family:.VnTime}</style>" + tcvn3(TEXT),
    "zeros": HEAD + "a\0" * 300_000,
    "a page title without end": "<title>" + "a - " * 500_000 + "</title>" + HEAD,
    "unclosed tags": "<" * 200_000,
    "page numbers without end": FORM + "".join(POST_BACK.format(n=n) for n in range(20_000)),
    "pagers without end": FORM + "".join(f"<div><b>1</b>{POST_BACK.format(n=2)}</div>" for n in range(20_000)),
    "pagers around pagers": FORM + '<span onclick="goPage(2)">' * 50_000 + "2",
    "a pager's script without end": FORM + '<a href="' + "__doPostBack('a','" * 50_000 + '">Trang sau</a>',
    "a list of pages without end": FORM + "<select name=page>" + "<option value='?page=2'>2" * 50_000,
    "entities without end": HEAD + "&amp;&#x110;&nbsp;" * 100_000,
}


def read(body):
    """What extract makes of a page; None where it refuses it in the agreed way."""
    try:
        return extract(body, URL)
    except UnreadablePageError:
        return None


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_page_is_read_or_refused(name):
    article = read(ENDLESS[name].encode())
    assert article is None or article.url == URL
    try:
        listing = read_listing(ENDLESS[name].encode(), URL)
    except UnreadablePageError:
        return
    assert listing.url == URL


def test_a_hostile_tail_does_not_lose_the_article():
    for name in ("landmarks without end", "names without end", "entities without end"):
        article = read(ENDLESS[name].encode())
        assert article.title == TITLE, name
        assert article.body.startswith(TEXT), name


TAGS = "p div table tr td ul li a h1 h2 b i font span br img script style form figure article nav footer title".split()
ATTRIBUTES = (
    " class='title'| class='menu'| id='footer'| align=right| style='display:none'| href='/tin/1'| href='javascript:x'|"
    " href='//'| href='http://[::1'| src='/a.jpg'| src='data:x'| datetime='2020-13-45'|"
    " itemprop=headline| class=author| rel=next|"
).split("|")
WORDS = (
    f"{TITLE}|{TEXT}|Tin khác|Ý kiến bạn đọc|Xuân Hạ|Tin, ảnh: X.H|Theo TTXVN|12/9/2020|31/02/2020|Thứ Hai, ngày 30|"
    "00:00 01/01/0001|Ảnh: A|&nbsp;|&#0;|&#xD800;|\u202e|(|:|…|Giấy phép số 1|{}|{0}|%s|\\|'\"<|-->|]]>|"
).split("|")
piece = st.one_of(
    st.tuples(st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)).map(lambda tag: f"<{tag[0]}{tag[1]}>"),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(st.lists(piece, max_size=40).map("".join))
def test_any_markup_gives_an_article_or_a_reason_why_not(html):
    article = read(html.encode("utf-8", "replace"))
    if article is not None:
        there = bool(article.title and article.body)
        assert (there and not article.refusal) == (reason_for_refusal(article) is None)
        assert not article.body or article.body == article.body.strip()
        assert all(link.url.startswith("http") for link in article.links)
        assert all(image.url.startswith("http") for image in article.images)


@relaxed
@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_are_refused(body):
    article = read(body)
    assert article is None or article.url == URL


@relaxed
@given(st.lists(piece, max_size=40).map("".join))
def test_any_markup_gives_a_listing_or_is_refused(html):
    try:
        listing = read_listing(html.encode("utf-8", "replace"), URL)
    except UnreadablePageError:
        return
    assert all(entry.url.startswith("http") for entry in listing.entries)


@relaxed
@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_page_with_a_cut_and_a_foreign_byte_anywhere(cut, byte):
    page = (
        f"<html><head><title>{TITLE}</title></head><body>{HEAD}<p>{TEXT}</p><p>Xuân Hạ</p></div></body></html>".encode()
    )
    article = read(page[: cut % len(page)] + bytes([byte]) + page[(cut * 7) % len(page) :])
    assert article is None or article.url == URL
