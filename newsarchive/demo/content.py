"""What the made-up district's paper has printed: stories and notices, read from the TOML files beside this module.

The prose, and the truth about it (who wrote it, which day it speaks of), is data in ``articles/*.toml``;
how a page shows it is the business of ``pages.py``. Pure but for reading those files once.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import Any

from newsarchive.vietnamese.text import fold

DATED = ("label", "weekday", "json-ld", "meta", "listing", "image", "nothing")
"""Where a story's day can be read: under the title (two habits), in metadata, the listing, a picture's address."""
PRINTED = ("label", "weekday", "json-ld", "meta")
"""Those of :data:`DATED` that stand on the article's own page, with the time of day."""

_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_DATELINE = re.compile(r"^\([^)]*\)\s*[-–]\s*")


def slug(text: str) -> str:
    """The words of a text as an address spells them: "Chợ Bến Đò" → "cho-ben-do"."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))


def number(text: str) -> int:
    """A stable number for a text, like a CMS's row id."""
    return 1_400_000_000 + zlib.crc32(text.encode()) % 100_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a story; ``after`` is the number of the paragraph it follows (0: above the text)."""

    caption: str | None = None
    credit: str | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement of the district; it is linked under "Thông báo" and is no article."""

    title: str
    text: str

    @property
    def path(self) -> str:
        """Its address on the site."""
        return f"/thong-bao/{slug(self.title)}-{number(self.title)}"


@dataclass(frozen=True, slots=True)
class Story:
    """One article. ``text`` holds its paragraphs, where ``[words](/path)`` or ``[words](title of another)`` is a link.

    ``state`` is "live", "empty" (a page without a body) or "gone". ``dated`` is one of :data:`DATED`.
    ``twice`` repeats the listing's row: "spelling" with a junk query, "address" at a second address.
    """

    title: str
    published: datetime
    section: str
    text: tuple[str, ...]
    dated: str = "listing"
    event: str | None = None
    sapo: str | None = None
    layout: str = "div"
    pictures: tuple[Picture, ...] = ()
    byline: str | None = None
    signature: tuple[str, ...] = ()
    source: str | None = None
    comment: str | None = None
    state: str = "live"
    twice: str | None = None

    @property
    def path(self) -> str:
        """Its address on the site."""
        return f"/tin-tuc/{slug(self.title)}-{number(self.title)}"

    @property
    def second_path(self) -> str:
        """The other address of a story that has two."""
        return f"/tin-tuc/{slug(self.title)}-{number(self.title) + 1}"

    @property
    def day(self) -> str:
        """The day of publication as the site prints it."""
        return f"{self.published:%d/%m/%Y}"

    @property
    def row_date(self) -> str | None:
        """The date printed in the listing's row, if one is."""
        return self.day if self.dated in ("listing", "label", "weekday") else None

    @property
    def date_text(self) -> str | None:
        """What the site prints as the story's date, wherever it does."""
        match self.dated:
            case "label":
                return f"Cập nhật lúc {self.published:%H:%M} ngày {self.day}"
            case "weekday":
                return f"{weekday(self.published)}, {self.day} - {self.published:%H:%M}"
            case "json-ld" | "meta":
                return self.timestamp
        return self.row_date

    @property
    def timestamp(self) -> str:
        """The time of publication, ISO 8601 with Viet Nam's offset."""
        return f"{self.published:%Y-%m-%dT%H:%M:%S}+07:00"

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs as plain text."""
        return [_LINK.sub(r"\1", paragraph) for paragraph in self.text]

    @property
    def inline_links(self) -> list[tuple[str, str]]:
        """The links of the text, as (words, path)."""
        return [(words, _target(to)) for paragraph in self.text for words, to in _LINK.findall(paragraph)]

    @property
    def summary(self) -> str:
        """The first words, as the listing shows them."""
        words = _DATELINE.sub("", self.sapo or self.paragraphs[0])
        return words if len(words) <= 160 else words[:160].rpartition(" ")[0].rstrip(",;:") + "…"

    def image_path(self, position: int, size: str = "details") -> str:
        """The address of one picture; it has the day in it, unless nothing shows the story's day."""
        name = slug(self.pictures[position].caption or self.title)[:60].strip("-")
        key = zlib.crc32(f"{self.title}/{position}".encode())
        if self.dated == "nothing":
            return f"/res/images/{name}-{key:08X}-{size}.jpg"
        day = self.published
        return f"/res/news/{day:%Y/%m/%d-%m-%Y}-{name}-{key:08X}-{size}.jpg?vs={day:%m%d%Y%H%M}{key % 60:02d}"


def weekday(day: date) -> str:
    """The day of the week, in a masthead's capitals."""
    return ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")[day.weekday()]


def with_links(paragraph: str, words_html: Callable[[str], str], link_html: Callable[[str, str], str]) -> str:
    """A paragraph rebuilt: plain stretches through ``words_html``, links through ``link_html(words, path)``."""
    made, end = [], 0
    for match in _LINK.finditer(paragraph):
        made += [words_html(paragraph[end : match.start()]), link_html(match[1], _target(match[2]))]
        end = match.end()
    return "".join([*made, words_html(paragraph[end:])])


def _target(to: str) -> str:
    return to if to.startswith("/") else next(story.path for story in stories() if story.title == to)


@cache
def stories() -> tuple[Story, ...]:
    """Every story, the newest first."""
    folder = resources.files("newsarchive.demo") / "articles"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    found = [_story(row) for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["article"]]
    return tuple(sorted(found, key=lambda story: (story.published, story.title), reverse=True))


@cache
def notices() -> tuple[Notice, ...]:
    """Every notice, in the file's order."""
    text = (resources.files("newsarchive.demo") / "notices.toml").read_text(encoding="utf-8")
    return tuple(Notice(**row) for row in tomllib.loads(text)["notice"])


def _story(row: dict[str, Any]) -> Story:
    published, byline = row.pop("published"), row.get("byline")
    if not isinstance(published, datetime):
        published = datetime.combine(published, time(8))
    signature = row.pop("signature", [byline] if byline else [])
    event = row.pop("event", None)
    return Story(
        published=published,
        text=tuple(" ".join(part.split()) for part in row.pop("text").strip().split("\n\n")),
        event=event.isoformat() if event else None,
        pictures=tuple(Picture(**picture) for picture in row.pop("pictures", [])),
        signature=tuple(signature),
        **row,
    )
