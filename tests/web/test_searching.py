"""The search page and its files, over a real socket: what is found, what narrows it, what is said where nothing is."""

import asyncio
import csv
import io
import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
from archives import keep
from readingroom import served

import newsarchive.web.streaming
from newsarchive.archive.store import Archive
from newsarchive.web.pages.search import other_spelling, unmarked

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("searched")
    with Archive.create(folder) as archive:
        for number in range(45):
            day = f"20{19 + number % 2}-{number % 12 + 1:02d}-10"
            section = "Kinh tế" if number % 3 else "Văn hoá"
            keep(archive, f"Mùa lúa thứ {number}", date=day, section=section, byline="Hà Lan" if number % 5 else None)
        keep(archive, HOSTILE, "Bến sông có chợ nổi.", date="2020-10-09", byline=HOSTILE, section=HOSTILE)
        keep(archive, "Bác sĩ về xã", "Đội y tế.", date="2021-02-03", site="quan-2")
        keep(archive, "Chợ nổi họp lại", date="2020-10", date_earliest="2020-10-01", date_latest="2020-10-31")
        keep(archive, "Chợ không rõ ngày", site="quan-2")
        archive.withhold(keep(archive, "Bí mật lúa", date="2020-10-10", byline="Người Ẩn", site="quan-2"), "thử")
        archive.connection.execute("UPDATE articles SET state = 'gone' WHERE title = 'Mùa lúa thứ 7'")
        archive.keep_site("quan-2", title="Quận <b>2</b>", province="Tỉnh Lam Giang")
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with served(folder) as address:
        yield address


def read(address, path, language="en"):
    answer = httpx.get(address + path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert "style=" not in answer.text
    return answer.text


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def links(page, text):
    """The addresses (as dictionaries) of links whose words begin so."""
    found = re.findall(r'<a href="/search\?([^"]*)">(.*?)</a>', page, re.DOTALL)
    return [dict(parse_qsl(query.replace("&amp;", "&"))) for query, said in found if words(said).startswith(text)]


def test_pages_go_through_all_that_was_found_once(address):
    seen = []
    for number in (1, 2, 3):
        page = read(address, f"/search?q=l%C3%BAa&page={number}")
        seen += re.findall(r'<h3><a href="/article/(\d+)', page)
        assert "of 45" in words(page)
    assert len(seen) == len(set(seen)) == 45
    assert "41–45 of 45" in words(read(address, "/search?q=l%C3%BAa&page=99"))
    assert 'rel="next"' not in page


def test_words_found_are_marked_and_lead_to_the_article(address):
    page = read(address, "/search?q=cho+noi")
    assert "<mark>chợ nổi</mark>" in page or "<mark>chợ</mark> <mark>nổi</mark>" in page
    assert re.search(r'href="/article/\d+\?q=cho%20noi"', page)


def test_what_is_withheld_is_neither_found_nor_counted(address):
    page = read(address, "/search?q=b%C3%AD+m%E1%BA%ADt")
    assert "Nothing was found" in page
    assert "Người Ẩn" not in read(address, "/search")
    for ending in ("csv", "jsonl", "bib", "ris", "csl.json"):
        assert "Bí mật" not in httpx.get(f"{address}/search.{ending}").text


def test_what_narrows_says_how_many_it_leaves(address):
    page = read(address, "/search?q=l%C3%BAa")
    assert links(page, "Kinh tế") == [{"q": "lúa", "section": "Kinh tế"}]
    assert "Kinh tế 30" in words(page)
    assert "2020 22" in words(page)
    assert links(page, "2020") == [{"q": "lúa", "since": "2020", "until": "2020"}]
    narrowed = read(address, "/search?q=l%C3%BAa&section=Kinh+t%E1%BA%BF&since=2020&until=2020")
    total = int(re.search(r"of (\d+)", words(narrowed))[1])
    assert 0 < total < 30
    months = re.findall(r"<title>(\w+ 2020): (\d+) article", narrowed)
    assert sum(int(number) for _, number in months) == total


def test_each_filter_can_be_taken_off_again(address):
    page = read(address, "/search?q=l%C3%BAa&site=song-trang&state=gone&byline=H%C3%A0+Lan&until=2020-12-31")
    assert "1–1 of 1" in words(page)
    rest = {"q": "lúa", "site": "song-trang", "until": "2020-12-31", "byline": "Hà Lan", "state": "gone"}
    for said, kind in (("no longer", "state"), ("Hà Lan", "byline"), ("until", "until"), ("song-trang", "site")):
        assert links(page, f"Take off: {said}") == [{k: v for k, v in rest.items() if k != kind}]


def test_without_words_all_is_listed_newest_first(address):
    page = read(address, "/search")
    assert "of 49" in words(page)
    assert page.index("Bác sĩ về xã") < page.index("Mùa lúa")
    assert "best first" not in page
    assert links(page, "Quận &lt;b&gt;2&lt;/b&gt;") == [{"site": "quan-2"}]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=tomorrow", "“tomorrow” is no date and was left out"),
        ("since=2020-02-31", "is no date"),
        ("since=2021&until=2020", "No day is both after 2021-01-01 and before 2020-12-31"),
        ("site=nowhere", "The archive has no site named “nowhere”: it was left out."),
        ("state=lost", "“lost” is no state of an article"),
        ("q=%22%3F%21", "has no word in it that could be looked for"),
        ("q=" + "+".join(f"a{n}" for n in range(40)), "only its first 32 terms are looked for"),
    ],
)
def test_what_was_not_understood_is_said(address, query, said):
    assert said in words(read(address, f"/search?{query}"))
    assert read(address, f"/search?{query}", "vi")


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80", "page=-1", "page=9999999", "sort=x", "q=" + "(" * 900, "q=*"]
)
def test_no_address_is_too_odd(address, query):
    assert read(address, f"/search?{query}")


