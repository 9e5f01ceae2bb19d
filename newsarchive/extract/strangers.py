"""Whether a text, or a page in a listing's place, is of others than the site: casinos, sellers of names, guards. Pure.

News of a district names such things too: its police break up betting rings, its lottery company builds a house for the
poor. What strangers write is told by what it does, not by what it names: it sells. It names several of the wares, again
and again, and praises them in the words of sellers; news of the police names them and, around them, the law. So no word
decides: wares, praise, how thick they stand, and the words of the law against them all count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarchive.extract.blocks import read_blocks
from newsarchive.extract.document import Tree, UnreadablePageError, decode, parse
from newsarchive.extract.messages import ASKS_FOR_PROOF, FOR_SALE, FORBIDDEN, UNDER_WORK, message
from newsarchive.vietnamese.text import collapse, fold

SOLD, GUARDED, CLOSED = "sold", "guarded", "closed"
"""What a page in a listing's place is: of whoever has the address now · of a guard before the site · the site's own,
that shows nothing."""

# Folded (lower case, no marks). What is sold:
_WARES = (
    "nha cai|casino|ca cuoc|ca do|dat cuoc|cuoc bong da|tai xiu|xoc dia|bau cua|baccarat|blackjack|"
    "roulette|poker|rong ho|slots?|no hu|quay hu|jackpot|ban ca(?: doi thuong)?|game bai|danh bai|"
    "tien len|phom|mau binh|sam loc|doi thuong|lo de|danh de|ghi de|xo so|xsmb|xsmn|xsmt|soi cau|"
    "keo(?: nha cai| bong da| chap| tai xiu)|ty le keo|da ga|loto|sportsbook|bookmaker|betting|gambling|"
    "judi|togel|gacor|maxwin|situs|sbobet|博彩|彩票|赌场|娱乐城|娱乐场|体育投注|老虎机|真人"
)
# How it is sold:
_PRAISE = (
    "uy tin|hang dau|so 1|dang cap|dinh cao|sieu pham|bung no|khuyen mai|uu dai|khuyen mai nap|"
    "thuong chao mung|thuong nap|hoan tra|hoan tien|tang (?:ngay )?\\d+k|nap rut|nap tien|rut tien|"
    "(?:dang ky|tham gia|choi|truy cap|tai|nhan) ngay|link (?:vao|truy cap|dang nhap|tai)|tai app|"
    "app tai|tai game|cong game|tan thu|cuoc thu|bet thu|game thu|nguoi choi|trai nghiem|xanh chin|"
    "minh bach|ty le tra thuong|tra thuong|thang lon|lam giau|doi doi|ho tro 24/7|cskh|24/7|"
    "bao mat tuyet doi|dang ky tai khoan|dang nhap|dai ly chinh thuc|trang chu chinh thuc|chinh thuc|"
    "moi nhat|hot nhat|bonus|deposit|withdraw|promo|free spins?|terpercaya|resmi|daftar|login|注册|优惠|下载|"
    "官网|平台"
)
# What news of the police, of courts and of offices says around them:
_LAW = (
    "cong an|canh sat|dieu tra|khoi to|bat (?:giu|giam|qua tang)|tam giu|tam giam|doi tuong|bi can|"
    "bi cao|xet xu|toa an|vien kiem sat|an phat|xu phat|xu ly|triet pha|duong day|to chuc danh bac|"
    "toi danh bac|hanh vi|vi pham|phap luat|tang vat|thu giu|tich thu|te nan|tuyen truyen|phong chong|"
    "canh bao|lua dao|toi pham|nghi dinh|uy ban nhan dan|ubnd|huyen uy|kien thiet|tinh nghia|nguoi ngheo"
)
# One of these, as it is written, is in every text that is sold by; looked for first, as nearly no text has any.
_HINTS = (
    "casino|nhà cái|nha cai|cá cược|ca cuoc|cá độ|ca do|đặt cược|dat cuoc|cược bóng|cuoc bong|tài xỉu|"
    "tai xiu|xóc đĩa|xoc dia|bầu cua|bau cua|baccarat|blackjack|roulette|poker|rồng hổ|rong ho|slot|"
    "nổ hũ|no hu|quay hũ|quay hu|jackpot|bắn cá|ban ca|game bài|game bai|đánh bài|danh bai|tiến lên|"
    "tien len|phỏm|phom|mậu binh|mau binh|sâm lốc|sam loc|đổi thưởng|doi thuong|lô đề|lo de|đánh đề|"
    "danh de|ghi đề|ghi de|xổ số|xo so|xsm|soi cầu|soi cau|kèo|keo|đá gà|da ga|loto|sportsbook|bookmaker|"
    "betting|gambling|judi|togel|gacor|maxwin|situs|sbobet|博彩|彩票|赌场|娱乐城|娱乐场|体育投注|老虎机|真人"
).split("|")
_LATIN = re.compile("[a-z]")


def _finder(words: str) -> re.Pattern[str]:
    # What is written without spaces has no ends of words.
    parts = words.split("|")
    latin = [part for part in parts if _LATIN.search(part)]
    others = [part for part in parts if part not in latin]
    alternatives = [rf"\b(?:{'|'.join(latin)})\b", *others]
    return re.compile("|".join(alternatives))


_FIND_WARES, _FIND_PRAISE, _FIND_LAW = map(_finder, (_WARES, _PRAISE, _LAW))
# Names as such houses give themselves: letters and a lucky number, a number and what is done. No roads (QL91, DT68).
_BRAND = re.compile(
    r"\b(?!(?:ql|tl|dt|hl|dh|km|tt|nd|qd|tg|covid)\d)[a-z]{1,9}(?:88|68|79|99|77|66|777|789|888|8k|3838|365)\b"
    r"|\b\d{2,4}(?:bet|win|club|vin|game)\b|\b[a-z0-9]{2,12}(?:bet|casino|nhacai)\d{0,3}\b|\b(?:sun|go|hit|rik)win\b"
)
_LEAST = 3
"""Different wares, and different words of praise, that strangers' text has at least."""
_THICK = 40
"""There is a ware, a praise or a brand in so many words at least."""
_LAWFUL = 3
"""Different words of the law that make a text news."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


def gambling(text: str) -> str | None:
    """What shows that a text advertises gambling, in its own words; None where it does not.

    ``text`` is an article, its title first, or all that a page says.

    >>> gambling("Công an huyện triệt phá đường dây cá độ bóng đá, tạm giữ 5 đối tượng") is None
    True
    """
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return None
    folded = fold(text)
    wares = _FIND_WARES.findall(folded)
    kinds = list(dict.fromkeys(wares))
    brands = list(dict.fromkeys(_BRAND.findall(folded)))
    if len(kinds) + min(len(brands), 2) < _LEAST or not kinds:
        return None
    praise = _FIND_PRAISE.findall(folded)
    if len(set(praise)) < _LEAST:
        return None
    words = len(folded.split()) + len(_CHINESE.findall(folded)) // 2
    if (len(wares) + len(praise) + len(brands)) * _THICK < words:
        return None
    lawful = set(_FIND_LAW.findall(folded))
    # Whoever sells may name the law once or twice ("hop phap"); and news may tell how the accused sold.
    if len(lawful) >= _LAWFUL and 2 * len(lawful) >= len(set(praise)):
        return None
    return ", ".join([*kinds[:4], *brands[:2]])


# Pages

_KINDS = {FOR_SALE: SOLD, ASKS_FOR_PROOF: GUARDED, FORBIDDEN: CLOSED, UNDER_WORK: CLOSED}
# Scripts and frames that stand on no page but a guard's or a seller's.
_GUARDS = re.compile(
    r"/cdn-cgi/challenge-platform/|_cf_chl_opt|/_Incapsula_Resource|sucuri_cloudproxy|captcha-delivery\.com|ddos-guard|"
    r"__ddg\d|/\.well-known/ddos|awsWafCookieDomainList|aws-waf-token"
)
_SELLERS = re.compile(
    r"(?:sedoparking|parkingcrew|bodis|afternic|hugedomains|above|dan|parklogic|skenzo|sav|uniregistry|undeveloped)\.com/|"
    r"adsense/domains/caf\.js|/parking-lander/|window\.park\b"
)
_SHORT = 1500
"""Characters of a page that may be all a message has to say."""


def page_of_others(body: bytes, url: str, content_type: str | None = None) -> tuple[str, str] | None:
    """What a page is that stands where a listing of news stood, and what it says or shows, as half a sentence ("the
    page …"); None for any other page, a listing too.

    ``body`` is unpacked, ``content_type`` the header's value. Called where the listing could not be read: a page of
    news with a message on it is not to be judged here.
    """
    try:
        source = decode(body, content_type)
        root = parse(source)
    except UnreadablePageError:
        return None
    lines = list(_lines(root))
    text = "\n".join(lines)
    if words := gambling(text):
        return SOLD, f"advertises gambling ({words})"
    if len(text) < _SHORT:
        for line in lines:
            if (what := message(line)) in _KINDS:
                return _KINDS[what], f"{what}: “{line[:80]}”"
        if _SELLERS.search(source):
            return SOLD, f"{FOR_SALE}: its scripts are a seller's"
        if _GUARDS.search(source):
            return GUARDED, f"{ASKS_FOR_PROOF}: its scripts are a guard's"
        if any((field.get("type") or "").lower() == "password" for field in root.iter("input")):
            return CLOSED, "asks for a password"
    return None


def _lines(root: Tree) -> Iterator[str]:
    """What a page says, line by line, its title first."""
    title = collapse(root.findtext(".//title") or "")
    if title:
        yield title
        yield from (part for part in re.split(r"\s[-–|»:]+\s", title)[:2] if part != title)
    for block in read_blocks(root):
        if block.kind == "text" and block.text:
            yield collapse(block.text)
