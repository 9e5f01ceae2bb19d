"""What the benchmark of whole pages judges by; the peers themselves are not needed here."""

import shutil
import subprocess
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.extraction import golden, public
from benchmarks.extraction.measure import averages, compare, f1
from benchmarks.extraction.readers import names, ours, plain_text
from benchmarks.performance import crawling, reading, starting, storing
from benchmarks.performance.parts import PARTS
from benchmarks.performance.report import NoPlaceError, Options, aim, place, write
from benchmarks.performance.ways import SELECTORS, UNRECORDED, WAYS
from benchmarks.recrawl import measure as recrawl
from benchmarks.recrawl.site import PrintedSite, serving
from benchmarks.search import measure as search
from benchmarks.search import parts
from benchmarks.search.queries import kinds
from newsarchive.archive.store import Archive

TEXT = "Sáng 12/9, phường ra quân dọn rạch Ông Đội trước mùa mưa."


def test_bodies_are_compared_by_runs_of_four_words():
    assert compare("", "") == (0, 0, 0)
    assert compare(TEXT, TEXT) == (1, 0, 0)
    assert compare("một hai ba bốn năm", "một hai ba bốn") == (0.5, 0, 0.5)
    assert compare("một hai ba bốn", "một hai ba bốn năm sáu") == (pytest.approx(1 / 3), pytest.approx(2 / 3), 0)
    assert f1((0.5, 0, 0.5)) == pytest.approx(2 / 3)
    assert averages([(1, 0, 0), (0.5, 0, 0.5)]) == (pytest.approx(6 / 7), 1, 0.75)


def test_names_are_compared_however_they_are_joined():
    assert names("Xuân Hạ - Minh Tâm") == names("Minh Tâm; Xuân Hạ") == ("Minh Tâm", "Xuân Hạ")
    assert names(None) == ()


def test_html_becomes_text_with_a_break_at_each_block():
    assert plain_text("<div><p>Một <b>ha</b>i</p><p>ba<br>bốn</p></div>").split() == ["Một", "hai", "ba", "bốn"]


def test_a_golden_page_is_judged_by_the_fields_its_record_names():
    pages = golden.sheets()
    score = golden.judge(ours, pages)
    assert score.judged["title"] == len(pages) > 16
    assert score.judged["related"] < len(pages)
    assert averages(score.bodies)[0] > 0.99


def test_a_folder_that_is_no_checkout_of_the_public_benchmark_is_told_so(tmp_path):
    with pytest.raises(public.NotTheBenchmark, match=r"has no ground-truth\.json"):
        public.sheets(tmp_path)


def test_the_archive_whose_reading_is_measured_is_a_sound_one_of_pages_and_pictures(tmp_path):
    size = reading.fill(tmp_path, 3, 2)
    assert size == sum(path.stat().st_size for path in reading.warc_files(tmp_path)) > 200_000
    reading.verify_all(tmp_path, 1)
    reading.plain_loop(tmp_path)
    reading.read_anew(tmp_path, 1)
    with Archive.read(tmp_path) as archive:
        assert [tuple(row) for row in archive.rows("SELECT count(*), sum(date IS NOT NULL) FROM articles")] == [(3, 3)]
        assert archive.rows("SELECT 1 FROM versions WHERE number > 1") == []


def test_each_work_is_measured_on_the_cores_it_knows():
    asked = []
    works = [
        reading.Work("both", lambda cores: asked.append(("both", cores)), 10, reading.PAGES),
        reading.Work("one", lambda cores: asked.append(("one", cores)), 10, reading.PAGES, once=True),
    ]
    rates = reading.rates(works, 2)
    assert asked == [("both", 1), ("both", 2), ("one", 1)] * 2
    assert rates["one"][1] is None
    assert all(rate > 0 for rate in (*rates["both"], rates["one"][0]))


