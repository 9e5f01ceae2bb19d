"""Who wrote, who photographed, whose news it is: the lines that name people and outlets. Pure.

The forms are those of the Vietnamese local press: a bút danh (pen name) alone, "Tin, ảnh: …", "Theo …", "Nguồn: …".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsarchive.vietnamese.text import collapse, fold

_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
_LOWER = "a-zà-öø-ýăđĩũơưạ-ỹ"
# A word of a name: capitalised, in capitals, or initials ("N.T.H", "T."). NFC, so each letter is one character; in the
# block Ạ–ỹ capitals and small letters alternate, so the class is checked again by str.isupper().
_NAME_WORD = re.compile(
    rf"(?:[{_UPPER}]\.){{1,4}}[{_UPPER}]?|[{_UPPER}][{_UPPER}{_LOWER}'’]*\.?|\d{{0,2}}[{_UPPER}]+\d?"
)
_SEPARATOR = re.compile(r"\s*(?:,|;|/|&|\+|\s[-–—]\s|(?<=\w)\s?[-–—]\s?(?=\w)|\s(?:và|cùng|VÀ)\s)\s*")
_ROLE = re.compile(
    r"^(?:(?:nhóm )?(?:phóng viên|cộng tác viên|tác giả)|nhóm|p\.?v|ctv|btv|nhà báo)\s*[:.]?\s+", re.IGNORECASE
)

# "Tin, ảnh", "Bài và ảnh", "Tin - bài", "Tin/ảnh", "Ảnh, tin" …: what the named person did.
_WORK = r"(?:tin|bài|ảnh|ảnh minh họa|clip|video|hình|hình ảnh|hình minh họa|đồ họa|bài viết|tin bài|thơ|nội dung)"
_WORKS = rf"{_WORK}(?:\s*(?:,|và|&|[-–/+])\s*{_WORK}|\s+{_WORK}){{0,3}}"
_AUTHOR_LABEL = re.compile(
    rf"^(?P<label>{_WORKS}|tác giả(?: bài viết)?|người viết|thực hiện|người thực hiện|biên soạn|tổng hợp|tin tức|bút danh|"
    r"p\.?v|ctv|phóng viên|nhóm phóng viên|nhóm p\.?v|author|by)\s*(?P<mark>[:：]|\s[-–]\s)\s*(?P<names>\S.*)$",
    re.IGNORECASE,
)
_PHOTO_WORK = re.compile(r"(?:ảnh|hình|clip|video|đồ họa|minh họa|,|và|&|[-–/+\s])+", re.IGNORECASE)
_POSTER_LABEL = re.compile(
    r"^(?:đăng bởi|người đăng|người gửi|được đăng bởi|viết bởi|posted by|written by)\s*[:：]?\s*(.+)$", re.I
)
_SOURCE_LABEL = re.compile(
    r"^\(?\s*(?:nguồn(?: tin| bài)?|theo nguồn|sưu tầm)\s*[:：\-–]\s*(?P<name>[^)]{2,100}?)\s*\)?\.?$", re.I
)
_SOURCE_THEO = re.compile(r"^\(?\s*theo\s*[:：]?\s+(?P<name>[^)]{2,80}?)\s*\)?\.?$", re.I)
_AGENCIES = re.compile(
    r"(?:ttxvn|vnanet|vna|vov\d?|vtv\d*|htv\d*|vietnamplus|thông tấn xã việt nam|chinhphu\.vn|dangcongsan\.vn|ttvh|"
    r"báo [\w .&-]{2,40}|tạp chí [\w .&-]{2,40}|đài [\w .&-]{2,40}|(?:cổng|trang) (?:thông tin|ttđt)[\w .&-]{2,60}|"
    r"website [\w .&-]{2,60}|(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)(?:/\S*)?|sggp|sài gòn giải phóng|"
    r"(?:báo )?(?:nhân dân|tuổi trẻ|thanh niên|người lao động|tiền phong|lao động|hà nội mới|pháp luật|vnexpress|"
    r"dân trí)(?: online)?)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:^|[\s(.,;–-])(?:ảnh|hình|nguồn ảnh|ảnh minh họa|nguồn|photo)\s*[:：]\s*"
    r"(?P<name>[^()\n]{2,60}?)\s*\)?\s*[.]?\s*$",
    re.IGNORECASE,
)
_CREDIT_AFTER_BRACKET = re.compile(
    r"\(\s*(?:ảnh|hình|nguồn ảnh|photo)\s*[:：]\s*(?P<name>[^()\n]{2,60}?)\s*\)", re.IGNORECASE
)
# Words that begin lines set like names but that name something else.
_NOT_NAMES = frozenset(
    (
        "trang chu|quay lai|tro ve|in trang|ban in|gui email|chia se|binh luan|tin khac|thong bao|tin tuc|"
        "su kien|dang nhap|dang ky|lien he|gioi thieu|trang truoc|trang sau|dau trang|ve dau trang|xem them|"
        "viet nam|ket qua|tai ve|facebook|zalo|twitter|google|youtube|email|print|tweet|share|like|luu y|"
        "ghi chu|kinh gui|noi nhan|tags|video|refresh|het"
    ).split("|")
)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What one line names: authors (names alone), another outlet, the photographer; None for what it does not name."""

    byline: str | None = None
    source: str | None = None
    credit: str | None = None


