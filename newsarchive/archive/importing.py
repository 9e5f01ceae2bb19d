"""What others captured, taken into the archive: records of WARC and WACZ files whose pages are the sites'.

Records are copied as they are, header and block, into WARC files of ours; where a file lies in the archive's ``warc``
folder already, its records are referred to there. Each keeps its own time and address. What the pages say is read when
all files are through (:mod:`newsarchive.archive.captured`). Done again it changes nothing, also after it was broken
off.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from newsarchive.archive.captured import CapturedPages
from newsarchive.archive.foreign import Damage, Record, body_digests, read_digest, read_records
from newsarchive.archive.locks import is_held
from newsarchive.archive.readers import Readers
from newsarchive.archive.run import ATTENTION, COMPLETE, INTERRUPTED, CrawlRun, SiteColumns
from newsarchive.archive.store import CAPTURE_COLUMNS, Archive
from newsarchive.archive.warc import DamagedRecordError, measured, pack, payload_digest, read_record
from newsarchive.items import Capture
from newsarchive.sites.families import family_names, load_family
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import host_of, same_page

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_STATUS = re.compile(r"[1-5]\d\d")
_PAGES = ("html", "xml", "rss", "atom")
# What an error or a redirect may be an answer for, besides pages.
_NO_PAGES = ("image/", "audio/", "video/", "font/", "javascript", "css", "octet-stream", "json", "pdf", "zip")
_BATCH, _BATCH_BYTES = 200, 8 << 20
"""Records that are written, flushed and put into the database at a time."""
_AT_HAND = 4
"""Records of one exchange stand beside one another: so many are looked at for a request's answer."""


@dataclass(slots=True)
class SiteImport:
    """What came of one site: captures that were not there yet, pages that nothing showed to be articles, sentences on
    captures that cannot be read, and the row of table ``runs``."""

    site: str
    captures: int = 0
    unknown: int = 0
    unread: list[str] = field(default_factory=list)
    run: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class _Taken:
    """One capture under way into the archive, and its records as gzip members (none where it stays where it is)."""

    capture: Capture
    members: list[bytes]
    digests: list[bytes]
    cut: bool


