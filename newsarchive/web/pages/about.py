"""The page on the archive itself: what it is, how to cite it, whose it is, and how programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.archive.withheld import WITHHELD

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``about.html``."""
    held = archive.row(
        "SELECT count(*) AS articles, count(DISTINCT site) AS sites, min(id) AS example,"
        " min(CASE WHEN date_earliest = date_latest THEN date_earliest END) AS first,"
        " max(CASE WHEN date_earliest = date_latest THEN date_latest END) AS last"
        f" FROM articles WHERE id NOT IN ({WITHHELD})"
    )
    captures = archive.row("SELECT count(*) FROM captures")
    assert held is not None
    assert captures is not None
    return {**dict(held), "captures": captures[0]}
