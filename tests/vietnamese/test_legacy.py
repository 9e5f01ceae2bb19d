"""Text typed in old tables of letters comes out as it was meant, and text that is good stays as it is."""

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from typewriters import tcvn3, twice, vni, western, windows_1258

from newsarchive.vietnamese.legacy import TCVN3, UTF_8, VNI, WINDOWS_1258, best_reading, convert, mend_letters
from newsarchive.vietnamese.syllables import is_syllable
from newsarchive.vietnamese.text import order_marks

ARTICLES = [
    article
    for name in ("2019-autumn", "2020-spring")
    for article in tomllib.loads(
        resources.files("newsarchive.demo").joinpath(f"articles/{name}.toml").read_text(encoding="utf-8")
    )["article"]
]
PARAGRAPHS = [part for article in ARTICLES for part in (article["title"], *article["text"].strip().split("\n\n"))]
WORDS = sorted({word for text in PARAGRAPHS for word in re.findall(r"[^\W\d_]+", text)})
FOREIGN = (
    "the of and district cafe café Hélène Müller Köln naïve Østergård Málaga São façade garçon Übersee på så för är "
    "année forêt où déjà élève coöperatie œuvre piñata ©2020 m² 25°C «Le Monde» Windows® 1º ½ Citroën"
).split()
TYPED = {TCVN3: tcvn3, VNI: vni, WINDOWS_1258: lambda text: western(windows_1258(text)), UTF_8: twice}
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


def without_capitals(text):
    """A text as TCVN3's fonts, which have no accented capitals, can hold it."""
    alone = "ĐĂÂÊÔƠƯ"
    return "".join(c.lower() if not c.isascii() and c.isupper() and c not in alone else c for c in text)


@pytest.mark.parametrize(
    ("table", "typed"),
    [
        (TCVN3, "§¶ng bé vµ nh©n d©n huyÖn"),
        (VNI, "Ñaûng boä vaø nhaân daân huyeän"),
        (WINDOWS_1258, "Ðaìng bôò vaÌ nhân dân huyêòn".replace("aìng", "aÒng")),
        (UTF_8, "Äáº£ng bá»™ vÃ\xa0 nhÃ¢n dÃ¢n huyá»‡n".replace("Äáº£", "Ä\x90áº£")),
    ],
)
def test_a_text_of_each_table_is_known_and_read(table, typed):
    found = best_reading(typed)
    assert (found.table, found.text, found.sure) == (table, "Đảng bộ và nhân dân huyện", True)


@pytest.mark.parametrize("table", TYPED)
def test_every_letter_of_a_table_is_read(table):
    letters = [c for word in WORDS for c in word] + list("ăằắẳẵặâầấẩẫậêềếểễệôồốổỗộơờớởỡợưừứửữựìíỉĩịùúủũụỳýỷỹỵĐđ")
    text = " ".join(sorted({without_capitals(c) if table == TCVN3 else c for c in letters}))
    assert convert(TYPED[table](text), table) == text


@given(words)
def test_what_was_typed_comes_back(text):
    assert convert(vni(text), VNI) == text
    # "XÃ" and a wide space may be "Xà" or "XÃ ": other words must tell.
    assert convert(twice(f"{text} Hội"), UTF_8) == f"{text} Hội"
    assert convert(twice(twice(f"{text} Hội")), UTF_8) == f"{text} Hội"
    assert convert(western(windows_1258(text)), WINDOWS_1258) == text
    plain = without_capitals(text)
    # All in capitals, it was typed in capitals.
    assume(not any(sum(c.isascii() for c in word) > 1 and tcvn3(word).isupper() for word in plain.split()))
    assume(any(c.isascii() and c.islower() for c in plain))
    assert convert(tcvn3(plain), TCVN3) == plain


@pytest.mark.parametrize("table", TYPED)
def test_whole_paragraphs_are_known_by_their_syllables(table):
    for text in PARAGRAPHS:
        typed = TYPED[table](text)
        found = best_reading(typed)
        if found is None or not found.sure:
            # Too few of a short title's words read badly: it goes with the rest of its page.
            assert len(text) < 60
            continue
        assert found.table == table, text
        assert found.text == (without_capitals(text) if table == TCVN3 else text)


@given(words)
def test_good_vietnamese_is_never_changed(text):
    assert best_reading(text) is None
    assert best_reading(text.upper()) is None
    assert mend_letters(text) == text


