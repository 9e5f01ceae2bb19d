"""Requests that ask only for what has changed (RFC 9110, section 13): with the ETag and the date of what is held.

Both are read from the record of the capture, so they are what the site said, and of bytes that are there. Of what was
answered by 304 nothing is remembered elsewhere: the pages it stands for are read again from their records.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from scrapy import Request

from newsarchive.archive.frontier import LISTING
from newsarchive.archive.run import CrawlRun
from newsarchive.archive.warc import DamagedRecordError, read_page, read_record
from newsarchive.items import Capture, Task
from newsarchive.recorder import HELD

_ETAG = re.compile(r'(?:W/)?"?[!#-~]{1,200}"?')


def ask_if_changed(request: Request, run: CrawlRun, task: Task) -> Request:
    """A request for an article that was read, or a listing page, so that an unchanged one is answered by 304; as it is
    where nothing is held, or the site said nothing to compare it by."""
    held = _held(run, task)
    said = _validators(run, held) if held else {}
    if not said:
        return request
    return request.replace(headers={**request.headers, **said}, meta={**request.meta, HELD: held})


def held_page(run: CrawlRun, capture: Capture) -> tuple[str | None, bytes] | None:
    """The type and the body, unpacked, of the page that a capture of status 304 stands for; None where it stands for
    none, or that cannot be read any more."""
    original = run.archive.capture(capture.refers_to) if capture.refers_to else None
    try:
        headers, body = read_page(run.archive.warc_folder, original) if original else (None, b"")
    except DamagedRecordError:
        return None
    return (headers.get_header("Content-Type"), body) if headers else None


def _held(run: CrawlRun, task: Task) -> Capture | None:
    """The capture of what is known of an address: what is read if the site says that nothing changed."""
    if task.kind == LISTING:
        held = run.archive.latest_good(task.url)
        # A crawl that was killed, or could not read the page, has it and not what it lists: then it is asked for whole.
        read = held and run.archive.row(
            "SELECT 1 FROM frontier WHERE site = ? AND url = ? AND tries = 0 AND done_at >= ?",
            run.site,
            task.url,
            held.fetched_at,
        )
        return held if read else None
    # One that is gone is asked for whole, so that its page proves that it is back.
    row = run.archive.row(
        "SELECT a.capture_id FROM frontier f JOIN articles a ON a.id = f.article_id"
        " WHERE f.site = ? AND f.url = ? AND a.state = 'live'",
        run.site,
        task.url,
    )
    return run.archive.capture(row["capture_id"]) if row else None


def _validators(run: CrawlRun, held: Capture) -> dict[str, str]:
    """The headers by which the site can tell whether a capture is still what it has."""
    try:
        about, headers, _ = read_record(run.archive.warc_folder, held)
    except DamagedRecordError:
        return {}
    if headers is None or about.get_header("WARC-Truncated") or run.archive.original(held) is None:
        return {}
    said = {}
    if _ETAG.fullmatch(etag := (headers.get_header("ETag") or "").strip()):
        said["If-None-Match"] = etag
    if _is_date(date := (headers.get_header("Last-Modified") or "").strip()):
        said["If-Modified-Since"] = date
    return said


def _is_date(text: str) -> bool:
    try:
        return text.isascii() and text.isprintable() and parsedate_to_datetime(text) is not None
    except (ValueError, TypeError):
        return False
