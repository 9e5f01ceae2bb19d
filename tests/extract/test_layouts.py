"""One made-up article in many unlike markups: whatever the page's makers did, it reads as the same article.

Each case says only where it differs from the article; a name in a body, a chrome line in it, a lost caption fails.
"""

import pytest

from newsarchive.extract.article import extract

SITE = "https://bennua.example.gov.vn"
URL = f"{SITE}/tin-tuc/don-rach-ong-doi-1203.html"
TITLE = "Phường Bến Nứa ra quân dọn rạch Ông Đội trước mùa mưa"
CAPTION = "Đoàn viên thanh niên vớt lục bình trên rạch Ông Đội"
NAME = "Xuân Hạ"
P1 = (
    "(Bennua.gov.vn) - Sáng 12/9, Ủy ban nhân dân phường Bến Nứa phối hợp Đoàn Thanh niên quận ra quân dọn rạch Ông "
    "Đội, vớt hơn hai tấn lục bình và rác thải trước khi mùa mưa bước vào cao điểm."
)
P2 = (
    "Theo bà Lê Thị Cẩm Vân, Chủ tịch Ủy ban nhân dân phường, đoạn rạch dài 800 mét chảy qua bốn khu phố đã nhiều năm "
    "không được nạo vét, nước đen và có mùi vào những ngày nắng."
)
P3 = (
    "Phường giao mỗi khu phố quản lý một đoạn, lắp thêm sáu thùng rác có nắp và hai bảng nhắc người dân không đổ xà "
    "bần xuống rạch."
)
P4 = "Dịp này, phường trao 20 phần quà cho các hộ khó khăn sống ven rạch, mỗi phần gồm gạo, dầu ăn và một chiếc áo mưa."
BODY = [P1, P2, P3, P4]
SAPO = "Hơn 120 đoàn viên thanh niên và người dân cùng xuống rạch, vớt hai tấn lục bình trong một buổi sáng."
OTHERS = [
    ("/tin-tuc/bai-khac-1.html", "Quận Bến Nứa khai giảng lớp xóa mù tin học cho người cao tuổi"),
    ("/tin-tuc/bai-khac-2.html", "Khu phố 3 khánh thành sân chơi thiếu nhi từ lốp xe cũ"),
]
RELATED = [SITE + path for path, _ in OTHERS]
IMG = "<img src='/res/a.jpg' alt=''>"


def each(form, texts):
    return "".join(form.format(text) for text in texts)


def p(*texts):
    return each("<p>{}</p>", texts)


def right(text):
    return f"<p align='right'><b>{text}</b></p>"


def items(form="<li><a href='{}'>{}</a> <span>(08/09/2020)</span></li>"):
    return "".join(form.format(*other) for other in OTHERS)


REST = f"<div class='other'><h3>Tin khác</h3><ul>{items()}</ul></div>"


def page(content, *, title=f"{TITLE} - Quận Bến Nứa"):
    """The content between a masthead with the clock and a footer with the licence."""
    return f"""<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>
    <div id='menu'><ul><li><a href='/'>Trang chủ</a></li><li><a href='/tin-tuc'>Tin tức - Sự kiện</a></li></ul></div>
    <div class='clock'>Thứ Hai, ngày 30 tháng 11 năm 2020</div>{content}
    <div id='footer'><p>TRANG THÔNG TIN ĐIỆN TỬ QUẬN BẾN NỨA</p><p>Giấy phép số 20/GP-STTTT ngày 03/02/2014. Chịu trách
    nhiệm chính: Ông Phạm Văn Lộc, Phó Chủ tịch Ủy ban nhân dân quận, Trưởng Ban Biên tập.</p></div></body></html>"""


def plain(inner, *, head="", after=REST):
    """The usual article: a heading, a box of text, a list of others."""
    return page(f"<h1>{TITLE}</h1>{head}<div class='content'>{inner}</div>{after}")


CASES = {}


def case(name, html, **differs):
    assert name not in CASES
    CASES[name] = html, {"title": TITLE, "body": BODY, "byline": NAME, "caption": None, "related": RELATED} | differs


# How paragraphs are made

WORD = "<p class='MsoNormal' style='text-align:justify'><span style='font-size:14pt'>{}<o:p></o:p></span></p>"
case(
    "Word's markup",
    plain(
        f"<p class='MsoNormal' align='center'>{IMG}</p>"
        f"<p class='MsoNormal' align='center'><i><span>{CAPTION}</span></i></p>" + each(WORD, [*BODY, "&nbsp;", NAME])
    ),
    caption=CAPTION,
)
case(
    "bare divs, no paragraph tag",
    page(
        f"<div class='main'><div class='tt'>{TITLE}</div><div>{IMG}<div class='note'>{CAPTION}</div>"
        f"{each('<div>{}</div>', [*BODY, '&nbsp;', NAME])}</div></div>{REST}"
    ),
    caption=CAPTION,
)
case(
    "one span, pairs of line breaks",
    page(
        f"<table><tr><td><span class='title'>{TITLE}</span></td></tr><tr><td><span>{IMG}<br><i>{CAPTION}</i><br><br>"
        f"{'<br><br>'.join(BODY)}<br><br><b>{NAME}</b></span></td></tr></table>{REST}"
    ),
    caption=CAPTION,
)
case(
    "one font tag, single line breaks",
    page(
        f"<table><tr><td><span class='title'>{TITLE}</span></td></tr><tr><td><font size=2>{IMG}<br><i>{CAPTION}</i><br>"
        f"{'<br>'.join(BODY)}<br><b>{NAME}</b></font></td></tr></table>{REST}"
    ),
    caption=CAPTION,
)
case(
    "non-breaking spaces as indents and as empty paragraphs",
    plain(each("<p>&nbsp;&nbsp; {}</p><p>&nbsp;</p>", BODY) + f"<p>&nbsp;&nbsp;{NAME.replace(' ', '&nbsp;')}</p>"),
)
case(
    "text in two boxes",
    plain(f"<div>{p(P1, P2)}</div><div>{p(P3, P4, NAME)}</div>"),
)
case(
    "everything a child of body",
    f"<html><head><title>{TITLE}</title></head><body><p><a href='/'>Trang chủ</a> | <a href='/tin'>Tin tức</a></p>"
    f"<p><b>{TITLE}</b></p>{p(*BODY, NAME)}<p><b>Tin khác</b></p>"
    + items("<p><a href='{}'>{}</a></p>")
    + "<p>© 2020 Quận Bến Nứa. Giấy phép số 20/GP-STTTT.</p></body></html>",
)
case(
    "a footer that nothing marks as one",
    f"<html><head><title>{TITLE}</title></head><body><p><b>{TITLE}</b></p>{p(*BODY, NAME)}"
    + p(
        "TRANG THÔNG TIN ĐIỆN TỬ QUẬN BẾN NỨA",
        "Địa chỉ: 12 Đường Bờ Kè, Phường 2, Quận Bến Nứa. Điện thoại: 0123 456 789. Email: bbt@bennua.example",
    )
    + "</body></html>",
    related=[],
)

