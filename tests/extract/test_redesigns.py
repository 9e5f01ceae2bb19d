"""The demo site redesigned: its pages put into other markup by rule still read as the site says they should."""

import re
from datetime import date

import pytest

from newsarchive.demo import DemoSite
from newsarchive.extract.article import PageContext, extract

BASE = "http://127.0.0.1:8000"
SITE = DemoSite(date(2020, 11, 30))
TRUTH = SITE.truth(BASE)[::4]
PROSE = (
    "<p>Quận nằm ở phía nam thành phố, bên bờ sông, rộng hơn hai mươi ki-lô-mét vuông, với mười hai phường và gần "
    "hai trăm nghìn dân.</p>"
) * 8
COLUMN = f"<div><p><b>Giới thiệu</b></p>{PROSE}</div>"


def without_names(html):
    return re.sub(r'\s(?:class|id)="[^"]*"', "", html)


def without_headings(html):
    return re.sub(r"<h1>(.*?)</h1>", r"<div><b>\1</b></div>", html)


def without_title(html):
    return re.sub(r"<title>.*?</title>", "<title>Trang tin điện tử</title>", html)


def paragraphs_as_divs(html):
    return re.sub(r"<(/?)p(?=[\s>])", r"<\1div", html)


def paragraphs_as_double_breaks(html):
    return re.sub(r"<p(?:\s[^>]*)?>", "", html).replace("</p>", "<br><br>")


def paragraphs_as_single_breaks(html):
    return re.sub(r"<p(?:\s[^>]*)?>", "", html).replace("</p>", "<br>")


def paragraphs_in_fonts(html):
    font = r'\1<span style="font-size:13pt"><font face="Arial">\2</font></span>\3'
    return re.sub(r"(<p(?:\s[^>]*)?>)(.*?)(</p>)", font, html, flags=re.DOTALL)


def empty_paragraphs_between(html):
    return html.replace("</p>", "</p><p>&nbsp;</p>")


def headings_of_boxes_as_bold(html):
    return html.replace("<h3>", "<p><b>").replace("</h3>", "</b></p>")


def all_in_a_table(html):
    opened = re.sub(r"<body[^>]*>", lambda match: f"{match.group()}<div><table><tr><td>", html)
    return opened.replace("</body>", "</td></tr></table></div></body>")


def a_column_before(html):
    return re.sub(r"<body[^>]*>", lambda match: match.group() + COLUMN, html)


def a_column_behind(html):
    return html.replace("</body>", f"{COLUMN}</body>")


DESIGNS = [
    (without_names,),
    (without_headings,),
    (without_title,),
    (paragraphs_as_divs,),
    (paragraphs_as_double_breaks,),
    (paragraphs_as_single_breaks,),
    (paragraphs_in_fonts,),
    (empty_paragraphs_between,),
    (headings_of_boxes_as_bold,),
    (all_in_a_table,),
    (a_column_before,),
    (a_column_behind,),
    (without_names, without_headings),
    (without_names, without_headings, without_title, paragraphs_as_double_breaks),
    (without_names, a_column_before, paragraphs_as_divs),
    (without_title, a_column_behind, paragraphs_in_fonts),
    (without_title, without_headings, a_column_behind),
    (all_in_a_table, headings_of_boxes_as_bold, paragraphs_as_single_breaks),
]


@pytest.mark.parametrize("design", DESIGNS, ids=[" + ".join(change.__name__ for change in d) for d in DESIGNS])
def test_a_redesigned_page_reads_as_before(design):
    for expected in TRUTH:
        html = SITE.handle(expected.url.removeprefix(BASE)).body.decode()
        for change in design:
            html = change(html)
        article = extract(html.encode(), expected.url, None, PageContext("text/html; charset=utf-8"))
        for name in ("title", "lead", "body", "byline", "source", "caption", "images", "links"):
            assert getattr(article, name) == getattr(expected, name), (expected.url, name)
