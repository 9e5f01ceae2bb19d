"""A capture's page, and what it holds: the page made safe, the picture, the bytes as a file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsarchive.archive.warc import DamagedRecordError
from newsarchive.extract.document import UnreadablePageError
from newsarchive.research import captures, context
from newsarchive.web import captured
from newsarchive.web.documents import SEALED, Document, WithheldError, attachment

if TYPE_CHECKING:
    from datasette.utils.asgi import Request
    from warcio.statusandheaders import StatusAndHeaders

    from newsarchive.archive.store import Archive

NO_SUCH_CAPTURE = "There is no such capture."
NO_PICTURE = "This capture is no picture that can be shown."
DAMAGED = "Its record is missing from the WARC file or damaged; newsarchive verify says more."
TOO_LONG = "It is too long to be shown here."
NO_PAGE = "This capture is no page that can be shown."
LISTS_WITHHELD = "It is a listing that showed an article which is not shown."

MAX_PAGE = 2 << 20
MAX_PICTURE = 32 << 20
MAX_FILE = 256 << 20
"""Bytes of a page, a picture and a file, unpacked, that are read into memory for a reader."""


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``capture.html``.

    Raises :class:`LookupError` where there is no such capture, :class:`WithheldError` for one of a withheld article.
    """
    row = _shown(archive, request)
    kind, problem, headers = None, None, None
    try:
        headers, body = captures.content(archive, row, MAX_FILE)
        kind = "picture" if captured.picture_type(body) else "page" if captured.is_page(body) else "file"
        problem = TOO_LONG if kind == "page" and len(body) > MAX_PAGE else None
    except DamagedRecordError:
        problem = DAMAGED
    except captures.TooLongError:
        problem = TOO_LONG
    if captures.lists_withheld(archive, row):
        problem = LISTS_WITHHELD
    return {
        "capture": row,
        "kind": kind,
        "problem": problem,
        "headers": headers.headers if headers else None,
        "readings": captures.readings(archive, row["id"]),
        "uses": captures.uses(archive, row),
        "others": [other for other in captures.of_address(archive, row["url"]) if other["id"] != row["id"]],
    }


def captured_page(archive: Archive, request: Request) -> Document:
    """A captured page, safe to look at. Raises as :func:`read` does, :class:`LookupError` also for what is no page."""
    row = _shown(archive, request)
    if captures.lists_withheld(archive, row):
        raise WithheldError
    headers, body = _content(archive, row, MAX_PAGE)

    def found(url: str) -> bytes | None:
        kept = captures.of_picture(archive, url)
        if kept is None or captures.is_withheld(archive, kept):
            return None
        try:
            return captures.content(archive, kept, captured.MAX_PICTURES)[1]
        except (DamagedRecordError, captures.TooLongError):
            return None

    try:
        text = captured.safe_page(
            body,
            url=row["url"],
            content_type=headers.get_header("content-type"),
            picture=found,
            hidden=context.withheld_addresses(archive),
        )
    except UnreadablePageError as error:
        raise LookupError(NO_PAGE) from error
    return Document(text.encode(), "text/html; charset=utf-8", {"content-security-policy": captured.POLICY})


def picture(archive: Archive, request: Request) -> Document:
    """A captured picture, of a kind that holds nothing but a picture; raises as :func:`captured_page` does."""
    _, body = _content(archive, _shown(archive, request), MAX_PICTURE)
    kind = captured.picture_type(body)
    if kind is None:
        raise LookupError(NO_PICTURE)
    return Document(body, kind, {"content-security-policy": SEALED})


def file(archive: Archive, request: Request) -> Document:
    """What was captured, compression undone, to be saved; raises as :func:`captured_page` does."""
    row = _shown(archive, request)
    if captures.lists_withheld(archive, row):
        raise WithheldError
    _, body = _content(archive, row, MAX_FILE)
    name = PurePosixPath(urlsplit(row["url"]).path).name
    # A page is no file to be opened by a double click without its reader knowing.
    return attachment(body, "application/octet-stream", f"capture-{row['id']}-{name}")


def _content(archive: Archive, row: dict[str, Any], limit: int) -> tuple[StatusAndHeaders, bytes]:
    try:
        return captures.content(archive, row, limit)
    except DamagedRecordError as error:
        raise LookupError(DAMAGED) from error
    except captures.TooLongError as error:
        raise LookupError(TOO_LONG) from error


def _shown(archive: Archive, request: Request) -> dict[str, Any]:
    row = captures.capture(archive, int(request.url_vars["id"][:18]))
    if row is None:
        raise LookupError(NO_SUCH_CAPTURE)
    if captures.is_withheld(archive, row):
        raise WithheldError
    return row
