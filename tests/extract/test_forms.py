"""Which form asks for a listing's next page, with which fields; and which forms must never be sent."""

from html import escape

import pytest

from newsarchive.extract.listing import read_listing
from newsarchive.items import Form
from newsarchive.sites.profile import Rules

HERE = "https://bennua.example.gov.vn/tin-tuc.aspx"
TITLES = [
    "Quận Bến Nứa khai giảng lớp tin học cho người cao tuổi",
    "Khu phố 3 khánh thành sân chơi thiếu nhi từ lốp xe cũ",
    "Hội Phụ nữ phường tặng 40 thẻ bảo hiểm y tế",
    "Ra quân dọn rạch Ông Đội trước mùa mưa",
]
ROWS = "".join(
    f"<li><a href='/tin/bai-{1000 + n}.html'>{title}</a> (1{n}/9/2020)</li>" for n, title in enumerate(TITLES)
)
STATE = {"__EVENTTARGET": "", "__EVENTARGUMENT": "", "__VIEWSTATE": "/wEPDw+a=", "__EVENTVALIDATION": "/wEdAA"}


def back(target, argument, label, attributes=""):
    return f'<a {attributes} href="{escape(f"javascript:__doPostBack({target!r},{argument!r})")}">{label}</a>'


def web_form(inside, *, fields=None, action="./tin-tuc.aspx", rows=ROWS, more=""):
    hidden = "".join(
        f"<input type=hidden name='{n}' value='{v}'>" for n, v in (STATE if fields is None else fields).items()
    )
    return f"<form method=post action='{action}' id=aspnetForm>{hidden}{more}<div><ul>{rows}</ul>{inside}</div></form>"


def read(body, url=HERE, rules=None):
    page = f"<html><head><meta charset=utf-8><title>Tin tức</title></head><body>{body}</body></html>"
    return read_listing(page.encode(), url, rules)


def sent(listing):
    """The target and argument of the form a listing goes on with; None where it does not."""
    if listing.next_form is None:
        return None
    fields = dict(listing.next_form.fields)
    return fields["__EVENTTARGET"], fields["__EVENTARGUMENT"]


