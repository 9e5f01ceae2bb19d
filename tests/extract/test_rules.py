"""A profile's selectors overrule what the extractor finds, field by field, and leave the rest to it."""

import pytest

from newsarchive.extract.article import extract
from newsarchive.sites.profile import Rules

URL = "https://bennua.example.gov.vn/tin-tuc/don-rach-1.html"
FIRST = "Sáng 12/9, phường Bến Nứa ra quân dọn rạch Ông Đội, vớt hơn hai tấn lục bình và rác thải trước mùa mưa."
SECOND = (
    "Phường giao mỗi khu phố quản lý một đoạn, lắp thêm sáu thùng rác có nắp và hai bảng nhắc người dân giữ rạch sạch."
)
OTHER = (
    "Một đoạn văn của cột bên dài hơn cả bài báo, để chắc rằng không có luật nào chọn nhầm nó làm thân bài của bài này."
)
PAGE = f"""<html><head><title>Trang tin</title></head><body>
<h1>Trang thông tin quận Bến Nứa giới thiệu chung</h1>
<div class="cot"><p>{OTHER}</p><p>{OTHER}</p><p>{OTHER}</p></div>
<div class="x1">Ra quân dọn rạch</div><div class="x2">14-09-2020</div><div class="x3">Tóm tắt ngắn của bài này.</div>
<div class="x4"><p>{FIRST}</p><p><img src="/a.jpg"></p><p class="x5"><em>Bạn trẻ vớt lục bình.</em></p><p>{SECOND}</p>
<p class="x6">Tin: Xuân Hạ</p><p class="qc">Mua hàng tại đây để được giảm giá.</p></div>
<div class="x7"><a href="/tin-tuc/khac-2.html">Một bài khác của quận</a></div>
<div class="x8"><h3>Tin khác</h3><a href="/tin-tuc/khac-3.html">Một bài khác nữa của quận</a></div></body></html>"""
SELECTORS = {
    "title": ("div.x1",),
    "date": ("div.x2",),
    "lead": ("div.x3",),
    "body": ("div.khong-co", "div.x4"),
    "caption": ("p.x5",),
    "byline": ("p.x6",),
    "related": ("div.x7",),
    "remove": (".qc",),
}


def read(**selectors):
    return extract(PAGE.encode(), URL, Rules(article=selectors))


def test_every_field_is_read_where_the_profile_says():
    article = read(**SELECTORS)
    assert article.title == "Ra quân dọn rạch"
    assert (article.date, article.date_source) == ("2020-09-14", "profile")
    assert article.lead == "Tóm tắt ngắn của bài này."
    assert article.body.split("\n\n") == [article.lead, FIRST, SECOND]
    assert article.caption == "Bạn trẻ vớt lục bình."
    assert [(image.url, image.caption) for image in article.images] == [
        ("https://bennua.example.gov.vn/a.jpg", article.caption)
    ]
    assert article.byline == "Xuân Hạ"
    assert [(link.kind, link.title) for link in article.links] == [("related", "Một bài khác của quận")]
    assert {
        name: article.field_sources[name] for name in ("title", "lead", "body", "caption", "byline")
    } == dict.fromkeys(("title", "lead", "body", "caption", "byline"), "profile")


def test_a_body_alone_is_enough_where_only_the_body_is_hard_to_find():
    article = read(body=("div.x4",), title=("div.x1",), remove=(".qc",))
    assert article.body.split("\n\n") == [article.lead, FIRST, SECOND]
    assert article.caption == "Bạn trẻ vớt lục bình."
    assert article.byline == "Xuân Hạ"
    assert [link.title for link in article.links] == ["Một bài khác nữa của quận"]


def test_a_body_may_be_selected_paragraph_by_paragraph():
    article = read(body=("div.x4 p",), title=("div.x1",), remove=(".qc",))
    assert article.body.split("\n\n") == [article.lead, FIRST, SECOND]
    assert (article.byline, article.caption) == ("Xuân Hạ", "Bạn trẻ vớt lục bình.")


@pytest.mark.parametrize("field", ["title", "lead", "body", "caption", "byline", "related", "date"])
def test_a_selector_that_finds_nothing_changes_nothing(field):
    with_it, without = read(**{field: ("div.khong-co",)}), read()
    assert (with_it.title, with_it.body, with_it.byline) == (without.title, without.body, without.byline)
    assert (with_it.links, with_it.images, with_it.date) == (without.links, without.images, without.date)


def test_what_is_removed_is_nowhere():
    article = read(remove=("div.cot", ".qc", "div.x8"), title=("div.x1",))
    assert FIRST in article.body
    assert OTHER not in article.body
    assert "giảm giá" not in article.body
    assert article.links == []


def test_a_profiles_encoding_overrules_the_pages():
    html = f"<h1>Ra quân dọn rạch Ông Đội</h1><p>{FIRST}</p>"
    article = extract(html.encode("utf-16-le"), URL, Rules(encoding="utf-16-le"))
    assert article.body == FIRST
