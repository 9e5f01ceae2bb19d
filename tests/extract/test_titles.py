"""Which line is the title, where headings and metadata say it and where they lie."""

import pytest

from newsarchive.extract.article import extract

URL = "https://bennua.example.gov.vn/tin-tuc/x-1.html"
TEXT = "<div><p>{}</p></div>".format(
    "Sáng 12/9, phường Bến Nứa ra quân dọn rạch Ông Đội, vớt hơn hai tấn lục bình và rác thải trước mùa mưa."
)


def title(body, tag="", head=""):
    article = extract(f"<html><head><title>{tag}</title>{head}</head><body>{body}{TEXT}</body></html>".encode(), URL)
    return article.title, article.field_sources.get("title")


@pytest.mark.parametrize(
    "headline",
    [
        "Quận 5 ra quân dọn rạch",
        "Quận ủy sơ kết chín tháng",
        "Đảng bộ phường kết nạp 12 đảng viên",
        "UBND quận họp bàn chống ngập",
        "Trang thông tin điện tử quận ra mắt giao diện mới",
        "Cổng thông tin điện tử phục vụ người dân tốt hơn",
        "Thành phố thêm ba cây cầu",
        "Chào mừng ngày Sách Việt Nam",
        "Thông tin về vụ cháy chợ",
        "Trở lại trường sau mùa lũ",
        "Tin vui từ xóm chài",
        "QUẬN 5 RA QUÂN DỌN RẠCH, TRỒNG CÂY",
        "Nước sạch về cuối cồn",
        "Mùa lũ về",
    ],
)
@pytest.mark.parametrize("form", ["<h1>{}</h1>", "<h2 class='title'>{}</h2>", "<p><b>{}</b></p>"])
def test_a_headline_may_begin_like_the_name_of_a_site(headline, form):
    assert title(form.format(headline), f"{headline} - Quận Bến Nứa") == (headline, "article")


SITES = [
    "Trang thông tin điện tử Quận Bến Nứa",
    "TRANG THÔNG TIN ĐIỆN TỬ QUẬN BẾN NỨA",
    "Cổng thông tin điện tử huyện Vàm Lau",
    "Ủy ban nhân dân Quận Bến Nứa",
    "Đảng bộ Quận 5",
    "Quận Bến Nứa",
    "Website Phường Cầu Ván",
    "Trang chủ",
    "Chi tiết tin",
    "Tin tức - Sự kiện",
]


@pytest.mark.parametrize("site", SITES)
def test_the_name_of_a_site_is_no_headline_though_h1_and_title_say_it(site):
    headline = "Phường Bến Nứa ra quân dọn rạch Ông Đội"
    assert title(f"<h1><a href='/'>{site}</a></h1><p><b>{headline}</b></p>", site) == (headline, "article")
    assert title(f"<h1>{site}</h1><div class='td'>{headline}</div>", site) == (headline, "article")


def test_a_page_whose_title_is_only_in_its_metadata():
    headline = "Phường Bến Nứa ra quân dọn rạch Ông Đội"
    assert title("", head=f"<meta property='og:title' content='{headline}'>") == (headline, "og")
    assert title("", f"{headline} | Quận Bến Nứa", "<meta property='og:site_name' content='Quận Bến Nứa'>") == (
        headline,
        "title",
    )


def test_the_breadcrumb_that_repeats_the_title_is_not_the_title():
    headline = "Phường Bến Nứa ra quân dọn rạch Ông Đội"
    trail = f"<p><a href='/'>Trang chủ</a> » <a href='{URL}'>{headline}</a></p>"
    article = extract(
        f"<title>{headline}</title><body>{trail}<h2>{headline}</h2><p>Cỡ chữ: A A</p>{TEXT}".encode(), URL
    )
    assert article.title == headline
    assert article.body.count(headline) == 0


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("<p>HOẠT ĐỘNG CỦA ĐẢNG BỘ</p><p><font size=4>Phường ra quân dọn rạch</font></p>", "Phường ra quân dọn rạch"),
        ("<p>Hoạt động của phường</p><p><b>Phường ra quân dọn rạch</b></p>", "Phường ra quân dọn rạch"),
        ("<p>Phường ra quân dọn rạch Ông Đội</p><p>Hơn 120 bạn trẻ tham gia</p>", "Phường ra quân dọn rạch Ông Đội"),
        ("<p>Phường ra quân dọn rạch</p><p>14/09/2020 08:15</p><p>In trang</p>", "Phường ra quân dọn rạch"),
        (
            "<p style='font-size:20px'>Phường ra quân dọn rạch</p><p>Tin hoạt động của phường</p>",
            "Phường ra quân dọn rạch",
        ),
    ],
)
def test_without_heading_and_claim_the_line_set_most_like_a_title(lines, found):
    assert title(lines) == (found, "article")


def test_a_page_without_any_line_above_its_text_has_no_title():
    assert title("") == (None, None)


def test_a_titles_link_may_lead_nowhere_and_its_day_stand_behind_it():
    text = "Hai mươi hộ ở xã Suối Bạc vừa xuống giống bảy héc-ta bưởi da xanh theo dự án của Hội Nông dân huyện."
    line = (
        "<div><a href='#' class='link'>Nông dân Suối Bạc trồng thử bưởi da xanh</a>&nbsp; <span>20/06/2009</span></div>"
    )
    article = extract(f"<html><body><div>{line}<div><p>{text}</p><p>{text[::-1]}</p></div></div></body></html>", URL)
    assert (article.title, article.date) == ("Nông dân Suối Bạc trồng thử bưởi da xanh", "2009-06-20")
