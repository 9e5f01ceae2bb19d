"""How an article is dated: whole pages, and each rule by itself."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from benchmarks.dates.pages import pages
from newsarchive.extract.article import PageContext, extract
from newsarchive.items import ListingEvidence

PAGES = {page.name: page for page in pages()}
HANOI = timezone(timedelta(hours=7))
VISIT = datetime(2020, 11, 30, 9, 15, tzinfo=HANOI)
PROSE = (
    "<p>Các tổ tự quản đã dọn sạch hai bên bờ rạch, trồng thêm hoa giấy và lắp đèn chiếu sáng dọc theo lối đi bộ.</p>"
    "<p>Người dân trong hẻm cùng góp công sức, mỗi nhà một buổi, để giữ cho con đường luôn sạch và an toàn.</p>"
)


def read(
    *, head="", above="", under="", opening="Các hẻm của phường vừa được chỉnh trang.", below="", visit=VISIT,
    url="https://quan-hoa-mai.example/tin-tuc/chinh-trang-hem-77", listing=None, picture="",
):  # fmt: skip
    html = (
        f"<html><head><title>Phường chỉnh trang mười hai con hẻm nhỏ</title>{head}</head>"
        f"<body><div id=top>{above}</div>"
        "<ul class=menu><li><a href=/a>Trang chủ</a></li><li><a href=/b>Tin tức</a></li><li><a href=/c>Liên hệ</a></li>"
        "<li><a href=/d>Văn bản</a></li><li><a href=/e>Hỏi đáp</a></li><li><a href=/f>Góp ý</a></li></ul>"
        f"<div id=main><h1>Phường chỉnh trang mười hai con hẻm nhỏ</h1>{under}<div class=noidung>{picture}"
        f"<p>{opening}</p>{PROSE}</div>{below}</div></body></html>"
    )
    return extract(html.encode(), url, None, PageContext("text/html; charset=utf-8", visit, listing))


@pytest.mark.parametrize("name", PAGES)
def test_the_benchmark_pages(name):
    page = PAGES[name]
    listing = page.listing and ListingEvidence(
        page.listing.date_text, page.listing.newer_text, page.listing.older_text, page.listing.kind
    )
    article = extract(page.html.encode(), page.url, None, PageContext("text/html", page.fetched_at, listing))
    assert article.date in page.expected.dates
    assert article.page_date == page.expected.page_date
    assert article.event_date == page.expected.event_date
    if page.expected.published_at:
        # Many a page prints no seconds.
        assert (
            datetime.fromisoformat(article.published_at).astimezone(HANOI).isoformat()[:16]
            == (page.expected.published_at.isoformat()[:16])
        )


CLOCK = "Thứ Hai, ngày 30 tháng 11 năm 2020"


@pytest.mark.parametrize(
    "clock",
    [CLOCK, "Thứ Hai, 30/11/2020 09:15:08", "Hôm nay: 30/11/2020", "THỨ 2, 30-11-2020", "Monday, November 30, 2020"],
)
def test_the_masthead_clock_is_the_page_date_and_never_the_articles(clock):
    article = read(above=f"<span>{clock}</span>")
    assert (article.page_date, article.date, article.date_source) == ("2020-11-30", "../2020-11-30", "bounds")


def test_the_clock_is_found_behind_a_long_menu_on_its_line():
    menu = " ".join(f"<a href=/muc-{n}>Chuyên mục số {n} của trang</a>" for n in range(12))
    assert read(above=f"{menu} <span>{CLOCK}</span>").page_date == "2020-11-30"


def test_the_clock_bounds_a_page_visited_later():
    article = read(above=CLOCK, opening="Chiều 8/10, phường ra quân.", visit=datetime(2026, 11, 24, tzinfo=UTC))
    assert (article.event_date, article.date) == ("2020-10-08", "2020-10-08/2020-11-30")
    assert (article.date_earliest, article.date_latest) == ("2020-10-08", "2020-11-30")


def test_without_any_evidence_there_is_no_date():
    article = read(visit=None)
    assert (article.date, article.date_source, article.date_earliest) == (None, None, None)


def test_the_strongest_evidence_wins_and_the_losers_are_kept():
    article = read(
        head='<meta property="article:published_time" content="2020-10-09T08:00:00+07:00">',
        under="<p>Ngày đăng: 09/10/2020</p>",
        url="https://quan-hoa-mai.example/2020/10/10/chinh-trang",
        listing=ListingEvidence(date_text="11/10/2020"),
    )
    assert (article.date, article.date_source) == ("2020-10-09", "meta")
    assert article.published_at == "2020-10-09T08:00:00+07:00"
    others = {(c["source"], c["date"]) for c in article.field_sources["date"]["others"]}
    assert others == {("article", "2020-10-09"), ("listing", "2020-10-11"), ("url", "2020-10-10")}


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("below", "<div id=footer><p>Giấy phép số 12/GP-STTTT ngày 05/02/2015</p></div>"),
        ("below", "<p>Lượt xem: 1025 - ngày 08/10/2020</p>"),
        ("below", "<h3>Ý kiến bạn đọc</h3><div><b>Minh</b> <span>09/10/2020 08:15</span></div>"),
        (
            "below",
            "<h3>Tin khác</h3><ul><li><a href=/tin-tuc/x-1>Phường họp mặt cán bộ hưu trí</a> (09/10/2020)</li></ul>",
        ),
        ("below", "<p>30/11/2020</p>"),
        ("under", "<p>Ngày ban hành: 05/02/2019</p>"),
        ("under", "<p>Từ 23/11/2020 đến 29/11/2020</p>"),
        ("above", "<ul><li><a href=/tin-tuc/x-1>Phường họp mặt cán bộ</a><br>Ngày đăng: 29/11/2020</li></ul>"),
    ],
)
def test_what_never_dates_an_article(where, line):
    assert read(**{where: line}).date == "../2020-11-30"


def test_a_document_named_in_the_body_does_not_date_it():
    article = read(opening="Nghị quyết số 12 ngày 05/02/2015 của Quận ủy đã đi vào cuộc sống của người dân.")
    assert (article.date, article.event_date) == ("../2020-11-30", None)


def test_a_day_after_the_visit_or_before_1997_never_wins():
    for day in ("05/12/2020", "31/12/1996"):
        article = read(under=f"<p>Ngày đăng: {day}</p>")
        assert article.date == "../2020-11-30"
        assert article.field_sources["date"]["others"][0]["refused"] in ("after the visit", "before 1997")


def test_a_stamp_of_the_visit_is_refused():
    article = read(head=f'<meta property="article:published_time" content="{VISIT.isoformat()}">')
    assert article.date == "../2020-11-30"
    assert article.field_sources["date"]["others"][0]["refused"] == "stamped at the moment of the visit"


def test_a_moved_portals_stamp_gives_way_to_the_day_the_page_prints():
    article = read(
        head='<meta property="article:published_time" content="2020-06-15T02:11:09+07:00">',
        under="<p>Ngày đăng: 08/10/2019</p>",
    )
    assert (article.date, article.date_source) == ("2019-10-08", "article")


def test_the_day_is_that_of_viet_nam_and_the_moment_as_stamped():
    article = read(head='<meta property="article:published_time" content="2020-10-07T18:30:00Z">')
    assert (article.date, article.published_at) == ("2020-10-08", "2020-10-07T18:30:00+00:00")


def test_a_time_without_an_offset_is_viet_nams_and_marked():
    article = read(under="<p>Ngày đăng: 08/10/2020 15:32</p>")
    assert article.published_at == "2020-10-08T15:32:00+07:00"
    assert "offset assumed" in article.field_sources["date"]["oddities"]


def test_relative_words_count_from_the_visit():
    assert read(under="<p>Hôm qua 14:30</p>").published_at == "2020-11-29T14:30:00+07:00"
    assert read(under="<p>2 giờ trước</p>").date == "2020-11-30"


def test_a_picture_tells_the_day_where_the_dateline_agrees():
    picture = '<img src="/res/news/2020/10/09-10-2020-ra-quan-AB12CD34-details.jpg?vs=0910">'
    article = read(picture=picture, opening="Chiều 8/10, phường ra quân chỉnh trang hẻm.")
    assert (article.date, article.date_source, article.event_date) == ("2020-10-09", "image-url", "2020-10-08")
    assert article.date_text is None
    older = read(picture=picture.replace("2020", "2018"), opening="Chiều 8/10, phường ra quân chỉnh trang hẻm.")
    assert (older.date, older.date_source) == ("2018-10-09", "image-url")
    file_photo = read(picture=picture.replace("09-10-2020", "05-05-2018"), opening="Chiều 8/10, phường ra quân.")
    assert (file_photo.date, file_photo.event_date) == ("2020-10-08/2020-11-30", "2020-10-08")


def test_neighbours_of_the_listing_bound_the_day():
    listing = ListingEvidence(newer_text="12/10/2020", older_text="07/10/2020")
    assert read(listing=listing).date == "2020-10-07/2020-10-12"
    assert read(listing=listing, opening="Chiều 8/10, phường ra quân.").date == "2020-10-08/2020-10-12"
    turned = ListingEvidence(newer_text="07/10/2020", older_text="12/10/2020")
    assert read(listing=turned).date == "../2020-11-30"


def test_a_december_dateline_on_a_january_page():
    article = read(under="<p>Ngày đăng: 02/01/2020</p>", opening="Chiều 31/12, phường họp mặt cán bộ hưu trí.")
    assert (article.date, article.event_date) == ("2020-01-02", "2019-12-31")


def test_a_coming_day_in_the_opening_is_no_event():
    article = read(under="<p>Ngày đăng: 15/11/2020</p>", opening="Ngày 20/11, các trường dạy và học như thường lệ.")
    assert article.event_date is None
    assert "dateline_refused" in article.field_sources["date"]


def test_a_change_bounds_the_day_it_does_not_tell():
    head = '<meta property="og:updated_time" content="2020-10-20T08:00:00+07:00">'
    assert read(head=head, opening="Chiều 8/10, phường ra quân.").date == "2020-10-08/2020-10-20"


def test_a_weekday_that_contradicts_lowers_the_trust():
    article = read(under="<p>Thứ hai, 08/10/2020</p>", listing=ListingEvidence(date_text="09/10/2020"))
    assert (article.date, article.date_source) == ("2020-10-09", "listing")
    alone = read(under="<p>Thứ hai, 08/10/2020</p>")
    assert alone.date == "2020-10-08"
    assert "weekday conflict" in alone.field_sources["date"]["oddities"]


def test_a_month_in_the_address_stays_a_month():
    article = read(url="https://quan-hoa-mai.example/2020/10/chinh-trang-hem/")
    assert (article.date, article.date_earliest, article.date_latest) == ("2020-10", "2020-10-01", "2020-10-31")
    assert date.fromisoformat(article.date_latest) <= VISIT.date()


STAMP = '<meta property="article:published_time" content="{}">'


@pytest.mark.parametrize(
    ("stamp", "printed", "opening", "expected"),
    [
        ("2019-01-01T00:00:00+07:00", "Ngày đăng: 08/10/2020", "", "2020-10-08"),
        ("2019-01-01", "08/10/2020 15:32", "", "2020-10-08"),
        ("2019-01-01T08:30:00+07:00", "Ngày đăng: 08/10/2020", "", "2019-01-01"),
        ("2020-06-11T09:00:00+07:00", "Ngày đăng: 08/10/2020", "Ngày 07/10/2020, phường ra quân.", "2020-10-08"),
        ("2020-06-11T09:00:00+07:00", "Ngày đăng: 08/10/2020", "Sáng 10/6, phường ra quân.", "2020-06-11"),
        ("2020-06-11T09:00:00+07:00", "Ngày đăng: 08/10/2020", "Ngày 20/10/2020, phường sẽ ra quân.", "2020-06-11"),
    ],
)
def test_metadata_that_a_template_made_gives_way_to_the_print(stamp, printed, opening, expected):
    opening = {"opening": opening} if opening else {}
    assert read(head=STAMP.format(stamp), under=f"<p>{printed}</p>", **opening).date == expected


@pytest.mark.parametrize(
    "line",
    [
        "<div class='widget post-info'><ul><li><span class='item--type-date'>Tháng Mười 8, 2020</span></li></ul></div>",
        "<div class=article-tools><span class=createdate>Thứ năm, 08 Tháng 10 2020 09:21 </span> <span>Đài Hoa Mai"
        "</span></div>",
    ],
)
def test_a_day_under_the_title_that_is_named_so_counts_among_furniture(line):
    article = read(under=line, below="<span class=modifydate>Lần cập nhật cuối lúc 12/10/2020 15:02</span>")
    assert (article.date, article.date_source) == ("2020-10-08", "article")


def test_a_clock_above_the_title_is_not_before_what_a_labelled_line_says():
    html = (
        "<html><head><title>Phường chỉnh trang mười hai con hẻm nhỏ</title></head><body><center>"
        "<div>Thứ Hai, 30/11/2020 09:15:08</div><h1>Phường chỉnh trang mười hai con hẻm nhỏ</h1>"
        f"<div>(Cập nhật: 08/10/2020 15:32)</div><div>{PROSE}</div></center></body></html>"
    )
    article = extract(html, "https://quan-hoa-mai.example/tin/77", None, PageContext())
    assert (article.date, article.page_date) == ("2020-10-08", "2020-11-30")
