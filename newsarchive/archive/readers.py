"""Captured pages read by as many processes as there are cores, ahead of the one that writes.

A page's reading depends on its bytes, its address, the site's rules and what listings said of it, and on nothing else.
So pages may be read before it is their turn, by any process, and any number of processes gives the same archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Self

from newsarchive.archive.intake import normalise_article
from newsarchive.archive.processes import AHEAD, Processes, in_order
from newsarchive.archive.warc import DamagedRecordError, read_page
from newsarchive.extract.article import PageContext, extract, reason_for_refusal
from newsarchive.extract.document import MAX_BYTES, UnreadablePageError
from newsarchive.extract.kinds import ARTICLE, kind_of
from newsarchive.items import Article, Capture, ListingEvidence
from newsarchive.sites.profile import Rules

BATCH = 32
"""Pages that are one piece of work."""
_FEW = 6
"""Pieces that one process has read by the time at which another that is started would be ready."""

DAMAGED, EXTRACT, VALIDATE = "damaged", "extract", "validate"
"""Where a reading ended without an article: the record cannot be read · the page cannot · it is no article."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to read: its capture (and of a revisit the ``original`` that has the bytes), the rules of its site, what
    listings said of it. ``unknown``: nothing said what it is, so that is found out first."""

    capture: Capture
    original: Capture | None
    rules: Rules
    listing: ListingEvidence | None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a page says: the ``article``, or at which ``stage`` and for what ``reason`` there is none.

    ``kind`` is what an unknown page is (see :mod:`newsarchive.extract.kinds`), None where that cannot be told.
    """

    article: Article | None = None
    stage: str | None = None
    reason: str | None = None
    kind: str | None = None


def read(folder: Path, page: Page) -> Read:
    """Read one page as an article; ``folder`` is the archive's ``warc`` folder. Never raises for what a page holds."""
    capture = page.capture
    kind = None
    try:
        headers, body = read_page(folder, capture, page.original, MAX_BYTES + 1)
        context = PageContext(
            content_type=headers.get_header("Content-Type"),
            fetched_at=datetime.fromisoformat(capture.fetched_at),
            listing=page.listing,
        )
        if page.unknown:
            found = kind_of(body, capture.url, page.rules, context)
            if found.kind != ARTICLE or found.article is None:
                return Read(kind=found.kind)
            kind, article = found.kind, found.article
        else:
            article = extract(body, capture.url, page.rules, context)
    except DamagedRecordError as error:
        return Read(stage=DAMAGED, reason=str(error))
    except UnreadablePageError as error:
        return Read(stage=EXTRACT, reason=str(error))
    except Exception as error:
        # One page that trips the extractor does not keep all others from being read.
        return Read(stage=EXTRACT, reason=our_error(error))
    normalise_article(article)
    if reason := reason_for_refusal(article):
        return Read(stage=VALIDATE, reason=reason, kind=kind)
    return Read(article, kind=kind)


def our_error(error: Exception) -> str:
    """The reason where a page was not read for a mistake of ours."""
    return f"error in the extractor: {type(error).__name__}: {error}"


class Readers:
    """Processes, this one among them, that read the pages of one archive, whose ``warc`` folder is given; ``workers``
    altogether, by default one a core.

    Without ``workers`` the others are started only where there are more than some hundred pages. Use as a context
    manager.
    """

    def __init__(self, folder: Path, workers: int | None = None):
        self.folder = folder
        self._processes = Processes(workers, few=0 if workers else _FEW)
        self.workers = self._processes.workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.__exit__()

    def submit(self, pages: list[Page]) -> Future[list[Read]]:
        """Have pages read, as one piece of work."""
        return self._processes.submit(_read_all, self.folder, pages)

    def result(self, work: Future[list[Read]]) -> list[Read]:
        """What a piece of work gave; while it is not there, this process reads what no other has begun.

        Raises :class:`newsarchive.archive.store.ArchiveError` where a process was killed.
        """
        return self._processes.result(work)

    def map(self, pages: Iterable[Page]) -> Iterator[list[Read]]:
        """Read pages in their order, :data:`BATCH` at a time; raises what :meth:`result` raises."""
        pages = iter(pages)
        batches = iter(lambda: list(islice(pages, BATCH)), [])
        return in_order(batches, self.submit, self.result, self.workers)


def _read_all(folder: Path, pages: list[Page]) -> list[Read]:
    return [read(folder, page) for page in pages]


class Ahead:
    """Reads pages before it is their turn, for one who learns only page by page which is next.

    Who expects pages says so; who then asks for a page gets what was read if it was read as it is asked for, and has it
    read else. Without ``readers``, or with one process, a page is read when it is asked for.
    """

    def __init__(self, folder: Path, readers: Readers | None = None):
        self._folder = folder
        self._readers = readers if readers and readers.workers > 1 else None
        self._work: dict[int, tuple[Page, Future[list[Read]], int]] = {}
        self._looked: tuple[Page, Read] | None = None

    def __contains__(self, capture: Capture) -> bool:
        """True for a capture that was given to be read and not asked for yet, or was looked at just now."""
        looked = self._looked is not None and self._looked[0].capture.id == capture.id
        return looked or capture.id in self._work

    def expect(self, pages: Iterator[Page]) -> None:
        """Have some of these read, as many as there is room for; none that is being read already."""
        if self._readers is None or len(self._work) > (AHEAD - 1) * self._readers.workers * BATCH:
            return
        for _ in range(self._readers.workers):
            batch = list(islice(pages, BATCH))
            if not batch:
                return
            work = self._readers.submit(batch)
            self._work |= {page.capture.id: (page, work, place) for place, page in enumerate(batch)}

    def read(self, page: Page) -> Read:
        """What a page says."""
        if self._looked and self._looked[0].capture.id == page.capture.id and _same(self._looked[0], page):
            return self._looked[1]
        before, work, place = self._work.pop(page.capture.id, (None, None, 0))
        if self._readers and before is not None and work is not None and _same(before, page):
            answer = self._readers.result(work)[place]
        else:
            answer = read(self._folder, page)
        self._looked = (page, answer) if page.unknown else None
        return answer


def _same(one: Page, other: Page) -> bool:
    """True where what was read of one page is what the other asks for: an unknown page's article was read too."""
    return one.listing == other.listing and (one.unknown or not other.unknown)
