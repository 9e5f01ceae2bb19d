"""Reading captured pages on a cluster: batches go to workers in place of processes of one machine."""

from __future__ import annotations

import pickle
from concurrent.futures import CancelledError, Future
from typing import Any

from newsarchive.archive.readers import Page, Read, Readers
from newsarchive.archive.store import ArchiveError
from newsarchive.cluster import work
from newsarchive.cluster.connection import Cluster

_POLL = 1.0
"""Seconds between two looks at whether a worker is there."""


class ClusterReaders(Readers):
    """The readers of the archive that a cluster works on: its workers. The order of what is read, and so what is
    written, is that of any number of processes."""

    def __init__(self, cluster: Cluster):
        # More than one, also of one worker: one would be this process.
        super().__init__(cluster.folder / "warc", max(2, len(cluster.workers())))
        self._cluster = cluster

    def submit(self, pages: list[Page]) -> Future[list[Read]]:
        """Have pages read, as one piece of work."""
        return _Batch(self._cluster, pages)

    def result(self, work: Future[list[Read]]) -> list[Read]:
        """What was read; raises what :meth:`_Batch.result` does. This process only writes."""
        return work.result()


class _Batch(Future[list[Read]]):
    """A batch that is read somewhere."""

    def __init__(self, cluster: Cluster, pages: list[Page]):
        super().__init__()
        self._cluster = cluster
        self._tries = 0
        self._pages = pickle.dumps(pages)
        self._work = cluster.submit(work.read_pages, self._pages)

    def result(self, timeout: float | None = None) -> list[Read]:
        """What was read.

        Raises :class:`newsarchive.cluster.connection.ClusterError` where no worker is left or the scheduler went, and
        :class:`newsarchive.archive.store.ArchiveError` where the batch cannot be read.
        """
        while True:
            try:
                answer: bytes = self._work.result(timeout=_POLL)
                # From a worker, which may run any code of ours anyway, and we of its.
                done: list[Read] = pickle.loads(answer)  # noqa: S301
                return done
            except CancelledError:
                raise self._cluster.lost() from None
            except TimeoutError:
                self._cluster.workers()
            except Exception as error:
                self._work = self._again(error)

    def _again(self, error: Exception) -> Any:
        """The batch given away once more, where another worker may read it."""
        self._tries += 1
        if self._cluster.killed_its_workers(error):
            raise ArchiveError(
                "every worker that read some of the pages died, perhaps for want of memory; what was read before is"
                " kept, so do it again"
            ) from error
        if not self._cluster.may_be_tried_again(self._tries):
            raise ArchiveError(f"pages could not be read on a worker: {type(error).__name__}: {error}") from error
        return self._cluster.submit(work.read_pages, self._pages)
