"""How a district's site does, in a few words for readers. What is said to the archivist is in research/health.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

GOOD, PLAIN, BAD = "good", "plain", "bad"
WORDS = {
    "well": ("✓", GOOD, "read as ever"),
    "quiet": ("…", PLAIN, "silent for longer than usual"),
    "changed": ("!", BAD, "its pages changed and are read worse"),
    "sick": ("!", BAD, "cannot be read, wholly or in part"),
    "lost": ("✕", BAD, "its address is somebody else’s now"),
    "moved": ("→", BAD, "leads to another address"),
    "stopped": ("!", BAD, "its crawl was broken off"),
    "late": ("…", PLAIN, "not crawled for longer than usual"),
    "never": ("–", PLAIN, "not crawled by this archive"),
    "kept": ("–", PLAIN, "no longer crawled; what was kept stays"),
}
"""State (:data:`newsarchive.research.health.STATES`) → a sign, what sort of news it is, and words: never a colour
alone."""


def health(state: dict[str, Any] | None, folder: Path) -> dict[str, Any] | None:
    """A site's state as pages show it; a reader is not told where on the machine its files lie."""
    if state is None:
        return None
    sign, sort, words = WORDS[state["state"]]
    run = state["last_run"]
    return {
        "state": state["state"],
        "sign": sign,
        "sort": sort,
        "words": words,
        "crawled": run["started_at"][:10] if run else None,
        "since": (state["since"] or "")[:10],
        "reason": (state["reason"] or "").replace(f"{folder}/", ""),
        "next": (state["next"] or "").replace(f"{folder}/", ""),
    }
