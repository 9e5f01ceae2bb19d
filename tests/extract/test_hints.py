"""A family's selectors are hints: they help where looks mislead, and do no harm where they are wrong."""

import pytest

from newsarchive.extract.article import extract
from newsarchive.extract.document import parse
from newsarchive.extract.listing import read_listing
from newsarchive.sites.families import Family
from newsarchive.sites.profile import Rules

URL = "https://bennua.example.gov.vn/tin-tuc/don-rach-1.html"
TITLE = "Ra quân dọn rạch Ông Đội trước mùa mưa"
TEXT = ["Sáng 12/9, phường Bến Nứa ra quân dọn rạch Ông Đội, vớt hơn hai tấn lục bình.", "Phường lắp sáu thùng rác."]
OTHER = (
    "Một đoạn văn của cột bên dài hơn cả bài báo, để chắc rằng nó nặng hơn thân bài nếu chỉ đếm chữ mà không biết hệ "
    "quản trị nội dung đặt thân bài vào ô nào của trang."
)
ARTICLE = f"<div class='t'>{TITLE}</div><div class='b'>" + "".join(f"<p>{text}</p>" for text in TEXT) + "</div>"
COLUMN = f"<div class='c'><div><h2>Giới thiệu về phường Bến Nứa và rạch Ông Đội</h2>{f'<p>{OTHER}</p>' * 4}</div></div>"
SHARE = "<div class='x'><p>Mời quý vị bấm vào đây để gửi bài viết này cho bạn bè cùng đọc và cùng bình luận.</p></div>"


def page(*parts):
    return f"<html><head><title>Trang tin</title></head><body>{''.join(parts)}</body></html>"


def read(html, **selectors):
    family = Family("thu", article={name: (css,) for name, css in selectors.items()})
    return extract(html, URL, Rules(family=family, find_family=False))


def as_read(article):
    return article.title, article.body, article.byline, article.links, article.images, article.date


def test_the_text_is_looked_for_where_the_cms_sets_it():
    html = page(COLUMN, ARTICLE)
    assert OTHER in read(html).body
    assert read(html, title=".t", body=".b").body.split("\n\n") == TEXT
    assert read(html, title=".t", body=".b").title == TITLE


def test_the_sapo_before_the_box_and_the_name_behind_it_are_still_found():
    sapo = "Hơn hai tấn lục bình và rác được vớt khỏi rạch chỉ trong một buổi sáng chủ nhật."
    html = page(
        ARTICLE.replace("<div class='b'>", f"<p class='sapo'>{sapo}</p><div class='b'>"), "<p align=right>Xuân Hạ</p>"
    )
    article = read(html, body=".b")
    assert (article.lead, article.byline) == (sapo, "Xuân Hạ")
    assert article.body.split("\n\n") == [sapo, *TEXT]


def test_what_the_cms_calls_its_share_bar_is_taken_out():
    assert "bạn bè" in read(page(ARTICLE.replace("</p></div>", f"</p>{SHARE}</div>"))).body
    assert "bạn bè" not in read(page(ARTICLE.replace("</p></div>", f"</p>{SHARE}</div>")), remove=".x").body
    listing = page(
        "<ul>", *(f"<li><a href='/tin-tuc/{n}00.html'>{TITLE} lần {n}</a></li>" for n in range(1, 5)), "</ul>"
    )
    rules = Rules(family=Family("thu", article={"remove": ("li:last-child",)}), find_family=False)
    assert len(read_listing(listing.encode(), URL, rules).entries) == 3


@pytest.mark.parametrize("css", [".khong-co", ".c", "p", "html", "head", "img", ".t"])
@pytest.mark.parametrize("field", ["title", "body"])
def test_a_hint_that_leads_nowhere_changes_nothing(field, css):
    html = page(
        f"<h1>{TITLE}</h1>", ARTICLE, "<div class='c'><a href='/'>Trang chủ</a></div>", "<p><img src='/a.jpg'></p>"
    )
    assert as_read(read(html, **{field: css})) == as_read(read(html))


def test_of_several_boxes_set_alike_none_is_the_articles():
    html = page(f"<h1>{TITLE}</h1>", ARTICLE, f"<div class='b'><p>{OTHER}</p></div>")
    assert as_read(read(html, body=".b")) == as_read(read(html))


def test_a_line_in_a_box_of_that_name_beside_a_long_text_is_no_article():
    html = page(
        f"<h1>{TITLE}</h1>",
        ARTICLE + f"<div>{f'<p>{OTHER}</p>' * 9}</div>",
        "<div class='k'><p>Một câu ngắn.</p></div>",
    )
    assert as_read(read(html, body=".k")) == as_read(read(html))


def test_a_profiles_selectors_overrule_its_familys_hints():
    html = page(COLUMN, ARTICLE)
    family = Family("thu", article={"body": (".c",), "title": (".c h2",)})
    rules = Rules(article={"body": (".b",), "title": (".t",)}, family=family)
    article = extract(html, URL, rules)
    assert (article.title, article.body.split("\n\n")) == (TITLE, TEXT)
    assert article.field_sources["body"] == "profile"


def test_a_pages_tree_tells_its_family_as_its_source_does():
    html = page(COLUMN, ARTICLE).replace("<head>", '<head><meta name="generator" content="NukeViet v4.5">')
    html = html.replace("class='b'", "id='news-bodyhtml'").replace(f"<div class='t'>{TITLE}</div>", f"<h1>{TITLE}</h1>")
    assert as_read(extract(parse(html), URL)) == as_read(extract(html, URL))
    assert OTHER not in extract(html, URL).body
