"""``export`` as WACZ, BagIt and citations: what is written, refused and told (for tables see reading commands)."""

import json
import shutil
import sys
import zipfile

import pyarrow.parquet
import pytest
from archives import keep
from crawling import Paper, add_site, crawl, serve

from newsarchive.archive.store import Archive


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawled")
    with serve(Paper(3)) as base:
        add_site(folder, base)
        crawl(folder)
    return folder


@pytest.fixture
def papers(crawled, folder):
    shutil.copytree(crawled, folder)
    return folder


def archive_digest(folder):
    """The digest, in hexadecimal, of the page that article 1 was read from."""
    with Archive.read(folder) as archive:
        row = archive.row("SELECT digest FROM captures JOIN articles ON capture_id = captures.id WHERE articles.id = 1")
    return row["digest"].removeprefix("sha256:")


def test_wacz_is_written_with_the_filters_and_told(run, papers, tmp_path):
    path = tmp_path / "articles.wacz"
    done = run("export", "--format", "wacz", "--output", path, "--since", "2021-01-03")
    assert (done.status, done.out) == (0, "")
    assert f"2 articles in 2 captures written to {path}" in done.err
    assert len(zipfile.ZipFile(path).read("pages/pages.jsonl").splitlines()) == 3


def test_wacz_of_nothing_leaves_what_was_there(run, papers, tmp_path):
    path = tmp_path / "articles.wacz"
    path.write_text("cũ", encoding="utf-8")
    done = run("export", "--format", "wacz", "--output", path, "--since", "2030-01-01")
    assert done.status == 3
    assert "not written; no captured page was chosen" in done.err
    assert path.read_text(encoding="utf-8") == "cũ"
    assert sorted(tmp_path.iterdir()) == [papers, path]