case(
    "plain text in one pre", page(f"<h1>{TITLE}</h1><pre>{P1}\n\n{P2}\n\n{P3}\n\n{NAME}</pre>{REST}"), body=[P1, P2, P3]
)
case("everything bold", plain(f"<b>{p(*BODY, NAME)}</b>"))
case("a copy for printing, hidden", plain(p(*BODY, NAME), after=f"<div style='display:none'>{p(P1)}</div>{REST}"))

# What bodies hold

SUBHEADS = [
    P1,
    "Các việc đã làm trong đợt ra quân",
    "Vớt hai tấn lục bình",
    "Lắp sáu thùng rác có nắp",
    P2,
    "Về sau",
    P3,
]
case(
    "sub-headings and a list",
    plain(
        f"{p(P1)}<h3>{SUBHEADS[1]}</h3><ul><li>{SUBHEADS[2]}</li><li>{SUBHEADS[3]}</li></ul>{p(P2)}"
        f"<p><strong>Về sau</strong></p>{p(P3)}{right(NAME)}"
    ),
    body=SUBHEADS,
)
case(
    "sub-headings that read like landmarks",
    plain(f"{p(P1)}<p><b>Ý kiến</b></p>{p(P2)}<h3>Thông báo</h3>{p(P3)}<h3>Đánh giá</h3>{p(P4, NAME)}"),
    body=[P1, "Ý kiến", P2, "Thông báo", P3, "Đánh giá", P4],
)
case(
    "days as sub-headings",
    plain(p(P1, "Ngày 14/9/2020", P3, "Ngày 15/9/2020", P4, NAME)),
    body=[P1, "Ngày 14/9/2020", P3, "Ngày 15/9/2020", P4],
)
ROWS = [["Khu phố", "Số người", "Khối lượng (kg)"], ["Khu phố 1", "30", "520"], ["Khu phố 2", "42", "760"]]
TABLE = "<table border=1>" + "".join(f"<tr>{each('<td>{}</td>', row)}</tr>" for row in ROWS) + "</table>"
case(
    "a table of figures",
    plain(p(P1, P2) + TABLE + p(P3, NAME)),
    body=[P1, P2, *(" | ".join(row) for row in ROWS), P3],
)
QUOTE = "“Rạch là lá phổi của khu phố. Mất rạch, chúng tôi mất luôn chỗ hóng mát của ba đời nhà mình”, ông Út nói."
ENDS = [P1, P2, "- Dọn rạch sạch lục bình", "- Trồng thêm 30 cây"]
case("a list at the end, nobody signs", plain(p(*ENDS)), body=ENDS, byline=None)
case("a quotation", plain(f"{p(P1)}<blockquote><p>{QUOTE}</p></blockquote>{p(P2, NAME)}"), body=[P1, QUOTE, P2])
POEM = ["Nước non mình mấy nhịp cầu tre", "Ai về Bến Nứa mà nghe câu hò"]
case("lines of a poem", plain(p(P1, *POEM, P2, NAME)), body=[P1, *POEM, P2])
SHORT = [
    "Sáng 12/9, phường Bến Nứa ra quân dọn rạch.",
    "Hơn 120 đoàn viên tham gia.",
    "Rạch dài 800 mét, chảy qua bốn khu phố.",
    "Phường sẽ lắp thêm sáu thùng rác.",
]
TOOLS = "<div><a href='#'>Quay lại</a> <a href='#'>In</a></div>"
case("short paragraphs only", plain(p(*SHORT, NAME), after=TOOLS + REST), body=SHORT)
case(
    "short lines in a bare div",
    page(f"<div><b>{TITLE}</b></div><div>{'<br>'.join(SHORT)}<br>{NAME}</div>{TOOLS}{REST}"),
    body=SHORT,
)
NOTICE = ["Lịch tiếp công dân tháng 10 như sau.", "Sáng thứ Năm hằng tuần, tại trụ sở."]
case("a notice of two sentences", plain(p(*NOTICE)), body=NOTICE, byline=None)
ASKED = [
    "Phóng viên: Thưa bà, vì sao phường chọn dọn rạch vào tháng 9?",
    "Bà Lê Thị Cẩm Vân: Vì tháng 9 nước lớn, lục bình từ sông tràn vào nhiều, không vớt thì các hẻm thấp sẽ ngập.",
    "Phóng viên: Xin cảm ơn bà!",
]
case(
    "an interview, signed by who held it",
    plain(f"{p(P1)}<p><b>{ASKED[0]}</b></p>{p(ASKED[1])}<p><b>{ASKED[2]}</b></p><p>{NAME} (thực hiện)</p>"),
    body=[P1, *ASKED],
)
case("the title said again above the text", plain(f"<p><b>{TITLE}</b></p>{p(*BODY, NAME)}"))
case(
    "where and when a document was signed",
    plain(p(P1, P2, "Bến Nứa, ngày 12 tháng 9 năm 2020")),
    body=[P1, P2, "Bến Nứa, ngày 12 tháng 9 năm 2020"],
    byline=None,
)

# Titles

case("a title in capitals", page(f"<div class='tieu-de'><b>{TITLE.upper()}</b></div><div>{p(*BODY, NAME)}</div>{REST}",
     title="Quận Bến Nứa"), title=TITLE.upper())  # fmt: skip
