"""Parquet: typed columns, every value as it is stored, and row groups that bound the memory."""

import io
from contextlib import closing
from datetime import UTC, date, datetime

import pyarrow
import pytest
from archives import keep
from pyarrow.parquet import ParquetFile

from newsarchive.archive.meanings import describe
from newsarchive.archive.store import Archive
from newsarchive.items import Link
from newsarchive.research import parquet
from newsarchive.research.export import articles
from newsarchive.research.filters import Filters


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def written(archive, **options):
    out = io.BytesIO()
    with closing(articles(archive, Filters(), **options)) as rows:
        count = parquet.write_parquet(archive, rows, out)
    out.seek(0)
    file = ParquetFile(out)
    assert file.metadata.num_rows == count
    return file


def test_days_are_dates_moments_utc_and_lists_lists(archive):
    url = "https://song-trang.example/1"
    keep(archive, "Đích", url=url, date="2020-10-08", published_at="2020-10-08T07:00:00+07:00")
    keep(archive, "Tin", captions=("Ảnh một", None), links=[Link("related", url, "Đích"), Link("inline", "https://x/")])
    file = written(archive)
    schema, (first, second) = file.schema_arrow, file.read().to_pylist()
    assert first["date_earliest"] == first["date_latest"] == date(2020, 10, 8)
    assert first["first_seen"] == first["last_changed"] == datetime(2020, 11, 30, 2, tzinfo=UTC)
    assert first["published_at"] == "2020-10-08T07:00:00+07:00"
    assert (second["date_earliest"], second["gone_capture_id"]) == (None, None)
    assert [image["caption"] for image in second["images"]] == ["Ảnh một", None]
    assert second["links"] == [
        {"kind": "related", "url": url, "title": "Đích", "target_id": 1},
        {"kind": "inline", "url": "https://x/", "title": None, "target_id": None},
    ]
    assert first["images"] == first["links"] == []
    assert schema.field("date_latest").type == pyarrow.date32()
    assert schema.field("last_seen").type.tz == "UTC"
    assert schema.field("images").type.value_type == pyarrow.struct(
        [(name, pyarrow.string()) for name in ("url", "caption", "credit")]
    )


def test_every_column_is_there_with_its_meaning_and_its_stored_value(archive):
    keep(archive, "Chợ \x01“nổi” 🛶", "Đoạn một.\n\nĐoạn hai.", byline="Hạ")
    file = written(archive)
    stored, (row,) = dict(archive.row("SELECT * FROM articles")), file.read().to_pylist()
    assert list(row) == [*stored, "images", "links"]
    texts = [name for name in stored if name not in ("first_seen", "last_seen", "last_changed")]
    assert {name: row[name] for name in texts} == {name: stored[name] for name in texts}
    for name in stored:
        assert file.schema_arrow.field(name).metadata[b"description"].decode() == describe("articles")[name]


def test_rows_are_written_in_groups(archive, monkeypatch):
    for n in range(5):
        keep(archive, f"Tin {n}", "chữ " * 10)
    monkeypatch.setattr(parquet, "ROWS", 2)
    file = written(archive)
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 2, 1]
    monkeypatch.setattr(parquet, "LETTERS", 100)
    assert written(archive).num_row_groups == 5
    assert sorted(row["title"] for row in file.read().to_pylist()) == [f"Tin {n}" for n in range(5)]


def test_an_archive_without_articles_is_a_file_without_rows(archive):
    file = written(archive)
    assert (file.metadata.num_rows, file.schema_arrow.names[0]) == (0, "id")


def test_a_day_that_is_none_is_told_with_its_article(archive):
    keep(archive, "Tin")
    archive.connection.execute("UPDATE articles SET date_earliest = 'hôm qua'")
    with pytest.raises(ValueError, match="article 1: date_earliest is 'hôm qua'"):
        written(archive)


@pytest.mark.parametrize(
    ("stored", "microsecond"),
    [("2020-11-30T09:00:00.25+07:00", 250_000), ("2020-11-30T02:00:00", 0), ("2020-11-30 02:00:00Z", 0)],
)
def test_a_moment_as_others_may_write_it_is_that_moment(archive, stored, microsecond):
    keep(archive, "Tin")
    archive.connection.execute("UPDATE articles SET first_seen = ?", (stored,))
    (row,) = written(archive).read(["first_seen"]).to_pylist()
    assert row["first_seen"] == datetime(2020, 11, 30, 2, 0, 0, microsecond, tzinfo=UTC)


def test_what_is_withheld_stays_out(archive):
    archive.withhold(keep(archive, "Tin kín"), "theo yêu cầu")
    keep(archive, "Tin")
    assert [row["title"] for row in written(archive).read().to_pylist()] == ["Tin"]
