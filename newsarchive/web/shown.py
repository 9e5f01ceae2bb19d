"""The archive's database as readers see it through Datasette: the tables of the news, without what is withheld.

Datasette builds its SQL from a table's name. So the connections it reads by have views (``CREATE TEMP VIEW``) of the
tables' own names, which come before the tables and leave withheld articles out: whatever it asks (rows, counts, facets,
labels, files), there is nothing of them to be found. What a table's columns and keys are it is told by a connection
without those views. Tables that no such view stands before are not shown at all (:data:`SHOWN`).

Our own pages read the whole archive (:attr:`Shown.whole`): the functions of ``research`` leave withheld articles out
themselves, and full-text search needs the tables.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import sqlite_timelimit

from newsarchive.archive.store import Archive
from newsarchive.archive.withheld import WITHHELD

Answer = TypeVar("Answer")

ADDRESSES = f"""
    SELECT url FROM main.articles WHERE id IN ({WITHHELD})
    UNION SELECT url FROM main.frontier WHERE article_id IN ({WITHHELD})
    UNION SELECT c.url FROM main.readings r JOIN main.captures c ON c.id = r.capture_id
        WHERE r.article_id IN ({WITHHELD})
    UNION SELECT url FROM main.images WHERE article_id IN ({WITHHELD})
"""
"""Every address that something of a withheld article was seen at: an address often is its title."""


def bare(url: str) -> str:
    """SQL for an address without scheme and "www.": listings write both ways of one page."""
    return f"replace(replace(replace({url}, 'https://', ''), 'http://', ''), 'www.', '')"


_OF_OTHERS = f"{bare('url')} NOT IN (SELECT bare FROM withheld_addresses)"
_VIEWS = {
    "withheld_addresses": f"SELECT {bare('url')} AS bare FROM ({ADDRESSES})",
    "articles": f"SELECT * FROM main.articles WHERE id NOT IN ({WITHHELD})",
    "versions": f"SELECT * FROM main.versions WHERE article_id NOT IN ({WITHHELD})",
    "images": f"SELECT * FROM main.images WHERE article_id NOT IN ({WITHHELD})",
    "links": f"SELECT * FROM main.links WHERE article_id NOT IN ({WITHHELD})"
    f" AND coalesce(target_id, 0) NOT IN ({WITHHELD}) AND {_OF_OTHERS}",
    "captures": f"SELECT * FROM main.captures WHERE {_OF_OTHERS}",
    "sightings": f"SELECT * FROM main.sightings WHERE {_OF_OTHERS}",
    # For the views that are made of it; it is not shown itself.
    "frontier": f"SELECT * FROM main.frontier WHERE {_OF_OTHERS}",
}
TABLES = frozenset({"sites", "runs", *_VIEWS} - {"withheld_addresses", "frontier"})
VIEWS = frozenset({"articles_by_month", "bylines", "changes", "listed_not_kept", "listings", "pictures"})
SHOWN = TABLES | VIEWS
"""What is shown: the news and how it was got. What the crawl has still to do, and what was withheld why, is no
reader's."""