SITE_NAME = "Trang thông tin điện tử Quận Bến Nứa"
case(
    "h1 and title tag are the site's name",
    page(f"<h1><a href='/'>{SITE_NAME}</a></h1><h2>Tin hoạt động</h2><h3>{TITLE}</h3><div>{p(*BODY, NAME)}</div>{REST}",
         title=SITE_NAME),
)  # fmt: skip
case(
    "h1 is the site's name, the title only bold",
    page(f"<h1>{SITE_NAME.upper()}</h1><div>Tin hoạt động</div><p><b>{TITLE}</b></p><div>{p(*BODY, NAME)}</div>"
         + REST, title=SITE_NAME.upper()),
)  # fmt: skip
case(
    "the title in the breadcrumb too, the name by the title",
    page(
        f"<ol class='breadcrumb'><li><a href='/'>Trang chủ</a></li><li><a href='/tin-tuc'>Tin tức</a></li><li>"
        f"{TITLE}</li></ol>"
        f"<h1>{TITLE}</h1><div class='meta'><span class='author'>{NAME}</span> <span class='date'>14/09/2020 "
        f"08:15</span></div>"
        f"<div class='bar'><a href='#'>Facebook</a><a href='#'>Zalo</a><a href='#'>In trang</a></div><div>"
        f"{p(*BODY)}</div>{REST}"
    ),
)
case(
    "h1 is the section's name, h2 the title",
    page(f"<h1>Tin hoạt động phường</h1><h2>{TITLE}</h2><div>{p(*BODY, NAME)}</div>{REST}", title="Quận Bến Nứa"),
)
FULL = (
    f"{TITLE}, trồng thêm cây xanh, lắp thùng rác và trao quà cho các hộ khó khăn sống hai bên bờ rạch đầu năm học mới"
)
case("a title longer than metadata has it", page(f"<h1>{FULL}</h1><div>{p(*BODY, NAME)}</div>{REST}"), title=FULL)
case("a title that metadata cuts", page(f"<div><b>{TITLE}</b></div>{p(*BODY, NAME)}{REST}", title=f"{TITLE[:30]}..."))
case(
    "a title broken in two", page(f"<h1>{TITLE[:14]}<br>{TITLE[15:]}</h1><div>{p(*BODY, NAME)}</div>{REST}", title="x")
)
case(
    "a date in brackets behind the title",
    page(f"<h1>{TITLE} <i>(14/09/2020)</i></h1><div>{p(*BODY, NAME)}</div>{REST}"),
)
case(
    "brackets behind a title",
    page(f"<h1>{TITLE} (kỳ 2)</h1><div>{p(*BODY, NAME)}</div>{REST}"),
    title=f"{TITLE} (kỳ 2)",
)
case(
    "a running line above",
    page(
        "<marquee>Nhiệt liệt chào mừng Đại hội Đảng bộ quận Bến Nứa lần thứ XII, nhiệm kỳ 2020 - 2025! Toàn quận "
        "thi đua lập "
        f"thành tích chào mừng ngày Quốc khánh.</marquee><div><b>{TITLE}</b></div>{p(*BODY, NAME)}{REST}"
    ),
)

# Sapos

case("a sapo in a box of its own", plain(p(*BODY, NAME), head=f"<div>14/09/2020</div><div class='sapo'>{SAPO}</div>"),
     lead=SAPO, body=[SAPO, *BODY])  # fmt: skip
case("the hour between sapo and text", plain(f"<p><b>{SAPO}</b></p><p>14/09/2020 08:15</p>{p(*BODY, NAME)}"),
     lead=SAPO, body=[SAPO, *BODY])  # fmt: skip
case("a bold sapo", plain(f"<p><b>{SAPO}</b></p>{p(*BODY, NAME)}"), lead=SAPO, body=[SAPO, *BODY])
case("a sapo as a sub-heading", plain(p(*BODY, NAME), head=f"<h2>{SAPO}</h2>"), lead=SAPO, body=[SAPO, *BODY])
case(
    "a sapo beside a small picture",
    plain(f"<div class='n-img'><img src='/b.jpg' width='115'></div><b>{SAPO}</b>{p(*BODY, NAME)}"),
    lead=SAPO,
    body=[SAPO, *BODY],
)

# Pictures and captions

LONG = (
    "Bà Lê Thị Cẩm Vân (bìa trái), Chủ tịch Ủy ban nhân dân phường Bến Nứa, cùng các đồng chí trong Ban Thường vụ "
    "Quận đoàn, "
    "đại diện Hội Cựu chiến binh và 120 đoàn viên thanh niên của bốn khu phố tham gia dọn lục bình, rác thải trên "
    "đoạn rạch "
    "Ông Đội dài 800 mét vào sáng sớm, trước giờ nước lớn. Ảnh: Hoài Nam"
)
CENTRED = "<p style='text-align:center'>{}</p>"
case("a long caption in italics", plain(p(P1) + each(CENTRED, [IMG, f"<em>{LONG}</em>"]) + p(P2, P3, P4, NAME)),
     caption=LONG, credit="Hoài Nam")  # fmt: skip
case(
    "a long caption in the cell below",
    plain(f"{p(P1)}<table><tr><td>{IMG}</td></tr><tr><td>{LONG}</td></tr></table>{p(P2, P3, P4, NAME)}"),
    caption=LONG,
    credit="Hoài Nam",
)
case("a caption only centred, with a stop", plain(each(CENTRED, [IMG, CAPTION + "."]) + p(*BODY, NAME)),
     caption=CAPTION + ".")  # fmt: skip
case("a caption set like the text", plain(p(IMG, CAPTION, *BODY, NAME)), caption=CAPTION)
case("a caption under the last picture", plain(p(*BODY, IMG, CAPTION, NAME)), caption=CAPTION)
case("a caption only in alt", plain(p(f"<img src='/a.jpg' alt='{CAPTION}'>", *BODY, NAME)), caption=CAPTION)
case("text flowing around a picture", plain(f"<p><img src='/a.jpg' align='left'>{P1}</p>{p(P2, P3, P4, NAME)}"))
case(
    "pictures side by side, captions side by side",
    plain(
        f"{p(P1)}<table><tr><td><img src='/1.jpg'></td><td><img src='/2.jpg'></td></tr>"
        f"<tr><td>Dọn rạch buổi sáng</td><td>Trao quà cho bà con</td></tr></table>{p(P2, NAME)}"
    ),
    body=[P1, P2],
    caption="Dọn rạch buổi sáng",
    captions=["Dọn rạch buổi sáng", "Trao quà cho bà con"],
)
case(
    "two pictures over one caption",
    plain(
        p(P1) + each(CENTRED, ["<img src='/1.jpg'>", "<img src='/2.jpg'>", f"<i>{CAPTION}</i>"]) + p(P2, P3, P4, NAME)
    ),
    captions=[None, CAPTION],
)
ESSAY = ["Từ sáng sớm, các bạn trẻ đã có mặt.", "Lục bình được kéo lên bờ.", "Bà con mang nước ra mời đoàn viên."]
case(
    "captions that are sentences",
    plain(p(P1) + "".join(f"<p align=center><img src='/{n}.jpg'></p><p align=center><i>{c}</i></p>"
                          for n, c in enumerate(ESSAY)) + right("Bài, ảnh: Xuân Hạ")),
    body=[P1],
    caption=ESSAY[0],
    captions=ESSAY,
)  # fmt: skip
case(
    "nothing but pictures with captions",
    plain(
        "".join(f"<p align=center><img src='/{n}.jpg'></p><p align=center><i>{c}</i></p>" for n, c in enumerate(ESSAY))
    ),
    body=ESSAY,
    byline=None,
    caption=ESSAY[0],
    captions=ESSAY,
)
case("a caption above", plain(f"{p(P1)}<div><p class='caption'>{CAPTION}</p>{IMG}</div>{p(P2, P3, P4, NAME)}"),
     caption=CAPTION)  # fmt: skip
