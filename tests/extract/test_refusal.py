"""Pages that answer for an article and are none are refused with a reason; odd articles stay articles."""

import pytest

from newsarchive.extract.article import extract, reason_for_refusal
from newsarchive.extract.messages import message

URL = "https://bennua.example.gov.vn/tin-tuc/x-12.html"
TITLE = "Phường Bến Nứa ra quân dọn rạch Ông Đội trước mùa mưa"
TEXT = [
    "Sáng 12/9, phường Bến Nứa phối hợp Đoàn Thanh niên quận ra quân dọn rạch Ông Đội, vớt hơn hai tấn lục bình và "
    "rác.",
    "Ông Trần Hữu Lộc, Chủ tịch phường, cho biết đoạn rạch dài 800 mét sẽ được kè lại trong quý tới bằng vốn của quận.",
    "Bà con hai bên bờ góp ghe, góp cơm trưa; mấy cụ lớn tuổi nhổ cỏ quanh miếu và trồng lại hàng dừa nước.",
]
HEADLINES = [
    "Chợ Bến Nứa có thêm bãi giữ xe cho người đi chợ sớm",
    "Trạm y tế phường khám mắt miễn phí cho người cao tuổi",
    "Lớp bơi mùa hè nhận thêm một trăm em nhỏ ven kênh",
    "Hội Phụ nữ trao học bổng cho con hội viên vượt khó",
    "Đội dân phòng khu phố 4 tập chữa cháy bằng xe ba gác",
    "Khánh thành cầu ván mới thay cây cầu khỉ cuối cùng",
    "Thư viện phường mở cửa cả buổi tối phục vụ học trò",
    "Tổ nhân dân 12 làm đường hẻm bằng tiền tiết kiệm",
]
TEASERS = [
    "Từ đầu tháng, bãi xe nhận cả xe ba gác chở rau, giá giữ không đổi so với trước đây.",
    "Các bác sĩ bệnh viện quận khám cho hơn 200 cụ, phát kính và thuốc nhỏ mắt.",
    "Mỗi khóa mười hai buổi, em nào cũng phải tự nổi được một phút mới coi là xong.",
    "Ba mươi suất học bổng do tiểu thương chợ góp, mỗi suất một triệu đồng.",
    "Xe ba gác gắn máy bơm vào được những con hẻm mà xe chữa cháy không vào nổi.",
    "Cầu dài 24 mét, rộng hai mét rưỡi, do bà con góp hơn một nửa tiền làm.",
    "Buổi tối có sinh viên tình nguyện kèm các em học toán và tiếng Anh.",
    "Hơn bốn mươi hộ góp mỗi ngày một ngàn đồng trong suốt hai năm.",
]


def portal(main, *, title="Tin tức - Cổng thông tin Quận Bến Nứa", aside="", head=""):
    """A page as portals make them: masthead, menu, the part that changes, a column of boxes, the imprint."""
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        '<div id="header"><a href="/">Trang chủ</a><span>Thứ Hai, ngày 14/09/2020</span></div>'
        '<ul class="menu"><li><a href="/gioi-thieu">Giới thiệu</a></li><li><a href="/tin-tuc">Tin tức - Sự '
        "kiện</a></li>"
        '<li><a href="/van-ban">Văn bản chỉ đạo điều hành</a></li><li><a href="/lien-he">Liên hệ</a></li></ul>'
        f'<div class="main">{main}</div><div class="right">{aside}</div>'
        '<div id="footer">Bản quyền thuộc Ủy ban nhân dân Quận Bến Nứa. Địa chỉ: 12 Kênh Xáng. Điện thoại: '
        "028.000.000</div>"
        "</body></html>"
    )


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def judge(page):
    return reason_for_refusal(extract(page.encode(), URL))


LOGIN_BOX = (
    '<div class="box"><h3>Đăng nhập</h3><form><input type="text" name="user"><input type="password" name="pass">'
    '<input type="submit" value="Đăng nhập"></form></div>'
)
NEWS_BOX = "<div class='box'><h3>Tin mới</h3><ul>" + "".join(
    f"<li><a href='/tin-tuc/{n}.html'>{line}</a></li>" for n, line in enumerate(HEADLINES, 30)
)
ARTICLE = f"<h1>{TITLE}</h1><div class='date'>Ngày đăng: 13/09/2020</div>{paragraphs(*TEXT)}"

