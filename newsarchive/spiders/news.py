"""The one spider: takes addresses from the frontier, hands what their pages say to the pipelines.

It keeps no memory of its own. The frontier in the archive is the queue, so a killed crawl is gone on with by the next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from newsarchive.archive.frontier import LISTING
from newsarchive.archive.intake import Outcome
from newsarchive.archive.readers import our_error
from newsarchive.archive.revisits import Age, read_ages
from newsarchive.archive.run import ATTENTION, COMPLETE, DEADLINE, INTERRUPTED, NOTHING, CrawlRun, SiteColumns
from newsarchive.archive.store import utc_now
from newsarchive.archive.walks import BARREN, is_barren
from newsarchive.extract.article import PageContext, extract
from newsarchive.extract.document import UnreadablePageError
from newsarchive.extract.listing import read_listing
from newsarchive.extract.refusal import says_gone
from newsarchive.items import ArticlePage, FailedPage, GonePage, ListingPage, Task, UnchangedPage
from newsarchive.recorder import HELD, capture_of
from newsarchive.settings import NEWSARCHIVE_CONTACT, USER_AGENT
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import canonical_url, is_front_page, path_of, same_page
from newsarchive.spiders.conditional import ask_if_changed, held_page
from newsarchive.spiders.manners import MAX_WAIT, Unwelcome
from newsarchive.spiders.network import ENDLESS_REDIRECT, asked_to_wait, network_error, unpacks_to_too_much
from newsarchive.spiders.pictures import Bounds, PictureRound

BATCH = 16
"""Requests handed to Scrapy at a time."""
PATIENCE = 25
"""Pages in a row without an answer, or with a server's error, after which a site is left alone until the next run."""
SILENCE = 600
"""Seconds without a good answer, and with three pages asked for or more, after which it is left alone too."""
OPEN_ENDED = 3
"""Pages without ``</html>`` that come so again, after which no more is thought of it: the site writes them so."""


