"""WACZ: the chosen articles' captures in one file that opens in a browser (replayweb.page), by specification 1.1.1.

A ZIP of the captured records as they lie in the archive, an index of their addresses, a list of pages with their text,
and a list of these files with their digests. The same articles of the same archive give the same bytes. What is chosen,
and the index before it is sorted, lie in a scratch database on the disk: memory does not grow with the archive.

Of an article go out all captures with content: those its versions were read from, others of its address and of
addresses that led to it, the proof that it is gone, its pictures. What is withheld stays here, and so does a capture of
another article with the very bytes of a withheld one's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.archive.warc import DamagedRecordError, member_at, read_capture, read_record, warc_path
from newsarchive.archive.withheld import WITHHELD
from newsarchive.items import Capture

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

WACZ_VERSION = "1.1.1"
_WARC = "data.warc.gz"
_INDEX = "index.cdx.gz"
_LINES = 1024
"""Lines of the index in one compressed block, as the tools of WACZ make them."""

_CAPTURES_OF = """
SELECT c.id, c.warc_file, c.warc_offset, c.digest, c.status, c.refers_to FROM captures c WHERE c.id IN (
    SELECT capture_id FROM readings WHERE article_id = :id
    UNION SELECT capture_id FROM versions WHERE article_id = :id
    UNION SELECT capture_id FROM articles WHERE id = :id
    UNION SELECT gone_capture_id FROM articles WHERE id = :id
    UNION SELECT capture_id FROM pictures WHERE article_id = :id
    UNION SELECT id FROM captures WHERE posted IS NULL AND status != 304 AND url IN (
        SELECT url FROM articles WHERE id = :id
        UNION SELECT url FROM frontier WHERE article_id = :id
        UNION SELECT url FROM images WHERE article_id = :id
    )
)
"""


@dataclass(slots=True)
class Bundled:
    """What went into a WACZ: articles, captures; ``damaged``: sentences on captures that could not be read and were
    left out; ``pageless``: articles chosen of which no page went in."""

    articles: int = 0
    captures: int = 0
    damaged: list[str] = field(default_factory=list)
    pageless: int = 0


def write_wacz(archive: Archive, rows: Iterable[sqlite3.Row], out: BinaryIO) -> Bundled:
    """Bundle the captures of articles (rows of ``articles``) as a WACZ. Raises :class:`OSError`."""
    done = Bundled()
    with (
        archive.one_moment(),
        contextlib.closing(_Choice(archive, rows)) as choice,
        zipfile.ZipFile(out, "w") as bundle,
    ):
        package = _Package(bundle)
        _write_records(archive, choice, package, done)
        _write_index(choice, package)
        _write_pages(archive, choice, package, done)
        package.close(choice, done)
    return done


class _Choice:
    """Which articles and captures go out, in a scratch database; ``scratch`` also takes the index's lines."""

    def __init__(self, archive: Archive, rows: Iterable[sqlite3.Row]):
        self.scratch = sqlite3.connect("", isolation_level=None)  # a file of its own that nobody else sees
        self.scratch.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE articles (position INTEGER PRIMARY KEY, id INTEGER);"
            "CREATE TABLE captures (id INTEGER PRIMARY KEY, file TEXT, offset INTEGER, digest TEXT, original INTEGER);"
            "CREATE TABLE written (id INTEGER PRIMARY KEY);"
            "CREATE TABLE withheld (id INTEGER PRIMARY KEY, digest TEXT);"
            "CREATE INDEX withheld_digest ON withheld (digest);"
            "CREATE TABLE cdx (line TEXT)"
        )
        self.scratch.execute("BEGIN")
        for (article_id,) in archive.connection.execute(WITHHELD):
            for row in archive.connection.execute(_CAPTURES_OF, {"id": article_id}):
                # A "not found" page has the same bytes for every article: only what was delivered is the article's.
                digest = row["digest"] if 200 <= row["status"] < 300 else None
                self.scratch.execute("INSERT OR IGNORE INTO withheld VALUES (?, ?)", (row["id"], digest))
        for row in rows:
            self.scratch.execute("INSERT INTO articles (id) VALUES (?)", (row["id"],))
            for found in archive.connection.execute(_CAPTURES_OF, {"id": row["id"]}):
                self._choose(found)
        originals = (
            "SELECT DISTINCT original FROM captures WHERE original IS NOT NULL"
            " AND original NOT IN (SELECT id FROM captures) ORDER BY original"
        )
        for (original,) in self.scratch.execute(originals).fetchall():
            for found in archive.connection.execute(
                "SELECT id, warc_file, warc_offset, digest, refers_to FROM captures WHERE id = ?", (original,)
            ):
                self._choose(found)

    def _choose(self, row: sqlite3.Row) -> None:
        self.scratch.execute(
            "INSERT OR IGNORE INTO captures (id, file, offset, digest, original) SELECT ?, ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM withheld WHERE id = ?)"
            " AND NOT EXISTS (SELECT 1 FROM withheld WHERE digest = ?)",
            (
                *(row[name] for name in ("id", "warc_file", "warc_offset", "digest", "refers_to")),
                row["id"],
                row["digest"],
            ),
        )

    def captures(self) -> Iterator[int]:
        """The captures' ids in the order of their places."""
        for (number,) in self.scratch.execute("SELECT id FROM captures ORDER BY file, offset"):
            yield number

    def has(self, number: int | None) -> bool:
        """Whether a capture goes out."""
        return self.scratch.execute("SELECT 1 FROM captures WHERE id = ?", (number,)).fetchone() is not None

    def close(self) -> None:
        """Remove the scratch database."""
        self.scratch.close()