case("a sub-heading under a picture", plain(f"{p(P1, IMG)}<p><b>Rạch sạch, đường thông</b></p>{p(P2, NAME)}"),
     body=[P1, "Rạch sạch, đường thông", P2])  # fmt: skip
case("a short sentence under a picture", plain(p(IMG, "Sáng 12/9, phường dọn rạch.", P2, P3, NAME)),
     body=["Sáng 12/9, phường dọn rạch.", P2, P3])  # fmt: skip
case(
    "a picture above the title",
    page(f"<div><i>{IMG}</i><p class='caption'>{CAPTION}</p><h2>{TITLE}</h2><div>{p(*BODY, NAME)}</div></div>" + REST),
    caption=CAPTION,
)  # fmt: skip
case(
    "a lazily loaded picture, an icon and a banner",
    plain(
        f"<p><img src='/icons/print.gif' width='16'><img src='data:image/gif;base64,R0l' data-src='/a.jpg'></p>"
        f"<p><em>{CAPTION}</em></p>{p(P1)}<div class='banner'><img src='/qc.jpg'><p>Quảng cáo</p></div>"
        f"{p(P2, P3, P4, NAME)}"
    ),
    caption=CAPTION,
    captions=[CAPTION],
)

# Names

case("initials", plain(p(*BODY, "X.H")), byline="X.H")
case("two names, each on its line", plain(p(*BODY) + right(NAME) + right("Hoài Nam")), byline="Xuân Hạ, Hoài Nam")
case("two names with a dash", plain(p(*BODY, "Xuân Hạ - Hoài Nam")), byline="Xuân Hạ - Hoài Nam")
case("a name in capitals", plain(p(*BODY) + right("XUÂN HẠ")), byline="XUÂN HẠ")
case("a name behind the last sentence", plain(f"{p(P1, P2, P3)}<p>{P4} <strong>({NAME})</strong></p>"))
case("a name after a line break", plain(f"{p(P1, P2, P3)}<p>{P4}<br><strong>{NAME}</strong></p>"))
case("a name above the text", plain(f"<p align='right'><i>{NAME}</i></p>{p(*BODY)}"))
case("a name with its office", plain(p(*BODY) + right("Xuân Hạ - Phòng Tư pháp")))
case("a name and an agency below", plain(p(*BODY) + right(NAME) + right("(Theo TTXVN)")), source="TTXVN")
case("a name and an agency in one line", plain(p(*BODY) + right("Xuân Hạ (Theo TTXVN)")), source="TTXVN")
case("an agency behind the last sentence", plain(p(P1, P2, f"{P3} (TTXVN)")), byline=None, source="TTXVN",
     body=[P1, P2, f"{P3} (TTXVN)"])  # fmt: skip
case("an outlet with its link", plain(f"{p(*BODY, NAME)}<p>Nguồn: <a href='https://x.example/1'>Báo Lam Giang</a></p>"),
     source="Báo Lam Giang")  # fmt: skip
case(
    "author and photographer on two lines",
    plain(f"<p>{IMG}</p><p><em>{CAPTION}</em></p>{p(*BODY)}{right('Tin: Xuân Hạ')}{right('Ảnh: Hoài Nam')}"),
    caption=CAPTION,
    credit="Hoài Nam",
)
case(
    "author and photographer in one line",
    plain(f"<p>{IMG}</p><p><em>{CAPTION}</em></p>{p(*BODY)}{right('Xuân Hạ; Ảnh: Hoài Nam')}"),
    caption=CAPTION,
    credit="Hoài Nam",
)
case("machinery behind the name", plain(p(*BODY, NAME) + "<p><a href='#'>In</a> | <a href='#'>Gửi cho bạn bè</a></p>"
     "<p>Số lần đọc: 1.204</p><p>Từ khóa: <a href='/tag/a'>rạch</a>, <a href='/tag/b'>môi trường</a></p>"))  # fmt: skip
case(
    "a day and a counter behind the name", plain(f"{p(*BODY, NAME)}<p><i>Ngày đăng: 14/09/2020 - Lượt xem: 55</i></p>")
)
case(
    "a box between text and name",
    plain(f"{p(*BODY)}<div><b>Tin liên quan</b><ul>{items()}</ul></div>{p(NAME)}", after=""),
)

NOTE = "(*) Tên nhân vật đã được thay đổi."
case("a footnote below the name", plain(p(*BODY, NAME, NOTE)), body=[*BODY, NOTE])
case("a name with its ward", plain(p(*BODY, "Xuân Hạ (P. Bến Nứa)")))
case("a day behind the name", plain(p(*BODY) + right(NAME) + right("14/09/2020")))
case("a rule and an address around the name", plain(p(*BODY, "***", NAME, "______", "xuanha@bennua.example")))
case("a label on a line of its own", plain(f"{p(*BODY)}<p><b>Tác giả:</b><br>{NAME}</p>"))
case("labels in a table's cells", plain(p(*BODY), after="<table><tr><td>Tác giả:</td><td>Xuân Hạ</td></tr><tr>"
     f"<td>Nguồn:</td><td>Báo Lam Giang</td></tr></table>{REST}"), source="Báo Lam Giang")  # fmt: skip
case("a name before the day", plain(p(*BODY), head=f"<p>{NAME} - 14/09/2020 08:15</p>"))
case("a name, a day, a counter", plain(p(*BODY), head=f"<p>{NAME} | 14/09/2020 08:15 | Lượt xem: 20</p>"))
case("who put the page up, and when", plain(p(*BODY), head=f"<p>Đăng bởi: {NAME} vào lúc 08:15 14/09/2020</p>"))
case("an account put the page up", plain(p(*BODY), head="<p>Đăng bởi: Admin | 14/09/2020</p>"), byline=None)
case("a place before the day", plain(p(*BODY), head="<p>Bến Nứa - 14/09/2020 08:15</p>"), byline=None)

# What is no name

for closing in ("Trân trọng!", "Thân ái", "Xin trân trọng cảm ơn!", "Hồ Chí Minh", "NƯỚC SẠCH CHO MỌI NGƯỜI", "Quận 5",
                "Ban Tuyên giáo Quận ủy", "Phường Bến Nứa", "Hết"):  # fmt: skip
    case(f"a last line {closing!r}", plain(p(P1, P2, P3, closing)), body=[P1, P2, P3, closing], byline=None)
