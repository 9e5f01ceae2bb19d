"""What the benchmark of whole pages judges by; the peers themselves are not needed here."""

import pytest

from benchmarks.extraction import golden, public
from benchmarks.extraction.measure import averages, compare, f1
from benchmarks.extraction.readers import names, ours, plain_text
from benchmarks.preservation import measure
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
