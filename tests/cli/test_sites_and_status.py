"""``sites`` and ``status``: every site, healthy or not, and what needs a person."""

import os

import pytest
from archives import capture, keep

PROFILE = (
    'title = "Huyện Sông Trăng"\ndistrict = "Huyện Sông Trăng"\nlistings = ["https://song-trang.example/tin-tuc"]\n'
)
STARTED = "2020-11-30T02:00:00Z"


def write_profile(folder, name, text=PROFILE):
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    (folder / "sites" / f"{name}.toml").write_text(text, encoding="utf-8")


def add_run(archive, outcome, detail="4 new", *, site="song-trang"):
    archive.keep_site(site, title="Huyện Sông Trăng")
    archive.connection.execute(
        "INSERT INTO runs (site, started_at, outcome, detail) VALUES (?, ?, ?, ?)", (site, STARTED, outcome, detail)
    )


# -- sites -----------------------------------------------------------------------------------------------------------


def test_sites_lists_the_shipped_and_the_archives_own(run, folder):
    write_profile(folder, "song-trang")
    result = run("sites")
    assert (result.status, result.err) == (0, "")
    assert "quan-1" in result.out
    assert "song-trang  Huyện Sông Trăng" in result.out
    by_name = {site["name"]: site for site in run("sites", "--json").json}
    assert by_name["quan-1"]["family"] == "hcmcpv"
    assert by_name["song-trang"] == {
        "name": "song-trang",
        "title": "Huyện Sông Trăng",
        "district": "Huyện Sông Trăng",
        "province": None,
        "district_code": None,
        "listings": ["https://song-trang.example/tin-tuc"],
        "delay": 1.0,
        "concurrency": 1,
        "encoding": None,
        "family": None,
        "file": str(folder / "sites" / "song-trang.toml"),
        "error": None,
    }


def test_a_broken_profile_does_not_hide_the_others(run, folder):
    write_profile(folder, "hong", 'title = "Hỏng"\nlistings = "x"\n')
    write_profile(folder, "song-trang")
    result = run("sites")
    assert result.status == 2
    assert "song-trang" in result.out
    assert "hong" in result.out
    assert "hong.toml, line 2, key 'listings'" in result.err
    broken = next(site for site in run("sites", "--json").json if site["name"] == "hong")
    assert "line 2" in broken["error"]
    assert broken["listings"] is None


# -- status ----------------------------------------------------------------------------------------------------------


def test_an_empty_archive_has_a_clear_line(run, folder, archive):
    result = run("status")
    assert (result.status, result.out) == (0, "")
    assert "an empty archive; `newsarchive crawl SITE` fills it" in result.err
    assert run("status", "--json").out == "[]\n"


def test_a_folder_without_a_database_is_empty_and_none_is_an_error(run, folder):
    assert run("status").status == 2
    folder.mkdir()
    assert run("status", "--json").out == "[]\n"
    assert list(folder.iterdir()) == []


def test_a_healthy_site_is_one_line(run, folder, archive):
    write_profile(folder, "song-trang")
    keep(archive, "Một", date="2020-10-08")
    keep(archive, "Hai", date="2019-10-08")
    keep(archive, "Ba", date="2020-10/2020-11", date_earliest="2020-10-01", date_latest="2020-11-30")
    archive.mark_gone(1, capture(archive, "https://song-trang.example/", at="2020-12-01T00:00:00Z"))
    add_run(archive, "attention", "1 failed")
    add_run(archive, "complete")
    result = run("status")
    assert (result.status, result.err) == (0, "")
    heading, line = result.out.splitlines()
    assert heading.split("  ")[0] == "site"
    assert line.split() == "song-trang well 2020-11-30 02:00 3 1 0 0 2019-10-08 to 2020-10-08".split()
    (site,) = run("status", "--json").json
    assert (site["site"], site["district"]) == ("song-trang", "Huyện Sông Trăng")
    assert (site["articles"], site["gone"], site["needs"]) == (3, 1, [])
    assert (site["last_run"]["id"], site["last_run"]["outcome"]) == (2, "complete")


def test_a_site_never_crawled_is_listed_and_asks_for_nothing(run, folder, archive):
    write_profile(folder, "song-trang")
    result = run("status")
    assert result.status == 0
    assert "song-trang  never" in result.out
    (site,) = run("status", "--json").json
    assert (site["last_run"], site["state"], site["needs"]) == (None, "never", [])
    assert site["next"] == "`newsarchive crawl song-trang` crawls it"


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("attention", "song-trang: sick: 4 new"),
        ("nothing", "song-trang: sick: 4 new"),
        ("interrupted", "song-trang: stopped: 4 new; `newsarchive crawl song-trang` goes on"),
        ("killed", "song-trang: stopped: 4 new; `newsarchive crawl song-trang` goes on"),
        ("running", f"song-trang: stopped: the crawl of {STARTED} died"),
    ],
)
def test_what_needs_a_person_is_told_with_status_1(run, folder, archive, outcome, says):
    write_profile(folder, "song-trang")
    add_run(archive, outcome)
    result = run("status")
    assert result.status == 1
    assert says in result.out
    assert len(run("status", "--json").json[0]["needs"]) == 1


def test_a_crawl_at_work_needs_nobody(run, folder, archive):
    write_profile(folder, "song-trang")
    add_run(archive, "running", None)
    (folder / "locks" / "song-trang.lock").write_text(f"{os.getpid()}\n")
    result = run("status")
    assert result.status == 0
    (site,) = run("status", "--json").json
    assert (site["state"], site["last_run"]["outcome"]) == ("well", "running")
    assert "at work since" in site["reason"]


def test_a_site_without_a_profile_asks_for_nothing(run, archive):
    add_run(archive, "nothing")
    result = run("status")
    assert (result.status, len(result.out.splitlines())) == (0, 2)
    assert "song-trang  kept" in result.out


def test_a_broken_profile_needs_a_person(run, folder, archive):
    write_profile(folder, "song-trang", "title = \n")
    add_run(archive, "complete")
    result = run("status")
    assert result.status == 1
    assert "song-trang.toml, line 1, key 'title'" in result.out


def test_what_is_left_to_do_is_counted(run, archive):
    add_run(archive, "complete")
    for n, state in enumerate(["todo", "todo", "failed", "refused", "done", "gone"]):
        archive.connection.execute(
            "INSERT INTO frontier (site, url, kind, state, found_at) VALUES ('song-trang', ?, 'article', ?, '2020')",
            (f"https://song-trang.example/{n}", state),
        )
    (site,) = run("status", "--json").json
    assert (site["due"], site["failed"], site["refused"]) == (2, 1, 1)
