"""A profile tried: the very crawl, of a few pages, into a folder that is thrown away; and what it shows for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from newsarchive.archive.run import NOTHING
from newsarchive.cli.common import CommandError, reading
from newsarchive.cli.crawl import crawl
from newsarchive.research.export import records
from newsarchive.sites.profile import Profile

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    ``run`` is the row of ``runs``; ``articles`` those read, as the archive would keep them, with ``images`` and
    ``links``; ``failures`` (with reasons) and ``gone`` the addresses that were none; ``listings`` one object a listing:
    ``url``, ``articles`` (how many its first page shows), ``next`` (the address of its next page) and ``error``.
    """

    run: dict[str, Any]
    articles: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    gone: list[str]
    listings: list[dict[str, Any]]

    @property
    def unreachable(self) -> bool:
        """True where not one page could be had."""
        return bool(self.run["outcome"] == NOTHING)


def try_profile(profile: Profile, pages: int) -> Trial:
    """Crawl the newest articles of a site, so many in all, each listing's in turn. Nothing is kept.

    One process can do this once. Raises :class:`newsarchive.cli.common.CommandError` (3) where there is no room for it.
    """
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        runs, _ = crawl([profile], Path(folder), limit=pages, images=False, lines=False)
        if not runs:
            raise CommandError(f"{folder}: no room for a trial; see the reason above", 3)
        with reading(Path(folder)) as archive:
            return _result(archive, profile.listings, runs[0])


def _result(archive: Archive, listings: Sequence[str], run: dict[str, Any]) -> Trial:
    failures = [dict(row) for row in archive.rows("SELECT url, stage, reason FROM failures ORDER BY rowid")]
    errors = {failure["url"]: failure["reason"] for failure in failures}
    return Trial(
        run,
        articles=list(records(archive, archive.rows("SELECT * FROM articles ORDER BY id"))),
        failures=failures,
        gone=[row["url"] for row in archive.rows("SELECT url FROM frontier WHERE state = 'gone' ORDER BY rowid")],
        listings=[_listing(archive, url, errors.get(url)) for url in listings],
    )


def _listing(archive: Archive, url: str, error: str | None) -> dict[str, Any]:
    shown = archive.row("SELECT count(*) AS n FROM sightings WHERE listing_url = ?", url)
    following = archive.row("SELECT url FROM frontier WHERE kind = 'listing' AND found_on = ?", url)
    return {
        "url": url,
        "articles": shown["n"] if shown else 0,
        "next": following["url"] if following else None,
        "error": error,
    }
