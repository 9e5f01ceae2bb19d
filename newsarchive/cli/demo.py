"""``newsarchive demo``: the made-up district site of :mod:`newsarchive.demo`, served, crawled and shown in one go.

Made-up articles do not belong among real ones, so the demo has an archive of its own: the folder ``demo`` in the
archive's folder, or the folder that ``--archive`` names, which must then hold no other site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from errno import EADDRINUSE
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, command_line, folder, reading, say, show
from newsarchive.cli.crawl import crawl
from newsarchive.cli.searching import show_hit
from newsarchive.demo import DemoSite, profile_toml, serve
from newsarchive.demo.site import NAME
from newsarchive.research.evidence import why_this_date
from newsarchive.research.record import record
from newsarchive.research.search import search
from newsarchive.sites.profile import load_profile

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

SITE_DAY = date(2020, 11, 30)
"""The day the made-up site prints in its masthead: soon after its newest article, whenever the demo is run."""
QUERY = "hoc sinh"
"""What the report searches for: typed without marks, found with them."""


@click.command("demo")
@click.pass_context
def demo_command(context: click.Context) -> int:
    """Crawl a made-up district site on this machine and show what was kept.

    Nothing leaves this machine. The demo's archive is the folder demo in the archive's folder, or the one --archive
    names, which must hold no other site.
    """
    named = context.find_root().obj is not None
    path = folder(context) if named else folder(context) / "demo"
    _refuse_other_sites(path)
    profile = path / "sites" / f"{NAME}.toml"
    site, port = DemoSite(SITE_DAY), _port_of_last_time(profile)
    try:
        with serve(site, port) as base:
            _write_profile(profile, base)
            say(f"Serving {base}, a made-up site, and crawling it into {path}")
            _, status = crawl([load_profile(profile)], path)
    except OSError as error:
        if error.errno == EADDRINUSE:
            reason = f"port {port}, where its site was served last time, is in use; name another folder with --archive"
        else:
            reason = f"it cannot be made there ({error.strerror or error}); name a folder you may write with --archive"
        raise CommandError(f"{path}: no demo: {reason}", 3) from error
    if status > 1:
        return status
    with reading(path) as archive:
        return _report(archive, site, base)


def _refuse_other_sites(path: Path) -> None:
    others = {file.stem for file in (path / "sites").glob("*.toml")}
    if (path / "news.db").exists():
        with reading(path) as archive:
            others |= {row["name"] for row in archive.rows("SELECT name FROM sites")}
    others.discard(NAME)
    if others:
        raise CommandError(
            f"{path}: holds {', '.join(sorted(others)[:3])}, and made-up articles do not belong among others;"
            " name an empty folder with --archive, or leave --archive out",
            2,
        )


def _port_of_last_time(profile: Path) -> int:
    """The port in the profile that an earlier demo wrote, so that addresses stay the same; else 0: any free one."""
    try:
        found = re.search(r'"http://127\.0\.0\.1:(\d+)/', profile.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found[1]) if found and int(found[1]) < 2**16 else 0


def _write_profile(profile: Path, base: str) -> None:
    profile.parent.mkdir(parents=True, exist_ok=True)
    note = "# Written by `newsarchive demo`; the site answers only while that command runs.\n"
    profile.write_text(note + profile_toml(base), encoding="utf-8")


# -- the report ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kept:
    """Addresses by what the archive says of them."""

    articles: set[str]
    failed: dict[str, str]
    gone: set[str]

    @classmethod
    def of(cls, archive: Archive) -> _Kept:
        states = dict(map(tuple, archive.rows("SELECT url, state FROM frontier WHERE kind = 'article'")))
        reasons = dict(map(tuple, archive.rows("SELECT url, reason FROM failures ORDER BY rowid")))
        return cls(
            articles={row["url"] for row in archive.rows("SELECT url FROM articles WHERE state = 'live'")},
            failed={url: reasons.get(url, "") for url, state in states.items() if state == "failed"},
            gone={url for url, state in states.items() if state == "gone"},
        )


def _report(archive: Archive, site: DemoSite, base: str) -> int:
    """Print what was kept; the exit status: 0 where it is what the site has, its two bad pages included."""
    kept = _Kept.of(archive)
    missing = {article.url for article in site.truth(base)} - kept.articles
    as_meant = set(kept.failed) == _addresses(site, "empty", base) and kept.gone == _addresses(site, "gone", base)
    show(f"The archive {archive.folder}", bold=True)
    _show_counts(archive, kept)
    show("\nThree articles", bold=True)
    for article_id in _three(archive):
        _show_short(record(archive, article_id))
    hits = search(archive, QUERY, limit=3).hits
    show(f"\nA search for {QUERY}, typed without marks", bold=True)
    for hit in hits:
        show_hit(hit)
    _show_files(archive.folder)
    _show_next(archive.folder, _three(archive)[0])
    if missing or not as_meant or not hits:
        say("newsarchive: not what the demo site has:")
        for url in sorted(missing):
            say(f"  not kept: {url}")
        for url, reason in kept.failed.items():
            say(f"  failed: {url}: {reason}")
        return 1
    return 0


def _addresses(site: DemoSite, state: str, base: str) -> set[str]:
    return {base + path for path in site.paths(state)}


def _show_counts(archive: Archive, kept: _Kept) -> None:
    counts = archive.row(
        "SELECT (SELECT count(*) FROM images) AS images, (SELECT count(*) FROM links) AS links,"
        " (SELECT count(*) FROM captures) AS captures, min(date_earliest) AS first, max(date_latest) AS last,"
        " sum(date_source = 'bounds') AS bounds FROM articles"
    )
    assert counts is not None
    show(f"  {len(kept.articles)} articles, {counts['first']} to {counts['last']}")
    show(f"  {counts['images']} pictures, {counts['links']} links; {counts['captures']} answers kept as they were sent")
    show(f"  {counts['bounds']} of the articles show no day: their dates are the bounds that can be known")
    for url, reason in kept.failed.items():
        show(f"  1 page is broken, which is meant: {url}\n    {reason}; every crawl tries it again")
    for url in kept.gone:
        show(f"  1 page is gone, which is meant: {url}")


def _three(archive: Archive) -> list[int]:
    """Three articles that differ in what their dates rest on."""
    rows = archive.rows("SELECT min(id) AS id FROM articles GROUP BY date_source ORDER BY date_source LIMIT 3")
    return [row["id"] for row in rows]


def _show_short(article: dict[str, Any]) -> None:
    show(f"  [{article['id']}] {article['title']}")
    show(f"      {article['date']}: {why_this_date(article)[0]}")
    if article["byline"]:
        show(f"      by {article['byline']}")
    opening = article["body"].split("\n\n")[0]
    show(f"      {opening[:150]}{'…' if len(opening) > 150 else ''}")


def _show_files(path: Path) -> None:
    show("Files", bold=True)
    show(f"  {path / 'news.db'}  the articles: one SQLite file")
    for warc in sorted((path / "warc").glob("*/*.warc.gz")):
        show(f"  {warc}  the pages as they were sent")
    show(f"  {path / 'sites' / f'{NAME}.toml'}  what tells newsarchive of the site")


def _show_next(path: Path, article_id: int) -> None:
    show("\nNext", bold=True)
    for arguments in (
        ["search", "đảng viên"],
        ["show", str(article_id)],
        ["export", "--format", "csv", "--output", "sen-hong.csv"],
        ["status"],
    ):
        show(f"  {command_line('--archive', str(path), *arguments)}")
    lacking = "" if find_spec("datasette") else ", after `pip install 'newsarchive[web]'`"
    show(f"and in a browser{lacking}, until you press Ctrl-C:")
    show(f"  {command_line('--archive', str(path), 'serve')}")
    show(
        "and a district of your own, by `newsarchive sites new` and the page that lists its news; the sites there are:"
    )
    show(f"  {command_line('sites')}")
