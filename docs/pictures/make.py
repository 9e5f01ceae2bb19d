"""Takes the pictures in this folder anew: the demo's archive in the reading room, as Debian's Chromium shows it.

``make pictures`` runs it. The site is crawled twice, and one of its articles is another the second time, so that there
is a version to compare; its pictures, a grey dot in the demo, are drawn here. Look at the pictures before they are
committed.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from newsarchive.archive.store import Archive
from newsarchive.demo import DemoSite, Response, profile_toml, serve

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from readingroom import CHROMIUM, FLAGS, served

PORT = 8018
"""Where the made-up site is served: its articles' addresses have it."""
DAY = date(2020, 11, 30)
OLD, NEW = "gọi tên", "vinh danh"
"""Words of the title of the article that changes."""
TITLE = "Hội thi “Bếp ăn bán trú an toàn”"
DESK: dict[str, Any] = {"viewport": {"width": 1100, "height": 780}, "locale": "en-GB"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 760}, "locale": "vi-VN", "device_scale_factor": 2}


PAINTING = """<body style="margin:0"><svg width="640" height="400" xmlns="http://www.w3.org/2000/svg">
<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#bcd9ea"/><stop offset="1" stop-color="#f7e9d3"/>
</linearGradient></defs><rect width="640" height="400" fill="url(#sky)"/>
<circle cx="500" cy="110" r="42" fill="#fff3c9"/>
<path d="M0 250 Q160 190 330 240 T640 220 V400 H0Z" fill="#7fa08a"/>
<rect y="270" width="640" height="130" fill="#6d93a8"/>
<g fill="#4f7d57"><ellipse cx="190" cy="350" rx="120" ry="24"/><ellipse cx="430" cy="330" rx="90" ry="18"/></g>
<g fill="#e58fab"><path d="M190 345 Q120 320 105 265 Q165 275 190 345Z"/>
<path d="M190 345 Q260 320 275 265 Q215 275 190 345Z"/>
</g><g fill="#f0b3c6"><path d="M190 345 Q145 290 160 230 Q195 270 190 345Z"/>
<path d="M190 345 Q235 290 220 230 Q185 270 190 345Z"/>
</g><path d="M190 345 Q165 275 190 215 Q215 275 190 345Z" fill="#f8d0dc"/></svg></body>"""
"""The picture of every article: a lotus."""


def main() -> None:
    """Crawl, serve and take all pictures."""
    if CHROMIUM is None:
        sys.exit("no Chromium here (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name) / "demo"
        desk = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--lang=en-GB"])
        phone = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--lang=vi"])
        canvas = desk.new_page(viewport={"width": 640, "height": 400})
        canvas.set_content(PAINTING)
        crawl_twice(folder, canvas.screenshot(type="jpeg", quality=85))
        with Archive.read(folder) as archive:
            row = archive.row("SELECT id, capture_id FROM articles WHERE title LIKE ?", f"{TITLE}%")
            assert row is not None
            article, capture = row
        with served(folder) as address:

            def take(name: str, path: str, to: str | None = None, browser: Browser = desk, **options: Any) -> None:
                """What a window shows at an address, pushed to an element, as a file in this folder."""
                page = browser.new_page(**(PHONE if browser is phone else DESK), **options)
                page.goto(address + path, wait_until="networkidle")
                if to:
                    page.locator(to).evaluate("part => part.scrollIntoView()")
                    page.wait_for_load_state("networkidle")
                page.screenshot(path=HERE / f"{name}.png")
                page.close()

            take("front", "/")
            take("search", f"/search?q={quote('hoc sinh')}&since=2019")
            take("article", f"/article/{article}")
            take("evidence", f"/article/{article}", "#cite")
            take("version", f"/article/{article}/version/2")
            take("timeline", "/timeline")
            take("captured", f"/capture/{capture}", "section:has(iframe)")
            take("phone", f"/search?q={quote('học sinh')}", browser=phone)
            take("dark", f"/article/{article}?q={quote('bán trú')}", browser=phone, color_scheme="dark")


def crawl_twice(folder: Path, picture: bytes) -> None:
    """The archive of the demo's site, and a second look at it, when it has changed one article."""
    profile = folder / "sites" / "sen-hong.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text(profile_toml(f"http://127.0.0.1:{PORT}"), encoding="utf-8")
    site, old, new = DemoSite(DAY), f"{TITLE} {OLD}".encode(), f"{TITLE} {NEW}".encode()

    def first(path: str) -> Response:
        answer = site.handle(path)
        return replace(answer, body=picture) if answer.headers.get("Content-Type") == "image/jpeg" else answer

    def second(path: str) -> Response:
        answer = first(path)
        return replace(answer, body=answer.body.replace(old, new))

    for answers, options in ((first, []), (second, ["--full", "--no-images"])):
        with serve(site, PORT, fault=answers):
            newsarchive(folder, "crawl", "sen-hong", *options)


def newsarchive(folder: Path, *words: str) -> None:
    """Run the command on the archive; the demo's broken page makes its crawls end with 1."""
    command = [sys.executable, "-m", "newsarchive", "--archive", str(folder), *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if done.returncode > 1:
        sys.exit(done.stderr)


if __name__ == "__main__":
    main()