NUMBERS = "".join(f"<td>{back('g', f'Page${n}', n)}</td>" for n in (2, 3))
PAGERS = {
    "GridView's numbers": (f"<table><tr><td><span>1</span></td>{NUMBERS}</tr></table>", ("g", "Page$2")),
    "GridView's words": (
        f"<table><tr><td>{back('g', 'Page$Prev', 'Trước')}</td><td>{back('g', 'Page$Next', 'Sau')}</td></tr></table>",
        ("g", "Page$Next"),
    ),
    "GridView's next window": (
        "<table><tr>"
        + "".join(f"<td>{back('g', f'Page${n}', n)}</td>" for n in (1, 2))
        + f"<td><span>3</span></td><td>{back('g', 'Page$4', '...')}</td></tr></table>",
        ("g", "Page$4"),
    ),
    "GridView's window between two others": (
        f"<table><tr><td>{back('g', 'Page$3', '...')}</td><td><span>4</span></td><td>{back('g', 'Page$5', 5)}</td>"
        f"<td>{back('g', 'Page$7', '...')}</td></tr></table>",
        ("g", "Page$5"),
    ),
    "DataPager's, the first page's links dead": (
        f"<span id=dp><a disabled class=btn>&lt;&lt; Trước</a>&nbsp;<span class='btn disabled'>1</span>&nbsp;"
        f"{back('c$DataPager1$ctl01$ctl01', '', 2)}&nbsp;{back('c$DataPager1$ctl02$ctl00', '', 'Sau >>')}</span>",
        ("c$DataPager1$ctl01$ctl01", ""),
    ),
    "AspNetPager's, whose argument is the number": (
        f"<div>[1] [{back('AspNetPager1', '2', 2)}] {back('AspNetPager1', '9', 'Cuối')}</div>",
        ("AspNetPager1", "2"),
    ),
    "counted from zero": (
        f"<div><b>1</b> {back('p', '1', 2)} {back('p', '2', 3)}</div>",
        ("p", "1"),
    ),
    "DotNetNuke's, the current one a dead link": (
        f"<div class=PagingTable>Trang 2 của 9 {back('dnn$ctr5$v$p', 'Page_1', 1)} <a class=NormalDisabled>2</a> "
        f"{back('dnn$ctr5$v$p', 'Page_3', 3)} {back('dnn$ctr5$v$p', 'Page_9', 'Cuối cùng')}</div>",
        ("dnn$ctr5$v$p", "Page_3"),
    ),
    "the current one marked among links": (
        f"<ul><li>{back('r$ctl00$p', '', 1)}</li><li class=active>{back('r$ctl01$p', '', 2)}</li>"
        f"<li>{back('r$ctl02$p', '', 3)}</li></ul>",
        ("r$ctl02$p", ""),
    ),
    "a sign beside 'Trang 2/7'": (
        f"<p>Trang 2/7 {back('r$lnkFirst', '', '&lt;&lt;')} {back('r$lnkPrev', '', '&lt;')} "
        f"{back('r$lnkNext', '', '&gt;')} {back('r$lnkLast', '', '&gt;&gt;')}</p>",
        ("r$lnkNext", ""),
    ),
    "the next page's word alone": (f"<p>{back('m$lbTrangSau', '', 'Trang sau »')}</p>", ("m$lbTrangSau", "")),
    "a loose word whose target is a pager's": (f"<p>{back('m$pagerNext', '', 'Tiếp')}</p>", ("m$pagerNext", "")),
    "SharePoint's data view": (
        "<table><tr><td>1 - 10 </td><td>"
        + back("ctl00$m$g_b1$ff", "dvt_firstrow={11};dvt_startposition={Paged=TRUE&p_ID=60}", "<img src='/i/next.gif'>")
        + "</td></tr></table>",
        ("ctl00$m$g_b1$ff", "dvt_firstrow={11};dvt_startposition={Paged=TRUE&p_ID=60}"),
    ),
    "on an onclick": (
        f"<p><span>1</span> <a href='#' onclick=\"{escape('''__doPostBack('p$2','');return false;''')}\">2</a></p>",
        ("p$2", ""),
    ),
    "with options": (
        "<p>Trang 1/4 <a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(&quot;d$n&quot;, "
        "&quot;&quot;, true, &quot;&quot;, &quot;&quot;, false, true))'>Trang tiếp</a></p>",
        ("d$n", ""),
    ),
}


@pytest.mark.parametrize("name", PAGERS)
def test_a_pagers_form_is_the_page_as_it_stands_with_the_pagers_event(name):
    pager, event = PAGERS[name]
    listing = read(web_form(pager))
    assert (listing.next_url, sent(listing)) == (None, event)
    assert listing.next_form.url == HERE
    fields = dict(listing.next_form.fields)
    assert fields == {**STATE, "__EVENTTARGET": event[0], "__EVENTARGUMENT": event[1]}


def test_fields_are_sent_as_a_browser_would_but_no_password_file_or_other_button():
    more = (
        "<input name=tim value='rạch'><input type=password name=mk value=x><input type=file name=tep>"
        "<input type=checkbox name=nho checked><input type=checkbox name=khong><input type=radio name=y value=1>"
        "<input type=submit name=btnTim value='Tìm'><button name=gui>Gửi</button><textarea name=ykien></textarea>"
        "<select name=linhvuc><option value=0>Tất cả<option value=5 selected>Y tế</select>"
        "<select name=nam><option>2020<option>2019</select><input type=image name=anh><input name=tat value=1 disabled>"
        "<input value='không tên'>"
    )
    form = read(web_form(f"<p>{back('p', 'Page$2', 'Trang sau')}</p>", more=more)).next_form
    rest = dict(form.fields)
    assert {name: rest.pop(name) for name in STATE} == {**STATE, "__EVENTTARGET": "p", "__EVENTARGUMENT": "Page$2"}
    assert rest == {"tim": "rạch", "nho": "on", "ykien": "", "linhvuc": "5", "nam": "2020"}


