"""The search page: articles that a query finds, with the passages that answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.research.search import search

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

PAGE = 20
"""Articles a page."""


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``search.html``."""
    text = (request.args.get("q") or "").strip()
    return {"query": text, "hits": search(archive, text, limit=PAGE).hits if text else []}
