"""Finding without a query: the front page, a district, the timeline, bylines; over a real socket."""

import re
from time import sleep
from urllib.parse import quote

import httpx
import pytest
from archives import keep
from readingroom import served, sticking_out

import newsarchive.web.counted
from newsarchive.archive.store import Archive
from newsarchive.web.charts import chart

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SECRET = "https://quan-2.example/bi-mat"
LONG = "Nghiêngngảngoằnngoèo" * 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("finding")


@pytest.fixture(scope="module")
def address(folder):
    with Archive.create(folder) as archive:
        keep(archive, "Hội chợ hoa xuân", date="2019-01-20", byline="Hà Lan", section="Kinh tế")
        keep(archive, "Mùa lúa mới", date="2020-10-08", byline="HÀ LAN - Xuân Hạ", section="Kinh tế")
        keep(archive, HOSTILE, date="2020-10-09", byline=HOSTILE, section=HOSTILE)
        keep(archive, "Không rõ tháng", date="2020", date_earliest="2020-01-01", date_latest="2020-12-31")
        keep(archive, "Không rõ ngày", byline="Hà Lan")
        keep(archive, "Bến sông", date="2020-11-30", site="quan-2", byline="HÀ LAN")
        archive.withhold(
            keep(archive, "Bí mật", url=SECRET, date="2020-10-10", byline="Người Ẩn", site="quan-2"), "thử"
        )
        archive.keep_site(
            "song-trang", title="Trang Sông Trăng", district="Huyện Sông Trăng", province="Tỉnh Lam Giang"
        )
        archive.keep_site("quan-2", title=HOSTILE, district="Quận 2", province="Thành phố Hải Bình")
        archive.keep_site("rong", title=LONG)
        db = archive.connection
        db.execute(
            "INSERT INTO runs (id, site, started_at, outcome, failed)"
            " VALUES (7, 'song-trang', '2026-11-10T03:15:00Z', 'attention', 2)"
        )
        for url, state, stage, reason in (
            ("https://song-trang.example/hong", "failed", "fetch", "HTTP status <b>500</b>"),
            ("https://song-trang.example/cam", "refused", "robots", "refused by robots.txt"),
            ("https://song-trang.example/nay-da-doc", "done", "fetch", "timed out"),
            (SECRET.replace("https://", "http://www."), "failed", "fetch", "timed out"),
        ):
            db.execute(
                "INSERT INTO frontier (site, url, kind, state, found_at)"
                " VALUES ('song-trang', ?, 'article', ?, '2026-11-10T03:15:00Z')",
                (url, state),
            )
            db.execute("INSERT INTO failures VALUES (7, ?, ?, ?, '2026-11-10T03:16:00Z')", (url, stage, reason))
    with served(folder) as address:
        yield address


PATHS = ["/", "/site/song-trang", "/site/quan-2", "/site/rong", "/timeline", "/timeline?site=quan-2", "/bylines"]
PATHS += [f"/byline?name={quote(HOSTILE)}", "/byline?name=H%C3%A0%20Lan", "/bylines?q=ha+lan"]


