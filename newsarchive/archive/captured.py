"""What captures say that no crawl of ours made: read in their order of time, with a crawl's decisions.

A crawl asks for a page because another named it. Here the pages are there already, in any order, and most of them are
none of the site's news. So nothing is read before it is known what it is: what the profile names is a listing, what a
listing shows is an article, and each page that is read may make others known. What remains unknown in the end is read
only where the host is the site's alone, and only where the page itself leaves no doubt.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from urllib.parse import urlsplit

from newsarchive.archive.frontier import ARTICLE, LISTING
from newsarchive.archive.intake import Intake, Outcome
from newsarchive.archive.readers import DAMAGED, Ahead, Page, Readers, our_error
from newsarchive.archive.run import CrawlRun
from newsarchive.archive.store import CAPTURE_COLUMNS
from newsarchive.archive.warc import DamagedRecordError, read_page
from newsarchive.extract.document import MAX_BYTES, UnreadablePageError
from newsarchive.extract.kinds import ARTICLE as ARTICLE_KIND
from newsarchive.extract.kinds import LISTING as LISTING_KIND
from newsarchive.extract.listing import read_listing
from newsarchive.items import RELATED as RELATED_LINK
from newsarchive.items import ArticlePage, Capture, FailedPage, GonePage, ListingPage, Task
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import canonical_url, host_of, is_front_page, path_of, same_page

_GONE = (404, 410)
_PAGES = ("html", "xml", "rss", "atom")
_HEAD = 256
"""How many of those that are due are looked at for what is likely next."""


class CapturedIntake(Intake):
    """Keeps what others' captures say: each visit to a listing by itself, at its time, and no walk is gone on with."""

    def _keep_listing(self, item: ListingPage) -> None:
        listing, task, run = item.listing, item.task, self.run
        assert item.capture is not None
        listing.entries = [entry for entry in listing.entries if host_of(entry.url) in self.profile.hosts]
        if not listing.entries and not listing.children and task.depth == 0:
            run.fail(task, "listing", "no articles found; the layout may be one that is not read")
            return
        run.listings_read += 1
        visit = run.archive.keep_visit(run.site, item.capture.fetched_at, _visit(task, item.capture))
        run.archive.keep_listing(listing, site=run.site, run_id=visit)
        for entry in listing.entries:
            run.frontier.add(entry.url, ARTICLE, found_on=task.url)
        for page in _leads_to(item):
            if host_of(page) in self.profile.hosts:
                chain = task.chain or task.url
                run.frontier.know_listing(page, chain, found_on=task.url, depth=task.depth + 1)
        run.frontier.close(task.url, "done")


def _visit(task: Task, capture: Capture) -> str:
    """What the row of a visit to a listing page says: no two visits of one second say the same."""
    return f"{task.url} as captured ({capture.digest[:19]}); imported"


def _leads_to(item: ListingPage) -> list[str]:
    """The listing pages that one names."""
    return [page for page in (item.listing.next_url, *item.listing.children) if page]


