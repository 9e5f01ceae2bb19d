"""Who wrote, who photographed, whose news it is: the lines that name people and outlets. Pure.

The forms are those of the Vietnamese local press: a bút danh (pen name) alone, "Tin, ảnh: …", "Theo …", "Nguồn: …".
What is a name is :mod:`newsarchive.vietnamese.names`' to say; here is the grammar of the lines around names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.vietnamese.names import is_body_or_place, is_courtesy, is_name
from newsarchive.vietnamese.text import collapse, fold

_SEPARATOR = re.compile(r"\s*(?:,|;|/|&|\+|\s[-–—]\s|(?<=\w)\s?[–—]\s?(?=\w)|(?<=\w)- (?=\w)|\s(?:và|cùng|VÀ)\s)\s*")
_ROLE_ALONE = re.compile(r"(?:nhóm )?(?:p\.?v|ctv|btv)\.?", re.I)
# What a person did or is, before the name: "PV Xuân Hạ", "Nhóm tác giả: …".
_ROLE = re.compile(
    r"^(?:(?:nhóm )?(?:phóng viên|cộng tác viên|tác giả|biên tập viên|nhà báo|p\.?v|ctv|btv)|nhóm)\s*[:.]?\s+(?=\w)",
    re.I,
)
# … and after it: "Xuân Hạ (thực hiện)", "Xuân Hạ ghi", "X.H tổng hợp".
_ROLE_AFTER = re.compile(
    r"\s*(?:[-–]\s*)?\(?\s*(?:thực hiện|ghi(?: chép)?|tổng hợp|t/h|biên soạn|sưu tầm|lược (?:ghi|dịch)|biên dịch|"
    r"dịch)\s*\)?$",
    re.I,
)

# … or only is: "Xuân Hạ - CTV"; behind several names, or behind "và", it stands for somebody more.
_ROLE_BEHIND = re.compile(r"\s*[-–—(]\s*(?:p\.?v|ctv|btv|phóng viên|cộng tác viên|biên tập viên)\s*\)?$", re.I)

# "Tin, ảnh", "Bài và ảnh", "Tin - bài", "Tin/ảnh", "Ảnh, tin" …: what the named person did.
_WORK = (
    r"(?:tin|bài|ảnh|ảnh minh họa|clip|video|hình|hình ảnh|hình minh họa|đồ họa|bài viết|tin bài|tin tức|thơ|"
    r"lời(?: bình)?|nội dung)"
)
_WORKS = rf"{_WORK}(?:\s*(?:,|và|&|[-–/+])\s*{_WORK}|\s+{_WORK}){{0,3}}"
_AUTHOR_LABEL = re.compile(
    rf"^(?P<label>{_WORKS}|(?:nhóm )?tác giả(?: bài viết)?|người viết|(?:người )?thực hiện|biên soạn|tổng hợp|bút danh|"
    r"t\.?h|t/h|p\.?v|ctv|(?:nhóm )?phóng viên|nhóm p\.?v|author|by)\s*(?P<mark>[:：]|\s[-–]\s)\s*(?P<names>\S.*)$",
    re.I,
)
# "Tin, ảnh Xuân Hạ": the colon forgotten.
_WORKS_UNMARKED = re.compile(rf"^{_WORK}\s*(?:,|và|&|[-–/+])\s*{_WORK}\s+(?P<names>\S.*)$", re.I)
# "Ghi chép của Xuân Hạ", "Phóng sự ảnh của X.H".
_WORK_OF = re.compile(
    r"^(?:ghi chép|ghi nhanh|phóng sự|bút ký|ký sự|bài viết|tùy bút|tuỳ bút|tản văn|truyện ngắn|(?:bài )?thơ)(?: ảnh)?"
    r" của (?P<names>\S.*)$",
    re.I,
)
_BARE_LABEL = re.compile(rf"(?:{_WORKS}|(?:nhóm )?tác giả(?: bài viết)?|người viết|nguồn(?: tin)?)\s*[:：]", re.I)
_PHOTO_WORK = re.compile(r"(?:ảnh|hình|clip|video|đồ họa|minh họa|,|và|&|[-–/+\s])+", re.I)
_SECOND_WORK = re.compile(rf"\s*[-–;,./(|]?\s*\b(?P<label>{_WORKS})\s*[:：]\s*(?P<names>[^)]+)\)?$", re.I)
_POSTER_LABEL = re.compile(
    r"^(?:đăng bởi|người đăng|người gửi|được đăng bởi|viết bởi|posted by|written by)\s*[:：]?\s*(.+)$", re.I
)
_AFTER_POSTER = re.compile(r"\s+(?:vào|lúc|ngày|on)\b|\s*[|•·(]|\s+[-–]\s|,?\s+\d", re.I)
_SOURCE_LABEL = re.compile(
    r"^\(?\s*(?:nguồn(?: tin| bài)?|theo nguồn|trích nguồn|sưu tầm|"
    r"source)\s*[:：\-–]\s*(?P<name>[^)]{2,100}?)\s*\)?\.?$",
    re.I,
)
_SOURCE_THEO = re.compile(r"^\(?\s*theo\s*[:：]?\s+(?P<name>[^)]{2,60}?)\s*\)?\.?$", re.I)
# "Xuân Hạ (Theo TTXVN)", "Xuân Hạ - Theo Báo X", "X.H (tổng hợp từ …)": a name, then where it comes from.
_NAME_AND_SOURCE = re.compile(
    r"^(?P<names>[^():]{2,60}?)\s*(?:\(\s*|[-–,]\s*)(?P<rest>(?:theo|nguồn|tổng hợp(?: từ| theo)?|sưu "
    r"tầm)\b[^()]*?)\s*\)?\.?$",
    re.I,
)
_SOURCE_WORDS = re.compile(r"^(?:tổng hợp|sưu tầm)?\s*(?:theo|nguồn|từ)?\s*[:：]?\s*", re.I)
_AGENCY = (
    r"(?:ttxvn|vnanet|vna|vov\d?|vtv\d*|htv\d*|vietnamplus|thông tấn xã việt nam|chinhphu\.vn|dangcongsan\.vn|"
    r"báo [\w .&-]{2,40}|tạp chí [\w .&-]{2,40}|đài [\w .&-]{2,40}|(?:cổng|trang) (?:thông tin|tin|ttđt)[\w .&-]{2,60}|"
    r"website [\w .&-]{2,60}|(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)(?:/\S*)?|sggp|sài gòn giải phóng|"
    r"(?:báo )?(?:nhân dân|tuổi trẻ|thanh niên|người lao động|tiền phong|lao động|hà nội mới|pháp luật|vnexpress|"
    r"dân trí|quân đội nhân dân|công an nhân dân|phụ nữ|nông nghiệp|đại đoàn kết)(?: online| việt nam)?)"
)
_AGENCIES = re.compile(rf"{_AGENCY}(?:\s*(?:,|;|/|&|[-–]|và)\s*{_AGENCY}){{0,3}}", re.I)
# A newspaper's name that is also a common word is one only where the line says so.
_PLAIN_AGENCY = re.compile(r"(?:nhân dân|thanh niên|lao động|phụ nữ|nông nghiệp|pháp luật|tuổi trẻ|đài [a-z].*)", re.I)
_CREDIT = re.compile(
    r"(?:^|[\s(.,;–-])(?:ảnh|hình|nguồn ảnh|ảnh minh họa|ảnh tư liệu|nguồn|photo)\s*[:：]\s*"
    r"(?P<name>[^()\n]{2,60}?)\s*\)?\s*[.]?\s*$",
    re.I,
)
# "(ảnh Xuân Hạ)": the colon forgotten; what follows must then be a name.
_CREDIT_UNMARKED = re.compile(r"\(\s*(?:ảnh|hình|photo)\s+(?P<name>[^():\n]{2,60}?)\s*\)\s*\.?\s*$", re.I)
_CREDIT_IN_BRACKETS = re.compile(r"\(\s*(?:ảnh|hình|nguồn ảnh|photo)\s*[:：]\s*(?P<name>[^()\n]{2,60}?)\s*\)", re.I)
# "P. Bến Nứa", "Q.5": a ward, a district, behind a name.
_SHORT_PLACE = re.compile(r"(?:P|Q|H|X|TP|TX|TT)\.\s?[\wĐ]{1,}", re.U)
# "VP Huyện ủy", "TTVH huyện": an office by its initials, and of what.
_SHORT_OFFICE = re.compile(
    r"[A-ZĐ]{2,8}(?: [\w&-]+){0,4} (?i:quận|huyện|xã|phường|tỉnh|thị xã|thị trấn|thành phố|tp|\w* ?ủy)(?: \w+){0,4}"
)
# "VPHU", "TTVH", "BCHQS", "MTTQ": an office by its initials alone.
_INITIALS_OF_OFFICE = re.compile(r"(?:VP|TT|BCH|UB|HĐ|MTTQ|LĐLĐ|HND|HLHPN|LHPN|HPN|CCB|BTG|BDV|BTC|P\.)[A-ZĐ&.-]{0,8}")
_IN_OFFICE = re.compile(r"(?P<names>[^\W\d]+(?:[ '’][^\W\d]+){1,3}) \((?P<rest>[^()]{4,70})\)?$")
# What a writer is, behind or under the name; who heads an office rather signs for it.
_POST = re.compile(
    r"(?:công chức|cán bộ|chuyên viên|viên chức|phóng viên|biên tập viên|giáo viên|hội viên|đoàn viên|ctv|"
    r"cộng tác viên|cc)\b.{0,60}",
    re.I,
)
_END_OF_TEXT = r"(?<=[.!?…”\"/])\s*"
_SIGNED_IN_BRACKETS = re.compile(_END_OF_TEXT + r"\(\s*(?P<line>[^()]{2,60})\s*\)\s*\.?$")
_SIGNED_WITH_LABEL = re.compile(_END_OF_TEXT + rf"(?P<line>(?:{_WORKS}|tác giả)\s*[:：]\s*[^.:]{{2,60}})\.?$", re.I)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What one line names: authors (names alone), another outlet, the photographer; None for what it does not name."""

    byline: str | None = None
    source: str | None = None
    credit: str | None = None


