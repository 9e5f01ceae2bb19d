"""Which words sign an article, and which only look as if they did."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.vietnamese.names import is_body_or_place, is_courtesy, is_name

NAMES = (
    "Xuân Hạ|XUÂN HẠ|Nguyễn Thị Minh Khai|NGUYỄN VĂN AN|Nguyễn văn An|Hà|HÀ|Lụa|X.H|X.H.|XH|T.T.H|PV|P.V|N.Hà|K.Vy|"
    "X. Hạ|Hoàng Minh Tr.|Tuyết-Mai|Bích Thuỷ|Bích Thủy|Lò Văn Ún|Ksor H'Nhan|Y Blôk Êban|"
    "Giàng Seo Chư|Sùng A Tủa|A Thút|Y Nhung|"
    "Peter Nguyen|Út Tâm|"
    "Năm Thuận|Phương Nam|Trường Sơn|Bảo Ngọc|Đoàn Thị Hương|Trang Anh|Đài Trang|Ban Mai|Xinh"
).split("|")
NO_NAMES = (
    "Hồ Chí Minh|Hà Nội|Việt Nam|Khánh Hòa|Phường Bến Nứa|PHƯỜNG BẾN NỨA|Quận 5|Thị trấn Gò Tre|Tỉnh Lam Giang|"
    "Ban Tuyên giáo Quận ủy|BAN TUYÊN GIÁO|Đảng bộ Quận|Quận ủy|QUẬN ỦY|Công an Phường 2|Phòng Tư Pháp|Hội Nông Dân|"
    "Trường Tiểu Học Lê Lợi|Đoàn Thanh Niên|Báo Lam Giang|BBT|UBND Quận|Bến Nghé|Quốc Hội|Chính Phủ|"
    "Trân trọng|Trân Trọng|Thân Ái|Thân ái!|Xin Cảm Ơn|Kính Chào|Chúc Mừng Năm Mới|Hết|HẾT|Còn nữa|"
    "VĂN HÓA XÃ HỘI|Văn Hóa|XÂY DỰNG ĐẢNG|AN NINH QUỐC PHÒNG|An Ninh|THÔNG BÁO|Thông Báo|TIN TỨC|Đời Sống|Thể Thao|"
    "NƯỚC SẠCH CHO MỌI NGƯỜI|QUYẾT TÂM THẮNG LỢI|Thứ Hai|Chủ Nhật|Trang Chủ|Refresh|Download|Facebook|Admin|Super User|"
    "Hội nghị kết thúc|xuân hạ|Ảnh|Tin|A|1|12/9/2020|Xuân Hạ,|(Xuân Hạ)|Xuân  và Hạ|Một Hai Ba Bốn Năm Sáu|"
).split("|")


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_a_name(text):
    assert is_name(text)
    assert is_name(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_only_looks_like_a_name_is_none(text):
    assert not is_name(text)


@pytest.mark.parametrize(
    ("text", "known"), [("Xuân Hạ", True), ("X.H", True), ("Út Tâm", True), ("Peter Nguyen", False), ("Bản Mới", False)]
)
def test_a_line_in_an_odd_place_must_be_made_of_known_syllables(text, known):
    assert is_name(text, known=True) is known


@pytest.mark.parametrize(
    "text", ["Ủy ban nhân dân", "UỶ BAN NHÂN DÂN", "Phòng Tư pháp", "tp. Bến Nứa", "Cần Thơ", "Thư viện"]
)
def test_offices_and_places(text):
    assert is_body_or_place(text)


@pytest.mark.parametrize("text", ["Quân", "Phương", "Xa", "Huyền", "Uy", "Bảo Anh", "Hội"])
def test_marks_tell_people_from_offices(text):
    assert not is_body_or_place(text)


@pytest.mark.parametrize("text", ["Trân trọng cảm ơn", "Xin chào", "(Còn nữa)", "THÂN ÁI", "Nơi nhận", "Kỳ 2"])
def test_closing_formulas(text):
    assert is_courtesy(text)


@pytest.mark.parametrize("text", ["Trần Trọng", "Thân Văn Ái", "Kính", "Chúc Anh", "Hến", "Xinh"])
def test_names_that_begin_like_formulas_are_none(text):
    assert not is_courtesy(text)


@given(st.text(max_size=80))
def test_any_text_is_answered(text):
    assert is_name(text) in (True, False)
    assert not (is_name(text) and is_courtesy(text))
