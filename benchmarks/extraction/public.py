"""The public article-extraction-benchmark: 181 news pages of many countries, judged by its own ``evaluate.py``.

It is not part of this repository: https://github.com/scrapinghub/article-extraction-benchmark, in a folder that the
command line names. Its pages are divided by their names, which are hashes, into two halves: what reads wrongly on one
may be looked at and mended, what the other shows is only counted.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType

from benchmarks.extraction.measure import Score, forget, read
from benchmarks.extraction.readers import Reader, Sheet

SEEN, UNSEEN = "developed on", "unseen"


class NotTheBenchmark(Exception):
    """The folder is not a checkout of the benchmark; the message says what it lacks."""


def sheets(folder: Path) -> list[tuple[Sheet, str]]:
    """Each page with its true body, in the order of their names. Raises :class:`NotTheBenchmark`."""
    for name in ("ground-truth.json", "evaluate.py", "html"):
        if not (folder / name).exists():
            raise NotTheBenchmark(f"{folder} has no {name}: it is no checkout of article-extraction-benchmark")
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    found = []
    for name in sorted(truth):
        with gzip.open(folder / "html" / f"{name}.html.gz", "rt", encoding="utf-8") as file:
            found.append((Sheet(name, file.read(), truth[name]["url"]), truth[name]["articleBody"]))
    return found


def scorer(folder: Path) -> ModuleType:
    """The benchmark's own ``evaluate.py``, as a module."""
    spec = importlib.util.spec_from_file_location("evaluate", folder / "evaluate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def half(name: str) -> str:
    """Which half a page belongs to, by the last digit of its name."""
    return SEEN if int(name[-1], 16) % 2 == 0 else UNSEEN


def judge(reader: Reader, pages: list[tuple[Sheet, str]], scorer: ModuleType) -> Score:
    """One extractor over the pages."""
    forget()
    score = Score()
    for sheet, truth in pages:
        body = read(reader, sheet, score).body
        score.bodies.append(scorer.string_shingle_matching(true=truth, pred=body))
    return score
