"""WARC 1.1 files: one record appended and flushed at a time, one record read back by its place.

A file belongs to one run and is never appended to by another, so a tail cut off by a kill harms no later record.
Everything the archive keeps of a response is here; the database only points at it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import responses
from io import BytesIO, FileIO
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.items import Capture

Headers = Iterable[tuple[str, str]]


class DamagedRecordError(Exception):
    """A record cannot be read back as it was written; the message says which file, where and why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the response to it, bodies as they crossed the wire (chunking undone, compression kept).

    ``fetched_at`` is UTC ISO 8601; header names and values are latin-1 text, repeated headers repeated; ``truncated``
    says that the connection broke off before the end that the headers promised.
    """

    url: str
    fetched_at: str
    method: str
    request_headers: list[tuple[str, str]]
    status: int
    protocol: str
    response_headers: list[tuple[str, str]]
    body: bytes
    ip_address: str | None = None
    truncated: bool = False


class WarcFile:
    """A new WARC file of one run. Made at the first record, so that a run without responses leaves no file.

    ``folder`` is the archive's ``warc`` folder; the file is ``<site>/<site>-<start>-<run>.warc.gz`` under it.
    """

    def __init__(self, folder: Path, site: str, started_at: str, run_id: int):
        stamp = "".join(c for c in started_at if c.isdigit())
        self.name = f"{site}/{site}-{stamp}-{run_id:05d}.warc.gz"
        self._path = folder / self.name
        self._file: FileIO | None = None
        self._end = 0

    def write(self, exchange: Exchange) -> Capture:
        """Append response and request records, flush them to the disk, and say where the response lies.

        The capture's id is 0: the database gives it. Raises :class:`OSError` where the disk refuses; what was written
        of the records is then cut off again, so that the file stays readable.
        """
        info = self._info() if self._file is None else b""
        response, request = _records(exchange)
        start = self._end + len(info)
        self._append(info + response + request)
        return Capture(
            id=0,
            url=exchange.url,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
            media_type=_media_type(exchange.response_headers),
            digest=payload_digest(exchange.body),
            warc_file=self.name,
            warc_offset=start,
            warc_length=len(response),
        )

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, data: bytes) -> None:
        """Write and flush all of the data, or leave the file as it was."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: nothing lingers in memory that a full disk would not take.
            self._file = self._path.open("ab" if self._end else "xb", buffering=0)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
            os.fsync(self._file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                self._file.truncate(self._end)
                self._file.seek(self._end)
            raise
        self._end += len(data)

    def _info(self) -> bytes:
        record = RecordBuilder(warc_version="1.1").create_warcinfo_record(
            Path(self.name).name,
            {
                "software": f"newsarchive/{__version__}",
                "format": "WARC File Format 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
                "robots": "obey",
            },
        )
        return _member(record)


def _records(exchange: Exchange) -> tuple[bytes, bytes]:
    """The response record and the request record of an exchange, each a gzip member of its own."""
    builder = RecordBuilder(warc_version="1.1")
    target = urlsplit(exchange.url)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    about = {"WARC-Date": exchange.fetched_at}
    if exchange.ip_address:
        about["WARC-IP-Address"] = exchange.ip_address
    cut = {"WARC-Truncated": "disconnect"} if exchange.truncated else {}
    reason = responses.get(exchange.status, "")
    response = builder.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=StatusAndHeaders(
            f"{exchange.status} {reason}", exchange.response_headers, protocol=exchange.protocol
        ),
        warc_headers_dict=about | cut,
    )
    concurrent = {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    request = builder.create_warc_record(
        exchange.url,
        "request",
        http_headers=StatusAndHeaders(
            f"{exchange.method} {path} HTTP/1.1", exchange.request_headers, is_http_request=True
        ),
        warc_headers_dict=about | concurrent,
    )
    return _member(response), _member(request)


def _member(record: ArcWarcRecord) -> bytes:
    """A record as the gzip member it is in the file."""
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="1.1").write_record(record)
    return out.getvalue()


def payload_digest(body: bytes) -> str:
    """``sha256:<hex>`` of a body as received."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def read_capture(folder: Path, capture: Capture) -> tuple[StatusAndHeaders, bytes]:
    """The HTTP headers and the body as received of one capture, checked against its digest.

    ``folder`` is the archive's ``warc`` folder. Raises :class:`DamagedRecordError`.
    """
    place = PurePosixPath(capture.warc_file)
    path = folder / place
    if place.is_absolute() or ".." in place.parts:
        # The database may come from somebody else.
        raise DamagedRecordError(f"{path} at byte {capture.warc_offset}: cannot be read (it lies outside the archive)")
    where = f"{path} at byte {capture.warc_offset}"
    try:
        with path.open("rb") as stream:
            stream.seek(capture.warc_offset)
            record = next(iter(ArchiveIterator(BytesIO(stream.read(capture.warc_length)), no_record_parse=False)))
            body = record.raw_stream.read()
    except (OSError, StopIteration, ArchiveLoadFailed, EOFError, ValueError) as error:
        raise DamagedRecordError(f"{where}: cannot be read ({error or 'no record there'})") from error
    if payload_digest(body) != capture.digest:
        raise DamagedRecordError(f"{where}: its bytes are not those that were captured (digest differs)")
    return record.http_headers, body


def _media_type(headers: Headers) -> str | None:
    for name, value in headers:
        if name.lower() == "content-type":
            return value.split(";")[0].strip().lower()[:100] or None
    return None