OFFICE = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(Đã ký)", "Lê Thị Cẩm Vân"]
case("who signs for an office", plain(p(P1, P2, P3) + each(CENTRED, OFFICE)), body=[P1, P2, P3, *OFFICE], byline=None)
LISTED = ["Danh sách hộ được tặng quà:", "Nguyễn Thị Bảy", "Trần Văn Chín", "Lê Thị Mười", "Phạm Văn Út"]
case("a list of names", plain(p(P1, P2, *LISTED)), body=[P1, P2, *LISTED], byline=None)
case("a name that a list introduces", plain(p(P1, P2, *LISTED[:2])), body=[P1, P2, *LISTED[:2]], byline=None)
for heading in ("VĂN HÓA XÃ HỘI", "An Ninh Quốc Phòng", "Tin Vắn", "Minh Tâm"):
    case(
        f"a box of links under {heading!r}",
        plain(p(*BODY), after=f"<div class='box'><b>{heading}</b><ul>{items()}</ul></div>"),
        byline=None,
        related=[],
    )

# Texts of few sentences

VERSES = [
    "Rạch trôi qua ngõ nhà em",
    "Lục bình tím rịm bên thềm nước trong",
    "Ngày nào rác nổi đầy sông",
    "Nay soi bóng",
]
case("a sentence and a poem", plain(p(P1, "<br>".join(VERSES)) + right(NAME)), body=[P1, *VERSES])
LOOKS = ["Bà con khu phố 2 gom rác từ tờ mờ sáng", "Thuyền vớt lục bình đi trước, xuồng chở rác theo sau"]
case(
    "a sentence and pictures",
    page(f"<h1>{TITLE}</h1><div class='t'><div>{P1}</div>"
         + each("<div><img src='/res/{0}.jpg'></div><div><em>{0}</em></div>", LOOKS) + f"</div>{TOOLS}{REST}"),
    body=[P1], byline=None, caption=LOOKS[0], captions=LOOKS,
)  # fmt: skip
case("one paragraph, tools and a counter beside it", page(f"<div><h1>{TITLE}</h1><div>{P1}</div><div>In trang</div>"
     f"<div>Lượt xem: 12</div></div>{REST}"), body=[P1], byline=None)  # fmt: skip
HOURS = [
    "1. Thời gian: từ 22 giờ ngày 23/10/2020 đến 4 giờ ngày 24/10/2020.",
    "- Thời gian: 7 giờ 30 ngày 12/9/2020",
    "Thời gian: 14 giờ 00, ngày 22/6/2021",
    "- 8 giờ ngày 13/9/2020: bế mạc",
]
case("the hours of what the text calls to", plain(p(P1, *HOURS, P2, NAME)), body=[P1, *HOURS, P2])

QUOTE = "Ngày hội của khu phố “Rạch xanh”"
LIST = [
    "Khu phố 1: từ cầu Sắt đến chợ Bến Nứa",
    "Khu phố 2: từ chợ Bến Nứa đến đình Ông Đội",
    "Khu phố 3: phần còn lại",
]
case("a sentence and a list", plain(f"{p(P1)}<ul>{each('<li>{}</li>', LIST)}</ul>{right(NAME)}"), body=[P1, *LIST])
TABLE = "<table border='1'><tr><td>Khu phố</td><td>Mét</td></tr><tr><td>1</td><td>300</td></tr></table>"
case("a sentence and a table", plain(f"{p(P1)}{TABLE}{right(NAME)}"), body=[P1, "Khu phố | Mét", "1 | 300"])
case("a sentence and links to read on", plain(f"{p(P1)}<ul>{items()}</ul>", after=""), body=[P1], byline=None,
     related=[])  # fmt: skip
case("a title that reads as a sentence", page(f"<div><div>{QUOTE}</div>{p(*SHORT, NAME)}</div>{REST}",
     title="Chi tiết tin"), title=QUOTE, body=SHORT)  # fmt: skip
case(
    "a picture and its caption behind the text's own box",
    plain(
        f"<div>{'<br><br>'.join(BODY)}</div><p align='center'>{IMG}</p><p align='center'><i>{CAPTION}</i></p>{p(NAME)}"
    ),
    caption=CAPTION,
)
case("a thumbnail and a banner behind the text's own box", plain(
     f"<div>{'<br><br>'.join(BODY)}</div><p>{NAME}</p><div><a href='/tin-tuc/x.html'><img src='/res/b.jpg'></a></div>"
     f"<div><i>Mời xem thêm trang ảnh của phường</i></div>"), captions=[])  # fmt: skip
case(
    "a name above the line of tools",
    page(
        f"<table><tr><td><h1>{TITLE}</h1></td></tr><tr><td><div>{p(*BODY)}</div><p>{NAME}</p></td></tr>"
        f"<tr><td><a href='#'>[In trang]</a> <a href='#'>[Trở về]</a></td></tr></table>{REST}"
    ),
)
case("a name above the networks' buttons", page(f"<div><h1>{TITLE}</h1><div>{p(*BODY)}</div><p>{NAME}</p>"
     f"<div><a href='#'>Thích</a><a href='#'>Chia sẻ</a></div>{REST}</div>"))  # fmt: skip
case(
    "a picture between paragraphs of unlike make",
    plain(f"<p>{P4}</p><center>{IMG}<br><i>{CAPTION}</i></center><p>{'<br><br>'.join([P1, P2, P3])}</p>{p(NAME)}"),
    body=[P4, P1, P2, P3],
    caption=CAPTION,
)
case("an office by its initials", plain(p(*BODY, f"{NAME} - VP Huyện ủy")))

# What stands by the title

case("a stamp whose word is also a name", plain(p(*BODY), head="<div>Đăng ngày 14/9/2020</div>"), byline=None)
case("a stamp's word and an account", plain(p(*BODY), head="<p>Đăng lúc 14/9/2020 08:15 bởi admin</p>"), byline=None)
case("an author of that name", plain(p(*BODY), head="<div>Minh Đăng | 14/9/2020</div>"), byline="Minh Đăng")
case("a sapo that only its place sets apart", page(f"<div><div>{TITLE}</div><div>{SAPO}</div>"
     f"<div>{p(*SHORT, NAME)}</div></div>{REST}"), lead=SAPO, body=[SAPO, *SHORT])  # fmt: skip
case("a first paragraph beside the others", page(f"<div><h1>{TITLE}</h1></div><div><p>{P1}</p>"
     f"<div>{p(P2, P3, P4, NAME)}</div></div>{REST}"))  # fmt: skip
case("a title of two words, the page's name in ornaments", page(
     f"<table><tr><td><a href='/'>Trang chủ</a></td></tr><tr><td><b>TIN BUỒN</b></td></tr><tr><td>{p(*BODY)}</td></tr>"
     f"</table>{REST}", title=":: TRANG TIN QUAN BEN NUA ::"), title="TIN BUỒN", byline=None)  # fmt: skip
case("a photographer in brackets, without a colon", plain(f"<center>{IMG}<br><i>{CAPTION} (ảnh {NAME})</i></center>"
     + p(*BODY)), byline=None, caption=f"{CAPTION} (ảnh {NAME})", credit=NAME)  # fmt: skip