class NewsSpider(Spider):
    """Crawls one profile's site into the archive at ``NEWSARCHIVE_DIR``.

    Arguments (``-a`` with ``scrapy crawl``): ``since`` (YYYY-MM-DD: listings are walked back to that day), ``limit``
    (articles fetched at most), ``full`` (everything ever found is fetched again), ``images`` (false: no pictures are
    fetched, whatever the profile says). Raises :class:`ValueError` for a wrong one.
    """

    name = "news"
    profile: ClassVar[Profile]
    run: CrawlRun

    def __init__(
        self,
        *args: Any,
        since: str | date | None = None,
        limit: str | int | None = None,
        full: str | bool = False,
        images: str | bool = True,
        run: CrawlRun | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.since = date.fromisoformat(since) if isinstance(since, str) else since
        self.limit = int(limit) if limit is not None else None
        self.full = _is_true(full)
        self.images = _is_true(images) and self.profile.images
        self._given_run = run
        self._rules = self.profile.rules()
        self._pictures: PictureRound | None = None
        self._ages: tuple[Age, ...] = ()
        self._articles_asked = 0
        self._unanswered = 0
        self._open_ended = 0
        self._heard_at = monotonic()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked (see :class:`newsarchive.spiders.manners.OwnHosts`)."""
        return self.profile.hosts

    @property
    def private(self) -> bool:
        """True where those hosts may lie in a private network."""
        return self.profile.private

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Open the run (lock, row, WARC file) unless the caller did, and mark what is due; raises as :class:`CrawlRun`
        does."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        bounds = Bounds.of(crawler.settings)
        spider._ages = read_ages(crawler.settings["NEWSARCHIVE_REVISIT"])
        spider.run = spider._given_run or open_run(Path(crawler.settings["NEWSARCHIVE_DIR"]), cls.profile)
        spider._begin()
        spider.run.on_trouble = spider._stop
        if spider.images:
            # A run that is bounded by its caller has the pictures of what it read, and no others that are left.
            bounded = spider.limit is not None or spider.since is not None
            spider._pictures = PictureRound(spider.run, bounds, of_this_run=bounded)
        crawler.signals.connect(spider._feed, signal=signals.spider_idle)
        return spider

    def _begin(self) -> None:
        """Mark what is due. Not left to :meth:`start`: a run that is stopped before it leaves what it was told to do
        (``full``) to the next one too."""
        try:
            self.run.frontier.begin(self.profile.listings, full=self.full, ages=self._ages)
        except sqlite3.Error as error:
            self.run.recording_failed(f"the archive cannot be written: {error}")

    async def start(self) -> AsyncIterator[Request]:
        """The first addresses due; :meth:`_feed` gives the rest."""
        for request in self._requests():
            yield request

    def _feed(self, spider: Spider) -> None:
        """Nothing is under way: hand over what is due next, or let the crawl end."""
        requests = self._requests()
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _requests(self) -> list[Request]:
        """What is due next; nothing where the run must end."""
        if self.run.trouble or self.run.silent or self.run.out_of_time:
            return []
        try:
            return list(self._due()) or self._pictures_due()
        except sqlite3.Error as error:
            self.run.recording_failed(f"the archive cannot be used: {error}")
            return []

    def _pictures_due(self) -> list[Request]:
        """Pictures, when no page is due; none where the site could not be read at all."""
        read = self.run.listings_read or self.run.articles_new + self.run.changed + self.run.unchanged
        return self._pictures.requests() if self._pictures and read else []

    def _due(self) -> Iterator[Request]:
        tasks = self.run.frontier.due(BATCH, since=self.since, in_turn=self.limit is not None)
        while lost := [task for task in tasks if task.url in self.run.asked]:
            # They came back with no outcome: an error of ours. Left as they are they would be asked for without end.
            for task in lost:
                self.run.give_up(task)
            tasks = self.run.frontier.due(BATCH, since=self.since, in_turn=self.limit is not None)
        for task in tasks:
            if self.limit is not None and self._articles_asked >= self.limit:
                return
            if task.kind == LISTING and task.depth > 0 and is_barren(self.run.frontier, task):
                self.run.fail(task, "listing", f"nothing on the {BARREN} pages before it is an article; not walked on")
                continue
            self._articles_asked += task.kind != LISTING
            self.run.asked.add(task.url)
            if task.why:
                self.run.again[task.why] += 1
            yield self._asking(task)

    def _asking(self, task: Task, *, whole: bool = False) -> Request:
        """The request for an address, or the form to post for a listing page that has none.

        What is held is asked for only if it has changed, unless the ``whole`` is wanted, as by a full crawl.
        """
        request = Request(
            task.url,
            callback=self.parse_listing if task.kind == LISTING else self.parse_article,
            errback=self.failed,
            cb_kwargs={"task": task},
        )
        form = self.run.forms.pop(task.url, None)
        if form is None:
            return request if whole or self.full else ask_if_changed(request, self.run, task)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return request.replace(url=form.url, method="POST", headers=headers, body=urlencode(form.fields))

    def parse_listing(self, response: Response, task: Task) -> Iterator[Outcome | Request]:
        """A listing page, feed or sitemap."""
        if response.status in (404, 410) and task.depth > 0:
            self._heard()
            yield GonePage(task, capture_of(_request(response)), f"HTTP {response.status}")
            return
        capture = capture_of(_request(response))
        unchanged = response.status == 304
        page = held_page(self.run, capture) if unchanged and capture else None
        if again := self._ask_whole(response, task, known=page is not None):
            yield again
            return
        if page is None and (refused := self._refused(response, task)):
            yield refused
            return
        if is_front_page(response.url) and not is_front_page(task.url):
            yield FailedPage(task, "listing", f"redirected to the front page, {response.url}; has the listing moved?")
            return
        content_type, body = page or (_header(response, "Content-Type"), response.body)
        try:
            listing = read_listing(body, response.url, self._rules, content_type=content_type)
        except UnreadablePageError as error:
            yield FailedPage(task, "listing", str(error))
            return
        except Exception as error:
            yield self._our_error(task, "listing", error)
            return
        if task.depth and not listing.entries and (message := self._message(response.url, body, content_type)):
            # Taken for the listing's end it would hide all behind it.
            yield FailedPage(task, "listing", message)
            return
        listing.url = task.url
        yield ListingPage(task, listing, capture, unchanged)

    def _message(self, url: str, body: bytes, content_type: str | None) -> str | None:
        """What a page that lists nothing says of itself: "under maintenance", a login …; None where it says nothing, or
        that there is nothing, as behind the last page of some listings."""
        try:
            reason = extract(body, url, self._rules, PageContext(content_type=content_type)).refusal
        except Exception:
            return None
        return None if reason and says_gone(reason) else reason

    def parse_article(self, response: Response, task: Task) -> Iterator[Outcome | Request]:
        """An article's page."""
        capture = capture_of(_request(response))
        if response.status in (404, 410):
            self._heard()
            yield GonePage(task, capture, f"HTTP {response.status}")
            return
        unchanged = response.status == 304 and capture is not None and capture.refers_to is not None
        if again := self._ask_whole(response, task, known=unchanged):
            yield again
            return
        if unchanged:
            yield UnchangedPage(task, capture)
            return
        if refused := self._refused(response, task):
            yield refused
            return
        if reason := self._led_away(response, task):
            yield GonePage(task, capture, reason)
            return
        context = PageContext(
            content_type=_header(response, "Content-Type"),
            fetched_at=datetime.fromisoformat(capture.fetched_at) if capture else None,
            listing=self.run.archive.listing_evidence(task.url),
        )
        try:
            article = extract(response.body, response.url, self._rules, context)
        except UnreadablePageError as error:
            yield FailedPage(task, "extract", str(error))
            return
        except Exception as error:
            yield self._our_error(task, "extract", error)
            return
        yield ArticlePage(task, article, capture)

    def _ask_whole(self, response: Response, task: Task, *, known: bool) -> Request | None:
        """The request for the whole page where a site says 304 of another than the one that is held (``known``)."""
        if response.status != 304 or HELD not in _request(response).meta:
            return None
        self._heard()
        return None if known else self._asking(task, whole=True)

    def _refused(self, response: Response, task: Task) -> FailedPage | Request | None:
        """The failure that an answer is, or the request to ask once more where it broke off; None for a good one."""
        self._heard(good=response.status < 400)
        if response.status >= 400:
            reason = f"HTTP {response.status}"
            if (seconds := asked_to_wait(response)) > MAX_WAIT:
                reason += f", and asks to wait {seconds / 60:.0f} minutes"
                self._leave_alone()
            return FailedPage(task, "fetch", reason)
        if response.status >= 300:
            return FailedPage(task, "fetch", f"HTTP {response.status} without an address to go to")
        if "dataloss" in response.flags and not response.body.rstrip().lower().endswith(b"</html>"):
            again = get_retry_request(_request(response), spider=self, reason="the answer broke off")
            return again or FailedPage(task, "fetch", "the answer broke off before its end")
        if self._open_ended < OPEN_ENDED and _has_no_end(response.body):
            again = get_retry_request(_request(response), spider=self, reason="the page has no end")
            self._open_ended += again is None
            return again
        return None

    def _led_away(self, response: Response, task: Task) -> str | None:
        """Why an answer is another page than the article: the site leads elsewhere from what it has no more."""
        arrived = canonical_url(response.url) or response.url
        if arrived in same_page(task.url):
            return None
        if is_front_page(arrived) and not is_front_page(task.url):
            return f"redirected to the front page, {arrived}"
        family = self.profile.family
        of_a_listing = family and family.listing_url and family.listing_url.match(path_of(arrived))
        if of_a_listing or self.run.frontier.is_listing(arrived):
            return f"redirected to a listing, {arrived}"
        return None

    def _our_error(self, task: Task, stage: str, error: Exception) -> FailedPage:
        # A page that trips the extractor is one failure row and a bug to mend, not the end of a crawl.
        self.logger.exception("%s: the extractor failed", task.url)
        return FailedPage(task, stage, our_error(error))

    def failed(self, failure: Failure) -> Iterator[Outcome]:
        """No response to read: it was not asked for, led in a circle, unpacks to too much, or the network failed."""
        task: Task = failure.request.cb_kwargs["task"]  # type: ignore[attr-defined]
        match failure.value:
            case Unwelcome() as unwelcome:
                yield FailedPage(task, unwelcome.stage, str(unwelcome))
            case IgnoreRequest() as ignored:
                unpacked = unpacks_to_too_much(ignored)
                reason = "the answer unpacks to more than is read" if unpacked else ENDLESS_REDIRECT
                yield FailedPage(task, "fetch", reason)
            case error:
                self._heard(good=False)
                yield FailedPage(task, "fetch", f"no answer: {network_error(error)}")

    def _heard(self, *, good: bool = True) -> None:
        """The site answered as it should, or did not."""
        self._unanswered = 0 if good else self._unanswered + 1
        if good:
            self._heard_at = monotonic()
        elif self._unanswered >= PATIENCE or (self._unanswered >= 3 and monotonic() - self._heard_at > SILENCE):
            self._leave_alone()

    def _leave_alone(self) -> None:
        """The site is not to be asked any more in this run."""
        self.run.silent = True
        self._stop()

    def _stop(self) -> None:
        """The archive cannot be written, the site is silent or time is over: end the crawl, what is kept is safe."""
        if self.crawler.engine is not None and self.crawler.engine.spider is not None:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason="stopped"))

    def closed(self, reason: str) -> None:
        """Write the run's last word."""
        errors = self.crawler.stats.get_value("log_count/ERROR", 0) if self.crawler.stats else 0
        outcome, detail = verdict(self.run, reason, errors, left=self._left(), pictures_left=self._pictures_left())
        self.run.finish(outcome, detail)

    def _left(self) -> int:
        """How many addresses are left that this run was to fetch; a bounded run leaves some by the caller's wish."""
        if self.limit is not None or self.since is not None or self.run.trouble:
            return 0
        return self.run.frontier.left()

    def _pictures_left(self) -> int:
        """How many pictures are found and left for another run."""
        bounded = self.limit is not None or self.since is not None
        return 0 if self._pictures is None or bounded or self.run.trouble else self.run.frontier.pictures_left()


