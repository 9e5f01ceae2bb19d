"""WARC 1.1 files: one exchange appended and flushed at a time, one record read back by its place.

A file belongs to one run and is never appended to by another, so a tail cut off by a kill harms no later record; the
site's next run cuts it off (:func:`seal`). Everything the archive keeps of a response is here; the database only points
at it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import responses
from io import BytesIO, FileIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.items import Capture

Headers = Iterable[tuple[str, str]]

MAX_FILE = 1 << 30
"""A file that has reached this size is closed and the next begun: the 1 GB that the WARC guidelines advise."""


_BUILDER = RecordBuilder(warc_version="1.1")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


_UNREADABLE = (
    OSError,
    StopIteration,
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    EOFError,
    ValueError,
    zlib.error,
)


class DamagedRecordError(Exception):
    """A record cannot be read back as it was written; the message says which file, where and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an exchange of long ago comes from: a web archive's address that replays it, and when it did (UTC ISO
    8601), the headers of that answer, and the digest by which the web archive lists the capture.
    """

    url: str
    fetched_at: str
    headers: tuple[tuple[str, str], ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the response to it, bodies as they crossed the wire (chunking undone, compression kept).

    ``fetched_at`` is UTC ISO 8601; header names and values are latin-1 text, repeated headers repeated; ``truncated``
    says that the connection broke off before the end that the headers promised. ``source`` is set where a web archive
    captured the exchange and replayed it to us: address, time and headers are then those of the capture.
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
    request_body: bytes = b""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A WARC file that is never written to again: its name (see :class:`Capture`), length in bytes, and digest."""

    name: str
    length: int
    digest: str


class WarcFiles:
    """The new WARC files of one run. Made at the first record, so that a run without responses leaves no file.

    ``folder`` is the archive's ``warc`` folder; the files are ``<site>/<site>-<start>-<run>-<number>.warc.gz`` under
    it, a new one begun where one has reached ``max_file`` bytes. ``about`` is what each file's warcinfo record says of
    the crawl, besides the program: fields of the record as WARC 1.1 (annex B.1) and Heritrix name them.
    """

    def __init__(
        self,
        folder: Path,
        site: str,
        started_at: str,
        run_id: int,
        *,
        about: Mapping[str, str] | None = None,
        max_file: int = MAX_FILE,
    ):
        stamp = "".join(c for c in started_at if c.isdigit())
        self._stem = f"{site}/{site}-{stamp}-{run_id:05d}"
        self._folder = folder
        self._about = dict(about or {})
        self._max_file = max_file
        self._number = 1
        self._file: FileIO | None = None
        self._end = 0
        self._hash = hashlib.sha256()
        self.sealed: list[SealedFile] = []
        """The files that are complete, for the caller to put into the archive's list of files."""

    @property
    def name(self) -> str:
        """The file that the next record goes to, relative to the ``warc`` folder."""
        return f"{self._stem}-{self._number:03d}.warc.gz"

    def write(self, exchange: Exchange, same: Capture | None = None, held: bytes | None = None) -> Capture:
        """Append response and request records, flush them to the disk, and say where the response lies.

        ``same`` is an earlier capture of the very bytes, whose record holds them: a revisit record is then written,
        with this response's headers and no body (WARC 1.1, section 6.7.2). ``held`` are the bytes of ``same`` where the
        response is a 304 that says that they still hold (section 6.7.3): the capture then stands for them, and has
        their digest. The capture's id is 0: the database gives it. Raises :class:`OSError` where the disk refuses; what
        was written of the records is then cut off again, so that the file stays readable.
        """
        if self._end >= self._max_file:
            self.close()
        info = self._info() if self._end == 0 else b""
        payload = exchange.body if held is None else held
        response, request = _records(exchange, same, payload)
        start = self._end + len(info)
        self._append(info + response + request)
        return Capture(
            id=0,
            url=exchange.url,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
            media_type=_media_type(exchange.response_headers),
            digest=payload_digest(payload),
            warc_file=self.name,
            warc_offset=start,
            warc_length=len(response),
            refers_to=same.id if same else None,
            posted=payload_digest(exchange.request_body) if exchange.method == "POST" else None,
        )

    def copy(self, groups: Sequence[Sequence[bytes]]) -> list[tuple[str, int, int]]:
        """Append records that others wrote, as gzip members, and flush them; where the first of each group lies: file,
        offset, length.

        A group (an answer and its request) stays in one file. Raises as :meth:`write` does.
        """
        places: list[tuple[str, int, int]] = []
        while len(places) < len(groups):
            if self._end >= self._max_file:
                self.close()
            data = bytearray(self._info() if self._end == 0 else b"")
            name, start, before = self.name, self._end, len(places)
            for members in groups[before:]:
                if len(places) > before and start + len(data) >= self._max_file:
                    break
                places.append((name, start + len(data), len(members[0])))
                data += b"".join(members)
            self._append(bytes(data))
        return places

    def close(self) -> None:
        """Close the file there is and put it among :attr:`sealed`; a second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._end:
            self.sealed.append(SealedFile(self.name, self._end, f"sha256:{self._hash.hexdigest()}"))
            self._number += 1
            self._end, self._hash = 0, hashlib.sha256()

    def _append(self, data: bytes) -> None:
        """Write and flush all of the data, or leave the file as it was."""
        if self._file is None:
            path = self._folder / self.name
            path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: nothing lingers in memory that a full disk would not take.
            self._file = path.open("ab" if self._end else "xb", buffering=0)
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
        self._hash.update(data)

    def _info(self) -> bytes:
        said = {
            "software": f"newsarchive/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            **self._about,
        }
        # A field is one line, whatever a profile's text holds.
        said = {name: " ".join(text.split()) for name, text in said.items()}
        return _member(RecordBuilder(warc_version="1.1").create_warcinfo_record(Path(self.name).name, said))


def seal(path: Path, name: str, known_end: int) -> SealedFile | None:
    """Cut off what a killed run left half written at a file's end, and give the file's length and digest.

    ``known_end`` is the first byte behind the last record that the database points at: only what lies behind it, and is
    the beginning of a gzip member, is cut off. Where records follow behind it the file was damaged otherwise: nothing
    is cut off then, nor of a file that has another name too, in an archive that sealed it. None where the file is
    shorter than ``known_end``: it is damaged, and is left as it is. Raises :class:`OSError`.
    """
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size < known_end:
            return None
        file.seek(known_end)
        end = known_end
        for length in _whole_members(file):
            end += length
        if end < size and os.fstat(file.fileno()).st_nlink == 1 and _is_torn_off(file, end):
            file.truncate(end)
    return measured(path, name)


def measured(path: Path, name: str) -> SealedFile:
    """A file's length and digest as they are on the disk, under the name it is listed by. Raises :class:`OSError`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return SealedFile(name, file.tell(), f"sha256:{digest}")


