"""``search``, ``show`` and ``export``: what they print, and their exit statuses."""

import csv
import hashlib
import json
import sqlite3

import click
import pytest
from archives import keep

from newsarchive.cli.showing import _marked_up
from newsarchive.research.record import Change

URL = "https://song-trang.example/tin-tuc/gat-lua-1"


@pytest.fixture
def farm(archive):
    keep(archive, "Gặt lúa", "Nông dân gặt lúa sớm.", url=URL, date="2020-10-08", captions=("Đồng lúa chín",))
    keep(archive, "Trồng ngô", "Nông dân trồng ngô muộn.", date="2020-11-08", site="lam-giang")
    return archive


# -- search ----------------------------------------------------------------------------------------------------------


def test_search_json_is_a_list_of_articles_with_a_plain_snippet(run, farm):
    result = run("search", "gat lua", "--json")
    assert (result.status, result.err) == (0, "")
    assert result.json == [
        {
            "id": 1,
            "url": URL,
            "site": "song-trang",
            "title": "Gặt lúa",
            "date": "2020-10-08",
            "snippet": "Nông dân gặt lúa sớm.",
        }
    ]


def test_search_prints_what_it_found_and_filters(run, farm):
    farm.connection.execute("UPDATE articles SET byline = 'Xuân Hạ', state = 'gone' WHERE id = 1")
    farm.connection.execute("UPDATE articles SET section = 'Kinh tế' WHERE id = 2")
    both = run("search", "nông", "dân")
    assert both.status == 0
    assert "Gặt lúa" in both.out
    assert "Trồng ngô" in both.out
    assert "\x1b" not in both.out
    for options, title in [
        (["--site", "lam-giang"], "Trồng ngô"),
        (["--since", "1/11/2020"], "Trồng ngô"),
        (["--until", "2020-10-31"], "Gặt lúa"),
        (["--limit", "1"], "Trồng ngô"),
        (["--limit", "1", "--offset", "1"], "Gặt lúa"),
        (["--limit", "1", "--sort", "oldest"], "Gặt lúa"),
        (["--limit", "1", "--sort", "newest"], "Trồng ngô"),
        (["--date", "2020-10"], "Gặt lúa"),
        (["--date", "2020-11/.."], "Trồng ngô"),
        (["--byline", "Xuân Hạ"], "Gặt lúa"),
        (["--section", "Kinh tế"], "Trồng ngô"),
        (["--state", "gone"], "Gặt lúa"),
    ]:
        assert [hit["title"] for hit in run("search", "nông dân", "--json", *options).json] == [title]


def test_search_without_words_lists_what_the_options_choose(run, farm):
    result = run("search", "--site", "lam-giang", "--site", "song-trang", "--json")
    assert [hit["title"] for hit in result.json] == ["Trồng ngô", "Gặt lúa"]
    assert run("search", "--date", "2020-10").err == "newsarchive: 1 article\n"


def test_search_says_how_many_there_are_and_which_are_shown(run, farm):
    assert run("search", "nông dân").err == "newsarchive: 2 articles\n"
    assert run("search", "nông dân", "--limit", "1").err == "newsarchive: 1 to 1 of 2 articles\n"
    assert run("search", "nông dân", "--offset", "1").err == "newsarchive: 2 to 2 of 2 articles\n"
    assert run("search", "nông dân", "--offset", "9").err == "newsarchive: 2 articles found, none after the first 9\n"
    assert run("search", "--site", "song-trang", "--date", "1999").err == "newsarchive: nothing found\n"


def test_search_counts_by_month_and_site(run, farm):
    result = run("search", "nông", "--counts")
    assert (result.status, result.err) == (0, "")
    assert result.out.split() == (
        "month articles 2020-10 1 2020-11 1 site articles lam-giang 1 song-trang 1 2 articles".split()
    )
    assert run("search", "--counts", "--site", "song-trang", "--json").json == {
        "total": 1,
        "by_month": [{"month": "2020-10", "articles": 1}],
        "by_site": [{"site": "song-trang", "articles": 1}],
        "by_section": [{"section": None, "articles": 1}],
        "by_byline": [{"byline": None, "articles": 1}],
        "by_state": [{"state": "live", "articles": 1}],
    }
    assert run("search", "--counts", "--json").json["total"] == 2


