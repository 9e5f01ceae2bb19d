"""Export: every column comes back as it went in, a file is replaced whole or not at all."""

import csv
import io
import json
import stat
import tracemalloc
from contextlib import closing
from datetime import date

import pytest
from archives import keep
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive.store import Archive
from newsarchive.items import Link
from newsarchive.research import export
from newsarchive.research.export import SPREADSHEET_GUARD, articles, groups, replacing, write_csv, write_jsonl
from newsarchive.research.filters import Filters
from newsarchive.vietnamese.text import normalise


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def as_csv(archive, filters=None, *, query=None, limit=None, spreadsheet=False):
    out = io.StringIO(newline="")
    with closing(articles(archive, filters or Filters(), query=query, limit=limit)) as rows:
        count = write_csv(archive, rows, out, spreadsheet=spreadsheet)
    table = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert len(table) == count
    return table


def as_jsonl(archive, **options):
    out = io.StringIO()
    with closing(articles(archive, Filters(), **options)) as rows:
        count = write_jsonl(archive, rows, out)
    lines = out.getvalue().splitlines()
    assert len(lines) == count
    return [json.loads(line) for line in lines]


def test_csv_has_every_column_as_it_is_stored(archive):
    keep(
        archive, 'Chợ "nổi", bến đò', 'Đoạn một.\n\nĐoạn hai; có dấu phẩy, và "ngoặc".', date="2020-10-08", byline="Hạ"
    )
    (row,) = as_csv(archive)
    stored = archive.row("SELECT * FROM articles")
    assert list(row) == stored.keys()
    assert row == {name: "" if stored[name] is None else str(stored[name]) for name in stored.keys()}  # noqa: SIM118


@settings(max_examples=50, deadline=None, derandomize=True)
@given(body=st.text(min_size=1).map(normalise).filter(str.strip))
def test_any_text_comes_back_from_csv_and_jsonl(tmp_path_factory, body):
    body = body.encode("utf-8", "replace").decode()
    with Archive.create(tmp_path_factory.mktemp("any")) as archive:
        keep(archive, "Tin", body)
        assert as_csv(archive)[0]["body"] == body
        assert as_jsonl(archive)[0]["body"] == body


def test_jsonl_has_pictures_and_links_in_page_order(archive):
    url = "https://song-trang.example/tin-tuc/1"
    keep(archive, "Đích", url=url)
    keep(
        archive,
        "Tin",
        captions=("Ảnh một", None),
        links=[Link("related", url, "Đích"), Link("inline", "https://khac.example/")],
        field_sources={"title": "article"},
    )
    kept = as_jsonl(archive)[0]
    assert kept["field_sources"] == {"title": "article"}
    assert [image["caption"] for image in kept["images"]] == ["Ảnh một", None]
    assert set(kept["images"][0]) == {"url", "caption", "credit"}
    assert kept["links"] == [
        {"kind": "related", "url": url, "title": "Đích", "target_id": 1},
        {"kind": "inline", "url": "https://khac.example/", "title": None, "target_id": None},
    ]
    assert set(archive.row("SELECT * FROM articles").keys()) < set(kept)


def test_each_of_many_articles_has_its_own_pictures_and_links(archive, monkeypatch):
    hidden = "https://song-trang.example/tin-tuc/kin"
    archive.withhold(keep(archive, "Kín", url=hidden), "theo yêu cầu")
    for n in range(10):
        links = [Link("inline", hidden), *(Link("inline", f"https://khac.example/{n}/{m}") for m in range(n % 3))]
        keep(archive, f"Tin {n}", captions=[f"Ảnh {n}.{m}" for m in range(n % 4)], links=links)
    wanted = [
        (f"Tin {n}", [f"Ảnh {n}.{m}" for m in range(n % 4)], [f"https://khac.example/{n}/{m}" for m in range(n % 3)])
        for n in reversed(range(10))
    ]
    for together in (1, 3, 10, 100):
        monkeypatch.setattr(export, "_TOGETHER", together)
        assert [
            (row["title"], [image["caption"] for image in row["images"]], [link["url"] for link in row["links"]])
            for row in as_jsonl(archive)
        ] == wanted