def _whole_members(file: BinaryIO) -> Iterator[int]:
    """The lengths of the whole gzip members that follow one another from where a file is read."""
    pending = b""
    while True:
        unpacker = zlib.decompressobj(31)
        length = 0
        while not unpacker.eof:
            data = pending or file.read(1 << 16)
            pending = b""
            if not data:
                return
            try:
                unpacker.decompress(data)
            except zlib.error:
                return
            length += len(data) - len(unpacker.unused_data)
        pending = unpacker.unused_data
        yield length


def _is_torn_off(file: BinaryIO, place: int) -> bool:
    """True where nothing but the beginning of a gzip member, or zeros, stands from a place to a file's end."""
    file.seek(place)
    unpacker, zeros, before = zlib.decompressobj(31), True, b""
    torn = True
    while data := file.read(1 << 16):
        zeros = zeros and not data.strip(b"\0")
        if torn:
            try:
                rest = data
                while rest and not unpacker.eof:
                    unpacker.decompress(rest, 1 << 20)
                    rest = unpacker.unconsumed_tail
            except zlib.error:
                torn = False
        around = before + data
        if any(begins_record(around[found.start() :]) for found in _MAGIC.finditer(around, 1)):
            return False
        before = data[-_HEAD:]
    return torn or zeros


_MAGIC = re.compile(rb"\x1f\x8b\x08")
_HEAD = 64


def begins_record(data: bytes) -> bool:
    """True where packed bytes are the beginning of a record."""
    try:
        return zlib.decompressobj(31).decompress(data[:512], 5) == b"WARC/"
    except zlib.error:
        return False


