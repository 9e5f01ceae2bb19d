"""Archives of several people made into one: nothing twice, the same result in any order.

What is the same is told by what it is, never by its number: a run by its row, a capture by the WARC file and the place
it lies at. How articles are joined is in :mod:`newsarchive.archive.joining`, how two memories of what is to do in
:mod:`newsarchive.archive.memories`, how WARC files come in :mod:`newsarchive.archive.bringing`. Numbers (ids) are given
anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsarchive.archive.bringing import Bringing
from newsarchive.archive.concerning import Concerning
from newsarchive.archive.joining import Joining
from newsarchive.archive.locks import SiteBusyError, SiteLock, is_held, lock_path
from newsarchive.archive.memories import merge_memories
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.sites.profile import is_site_name

_RUN = "site started_at finished_at outcome requests articles_new changed unchanged gone failed detail".split()
_SIGHTING = "url site listing_url kind position title date_text".split()


@dataclass(slots=True)
class Merged:
    """How many articles, versions, captures and WARC files one archive brought that were not there; and ``notes``:
    sentences on what a person should know; ``missing``: sites that were asked for and are not in it."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    files: int = 0
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def merge(
    folder: Path,
    other: Path,
    *,
    sites: Collection[str] | None = None,
    link: bool = False,
    held: Collection[SiteLock] = (),
) -> Merged:
    """Bring what the archive ``other`` holds into the one at ``folder``, which is made where there is none.

    ``other`` is only read. All or nothing: a merge that is broken off leaves at most WARC files that nothing points at,
    and is done again. ``sites``: only what concerns these sites (:mod:`newsarchive.archive.concerning`); a crawl of one
    of them goes on from it as it would in ``other``, and may be merged back. ``link``: WARC files are not copied but
    given a second name, where both archives lie on one file system that can
    (:mod:`newsarchive.archive.bringing`); listed files are then not read. ``held`` are locks, of either archive, that
    the caller has.

    Raises :class:`newsarchive.archive.store.ArchiveError` where one cannot be opened or written, or both are the same;
    :class:`newsarchive.archive.locks.SiteBusyError` where a run is at work in one of them on a site that is brought.
    """
    if folder.resolve() == other.resolve():
        raise ArchiveError(f"{other}: that is the archive itself; name a colleague's")
    with Archive.read(other) as source, Archive.create(folder) as target, ExitStack() as locks:
        names = [row["name"] for row in source.rows("SELECT name FROM sites ORDER BY name")]
        if wrong := [name for name in names if not is_site_name(name)]:
            raise ArchiveError(f"{other}: {wrong[0]!r} cannot be a site's name; nothing was merged")
        named = names if sites is None else [name for name in names if name in sites]
        have = {lock.path.resolve() for lock in held}
        for name in named:
            if lock_path(other, name).resolve() not in have and is_held(other, name):
                raise SiteBusyError(f"{other}: a run is at work there on {name}; wait for it to end")
            if lock_path(folder, name).resolve() not in have:
                locks.callback(SiteLock(folder, name).release)
        merging = _Merging(source, target, Concerning(source, None if sites is None else named))
        try:
            for name in named:
                target.seal_warc_files(name)
            merging.files(link=link)
            with target.transaction():
                merging.rows()
            merging.profiles()
        except OSError as error:
            raise ArchiveError(
                f"{folder}: cannot be written ({error.strerror or error}); nothing was merged"
            ) from error
        merging.merged.missing = sorted(set(sites or ()) - set(names))
        return merging.merged


