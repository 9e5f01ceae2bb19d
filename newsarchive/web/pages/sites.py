"""The sites as programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.research.holdings import Tally
from newsarchive.web.counted import counted
from newsarchive.web.documents import Document, json_document

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

_SITE = (
    *("site", "title", "district", "province", "district_code", "state", "since"),
    *("articles", "gone", "due", "failed", "refused", "first_day", "last_day"),
)
_RUN = ("started_at", "finished_at", "outcome", "requests", "articles_new", "changed", "unchanged", "gone", "failed")


def as_json(archive: Archive, request: Request) -> Document:
    """A list of objects: each site's state, as ``newsarchive status --json`` has it, without what is the archivist's:
    withheld articles, sentences that name files of the machine, addresses that failed, and what to do next."""
    known = counted(archive)
    made: list[dict[str, Any]] = []
    for name, state in known.states.items():
        kept = known.holdings.sites.get(name, Tally())
        held = {key: getattr(kept, key) for key in ("articles", "gone", "first_day", "last_day")}
        run = state["last_run"]
        last = {key: run[key] for key in _RUN} if run else None
        made.append({**{key: state[key] for key in _SITE}, **held, "last_run": last})
    return json_document(made)
