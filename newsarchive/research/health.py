"""Each site's state: how it does, by its own past; why, in a sentence; and what a person does next.

What is unlike the past is decided in :mod:`newsarchive.research.habits`, what a page says in ``newsarchive.extract``;
here is asked what holds of a site, the gravest first, and put into words. The states:

``well``      read as ever                              ``never``    not crawled yet
``quiet``     nothing new for longer than its habit     ``late``     not crawled for longer than is usual
``changed``   pages are read worse than before          ``stopped``  the crawl, not the site, is at fault
``sick``      it cannot be had, wholly or in part       ``moved``    it leads to another host
``lost``      its address is somebody else's            ``kept``     it has no profile any more
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from newsarchive.archive.run import ATTENTION, COMPLETE, DEADLINE, INTERRUPTED, KILLED, NOTHING
from newsarchive.archive.store import Archive
from newsarchive.extract.strangers import GUARDED, SOLD, gambling, page_of_others
from newsarchive.research.habits import FEWEST, SHORTEST_LATENESS, SHORTEST_SILENCE, silent_since, sudden
from newsarchive.research.history import Failure, History, Row
from newsarchive.sites.profile import Profile, ProfileError, load_profile, site_files

STATES = ("well", "quiet", "changed", "sick", "lost", "moved", "stopped", "late", "never", "kept")
ASKED = timedelta(days=30)
"""How long a state asks for a person; then it is known, and only shown."""
PATIENCE = timedelta(days=3)
"""How long a site that was read before may be out of reach before a person is asked: small servers rest at night."""
GIVEN_UP = timedelta(days=30)
"""A name that was not to be found so long is gone."""
_NEWEST = 12
_LOOKED_AT = 6000
"""Characters of a text that are looked at."""
_LOST_REREAD = 0.5
_SINGLE_PAGES = "; first failure: "
"""Stands in the detail of a run that was troubled by nothing but pages that failed (see the spider's verdict)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A site's state, since when (UTC ISO 8601 or a day; None where that says nothing), why, and what to do next (with
    its command in backticks; None where nothing is to be done); whether a person is asked."""

    state: str
    reason: str
    next: str | None = None
    since: str | None = None
    asks: bool = False


@dataclass
class Site:
    """One site, with what is known of it."""

    name: str
    folder: Path
    file: Path | None
    now: datetime
    columns: dict[str, Any] = field(default_factory=dict)
    profile: Profile | None = None
    broken: str | None = None
    history: History | None = None
    runs: list[dict[str, Any]] = field(default_factory=list)
    held: Mapping[str, Any] = field(default_factory=dict)
    at_work: bool = False

    @cached_property
    def ended(self) -> list[dict[str, Any]]:
        """The crawls that came to an end of themselves, the newest first."""
        return [run for run in self.runs if run["outcome"] in (COMPLETE, DEADLINE, ATTENTION, NOTHING)]

    @cached_property
    def last_read(self) -> list[Row]:
        """The articles that were read last, the newest first."""
        return self.past.last_read(self.name, _NEWEST)

    @cached_property
    def troubled(self) -> list[bool]:
        """For each of :attr:`ended` whether nothing, or not each listing, could be read, or it ended in another trouble
        than that of single pages."""
        failed = [run["id"] for run in self.ended if run["failed"]]
        listings = self.past.runs_with_failed_listings(self.name, failed) if failed else set()
        return [
            run["outcome"] == NOTHING
            or run["id"] in listings
            or (run["outcome"] == ATTENTION and _SINGLE_PAGES not in str(run["detail"]))
            for run in self.ended
        ]

    @property
    def past(self) -> History:
        """The archive's tables; only asked where there was a crawl."""
        assert self.history is not None
        return self.history


def site_states(folder: Path, archive: Archive | None, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """One object a site, by name: ``state`` (see the module), ``reason``, ``next`` and ``since`` as in
    :class:`Verdict`; counts; ``last_run`` (columns of ``runs``); and ``needs``: sentences for a person, none where
    nobody is needed.

    ``archive`` is open to read, with any connection; None where there is no database yet. ``now`` (UTC) is for tests.
    """
    files = site_files(folder)
    own = {name for name, file in files.items() if file.parent == folder / "sites"}
    crawled = {row["name"]: dict(row) for row in archive.rows("SELECT * FROM sites")} if archive else {}
    history = History(archive) if archive else None
    held = history.held() if history else {}
    now = now or datetime.now(UTC)
    states = []
    for name in sorted(own | crawled.keys()):
        site = Site(name, folder, files.get(name), now, history=history, held=held.get(name, {}))
        columns = crawled.get(name, {})
        site.columns = {key: columns.get(key) for key in ("title", "district", "province", "district_code")}
        if site.file is not None:
            try:
                site.profile = load_profile(site.file)
                site.columns = {key: getattr(site.profile, key) for key in site.columns}
            except ProfileError as error:
                site.broken = str(error)
        if history is not None:
            site.runs = history.crawls(name)
        states.append(_state(site))
    return states


def _state(site: Site) -> dict[str, Any]:
    last = site.runs[0] if site.runs else None
    site.at_work = last is not None and last["outcome"] == "running" and _alive(site)
    verdict = judge(site)
    sentence = f"{verdict.reason}; {verdict.next}" if verdict.next else verdict.reason
    return {
        "site": site.name,
        **site.columns,
        "profile": str(site.file) if site.file else None,
        "state": verdict.state,
        "since": verdict.since,
        "reason": verdict.reason,
        "next": verdict.next,
        "last_run": last,
        **{key: site.held.get(key, 0) for key in ("articles", "gone", "due", "failed", "refused")},
        "first_day": site.held.get("first_day"),
        "last_day": site.held.get("last_day"),
        "needs": [sentence] if verdict.asks else [],
    }


def judge(site: Site) -> Verdict:
    """What holds of a site: the gravest that does."""
    for check in _CHECKS:
        if (verdict := check(site)) is not None:
            return verdict
    return _well(site)


def _alive(site: Site) -> bool:
    """True while the process that wrote its number into a site's lock runs (the lock itself is not tried: a crawl that
    begins at that moment would find the site held)."""
    try:
        lock = site.folder / "locks" / f"{site.name}.lock"
        os.kill(int(lock.read_text(encoding="ascii")), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True


# What can hold of a site


def _broken(site: Site) -> Verdict | None:
    if site.broken is None:
        return None
    return Verdict("stopped", site.broken, "mend the file; `newsarchive sites` reads it again", asks=True)


def _never(site: Site) -> Verdict | None:
    if site.runs:
        return None
    if site.held.get("articles"):
        return Verdict("never", "imported only, never crawled", f"`newsarchive crawl {site.name}` crawls it")
    return Verdict("never", "not crawled yet", f"`newsarchive crawl {site.name}` crawls it")


def _kept(site: Site) -> Verdict | None:
    if site.file is not None:
        return None
    return Verdict("kept", "it has no profile any more; what was kept stays")


def _stopped(site: Site) -> Verdict | None:
    run = site.runs[0]
    again = f"`newsarchive crawl {site.name}` goes on"
    if run["outcome"] in (INTERRUPTED, KILLED):
        return Verdict("stopped", str(run["detail"]), again, run["started_at"], asks=True)
    if run["outcome"] == "running" and not site.at_work:
        reason = f"the crawl of {run['started_at']} died"
        return Verdict("stopped", reason, f"{again} with it", run["started_at"], asks=True)
    return None


def _elsewhere(site: Site) -> Verdict | None:
    """Every listing that fails leads to another host."""
    failed = _failed_listings(site)
    led = [failure for failure in failed if failure.reason.startswith("redirected to another site, ")]
    if not led or len(led) < len(failed) or not _nothing_read(site):
        return None
    url = led[0].reason.partition(", ")[2]
    since, asks = _lasting(site)
    host = urlsplit(url).hostname or url
    return Verdict(
        "moved",
        f"it leads to another host, {host}",
        f"look at {url}: if it is the district's, `newsarchive sites new {url}` adds it; if strangers have the address,"
        f" take {site.name}.toml out of `sites`",
        since,
        asks,
    )


def _strangers(site: Site) -> Verdict | None:
    """What was read last, or stands where the listing stood, is of those who sell gambling, or sell the name."""
    past = f"`newsarchive import wayback {site.name}` has its past"
    out = f"look at it; if that is so, take {site.name}.toml out of `sites`; {past}"
    says = _page_says(site)
    if says and says[0] == SOLD:
        since, asks = _lasting(site)
        return Verdict("lost", f"its address is somebody else's now: the page {says[1]}", out, since, asks)
    read = site.last_read
    told = [(row, words) for row in read if (words := gambling(f"{row['title']}\n{row['body'][:_LOOKED_AT]}"))]
    if len(told) < 2:
        return None
    first, words = told[-1][0]["last_changed"], told[0][1]
    asks = _is_news(site, first)
    reason = f"{len(told)} of the {len(read)} articles read last advertise gambling ({words})"
    if 2 * len(told) > len(read) and len(told) >= FEWEST:
        return Verdict("lost", f"strangers have its address: {reason}", out, first, asks)
    number = told[0][0]["id"]
    hide = f"`newsarchive show {number}` shows one, `newsarchive withhold {number}` hides it; tell the site's keeper"
    return Verdict("sick", f"strangers write on it: {reason}", hide, first, asks)


def _guarded(site: Site) -> Verdict | None:
    """Where the listing stood there is a guard, a login or a message."""
    says = _page_says(site)
    if says is None:
        return None
    since, asks = _lasting(site)
    if says[0] == GUARDED:
        help_ = "set NEWSARCHIVE_CONTACT and a longer `delay` in the profile, and ask the keeper to let you in"
        return Verdict("sick", f"a guard stands before it: the page {says[1]}", help_, since, asks)
    return Verdict("sick", f"it shows no news: the page {says[1]}", "ask the site's keeper if it lasts", since, asks)


def _unreachable(site: Site) -> Verdict | None:
    """Nothing of it could be read."""
    if not _nothing_read(site):
        return None
    run, (since, asks) = site.ended[0], _lasting(site)
    failed = _failed_listings(site)
    if failed and all("no such host" in failure.reason for failure in failed):
        gone = timedelta() if since is None else _moment(run["started_at"]) - _moment(since)
        if gone >= GIVEN_UP:
            out = f"`newsarchive import wayback {site.name}` has its past; take {site.name}.toml out of `sites`"
            return Verdict("lost", "its host has not been found for a month: the name was given up", out, since, asks)
    reason = str(run["detail"] or "nothing could be read")
    if any(failure.reason == "refused by robots.txt" for failure in failed):
        return Verdict("sick", reason, "ask the site's keeper", since, asks)
    return Verdict("sick", reason, f"look at it in a browser; `newsarchive crawl {site.name}` tries again", since, asks)


def _layout(site: Site) -> Verdict | None:
    """Articles lack what such articles had, or are all alike; a listing shows none."""
    check = f"`newsarchive sites check {site.name}` shows what can still be read"
    failed = [failure for failure in _failed_listings(site) if failure.stage == "listing"]
    if failed:
        since, asks = _lasting(site)
        return Verdict("changed", f"{failed[0].url}: {failed[0].reason}", check, since, asks)
    if lost := _lost_when_reread(site):
        return lost
    news = site.past.news(site.name)
    if not news:
        return None
    ids = [number for number, _ in news]
    missing = site.past.missing(site.name, news[-1][1])
    for name, without in missing.items():
        if without.isdisjoint(ids[:FEWEST]):
            continue
        marks = [number in without for number in ids]
        if newest := sudden(marks):
            before = marks[newest : newest + 200]
            now, was = sum(marks[:newest]), round(100 * sum(before) / len(before))
            what = "under 200 characters" if name == "text" else "missing"
            reason = f"{name} {what} on {now} of the {newest} newest articles, and on {was}% of those before"
            since = news[newest - 1][1]
            return Verdict("changed", reason, check, since, _is_news(site, since))
    return _alike(site, news, check)


def _lost_when_reread(site: Site) -> Verdict | None:
    """Articles that were read again have a field no more that they had."""
    if not any(run["changed"] for run in site.ended[:10]):
        return None
    since = site.ended[:10][-1]["started_at"]
    rows = site.past.reread(site.name, since)
    for name in ("date", "byline", "text"):
        had = [row for row in rows if row[f"had_{name}"]]
        lost = [row for row in had if not row[f"has_{name}"]]
        if len(lost) >= FEWEST and len(lost) > _LOST_REREAD * len(had):
            first = min(row["last_changed"] for row in lost)
            return Verdict(
                "changed",
                f"{name} gone from {len(lost)} of the {len(had)} articles that were read again and had it",
                f"`newsarchive sites check {site.name}` shows what can still be read",
                first,
                _is_news(site, first),
            )
    return None


def _alike(site: Site, news: Sequence[tuple[int, str]], check: str) -> Verdict | None:
    """The newest articles have one title, text or byline, and those before had many."""
    read = site.last_read
    for name in ("title", "body", "byline"):
        newest = [row[name] or "" for row in read]
        common = max(newest, key=newest.count, default="")
        if not common or newest.count(common) < FEWEST:
            continue
        ids = [number for number, _ in news]
        before = site.past.values(name, ids[_NEWEST : 3 * _NEWEST])
        if 4 * before.count(common) > len(before):
            # One author, one heading for all: as ever.
            continue
        marks = [value == common for value in site.past.values(name, ids)]
        if count := sudden(marks):
            what = "text" if name == "body" else name
            since = news[count - 1][1]
            reason = f"{sum(marks[:count])} of the {count} newest articles have the same {what}"
            return Verdict("changed", reason, check, since, _is_news(site, since))
    return None


def _failing(site: Site) -> Verdict | None:
    """New pages fail as they never did; or a listing, or the whole crawl, went wrong otherwise."""
    runs = site.ended
    if failed := _failed_listings(site):
        since, asks = _lasting(site)
        reason = f"{failed[0].url}: {failed[0].reason}"
        return Verdict("sick", reason, "look at it in a browser; the next crawl tries again", since, asks)
    if any(run["failed"] for run in runs):
        failures = [f for f in site.past.failures(site.name, [run["id"] for run in runs]) if not f.is_listing]
        marks, starts = failing_marks(runs, failures)
        if newest := sudden(marks):
            return _jump(site, failures, runs, newest, sum(marks[:newest]), starts[newest - 1])
    last = runs[0] if runs else None
    if last is None or last["outcome"] != ATTENTION or _SINGLE_PAGES in str(last["detail"]):
        # Single pages that fail are tried again, and need nobody.
        return None
    since, asks = _lasting(site)
    return Verdict("sick", str(last["detail"]), f"`newsarchive crawl {site.name}` tries again", since, asks)


def failing_marks(runs: Sequence[Mapping[str, Any]], failures: Sequence[Failure]) -> tuple[list[bool], list[str]]:
    """The pages that were asked for the first time, the newest run first: True for those that failed; and when the run
    of each began.

    Within a run those that failed are spread among the others: in which order they came says nothing.
    """
    marks: list[bool] = []
    starts: list[str] = []
    for run in runs:
        bad = sum(failure.run_id == run["id"] for failure in failures)
        pages = bad + run["articles_new"]
        marks += [n * bad // pages != (n + 1) * bad // pages for n in range(pages)]
        starts += [run["started_at"]] * pages
    return marks, starts


def _jump(
    site: Site, failures: Sequence[Failure], runs: Sequence[Mapping[str, Any]], newest: int, bad: int, since: str
) -> Verdict:
    lately = {run["id"] for run in runs if run["started_at"] >= since}
    reasons = [(failure.stage, failure.reason) for failure in failures if failure.run_id in lately]
    stage, reason = max(reasons, key=reasons.count)
    said = f"{bad} of the {newest} newest pages failed, most of all: {reason}"
    asks = _is_news(site, since)
    if stage in ("extract", "validate"):
        check = f"`newsarchive sites check {site.name}` shows what can still be read"
        return Verdict("changed", said, check, since, asks)
    return Verdict("sick", said, "look at one in a browser; the next crawl tries them again", since, asks)


def _late(site: Site) -> Verdict | None:
    days = [_moment(day) for day in site.past.crawl_days(site.name)]
    since = silent_since(days, _midnight(site.now), SHORTEST_LATENESS)
    if since is None or site.at_work:
        return None
    asks = site.now - since <= ASKED
    reason = f"not crawled since {days[0]:%Y-%m-%d}, which is longer than ever between two crawls"
    return Verdict("late", reason, "is its cron line still there? `newsarchive schedule` prints it", _day(since), asks)


def _quiet(site: Site) -> Verdict | None:
    days = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in site.past.days(site.name)]
    # One that ended for its time may not have come to its listings.
    seen = next((_moment(run["started_at"]) for run in site.runs if run["outcome"] in (COMPLETE, ATTENTION)), None)
    if seen is None:
        return None
    since = silent_since(days, _midnight(seen), SHORTEST_SILENCE)
    if since is None:
        return None
    reason = f"no article since {days[0]:%Y-%m-%d}; it was never silent so long"
    full = f"`newsarchive crawl {site.name} --full` keeps all there is while it is there"
    return Verdict("quiet", reason, full, _day(since), _is_news(site, _day(since)))


def _well(site: Site) -> Verdict:
    last = site.ended[0] if site.ended else None
    if site.at_work:
        return Verdict("well", f"a crawl has been at work since {site.runs[0]['started_at']}")
    if last is not None and last["failed"]:
        return Verdict("well", f"{last['failed']} of its pages failed and are tried again by the next crawls")
    return Verdict("well", "read as ever")


_CHECKS: tuple[Callable[[Site], Verdict | None], ...] = (
    _broken,
    _never,
    _kept,
    _stopped,
    _elsewhere,
    _strangers,
    _guarded,
    _unreachable,
    _layout,
    _failing,
    _late,
    _quiet,
)


# What several of them ask


def _nothing_read(site: Site) -> bool:
    return bool(site.ended) and site.ended[0]["outcome"] == NOTHING


def _failed_listings(site: Site) -> list[Failure]:
    """The listings that failed in the last crawl that came to its end."""
    last = site.ended[0] if site.ended else None
    return site.past.failed_listings(site.name, last["id"]) if last and last["failed"] else []


def _page_says(site: Site) -> tuple[str, str] | None:
    """What kind of page stands where a listing stood that failed, and what it says; None for any other page."""
    last = site.ended[0] if site.ended else None
    for failure in _failed_listings(site):
        robots = urljoin(failure.url, "/robots.txt")
        # A guard that answers for robots.txt with a server's error keeps the listing from being asked for.
        for url in (failure.url, robots) if failure.stage == "robots" else (failure.url,):
            answer = site.past.answer(url, last["id"]) if last else None
            if answer and (said := page_of_others(answer[1], url, answer[0])):
                return said
    return None


def _lasting(site: Site) -> tuple[str | None, bool]:
    """Since when crawls have not gone well, and whether a person is asked for that.

    A site that was read before has some days to come back; one that never was is asked about at once.
    """
    troubled = site.troubled
    bad = troubled.index(False) if False in troubled else len(troubled)
    if not bad:
        return None, False
    since = site.ended[bad - 1]["started_at"]
    patient = bad == 1 and len(troubled) > 1 and site.now - _moment(since) < PATIENCE
    return since, not patient and _is_news(site, since)


def _is_news(site: Site, since: str) -> bool:
    """True while a state that began at a moment asks for a person: crawls have met with it for a month at most."""
    last = _moment(site.runs[0]["started_at"]) if site.runs else site.now
    return last - _moment(since) <= ASKED


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