# -- the files of the ZIP --------------------------------------------------------------------------------------------


class _Package:
    """The ZIP, and of each file in it name, length and digest as ``datapackage.json`` lists them."""

    def __init__(self, bundle: zipfile.ZipFile):
        self._bundle = bundle
        self.resources: list[dict[str, Any]] = []

    @contextlib.contextmanager
    def file(self, path: str, *, packed: bool) -> Iterator[_Measured]:
        """A file to be written; ``packed`` where the ZIP compresses it, which it must not do with WARC and index."""
        info = zipfile.ZipInfo(path)  # of 1 January 1980: no clock is read
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        with self._bundle.open(info, "w", force_zip64=True) as stream:
            measured = _Measured(stream)
            yield measured
        name = path.rpartition("/")[2]
        self.resources.append(
            {"name": name, "path": path, "hash": f"sha256:{measured.hash.hexdigest()}", "bytes": measured.length}
        )

    def close(self, choice: _Choice, done: Bundled) -> None:
        """Write the list of files, and its own digest."""
        resources = sorted(self.resources, key=lambda resource: str(resource["path"]))
        (last,) = choice.scratch.execute("SELECT max(substr(line, instr(line, ' ') + 1, 14)) FROM cdx").fetchone()
        about = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": f"{done.articles} news article{'s' * (done.articles != 1)} as captured by newsarchive",
            "software": f"newsarchive/{__version__}",
            # When its last record was captured: so that one choice has one file, whenever it is made.
            "created": _iso(last or "19800101000000"),
            "resources": resources,
        }
        listing = json.dumps(about, ensure_ascii=False, indent=2).encode()
        with self.file("datapackage.json", packed=True) as stream:
            stream.write(listing)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(listing).hexdigest()}"}
        with self.file("datapackage-digest.json", packed=True) as stream:
            stream.write(json.dumps(digest).encode())