class Whole(Database):  # type: ignore[misc]  # Datasette comes without types
    """The database of an archive's folder. Every thread has its connection, opened anew where the file became another.

    What goes wrong is a :class:`sqlite3.DatabaseError` or :class:`newsarchive.archive.store.ArchiveError`.
    """

    def __init__(self, room: Datasette, folder: Path):
        super().__init__(room, path=str(folder / "news.db"))
        self.name = self.route = "whole"
        self.folder = folder
        self._kept = threading.local()

    def open(self) -> Archive:
        """The archive, on a new connection."""
        return Archive.read(self.folder)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """What a function reads, in one of Datasette's threads."""
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, lambda: fn(self._connection()))

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        """The rows of a query; a reader's mistake in an address is answered, and nothing for the server's log."""
        return await super().execute(sql, params, **{**options, "log_sql_errors": False})

    async def read(self, fn: Callable[[Archive], Answer], milliseconds: int) -> Answer:
        """What a function reads from the archive in that time; else :class:`sqlite3.OperationalError` "interrupted"."""

        def timed(connection: sqlite3.Connection) -> Answer:
            with sqlite_timelimit(connection, milliseconds):
                return fn(Archive(self.folder, connection))

        return await self.execute_fn(timed)

    def _connection(self) -> sqlite3.Connection:
        kept = self._kept
        opened: Archive | None = getattr(kept, "archive", None)
        if opened is not None and kept.stamp == self._stamp(opened):
            return opened.connection
        if opened is not None:
            opened.close()
            self._all_file_connections.remove(opened.connection)
            kept.archive = None
        archive = self.open()
        self._all_file_connections.append(archive.connection)
        self.ds._prepare_connection(archive.connection, self.name)
        kept.archive, kept.stamp = archive, self._stamp(archive)
        return archive.connection

    def _stamp(self, archive: Archive) -> tuple[int, ...]:
        """What tells the file that was opened from another in its place; () where there is none.

        One read as never changing, because we may not write there, may be written by somebody else later on.
        """
        try:
            file = Path(self.path).stat()
        except OSError:
            return ()
        stamp = (file.st_dev, file.st_ino)
        return (*stamp, file.st_mtime_ns, file.st_size, self._log_size()) if archive.unwritten else stamp

    def _log_size(self) -> int:
        try:
            return Path(f"{self.path}-wal").stat().st_size
        except OSError:
            return 0

    def interrupt(self) -> None:
        """End what is being read."""
        for connection in self._all_file_connections:
            connection.interrupt()


class Shown(Whole):
    """The same, without what is withheld, for Datasette to read by; its structure is that of :attr:`whole`."""

    def __init__(self, room: Datasette, folder: Path):
        super().__init__(room, folder)
        self.whole = Whole(room, folder)

    def open(self) -> Archive:
        """The archive on a connection with the views."""
        archive = super().open()
        try:
            connection = archive.connection
            connection.execute("PRAGMA query_only = OFF")
            connection.execute("PRAGMA temp_store = MEMORY")
            for name, select in _VIEWS.items():
                connection.execute(f"CREATE TEMP VIEW {name} AS {select}")
            # The archive's own views, once more: these here see the tables through the views above.
            for row in archive.rows("SELECT name, sql FROM main.sqlite_master WHERE type = 'view'"):
                if row["name"] in VIEWS:
                    connection.execute(row["sql"].replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
            connection.execute("PRAGMA query_only = ON")
        except BaseException:
            archive.close()
            raise
        return archive

    async def table_names(self) -> list[str]:
        """The tables that are shown."""
        return sorted(TABLES & set(await self.whole.table_names()))

    async def view_names(self) -> list[str]:
        """The views that are shown."""
        return sorted(VIEWS & set(await self.whole.view_names()))

    async def table_exists(self, table: str) -> bool:
        """Is there such a table, and is it shown?"""
        return table in await self.table_names()

    async def get_view_definition(self, view: str) -> str | None:
        """The SQL of a view that is shown, None for another."""
        if view not in await self.view_names():
            return None
        definition: str = await self.whole.get_view_definition(view)
        return definition

    async def table_columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        columns: list[str] = await self.whole.table_columns(table)
        return columns

    async def table_column_details(self, table: str) -> list[Any]:
        """A table's columns."""
        details: list[Any] = await self.whole.table_column_details(table)
        return details

    async def primary_keys(self, table: str) -> list[str]:
        """The names of a table's primary key's columns."""
        keys: list[str] = await self.whole.primary_keys(table)
        return keys

    async def fts_table(self, table: str) -> str | None:
        """None: which full-text table is searched is said in the metadata."""
        return None

    async def foreign_keys_for_table(self, table: str) -> list[dict[str, str]]:
        """A table's foreign keys to tables that are shown."""
        keys: list[dict[str, str]] = await self.whole.foreign_keys_for_table(table)
        return [key for key in keys if key["other_table"] in TABLES]

    async def get_all_foreign_keys(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        """All foreign keys between tables that are shown."""
        return {
            table: {way: [key for key in keys if key["other_table"] in TABLES] for way, keys in both.items()}
            for table, both in (await self.whole.get_all_foreign_keys()).items()
            if table in TABLES
        }

    def interrupt(self) -> None:
        """End what is being read."""
        super().interrupt()
        self.whole.interrupt()

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self.whole.close()
