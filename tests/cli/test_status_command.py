"""``status`` as cron, a monitor, a browser and a hook see it."""

import json
import re
from html.parser import HTMLParser

import pytest
from archives import keep

from newsarchive.cli.status_page import status_page

PROFILE = 'title = "Huyện <b>Sông</b> & Trăng"\nlistings = ["https://{0}.example/tin-tuc"]\n'


def add_site(folder, archive, name, outcome="complete", detail="4 new"):
    (folder / "sites" / f"{name}.toml").write_text(PROFILE.format(name), encoding="utf-8")
    archive.keep_site(name, title="Huyện")
    archive.connection.execute(
        "INSERT INTO runs (site, started_at, outcome, detail) VALUES (?, '2020-11-30T02:00:00Z', ?, ?)",
        (name, outcome, detail),
    )


def end_next(archive, name, outcome, detail="5 new"):
    archive.connection.execute(
        "INSERT INTO runs (site, started_at, outcome, detail) VALUES (?, '2020-12-01T02:00:00Z', ?, ?)",
        (name, outcome, detail),
    )


# -- quiet ------------------------------------------------------------------------------------------------------------


def test_quiet_prints_nothing_while_all_is_well(run, folder, archive):
    add_site(folder, archive, "song-trang")
    result = run("status", "--quiet")
    assert (result.status, result.out, result.err) == (0, "", "")
    assert run("status", "--quiet", "song-trang").out == ""


def test_quiet_prints_only_what_needs_a_person(run, folder, archive):
    add_site(folder, archive, "song-trang")
    add_site(folder, archive, "ben-nua", "killed", "its process died")
    result = run("status", "--quiet")
    assert result.status == 1
    assert result.out == "ben-nua: stopped: its process died; `newsarchive crawl ben-nua` goes on\n"
    assert run("status", "--quiet", "song-trang").status == 0


def test_an_empty_archive_is_quiet_too(run, folder, archive):
    assert (run("status", "--quiet").out, run("status", "--quiet").err) == ("", "")


# -- named sites ------------------------------------------------------------------------------------------------------


def test_of_a_named_site_it_is_told_what_is_due_and_why(run, folder, archive):
    add_site(folder, archive, "song-trang")
    add_site(folder, archive, "ben-nua")
    keep(archive, "Một", date="2020-10-08")
    for n, state in enumerate(["todo", "todo", "failed"]):
        archive.connection.execute(
            "INSERT INTO frontier (site, url, kind, state, tries, found_at)"
            " VALUES ('song-trang', ?, 'article', ?, ?, '2020')",
            (f"https://song-trang.example/{n}", state, n // 2),
        )
    result = run("status", "song-trang")
    assert "ben-nua" not in result.out
    assert "song-trang: due: 2 of kind article: found and not fetched yet" in result.out
    assert "song-trang: due: 1 of kind article: failed before" in result.out
    (site,) = run("status", "song-trang", "--json").json
    assert {"kind": "article", "count": 2, "why": "found and not fetched yet"} in site["due_why"]
    assert "due_why" not in run("status", "--json").json[0]


def test_an_unknown_site_is_refused(run, folder, archive):
    result = run("status", "song-trang")
    assert (result.status, "no site 'song-trang' here" in result.err) == (2, True)


# -- the page ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page is made of: its tags, their attributes, its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_holds_all_and_fetches_nothing(run, folder, archive, tmp_path):
    add_site(folder, archive, "song-trang")
    add_site(folder, archive, "ben-nua", "killed", "<script>alert(1)</script> \x1b[31m died")
    result = run("status", "--quiet", "--html", tmp_path / "status.html")
    assert result.status == 1
    text = (tmp_path / "status.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "form", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in text
    assert "@import" not in text
    assert "\x1b" not in text
    assert "1 site" not in page.text
    assert "one site needs a person" in page.text
    assert page.text.index("ben-nua") < page.text.index("song-trang")
    assert "<script>alert(1)</script>" in page.text
    assert "Huyện <b>Sông</b> & Trăng" in page.text
    assert "<code>newsarchive crawl ben-nua</code>" in text
    assert run("status", "--html", "-").out.startswith("<!doctype html>")


def test_the_page_is_replaced_in_one_step_or_not_at_all(run, folder, archive, tmp_path):
    add_site(folder, archive, "song-trang")
    (tmp_path / "status.html").mkdir()
    result = run("status", "--html", tmp_path / "status.html")
    assert (result.status, "cannot be written" in result.err) == (3, True)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_page_of_no_site_is_a_page(run, folder, archive):
    from datetime import UTC, datetime

    assert "nobody is needed" in status_page([], "data", datetime(2020, 11, 30, tzinfo=UTC))


def test_two_things_cannot_be_printed_at_once(run, folder, archive):
    assert run("status", "--json", "--html", "-").status == 2


# -- the hook ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(tmp_path):
    """What the hook was given, call by call, and the hook."""
    log = tmp_path / "told.jsonl"

    def calls():
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []

    return calls, f"cat >> {log} && echo >> {log}"


def test_the_hook_is_run_once_for_each_change(run, folder, archive, told):
    calls, hook = told
    add_site(folder, archive, "song-trang")
    add_site(folder, archive, "ben-nua", "killed")
    run("status", "--hook", hook)
    run("status", "--hook", hook)
    ((site,),) = calls()
    assert (site["site"], site["state"], site["was"], site["needs"]) == ("ben-nua", "stopped", None, site["needs"])
    end_next(archive, "ben-nua", "complete")
    end_next(archive, "song-trang", "killed")
    run("status", "--hook", hook)
    run("status", "--hook", hook)
    assert [(site["site"], site["was"], site["state"]) for site in calls()[1]] == [
        ("ben-nua", "stopped", "well"),
        ("song-trang", "well", "stopped"),
    ]
    assert len(calls()) == 2


def test_all_well_from_the_first_is_no_change(run, folder, archive, told):
    calls, hook = told
    add_site(folder, archive, "song-trang")
    assert run("status", "--hook", hook).status == 0
    assert calls() == []


def test_a_hook_that_fails_is_told_again(run, folder, archive, told):
    calls, hook = told
    add_site(folder, archive, "song-trang", "killed")
    result = run("status", "--quiet", "--hook", "exit 7")
    assert (result.status, "the hook failed (status 7)" in result.err) == (1, True)
    run("status", "--hook", hook)
    assert [site["site"] for site in calls()[0]] == ["song-trang"]


def test_what_the_web_says_never_reaches_the_hooks_command_line(run, folder, archive, told, tmp_path):
    calls, hook = told
    add_site(folder, archive, "song-trang", "killed", f"$(touch {tmp_path}/run) `touch {tmp_path}/run`")
    run("status", "--hook", hook)
    assert not (tmp_path / "run").exists()
    assert "touch" in calls()[0][0]["reason"]


def test_without_a_hook_nothing_is_written(run, folder, archive):
    add_site(folder, archive, "song-trang", "killed")
    before = sorted(path.name for path in folder.iterdir())
    run("status")
    assert sorted(path.name for path in folder.iterdir()) == before
    assert re.search(r"stopped", run("status").out)