class Importing:
    """One import into the archive at ``folder``.

    ``profiles`` are those of all sites that are known, ``sites`` the names of those whose pages are taken; ``tell`` is
    called with each :class:`Damage`. ``workers`` is the number of processes that read pages, by default one a core
    where there are many pages; ``readers`` are others that read in their place. First :meth:`take` each file, then
    :meth:`read`. Use as a context manager: what is left early is marked as broken off, and may be done again.

    Raises :class:`newsarchive.archive.store.ArchiveError`, and, as soon as a site's first record comes,
    :class:`newsarchive.archive.locks.SiteBusyError` where a run is at work on it.
    """

    def __init__(
        self,
        folder: Path,
        profiles: Mapping[str, Profile],
        sites: Collection[str],
        tell: Callable[[Damage], object],
        *,
        workers: int | None = None,
        readers: Readers | None = None,
    ):
        self.folder = folder
        self.archive = Archive.create(folder)
        self.seen = 0
        """Records of the sites' pages that were in the files, new or not."""
        self._tell_caller = tell
        self.damages = 0
        self._profiles = {name: profiles[name] for name in sites}
        self._own_hosts = hosts_of_one(profiles.values())
        self._by_host: defaultdict[str, list[Profile]] = defaultdict(list)
        for profile in self._profiles.values():
            for host in profile.hosts:
                self._by_host[host].append(profile)
        self._files: list[str] = []
        self._runs: dict[str, CrawlRun] = {}
        self._new: defaultdict[str, int] = defaultdict(int)
        self._batches: defaultdict[str, list[_Taken]] = defaultdict(list)
        self._batch_bytes = 0
        self._keys: set[tuple[str, str, int, str]] = set()
        self._originals: dict[bytes, int] = {}
        self._late: list[tuple[Record, Record | None, str | None, Profile]] = []
        self._ids: defaultdict[str, set[int]] = defaultdict(set)
        self._cut: set[int] = set()
        self._workers = workers
        self._readers = readers

    def __enter__(self) -> Importing:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs.values():
            run.finish(INTERRUPTED, "the import was broken off; do it again")
        self.archive.close()

    # Taking records in

    def take(self, path: Path) -> Iterator[int]:
        """Take a file's records in; yields how many bytes of it are read, for those who wait.

        Raises :class:`OSError` where it cannot be opened or the archive cannot be written.
        """
        self._files.append(path.name)
        stays = self._stays(path)
        for item in _exchanges(read_records(path)):
            if isinstance(item, Damage):
                self._tell(item)
                continue
            answer, request = item
            self._take(answer, request, stays)
            if self._batch_bytes > _BATCH_BYTES or sum(map(len, self._batches.values())) >= _BATCH:
                self._flush()
            yield answer.offset
        self._flush()
        self._take_late()
        if stays is not None:
            self._list(path, stays)

    def _tell(self, damage: Damage) -> None:
        self.damages += 1
        self._tell_caller(damage)

    def _stays(self, path: Path) -> str | None:
        """The name of a file that lies in the archive's ``warc`` folder, where its records can be referred to."""
        warc = self.archive.warc_folder.resolve()
        if not path.resolve().is_relative_to(warc):
            return None
        name = PurePosixPath(path.resolve().relative_to(warc).as_posix())
        if name.parts[0] not in self._runs and is_held(self.folder, name.parts[0]):
            return None
        return str(name)

    def _list(self, path: Path, name: str) -> None:
        """Put a file that stays where it is into the list of files, if captures lie in it."""
        if self.archive.row("SELECT 1 FROM captures WHERE warc_file = ?", name) is None:
            return
        if self.archive.row("SELECT 1 FROM warc_files WHERE name = ?", name) is None:
            self.archive.keep_warc_file(measured(path, name))

    def _take(self, answer: Record, request: Record | None, stays: str | None) -> None:
        """Take one capture in, if it is of a page of the sites and is not there."""
        url = answer.field("WARC-Target-URI")
        profiles = self._by_host.get(host_of(url), []) if url.startswith(("http:", "https:")) else []
        if not profiles and stays is not None and (own := self._profiles.get(PurePosixPath(stays).parts[0])):
            # A file of the site's own: pictures stand on other hosts too.
            profiles = [own]
        method = request.http.protocol if request and request.http else "GET"
        if not profiles or method not in ("GET", "POST"):
            return
        if answer.kind == "revisit":
            if stays is None and _is_told_no_page(answer):
                return
            self._late.append((answer, request, stays, profiles[0]))
            if len(self._late) >= 1000:
                self._flush()
                self._take_late()
            return
        read = _read_answer(answer)
        if isinstance(read, str):
            self._tell(Damage(answer.file, answer.offset, read))
            return
        status, media_type = read
        if stays is None and not _may_be_page(status, media_type, answer.body):
            return
        capture = _capture(answer, request, status, media_type, payload_digest(answer.body))
        self._add(capture, answer, request, stays, profiles[0])

    def _add(
        self, capture: Capture, answer: Record, request: Record | None, stays: str | None, profile: Profile
    ) -> None:
        """Put a capture among those to be written, unless it is there."""
        self.seen += 1
        cut = bool(answer.field("WARC-Truncated"))
        digests = [] if cut or capture.refers_to else _digests(answer)
        place = (stays, answer.offset) if stays is not None and answer.length is not None else None
        if known := self._known(capture, place):
            self._note(known.id, known.url, digests, cut, fetched_by_us=self._was_fetched(known.id))
            return
        key = (capture.url, capture.fetched_at, capture.status, capture.digest)
        if key in self._keys:
            return
        self._keys.add(key)
        members: list[bytes] = []
        if place is not None:
            capture.warc_file, capture.warc_offset, capture.warc_length = *place, answer.length or 0
        else:
            members = [_member(record) for record in (answer, request) if record is not None]
        self._batches[profile.name].append(_Taken(capture, members, digests, cut))
        self._batch_bytes += sum(map(len, members))

    def _known(self, capture: Capture, place: tuple[str, int] | None) -> Capture | None:
        """The capture in the archive that is the same, or lies at the very place."""
        row = self.archive.row(
            f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE url = ? AND fetched_at = ? AND status = ? AND digest = ?"
            " UNION ALL"
            f" SELECT {CAPTURE_COLUMNS} FROM captures WHERE warc_file = ? AND warc_offset = ?",
            capture.url,
            capture.fetched_at,
            capture.status,
            capture.digest,
            *(place or (None, None)),
        )
        return Capture(*row) if row else None

    def _was_fetched(self, capture_id: int) -> bool:
        """True for a capture of a run of ours, which read it then."""
        row = self.archive.row("SELECT run_id FROM captures WHERE id = ?", capture_id)
        return row is not None and row["run_id"] is not None

    def _note(self, capture_id: int, url: str, digests: list[bytes], cut: bool, *, fetched_by_us: bool = False) -> None:
        """Remember a capture that is in the archive: to be read, and to be referred to."""
        if not fetched_by_us:
            self._ids[host_of(url)].add(capture_id)
        if cut:
            self._cut.add(capture_id)
        for digest in digests:
            self._originals.setdefault(digest, capture_id)

    def _flush(self) -> None:
        """Write what was gathered, and then its rows."""
        for site, batch in self._batches.items():
            run = self._run(site)
            ids = run.keep_copies([(taken.capture, taken.members) for taken in batch])
            for capture_id, taken in zip(ids, batch, strict=True):
                self._note(capture_id, taken.capture.url, taken.digests, taken.cut)
            self._new[site] += len(batch)
        self._batches.clear()
        self._keys.clear()
        self._batch_bytes = 0

    def _run(self, site: str) -> CrawlRun:
        if site not in self._runs:
            profile = self._profiles[site]
            self._runs[site] = CrawlRun(
                self.folder,
                SiteColumns(
                    name=profile.name,
                    title=profile.title,
                    district=profile.district,
                    province=profile.province,
                    district_code=profile.district_code,
                    url=profile.listings[0],
                    family=profile.family.name if profile.family else None,
                ),
                {"isPartOf": profile.title, "description": f"{site}: records that others captured, as they wrote them"},
            )
        return self._runs[site]

    # Revisits

    def _take_late(self, *, last: bool = False) -> None:
        """Take in what refers to other captures, where those are there; at the ``last`` tell of the others."""
        left = []
        for answer, request, stays, profile in self._late:
            original = self._original(answer)
            if original is not None:
                self._take_revisit(answer, request, stays, profile, original)
            elif last:
                self._tell(
                    Damage(answer.file, answer.offset, "refers to a capture that is neither here nor there; left out")
                )
            else:
                left.append((answer, request, stays, profile))
        self._late = left
        self._flush()

    def _take_revisit(
        self, answer: Record, request: Record | None, stays: str | None, profile: Profile, original: Capture
    ) -> None:
        status, media_type = original.status, original.media_type
        if answer.http is not None:
            read = _read_answer(answer)
            if isinstance(read, str):
                self._tell(Damage(answer.file, answer.offset, read))
                return
            status, media_type = read[0], read[1] or media_type
        elif not _TIME.fullmatch(answer.field("WARC-Date")):
            self._tell(Damage(answer.file, answer.offset, _NO_TIME))
            return
        capture = _capture(answer, request, status, media_type, original.digest)
        capture.refers_to = original.id
        self._add(capture, answer, request, stays, profile)

    def _original(self, answer: Record) -> Capture | None:
        """The capture that holds the bytes of a revisit."""
        said = read_digest(answer.field("WARC-Payload-Digest"))
        if said and said[1] in self._originals:
            return self.archive.capture(self._originals[said[1]])
        referred = (answer.field("WARC-Refers-To-Target-URI"), answer.field("WARC-Refers-To-Date"))
        before = (answer.field("WARC-Target-URI"), answer.field("WARC-Date"))
        wanted = [("fetched_at = ?", referred)] if all(referred) else []
        wanted += [("fetched_at <= ?", before)] if said else []
        for time, place in wanted:
            sql = f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE url = ? AND {time} ORDER BY fetched_at DESC LIMIT 5"
            for row in self.archive.rows(sql, *place):
                capture = Capture(*row)
                if capture.refers_to is not None:
                    capture = self.archive.capture(capture.refers_to) or capture
                if self._has_payload(capture, said):
                    return capture
        return None

    def _has_payload(self, capture: Capture, said: tuple[str, bytes] | None) -> bool:
        """True where a capture's bytes are those that a revisit means."""
        if said is None:
            return True
        try:
            about, _, body = read_record(self.archive.warc_folder, capture)
        except DamagedRecordError:
            return False
        right = hashlib.new(said[0], body, usedforsecurity=False).digest() == said[1]
        return right or read_digest(about.get_header("WARC-Payload-Digest") or "") == said

    # Reading what came

    def read(self, progress: Callable[[int], object] = lambda n: None) -> list[SiteImport]:
        """Read what the captures say, site by site, and end the runs; what came of each site, by name.

        Raises :class:`OSError` or :class:`sqlite3.Error` where the archive cannot be written, and
        :class:`newsarchive.archive.store.ArchiveError` where a process that read pages was killed.
        """
        self._take_late(last=True)
        # What earlier imports brought may be known for what it is only now.
        for row in self.archive.connection.execute("SELECT id, url FROM captures WHERE run_id IS NULL"):
            if (host := host_of(row["url"])) in self._ids:
                self._ids[host].add(row["id"])
        done = []
        with self._readers or Readers(self.archive.warc_folder, self._workers) as readers:
            for name in sorted(self._profiles):
                ids = {number for host in self._profiles[name].hosts for number in self._ids.get(host, ())}
                if ids and (name in self._runs or self._concerns(self._profiles[name])):
                    done.append(self._read_site(name, ids, progress, readers))
        return done

    def _concerns(self, profile: Profile) -> bool:
        """True where captures of a host are a site's, also if others share the host."""
        if set(profile.hosts) <= self._own_hosts:
            return True
        if self.archive.row("SELECT 1 FROM frontier WHERE site = ?", profile.name):
            return True
        sql = "SELECT 1 FROM captures WHERE url IN (?, ?, ?, ?)"
        return any(self.archive.row(sql, *same_page(listing)) for listing in profile.listings)

    def _read_site(self, name: str, ids: set[int], progress: Callable[[int], object], readers: Readers) -> SiteImport:
        run = self._run(name)
        pages = CapturedPages(run, self._profiles[name], self._own_hosts, readers)
        pages.read(ids, cut=self._cut, progress=progress)
        done = SiteImport(name, self._new[name], pages.unknown, pages.unread)
        counts = f"{run.articles_new} new, {run.changed} changed, {run.unchanged} unchanged, {run.gone} gone"
        detail = f"imported {done.captures} captures of {_names(self._files)}: {counts}, {run.failed} failed"
        outcome = ATTENTION if run.failed or pages.unread or self.damages else COMPLETE
        if run.first_failure:
            detail += f"; first failure: {run.first_failure}"
        del self._runs[name]
        run.finish(outcome, detail)
        done.run = run.record
        return done


