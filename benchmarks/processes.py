"""Work measured in a process of its own, so that its memory and its processor's time are its alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_processes = get_context("spawn")


def alone(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a function gives in a new process, and the most memory (MB) that process had; 0 where not known."""
    with ProcessPoolExecutor(1, mp_context=_processes) as pool:
        return pool.submit(_work, work, arguments).result()


def _work(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    return work(*arguments), memory("self", "VmHWM")


def memory(process: int | str, what: str) -> float:
    """Memory of a process in MB as Linux tells it: ``VmHWM`` the most it had, ``VmRSS`` what it has; else 0."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
