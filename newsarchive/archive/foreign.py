"""WARC and WACZ files made by others, read record by record; what is damaged is told, and the rest is read.

Every crawler writes them in its own way: a gzip member a record, one for the whole file, none; lines that end in LF;
records without digests. Nothing is believed that cannot be checked, nothing is unpacked to the disk, and no more than
one record is in memory. Of our own tables nothing is known here.
"""

from __future__ import annotations

import hashlib
import logging
import re
import struct
import zipfile
import zlib
from base64 import b32decode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from newsarchive.archive.warc import begins_record

MAX_HEAD = 64 << 10
"""The longest header of a record that is read; real ones have some hundred bytes."""
MAX_BLOCK = 64 << 20
"""The longest record that is read: no page is longer than :data:`newsarchive.extract.document.MAX_BYTES`."""
MAX_RATIO = 1000
"""What unpacks to more than so many times its size, and to more than one record may hold, is meant to do harm."""
MAX_BREAKS = 10_000
"""Places in one file at which reading begins anew, after which the rest is left."""

_CHUNK = 1 << 16
_WINDOW = 1 << 20
_START = re.compile(rb"WARC/(?:1\.[01]|0\.1[78])\r?\n")
_HEAD = re.compile(_START.pattern + rb"(?:WARC|Content)-", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]*+")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_PLACES = re.compile(rb"\x1f\x8b\x08|(?:\A|(?<=\n))WARC/(?:1\.[01]|0\.1[78])\r?\n")
_ZIP = b"PK\x03\x04"

# It tells of spaces in addresses, in lines of its own.
logging.getLogger("warcio.recordloader").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in a file that cannot be read, or is left out: the file, the byte it begins at, what is wrong."""

    file: str
    offset: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file} at byte {self.offset}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``file`` names its file for people; ``offset`` is where it begins, or the gzip member it is in.

    ``length`` is that of the member where the record is alone in it, so that the bytes of file ``path`` from ``offset``
    on are the record and nothing else; else None. ``about`` are the WARC header's fields, ``http`` those of the answer
    or request in it (None where it is none), ``body`` what follows them, as it lies there; ``data`` is the whole
    record, as it was written.
    """

    path: Path
    file: str
    offset: int
    length: int | None
    kind: str
    about: StatusAndHeaders
    http: StatusAndHeaders | None
    body: bytes
    data: bytes

    def field(self, name: str) -> str:
        """A field of the WARC header, empty where there is none."""
        return (self.about.get_header(name) or "").strip()


def read_records(path: Path) -> Iterator[Record | Damage]:
    """The records of a WARC or WACZ file, and what is damaged in it, in the order in which they lie there.

    Raises :class:`OSError` where the file cannot be opened.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if size == 0:
            yield Damage(str(path), 0, "empty")
        elif file.read(4) == _ZIP:
            yield from _read_zip(file, path, size)
        else:
            yield from _read_stretch(_Stretch(path, str(path), file, 0, size))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a file that holds records: the bytes of ``file`` from ``start`` to ``end``.

    ``path`` is None where these are not bytes of a file on the disk.
    """

    path: Path | None
    name: str
    file: BinaryIO
    start: int
    end: int

    def read(self, place: int, length: int) -> bytes:
        self.file.seek(place)
        return self.file.read(min(length, max(self.end - place, 0)))


# WACZ


