"""Text is kept as published, in one normal form; compared without its typists' habits."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.vietnamese.text import TONE_PAIRS, collapse, fold, has_marks, normalise, place_tones


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (unicodedata.normalize("NFD", "Nghị quyết Đại hội"), "Nghị quyết Đại hội"),
        ("Quận\u200b Bến\u00ad Nứa\ufeff", "Quận Bến Nứa"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("\x1b[31mđỏ\x07\x85", "[31mđỏ"),
        ("một\ttab\r\nhai", "một\ttab\r\nhai"),
        ("hòa và hoà", "hòa và hoà"),
    ],
)
def test_text_is_kept_in_nfc_without_what_is_no_text(text, kept):
    assert normalise(text) == kept


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Quận\u00a01 \n\t họp ", "Quận 1 họp"),
        ("a\u3000b\u2009c\u202fd", "a b c d"),
        ("a \u200b b", "a b"),
        (" \u00a0\u200b ", ""),
        ("", ""),
    ],
)
def test_a_line_has_single_spaces_between_its_words(text, line):
    assert collapse(text) == line


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ý kiến bạn ĐỌC", "y kien ban doc"),
        (unicodedata.normalize("NFD", "Đặng Thùy Trâm"), "dang thuy tram"),
        ("ƯỚC MƠ", "uoc mo"),
        ("hoà = hòa", "hoa = hoa"),
        ("plain ASCII", "plain ascii"),
        ("“Tủ sách” – 5 m²", "“tu sach” – 5 m²"),
    ],
)
def test_folded_text_has_no_marks_and_no_capitals(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ủy ban hòa giải", "Uỷ ban hoà giải"),
        ("HÒA", "HOÀ"),
        ("Thúy, thủy, khỏe, lóe", "Thuý, thuỷ, khoẻ, loé"),
        ("quý, hoàn, toàn, ngoẹo", "quý, hoàn, toàn, ngoẹo"),
    ],
)
def test_both_habits_of_placing_a_tone_become_one(old, new):
    assert place_tones(old) == new
    assert place_tones(new) == new
    assert fold(old) == fold(new)


def test_every_pair_of_placements_is_two_spellings_of_one_syllable():
    assert len(TONE_PAIRS) == 3 * 5 * 3
    for old, new in TONE_PAIRS:
        assert old != new
        assert fold(old) == fold(new)
        assert place_tones(old) == new


@pytest.mark.parametrize(("text", "marked"), [("Quan 1", False), ("Quận 1", True), ("đi", True), ("ABC", False)])
def test_marks_are_seen(text, marked):
    assert has_marks(text) is marked


@given(st.text())
def test_any_text_comes_out_normal_and_stays_so(text):
    for function in (normalise, collapse, fold):
        once = function(text)
        assert function(once) == once
    assert unicodedata.is_normalized("NFC", normalise(text))
    assert collapse(text) == collapse(normalise(text))


@given(st.text(alphabet="aăâeêioôơuưyđnghtc àáảãạÀÁẢÃẠÒÓỎÕỌòóỏõọúùủũụỳýỷỹỵ"))
def test_placing_tones_changes_no_letter(text):
    assert fold(place_tones(text)) == fold(text)
    assert place_tones(place_tones(text)) == place_tones(text)
