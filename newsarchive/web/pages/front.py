"""The front page: the districts, how much of each is kept and until when, what needs a person; the newest articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``front.html``."""
    sites = [dict(row) for row in archive.rows("SELECT name, title, district, province FROM sites ORDER BY name")]
    return {"sites": sites}
