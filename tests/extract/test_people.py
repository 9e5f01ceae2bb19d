"""What the lines around an article name: author, outlet, photographer, or nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.extract.people import (
    CreditLine,
    bare_names,
    is_nobody,
    photo_credit,
    read_credit_line,
    read_poster,
    signed_end,
)

# line: (byline, source, credit)
LINES = {
    "Xuân Hạ": ("Xuân Hạ", None, None),
    "XUÂN HẠ": ("XUÂN HẠ", None, None),
    "(Xuân Hạ)": ("Xuân Hạ", None, None),
    "- Xuân Hạ -": ("Xuân Hạ", None, None),
    "Xuân Hạ./.": ("Xuân Hạ", None, None),
    "Xuân  Hạ.": ("Xuân Hạ", None, None),
    "Hà": ("Hà", None, None),
    "X.H": ("X.H", None, None),
    "X.H.": ("X.H.", None, None),
    "Nguyễn T.": ("Nguyễn T.", None, None),
    "PV": ("PV", None, None),
    "Nhóm PV": ("Nhóm PV", None, None),
    "PV - CTV": ("PV - CTV", None, None),
    "PV Xuân Hạ": ("Xuân Hạ", None, None),
    "Xuân Hạ - CTV": ("Xuân Hạ", None, None),
    "Xuân Hạ – PV": ("Xuân Hạ", None, None),
    "Tin, ảnh: Xuân Hạ - CTV": ("Xuân Hạ", None, None),
    "Xuân Hạ - Hoài Nam - CTV": ("Xuân Hạ - Hoài Nam - CTV", None, None),
    "Nhóm PV Xuân Hạ": ("Xuân Hạ", None, None),
    "Xuân Hạ - Hoài Nam": ("Xuân Hạ - Hoài Nam", None, None),
    "Xuân Hạ – Hoài Nam": ("Xuân Hạ – Hoài Nam", None, None),
    "Xuân Hạ, Hoài Nam và CTV": ("Xuân Hạ, Hoài Nam và CTV", None, None),
    "Xuân Hạ/Hoài Nam": ("Xuân Hạ/Hoài Nam", None, None),
    "Tin, ảnh: Xuân Hạ": ("Xuân Hạ", None, None),
    "Tin - ảnh: Xuân Hạ": ("Xuân Hạ", None, None),
    "Tin ảnh: Xuân Hạ": ("Xuân Hạ", None, None),
    "Tin – bài – ảnh: Xuân Hạ": ("Xuân Hạ", None, None),
    "TIN, ẢNH: XUÂN HẠ": ("XUÂN HẠ", None, None),
    "Bài và ảnh: Xuân Hạ": ("Xuân Hạ", None, None),
    "Bài, ảnh : X.H": ("X.H", None, None),
    "Tin, ảnh Xuân Hạ": ("Xuân Hạ", None, None),
    "Tác giả: Xuân Hạ": ("Xuân Hạ", None, None),
    "Tác giả bài viết: Xuân Hạ": ("Xuân Hạ", None, None),
    "Tác giả: Ban Tuyên giáo Quận ủy": ("Ban Tuyên giáo Quận ủy", None, None),
    "Thực hiện: Xuân Hạ": ("Xuân Hạ", None, None),
    "Xuân Hạ (thực hiện)": ("Xuân Hạ", None, None),
    "Xuân Hạ thực hiện": ("Xuân Hạ", None, None),
    "Xuân Hạ (ghi)": ("Xuân Hạ", None, None),
    "X.H (T/h)": ("X.H", None, None),
    "Xuân Hạ (Tổng hợp)": ("Xuân Hạ", None, None),
    "Xuân Hạ - Phòng Tư pháp": ("Xuân Hạ", None, None),
    "Xuân Hạ (Phường 5)": ("Xuân Hạ", None, None),
    "Xuân Hạ - VPHU": ("Xuân Hạ", None, None),
    "Xuân Hạ (CC VHXH xã)": ("Xuân Hạ", None, None),
    "A Tút (Đồn Biên phòng Suối Đá)": ("A Tút", None, None),
    "TH: Xuân Hạ, Hoài Nam": ("Xuân Hạ, Hoài Nam", None, None),
    "Xuân Hạ (Đài Truyền thanh huyện)": ("Xuân Hạ", "Đài Truyền thanh huyện", None),
    "Xuân Hạ/VOV": ("Xuân Hạ", "VOV", None),
    "Xuân Hạ (TTXVN)": ("Xuân Hạ", "TTXVN", None),
    "Xuân Hạ (Theo TTXVN)": ("Xuân Hạ", "TTXVN", None),
    "Xuân Hạ - Theo Báo Lam Giang": ("Xuân Hạ", "Báo Lam Giang", None),
    "Xuân Hạ (tổng hợp từ Báo Lam Giang)": ("Xuân Hạ", "Báo Lam Giang", None),
    "Tin: Xuân Hạ (Nguồn: TTXVN)": ("Xuân Hạ", "TTXVN", None),
    "Theo TTXVN": (None, "TTXVN", None),
    "(Theo TTXVN)": (None, "TTXVN", None),
    "Theo: Báo Lam Giang": (None, "Báo Lam Giang", None),
    "Theo Báo Lam Giang, TTXVN": (None, "Báo Lam Giang, TTXVN", None),
    "Theo baolamgiang.vn": (None, "baolamgiang.vn", None),
    "Theo Nguyễn Văn An": (None, "Nguyễn Văn An", None),
    "Theo Phòng Tư pháp": (None, "Phòng Tư pháp", None),
    "Nguồn: Báo Lam Giang": (None, "Báo Lam Giang", None),
    "(Nguồn: Báo Lam Giang)": (None, "Báo Lam Giang", None),
    "Nguồn tin: baolamgiang.vn": (None, "baolamgiang.vn", None),
    "Sưu tầm: internet": (None, "internet", None),
    "(TTXVN)": (None, "TTXVN", None),
    "TTXVN.": (None, "TTXVN", None),
    "Báo Thanh Niên": (None, "Báo Thanh Niên", None),
    "(Thanh Niên)": (None, "Thanh Niên", None),
    "Tin: TTXVN": (None, "TTXVN", None),
    "Ảnh: Hoài Nam": (None, None, "Hoài Nam"),
    "Video: Hoài Nam": (None, None, "Hoài Nam"),
    "Tin: Xuân Hạ - Ảnh: Hoài Nam": ("Xuân Hạ", None, "Hoài Nam"),
    "Bài: Xuân Hạ; ảnh: Hoài Nam": ("Xuân Hạ", None, "Hoài Nam"),
    "Bài: X.H, Ảnh: H.N": ("X.H", None, "H.N"),
    "Xuân Hạ; Ảnh: Hoài Nam": ("Xuân Hạ", None, "Hoài Nam"),
    "Xuân Hạ (Ảnh: Hoài Nam)": ("Xuân Hạ", None, "Hoài Nam"),
}
NOBODY = [
    "Thân ái!",
    "Trân trọng",
    "Xin trân trọng cảm ơn!",
    "Hồ Chí Minh",
    "Hà Nội, ngày 5 tháng 5 năm 2020",
    "Phường Bến Nứa",
    "Ban Tuyên giáo Quận ủy",
    "BAN BIÊN TẬP",
    "XÂY DỰNG ĐẢNG",
    "NƯỚC SẠCH CHO MỌI NGƯỜI",
    "CHỦ TỊCH",
    "(Đã ký)",
    "Thanh Niên",
    "Hội nghị kết thúc",
    "Hội thi (Phòng Tư pháp)",
    "Quyết định (Phòng Tư pháp)",
    "Lê Thị Cẩm Vân, Chủ tịch phường",
    "Theo kế hoạch",
    "Theo Ban tổ chức, hội thi kéo dài ba ngày.",
    "Nội dung: Tuyên truyền phòng chống dịch",
    "Tin: quận vừa có chợ mới",
    "Ảnh: internet",
    "Ảnh minh họa",
    "12/9/2020",
    "Xuân Hạ?",
    "Người đăng: admin",
    "Nguyễn Thị Bảy\nTrần Văn Chín\nLê Thị Mười\nPhạm Văn Út\nĐỗ Thị Tư\nHồ Văn Năm\nVũ Thị Sáu",
    "",
    "A",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_names_whom_it_names(line):
    assert read_credit_line(line) == CreditLine(*LINES[line])


@pytest.mark.parametrize("line", NOBODY)
def test_a_line_that_names_nobody(line):
    assert read_credit_line(line) is None


@pytest.mark.parametrize("line", ["Xuân Hạ", "X.H", "Xuân Hạ - Hoài Nam", "TTXVN", "Xuân Hạ; Ảnh: Hoài Nam"])
def test_where_no_signature_stands_only_labels_count(line):
    assert read_credit_line(line, alone=False) is None


@pytest.mark.parametrize("line", ["Tin: Xuân Hạ", "Nguồn: TTXVN", "(TTXVN)", "Theo TTXVN", "Ảnh: Hoài Nam"])
def test_labels_count_anywhere(line):
    assert read_credit_line(line, alone=False) == read_credit_line(line)


def test_far_from_the_text_a_name_must_be_made_of_known_syllables():
    assert read_credit_line("Peter Nguyen") == CreditLine(byline="Peter Nguyen")
    assert read_credit_line("Peter Nguyen", known=True) is None
    assert read_credit_line("Xuân Hạ", known=True) == CreditLine(byline="Xuân Hạ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Xuân Hạ", "Xuân Hạ"),
        ("Xuân Hạ, Hoài Nam", "Xuân Hạ, Hoài Nam"),
        ("Hội nghị", None),
        ("Xuân Hạ và nhiều người", None),
    ],
)
def test_names_and_nothing_else(text, names):
    assert bare_names(text) == names


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("Trồng cây ven rạch. Ảnh: Hoài Nam", "Hoài Nam"),
        ("Trồng cây ven rạch (Ảnh: H.N)", "H.N"),
        ("Trồng cây ven rạch (Ảnh: Hoài Nam) sáng 12/9", "Hoài Nam"),
        ("Trồng cây ven rạch - Ảnh: TTXVN.", "TTXVN"),
        ("Trồng cây ven rạch - Nguồn: Báo Lam Giang", "Báo Lam Giang"),
        ("Ảnh: Hoài Nam", "Hoài Nam"),
        ("Trồng cây ven rạch. Ảnh: internet", None),
        ("Bức ảnh chụp năm 1968", None),
        ("Trồng cây ven rạch", None),
    ],
)
def test_the_photographer_a_caption_names(caption, name):
    assert photo_credit(caption) == name


TEXT = "Phường mong người dân cùng giữ gìn dòng rạch."


@pytest.mark.parametrize(
    ("end", "left", "line"),
    [
        (" (Xuân Hạ)", "", CreditLine(byline="Xuân Hạ")),
        (" Tin, ảnh: Xuân Hạ", "", CreditLine(byline="Xuân Hạ")),
        ("/. (Xuân Hạ)", "/.", CreditLine(byline="Xuân Hạ")),
        (" (TTXVN)", " (TTXVN)", CreditLine(source="TTXVN")),
        (" (Theo Báo Lam Giang).", " (Theo Báo Lam Giang).", CreditLine(source="Báo Lam Giang")),
    ],
)
def test_a_byline_behind_the_last_sentence_leaves_it_and_an_agency_stays(end, left, line):
    assert signed_end(TEXT + end) == (TEXT + left, line)


@pytest.mark.parametrize("end", ["", " (Khu phố 3)", " (còn nữa)", " (ảnh)", " (12/9)", " (Ảnh: Hoài Nam)"])
def test_other_brackets_behind_the_last_sentence_are_text(end):
    assert signed_end(TEXT + end) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Đăng bởi: Xuân Hạ", "Xuân Hạ"),
        ("Người đăng Xuân Hạ", "Xuân Hạ"),
        ("Viết bởi Super User", "Super User"),
        ("x", None),
    ],
)
def test_who_put_the_page_up(line, name):
    assert read_poster(line) == name


@pytest.mark.parametrize("name", ["admin", "Admin", "Administrator", "Ban Biên tập", "Super User", "quan1", "Quản trị"])
def test_accounts_are_nobody(name):
    assert is_nobody(name)


def test_a_person_is_somebody():
    assert not is_nobody("Xuân Hạ")


@given(st.text(max_size=160))
def test_any_line_is_answered(text):
    line = read_credit_line(text)
    assert line is None or line.byline or line.source or line.credit
    signed_end(text)
    photo_credit(text)
