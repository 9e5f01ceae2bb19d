"""The reading room in tests: on a real port, and in a real browser, Debian's Chromium."""

import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from newsarchive.web.serve import listen, reading_room

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('body *')].filter(part => {
    if (part.closest('.scroll, .rows, pre, .unseen, .skip') || !part.checkVisibility()) return false;
    const box = part.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 1 || box.left < -1);
  });
  const said = out.map(part => part.outerHTML.slice(0, 120));
  const page = document.documentElement.scrollWidth;
  if (page > wide) said.push(`the page is ${page} wide`);
  return said;
}"""


def sticking_out(page):
    """What lies beyond the window's sides, but for what is scrolled in a box of its own."""
    return page.evaluate(_STICKING_OUT)


@contextmanager
def served(folder):
    """The reading room of an archive's folder; gives its address, without a slash at the end."""
    room = reading_room(Path(folder), hosts=frozenset({"127.0.0.1", "localhost"}))
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(room.app(), log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        host, port = listening.getsockname()
        for _ in range(500):
            if server.started:
                break
            time.sleep(0.01)
        try:
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
            for database in room.databases.values():
                database.close()
            room.executor.shutdown()
