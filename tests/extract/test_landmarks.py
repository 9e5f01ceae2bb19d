"""The lines that divide a page, and the lines of an article that only begin like them."""

import unicodedata

import pytest

from newsarchive.extract.landmarks import (
    COMMENTS,
    NOTICES,
    POPULAR,
    RELATED,
    TAGS,
    is_certain,
    is_footer_line,
    is_most_read,
    is_tags_line,
    is_tool_line,
    landmark,
    plain,
)

KINDS = {
    RELATED: (
        "Tin khác|TIN KHÁC|» Các tin khác:|Các tin khác (12/09/2020)|Tin tức khác|Những tin mới hơn|Những tin cũ hơn|"
        "Bài viết liên quan|BÀI VIẾT LIÊN QUAN|Có liên quan|Tin liên quan Xem tất cả|Tin cùng chuyên mục|"
        "Các bài viết cùng chuyên mục khác|Tin đã đưa|Các tin đã đưa:|Tin bài khác|Một số tin khác|Xem thêm|Đọc thêm:|"
        "Bài trước|Tin tiếp theo|Có thể bạn quan tâm|Bạn cũng có thể thích|Có thể bạn sẽ thích|"
        "You may also like|Bài viết tương tự|Related posts|Tin mới cùng chuyên mục|Các tin trước đó|Tin, bài liên quan|"
        "Tin - bài khác|Tin tức - Sự kiện liên quan|Các tin cùng thể loại|Bài viết khác cùng mục|Tin khác trong mục|"
        "Tin đọc thêm|Mời xem thêm|Tham khảo thêm:|Cùng chủ đề này|Xem thêm trong thể loại này:|Theo dòng sự kiện|"
        "Related items|More in this category:|Các tin khác đã đưa|Các bài mới|Tin đã phát"
    ),
    NOTICES: "Thông báo|THÔNG BÁO|Thông báo mới (3)|Các thông báo:",
    COMMENTS: "Ý kiến bạn đọc|Ý kiến bạn đọc (0)|Tổng lượt bình luận: 3|Bình luận|Gửi bình luận|refresh|Mã xác nhận|"
    "Viết một bình luận|Ý kiến - Bình luận|Ý kiến của bạn đọc|Bình luận của bạn đọc (3)",
    POPULAR: "Tin đọc nhiều|Xem nhiều nhất|Tin mới|Bài viết gần đây|Liên kết website|Thống kê truy cập|Đăng nhập",
    TAGS: "Từ khóa|Từ khoá:|Tags|Thẻ:",
}
LANDMARKS = [(text, kind) for kind, texts in KINDS.items() for text in texts.split("|")]


@pytest.mark.parametrize(("text", "kind"), LANDMARKS)
def test_a_landmark_is_known_in_any_dress(text, kind):
    assert landmark(text) == kind
    assert landmark(unicodedata.normalize("NFD", text)) == kind


@pytest.mark.parametrize(
    "text",
    "Bạn có thể thích nghi với hạn mặn|"
    "Tin, ảnh: Xuân Hạ|Bài - ảnh|Tin, bài hay nhất tháng|Mời xem hát bội|Cùng thể loại vải|"
    "Tin vui từ xóm chài|Thông báo kết quả thi tuyển viên chức|Bình luận viên trẻ của phường|Ý kiến của cử tri|"
    "Tin khác với lời đồn, chợ vẫn họp|Liên quan vụ cháy chợ|Xem thêm người ta làm gì|Các bài học khác|Khác|Tin|".split(
        "|"
    ),
)
def test_a_line_that_begins_like_a_landmark_is_none(text):
    assert landmark(text) is None


def test_words_of_every_day_are_no_certain_landmarks():
    assert is_certain("Ý kiến bạn đọc (2)")
    assert not is_certain("Ý kiến")
    assert not is_certain("Đánh giá:")


@pytest.mark.parametrize(("text", "most_read"), [("Tin đọc nhiều", True), ("Xem nhiều", True), ("Tin mới", False)])
def test_boxes_of_most_read_news(text, most_read):
    assert is_most_read(text) is most_read


