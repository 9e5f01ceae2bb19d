"""JSON-LD: one document of schema.org's NewsArticles that any text leaves as it is."""

import io
import json

import pytest
from archives import keep
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive.store import Archive
from newsarchive.items import Link
from newsarchive.research.export import articles
from newsarchive.research.filters import Filters
from newsarchive.research.jsonld import CONTEXT, document, dumps, news_article, write_json_ld


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def written(archive):
    out = io.StringIO()
    count = write_json_ld(archive, articles(archive, Filters()), out)
    made = json.loads(out.getvalue())
    assert len(made["hasPart"]) == count
    return made, out.getvalue()


def only(archive):
    return news_article(archive, archive.row("SELECT * FROM articles"))


def test_an_article_has_what_the_page_says_and_where_it_is_kept(archive):
    url = "https://song-trang.example/1"
    keep(
        archive,
        "Chợ nổi",
        "Đoạn một.\n\nĐoạn hai.",
        url=url,
        date="2020-10-08",
        published_at="2020-10-08T15:32:00+07:00",
        event_date="2020-10-07",
        lead="Sapo.",
        byline="Xuân Hạ",
        source="TTXVN",
        section="Kinh tế",
        captions=("Ảnh một", None),
        links=[
            Link("related", "https://song-trang.example/2", "Khác"),
            Link("inline", "https://khac.example/a b"),
            Link("attachment", "https://song-trang.example/a.pdf"),
        ],
    )
    archive.keep_site(
        "song-trang", title="Huyện Sông Trăng", district="Huyện Sông Trăng", province="Lam Giang", district_code="999"
    )
    made = only(archive)
    place = archive.row("SELECT digest, warc_file, warc_offset FROM captures")
    images = [row["url"] for row in archive.rows("SELECT url FROM images ORDER BY position")]
    assert made == {
        "@type": "NewsArticle",
        "@id": url,
        "identifier": "song-trang-1",
        "url": url,
        "headline": "Chợ nổi",
        "abstract": "Sapo.",
        "articleBody": "Đoạn một.\n\nĐoạn hai.",
        "articleSection": "Kinh tế",
        "inLanguage": "vi",
        "datePublished": "2020-10-08T15:32:00+07:00",
        "issued": "2020-10-08",
        "temporalCoverage": "2020-10-07",
        "author": [{"@type": "Person", "name": "Xuân Hạ"}],
        "publisher": {
            "@type": "Organization",
            "name": "Huyện Sông Trăng",
            "areaServed": {
                "@type": "AdministrativeArea",
                "name": "Huyện Sông Trăng",
                "identifier": "999",
                "containedInPlace": {"@type": "AdministrativeArea", "name": "Lam Giang"},
            },
        },
        "image": [
            {"@type": "ImageObject", "contentUrl": images[0], "caption": "Ảnh một"},
            {"@type": "ImageObject", "contentUrl": images[1]},
        ],
        "isBasedOn": {"@type": "CreativeWork", "publisher": {"@type": "Organization", "name": "TTXVN"}},
        "citation": ["https://khac.example/a%20b"],
        "associatedMedia": [{"@type": "MediaObject", "contentUrl": "https://song-trang.example/a.pdf"}],
        "mainEntityOfPage": {"@type": "WebPage", "url": url, "relatedLink": ["https://song-trang.example/2"]},
        "archivedAt": {
            "@type": ["WebPage", "MediaObject"],
            "name": f"warc/{place['warc_file']} at byte {place['warc_offset']}",
            "dateCreated": "2020-11-30T02:00:00Z",
            "encodingFormat": "text/html",
            "sha256": place["digest"].removeprefix("sha256:"),
        },
    }


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2020-10-08", "2020-10-08"),
        ("2020-10", "2020-10"),
        ("2020-10-08/2020-11-30", None),
        ("../2020-11-30", None),
        (None, None),
    ],
)
def test_a_date_is_said_at_its_precision_and_no_day_is_made_up(archive, date, published):
    keep(archive, "Tin", date=date)
    made = only(archive)
    assert (made.get("datePublished"), made.get("issued")) == (published, date)
    assert CONTEXT["issued"]["@type"].endswith("/EDTF")


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("Xuân Hạ", [("Person", "Xuân Hạ")]),
        ("Xuân Hạ - Hoài Nam", [("Person", "Xuân Hạ"), ("Person", "Hoài Nam")]),
        ("Xuân Hạ – Thu, Đông Mai", [("Person", "Xuân Hạ"), ("Person", "Thu"), ("Person", "Đông Mai")]),
        ("Văn phòng HĐND-UBND huyện", [("Organization", "Văn phòng HĐND-UBND huyện")]),
        (None, None),
    ],
)
def test_several_names_are_several_authors_and_an_office_is_no_person(archive, byline, authors):
    keep(archive, "Tin", byline=byline)
    said = only(archive).get("author")
    assert (said and [(author["@type"], author["name"]) for author in said]) == authors


def test_an_article_that_is_gone_says_since_when(archive):
    keep(archive, "Tin")
    assert "expires" not in only(archive)
    archive.connection.execute("UPDATE articles SET state = 'gone', last_changed = '2021-02-03T04:05:06Z'")
    assert only(archive)["expires"] == "2021-02-03T04:05:06Z"


def test_an_export_is_one_document_with_one_article_a_line(archive):
    for n, day in enumerate(["2020-01-05", "2019-03-05", None]):
        keep(archive, f"Tin {n}", date=day)
    archive.withhold(keep(archive, "Tin kín", date="1999-01-01"), "theo yêu cầu")
    made, text = written(archive)
    assert (made["@context"], made["@type"]) == (CONTEXT, "Dataset")
    assert (made["size"], made["temporalCoverage"]) == ("3 articles", "2019-03-05/2020-01-05")
    assert [part["headline"] for part in made["hasPart"]] == ["Tin 0", "Tin 1", "Tin 2"]
    lines = text.splitlines()
    assert [json.loads(line.rstrip(",")) for line in lines[1:-1]] == made["hasPart"]
    assert "kín" not in text


def test_an_archive_without_articles_gives_a_document_without_parts(archive):
    made, _ = written(archive)
    assert (made["hasPart"], made["size"]) == ([], "0 articles")


def test_one_article_is_a_document_by_itself(archive):
    keep(archive, "Tin")
    made = json.loads(document(archive, archive.row("SELECT * FROM articles")))
    assert made == {"@context": CONTEXT, **only(archive)}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)) | st.sampled_from("<>&!-/\\\"'\u2028\r\n"), min_size=1)
)
def test_any_text_comes_back_and_nothing_in_it_ends_a_script_element(text):
    made = dumps({text: text})
    assert json.loads(made) == {text: text}
    assert not set("<>&\r\n\u2028\u2029") & set(made)


def test_a_hostile_page_stays_text(archive):
    hostile = "</script><script>alert(1)</script><!-- ]]> \u2028"
    keep(archive, hostile, hostile, byline=hostile, source=hostile, captions=(hostile,), url="https://x.example/<a>")
    made, text = written(archive)
    assert made["hasPart"][0]["articleBody"] == hostile
    assert made["hasPart"][0]["@id"] == "https://x.example/%3Ca%3E"
    assert "<" not in text
