"""What programs are answered: the same as the commands print, page by page, and errors as JSON."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from archives import keep
from crawling import command
from readingroom import served

from newsarchive.archive.store import Archive

MANUAL = Path(__file__).parents[2] / "docs" / "reading-room.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    with Archive.create(folder) as archive:
        for number in range(45):
            section = "Giáo dục" if number % 2 else None
            keep(archive, f"Học sinh lớp {number}", date=f"2020-10-{number % 28 + 1:02d}", section=section)
        keep(archive, "Chợ nổi họp lại", date="2019-02-03", site="quan-2", byline="Hà Lan")
        archive.withhold(keep(archive, "Học sinh giấu tên", date="2020-10-10"), "thử")
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with served(folder) as address:
        yield address


def get(address, path, status=200, language="en"):
    answer = httpx.get(address + path, headers={"accept-language": language})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


def printed(folder, *arguments):
    done = command("--archive", folder, *arguments)
    assert done.status == 0, done.err
    return json.loads(done.out)


def test_a_search_is_what_the_command_finds(address, folder):
    found = get(address, "/search.json?q=hoc+sinh&sort=newest&since=2020-10-05")
    words = ("search", "hoc sinh", "--date", "2020-10-05/..", "--json")
    assert found["articles"] == printed(folder, *words, "--sort", "newest")
    assert found["counts"] == printed(folder, *words, "--counts")
    assert found["total"] == found["counts"]["total"] == 37
    assert found["asked"] == {"q": "hoc sinh", "site": [], "since": "2020-10-05", "sort": "newest"}
    assert not found["more"]
    assert found["notes"] == []


def test_the_next_page_leads_through_all_of_it_once(address):
    path, seen = "/search.json?q=hoc+sinh&site=song-trang", []
    while path:
        found = get(address, path)
        seen += [article["id"] for article in found["articles"]]
        path = found["next"]
    assert len(seen) == len(set(seen)) == 45
    beyond = get(address, "/search.json?q=hoc+sinh&page=900")
    assert (beyond["articles"], beyond["next"], beyond["total"]) == ([], None, 45)


def test_a_next_page_is_named_where_more_is_there_than_was_counted(address, monkeypatch):
    for name in ("NARROW", "_FEW", "_FEW_OF_SITES"):
        monkeypatch.setattr(f"newsarchive.research.plan.{name}", 3)
    titles, path = [], "/search.json?q=hoc+sinh&since=2020-10-01"
    while path:
        found = get(address, path)
        assert found["more"] == (len(found["articles"]) == 20)
        titles += [article["title"] for article in found["articles"]]
        path = found["next"]
    assert len(titles) == len(set(titles)) == 45


def test_without_words_everything_the_newest_first(address):
    found = get(address, "/search.json")
    assert (found["total"], found["articles"][0]["date"], found["asked"]["sort"]) == (46, "2020-10-28", "newest")


def test_what_was_not_understood_is_said_in_the_readers_language(address):
    path = "/search.json?q=ch%E1%BB%A3&since=h%C3%B4m+qua&state=lost"
    found = get(address, path)
    assert [note.partition("”")[2][:10] for note in found["notes"]] == [" is no dat", " is no sta"]
    assert found["total"] == 1
    assert "không phải là ngày" in get(address, path, language="vi")["notes"][0]
    assert "Accept-Language" in httpx.get(address + path).headers["vary"]


def test_too_many_to_be_counted_are_found_uncounted(address, monkeypatch):
    monkeypatch.setattr("newsarchive.web.pages.search.COUNTED", 44)
    assert get(address, "/search.json?q=hoc+sinh")["counts"] is None
    assert get(address, "/search.json?q=lop+4*")["counts"]["total"] == 6


def test_an_article_is_what_the_command_shows(address, folder):
    shown, there = printed(folder, "show", "46", "--json"), get(address, "/article/46.json")
    assert there == shown
    assert get(address, "/article/47.json", 451) == {
        "ok": False,
        "error": "This is kept in the archive, but it is not shown.",
        "status": 451,
    }
    assert get(address, "/article/99.json", 404)["status"] == 404


def test_the_sites_say_how_they_do(address):
    sites = {site["site"]: site for site in get(address, "/sites.json")}
    assert (sites["song-trang"]["articles"], sites["quan-2"]["last_day"]) == (45, "2019-02-03")
    assert not {"reasons", "next_step", "profile"} & set(sites["quan-2"])


def asked_in_the_manual():
    return re.findall(r"curl -s '(http://127\.0\.0\.1:8001[^']+)'", MANUAL.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", asked_in_the_manual())
def test_the_manuals_examples_are_answered(address, example):
    parts = urlsplit(example)
    answer = httpx.get(f"{address}{parts.path}?{parts.query}")
    assert answer.status_code == 200
    for line in answer.text.splitlines() if parts.path.endswith(".jsonl") else [answer.text]:
        assert json.loads(line)


def test_the_manual_has_the_keys(address):
    found = get(address, "/search.json?q=hoc+sinh")
    table = re.search(r"takes what the search page takes:\n\n(.*?)\n\n", MANUAL.read_text(encoding="utf-8"), re.S)[1]
    told = re.findall(r"`(\w+)`", table)
    assert {*found, *found["articles"][0], *found["counts"]} <= set(told)


def test_what_the_page_on_the_archive_names_is_answered(address):
    page = httpx.get(address + "/about").text
    named = [path.replace("&amp;", "&") for path in re.findall(r'href="(/[^"]*\.json[^"]*)"', page)]
    assert len(named) == 4
    for path in named:
        get(address, path)