def read(address, path, language="en"):
    answer = httpx.get(address + path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page):
    """The page's text, white space made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_hostile_words_are_text_and_what_is_withheld_is_nowhere(address, path, language):
    page = read(address, path, language)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>500" not in page
    assert "Bí mật" not in page
    assert "Người Ẩn" not in page
    assert "bi-mat" not in page
    assert "style=" not in page


def test_the_front_page_counts_and_names_the_districts(address):
    page = words(read(address, "/"))
    assert "Articles 6 Sites 3 Days of publication 20 January 2019 – 30 November 2020" in page
    assert "Not in the chart: 1, whose year is not known for certain." in page
    assert "Tỉnh Lam Giang Trang Sông Trăng Huyện Sông Trăng 5 articles" in page
    assert "last crawled 10 November 2026 · – no longer crawled; what was kept stays" in page
    assert "– not crawled by this archive" in page
    assert page.index("Thành phố Hải Bình") < page.index("Tỉnh Lam Giang") < page.index("Province not known")


def test_the_front_page_shows_what_was_kept_since(folder, address):
    with Archive.create(folder) as archive:
        number = keep(archive, "Vừa mới đến", date="2021-01-01", site="moi-den")
        assert "Articles 7 Sites 4" in words(read(address, "/"))
        archive.withhold(number, "thử")
    page = words(read(address, "/"))
    assert "Articles 6 Sites 4" in page
    assert "Vừa mới đến" not in page


def test_a_districts_page_says_what_was_not_kept_and_why(address):
    page = words(read(address, "/site/song-trang"))
    assert "2 pages were found and could not be kept." in page
    assert "could not be fetched: 1" in page
    assert "asks not to fetch it: 1" in page
    assert "nay-da-doc" not in page
    assert "done, but something was not as it should be" in page
    assert "Kinh tế 2" in page


def test_a_site_without_articles_has_a_page_and_one_that_is_not_there_has_none(address):
    assert "This archive has not crawled the site itself." in words(read(address, "/site/rong"))
    assert httpx.get(address + "/site/khong-co").status_code == 404


def test_months_lead_to_the_search_and_no_date_is_smeared(address):
    page = read(address, "/site/song-trang")
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^<]+)</title>', page)
    assert bars == [
        ("/search?site=song-trang&amp;since=2019-01&amp;until=2019-01", "January 2019: 1 article"),
        ("/search?site=song-trang&amp;since=2020-10&amp;until=2020-10", "October 2020: 2 articles"),
    ]
    assert "Not in the chart: 1 of these years, the month not known; 1 undated." in words(page)


def test_each_of_a_few_years_has_its_label():
    drawn = chart(["2019", "2020", "2021"], {"2019": 3, "2021": 1}, width=300)
    assert [year for year, _ in drawn.years] == ["2019", "2020", "2021"]


def test_the_timeline_keeps_to_the_years_and_districts_asked_for(address):
    page = words(read(address, "/timeline?site=song-trang&from=2020&to=2020"))
    assert "1 of other years" in page
    assert "The whole archive" not in page
    assert "January 2019" not in read(address, "/timeline?site=song-trang&from=2020&to=2020")
    assert "The whole archive" in words(read(address, "/timeline?site=nowhere&from=9999&to=x"))


def test_a_bylines_page_keeps_names_apart_and_links_them(address):
    page = read(address, "/byline?name=H%C3%A0%20Lan")
    assert "Articles 2 Days of publication 20 January 2019 Sites 1" in words(page)
    otherwise, together = page.split("Written otherwise")[1].split("The same names")
    assert f'href="/byline?name={"H%C3%80+LAN"}"' in otherwise
    assert "Xuân Hạ" not in otherwise
    assert "HÀ LAN - Xuân Hạ" in together
    assert httpx.get(address + "/byline?name=Ng%C6%B0%E1%BB%9Di%20%E1%BA%A8n").status_code == 404
    assert httpx.get(address + "/byline").status_code == 404


def test_the_list_of_bylines_is_searched_without_marks_and_ordered(address):
    page = read(address, "/bylines?q=ha+lan&sort=name")
    assert re.findall(r'<th scope="row"><a[^>]+>([^<]+)</a>', page) == ["HÀ LAN", "Hà Lan", "HÀ LAN - Xuân Hạ"]
    assert "No byline has these letters." in words(read(address, "/bylines?q=zzz&page=9&sort=x"))
    assert "Hà Lan" in read(address, "/bylines?page=999999999999999999999")


def test_an_empty_archive_says_so(tmp_path):
    Archive.create(tmp_path).close()
    with served(tmp_path) as address:
        assert "The archive has no articles yet." in words(read(address, "/"))
        assert read(address, "/timeline")
        assert "The archive has no bylines yet." in words(read(address, "/bylines"))


def test_every_page_fits_a_phone_without_scripts_and_without_complaint(address, chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, color_scheme="dark", locale="vi-VN"
    )
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PATHS:
        page.goto(address + path)
        assert sticking_out(page) == [], path
    assert complaints == []
    context.close()


def test_a_large_archive_shows_its_last_count_but_nothing_withheld_since(tmp_path, monkeypatch):
    monkeypatch.setattr(newsarchive.web.counted, "FEW", 0)
    monkeypatch.setattr(newsarchive.web.counted, "_SHARE", 1_000_000)
    with Archive.create(tmp_path) as archive, served(tmp_path) as address:
        number = keep(archive, "Một", date="2020-01-01", byline="Hà Lan")
        read(address, "/")
        before = words(read(address, "/bylines"))
        keep(archive, "Hai", date="2020-01-02", byline="Xuân Hạ")
        assert words(read(address, "/bylines")) == before
        archive.withhold(number, "thử")
        after = words(read(address, "/bylines"))
        assert "Hà Lan" not in after
        assert "Xuân Hạ" in after


def test_the_last_count_is_renewed_beside(tmp_path, monkeypatch):
    monkeypatch.setattr(newsarchive.web.counted, "FEW", 0)
    monkeypatch.setattr(newsarchive.web.counted, "_SHARE", 0)
    with Archive.create(tmp_path) as archive, served(tmp_path) as address:
        keep(archive, "Một", date="2020-01-01", byline="Hà Lan")
        read(address, "/bylines")
        keep(archive, "Hai", date="2020-01-02", byline="Xuân Hạ")
        for _ in range(1000):
            if "Xuân Hạ" in read(address, "/bylines"):
                break
            sleep(0.01)
        assert "Xuân Hạ" in read(address, "/bylines")
