"""A district's page: what is kept of its site, when it was crawled, how it does, and what was seen but not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from newsarchive.archive.withheld import WITHHELD
from newsarchive.research.holdings import Tally
from newsarchive.web.counted import counted
from newsarchive.web.pages.coverage import coverage
from newsarchive.web.pages.front import newest
from newsarchive.web.pages.health import health
from newsarchive.web.shown import ADDRESSES, bare

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

NEWEST, SECTIONS, BYLINES, RUNS, FAILURES = 10, 20, 20, 5, 50


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``site.html``. Raises :class:`LookupError` where the archive has nothing of the site."""
    name = request.url_vars["name"]
    site = archive.row("SELECT * FROM sites WHERE name = ?", name)
    if site is None:
        raise LookupError("The archive has nothing of a site of this name.")
    known = counted(archive)
    bylines = [(author.name, author.sites[name]) for author in known.holdings.bylines.values() if name in author.sites]
    bylines.sort(key=lambda found: (-found[1], found[0]))
    return {
        "site": dict(site),
        "coverage": coverage(known.holdings.sites.get(name, Tally()), [("site", name)]),
        "state": health(known.states.get(name), archive.folder),
        "sections": [(text, number, _query(name, section=text)) for text, number in _sections(archive, name)],
        "bylines": [(author, number, urlencode({"name": author})) for author, number in bylines[:BYLINES]],
        "authors": len(bylines),
        "newest": newest(archive, "a.site = ?", name, limit=NEWEST),
        "runs": [dict(row) for row in _runs(archive, name)],
        "failures": _failures(archive, name),
        "query": "",
    }


def _query(site: str, **values: str) -> str:
    return urlencode({"site": site, **values})


def _sections(archive: Archive, site: str) -> list[tuple[str, int]]:
    rows = archive.rows(
        f"SELECT section, count(*) FROM articles WHERE site = ? AND section IS NOT NULL AND id NOT IN ({WITHHELD})"
        " GROUP BY section ORDER BY count(*) DESC, section LIMIT ?",
        site,
        SECTIONS,
    )
    return [(row[0], row[1]) for row in rows]


def _runs(archive: Archive, site: str) -> list[Any]:
    return archive.rows(
        "SELECT id, started_at, finished_at, outcome, articles_new, changed, gone, failed FROM runs"
        " WHERE site = ? AND outcome != 'imported' ORDER BY id DESC LIMIT ?",
        site,
        RUNS,
    )


def _failures(archive: Archive, site: str) -> dict[str, Any]:
    """What was seen and could not be had: how many addresses, and the latest failures among them."""
    missed = {
        row["url"]
        for row in archive.rows(
            "SELECT url FROM frontier WHERE site = ? AND state IN ('failed', 'refused') AND kind != 'image'"
            f" AND {bare('url')} NOT IN (SELECT {bare('url')} FROM ({ADDRESSES}))",
            site,
        )
    }
    latest: dict[str, dict[str, Any]] = {}
    for row in archive.rows(
        "SELECT f.url, f.stage, f.reason, f.at FROM failures f"
        " WHERE f.run_id IN (SELECT id FROM runs WHERE site = ?) ORDER BY f.at DESC, f.rowid DESC",
        site,
    ):
        if row["url"] in missed:
            latest.setdefault(row["url"], dict(row))
    stages: dict[str, list[dict[str, Any]]] = {}
    for failure in latest.values():
        stages.setdefault(failure["stage"], []).append(failure)
    return {
        "addresses": len(missed),
        "stages": [(stage, len(of_it), of_it[:FAILURES]) for stage, of_it in sorted(stages.items())],
        "unexplained": len(missed) - len(latest),
    }
