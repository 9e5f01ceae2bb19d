"""Articles as schema.org's ``NewsArticle`` in JSON-LD: for search engines, catalogues and triple stores.

An export is one JSON-LD document, which is what their readers take: a ``Dataset`` whose ``hasPart`` are the articles,
one on a line, so that it can be written, and read by a program that goes by lines, without holding all of it.

The context is written out and names no other file, so that a document means the same when nothing can be fetched. It
is schema.org's vocabulary, and of Dublin Core ``issued``: the day of publication as EDTF, of which schema.org knows no
intervals. Every ``<``, ``>`` and ``&`` is escaped as JSON escapes it, so that a document can stand in the ``script``
element of a page whatever a title says.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from newsarchive.extract.people import is_office
from newsarchive.items import ATTACHMENT, INLINE
from newsarchive.research.citations import address, citation, plain
from newsarchive.research.context import without_withheld

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

CONTEXT = {
    "@vocab": "https://schema.org/",
    "issued": {"@id": "http://purl.org/dc/terms/issued", "@type": "http://id.loc.gov/datatypes/edtf/EDTF"},
    **{term: {"@type": "@id"} for term in ("url", "contentUrl", "relatedLink", "citation")},
}
"""The context of every document."""

_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_WHOLE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_BETWEEN_NAMES = re.compile(r"\s+[-–]\s+|\s*[,;&]\s*")


def news_article(archive: Archive, row: Mapping[str, Any] | sqlite3.Row) -> dict[str, Any]:
    """A row of ``articles`` as a ``NewsArticle``, without context; what the page does not say is left out."""
    cited = citation(archive, row)
    capture = archive.capture(row["capture_id"])
    assert capture is not None
    links = without_withheld(
        archive, archive.rows("SELECT kind, url FROM links WHERE article_id = ? ORDER BY position", row["id"])
    )

    def linked(*kinds: str) -> list[str]:
        return [address(link["url"]) for link in links if link["kind"] in kinds]

    day = row["date"] if row["date"] and _WHOLE.fullmatch(row["date"]) else None
    source = plain(row["source"])
    article = {
        "@type": "NewsArticle",
        "@id": cited.url,
        "identifier": cited.key,
        "url": cited.url,
        "headline": cited.title,
        "abstract": row["lead"],
        "articleBody": row["body"],
        "articleSection": row["section"],
        "inLanguage": "vi",
        "datePublished": row["published_at"] or day,
        "issued": cited.date,
        "temporalCoverage": row["event_date"],
        "author": _authors(cited.byline),
        "publisher": _publisher(archive, row["site"]),
        "image": _images(archive, row["id"]),
        "isBasedOn": {"@type": "CreativeWork", "publisher": _organization(source)} if source else None,
        "citation": linked(INLINE),
        "associatedMedia": [{"@type": "MediaObject", "contentUrl": url} for url in linked(ATTACHMENT)],
        "mainEntityOfPage": {
            "@type": "WebPage",
            "url": cited.url,
            "relatedLink": linked(*({link["kind"] for link in links} - {INLINE, ATTACHMENT})),
        },
        "expires": cited.gone_at,
        "archivedAt": {
            "@type": ["WebPage", "MediaObject"],
            "name": cited.place,
            "dateCreated": cited.captured_at,
            "encodingFormat": plain(capture.media_type),
            "sha256": cited.digest.removeprefix("sha256:"),
        },
    }
    return _said(article)


def document(archive: Archive, row: Mapping[str, Any] | sqlite3.Row) -> str:
    """A row of ``articles`` as a JSON-LD document of one article, as it may stand in a ``script`` element."""
    return dumps({"@context": CONTEXT, **news_article(archive, row)})


def write_json_ld(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO) -> int:
    """Write articles as one JSON-LD document; returns how many."""
    head = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": "Tin bài của các huyện, quận, thị xã (news pages of Viet Nam's districts)",
        "description": "Articles as newsarchive captured and read them. issued is the day of publication, as EDTF and "
        "no more precise than its evidence; archivedAt names the capture with the SHA-256 of its bytes.",
        "inLanguage": "vi",
    }
    out.write(f"{dumps(head)[:-1]}, {dumps('hasPart')}: [")
    count, days = 0, set[str]()
    for row in rows:
        out.write((",\n" if count else "\n") + dumps(news_article(archive, row)))
        count += 1
        days = _span(days | {day for day in (row["date_earliest"], row["date_latest"]) if day})
    # Known only now, and of no matter where in the object it stands.
    covered = f", {dumps('temporalCoverage')}: {dumps('/'.join(sorted(days)))}" if days else ""
    out.write(f"\n], {dumps('size')}: {dumps(f'{count} articles')}{covered}}}\n")
    return count


def dumps(value: Any) -> str:
    """JSON that neither ends nor opens anything where it stands in an HTML ``script`` element.

    >>> dumps("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    return json.dumps(value, ensure_ascii=False).translate(_UNSAFE)


def _said(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, in objects within too."""
    kept = {name: _said(part) if isinstance(part, dict) else part for name, part in value.items()}
    return {name: part for name, part in kept.items() if part not in (None, "", [], {})}


def _span(days: set[str]) -> set[str]:
    return {min(days), max(days)} if days else days


def _authors(byline: str | None) -> list[dict[str, str]]:
    """The names of a byline, each by itself; an office ("Ban Tuyên giáo - Dân vận") is one, and no person."""
    if not byline:
        return []
    if is_office(byline):
        return [_organization(byline)]
    return [{"@type": "Person", "name": name} for name in _BETWEEN_NAMES.split(byline) if name]


def _organization(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _publisher(archive: Archive, site: str) -> dict[str, Any]:
    row = archive.row("SELECT title, district, province, district_code, url FROM sites WHERE name = ?", site)
    if row is None:
        return {"@type": "Organization", "name": site}
    place: dict[str, Any] = {}
    if row["district"]:
        province = {"@type": "AdministrativeArea", "name": row["province"]} if row["province"] else None
        place = {
            "@type": "AdministrativeArea",
            "name": row["district"],
            "identifier": row["district_code"],
            "containedInPlace": province,
        }
    url = address(row["url"]) if row["url"] else None
    return {"@type": "Organization", "name": plain(row["title"]), "url": url, "areaServed": place}


def _images(archive: Archive, article_id: int) -> list[dict[str, str]]:
    rows = archive.rows("SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position", article_id)
    return [
        _said(
            {
                "@type": "ImageObject",
                "contentUrl": address(row["url"]),
                "caption": row["caption"],
                "creditText": row["credit"],
            }
        )
        for row in rows
    ]