class _Measured:
    """A stream that counts and hashes what is written to it."""

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self.length = 0
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write all of it."""
        self._stream.write(data)
        self.length += len(data)
        self.hash.update(data)


def _iso(stamp: str) -> str:
    return re.sub(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", r"\1-\2-\3T\4:\5:\6Z", stamp)


# -- records ---------------------------------------------------------------------------------------------------------


def _write_records(archive: Archive, choice: _Choice, package: _Package, done: Bundled) -> None:
    """The captures' records with their requests, each file's behind the record that says who captured it, and how."""
    with package.file(f"archive/{_WARC}", packed=False) as out:
        file = None
        for number in choice.captures():
            capture = archive.capture(number)
            assert capture is not None
            try:
                found = _records(archive, choice, capture)
            except DamagedRecordError as error:
                done.damaged.append(f"left out: {error}")
                continue
            if capture.warc_file != file:
                file = capture.warc_file
                out.write(_warcinfo(archive, capture))
            about, headers, response, request = found
            if capture.posted is None:
                line = _cdx_line(about, headers, out.length, len(response))
                choice.scratch.execute("INSERT INTO cdx VALUES (?)", (line,))
            choice.scratch.execute("INSERT INTO written VALUES (?)", (number,))
            out.write(response)
            out.write(request)
            done.captures += 1


def _records(
    archive: Archive, choice: _Choice, capture: Capture
) -> tuple[StatusAndHeaders, StatusAndHeaders | None, bytes, bytes]:
    """WARC and HTTP headers of a capture's record, its bytes as they are to be written, and those of its request."""
    folder = archive.warc_folder
    response = _member_of(folder, capture)
    original = archive.capture(capture.refers_to) if capture.refers_to else None
    headers, body = read_capture(folder, capture, original)
    about, _, _ = read_record(folder, capture)
    if original is not None and not choice.has(original.id):
        # A revisit that others wrote may have no headers of its own: all was as before.
        headers = headers or read_record(folder, original)[1]
        about, response = _whole(capture, about, headers, body)
    request = b""
    behind = member_at(folder, capture.warc_file, capture.warc_offset + capture.warc_length)
    if behind is not None:
        record, member = behind
        answered = record.rec_headers.get_header("WARC-Concurrent-To")
        if record.rec_type == "request" and answered == about.get_header("WARC-Record-ID"):
            request = member
    return about, headers, response, request


def _member_of(folder: Path, capture: Capture) -> bytes:
    """The bytes of a capture's record, true by gzip's own checksum, which covers the record's headers too.

    Raises :class:`DamagedRecordError`.
    """
    where = f"{folder / capture.warc_file} at byte {capture.warc_offset}"
    unpacker = zlib.decompressobj(31)
    try:
        with warc_path(folder, capture.warc_file).open("rb") as stream:
            stream.seek(capture.warc_offset)
            member = stream.read(capture.warc_length)
        unpacker.decompress(member)
    except (OSError, ValueError, zlib.error) as error:
        raise DamagedRecordError(f"{where}: cannot be read ({error})") from error
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedRecordError(f"{where}: cannot be read (it is not one whole record)")
    return member


def _whole(
    capture: Capture, about: StatusAndHeaders, headers: StatusAndHeaders, body: bytes
) -> tuple[StatusAndHeaders, bytes]:
    """A revisit as the response it stands for, where the record it refers to stays here. It keeps its own id."""
    kept = ("WARC-Date", "WARC-IP-Address", "WARC-Record-ID", "WARC-Truncated")
    record = RecordBuilder(warc_version="1.1").create_warc_record(
        capture.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=headers,
        warc_headers_dict={name: value for name in kept if (value := about.get_header(name))},
    )
    return record.rec_headers, _member(record)


def _warcinfo(archive: Archive, capture: Capture) -> bytes:
    """What a capture's WARC file says of its crawl, in its own words; in ours where it says nothing."""
    first = member_at(archive.warc_folder, capture.warc_file, 0)
    if first is not None and first[0].rec_type == "warcinfo":
        return first[1]
    record = RecordBuilder(warc_version="1.1").create_warcinfo_record(
        capture.warc_file.rpartition("/")[2], {"software": f"newsarchive/{__version__}"}
    )
    record.rec_headers.replace_header("WARC-Date", capture.fetched_at)
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{capture.warc_file} {capture.digest}")
    record.rec_headers.replace_header("WARC-Record-ID", f"<urn:uuid:{number}>")
    return _member(record)


def _member(record: ArcWarcRecord) -> bytes:
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="1.1").write_record(record)
    return out.getvalue()


# -- index -----------------------------------------------------------------------------------------------------------


