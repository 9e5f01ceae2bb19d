"""``newsarchive serve``: the reading room, the archive in a browser."""

from __future__ import annotations

import ipaddress

import click

from newsarchive.cli.common import CommandError, folder, reading, say

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; others than loopback let others in.",
)
@click.pass_context
def serve_command(context: click.Context, port: int, host: str) -> int:
    """Show the archive in a browser until interrupted (Ctrl-C). Reads only, also while a crawl writes.

    Only this machine can call it, unless --host says otherwise: then everybody who can reach that address can read
    the archive, so put a web server with encryption and, where wanted, a password in front of it.
    """
    path = folder(context)
    with reading(path):
        pass  # what is wrong with the archive is said by one sentence
    try:
        from newsarchive.web.serve import listen, reading_room, run
    except ModuleNotFoundError as error:
        lacking = (error.name or "").partition(".")[0]
        if lacking == "newsarchive":
            raise
        raise CommandError(
            f"the reading room needs {lacking}, which is not installed; install it with"
            " `pip install 'newsarchive[web]'`",
            2,
        ) from error
    try:
        listening = listen(host, port)
    except OSError as error:
        raise CommandError(
            f"cannot listen on {host}, port {port} ({error.strerror or error}); another program may hold it: name"
            " another with --port, or 0 for any",
            2,
        ) from error
    with listening:
        bound = listening.getsockname()[1]
        room = reading_room(path, hosts=_LOOPBACK_NAMES if _is_loopback(host) else frozenset())
        shown = f"[{host}]" if ":" in host else host
        say(f"newsarchive: the reading room of {path} is at http://{shown}:{bound}/ ; end it with Ctrl-C")
        run(room, listening)
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
