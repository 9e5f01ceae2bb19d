"""What one line of a page is by its words alone: a date, a line of page machinery around the article. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block
from newsarchive.vietnamese.dates import PUBLISHED, UPDATED, find_dates
from newsarchive.vietnamese.text import fold

_DATE_WORDS = re.compile(
    r"ngay|gio|phut|luc|cap nhat|dang|xuat ban|thu (?:hai|ba|tu|nam|sau|bay)|chu nhat|gmt|post|update|publish|date|"
    r"thoi gian|viet boi|bai viet|tin|lan cuoi|sua|tao|t[2-7]|cn|sa|ch|am|pm|thang|nam",
)
_STOP = re.compile(r"[.!?…”\"]$|\./\.$")
# Beside a document's link in a row: its number and size, and cells without anything.
_SIZES = re.compile(r"[\s|\d.,()]*(?:(?:[KMG]i?B|bytes?)[\s|()]*)?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_COUNTER_WORDS = re.compile(r"(?:luot|so|lan)? ?(?:xem|doc|views?)|nguon|admin|tac gia|boi")
# "Người đăng: … .Ngày đăng: … .Lượt xem: 845 lượt."
_COUNTED = re.compile(r"(?:luot|lan|da|so) (?:xem|doc|truy cap)\s*:\s*\d")
# "Bến Nứa, ngày 12 tháng 9 năm 2020": where and when a document was signed; not "Thứ Hai, ngày …".
_SIGNED_AT = re.compile(r"^(?!thu |chu nhat|hom nay|cap nhat|dang|luc|t\d\b|cn\b)[a-z][\w .]{2,40}, (?:ngay|thang)\b")
# "1. Thời gian: …", "- 8 giờ ngày …", "a) …": an item of a list; not "12/9" or "08.30".
_ITEM = re.compile(r"(?:\d{1,2}[.)/]|[a-zđ][.)]|[-–+*•])\s+(?=[^\W\d]|\d{1,2} ?(?:giờ|h))", re.IGNORECASE)
# "Thời gian: 14 giờ …, ngày …": when what the text calls to takes place; written so beside "Địa điểm: …".
_WHEN = re.compile(r"thoi gian(?: \w+){0,2}\s*:")

_DOCUMENT = r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|zip|rar|7z|odt|ods)"
# An address that sends a file though it does not name one: "?download=1&id=0", "/item/download/14_a.html".
# Liferay has the file's number behind its name: "/Quy-che.pdf/3c2f5d6e-88a0-4f05-8d1b-31e2d1b6b6a1".
_DOCUMENT_ADDRESS = re.compile(
    _DOCUMENT + r"(?:$|[?#]|/[\da-f]{8}-[\da-f-]{27}(?:$|[?#]))|[/?&=]download(?:[/=&]|$)", re.IGNORECASE
)
_DOCUMENT_NAME = re.compile(r"[\w)]" + _DOCUMENT + "$", re.IGNORECASE)


def is_document(href: str, label: str = "") -> bool:
    """True for a link to a file, by its address, or by its label where the CMS hides the file's name from the address.

    >>> is_document("/van-ban/12.pdf"), is_document("?download=1&id=0", "Tải về: ke-hoach-31.docx")
    (True, True)
    """
    return _DOCUMENT_ADDRESS.search(href) is not None or _DOCUMENT_NAME.search(label) is not None


def is_item(text: str) -> bool:
    """True for a line of the text that a portal's stamp is never like: an item of a list, or when something begins.

    >>> is_item("1. Thời gian: 22 giờ ngày 23/10/2020"), is_item("23/10/2020 22:00")
    (True, False)
    """
    return _ITEM.match(text) is not None or _WHEN.match(fold(text)) is not None


def is_sentence(text: str) -> bool:
    """True for a line that reads as a whole sentence: some words and a stop."""
    return len(text) >= 25 and text.count(" ") >= 4 and _STOP.search(text[-3:]) is not None


def is_file_row(block: Block) -> bool:
    """True for a row of the table in which a CMS offers documents: its head ("Đính kèm | Kích thước"), or a document's
    link and its size."""
    if block.kind != "row":
        return False
    if not block.links:
        return landmarks.offers_documents(block.text.partition("|")[0])
    documents = all(is_document(href, label) for href, label in block.links)
    return documents and _SIZES.fullmatch(beside_links(block)) is not None


def is_tool(block: Block) -> bool:
    """True for a line of page machinery, or of nothing but links to such: "Chia sẻ  Facebook  In bài viết"; also where
    documents are offered: "Tài liệu đính kèm: …" with a link."""
    if landmarks.is_tool_line(block.text):
        return True
    if block.links and landmarks.offers_documents(block.text.partition(block.links[0][1])[0]):
        return True
    if block.link_share <= 0.5 or not all(landmarks.is_tool_line(label) for _, label in block.links):
        return False
    return block.link_share > 0.9 or landmarks.is_tool_line(beside_links(block).strip())


def is_head(block: Block) -> bool:
    """True for a line around the text that says when, or is machinery: no text."""
    return is_date_line(block.text) or is_tool(block)


def beside_links(block: Block) -> str:
    """What a line says beside its links: "Giao thông | Biên tập viên - 20/09/2020" links category and poster."""
    text = block.text
    for _, label in block.links:
        text = text.replace(label, " ", 1)
    return text


def is_date_line(text: str) -> bool:
    """True for a line that says when and nothing else: a date or time with its label, weekday, zone, counter.

    >>> is_date_line("Cập nhật lúc 10:20 ngày 12/11/2020")
    True
    """
    return len(text) <= 160 and _is_date_line(text)


@lru_cache(maxsize=1024)
def _is_date_line(text: str) -> bool:
    if len(text) > 25 and _DIGIT.search(text) is None:
        return False
    reading = next(find_dates(text), None)
    if reading is None:
        return False
    if (
        reading.is_day
        and reading.time
        and reading.label in (PUBLISHED, UPDATED)
        and (not text.endswith((".", "!", "?", "…")) or _COUNTED.search(fold(text)))
    ):
        # "Đăng lúc: 20/06/2014 08:03 - Người đăng bài viết: Lê Thị Hồng - Đã xem: 2013"
        return True
    if len(text) > 110:
        return False
    rest = fold(text[: reading.start] + " " + text[reading.end :])
    rest = re.sub(r"\d+|[^\w\s]", " ", _DATE_WORDS.sub(" ", rest))
    return sum(c.isalpha() for c in _COUNTER_WORDS.sub(" ", rest)) <= 12


def is_time_stamp(text: str) -> bool:
    """True for a date line that dates the page: one with the time of day or a label; not "Ngày 12/9/2020", the
    sub-heading of a programme, nor "7 giờ 30 ngày 12/9:", which opens one.
    """
    if not is_date_line(text) or text.rstrip().endswith(":"):
        return False
    reading = next(find_dates(text), None)
    return reading is not None and (reading.time is not None or reading.label in (PUBLISHED, UPDATED))


def is_place_and_date(text: str) -> bool:
    """True for the line that dates a document: "Quận 5, ngày 12 tháng 9 năm 2020"."""
    return len(text) <= 90 and _SIGNED_AT.match(fold(text)) is not None
