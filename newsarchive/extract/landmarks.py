"""The words that divide a Vietnamese news page: data, in one place. Compared folded (lower case, no marks).

A landmark is a short line by itself: "Tin khác", "Ý kiến bạn đọc". What follows it is no longer the article.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsarchive.vietnamese.text import collapse, fold

RELATED, NOTICES, COMMENTS, POPULAR, TAGS, FOOTER = "related", "notice", "comments", "popular", "tags", "footer"

# The page's own lists of other articles: "Các tin khác", "Bài viết cùng chuyên mục", "Những tin cũ hơn", "Tin đã đưa".
_RELATED = re.compile(
    r"(?:danh sach (?:tin|bai viet|tin bai) (?:moi|cu)(?: hon)?)|"
    r"(?:(?:xem|doc) )?(?:them )?(?:(?:cac|nhung|mot so|danh sach) )?"
    r"(?:tin|bai|tin bai|bai viet|tin tuc|tin tuc su kien|tin su kien|thong tin|noi dung|chu de|su kien|video|clip|"
    r"phong su|album|ban tin|van ban|viec lam)"
    r"(?: bai| viet| bai viet)? (?:khac(?: da (?:dua|dang))?|lien quan|moi hon|cu hon|da dua(?: tin)?|"
    r"da dang|da phat(?: song)?|tuong tu|truoc(?: do)?|sau|ke tiep|tiep(?: theo)?|them|doc them|"
    r"(?:khac )?trong (?:chuyen muc|muc|ngay)|"
    r"(?:moi |khac )?cung (?:chuyen muc|danh muc|(?:the )?loai|chu de|nhom|su kien|linh vuc|muc|chuyen de|tac gia|"
    r"ngay))"
    r"(?: khac)?(?: cung (?:chuyen muc|danh muc|loai))?"
    r"|(?:cac|nhung) (?:tin|bai)(?: bai| viet)? moi(?: dang| dua)?"
    r"|cung (?:chuyen muc|danh muc|chu de|(?:the )?loai)(?: nay)?|(?:co )?lien quan"
    r"|(?:moi )?(?:xem|doc|tham khao) (?:them|tiep)"
    r"|(?:co the )?ban (?:(?:cung|co the|se) )*(?:quan tam|thich)|(?:related|similar) (?:news|posts|articles?|items)"
    r"|(?:xem|doc) them (?:(?:cac )?(?:tin|bai|bai viet) )?trong (?:chuyen muc|danh muc|the loai|muc)(?: nay)?"
    r"|more in this category|theo dong su kien|(?:bai|tin) doc (?:tiep|them)"
    r"|you (?:may|might) (?:also like|be interested in)"
)
_NOTICES = ("thong bao", "cac thong bao", "thong bao moi", "thong bao khac", "thong bao moi nhat", "bang tin thong bao")
_COMMENTS = (
    "y kien ban doc", "y kien cua ban doc", "ban doc binh luan", "binh luan cua ban doc", "gui binh luan cua ban",
    "y kien", "y kien cua ban", "y kien doc gia", "gui y kien", "gui y kien cua ban",
    "gui y kien phan hoi", "y kien phan hoi", "y kien binh luan", "y kien dong gop", "phan hoi", "cac phan hoi",
    "gui phan hoi", "phan hoi cua ban", "gop y", "gui gop y",
    "binh luan", "cac binh luan", "tong luot binh luan", "viet binh luan", "gui binh luan", "them binh luan",
    "binh luan cua ban", "binh luan bai viet", "de lai binh luan", "de lai mot binh luan", "tra loi",
    "de lai mot tra loi", "tra loi huy tra loi", "huy tra loi", "chua co binh luan", "comments", "leave a reply",
    "danh gia bai viet", "danh gia bai viet nay", "chua co danh gia", "danh gia",
    "tong so diem cua bai viet la", "click de danh gia bai viet", "ma an toan",
    "ma bao mat", "ma xac nhan", "refresh", "viet mot binh luan", "leave a comment",
)  # fmt: skip
_POPULAR = (
    "xem nhieu", "doc nhieu", "tin xem nhieu", "tin doc nhieu", "doc nhieu nhat", "xem nhieu nhat",
    "tin xem nhieu nhat", "tin doc nhieu nhat", "tin doc nhieu trong tuan", "bai doc nhieu", "bai viet xem nhieu",
    "duoc xem nhieu", "duoc quan tam", "tin moi", "tin moi nhat", "tin noi bat", "tin tieu diem", "tieu diem",
    "tin nong", "tin hot", "bai viet moi", "bai viet moi nhat", "tin anh", "video", "video clip", "thu vien anh",
    "thu vien video", "lien ket", "lien ket website", "lien ket web", "lien ket trang", "website lien ket",
    "thong ke truy cap", "thong ke", "so luot truy cap", "luot truy cap", "truy cap", "dang nhap", "tim kiem",
    "chuyen muc", "danh muc", "dich vu cong", "van ban moi", "quang cao", "lich cong tac", "thoi tiet",
    "bai viet gan day", "recent posts",
)  # fmt: skip
_TAGS = ("tags", "tag", "tu khoa", "the", "the tag", "nhan", "chu de")

# What themes and portals print that nobody translated, and the English pages of such sites.
_ENGLISH = (
    (RELATED, re.compile(
        r"(?:related|similar|recommended)(?: (?:news|posts?|articles?|stor(?:y|ies)|content|links|coverage|topics|"
        r"reading|videos?|for you))?|you (?:may|might) (?:also like|also be interested in)|"
        r"more (?:news|stories|articles|coverage|on this (?:story|topic)|(?:from|in|like) .{2,30}|"
        r"great .{2,20} stories)|"
        r"(?:read|see|explore) (?:more|next|also|further)|further reading|also on \S+|do ?n.?t miss|up next|"
        r"what to read next"
    )),
    (POPULAR, re.compile(
        r"(?:most (?:read|viewed|popular|recent)|trending|popular(?= )|latest(?= ))"
        r"(?: (?:now|posts|stories|news|articles|topics))?(?: (?:in|on) \w+(?: \w+){0,3})?|"
        r"(?:top|featured|sponsored|promoted) (?:stories|content|videos?|news)|"
        r"editor\W?s\W? picks|must reads|sponsored|(?:around|from) the web|from our partners|newsletters?"
    )),
    (COMMENTS, re.compile(
        r"(?:(?:view|show|read|add|post|write|leave)(?: \w+)? )?comments?|join the (?:conversation|discussion)|"
        r"tell us what you think"
    )),
    (TAGS, re.compile(r"topics|filed under|tagged(?: in)?")),
)  # fmt: skip

_KINDS: dict[str, str] = {
    phrase: kind
    for kind, phrases in ((POPULAR, _POPULAR), (TAGS, _TAGS), (COMMENTS, _COMMENTS), (NOTICES, _NOTICES))
    for phrase in phrases
}
# Landmarks that are also words of every day: sub-headings of articles read like them.
_EVERYDAY = frozenset(("y kien", "phan hoi", "gop y", "tra loi", "danh gia", "cac phan hoi", "y kien dong gop"))

# Lines of machinery: never part of an article, but the article may go on after them.
# Whole lines, since titles and paragraphs begin with the same words ("Lưu giữ nghề đan tre", "Trở lại trường").
_NETWORK = (
    r"(?:share|tweet|like|thich|zalo|facebook|twitter|google|linkedin|pinterest|messenger|viber|telegram|e-?mail|link)"
)
_THIS = r"(?: (?:bai viet|bai|trang|tin|noi dung|tin bai))?(?: nay)?"
_TOOL_LINE = re.compile(
    rf"in(?: an| ra)?{_THIS}|ban in|print(?: friendly)?|gui(?: (?:e-?mail|mail))?{_THIS}(?: (?:qua|cho|bang|den|toi) "
    rf"\w+(?: \w+)?)?|"
    rf"luu{_THIS}|(?:chia se|{_NETWORK})(?: (?:bai viet|bai|trang|tin|nay|len|qua|tren|voi|on|to|in|print|more|"
    # AddThis says each network's name twice, to the blind and on its sign.
    rf"mang xa hoi|ban be|{_NETWORK}{_NETWORK}?))*|"
    r"copy link|sao chep lien ket|(?:tang|giam)? ?(?:kich )?co chu(?:\W+a\S*)*|(?:a[+-]? ?){1,3}|"
    rf"(?:doc|nghe)(?: doc)?{_THIS}|(?:so )?(?:luot|lan) (?:xem|doc|truy cap|tai|nghe|thich){_THIS}|da xem|views?|"
    rf"hits?|"
    r"(?:quay|tro) (?:lai|ve)(?: (?:trang (?:truoc|chu)|dau trang|danh sach|muc luc|tin tuc))?|(?:ve|len) dau trang|"
    r"(?:ve )?trang (?:chu|truoc|sau)|home|xem (?:tat ca|chi tiet)(?: tin| bai)?|"
    r"theo doi (?:\w+ ){0,6}(?:google news|zalo|facebook)|(?:xem )?tap tin(?: dinh kem)?|(?:tep (?:tin )?|file "
    r")?dinh kem|"
    # Liferay's line of an article's account: "Quản trị, đã sửa đổi 2 Năm trước đây."
    r"[^,]{2,60}, da (?:sua doi|tao|cap nhat) \d{1,3} \w+ truoc day|"
    r"rss|tai lieu (?:dinh kem|kem theo)|download|tai (?:ve|file|xuong)(?: \w+)?|tin bai|"
    r"(?:nguoi dang|dang boi|bien tap(?: vien)?)\s*:.{0,40}|dang boi (?:admin\w*|quan tri\w*( \w+)?)|"
    r"advert(?:isement)?s?|(?:story|article) continues (?:below|after)(?: (?:the )?advertisement)?|"
    r"continue reading(?: (?:below|the main story))?|scroll (?:down )?(?:to|for) .{3,20}|"
    r"share (?:this )?(?:article|story|post|page)|click to (?:tweet|share|enlarge|expand)|"
    r"subscribe(?: now)?|sign up(?: now)?|follow us(?: on)?|(?:view|see) (?:all|full) ?(?:photos|images|gallery)?|"
    r"caption|close|next|prev(?:ious)?|skip(?: to (?:main )?content)?|back to top|load(?:ing|ed)?(?: more)?|"
    r"(?:min(?:ute)?s?|estimated)? ?read(?:ing time)?|this slideshow requires javascript|"
    r"tuong phan|doc tieng viet|(?:chon )?giong doc(?: \w+){0,4}|toc do doc(?: \w+){0,3}"
)
# Readers' marks, as NukeViet counts them: "Tổng số điểm của bài viết là: 10 trong 2 đánh giá".
_RATING_LINE = re.compile(
    r"tong so diem (?:cua )?bai viet(?: la)?\s*: \d+ trong \d+ danh gia|xep hang\s*: [\d.,]+(?: - \d+ phieu bau)?|"
    r"(?:click|bam|nhap) de danh gia bai viet|"
    r"(?:danh gia|xep hang)\s*:? ?(?:[★☆⭐*][ ★☆⭐*]{0,9}|[\d.,]{1,4}(?: ?/ ?\d{1,2})?)"
    r"(?: ?\(\d{1,6} (?:luot|danh gia|phieu|votes?)(?: \w{1,9}){0,2}\))?"
)
_TOOL_BREAK = re.compile(r"\s*[|•·]\s*|\s+[-–/]\s+")
_DOCUMENTS = re.compile(
    r"(?:(?:tai|xem) (?:ve |xuong )?)?(?:cac |danh sach )?(?:tep(?: tin)?|tap tin|files?|tai lieu|van ban)?"
    r"(?: tai lieu| van ban)? ?(?:dinh|kem)(?: kem| theo)|(?:download )?attachments?"
)
_TAGS_LINE = re.compile(r"(?:tu khoa(?: tim kiem)?|tags?|tag bai viet)\s*:.*")
_FOOTER_LINE = re.compile(
    r"(?:©|copyright\b|ban quyen (?:thuoc|cua|©|20)|giay phep(?: hoat dong| thiet lap| xuat ban)?(?: \w+){0,9} so\b|"
    r"gp so|"
    r"(?:(?:chu y|luu y)\s*:\s*)?(?:viec|moi hanh vi) (?:dang lai|sao chep|trich dan|su dung lai|phat hanh lai)\b"
    r".{1,160}(?:ghi ro nguon|dan nguon|vi pham ban quyen)|"
    r"ghi ro nguon|chiu trach nhiem (?:chinh|noi dung|quan ly|xuat ban)|co quan chu quan|don vi (?:quan ly|chu quan)|"
    r"(?:thiet ke|phat trien|xay dung)(?: va \w+ \w+)? boi|powered by|designed by|all rights reserved|so nguoi truy "
    r"cap|"
    r"(?:dang|tong(?: so)?(?: luot)?) truy cap|(?:trang|cong) (?:thong tin|tin) dien tu .{3,60}(?:giay phep|dia chi|"
    r"dien thoai))"
)
_CONTACT = re.compile(r"\b(?:dia chi|tru so|dien thoai|dt|tel|fax|hotline|e-?mail|thu dien tu|website)\s*:")
_OFFICE = re.compile(
    r"(?:trang|cong) (?:tin|thong tin)\b|(?:uy ban nhan dan|ubnd|dang bo|quan uy|huyen uy|thanh uy|hdnd|hoi dong "
    r"nhan dan)"
    r" (?:tp|thanh pho|tinh|quan|huyen|thi xa|phuong|xa)\b"
)
_STRIP = re.compile(r"^[\s\W\d_]+|[\s\W\d_]+$")
# "Tin, bài khác", "Ý kiến - Bình luận".
_BETWEEN = re.compile(r"\s*[,/&–-]\s*")
_COUNT = re.compile(r"\s*[(\[]?\s*\d+\s*[)\]]?\s*$")
_MORE = re.compile(r"(?<=\w)\W*(?:xem (?:them|tat ca)|tat ca|chi tiet)$")
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
    return _landmark(text) if len(text) <= MAX_LANDMARK else None


@lru_cache(maxsize=4096)
def _landmark(text: str) -> str | None:
    phrase = _BETWEEN.sub(" ", plain(_COUNT.sub("", text)))
    for words in (phrase, _MORE.sub("", phrase)):
        if kind := RELATED if _RELATED.fullmatch(words) else _KINDS.get(words):
            return kind
    return next((kind for kind, words in _ENGLISH if words.fullmatch(phrase)), None)


def begins_with_related(text: str) -> bool:
    """True for a line that says what kind of link it is before its headline: "Xem thêm: …", "Also on example.org …"."""
    label, colon, rest = text.partition(":")
    labelled = bool(colon and rest.strip()) and landmark(label) == RELATED
    return labelled or re.match(r"also on \S+\.\w{2,4} ", fold(text)) is not None


def is_most_read(text: str) -> bool:
    """True for the heading of a box of most-read news."""
    return re.search(r"(?:doc|xem) nhieu|quan tam", plain(text)) is not None


def is_newest(text: str) -> bool:
    """True for the heading of a list of the newest articles: a column's, or the article's own beside one of older."""
    return re.fullmatch(r"(?:tin|bai viet|tin bai) moi(?: nhat)?", plain(text)) is not None


def is_certain(text: str) -> bool:
    """False for a landmark that is also a word of every day ("Đánh giá", "Ý kiến"), or a button ("View comments")."""
    phrase = plain(_COUNT.sub("", text))
    return phrase in _KINDS and phrase not in _EVERYDAY


def is_tool_line(text: str) -> bool:
    """True for a line of page machinery: print, share, font size, view counter, "back to top"."""
    return len(text) <= MAX_LANDMARK + 40 and _is_tool_line(text)


@lru_cache(maxsize=4096)
def _is_tool_line(text: str) -> bool:
    if _RATING_LINE.fullmatch(fold(text)):
        return True
    parts = [plain(part) for part in _TOOL_BREAK.split(text)]
    return any(parts) and all(not part or _TOOL_LINE.fullmatch(part) for part in parts)


def offers_documents(text: str) -> bool:
    """True for the words before the links to an article's documents: "Tài liệu đính kèm:", "Văn bản kèm theo:"."""
    return len(text) <= MAX_LANDMARK + 40 and _DOCUMENTS.fullmatch(plain(text)) is not None


def is_tags_line(text: str) -> bool:
    """True for a line of keywords: "Từ khóa: rạch, môi trường"."""
    return _TAGS_LINE.match(fold(text[:60])) is not None


def is_advert(text: str) -> bool:
    """True for the word over an advertisement, "- Quảng cáo -"."""
    return plain(text) in ("quang cao", "tai tro", "advertisement")


def is_footer_line(text: str) -> bool:
    """True for a line of a page's imprint: licence, copyright, who answers for the site, where its office is."""
    return _is_imprint(text[:300]) or (text.isupper() and _OFFICE.match(_line_start(text)) is not None)


@lru_cache(maxsize=4096)
def _is_imprint(text: str) -> bool:
    folded = _line_start(text)
    if _FOOTER_LINE.match(folded):
        return True
    return folded.count(":") > 1 and len(_CONTACT.findall(folded)) > 1


def _line_start(text: str) -> str:
    return fold(text[:300]).lstrip(" *-–|")