class _Merging:
    """One archive, or a part of it, going into another: which of its numbers are which of the other's."""

    def __init__(self, source: Archive, target: Archive, part: Concerning):
        self.source = source
        self.target = target
        self.part = part
        self.merged = Merged()
        self.names: dict[str, str] = {}
        self.new_runs: set[int] = set()
        self.run_ids: dict[int | None, int | None] = {None: None}
        self.capture_ids: dict[int | None, int | None] = {None: None}
        self.article_ids: dict[int | None, int | None] = {None: None}

    def files(self, *, link: bool) -> None:
        """The WARC files; done before the rows that point at them."""
        bringing = Bringing(self.source, self.target, link=link)
        bringing.bring(self.part.warc_files())
        self.names = bringing.names
        self.merged.files = bringing.files
        self.merged.notes += bringing.notes

    def profiles(self) -> None:
        """Copy the profiles of sites that have none here."""
        for path in sorted((self.source.folder / "sites").glob("[!.]*.toml")):
            if self.part.sites is not None and path.stem not in self.part.sites:
                continue
            place = self.target.folder / "sites" / path.name
            if not place.exists():
                shutil.copyfile(path, place)
            elif place.read_bytes() != path.read_bytes():
                self.merged.notes.append(f"{place}: kept as it is, though {path} is another")

    def rows(self) -> None:
        """The rows of all tables, in the order in which they point at one another."""
        self._sites()
        self._runs()
        self._captures()
        joining = Joining(self.source, self.target, self.capture_ids)
        joining.join(self.part.rows("articles"))
        self.article_ids = joining.ids
        self.merged.articles, self.merged.versions = joining.articles, joining.versions
        self._sightings()
        self._failures()
        merge_memories(self.source, self.target, self.part.rows("frontier"), self.run_ids, self.article_ids)
        self._withholdings()

    # Rows

    def _sites(self) -> None:
        """A site as the archive knows it that crawled it last."""
        latest = "SELECT max(started_at) FROM runs WHERE site = ?"
        for row in self.part.rows("sites"):
            ours = self.target.row("SELECT * FROM sites WHERE name = ?", row["name"])
            if ours is not None:
                if self.part.sites is not None and row["name"] not in self.part.sites:
                    continue
                (here,), (there,) = (a.rows(latest, row["name"])[0] for a in (self.target, self.source))
                if (here or "", *map(str, ours)) >= (there or "", *map(str, row)):
                    continue
            updates = ", ".join(f"{name} = excluded.{name}" for name in dict(row))
            self.target.insert("sites", dict(row), otherwise=f"UPDATE SET {updates}")

    def _runs(self) -> None:
        """A run is the same where its row is; of one that died while it ran, an archive may know its end since."""
        known: dict[str, dict[tuple[Any, ...], int]] = {}
        for row in self.part.rows("runs"):
            site, values = row["site"], {name: row[name] for name in _RUN}
            if site not in known:
                ours = self.target.rows(f"SELECT {', '.join(_RUN)}, id FROM runs WHERE site = ?", site)
                known[site] = {tuple(run)[:-1]: run["id"] for run in ours}
            number = known[site].get(tuple(values.values())) or self._run_that_died(values)
            self.run_ids[row["id"]] = number or self.target.insert("runs", values)
            if number is None:
                self.new_runs.add(row["id"])

    def _run_that_died(self, theirs: dict[str, Any]) -> int | None:
        """The same run, of which one archive knows only that it began."""
        if theirs["outcome"] == "imported":
            return None
        ours = self.target.row(
            "SELECT id, outcome FROM runs WHERE site = ? AND started_at = ? AND outcome != 'imported'"
            " AND (outcome = 'running' OR ? = 'running') ORDER BY id LIMIT 1",
            theirs["site"],
            theirs["started_at"],
            theirs["outcome"],
        )
        if ours is None:
            return None
        if ours["outcome"] == "running":
            sets = ", ".join(f"{name} = ?" for name in theirs)
            self.target.connection.execute(f"UPDATE runs SET {sets} WHERE id = ?", (*theirs.values(), ours["id"]))
        return int(ours["id"])

    def _captures(self) -> None:
        for row in self.part.rows("captures"):
            values = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118  # a Row's keys
            values["warc_file"] = self.names[row["warc_file"]]
            values["run_id"] = self.run_ids[row["run_id"]]
            values["refers_to"] = self.capture_ids[row["refers_to"]]
            known = self.target.row(
                "SELECT id FROM captures WHERE warc_file = ? AND warc_offset = ?",
                values["warc_file"],
                values["warc_offset"],
            )
            self.capture_ids[row["id"]] = known["id"] if known else self.target.insert("captures", values)
            self.merged.captures += known is None

    def _sightings(self) -> None:
        self.target.connection.executemany(
            "INSERT INTO sightings (url, site, listing_url, kind, position, title, date_text, run_id)"
            # A run sees one entry at one place of a listing.
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            ((*(row[name] for name in _SIGHTING), self.run_ids[row["run_id"]]) for row in self.part.rows("sightings")),
        )

    def _failures(self) -> None:
        known: dict[int, set[tuple[Any, ...]]] = {}
        for row in self.part.rows("failures"):
            values = {**dict(row), "run_id": self.run_ids[row["run_id"]]}
            if row["run_id"] not in self.new_runs:
                if row["run_id"] not in known:
                    ours = self.target.rows(
                        f"SELECT {', '.join(values)} FROM failures WHERE run_id = ?", values["run_id"]
                    )
                    known[row["run_id"]] = {tuple(failure) for failure in ours}
                if tuple(values.values()) in known[row["run_id"]]:
                    continue
            self.target.insert("failures", values)

    def _withholdings(self) -> None:
        for row in self.part.rows("withholdings"):
            values = {**dict(row), "article_id": self.article_ids[row["article_id"]]}
            same = [values[name] for name in ("article_id", "reason", "at")]
            sql = "SELECT rowid FROM withholdings WHERE article_id = ? AND reason = ? AND at = ?"
            known = self.target.row(sql, *same)
            if known is None:
                self.target.insert("withholdings", values)
            elif values["undone_at"]:
                self.target.connection.execute(
                    "UPDATE withholdings SET undone_at = max(coalesce(undone_at, ''), ?) WHERE rowid = ?",
                    (values["undone_at"], known["rowid"]),
                )
