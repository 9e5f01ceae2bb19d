"""What a page is: every golden page an article, every list a listing, whatever stands beside."""

import re
from pathlib import Path

import pytest
from test_listing import LISTS, SITE
from test_listing import page as listing_page

from newsarchive.demo import DemoSite
from newsarchive.extract.kinds import ARTICLE, FEED, LISTING, OTHER, SITEMAP, kind_of

GOLDEN = sorted((Path(__file__).parents[1] / "pages").glob("*/*.html"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_golden_page_is_an_article(path):
    assert kind_of(path.read_bytes(), f"{SITE}/tin/bai-viet-1234.html").kind == ARTICLE


@pytest.mark.parametrize("main", LISTS.values(), ids=LISTS)
def test_a_list_is_a_listing(main):
    found = kind_of(listing_page(main).encode(), f"{SITE}/tin-tuc")
    assert (found.kind, len(found.listing.entries)) == (LISTING, 6)


def test_the_demos_sections_are_listings_though_summaries_read_like_an_article():
    site = DemoSite()
    links = re.findall(r'href="(/nhom-tin/[^"]+)"', site.handle("/").body.decode())
    listings = {*links, *site.listing_pages}
    assert len(listings) > 8
    for path in listings:
        assert kind_of(site.handle(path).body, SITE + path).kind == LISTING, path
    empty = {*site.paths("empty"), *site.paths("gone")}
    for story in site.stories:
        if story.path not in empty:
            assert kind_of(site.handle(story.path).body, SITE + story.path).kind == ARTICLE, story.path


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<rss version='2.0'><channel><item><link>https://x.example/1</link></item></channel></rss>", FEED),
        ("<feed xmlns='http://www.w3.org/2005/Atom'></feed>", FEED),
        ("<urlset><url><loc>https://x.example/1</loc></url></urlset>", SITEMAP),
        ("<sitemapindex><sitemap><loc>https://x.example/1.xml</loc></sitemap></sitemapindex>", SITEMAP),
        ("<html><body><h1>Liên hệ</h1><p>Điện thoại: 123</p></body></html>", OTHER),
        ("", OTHER),
    ],
)
def test_feeds_sitemaps_and_other_pages_are_told(body, kind):
    assert kind_of(body.encode(), "https://x.example/trang").kind == kind
