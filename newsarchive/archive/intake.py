"""What one page gives the archive: an article with its version and links, a listing's sightings, an article gone.

Whoever reads pages (a crawl, an import of others' captures) hands over what they say; here it is decided under which
address an article is kept, whether it is the site's, and what the frontier learns. Each page is one transaction.
"""

from __future__ import annotations

import re
from dataclasses import fields
from urllib.parse import urlsplit

from newsarchive.archive.frontier import ARTICLE, IMAGE, LISTING, RELATED, posted_place
from newsarchive.archive.revisits import LISTED_ANEW, LISTED_THOUGH_GONE, SAID_CHANGED, mark_due
from newsarchive.archive.run import CrawlRun
from newsarchive.archive.store import mend
from newsarchive.archive.walks import Look, leads_on, listed_though_gone, look_at, said_changed, unchanged_sitemap
from newsarchive.items import RELATED as RELATED_LINK
from newsarchive.items import (
    Article,
    ArticlePage,
    Capture,
    FailedPage,
    GonePage,
    Listing,
    ListingPage,
    PicturePage,
    Task,
    UnchangedPage,
)
from newsarchive.sites.profile import Profile
from newsarchive.sites.urls import host_of, path_of, same_page
from newsarchive.vietnamese.text import collapse, fold, normalise

MAX_DEPTH = 2000
"""Listing pages walked one after another at most: 700 districts' longest listings have some hundreds."""
MAX_SITEMAPS = 3
"""How deep sitemap indexes may lead to others; the protocol knows one step."""
MAX_CHILDREN = 1000
"""Sitemaps that indexes may lead to in one run."""

Outcome = ArticlePage | ListingPage | PicturePage | UnchangedPage | GonePage | FailedPage