def test_a_submit_button_is_pressed_alone():
    buttons = "<p><input type=submit name=truoc value='Trang trước'><input type=submit name=sau value='Trang sau'></p>"
    form = read(web_form(buttons)).next_form
    assert form.fields == (*STATE.items(), ("sau", "Trang sau"))


def test_a_plain_form_of_hidden_fields_and_a_button():
    form = (
        "<form method=post><input type=hidden name=trang value=2><input type=submit name=b value='Trang sau'></form>"
        "<form method=post action='/tim'><input name=q><input type=submit name=b value='Tìm'></form>"
    )
    listing = read(f"<div><ul>{ROWS}</ul>{form}</div>")
    assert listing.next_form == Form(HERE, (("trang", "2"), ("b", "Trang sau")))


CALL = "<p><b>1</b> <a href='javascript:goPage(2)'>2</a> <a href='#' onclick='goPage(3); return false'>3</a></p>"
BOARD = "<input type=hidden name=boardId value=7><input type=hidden name=pageIndex value=1><input name=tuKhoa value=''>"


def test_a_script_that_fills_a_page_field():
    listing = read(f"<form name=frm method=post action='tin-tuc.aspx'>{BOARD}</form><div><ul>{ROWS}</ul>{CALL}</div>")
    assert listing.next_form == Form(HERE, (("boardId", "7"), ("pageIndex", "2"), ("tuKhoa", "")))
    listing = read(f"<form name=frm action='tin-tuc.aspx'>{BOARD}</form><div><ul>{ROWS}</ul>{CALL}</div>")
    assert listing.next_url == f"{HERE}?boardId=7&pageIndex=2&tuKhoa="


def test_of_several_pagers_the_one_beside_the_articles_is_taken():
    documents = "".join(f"<li><a href='/vb/{n}.pdf'>Quyết định số {n} về việc giao chỉ tiêu</a></li>" for n in range(4))
    other = f"<div><ul>{documents}</ul><p><b>1</b> {back('vanban', 'Page$2', 2)}</p></div>"
    own = f"<p><b>1</b> {back('tin', 'Page$2', 2)}</p>"
    for body in (web_form(own, more=other), web_form(own + other)):
        assert sent(read(body)) == ("tin", "Page$2")


def test_a_profiles_selector_names_the_link_that_posts():
    rules = Rules(listing={"next": ("a.nua",)})
    body = web_form(f"<p>Còn nhiều tin nữa: {back('x', 'nua', 'mời bấm vào đây', 'class=nua')}</p>")
    assert sent(read(body)) is None
    assert sent(read(body, rules=rules)) == ("x", "nua")


