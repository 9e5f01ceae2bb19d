"""What was captured: the captures of an address, what was made of each, its content; which of them are not to be shown.

How a record lies in its WARC file is the business of :mod:`newsarchive.archive.warc`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.archive.withheld import WITHHELD

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

    from newsarchive.archive.store import Archive

MOST = 200
"""Rows of a list that may be of any length: what else was captured of an address."""

_OF_WITHHELD = f"""
WITH withheld AS ({WITHHELD}),
addresses AS (
    SELECT url FROM articles WHERE id IN withheld
    UNION SELECT url FROM frontier WHERE article_id IN withheld
    UNION SELECT url FROM images WHERE article_id IN withheld
),
same AS (
    SELECT id, url, posted FROM captures WHERE id = ?1
    UNION SELECT id, url, posted FROM captures WHERE digest = ?2 AND status BETWEEN 200 AND 299
)
SELECT 1 FROM same WHERE id IN (
    SELECT capture_id FROM readings WHERE article_id IN withheld
    UNION SELECT capture_id FROM versions WHERE article_id IN withheld
    UNION SELECT capture_id FROM articles WHERE id IN withheld
    UNION SELECT gone_capture_id FROM articles WHERE id IN withheld AND gone_capture_id IS NOT NULL
) OR (posted IS NULL AND (url IN addresses OR url IN (
    SELECT chain FROM frontier WHERE kind = 'image' AND chain IS NOT NULL AND url IN addresses
)))
LIMIT 1
"""


class TooLongError(Exception):
    """A capture's content is longer than was asked for."""


def capture(archive: Archive, capture_id: int | None) -> dict[str, Any] | None:
    """The row of a capture, None where there is none."""
    row = archive.row("SELECT * FROM captures WHERE id = ?", capture_id)
    return dict(row) if row else None


def is_withheld(archive: Archive, row: dict[str, Any]) -> bool:
    """True for a capture (its row) of a withheld article: one it was read from, any of its addresses, of its pictures,
    and one with the very bytes that were delivered for one of these."""
    if archive.row(f"SELECT 1 FROM ({WITHHELD}) LIMIT 1") is None:
        return False
    return archive.row(_OF_WITHHELD, row["id"], row["digest"]) is not None


def lists_withheld(archive: Archive, row: dict[str, Any]) -> bool:
    """True for a capture of a listing page that shows, or at another time showed, a withheld article."""
    found = archive.row(
        f"SELECT 1 FROM articles a JOIN sightings s ON s.url = a.url WHERE a.id IN ({WITHHELD}) AND s.listing_url = ?",
        row["url"],
    )
    return found is not None


def readings(archive: Archive, capture_id: int) -> list[dict[str, Any]]:
    """What a capture was read as: ``article_id``, ``title``, ``extractor``, ``read_at``, the ``version`` that begins
    with it, or None."""
    rows = archive.rows(
        "SELECT r.article_id, a.title, r.extractor, r.read_at, v.number AS version FROM readings r"
        " JOIN articles a ON a.id = r.article_id LEFT JOIN versions v ON v.article_id = r.article_id"
        " AND v.capture_id = r.capture_id AND v.content_hash = r.content_hash WHERE r.capture_id = ?"
        f" AND r.article_id NOT IN ({WITHHELD}) ORDER BY r.read_at, r.extractor",
        capture_id,
    )
    return [dict(row) for row in rows]


def uses(archive: Archive, row: dict[str, Any]) -> dict[str, Any]:
    """What else a capture is good for.

    ``gone``: the article whose end it proves, ``picture_of``: articles it is a picture of (each ``id``, ``title``),
    ``listed``: how many entries were read from it as a listing page, ``failures``: why nothing was (``stage``,
    ``reason``).
    """
    url, shown = row["url"], f"a.id NOT IN ({WITHHELD})"
    gone = archive.row(
        "SELECT a.id, a.title FROM articles a WHERE a.gone_capture_id = ? AND a.id IN"
        f" (SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM frontier WHERE url = ?) AND {shown}",
        row["id"],
        url,
        url,
    )
    pictures = archive.rows(
        "SELECT DISTINCT a.id, a.title FROM frontier f JOIN articles a ON a.url = f.found_on"
        f" JOIN images i ON i.article_id = a.id AND i.url = f.url WHERE f.url = ? AND f.kind = 'image' AND {shown}"
        " ORDER BY a.id LIMIT ?",
        url,
        MOST,
    )
    listed = archive.row(
        "SELECT count(*) AS n FROM sightings WHERE run_id = ? AND listing_url = ?", row["run_id"], row["url"]
    )
    failures = archive.rows("SELECT stage, reason FROM failures WHERE run_id = ? AND url = ?", row["run_id"], url)
    return {
        "gone": dict(gone) if gone else None,
        "picture_of": [dict(picture) for picture in pictures],
        "listed": listed["n"] if listed else 0,
        "failures": [dict(failure) for failure in failures],
    }


def of_address(archive: Archive, url: str) -> list[dict[str, Any]]:
    """The captures of an address, the latest first, :data:`MOST` of them."""
    rows = archive.rows(
        "SELECT id, fetched_at, status, media_type, digest, posted FROM captures WHERE url = ?"
        " ORDER BY fetched_at DESC, id DESC LIMIT ?",
        url,
        MOST,
    )
    return [dict(row) for row in rows]


def of_picture(archive: Archive, url: str) -> dict[str, Any] | None:
    """The row of the latest capture that holds the picture of an address, or of the address that one led to."""
    row = archive.row(
        "SELECT * FROM captures WHERE url IN (SELECT ?1 UNION ALL"
        " SELECT chain FROM frontier WHERE url = ?1 AND kind = 'image' AND chain IS NOT NULL)"
        " AND status = 200 AND coalesce(media_type, '') NOT LIKE 'text/%' ORDER BY id DESC LIMIT 1",
        url,
    )
    return dict(row) if row else None


def content(archive: Archive, row: dict[str, Any], limit: int) -> tuple[StatusAndHeaders, bytes]:
    """HTTP headers and body of a capture, its digest checked, compression undone.

    Raises :class:`newsarchive.archive.warc.DamagedRecordError`, and :class:`TooLongError` for a body of more than
    ``limit`` bytes.
    """
    # Here, because whoever asks for help or reads a record without its bytes need not wait for warcio.
    from newsarchive.archive.warc import read_page

    kept = archive.capture(row["id"])
    assert kept is not None
    archive.read_capture(kept.id)
    original = archive.capture(kept.refers_to) if kept.refers_to else None
    headers, body = read_page(archive.warc_folder, kept, original, limit + 1)
    if len(body) > limit:
        raise TooLongError(limit)
    return headers, body