def test_a_crawl_that_is_measured_gets_the_whole_site_in_a_process_of_its_own():
    ways = {SELECTORS: WAYS[SELECTORS], **UNRECORDED}
    crawls = crawling.crawl_all(ways, 21, 1)
    assert list(crawls) == list(ways)
    for (done,) in crawls.values():
        assert done.pages == 21 + 2
        assert done.seconds > 0 < done.cpu
        # Linux alone tells it.
        assert done.memory == 0 or 40 < done.memory < 160
    with crawling.serving(crawling.Site(5)) as base, pytest.raises(RuntimeError, match="discard: 5 articles of 6"):
        crawling.crawl(WAYS["Scrapy, fetch and discard"], 6, base)


def test_what_sqlite3_stores_by_hand_is_what_the_program_stores(tmp_path):
    profile, items = storing.ready(tmp_path / "ready", 7)
    for name in ("ours", "by hand"):
        shutil.copytree(tmp_path / "ready", tmp_path / name)
    storing.store(tmp_path / "ours", profile, items)
    made = storing.rows(tmp_path / "ours")
    storing.store_by_hand(tmp_path / "by hand", made)
    assert storing.rows(tmp_path / "by hand") == made
    assert [len(made[6][name]) for name in (*storing.TABLES, "frontier")] == [1, 1, 5, 1, 1, 1]
    for name in ("ours", "by hand"):
        with Archive.read(tmp_path / name) as archive:
            found = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'captions:hem'"
            assert archive.rows(found)[0][0] == 7
            assert archive.rows("SELECT count(*) FROM frontier WHERE state = 'todo'")[0][0] == 0
    assert set(storing.measure(tmp_path / "measured", 3, 1)) > {storing.OURS, storing.BY_HAND}


def test_starts_are_measured_of_commands_that_do_something(tmp_path):
    profile, items = storing.ready(tmp_path, 2)
    storing.store(tmp_path, profile, items)
    started = starting.measure(tmp_path, "hẻm", 1)
    assert all(start.milliseconds > 0 < start.cpu for start in started.values())
    with pytest.raises(subprocess.CalledProcessError):
        starting.measure(tmp_path / "none", "hẻm", 1)