WEEKS = [[back("cal", 7700 + day, day) for day in range(first, first + 7)] for first in (1, 8, 15)]
DAYS = "".join("<tr>" + "".join(f"<td>{day}</td>" for day in week) + "</tr>" for week in WEEKS)
NEVER = {
    "a calendar": f"<table><tr><td>{back('cal', 'V7600', '&lt;')} Tháng 9 năm 2020 "
    f"{back('cal', 'V7700', '&gt;')}</td></tr><tr><td>T2</td><td>T3</td><td>T4</td></tr>{DAYS}</table>",
    "a calendar's days alone": f"<table>{DAYS}</table>",
    "a calendar of one week, today not linked": f"<table><tr><td>1</td><td>{back('d$2', '', 2)}</td></tr><tr><td>8</td>"
    f"<td>{back('d$9', '', 9)}</td></tr></table>",
    "sort headers": f"<p>{back('g', 'Sort$Title', 'Sau')} {back('g', 'Sort$Day', '2')}</p>",
    "delete buttons": f"<p><span>1</span> {back('g', 'Delete$2', 2)} {back('g', 'Delete$3', 3)}</p>",
    "a language switch": f"<p>{back('ctl00$lang', 'vi', 'VN')} | {back('ctl00$lang', 'en', 'EN')}</p>",
    "a menu": f"<ul><li>{back('menu', '1', 'Giới thiệu')}</li><li>{back('menu', '2', 'Tin tức')}</li></ul>",
    "a rating": f"<p>Đánh giá: <span>{''.join(back('rate', n, n) for n in range(1, 6))}</span></p>",
    "marks out of five, without a word": f"<div>{''.join(back('diem', n, n) for n in range(1, 6))}</div>",
    "a poll": "<p><input type=radio name=y> Hài lòng</p><p><input type=submit name=btnBinhChon value='Tiếp'></p>",
    "a wizard": "<p><input type=submit name=btnTiepTuc value='Tiếp tục'></p>",
    "a next word of a slide show": f"<div class=slide>{back('sl$hinh', '', 'Tiếp')}</div>",
    "years": f"<p>{back('nam', '2019', 2019)} <b>2020</b> {back('nam', '2021', 2021)}</p>",
    "months": f"<p>Tháng <span><b>9</b> {back('thang', '10', 10)} {back('thang', '11', 11)}</span></p>",
    "letters": f"<p>A {back('chu', 'B', 'B')} {back('chu', 'C', 'C')}</p>",
    "a number whose argument is another": f"<p><b>1</b> {back('x', 'xoa-tin-77', 2)} {back('x', 'xoa-tin-78', 3)}</p>",
    "a way back": f"<p>Trang 3/3 {back('p$prev', '', 'Trang trước')} {back('p$first', '', 'Đầu')}</p>",
    "the last page": f"<table><tr><td>{back('g', 'Page$1', 1)}</td><td><span>2</span></td></tr></table>",
    "the page to go to by hand": "<p>Đến trang <input name=p$trang> <input type=submit name=go value='Xem'></p>",
    "a post to another page": "<p><b>1</b> <a href='javascript:WebForm_DoPostBackWithOptions("
    "new WebForm_PostBackOptions(&quot;p&quot;, &quot;2&quot;, false, &quot;&quot;, "
    "&quot;/Xoa.aspx&quot;, false, true))'>2</a></p>",
    "comments": "<p><textarea name=ykien></textarea><input type=submit name=btnGui value='Gửi'></p>",
}


@pytest.mark.parametrize("name", NEVER)
def test_nothing_else_is_ever_sent(name):
    listing = read(web_form(NEVER[name]))
    assert len(listing.entries) == len(TITLES)
    assert (listing.next_url, listing.next_form) == (None, None)


def test_all_of_them_beside_a_pager_leave_it_alone():
    pager = PAGERS["GridView's numbers"][0]
    assert sent(read(web_form(pager, more="".join(NEVER.values())))) == ("g", "Page$2")


@pytest.mark.parametrize(
    "body",
    [
        web_form(NUMBERS, rows=""),
        web_form(NUMBERS, action="https://example.org/tin-tuc.aspx"),
        web_form(NUMBERS, fields={}),
        f"<ul>{ROWS}</ul><p><span>1</span>{NUMBERS}</p>",
        f"<form method=post action='/xoa'><input type=hidden name=trang value=2><ul>{ROWS}</ul>"
        "<p><input type=submit name=b value='Trang sau'></p></form>",
        f"<form method=post><input name=ten><ul>{ROWS}</ul><p><input type=submit name=b value='Trang sau'></p></form>",
        f"<form method=post>{BOARD}<input type=password name=mk></form><div><ul>{ROWS}</ul>{CALL}</div>",
        f"<form method=post action='/xoa'>{BOARD}</form><div><ul>{ROWS}</ul>{CALL}</div>",
        f"<form method=post>{BOARD}</form><form method=post>{BOARD}</form><div><ul>{ROWS}</ul>{CALL}</div>",
        web_form(NUMBERS, fields={**STATE, "__VIEWSTATE": "A" * 5_000_000}),
    ],
    ids=["no articles", "another site", "no ASP.NET", "no form", "a button's form elsewhere", "a form to fill in",
         "a log-in", "a script's form elsewhere", "two forms", "a state that has grown too long"],
)  # fmt: skip
def test_a_form_that_does_not_fit_its_pager_is_not_sent(body):
    assert read(body).next_form is None
