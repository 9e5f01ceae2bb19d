"""``newsarchive sites check``: a profile tried now, field by field, and compared with what the archive holds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, command_line, folder, print_json, reading, say, show, show_table
from newsarchive.cli.trial import Trial, try_profile
from newsarchive.research.export import records
from newsarchive.research.fields import FieldReport, compare, judge
from newsarchive.sites.profile import Profile, ProfileError, load_site, site_files
from newsarchive.sites.urls import same_page

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

ENOUGH = 8
"""Articles the archive must hold of a site to say what is usual there."""
RECENT = 200
"""Of these the last are looked at: a site that changed its layout years ago is not what it was before."""
_ADDRESSES = 3
"""Addresses shown of the pages that something is wrong with; --json has all."""


@dataclass(slots=True)
class _Check:
    """What came of the trial and of the comparison with the archive.

    ``lost`` are, by field, the pages that have it no more; ``usual`` the reports on what the archive holds, ``held``
    how many articles these are of; ``needs`` sentences on what a person should look at.
    """

    trial: Trial
    reports: dict[str, FieldReport]
    lost: dict[str, list[str]]
    usual: dict[str, FieldReport] = field(default_factory=dict)
    held: int = 0
    needs: list[str] = field(default_factory=list)


def check_site(context: click.Context, site: str, limit: int, as_json: bool) -> int:
    """The command: see :func:`newsarchive.cli.sites.check_command`."""
    archive = folder(context)
    try:
        profile = load_site(site, archive)
    except ProfileError as error:
        raise CommandError(str(error), 2) from error
    say(f"{site}: reading up to {limit} articles, {profile.delay:g} s apart; nothing is stored")
    with _alone(archive, site):
        trial = try_profile(profile, limit)
    check = _judged(profile, trial, archive)
    if as_json:
        print_json(_as_object(site, check))
    else:
        _show(profile, check)
        _show_next(context, site, check, site_files(archive)[site], archive)
    if trial.unreachable:
        return 3
    return 1 if check.needs else 0


@contextlib.contextmanager
def _alone(archive: Path, site: str) -> Iterator[None]:
    """While no crawl of the site is at work: two at once would not be polite. Raises (4) where one is."""
    from newsarchive.archive.locks import SiteBusyError, SiteLock
    from newsarchive.archive.store import ArchiveError

    if not (archive / "locks").is_dir():
        yield
        return
    try:
        lock = SiteLock(archive, site)
    except SiteBusyError as error:
        raise CommandError(str(error), 4) from error
    except ArchiveError as error:
        raise CommandError(str(error), 2) from error
    try:
        yield
    finally:
        lock.release()


# -- judging -----------------------------------------------------------------------------------------------------------


def _judged(profile: Profile, trial: Trial, archive: Path) -> _Check:
    check = _Check(trial, judge(trial.articles, profile.title), {})
    if (archive / "news.db").exists():
        with reading(archive) as held:
            recent = _recent(held, profile.name)
            kept = _kept(held, trial.articles)
        check.held = len(recent)
        if len(recent) >= ENOUGH:
            check.usual = judge(recent, profile.title)
        changed, check.lost = compare(trial.articles, kept)
        for name, pages in changed.items():
            check.reports[name].odd.update(pages)
    check.needs = [*_needs_of_run(trial), *_needs_of_fields(check)]
    return check


def _recent(archive: Archive, site: str) -> list[dict[str, Any]]:
    rows = archive.rows(
        "SELECT * FROM articles WHERE site = ? AND state = 'live' ORDER BY last_seen DESC, id LIMIT ?", site, RECENT
    )
    return list(records(archive, rows))


def _kept(archive: Archive, articles: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the archive holds of the articles that were just read, by their addresses."""
    kept = {}
    for article in articles:
        row = archive.row("SELECT * FROM articles WHERE url IN (?, ?, ?, ?)", *same_page(article["url"]))
        if row is not None:
            kept[article["url"]] = dict(row)
    return kept


def _needs_of_run(trial: Trial) -> list[str]:
    """What is wrong before any field is."""
    needs = []
    for one in trial.listings:
        if one["error"]:
            needs.append(f"the listing {one['url']} cannot be read: {one['error']}")
    listings = {one["url"] for one in trial.listings}
    failed = [failure for failure in trial.failures if failure["url"] not in listings]
    tried = len(trial.articles) + len(failed) + len(trial.gone)
    if failed:
        needs.append(f"{len(failed)} of {tried} pages failed: {failed[0]['reason']}")
    if trial.gone:
        needs.append(f"{len(trial.gone)} of {tried} pages are gone, though the listing shows them")
    if trial.run["outcome"] == "interrupted":
        needs.append("the check was stopped before its end")
    elif not tried and not needs:
        needs.append("no article was found on any listing")
    return needs