def test_a_table_takes_its_place_in_a_page_and_no_other(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("one\n<!-- measured: crawl -->\n\nold\n\n<!-- end of crawl -->\ntwo\n")
    write(page, "crawl", "new")
    write(page, "crawl", "newer")
    assert page.read_text() == "one\n<!-- measured: crawl -->\n\nnewer\n\n<!-- end of crawl -->\ntwo\n"
    with pytest.raises(NoPlaceError, match="no place for store: put the lines <!-- measured: store -->"):
        write(page, "store", "new")
    assert aim("fast", False, "slow") == "Aim: fast. **Not met**: slow."


def test_the_page_of_measurements_has_a_place_for_each():
    text = Path(__file__).parents[1].joinpath("docs/performance.md").read_text(encoding="utf-8")
    for name in PARTS:
        table = text[place(text, name)]
        assert " cores of " in table
        assert table.count("\n| ") > 3, name


def test_a_part_gives_its_table():
    text = PARTS["store"](Options(3, 3, 1))
    assert text.startswith("3 articles, one transaction each, one round.\n\n|  | articles/s | CPU, ms an article |\n")
    assert text.count("\n| `") == 3


def test_the_site_of_second_crawls_knows_what_changed_since_and_counts_what_it_sends():
    site = PrintedSite(25, recrawl.FIRST_VISIT)

    def ask(path, **headers):
        request = Request(base + path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        try:
            with urlopen(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as error:
            return error.code, error.headers, ""

    with serving(site) as base:
        status, held, listing = ask("/tin-tuc/")
        assert (status, listing.count("<li><a"), "trang-2.html" in listing) == (200, 20, True)
        assert ask("/tin-tuc/", If_None_Match=held["ETag"])[0] == 304
        _, article, before = ask("/tin-tuc/7.html")
        assert ask("/tin-tuc/7.html", If_Modified_Since=article["Last-Modified"])[0] == 304
        site.edit([7], recrawl.FIRST_VISIT)
        site.publish(1)
        assert site.changed == {"/tin-tuc/7.html", "/tin-tuc/26.html"}
        assert ask("/tin-tuc/", If_None_Match=held["ETag"])[0] == 200
        _, _, after = ask("/tin-tuc/7.html", If_Modified_Since=article["Last-Modified"])
        assert "đính chính" in after
        assert "đính chính" not in before
        long_after = format_datetime(recrawl.FIRST_VISIT + timedelta(days=9), usegmt=True)
        assert ask("/tin-tuc/7.html", If_None_Match=article["ETag"], If_Modified_Since=long_after)[0] == 200
        assert ask("/tin-tuc/27.html")[0] == 404
    assert [answer.whole for answer in site.log] == [True, False, True, False, True, True, True, False]
    assert all(30_000 < answer.bytes < 40_000 if answer.whole else answer.bytes < 300 for answer in site.log)


def test_a_second_crawl_of_the_measured_site_is_cheap_and_finds_what_is_new(tmp_path):
    site = PrintedSite(24, recrawl.FIRST_VISIT)
    with serving(site) as base:
        first = recrawl.visit(tmp_path, site, base, recrawl.crawl, recrawl.FIRST_VISIT)
        assert (first.requests, first.whole, first.changed) == (1 + 2 + 24, 2 + 24, 0)
        site.publish(2)
        second = recrawl.visit(tmp_path, site, base, recrawl.crawl, recrawl.FIRST_VISIT + timedelta(days=1))
    # robots.txt, the two pages of the listing that are new, the articles, and those of three days come to an age.
    assert (second.requests, second.whole, second.changed, second.found) == (1 + 2 + 2 + 2 * 3, 2 + 2, 2, 2)


def test_a_made_up_archive_is_searched_as_by_fts5_alone_and_weighed(tmp_path):
    search.ready(tmp_path / "archive", 300, lambda _: None)
    with pytest.raises(search.OtherArchiveError, match="has 300 articles"):
        search.ready(tmp_path / "archive", 200, lambda _: None)
    queries = kinds(8, search.names_of_sites(tmp_path / "archive", 20))
    assert queries == kinds(8, search.names_of_sites(tmp_path / "archive", 20))
    asked = [query for kind in queries.values() for query in kind]
    assert len(set(asked)) == 8 * len(queries)
    ours = search.search_all(tmp_path / "archive", asked)
    peer, found = search.plain_fts5(tmp_path / "archive", asked)
    assert {len(times.milliseconds) for times in (*ours.values(), *peer.values())} == {len(asked)}
    with Archive.read(tmp_path / "archive") as archive:
        withheld = archive.rows("SELECT count(*) FROM withholdings")[0][0]
        for query, count in zip(asked, found, strict=True):
            # FTS5 alone knows of no marks in a query of both kinds, of dates without an end, nor of what is withheld.
            total = search.search(archive, query.text, query.filters).total
            if query.filters.since is None and query not in queries["mixed"]:
                assert count - withheld <= total <= count + (3 if query.filters.sites else 0)
    text, tables = search.sizes(tmp_path / "archive")
    assert 300 * 1000 < text < tables["articles"]


def test_one_parquet_file_and_many_give_duckdb_the_same_answers(tmp_path):
    search.ready(tmp_path / "archive", 300, lambda _: None)
    site, year = search.a_site_and_its_year(tmp_path / "archive")
    (tmp_path / "out").mkdir()
    made = dict(parts.layouts(tmp_path / "archive", tmp_path / "out", site, year))
    assert list(made) == ["one file", "year", "site", "site,year"]
    assert len({tuple(layout.answers.values()) for layout in made.values()}) == 1
    assert len({layout.rows for layout in made.values()}) == 1
    assert min(made["one file"].answers.values()) > 0
    assert made["site"].files == len(set(search.names_of_sites(tmp_path / "archive", 300)))
    assert made["one file"].files == 1 < made["year"].files <= made["site,year"].files


def test_times_are_given_by_the_nearest_rank():
    times = search.Times(tuple(map(float, range(40, 0, -1))))
    assert (times.percentile(0.5), times.percentile(0.95)) == (20, 38)
