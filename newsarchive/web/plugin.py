"""What Datasette is told of the reading room: its addresses, the headers of every answer, what templates may use.

A page is a function ``(archive, request) -> context`` in ``pages/``; it runs in one of Datasette's threads, on that
thread's read-only connection. What it raises as :class:`LookupError` is answered with "not found".
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import escape_fts, path_with_replaced_args
from datasette.utils.asgi import BadRequest, Base400, Forbidden, Request
from datasette.views.base import DatasetteError

from newsarchive import __version__
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.vietnamese.text import fold
from newsarchive.web import language, streaming
from newsarchive.web.counted import warm
from newsarchive.web.documents import WITHHELD, Document, WithheldError
from newsarchive.web.guard import Guard
from newsarchive.web.pages import about, article, bylines, capture, front, search, site, sites, timeline
from newsarchive.web.shown import SHOWN, Shown

Context = dict[str, Any]
Page = Callable[[Archive, Request], Context]
View = Callable[..., Awaitable[Any]]
"""A view of Datasette: it is given what its parameters name."""

Answer = TypeVar("Answer")

DATABASE = "news"
LONGEST_READING = 10_000
"""Milliseconds that what a page of ours reads may take."""


def page(template: str, read: Page) -> View:
    """A view of Datasette that shows what a page's function reads."""

    async def view(datasette: Datasette, request: Request) -> Response:
        context = await ask(datasette, lambda archive: read(archive, request))
        response = Response.html(await datasette.render_template(template, context, request=request))
        if (code := request.args.get("lang")) in language.NAMES:
            response.set_cookie(language.COOKIE, code, max_age=language.COOKIE_SECONDS, samesite="lax", httponly=True)
        response.headers["vary"] = "Accept-Language"
        return response

    return view


def document(read: Callable[[Archive, Request], Document]) -> View:
    """A view of Datasette that answers with a file."""

    async def view(datasette: Datasette, request: Request) -> Response:
        made = await ask(datasette, lambda archive: read(archive, request))
        return Response(made.body, headers=dict(made.headers), content_type=made.content_type)

    return view


class Withheld(Base400):  # type: ignore[misc]  # Datasette has no types
    """The answer to a request for what is withheld: 451 (RFC 7725)."""

    status = 451


async def ask(datasette: Datasette, read: Callable[[Archive], Answer]) -> Answer:
    """What a function reads from the archive, in a thread of Datasette's. :class:`LookupError` becomes "not found"."""
    shown: Shown = datasette.get_database(DATABASE)
    try:
        return await shown.whole.read(read, LONGEST_READING)
    except LookupError as error:
        raise NotFound(*error.args) from error
    except WithheldError as error:
        raise Withheld(WITHHELD) from error


def config(datasette: Datasette) -> dict[str, Any]:
    """What :func:`newsarchive.web.serve.reading_room` gave the plugin: ``folder``, ``hosts``."""
    given: dict[str, Any] = datasette.plugin_config("newsarchive") or {}
    return given


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    """The reading room's addresses; those of Datasette's own stay behind /news."""
    return [
        (r"^/$", page("front.html", front.read)),
        (r"^/search$", page("search.html", search.read)),
        (r"^/search\.json$", document(search.as_json)),
        (r"^/search\.(?P<ending>csv|jsonl|bib|ris|csl\.json)$", streaming.view),
        (r"^/article/(?P<id>[0-9]+)$", page("article.html", article.read)),
        (r"^/article/(?P<id>[0-9]+)/version/(?P<number>[0-9]+)$", page("version.html", article.read_version)),
        (r"^/article/(?P<id>[0-9]+)\.bib$", document(article.bibtex)),
        (r"^/article/(?P<id>[0-9]+)\.ris$", document(article.ris)),
        (r"^/article/(?P<id>[0-9]+)\.csl\.json$", document(article.csl_json)),
        (r"^/article/(?P<id>[0-9]+)\.jsonld$", document(article.json_ld)),
        (r"^/article/(?P<id>[0-9]+)\.json$", document(article.as_json)),
        (r"^/capture/(?P<id>[0-9]+)$", page("capture.html", capture.read)),
        (r"^/capture/(?P<id>[0-9]+)/page$", document(capture.captured_page)),
        (r"^/capture/(?P<id>[0-9]+)/picture$", document(capture.picture)),
        (r"^/capture/(?P<id>[0-9]+)/file$", document(capture.file)),
        (r"^/site/(?P<name>[^/]+)$", page("site.html", site.read)),
        (r"^/timeline$", page("timeline.html", timeline.read)),
        (r"^/bylines$", page("bylines.html", bylines.read_list)),
        (r"^/byline$", page("byline.html", bylines.read)),
        (r"^/sites\.json$", document(sites.as_json)),
        (r"^/about$", page("about.html", about.read)),
    ]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Begins to count the archive before the first reader comes."""
    warm(datasette.get_database(DATABASE).folder)


@hookimpl
def extra_template_vars(request: Request | None) -> Context:
    """For every template: ``_`` (says it in the reader's language), ``lang``, ``other_language`` (a code → this page's
    address in that language), ``version``."""
    chosen = language.of_request(request)

    def other_language(code: str) -> str:
        return path_with_replaced_args(request, {"lang": code}) if request else f"?lang={code}"

    return {"_": chosen.say, "lang": chosen, "other_language": other_language, "version": __version__}


@hookimpl
def permission_allowed(action: str, resource: Any) -> bool | None:
    """Tables and views that are not shown are refused, whatever their names; so is all SQL of readers' own."""
    if action == "view-table":
        return resource[1] in SHOWN
    return False if action == "execute-sql" else None


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """What ``?_search=`` looks for is written as the full-text table has it: without marks, d for đ."""
    conn.create_function("escape_fts", 1, lambda text: escape_fts(fold(text)), deterministic=True)


