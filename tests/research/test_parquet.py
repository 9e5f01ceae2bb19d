"""Parquet: typed columns, every value as it is stored, row groups that bound the memory, and folders of parts."""

import io
import tracemalloc
from contextlib import closing
from datetime import UTC, date, datetime

import duckdb
import pandas
import pyarrow
import pyarrow.dataset
import pytest
from archives import keep
from pyarrow.parquet import ParquetFile

from newsarchive.archive.meanings import describe
from newsarchive.archive.store import Archive
from newsarchive.items import Link
from newsarchive.research import parquet
from newsarchive.research.export import articles, articles_in_parts
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


# -- a folder of parts -----------------------------------------------------------------------------------------------

HOSTILE = ["../x", "/", "a=b", "..", "%2e%2e", "year=2020", "2020", "Quận 1", "\x00", "."]
PARTITIONING = pyarrow.dataset.partitioning(
    pyarrow.schema([("site", pyarrow.string()), ("year", pyarrow.int32())]), flavor="hive"
)


def in_parts(archive, folder, keys=("site", "year"), filters=None, **options):
    """Write a folder of parts; returns its files, as paths in it."""
    folder.mkdir()
    with closing(articles_in_parts(archive, filters or Filters(), keys, **options)) as parts:
        count, files = parquet.write_parts(archive, parts, keys, folder)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(paths) == files
    assert sum(ParquetFile(folder / path).metadata.num_rows for path in paths) == count
    return paths


@pytest.fixture
def districts(archive):
    """Articles of two sites from three years, and some of which less is known."""
    for site in ("song-trang", "ba-bia"):
        for number, day in enumerate(("2020-10-08", "2019-01-01", "2020-12-31", None)):
            keep(archive, f"Tin {number}", site=site, date=day)
    keep(archive, "Chậm nhất", site="ba-bia", date="../2020-11-30", date_latest="2020-11-30")
    keep(archive, "Giao thừa", date="2018-12-31/2019-01-02", date_earliest="2018-12-31", date_latest="2019-01-02")
    return archive


def test_each_site_and_year_has_a_file(districts, tmp_path):
    folder = tmp_path / "parts"
    nothing = "__HIVE_DEFAULT_PARTITION__"
    assert in_parts(districts, folder) == [
        f"site={site}/year={year}/part-0.parquet"
        for site, years in (("ba-bia", (2019, 2020, nothing)), ("song-trang", (2018, 2019, 2020, nothing)))
        for year in years
    ]
    file = ParquetFile(folder / "site=ba-bia" / "year=2020" / "part-0.parquet")
    assert file.schema_arrow.names[:2] == ["id", "url"]  # "site" is in the path alone
    assert [row["title"] for row in file.read().to_pylist()] == ["Tin 2", "Tin 0"]  # the newest first
    undated = ParquetFile(folder / "site=ba-bia" / f"year={nothing}" / "part-0.parquet").read().to_pylist()
    assert [row["title"] for row in undated] == ["Chậm nhất", "Tin 3"]


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        (("site",), "site=ba-bia/part-0.parquet"),
        (("year",), "year=2018/part-0.parquet"),
        (("year", "site"), "year=2018/site=song-trang/part-0.parquet"),
    ],
)
def test_parts_are_by_the_keys_in_their_order(districts, tmp_path, keys, first):
    assert in_parts(districts, tmp_path / "parts", keys)[0] == first


def test_duckdb_pyarrow_and_pandas_read_a_folder_as_the_archive_has_it(districts, tmp_path):
    in_parts(districts, tmp_path / "parts")
    wanted = districts.rows(
        "SELECT id, site, CAST(substr(date_earliest, 1, 4) AS INTEGER) AS year, title FROM articles ORDER BY id"
    )
    rows = [tuple(row) for row in wanted]
    columns = ["id", "site", "year", "title"]
    in_duckdb = duckdb.sql(
        f"SELECT {', '.join(columns)} FROM read_parquet('{tmp_path}/parts/**/*.parquet', hive_partitioning = true)"
        " ORDER BY id"
    )
    assert in_duckdb.fetchall() == rows
    assert [str(what) for what in in_duckdb.types] == ["BIGINT", "VARCHAR", "BIGINT", "VARCHAR"]
    table = pyarrow.dataset.dataset(tmp_path / "parts", partitioning="hive").to_table(columns=columns).sort_by("id")
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    frame = pandas.read_parquet(tmp_path / "parts", partitioning=PARTITIONING, columns=columns).sort_values("id")
    assert [tuple(None if pandas.isna(cell) else cell for cell in row) for row in frame.to_numpy().tolist()] == rows
    dated = pandas.read_parquet(tmp_path / "parts", partitioning=PARTITIONING, filters=[("year", "=", 2019)])
    assert sorted(dated.title) == ["Tin 1", "Tin 1"]