@pytest.mark.parametrize(
    ("query", "suggested"),
    [
        ({"q": "lừa mùa"}, {"q": "lua mua"}),
        ({"q": "bác sỹ"}, {"q": "bác sĩ"}),
        ({"q": '"lúa mùa"'}, {"q": "lúa mùa"}),
        ({"q": "lúa voi"}, {"q": "lúa OR voi"}),
        ({"q": "lúa", "since": "1999", "until": "1999"}, {"q": "lúa"}),
        ({"q": "lúa", "site": "quan-2"}, {"q": "lúa"}),
        ({"q": "lúa", "section": "Thể thao"}, {"q": "lúa"}),
    ],
)
def test_where_nothing_is_found_the_next_steps_do_find_something(address, query, suggested):
    page = read(address, "/search?" + "&".join(f"{k}={quote(v)}" for k, v in query.items()))
    page = page.partition("What does find something:")[2]
    found = [dict(parse_qsl(q.replace("&amp;", "&"))) for q in re.findall(r'<li><a href="/search\?([^"]*)', page)]
    assert suggested in found
    for near in found:
        assert "Nothing was found" not in read(
            address, "/search?" + "&".join(f"{k}={quote(v)}" for k, v in near.items())
        )


def test_nothing_near_is_promised_that_is_not_there(address):
    page = words(read(address, "/search?q=xyzzy"))
    assert "Try fewer words" in page
    assert "What does find something" not in page


def test_other_spellings():
    assert unmarked("Đảng bộ OR -họp") == "dang bo OR -hop"
    assert other_spelling("bác sỹ Lý Thị Mỹ") == "bác sĩ Lí Thỵ Mĩ"
    assert other_spelling("ý tai yêu") == "ý tai yêu"


def test_too_many_are_not_counted_and_that_is_said(address, monkeypatch):
    monkeypatch.setattr("newsarchive.web.pages.search.COUNTED", 10)
    page = words(read(address, "/search?q=l%C3%BAa"))
    assert "where no more than 10 articles are found" in page
    assert "Kinh tế 30" not in page


# Files


def test_a_file_has_all_that_the_search_finds(address):
    answer = httpx.get(address + "/search.csv?q=l%C3%BAa&section=Kinh+t%E1%BA%BF&page=2")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="newsarchive.csv"'
    assert "sandbox" in answer.headers["content-security-policy"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 30
    assert {row["section"] for row in rows} == {"Kinh tế"}
    assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)
    assert httpx.get(address + "/search.csv?spreadsheet=1").content.startswith("\ufeff".encode())
    assert len(httpx.get(address + "/search.jsonl?q=l%C3%BAa").text.splitlines()) == 45
    assert len(httpx.get(address + "/search.csl.json?q=l%C3%BAa").json()) == 45
    assert httpx.get(address + "/search.bib?q=l%C3%BAa").text.count("@online{") == 45
    assert httpx.get(address + "/search.ris?q=l%C3%BAa").text.count("ER  - ") == 45


