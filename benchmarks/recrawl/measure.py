"""The measuring; no printing here. Each crawl has a process of its own, in which it takes place at a given time."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.processes import alone
from benchmarks.recrawl.site import LISTING, PrintedSite, serving
from newsarchive.sites.profile import load_profile

NAME = "sen-hong"
FIRST_VISIT = datetime(2021, 6, 30, 20, 15, tzinfo=UTC)
"""A quarter past three at night in Vietnam; the newest article is of the day that is over."""

Way = Callable[[Path, str, datetime], None]
"""What visits a site: from a folder, at an address, at a time."""


@dataclass(frozen=True, slots=True)
class Case:
    """What happens to the site between two visits: articles are ``new`` or ``edited``, and ``days`` go by."""

    words: str
    new: int = 0
    edited: int = 0
    days: int = 1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a visit cost the site: requests, how many of them it answered with a ``whole`` page, the bytes of all
    answers; and how many of the ``changed`` articles were among these pages (``found``)."""

    requests: int
    whole: int
    bytes: int
    changed: int
    found: int


def cases(count: int) -> list[Case]:
    """The cases for a site of so many articles: nothing happens, a hundredth is published, a hundredth edited."""
    some = max(count // 100, 1)
    return [
        Case("nothing"),
        # Two articles are printed a day.
        Case(f"new: {some}, in {-(-some // 2)} days", new=some, days=-(-some // 2)),
        Case(f"edited: {some}", edited=some),
    ]


def measure(folder: Path, count: int) -> Iterator[tuple[str, str, Cost]]:
    """Each second visit as it is done: the case in words, the way in words, and its cost; first visits come first.

    A way starts each time from a copy of what its first visit left. ``crawl --full`` has the same first visit as
    ``crawl``; without ``wget`` there is none of it.
    """
    site = PrintedSite(count, FIRST_VISIT)
    firsts: dict[str, tuple[Way, list[tuple[str, Way]]]] = {
        "crawl": (crawl, [("`crawl`", crawl), ("`crawl --full`", partial(crawl, full=True))])
    }
    if wget_version():
        firsts["wget"] = (wget, [("`wget -N`", wget), ("`wget -N` with HEAD", partial(wget, head=True))])
    with serving(site) as base:
        for name, (first, _) in firsts.items():
            yield "all is new", f"`{name}`, first visit", visit(folder / name, site, base, first, FIRST_VISIT)
        for case in cases(count):
            for name, (_, ways) in firsts.items():
                for words, way in ways:
                    yield case.words, words, _again(folder / name, site, base, way, case)


def _again(first: Path, site: PrintedSite, base: str, way: Way, case: Case) -> Cost:
    """A second visit; the first's folder and the site are as before afterwards."""
    folder = first.with_name("second")
    shutil.copytree(first, folder)
    at = FIRST_VISIT + timedelta(days=case.days)
    site.publish(case.new)
    # One in so many, the newest too: the listing shows nothing of it.
    site.edit(list(range(site.count, 0, -site.count // case.edited)) if case.edited else [], at - timedelta(hours=1))
    try:
        return visit(folder, site, base, way, at)
    finally:
        site.reset()
        shutil.rmtree(folder)


def visit(folder: Path, site: PrintedSite, base: str, way: Way, at: datetime) -> Cost:
    """One visit of a served site, and its cost."""
    site.log.clear()
    way(folder, base, at)
    log, changed = list(site.log), site.changed
    whole = [answer for answer in log if answer.whole]
    found = {answer.path for answer in whole} & changed
    return Cost(len(log), len(whole), sum(answer.bytes for answer in log), len(changed), len(found))


def crawl(folder: Path, base: str, at: datetime, *, full: bool = False) -> None:
    """A crawl of the site into the archive in a folder, as if it were a certain time."""
    alone(_crawl, folder, base, f"{at:%Y-%m-%dT%H:%M:%SZ}", full)


def _crawl(folder: Path, base: str, now: str, full: bool) -> None:
    from newsarchive.cli.crawl import crawl as crawl_sites
    from newsarchive.spiders import news

    place = folder / "sites" / f"{NAME}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'title = "Quận Sen Hồng"\nlistings = ["{base}{LISTING}"]\ndelay = 0\n', encoding="utf-8")
    news.open_run = partial(news.open_run, clock=lambda: now)
    runs, status = crawl_sites([load_profile(place)], folder, full=full, lines=False)
    if status:
        raise RuntimeError(runs[0]["detail"])


def wget_version() -> str | None:
    """What ``wget`` calls itself ("GNU Wget 1.21.3"); None where it is not installed."""
    if shutil.which("wget") is None:
        return None
    words = subprocess.run(["wget", "--version"], capture_output=True, text=True, check=True).stdout.split()
    return " ".join(words[:3])


def wget(folder: Path, base: str, at: datetime, *, head: bool = False) -> None:
    """The site's news mirrored into a folder by wget: what the server has no newer of is left as it is.

    By itself wget asks with If-Modified-Since, and goes on from no page that is answered 304; with ``head`` it asks by
    HEAD, and goes on from the page it has. Of the time it knows only what the server says. Raises
    :class:`subprocess.CalledProcessError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = ["--no-config", "--quiet", "--no-proxy", "--timestamping", "--recursive", "--level=inf", "--no-parent"]
    asked += ["--no-if-modified-since"] * head
    subprocess.run(["wget", *asked, f"--directory-prefix={folder}", f"{base}{LISTING}"], check=True)
