"""Parts: archives of one site each, in which workers crawl, made of the archive and brought back into it.

A part lies in ``parts/<site>`` of the archive's folder. It is begun with all that the archive knows of the site, so
that the crawl goes on from there. Whoever makes one or brings it in holds the site's lock in the archive: one part of a
site at a time. A part comes to be, and goes, in one step; what is found in ``parts`` is whole, and may be brought in at
any later time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.merge import merge
from newsarchive.archive.run import IMPORTED, RUN_COLUMNS
from newsarchive.archive.store import Archive
from newsarchive.sites.profile import is_site_name

PATIENCE = 30.0
"""Seconds to wait for a crawl in a part to end, which is told to when its caller or its worker goes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A site's part: its ``folder``, and the number of its latest run when it was made."""

    site: str
    folder: Path
    latest: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """What a part brought: the row in table ``runs`` of its latest crawl, as the archive has it, None where none was
    begun; and sentences on what a person should know."""

    run: dict[str, Any] | None
    notes: list[str]


def make(archive: Path, site: str, lock: SiteLock) -> Part:
    """Make a site's part; ``lock`` is the site's in the archive, which is there and has no part of the site.

    Raises what :func:`newsarchive.archive.merge.merge` does, :class:`OSError` and :class:`sqlite3.Error` where the part
    cannot be written.
    """
    folder = archive / "parts" / site
    new = _aside(folder, "new")
    merge(new, archive, sites=[site], link=True, held=[lock])
    profile = Path("sites") / f"{site}.toml"
    if (archive / profile).is_file():
        # Of a site that the archive has nothing of yet none was merged.
        shutil.copyfile(archive / profile, new / profile)
    with Archive.read(new) as part:
        latest = part.rows("SELECT coalesce(max(id), 0) FROM runs")[0][0]
    new.replace(folder)
    return Part(site, folder, latest)


def bring_in(archive: Path, part: Part, lock: SiteLock) -> Brought:
    """Bring a part into the archive, once no crawl is at work in it, and take it away; ``lock`` is the site's in the
    archive.

    Raises what :func:`newsarchive.archive.merge.merge` does; :class:`newsarchive.archive.locks.SiteBusyError` where a
    crawl does not leave the part; :class:`OSError` and :class:`sqlite3.Error` where the archive cannot be written. The
    part is kept then.
    """
    in_part = _lock(part)
    try:
        merged = merge(archive, part.folder, sites=[part.site], link=True, held=[lock, in_part])
        run = _run(archive, part)
    finally:
        in_part.release()
    gone = _aside(part.folder, "gone")
    part.folder.replace(gone)
    shutil.rmtree(gone, ignore_errors=True)
    return Brought(run, merged.notes)


def _run(archive: Path, part: Part) -> dict[str, Any] | None:
    newest = "SELECT started_at FROM runs WHERE site = ? AND id > ? AND outcome != ? ORDER BY id DESC LIMIT 1"
    merged = f"SELECT {', '.join(RUN_COLUMNS)} FROM runs WHERE site = ? AND started_at = ? ORDER BY id DESC LIMIT 1"
    with Archive.read(part.folder) as theirs, Archive.read(archive) as ours:
        begun = theirs.row(newest, part.site, part.latest, IMPORTED)
        row = ours.row(merged, part.site, begun["started_at"]) if begun else None
    return dict(row) if row else None


def left(archive: Path) -> Iterator[Part]:
    """The parts that an earlier call left."""
    folder = archive / "parts"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if is_site_name(path.name):
            yield Part(path.name, path)


def _aside(folder: Path, why: str) -> Path:
    """A place beside a part for what is not whole; what an earlier call left there is taken away."""
    place = folder.with_name(f".{why}-{folder.name}")
    shutil.rmtree(place, ignore_errors=True)
    return place


def _lock(part: Part) -> SiteLock:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return SiteLock(part.folder, part.site)
        except SiteBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