def test_wacz_names_damaged_captures_and_exits_with_1(run, papers, tmp_path):
    with Archive.create(papers) as archive:
        keep(archive, "Tin không có trong tệp nào", site="sen-hong")
    done = run("export", "--format", "wacz", "--output", tmp_path / "articles.wacz")
    assert done.status == 1
    assert "left out: " in done.err
    assert "1 article left out" in done.err
    assert "3 articles in 3 captures" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["wacz"], "name it with --output"),
        (["bagit"], "name it with --output"),
        (["bagit", "--output", "x", "--site", "sen-hong"], "a bag is of the whole archive"),
        (["bagit", "--output", "x", "--limit", "3"], "a bag is of the whole archive"),
        (["bagit", "--output", "x", "--query", "hẻm"], "a bag is of the whole archive"),
        (["wacz", "--output", "x", "--with-withheld"], "is for --format bagit"),
        (["parquet"], "name it with --output"),
        (["datapackage"], "name it with --output"),
        (["parquet", "--partition", "site"], "name it with --output"),
        (["parquet", "--partition", "month", "--output", "x"], "--partition month: say site, year, site,year or"),
        (["parquet", "--partition", "site,site", "--output", "x"], "--partition site,site: say site"),
        (["parquet", "--partition", "", "--output", "x"], "--partition : say site"),
        (["csv", "--partition", "site", "--output", "x"], "is for --format parquet"),
        (["parquet", "--output", "x", "--spreadsheet"], "is for --format csv"),
        (["datapackage", "--output", "x", "--spreadsheet"], "is for --format csv"),
    ],
)
def test_what_makes_no_sense_is_refused(run, papers, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    done = run("export", "--format", *arguments)
    assert done.status == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == [papers]


def test_a_bag_is_made_once_and_says_what_is_in_it(run, papers, tmp_path):
    bag = tmp_path / "bag"
    done = run("export", "--format", "bagit", "--output", bag)
    assert done.status == 0
    assert "3 files, " in done.err  # the database, a WARC file, a profile
    again = run("export", "--format", "bagit", "--output", bag)
    assert again.status == 2
    assert "exists already" in again.err
    assert run("export", "--format", "bagit", "--output", tmp_path / "không" / "có").status == 3


def test_a_bag_with_withheld_articles_must_be_asked_for(run, papers, tmp_path):
    run("withhold", "1", "--reason", "theo yêu cầu")
    done = run("export", "--format", "bagit", "--output", tmp_path / "bag")
    assert done.status == 2
    assert "--with-withheld" in done.err
    assert run("export", "--format", "bagit", "--output", tmp_path / "bag", "--with-withheld").status == 0


def test_a_bag_of_a_damaged_archive_is_made_and_told(run, papers, tmp_path):
    next((papers / "warc").rglob("*.warc.gz")).unlink()
    done = run("export", "--format", "bagit", "--output", tmp_path / "bag")
    assert done.status == 1
    assert "not in the bag, it is missing" in done.err


@pytest.mark.parametrize("form", ["bibtex", "csl-json", "ris", "json-ld"])
def test_citations_go_to_stdout_or_a_file(run, papers, tmp_path, form):
    path = tmp_path / "citations"
    printed = run("export", "--format", form)
    assert run("export", "--format", form, "--output", path).status == printed.status == 0
    assert path.read_bytes().decode() == printed.out
    assert printed.out.count(archive_digest(papers)) >= 1


def test_show_has_a_line_to_cite_the_article_by(run, papers):
    shown = run("show", "1").out
    cited = run("show", "1", "--json").json["citation"]
    assert f"cite        {cited}" in shown
    assert "Captured 20" in cited
    assert "sha256:" in cited
    assert "“" in run("show", "1", "--version", "1").out
    assert json.loads(run("show", "1", "--version", "1", "--json").out)["citation"] == cited


def test_parquet_is_written_with_the_filters_and_told(run, papers, tmp_path):
    path = tmp_path / "articles.parquet"
    done = run("export", "--format", "parquet", "--output", path, "--since", "2021-01-03")
    assert (done.status, done.out) == (0, "")
    assert f"2 articles written to {path}" in done.err
    assert [str(day) for day in pyarrow.parquet.read_table(path)["date_earliest"]] == ["2021-01-04", "2021-01-03"]


def test_parquet_without_pyarrow_is_refused_in_a_sentence(run, papers, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("export", "--format", "parquet", "--output", tmp_path / "x.parquet")
    assert done.status == 2
    assert "pip install 'newsarchive[parquet]'" in done.err
    assert list(tmp_path.iterdir()) == [papers]


def test_parquet_names_an_article_whose_day_is_none_and_leaves_what_was_there(run, papers, tmp_path):
    path = tmp_path / "articles.parquet"
    path.write_text("cũ", encoding="utf-8")
    with Archive.create(papers) as archive:
        archive.connection.execute("UPDATE articles SET date_latest = 'hôm qua' WHERE id = 2")
    done = run("export", "--format", "parquet", "--output", path)
    assert done.status == 3
    assert "article 2: date_latest is 'hôm qua'" in done.err
    assert path.read_text(encoding="utf-8") == "cũ"


def test_parquet_in_parts_is_written_once_with_the_filters_and_told(run, papers, tmp_path):
    folder = tmp_path / "parts"
    asked = ("export", "--format", "parquet", "--partition", "site,year", "--output", folder)
    done = run(*asked, "--since", "2021-01-03")
    assert (done.status, done.out) == (0, "")
    assert f"2 articles in 1 file written to the folder {folder}" in done.err
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert files == ["site=sen-hong/year=2021/part-0.parquet"]
    again = run(*asked)
    assert again.status == 2
    assert "exists already" in again.err


def test_parquet_in_parts_is_there_whole_or_not_at_all(run, papers, tmp_path):
    asked = ("export", "--format", "parquet", "--partition", "year", "--output", tmp_path / "parts")
    nothing = run(*asked, "--since", "2090-01-01")
    assert nothing.status == 3
    assert "not written; no article was chosen" in nothing.err
    with Archive.create(papers) as archive:
        archive.connection.execute("UPDATE articles SET date_latest = 'hôm qua' WHERE id = 2")
    broken = run(*asked)
    assert broken.status == 3
    assert "article 2: date_latest is 'hôm qua'" in broken.err
    assert list(tmp_path.iterdir()) == [papers]


def test_a_datapackage_is_written_once_with_the_filters_and_told(run, papers, tmp_path):
    folder = tmp_path / "tables"
    done = run("export", "--format", "datapackage", "--output", folder, "--limit", "1")
    assert (done.status, done.out) == (0, "")
    assert f"1 article and what belongs to it written to the folder {folder}" in done.err
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in described["resources"]} == {path.name for path in folder.glob("*.csv")}
    again = run("export", "--format", "datapackage", "--output", folder)
    assert again.status == 2
    assert "exists already" in again.err
    assert run("export", "--format", "datapackage", "--output", tmp_path / "không" / "có").status == 3
