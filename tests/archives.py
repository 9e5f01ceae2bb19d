"""Small archives for tests: made-up articles kept by the archive's own writer, no crawl."""

import struct
import zlib
from itertools import count

from newsarchive.archive.warc import Exchange, WarcFiles, payload_digest
from newsarchive.items import Article, Capture, Image

_offsets = count(1)
_runs = count(1)


def png(width=1, height=1):
    """A grey picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x88" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def record(
    archive,
    url,
    body,
    kind="text/html; charset=utf-8",
    *,
    at="2020-11-30T02:00:00Z",
    status=200,
    headers=(),
    site="song-trang",
):
    """Write an answer to a WARC file as the recorder does; returns its capture."""
    answered = [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]
    files = WarcFiles(archive.warc_folder, site, at, next(_runs))
    made = files.write(Exchange(url, at, "GET", [("Host", "x")], status, "HTTP/1.1", answered, body))
    files.close()
    made.id = archive.keep_capture(made, None)
    return made


def capture(archive, url, *, at="2020-11-30T02:00:00Z", body=b"<html></html>"):
    """A capture row, as if the recorder had written its record; nothing lies in the WARC file."""
    made = Capture(
        id=0,
        url=url,
        fetched_at=at,
        status=200,
        media_type="text/html",
        digest=payload_digest(body),
        warc_file="song-trang/song-trang-20201130020000-00001.warc.gz",
        warc_offset=next(_offsets) * 1000,
        warc_length=900,
    )
    made.id = archive.keep_capture(made, None)
    return made


def keep(archive, title, body="Không có gì khác.", *, site="song-trang", at="2020-11-30T02:00:00Z", **fields):
    """Keep one article; returns its id. ``captions`` makes images; a full day as ``date`` fills its bounds."""
    number = next(_offsets)
    url = fields.pop("url", f"https://{site}.example/tin-tuc/tin-{number}")
    captions = fields.pop("captions", ())
    article = Article(url=url, title=title, body=body, **fields)
    article.images = [Image(f"https://{site}.example/anh/{number}-{n}.jpg", c) for n, c in enumerate(captions)]
    article.caption = article.images[0].caption if article.images else None
    article.extractor = "test"
    if article.date and len(article.date) == 10:
        article.date_earliest = article.date_latest = article.date
    archive.keep_site(site, title=site, district=None, province=None, district_code=None, url=None, family=None)
    with archive.transaction():
        return archive.keep_article(article, site=site, capture=capture(archive, url, at=at))[0]
