"""The measuring; no printing here. Each measured crawl has a process of its own, the site it asks another."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from benchmarks.extraction.measure import forget
from benchmarks.preservation.site import LISTING, Site, page, path, picture
from newsarchive.archive.importing import Importing
from newsarchive.archive.intake import normalise_article
from newsarchive.archive.reextract import reextract
from newsarchive.archive.run import CrawlRun
from newsarchive.archive.store import CAPTURE_COLUMNS, Archive
from newsarchive.archive.verify import Finding, verify
from newsarchive.archive.warc import Exchange, read_page
from newsarchive.demo import serve
from newsarchive.extract.article import PageContext, extract
from newsarchive.items import Capture
from newsarchive.recorder import CAPTURE
from newsarchive.sites.profile import Profile, load_profile
from newsarchive.spiders.news import open_run

NAME = "sen-hong"
_processes = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Crawled:
    """How long a crawl took, and the processor's time in it, for so many articles."""

    articles: int
    seconds: float
    cpu: float


class NoRecorder:
    """In the recorder's place: gives every page one and the same made-up capture, and writes nothing."""

    def __init__(self, run: CrawlRun) -> None:
        made_up = Capture(0, "http://x/", "2021-01-01T00:00:00Z", 200, "text/html", "sha256:", "x.warc.gz", 0, 0)
        made_up.id = run.archive.keep_capture(made_up, run.id)
        self.capture = made_up

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connect to the signal that the recorder hears."""
        instead = cls(crawler.spider.run)  # type: ignore[union-attr]
        crawler.signals.connect(instead.pass_on, signal=signals.response_downloaded, weak=False)
        return instead

    def pass_on(self, response: Response, request: Request, spider: Spider) -> None:
        """What the recorder does for the spider."""
        request.meta[CAPTURE] = self.capture


def write_profile(folder: Path, base: str) -> Profile:
    """The made-up site's profile, in an archive's folder."""
    place = folder / "sites" / f"{NAME}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(
        f'title = "Quận Sen Hồng"\nlistings = ["{base}{LISTING}"]\ndelay = 0\nconcurrency = 1\n', encoding="utf-8"
    )
    return load_profile(place)


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """A site in a process of its own; gives its address."""
    here, there = _processes.Pipe()
    process = _processes.Process(target=_serve, args=(site, there))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send(None)
        process.join()


def _serve(site: Site, pipe: Connection) -> None:
    with serve(site) as base:  # type: ignore[arg-type]
        pipe.send(base)
        pipe.recv()


def crawl(folder: Path, base: str, *, recorded: bool) -> Crawled:
    """One crawl of the whole site in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=_processes) as pool:
        return pool.submit(_crawl, folder, base, recorded).result()


def _crawl(folder: Path, base: str, recorded: bool) -> Crawled:
    from newsarchive import settings
    from newsarchive.cli.crawl import crawl as crawl_sites

    if not recorded:
        del settings.EXTENSIONS["newsarchive.recorder.Recorder"]
        settings.EXTENSIONS["benchmarks.preservation.measure.NoRecorder"] = 0
    profile = write_profile(folder, base)
    began, cpu = time.perf_counter(), time.process_time()
    runs, _ = crawl_sites([profile], folder, lines=False)
    return Crawled(runs[0]["articles_new"], time.perf_counter() - began, time.process_time() - cpu)


def fill(folder: Path, pages: int, pictures: int) -> int:
    """An archive of so many articles, recorded and read as a crawl does it, and so many pictures; no network.

    Returns the bytes of its WARC files.
    """
    base = "http://sen-hong.example.vn"
    profile = write_profile(folder, base)
    run = open_run(folder, profile)
    for number in range(1, pages + 1):
        capture = run.keep_exchange(_exchange(f"{base}{path(number)}", "text/html; charset=utf-8", page(number)))
        article = extract(page(number), capture.url, profile.rules(), _context(capture, "text/html; charset=utf-8"))
        normalise_article(article)
        run.archive.keep_article(article, site=NAME, capture=capture)
    for number in range(pictures):
        run.keep_exchange(_exchange(f"{base}/anh/{number}.jpg", "image/jpeg", picture(number)))
    run.finish("complete", "")
    return sum(file.stat().st_size for file in warc_files(folder))


def _exchange(url: str, media_type: str, body: bytes) -> Exchange:
    headers = [("Content-Type", media_type), ("Content-Length", str(len(body)))]
    asked = [("Host", "sen-hong.example.vn")]
    return Exchange(url, "2021-06-30T02:00:00Z", "GET", asked, 200, "HTTP/1.1", headers, body)


def _context(capture: Capture, media_type: str | None) -> PageContext:
    return PageContext(content_type=media_type, fetched_at=datetime.fromisoformat(capture.fetched_at))


def warc_files(folder: Path) -> list[Path]:
    """An archive's WARC files."""
    return sorted((folder / "warc").rglob("*.warc.gz"))


def timed(work: Callable[[], object], rounds: int) -> float:
    """The median of so many rounds, in seconds; what the extractor keeps of lines is forgotten before each."""
    times = []
    for _ in range(rounds):
        forget()
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def verify_all(folder: Path, workers: int) -> None:
    """``verify``; there must be nothing to find."""
    if found := [finding for finding in verify(folder, workers=workers) if isinstance(finding, Finding)]:
        raise AssertionError(found)


def gzip_test(folder: Path) -> None:
    """``gzip -t`` of the same files: unpacks them and compares their checksums."""
    subprocess.run(["gzip", "-t", *warc_files(folder)], check=True)


def read_and_hash(folder: Path) -> None:
    """The same files read, and their SHA-256."""
    for file in warc_files(folder):
        with file.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")


def plain_loop(folder: Path) -> None:
    """Each page's record read and extracted, one after the other; nothing compared, nothing kept."""
    rules = load_profile(folder / "sites" / f"{NAME}.toml").rules()
    with Archive.read(folder) as archive:
        for row in archive.rows(f"SELECT {CAPTURE_COLUMNS} FROM captures WHERE media_type = 'text/html' ORDER BY id"):
            capture = Capture(*row)
            headers, body = read_page(archive.warc_folder, capture)
            extract(body, capture.url, rules, _context(capture, headers.get_header("Content-Type")))


def read_anew(folder: Path, workers: int) -> None:
    """``reextract``, with all it compares and keeps."""
    profile = load_profile(folder / "sites" / f"{NAME}.toml")
    for _ in reextract(folder, {NAME: profile}, workers=workers):
        pass


def take_in(folder: Path, workers: int) -> None:
    """Import the archive's WARC files into an archive that has nothing but the profile."""
    with TemporaryDirectory(prefix="newsarchive-") as other:
        profiles = {NAME: write_profile(Path(other), "http://sen-hong.example.vn")}
        with Importing(Path(other), profiles, [NAME], print, workers=workers) as importing:
            for file in warc_files(folder):
                deque(importing.take(file), maxlen=0)
            importing.read()