class Intake:
    """Keeps what the pages of one site say, for one run."""

    def __init__(self, run: CrawlRun, profile: Profile):
        self.run = run
        self.profile = profile
        self._sitemaps = 0
        self._pages_shown: set[tuple[str | None, tuple[tuple[str | None, str | None], ...]]] = set()

    def keep(self, item: Outcome) -> None:
        """Keep one outcome, the links it found, the frontier's mark and the run's counters: all or nothing.

        Raises :class:`sqlite3.Error` where the archive cannot be written; the counters are then as before.
        """
        counters = self.run.counters()
        try:
            with self.run.archive.transaction():
                match item:
                    case PicturePage() | GonePage() | FailedPage() if item.task.kind == IMAGE:
                        self._keep_picture(item)
                    case ArticlePage():
                        self._keep_article(item)
                    case ListingPage():
                        self._keep_listing(item)
                    case UnchangedPage():
                        self._keep_unchanged(item)
                    case GonePage():
                        self._keep_gone(item)
                    case FailedPage():
                        state = "refused" if item.stage == "robots" else "failed"
                        self.run.fail(item.task, item.stage, collapse(item.reason), state=state)
                self.run.save()
        except BaseException:
            self.run.restore(counters)
            raise

    def _keep_article(self, item: ArticlePage) -> None:
        article, task, run = item.article, item.task, self.run
        assert item.capture is not None
        if reason := self._another_page(article, task):
            run.fail(task, "validate", reason)
            return
        if task.kind == RELATED and not self._same_section(article, task.found_on):
            run.frontier.close(task.url, "elsewhere")
            return
        landed, article.url = article.url, self._address(article)
        if (held := self._held_under(article, task)) is not None:
            article.url = held
        article_id, outcome = run.archive.keep_article(article, site=run.site, capture=item.capture)
        self.close_article(task, article_id, item.capture)
        if landed not in same_page(task.url):
            run.frontier.reach(landed, task, article_id)
        run.count(outcome)
        for link in article.links:
            if link.kind == RELATED_LINK and article.section and self._is_article_here(link.url, article.url):
                run.frontier.add(link.url, RELATED, found_on=article.url)

    def _held_under(self, article: Article, task: Task) -> str | None:
        """The address an article is kept under that has moved since; None where the one it has now is kept already, or
        another article stands there."""
        archive = self.run.archive
        held = archive.row("SELECT url, title FROM articles WHERE id = ?", self.run.frontier.article_of(task.url))
        if held is None or archive.find_article(article.url) or not _same_title(held["title"], article.title or ""):
            return None
        return str(held["url"])

    def close_article(self, task: Task, article_id: int, capture: Capture) -> None:
        """An address turned out to be an article. One that was kept of it before, and has no other, is gone: the
        address leads to the other now, whose ``capture`` shows it where no redirect was captured."""
        run = self.run
        before = run.frontier.article_of(task.url)
        run.frontier.close(task.url, "done", article_id=article_id)
        if before is None or before == article_id or run.frontier.is_elsewhere(before, task.url):
            return
        sql = (
            "SELECT id FROM captures WHERE url IN (?, ?, ?, ?) AND status BETWEEN 300 AND 399 ORDER BY fetched_at DESC"
        )
        redirect = run.archive.row(f"{sql} LIMIT 1", *same_page(task.url))
        shown = run.archive.capture(redirect["id"]) if redirect else capture
        assert shown is not None
        run.archive.mark_gone(before, shown)
        run.gone += 1

    def _keep_unchanged(self, item: UnchangedPage) -> None:
        article_id = self.run.frontier.article_of(item.task.url)
        assert item.capture is not None
        assert article_id is not None
        self.run.archive.mark_seen(article_id, item.capture.fetched_at)
        self.run.frontier.close(item.task.url, "done")
        self.run.count("unchanged")

    def _keep_picture(self, item: PicturePage | GonePage | FailedPage) -> None:
        run, task = self.run, item.task
        first = run.frontier.is_first_try(task.url)
        match item:
            case PicturePage():
                assert item.capture is not None
                state = "done"
                run.frontier.keep_picture(task, item.capture.url)
            case GonePage():
                state = "gone"
                run.frontier.close(task.url, state)
            case FailedPage():
                state = {"robots": "refused", "validate": "unfit"}.get(item.stage, "failed")
                reason = collapse(item.reason)
                run.archive.keep_failure(run_id=run.id, url=task.url, stage=item.stage, reason=reason)
                run.frontier.close(task.url, state)
                run.pictures.first_failure = run.pictures.first_failure or f"{task.url}: {reason}"
        run.pictures.count(state, first=first)

    def _another_page(self, article: Article, task: Task) -> str | None:
        """Why a page that a redirect led to is not the article that was asked for: its title is not the one listed.

        Sites answer for what they have no more with one page for all ("not found", "sign in").
        """
        listed = self.run.archive.listed_title(task.url)
        if article.url in same_page(task.url) or listed is None or _alike(listed, article.title or ""):
            return None
        return f"redirected to {article.url}, which has another title"

    def _address(self, article: Article) -> str:
        """The address an article is kept under: the one it claims (canonical), unless that is another article's.

        Some portals print one canonical address on every page: a claim is believed only if it merges no two titles.
        """
        claimed, title = article.canonical, article.title or ""
        if claimed is None or claimed in same_page(article.url) or self.run.frontier.is_listing(claimed):
            return article.url
        holder = self.run.archive.find_article(claimed)
        listed = self.run.archive.listed_title(claimed)
        if (holder and holder["title"] != title) or (listed and not _same_title(listed, title)):
            return article.url
        return claimed

    def _same_section(self, article: Article, found_on: str | None) -> bool:
        row = self.run.archive.row("SELECT section FROM articles WHERE url = ?", found_on)
        return row is not None and article.section is not None and row["section"] == article.section

    def _is_article_here(self, url: str, beside: str) -> bool:
        """True for an address here that looks like an article's: by the family's pattern, else by its neighbour's."""
        family = self.profile.family
        if host_of(url) not in self.profile.hosts:
            return False
        if family and family.article_url:
            return family.article_url.match(path_of(url)) is not None
        one, other = urlsplit(url).path, urlsplit(beside).path
        return one.rpartition("/")[0] == other.rpartition("/")[0] and _ending(one) == _ending(other)

    def _keep_listing(self, item: ListingPage) -> None:
        listing, task, run = item.listing, item.task, self.run
        listing.entries = [e for e in listing.entries if host_of(e.url) in self.profile.hosts]
        run.listings_read += 1
        form = listing.next_form
        following = posted_place(task.url) if form else listing.next_url
        if following and (following in run.asked or host_of(form.url if form else following) not in self.profile.hosts):
            following = None
        # A sitemap has no next page, and tens of thousands of entries without titles.
        look = look_at(run.frontier, task, listing.entries) if listing.kind != "sitemap" else Look()
        onward = following is not None and leads_on(run.frontier, task, look, following)
        onward = onward and not self._shows_again(listing, task)
        if not item.unchanged:
            run.archive.keep_listing(listing, site=run.site, run_id=run.id)
        for entry in listing.entries:
            run.frontier.add(entry.url, ARTICLE, found_on=task.url)
        if not listing.entries and not listing.children and task.depth == 0:
            run.empty_listing = run.empty_listing or task.url
            run.fail(task, "listing", "no articles found; the layout may have changed")
            return
        self._look_again(LISTED_ANEW, look.changed)
        self._look_again(SAID_CHANGED, said_changed(run.frontier, listing.modified))
        self._look_again(LISTED_THOUGH_GONE, listed_though_gone(run.frontier, [e.url for e in listing.entries]))
        for child in listing.children:
            if unchanged_sitemap(run.frontier, child, listing.modified.get(child)):
                continue
            if host_of(child) in self.profile.hosts and child not in run.asked and task.depth < MAX_SITEMAPS:
                if self._sitemaps == MAX_CHILDREN:
                    run.fail(task, "listing", f"more than {MAX_CHILDREN} sitemaps; the others are left out")
                    return
                self._sitemaps += 1
                run.frontier.follow(task, child)
        if following and onward and task.depth < MAX_DEPTH:
            if form:
                run.forms[following] = form
            run.frontier.follow(task, following)
        run.frontier.close(task.url, "done")

    def _look_again(self, why: str, urls: list[str]) -> None:
        """Articles that were read, but not in this run, are due again."""
        mark_due(self.run.archive, self.run.site, why, [url for url in urls if url not in self.run.asked])

    def _shows_again(self, listing: Listing, task: Task) -> bool:
        """True for a page with the very titles and dates, in order, that another page of its listing had in this run.

        A pager may show its last page for ever, and a session's number in each link makes all of them look new.
        """
        rows = tuple((entry.title, entry.date_text) for entry in listing.entries)
        page = (task.chain, rows)
        again = page in self._pages_shown and len(rows) > 1
        self._pages_shown.add(page)
        return again

    def _keep_gone(self, item: GonePage) -> None:
        run, task = self.run, item.task
        assert item.capture is not None
        if task.kind == LISTING:
            # The page before it leads to it, so this is no end but a fault, ours or the site's; told once.
            run.fail(task, "listing", f"{item.reason}, though the page before leads to it", state="gone")
            return
        article_id = run.frontier.article_of(task.url)
        if item.in_words and article_id is None:
            # Nothing is lost, and asking every night would show the same page.
            run.fail(task, "validate", item.reason)
            run.frontier.leave(task.url)
            return
        if article_id is not None:
            run.frontier.ask_reached(article_id)
        if article_id is not None and not run.frontier.is_elsewhere(article_id, task.url):
            run.archive.mark_gone(article_id, item.capture)
        run.frontier.close(task.url, "gone")
        run.gone += 1