# What sites say, and the word of the reason by which it is told.
SAID = {
    "no such page": [
        "Không tìm thấy trang bạn yêu cầu",
        "Không tìm thấy bài viết",
        "Rất tiếc, chúng tôi không tìm thấy nội dung bạn yêu cầu!",
        "Trang bạn tìm không tồn tại hoặc đã được chuyển đi.",
        "Nội dung bạn yêu cầu không tồn tại hoặc đã bị xóa.",
        "Bài viết này không tồn tại hoặc đã bị xóa khỏi hệ thống",
        "Tin bạn đang xem không còn tồn tại",
        "Bài viết đã bị gỡ",
        "Lỗi 404: Không tìm thấy trang",
        "404 - Không tìm thấy bài viết",
        "404 Not Found",
        "Error 404",
        "Không có dữ liệu",
        "Đường dẫn không tồn tại, vui lòng kiểm tra lại",
        "Oops! That page can’t be found.",
        "The requested URL /tin-tuc/12.html was not found on this server.",
        "Page not found",
        "The resource you are looking for has been removed, had its name changed, and could not be found.",
        "Xin lỗi, trang này không còn tồn tại",
        "Không tìm thấy thông tin",
        "Dữ liệu không tồn tại",
    ],
    "one may not see it": [
        "Bạn không có quyền truy cập",
        "Bạn không có quyền xem nội dung này",
        "Bạn không có các quyền cần thiết để truy cập trang này",
        "Bạn chưa được cấp quyền truy cập",
        "Bạn phải đăng nhập để xem nội dung này",
        "Vui lòng đăng nhập để tiếp tục",
        "403 Forbidden",
        "Access Denied",
        "You do not have the roles required to access this portlet.",
        "Trang này chỉ dành cho thành viên",
    ],
    "maintenance": [
        "Website đang bảo trì, vui lòng quay lại sau",
        "Hệ thống đang được nâng cấp. Xin quý vị thông cảm!",
        "Cổng thông tin điện tử huyện Bến Nứa đang bảo trì",
        "Trang web đang trong quá trình xây dựng",
        "Nội dung đang được cập nhật",
        "Under construction",
        "The site is currently under maintenance",
        "Website đang tạm ngưng hoạt động",
    ],
    "the site's programs": [
        "Warning: mysql_connect(): Access denied for user 'web'@'localhost' in /home/web/inc/db.php on line 12",
        "Fatal error: Call to undefined function tin() in C:\\\\web\\\\tin.php on line 3",
        "Server Error in '/' Application.",
        "Runtime Error",
        "HTTP Error 500.19 - Internal Server Error",
        "503 Service Unavailable",
        "Error establishing a database connection",
        "Không thể kết nối cơ sở dữ liệu",
        "Lỗi kết nối đến máy chủ",
        "Microsoft OLE DB Provider for SQL Server error '80004005'",
        "SQLSTATE[HY000] [2002] Connection refused",
        "Object reference not set to an instance of an object.",
        "Có lỗi xảy ra trong quá trình xử lý. Vui lòng thử lại!",
        "Đã xảy ra lỗi. Vui lòng thử lại sau",
        "Lỗi hệ thống",
        "Thông báo lỗi",
        "Sorry, something went wrong",
        "Asset Publisher is temporarily unavailable.",
    ],
    "a person reads": [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Checking your browser before accessing bennua.example.gov.vn",
        "Xác nhận bạn không phải là robot",
        "Vui lòng nhập mã bảo mật bên dưới để tiếp tục",
        "Please enable JavaScript and cookies to continue",
        "Request unsuccessful. Incapsula incident ID: 12-34",
    ],
    "another page": ["Object moved to here.", "301 Moved Permanently", "Đang chuyển hướng..."],
    "seller of names": [
        "Tên miền này đang được rao bán",
        "This domain is for sale",
        "bennua.example.vn domain is parked",
        "Account Suspended",
        "Website này đã bị tạm ngưng",
        "Welcome to nginx!",
        "Apache2 Ubuntu Default Page: It works",
        "IIS Windows Server",
        "Index of /tin-tuc",
    ],
}
MESSAGES = [(what, line) for what, lines in SAID.items() for line in lines]
# Ways in which a message is set.
SETTINGS = {
    "in a heading": lambda line: portal(f"<h1>{line}</h1>"),
    "in a heading with a way back": lambda line: portal(
        f"<h2>{line}</h2><p>Mời bạn <a href='/'>quay lại trang chủ</a> hoặc dùng ô tìm kiếm ở trên.</p>"
    ),
    "in the page's title": lambda line: portal(f"<p>{line}</p>", title=f"{line} - Quận Bến Nứa"),
    "in a line under the site's name": lambda line: portal(f"<h1>Quận Bến Nứa</h1><p class='alert'>{line}</p>"),
    "in a page of its own": lambda line: (
        f"<html><head><title>{line}</title></head><body><h1>{line}</h1><hr></body></html>"
    ),
    "beside the news and a login box": lambda line: portal(
        f"<div class='thongbao'><strong>{line}</strong></div>", aside=LOGIN_BOX + NEWS_BOX + "</ul></div>"
    ),
}


