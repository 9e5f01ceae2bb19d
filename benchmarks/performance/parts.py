"""The parts that can be measured by themselves: each gives its table and says whether the aim is met."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.performance import crawling, reading, starting, storing
from benchmarks.performance.report import Options, aim, table
from benchmarks.performance.ways import OURS, SELECTORS, UNRECORDED, WAYS

MOST_MEMORY, GROWTH = 200, 1.1
"""MB of a crawl's process; how many times that of the small site the large one's may be and count as the same."""
TWO_CORES = 1.8
HELP = 300
"""Milliseconds."""
_STARTS = 7
"""Starts of each command a round."""


def crawl(options: Options) -> str:
    """Pages a second, and the processor's time a page."""
    crawls = crawling.crawl_all(WAYS | UNRECORDED, options.pages, options.rounds)
    rate = {name: median(c.pages / c.seconds for c in done) for name, done in crawls.items()}
    cpu = {name: median(1000 * c.cpu / c.pages for c in done) for name, done in crawls.items()}
    return "\n\n".join(
        (
            f"{options.pages} articles, {_rounds(options)}.",
            table(
                ("", "pages/s", "CPU, ms a page"),
                [(name, f"{rate[name]:.0f}", f"{cpu[name]:.1f}") for name in crawls],
            ),
            aim(
                "as many pages/s as Scrapy with six CSS selectors and JSON Lines",
                rate[OURS] >= rate[SELECTORS],
                f"{rate[OURS]:.0f} of {rate[SELECTORS]:.0f}, {cpu[OURS] / cpu[SELECTORS]:.1f} times the CPU",
            ),
        )
    )


def memory(options: Options) -> str:
    """The most memory of the crawling process, on a small site and on a large one."""
    sizes = (options.pages, options.big)
    crawls = [crawling.crawl_all(WAYS, size, 1) for size in sizes]
    small, large = (done[OURS][0].memory for done in crawls)
    return "\n\n".join(
        (
            f"{sizes[0]} and {sizes[1]} articles, one crawl each.",
            table(
                ("", *(f"MB, {size}" for size in sizes), *(f"CPU, ms a page, {size}" for size in sizes)),
                [
                    (
                        name,
                        *(f"{done[name][0].memory:.0f}" for done in crawls),
                        *(f"{1000 * done[name][0].cpu / done[name][0].pages:.1f}" for done in crawls),
                    )
                    for name in crawls[0]
                ],
            ),
            aim(
                f"under {MOST_MEMORY} MB, not growing with the site",
                large < MOST_MEMORY and large < GROWTH * small,
                f"{small:.0f} MB and {large:.0f} MB",
            ),
        )
    )


def store(options: Options) -> str:
    """Articles stored a second."""
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        taken = storing.measure(Path(folder), options.pages, options.rounds)
    rate = {name: options.pages / median(s.seconds for s in done) for name, done in taken.items()}
    cpu = {name: 1000 * median(s.cpu for s in done) / options.pages for name, done in taken.items()}
    return "\n\n".join(
        (
            f"{options.pages} articles, one transaction each, {_rounds(options)}.",
            table(
                ("", "articles/s", "CPU, ms an article"),
                [(name, f"{rate[name]:.0f}", f"{cpu[name]:.2f}") for name in taken],
            ),
        )
    )


def many_cores(options: Options) -> str:
    """What uses all cores, on one and on two."""
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        works = reading.works(Path(folder) / "archive", options.pages)
        rates = reading.rates(works, options.rounds)
    units = {work.name: work.unit for work in works}
    times = {name: two / one for name, (one, two) in rates.items() if two}
    return "\n\n".join(
        (
            f"{options.pages} pages and as many pictures of 100 KB, {_rounds(options)}.",
            table(
                ("", "", "one core", "two cores", "times"),
                [
                    (name, units[name], f"{one:.0f}", f"{two:.0f}" if two else "", f"{times[name]:.2f}" if two else "")
                    for name, (one, two) in rates.items()
                ],
            ),
            aim(
                f"{TWO_CORES} times as fast on two cores",
                all(value >= TWO_CORES for value in times.values()),
                ", ".join(f"{name} {value:.2f}" for name, value in times.items()),
            ),
        )
    )


def start(options: Options) -> str:
    """How long a command takes to start."""
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        archive = Path(folder) / "archive"
        profile, items = storing.ready(archive, 20)
        storing.store(archive, profile, items)
        started = starting.measure(archive, "hẻm", _STARTS * options.rounds)
    return "\n\n".join(
        (
            f"{_STARTS * options.rounds} starts of each in turns, the median.",
            table(
                ("", "ms", "CPU, ms"),
                [(name, f"{s.milliseconds:.0f}", f"{s.cpu:.0f}") for name, s in started.items()],
            ),
            aim(
                "0.3 s to help",
                started[starting.HELP].milliseconds < HELP,
                f"{started[starting.HELP].milliseconds / 1000:.2f} s",
            ),
        )
    )


def _rounds(options: Options) -> str:
    return "one round" if options.rounds == 1 else f"{options.rounds} rounds in turns, the median"


PARTS: dict[str, Callable[[Options], str]] = {
    "crawl": crawl,
    "memory": memory,
    "store": store,
    "cores": many_cores,
    "start": start,
}
"""By the name that ``--only`` takes, and that a page has the table's place under."""