def test_no_text_chooses_a_path_and_each_comes_back(archive, tmp_path):
    for site in HOSTILE:
        keep(archive, f"Tin của {site!r}", url=f"https://x.example/{HOSTILE.index(site)}", site=site, date="2020-10-08")
    before = set(tmp_path.iterdir())
    paths = in_parts(archive, tmp_path / "parts")
    assert len(paths) == len(HOSTILE)
    assert all(path.count("/") == 2 for path in paths)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "parts"}
    table = pyarrow.dataset.dataset(tmp_path / "parts", partitioning=PARTITIONING).to_table(columns=["site"])
    assert sorted(table["site"].to_pylist()) == sorted(HOSTILE)
    read = duckdb.sql(
        f"SELECT site FROM read_parquet('{tmp_path}/parts/*/*/*.parquet', hive_types = {{'site': VARCHAR}})"
    )
    assert sorted(row[0] for row in read.fetchall()) == sorted(HOSTILE)


def test_a_year_that_is_none_is_told_with_its_article_and_chooses_no_path(archive, tmp_path):
    keep(archive, "Tin")
    archive.connection.execute("UPDATE articles SET date_earliest = '/../x'")
    with pytest.raises(ValueError, match=r"article 1: date_earliest is '/\.\./x'"):
        in_parts(archive, tmp_path / "parts")
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["site=song-trang"]


def test_parts_hold_what_is_chosen_and_nothing_withheld(districts, tmp_path):
    districts.withhold(1, "theo yêu cầu")
    assert in_parts(districts, tmp_path / "a", filters=Filters(sites=("song-trang",)), limit=2) == [
        "site=song-trang/year=2019/part-0.parquet",
        "site=song-trang/year=2020/part-0.parquet",
    ]
    assert in_parts(districts, tmp_path / "b", ("year",), query="giao thừa") == ["year=2018/part-0.parquet"]
    assert in_parts(districts, tmp_path / "c", query="không-có-đâu") == []
    titles = {row["title"] for row in pyarrow.dataset.dataset(tmp_path / "a").to_table().to_pylist()}
    assert titles == {"Tin 1", "Tin 2"}


def test_parts_are_of_one_moment(archive, tmp_path):
    """What a crawl keeps while they are written is not in them, nor are pictures that it had not seen then."""
    keep(archive, "Tin", captions=("Ảnh cũ",), date="2020-10-08")
    (tmp_path / "parts").mkdir()
    with Archive.read(tmp_path / "archive") as reading, reading.one_moment():
        parts = list(articles_in_parts(reading, Filters(), ("year",)))
        archive.connection.execute("UPDATE images SET caption = 'Ảnh mới'")
        parquet.write_parts(reading, parts, ("year",), tmp_path / "parts")
    (row,) = ParquetFile(tmp_path / "parts" / "year=2020" / "part-0.parquet").read().to_pylist()
    assert [image["caption"] for image in row["images"]] == ["Ảnh cũ"]


_PER_ARTICLE = ("id", "url", "date_earliest")


def test_memory_does_not_grow_with_the_parts(archive, tmp_path):
    keep(archive, "Mẫu", "chữ " * 2000, date="1000-01-01")
    columns = ", ".join(name for name in dict(archive.row("SELECT * FROM articles")) if name not in _PER_ARTICLE)
    archive.connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
        f" INSERT INTO articles (url, date_earliest, {columns})"
        f" SELECT url || '/' || i, printf('%04d-01-01', 1000 + i % 500), {columns} FROM articles, n"
    )
    (tmp_path / "parts").mkdir()
    tracemalloc.start()
    with closing(articles_in_parts(archive, Filters(), ("year",))) as parts:
        count, files = parquet.write_parts(archive, parts, ("year",), tmp_path / "parts")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, files) == (1501, 500)
    assert peak < 2_000_000  # of 12,000,000 letters of text
