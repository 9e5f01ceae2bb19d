"""The door of the reading room: which requests come in, and what every answer carries. ASGI, nothing of Datasette.

Only ``GET`` and ``HEAD`` come in, under a name the room is called by, with no cookie but ours; of Datasette's own
``/-/`` pages, which tell of the machine, only its stylesheet and the like.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
LONGEST_ADDRESS = 8000
"""Octets of a path and a query (RFC 9110, 4.1: what everybody should be ready for)."""
_PATH = re.compile(rb"/(?!/)(?:[!-$&-\[\]-~]|%[0-9A-Fa-f]{2})*")
"""One slash first (with two, a redirect to the path leads to another host), then what RFC 3986 has: no bare ``%``."""
_HIDDEN = re.compile(rb"/(?:-(?!/static/)|_internal|_memory)(?:/|\.|$)")


class Guard:
    """An ASGI application that lets good requests through to another. ``hosts``: the names it is called by; none, any.

    ``cookie`` is the only one let through.
    """

    def __init__(self, app: App, *, hosts: frozenset[str], cookie: str):
        self.app = app
        self.hosts = hosts
        self.cookie = cookie.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def send_with_headers(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                present = {name.lower() for name, _ in message["headers"]}
                added = [(n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in present]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        if refused := self._refused(scope):
            await _answer(send_with_headers, *refused)
            return
        try:
            await self.app({**scope, "headers": list(self._kept(scope["headers"]))}, receive, send_with_headers)
        except asyncio.CancelledError:
            # The server ends, and who is still taking a file is left without its end: no news for the log.
            return
        except Exception as error:
            # What our pages raise is a page by now (plugin.handle_exception): this is Datasette's before or after it.
            logging.getLogger(__name__).error("%s: %s: %s", scope["path"], type(error).__name__, error)
            if not began:
                await _answer(send_with_headers, 500, "Something went wrong here; the server's log says what.")

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence for a request that does not come in."""
        path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
        if self.hosts and _called(scope) not in self.hosts:
            # Another site's name that leads here (DNS rebinding) would let that site's scripts read the archive.
            return 421, "This archive is not served under that name."
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "The archive is only read here: GET and HEAD."
        if len(path) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return 414, "This address is too long."
        if path.startswith(b"//") or _HIDDEN.match(path):
            return 404, "There is no such page."
        if not _PATH.fullmatch(path):
            return 400, "This address has characters in it that no address has."
        return None

    def _kept(self, headers: list[tuple[bytes, bytes]]) -> Any:
        """The headers without any other's cookies, which Datasette would take for its own or stumble over."""
        for name, value in headers:
            if name != b"cookie":
                yield name, value
                continue
            for pair in value.split(b";"):
                key, _, said = pair.strip().partition(b"=")
                if key == self.cookie and re.fullmatch(rb"[a-z]{2}", said):
                    yield name, key + b"=" + said


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = (sentence + "\n").encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _called(scope: Scope) -> str:
    """The name a request calls us by, without the port."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