def test_search_that_finds_nothing_is_no_error(run, farm):
    assert run("search", "khoai", "--json").out == "[]\n"
    result = run("search", "khoai")
    assert (result.status, result.out) == (0, "")
    assert "nothing found for khoai" in result.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "!!!"], "no word to search for"),
        (["search", "lúa", "--site", "song-trag"], "did you mean song-trang?"),
        (["search", "lúa", "--since", "hôm kia"], "write it as 2020-10-08"),
        (["search", "lúa", "--since", "2020-10-08", "--until", "2020-10-07"], "no day is between them"),
        (["search", "lúa", "--limit", "0"], "--limit"),
        (["search"], "QUERY"),
        (["search", ""], "no word to search for"),
        (["search", "lúa", "--date", "10/2020"], "--date '10/2020' is no period"),
        (["search", "lúa", "--date", "2020", "--until", "2020-10-07"], "leave out --since and --until"),
        (["search", "lúa", "--state", "lost"], "--state"),
        (["search", "lúa", "--sort", "size"], "--sort"),
        (["show", "99"], "99: no such article"),
        (["show", URL, "--version", "3"], "has 1 version, none is 3"),
        (["show", URL, "--diff"], "version 1 is the first"),
        (["export"], "--format"),
        (["export", "--format", "parquet"], "parquet"),
        (["export", "--format", "jsonl", "--spreadsheet"], "is for --format csv"),
        (["export", "--format", "csv", "--query", "()"], "no word to search for"),
        (["export", "--format", "csv", "--site", "x"], "it has lam-giang, song-trang"),
    ],
)
def test_wrong_usage_is_a_sentence_and_status_2(run, farm, arguments, says):
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert says in result.err
    assert "Traceback" not in result.err


def test_text_from_the_web_does_not_reach_the_terminal_raw(run, archive):
    keep(
        archive,
        "Tin \x1b[31mđỏ\u202e",
        "lúa \x1b]0;tựa\x07 \x9b1m",
        url="https://a.example/\x1b[2J",
        captions=("\x08",),
    )
    for arguments in (["search", "lúa"], ["show", "1"], ["export", "--format", "csv", "--query", "-x"]):
        result = run(*arguments)
        assert result.status == 0
        if arguments[0] != "export":
            assert not {"\x1b", "\x07", "\x08", "\x9b", "\u202e"} & set(result.out)


# -- show ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["1", URL, "http://www.song-trang.example/tin-tuc/gat-lua-1?fbclid=x"])
def test_show_tells_all_that_is_known(run, farm, key):
    result = run("show", key)
    assert result.status == 0
    for text in ("Gặt lúa", "2020-10-08", "Đồng lúa chín", "sha256:", ".warc.gz at byte", "first read", "gặt lúa sớm."):
        assert text in result.out


def test_show_json_has_columns_lists_versions_and_capture(run, farm):
    kept = run("show", "1", "--json").json
    columns = set(farm.row("SELECT * FROM articles").keys())
    assert set(kept) == columns | {
        "images",
        "links",
        "versions",
        "capture",
        "gone_capture",
        "sites",
        "withheld",
        "citation",
    }
    assert kept["capture"]["warc_file"].endswith(".warc.gz")
    assert kept["images"][0]["caption"] == "Đồng lúa chín"


def test_show_version_and_diff(run, farm):
    keep(farm, "Gặt lúa", "Nông dân gặt ngô sớm.", url=URL, date="2020-10-08", at="2020-12-01T02:00:00Z")
    first = run("show", URL, "--version", "1")
    assert "gặt lúa sớm." in first.out
    assert run("show", URL, "--version", "1", "--json").json["body"] == "Nông dân gặt lúa sớm."
    changed = run("show", URL, "--diff")
    assert changed.status == 0
    assert "[-lúa-] {+ngô+} sớm." in changed.out
    difference = run("show", URL, "--diff", "--version", "2", "--json").json
    assert (difference["before"], difference["after"], difference["cause"]) == (1, 2, "site")
    fields = {change["field"]: change["words"] for change in difference["changes"]}
    assert ["added", "ngô "] in fields["body"]
    assert fields["captions"] == [["removed", "Đồng lúa chín"]]


def test_a_difference_moves_no_cursor():
    change = Change("title", "Lúa", "Lúa mới", (("same", "Lúa\x85 "), ("added", "mới\x1b[2J\x1c")))
    line = click.unstyle(_marked_up(change))
    assert line == "Lúa\ufffd {+mới\ufffd[2J+}\ufffd"


def test_show_says_what_became_of_an_address_without_an_article(run, farm):
    farm.connection.execute(
        "INSERT INTO frontier (site, url, kind, state, found_at) VALUES ('song-trang', ?, 'article', 'gone', '2020')",
        (f"{URL}00",),
    )
    result = run("show", f"{URL}00")
    assert result.status == 2
    assert "the site had it no more" in result.err


# -- export ----------------------------------------------------------------------------------------------------------


