"""Today's extractor over everything ever captured, without one request.

Reading is spread over processes: each takes some captures, reads their records from the WARC files and extracts. One
process writes, in the order of the captures, so that any number of processes gives the same archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from itertools import tee
from pathlib import Path

from newsarchive.archive.frontier import Frontier
from newsarchive.archive.locks import SiteLock
from newsarchive.archive.readers import DAMAGED, Page, Read, Readers
from newsarchive.archive.store import ARTICLE_COLUMNS, CAPTURE_COLUMNS, Archive, utc_now
from newsarchive.items import Article, Capture, ListingEvidence
from newsarchive.sites.profile import Profile, Rules
from newsarchive.sites.urls import canonical_url

_COMPARED = tuple(name for name in ARTICLE_COLUMNS if name != "url")


@dataclass(frozen=True, slots=True)
class Reread:
    """One capture read anew.

    ``article`` is None where today's extractor refuses the page or its record cannot be read, for ``reason``; what is
    kept then stays. ``present``: the capture is the latest of its article. ``differs``: the columns that today reads
    otherwise than the row has them; ``new``: the page was refused when it was captured, and is an article now.
    ``damaged``: its record cannot be read.
    """

    url: str
    site: str
    capture: Capture
    article: Article | None
    reason: str | None
    present: bool
    new: bool
    differs: tuple[str, ...] = ()
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Task:
    """One page to read anew, of which article (None: of none yet); ``row`` is what is kept of the latest capture's."""

    site: str
    url: str | None
    page: Page
    row: tuple[object, ...] | None


def reread(
    folder: Path, profiles: Mapping[str, Profile], *, workers: int | None = None, readers: Readers | None = None
) -> Iterator[list[Reread]]:
    """Read every capture of the sites anew, in batches; nothing is written.

    ``profiles`` names the sites and says how their pages are read; ``workers`` is the number of processes, by default
    one a core; ``readers`` are others that read in their place. Raises
    :class:`newsarchive.archive.store.ArchiveError` where the archive cannot be opened.
    """
    rules = {name: profile.rules() for name, profile in profiles.items()}
    with Archive.read(folder) as archive, readers or Readers(archive.warc_folder, workers) as reading:
        given, tasks = tee(_tasks(archive, rules))
        for batch in reading.map(task.page for task in given):
            yield [_compared(next(tasks), read) for read in batch]


def reextract(
    folder: Path, profiles: Mapping[str, Profile], *, workers: int | None = None, readers: Readers | None = None
) -> Iterator[list[tuple[Reread, str]]]:
    """Read every capture of the sites anew and keep what is read: each with ``new``, ``changed``, ``unchanged`` or
    ``refused``.

    Versions that come of it are the extractor's. A run that is broken off has kept whole batches and may be repeated.
    Raises :class:`newsarchive.archive.store.ArchiveError`; :class:`newsarchive.archive.locks.SiteBusyError` where a
    crawl is at work on one of the sites.
    """
    read_at = utc_now()
    with Archive.create(folder) as archive, ExitStack() as held:
        for site in profiles:
            held.callback(SiteLock(folder, site).release)
        for batch in reread(folder, profiles, workers=workers, readers=readers):
            with archive.transaction():
                outcomes = [_keep(archive, read, read_at) for read in batch]
            yield list(zip(batch, outcomes, strict=True))


def _keep(archive: Archive, read: Reread, read_at: str) -> str:
    if read.article is None:
        return "refused"
    read.article.url = read.url
    article_id, outcome = archive.keep_article(read.article, site=read.site, capture=read.capture, read_at=read_at)
    if read.new:
        Frontier(archive, read.site, 0).close(read.capture.url, "done", article_id=article_id)
    return outcome


# Which captures


def _tasks(archive: Archive, rules: Mapping[str, Rules]) -> Iterator[_Task]:
    """The captures that articles were read from, and those of pages that were refused when they came."""
    capture = ", ".join(f"c.{name.strip()}" for name in CAPTURE_COLUMNS.split(","))
    width = len(fields(Capture))
    sites = tuple(rules)
    marks = ", ".join("?" * len(sites))
    read = (
        f"SELECT {capture}, a.site, a.url, c.id = a.capture_id, {', '.join(f'a.{name}' for name in _COMPARED)}"
        " FROM (SELECT DISTINCT article_id, capture_id FROM readings) r JOIN captures c ON c.id = r.capture_id"
        f" JOIN articles a ON a.id = r.article_id WHERE a.site IN ({marks})"
    )
    refused = (
        f"SELECT {capture}, f.site, NULL, 0{', NULL' * len(_COMPARED)} FROM frontier f JOIN captures c ON c.url = f.url"
        f" WHERE f.site IN ({marks}) AND f.kind NOT IN ('listing', 'image') AND f.state = 'failed' AND c.status = 200"
    )
    rows = archive.connection.execute(f"{read} UNION ALL {refused} ORDER BY warc_file, warc_offset", (*sites, *sites))
    for row in rows:
        kept = Capture(*row[:width])
        site, url, present, *columns = row[width:]
        original = archive.capture(kept.refers_to) if kept.refers_to else None
        page = Page(kept, original, rules[site], _evidence(archive, kept.url, url))
        yield _Task(site, url, page, tuple(columns) if present else None)


def _evidence(archive: Archive, captured: str, url: str | None) -> ListingEvidence | None:
    """What listings said of an article: of the address captured, of that it is kept under, of those that led to it."""
    led = "SELECT f.url FROM frontier f JOIN articles a ON a.id = f.article_id WHERE a.url = ? ORDER BY f.url"
    asked = [captured, *([url] if url else []), *(row["url"] for row in archive.rows(led, url))]
    found = (archive.listing_evidence(address) for address in dict.fromkeys(asked))
    return next((evidence for evidence in found if evidence), None)


def _compared(task: _Task, read: Read) -> Reread:
    capture, article = task.page.capture, read.article
    url = task.url or canonical_url(capture.url) or capture.url
    present, new = task.row is not None, task.url is None
    if article is None:
        return Reread(url, task.site, capture, None, read.reason, present, new, damaged=read.stage == DAMAGED)
    differs: tuple[str, ...] = ()
    if task.row is not None:
        now = (getattr(article, name) for name in _COMPARED)
        differs = tuple(name for name, was, is_ in zip(_COMPARED, task.row, now, strict=True) if was != is_)
    return Reread(url, task.site, capture, article, None, present, new, differs)
