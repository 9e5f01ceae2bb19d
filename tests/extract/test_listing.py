"""Which links of a page are the site's articles, with their titles and days, and where the next page is."""

import pytest

from newsarchive.extract.document import UnreadablePageError
from newsarchive.extract.feeds import is_feed
from newsarchive.extract.listing import read_listing
from newsarchive.sites.profile import Rules, load_site

SITE = "https://bennua.example.gov.vn"
TITLES = [
    "Quận Bến Nứa khai giảng lớp tin học cho người cao tuổi",
    "Khu phố 3 khánh thành sân chơi thiếu nhi từ lốp xe cũ",
    "Hội Phụ nữ phường tặng 40 thẻ bảo hiểm y tế",
    "Ra quân dọn rạch Ông Đội trước mùa mưa",
    "Chợ quê trên bến đón sáu nghìn lượt khách",
    "Tập huấn chữa cháy cho dân quân các phường ven kênh",
]
PATHS = [f"/tin-tuc/bai-so-{1000 + n}.html" for n in range(len(TITLES))]
DAYS = [f"{20 - n}/09/2020" for n in range(len(TITLES))]
STORIES = list(zip(PATHS, TITLES, DAYS, strict=True))
MENU = (
    "<table>"
    + "".join(
        f"<tr><td><a href='/muc-{n}'>{label}</a></td></tr>"
        for n, label in enumerate(
            ["Giới thiệu chung về quận", "Thủ tục hành chính công", "Văn bản quy phạm pháp luật", "Lịch công tác tuần"]
        )
    )
    + "</table>"
)
MOST_READ = "<div class='col2'><div><h3>Tin đọc nhiều</h3><ul>" + "".join(
    f"<li><a href='/tin-tuc/doc-nhieu-{n}99.html'>Bài được đọc nhiều nhất trong tuần, số {n}</a></li>" for n in range(5)
) + "</ul></div></div>"  # fmt: skip


def page(main, *, title="Tin tức - Quận Bến Nứa", menu=MENU, side=MOST_READ):
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{menu}<div class='col1'>{main}</div>{side}"
        "<p>Giấy phép số 1/GP-STTTT</p></body></html>"
    )


def read(html, path="/tin-tuc", rules=None):
    return read_listing(html if isinstance(html, bytes) else html.encode(), SITE + path, rules)


def each(form, stories=STORIES):
    return "".join(form.format(path=path, title=title, day=day) for path, title, day in stories)


