"""What a site is like, from a few of its pages: where it lists its news, what it is called, how slowly it wants to be
read. The pages are had as a crawl would have them; what they say is hostile text still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarchive.cli.common import CommandError
from newsarchive.cli.fetching import REFUSED, FetchError, NoAnswerError, Page, Visitor
from newsarchive.extract.article import PageContext
from newsarchive.extract.document import Tree, UnreadablePageError, decode, parse
from newsarchive.extract.frontpage import PageLink, feeds, imprint, sections, sent_on, site_names, trail
from newsarchive.extract.kinds import ARTICLE, FEED, LISTING, MIN_ENTRIES, OTHER, SITEMAP, Kind, kind_of
from newsarchive.extract.metadata import breadcrumb
from newsarchive.sites.families import Family, family_of
from newsarchive.sites.places import find_district, find_province
from newsarchive.sites.urls import canonical_url, host_of, is_front_page, path_of, same_page

MAX_SECTIONS = 8
"""Sections that are looked at; an archivist adds the others, where there are more."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that lists articles: how many it shows, whether it leads on to a next page, and what it is."""

    url: str
    articles: int
    leads_on: bool
    what: str


@dataclass(slots=True)
class Survey:
    """What was found of a site. ``chosen`` is what to crawl and ``why``; ``also`` what lists articles too; ``notes``
    sentences for the archivist."""

    url: str
    chosen: list[Found] = field(default_factory=list)
    why: str = ""
    also: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    title: str = ""
    district: str | None = None
    province: str | None = None
    family: Family | None = None
    asked_delay: float = 0.0


def survey(url: str, delay: float, tell: Callable[[str], None]) -> Survey:
    """Look at the site of an address: a listing, a front page, a feed, a sitemap or an article.

    ``url`` is canonical; ``delay`` are the seconds between two requests; ``tell`` is told what is being looked at.
    Raises :class:`newsarchive.cli.common.CommandError`: 3 where the page cannot be had, 1 where nothing that lists
    articles is found.
    """
    return _Surveyor(url, delay, tell).work()


