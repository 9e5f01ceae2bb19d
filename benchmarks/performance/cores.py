"""What reads an archive's WARC files again, on one core and on two, each beside what does a part of its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.preservation import measure

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
    size = measure.fill(folder, pages, pages) / 1e6
    return [
        Work(
            "a plain loop: record read, page extracted, nothing kept",
            lambda _: measure.plain_loop(folder),
            pages,
            PAGES,
            True,
        ),
        Work("`reextract`", lambda cores: measure.read_anew(folder, cores), pages, PAGES),
        Work("`import warc`", lambda cores: measure.take_in(folder, cores), pages, PAGES),
        Work("`gzip -t`: unpacked, checksums compared", lambda _: measure.gzip_test(folder), size, MEGABYTES, True),
        Work("`verify`", lambda cores: measure.verify_all(folder, cores), size, MEGABYTES),
    ]


def rates(all_works: list[Work], rounds: int) -> dict[str, tuple[float, float | None]]:
    """How much of each work is done in a second, on one core and on two; the works take turns."""
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for work in all_works:
            for cores in (1,) if work.once else (1, 2):
                took = measure.timed(lambda work=work, cores=cores: work.do(cores), 1)
                seconds.setdefault((work.name, cores), []).append(took)
    return {
        work.name: (
            work.amount / median(seconds[work.name, 1]),
            None if work.once else work.amount / median(seconds[work.name, 2]),
        )
        for work in all_works
    }