def open_run(
    folder: Path, profile: Profile, description: str | None = None, clock: Callable[[], str] = utc_now
) -> CrawlRun:
    """Open a run of a site; ``description`` is for its WARC files where it is no crawl, ``clock`` the run's.

    Raises ``ArchiveError``, ``SiteBusyError``.
    """
    return CrawlRun(
        folder,
        SiteColumns(
            name=profile.name,
            title=profile.title,
            district=profile.district,
            province=profile.province,
            district_code=profile.district_code,
            url=profile.listings[0],
            family=profile.family.name if profile.family else None,
        ),
        _about(profile, description),
        clock,
    )


def _about(profile: Profile, description: str | None) -> dict[str, str]:
    """What the WARC files say of the crawl: its settings, and whom to ask."""
    said = {
        "robots": "obey",
        "http-header-user-agent": USER_AGENT,
        "isPartOf": profile.title,
        "description": description
        or f"{profile.name}: {' '.join(profile.listings)}; delay {profile.delay:g} s, concurrency"
        f" {profile.concurrency}{'' if profile.check_certificate else '; certificates not checked'}",
        "operator": NEWSARCHIVE_CONTACT,
    }
    return {name: text for name, text in said.items() if text}


def _is_true(value: str | bool) -> bool:
    return str(value).lower() in ("true", "1", "yes")


