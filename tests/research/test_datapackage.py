"""The data package: judged by the frictionless library, complete in itself, and described in full."""

import csv

import pytest
from archives import capture, keep
from frictionless import Package, validate

from newsarchive.archive.meanings import describe
from newsarchive.archive.store import Archive
from newsarchive.items import Link, Listing, ListingEntry
from newsarchive.research import datapackage
from newsarchive.research.datapackage import write_package
from newsarchive.research.filters import Filters

URL = "https://song-trang.example/"


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as archive:
        keep(archive, "Đích", "Gặt lúa.", url=URL + "1", date="2020-10-08", at="2020-11-01T00:00:00Z")
        keep(archive, "Đích", "Gặt lúa xong.", url=URL + "1", date="2020-10-08", at="2020-12-01T00:00:00Z")
        keep(
            archive,
            '=SUM(1), "Tin"\r\ncó bẫy',
            "Trồng ngô.\n\n" + "chữ " * 50_000,
            url=URL + "2",
            date="2021-01-01",
            captions=("Ảnh",),
            links=[Link("related", URL + "1", "Đích"), Link("inline", "https://khac.example/")],
        )
        run = archive.keep_visit("song-trang", "2020-12-01T00:00:00Z", "một lần xem")
        shown = [ListingEntry(URL + str(n), n, f"Tin {n}", None) for n in (1, 2, 3)]
        archive.keep_listing(Listing(URL + "tin", shown), site="song-trang", run_id=run)
        yield archive


def read(folder):
    tables = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


def judged(folder):
    report = validate(folder / "datapackage.json")
    return report.flatten(["type", "message"])


@pytest.fixture(autouse=True)
def long_cells():
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


def test_a_package_is_valid_and_has_all_that_belongs_to_its_articles(archive, tmp_path):
    folder = tmp_path / "pkg"
    assert write_package(archive, Filters(), folder) == 2
    assert judged(folder) == []
    tables = read(folder)
    assert {name: len(rows) for name, rows in tables.items()} == {
        "articles": 2, "versions": 3, "pictures": 1, "links": 2, "sightings": 2, "captures": 3, "runs": 1, "sites": 1,
    }  # fmt: skip
    assert [row["target_id"] for row in tables["links"]] == ["1", ""]
    kept = archive.row("SELECT * FROM articles WHERE id = 2")
    assert {name: cell or None for name, cell in tables["articles"][0].items()} == {
        name: None if kept[name] is None else str(kept[name])
        for name in kept.keys()  # noqa: SIM118
    }


def test_every_column_is_described_and_typed(archive, tmp_path):
    write_package(archive, Filters(), tmp_path / "pkg")
    package = Package(tmp_path / "pkg" / "datapackage.json")
    for resource in package.resources:
        described = {field.name: field.description for field in resource.schema.fields}
        assert described == describe(resource.name)
        assert resource.schema.primary_key
    types = {field.name: field.type for field in package.get_resource("articles").schema.fields}
    assert [types[name] for name in ("date", "date_latest", "first_seen", "field_sources", "capture_id", "body")] == [
        "string", "date", "datetime", "object", "integer", "string",
    ]  # fmt: skip
    keys = {key["fields"][0] for key in package.get_resource("articles").schema.foreign_keys}
    assert keys == {"site", "capture_id", "gone_capture_id"}


def test_the_judge_sees_what_is_wrong(archive, tmp_path):
    write_package(archive, Filters(), tmp_path / "pkg")
    path = tmp_path / "pkg" / "links.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n2,1,", b"\r\n7,1,"))
    assert {kind for kind, _ in judged(tmp_path / "pkg")} & {"hash-count", "foreign-key"}


@pytest.mark.parametrize(("query", "chosen"), [("lua", ["1"]), ("ngo", ["2"]), ("khong-co", [])])
def test_a_choice_is_complete_in_itself(archive, tmp_path, query, chosen):
    folder = tmp_path / "pkg"
    assert write_package(archive, Filters(), folder, query=query) == len(chosen)
    assert judged(folder) == []
    tables = read(folder)
    for name in ("articles", "versions", "pictures", "links"):
        assert {row.get("article_id", row.get("id")) for row in tables[name]} <= set(chosen), name
    assert {row["url"] for row in tables["sightings"]} == {row["url"] for row in tables["articles"]}
    assert [row["target_id"] for row in tables["links"]] == ["", ""][: 2 * (query == "ngo")]
    assert [row["name"] for row in tables["sites"]] == ["song-trang"][: len(chosen)]