def _needs_of_fields(check: _Check) -> list[str]:
    needs = []
    for name, report in check.reports.items():
        usual = check.usual.get(name)
        if usual and report.pages and usual.share >= 0.6 and report.share < usual.share / 2:
            found = f"found on {report.found} of {report.pages} pages"
            needs.append(f"{name}: {found}, and on {usual.share:.0%} in the archive: has the layout changed?")
        elif 2 * len(check.lost.get(name, ())) > report.pages:
            lost = f"missing on {len(check.lost[name])} of {report.pages} pages of which the archive has it"
            needs.append(f"{name}: {lost}: has the layout changed?")
        elif name == "date" and report.pages and report.share <= 0.5:
            needs.append(f"date: found on {report.found} of {report.pages} pages")
        odd_before = len(usual.odd) / usual.pages if usual and usual.pages else 0.0
        if report.pages and 2 * len(report.odd) >= report.pages and odd_before < 0.5:
            reason = next(iter(report.odd.values()))
            needs.append(f"{name}: odd on {len(report.odd)} of {report.pages} pages ({reason})")
    return needs


# -- what is shown -----------------------------------------------------------------------------------------------------


def _as_object(site: str, check: _Check) -> dict[str, Any]:
    trial = check.trial
    return {
        "site": site,
        "articles": len(trial.articles),
        "listings": trial.listings,
        "fields": {
            name: {
                "pages": report.pages,
                "found": report.found,
                "missing": report.missing,
                "odd": report.odd,
                "lost": check.lost.get(name, []),
                "usual": round(check.usual[name].share, 3) if name in check.usual else None,
            }
            for name, report in check.reports.items()
        },
        "failures": trial.failures,
        "gone": trial.gone,
        "held": check.held,
        "needs": check.needs,
    }


def _show(profile: Profile, check: _Check) -> None:
    show(f"{profile.name}: {profile.title}", bold=True)
    for one in check.trial.listings:
        following = f"next page {one['next']}" if one["next"] else "no next page found"
        seen = one["error"] or f"{one['articles']} articles, {following}"
        show(f"  {one['url']}: {seen}")
    if not check.trial.articles:
        show("No article could be read.", bold=True)
    else:
        count = len(check.trial.articles)
        show(f"\n{count} article{'s' * (count != 1)} read", bold=True)
        show_table([("field", "found", "missing", "odd", "in the archive"), *map(_row, _reports(check))])
        _show_pages(check)
    _show_failures(check.trial)


def _reports(check: _Check) -> Iterator[tuple[FieldReport, FieldReport | None]]:
    for name, report in check.reports.items():
        yield report, check.usual.get(name)


def _row(pair: tuple[FieldReport, FieldReport | None]) -> tuple[object, ...]:
    report, usual = pair
    before = f"{usual.share:.0%}" if usual and usual.pages else None
    return (report.name, report.found, len(report.missing), len(report.odd), before)


def _show_pages(check: _Check) -> None:
    """The addresses of the pages on which a field is odd, or is missing though most have it."""
    for name, report in check.reports.items():
        reasons: dict[str, list[str]] = {}
        for url, reason in report.odd.items():
            reasons.setdefault(f"odd: {reason}", []).append(url)
        if lost := check.lost.get(name):
            reasons["missing, though the archive has it"] = lost
        elif report.missing and (report.share > 0.5 or _is_needed(check, name)):
            reasons["missing"] = report.missing
        for reason, urls in reasons.items():
            show(f"\n{name}, {reason}")
            _show_addresses(urls)


def _is_needed(check: _Check, name: str) -> bool:
    """True for a field that a page of any site, or of this one, should have."""
    return name == "date" or (name in check.usual and check.usual[name].share >= 0.6)


def _show_addresses(urls: list[str]) -> None:
    for url in urls[:_ADDRESSES]:
        show(f"  {url}")
    if len(urls) > _ADDRESSES:
        show(f"  and {len(urls) - _ADDRESSES} more (--json names all)")


def _show_failures(trial: Trial) -> None:
    listings = {one["url"] for one in trial.listings}
    by_reason: dict[str, list[str]] = {}
    for failure in trial.failures:
        if failure["url"] not in listings:
            by_reason.setdefault(failure["reason"], []).append(failure["url"])
    if trial.gone:
        by_reason["gone"] = trial.gone
    for reason, urls in by_reason.items():
        show(f"\nno article: {reason}")
        _show_addresses(urls)


def _show_next(context: click.Context, site: str, check: _Check, file: Path, archive: Path) -> None:
    named = ["--archive", str(archive)] if context.find_root().obj is not None else []
    show()
    if not check.needs:
        show("All well." if check.trial.articles else "Nothing to say.", bold=True)
        show(f"  {command_line(*named, 'crawl', site)}  # keeps what is new")
        return
    show("Needs a person", bold=True)
    for need in check.needs:
        show(f"  {need}", fg="yellow")
    example = _example(check)
    if example:
        show("  Look at one of these pages in a browser, and at what is read of it:")
        show(f"  {command_line(*named, 'extract', example, '--site', site)}")
    show(
        f"  A new address of the news goes under listings in {file}; a field that is wrong takes a CSS selector there."
    )


def _example(check: _Check) -> str | None:
    """A page that something is wrong with: one that failed, else one that is odd, else one that misses a field."""
    listings = {one["url"] for one in check.trial.listings}
    failed = [failure["url"] for failure in check.trial.failures if failure["url"] not in listings]
    odd = [url for report in check.reports.values() for url in report.odd]
    missing = [url for name, report in check.reports.items() if _is_needed(check, name) for url in report.missing]
    return next(iter([*failed, *odd, *missing]), None)
