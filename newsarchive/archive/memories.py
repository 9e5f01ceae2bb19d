"""Two archives' memories of what is to do on a site made into one: rows of table ``frontier``.

Of two memories of one address the later one counts, by the time it was last asked for: it may have gone since, or
failed. An address that is due, and was asked for last at the very time at which the other memory asked for it, has
become due since. So a part of an archive may be crawled and merged back, and the order of merging does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sqlite3 import Row
from typing import Any

from newsarchive.archive.store import Archive
from newsarchive.sites.urls import same_page

# How far an address got in one second.
_PROGRESS = ("todo", "failed", "refused", "gone", "unfit", "elsewhere", "reached", "done")


def merge_memories(
    source: Archive,
    target: Archive,
    rows: Iterable[Row],
    runs: Mapping[int | None, int | None],
    articles: Mapping[int | None, int | None],
) -> None:
    """Bring ``rows`` of the source's frontier into the target's; joins the caller's transaction.

    ``runs`` and ``articles`` say which of the target's numbers are which of the source's. The sightings of the runs are
    in the target already: of two spellings of an address the one that was listed last counts.
    """
    for row in rows:
        theirs = dict(row)
        theirs["article_id"] = articles.get(row["article_id"])
        theirs["walk"] = runs.get(row["walk"]) or 0
        ours = _remembered(source, target, row)
        if ours is None:
            target.insert("frontier", theirs)
            continue
        later = theirs if _lateness(theirs) > _lateness(ours) else ours
        # What article an address is one of them may know alone.
        article_id = later["article_id"] or ours["article_id"] or theirs["article_id"]
        merged = {**later, "article_id": article_id, "url": _spelling(target, ours, theirs)}
        if merged != ours:
            sets = ", ".join(f"{name} = ?" for name in merged)
            sql = f"UPDATE frontier SET {sets} WHERE site = ? AND url = ?"
            target.connection.execute(sql, (*merged.values(), ours["site"], ours["url"]))


def _remembered(source: Archive, target: Archive, row: Row) -> dict[str, Any] | None:
    """The row of an address in the target's frontier, or that of a spelling which the source's has not besides."""
    asked = "SELECT * FROM frontier WHERE site = ? AND url = ?"
    ours = target.row(asked, row["site"], row["url"])
    if ours is None and row["kind"] in ("article", "related"):
        for url in same_page(row["url"]):
            spelled = target.row(f"{asked} AND kind IN ('article', 'related')", row["site"], url)
            if spelled is not None and source.row(asked, row["site"], url) is None:
                ours = spelled
    return dict(ours) if ours else None


def _spelling(target: Archive, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    if ours["url"] == theirs["url"]:
        return str(ours["url"])
    shown = target.row(
        "SELECT s.url FROM sightings s JOIN runs r ON r.id = s.run_id WHERE s.url IN (?, ?) AND s.site = ?"
        " ORDER BY r.started_at DESC, s.url LIMIT 1",
        ours["url"],
        theirs["url"],
        ours["site"],
    )
    return str(shown["url"]) if shown else str(min(ours["url"], theirs["url"]))


def _lateness(row: dict[str, Any]) -> tuple[Any, ...]:
    """How late a memory of an address is, to compare two by. What was asked for at one time and is due now has become
    so since."""
    state = _PROGRESS.index(row["state"]) if row["state"] in _PROGRESS else -1
    due = row["state"] == "todo"
    kind = row["kind"] != "related"
    about = (row["due_why"] or "", row["found_at"], row["found_on"] or "", row["chain"] or "", row["depth"])
    return (row["done_at"] or "", due, state, row["tries"], kind, *about)