def pack(record: bytes) -> bytes:
    """A record's bytes as a gzip member of its own."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(record) + packer.flush()


def _records(exchange: Exchange, same: Capture | None, payload: bytes) -> tuple[bytes, bytes]:
    """The response (or revisit) record of an exchange, and the request's, each a gzip member of its own.

    ``payload`` are the bytes that a revisit record stands for.

    What a web archive replayed is a record of the address and the time it was captured at, as pywb writes what it takes
    from other archives: ``WARC-Source-URI`` and ``WARC-Creation-Date`` say where the bytes came from and when. Nobody
    tells how the page was asked for then; a metadata record in that place holds what the replay said.
    """
    target = urlsplit(exchange.url)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    about = {"WARC-Date": exchange.fetched_at}
    if exchange.source:
        about |= {"WARC-Source-URI": exchange.source.url, "WARC-Creation-Date": exchange.source.fetched_at}
    elif exchange.ip_address:
        about["WARC-IP-Address"] = exchange.ip_address
    response = _revisit(exchange, same, payload, about) if same else _response(exchange, about)
    number = response.rec_headers.get_header("WARC-Record-ID")
    if exchange.source:
        return _member(response), _member(_replay(exchange, exchange.source, number))
    concurrent = {"WARC-Concurrent-To": number}
    request = _BUILDER.create_warc_record(
        exchange.url,
        "request",
        payload=BytesIO(exchange.request_body),
        length=len(exchange.request_body),
        http_headers=StatusAndHeaders(
            f"{exchange.method} {path} HTTP/1.1", exchange.request_headers, is_http_request=True
        ),
        warc_headers_dict=about | concurrent,
    )
    return _member(response), _member(request)


def _replay(exchange: Exchange, source: Source, number: str) -> ArcWarcRecord:
    """The metadata record of a capture that a web archive replayed."""
    said = [("via", source.url), ("listed-digest", source.digest)]
    said += [(f"replay-{name.lower()}", value) for name, value in source.headers]
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in said).encode()
    return _BUILDER.create_warc_record(
        exchange.url,
        "metadata",
        payload=BytesIO(block),
        length=len(block),
        warc_content_type="application/warc-fields",
        warc_headers_dict={"WARC-Date": source.fetched_at, "WARC-Refers-To": number},
    )


def _response(exchange: Exchange, about: dict[str, str]) -> ArcWarcRecord:
    cut = {"WARC-Truncated": "disconnect"} if exchange.truncated else {}
    return _BUILDER.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=_http_headers(exchange),
        warc_headers_dict=about | cut,
    )


def _revisit(exchange: Exchange, same: Capture, payload: bytes, about: dict[str, str]) -> ArcWarcRecord:
    record = _BUILDER.create_revisit_record(
        exchange.url,
        _record_digest(payload),
        same.url,
        same.fetched_at,
        http_headers=_http_headers(exchange),
        warc_headers_dict=about,
    )
    if payload is not exchange.body:
        record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
    return record


def _http_headers(exchange: Exchange) -> StatusAndHeaders:
    reason = responses.get(exchange.status, "")
    return StatusAndHeaders(f"{exchange.status} {reason}", exchange.response_headers, protocol=exchange.protocol)


def _record_digest(body: bytes) -> str:
    """The payload's digest as warcio writes it into response records."""
    return "sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def _member(record: ArcWarcRecord) -> bytes:
    """A record as the gzip member it is in the file."""
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="1.1").write_record(record)
    return out.getvalue()


