"""A made-up district site that a second crawl finds changed, and a server that knows what changed when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler

from benchmarks.performance.site import PAGE_SIZE, frame, listing_page, path, place, title
from newsarchive.demo import answering

LISTING = "/tin-tuc/"
"""The newest page of the listing; with a folder's name, so that what mirrors the site can save it beside the others."""
_DAYS = "%d/%m/%Y"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the server: to which path, whether it was a ``whole`` page, and its bytes with its head."""

    path: str
    whole: bool
    bytes: int


class PrintedSite:
    """Articles numbered from 1, two a day; the last of ``count`` is of ``today``. Each page has the time of its change.

    ``log`` has every answer.
    """

    def __init__(self, count: int, today: datetime) -> None:
        self.count = self._first_count = count
        self.today = today
        self.edited: dict[int, datetime] = {}
        self.log: list[Answered] = []

    def publish(self, more: int) -> None:
        """So many articles more, of the days after."""
        self.count += more

    def edit(self, numbers: list[int], at: datetime) -> None:
        """The text of these articles is changed; their titles and days, which the listing shows, are not."""
        self.edited.update(dict.fromkeys(numbers, at))

    def reset(self) -> None:
        """The site is as it was in the beginning."""
        self.count = self._first_count
        self.edited.clear()

    @property
    def changed(self) -> set[str]:
        """The paths of the articles that were edited or published since the beginning."""
        new = range(self._first_count + 1, self.count + 1)
        return {path(number) for number in (*self.edited, *new)}

    def printed(self, number: int) -> datetime:
        """When an article was published: at eight in the morning of its day in Vietnam."""
        day = self.today.date() - timedelta(days=(self._first_count - number) // 2)
        return datetime.combine(day, time(1), UTC)

    def find(self, asked: str) -> tuple[bytes, datetime] | None:
        """The page at a path, and when it was changed last; None where there is none."""
        name = asked.removeprefix(LISTING).removesuffix(".html")
        if asked == LISTING:
            return self._listing(1)
        if name.startswith("trang-"):
            return self._listing(int(name.removeprefix("trang-")))
        if not name.isdecimal() or not 1 <= int(name) <= self.count:
            return None
        number = int(name)
        body = page(number, f"{self.printed(number):{_DAYS}}", note=number in self.edited)
        return body, self.edited.get(number, self.printed(number))

    def _listing(self, number: int) -> tuple[bytes, datetime]:
        first = self.count - (number - 1) * PAGE_SIZE
        shown = [(path(n), title(n), f"{self.printed(n):{_DAYS}}") for n in range(first, max(first - PAGE_SIZE, 0), -1)]
        following = f"{LISTING}trang-{number + 1}.html" if first > PAGE_SIZE else None
        # Each article moves all others on by a place, so every page of the listing is as young as the newest article.
        return listing_page(shown, following), self.printed(self.count)


@contextmanager
def serving(site: PrintedSite) -> Iterator[str]:
    """Serve a site on loopback, with ``ETag`` and ``Last-Modified``; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def _answer(self) -> None:
            found = site.find(self.path)
            status, body, head = 404, b"", []
            if found:
                body, at = found
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                head = [("ETag", tag), ("Last-Modified", format_datetime(at, usegmt=True))]
                status = 304 if self._is_held(tag, at) else 200
            if status == 304:
                body = b""
            else:
                head += [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
            lines = [f"HTTP/1.1 {status} {self.responses[status][0]}", *(f"{name}: {text}" for name, text in head)]
            answer = "\r\n".join([*lines, "", ""]).encode() + (body if self.command == "GET" else b"")
            # Before it is sent: who has it may end, and the log be read.
            whole = status == 200 and self.command == "GET"
            site.log.append(Answered(self.path, whole, len(answer)))
            self.wfile.write(answer)

        def _is_held(self, tag: str, at: datetime) -> bool:
            # Where the client sends both, the ETag counts (RFC 9110 §13.1.3).
            if tags := self.headers.get("If-None-Match"):
                return tag in tags
            since = self.headers.get("If-Modified-Since")
            return since is not None and at <= parsedate_to_datetime(since)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is told: the site's own log has it."""

    with answering(Handler) as base:
        yield base


def page(number: int, printed: str, *, note: bool) -> bytes:
    """The page of an article, with the day ``printed`` on it, and perhaps a ``note`` that it was corrected."""
    text = "".join(
        f"<p>Bà con tổ {part} khu phố {number} phường {place(number)} vừa góp hơn {number % 90 + part} triệu đồng để"
        f" tráng lại mặt hẻm, nơi mùa mưa nào cũng đọng nước; {number % 40 + part} hộ đã lùi hàng rào, nhường đất cho"
        " con hẻm rộng thêm gần một mét mà không ai đòi bồi thường.</p>\n"
        for part in range(1, 13)
    )
    if note:
        text += "<p>Bản đính chính: số hộ hiến đất trong bài đã được tổ dân phố kiểm lại và sửa cho đúng.</p>\n"
    article = f'<h1>{title(number)}</h1><div class="date">{printed}</div><div class="content">{text}</div>'
    return frame(title(number), article)
