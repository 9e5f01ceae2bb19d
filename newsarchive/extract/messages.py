"""What a page says that is a message and no article: data, in one place. Compared folded (lower case, no marks). Pure.

Each pattern is of a whole line. Servers, frameworks and portals word them so: NukeViet, WordPress, Joomla, Liferay,
SharePoint, IIS, ASP, PHP, nginx, Cloudflare, hosters; in Vietnamese and in English.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsarchive.vietnamese.text import fold

LONGEST = 250
"""Characters a message's line may have."""

# What pages say of themselves, folded; a whole line each. A page, what one asked of it, and why it is not there:
_PAGE = (
    r"(?:(?:dia chi|duong dan|lien ket) (?:cua )?)?(?:trang(?: web| tin| nay)?|bai(?: viet)?|tin(?: bai| tuc)?|ban "
    r"tin|"
    r"noi dung|muc|chuyen muc|tai lieu|du lieu|van ban|ket qua|duong dan|lien ket|dia chi|url|tap tin|tep tin|file|"
    r"tai nguyen|thong tin|chuyen trang|module|portlet|san pham)"
)
_ASKED = (
    r"(?:(?: nay| do)?(?: (?:ma )?(?:ban|quy vi|quy khach|nguoi dung|ong/ba|ong \(ba\)))?(?: (?:dang|da|vua|muon|"
    r"can))*"
    r"(?: (?:tim(?: kiem)?|yeu cau|truy cap|xem|nhap|go|chon))(?: (?:vao|den|toi))?| (?:nay|do|phu hop|nao|gi)| duoc "
    r"yeu "
    r"cau)"
)
_NO_MORE = (
    r"(?:(?:hien )?(?:khong|chua)(?: con| he)?(?: duoc)? (?:ton tai|co san|kha dung|tim thay|hop le|hien thi|xuat "
    r"ban)|"
    r"khong con|(?:co the )?da (?:bi |duoc )?(?:xoa|go|di chuyen|chuyen di|huy|an|khoa)|bi (?:xoa|go)|"
    r"khong the (?:tim thay|hien thi|truy cap)|khong tim (?:thay|ra))"
)
_ASIDE = (
    r"(?:(?:\s*[.,;:!?()–-]| (?:hoac|nua|vui long|xin|co the|tren (?:he thong|may chu|trang|website|server|cong)|"
    r"trong (?:he thong|co so du lieu|chuyen muc))\b).{0,150})?"
)
_SORRY = (
    r"(?:(?:rat tiec|xin loi|oi|oops|loi|thong bao|error)?[\W\d]*(?:(?:chung toi|he thong|may chu|website) )?(?:rat "
    r"tiec )?)"
)
_SITE = (
    r"(?:trang web|website|web ?site|trang tin|trang thong tin|cong thong tin|cong|he thong|may chu|chuyen muc|site)"
)
GONE = "says that it has no such page"
FORBIDDEN = "says that one may not see it"
UNDER_WORK = "is under maintenance, or not built yet"
ASKS_FOR_PROOF = "asks to prove that a person reads"
FOR_SALE = "belongs to a host or a seller of names"
_MESSAGES = (
    (
        GONE,
        rf"{_SORRY}(?:khong|chua) (?:the )?(?:tim (?:thay|ra|duoc)|co) (?:bat (?:ky|cu) )?{_PAGE}{_ASKED}?{_ASIDE}",
        rf"{_SORRY}{_PAGE}{_ASKED}? {_NO_MORE}{_ASIDE}",
        r"(?:ma )?(?:loi|error|http)?\W*(?:404|410)\W*(?:.{0,40}(?:not found|khong (?:tim thay|ton tai)|gone)"
        r".{0,40})?",
        r"(?:(?:the )?(?:requested )?(?:page|file|article|object|resource|content|url|document)\b.{0,90})?(?:not "
        r"found|"
        r"does ?n.t exist|does not exist|no longer (?:exists|available)|(?:cannot|can.t|could not|couldn.t) be "
        r"found)\b.{0,120}",
        r"(?:oops|sorry)\W+(?:that|this|the) page.{0,60}|nothing (?:was )?found.{0,60}",
        r"(?:co ve nhu )?khong (?:the )?(?:tim thay|co)(?: trang| noi dung)? (?:gi|do|nao)?\s*(?:o "
        r"day)?\W*.{0,40}(?<=o day)|"
        r"khong (?:the )?tim thay\W*|khong (?:the )?tim thay (?:trang|bai viet|noi dung) do\W*",
    ),
    (
        FORBIDDEN,
        r"(?:xin loi\W+|rat tiec\W+|thong bao\W+)?(?:(?:ban|quy vi|tai khoan(?: cua ban| nay)?) )?(?:khong|chua) "
        r"(?:du |co |duoc "
        r"(?:cap |phan )?)(?:cac |du )?(?:quyen|vai tro)(?: (?:can thiet|yeu cau|truy cap|xem|vao|de|hop "
        r"le)\b.{0,90})?\W*",
        r"(?:(?:loi|error|http)?\W*(?:401|403)\W*)?(?:forbidden|access (?:is )?denied|unauthorized|tu choi truy cap|"
        r"truy cap bi "
        r"tu choi)\b.{0,120}|(?:loi|error|http)?\W*(?:401|403)\W*",
        r"you (?:do not|don.t) have (?:the )?(?:permission|roles?|access)\b.{0,90}|you are not "
        r"authori[sz]ed\b.{0,80}",
        r"(?:ban |quy vi )?(?:phai|can|hay|vui long|xin) (?:vui long )?dang nhap (?:de|moi|truoc)\b.{0,80}",
        r"(?:trang|chuc nang|noi dung|khu vuc) (?:nay )?chi danh cho (?:thanh vien|quan tri|nguoi dung|can "
        r"bo).{0,60}",
    ),
    (
        UNDER_WORK,
        rf"(?:.{{0,40}}\b)?{_SITE}(?: (?:nay|dien tu|hien|hien nay|cua chung toi|tam thoi))*(?: (?:dang|tam)(?: duoc|"
        rf" trong| qua "
        r"trinh| thoi gian| tien hanh| tam)*) (?:bao tri|nang cap|bao duong|xay dung|cap nhat|ngung|dung|khoa|"
        r"dong)\b.{0,120}",
        r"(?:.{0,40}\b)?(?:website|trang thong tin|cong thong tin)(?: [\w.-]+){1,9} dang(?: duoc| trong| qua trinh)* "
        r"(?:bao tri|nang "
        r"cap|bao duong)\b.{0,120}",
        r"(?:dang )?(?:bao tri|nang cap|bao duong) (?:he thong|website|trang web|may chu)\W*|maintenance mode\W*|"
        r"coming soon\W*",
        r"(?:(?:the |our |this )?(?:site|website|page|server|system|we) (?:is|are) )?(?:currently |temporarily "
        r")?(?:under (?:"
        r"construction|maintenance)|down for (?:\w+ )?maintenance|undergoing .{0,30}maintenance)\b.{0,90}",
        r"(?:noi dung )?dang (?:duoc )?(?:cap nhat|xay dung)(?: noi dung| du lieu)?\W*",
    ),
    (
        "shows an error of the site's programs",
        r"(?:php )?(?:warning|fatal error|parse error|notice|deprecated)\s*: .{1,170} on line \d+.{0,40}",
        r"server error in .{0,40}application\W*|runtime error\W*|(?:http |error |loi )+(?:5\d\d)\b.{0,90}|500 - "
        r"internal .{0,60}|"
        r"(?:50\d\W+)?(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway "
        r"time-?out)\b.{0,80}",
        r"error establishing a database connection.{0,80}|(?:database|db|sql|mysql) error\b.{0,80}|(?:khong the|loi|"
        r"that bai khi) ket "
        r"noi(?: duoc)?(?: den| toi| voi)? (?:co so du lieu|csdl|database|may chu|mysql)\b.{0,80}",
        r"(?:\[?microsoft\]?\W*(?:ole db|jet|vbscript|odbc)|adodb\.|odbc driver|sqlstate|mysqli?_|ora-\d{5}|jdbc|"
        r"java\.lang\.|"
        r"javax\.|system\.(?:web|data|null|io)|object reference not set|unclosed quotation mark|cannot open database|"
        r"login "
        r"failed for user|you have an error in your sql|stack trace|an unhandled exception|at org\.apache).{0,200}",
        r"(?:da )?(?:co|xay ra|phat sinh)(?: mot)? (?:loi|ngoai le)(?: da)? (?:xay ra|he thong|trong qua trinh|khi "
        r"(?:xu ly|truy))\b.{0,90}|"
        r"da (?:xay ra|phat sinh|co)(?: mot)? (?:loi|ngoai le)\W*(?:vui long.{0,60})?|thong bao loi\W*|loi\W*",
        r"loi (?:he thong|may chu|truy van|ung dung|server|khong xac dinh|noi bo|ket noi)\W*(?:vui long.{0,60})?",
        r"(?:sorry, )?(?:something went wrong|an (?:unexpected |application )?error (?:has )?occurr?ed)\b.{0,90}",
        r".{0,60}is temporarily unavailable\W*|portlet nay .{0,30}khong kha dung.{0,30}",
    ),
    (
        ASKS_FOR_PROOF,
        r"just a moment\W*|attention required.{0,40}|(?:checking|verifying) (?:your browser|you are human|if the "
        r"site).{0,90}",
        r"(?:please )?(?:verify|confirm|prove) (?:that )?you(?:.re| are) (?:a )?(?:human|not a robot).{0,60}|"
        r".{0,60}needs to review "
        r"the security of your connection.{0,60}|(?:please )?enable (?:javascript|cookies)(?: and cookies)? to "
        r"continue.{0,60}",
        r"(?:vui long |hay )?(?:xac minh|xac nhan|xac thuc|chung minh) (?:rang )?(?:ban|quy khach) (?:la con nguoi|"
        r"la nguoi that|"
        r"khong phai(?: la)? (?:robot|nguoi may|may))\b.{0,60}|toi khong phai(?: la)? (?:robot|nguoi may)\W*",
        r"(?:vui long )?nhap (?:ma|chuoi|ky tu|cac ky tu)\b.{0,60} de (?:tiep tuc|truy cap|xac).{0,60}",
        r"request unsuccessful\W.{0,60}|the requested url was rejected.{0,90}|web page blocked\b.{0,40}|sucuri "
        r".{0,60}firewall.{0,60}",
        r"(?:dang kiem tra (?:trinh duyet|ket noi)|trinh duyet (?:cua ban )?(?:can|phai|khong|chua) (?:bat|ho tro|"
        r"cho phep) "
        r"(?:javascript|cookie))\b.{0,60}",
    ),
    (
        "only leads to another page",
        r"object moved.{0,20}|(?:document |page )?(?:has )?moved(?: permanently| temporarily| to| here)*\W*|(?:301|"
        r"302) (?:found|moved).{0,20}",
        r"(?:redirecting|dang chuyen (?:huong|trang))\b.{0,60}|(?:neu )?trinh duyet (?:cua ban )?khong (?:tu dong "
        r")?chuyen.{0,80}",
    ),
    (
        FOR_SALE,
        r"(?:.{0,60}\b)?(?:domain(?: name)?|ten mien)\b.{0,40} (?:is|may be|dang duoc|duoc|da|chua)(?: \w+){0,2} "
        r"(?:for sale|parked|"
        r"available|expired|rao ban|ban|het han|dang ky|tam ngung|chuyen nhuong|gia han)\b.{0,90}|buy this "
        r"domain.{0,60}",
        r"(?:this )?account (?:has been )?suspended\b.{0,60}|(?:website|trang web|tai khoan|hosting|ten mien)(?: nay|"
        r" cua ban)? (?:da |dang |"
        r"tam )*(?:bi )?(?:tam ngung|tam khoa|khoa|dinh chi|ngung hoat dong|het han)\b.{0,90}",
        r"welcome to nginx\W*|apache2? .{0,20}default page.{0,20}|iis(?: windows(?: server)?)?\W*\d*|internet "
        r"information "
        r"services.{0,10}|it works\W*|index of /.{0,80}|(?:default web site page|web server.s default page|"
        r"plesk.{0,40}|test page for "
        r".{0,60})|sponsored listings\W*|related searches\W*",
    ),
)
_PATTERNS = tuple((what, re.compile("|".join(patterns))) for what, *patterns in _MESSAGES)


@lru_cache(maxsize=2048)
def message(line: str) -> str | None:
    """What a page says of itself by a line ("the page …"), where that is a message and nothing else; else None.

    >>> message("Không tìm thấy trang bạn yêu cầu.")
    'says that it has no such page'
    >>> message("Không tìm thấy nạn nhân vụ lật ghe")
    """
    if not 2 < len(line) <= LONGEST:
        return None
    words = fold(line).strip(" .!:;,-–|*“”\"'()[]…").replace("’", "'")
    return next((what for what, pattern in _PATTERNS if pattern.fullmatch(words)), None)
