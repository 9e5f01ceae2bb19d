"""What a Scrapy user expects: `scrapy list`, `scrapy crawl SITE`, settings that are polite and closed."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from crawling import LISTING, Paper, Response, add_site, assert_sound, crawl, html, listing_page, rows, serve
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newsarchive.spiders.loader import ProfileSpiderLoader

PROJECT = Path(__file__).parents[2]


def scrapy(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=PROJECT,
        env={**os.environ, "NEWSARCHIVE_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_scrapy_list_names_the_shipped_and_the_archives_own_sites(tmp_path):
    add_site(tmp_path, "http://127.0.0.1:9")
    done = scrapy(tmp_path, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"quan-1", "sen-hong"} <= set(done.stdout.split())


def test_scrapy_crawl_crawls_a_site_into_the_archive(tmp_path):
    with serve(Paper(5)) as base:
        add_site(tmp_path, base)
        done = scrapy(tmp_path, "crawl", "sen-hong", "-a", "limit=3", "-L", "WARNING")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert len(rows(tmp_path, "SELECT id FROM articles")) == 3
        assert scrapy(tmp_path, "crawl", "sen-hong", "-L", "ERROR").returncode == 0
        assert len(rows(tmp_path, "SELECT id FROM articles")) == 5
    assert_sound(tmp_path)


@pytest.mark.parametrize(
    ("name", "told"), [("sen-hon", "did you mean sen-hong?"), ("broken", "broken.toml, line 1, key 'title'")]
)
def test_scrapy_crawl_of_a_wrong_site_is_a_sentence(tmp_path, name, told):
    add_site(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "sites" / "broken.toml").write_text('title = 7\nlistings = ["http://127.0.0.1/x"]\n')
    done = scrapy(tmp_path, "crawl", name)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_loader_finds_a_site_by_a_requests_host(tmp_path):
    add_site(tmp_path, "http://www.sen-hong.example.vn")
    loader = ProfileSpiderLoader.from_settings(Settings({"NEWSARCHIVE_DIR": str(tmp_path)}))
    assert loader.find_by_request(Request("https://sen-hong.example.vn/tin/1.html")) == ["sen-hong"]
    assert loader.find_by_request(Request("https://example.vn/")) == []
    # A profile that is broken is no reason not to find another.
    (tmp_path / "sites" / "sen-trang.toml").write_text("listings = 1", encoding="utf-8")
    assert loader.find_by_request(Request("https://sen-hong.example.vn/")) == ["sen-hong"]
    with pytest.raises(KeyError, match="no site is named 'sen-hon'"):
        loader.load("sen-hon")


def test_the_settings_are_polite_and_closed():
    settings = Settings()
    settings.setmodule("newsarchive.settings")
    assert settings.getfloat("DOWNLOAD_DELAY") == 1
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    assert settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY") == 1
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    for name in ("REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED", "COOKIES_ENABLED"):
        assert not settings.getbool(name)


def test_a_profiles_pace_is_its_spiders(tmp_path):
    (tmp_path / "sites").mkdir()
    text = 'title = "Sen Hồng"\nlistings = ["http://sen-hong.example.vn/tin"]\ndelay = 2.5\nconcurrency = 3\n'
    (tmp_path / "sites" / "sen-hong.toml").write_text(text, encoding="utf-8")
    spider = ProfileSpiderLoader(tmp_path).load("sen-hong")
    assert spider.name == "sen-hong"
    assert spider.custom_settings["DOWNLOAD_DELAY"] == 2.5
    assert spider.custom_settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 3
    # Where a profile says nothing, one second and one request at a time.
    quan_1 = ProfileSpiderLoader(tmp_path).load("quan-1")
    assert quan_1.custom_settings["DOWNLOAD_DELAY"] == 1
    assert quan_1.custom_settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1


@pytest.mark.parametrize("delay", [2.5, 120.0, 3600.0])
def test_no_answer_is_so_quick_that_a_profiles_delay_is_shortened(tmp_path, delay):
    (tmp_path / "sites").mkdir()
    text = f'title = "Sen Hồng"\nlistings = ["http://sen-hong.example.vn/tin"]\ndelay = {delay}\n'
    (tmp_path / "sites" / "sen-hong.toml").write_text(text, encoding="utf-8")
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    # Scrapy's AutoThrottle never pauses longer than its longest delay, whatever DOWNLOAD_DELAY says.
    merged = Crawler(ProfileSpiderLoader(tmp_path).load("sen-hong"), settings).settings
    assert merged.getfloat("DOWNLOAD_DELAY") == delay
    assert merged.getfloat("AUTOTHROTTLE_MAX_DELAY") >= max(delay, 60)


@pytest.mark.parametrize(
    ("contact", "said"), [("mailto:luu-tru@example.vn", "mailto:luu-tru@example.vn"), ("", "not set")]
)
def test_requests_say_who_asks(tmp_path, contact, said):
    with serve(Paper(1)) as base:
        add_site(tmp_path, base)
        scrapy(tmp_path, "crawl", "sen-hong", "-L", "ERROR", NEWSARCHIVE_CONTACT=contact)
    warc = next((tmp_path / "warc").rglob("*.gz"))
    from warcio.archiveiterator import ArchiveIterator

    with warc.open("rb") as stream:
        agents = {r.http_headers.get_header("User-Agent") for r in ArchiveIterator(stream) if r.rec_type == "request"}
    (agent,) = agents
    assert agent.startswith("newsarchive/")
    assert said in agent


def test_a_feed_and_a_sitemap_are_listings_too(tmp_path):
    paper = Paper(6)
    with serve(paper) as base:
        items = "".join(
            f"<item><title>{paper.items[path].title}</title><link>{base}{path}</link>"
            "<pubDate>Thu, 08 Oct 2020 15:32:00 +0700</pubDate></item>"
            for path in paper.order[:3]
        )
        feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'
        paper.others["/rss.xml"] = Response(200, {"Content-Type": "application/rss+xml"}, feed.encode())
        index = f"<sitemapindex><sitemap><loc>{base}/so-do-1.xml</loc></sitemap></sitemapindex>"
        paper.others["/so-do.xml"] = Response(200, {"Content-Type": "application/xml"}, index.encode())
        urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paper.order[2:])
        paper.others["/so-do-1.xml"] = Response(
            200, {"Content-Type": "application/xml"}, f"<urlset>{urls}</urlset>".encode()
        )
        paper.others[LISTING] = html(listing_page([(paper.order[0], paper.items[paper.order[0]])]))
        add_site(tmp_path, base, listings=["/rss.xml", "/so-do.xml"])
        assert scrapy(tmp_path, "crawl", "sen-hong", "-L", "WARNING").stderr == ""
    assert len(rows(tmp_path, "SELECT id FROM articles")) == 6
    kinds = {row["kind"] for row in rows(tmp_path, "SELECT DISTINCT kind FROM sightings")}
    assert kinds == {"feed", "sitemap"}


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_requests_are_under_way_at_once_than_the_profile_allows(tmp_path, concurrency):
    paper, lock, now, most = Paper(40, page_size=40), threading.Lock(), [0], [0]

    def fault(path):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.005)  # others may come meanwhile
        with lock:
            now[0] -= 1

    with serve(paper, fault=fault) as base:
        add_site(tmp_path, base, more=f"concurrency = {concurrency}\n")
        assert crawl(tmp_path).run["articles_new"] == 40
    assert most[0] <= concurrency
    assert most[0] > 0
