"""What the benchmark of whole pages judges by; the peers themselves are not needed here."""

from datetime import timedelta
from email.utils import format_datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.extraction import golden, public
from benchmarks.extraction.measure import averages, compare, f1
from benchmarks.extraction.readers import names, ours, plain_text
from benchmarks.preservation import measure
from benchmarks.recrawl import measure as recrawl
from benchmarks.recrawl.site import PrintedSite, serving
from benchmarks.search import measure as search
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


def test_the_archive_whose_checking_is_measured_is_a_sound_one_of_pages_and_pictures(tmp_path):
    size = measure.fill(tmp_path, 3, 2)
    assert size == sum(path.stat().st_size for path in measure.warc_files(tmp_path)) > 200_000
    measure.verify_all(tmp_path, 1)
    measure.plain_loop(tmp_path)
    measure.read_anew(tmp_path, 1)
    with Archive.read(tmp_path) as archive:
        assert [tuple(row) for row in archive.rows("SELECT count(*), sum(date IS NOT NULL) FROM articles")] == [(3, 3)]
        assert archive.rows("SELECT 1 FROM versions WHERE number > 1") == []


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


def test_times_are_given_by_the_nearest_rank():
    times = search.Times(tuple(map(float, range(40, 0, -1))))
    assert (times.percentile(0.5), times.percentile(0.95)) == (20, 38)
