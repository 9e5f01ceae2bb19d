"""What stands around an article: which articles link to it, which listings showed it, what its district printed before
and after. What is withheld is left out everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from newsarchive.archive.withheld import WITHHELD
from newsarchive.sites.urls import same_page

if TYPE_CHECKING:
    import sqlite3

    from newsarchive.archive.store import Archive

MOST = 100
"""Rows of a list that may be of any length."""


def links_in(archive: Archive, article_id: int) -> list[dict[str, Any]]:
    """The archived articles that link to an article, the newest first, :data:`MOST` of them: ``id``, ``title``,
    ``date``, ``site``, and ``kind``, the kinds of link, joined by commas."""
    rows = archive.rows(
        "SELECT a.id, a.title, a.date, a.site, group_concat(DISTINCT l.kind) AS kind FROM links l"
        f" JOIN articles a ON a.id = l.article_id WHERE l.target_id = ? AND a.id != ? AND a.id NOT IN ({WITHHELD})"
        " GROUP BY a.id ORDER BY a.date_earliest DESC, a.id DESC LIMIT ?",
        article_id,
        article_id,
        MOST,
    )
    return [dict(row) for row in rows]


def links_out(archive: Archive, article_id: int) -> list[dict[str, Any]]:
    """An article's links in page order, without those to withheld articles: ``kind``, ``url``, ``title``, and of the
    archived article it leads to ``target_id``, ``target_title``, ``target_date``, None where none is kept."""
    rows = archive.rows(
        "SELECT l.kind, l.url, l.title, l.target_id, a.title AS target_title, a.date AS target_date FROM links l"
        " LEFT JOIN articles a ON a.id = l.target_id WHERE l.article_id = ? ORDER BY l.position",
        article_id,
    )
    return without_withheld(archive, rows)


def without_withheld(archive: Archive, links: Iterable[sqlite3.Row]) -> list[dict[str, Any]]:
    """Rows with a ``url``, without those that lead to withheld articles: a link's words often are an article's title,
    and so is its address."""
    found = [(dict(row), same_page(row["url"])) for row in links]
    # Asked for these links only: an export asks for every article, and thousands may be withheld.
    asked = json.dumps([spelling for _, spellings in found for spelling in spellings])
    rows = archive.rows(
        "SELECT a.url FROM json_each(?1) AS asked CROSS JOIN articles a ON a.url = asked.value"
        f" WHERE a.id IN ({WITHHELD}) UNION"
        " SELECT f.url FROM json_each(?1) AS asked CROSS JOIN frontier f ON f.url = asked.value"
        f" WHERE f.article_id IN ({WITHHELD})",
        asked,
    )
    hidden = {row["url"] for row in rows}
    return [link for link, spellings in found if hidden.isdisjoint(spellings)]


def withheld_addresses(archive: Archive) -> frozenset[str]:
    """The addresses of withheld articles, and those that led to them."""
    rows = archive.rows(
        f"SELECT url FROM articles WHERE id IN ({WITHHELD}) UNION"
        f" SELECT url FROM frontier WHERE article_id IN ({WITHHELD})"
    )
    return frozenset(row["url"] for row in rows)


def listings(archive: Archive, url: str) -> list[dict[str, Any]]:
    """The listing pages that showed an article, the first to show it first, :data:`MOST` of them: ``site``,
    ``listing_url``, ``kind``, ``title`` and ``date_text`` as printed there, ``first`` and ``last``, when it was seen
    (UTC ISO 8601)."""
    rows = archive.rows(
        "SELECT s.site, s.listing_url, s.kind, s.title, s.date_text, min(r.started_at) AS first,"
        " max(r.started_at) AS last FROM sightings s JOIN runs r ON r.id = s.run_id WHERE s.url = ?"
        " GROUP BY s.site, s.listing_url, s.kind, s.title, s.date_text ORDER BY first, s.listing_url LIMIT ?",
        url,
        MOST,
    )
    return [dict(row) for row in rows]


def neighbours(
    archive: Archive, site: str, date_earliest: str | None, article_id: int
) -> tuple[sqlite3.Row | None, sqlite3.Row | None]:
    """The article of a site before one, by date, and the one after it: ``id``, ``title``, ``date``; None at an end, and
    for an article without a date."""
    if date_earliest is None:
        return None, None

    def beside(compared: str, order: str) -> sqlite3.Row | None:
        return archive.row(
            f"SELECT id, title, date FROM articles WHERE site = ? AND (date_earliest, id) {compared} (?, ?)"
            f" AND id NOT IN ({WITHHELD}) ORDER BY date_earliest {order}, id {order} LIMIT 1",
            site,
            date_earliest,
            article_id,
        )

    return beside("<", "DESC"), beside(">", "ASC")
