"""How long a command's process lives that has next to nothing to do."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

OURS = ("-m", "newsarchive")
HELP, SEARCH = "`newsarchive --help`", "`newsarchive search`, 20 articles"


@dataclass(frozen=True, slots=True)
class Started:
    """Milliseconds from start to end, and the processor's in them."""

    milliseconds: float
    cpu: float


def measure(archive: Path, word: str, times: int) -> dict[str, Started]:
    """The median of so many starts of each, in turns; the search has a small archive."""
    commands = {
        "`python -c pass`": ("-c", "pass"),
        "`python -c 'import sqlite3, click'`": ("-c", "import sqlite3, click"),
        HELP: (*OURS, "--help"),
        SEARCH: (*OURS, "--archive", str(archive), "search", word),
    }
    taken: dict[str, list[Started]] = {name: [] for name in commands}
    for _ in range(times):
        for name, arguments in commands.items():
            taken[name].append(_start(arguments))
    return {
        name: Started(median(s.milliseconds for s in started), median(s.cpu for s in started))
        for name, started in taken.items()
    }


def _start(arguments: tuple[str, ...]) -> Started:
    before, begun = _cpu(), perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return Started(1000 * (perf_counter() - begun), 1000 * (_cpu() - before))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
