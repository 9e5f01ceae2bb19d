"""What reads an archive's WARC files again, on one core and on two, each beside what does a part of its work."""

from __future__ import annotations

import hashlib
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.extraction.measure import forget
from benchmarks.performance.site import LISTING, page, path, picture
from newsarchive.archive.importing import Importing
from newsarchive.archive.intake import normalise_article
from newsarchive.archive.reextract import reextract
from newsarchive.archive.store import CAPTURE_COLUMNS, Archive
from newsarchive.archive.verify import Finding, verify
from newsarchive.archive.warc import Exchange, read_page
from newsarchive.extract.article import PageContext, extract
from newsarchive.items import Capture
from newsarchive.sites.profile import Profile, load_profile
from newsarchive.spiders.news import open_run

NAME, BASE = "sen-hong", "http://sen-hong.example.vn"
PAGES, MEGABYTES = "pages/s", "MB/s"


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do on so many cores (``once``: it knows no other number than one), how much of it there is, and of
    what."""

    name: str
    do: Callable[[int], object]
    amount: float
    unit: str
    once: bool = False


def works(folder: Path, pages: int) -> list[Work]:
    """All there is to do with an archive of so many pages, which is made."""
    size = fill(folder, pages, pages) / 1e6
    return [
        Work(
            "a plain loop: record read, page extracted, nothing kept",
            lambda _: plain_loop(folder),
            pages,
            PAGES,
            True,
        ),
        Work("`reextract`", lambda cores: read_anew(folder, cores), pages, PAGES),
        Work("`import warc`", lambda cores: take_in(folder, cores), pages, PAGES),
        Work("reading the files and their SHA-256", lambda _: read_and_hash(folder), size, MEGABYTES, True),
        Work("`gzip -t`: unpacked, checksums compared", lambda _: gzip_test(folder), size, MEGABYTES, True),
        Work("`verify`", lambda cores: verify_all(folder, cores), size, MEGABYTES),
    ]


def rates(works: list[Work], rounds: int) -> dict[str, tuple[float, float | None]]:
    """How much of each work is done in a second, on one core and on two; the works take turns."""
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for work in works:
            for cores in (1,) if work.once else (1, 2):
                took = timed(partial(work.do, cores))
                seconds.setdefault((work.name, cores), []).append(took)
    return {
        work.name: (
            work.amount / median(seconds[work.name, 1]),
            None if work.once else work.amount / median(seconds[work.name, 2]),
        )
        for work in works
    }


def fill(folder: Path, pages: int, pictures: int) -> int:
    """An archive of so many articles, recorded and read as a crawl does it, and so many pictures; no network.

    Returns the bytes of its WARC files.
    """
    profile = write_profile(folder)
    run = open_run(folder, profile)
    for number in range(1, pages + 1):
        capture = run.keep_exchange(_exchange(f"{BASE}{path(number)}", "text/html; charset=utf-8", page(number)))
        article = extract(page(number), capture.url, profile.rules(), _context(capture, "text/html; charset=utf-8"))
        normalise_article(article)
        run.archive.keep_article(article, site=NAME, capture=capture)
    for number in range(pictures):
        run.keep_exchange(_exchange(f"{BASE}/anh/{number}.jpg", "image/jpeg", picture(number)))
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


def timed(work: Callable[[], object]) -> float:
    """The seconds that it takes; what the extractor keeps of lines is forgotten before."""
    forget()
    begun = perf_counter()
    work()
    return perf_counter() - begun


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
        profiles = {NAME: write_profile(Path(other))}
        with Importing(Path(other), profiles, [NAME], print, workers=workers) as importing:
            for file in warc_files(folder):
                deque(importing.take(file), maxlen=0)
            importing.read()


def write_profile(folder: Path) -> Profile:
    """The made-up site's profile, in an archive's folder."""
    place = folder / "sites" / f"{NAME}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'title = "Quận Sen Hồng"\nlistings = ["{BASE}{LISTING}"]\n', encoding="utf-8")
    return load_profile(place)