LISTS = {
    "rows of a table, summary and 'more' link in each": "<table>"
    + each(
        "<tr><td><a href='{path}'><img src='/t.jpg'></a></td><td><a href='{path}'><b>{title}</b></a><br>"
        "<font size=1>({day})</font><br>Tóm tắt ngắn của bài. <a href='{path}'>Xem chi tiết bài viết này</a></td></tr>"
    )
    + "</table>",
    "a plain list": "<ul>" + each("<li><a href='{path}'>{title}</a> <em>{day}</em></li>") + "</ul>",
    "the day before the title": "<ul>" + each("<li><span>{day}</span> - <a href='{path}'>{title}</a></li>") + "</ul>",
    "cards that are one link each": each(
        "<div class='card'><a href='{path}'><img src='/t.jpg'><h4>{title}</h4><p>Tóm tắt dài hơn cả nhan đề của bài, "
        "để xem trình đọc có lấy nhầm nó làm nhan đề không.</p></a><span>{day}</span></div>"
    ),
    "titles cut short in one link, whole in another": each(
        "<div><a href='{path}'>Quận Bến Nứa khai giảng lớp tin ...</a><h3><a href='{path}'>{title}</a></h3>"
        "<i>{day}</i></div>"
    ),
    "the first one featured": each(
        "<div class='hot'><h2><a href='{path}'>{title}</a></h2><p>{day}</p><p>Tóm tắt của bài đứng đầu.</p></div>",
        STORIES[:1],
    )
    + "<ul>"
    + each("<li><h3><a href='{path}'>{title}</a></h3><p>{day}</p></li>", STORIES[1:])
    + "</ul>",
    "lines of one paragraph": "<p>" + each("- <a href='{path}'>{title}</a> ({day})<br>") + "</p>",
    "a page builder's widgets": "<div class='elementor-widget-container'>"
    + each("<article class='post'><h3><a href='{path}'>{title}</a></h3><span>{day}</span></article>")
    + "</div>",
    "each with a count of its comments (NukeViet)": "<div class='news_column'>"
    + each(
        "<div class='panel'><h3><a href='{path}'>{title}</a></h3><ul><li><em class='fa'>&nbsp;</em> {day}</li>"
        "<li>Đã xem: 10</li><li>Phản hồi: 0</li></ul></div>"
    )
    + "</div>",
    "under its category's name, which is a landmark": "<h2>Thông báo</h2><ul>"
    + each("<li><a href='{path}'>{title}</a><span>{day}</span></li>")
    + "</ul>",
    "under 'Tin mới nhất'": "<h2>Tin mới nhất</h2>" + each("<div><a href='{path}'>{title}</a> <i>{day}</i></div>"),
    "a table with a column of days": "<table><tr><th>Tiêu đề</th><th>Ngày đăng</th></tr>"
    + each("<tr><td><a href='{path}'>{title}</a></td><td>{day}</td></tr>")
    + "</table>",
    "two articles in a row of a table": "<table>"
    + "".join(
        f"<tr>{each('<td><a href={path}>{title}</a><br><i>({day})</i></td>', STORIES[n : n + 2])}</tr>"
        for n in (0, 2, 4)
    )
    + "</table>",
    "the title in one row, its day in the next": "<table>"
    + each("<tr><td><img src='/b.gif'></td><td><a href='{path}'>{title}</a></td></tr><tr><td></td><td>{day}</td></tr>")
    + "</table>",
    "days as headings": each("<h4>{day}</h4><ul><li><a href='{path}'>{title}</a></li></ul>"),
    "cards that are one inline link, the day inside": each(
        "<a href='{path}'><h3>{title}</h3><time>{day}</time><p>Tóm tắt của bài viết.</p></a>"
    ),
    "titles cut short, whole in their title attribute": "<ul>"
    + each("<li><a href='{path}' title='{title}'>{title:.20}...</a> - {day}</li>")
    + "</ul>",
    "addresses in scripts": each(
        "<p><a href='#' onclick=\"location.href='{path}'; return false\">{title}</a> <i>{day}</i></p>"
    ),
    "a slide show of some of them above": "<div>"
    + each("<div class='slide'><a href='{path}'><img src='/t.jpg'><span>{title}</span></a></div>", STORIES[:3])
    + "</div>"
    + each("<div class='tin'><h3><a href='{path}'>{title}</a></h3><i>{day}</i></div>"),
    "the first one featured in a box of its own": each(
        "<div class='noi-bat'><div><h1><a href='{path}'>{title}</a></h1><p>{day}</p></div></div>", STORIES[:1]
    )
    + "<div class='con-lai'><dl>"
    + each("<dt><a href='{path}'>{title}</a></dt><dd>{day}</dd>", STORIES[1:])
    + "</dl></div>",
    "each section with its list": "".join(
        f"<div><h2><a href='/muc-{n}'>Chuyên mục tin tức số {n}</a></h2>"
        + each("<p><a href='{path}'>{title}</a> <i>{day}</i></p>", STORIES[n : n + 2])
        + "</div>"
        for n in (0, 2, 4)
    ),
    "numbered": each("<p>1. <a href='{path}'>{title}</a> <i>{day}</i> <img src='/new.gif'></p>"),
    "the day above each title": "<dl>" + each("<dt>{day}</dt><dd><a href='{path}'>{title}</a></dd>") + "</dl>",
    "the day in a card's footer": each(
        "<div class='card'><h5><a href='{path}'>{title}</a></h5><div class='card-footer'>{day}</div></div>"
    ),
    "the day in the title's link": "<ul>" + each("<li><a href='{path}'>{title} <i>({day})</i></a></li>") + "</ul>",
    "under notices that run by": "<marquee>"
    + "".join(f"<a href='/tin-tuc/nghi-le-{n}99.html'>Thông báo nghỉ lễ và trực cơ quan số {n}</a>" for n in range(5))
    + "</marquee>"
    + each("<li><a href='{path}'>{title}</a> {day}</li>"),
    "beside documents": each("<p><a href='{path}'>{title}</a> <i>{day}</i></p>")
    + "".join(
        f"<p><a href='/vb/{n}.pdf'>Quyết định số {n} về kế hoạch sử dụng đất</a> (1/{n}/2020)</p>" for n in range(9)
    ),
    "beside a longer list of long menu labels": "<ul>"
    + "".join(
        f"<li><a href='/gt/chuc-nang-nhiem-vu-{n}.html'>Chức năng, nhiệm vụ, quyền hạn của phòng chuyên môn số "
        f"{n}</a></li>"
        for n in range(14)
    )
    + "</ul>"
    + each("<div><a href='{path}'>{title}</a> <i>{day}</i></div>"),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_articles_are_found_with_title_and_day_and_nothing_else(name):
    title = "Thông báo - Quận Bến Nứa" if "category" in name else "Tin tức - Quận Bến Nứa"
    listing = read(page(LISTS[name], title=title))
    assert [(e.url, e.title, e.date_text) for e in listing.entries] == [
        (SITE + path, title, day) for path, title, day in STORIES
    ]
    assert [e.position for e in listing.entries] == list(range(len(STORIES)))
    assert listing.kind == "listing"


def test_short_titles_with_days_are_no_menu():
    titles = ["Hội nghị cán bộ chủ chốt", "Họp mặt đầu năm mới", "Ngày hội đọc sách 2020"]
    links = [f"<li><a href='/tin-tuc/x-{n}000.html'>{title}</a> ({DAYS[n]})</li>" for n, title in enumerate(titles)]
    listing = read(page(f"<ul>{''.join(links)}</ul>"))
    assert [e.title for e in listing.entries] == titles


BADGES = {
    "<b>{d}</b><br><small>Th{m}</small>": "{d} Th{m}",
    "<div>{d}</div><div>Tháng {m}</div>": "{d} Tháng {m}",
    "<div>{d}</div><div>{m}/2020</div>": "{d}/{m}/2020",
    "<div>{d}</div><div>Th{m}</div><div>2020</div>": "{d} Th{m} 2020",
    "<span>{d}</span><span>Th{m}</span>": "{d} Th{m}",
}


@pytest.mark.parametrize("badge", BADGES)
def test_a_day_and_month_set_apart_in_a_badge_are_one_date(badge):
    rows = [
        f"<div><div>{badge.format(d=20 - n, m=9)}</div><h3><a href='{path}'>{title}</a></h3></div>"
        for n, (path, title, _) in enumerate(STORIES)
    ]
    assert [e.date_text for e in read(page("".join(rows))).entries] == [
        BADGES[badge].format(d=20 - n, m=9) for n in range(len(STORIES))
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_a_listing_of_one_or_two_articles(count):
    listing = read(page(each("<div><h3><a href='{path}'>{title}</a></h3><p>{day}</p></div>", STORIES[:count])))
    assert [e.url for e in listing.entries] == [SITE + path for path in PATHS[:count]]


def test_a_path_in_the_query_is_an_address_like_others():
    paths = [f"/chi-tiet?/bai-{n}/{88000 - n}" for n in range(len(TITLES))]
    rows = each("<p><a href='{path}'>{title}</a></p>", list(zip(paths, TITLES, DAYS, strict=True)))
    assert [e.url for e in read(page(rows)).entries] == [SITE + path for path in paths]


def test_a_list_of_documents_is_no_news():
    rows = "".join(
        f"<li><a href='/vb/{n}.pdf'>Quyết định số {n} về kế hoạch sử dụng đất</a> 1/{n}/2020</li>" for n in range(9)
    )
    assert read(page(f"<ul>{rows}</ul>", side="")).entries == []


def test_addresses_of_old_scripts():
    rows = "".join(f"<li><a href='chitiet.asp?id={n}&utm_source=x'>{t}</a></li>" for n, t in enumerate(TITLES))
    listing = read(page(f"<ul>{rows}</ul>"), "/tintuc.asp")
    assert [e.url for e in listing.entries] == [f"{SITE}/chitiet.asp?id={n}" for n in range(len(TITLES))]


def test_a_rows_category_is_no_article():
    rows = each(
        "<article><h2><a href='{path}'>{title}</a></h2><span><a href='/muc/quoc-phong-an-ninh.html' rel='category tag'>"
        "Quốc phòng – An ninh địa phương</a> / <a href='/nguoi/ban-bien-tap-trang-tin.html' rel='author'>Ban Biên tập "
        "trang tin</a></span></article>"
    )
    assert [e.url for e in read(page(rows)).entries] == [SITE + path for path in PATHS]


def test_sections_of_any_name_and_depth_hold_articles_of_one_site():
    sections = ["xay-dung-dang", "van-hoa-xa-hoi", "kinh-te", "tin-tuc/giao-duc", "tin-tuc/y-te-suc-khoe-va-doi", "a"]
    paths = [f"/{section}/mot-bai-viet-dai-{n}.html" for n, section in enumerate(sections)]
    links = each("<li><a href='{path}'>{title}</a></li>", list(zip(paths, TITLES, DAYS, strict=True)))
    assert [e.url for e in read(page(f"<ul>{links}</ul>"), "/").entries] == [SITE + path for path in paths]


@pytest.mark.parametrize("side", ["", MOST_READ], ids=["bare", "most-read"])
@pytest.mark.parametrize("main", ["", "<p>Chưa có bài viết nào trong chuyên mục này.</p>"])
def test_a_page_of_menus_has_no_articles(main, side):
    assert read(page(main, side=side)).entries == []


@pytest.mark.parametrize("html", ["", "   ", "<html></html>", "<p>Đang bảo trì</p>"])
def test_an_empty_page_has_no_articles_and_no_next_page(html):
    listing = read(html)
    assert (listing.entries, listing.next_url) == ([], None)


def test_a_familys_pattern_says_which_links_are_articles():
    rules = load_site("quan-1").rules()
    html = page(
        "<ul><li><a href='/tin-tuc/ngan-1491800001'>Một nhan đề của quận 1</a></li>"
        "<li><a href='/chuyen-muc/xay-dung-dang-va-he-thong-chinh-tri-1002'>Một chuyên mục có tên rất dài</a></li></ul>"
    )
    listing = read_listing(html.encode(), "https://www.hcmcpv.org.vn/nhom-tin/quan-1-1197604608", rules)
    assert [e.url for e in listing.entries] == ["https://www.hcmcpv.org.vn/tin-tuc/ngan-1491800001"]


def test_a_profiles_selectors_overrule_what_is_found():
    rules = Rules(listing={"item": ("div.hang",), "link": ("a.tua",), "date": ("span.ngay",), "next": ("a.nua",)})
    html = page(
        each("<li><a href='{path}'>{title}</a></li>")
        + "<div class='hang'><a href='/anh'>Ảnh</a><a class='tua' href='/mot'>Tin một</a>"
        + "<span class='ngay'>1/9/2020</span></div>"
        + "<a class='nua' href='/tin-tuc?buoc=9'>nữa</a>"
    )
    listing = read(html, rules=rules)
    assert [(e.url, e.title, e.date_text) for e in listing.entries] == [(f"{SITE}/mot", "Tin một", "1/9/2020")]
    assert listing.next_url == f"{SITE}/tin-tuc?buoc=9"


LIFERAY = (
    "/web/guest/tin-tuc?p_p_id=101_INSTANCE_abc&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view&p_p_col_id=column-1"
    "&_101_INSTANCE_abc_delta=10&_101_INSTANCE_abc_keywords=&_101_INSTANCE_abc_advancedSearch=false"
    "&_101_INSTANCE_abc_andOperator=true&p_r_p_564233524_resetCur=false&_101_INSTANCE_abc_cur="
)
PAGERS = {
    "rel=next": ("/tin-tuc", "<a rel='next' href='/tin-tuc?p=2'>x</a>", "/tin-tuc?p=2"),
    "a word": (
        "/tin-tuc?page=2",
        "<a href='?page=1'>Trang trước</a><a href='?page=3'>Trang sau</a>",
        "/tin-tuc?page=3",
    ),
    "a word on a picture": ("/tin-tuc", "<a href='?page=2' title='Trang sau'><img src='n.gif'></a>", "/tin-tuc?page=2"),
    "older posts": ("/tin-tuc/", "<a href='/tin-tuc/page/2/'>← Bài viết cũ hơn</a>", "/tin-tuc/page/2/"),
    "WordPress's, numbers far apart": (
        "/tin-tuc/",
        "<span class='page-numbers current'>Trang 1</span> … <a class='page-numbers' href='/tin-tuc/page/5/'>Trang 5"
        "</a><a class='next page-numbers' href='/tin-tuc/page/2/'><span>Bài <span>kế sau</span></span></a>",
        "/tin-tuc/page/2/",
    ),
    "WordPress's, words": ("/", "<a href='/page/2/'><span>Bài <span>cũ hơn</span></span></a>", "/page/2/"),
    "WordPress's, without rewritten addresses": (
        "/",
        "<b>1</b><a href='/index.php/page/2/'>2</a><a href='/index.php/page/5/'>5</a>",
        "/index.php/page/2/",
    ),
    "a blog's, where older posts are the previous": (
        "/tin/page/2/",
        "<p class='previous'><a href='/tin/page/3/'>← Previous</a></p><p class='next'><a href='/tin/'>Next →</a></p>",
        "/tin/page/3/",
    ),
    "offsets behind a word": ("/tin", "<a href='?start=10'>Trang sau</a>", "/tin?start=10"),
    "none: an article's number": ("/?paged=5", "<a href='/?p=6'>Một bài viết cũ trong cột bên của trang tin</a>", None),
    "the next in other words": ("/tin", "<a href='/tin?page=2'>Trang kế tiếp</a>", "/tin?page=2"),
    "numbers": ("/tin-tuc", "<b>1</b> <a href='?page=2'>2</a> <a href='?page=3'>3</a>", "/tin-tuc?page=2"),
    "folders": (
        "/tin-tuc/page-2/",
        "<a href='/tin-tuc/'>Trang trước</a><a href='/tin-tuc/'>1</a><a href='#'>2</a><a href='/tin-tuc/page-3/'>3</a>",
        "/tin-tuc/page-3/",
    ),
    "offsets, first page": ("/tin", "<i>1</i><a href='?start=10'>2</a><a href='?start=20'>3</a>", "/tin?start=10"),
    "offsets, second page": ("/tin?start=10", "<a href='/tin'>1</a><i>2</i><a href='?start=20'>3</a>", "/tin?start=20"),
    "counted from zero": (
        "/tin?page=1",
        "<a href='/tin'>1</a><i>2</i><a href='?page=2'>3</a><a href='?page=9'>cuối »</a>",
        "/tin?page=2",
    ),
    "a window of numbers": (
        "/tin?page=6",
        "<a href='?page=1'>«</a><a href='?page=5'>5</a><b>6</b><a href='?page=7'>7</a><a href='?page=90'>»</a>",
        "/tin?page=7",
    ),
    "the window's end": (
        "/tin?page=5",
        "<a href='?page=1'>1</a><a href='?page=4'>4</a><b>5</b><a href='?page=6'>&gt;</a>",
        "/tin?page=6",
    ),
    "behind the name": ("/tin.html", "<b>1</b><a href='/tin-trang-2.html'>2</a>", "/tin-trang-2.html"),
    "behind the name, second": (
        "/tin-trang-2.html",
        "<a href='/tin.html'>1</a><b>2</b><a href='/tin-trang-3.html'>3</a>",
        "/tin-trang-3.html",
    ),
    "beside other parameters": (
        "/t.aspx?CatID=5",
        "<a href='?CatID=5&Page=2'>Trang tiếp</a>",
        "/t.aspx?CatID=5&Page=2",
    ),
    "Liferay's, first page": ("/web/guest/tin-tuc", f"<a href='{LIFERAY}2'>Tiếp theo</a>", LIFERAY + "2"),
    "SharePoint's script": (
        "/Pages/tin.aspx",
        "<a href='javascript:' onclick='javascript:RefreshPageTo(event, \"/Pages/tin.aspx?Paged=TRUE\\u0026p_ID=49"
        "\\u0026PageFirstRow=9\\u0026View=ac1\");javascript:return false;'><img src='/i/next.gif' alt='Next'></a>",
        "/Pages/tin.aspx?Paged=TRUE&p_ID=49&PageFirstRow=9&View=ac1",
    ),
    "SharePoint's, second page": (
        "/tin.aspx?Paged=TRUE&p_ID=49&PageFirstRow=9&View=ac1",
        "<a href='?Paged=TRUE&PagedPrev=TRUE&p_ID=48&PageFirstRow=1&View=ac1'><img src='/i/prev.gif'></a>"
        "<a href='?Paged=TRUE&p_ID=41&PageFirstRow=17&View=ac1'><img src='/i/next.gif'></a>",
        "/tin.aspx?Paged=TRUE&p_ID=41&PageFirstRow=17&View=ac1",
    ),
    "a choice of pages": (
        "/tin",
        "<form action='/tin'><input type=hidden name=muc value=5><select name=trang><option value=1 selected>1</option>"
        "<option value=2>2</option></select></form>",
        "/tin?muc=5&trang=2",
    ),
    "a choice of addresses": (
        "/tin?page=2",
        "<select><option value='/tin?page=1'>Trang 1</option><option value='/tin?page=2' selected>Trang 2</option>"
        "<option value='/tin?page=3'>Trang 3</option></select>",
        "/tin?page=3",
    ),
    "a button that says what it fetches": (
        "/tin",
        "<button data-next-url='/tin?page=2'>Xem thêm</button>",
        "/tin?page=2",
    ),
    "in a parameter that holds a path": (
        "/index.php?nv=news&op=Noi-bat",
        "<a class=active>1</a><a href='/index.php?nv=news&op=Noi-bat/page-2'>2</a>",
        "/index.php?nv=news&op=Noi-bat/page-2",
    ),
    "all linked, the first one too": ("/tin?c=3", "<a href='?c=3&p=1'>1</a><a href='?c=3&p=2'>2</a>", "/tin?c=3&p=2"),
    "all linked, the current one marked": (
        "/tin?pageNumber=1",
        "<a href='?pageNumber=0'>1</a><a class=on href='?pageNumber=1'>2</a><a href='?pageNumber=2'>3</a>",
        "/tin?pageNumber=2",
    ),
    "a parameter of any name": (
        "/ds.aspx?cm=12",
        "<p><span>1</span> <a href='/ds.aspx?cm=12&tr=2'>2</a> <a href='/ds.aspx?cm=12&tr=3'>3</a></p>",
        "/ds.aspx?cm=12&tr=2",
    ),
    "'Xem thêm' of the list, not of an article": (
        "/tin",
        f"<p><a href='{PATHS[0]}'>Xem thêm</a></p><p><a href='/tin?page=2'>Xem thêm »</a></p>",
        "/tin?page=2",
    ),
    "none: in the fragment": ("/tin", "<b>1</b> <a href='#page=2'>2</a>", None),
    "none: a calendar's days": (
        "/tin",
        "<table><tr><th>T2</th></tr>"
        + "".join(f"<tr><td><a href='/tin?ngay={n}'>{n}</a></td></tr>" for n in range(2, 9))
        + "</table>",
        None,
    ),
    "none: another month": ("/tin?thang=11", "Tháng 11 <a href='/tin?thang=12'>»</a>", None),
    "none: other years": ("/tin?nam=2019", "<b>2019</b> <a href='/tin?nam=2020'>2020</a>", None),
    "none: more rows a page": ("/tin", "<a href='/tin?so=10'>10</a> <a href='/tin?so=20'>20</a>", None),
    "none: another order": ("/tin", "<a href='/tin?sort=cu'>Cũ hơn</a>", None),
    "none: a button that does not say what it fetches": ("/tin", "<button data-page='2'>Xem thêm</button>", None),
    "Liferay's, second page": (
        LIFERAY + "2",
        f"<a href='{LIFERAY}1'>Trước</a><a href='{LIFERAY}3'>Tiếp theo →</a>",
        LIFERAY + "3",
    ),
    "none: the last page": ("/tin?page=3", "<a href='?page=1'>1</a><a href='?page=2'>2</a><b>3</b>", None),
    "none: a script's": ("/tin", "<b>1</b><a href=\"javascript:__doPostBack('p','2')\">2</a>", None),
    "none: another section's": ("/tin-tuc", "<a href='/van-hoa?page=2'>2</a>", None),
    "none: another site's": ("/tin-tuc", "<a rel='next' href='https://example.org/tin-tuc?page=2'>2</a>", None),
    "none: another category's": ("/t.aspx?CatID=5", "<a href='?CatID=6&Page=2'>Trang tiếp</a>", None),
}


@pytest.mark.parametrize("name", PAGERS)
def test_the_next_page(name):
    here, pager, there = PAGERS[name]
    listing = read(page(LISTS["a plain list"] + f"<div>{pager}</div>"), here)
    assert listing.next_url == (SITE + there if there else None)
    assert len(listing.entries) == len(STORIES)


RSS = (
    "<?xml version='1.0' encoding='utf-8'?>\n<rss version='2.0'><channel><title>Tin</title>"
    f"<link>{SITE}/</link>"
    + each(
        "<item><title><![CDATA[{title}]]></title><link>"
        + SITE
        + "{path}?utm_source=rss</link><pubDate>Thu, 10 Sep 2020 08:15:00 +0700</pubDate></item>"
    )
    + "</channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'>"
    + each(
        "<entry><title>{title}</title><link rel='self' href='/x'/><link href='{path}'/>"
        "<published>2020-09-10T08:15:00+07:00</published><updated>2021-01-01T00:00:00Z</updated></entry>"
    )
    + "</feed>"
)


@pytest.mark.parametrize(
    ("feed", "day"), [(RSS, "Thu, 10 Sep 2020 08:15:00 +0700"), (ATOM, "2020-09-10T08:15:00+07:00")]
)
def test_a_feed_says_its_articles_itself(feed, day):
    listing = read("\ufeff" + feed, "/rss")
    assert listing.kind == "feed"
    assert [(e.url, e.title, e.date_text) for e in listing.entries] == [(SITE + p, t, day) for p, t, _ in STORIES]


def test_a_sitemaps_change_days_are_no_publication_days():
    sitemap = (
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<url><loc>{SITE}/</loc></url>"
        + each("<url><loc>" + SITE + "{path}</loc><lastmod>2021-01-01</lastmod></url>")
        + "</urlset>"
    )
    listing = read(sitemap, "/sitemap.xml")
    assert listing.kind == "sitemap"
    assert [(e.url, e.date_text) for e in listing.entries] == [(SITE + path, None) for path in PATHS]


def test_a_news_sitemap_has_titles_and_days():
    sitemap = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        f"<url><loc>{SITE}{PATHS[0]}</loc><n:news><n:publication_date>2020-09-10</n:publication_date>"
        f"<n:title>{TITLES[0]}</n:title></n:news></url></urlset>"
    )
    (entry,) = read(sitemap, "/news.xml").entries
    assert (entry.title, entry.date_text) == (TITLES[0], "2020-09-10")


def test_an_index_of_sitemaps_names_its_children():
    index = (
        f"<sitemapindex><sitemap><loc>{SITE}/s1.xml</loc></sitemap><sitemap><loc>javascript:x</loc></sitemap>"
        f"<sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>"
    )
    listing = read(index, "/sitemap.xml")
    assert (listing.entries, listing.children) == ([], [f"{SITE}/s1.xml", f"{SITE}/s2.xml"])


def test_sitemaps_of_categories_and_authors_name_no_articles():
    def children(*names):
        return read(f"<sitemapindex>{''.join(f'<sitemap><loc>/{n}.xml</loc></sitemap>' for n in names)}</sitemapindex>")

    kept = ["wp-sitemap-posts-post-1", "post-sitemap2"]
    others = ["wp-sitemap-taxonomies-category-1", "wp-sitemap-users-1", "category-sitemap", "author-sitemap3"]
    assert children(*kept, *others).children == [f"{SITE}/{name}.xml" for name in kept]
    assert len(children(*others).children) == len(others)


LAUGHS = "".join(f"<!ENTITY b{n} '{f'&b{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(9))


@pytest.mark.parametrize(
    "doctype",
    [f"<!DOCTYPE rss [{LAUGHS}]>", "<!DOCTYPE rss [<!ENTITY b8 SYSTEM 'file:///etc/passwd'>]>"],
    ids=["billion laughs", "a file of ours"],
)
def test_a_feed_with_entities_is_refused(doctype):
    item = f"<item><title>&b8;</title><link>{SITE}/a</link></item>"
    feed = f"<?xml version='1.0'?>{doctype}<rss><channel>{item}</channel></rss>"
    with pytest.raises(UnreadablePageError, match="entities"):
        read(feed, "/rss")


def test_a_feed_cut_in_half_keeps_what_it_has():
    listing = read(RSS[: len(RSS) // 2], "/rss")
    assert 1 <= len(listing.entries) < len(STORIES)
    assert listing.entries[0].url == SITE + PATHS[0]


@pytest.mark.parametrize("page", [b"%PDF-1.4 \xe2\xe3", b"PK\x03\x04\x14\x00", b"\x00" * 500])
def test_what_is_no_page_is_refused(page):
    with pytest.raises(UnreadablePageError):
        read(page)


@pytest.mark.parametrize("part", ["<!-- -->", "<!DOCTYPE a[]>", "<?a?>", "<!---->\n", "<!DOCTYPE a[] >\t", "<!-- "])
@pytest.mark.parametrize("end", ["", "<html>"])
def test_a_prologue_without_an_end_is_no_work(part, end):
    assert not is_feed((part * 4000)[:3990].encode() + end.encode())


@pytest.mark.parametrize(
    "prologue",
    ["", "\n", "<?xml version='1.0'?>\n", "<!-- a --><!-- b -->", "<?xml version='1.0'?><!DOCTYPE rss [ ]>\n<?x?>"],
)
def test_what_stands_before_a_feed_is_passed_over(prologue):
    assert is_feed(f"{prologue}<rss version='2.0'>".encode())
    assert not is_feed(f"{prologue}<html>".encode())


def test_short_names_of_addresses_are_of_the_list_that_long_ones_make():
    names = ["khai-giang-lop-tin-hoc", "san-choi", "tang-the", "don-rach-ong-doi-mua-mua", "cho-que", "tap-huan"]
    stories = [(f"/tin/content/{name}", title, day) for name, (_, title, day) in zip(names, STORIES, strict=True)]
    form = "<div class=asset><h3><a href='{path}'>{title}</a></h3><div>{day}</div></div>"
    other = "<p><a href='/tin/content/rss'>Cách nhận tin của quận</a></p>"
    listing = read(page(each(form, stories) + other))
    assert [(entry.title, entry.date_text) for entry in listing.entries] == [(title, day) for _, title, day in stories]


SHORT = ["Giá lúa thu đông tăng nhẹ", "Khởi công cầu Kênh Ngang", "Nuôi ếch trong vèo lãi cao", "Chợ đêm đông trở lại"]


def test_short_headlines_without_days_are_a_list_where_teasers_stand_below_them():
    teaser = "<p>Bà con các ấp ven kênh cho biết vụ này khá hơn mọi năm, ai nấy phấn khởi.</p>"
    rows = [f"<article><h2><a href='/kinh-te/bai-{n}0012.html'>{t}</a></h2>{{}}</article>" for n, t in enumerate(SHORT)]
    assert [e.title for e in read(page("".join(rows).replace("{}", teaser))).entries] == SHORT
    assert read(page("".join(rows).replace("{}", ""))).entries == []


def test_the_next_page_may_say_more_than_its_number():
    rows = "<ul>" + each("<li><a href='{path}'>{title}</a> <em>{day}</em></li>") + "</ul>"
    link = "<p><a href='/portal?_pageid=73,41155&amp;{}'>Trang tiếp</a></p>"

    def following(query):
        return read(page(rows + link.format(query)), "/portal?_pageid=73,41155").next_url

    assert following("pers_id=2&amp;offset=4") == f"{SITE}/portal?_pageid=73,41155&pers_id=2&offset=4"
    assert following("sort=ten&amp;offset=4") is None
