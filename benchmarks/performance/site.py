"""A made-up district site of as many articles as wanted, the same every run; pages of 34 KB with all that a news page
has: sapo, picture and caption, byline, links to older articles, furniture. And how it is served."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import parse_qs, urlsplit

from newsarchive.demo import Response, serve

LISTING = "/tin-tuc"
PAGE_SIZE = 20
_WRITERS = ("Minh Tâm", "Xuân Hạ", "Hoài Nam", "Thu Ngân", "Bảo Quyên")
_PLACES = ("Bến Đò", "Hoa Súng", "Cầu Ván", "Rạch Dừa", "Bình Khê")
_processes = get_context("spawn")
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
            return Response(200, _HTML, page(int(name)))
        return Response(404, {"Content-Type": "text/plain"}, b"")

    def _listing(self, number: int) -> Response:
        first = self.count - (number - 1) * PAGE_SIZE
        shown = [(path(n), title(n), day(n)) for n in range(first, max(first - PAGE_SIZE, 0), -1)]
        following = f"{LISTING}?trang={number + 1}" if first > PAGE_SIZE else None
        return Response(200, _HTML, listing_page(shown, following))


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """A site in a process of its own; gives its address."""
    here, there = _processes.Pipe()
    process = _processes.Process(target=_serve, args=(site, there))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send(None)
        process.join()


def _serve(site: Site, pipe: Connection) -> None:
    with serve(site) as base:  # type: ignore[arg-type]
        pipe.send(base)
        pipe.recv()


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
    return f"Khu phố {number} phường {place(number)} góp sức làm đường hẻm số {number + 100}"


def place(number: int) -> str:
    """Where it takes place."""
    return _PLACES[number % len(_PLACES)]


def day(number: int) -> str:
    """The day it was printed."""
    return f"{date(2015, 1, 1) + timedelta(days=number // 2):%d/%m/%Y}"


def page(number: int) -> bytes:
    """The page of an article, the same every run."""
    households, writer = number % 40 + 12, _WRITERS[number % len(_WRITERS)]
    text = "".join(
        f"<p>Tổ {part} có {number % 7 + part} hộ lùi hàng rào để con hẻm rộng thêm gần một mét; ông tổ trưởng kể rằng"
        f" bà con bàn trong {part} buổi tối ở sân đình rồi mới ký vào tờ giấy chung, và từ đó không ai nhắc chuyện bồi"
        " thường. Phần xi măng do một cửa hàng vật liệu trong phường bán chịu tới cuối năm.</p>\n"
        for part in range(1, 13)
    )
    older = "".join(
        f'<li><a href="{path(other)}">{title(other)}</a> <span>({day(other)})</span></li>'
        for other in range(number - 1, max(number - 6, 0), -1)
    )
    return frame(
        title(number),
        f'<h1 class="title">{title(number)}</h1><div class="date">{day(number)}</div>'
        f'<div class="sapo">Sau hai tháng góp công, góp của, {households} hộ dân đã có con hẻm mới trước mùa mưa.</div>'
        f'<div class="content"><figure><img src="/anh/{number}.jpg" alt="">'
        f"<figcaption>Bà con tráng mặt hẻm số {number + 100}. Ảnh: {writer}</figcaption></figure>{text}"
        f'<p class="author">{writer}</p></div><div class="older"><h3>Tin khác</h3><ul>{older}</ul></div>',
    )


def picture(number: int, length: int = 100_000) -> bytes:
    """Bytes that pack no better than a photograph's do."""
    return b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(length)


def frame(heading: str, content: str) -> bytes:
    """Content with a menu, scripts and boxes around it, as heavy as such pages are."""
    return (
        f'<html><head><meta charset="utf-8"><title>{heading} - Quận Sen Hồng</title>{_SCRIPT}</head><body>'
        f'<div id="header"><a href="/">Trang chủ</a></div><ul id="menu">{_MENU}</ul><div class="main">{content}</div>'
        f'<div id="footer">Trang tin Quận Sen Hồng</div></body></html>'
    ).encode()


_MENU = "".join(f'<li class="menu-item"><a href="/chuyen-muc/{n}">Chuyên mục số {n}</a></li>' for n in range(80))
_SCRIPT = "<script>var cau_hinh = {" + ",".join(f'"khoa{n}": "gia tri {n * 7919}"' for n in range(780)) + "};</script>"