@pytest.mark.parametrize(("what", "line"), MESSAGES)
def test_a_message_is_known_by_its_words(what, line):
    assert what in message(line)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("what", "line"), MESSAGES)
def test_a_page_that_only_says_so_is_refused_with_its_words(setting, what, line):
    reason = judge(SETTINGS[setting](line.replace("<", "&lt;")))
    assert what in reason
    assert line[:20] in reason


def test_a_message_above_the_teasers_of_other_articles_is_refused():
    teasers = "".join(f"<p>{teaser}</p>" for teaser in TEASERS[:4])
    for main in (
        f"<h2>Không tìm thấy bài viết bạn yêu cầu</h2><div>{teasers}</div>",
        f"<h1>Bài viết không tồn tại</h1>{paragraphs(*TEXT)}",
    ):
        assert "has no such page" in judge(portal(main))


@pytest.mark.parametrize(
    "page",
    [
        portal(f"<h2>Đăng nhập hệ thống</h2>{LOGIN_BOX}", title="Đăng nhập"),
        portal(LOGIN_BOX),
        "<html><head><title>Đăng nhập SSO - VNPT</title></head><body><form><p>Hệ thống xác thực tập trung dành cho "
        "cán bộ, công"
        " chức của tỉnh.</p><input name=u><input type=password name=p></form></body></html>",
        "<html><head><title>Central Authentication Service</title></head><body><h1>CAS</h1><form><input "
        "type='PASSWORD'></form>"
        "<p>For security reasons, please log out when you are done.</p></body></html>",
        portal("<h1>Sign in to your account</h1><form><input type='password'></form>"),
        portal("<h1>Login</h1><div id='app'></div>"),
    ],
)
def test_a_login_is_refused(page):
    assert "a login" in judge(page)


def rows(count, teaser, item):
    return "".join(item.format(n=n, line=HEADLINES[n], teaser=TEASERS[n] if teaser else "") for n in range(count))


@pytest.mark.parametrize(
    "item",
    [
        "<h3><a href='/tin-tuc/{n}.html'>{line}</a></h3><p>{teaser}</p>",
        "<div class='item'><a href='/tin-tuc/{n}.html'><img src='/{n}.jpg'></a><div><a "
        "href='/tin-tuc/{n}.html'>{line}</a>"
        "</div><div class='date'>1{n}/09/2020</div><div class='sapo'>{teaser}</div></div>",
        "<table><tr><td><img src='/{n}.jpg'></td><td><a href='/tin-tuc/{n}.html'><b>{line}</b></a><br>{teaser}</td>"
        "</tr></table>",
        "<li><a href='/tin-tuc/{n}.html'>{line}</a><p>{teaser} <a href='/tin-tuc/{n}.html'>Xem tiếp</a></p></li>",
    ],
)
@pytest.mark.parametrize("count", [5, 8])
@pytest.mark.parametrize("heading", ["<h1>Tin tức - Sự kiện</h1>", "", "<h2>Hoạt động của quận</h2>"])
def test_a_listing_with_teasers_is_refused_with_their_number(item, count, heading):
    reason = judge(portal(heading + rows(count, True, item)))
    assert reason == f"a listing, with the headlines of {count} articles"