case("a caption's bracket that names nobody", plain(f"<center>{IMG}<br><i>{CAPTION} (ảnh minh họa)</i></center>"
     + p(*BODY)), byline=None, caption=f"{CAPTION} (ảnh minh họa)", credit=None)  # fmt: skip

case("a line that opens pictures, then the name", plain(p(*BODY, "Một số hình ảnh tại rạch Ông Đội:")
     + f"<p>{IMG}</p>{right(NAME)}"), body=[*BODY, "Một số hình ảnh tại rạch Ông Đội:"])  # fmt: skip
case("where and when a document was signed, above it", plain(p(*BODY),
     head="<table><tr><td><i>An Lạc, ngày 12 tháng 9 năm 2020</i></td></tr></table>"), byline=None)  # fmt: skip
case("the kind of work before the name", plain(p(*BODY, f"Ghi chép của {NAME}")))

# What stands around

case(
    "other news inside the article's box, comments below",
    plain(
        f"{p(*BODY, NAME)}<p><strong>Tin khác:</strong></p>"
        + items("<p>- <a href='{}'>{}</a></p>")
        + "<p><b>Ý kiến bạn đọc</b></p><p>Cảm ơn phường đã dọn rạch, mong các khu phố giữ gìn để nước trong xanh trở "
        "lại như "
        "ngày chúng tôi còn nhỏ.</p><p>Nguyễn Văn Tám</p>",
        after="",
    ),
)
REMARK = (
    "Tôi sống ở khu phố 2 đã ba mươi năm, chưa khi nào thấy rạch sạch như hôm nay. Mong phường làm thường xuyên, "
    "mỗi tháng "
    "một lần, và phạt thật nặng những người đổ rác xuống rạch vào ban đêm."
)
case(
    "comments longer than the article",
    plain(
        p(P1, P2, NAME),
        after="<div><h4>Ý kiến bạn đọc (6)</h4>" + f"<div><b>Trần Thị Lụa</b>{p(REMARK)}</div>" * 6 + f"</div>{REST}",
    ),
    body=[P1, P2],
)
ABOUT = (
    "Quận Bến Nứa nằm ở phía nam thành phố, bên bờ sông Lam Giang, có diện tích hơn 20 ki-lô-mét vuông với 12 "
    "phường và gần "
    "200 nghìn dân, phần đông sống bằng nghề buôn bán và tiểu thủ công nghiệp lâu đời."
)
SIDE = f"<div class='right'><h3>Giới thiệu quận Bến Nứa</h3>{p(ABOUT) * 6}</div>"
case(
    "a column of prose before the article", page(f"{SIDE}<div><h1>{TITLE}</h1><div>{p(*BODY, NAME)}</div>{REST}</div>")
)
case(
    "a column of prose behind the article", page(f"<div><h1>{TITLE}</h1><div>{p(*BODY, NAME)}</div>{REST}</div>{SIDE}")
)
case(
    "related news above the text",
    plain(p(*BODY, NAME), head=f"<div><b>Tin liên quan</b><ul>{items()}</ul></div>", after=""),
)
case("related news in mid-text", plain(f"{p(P1, P2)}<div><b>Tin liên quan</b><ul>{items()}</ul></div>{p(P3, P4, NAME)}",
     after=""))  # fmt: skip
case(
    "single links to read on, in mid-text",
    plain(f"{p(P1)}<p><b>Xem thêm:</b> <a href='{OTHERS[0][0]}'>{OTHERS[0][1]}</a></p>{p(P2, P3)}"
          f"<p>&gt;&gt; <a href='{OTHERS[1][0]}'>{OTHERS[1][1]}</a></p>{p(P4, NAME)}", after=""),
)  # fmt: skip
case("other news in the landmark's own line", plain(p(*BODY, NAME), after="<p><b>Tin khác:</b> "
     + items("<a href='{}'>{}</a>; ") + "</p>"))  # fmt: skip
case("headings inside the links", plain(p(*BODY, NAME), after="<p><strong>Những tin cũ hơn</strong></p><ul>"
     + items("<li><em>&nbsp;</em><a href='{}'><h4>{}</h4></a> <em>(12/09/2020)</em></li>") + "</ul>"))  # fmt: skip
case("a category that is a landmark's word", page(f"<div>Thông báo</div><h1>{TITLE}</h1><div>Thông báo</div>"
     f"<div>{p(*BODY, NAME)}</div>{REST}"))  # fmt: skip
case("rating and comments linked above", plain(p(*BODY, NAME), head="<div><b>Đánh giá:</b> <a href='#1'>1</a></div>"
     "<div><a href='#bl'>Bình luận (2)</a></div>"))  # fmt: skip
case("other news with pictures and summaries", plain(p(*BODY, NAME), after="<div><h3>TIN KHÁC</h3>"
     + items(f"<p><a href='{{0}}'><img src='/t.jpg'></a><a href='{{0}}'>{{1}}</a><br>{P3}") + "</div>"))  # fmt: skip
case("other news in a table", plain(p(*BODY, NAME), after="<table><tr><td colspan=2><b>CÁC TIN KHÁC</b></td></tr>"
     + items("<tr><td>»</td><td><a href='{}'>{}</a> <i>(12/09)</i></td></tr>") + "</table>"))  # fmt: skip
case("a notice on copying, below", plain(p(*BODY, NAME), after="<div>Chú ý: Việc đăng lại bài này ở nơi khác mà không "
     f"ghi rõ nguồn là vi phạm bản quyền.</div>{REST}"))  # fmt: skip
case("links below in a box without a name", plain(p(*BODY, NAME), after=f"<div><ul>{items()}</ul></div>"), related=[])
case("a menu below the list of others", plain(p(*BODY, NAME), after=f"{REST}<div><b>Chuyên trang</b>"
     "<a href='/a'>Chuyên trang về cải cách hành chính</a></div>"))  # fmt: skip

for office in ("(Phòng Tư pháp)", "Công chức Văn hóa - Xã hội", "Trạm Khuyến nông"):
    case(f"the writer's office under the name: {office}", plain(p(*BODY, f"<b>{NAME}<br>{office}</b>")))
case("a figure whose caption stands below it", plain(p(P1, "<figure><img src='/a.jpg'></figure>", f"<em>{CAPTION}</em>",
     P2, P3, P4, NAME)), caption=CAPTION)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_article_is_read_whatever_its_markup(name):
    html, expected = CASES[name]
    article = extract(html.encode(), URL)
    assert article.title == expected["title"]
    assert (article.body or "").split("\n\n") == expected["body"]
    assert article.byline == expected["byline"]
    assert article.source == expected.get("source")
    assert article.lead == expected.get("lead")
    assert article.caption == expected["caption"]
    if "captions" in expected:
        assert [image.caption for image in article.images] == expected["captions"]
    if "credit" in expected:
        assert [image.credit for image in article.images] == [expected["credit"]]
    assert [link.url for link in article.links if link.kind == "related"] == expected["related"]
    assert not [link for link in article.links if link.kind == "notice"]