def test_nothing_of_a_withheld_article_goes_along(archive, tmp_path):
    keep(archive, "Tin kín", url=URL + "3", byline="Người Kín")
    keep(archive, "Tin mở", url=URL + "4")
    # Its bytes were captured before, as the withheld page.
    hidden = archive.row("SELECT capture_id FROM articles WHERE url = ?", URL + "3")[0]
    archive.connection.execute(
        "UPDATE captures SET refers_to = ? WHERE id = (SELECT capture_id FROM articles WHERE url = ?)",
        (hidden, URL + "4"),
    )
    archive.withhold(3, "theo yêu cầu")
    folder = tmp_path / "pkg"
    assert write_package(archive, Filters(), folder) == 3
    assert judged(folder) == []
    assert not [path.name for path in folder.iterdir() if b"song-trang.example/3" in path.read_bytes()]
    assert "Kín" not in (folder / "articles.csv").read_text(encoding="utf-8")


def test_the_capture_that_has_the_bytes_goes_along(archive, tmp_path):
    first = capture(archive, URL + "in-an", body=b"x")
    archive.connection.execute(
        "UPDATE captures SET refers_to = ? WHERE id = (SELECT capture_id FROM articles WHERE id = 2)", (first.id,)
    )
    write_package(archive, Filters(), tmp_path / "pkg")
    assert judged(tmp_path / "pkg") == []
    tables = read(tmp_path / "pkg")
    assert str(first.id) in {row["id"] for row in tables["captures"]}
    assert str(first.id) in {row["refers_to"] for row in tables["captures"]}


def test_a_picture_that_is_kept_leads_to_its_capture(archive, tmp_path):
    made = capture(archive, archive.row("SELECT url FROM images")[0], body=b"jpeg")
    archive.connection.execute("UPDATE captures SET media_type = 'image/jpeg' WHERE id = ?", (made.id,))
    write_package(archive, Filters(), tmp_path / "pkg")
    assert judged(tmp_path / "pkg") == []
    assert [row["capture_id"] for row in read(tmp_path / "pkg")["pictures"]] == [str(made.id)]


def test_the_archive_is_not_changed_and_can_be_read_only(archive, tmp_path):
    with Archive.read(archive.folder) as reader:
        for n in range(2):
            assert write_package(reader, Filters(), tmp_path / f"pkg{n}") == 2
        assert reader.row("PRAGMA query_only")[0] == 1
        assert not reader.connection.in_transaction
        assert reader.rows("SELECT name FROM sqlite_temp_master") == []


def test_a_package_is_of_one_moment_also_while_others_write(archive, tmp_path, monkeypatch):
    write = datapackage._write

    def meanwhile(reader, folder, table, rows):
        count = write(reader, folder, table, rows)
        if table == "articles":
            with Archive.create(archive.folder) as crawl:
                keep(crawl, "Đích", "Gặt lúa lần ba.", url=URL + "1", at="2021-01-01T00:00:00Z", captions=("Mới",))
        return count

    monkeypatch.setattr(datapackage, "_write", meanwhile)
    with Archive.read(archive.folder) as reader:
        write_package(reader, Filters(), tmp_path / "pkg")
    assert judged(tmp_path / "pkg") == []
    tables = read(tmp_path / "pkg")
    assert (len(tables["versions"]), len(tables["pictures"])) == (3, 1)
    assert len(archive.rows("SELECT * FROM versions")) == 4


def test_a_folder_that_is_there_is_left_alone_and_none_stays_half_written(archive, tmp_path):
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "cũ").touch()
    with pytest.raises(FileExistsError):
        write_package(archive, Filters(), folder)
    archive.connection.execute("DROP VIEW pictures")
    with pytest.raises(Exception, match="no such table"):
        write_package(archive, Filters(), tmp_path / "khác")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "pkg"]
    assert [path.name for path in folder.iterdir()] == ["cũ"]
