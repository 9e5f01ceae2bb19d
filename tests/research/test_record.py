"""One article: found by any of its addresses, its versions and what changed, its date's evidence in words."""

import pytest
from archives import keep

from newsarchive.archive.store import Archive
from newsarchive.research.evidence import why_this_date
from newsarchive.research.record import ADDED, REMOVED, SAME, changes, fate, find, record, version

URL = "https://www.song-trang.example/tin-tuc/gat-lua-1"


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def know(archive, url, state="todo", article_id=None, kind="article"):
    """An address in the crawl's memory."""
    archive.keep_site("song-trang", title="Sông Trăng")
    archive.connection.execute(
        "INSERT INTO frontier (site, url, kind, state, found_at, article_id) VALUES ('song-trang', ?, ?, ?, '2020', ?)",
        (url, kind, state, article_id),
    )


@pytest.mark.parametrize(
    "key",
    [
        "{id}",
        URL,
        "http://song-trang.example/tin-tuc/gat-lua-1",
        f"{URL}?utm_source=zalo#binh-luan",
        "https://www.song-trang.example/cu/1",
    ],
)
def test_an_article_is_found_by_id_and_by_whatever_address_led_to_it(archive, key):
    article_id = keep(archive, "Gặt lúa", url=URL)
    know(archive, "https://www.song-trang.example/cu/1", "done", article_id)
    assert find(archive, key.format(id=article_id)) == article_id


@pytest.mark.parametrize(
    "key", ["0", "99", "9" * 5000, "", "-1", "gặt lúa", "https://song-trang.example/", "http://[", "²"]
)
def test_what_is_no_article_is_not_found(archive, key):
    keep(archive, "Gặt lúa", url=URL)
    assert find(archive, key) is None


def test_what_became_of_an_address_is_told(archive):
    know(archive, URL, "failed")
    run = archive.connection.execute("INSERT INTO runs (site, started_at) VALUES ('song-trang', '2020')").lastrowid
    archive.keep_failure(run_id=run, url=URL, stage="fetch", reason="HTTP 500")
    assert fate(archive, URL) == "it could not be read: HTTP 500"
    know(archive, "https://song-trang.example/2", "gone")
    assert "had it no more" in fate(archive, "https://song-trang.example/2")
    know(archive, "https://song-trang.example/3")
    assert "still to be fetched" in fate(archive, "https://song-trang.example/3")
    assert fate(archive, "https://song-trang.example/4") is None
    assert fate(archive, "12") is None


def test_a_record_has_the_article_its_versions_its_capture_and_its_sites(archive):
    article_id = keep(archive, "Gặt lúa", url=URL, captions=("Đồng lúa",))
    kept = record(archive, article_id)
    assert kept["title"] == "Gặt lúa"
    assert kept["sites"] == ["song-trang"]
    assert [image["caption"] for image in kept["images"]] == ["Đồng lúa"]
    assert kept["capture"]["id"] == kept["capture_id"]
    assert kept["capture"]["digest"].startswith("sha256:")
    assert [(v["number"], v["cause"]) for v in kept["versions"]] == [(1, "site")]
    with pytest.raises(LookupError):
        record(archive, 99)


def test_versions_keep_their_text_and_differ_word_by_word(archive):
    article_id = keep(archive, "Gặt lúa", "Nông dân gặt lúa sớm.\n\nTrời đẹp.", url=URL, byline="Hạ")
    keep(archive, "Gặt lúa", "Nông dân gặt ngô rất sớm.\n\nTrời đẹp.", url=URL, at="2020-12-01T02:00:00Z")
    before, after = version(archive, article_id, 1), version(archive, article_id, 2)
    assert after["capture"]["fetched_at"] == "2020-12-01T02:00:00Z"
    byline, body = changes(before, after)
    assert (byline.field, byline.before, byline.after) == ("byline", "Hạ", None)
    assert byline.words == ((REMOVED, "Hạ"),)
    assert body.words == (
        (SAME, "Nông dân gặt "),
        (REMOVED, "lúa "),
        (ADDED, "ngô rất "),
        (SAME, "sớm.\n\nTrời đẹp."),
    )
    assert changes(after, after) == []
    with pytest.raises(LookupError):
        version(archive, article_id, 3)


def test_the_parts_of_a_change_make_up_both_texts(archive):
    article_id = keep(archive, "Một", " đầu  giữa\n\ncuối ", url=URL)
    keep(archive, "Hai", "giữa\n\nthêm\n\ncuối", url=URL, at="2020-12-01T02:00:00Z")
    for change in changes(version(archive, article_id, 1), version(archive, article_id, 2)):
        for kind, text in ((REMOVED, change.before), (ADDED, change.after)):
            parts = "".join(words for mark, words in change.words if mark in (SAME, kind))
            assert parts.split() == text.split()


def test_a_date_is_explained_in_words():
    printed = {
        "date": "2020-10-08",
        "date_earliest": "2020-10-08",
        "date_latest": "2020-10-08",
        "date_source": "article",
        "date_text": "Thứ Sáu, 08/10/2020",
        "field_sources": {
            "date": {
                "oddities": ["weekday conflict"],
                "others": [
                    {"source": "listing", "date": "2020-10-08", "text": "08/10", "place": "the listing's entry"},
                    {"source": "meta", "date": "2031-01-01", "text": "2031-01-01", "refused": "after the visit"},
                ],
            }
        },
    }
    assert why_this_date(printed) == [
        "it is printed on the page: “Thứ Sáu, 08/10/2020”",
        "odd: weekday conflict",
        "the same from the listing's entry “08/10”",
        "not taken: 2031-01-01 from meta: after the visit",
    ]


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        ("2020-10-08", "2020-11-30", "not before 2020-10-08, not after 2020-11-30"),
        (None, "2020-11-30", "what is known: not after 2020-11-30"),
        ("2020-10-08", None, "what is known: not before 2020-10-08"),
    ],
)
def test_bounds_are_told_as_such(earliest, latest, words):
    article = {
        "date": f"{earliest or '..'}/{latest or '..'}",
        "date_earliest": earliest,
        "date_latest": latest,
        "date_source": "bounds",
        "date_text": None,
        "field_sources": {},
    }
    (line,) = why_this_date(article)
    assert line.endswith(words)


def test_no_date_and_evidence_of_a_later_version_are_told_too():
    article = dict.fromkeys(("date", "date_earliest", "date_latest", "date_source", "date_text"))
    assert why_this_date({**article, "field_sources": {"date": "x"}}) == ["nothing shows when it was published"]
    stone = {"date": "2020", "date_source": "stone", "field_sources": {"date": {"others": [{"date": None}]}}}
    assert why_this_date({**article, **stone}) == ["source: stone", "not taken: None from None"]
