"""Work shared by this process and others beside it, one a core: pieces in any order, their results where they are asked
for.

Starting a process takes more than half a second, most of it for what it imports. So this process does pieces itself as
long as what it waits for is not there: while the others start, and whenever they are behind. A pool alone would leave
it idle, and with it, on two cores, half of the machine.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, Self, TypeVar

from newsarchive.archive.store import ArchiveError

P = TypeVar("P")
T = TypeVar("T")

AHEAD = 3
"""Pieces of work that lie ready for each process: memory stays flat however many there are."""


class _Piece(Future[T]):
    """A piece of work: done by another process, or by this one."""

    def __init__(self, work: Callable[..., T], arguments: tuple[Any, ...]):
        super().__init__()
        self._work = work
        self._arguments = arguments

    def do_here(self) -> None:
        """Do the piece in this process."""
        try:
            self.set_result(self._work(*self._arguments))
        except Exception as error:
            self.set_exception(error)

    def do_there(self, pool: ProcessPoolExecutor) -> None:
        """Have the piece done by another process."""
        pool.submit(self._work, *self._arguments).add_done_callback(self._take_over)

    def _take_over(self, done: Future[T]) -> None:
        if done.cancelled():
            return
        if error := done.exception():
            self.set_exception(error)
        else:
            self.set_result(done.result())


class Processes:
    """This process and ``workers`` - 1 others, by default one a core altogether. Use as a context manager.

    The others are started when more than ``few`` pieces of work have been given, as so many are soon done here. They
    end with this process, however it ends.
    """

    def __init__(self, workers: int | None = None, *, few: int = 0):
        self.workers = workers or os.cpu_count() or 1
        self._few = few
        self._pool: ProcessPoolExecutor | None = None
        self._here: deque[_Piece[Any]] = deque()
        """Pieces that nobody has begun."""
        self._there: list[_Piece[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, work: Callable[..., T], *arguments: object) -> Future[T]:
        """Have something done: ``work``, a function of a module, with arguments that can be pickled."""
        piece = _Piece(work, arguments)
        self._here.append(piece)
        self._few -= 1
        self._give()
        return piece

    def _give(self) -> None:
        """Let the others have as much as they are soon through with."""
        if self.workers == 1 or self._few >= 0:
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers - 1, mp_context=get_context("spawn"), initializer=_tie)
        self._there = [piece for piece in self._there if not piece.done()]
        while self._here and len(self._there) < AHEAD * (self.workers - 1):
            piece = self._here.popleft()
            try:
                piece.do_there(self._pool)
            except BrokenProcessPool as error:
                raise _died() from error
            self._there.append(piece)

    def result(self, piece: Future[T]) -> T:
        """What a piece of work gave, or raised; until it is there this process does what no other has begun.

        Raises :class:`newsarchive.archive.store.ArchiveError` where a process was killed.
        """
        while not piece.done() and self._here:
            mine = next((waiting for waiting in self._here if waiting is piece), self._here[-1])
            self._here.remove(mine)
            mine.do_here()
            self._give()
        try:
            return piece.result()
        except BrokenProcessPool as error:
            raise _died() from error

    def map(self, work: Callable[..., T], pieces: Iterable[tuple[object, ...]]) -> Iterator[T]:
        """Do all of them; what each gives, in their order. Not more are taken than are soon worked on."""
        return in_order(pieces, lambda piece: self.submit(work, *piece), self.result, self.workers)


def in_order(
    pieces: Iterable[P], submit: Callable[[P], Future[T]], result: Callable[[Future[T]], T], workers: int
) -> Iterator[T]:
    """What comes of each piece of work, in their order; they are taken as ``workers`` have need of them."""
    ahead: deque[Future[T]] = deque()
    for piece in pieces:
        ahead.append(submit(piece))
        if len(ahead) > AHEAD * workers or workers == 1:
            yield result(ahead.popleft())
    while ahead:
        yield result(ahead.popleft())


def _died() -> ArchiveError:
    return ArchiveError(
        "a process that read pages was killed, perhaps for want of memory; what was read before is kept, so do it again"
    )


def _tie() -> None:
    """Have this process end with the one that started it, which alone hears Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
