"""One article with all that is known of it: found by id or address, its versions and their differences, its capture."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsarchive.research.captures import capture
from newsarchive.research.citations import as_line, citation
from newsarchive.research.export import records
from newsarchive.research.sentences import Sentence
from newsarchive.sites.urls import canonical_url, same_page

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

SAME, REMOVED, ADDED = "same", "removed", "added"
_COMPARED = ("title", "date", "byline", "source", "lead", "body", "captions")


def find(archive: Archive, key: str) -> int | None:
    """The id of the article with this id or address, None where there is none.

    An address may be written as a browser shows it (with tracking parameters, http for https, with or without "www."),
    and may be one that only led to the article.
    """
    if key.isascii() and key.isdigit():
        row = archive.row("SELECT id FROM articles WHERE id = ?", int(key[:18]))
        return row["id"] if row else None
    url = canonical_url(key)
    if url is None:
        return None
    row = archive.find_article(url) or archive.row(
        "SELECT article_id AS id FROM frontier WHERE url IN (?, ?, ?, ?) AND article_id IS NOT NULL", *same_page(url)
    )
    return row["id"] if row else None


def fate(archive: Archive, key: str) -> str | None:
    """What became of an address the crawl knows but keeps no article of, half a sentence; None for an unknown one."""
    url = canonical_url(key)
    if url is None:
        return None
    row = archive.row("SELECT url, kind, state, found_on FROM frontier WHERE url IN (?, ?, ?, ?)", *same_page(url))
    if row is None:
        return None
    if row["kind"] == "listing":
        return "it is a listing page"
    if row["kind"] == "image":
        return f"it is a picture ({picture_fate(archive, row['url'])}); the article it is on is {row['found_on']}"
    if row["state"] in ("failed", "refused"):
        failure = archive.row("SELECT reason FROM failures WHERE url = ? ORDER BY at DESC, rowid DESC", row["url"])
        return f"it could not be read: {failure['reason'] if failure else row['state']}"
    return {
        "todo": "it is known and still to be fetched by the next crawl",
        "gone": "the site had it no more when it was first asked for",
        "reached": "it was read by way of another address that leads to it",
        "elsewhere": "it was read, but is not of the site's section",
    }.get(row["state"], "it was read, but no article of it is kept")


def picture_fate(archive: Archive, url: str) -> Sentence:
    """What became of a picture's address, half a sentence."""
    row = archive.row(
        "SELECT state FROM frontier WHERE url = ? AND kind = 'image' ORDER BY state != 'done', state = 'todo'", url
    )
    if row is None:
        return Sentence("not asked for")
    if row["state"] in ("failed", "refused", "unfit"):
        failure = archive.row("SELECT reason FROM failures WHERE url = ? ORDER BY at DESC, rowid DESC", url)
        return Sentence("not kept: {reason}", {"reason": failure["reason"] if failure else row["state"]})
    fates = {
        "todo": Sentence("still to be fetched"),
        "gone": Sentence("gone when it was asked for"),
        "done": Sentence("kept"),
    }
    return fates.get(row["state"], Sentence("not kept"))


def _pictures(archive: Archive, article_id: int) -> list[dict[str, Any]]:
    """An article's pictures in page order, each with its ``capture``, None where it is not kept, and its ``fate``."""
    found = []
    for row in archive.rows("SELECT * FROM pictures WHERE article_id = ? ORDER BY position", article_id):
        kept = capture(archive, row["capture_id"])
        said = {name: row[name] for name in ("url", "caption", "credit")}
        found.append({**said, "capture": kept, "fate": "kept" if kept else str(picture_fate(archive, row["url"]))})
    return found


def record(archive: Archive, article_id: int) -> dict[str, Any]:
    """An article's columns and all that is known of it.

    ``images`` (each with the ``capture`` that holds it, and its ``fate``), ``links``, ``versions`` (without their
    texts), ``capture``, ``gone_capture`` (the answer that shows it gone), ``sites``: all that listed it, ``withheld``:
    why others are not shown it, and ``citation``: the line to cite it by. Raises :class:`LookupError` where there is no
    such article.
    """
    row = archive.row("SELECT * FROM articles WHERE id = ?", article_id)
    if row is None:
        raise LookupError(article_id)
    versions = archive.rows(
        "SELECT number, seen_at, cause, title, date, byline, source, content_hash, extractor, capture_id FROM versions"
        " WHERE article_id = ? ORDER BY number",
        article_id,
    )
    withheld = archive.row("SELECT reason FROM withholdings WHERE article_id = ? AND undone_at IS NULL", article_id)
    listed = archive.rows("SELECT DISTINCT site FROM sightings WHERE url = ? ORDER BY site", row["url"])
    return {
        **next(records(archive, [row])),
        "images": _pictures(archive, article_id),
        "versions": [dict(version) for version in versions],
        "capture": capture(archive, row["capture_id"]),
        "gone_capture": capture(archive, row["gone_capture_id"]),
        "withheld": withheld["reason"] if withheld else None,
        "sites": sorted({row["site"], *(seen["site"] for seen in listed)}),
        "citation": as_line(citation(archive, row)),
    }


def version(archive: Archive, article_id: int, number: int) -> dict[str, Any]:
    """One version of an article with text, ``capture`` and ``citation``; :class:`LookupError` where there is none."""
    row = archive.row("SELECT * FROM versions WHERE article_id = ? AND number = ?", article_id, number)
    if row is None:
        raise LookupError(number)
    article = archive.row("SELECT * FROM articles WHERE id = ?", article_id)
    assert article is not None
    said = {name: row[name] for name in ("title", "date", "byline", "capture_id")}
    return {
        **dict(row),
        "capture": capture(archive, row["capture_id"]),
        "citation": as_line(citation(archive, {**dict(article), **said})),
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A field that two versions differ in; ``words`` is its text in parts, each ``same``, ``removed`` or ``added``."""

    field: str
    before: str | None
    after: str | None
    words: tuple[tuple[str, str], ...]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """What the later of two versions says differently."""
    return [
        Change(name, before[name], after[name], tuple(_words(before[name] or "", after[name] or "")))
        for name in _COMPARED
        if before[name] != after[name]
    ]


def _words(before: str, after: str) -> list[tuple[str, str]]:
    """A text's parts, word by word; a word carries the space after it."""
    old, new = re.findall(r"\s*\S+\s*", before), re.findall(r"\s*\S+\s*", after)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            parts.append((SAME, "".join(old[a:b])))
            continue
        if a < b:
            parts.append((REMOVED, "".join(old[a:b])))
        if c < d:
            parts.append((ADDED, "".join(new[c:d])))
    return parts