def verdict(run: CrawlRun, reason: str, errors: int, left: int, pictures_left: int = 0) -> tuple[str, str]:
    """A run's outcome (see :mod:`newsarchive.archive.run`) and one line for a person that says why and what to do.

    ``reason`` is Scrapy's for closing the spider, ``errors`` how many errors it logged, ``left`` how many addresses
    are still to do, ``pictures_left`` how many pictures.
    """
    kept = run.articles_new + run.changed + run.unchanged
    numbers = (run.articles_new, run.changed, run.unchanged, run.gone, run.failed)
    words = ("new", "changed", "unchanged", "gone", "failed")
    counts = ", ".join(f"{number} {word}" for number, word in zip(numbers, words, strict=True))
    if run.again:
        counts += "; looked at again: " + ", ".join(f"{number} ({why})" for why, number in sorted(run.again.items()))
    counts += run.pictures.in_words(pictures_left)
    first = run.first_failure
    if run.trouble:
        return INTERRUPTED, f"stopped: {run.trouble} ({counts}); the next crawl goes on from here"
    if reason != "finished" and not (run.silent or run.out_of_time):
        return INTERRUPTED, f"stopped before the end ({counts}); the next crawl goes on from here"
    if not run.listings_read and not kept + run.gone and (first or not run.out_of_time):
        return NOTHING, f"nothing could be read: {first}" if first else "nothing could be read"
    if run.out_of_time:
        counts += f"; ended by its deadline, {left} addresses left for the next crawl"
    if run.empty_listing:
        look = f"`newsarchive sites check {run.site}` shows what can still be read"
        reason = f"no articles found on {run.empty_listing}: the site's layout may have changed; {look}"
        return ATTENTION, f"{reason}; {counts}"
    if run.silent:
        return ATTENTION, f"the site stopped answering ({first}); {counts}; the next crawl goes on from here"
    if run.failed:
        return ATTENTION, f"{counts}; first failure: {first}; failed pages are tried again by the next crawl"
    if run.gone > max(kept, 2):
        return ATTENTION, f"{counts}: most pages are gone; has the site moved, or does it refuse this program?"
    if errors or (left and not run.out_of_time):
        return ATTENTION, f"{counts}; {errors} errors in the log, {left} addresses left for the next crawl"
    if run.pictures.all_failed:
        switch = "`images = false` in the profile leaves pictures out"
        return ATTENTION, f"{counts}: none of the new ones could be had: {run.pictures.first_failure}; {switch}"
    return (DEADLINE if run.out_of_time else COMPLETE), counts


def _has_no_end(page: bytes) -> bool:
    """True for a web page that stops in its middle, as one does whose length is told too short: nobody can see that,
    but that ``</html>`` is missing. Pages of some sites have none."""
    return b"<html" in page[:2000].lower() and b"</html" not in page.lower()


def _request(response: Response) -> Request:
    assert response.request is not None
    return response.request


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