def read_credit_line(text: str, *, alone: bool = True, known: bool = False) -> CreditLine | None:
    """Read a line that names author, outlet or photographer; None where it is something else.

    ``alone``: the line stands where a bút danh stands, so a bare name counts; else only labelled lines do.
    ``known``: a bare name must be made of syllables people are named with (see :func:`is_name`).

    >>> read_credit_line("Tin, ảnh: Xuân Hạ")
    CreditLine(byline='Xuân Hạ', source=None, credit=None)
    >>> read_credit_line("(Theo TTXVN)")
    CreditLine(byline=None, source='TTXVN', credit=None)
    """
    text = collapse(text).strip(" *_|•·–-")
    return _read_credit_line(text, alone, known) if 2 <= len(text) <= 150 else None


@lru_cache(maxsize=1024)
def _read_credit_line(text: str, alone: bool, known: bool) -> CreditLine | None:
    if is_courtesy(text):
        return None
    if match := _SOURCE_LABEL.match(text):
        return CreditLine(source=_trimmed(match["name"]))
    if (match := _NAME_AND_SOURCE.match(text)) and (names := bare_names(match["names"])):
        return CreditLine(byline=names, source=_trimmed(_SOURCE_WORDS.sub("", match["rest"])) or None)
    if match := _SOURCE_THEO.match(text):
        name = _trimmed(match["name"])
        return CreditLine(source=name) if _is_outlet(name) else None
    bare = re.sub(r"\.?/\.?$", "", re.sub(r"\)[ .]+$", ")", text).strip("()[] "))
    outlet = bare.rstrip(" .")
    if _AGENCIES.fullmatch(outlet) and not (_PLAIN_AGENCY.fullmatch(outlet) and text[0] != "("):
        return CreditLine(source=outlet) if alone or text[0] == "(" else None
    if match := _AUTHOR_LABEL.match(text):
        return _labelled(match)
    if (match := _WORKS_UNMARKED.match(text) or _WORK_OF.match(text)) and (names := bare_names(match["names"])):
        return CreditLine(byline=names)
    if (match := _WORK_OF.match(text)) and _capitalised_throughout(match["names"]):
        return CreditLine(byline=_trimmed(match["names"]))
    if not alone:
        return None
    second = _SECOND_WORK.search(text) if ":" in text or "：" in text else None
    if second and second.start() and (names := bare_names(text[: second.start()])):
        # "Xuân Hạ; Ảnh: Minh Tâm"
        return CreditLine(byline=names, credit=_trimmed(second["names"]))
    return _signed(bare, known)


