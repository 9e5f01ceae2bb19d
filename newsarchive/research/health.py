"""Each site's state: its last run, what the archive holds of it, and what needs a person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from newsarchive.archive.run import ATTENTION, INTERRUPTED, KILLED, NOTHING, RUN_COLUMNS
from newsarchive.archive.store import Archive
from newsarchive.sites.profile import ProfileError, load_profile, site_files


def site_states(path: Path, archive: Archive | None) -> list[dict[str, Any]]:
    """One object a site, by name: counts, ``last_run`` (columns of ``runs``), and ``needs``: sentences for a person."""
    files = site_files(path)
    own = {name for name, file in files.items() if file.parent == path / "sites"}
    crawled = {row["name"]: dict(row) for row in archive.rows("SELECT * FROM sites")} if archive else {}
    runs = _last_runs(archive) if archive else {}
    held = _held(archive) if archive else {}
    return [
        _site_state(path, name, files.get(name), crawled.get(name, {}), runs.get(name), held.get(name, {}))
        for name in sorted(own | crawled.keys())
    ]


def _last_runs(archive: Archive) -> dict[str, dict[str, Any]]:
    rows = archive.rows(
        f"SELECT {', '.join(RUN_COLUMNS)} FROM (SELECT *, row_number() OVER (PARTITION BY site"
        " ORDER BY started_at DESC, id DESC) AS back FROM runs WHERE outcome != 'imported') WHERE back = 1"
    )
    return {row["site"]: dict(row) for row in rows}


def _held(archive: Archive) -> dict[str, dict[str, Any]]:
    """Counts by site: articles and the days they span (those known to the day), addresses by state."""
    articles = archive.rows(
        "SELECT site, count(*) AS articles, sum(state = 'gone') AS gone, min(day) AS first_day, max(day) AS last_day"
        " FROM (SELECT site, state, CASE WHEN date_earliest = date_latest THEN date_latest END AS day FROM articles)"
        " GROUP BY site"
    )
    addresses = archive.rows(
        "SELECT site, sum(state = 'todo') AS due, sum(state = 'failed') AS failed, sum(state = 'refused') AS refused"
        " FROM frontier WHERE kind != 'image' GROUP BY site"
    )
    held: dict[str, dict[str, Any]] = {}
    for row in [*articles, *addresses]:
        held.setdefault(row["site"], {}).update(dict(row))
    return held


def _site_state(
    path: Path, name: str, file: Path | None, site: dict[str, Any], run: dict[str, Any] | None, held: dict[str, Any]
) -> dict[str, Any]:
    needs = []
    columns = {key: site.get(key) for key in ("title", "district", "province", "district_code")}
    if file is not None:
        try:
            profile = load_profile(file)
            columns = {key: getattr(profile, key) for key in columns}
        except ProfileError as error:
            needs.append(str(error))
    if run is not None and (trouble := _trouble(path, name, run)):
        needs.append(trouble)
    return {
        "site": name,
        **columns,
        "profile": str(file) if file else None,
        "last_run": run,
        **{key: held.get(key, 0) for key in ("articles", "gone", "due", "failed", "refused")},
        "first_day": held.get("first_day"),
        "last_day": held.get("last_day"),
        "needs": needs,
    }


def _trouble(path: Path, site: str, run: dict[str, Any]) -> str | None:
    """What of a site's last run needs a person."""
    outcome, detail = run["outcome"], run["detail"]
    if outcome in (ATTENTION, NOTHING):
        return str(detail)
    if outcome in (INTERRUPTED, KILLED):
        return f"{detail}; `newsarchive crawl {site}` goes on"
    if outcome == "running" and not _alive(path / "locks" / f"{site}.lock"):
        return f"the crawl of {run['started_at']} died; `newsarchive crawl {site}` goes on with it"
    return None


def _alive(lock: Path) -> bool:
    """True while the process that wrote its number into a site's lock runs (the lock itself is not tried: a crawl that
    begins at that moment would find the site held)."""
    try:
        os.kill(int(lock.read_text(encoding="ascii")), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True