def _read_zip(file: BinaryIO, path: Path, size: int) -> Iterator[Record | Damage]:
    """The records of all WARC files in a zip file. Its directory lost, those that lie in it unpacked are found."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        yield Damage(str(path), 0, f"not a whole zip file ({error}); read for the records that still stand in it")
        yield from _read_stretch(_Stretch(path, str(path), file, 0, size), silent=True)
        return
    members = [m for m in archive.infolist() if m.filename.lower().endswith((".warc", ".warc.gz"))]
    if not members:
        yield Damage(str(path), 0, "a zip file without WARC files in it")
    last = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        name, place = f"{path} ({member.filename})", member.header_offset
        if place < last:
            yield Damage(name, place, "lies over another file in it; left out")
        elif member.flag_bits & 1:
            yield Damage(name, place, "encrypted; left out")
        elif member.file_size > MAX_RATIO * member.compress_size and member.file_size > MAX_BLOCK:
            yield Damage(name, place, f"unpacks to more than {MAX_RATIO} times its size; left out")
        elif member.compress_type == zipfile.ZIP_STORED:
            file.seek(place)
            head = file.read(30)
            if len(head) < 30 or not head.startswith(_ZIP):
                yield Damage(name, place, "not there")
                continue
            start = place + 30 + sum(struct.unpack("<26xHH", head))
            yield from _read_stretch(_Stretch(path, name, file, start, min(start + member.compress_size, size)))
        else:
            try:
                with archive.open(member) as stream:
                    yield from _read_stretch(_Stretch(None, name, stream, 0, member.file_size))  # type: ignore[arg-type]
            except _READING as error:
                yield Damage(name, place, f"cannot be unpacked ({error})")
        last = max(last, place + member.compress_size)


_READING = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


# One file, from break to break


def _read_stretch(stretch: _Stretch, *, silent: bool = False) -> Iterator[Record | Damage]:
    """The records of one file, begun anew behind each break. ``silent``: what stands before the first is known."""
    place = stretch.start
    if place >= stretch.end:
        yield Damage(stretch.name, place, "empty")
    for _ in range(MAX_BREAKS if stretch.path else 10):
        try:
            begin = _next_start(stretch, place)
            if begin != place and place < stretch.end and not silent and place == stretch.start:
                yield Damage(stretch.name, place, "no WARC record begins here")
            if begin is None:
                return
            text = _Text(stretch, begin)
            yield from _Reader(stretch, text).records()
        except _READING as error:
            yield Damage(stretch.name, place, f"cannot be read ({error})")
            return
        if text.broken is None:
            return
        place, silent = text.broken[0] + 1, True
    yield Damage(stretch.name, place, "damaged again and again; the rest is left")


def _next_start(stretch: _Stretch, place: int) -> int | None:
    """The first place, from one on, at which a record begins, packed or plain."""
    while place < stretch.end:
        data = stretch.read(place, _WINDOW)
        if not data:
            return None
        for match in _PLACES.finditer(data):
            found = place + match.start()
            if match[0].startswith(b"W"):
                if match.start() or place == stretch.start:
                    return found
            elif begins_record(data[match.start() :]):
                return found
        # What lies over the edge of what was read is found from a little before it.
        place += len(data) - 512 if len(data) == _WINDOW else len(data)
    return None


@dataclass(slots=True)
class _Member:
    """A gzip member: where its text begins and ends in the text, and its bytes in the file; ends as soon as known."""

    text: int
    place: int
    text_end: int | None = None
    place_end: int | None = None


class _Text:
    """The text of a file from one place on, unpacked where it is packed, as far as there is no break in it.

    ``broken`` then says at which byte the member begins that cannot be unpacked, and why.
    """

    def __init__(self, stretch: _Stretch, place: int):
        self._stretch = stretch
        self._place = place
        self._begin = place
        self._packed = stretch.read(place, 3) == b"\x1f\x8b\x08"
        self._unpacker: zlib._Decompress | None = None
        self._pending = b""
        self._ended = False
        self.broken: tuple[int, str] | None = None
        self.members: deque[_Member] = deque()
        self.buffer = bytearray()
        self.first = 0
        """The place in the text of the buffer's first byte."""

    @property
    def end(self) -> int:
        """The place in the text up to which it is in the buffer."""
        return self.first + len(self.buffer)

    def has(self, place: int) -> bool:
        """True where the text goes on to that place; it is then in the buffer up to there."""
        while self.end < place:
            if not self._more():
                return False
        return True

    def drop(self, place: int) -> None:
        """What stands before a place is not needed any more."""
        del self.buffer[: max(place - self.first, 0)]
        self.first = max(self.first, place)
        while len(self.members) > 1 and self.members[1].text <= place:
            self.members.popleft()

    def between(self, start: int, end: int) -> bytes:
        """A piece of the text that is in the buffer."""
        return bytes(self.buffer[start - self.first : end - self.first])

    def member(self, place: int) -> _Member | None:
        """The gzip member in which a place of the text stands; None in a plain file."""
        found = None
        for member in self.members:
            if member.text > place:
                break
            found = member
        return found

    def where(self, place: int) -> int:
        """The place in the file of a place in the text: that of its gzip member where it is packed."""
        member = self.member(place)
        return member.place if member else self._begin + place

    def _more(self) -> bool:
        """Read some more; False at the end, or at a break."""
        before = self.end
        while not self._ended and self.end == before:
            if self._packed:
                self._unpack()
            else:
                self.buffer += self._read()
        return self.end > before

    def _read(self) -> bytes:
        data = self._stretch.read(self._place, _CHUNK)
        self._place += len(data)
        self._ended = not data
        return data

    def _unpack(self) -> None:
        data = self._pending or self._read()
        if self._unpacker is None:
            # Some programs fill files up with zeros.
            data = data.lstrip(b"\0")
            self._pending = data
            if not data:
                return
            self._unpacker = zlib.decompressobj(31)
            self.members.append(_Member(self.end, self._place - len(data)))
        member, unpacker = self.members[-1], self._unpacker
        try:
            out = unpacker.decompress(data, _CHUNK)
        except zlib.error as error:
            self._break(member, f"cannot be unpacked ({error})")
            return
        self.buffer += out
        self._pending = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        if unpacker.eof:
            self._unpacker = None
            member.text_end, member.place_end = self.end, self._place - len(self._pending)
        elif not data and not out:
            self._break(member, "breaks off in the middle of a record")
        else:
            self._ended = False
            size = self.end - member.text
            if size > MAX_BLOCK and size > MAX_RATIO * (self._place - len(self._pending) - member.place):
                self._break(member, f"unpacks to more than {MAX_RATIO} times its size; left out")

    def _break(self, member: _Member, reason: str) -> None:
        self.broken, self._ended = (member.place, reason), True