@pytest.mark.parametrize(
    ("most", "letters", "sizes"), [(2, 99, [2, 2, 1]), (99, 12, [2, 2, 1]), (99, 1, [1] * 5), (99, 99, [5])]
)
def test_rows_come_in_groups_of_so_many_rows_or_letters(archive, most, letters, sizes):
    rows = archive.rows("SELECT value, 'sáu từ' AS text FROM json_each('[1, 2, 3, 4, 5]')")
    made = list(groups(rows, most, letters))
    assert [len(group) for group in made] == sizes
    assert [row["value"] for group in made for row in group] == [1, 2, 3, 4, 5]


def test_filters_query_and_limit_choose_the_newest_first(archive):
    for n, day in enumerate(["2020-01-05", "2020-03-05", "2020-02-05"]):
        keep(archive, f"Tin {n}", "Gặt lúa." if n else "Trồng ngô.", date=day)
    keep(archive, "Không ngày", "Gặt lúa.")

    def titles(*filters, **options):
        return [row["title"] for row in as_csv(archive, Filters(*filters), **options)]

    assert titles() == ["Tin 1", "Tin 2", "Tin 0", "Không ngày"]
    assert titles(limit=2) == ["Tin 1", "Tin 2"]
    assert titles(None, date(2020, 2, 1)) == ["Tin 1", "Tin 2"]
    assert titles(None, None, date(2020, 2, 10)) == ["Tin 2", "Tin 0"]
    assert titles(query="lua") == ["Tin 1", "Tin 2", "Không ngày"]
    assert titles(query="-lua") == ["Tin 0"]
    assert titles(query='"Gặt lua" -"tin 1"') == ["Tin 2", "Không ngày"]
    assert titles("lam-giang") == []


def test_cells_are_left_alone_unless_the_file_is_for_a_spreadsheet(archive):
    hostile = ["=HYPERLINK(1)", "+1", "-2", "@SUM(1)", "\tx", "an toàn"]
    for text in hostile:
        keep(archive, text)
    assert [row["title"] for row in reversed(as_csv(archive))] == hostile
    guarded = as_csv(archive, spreadsheet=True)
    assert [row["title"] for row in reversed(guarded)] == [
        *(SPREADSHEET_GUARD + text for text in hostile[:5]),
        "an toàn",
    ]
    assert next(iter(guarded[0])) == "\ufeffid"  # Excel's sign of UTF-8


def test_memory_does_not_grow_with_the_archive(archive):
    with archive.transaction():
        for n in range(300):
            keep(archive, f"Tin {n}", f"{n} " + "chữ " * 5000)

    class Sink(io.TextIOBase):
        def write(self, text):
            return len(text)

    tracemalloc.start()
    with closing(articles(archive, Filters())) as rows:
        assert write_csv(archive, rows, Sink()) == 300
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # of 7,500,000 bytes of text


# -- the file --------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_only_when_complete(tmp_path):
    path = tmp_path / "bang.csv"
    path.write_text("cũ", encoding="utf-8")
    path.chmod(0o640)

    def half():
        with replacing(path) as out:
            out.write("mới")
            out.flush()
            assert path.read_text(encoding="utf-8") == "cũ"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert path.read_text(encoding="utf-8") == "cũ"
    with replacing(path) as out:
        out.write("mới")
    assert path.read_text(encoding="utf-8") == "mới"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions_and_a_link_stays_one(tmp_path):
    plain = tmp_path / "thuong"
    plain.touch()
    link = tmp_path / "lien-ket.csv"
    link.symlink_to(tmp_path / "dich.csv")
    with replacing(link) as out:
        out.write("x")
    assert link.is_symlink()
    assert (tmp_path / "dich.csv").read_text() == "x"
    assert (tmp_path / "dich.csv").stat().st_mode == plain.stat().st_mode


def test_what_is_no_file_is_refused_or_written_as_it_is(tmp_path):
    with pytest.raises(OSError, match="directory"), replacing(tmp_path) as out:
        out.write("x")
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "khong-co" / "f.csv") as out:
        out.write("x")
    with pytest.raises(OSError, match="space"), replacing(tmp_path.__class__("/dev/full")) as out:
        out.write("x")
