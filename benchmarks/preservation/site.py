"""A made-up district site of as many articles as wanted, the same every run; pages of 31 KB with their furniture."""

from __future__ import annotations

import random
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from newsarchive.demo import Response

LISTING = "/tin-tuc"
PAGE_SIZE = 20
_PLACES = ("Bến Đò", "Hoa Súng", "Cầu Ván", "Rạch Dừa", "Bình Khê")
_HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """The site as one function from an address to an answer (see :func:`newsarchive.demo.serve`)."""

    def __init__(self, count: int) -> None:
        self.count = count

    def handle(self, path: str) -> Response:
        """The answer to a request."""
        parts = urlsplit(path)
        if parts.path == LISTING:
            return self._listing(int(parse_qs(parts.query).get("trang", ["1"])[0]))
        name = parts.path.removeprefix(f"{LISTING}/").removesuffix(".html")
        if name.isdecimal() and 1 <= int(name) <= self.count:
            return Response(200, _HTML, self.article(int(name)))
        return Response(404, {"Content-Type": "text/plain"}, b"")

    def article(self, number: int) -> bytes:
        """The page of an article."""
        return page(number)

    def _listing(self, number: int) -> Response:
        first = self.count - (number - 1) * PAGE_SIZE
        shown = [(path(n), title(n), day(n)) for n in range(first, max(first - PAGE_SIZE, 0), -1)]
        following = f"{LISTING}?trang={number + 1}" if first > PAGE_SIZE else None
        return Response(200, _HTML, listing_page(shown, following))


def listing_page(shown: list[tuple[str, str, str]], following: str | None) -> bytes:
    """A page that lists articles (path, title, day), and leads to the following one."""
    rows = "".join(f'<li><a href="{place}">{name}</a> <span>({day})</span></li>' for place, name, day in shown)
    more = f'<a href="{following}">Trang sau</a>' if following else ""
    return frame("Tin tức", f'<h2>Tin tức</h2><ul class="list">{rows}</ul>{more}')


def path(number: int) -> str:
    """The path of an article."""
    return f"{LISTING}/{number}.html"


def title(number: int) -> str:
    """Its title."""
    return f"Khu phố {number} phường {_PLACES[number % 5]} góp sức làm đường hẻm số {number + 100}"


def day(number: int) -> str:
    """The day it was printed."""
    return f"{date(2015, 1, 1) + timedelta(days=number // 2):%d/%m/%Y}"


def page(number: int, printed: str | None = None, *, note: bool = False) -> bytes:
    """Its page; ``printed`` on another day than :func:`day` has it, with a ``note`` that it was corrected."""
    place = _PLACES[number % 5]
    text = "".join(
        f"<p>Bà con tổ {part} khu phố {number} phường {place} vừa góp hơn {number % 90 + part} triệu đồng để tráng lại"
        f" mặt hẻm, nơi mùa mưa nào cũng đọng nước; {number % 40 + part} hộ đã lùi hàng rào, nhường đất cho con hẻm"
        " rộng thêm gần một mét mà không ai đòi bồi thường.</p>\n"
        for part in range(1, 13)
    )
    if note:
        text += "<p>Bản đính chính: số hộ hiến đất trong bài đã được tổ dân phố kiểm lại và sửa cho đúng.</p>\n"
    printed = printed or day(number)
    article = f'<h1>{title(number)}</h1><div class="date">{printed}</div><div class="content">{text}</div>'
    return frame(title(number), article)


def picture(number: int, length: int = 100_000) -> bytes:
    """Bytes that pack no better than a photograph's do."""
    return b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(length)


def frame(heading: str, content: str) -> bytes:
    """Content with a menu, scripts and boxes around it, as heavy as such pages are."""
    menu = "".join(f'<li class="menu-item"><a href="/chuyen-muc/{n}">Chuyên mục số {n}</a></li>' for n in range(80))
    script = (
        "<script>var cau_hinh = {" + ",".join(f'"khoa{n}": "gia tri {n * 7919}"' for n in range(780)) + "};</script>"
    )
    return (
        f'<html><head><meta charset="utf-8"><title>{heading} - Quận Sen Hồng</title>{script}</head><body>'
        f'<div id="header"><a href="/">Trang chủ</a></div><ul id="menu">{menu}</ul><div class="main">{content}</div>'
        f'<div id="footer">Trang tin Quận Sen Hồng</div></body></html>'
    ).encode()