class _Reader:
    """The records of one unbroken text."""

    def __init__(self, stretch: _Stretch, text: _Text):
        self.stretch = stretch
        self.text = text
        self._loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
        self._told: set[int] = set()

    def records(self) -> Iterator[Record | Damage]:
        """Each record, and each damage once."""
        text, place = self.text, 0
        while (begin := self._behind_lines(place)) is not None:
            text.drop(begin)
            read, place = self._record(begin)
            if isinstance(read, Record):
                yield read
                continue
            if read.offset not in self._told:
                self._told.add(read.offset)
                yield read
            found = self._resume(place)
            if found is None:
                break
            place = found
        if text.broken and text.broken[0] not in self._told:
            yield Damage(self.stretch.name, *text.broken)

    def _behind_lines(self, place: int) -> int | None:
        """The place behind empty lines; None where nothing follows."""
        text = self.text
        while text.has(place + 1):
            found = _LINE_ENDS.match(text.buffer, place - text.first)
            place = text.first + (found.end() if found else 0)
            if place < text.end:
                return place
            text.drop(place)
        return None

    def _record(self, begin: int) -> tuple[Record | Damage, int]:
        """The record at a place of the text, and the place behind it; or what is wrong, and where to look on."""
        text = self.text
        text.has(begin + 12)
        if not _START.match(text.buffer, begin - text.first):
            return self._damage(begin, "no WARC record begins here"), begin + 1
        head_end = self._head_end(begin)
        if head_end is None:
            if text.end - begin < MAX_HEAD:
                return self._cut(begin), begin + 1
            return self._damage(begin, f"its header is longer than {MAX_HEAD >> 10} KiB; left out"), begin + 1
        said = _LENGTH.search(text.between(begin, head_end))
        if said is None:
            return self._damage(begin, "its header says no length"), head_end
        length = int(said[1])
        if length > MAX_BLOCK:
            return self._damage(begin, f"said to be {length} bytes long; more than a page can be, left out"), head_end
        end = head_end + length
        if not text.has(end):
            return self._cut(begin), head_end
        following = self._after(end)
        text.has(following + 12)
        alone = text.has(following + 1) and not _START.match(text.buffer, following - text.first)
        read = self._parse(begin, head_end, end, following, doubtful=alone)
        return read, following if isinstance(read, Record) else head_end

    def _after(self, end: int) -> int:
        """The place behind the empty lines that close a record."""
        text = self.text
        while text.has(end + 1) and text.buffer[end - text.first] in b"\r\n":
            end += 1
        return end

    def _head_end(self, begin: int) -> int | None:
        text = self.text
        for size in (2048, MAX_HEAD):
            text.has(begin + size)
            start = begin - text.first
            if found := _HEAD_END.search(text.buffer, start, start + size):
                return text.first + found.end()
        return None

    def _parse(self, begin: int, head_end: int, end: int, following: int, *, doubtful: bool) -> Record | Damage:
        """The record in a piece of the text; one that is ``doubtful``, as none begins behind it, only by its digest."""
        data = self.text.between(begin, end) + b"\r\n\r\n"
        member = self.text.member(begin)
        length = None
        if member and (member.text, member.text_end) == (begin, following) and self.stretch.path:
            assert member.place_end is not None
            length = member.place_end - member.place
        whole = member is not None and member.text == begin and member.text_end is not None
        broken = self.text.broken if member and self.text.broken and self.text.broken[0] == member.place else None
        try:
            record = self._loader.parse_record_stream(BytesIO(data), known_format="warc")
            body = record.raw_stream.read()
        except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, AttributeError) as error:
            return self._damage(begin, f"not a WARC record ({str(error)[:100]})")
        if not whole or doubtful:
            # No checksum of gzip's says that these are the bytes that were written.
            right = _as_digest_says(record.rec_headers, record.http_headers, data[head_end - begin : -4], body)
            if broken and not right:
                return self._damage(begin, broken[1])
            if doubtful and not right:
                return self._damage(begin, "its length is wrong: no record begins behind it")
            if right is False:
                return self._damage(begin, "its bytes are not those that were captured (digest differs)")
        return Record(
            path=self.stretch.path or Path(),
            file=self.stretch.name,
            offset=self.text.where(begin),
            length=length,
            kind=(record.rec_type or "").strip().lower(),
            about=record.rec_headers,
            http=record.http_headers,
            body=body,
            data=data,
        )

    def _resume(self, place: int) -> int | None:
        """The next place, from one on, at which a record begins."""
        text = self.text
        while text.has(place + 1):
            text.has(place + _CHUNK)
            if found := _HEAD.search(text.buffer, place - text.first):
                return text.first + found.start()
            # Over the edge of what was read one may stand half.
            edge = max(text.end - 32, place)
            if not text.has(text.end + 1):
                return None
            text.drop(edge)
            place = edge
        return None

    def _cut(self, begin: int) -> Damage:
        """The text ends within a record: the file does, or it cannot be unpacked further."""
        if self.text.broken:
            member = self.text.broken[0]
            if member != self.text.where(begin):
                self._told.add(member)
            return self._damage(begin, self.text.broken[1])
        return self._damage(begin, "breaks off in the middle of a record")

    def _damage(self, begin: int, problem: str) -> Damage:
        member = self.text.member(begin)
        inside = begin - member.text if member else 0
        there = f" (the record {inside} bytes into what is packed there)" if inside else ""
        return Damage(self.stretch.name, self.text.where(begin), problem + there)


