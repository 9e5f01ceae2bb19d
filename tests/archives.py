"""Small archives for tests: made-up articles kept by the archive's own writer, no crawl."""

from itertools import count

from newsarchive.archive.warc import payload_digest
from newsarchive.items import Article, Capture, Image

_offsets = count(1)


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