@hookimpl
def filters_from_request(request: Request) -> None:
    """``?_fts_table=`` would ask any table which rows' numbers a word has in another: also a withheld article's."""
    if any(name.startswith("_fts_") for name in request.args):
        raise BadRequest("_fts_table and _fts_pk are not for readers")


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """What went wrong, as a page or, for an address that ends so, as JSON; never a traceback."""
    status, sentence = _explained(request, exception)
    if status >= 500:
        logging.getLogger(__name__).error("%s: %s: %s", request.path, type(exception).__name__, exception)
    return lambda: _error(datasette, request, status, sentence)


@hookimpl(tryfirst=True)
def forbidden(datasette: Datasette, request: Request) -> Callable[[], Awaitable[Response]]:
    """The answer to a request for what is not shown."""
    return lambda: _error(datasette, request, 403, NOT_SHOWN)


async def _error(datasette: Datasette, request: Request, status: int, sentence: str) -> Response:
    said = language.of_request(request).say(sentence)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": said, "status": status}, status=status)
    context = {"status": status, "error": said}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)


NOT_FOUND = "There is no such page."
NOT_SHOWN = "That is not shown here."
NOT_UNDERSTOOD = "This address asks for something that cannot be understood."
TOO_LONG = "That would take too long. Ask for less: fewer words, one site, a shorter time."
NOT_NOW = "The archive cannot be read now. Please try again later."
WENT_WRONG = "Something went wrong here; the server's log says what."


def _explained(request: Request, exception: Exception) -> tuple[int, str]:
    """HTTP status and sentence for what was raised while a request was answered."""
    if isinstance(exception, NotFound):
        # Datasette's own say "Table not found" and the like.
        said = exception.args[0] if exception.args else None
        return 404, said if isinstance(said, str) and said.endswith(".") else NOT_FOUND
    if isinstance(exception, Forbidden):
        return 403, NOT_SHOWN
    if isinstance(exception, QueryInterrupted) or "interrupted" in str(exception).lower().split():
        return 503, TOO_LONG
    if isinstance(exception, DatasetteError):
        if exception.title == "SQL Interrupted":
            return 503, TOO_LONG
        cause = exception.__context__
        if isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            return 503, NOT_NOW
        return exception.status, str(exception.message)
    if isinstance(exception, Base400):
        return exception.status, str(exception)
    if request.path.startswith(f"/{DATABASE}") and isinstance(exception, _MISREAD):
        # Datasette takes what the address says for a number, a column, JSON …
        return 400, NOT_UNDERSTOOD
    if isinstance(exception, (sqlite3.DatabaseError, ArchiveError, OSError)):
        return 503, NOT_NOW
    return 500, WENT_WRONG


_MISREAD = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    sqlite3.ProgrammingError,
)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Lets in who may come in, and adds the headers every answer has."""
    hosts = frozenset(config(datasette).get("hosts") or ())
    return lambda app: Guard(app, hosts=hosts, cookie=language.COOKIE)
