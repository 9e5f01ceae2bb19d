"""What a page says of its site: names, sections, feeds; and nothing of what is none."""

import pytest

from newsarchive.extract.document import parse
from newsarchive.extract.frontpage import feeds, imprint, sections, sent_on, site_names, trail

URL = "https://songtrang.lamgiang.example/"


def names(html, *, front=True):
    return site_names(parse(html), front=front)


def test_a_sites_name_is_found_wherever_portals_have_it():
    assert names("<meta property='og:site_name' content='Báo Sông Trăng'><title>Tin</title>")[0] == "Báo Sông Trăng"
    assert names("<title>Trang chủ - Cổng thông tin điện tử Huyện Sông Trăng</title>") == [
        "Cổng thông tin điện tử Huyện Sông Trăng"
    ]
    assert names("<title>Sông Trăng quê tôi</title>") == ["Sông Trăng quê tôi"]
    assert names("<title>Trang nhất - Sông Trăng quê tôi - Tin mới</title>") == ["Sông Trăng quê tôi"]
    banner = "<title>Trang chủ</title><body><img src='/b.jpg' alt='UBND Huyện Sông Trăng'></body>"
    assert names(banner) == ["UBND Huyện Sông Trăng"]
    assert names("<body><div>TRANG TIN ĐIỆN TỬ HUYỆN SÔNG TRĂNG</div></body>") == ["TRANG TIN ĐIỆN TỬ HUYỆN SÔNG TRĂNG"]


def test_a_headline_or_a_sections_name_is_no_sites():
    assert names("<title>Huyện Sông Trăng khánh thành cầu mới bắc qua rạch</title>", front=False) == []
    assert names("<title>Tin tức - Huyện Sông Trăng</title>", front=False) == ["Huyện Sông Trăng"]
    assert names("<title>Tin tức</title>", front=False) == []
    assert names("<meta property='og:site_name' content='https://x.example/'>") == []


def test_sections_of_news_are_told_from_other_entries_of_a_menu():
    labels = {
        "/tin": "Tin tức - Sự kiện",
        "/vh": "VĂN HÓA - XÃ HỘI",
        "/kt": "Kinh tế",
        "/xdd": "Xây dựng Đảng",
        "/gt": "Giới thiệu",
        "/vb": "Văn bản chỉ đạo kinh tế",
        "/tt": "Thủ tục hành chính",
        "/video": "Video thời sự",
        "/lich": "Lịch công tác",
        "https://khac.example/tin": "Tin tức nơi khác",
        "/a.pdf": "Tin tức (PDF)",
        "javascript:void(0)": "Tin tức",
        "/": "Tin tức",
        "/bai": "Kinh tế " + "của huyện ta nay đã khác xưa " * 3,
    }
    html = "".join(f"<li><a href='{href}'>{label}</a></li>" for href, label in labels.items())
    found = sections(parse(f"<ul>{html}<li><a href='/tin#x'>Tin</a></li></ul>"), URL, besides={f"{URL}xdd"})
    assert [link.url for link in found] == [f"{URL}tin", f"{URL}vh", f"{URL}kt"]
    assert found[0].label == "Tin tức - Sự kiện"


def test_a_trail_leads_up_from_the_deepest():
    html = "<a href='/'>Trang chủ</a> » <a href='/tin'>Tin tức</a> » <a href='/tin/vh'>Văn hóa</a>"
    assert [link.url for link in trail(parse(html), f"{URL}1.html", ["Tin tức", "Văn hóa"])] == [
        f"{URL}tin/vh",
        f"{URL}tin",
    ]


def test_feeds_are_those_of_articles_on_this_host():
    kind = "rel='alternate' type='application/rss+xml'"
    html = (
        f"<link {kind} href='/rss.xml'><link {kind} href='/rss.xml'><link {kind} href='/comments/feed/'>"
        f"<link {kind} title='Dòng bình luận' href='/bl'><link {kind} href='https://khac.example/rss'>"
        "<link rel='alternate' type='application/atom+xml' href='atom'><link rel='alternate' hreflang='en' href='/en'>"
    )
    assert feeds(parse(html), URL) == [f"{URL}rss.xml", f"{URL}atom"]


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0;url=/web/guest/trang-chu", f"{URL}web/guest/trang-chu"),
        ("0; URL='/vi/'", f"{URL}vi/"),
        ("1, url=vi", f"{URL}vi"),
        ("300;url=/vi/", None),
        ("300", None),
        ("0;url=https://khac.example/", None),
        ("0;url=/", None),
        ("0;url=javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_page_may_send_its_readers_on(content, target):
    assert sent_on(parse(f'<meta http-equiv="Refresh" content="{content}">'), URL) == target


def test_the_imprint_is_the_top_and_the_bottom():
    html = "".join(f"<p>dòng {n}</p>" for n in range(100)) + f"<p>{'dài ' * 200}</p>"
    lines = imprint(parse(html))
    assert (lines[0], lines[-1], len(lines)) == ("dòng 0", "dòng 99", 23)


@pytest.mark.parametrize(
    "html",
    [
        "<a href='/tin'>Tin tức</a>" * 50_000,
        "<a href='/tin'>" + "tin tức " * 100_000,
        "<title>" + "Trang tin - " * 50_000,
    ],
    ids=["links", "a long label", "a long title"],
)
def test_hostile_pages_are_no_work(html):
    root = parse(html)
    site_names(root, front=True)
    assert len(sections(root, URL)) <= 1
