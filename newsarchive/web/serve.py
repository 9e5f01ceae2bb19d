"""The reading room's server: Datasette over one archive, read-only, on one socket."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from newsarchive.archive.meanings import meanings
from newsarchive.archive.store import Archive
from newsarchive.web import plugin
from newsarchive.web.shown import SHOWN, Shown

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"


def reading_room(folder: Path, *, hosts: frozenset[str] = frozenset()) -> Datasette:
    """The application that shows the archive in a folder.

    ``hosts`` are the names (lower case, without port) by which browsers may call it; none means any. An archive of an
    earlier version is upgraded first. Raises :class:`newsarchive.archive.store.ArchiveError` where there is no archive.
    """
    Archive.read(folder).close()
    if not pm.is_registered(plugin):
        pm.register(plugin, name="newsarchive")
        # Datasette runs every handler of exceptions and takes the first answer; its own prints tracebacks.
        pm.unregister(name="datasette.handle_exception")
    room = Datasette(
        metadata=_metadata(folder, hosts),
        template_dir=str(HERE / "templates"),
        static_mounts=[("room", str(HERE / "static"))],
        settings={
            "default_allow_sql": False,
            "allow_download": False,
            "allow_facet": True,
            "suggest_facets": False,
            "default_page_size": 50,
            "max_returned_rows": 1000,
            "truncate_cells_html": 300,
            "num_sql_threads": 3,
            "sql_time_limit_ms": 3000,
        },
    )
    # It comes with a database in memory where no file is named.
    room.remove_database("_memory")
    room.add_database(Shown(room, folder), name=plugin.DATABASE)
    return room


def _metadata(folder: Path, hosts: frozenset[str]) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {
        name: {"description": meaning.row, "columns": dict(meaning.columns)}
        for name, meaning in meanings().items()
        if name in SHOWN
    }
    tables["articles"] |= {"fts_table": "articles_fts", "fts_pk": "id"}
    return {
        "title": "newsarchive",
        "plugins": {"newsarchive": {"folder": str(folder), "hosts": sorted(hosts)}},
        "databases": {plugin.DATABASE: {"tables": tables}},
    }


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises :class:`OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def run(room: Datasette, listening: socket.socket) -> None:
    """Answer requests until the process is told to end (SIGINT, SIGTERM); what is under way has three seconds."""
    config = uvicorn.Config(
        room.app(), log_level="warning", lifespan="on", server_header=False, timeout_graceful_shutdown=3
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn takes them, and when it has ended sends them once more to whoever had them before.
        signal.signal(number, lambda *_: None)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        for database in room.databases.values():
            if isinstance(database, Shown):
                database.interrupt()
