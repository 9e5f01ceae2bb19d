"""The words that divide a Vietnamese news page: data, in one place. Compared folded (lower case, no marks).

A landmark is a short line by itself: "Tin khác", "Ý kiến bạn đọc". What follows it is no longer the article.
"""

from __future__ import annotations

import re

from newsarchive.vietnamese.text import collapse, fold

RELATED, NOTICES, COMMENTS, POPULAR, TAGS = "related", "notice", "comments", "popular", "tags"

# The page's own lists of other articles.
_RELATED = (
    "tin khac", "cac tin khac", "nhung tin khac", "tin tuc khac", "cac tin tuc khac", "bai khac", "cac bai khac",
    "bai viet khac", "cac bai viet khac", "nhung bai viet khac",
    "tin lien quan", "cac tin lien quan", "tin tuc lien quan", "tin bai lien quan", "bai viet lien quan",
    "cac bai viet lien quan", "bai lien quan", "co lien quan", "noi dung lien quan", "chu de lien quan",
    "tin cung chuyen muc", "cung chuyen muc", "bai cung chuyen muc", "bai viet cung chuyen muc",
    "cac bai viet cung chuyen muc", "tin tuc cung chuyen muc", "cac tin cung chuyen muc", "tin cung loai",
    "cung danh muc", "bai viet cung danh muc", "tin cung danh muc", "cung chu de", "tin cung chu de",
    "cac tin cung chu de", "bai cung chu de",
    "tin moi hon", "nhung tin moi hon", "cac tin moi hon", "bai moi hon", "bai viet moi hon",
    "tin cu hon", "nhung tin cu hon", "cac tin cu hon", "bai cu hon", "bai viet cu hon", "cac tin truoc",
    "tin da dua", "cac tin da dua", "cac tin bai da dua", "nhung tin da dua", "cac tin da dang", "tin da dang",
    "tin truoc do", "tin tiep theo", "tin truoc", "bai truoc", "bai tiep theo",
    "xem them", "doc them", "xem tiep", "tin bai khac", "cac tin bai khac", "mot so tin khac",
    "co the ban quan tam", "ban co the quan tam", "tin tuc su kien khac", "tin them", "related news", "related posts",
)  # fmt: skip
_NOTICES = ("thong bao", "cac thong bao", "thong bao moi", "thong bao khac", "thong bao moi nhat", "bang tin thong bao")
_COMMENTS = (
    "y kien ban doc", "y kien", "y kien cua ban", "y kien doc gia", "gui y kien", "gui y kien cua ban",
    "gui y kien phan hoi", "y kien phan hoi", "y kien binh luan", "y kien dong gop", "phan hoi", "cac phan hoi",
    "gui phan hoi", "phan hoi cua ban", "gop y", "gui gop y",
    "binh luan", "cac binh luan", "tong luot binh luan", "viet binh luan", "gui binh luan", "them binh luan",
    "binh luan cua ban", "binh luan bai viet", "de lai binh luan", "de lai mot binh luan", "tra loi",
    "de lai mot tra loi", "tra loi huy tra loi", "huy tra loi", "chua co binh luan", "comments", "leave a reply",
    "danh gia bai viet", "danh gia", "tong so diem cua bai viet la", "click de danh gia bai viet", "ma an toan",
    "ma bao mat", "ma xac nhan", "refresh",
)  # fmt: skip
_POPULAR = (
    "xem nhieu", "doc nhieu", "tin xem nhieu", "tin doc nhieu", "doc nhieu nhat", "xem nhieu nhat",
    "tin xem nhieu nhat", "tin doc nhieu nhat", "tin doc nhieu trong tuan", "bai doc nhieu", "bai viet xem nhieu",
    "duoc xem nhieu", "duoc quan tam", "tin moi", "tin moi nhat", "tin noi bat", "tin tieu diem", "tieu diem",
    "tin nong", "tin hot", "bai viet moi", "bai viet moi nhat", "tin anh", "video", "video clip", "thu vien anh",
    "thu vien video", "lien ket", "lien ket website", "lien ket web", "lien ket trang", "website lien ket",
    "thong ke truy cap", "thong ke", "so luot truy cap", "luot truy cap", "truy cap", "dang nhap", "tim kiem",
    "chuyen muc", "danh muc", "dich vu cong", "van ban moi", "quang cao", "lich cong tac", "thoi tiet",
)  # fmt: skip
_TAGS = ("tags", "tag", "tu khoa", "the", "the tag", "nhan", "chu de")

_KINDS: dict[str, str] = {
    phrase: kind
    for kind, phrases in (
        (POPULAR, _POPULAR), (TAGS, _TAGS), (COMMENTS, _COMMENTS), (NOTICES, _NOTICES), (RELATED, _RELATED),
    )
    for phrase in phrases
}  # fmt: skip

# Lines of machinery: never part of an article, but the article may go on after them.
_TOOL_LINE = re.compile(
    r"(?:in (?:bai|trang|tin|noi dung)(?: nay| viet)?|ban in|print|gui (?:email|mail|tin|bai)\b.{0,20}|email|"
    r"(?:luu|chia se|share|tweet|like|zalo|facebook|twitter|google\+?|copy link|sao chep lien ket).{0,40}|"
    r"(?:tang|giam)? ?co chu.{0,12}|a[+-]? ?a?[+-]? ?a?[+-]?|doc bai(?: viet)?|nghe (?:doc )?bai.{0,12}|"
    r"(?:so )?(?:luot|lan) (?:xem|doc|truy cap|tai|nghe|thich).{0,20}|\d[\d.,]* (?:luot|lan) (?:xem|doc|truy cap)|"
    r"da xem.{0,12}|views?:? ?[\d.,]*|hits:? ?[\d.,]*|(?:quay|tro) (?:lai|ve).{0,25}|(?:ve|len) dau trang|"
    r"(?:ve )?trang (?:chu|truoc|sau)|home|xem (?:tat ca|chi tiet).{0,10}|theo doi.{0,30}(?:google news|zalo|facebook)|"
    r"tep (?:tin )?dinh kem|(?:file|tai lieu) dinh kem|dinh kem|download|tai ve|tai file.{0,10}|xem tap tin.{0,10}|"
    r"print friendly|gui cho ban be|tin bai|nguoi dang.{0,40}|dang boi.{0,40}|(?:bien tap|bien tap vien)\b.{0,40}|"
    r"tuong phan|doc tieng viet|chon giong doc.{0,20}|giong doc.{0,20}|toc do doc.{0,20})"
)
_STRIP = re.compile(r"^[\s\W\d_]+|[\s\W\d_]+$")
_COUNT = re.compile(r"\s*[(\[]?\s*\d+\s*[)\]]?\s*$")
MAX_LANDMARK = 60
"""Characters a landmark's line may have; longer lines are read as text."""


def plain(text: str) -> str:
    """A line folded, without punctuation, digits and symbols at its ends: what landmarks are compared by."""
    return _STRIP.sub("", fold(collapse(text)))


def landmark(text: str) -> str | None:
    """The kind of landmark a line is, or None.

    >>> landmark("» Các tin khác:")
    'related'
    >>> landmark("Ý kiến bạn đọc (0)")
    'comments'
    """
    if len(text) > MAX_LANDMARK:
        return None
    return _KINDS.get(plain(_COUNT.sub("", text)))


def is_tool_line(text: str) -> bool:
    """True for a line of page machinery: print, share, font size, view counter, "back to top"."""
    return len(text) <= MAX_LANDMARK + 20 and _TOOL_LINE.fullmatch(plain(text)) is not None
