"""Gambling spam on an abandoned domain, and news that speaks of gambling. All of it is made up."""

import re

import pytest

from newsarchive.extract import strangers
from newsarchive.extract.strangers import gambling
from newsarchive.vietnamese.text import fold

SPAM = {
    "bookmaker": """Sen88 – Nhà cái uy tín số 1 châu Á năm 2026
        Sen88 là nhà cái cá cược trực tuyến hàng đầu, mang đến cho người chơi kho trò chơi đẳng cấp: casino trực tuyến,
        thể thao, nổ hũ, bắn cá đổi thưởng. Đăng ký ngay hôm nay để nhận khuyến mãi nạp lần đầu 150%. Nạp rút nhanh
        chóng, hỗ trợ 24/7. Link vào Sen88 mới nhất không bị chặn.""",
    "dice": """Tài xỉu online đổi thưởng: cách chơi luôn thắng
        Tài xỉu là trò chơi được nhiều người chơi yêu thích tại các cổng game uy tín. Bên cạnh đó còn có xóc đĩa, bầu
        cua,
        game bài đổi thưởng. Tải app ngay để trải nghiệm đồ hoạ đỉnh cao, tân thủ được tặng 50k.""",
    "lottery": """Soi cầu XSMB hôm nay – dự đoán lô đề chính xác 100%
        Chuyên trang soi cầu xổ số miền Bắc uy tín hàng đầu. Chốt số lô đề siêu chuẩn, tỷ lệ trả thưởng 1 ăn 99 tại nhà
        cái hoa999. Đăng ký tài khoản để nhận ưu đãi, nạp rút trong một phút.""",
    "slots": """Slot game nổ hũ dễ trúng jackpot nhất 2026
        Tổng hợp slot nổ hũ tại casino Bến88. Khuyến mãi hoàn trả không giới hạn, quay hũ mỗi ngày, nhận ngay thưởng
        chào
        mừng. Truy cập ngay link đăng nhập chính thức để không bỏ lỡ.""",
    "football": """Kèo nhà cái hôm nay – Tỷ lệ kèo bóng đá trực tuyến
        Cập nhật tỷ lệ kèo, kèo châu Á, kèo tài xỉu mới nhất. Cược bóng đá tại nhà cái 8xbet uy tín, thưởng nạp hấp
        dẫn, hoàn
        tiền mỗi tuần. Tham gia ngay, nạp tiền siêu tốc.""",
    "plain letters": """Nha cai sen88 uy tin hang dau
        Ca cuoc the thao, casino truc tuyen, xoc dia, no hu. Dang ky ngay nhan khuyen mai, nap rut nhanh, cskh 24/7.""",
    "indonesian": """Situs Slot Gacor Maxwin Resmi Terpercaya
        Daftar situs judi slot gacor hari ini, togel, bonus deposit new member, login resmi.""",
    "chinese": "博彩平台 彩票注册 娱乐城优惠 体育投注官网 真人娱乐场下载 老虎机平台注册优惠",
    "disguised": """Công an cảnh báo? Sự thật về nhà cái Lan79
        Nhiều người hỏi Lan79 có lừa đảo không. Thực tế Lan79 là nhà cái casino, tài xỉu, nổ hũ được cấp phép, uy tín
        hàng
        đầu. Người chơi đăng ký ngay để nhận khuyến mãi, tặng 100k, nạp rút siêu tốc, minh bạch, xanh chín, đẳng
        cấp.""",
}
NEWS = {
    "raid": """Công an huyện Sông Trăng triệt phá đường dây cá độ bóng đá qua mạng
        Ngày 12/6, Công an huyện phối hợp khám xét nơi ở của 5 đối tượng trong đường dây tổ chức đánh bạc bằng hình
        thức cá
        độ bóng đá, tài xỉu, xóc đĩa, lô đề trên trang nhà cái trực tuyến. Các đối tượng nhận tài khoản đại lý, chia cho
        người chơi, nạp tiền, rút tiền và hưởng hoa hồng. Cơ quan điều tra đã tạm giữ hình sự, thu giữ tang vật.""",
    "court": """Xét xử lưu động vụ án đánh bạc bằng hình thức ghi lô đề
        Toà án nhân dân huyện mở phiên toà xét xử bị cáo ghi số đề, lô đề dựa trên kết quả xổ số, cá cược bóng đá. Bị
        cáo
        khai dùng tin nhắn để nhận bảng, trả thưởng. Bản án tuyên phạt 12 tháng tù.""",
    "warning": """Cảnh báo lừa đảo qua cờ bạc trực tuyến
        Công an huyện khuyến cáo người dân cảnh giác với các trang casino, tài xỉu, nổ hũ, bắn cá đổi thưởng quảng
        cáo "uy
        tín", "khuyến mãi nạp lần đầu", "tặng 100k", "nạp rút nhanh". Đây là hành vi lừa đảo, vi phạm pháp luật.""",
    "lottery company": """Công ty Xổ số kiến thiết trao nhà tình thương
        Công ty Xổ số kiến thiết tỉnh Lam Giang trao ba căn nhà cho người nghèo xã Bình Khê, trị giá 180 triệu đồng.""",
    "resort": """Đoàn khảo sát dự án khu nghỉ dưỡng
        Dự án gồm khách sạn, sân gôn và một casino theo quy hoạch đã được phê duyệt; huyện đề nghị chủ đầu tư minh
        bạch, bảo
        đảm uy tín và hỗ trợ người dân.""",
    "trade": """Tuần lễ khuyến mãi kích cầu tiêu dùng
        Hơn 40 gian hàng tham gia, nhiều ưu đãi, tặng quà, hoàn tiền khi mua hàng Việt; hỗ trợ 24/7, đăng ký ngay tại
        phường.""",
    "roads": "Nâng cấp QL91 và DT868\nHai tuyến QL91 và DT868 qua huyện được tráng nhựa, kinh phí 79 tỷ đồng.",
    "short": "Thông báo\nLịch tiếp công dân.",
}


@pytest.mark.parametrize("text", SPAM.values(), ids=SPAM)
def test_what_sells_gambling_is_told(text):
    assert gambling(text)


@pytest.mark.parametrize("text", NEWS.values(), ids=NEWS)
def test_news_is_not(text):
    assert gambling(text) is None


def test_news_with_a_little_spam_pasted_in_is_news():
    news = "\n\n".join([*NEWS.values()] * 3)
    assert gambling(news + "\n" + SPAM["dice"]) is None


def test_a_long_text_with_a_little_spam_in_it_is_no_strangers():
    """A comment pasted under an article, or a hacked page's hidden line."""
    story = "Bà con ấp Bình Khê góp công sửa cầu ván, trồng hoa hai bên đường làng và thắp sáng từng ngõ nhỏ. " * 120
    assert gambling(story + SPAM["dice"]) is None
    assert gambling(story[:500] + SPAM["dice"])


def test_it_says_which_words_show_it():
    assert gambling(SPAM["bookmaker"]) == "nha cai, ca cuoc, casino, no hu, sen88"


def test_every_ware_is_looked_for_in_both_spellings():
    """What is looked for first, as it is written, covers all that is looked for then, folded."""
    plain = [fold(hint) for hint in strangers._HINTS]
    wares = [re.sub(r"\(.*|\?|\)", "", ware) for ware in strangers._WARES.split("|")]
    assert not [ware for ware in wares if not ware.startswith(" ") and not any(hint in ware for hint in plain)]