def test_documents_below_the_text_are_attachments():
    listed = (
        "<div>Tài liệu kèm theo:<table><tr><td><a href='/f/kh 12.pdf'>Kế hoạch số 12.pdf</a></td></tr></table></div>"
    )
    html = plain(p(P1, f"{P2} <a href='/f/mau.docx'>Mẫu đơn</a>", NAME), after=listed + REST)
    article = extract(html.encode(), URL)
    attached = [(link.url, link.title) for link in article.links if link.kind == "attachment"]
    assert attached == [(f"{SITE}/f/mau.docx", "Mẫu đơn"), (f"{SITE}/f/kh%2012.pdf", "Kế hoạch số 12.pdf")]
    assert "Tài liệu kèm theo" not in article.body


def test_a_page_cut_in_half_gives_what_came():
    html = plain(p(*BODY, NAME)).encode()
    article = extract(html[: html.index(P3.encode()) + 41], URL)
    assert article.title == TITLE
    assert article.body.startswith(f"{P1}\n\n{P2}\n\n")
    assert P3.startswith(article.body.split("\n\n")[2])
    assert article.links == []


@pytest.mark.parametrize("html", ["", " ", "<html></html>", "<p></p>", "<html><body><p>Đang bảo trì</p></body></html>"])
def test_a_page_without_an_article_gives_no_body(html):
    article = extract(html.encode(), URL)
    assert (article.body, article.byline, article.links) == (None, None, [])


def test_the_links_of_a_list_are_relative_to_the_pages_base():
    html = plain(
        p(*BODY, NAME), after="<div><h3>Tin khác</h3><ul><li><a href='b.html'>Bài khác của quận</a></li></ul></div>"
    )
    article = extract(html.replace("<head>", "<head><base href='/cu/'>").encode(), URL)
    assert [link.url for link in article.links] == [f"{SITE}/cu/b.html"]


@pytest.mark.parametrize(
    ("label", "section"),
    [("Phường", "Phường"), (f"{TITLE[:20]}...", None), (TITLE[:40], None), ("Xây dựng Đảng", "Xây dựng Đảng")],
)
def test_a_section_may_begin_the_title_and_a_cut_title_is_none(label, section):
    trail = f"<div class='breadcrumb'><a href='/'>Trang chủ</a> › <a href='/s'>{label}</a></div>"
    article = extract(page(f"{trail}<h1>{TITLE}</h1><div>{p(*BODY)}</div>"), URL)
    assert article.section == section


def test_a_sapo_before_a_subheading_is_the_sapo():
    article = extract(plain(f"<p><b>{SAPO}</b></p><h3>Hai tấn lục bình</h3>{p(*BODY)}").encode(), URL)
    assert article.lead == SAPO
    assert article.body.split("\n\n") == [SAPO, "Hai tấn lục bình", *BODY]


@pytest.mark.parametrize(
    "picture", ["<img src='/qc-728x90.gif'>", "<a href='https://khac.example.vn/'><img src='/x/468x60.jpg'></a>"]
)
def test_a_banner_in_the_text_is_no_picture_of_the_article(picture):
    article = extract(plain(f"{p(*BODY[:2])}<div>{picture}</div>{p(*BODY[2:])}").encode(), URL)
    assert article.images == []
    article = extract(plain(f"{p(*BODY[:2])}<div><img src='/anh-1024x683.jpg'></div>{p(*BODY[2:])}").encode(), URL)
    assert len(article.images) == 1


def test_a_caption_in_a_part_of_the_line_beside_its_picture():
    picture = f"<span><a class='modal' href='/b.jpg'>{IMG}</a></span>"
    figure = f"<div class='o'>{picture} <span class='imgCaption'>{CAPTION}</span></div>"
    article = extract(plain(figure + p(*BODY)).encode(), URL)
    assert [image.caption for image in article.images] == [CAPTION]
    assert article.body.split("\n\n") == BODY


FILES = {
    "by their addresses": "<a href='/vb/ke-hoach.pdf'>Kế hoạch</a>",
    "by their labels": "<a href='?download=1&id=0'>Tải về: <b>ke-hoach.pdf</b></a>",
    "by nothing but the heading": "<a href='/item/download/14_a.html'>Kế hoạch</a>",
}


@pytest.mark.parametrize("tags", ["", "<div><b>Từ khóa:</b> <a href='/tag/rach'>rạch</a></div>"], ids=["", "tags"])
@pytest.mark.parametrize("told", FILES)
def test_documents_offered_under_the_text_are_attachments_and_end_nothing(told, tags):
    files = f"{tags}<div><b>Tải file đính kèm:</b><ul><li>{FILES[told]}</li></ul></div>"
    article = extract(plain(p(*BODY), after=files + right("Nguồn: Báo Bến Nứa") * (not tags) + REST).encode(), URL)
    assert [link.kind for link in article.links] == ["attachment", "related", "related"]
    assert article.source == (None if tags else "Báo Bến Nứa")


@pytest.mark.parametrize(
    "signed",
    [f"{NAME}<br>(Phòng Y tế quận)", f"Tin, ảnh: {NAME}<br>Đài Truyền thanh quận", f"{NAME}<br>(Xóm 5, Bến Nứa)"],
)
def test_the_office_of_who_signs_and_a_document_below_keep_the_signature(signed):
    office = f"<p align='right'><i>{signed}</i></p>"
    article = extract(plain(p(*BODY) + office + "<p>Tài liệu: <a href='/vb/1.pdf'>Kế hoạch</a></p>").encode(), URL)
    assert article.byline == NAME
    assert article.body.split("\n\n") == [*BODY, "Tài liệu: Kế hoạch"]


@pytest.mark.parametrize("names", ["widget", "lien-quan"])
def test_a_subheading_goes_on_after_a_box_of_others_in_mid_text(names):
    box = f"<div class='{names}'><div><b>Tin liên quan</b></div><ul class='{names}'>{items()}</ul></div>"
    inner = p(*BODY[:2]) + box + "<h4>Giữ rạch sạch</h4>" + p(*BODY[2:])
    article = extract(plain(inner, after="").encode(), URL)
    assert article.body.split("\n\n") == [*BODY[:2], "Giữ rạch sạch", *BODY[2:]]
    assert [link.url for link in article.links] == RELATED


def test_a_title_that_a_script_prints_below_the_picture_is_its_caption():
    picture = f"<img class='caption' src='/a.jpg' alt='Rạch' title='{CAPTION}'>"
    assert extract(plain(f"<p>{picture}</p>{p(*BODY)}").encode(), URL).caption == CAPTION
    picture = picture.replace("class='caption'", "")
    assert extract(plain(f"<p>{picture}</p>{p(*BODY)}").encode(), URL).caption is None