def read_credit_line(text: str, *, alone: bool = True) -> CreditLine | None:
    """Read a line that names author, outlet or photographer; None where it is something else.

    ``alone``: the line stands where a bút danh stands, so a bare name counts; else only labelled lines do.

    >>> read_credit_line("Tin, ảnh: Xuân Hạ")
    CreditLine(byline='Xuân Hạ', source=None, credit=None)
    >>> read_credit_line("(Theo TTXVN)")
    CreditLine(byline=None, source='TTXVN', credit=None)
    """
    text = collapse(text).strip(" *_|")
    if not 2 <= len(text) <= 150:
        return None
    if match := _SOURCE_LABEL.match(text):
        return CreditLine(source=_trimmed(match["name"]))
    # "Xuân Hạ (Theo TTXVN)", "Xuân Hạ - Theo Báo X", "X.H (tổng hợp)": a name, then where it comes from.
    if both := re.match(
        r"^(?P<names>[^():]{2,60}?)\s*(?:\(\s*|[-–]\s+)"
        r"(?P<rest>(?:theo|nguồn|tổng hợp|t/h|th|tổng hợp từ|sưu tầm)\b[^()]*?)\s*\)?\.?$",
        text,
        re.I,
    ):
        names = bare_names(both["names"])
        if names:
            rest = re.sub(
                r"^(?:tổng hợp|t/h|th\b|sưu tầm)?\s*(?:theo|nguồn|từ)?\s*[:：]?\s*", "", both["rest"], flags=re.I
            )
            return CreditLine(byline=names, source=_trimmed(rest) or None)
    if match := _SOURCE_THEO.match(text):
        name = _trimmed(match["name"])
        if _AGENCIES.fullmatch(name) or bare_names(name) or _capitalised(name):
            return CreditLine(source=name)
        return None
    if _AGENCIES.fullmatch(text.strip("()[] .")) and (text.startswith("(") or alone):
        name = text.strip("()[] .")
        # A newspaper's name that is also a way of speaking ("Thanh Niên") may be a name; brackets or TTXVN may not.
        return CreditLine(source=name)
    if match := _AUTHOR_LABEL.match(text):
        return _labelled(match)
    if alone and (names := bare_names(text.strip("()[]"))):
        return CreditLine(byline=names)
    return None


def _labelled(match: re.Match[str]) -> CreditLine | None:
    label, rest = match["label"], match["names"]
    # "Tin: A - Ảnh: B": two works, two people.
    second = re.search(rf"\s*[-–;,./(]?\s*\b(?P<label>{_WORKS})\s*[:：]\s*(?P<names>[^)]+)\)?$", rest, re.I)
    credit = None
    if second:
        credit = _trimmed(second["names"])
        rest = rest[: second.start()]
    names = _ROLE.sub("", _trimmed(rest))
    if len(names) > 80 or not names:
        return None
    if source := re.search(r"\s*\(\s*(?:theo|nguồn)\s*[:：]?\s*([^()]+)\)$", names, re.I):
        return CreditLine(byline=names[: source.start()].strip(), source=_trimmed(source.group(1)), credit=credit)
    if match["mark"].strip() not in (":", "：") and not bare_names(names):
        return None
    if not _capitalised(names):
        return None
    if _PHOTO_WORK.fullmatch(label):
        return CreditLine(credit=names)
    if _AGENCIES.fullmatch(names):
        return CreditLine(source=names, credit=credit)
    return CreditLine(byline=names, credit=credit)


def bare_names(text: str) -> str | None:
    """The name or names a text consists of, and of nothing else; roles ("PV", "CTV") before a name are dropped.

    >>> bare_names("Xuân Hạ - Minh Tâm")
    'Xuân Hạ - Minh Tâm'
    >>> bare_names("Hội nghị kết thúc")
    """
    text = collapse(text).strip(" .*_,;|-–")
    if not 2 <= len(text) <= 70 or fold(text) in _NOT_NAMES or any(c in text for c in '?!:"“”%@'):
        return None
    without = _ROLE.sub("", text)
    names = _SEPARATOR.split(without)
    if not 1 <= len(names) <= 5 or not all(_is_name(name) for name in names):
        return None
    return without


def _is_name(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or fold(name) in _NOT_NAMES:
        return False
    if len(words) == 1 and len(name) > 12:
        return False
    if len(words) > 2 and name.isupper() and any(len(w) > 7 for w in words):
        return False
    return all(_NAME_WORD.fullmatch(word) and word[0].upper() == word[0] and not word[0].isdigit() for word in words)


def _capitalised(text: str) -> bool:
    return bool(text) and (text[0].isupper() or text[0].isdigit() or "." in text)


def read_poster(text: str) -> str | None:
    """The name after "Đăng bởi:", "Người đăng:": who put the page up, seldom who wrote it."""
    match = _POSTER_LABEL.match(collapse(text))
    return _trimmed(match.group(1)) if match else None


def photo_credit(caption: str) -> str | None:
    """The photographer a caption names.

    >>> photo_credit("Đại biểu trồng cây. Ảnh: Xuân Hạ")
    'Xuân Hạ'
    """
    match = _CREDIT.search(caption) or _CREDIT_AFTER_BRACKET.search(caption)
    name = _trimmed(match["name"]) if match else ""
    return name if name and _capitalised(name) else None


def trailing_source(paragraph: str) -> str | None:
    """The agency named in brackets at the very end of a body ("… năm nay. (TTXVN)"), or None."""
    match = re.search(r"[.!?…”/]\s*\(\s*(?:theo\s+)?([^()]{2,60})\s*\)\s*\.?$", paragraph, re.I)
    if match and _AGENCIES.fullmatch(match.group(1).strip()):
        return match.group(1).strip()
    return None


def _trimmed(text: str) -> str:
    text = collapse(text).strip(" .,;:()[]|*-–")
    # A bracket that was part of the name's own ("Hà (Quận 1)") is closed again.
    return text + ")" if text.count("(") > text.count(")") else text
