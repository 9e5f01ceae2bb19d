"""Names: which words sign an article, and which look like a name and are none. Pure; knows the language only.

A bút danh (pen name) is one to five capitalised syllables, like a place, a slogan in capitals or the heading of a box.
What tells them apart is vocabulary, kept here as data: the syllables Vietnamese people are named with, the words
offices, places and headings begin with, the formulas letters close with. Marks matter: "Phương" is a
person, "Phường" a ward.
"""

from __future__ import annotations

import re

from newsarchive.vietnamese.text import collapse, fold, place_tones

# Family names and the syllables of given names, as the lists of pupils, delegates and members print them.
_SYLLABLES = frozenset(
    place_tones(
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đinh lâm trịnh mai tô tăng "
        "hà cao châu chu trương lưu tạ thái quách kiều la lương lục mạc mã nghiêm nhâm ninh ông phó phùng quang "
        "tống từ tôn tiêu trang triệu ung uông văn vi viên vương vĩnh xa âu bạch bành cù cung danh diệp doãn đàm "
        "đoàn đồng giang giáp hàn hứa kha khổng khúc khưu kim lai liễu lò lữ lại nông ngụy nhan phí sầm sử thạch "
        "thân thi thiều tào tất úc vòng sơn siu ksor thị nữ an anh ánh ái ân bá bách bảo bằng băng bích bình bửu "
        "cầm cẩm cát cảnh cẩn chánh chi chí chiến chinh chính chung chương công cúc cương cường dân dạ diễm diệu "
        "dinh doanh du duẩn dung dũng duy duyên dư đại đài đan đăng đạt đắc điềm điền đình định đoan đô đông đức "
        "gấm gia giao giàu hạ hải hàm hân hằng hạnh hảo hào hậu hiên hiền hiển hiếu hiệp hiệu hoa hòa hóa hoài "
        "hoan hoàn hoành hòe hồng hợp huân huấn hùng huy huyên huyền hưng hương hường hướng hữu khả khải khang "
        "khanh khánh khiêm khiết khôi khoa khoan khuê khuyên kiên kiệt kỳ lam lan lãm lành lân lập lệ liên linh "
        "loan lộc lợi long luân luận luật lựu ly mạnh mẫn mận mây mi miên minh mơ mộc mộng mùi my mỹ nam nga ngà "
        "ngạn ngân nghi nghĩa ngọc nguyên nguyện nguyệt nhã nhàn nhân nhật nhi nhiên nhu nhung như nhựt nhuận nở "
        "nương oanh phát phi phong phú phúc phụng phương phước phượng quân quảng quế quí quốc quy quý quyên "
        "quyền quyết quỳnh sa sang sáng sâm sinh song sương tài tâm tân tấn tạo thanh thành thảo thạo thắm thắng "
        "thảnh thế thiên thiện thiệp thịnh thoa thoại thơ thơm thông thời thu thụ thuấn thuận thục thủy thúy "
        "thùy thụy thuyên thuyết thư thương thường thượng thy tiên tiến tiền tín tình tĩnh tỉnh toàn toán toại "
        "tố trà trâm trân tri trí trị trinh trọng trúc trung truyền trường tú tuân tuấn tuệ tùng tuyên tuyền "
        "tuyến tuyết tư tứ tường tưởng ty uyên uy vân vàng việt vinh vọng vui vượng vy xinh xuân xuyến yên yến ý "
        "ba năm sáu bảy tám chín mười út hai liêm hoạt hoạch khương thoan thuần thưởng thuật tiệp toan trạch "
        "triều triển tuyển vĩ vỹ xoan huệ khuyến mừng mão mậu ngãi ngoan ngôn nhạn nhẫn nhạc oánh quát sắc sĩ sỹ "
        "thạnh thao thiết thiệu thược tịnh tráng triết xuyên ước vạn vẹn đoài đôn đượm đường hoằng hưởng hựu "
        "khắc khởi kỷ lạc lài lãng lĩnh lụa luyến luyện mến nết nghiệp nhượng phấn phẩm quỳ sen tá tần thăng "
        "thẩm thỏa tiềm toản hy dịu đậu điểm đính đủ duệ giới hoán hỷ kiểm kính lễ liêu liệu lôi lực mẫu ngát "
        "nhị nhất nhớ phụ thìn trầm trì tụ tuynh vấn vịnh xá "
        # Families of the mountains: Mông, Dao, Thái, Khơ Mú …
        "giàng vừ thào sùng lầu cháng lù sình hờ xồng lỳ chảo phàn tẩn chẩu quàng lường tòng cụt moong seo"
    ).split()
)
# What an office, an organisation, a document or a place begins with; compared with marks, tones in one placement.
_BODY = re.compile(
    place_tones(
        r"(?:quận|phường|huyện|xã|tỉnh|thị xã|thị trấn|thành phố|tp|khu phố|ấp|thôn|xóm|khóm|tổ dân phố|khu vực|"
        r"(?:tổ|đội|khu|bản|làng|buôn) \d+|"
        r"ủy ban|ubnd|ubmt\w*|hđnd|hội đồng|đảng bộ|đảng ủy|quận ủy|huyện ủy|thị ủy|thành ủy|tỉnh ủy|chi bộ|"
        r"chi đoàn|ban (?:chấp hành|tuyên giáo|dân vận|tổ chức|biên tập|thường vụ|thường trực|chỉ huy|chỉ đạo|"
        r"giám hiệu|quản lý|quản trị|nội chính|kinh tế|tuyên huấn|bảo vệ|đại diện|bầu cử|công tác|liên lạc|tiếp công "
        r"dân)|bbt|bch|btc|"
        r"hội (?:cựu|liên hiệp|nông dân|phụ nữ|chữ thập|khuyến|người|luật|đồng|nghị|thi|thảo|doanh|sinh viên|"
        r"làm vườn|lhpn|ccb|nhà báo|văn học|đông y|sinh vật)|đoàn (?:thanh niên|tncs|tn\b|thể|khối|đại biểu|trường|"
        r"phường|xã)|"
        r"quận đoàn|huyện đoàn|thành đoàn|tỉnh đoàn|mặt trận|liên đoàn|liên minh|công đoàn|công an|quân sự|"
        r"bộ đội|đồn|phòng|sở|cục|chi cục|vụ|trung tâm|trạm|văn phòng|bộ|viện|bệnh viện|học viện|đại học|nhà trường|"
        r"trường (?:mầm non|mẫu giáo|tiểu học|thcs|thpt|đại học|cao đẳng|trung|bồi dưỡng|chính trị|học)|thcs|thpt|"
        r"cổng|trang (?:tin|thông tin|web|ttđt|điện tử|chủ)|báo (?!anh|ân|châu|quốc)|tạp chí|bản tin|thông tấn|"
        r"nhà xuất bản|đài (?:phát|truyền|tt|pt|tiếng nói)|thư viện|bảo tàng|"
        r"nhà (?:văn|thiếu|hát|máy|thuốc|nước|truyền)|câu lạc bộ|clb|công ty|cty|doanh nghiệp|hợp tác xã|htx|ngân "
        r"hàng|kho bạc|tòa án|viện kiểm|thanh tra|bảo hiểm|khối (?!anh))\b"
    ),
    re.IGNORECASE,
)
# Formulas that close a letter or a speech, and other last lines that are no signature.
_COURTESY = re.compile(
    place_tones(
        r"(?:xin|trân trọng|thân ái|thân mến|thân chào|thân gửi|kính (?:chào|mời|gửi|chúc|báo|thư|bút|cáo)|"
        r"chúc (?:mừng|các|quý|bạn|đồng)|"
        r"cảm ơn|cám ơn|chào|mời|hết|còn nữa|kỳ (?:sau|tới|\d)|"
        r"nơi nhận|lưu ý|ghi chú|chú thích|phụ lục|kết luận|đã ký|hoan hô|muôn năm|quyết tâm|đọc thêm|xem thêm)\b"
    ),
    re.IGNORECASE,
)
# Title-case words that are no person: places whose names are made of given names, headings of boxes, words for "date".
_NO_PERSON = frozenset(
    place_tones(phrase)
    for phrase in (
        "việt nam|hồ chí minh|bác hồ|hà nội|sài gòn|đà nẵng|hải phòng|cần thơ|an giang|bạc liêu|bà rịa|vũng tàu|"
        "bắc giang|bắc kạn|bắc ninh|bến tre|bình dương|bình định|bình phước|bình thuận|cà mau|cao bằng|đắk lắk|"
        "đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà tĩnh|hải dương|hậu giang|hòa bình|"
        "hưng yên|khánh hòa|kiên giang|kon tum|lai châu|lạng sơn|lào cai|lâm đồng|long an|nam định|nghệ an|"
        "ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng|"
        "sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thừa thiên huế|huế|tiền giang|trà vinh|tuyên quang|"
        "vĩnh long|vĩnh phúc|yên bái|trường sa|hoàng sa|biển đông|mê kông|cửu long|đông dương|trung quốc|"
        "nhật bản|hàn quốc|thái lan|đài loan|an ninh|an ninh quốc phòng|quốc phòng|quốc phòng an ninh|an sinh|"
        "an toàn|văn hóa|văn hóa xã hội|xã hội|kinh tế|chính trị|pháp luật|giáo dục|y tế|thể thao|du lịch|"
        "thời sự|đời sống|môi trường|khoa học|công nghệ|giải trí|quốc tế|thế giới|trong nước|trong quận|"
        "trong tỉnh|thành phố|tin tức|sự kiện|tin mới|hoạt động|thông tin|thông báo|giới thiệu|liên hệ|liên kết|"
        "chuyên đề|chuyên mục|hình ảnh|thư viện|hỏi đáp|tra cứu|tìm kiếm|lịch sử|truyền thống|danh mục|nông thôn|"
        "nông thôn mới|đô thị|quy hoạch|công dân|công khai|cải cách|thi đua|khen thưởng|dân vận|tổ chức|kiểm tra|"
        "tuyên giáo|nội chính|tuyên truyền|phụ nữ|thanh niên|thiếu nhi|thanh thiếu nhi|nông dân|cựu chiến binh|"
        "văn nghệ|văn bản|quảng cáo|âm nhạc|sức khỏe|ẩm thực|kết quả|tải về|facebook|zalo|twitter|google|youtube|"
        "email|print|tweet|share|like|tags|video|refresh|home|rss|captcha|english|internet|online|quốc hội|"
        "chính phủ|nhà nước|đồng bào|tổ quốc|admin|administrator|super user|quản trị|quản trị viên|editor|"
        "webmaster|root|test|thứ hai|thứ ba|thứ tư|thứ năm|thứ sáu|thứ bảy|chủ nhật|quay lại|trở về|trang chủ|"
        "trang trước|trang sau|in trang|đầu trang|chia sẻ|bình luận|phản hồi|gửi|đóng|xem thêm|tin khác|tin ảnh|"
        "đăng nhập|đăng ký"
    ).split("|")
)
_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
_LOWER = "a-zà-öø-ýăđĩũơưạ-ỹ"
# "N.T.H", "T.", "X.T": initials; "XT", "PV", "QN1".
_INITIALS = re.compile(rf"(?:[{_UPPER}]\.){{1,4}}[{_UPPER}]?|[{_UPPER}]{{2,4}}\d?")
# "Thanh", "THANH", "N.Hà", "H'Bia", "Tuyết-Mai"; in the block Ạ–ỹ capitals and small letters alternate: see _is_word.
_WORD = re.compile(rf"(?:[{_UPPER}]\.)?[{_UPPER}][{_UPPER}{_LOWER}]*(?:['’-][{_UPPER}]?[{_LOWER}{_UPPER}]*)?\.?")
_PARTS = re.compile(r"[.'’-]")
# How a Vietnamese syllable is spelled, without marks: "Blôk" and "Peter" are none.
_SPELLING = re.compile(r"(?:ngh|ng|nh|ph|th|tr|ch|gi|gh|kh|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")