def test_export_to_stdout_and_to_a_file_are_the_same(run, farm, tmp_path):
    path = tmp_path / "tin.jsonl"
    printed = run("export", "--format", "jsonl")
    assert (printed.status, printed.err) == (0, "2 articles written\n")
    result = run("export", "--format", "jsonl", "--output", path)
    assert (result.status, result.out) == (0, "")
    assert path.read_text(encoding="utf-8") == printed.out
    assert [json.loads(line)["title"] for line in printed.out.splitlines()] == ["Trồng ngô", "Gặt lúa"]


def test_export_has_the_filters_of_search_and_a_query(run, farm, tmp_path):
    path = tmp_path / "tin.csv"

    def titles(*options):
        assert run("export", "--format", "csv", "--output", path, *options).status == 0
        with path.open(encoding="utf-8", newline="") as file:
            return [row["title"] for row in csv.DictReader(file)]

    assert titles() == ["Trồng ngô", "Gặt lúa"]
    assert titles("--query", "lua") == ["Gặt lúa"]
    assert titles("--site", "lam-giang") == ["Trồng ngô"]
    assert titles("--since", "2020-11-01") == ["Trồng ngô"]
    assert titles("--until", "2020-11-01") == ["Gặt lúa"]
    assert titles("--limit", "1") == ["Trồng ngô"]


def test_an_export_that_cannot_be_written_leaves_what_was_there(run, farm, tmp_path):
    result = run("export", "--format", "csv", "--output", tmp_path / "khong-co" / "f.csv")
    assert result.status == 3
    assert "cannot be written" in result.err
    path = tmp_path / "f.csv"
    path.write_text("cũ", encoding="utf-8")
    assert run("export", "--format", "csv", "--output", path, "--site", "khong-co").status == 2
    assert path.read_text(encoding="utf-8") == "cũ"


# -- the archive -----------------------------------------------------------------------------------------------------

READING = [["search", "lúa"], ["show", "1"], ["export", "--format", "csv"], ["status"]]


@pytest.mark.parametrize("arguments", READING[:3])
def test_without_an_archive_the_sentence_says_what_to_do(run, folder, arguments):
    result = run(*arguments)
    assert result.status == 2
    assert "no archive here yet" in result.err
    assert not folder.exists()


@pytest.mark.parametrize("arguments", READING)
def test_a_database_of_another_program_is_refused_and_left_alone(run, folder, arguments):
    folder.mkdir()
    with sqlite3.connect(folder / "news.db") as other:
        other.execute("CREATE TABLE articles (id, title)")
    other.close()
    before = (folder / "news.db").read_bytes()
    result = run(*arguments)
    assert result.status == 2
    assert "not one of newsarchive's" in result.err
    assert (folder / "news.db").read_bytes() == before


def damage(farm, path, first):
    """Overwrite the database's pages from a given part of it on, as a failing disk might."""
    with farm.transaction():
        for n in range(40):
            keep(farm, f"Tin {n}", "Gặt lúa. " * 300)
    farm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    farm.close()
    data = bytearray(path.read_bytes())
    for page in range(int(len(data) / 4096 * first) or 1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)


PART = ("show", "status")
"""What reads a part of the file only, which may lie before the damage."""


@pytest.mark.parametrize("arguments", READING)
@pytest.mark.parametrize("first", [0, 0.7])
def test_a_damaged_database_is_a_sentence(run, farm, folder, arguments, first):
    damage(farm, folder / "news.db", first)
    result = run(*arguments)
    assert result.status in ((0, 2, 3) if first and arguments[0] in PART else (2, 3))
    assert "Traceback" not in result.err
    if result.status:
        assert "news.db: " in result.err


def test_an_export_that_meets_damage_leaves_what_was_there(run, farm, folder, tmp_path):
    damage(farm, folder / "news.db", 0.7)
    path = tmp_path / "f.csv"
    path.write_text("cũ", encoding="utf-8")
    result = run("export", "--format", "csv", "--output", path)
    assert result.status == 3
    assert "if it is damaged" in result.err
    assert path.read_text(encoding="utf-8") == "cũ"
    assert {entry.name for entry in tmp_path.iterdir()} == {"archive", "f.csv"}


@pytest.mark.parametrize("arguments", [*READING, ["sites"]])
def test_reading_changes_nothing(run, farm, folder, arguments):
    def digests():
        files = {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        # SQLite's own: the locks of whoever has the database open, and a journal with nothing in it.
        files.pop("news.db-shm", None)
        assert files.pop("news.db-wal", b"") == b""
        return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}

    farm.close()
    before = digests()
    assert run(*arguments).status == 0
    assert digests() == before