_NO_TIME = "its header says no time of capture; left out"


def hosts_of_one(profiles: Iterable[Profile]) -> frozenset[str]:
    """The hosts that one site has for itself."""
    owners: defaultdict[str, int] = defaultdict(int)
    for profile in profiles:
        for host in profile.hosts:
            owners[host] += 1
    shared = {host for name in family_names() for host in load_family(name).hosts}
    return frozenset(host for host, count in owners.items() if count == 1 and host not in shared)


def _exchanges(items: Iterable[Record | Damage]) -> Iterator[tuple[Record, Record | None] | Damage]:
    """Answers, each with its request where one stands near, and damages."""
    near: deque[Record] = deque()
    for item in items:
        if isinstance(item, Damage):
            yield item
            continue
        if item.kind not in ("request", "response", "revisit", "resource"):
            continue
        mate = next((other for other in near if _belong(item, other)), None)
        if mate is not None:
            near.remove(mate)
            yield (mate, item) if item.kind == "request" else (item, mate)
            continue
        near.append(item)
        if len(near) > _AT_HAND and (first := near.popleft()).kind != "request":
            yield first, None
    yield from ((record, None) for record in near if record.kind != "request")


def _belong(one: Record, other: Record) -> bool:
    """True for a request and its answer."""
    if (one.kind == "request") == (other.kind == "request"):
        return False
    for record, mate in ((one, other), (other, one)):
        if concurrent := record.field("WARC-Concurrent-To"):
            return concurrent == mate.field("WARC-Record-ID")
    names = ("WARC-Target-URI", "WARC-Date")
    return all(one.field(name) == other.field(name) for name in names)


