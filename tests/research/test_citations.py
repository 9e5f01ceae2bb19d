"""Citations: each carries the capture's moment and digest, and hostile text stays inside its field."""

import io
import json
import re

import pytest
from archives import keep
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive.store import Archive
from newsarchive.research.citations import Citation, as_bibtex, as_csl, as_line, as_ris, citation
from newsarchive.research.export import WRITERS, articles
from newsarchive.research.filters import Filters
from newsarchive.research.record import record, version

CAPTURED = "2020-11-30T02:00:00Z"


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def written(archive, form):
    out = io.StringIO(newline="")
    count = WRITERS[form](archive, articles(archive, Filters()), out)
    return count, out.getvalue()


def cited(**fields):
    values = {
        "key": "song-trang-1",
        "title": "Tin",
        "byline": None,
        "outlet": "Huyện Sông Trăng",
        "date": None,
        "url": "https://a.example/1",
        "captured_at": CAPTURED,
        "digest": "sha256:00",
        "place": "warc/a.warc.gz at byte 1",
        "gone_at": None,
    }
    return Citation(**{**values, **fields})


def read_bibtex(text):
    """The entries of a BibTeX file as BibTeX itself finds them: by counting braces."""
    entries, at = [], 0
    while (at := text.find("@", at)) >= 0:
        start = text.index("{", at)
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        key, _, rest = text[start + 1 : end - 1].partition(",")
        entries.append({"type": text[at + 1 : start], "key": key, **_fields(rest)})
        at = end
    return entries


def _fields(text):
    found, depth, start, name = {}, 0, 0, ""
    for place, char in enumerate(text):
        if char == "{":
            depth += 1
            if depth == 1:
                name, start = text[start:place].strip(" ,\n="), place + 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                found[name] = text[start:place]
                start = place + 1
    return found


def unlatex(text):
    names = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}"}
    names |= {"textasciitilde": "~", "textasciicircum": "^"}
    text = re.sub(r"\\([&%$#_])", r"\1", re.sub(r"\\(text\w+)\{\}", lambda m: f"\x00{names[m[1]]}", text))
    return text.replace("\x00", "")


def test_every_format_carries_the_moment_and_digest_of_the_capture(archive):
    keep(archive, "Chợ nổi", date="2020-10-08", byline="Xuân Hạ")
    digest = archive.row("SELECT digest FROM captures")["digest"]
    for form in ("bibtex", "csl-json", "ris"):
        count, text = written(archive, form)
        assert count == 1
        assert CAPTURED in text, form
        assert digest in text, form
    assert record(archive, 1)["citation"] == (
        "Xuân Hạ: “Chợ nổi”. song-trang, 2020-10-08. "
        f"{archive.row('SELECT url FROM articles')['url']}. Captured {CAPTURED}, {digest}."
    )


def test_bibtex_has_outlet_author_and_dates_as_biblatex_reads_them(archive):
    keep(archive, "Chợ nổi & bến đò", date="2020-10-08", byline="Xuân Hạ", url="https://song-trang.example/a_b%20c")
    (entry,) = read_bibtex(written(archive, "bibtex")[1])
    assert (entry["type"], entry["key"]) == ("online", "song-trang-1")
    assert entry["author"] == "{Xuân Hạ}"
    assert entry["title"] == r"{Chợ nổi \& bến đò}"
    assert entry["organization"] == "{song-trang}"
    assert (entry["date"], entry["year"], entry["urldate"]) == ("2020-10-08", "2020", "2020-11-30")
    assert entry["url"] == "https://song-trang.example/a_b%20c"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)) | st.sampled_from('{}\\%$#&_~^"@,=\r\n'), min_size=1))