class CapturedPages:
    """Reads captures for one run of a site.

    ``own_hosts`` are the hosts on which nobody's pages but this site's stand: there an article is taken for the site's
    also where nothing captured names it. With ``readers``, the pages that are likely next are read by these.
    """

    def __init__(
        self, run: CrawlRun, profile: Profile, own_hosts: Collection[str] = (), readers: Readers | None = None
    ):
        self.run = run
        self.profile = profile
        self.unread: list[str] = []
        """Sentences on captures that cannot be read: packed as nothing here unpacks, or damaged."""
        self.unknown = 0
        """Pages that were left: nothing names them, and they are no articles by what they say."""
        self._own_hosts = own_hosts
        self._intake = CapturedIntake(run, profile)
        self._rules = profile.rules()
        self._ahead = Ahead(run.archive.warc_folder, readers)
        self._waiting: dict[str, list[Capture]] = {}
        self._due: list[tuple[bool, str, int, Capture, Task]] = []
        self._led: defaultdict[str, list[Task]] = defaultdict(list)

    def read(
        self, ids: Collection[int], *, cut: Collection[int] = (), progress: Callable[[int], object] = lambda n: None
    ) -> None:
        """Read the captures of these ids as far as they are the site's, and keep what they say.

        ``cut`` are those that broke off: they are not read. Captures that were read before are passed over, so that
        what was broken off may be done again. ``progress`` is called with the number of captures read. Raises
        :class:`sqlite3.Error` where the archive cannot be written.
        """
        for capture in self._captures(ids):
            if capture.id in cut and not self._is_whole(capture):
                progress(1)
                continue
            self._waiting.setdefault(_key(capture.url), []).append(capture)
        for listing in self.profile.listings:
            self.run.frontier.know_listing(listing, listing)
        for url in [captures[0].url for captures in self._waiting.values()]:
            self._wake(url)
        self._work(progress)
        self._take_strangers(progress)
        self.unknown = sum(any(_is_page(capture) for capture in left) for left in self._waiting.values())
        progress(sum(map(len, self._waiting.values())))

    def _captures(self, ids: Collection[int]) -> Iterator[Capture]:
        """The captures to read, in their order of time."""
        names = ", ".join(f"c.{name.strip()}" for name in CAPTURE_COLUMNS.split(","))
        rows = self.run.archive.connection.execute(
            f"SELECT {names} FROM json_each(?) AS wanted JOIN captures c ON c.id = wanted.value"
            " WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.capture_id = c.id)"
            " ORDER BY c.fetched_at, c.warc_file, c.warc_offset",
            (json.dumps(sorted(ids)),),
        )
        return (capture for capture in (Capture(*row) for row in rows) if host_of(capture.url) in self.profile.hosts)

    def _is_whole(self, capture: Capture) -> bool:
        """True for a page that has its end, for all that the connection broke off behind it."""
        page = self._page(capture)
        return page is not None and page[1].rstrip().lower().endswith(b"</html>")

    # What is known

    def _task(self, url: str) -> Task | None:
        """What an address is known as: a listing, an article, or what a redirect from one led to."""
        address = canonical_url(url) or url
        spellings = same_page(address)
        for listing in self.profile.listings:
            if listing in spellings:
                return Task(listing, LISTING, chain=listing)
        if task := self.run.frontier.task(address):
            return task
        led = self._led.get(_key(url))
        return led[0] if led else None

    def _wake(self, url: str) -> None:
        """Captures that wait for it to be known what an address is are due, if it is known."""
        if (key := _key(url)) in self._waiting and (task := self._task(url)):
            for capture in self._waiting.pop(key):
                heapq.heappush(self._due, (task.kind != LISTING, capture.fetched_at, capture.id, capture, task))

    def _work(self, progress: Callable[[int], object]) -> None:
        """Read all that is known, listings first: they say what else is, and when it was printed."""
        while self._due:
            self._ahead.expect(self._likely_next())
            _, _, _, capture, task = heapq.heappop(self._due)
            self.run.frontier.seen_at = capture.fetched_at
            try:
                self._read(capture, task)
            finally:
                self.run.frontier.seen_at = None
            progress(1)

    def _likely_next(self) -> Iterator[Page]:
        """Articles that are due. The head of a heap is not in order, and what is read may make others due: then a page
        is read later than it could have been, and no other."""
        for is_article, _, _, capture, task in self._due[:_HEAD]:
            if is_article and 200 <= capture.status < 300 and capture not in self._ahead:
                yield self._as_article(capture, task.url)

    def _as_article(self, capture: Capture, url: str, *, unknown: bool = False) -> Page:
        """A capture to be read as the article of an address."""
        archive = self.run.archive
        original = archive.capture(capture.refers_to) if capture.refers_to else None
        return Page(capture, original, self._rules, archive.listing_evidence(url), unknown)

    def _keep(self, item: Outcome) -> None:
        self._intake.keep(item)

    # Reading

    def _read(self, capture: Capture, task: Task) -> None:
        if capture.status in _GONE and task.kind != LISTING:
            row = self.run.archive.row(
                "SELECT 1 FROM frontier WHERE site = ? AND url = ? AND state = 'gone' AND done_at >= ?",
                self.run.site,
                task.url,
                capture.fetched_at,
            )
            if row is None:
                self._keep(GonePage(task, capture, f"HTTP {capture.status}"))
        elif 300 <= capture.status < 400:
            self._follow(capture, task)
        elif 200 <= capture.status < 300 and not self._was_read(capture, task):
            if task.kind != LISTING:
                self._read_article(capture, task)
            elif page := self._page(capture):
                self._read_listing(capture, task, *page)

    def _was_read(self, capture: Capture, task: Task) -> bool:
        """True for a visit to a listing page that an earlier import read."""
        sql = "SELECT 1 FROM runs WHERE site = ? AND started_at = ? AND outcome = 'imported' AND detail = ?"
        known = self.run.archive.row(sql, self.run.site, capture.fetched_at, _visit(task, capture))
        return task.kind == LISTING and known is not None

    def _page(self, capture: Capture) -> tuple[str | None, bytes] | None:
        """A capture's type and body, unpacked; None, told, where it cannot be read."""
        original = self.run.archive.capture(capture.refers_to) if capture.refers_to else None
        try:
            headers, body = read_page(self.run.archive.warc_folder, capture, original, MAX_BYTES + 1)
        except DamagedRecordError as error:
            self.unread.append(f"{capture.url}: {error}")
            return None
        return headers.get_header("Content-Type"), body

    def _read_listing(self, capture: Capture, task: Task, content_type: str | None, body: bytes) -> None:
        try:
            listing = read_listing(body, capture.url, self._rules, content_type=content_type)
        except UnreadablePageError as error:
            self._keep(FailedPage(task, "listing", str(error)))
            return
        except Exception as error:
            self._keep(FailedPage(task, "listing", our_error(error)))
            return
        listing.url = task.url
        item = ListingPage(task, listing, capture)
        self._keep(item)
        for url in (*(entry.url for entry in listing.entries), *_leads_to(item)):
            self._wake(url)

    def _read_article(self, capture: Capture, task: Task) -> None:
        read = self._ahead.read(self._as_article(capture, task.url))
        if read.stage == DAMAGED:
            self.unread.append(f"{capture.url}: {read.reason}")
            return
        if read.article is None:
            self._keep(FailedPage(task, read.stage or "", read.reason or ""))
            return
        article = read.article
        article.url = canonical_url(article.url) or article.url
        self._keep(ArticlePage(task, article, capture))
        self._close_led(capture.url, task)
        for link in article.links:
            if link.kind == RELATED_LINK:
                self._wake(link.url)

    def _close_led(self, url: str, task: Task) -> None:
        """Other addresses that redirects led from are the article that was read."""
        article_id = self.run.frontier.article_of(task.url)
        for other in self._led.pop(_key(url), []):
            if article_id is not None and other.url != task.url:
                self.run.frontier.close(other.url, "done", article_id=article_id)

    def _follow(self, capture: Capture, task: Task) -> None:
        """A redirect says where the page is that was asked for, or that it is no more."""
        original = self.run.archive.capture(capture.refers_to) if capture.refers_to else None
        try:
            headers, _ = read_page(self.run.archive.warc_folder, capture, original, 1)
        except DamagedRecordError as error:
            self.unread.append(f"{capture.url}: {error}")
            return
        target = canonical_url(headers.get_header("Location") or "", capture.url)
        if target is None or target in same_page(task.url) or host_of(target) not in self.profile.hosts:
            return
        led = self._led[_key(target)]
        if task.kind == LISTING:
            if not is_front_page(target) and task not in led:
                led.append(task)
        elif reason := self._leads_away(target, task):
            self._keep(GonePage(task, capture, reason))
            return
        else:
            found = self.run.archive.find_article(target)
            article_id = self.run.frontier.article_of(target) or (found["id"] if found else None)
            if article_id is not None:
                self._intake.close_article(task, article_id, capture)
            elif task not in led:
                led.append(task)
        self._wake(target)

    def _leads_away(self, target: str, task: Task) -> str | None:
        """Why an article is gone whose address leads to another page."""
        if is_front_page(target) and not is_front_page(task.url):
            return f"redirected to the front page, {target}"
        family = self.profile.family
        if (family and family.listing_url and family.listing_url.match(path_of(target))) or (
            self.run.frontier.is_listing(target)
        ):
            return f"redirected to a listing, {target}"
        return None

    # What nothing names

    def _take_strangers(self, progress: Callable[[int], object]) -> None:
        """Read what nothing captured names: pages of known listings that were not led to, then articles."""
        listed = {_place(url): url for url in self.profile.listings}
        for of_listings in (True, False):
            urls = [left[0].url for left in self._waiting.values() if not of_listings or _place(left[0].url) in listed]
            upcoming = self._strangers(iter(urls), listed)
            for url in urls:
                self._ahead.expect(upcoming)
                if _key(url) in self._waiting and self._introduce(url, listed):
                    self._wake(url)
                    self._work(progress)

    def _strangers(self, urls: Iterator[str], listed: Mapping[str, str]) -> Iterator[Page]:
        """The pages of these addresses that have to be looked at."""
        for url in urls:
            if page := self._stranger(url, listed):
                yield page

    def _stranger(self, url: str, listed: Mapping[str, str]) -> Page | None:
        """The page that says what an address is that nothing names; None where it is of no concern, or known by now."""
        address = canonical_url(url) or url
        first = next((capture for capture in self._waiting.get(_key(url), ()) if _is_page(capture)), None)
        if first is None or is_front_page(address):
            return None
        if not self._may_be_own(address) and _place(url) not in listed:
            return None
        return self._as_article(first, address, unknown=True)

    def _introduce(self, url: str, listed: Mapping[str, str]) -> bool:
        """Make an address known by what its page is; False where it is none of the site's, or none that is read."""
        page = self._stranger(url, listed)
        if page is None:
            return False
        address = canonical_url(url) or url
        read = self._ahead.read(page)
        if read.stage == DAMAGED:
            self.unread.append(f"{page.capture.url}: {read.reason}")
        self.run.frontier.seen_at = page.capture.fetched_at
        try:
            if read.kind == LISTING_KIND and _place(url) in listed:
                listing = listed[_place(url)]
                self.run.frontier.know_listing(address, listing, found_on=listing, depth=1)
                return True
            if read.kind == ARTICLE_KIND and self._may_be_own(address):
                self.run.frontier.add(address, ARTICLE, found_on=address)
                return True
        finally:
            self.run.frontier.seen_at = None
        return False

    def _may_be_own(self, address: str) -> bool:
        return host_of(address) in self._own_hosts and self._may_be_article(address)

    def _may_be_article(self, address: str) -> bool:
        family = self.profile.family
        if family and family.listing_url and family.listing_url.match(path_of(address)):
            return False
        return not (family and family.article_url) or family.article_url.match(path_of(address)) is not None


def _key(url: str) -> str:
    """One name for all spellings of an address that are the same page."""
    return min(same_page(canonical_url(url) or url))


def _place(url: str) -> str:
    """Host and path of an address."""
    return host_of(url) + urlsplit(url).path


def _is_page(capture: Capture) -> bool:
    kind = capture.media_type or "html"
    return 200 <= capture.status < 300 and any(name in kind for name in _PAGES)
