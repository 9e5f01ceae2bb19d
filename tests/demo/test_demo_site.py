"""The made-up site: it answers as meant, its pages parse, and what it calls the truth stands on its pages."""

import http.client
import re
import tomllib
import unicodedata
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import lxml.html
import pytest

from newsarchive.demo import DemoSite, Response, profile_toml, serve
from newsarchive.demo.content import DATED, PRINTED, notices, stories
from newsarchive.demo.pages import LAYOUTS, SECTIONS
from newsarchive.demo.site import LISTING, PAGE_SIZE

TODAY = date(2020, 11, 30)
BASE = "http://127.0.0.1:8000"
SITE = DemoSite(TODAY)
PICTURE = re.compile(r"/res/news/\d{4}/\d\d/\d\d-\d\d-\d{4}-[a-z0-9-]+-[0-9A-F]{8}-(details|thumb)\.jpg\?vs=\d+")


def page(path):
    response = SITE.handle(path)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return lxml.html.document_fromstring(response.body.decode())


def words(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_there_are_enough_articles_all_of_2019_and_2020_and_all_different():
    told = stories()
    assert len(SITE.truth(BASE)) >= 64
    assert {story.published.year for story in told} == {2019, 2020}
    assert max(story.published for story in told).date() < TODAY
    for kind in ("title", "path"):
        assert not [value for value, n in Counter(getattr(s, kind) for s in told).items() if n > 1]
    paragraphs = Counter(paragraph for story in told for paragraph in story.paragraphs)
    assert set(paragraphs.values()) == {1}
    assert all(3 <= len(story.text) <= 6 for story in told if story.state == "live")
    assert all(unicodedata.is_normalized("NFC", paragraph) for paragraph in paragraphs)


def test_the_data_uses_the_words_the_code_knows():
    for story in stories():
        assert story.dated in DATED, story.title
        assert story.section in SECTIONS, story.title
        assert story.layout in LAYOUTS, story.title
        assert story.state in ("live", "empty", "gone")
        assert story.twice in (None, "spelling", "address")
        assert [picture.after for picture in story.pictures] == sorted(picture.after for picture in story.pictures)
        assert all(p.credit is None or (p.caption and p.credit in p.caption) for p in story.pictures)
        assert all(p.after <= len(story.text) for p in story.pictures)


def test_every_layout_section_and_dating_habit_is_in_use():
    living = [story for story in stories() if story.state == "live"]
    assert {story.layout for story in living} == set(LAYOUTS)
    assert {story.section for story in living} == set(SECTIONS)
    assert {story.dated for story in living} == set(DATED)
    assert {len(story.pictures) for story in living} == {0, 1, 2, 3}
    assert {story.state for story in stories()} == {"live", "empty", "gone"}
    assert {story.twice for story in living} == {None, "spelling", "address"}


def test_an_event_is_before_its_publication_and_named_in_the_opening():
    for story in stories():
        if story.event:
            event = date.fromisoformat(story.event)
            assert 0 <= (story.published.date() - event).days <= 7, story.title
            opening = story.sapo if story.sapo and story.sapo.startswith("(") else story.paragraphs[0]
            assert f"{event.day}/{event.month}" in opening[:60], story.title


def test_where_nothing_shows_the_day_the_rows_above_and_below_do():
    rows = SITE.rows
    for place, (story, _) in enumerate(rows):
        if story.dated == "nothing":
            assert 0 < place % PAGE_SIZE < PAGE_SIZE - 1, story.title
            assert rows[place - 1][0].row_date, story.title
            assert rows[place + 1][0].row_date, story.title


def test_about_half_of_the_rows_print_a_day():
    printed = [bool(story.row_date) for story, _ in SITE.rows]
    assert 0.4 < sum(printed) / len(printed) < 0.8


def test_a_day_is_readable_only_where_it_is_said_to_be():
    for story in stories():
        if story.state == "live":
            text = SITE.handle(story.path).body.decode().partition("Ý kiến bạn đọc")[0]
            printed = story.date_text if story.dated in PRINTED else story.day
            assert (printed in text) == (story.dated in PRINTED), story.title
            in_picture = f"{story.published:%d-%m-%Y}" in text
            assert in_picture == (bool(story.pictures) and story.dated != "nothing"), story.title
            assert story.pictures or story.dated != "image", story.title


def test_the_listing_pages_lead_from_one_to_the_next_and_name_every_story():
    path, seen, visited = LISTING, [], []
    while path:
        visited.append(path)
        tree = page(path)
        links = [link.get("href") for link in tree.xpath("//table[.//td[@class='phantrang']]//tr/td[2]/a[b]")]
        assert len(links) <= PAGE_SIZE
        seen += links
        following = tree.xpath("//td[@class='phantrang']/a[.='Trang sau']/@href")
        path = following[0] if following else None
    assert visited == SITE.listing_pages
    assert len(visited) >= 5
    assert seen == [address for _, address in SITE.rows]
    assert {urlsplit(address).path for address in seen} >= {story.path for story in stories()}
    spelt_twice = next(story for story in stories() if story.twice == "spelling")
    assert [address for address in seen if spelt_twice.path in address] != [spelt_twice.path]


@pytest.mark.parametrize("number", ["0", "99", "x", "-1"])
def test_a_listing_page_that_is_not_there(number):
    assert SITE.handle(f"{LISTING}?page={number}").status == 404


def test_every_listed_address_answers_as_meant():
    status = {"live": 200, "empty": 200, "gone": 410}
    for story, address in SITE.rows:
        assert SITE.handle(address.partition("#")[0]).status == status[story.state], address
    assert SITE.handle("/tin-tuc/khong-co-1").status == 404
    assert [len(SITE.paths(state)) for state in ("empty", "gone")] == [1, 1]


def test_the_broken_page_has_a_title_and_no_text():
    (path,) = SITE.paths("empty")
    tree = page(path)
    assert tree.xpath("//h1")[0].text_content().strip()
    assert not words(tree.xpath("//div[@class='detail-content']")[0].text_content())


def test_two_addresses_of_one_article_claim_the_first():
    (story,) = [story for story in stories() if story.twice == "address"]
    for path in (story.path, story.second_path):
        assert page(path).xpath("//link[@rel='canonical']/@href") == [story.path]


def test_the_truth_stands_on_the_pages():
    for article in SITE.truth(BASE):
        tree = page(article.url.removeprefix(BASE))
        text = words(tree.text_content())
        for part in (article.title, article.byline, article.source, *article.body.split("\n\n")):
            assert not part or words(part) in text, article.url
        assert not article.lead or article.body.startswith(article.lead + "\n\n")
        sources = [BASE + src for src in tree.xpath("//img/@src")]
        for image in article.images:
            assert image.url in sources
            assert not image.caption or image.caption in text
            assert not image.caption or image.caption not in article.body
        addresses = [BASE + href for href in tree.xpath("//a/@href")]
        positions = [addresses.index(link.url) for link in article.links if link.kind in ("inline", "attachment")]
        assert positions == sorted(positions)
        assert Counter(link.kind for link in article.links)["notice"] == 2
        assert 3 <= Counter(link.kind for link in article.links)["related"] <= 5
        assert all(link.url in addresses and link.title in text for link in article.links)
        assert "Thứ Hai, ngày 30 tháng 11 năm 2020" in text
        assert "Giấy phép số 12/GP-STTTT ngày 05/02/2015" in text
        assert article.page_date == "2020-11-30"


def test_what_a_page_links_to_is_there():
    paths = {LISTING, "/", *SITE.paths("live")}
    found = {path for place in paths for path in page(place).xpath("//a/@href | //img/@src") if path.startswith("/")}
    for path in found - set(SITE.paths("gone")):
        response = SITE.handle(path.partition("#")[0])
        assert response.status == 200, path
        if path.startswith("/res/news/"):
            assert PICTURE.fullmatch(path)
            assert response.body.startswith(b"\xff\xd8") and response.body.endswith(b"\xff\xd9")  # noqa: PT018
    assert {notice.path for notice in notices()} <= found


def test_one_site_answers_like_another():
    other = DemoSite(TODAY)
    for path in ("/", *SITE.listing_pages, *SITE.paths("live")):
        assert other.handle(path) == SITE.handle(path)
    assert other.truth(BASE) == SITE.truth(BASE)
    before = date.today()
    assert before <= DemoSite().today <= date.today()  # midnight may pass meanwhile


def test_the_profile_is_a_profile(tmp_path):
    from newsarchive.sites.profile import load_profile

    text = profile_toml(BASE)
    assert set(tomllib.loads(text)) == {"title", "district", "province", "listings", "delay"}
    (tmp_path / "sen-hong.toml").write_text(text, encoding="utf-8")
    assert load_profile(tmp_path / "sen-hong.toml").listings == (BASE + LISTING,)


def test_it_is_served_on_loopback_over_a_kept_connection():
    log = []
    with serve(SITE, log=log) as base:
        address = urlsplit(base)
        assert address.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        bodies = []
        for path in ("/robots.txt", LISTING):
            connection.request("GET", path)
            response = connection.getresponse()
            bodies.append(response.read())
        connection.request("GET", LISTING, headers={"If-None-Match": response.headers["ETag"]})
        assert connection.getresponse().read() == b""
        connection.request("HEAD", LISTING)
        head = connection.getresponse()
        assert (head.read(), head.headers["Content-Length"]) == (b"", str(len(bodies[1])))
        connection.close()
    assert bodies == [SITE.handle(path).body for path in ("/robots.txt", LISTING)]
    assert b"Disallow: /tim-kiem" in bodies[0]
    assert log == ["/robots.txt", LISTING, LISTING, LISTING]


def test_a_fault_answers_first():
    def fault(path):
        return Response(500, {"Content-Type": "text/plain"}, b"broken") if "page=2" in path else None

    with serve(SITE, fault=fault) as base:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)
        statuses = []
        for path in SITE.listing_pages[:3]:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
    assert statuses == [200, 500, 200]
