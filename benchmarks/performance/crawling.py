"""How long crawls of one site take, the processor's time in them, and the memory of their processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.performance.site import PAGE_SIZE, Site, serving
from benchmarks.performance.ways import Way
from benchmarks.processes import alone
from newsarchive.archive.store import Archive


@dataclass(frozen=True, slots=True)
class Crawled:
    """How long a crawl of so many ``pages`` took, the processor's time in it (both in seconds), and the most memory
    (MB) of its process."""

    pages: int
    seconds: float
    cpu: float
    memory: float


def crawl(way: Way, articles: int, base: str) -> Crawled:
    """One crawl of the whole site in a process of its own. Raises :class:`RuntimeError` where it did not get all."""
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        # As every crawl but the first finds it. To make one loads sqlite-utils, which loads pandas where there is one.
        Archive.create(folder).close()
        (got, seconds, cpu), memory = alone(way, Path(folder), base)
    if got != articles:
        raise RuntimeError(f"{way.__name__}: {got} articles of {articles}")
    return Crawled(articles + -(-articles // PAGE_SIZE), seconds, cpu, memory)


def crawl_all(ways: dict[str, Way], articles: int, rounds: int) -> dict[str, list[Crawled]]:
    """The crawls of each way; the ways take turns."""
    crawls: dict[str, list[Crawled]] = {name: [] for name in ways}
    with serving(Site(articles)) as base:
        for _ in range(rounds):
            for name, way in ways.items():
                crawls[name].append(crawl(way, articles, base))
    return crawls