def _cdx_line(about: StatusAndHeaders, headers: StatusAndHeaders | None, offset: int, length: int) -> str:
    """A record's line of the index (CDXJ), as cdxj-indexer writes it."""
    url, kind = about.get_header("WARC-Target-URI"), about.get_header("WARC-Type")
    stamp = re.sub(r"\D", "", about.get_header("WARC-Date"))[:14]
    if kind == "revisit":
        media_type: str | None = "warc/revisit"
    else:
        said = (headers or about).get_header("Content-Type")
        media_type = re.split(r"[;\s]", said, maxsplit=1)[0].strip() if said else None
    entry = {
        "url": url,
        "mime": media_type,
        "status": headers.get_statuscode() if headers else None,
        "digest": about.get_header("WARC-Payload-Digest"),
        "length": str(length),
        "offset": str(offset),
        "filename": _WARC,
    }
    return (
        f"{sort_key(url)} {stamp} {json.dumps({name: value for name, value in entry.items() if value is not None})}\n"
    )


def sort_key(url: str) -> str:
    """An address as indexes of web archives sort it (SURT): "vn,gov,a)/tin?id=1" for http://www.a.gov.vn/tin?id=1.

    The host's names from the last to the first, without "www"; no scheme, user, usual port, fragment; all in small
    letters, percent codes only where they must be, the query's parts sorted, no slash at the end. An address that is
    none of the web's is its own key. The key is one word of printable ASCII.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host:
        return _plain_codes(url)
    host = re.sub(r"^www\d*\.", "", host)
    key = ",".join(reversed(host.split(".")))
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        key += f":{port}"
    path = _plain_codes(parts.path).lower().rstrip("/") or "/"
    query = "&".join(sorted(_plain_codes(parts.query).lower().split("&")))
    return f"{_plain_codes(key)}){path}" + (f"?{query}" if query else "")


def _plain_codes(text: str) -> str:
    """Percent codes undone, and done again for what is no printable ASCII, ``%`` and ``#``."""
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(5):  # a code of a code; not without end
        data, before = unquote_to_bytes(data), data
        if data == before:
            break
    return "".join(chr(byte) if 32 < byte < 127 and byte not in b"%#" else f"%{byte:02x}" for byte in data)


def _write_index(choice: _Choice, package: _Package) -> None:
    """The lines sorted, in compressed blocks, and where each block begins."""
    blocks: list[str] = []
    with package.file(f"indexes/{_INDEX}", packed=False) as out:
        lines = choice.scratch.execute("SELECT line FROM cdx ORDER BY line")
        while block := lines.fetchmany(_LINES):
            text = "".join(line for (line,) in block)
            packer = zlib.compressobj(wbits=31)
            packed = packer.compress(text.encode()) + packer.flush()
            digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
            place = {"offset": out.length, "length": len(packed), "digest": digest}
            blocks.append(f"{text.split('{', 1)[0].strip()} {json.dumps(place)}\n")
            out.write(packed)
    with package.file("indexes/index.idx", packed=True) as out:
        out.write(f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': _INDEX})}\n".encode())
        out.write("".join(blocks).encode())


# -- pages -----------------------------------------------------------------------------------------------------------


def _write_pages(archive: Archive, choice: _Choice, package: _Package, done: Bundled) -> None:
    """The articles with their text, each as its latest capture that went out shows it, in the order of the choice."""
    with package.file("pages/pages.jsonl", packed=True) as out:
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
        out.write(json.dumps(head).encode() + b"\n")
        for (article_id,) in choice.scratch.execute("SELECT id FROM articles ORDER BY position"):
            page = _page(archive, choice, article_id)
            if page is None:
                done.pageless += 1
                continue
            out.write(json.dumps(page, ensure_ascii=False).encode() + b"\n")
            done.articles += 1


def _page(archive: Archive, choice: _Choice, article_id: int) -> dict[str, str] | None:
    readings = archive.rows("SELECT title, body, capture_id FROM articles WHERE id = ?", article_id) + archive.rows(
        "SELECT title, body, capture_id FROM versions WHERE article_id = ? ORDER BY number DESC", article_id
    )
    went = "SELECT 1 FROM written WHERE id = ?"
    for row in readings:
        capture = archive.capture(row["capture_id"])
        if capture is not None and choice.scratch.execute(went, (capture.id,)).fetchone():
            return {
                "id": f"article-{article_id}",
                "url": capture.url,
                "ts": capture.fetched_at,
                "title": row["title"],
                "text": row["body"],
            }
    return None