def payload_digest(body: bytes) -> str:
    """``sha256:<hex>`` of a body as received."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def read_capture(folder: Path, capture: Capture, original: Capture | None = None) -> tuple[StatusAndHeaders, bytes]:
    """The HTTP headers and the body as received of one capture, checked against its digest.

    ``folder`` is the archive's ``warc`` folder; ``original`` the capture that one of a revisit refers to: its record
    holds the body. Raises :class:`DamagedRecordError`.
    """
    _, headers, body = read_record(folder, capture)
    if original is not None:
        _, _, body = read_record(folder, original)
    if payload_digest(body) != capture.digest:
        where = f"{folder / capture.warc_file} at byte {capture.warc_offset}"
        raise DamagedRecordError(f"{where}: its bytes are not those that were captured (digest differs)")
    return headers, body


def read_record(folder: Path, capture: Capture) -> tuple[StatusAndHeaders, StatusAndHeaders, bytes]:
    """The record at a capture's place: WARC headers, HTTP headers, body; the digest is the caller's to check.

    Raises :class:`DamagedRecordError` where no whole record of just that length lies there.
    """
    where, record = _record_at(folder, capture)
    try:
        body = record.raw_stream.read()
    except _UNREADABLE as error:
        raise DamagedRecordError(f"{where}: cannot be read ({error})") from error
    return record.rec_headers, record.http_headers, body


def _record_at(folder: Path, capture: Capture) -> tuple[str, ArcWarcRecord]:
    """A capture's place in words, and the record there. Raises :class:`DamagedRecordError`."""
    where = f"{folder / capture.warc_file} at byte {capture.warc_offset}"
    try:
        with warc_path(folder, capture.warc_file).open("rb") as stream:
            stream.seek(capture.warc_offset)
            data = stream.read(capture.warc_length)
        record = _parsed(data)
    except _UNREADABLE as error:
        raise DamagedRecordError(f"{where}: cannot be read ({error or 'no record there'})") from error
    if record.format != "warc":
        # Five words in a row of any bytes are a record of WARC's forerunner to warcio.
        raise DamagedRecordError(f"{where}: cannot be read (no record there)")
    if record.http_headers is None and record.rec_type == "resource":
        # A record of the page alone, without the answer's header: its type is that of the record.
        kind = record.rec_headers.get_header("Content-Type") or ""
        record.http_headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.0")
    if record.rec_type not in ("response", "revisit", "resource"):
        raise DamagedRecordError(f"{where}: cannot be read (no answer lies there)")
    return where, record


def _parsed(data: bytes) -> ArcWarcRecord:
    """The first record of a gzip member. Raises what warcio does, :class:`StopIteration` where there is none."""
    records = ArchiveIterator(BytesIO(data))
    record = next(records)
    # The iterator and its generator hold one another, and the data, until the garbage collector comes round.
    records.the_iter.close()
    return record


def member_at(folder: Path, name: str, offset: int) -> tuple[ArcWarcRecord, bytes] | None:
    """The record that is a whole gzip member at a place of a file, and the member's bytes; None where none lies there.

    For the small records around a capture: a member longer than 1 MiB, or one that unpacks to more than 4, is None.
    """
    try:
        with warc_path(folder, name).open("rb") as stream:
            stream.seek(offset)
            data = stream.read(1 << 20)
        unpacker = zlib.decompressobj(31)
        unpacker.decompress(data, 4 << 20)
        if not unpacker.eof:
            return None
        member = data[: len(data) - len(unpacker.unused_data)]
        return _parsed(member), member
    except _UNREADABLE:
        return None


def read_page(
    folder: Path, capture: Capture, original: Capture | None = None, limit: int | None = None
) -> tuple[StatusAndHeaders, bytes]:
    """The HTTP headers and the body of a capture with chunking and compression undone, at most ``limit`` bytes of it.

    Raises :class:`DamagedRecordError` where the record is not there, or the body is packed as nothing here unpacks.
    """
    where, record = _record_at(folder, capture)
    headers = record.http_headers
    if headers is None and record.rec_type != "revisit":
        # Another kind of record, or what a flipped byte made of one.
        raise DamagedRecordError(f"{where}: cannot be read (no answer lies there)")
    if original is not None:
        where, record = _record_at(folder, original)
    try:
        body = record.content_stream().read(limit)
    except AttributeError as error:
        # What warcio makes of brotli.
        raise DamagedRecordError(f"{where}: packed as nothing here unpacks ({error})") from error
    except _UNREADABLE as error:
        raise DamagedRecordError(f"{where}: cannot be unpacked ({error})") from error
    # A revisit may say nothing but that all was as before.
    return headers or record.http_headers or StatusAndHeaders("", [], ""), body


def warc_path(folder: Path, name: str) -> Path:
    """Where a WARC file lies. Raises :class:`ValueError` for a name that leads out of the ``warc`` folder: the database
    may come from somebody else.
    """
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts:
        raise ValueError("it lies outside the archive")
    return folder / place


def _media_type(headers: Headers) -> str | None:
    for name, value in headers:
        if name.lower() == "content-type":
            return value.split(";")[0].strip().lower()[:100] or None
    return None