def _read_answer(answer: Record) -> tuple[int, str | None] | str:
    """Status and media type of an answer; or what is wrong with it."""
    time = answer.field("WARC-Date")
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return _NO_TIME
    if not _TIME.fullmatch(time):
        return _NO_TIME
    if answer.kind == "resource":
        return 200, _media_type(answer.field("Content-Type"))
    status = answer.http.get_statuscode() if answer.http else ""
    if not answer.http or not _STATUS.fullmatch(status or ""):
        return "its content is no answer of a web server; left out"
    return int(status), _media_type(answer.http.get_header("Content-Type") or "")


def _media_type(text: str) -> str | None:
    return text.partition(";")[0].strip().lower()[:100] or None


def _may_be_page(status: int, media_type: str | None, body: bytes) -> bool:
    """True for pages, feeds, redirects and errors."""
    if status >= 300:
        return not any(name in (media_type or "") for name in _NO_PAGES)
    if media_type and media_type != "text/plain":
        return any(name in media_type for name in _PAGES)
    # Servers that name no type, or "text/plain" for all they do not know.
    return body.lstrip()[:1] == b"<"


def _is_told_no_page(answer: Record) -> bool:
    """True for a revisit whose answer's header says that it was of a picture or the like."""
    read = _read_answer(answer) if answer.http is not None else ""
    return not isinstance(read, str) and read[1] not in (None, "text/plain") and not _may_be_page(*read, b"")


def _capture(answer: Record, request: Record | None, status: int, media_type: str | None, digest: str) -> Capture:
    posted = request is not None and request.http is not None and request.http.protocol == "POST"
    return Capture(
        id=0,
        url=answer.field("WARC-Target-URI"),
        fetched_at=answer.field("WARC-Date"),
        status=status,
        media_type=media_type,
        digest=digest,
        warc_file="",
        warc_offset=0,
        warc_length=0,
        posted=payload_digest(request.body) if posted and request else None,
    )


def _digests(answer: Record) -> list[bytes]:
    """The digests by which revisit records may name a payload."""
    if not answer.body:
        return []
    said = read_digest(answer.field("WARC-Payload-Digest"))
    return list(dict.fromkeys([*body_digests(answer), *([said[1]] if said else [])]))


def _member(record: Record) -> bytes:
    """A record as a gzip member: its own, where it has one."""
    if record.length is None:
        return pack(record.data)
    with record.path.open("rb") as file:
        file.seek(record.offset)
        return file.read(record.length)


def _names(files: list[str]) -> str:
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return ", ".join(files[:3]) + more