@pytest.mark.parametrize("date", ["", " (1{n}/9/2020)"])
def test_a_list_of_headlines_is_refused(date):
    page = portal(
        "<h1>Tin tức</h1><ul>" + rows(8, False, f"<li><a href='/tin-tuc/{{n}}.html'>{{line}}</a>{date}</li>") + "</ul>"
    )
    assert "a listing, with the headlines of 8 articles" in judge(page)


ENGLISH = [
    "On the morning of 12 September, the Ben Nua ward and the district's youth union cleaned the Ong Doi canal, "
    "taking more"
    " than two tons of water hyacinth and rubbish out of it.",
    "Mr Tran Huu Loc, chairman of the ward, said that the banks of the canal would be rebuilt in the next quarter "
    "with money"
    " of the district, and thanked the people who lent their boats.",
]


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("Ben Nua ward cleans the Ong Doi canal", ENGLISH, "words could be Vietnamese"),
        (
            "Le quartier de Bến Nứa nettoie le canal",
            [
                "Le comité populaire du quartier a organisé hier le nettoyage du canal avec les habitants des "
                "deux rives, qui ont prêté leurs barques et préparé le repas pour les volontaires venus de la ville."
            ],
            "words could be Vietnamese",
        ),
        (
            "本那坊清理翁队渠",
            ["九月十二日上午，本那坊与郡青年团清理翁队渠，捞起两吨多水葫芦和垃圾。" * 3],
            "another script",
        ),
        ("ភូមិបេនញ៉ា", ["នៅព្រឹកថ្ងៃទី១២ ខែកញ្ញា សង្កាត់បានសម្អាតប្រឡាយ។ " * 4], "another script"),
    ],
)
def test_an_article_in_another_language_is_refused_with_the_figures(title, text, told):
    reason = judge(portal(f"<h1>{title}</h1>{paragraphs(*text)}"))
    assert reason.startswith("not in Vietnamese: ")
    assert told in reason


def test_a_page_of_menus_is_refused():
    assert judge(portal("")) == "no title and no body found on the page"
    assert "no body" in judge(portal("<h1>Giới thiệu</h1>"))


def test_the_words_of_a_reason_are_cut_and_in_one_line():
    line = "Không tìm thấy trang bạn yêu cầu. Vui lòng kiểm tra lại\n địa chỉ hoặc quay về trang chủ của Cổng thông tin"
    reason = judge(portal(f"<h1>{line}</h1>"))
    assert len(reason) < 150
    assert "\n" not in reason
    assert reason.endswith("…”")


def test_an_article_that_lost_its_text_is_no_listing_for_the_lists_below_it():
    others = rows(8, False, "<li><a href='/tin-tuc/{n}.html'>{line}</a></li>")
    assert judge(portal(f"<h1>{TITLE}</h1><h3>Tin khác</h3><ul>{others}</ul>")) == "no body found on the page"


# Articles


