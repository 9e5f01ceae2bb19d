"""What pages say of themselves to machines, taken down and not yet believed."""

import json

import pytest

from newsarchive.extract.document import parse
from newsarchive.extract.metadata import breadcrumb, read_metadata, without_site_name


def meta(head, body=""):
    return read_metadata(parse(f"<html><head>{head}</head><body>{body}</body></html>"))


def ld(data):
    return f"<script type='application/ld+json'>{json.dumps(data, ensure_ascii=False)}</script>"


NEWS = {
    "@type": "NewsArticle",
    "headline": " Chợ  quê trên bến ",
    "datePublished": "2020-09-14T08:15:00+07:00",
    "author": [{"@type": "Person", "name": "Xuân Hạ"}, "Hoài Nam"],
    "articleSection": ["Văn hóa", "Xã hội"],
    "description": "Sáu nghìn lượt khách.",
}


@pytest.mark.parametrize(
    "data",
    [NEWS, [NEWS], {"@graph": [{"@type": "WebSite", "name": "x"}, NEWS]}, NEWS | {"@type": ["BlogPosting", "Thing"]}],
)
def test_json_ld_of_an_article(data):
    found = meta(ld(data))
    assert found.titles == [("json-ld", "Chợ quê trên bến")]
    assert found.dates == [("json-ld", "2020-09-14T08:15:00+07:00")]
    assert found.authors == [("json-ld", "Xuân Hạ"), ("json-ld", "Hoài Nam")]
    assert (found.section, found.description) == ("Văn hóa", "Sáu nghìn lượt khách.")


@pytest.mark.parametrize(
    "script",
    [
        "<script type='application/ld+json'>{broken</script>",
        "<script type='application/ld+json'></script>",
        f"<script type='application/ld+json'>{'[' * 5000}</script>",
        ld({"@type": "Organization", "name": "Quận"}),
        ld({"@type": "NewsArticle", "headline": 5, "author": 7, "datePublished": {"x": 1}}),
        ld("chữ"),
        ld([[]]),
    ],
)
def test_json_ld_that_says_nothing(script):
    found = meta(script)
    assert (found.titles, found.dates, found.authors) == ([], [], [])


def test_json_ld_in_a_comment_or_with_line_breaks_in_its_texts():
    found = meta(
        '<script type=\'application/ld+json\'>//<![CDATA[\n{"@type":"Article","headline":"một\nhai"}\n//]]></script>'
    )
    assert found.titles == [("json-ld", "một hai")]


def test_meta_tags_and_title():
    found = meta(
        "<title> Chợ quê - Quận Bến Nứa </title><meta property='og:title' content='Chợ quê'>"
        "<meta name='twitter:title' content='Chợ quê trên bến'><meta property='og:site_name' content='Quận Bến Nứa'>"
        "<meta property='article:published_time' content='2020-11-12+0706:42:00'><meta name='author' content='admin'>"
        "<meta name='description' content='Tóm tắt'><meta name='description' content='Khác'><meta content='không tên'>"
        "<link rel='canonical' href='/tin/1'>"
    )
    assert found.title_tag == "Chợ quê - Quận Bến Nứa"
    assert found.titles == [("og", "Chợ quê"), ("meta", "Chợ quê trên bến")]
    assert found.site_name == "Quận Bến Nứa"
    assert found.dates == [("meta", "2020-11-12+0706:42:00")]
    assert found.authors == [("meta", "admin")]
    assert (found.description, found.canonical) == ("Tóm tắt", "/tin/1")


def test_microdata():
    found = meta("", "<h1 itemprop='headline'>Chợ quê</h1><time itemprop='datePublished' datetime='2020-09-14'>x</time>"
                 "<span itemprop='articleSection'>Văn hóa</span>")  # fmt: skip
    assert (found.titles, found.dates, found.section) == (
        [("itemprop", "Chợ quê")],
        [("meta", "2020-09-14")],
        "Văn hóa",
    )


def test_the_time_an_article_is_marked_with():
    own = "<article><time class='entry-date published' datetime='2020-09-14'>14/9</time></article>"
    other = "<article><time class='published' datetime='2020-01-01'>1/1</time></article>"
    assert meta("", own).dates == [("meta", "2020-09-14")]
    assert meta("", own + other).dates == []
    assert meta("", "<time datetime='2020-09-14'>14/9</time>").dates == []


def test_the_time_and_category_of_the_post_the_page_is_about():
    card = (
        "<li><a href='/b'>Một bài khác của quận</a><a href='/v' rel='category tag'>Văn hóa</a>"
        "<div class='wp-block-post-date'><time datetime='2020-01-01'>1/1</time></div></li>"
    )
    post = (
        "<h1>Chợ quê trên bến</h1><ul class='post-categories'><li><a href='/k' rel='category tag'>Kinh tế</a></li></ul>"
        "<div class='wp-block-post-date'><time datetime='2020-09-14'>14/9</time></div>"
    )
    found = meta("", f"<ul>{card}{card}</ul>{post}<ul>{card}</ul>")
    assert (found.section, found.dates) == ("Kinh tế", [("meta", "2020-09-14")])
    found = meta("", f"<h1>Tin tức</h1><ul>{card}{card}</ul>")
    assert (found.section, found.dates) == (None, [])


@pytest.mark.parametrize(
    ("title", "names", "left"),
    [
        ("Chợ quê trên bến - Quận Bến Nứa", ["Quận Bến Nứa"], "Chợ quê trên bến"),
        ("Quận Bến Nứa | Chợ quê trên bến", ["Quận Bến Nứa"], "Chợ quê trên bến"),
        ("Chợ quê – ngày hội lớn – Quận Bến Nứa", ["Quận Bến Nứa"], "Chợ quê – ngày hội lớn"),
        ("Sáu nghìn lượt khách về chợ quê trên bến - Bến Nứa", [], "Sáu nghìn lượt khách về chợ quê trên bến"),
        ("Sáu nghìn lượt khách - một ngày hội lớn", [], "Sáu nghìn lượt khách - một ngày hội lớn"),
        ("Một nhan đề", ["Quận"], "Một nhan đề"),
        ("Quận Bến Nứa", ["Quận Bến Nứa"], "Quận Bến Nứa"),
        ("Xã nông thôn mới 2020-2025", [], "Xã nông thôn mới 2020-2025"),
    ],
)
def test_a_title_without_the_sites_name(title, names, left):
    assert without_site_name(title, names) == left


@pytest.mark.parametrize(
    ("html", "trail"),
    [
        (
            "<ul class='breadcrumb'><li><a href='/'>Trang chủ</a></li><li><a href='/a'>Tin tức</a></li></ul>",
            ["Tin tức"],
        ),
        ("<div id='duong-dan'>Trang chủ » Tin tức » Văn hóa</div>", ["Tin tức", "Văn hóa"]),
        ("<p class='bread-crum'><a href='/a'>Nông nghiệp</a></p>", ["Nông nghiệp"]),
        ("<div class='breadcrumbs pathway'><a href='/'>Home</a> <a href='/a'>A</a> <a href='/a'>A</a></div>", ["A"]),
        (
            ld(
                {
                    "@type": "BreadcrumbList",
                    "itemListElement": [{"name": "Trang nhất"}, {"item": {"name": "Tin tức"}}, 5],
                }
            ),
            ["Tin tức"],
        ),
        ("<div class='breadcrumb'><a href='/'>Trang chủ</a></div>", []),
        ("<p>x</p>", []),
    ],
)
def test_the_breadcrumb_without_the_front_page(html, trail):
    assert breadcrumb(parse(html)) == trail