def _signed(text: str, known: bool) -> CreditLine | None:
    """Bare names, with the office or outlet of the last one dropped or kept apart: "X.H - Phòng Tư pháp", "X.H/VOV"."""
    match = re.match(r"^(?P<names>[^()]{2,60}?)\s*(?:\(|/|,|\s[-–—]\s|[–—])\s*(?P<rest>[^()]{2,70}?)\s*\)?$", text)
    if match and (names := bare_names(match["names"], known=known)):
        rest = match["rest"].rstrip(" .")
        if _AGENCIES.fullmatch(rest):
            return CreditLine(byline=names, source=rest)
        if is_office(rest):
            return CreditLine(byline=names)
    if names := bare_names(text, known=known):
        return CreditLine(byline=names)
    # "A Thút (Đồn Biên phòng …)": syllables not known as a name's, but an office in brackets says whose they are.
    found = _IN_OFFICE.match(text)
    who = found["names"] if found and is_office(found["rest"]) else ""
    return CreditLine(byline=who) if who and _capitalised_throughout(who) and not is_body_or_place(who) else None


def is_office(text: str) -> bool:
    """True for what stands behind or under a name: an office, a place, a post held ("(Phòng Tư pháp)", "CC VHXH").

    >>> is_office("(Đài Truyền thanh huyện)"), is_office("Công chức Văn hóa - Xã hội"), is_office("Xuân Hạ")
    (True, True, False)
    """
    text = collapse(text).strip("()[] .")
    if len(text) > 70 or any(c in text for c in "?!:;"):
        return False
    found = _SHORT_PLACE.match(text) or _SHORT_OFFICE.fullmatch(text) or _INITIALS_OF_OFFICE.fullmatch(text)
    return is_body_or_place(text) or found is not None or _POST.fullmatch(text) is not None