@pytest.mark.parametrize(
    "text",
    [
        *"In|In bài viết|In trang này|Bản in|In ấn|Gửi email|Gửi cho bạn bè|Gửi tin qua email|"
        "Gửi bài viết này cho bạn bè|"
        "Chia sẻ|Chia sẻ:|Chia sẻ bài viết|Chia sẻ lên Facebook|Facebook|Facebook Zalo Twitter|"
        "Share on Facebook|Email|Lưu|"
        "Lượt xem: 1.234|Số lần đọc: 12|1203 lượt xem|Đã xem: 45|Views: 12|Quay lại|Trở về|Trở về trang trước|"
        "Về đầu trang|"
        "Cỡ chữ: A A A|Cỡ chữ|A+ A-|A- A A+|Nghe đọc bài|Tải về|Tệp đính kèm|"
        "In • Email|Lưu bài viết này|Copy link|Xem chi tiết|Người đăng: admin|Tương phản".split("|"),
        "In bài viết | Gửi cho bạn bè",
        "Trang chủ - In trang",
        "Tổng số điểm của bài viết là: 10 trong 2 đánh giá",
        "Xếp hạng: 5 - 2 phiếu bầu",
        "Click để đánh giá bài viết",
        "In trang | Gửi email | Lượt xem: 32",
        "Share to FacebookFacebook Share to TwitterTwitter Share to LinkedInLinkedIn In",
    ],
)
def test_a_line_of_machinery(text):
    assert is_tool_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lưu giữ nghề đan tre",
        "Trở lại trường sau mùa lũ",
        "Trở về với dòng sông tuổi thơ",
        "Chia sẻ khó khăn cùng người nghèo",
        "Chia sẻ tại hội nghị, bà Vân cho biết.",
        "Người đang sống ven rạch",
        "Gửi bài dự thi trước ngày 30/9.",
        "Gửi tình yêu nghề vào từng nan tre",
        "Đọc sách cùng con",
        "Theo dõi sức khỏe người cao tuổi",
        "Tại buổi lễ",
        "Xếp hạng",
        "Xếp hạng: Phường Cầu Ván về nhất",
        "Tải trọng cầu Ván được nâng lên",
        "In dấu chân trên cát",
        "Biên tập lại sử địa phương",
        "Thích ứng với hạn mặn",
        "Facebook in dấu chân người quê",
        "Xuân Hạ",
        "",
    ],
)
def test_a_line_of_an_article_is_no_machinery(text):
    assert not is_tool_line(text)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Từ khóa: rạch, môi trường", True),
        ("Tags: rạch", True),
        ("Từ khóa của năm là sạch", False),
        ("Nhận: hai phần quà", False),
    ],
)
def test_lines_of_keywords(text, tags):
    assert is_tags_line(text) is tags


@pytest.mark.parametrize(
    "text",
    [
        "Giấy phép số 20/GP-STTTT ngày 03/02/2014",
        "Giấy phép thiết lập trang thông tin điện tử tổng hợp số 12/GP",
        "© 2020 Quận Bến Nứa",
        "Bản quyền thuộc Ủy ban nhân dân quận",
        "Chịu trách nhiệm chính: Ông Phạm Văn Lộc",
        "Ghi rõ nguồn khi phát hành lại thông tin",
        "Chú ý: Việc đăng lại bài viết này mà không ghi rõ nguồn bennua.example.gov.vn là vi phạm bản quyền",
        "Địa chỉ: 12 Bờ Kè - Điện thoại: 0123 456 789",
        "TRANG THÔNG TIN ĐIỆN TỬ QUẬN BẾN NỨA",
        "Powered by NukeViet",
        "Tổng lượt truy cập: 1.203.333",
    ],
)
def test_a_line_of_the_imprint(text):
    assert is_footer_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Giấy phép lái xe được đổi trực tuyến từ tháng sau.",
        "Địa chỉ: hội trường khu phố 3.",
        "Việc sao chép chương trình máy tính ở các tiệm trong chợ đã giảm sau đợt kiểm tra.",
        "Trang thông tin điện tử quận vừa đổi giao diện.",
        "Ủy ban nhân dân quận vừa ban hành kế hoạch.",
    ],
)
def test_a_line_of_an_article_is_no_imprint(text):
    assert not is_footer_line(text)


def test_a_line_is_compared_without_marks_numbers_and_signs_at_its_ends():
    assert plain("»  12. Các Tin Khác (3):") == "cac tin khac"