class _Surveyor:
    def __init__(self, url: str, delay: float, tell: Callable[[str], None]):
        self.visitor = Visitor(url, delay)
        self.tell = tell
        self.found = Survey(url)
        self.at_front = False

    def work(self) -> Survey:
        found = self.found
        page, kind, text = self._named(found.url)
        if kind.kind == OTHER and (target := sent_on(parse(text), page.url)):
            page, kind, text = self._named(target)
        if page.url not in same_page(found.url):
            found.notes.append(f"{found.url} leads to {page.url}, which is taken in its place")
        root = parse(text)
        found.family = family_of(text, page.url)
        rules = self.visitor.rules(page.url)
        found.asked_delay = rules.asked_delay
        self.at_front = is_front_page(page.url) or is_front_page(found.url)
        front = root if self.at_front else self._front(page.url)
        self._name(page, root if kind.kind not in (FEED, SITEMAP, ARTICLE) and front is not root else None, front)
        sitemap = self._sitemap(page.url, rules.sitemaps) if kind.kind not in (FEED, SITEMAP) else None
        site_feeds = list(dict.fromkeys(u for tree in (root, front) if tree is not None for u in feeds(tree, page.url)))
        self._choose(page, kind, root, front, sitemap, site_feeds)
        return found

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _named(self, url: str) -> tuple[Page, Kind, str]:
        """The page that was named. Raises where it cannot be had or is no page."""
        self.tell(f"looking at {url}")
        try:
            page = self.visitor.visit(url)
            text = decode(page.body, page.content_type)
            return page, kind_of(page.body, page.url, context=PageContext(page.content_type)), text
        except NoAnswerError as error:
            raise CommandError(f"{url}: {error}; is the address right, and does a browser open it?", 3) from error
        except FetchError as error:
            hint = "; ask the site's keeper" if str(error) == REFUSED else ""
            raise CommandError(f"{url}: {error}{hint}", 3) from error
        except UnreadablePageError as error:
            raise CommandError(f"{url}: {error}; name the page that lists the site's news instead", 1) from error

    def _look(self, url: str) -> tuple[Page, Kind] | None:
        """Another page of the site and what it is; None where it cannot be had."""
        self.tell(f"looking at {url}")
        try:
            page = self.visitor.visit(url)
            return page, kind_of(page.body, page.url, context=PageContext(page.content_type))
        except (FetchError, UnreadablePageError):
            return None

    def _front(self, url: str) -> Tree | None:
        parts = urlsplit(url)
        seen = self._look(f"{parts.scheme}://{parts.netloc}/")
        if seen is None or seen[1].kind in (FEED, SITEMAP):
            return None
        return parse(decode(seen[0].body, seen[0].content_type))

    def _sitemap(self, url: str, named: list[str]) -> Found | None:
        """The site's sitemap: the first that robots.txt names here, else the usual one."""
        parts = urlsplit(url)
        usual = f"{parts.scheme}://{parts.netloc}/sitemap.xml"
        own = [u for u in (canonical_url(address, usual) for address in named) if u and host_of(u) == host_of(url)]
        seen = self._look([*own, usual][0])
        if seen is None or seen[1].kind != SITEMAP:
            return None
        return _described(*seen)

    # -- the choice ----------------------------------------------------------------------------------------------------

    def _choose(
        self, page: Page, kind: Kind, root: Tree, front: Tree | None, sitemap: Found | None, site_feeds: list[str]
    ) -> None:
        found = self.found
        if kind.kind in (FEED, SITEMAP):
            found.chosen, found.why = [_described(page, kind)], f"the {kind.kind} you named"
        elif kind.kind == LISTING and not self.at_front:
            found.chosen, found.why = [_described(page, kind)], "the page you named lists articles"
        elif kind.kind == ARTICLE and (own := self._section_of(page, root)):
            found.chosen, found.why = [own], "the page you named is an article, and this is its section"
        else:
            self._choose_sections(page, kind, root, front)
        if not found.chosen:
            self._fall_back(page, kind, sitemap, site_feeds)
        if sitemap and sitemap not in found.chosen:
            found.also.append(sitemap)
        found.also += [Found(url, 0, False, "feed") for url in site_feeds if url not in {c.url for c in found.chosen}]
        self._say_how_far()

    def _section_of(self, page: Page, root: Tree) -> Found | None:
        """The listing an article belongs to, by its breadcrumb."""
        for link in trail(root, page.url, breadcrumb(root))[:2]:
            seen = self._look(link.url)
            if seen and seen[1].kind == LISTING:
                return _described(*seen, what=link.label)
        return None

    def _choose_sections(self, page: Page, kind: Kind, root: Tree, front: Tree | None) -> None:
        found = self.found
        listed = {entry.url for entry in kind.listing.entries}
        candidates = self._candidates(root, page.url, listed)
        if not candidates and front is not None:
            candidates = self._candidates(front, page.url, listed)
        what = "an article" if kind.kind == ARTICLE else "no list of articles"
        if self.at_front:
            what = "the front page"
        shown: set[frozenset[str]] = set()
        for link in candidates[:MAX_SECTIONS]:
            seen = self._look(link.url)
            if seen is None or seen[1].kind != LISTING or is_front_page(seen[0].url):
                continue
            entries = frozenset(entry.url for entry in seen[1].listing.entries)
            if entries not in shown:
                shown.add(entries)
                found.chosen.append(_described(*seen, what=link.label))
        found.why = f"the page you named is {what}; these are the sections it links to that list articles"
        if found.chosen and len(candidates) > MAX_SECTIONS:
            others = ", ".join(f"{link.label} ({link.url})" for link in candidates[MAX_SECTIONS:][:5])
            found.notes.append(f"not looked at, for there were more than {MAX_SECTIONS}: {others}")

    def _candidates(self, root: Tree, url: str, besides: set[str]) -> list[PageLink]:
        links, family = sections(root, url, besides=besides), self.found.family
        if family and family.listing_url:
            return [link for link in links if family.listing_url.match(path_of(link.url))]
        return links

    def _fall_back(self, page: Page, kind: Kind, sitemap: Found | None, site_feeds: list[str]) -> None:
        """With no section that lists articles: the sitemap, a feed, the front page itself, in this order."""
        found = self.found
        why = "no page that lists articles was found"
        if sitemap and (sitemap.articles >= MIN_ENTRIES or sitemap.leads_on):
            found.chosen, found.why = [sitemap], f"{why}, so the site's sitemap is read"
            return
        for url in site_feeds[:2]:
            seen = self._look(url)
            if seen and seen[1].kind == FEED and seen[1].listing.entries:
                found.chosen, found.why = [_described(*seen)], f"{why}, so the site's feed is read"
                return
        if kind.kind == LISTING:
            found.chosen, found.why = [_described(page, kind)], f"{why} but the front page itself"
            found.notes.append(
                "the front page shows the newest articles only: name the pages of its sections if you can"
            )
            return
        is_an = {ARTICLE: "is an article"}.get(kind.kind, "lists no articles that can be told from its menus")
        raise CommandError(
            f"{page.url} {is_an}, and no other page, feed or sitemap that lists the news was found; no profile is"
            " written. Find the page that lists the news in a browser, and name that one. If it is this one, write the"
            " profile by hand, with selectors under [listing]",
            1,
        )

    def _say_how_far(self) -> None:
        found = self.found
        for one in found.chosen:
            if one.what == FEED:
                found.notes.append(
                    f"a feed reaches the newest articles only ({one.articles} now): for all that were ever published,"
                    " name the page that lists them"
                )
        ends = [one for one in found.chosen if one.what not in (FEED, SITEMAP) and not one.leads_on]
        if ends:
            pages = "the page shows" if len(found.chosen) == 1 else f"{len(ends)} of these pages show"
            found.notes.append(f"{pages} no way to a next page: only the articles on it are reached")

    # -- names ---------------------------------------------------------------------------------------------------------

    def _name(self, page: Page, own: Tree | None, front: Tree | None) -> None:
        """Names by the page itself before those of the front page: a portal's page may be a district's."""
        found, host = self.found, host_of(page.url)
        of_page = site_names(own, front=False) if own is not None else []
        of_front = site_names(front, front=True) if front is not None else []
        lines = [line for tree in (own, front) if tree is not None for line in imprint(tree)]
        found.district = find_district(host, [*of_page, *of_front, *lines])
        found.province = find_province(host, [*of_page, *of_front, *lines])
        # The front page has the fuller name, unless it is that of the portal in which the district has its pages.
        same = found.district is None or find_district(host, of_front) == found.district
        names = [*of_front, *of_page] if same else [*of_page, *of_front]
        found.title = next(iter(names), None) or found.district or host


def _described(page: Page, kind: Kind, *, what: str | None = None) -> Found:
    listing = kind.listing
    leads_on = bool(listing.next_url or listing.next_form or listing.children)
    return Found(canonical_url(page.url) or page.url, len(listing.entries), leads_on, what or kind.kind)