def test_good_paragraphs_are_never_changed():
    assert [text for text in PARAGRAPHS if best_reading(text) or mend_letters(text) != text] == []


@given(st.lists(st.sampled_from([*FOREIGN, *WORDS]), min_size=1, max_size=10, unique=True).map(" ".join))
def test_names_and_words_of_other_languages_do_not_make_a_text_suspect(text):
    found = best_reading(text)
    assert found is None or not found.sure
    assert mend_letters(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Le café de la forêt, où l'été est déjà passé; l'élève a reçu son diplôme à Nîmes.",
        "För två år sedan var det så på Öland; många människor är där på sommaren.",
        "Die Straße führt über Köln nach Lübeck; für Gäste gibt es ein schönes Café.",
        "XÃ\xa0HỘI HÓA GIÁO DỤC",
        "XÃ “VĂN MINH”",
        "if (a[i] >= 0 && b != c) { return 'Ù'; } // ©2010 «x»",
        "Nhiệt độ 25°C, diện tích 3×4 m², số 1º, giá ½ đồng © 2020",
    ],
)
def test_what_reads_well_stays(text):
    found = best_reading(text)
    assert found is None or not found.sure


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("§¹i héi lÇn thø VI", "Đại hội lần thứ VI"),
        ("UBND HUYÖN §¤NG GIANG", "UBND HUYỆN ĐÔNG GIANG"),
        ("tØnh Qu¶ng Ng·i, ViÖt Nam", "tỉnh Quảng Ngãi, Việt Nam"),
        ("“Ng­êi tèt, viÖc tèt” – n¨m 2003…", "“Người tốt, việc tốt” – năm 2003…"),
        ("HuyÖn ủy §ång Giang", "Huyện ủy Đồng Giang"),
    ],
)
def test_tcvn3_is_read_as_it_was_typed(typed, meant):
    assert convert(typed, TCVN3) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("há»c", "học"),
        ("há»?c", "học"),
        ("há»\ufffdc", "học"),
        ("ngÆ°á»i dÃ¢n", "người dân"),
        ("vá» Ä‘Ã¢u", "về đâu"),
        ("nhÃ  nÆ°á»›c", "nhà nước"),
        ("VÃ o há»™i trÆ°á»ng", "Vào hội trường"),
        ("â€œTuổi trẻâ€\x9d", "“Tuổi trẻ”"),
        ("Hà Nội â€“ Huế", "Hà Nội – Huế"),
        ("ï»¿Tin tức", "Tin tức"),
        ("ÄÃ´ng Há»™i", "Đông Hội"),
    ],
)
def test_bytes_that_were_lost_are_found_by_the_syllable(typed, meant):
    assert convert(typed, UTF_8) == meant


def test_letters_that_only_look_like_d_with_stroke_are_made_it():
    assert mend_letters("Ðảng bộ Ðông ðô") == "Đảng bộ Đông đô"
    assert mend_letters("Guðrún Sigurðardóttir") == "Guðrún Sigurðardóttir"


@given(words, st.sampled_from("\u0300\u0301\u0303\u0309"), st.sampled_from("\u0302\u0306\u031b"))
def test_marks_in_the_wrong_order_are_put_right(text, tone, shape):
    assert order_marks(text) == text
    vowel = {"\u0302": "a", "\u0306": "a", "\u031b": "o"}[shape]
    right = order_marks(f"{vowel}{tone}{shape}")
    assert len(right) == 1
    assert right == order_marks(f"{vowel}{shape}{tone}")


# Syllables


def test_the_words_of_vietnamese_articles_are_syllables():
    wrong = [word for word in WORDS if not word.isascii() and not is_syllable(word)]
    assert wrong == []


@pytest.mark.parametrize("word", "ngiệp hộcp bềch zế wò çà quộ ngoàw gê cí kà ngì hoc̣ việtt âă đ ng ủủ học̉".split())
def test_what_is_spelled_otherwise_is_none(word):
    assert not is_syllable(word)


@pytest.mark.parametrize("word", "quy qui quý giếng gìn hoà hòa thuở khuỷu khuya quỳnh xoong rượu uống ỷ yêu".split())
def test_both_habits_of_spelling_are_good(word):
    assert is_syllable(word)
    assert is_syllable(word.upper())
