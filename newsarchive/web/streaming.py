"""What a search found, sent as a file while it is read: memory does not grow with it.

A file is written by a thread of its own, on a connection of its own, into a queue of a few pieces; so it waits for its
reader, and the archive's other readers do not wait for it. It reads one moment of the archive, and while it does the
write-ahead log cannot be emptied: a reader who takes nothing for :data:`PATIENCE` seconds is left, and no more than
:data:`AT_ONCE` files are made at a time. A file that could not be finished ends without its end, so that whoever
fetches it is told.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

from datasette import Response
from datasette.app import Datasette
from datasette.utils.asgi import Request

from newsarchive.archive.store import Archive
from newsarchive.research.export import WRITERS, articles
from newsarchive.research.query import parse
from newsarchive.web.documents import SEALED
from newsarchive.web.pages.asked import Asked, asked

AT_ONCE = 3
PATIENCE = 60.0
_PIECE = 1 << 16
_PIECES = 4
_STEPS = 100_000
"""Steps of SQLite's machine, about a millisecond, between two looks whether the reader is still there."""
_LONGEST_READING = 10_000

FORMS = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "jsonl": ("jsonl", "application/jsonl; charset=utf-8"),
    "bib": ("bibtex", "application/x-bibtex; charset=utf-8"),
    "ris": ("ris", "application/x-research-info-systems; charset=utf-8"),
    "csl.json": ("csl-json", "application/vnd.citationstyles.csl+json; charset=utf-8"),
}
"""Ending of the address → format (:data:`newsarchive.research.export.WRITERS`) and media type."""
BUSY = "Other files are being made just now. Please try again in a minute.\n"

Write = Callable[[Archive, TextIO], object]
Send = Callable[[dict[str, Any]], Any]
Receive = Callable[[], Any]
_places = threading.BoundedSemaphore(AT_ONCE)


class LeftError(Exception):
    """Whoever wanted the file takes it no more."""


async def view(datasette: Datasette, request: Request, receive: Receive) -> Stream:
    """A search's answer as a file: the search's parameters, and for CSV ``spreadsheet=1``."""
    ending = request.url_vars["ending"]
    form, media_type = FORMS[ending]
    shown = datasette.get_database("news")
    names = await shown.whole.read(
        lambda archive: [row[0] for row in archive.rows("SELECT name FROM sites")], _LONGEST_READING
    )
    options = {"spreadsheet": True} if form == "csv" and request.args.get("spreadsheet") else {}
    headers = {
        "content-type": media_type,
        "content-disposition": f'attachment; filename="newsarchive.{ending}"',
        "content-security-policy": SEALED,
    }
    write = partial(_write, asked(request.args, names), WRITERS[form], options)
    return Stream(shown.folder, write, headers, receive, empty=request.method == "HEAD")


def _write(wanted: Asked, writer: Callable[..., int], options: dict[str, Any], archive: Archive, out: TextIO) -> None:
    query = wanted.text or None
    if query is not None and not parse(query):
        writer(archive, [], out, **options)
        return
    # Pictures, links and captures are read as the articles come: all of one moment.
    with archive.one_moment(), closing(articles(archive, wanted.filters, query=query)) as rows:
        writer(archive, rows, out, **options)


class Stream:
    """An answer in pieces, as Datasette sends one: what ``write`` writes; ``empty``: only its headers."""

    def __init__(self, folder: Path, write: Write, headers: dict[str, str], receive: Receive, *, empty: bool):
        self.folder = folder
        self.write = write
        self.headers = headers
        self.receive = receive
        self.empty = empty

    async def asgi_send(self, send: Send) -> None:
        """Send it. Raises what went wrong while it was written."""
        if self.empty:
            await self._begin(send)
            await send({"type": "http.response.body", "body": b""})
        elif _places.acquire(blocking=False):
            await self._pieces(send, _Writing(self.folder, self.write))
        else:
            await Response.text(BUSY, status=503, headers={"retry-after": "60"}).asgi_send(send)

    async def _begin(self, send: Send) -> None:
        headers = [[name.encode(), value.encode("latin-1")] for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _pieces(self, send: Send, writing: _Writing) -> None:
        gone = asyncio.create_task(self._gone())
        try:
            # The first piece before all: what goes wrong until then is still answered as an error.
            piece = await writing.next(gone)
            await self._begin(send)
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await writing.next(gone)
            await send({"type": "http.response.body", "body": b""})
        except LeftError:
            if not gone.done():
                raise
        finally:
            gone.cancel()
            writing.stop()

    async def _gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


class _Writing:
    """A thread that writes, and the queue of what it wrote. It gives one of :data:`_places` back when it ends."""

    def __init__(self, folder: Path, write: Write):
        self._folder = folder
        self._write = write
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(_PIECES)
        self._stopped = threading.Event()
        threading.Thread(target=self._work, name="export", daemon=True).start()

    async def next(self, gone: asyncio.Task[None]) -> bytes | None:
        """The next piece; None at the end. Raises what the writing raised; :class:`LeftError` once ``gone`` is done."""
        taking = asyncio.create_task(self._queue.get())
        await asyncio.wait({taking, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not taking.done():
            taking.cancel()
            raise LeftError
        if isinstance(piece := taking.result(), Exception):
            raise piece
        return piece

    def stop(self) -> None:
        """End the thread, wherever it is. In the loop's thread."""
        self._stopped.set()
        self._empty()

    def _work(self) -> None:
        end: Exception | None = None
        try:
            with Archive.read(self._folder) as archive:
                # Whenever it is told to end: an interrupt is lost on a connection that is not at a query just then.
                archive.connection.set_progress_handler(self._stopped.is_set, _STEPS)
                out = _Pieces(self._put)
                self._write(archive, cast(TextIO, out))
                out.flush()
                self._put(None)
        except Exception as error:
            end = error
        finally:
            _places.release()
        if end is not None and not self._stopped.is_set():
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._fail, end)

    def _put(self, piece: bytes | None) -> None:
        if self._stopped.is_set():
            raise LeftError
        waiting = asyncio.run_coroutine_threadsafe(self._queue.put(piece), self._loop)
        try:
            waiting.result(PATIENCE)
        except TimeoutError as error:
            waiting.cancel()
            raise LeftError("the file was not taken") from error

    def _fail(self, error: Exception) -> None:
        # What was written before is dropped: the file is not whole anyway.
        self._empty()
        self._queue.put_nowait(error)

    def _empty(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class _Pieces(io.TextIOBase):
    """A text file that goes away in pieces of UTF-8."""

    def __init__(self, put: Callable[[bytes], None]):
        self._put = put
        self._kept: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        """Keep a text, and send off what is kept once it is enough."""
        self._kept.append(text)
        self._size += len(text)
        if self._size >= _PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send off what is kept."""
        if self._kept:
            piece, self._kept, self._size = "".join(self._kept), [], 0
            self._put(piece.encode("utf-8", "replace"))