def test_no_title_leaves_its_field_in_bibtex_or_its_line_in_ris(tmp_path_factory, title):
    with Archive.create(tmp_path_factory.mktemp("any")) as archive:
        for text in (title, "Sau"):
            keep(archive, text, byline=title)
        plain = citation(archive, archive.row("SELECT * FROM articles WHERE id = 1")).title
        assert not re.search(r"[\x00-\x1f\x7f]", plain)
        entries = read_bibtex(written(archive, "bibtex")[1])
        assert [unlatex(entry["title"]) for entry in entries] == ["{Sau}", f"{{{plain}}}"]
        items = json.loads(written(archive, "csl-json")[1])
        assert [item["title"] for item in items] == ["Sau", plain]
        lines = written(archive, "ris")[1].split("\r\n")
        assert [line for line in lines if line.startswith("TI")] == ["TI  - Sau", f"TI  - {plain}"]
        assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in lines)


@pytest.mark.parametrize(
    ("date", "year", "issued", "day"),
    [
        ("2020-10-08", "2020", {"date-parts": [[2020, 10, 8]]}, "2020/10/08/"),
        ("2020-10", "2020", {"date-parts": [[2020, 10]]}, "2020/10//"),
        ("2020", "2020", {"date-parts": [[2020]]}, "2020///"),
        (
            "2020-10-08/2020-11-30",
            "2020",
            {"date-parts": [[2020, 10, 8], [2020, 11, 30]], "circa": True},
            None,
        ),
        (
            "2020-10-08/2021-01-02",
            None,
            {"date-parts": [[2020, 10, 8], [2021, 1, 2]], "circa": True},
            None,
        ),
        ("../2020-11-30", None, {"literal": "not after 2020-11-30"}, None),
        (None, None, None, None),
    ],
)
def test_a_date_is_cited_at_its_precision(date, year, issued, day):
    made = cited(date=date)
    (entry,) = read_bibtex(as_bibtex(made))
    assert (entry.get("date"), entry.get("year")) == (date, year)
    assert as_csl(made).get("issued") == issued
    ris = as_ris(made)
    assert re.findall(r"^DA  - (.*)\r$", ris, flags=re.M) == ([day] if day else [])
    assert (f"Published {date} (EDTF)" in ris) == bool(date and not day)
    assert (date or "undated") in as_line(made)


def test_an_address_is_written_without_what_is_no_part_of_one(archive):
    keep(archive, "Tin", url="https://song-trang.example/a}b\\{c d")
    (entry,) = read_bibtex(written(archive, "bibtex")[1])
    assert entry["url"] == "https://song-trang.example/a%7Db%5C%7Bc%20d"


def test_an_archive_without_articles_gives_valid_empty_files(archive):
    assert written(archive, "bibtex") == (0, "")
    assert json.loads(written(archive, "csl-json")[1]) == []
    assert written(archive, "ris") == (0, "")


def test_an_earlier_version_is_cited_by_its_own_capture_and_words(archive):
    url = "https://song-trang.example/1"
    keep(archive, "Tin cũ", url=url, at="2020-11-01T00:00:00Z", byline="Xuân Hạ")
    keep(archive, "Tin mới", url=url, at="2020-12-01T00:00:00Z")
    old, new = (version(archive, 1, number)["citation"] for number in (1, 2))
    assert old.startswith("Xuân Hạ: “Tin cũ”")
    assert "Captured 2020-11-01T00:00:00Z" in old
    assert new.startswith("“Tin mới”")
    assert "Captured 2020-12-01T00:00:00Z" in new


def test_an_article_that_is_gone_is_cited_as_such(archive):
    keep(archive, "Tin")
    archive.connection.execute("UPDATE articles SET state = 'gone', last_changed = '2021-02-03T04:05:06Z'")
    for form in ("bibtex", "csl-json", "ris"):
        assert "no longer on the site on 2021-02-03T04:05:06Z" in written(archive, form)[1]


def test_what_is_withheld_is_not_cited(archive):
    archive.withhold(keep(archive, "Tin kín"), "theo yêu cầu")
    keep(archive, "Tin")
    for form in ("bibtex", "csl-json", "ris"):
        count, text = written(archive, form)
        assert count == 1
        assert "kín" not in text
