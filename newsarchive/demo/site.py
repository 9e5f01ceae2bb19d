"""The made-up site as a thing that answers: addresses, responses, a server on loopback, and the truth about it all.

:class:`DemoSite` knows no sockets; :func:`serve` knows nothing of the content.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from newsarchive.demo import pages
from newsarchive.demo.content import PRINTED, Notice, Story, notices, stories
from newsarchive.items import ATTACHMENT, INLINE, NOTICE, RELATED, Article, Image, Link

NAME = "sen-hong"
LISTING = "/nhom-tin/quan-sen-hong-1197700112"
PAGE_SIZE = 14
JUNK = "?utm_source=zalo&utm_medium=social#binh-luan"
"""What the repeated row's links carry behind the address."""

_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI//////////////////////////////////////////////"
    "//////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8Ad//Z"
)
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /tim-kiem\n"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the site."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Fault = Callable[[str], Response | None]
"""Asked before the site with the path and query: an answer of its own, or None to let the site answer."""


class DemoSite:
    """The whole site as one function from an address to an answer. ``today`` is the masthead's day."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or date.today()
        self.stories = stories()
        self._pages: dict[str, Callable[[], Response]] = {
            "/": self._front,
            "/robots.txt": partial(_answer, _ROBOTS, "text/plain; charset=utf-8"),
            "/tim-kiem": partial(self._plain, "Tìm kiếm", "Không tìm thấy tin nào."),
        }
        for story in self.stories:
            self._pages[story.path] = partial(self._article, story)
            if story.twice == "address":
                self._pages[story.second_path] = partial(self._article, story)
        for notice in notices():
            self._pages[notice.path] = partial(self._plain, notice.title, notice.text)

    # -- answers -------------------------------------------------------------------------------------------------

    def handle(self, path: str) -> Response:
        """The answer to a request for a path with its query."""
        parts = urlsplit(path)
        if parts.path in self._pages:
            return self._pages[parts.path]()
        if parts.path in self._listings:
            return self._listing(parts.path, parse_qs(parts.query).get("page", ["1"])[0])
        if parts.path.startswith("/res/") or parts.path == "/captcha.jpg":
            return _answer(_PDF, "application/pdf") if parts.path.endswith(".pdf") else _answer(_JPEG, "image/jpeg")
        return self._plain("Không tìm thấy trang", "Địa chỉ này không có trên trang tin.", status=404)

    @property
    def _listings(self) -> dict[str, str]:
        sections = {pages.section_path(section): section for section in pages.SECTIONS}
        return {LISTING: "Quận Sen Hồng", **sections}

    def _article(self, story: Story) -> Response:
        if story.state == "gone":
            return self._plain("Tin không còn", "Tin này đã được gỡ khỏi trang tin.", status=410)
        content = pages.article(story, self._related(story), self._notices(story))
        title = f"{story.title} - {pages.SITE_TITLE}"
        return self._page(pages.LAYOUTS[story.layout].frame, title, content, head=pages.metadata(story))

    def _listing(self, path: str, page: str) -> Response:
        heading = self._listings[path]
        rows = self.rows if path == LISTING else [(s, s.path) for s in self.stories if s.section == heading]
        last = max(1, -(-len(rows) // PAGE_SIZE))
        number = int(page) if page.isdecimal() else 0
        if not 1 <= number <= last:
            return self._plain("Không tìm thấy trang", "Trang tin không có trang này.", status=404)
        shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        content = pages.listing(shown, heading, path, number, last)
        return self._page("table", f"{heading} - {pages.SITE_TITLE}", content)

    def _front(self) -> Response:
        newest = "\n".join(f'<p><a href="{story.path}">{escape(story.title)}</a></p>' for story in self.stories[:6])
        content = f'<h2><a href="{LISTING}">Tin Quận Sen Hồng</a></h2>\n{newest}'
        return self._page("div", f"Trang tin điện tử {pages.SITE_TITLE}", content)

    def _plain(self, title: str, text: str, status: int = 200) -> Response:
        content = f"<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>"
        return self._page("div", f"{title} - {pages.SITE_TITLE}", content, status=status)

    def _page(self, frame: str, title: str, content: str, head: str = "", status: int = 200) -> Response:
        most_read = [story for story in self.stories if story.state == "live"][3::15]
        html = pages.page(frame, title, content, today=self.today, most_read=most_read, head=head)
        return _answer(html, _HTML, status)

    # -- what is where -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> list[tuple[Story, str]]:
        """The listing's rows, the newest first: each story and the address it is linked by."""
        made = []
        for story in self.stories:
            made.append((story, story.path))
            if story.twice:
                made.append((story, story.second_path if story.twice == "address" else story.path + JUNK))
        return made

    @property
    def listing_pages(self) -> list[str]:
        """The addresses of the listing's pages."""
        last = -(-len(self.rows) // PAGE_SIZE)
        return [LISTING, *(f"{LISTING}?page={number}" for number in range(2, last + 1))]

    def paths(self, state: str) -> list[str]:
        """The addresses of the stories in one state: "live", "empty" (a page without a body) or "gone"."""
        return [story.path for story in self.stories if story.state == state]

    def _related(self, story: Story) -> Sequence[Story]:
        """The three to five stories before this one; for the oldest, those after it."""
        living = [other for other in self.stories if other.state == "live" and other is not story]
        count = 3 + len(story.title) % 3
        older = [other for other in living if other.published < story.published]
        return older[:count] if len(older) >= count else living[-count:]

    def _notices(self, story: Story) -> Sequence[Notice]:
        first = len(story.title) % (len(notices()) - 1)
        return notices()[first : first + 2]

    # -- the truth -----------------------------------------------------------------------------------------------

    def truth(self, base_url: str) -> list[Article]:
        """What a faithful archive holds of every living story, in the listing's order.

        ``date`` and its kin are None where only bounds can be known, ``date_text`` also where only a picture's
        address has the day; ``field_sources`` and ``extractor`` are the reader's own.
        """
        return [self._truth(story, base_url) for story in self.stories if story.state == "live"]

    def _truth(self, story: Story, base: str) -> Article:
        sources = {"label": "article", "weekday": "article", "image": "image-url", "nothing": "bounds"}
        day = f"{story.published:%Y-%m-%d}" if story.dated != "nothing" else None
        links = [
            *(_link(base + path, words) for words, path in story.inline_links),
            *(Link(RELATED, base + other.path, other.title) for other in self._related(story)),
            *(Link(NOTICE, base + notice.path, notice.title) for notice in self._notices(story)),
        ]
        return Article(
            url=base + story.path,
            title=story.title,
            date=day,
            date_earliest=day,
            date_latest=day,
            date_source=sources.get(story.dated, story.dated),
            published_at=story.timestamp if story.dated in PRINTED else None,
            event_date=story.event,
            page_date=self.today.isoformat(),
            date_text=story.date_text,
            lead=story.sapo,
            caption=story.pictures[0].caption if story.pictures else None,
            body="\n\n".join([*([story.sapo] if story.sapo else []), *story.paragraphs]),
            byline=story.byline,
            source=story.source,
            section=story.section,
            images=[Image(base + story.image_path(n), p.caption, p.credit) for n, p in enumerate(story.pictures)],
            links=links,
            canonical=base + story.path if story.twice == "address" else None,
        )


def profile_toml(base_url: str) -> str:
    """The site's profile, to be written as ``sen-hong.toml``."""
    return (
        f'title = "{pages.SITE_TITLE}"\n'
        'district = "Quận Sen Hồng"\n'
        'province = "Thành phố Lam Giang"\n'
        f'listings = ["{base_url}{LISTING}"]\n'
        "delay = 0\n"
    )


@contextmanager
def serve(
    site: DemoSite, port: int = 0, *, delay: float = 0.0, fault: Fault | None = None, log: list[str] | None = None
) -> Iterator[str]:
    """Serve the site on 127.0.0.1 while the context lasts; gives its address, like ``http://127.0.0.1:40123``.

    ``port`` 0 takes a free one. ``delay`` is waited before each answer; every requested path is appended to ``log``.
    """

    class Handler(_Handler):
        def answer(self) -> Response:
            if log is not None:
                log.append(self.path)
            if delay:
                time.sleep(delay)
            return (fault(self.path) if fault else None) or site.handle(self.path)

    with answering(Handler, port) as base:
        yield base


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """Serve what ``handler`` answers on 127.0.0.1 while the context lasts; gives its address as :func:`serve` does."""
    server = _Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A server that takes a reader's sudden leave calmly."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Writes the response of :meth:`answer`; connections are kept alive."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one write
    timeout = 30

    def answer(self) -> Response:
        raise NotImplementedError

    def do_GET(self) -> None:
        response = self.answer()
        tag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
        unchanged = response.status == 200 and self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("ETag", tag)
        if not unchanged and "Content-Length" not in response.headers:  # a fault may lie about its length
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if not unchanged and self.command != "HEAD":
            self.wfile.write(response.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the caller has its own log."""


def _link(url: str, words: str) -> Link:
    return Link(ATTACHMENT if url.endswith(".pdf") else INLINE, url, words)


def _answer(body: str | bytes, media_type: str, status: int = 200) -> Response:
    return Response(status, {"Content-Type": media_type}, body.encode() if isinstance(body, str) else body)
