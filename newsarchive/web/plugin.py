"""What Datasette is told of the reading room: its addresses, the headers of every answer, what templates may use.

A page is a function ``(archive, request) -> context`` in ``pages/``; it runs in one of Datasette's threads, on that
thread's read-only connection. What it raises as :class:`LookupError` is answered with "not found".
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request

from newsarchive import __version__
from newsarchive.archive.store import Archive
from newsarchive.web import language
from newsarchive.web.pages import front, search

Context = dict[str, Any]
Page = Callable[[Archive, Request], Context]
View = Callable[[Datasette, Request], Awaitable[Response]]

Answer = TypeVar("Answer")

DATABASE = "news"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "frame-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page of ours may load: our own files, nothing inline, nothing from elsewhere (CSP Level 3)."""
_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # A reader's way through the archive is nobody's business, least of all that of the sites it links to.
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def page(template: str, read: Page) -> View:
    """A view of Datasette that shows what a page's function reads."""

    async def view(datasette: Datasette, request: Request) -> Response:
        context = await ask(datasette, lambda archive: read(archive, request))
        response = Response.html(await datasette.render_template(template, {"ours": True, **context}, request=request))
        if (code := request.args.get("lang")) in language.NAMES:
            response.set_cookie(language.COOKIE, code, max_age=language.COOKIE_SECONDS, samesite="lax", httponly=True)
        response.headers["vary"] = "Accept-Language"
        return response

    return view


async def ask(datasette: Datasette, read: Callable[[Archive], Answer]) -> Answer:
    """What a function reads from the archive, in a thread of Datasette's. :class:`LookupError` becomes "not found"."""
    folder = Path(config(datasette)["folder"])
    try:
        answer: Answer = await datasette.get_database(DATABASE).execute_fn(
            lambda connection: read(Archive(folder, connection))
        )
    except LookupError as error:
        raise NotFound(str(error)) from error
    return answer


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
    ]


@hookimpl
def extra_template_vars(request: Request | None) -> Context:
    """For every template: ``_`` (says it in the reader's language), ``lang``, ``other_language`` (a code → this page's
    address in that language), ``version``."""
    chosen = language.of_request(request)

    def other_language(code: str) -> str:
        return path_with_replaced_args(request, {"lang": code}) if request else f"?lang={code}"

    return {"_": chosen.say, "lang": chosen, "other_language": other_language, "version": __version__}


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """What went wrong, as a page or, for an address that ends so, as JSON; never a traceback."""

    async def answer() -> Response:
        status = getattr(exception, "status", 500)
        message = getattr(exception, "message", None) or str(exception)
        if status >= 500:
            logging.getLogger(__name__).error("%s: %s: %s", request.path, type(exception).__name__, message)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": status}, status=status)
        context = {"ours": True, "status": status, "error": message}
        return Response.html(await datasette.render_template("error.html", context, request=request), status=status)

    return answer


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Adds the headers every answer has, and answers only to the names the room is called by."""
    hosts = frozenset(config(datasette).get("hosts") or ())

    def wrap(app: Any) -> Any:
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            if hosts and _called(scope) not in hosts:
                # Another site's name that leads here (DNS rebinding) would let that site's scripts read the archive.
                await Response.text("This archive is not served under that name.\n", status=421).asgi_send(send)
                return

            if scope["path"].startswith("//"):
                # Datasette would take the slash off its end and redirect there: to another host.
                await Response.text("There is no such page.\n", status=404).asgi_send(send)
                return

            async def send_with_headers(message: Any) -> None:
                if message["type"] == "http.response.start":
                    present = {name.lower() for name, _ in message["headers"]}
                    added = [(n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in present]
                    message = {**message, "headers": [*message["headers"], *added]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return guarded

    return wrap


def _called(scope: Any) -> str:
    """The name a request calls us by, without the port."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