def is_name(text: str, *, known: bool = False) -> bool:
    """True where a text is one person's name, pen name or initials, and nothing else.

    ``known``: only names made of syllables that people are named with; for lines whose place on the page does not
    already say that a name stands there. Words all in capitals are always held to that.

    >>> is_name("Xuân Hạ"), is_name("X.H"), is_name("Phường Bến Nứa"), is_name("VĂN HÓA XÃ HỘI")
    (True, True, False, False)
    """
    text = collapse(text)
    words = text.split()
    if not 1 <= len(words) <= 5 or is_courtesy(text) or is_body_or_place(text):
        return False
    if _INITIALS.fullmatch(text):
        return True
    if not all(_is_word(word) or (place and word in ("văn", "thị")) for place, word in enumerate(words)):
        return False
    syllables = [part for word in words for part in _PARTS.split(word) if len(part) > 1 or word == part]
    common = [place_tones(part.lower()) in _SYLLABLES for part in syllables]
    if text.isupper() or len(words) == 1:
        return bool(common) and all(common)
    if known:
        return sum(common) * 2 > len(common) or (len(words) > 1 and sum(common) * 2 == len(common))
    # "A Thút", "Y Nhung": in the Central Highlands the first word says whether a man or a woman is named.
    personal = len(words) > 1 and words[0] in ("A", "Y")
    return any(common) or personal or any(_SPELLING.fullmatch(fold(part)) is None for part in syllables)


def _is_word(word: str) -> bool:
    """One word of a name: a capital first, then small letters, or capitals throughout."""
    if not _WORD.fullmatch(word) or not word[0].isupper():
        return False
    return all(part.isupper() or part[1:].islower() for part in _PARTS.split(word) if part)


def is_body_or_place(text: str) -> bool:
    """True where a text names an office, an organisation, a place, or a heading of a portal, by its first words.

    >>> is_body_or_place("Ban Tuyên giáo Quận ủy"), is_body_or_place("Phương Nam")
    (True, False)
    """
    text = place_tones(collapse(text).strip(" .:-–").lower())
    return _BODY.match(text) is not None or text in _NO_PERSON


def is_courtesy(text: str) -> bool:
    """True for a closing formula ("Trân trọng cảm ơn", "Thân ái", "(Còn nữa)"): the last line of many texts.

    >>> is_courtesy("Xin trân trọng cảm ơn ông!"), is_courtesy("Trần Trọng")
    (True, False)
    """
    return _COURTESY.match(place_tones(collapse(text).lstrip(" ([")[:40])) is not None