def _is_outlet(name: str) -> bool:
    """What may follow "Theo": an outlet, a person, an organisation; not a clause ("Theo Ban tổ chức, hội thi …")."""
    if _AGENCIES.fullmatch(name) or bare_names(name):
        return True
    return len(name.split()) <= 9 and name[0].isupper() and not re.search(r"[,;:]", name) and is_body_or_place(name)


def _labelled(match: re.Match[str]) -> CreditLine | None:
    label, rest = match["label"], match["names"]
    if match["mark"].strip() in ("-", "–") and (names := bare_names(match.group())):
        return CreditLine(byline=names)  # "PV - CTV": no label, two signatures
    credit = None
    if second := _SECOND_WORK.search(rest):
        # "Tin: A - Ảnh: B": two works, two people.
        credit = _trimmed(second["names"])
        rest = rest[: second.start()]
    source = None
    if found := re.search(r"\s*\(\s*(?:theo|nguồn)\s*[:：]?\s*([^()]+)\)$", rest, re.I):
        rest, source = rest[: found.start()], _trimmed(found.group(1))
    names = _ROLE_AFTER.sub("", _ROLE.sub("", _trimmed(rest))).strip()
    if not names or len(names) > 80:
        return None
    if _PHOTO_WORK.fullmatch(label):
        return CreditLine(credit=names) if bare_names(names) or _capitalised_throughout(names) else None
    if _AGENCIES.fullmatch(names):
        return CreditLine(source=names, credit=credit)
    signed = bare_names(names)
    if match["mark"].strip() not in (":", "：") and not signed:
        return None
    if not signed and (split := _signed(names, known=False)):
        return CreditLine(byline=split.byline, source=split.source or source, credit=credit)
    office = names[0].isupper() and is_body_or_place(names)
    if not signed and not office and not _capitalised_throughout(names):
        return None
    return CreditLine(byline=signed or names, source=source, credit=credit)