def normalise_article(article: Article) -> None:
    """Every text of an article in NFC, lines collapsed, paragraphs kept apart, what is empty None; in place."""
    for name in (f.name for f in fields(article)):
        value = getattr(article, name)
        if isinstance(value, str) and name not in ("url", "canonical", "extractor"):
            setattr(article, name, _tidy(value, paragraphs=name in ("body", "lead")))
    for image in article.images:
        image.caption = _tidy(image.caption or "")
        image.credit = _tidy(image.credit or "")
    for link in article.links:
        link.title = _tidy(link.title or "")


def _same_title(listed: str, title: str) -> bool:
    """True where a listing's title is an article's, or the beginning of it."""
    one, other = _words(listed), _words(title)
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _alike(listed: str, title: str) -> bool:
    """True where a listing's title may be an article's, mended since: half of its words or more are in it."""
    words, there = _words(listed), set(_words(title))
    return 2 * sum(word in there for word in words) >= len(words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _tidy(text: str, *, paragraphs: bool = False) -> str | None:
    if paragraphs:
        parts = [collapse(part) for part in re.split(r"\n\s*\n", normalise(text))]
        return mend("\n\n".join(part for part in parts if part)) or None
    return mend(collapse(text)) or None


def _ending(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[1:][1] if "." in path else ""