SHORT = "Hội Chữ thập đỏ quận sẽ tiếp nhận máu tại nhà văn hóa phường vào sáng chủ nhật này."
KEPT = {
    "an article": portal(ARTICLE),
    "beside a login box and the news": portal(ARTICLE, aside=LOGIN_BOX + NEWS_BOX + "</ul></div>"),
    "a very short one beside a login box": portal(f"<h1>{TITLE}</h1><p>{SHORT}</p>", aside=LOGIN_BOX),
    "of a new way to log in": portal(
        "<h1>Đăng nhập một lần cho mọi dịch vụ công của quận</h1>"
        + paragraphs(
            "Từ ngày 1/10, người dân chỉ cần đăng nhập một lần bằng tài khoản định danh để nộp hồ sơ ở mọi phòng ban.",
            "Ai quên mật khẩu thì ra bộ phận một cửa, mang theo giấy tờ tùy thân, cán bộ sẽ giúp đặt lại ngay tại chỗ.",
        ),
        aside=LOGIN_BOX,
    ),
    "of a login in two lines": portal(f"<h1>Hướng dẫn đăng nhập hệ thống</h1><p>{SHORT}</p>", aside=LOGIN_BOX),
    "of a site under maintenance": portal(
        "<h1>Cổng thông tin điện tử quận tạm ngưng hoạt động để bảo trì</h1><div class='date'>Ngày đăng: "
        "13/09/2020</div>"
        "<p>Từ 22 giờ ngày 15/9 đến 5 giờ sáng hôm sau, Cổng thông tin tạm ngưng để thay máy chủ.</p>"
    ),
    "of a search without end": portal(
        "<h1>Không tìm thấy nạn nhân vụ lật ghe trên kênh Xáng</h1><p>Công an quận tìm kiếm thêm vào sáng chủ nhật.</p>"
    ),
    "of information that is wrong": portal(
        "<h1>Thông tin không đúng về dịch bệnh trên mạng xã hội</h1>" + paragraphs(TEXT[0])
    ),
    "of a file found": portal("<h1>Không tìm thấy thông tin người gửi trên hộp thuốc</h1>" + paragraphs(TEXT[0])),
    "of an error": portal("<h1>Lỗi hệ thống tưới khiến trăm công rau thiếu nước</h1>" + paragraphs(TEXT[1])),
    "of works": portal("<h1>Hệ thống kênh mương đang được nâng cấp</h1>" + paragraphs(TEXT[1])),
    "of a farm that is built": portal("<h1>Trang trại bò sữa đang xây dựng tại ấp 3</h1>" + paragraphs(TEXT[1])),
    "of advice": portal("<h1>Có lời khuyên nào cho người trồng rau?</h1>" + paragraphs(TEXT[1])),
    "of an incident": portal("<h1>Xảy ra sự cố sạt lở bờ kênh Xáng</h1>" + paragraphs(TEXT[1])),
    "of 500 gifts": portal("<h1>500 suất quà đến với người nghèo</h1>" + paragraphs(TEXT[1])),
    "of 404 trees": portal("<h1>404 cây xanh được trồng ven rạch</h1>" + paragraphs(TEXT[1])),
    "of domain names": portal(
        "<h1>Tên miền tiếng Việt được người dân chú ý</h1>" + paragraphs(TEXT[1], TEXT[0], TEXT[2])
    ),
    "that quotes a message": portal(
        f"<h1>{TITLE}</h1>{paragraphs(TEXT[0])}<p>Không tìm thấy trang.</p>{paragraphs(TEXT[1], TEXT[2])}"
    ),
    "with an empty box beside it": portal(
        f"<h1>{TITLE}</h1><p>{SHORT}</p>", aside="<div><p>Không có dữ liệu</p></div>"
    ),
    "below a warning of PHP's": "<b>Notice</b>: Undefined index: id in /home/web/tin.php on line 3" + portal(ARTICLE),
    "typed without marks": portal(
        "<h1>Phuong Ben Nua ra quan don rach Ong Doi</h1>"
        + paragraphs(
            "Sang 12/9, phuong Ben Nua phoi hop Doan Thanh nien quan ra quan don rach Ong Doi, vot hon hai tan luc "
            "binh va rac"
            " thai truoc mua mua. Ong Tran Huu Loc, Chu tich phuong, cho biet doan rach nay se duoc ke lai trong "
            "quy toi.",
            "Ba con hai ben bo gop ghe, gop com trua; may cu lon tuoi nho co quanh mieu va trong lai hang dua nuoc.",
        )
    ),
    "in two languages": portal(f"<h1>{TITLE}</h1>{paragraphs(*TEXT, *ENGLISH)}"),
    "two lines under a film": portal(
        f"<h1>Video: Ngày hội bánh dân gian Bến Nứa</h1><video src='/a.mp4'></video><p>{SHORT}</p>",
        aside=NEWS_BOX + "</ul></div>",
    ),
    "of photos": portal(
        "<h1>Chùm ảnh: Chợ nổi Bến Nứa ngày giáp Tết</h1>"
        + "".join(f"<figure><img src='/anh/{n}.jpg'><figcaption>{TEASERS[n]}</figcaption></figure>" for n in range(6))
    ),
    "of a table alone": portal(
        "<h1>Thông báo lịch tiếp công dân quý IV</h1><table>"
        + "".join(
            f"<tr><td>Phường {name}</td><td>1{n}/10/2020</td><td>8 giờ</td></tr>"
            for n, name in enumerate(("Bến Nứa", "Cầu Ván", "Rạch Dừa", "An Lạc"))
        )
        + "</table>"
    ),
    "with a long list of others below": portal(
        f"<h1>{TITLE}</h1><div class='date'>13/09/2020</div>{paragraphs(SHORT)}<h3>Tin khác</h3><ul>"
        + rows(8, False, "<li><a href='/tin-tuc/{n}.html'>{line}</a></li>")
        + "</ul>"
    ),
    "with a list of others below that has no name": portal(
        f"<h1>{TITLE}</h1><div>{paragraphs(*TEXT)}</div><ul>"
        + rows(8, False, "<li><a href='/tin-tuc/{n}.html'>{line}</a></li>")
        + "</ul>"
    ),
    "with other news between its paragraphs": portal(
        f"<h1>{TITLE}</h1><div>{paragraphs(TEXT[0])}<p><a href='/tin-tuc/1.html'>{HEADLINES[1]}</a></p>"
        f"{paragraphs(TEXT[1])}<p><a href='/tin-tuc/2.html'>{HEADLINES[2]}</a></p>{paragraphs(TEXT[2], *TEASERS)}</div>"
    ),
    "with a box of news in its middle": portal(
        f"<h1>{TITLE}</h1><div>{paragraphs(TEXT[0], TEXT[1])}<ul>"
        + rows(5, False, "<li><a href='/tin-tuc/{n}.html'>{line}</a></li>")
        + f"</ul>{paragraphs(TEXT[2])}</div>"
    ),
    "that sums up what other papers write": portal(
        "<h1>Điểm báo ngày 14/9</h1>"
        + "".join(
            f"<p><a href='https://bao{n}.example/tin.html'>{HEADLINES[n]}</a></p><p>{TEASERS[n]}</p>" for n in range(6)
        )
    ),
    "with documents to fetch": portal(
        "<h1>Các văn bản mới về trật tự đô thị</h1>"
        + paragraphs(*TEXT)
        + "".join(
            f"<p><a href='/files/{n}.pdf'>Quyết định số {n} về việc sắp xếp vỉa hè chợ</a></p><p>{TEASERS[n]}</p>"
            for n in range(3)
        )
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_an_article_stays_one(name):
    article = extract(KEPT[name].encode(), URL)
    assert reason_for_refusal(article) is None
    assert article.title
    assert article.body


@pytest.mark.parametrize(
    "line",
    [
        TITLE,
        *HEADLINES,
        *TEASERS,
        "Không tìm thấy dấu vết chiếc ghe chở lúa",
        "Bài viết hay về người giữ rừng",
        "Dữ liệu đất đai đã được số hóa xong",
        "Văn bản đã ký sẽ có hiệu lực từ tháng sau",
        "Liên kết bốn nhà trong trồng lúa",
        "Thông báo",
        "Thông báo về việc cấp quyền sử dụng đất",
        "Bạn có quyền khiếu nại",
        "Ban không có đủ cán bộ",
        "Tài khoản an sinh xã hội",
        "Trang web của quận có giao diện mới",
        "Cổng thông tin điện tử quận có thêm chuyên mục hỏi đáp",
        "Website quận đứng đầu về số lượt truy cập",
    ],
)
def test_a_line_of_news_is_no_message(line):
    assert message(line) is None