def bare_names(text: str, *, known: bool = False) -> str | None:
    """The name or names a text consists of, and of nothing else; roles ("PV", "ghi") around a name are dropped.

    ``known`` as for :func:`newsarchive.vietnamese.names.is_name`.

    >>> bare_names("Xuân Hạ - Minh Tâm")
    'Xuân Hạ - Minh Tâm'
    >>> bare_names("Hội nghị kết thúc")
    """
    text = collapse(text).strip(" *_,;|-–")
    if not 2 <= len(text) <= 80 or any(c in text for c in '?!:"“”%@…'):
        return None
    if is_name(named := _ROLE_BEHIND.sub("", text)) and not _ROLE_ALONE.fullmatch(named):
        text = named
    without = _ROLE_AFTER.sub("", text).strip(" ,;-–")
    if not _ROLE_ALONE.fullmatch(without):
        without = _ROLE.sub("", without)
    names = [re.sub(r"^[Nn]hóm ", "", name) for name in _SEPARATOR.split(without) if name]
    if not 1 <= len(names) <= 6 or not all(is_name(name, known=known) for name in names):
        return None
    return without if re.search(r"(?:^|[\s.])(?:\w|[CKNPT][hgr])\.$", without) else without.rstrip(".")


def _capitalised_throughout(text: str) -> bool:
    """Every word with a capital or figure: what follows "Tác giả:" and is no common name ("Cô Ba Sài Gòn", "K9")."""
    words = _SEPARATOR.sub(" ", text).split()
    return 1 <= len(words) <= 8 and all(word[0].isupper() or word[0].isdigit() for word in words)


def without_by(name: str) -> str:
    """An author as metadata names one, without the "By" some themes write into it."""
    return re.sub(r"^by\s+(?=\w)", "", name, flags=re.IGNORECASE)


def read_poster(text: str) -> str | None:
    """The name after "Đăng bởi:", "Người đăng:": who put the page up, seldom who wrote it; without what follows it
    ("… vào lúc 8:15", "… | 14/09/2020")."""
    match = _POSTER_LABEL.match(collapse(text))
    return _trimmed(_AFTER_POSTER.split(match.group(1), maxsplit=1)[0]) if match else None


def photo_credit(caption: str) -> str | None:
    """The photographer a caption names.

    >>> photo_credit("Đại biểu trồng cây. Ảnh: Xuân Hạ")
    'Xuân Hạ'
    """
    match = _CREDIT.search(caption) or _CREDIT_IN_BRACKETS.search(caption)
    if match is None and (unmarked := _CREDIT_UNMARKED.search(caption)):
        return bare_names(unmarked["name"], known=True)
    name = _trimmed(match["name"]) if match else ""
    return name if name and (name[0].isupper() or name[0].isdigit() or "." in name) else None


def signed_end(paragraph: str) -> tuple[str, CreditLine] | None:
    """A credit at the very end of a last paragraph, and the paragraph without it where the credit is a byline.

    >>> signed_end("Hội thi kết thúc vào tháng 12. (Xuân Hạ)")
    ('Hội thi kết thúc vào tháng 12.', CreditLine(byline='Xuân Hạ', source=None, credit=None))
    >>> signed_end("Hội thi kết thúc vào tháng 12. (TTXVN)")
    ('Hội thi kết thúc vào tháng 12. (TTXVN)', CreditLine(byline=None, source='TTXVN', credit=None))
    """
    start = max(0, len(paragraph) - 200)
    match = _SIGNED_IN_BRACKETS.search(paragraph, start) or _SIGNED_WITH_LABEL.search(paragraph, start)
    if match is None or match.start() < 20:
        return None
    inner = f"({match['line']})" if match.re is _SIGNED_IN_BRACKETS else match["line"]
    line = read_credit_line(inner, known=True)
    if line is None or (line.byline is None and line.source is None):
        return None
    # "(TTXVN)" is part of the text as the agency sends it; a byline is not.
    return (paragraph[: match.start()].rstrip() if line.byline else paragraph), line


def _trimmed(text: str) -> str:
    text = collapse(text).strip(" ,;:()[]|*-–")
    if not re.search(r"(?:^|[\s.])(?:\w|[CKNPT][hgr])\.$", text):
        text = text.rstrip(" .")
    # A bracket that was part of the name's own ("Hà (Quận 1)") is closed again.
    return text + ")" if text.count("(") > text.count(")") else text


def is_bare_label(text: str) -> bool:
    """True for a label that waits for its name: "Tác giả:", "Tin, ảnh:"."""
    return _BARE_LABEL.fullmatch(collapse(text)) is not None


def is_nobody(name: str) -> bool:
    """True for the account names of portals ("admin", "Ban biên tập", "Super User"), which are nobody's."""
    return is_body_or_place(name) or re.fullmatch(r"[a-z0-9._-]+|.*\badmin\b.*|bien tap.*", fold(name)) is not None