# Digests


def body_digests(record: Record) -> Iterator[bytes]:
    """The SHA-1 digests a payload may be said to have: of the body as it lies, and without its chunks."""
    yield hashlib.sha1(record.body, usedforsecurity=False).digest()
    if record.http and (record.http.get_header("transfer-encoding") or "").lower() == "chunked":
        yield hashlib.sha1(unchunked(record.body), usedforsecurity=False).digest()


def unchunked(body: bytes) -> bytes:
    """A body without its chunks' lengths."""
    return bytes(ChunkedDataReader(BytesIO(body)).read())


def read_digest(text: str) -> tuple[str, bytes] | None:
    """A digest as WARC headers have it ("sha1:" and base32 or hex): algorithm and value; None for what is none.

    >>> read_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ") == read_digest(
    ...     "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709")
    True
    """
    name, _, value = text.strip().partition(":")
    name = name.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return None
    size = hashlib.new(name, usedforsecurity=False).digest_size
    try:
        raw = bytes.fromhex(value) if len(value) == 2 * size else b32decode(value.upper() + "=" * (-len(value) % 8))
    except ValueError:
        return None
    return (name, raw) if len(raw) == size else None


def _as_digest_says(about: StatusAndHeaders, http: StatusAndHeaders | None, block: bytes, body: bytes) -> bool | None:
    """Whether a record's bytes are those that its digest is of; None where none is there to tell.

    The digest of the block leaves no doubt. That of the payload does: some mean the body without its chunks, of a body
    that was cut off the whole, and a revisit's is that of another record.
    """

    def is_of(said: tuple[str, bytes], data: bytes) -> bool:
        return hashlib.new(said[0], data, usedforsecurity=False).digest() == said[1]

    if said := read_digest(about.get_header("WARC-Block-Digest") or ""):
        return is_of(said, block)
    said = read_digest(about.get_header("WARC-Payload-Digest") or "")
    if said is None or about.get_header("WARC-Type") != "response" or about.get_header("WARC-Truncated"):
        return None
    if is_of(said, body):
        return True
    packed = http is not None and (http.get_header("transfer-encoding") or http.get_header("content-encoding"))
    return None if packed else False