def test_the_table_in_which_documents_are_offered_is_no_text():
    head = "<tr><th>Đính kèm</th><th>Kích thước</th></tr>"
    row = "<tr><td><a href='/files/ke-hoach-15.doc'>ke-hoach-15.doc</a></td><td>42.5 KB</td></tr>"
    article = extract(plain(f"{p(*BODY)}{right(NAME)}<table>{head}{row}</table>").encode(), URL)
    assert (article.body.split("\n\n"), article.byline) == (BODY, NAME)
    assert [link.kind for link in article.links] == ["attachment", "related", "related"]


def test_the_first_sentence_of_a_short_article_in_a_table_is_no_caption_of_the_picture_above_it():
    text = [
        "Hai mươi hộ trong hẻm vừa đóng tiền sửa lại cái cầu ván bắc qua rạch Ông Đội.",
        "Cầu cũ làm từ năm kia, ván mục, trẻ con đi học phải có người dắt.",
        "Ai có công góp công, hẻm định xong trước rằm.",
    ]
    html = f"<table><tr><td><h2>Góp tiền sửa cầu ván</h2>{IMG}<div class=nd>{p(*text)}</div></td></tr></table>"
    article = extract(page(html, title="Tin tức").encode(), URL)
    assert (article.body.split("\n\n"), article.caption) == (text, None)
    small = f"<table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}.</td></tr></table>"
    assert extract(plain(small + p(*BODY)).encode(), URL).caption == f"{CAPTION}."


@pytest.mark.parametrize("named", ["pTitle", "tieude", "news-title"])
def test_a_title_of_two_words_is_told_by_its_name_where_the_pages_says_the_sites(named):
    head = f"<div class=CatTitle>Phóng sự</div><div class={named}>Mùa biển động</div><div>12/09/2020 08:15</div>"
    for title in ("BAO BEN NUA ONLINE", "Báo Bến Nứa"):
        article = extract(page(f"{head}<div class=pBody>{p(*BODY)}</div>", title=title).encode(), URL)
        assert (article.title, article.date) == ("Mùa biển động", "2020-09-12")


def test_the_name_of_a_box_is_no_title_of_two_words():
    head = "<div class='box-title'>Tin tức</div>"
    article = extract(page(f"{head}<div class=pBody>{p(*BODY)}</div>", title=TITLE).encode(), URL)
    assert article.title == TITLE


SECTION = "Xây dựng Đảng"
TO_SECTION = f"<a href='/xay-dung-dang'>{SECTION}</a>"
HOME = "<a href='/'>Trang chủ</a>"


@pytest.mark.parametrize(
    "over",
    {
        "parted by icons": f"<div class=bc>{HOME}<i class='fa fa-angle-right'></i>{TO_SECTION}</div>",
        "parted by a dash": f"<div class=bc>{HOME} - {TO_SECTION}</div>",
        "the finer of two": f"<div class=sh-cat><a href='/tin'>Tin tức</a> <i>|</i> {TO_SECTION}</div>",
        "the first of two": f"<div class=sh-cat>{TO_SECTION}, <a href='/tin'>Mặt trận</a></div>",
        "in a line of its own before the article's box": f"<div class=nv><a href='/tin'>Tin tức</a>{TO_SECTION}</div>"
        f"<div class=zone>{TO_SECTION}</div>",
        "set like another box's heading": "<div class=hdr>TIÊU ĐIỂM</div>"
        f"<div class=hdr><i id=lblMenu>{SECTION}</i></div>",
    }.items(),
    ids=lambda case: case[0],
)
def test_the_section_is_told_by_the_line_over_the_title(over):
    article = extract(page(f"{over[1]}<div class=news><h2>{TITLE}</h2>{p(*BODY)}</div>{REST}").encode(), URL)
    assert (article.section, article.title) == (SECTION, TITLE)


@pytest.mark.parametrize(
    "over",
    [
        f"<div class=top>{HOME}{TO_SECTION}</div>",
        f"<div class=top>{HOME} - {TO_SECTION} - <a href='/x'>Văn bản</a> - <a href='/y'>Liên hệ</a></div>",
        f"<div class=top><span>{SECTION}</span></div>",
    ],
)
def test_a_menu_over_the_title_is_no_section(over):
    assert extract(page(f"{over}<div class=news><h2>{TITLE}</h2>{p(*BODY)}</div>{REST}").encode(), URL).section is None


def test_a_blogs_only_label_is_the_section():
    labels = "<div class=post-footer>Nhãn: <a href='/l/1'>Mặt trận</a>{}</div>"
    assert extract(plain(p(*BODY), after=labels.format("")).encode(), URL).section == "Mặt trận"
    two = labels.format(", <a href='/l/2'>thôn</a>")
    assert extract(plain(p(*BODY), after=two).encode(), URL).section is None


def test_tabs_open_the_lists_that_their_links_lead_to():
    first, second = (f"<a href='{path}'>{text}</a> (18/05/2020)" for path, text in OTHERS)
    labels = {"t1": "Tin mới hơn", "t2": "Tin đã đưa", "t3": "Đọc nhiều"}
    tabs = "".join(f"<li><a href='#{name}'>{label}</a></li>" for name, label in labels.items())
    panels = f"<div id=t1><ul><li>{first}</li></ul></div><div id=t2>{second}</div>"
    panels += "<div id=t3><a href='/x'>Quận mở lớp dạy bơi cho trẻ nhỏ</a></div>"
    article = extract(plain(p(*BODY), after=f"<ul class='nav nav-tabs'>{tabs}</ul><div>{panels}</div>").encode(), URL)
    assert [link.url for link in article.links] == RELATED
    assert article.body.split("\n\n") == BODY


def test_the_articles_before_and_after_in_one_line_are_related():
    (before, one), (after, two) = OTHERS
    line = f"<p>Bài trước: <a href='{before}'>{one}</a> / Bài tiếp theo: <a href='{after}'>{two}</a></p>"
    article = extract(plain(p(*BODY), after=line).encode(), URL)
    assert [(link.kind, link.url) for link in article.links] == [("related", url) for url in RELATED]


@pytest.mark.parametrize("sapo", [SAPO, "Hơn 120 đoàn viên cùng xuống rạch vớt lục bình."])
def test_a_sapo_set_bold_under_a_plain_title_is_not_the_title(sapo):
    head = f"<p>{TITLE}</p><p>12/09/2020 08:15</p><p><b>{sapo}</b></p>"
    article = extract(page(f"<div>{head}<div>{p(*BODY)}</div></div>{REST}", title="Trang chủ").encode(), URL)
    assert (article.title, article.lead, article.date) == (TITLE, sapo, "2020-09-12")