def test_a_file_of_nothing_is_a_file(address):
    assert httpx.get(address + "/search.csl.json?q=xyzzy").json() == []
    assert httpx.get(address + "/search.csl.json?q=%3F").json() == []
    assert httpx.get(address + "/search.xml").status_code == 404
    assert httpx.head(address + "/search.csv").text == ""


def test_a_file_is_of_one_moment_and_comes_as_it_is_read(folder, address):
    text = "Dài. " * 40_000
    with Archive.create(folder) as archive:
        numbers = [keep(archive, f"Tràng giang {n}", text, date="2022-01-01", site="dai") for n in range(40)]
        with httpx.stream("GET", address + "/search.jsonl?site=dai") as answer:
            lines = answer.iter_lines()
            first = json.loads(next(lines))
            with archive.transaction() as db:
                db.execute("UPDATE articles SET title = 'Khác' WHERE site = 'dai'")
            titles = {first["title"], *(json.loads(line)["title"] for line in lines)}
        assert titles == {f"Tràng giang {n}" for n in range(40)}
        for number in numbers:
            archive.withhold(number, "thử")


def taking(address, path):
    """A socket that asked for a file and read its beginning; it takes no more."""
    place = urlsplit(address)
    asking = socket.create_connection((place.hostname, place.port))
    asking.sendall(f"GET {path} HTTP/1.1\r\nhost: {place.netloc}\r\n\r\n".encode())
    assert asking.recv(12) == b"HTTP/1.1 200"
    return asking


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "export"]


def until(holds):
    for _ in range(1000):
        if holds():
            return True
        sleep(0.01)
    return False


@pytest.fixture(scope="module")
def lengthy(tmp_path_factory):
    """An archive of more than the buffers between a server and its reader take."""
    folder = tmp_path_factory.mktemp("lengthy")
    with Archive.create(folder) as archive:
        for number in range(30):
            keep(archive, f"Tràng giang {number}", "Dài. " * 100_000, date="2022-01-01")
    return folder


@pytest.fixture
def long(lengthy):
    with served(lengthy) as address:
        yield address


def test_who_goes_away_is_not_written_for(long):
    asking = taking(long, "/search.jsonl")
    assert threads()
    asking.close()
    assert until(lambda: not threads())
    assert httpx.get(long + "/").status_code == 200


def test_who_goes_away_ends_a_long_query_too(lengthy):
    def write(archive, out):
        archive.rows("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")

    async def gone():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    stream = newsarchive.web.streaming.Stream(lengthy, write, {}, gone, empty=False)
    # In a thread of its own: a browser that another test drives has its loop in this one.
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, stream.asgi_send(send)).result()
    assert until(lambda: not threads())


def test_only_so_many_files_are_made_at_a_time(long):
    readers = [taking(long, "/search.jsonl") for _ in range(newsarchive.web.streaming.AT_ONCE)]
    answer = httpx.get(long + "/search.jsonl")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert httpx.get(long + "/").status_code == 200
    for reader in readers:
        reader.close()
    assert until(lambda: not threads())
    assert httpx.get(long + "/search.bib").status_code == 200


def test_who_takes_nothing_is_left_with_a_file_without_an_end(long, monkeypatch):
    monkeypatch.setattr(newsarchive.web.streaming, "PATIENCE", 0.2)
    asking = taking(long, "/search.jsonl")
    assert until(lambda: not threads())
    received = b""
    while piece := asking.recv(1 << 20):
        received += piece
    asking.close()
    assert not received.endswith(b"0\r\n\r\n")


def test_filters_are_set_by_hand_without_scripts(address, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB", viewport={"width": 360, "height": 740})
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address + "/search")
    page.get_by_label("Words to look for").fill("lúa")
    page.get_by_label("From").fill("2020-01-01")
    page.get_by_label("Until").fill("2020-12-31")
    page.locator("select[name=site]").select_option("song-trang")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("heading", name="of 22").is_visible()
    page.get_by_role("link", name="Take off: from 1 January 2020").click()
    assert "since" not in page.url
    page.get_by_text("How to search").click()
    assert page.get_by_text("words that begin so").is_visible()
    assert page.locator("main").bounding_box()["width"] <= 360
    assert complaints == []
    context.close()
