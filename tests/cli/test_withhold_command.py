"""``newsarchive withhold``: out of sight, kept, and back."""

import pytest
from archives import keep

URL = "https://song-trang.example/tin-tuc/gat-lua-1"


@pytest.fixture
def farm(archive):
    keep(archive, "Gặt lúa", url=URL)
    keep(archive, "Làm đường")
    return archive


def found(run):
    searched = [hit["title"] for hit in run("search", "gặt OR đường", "--json").json]
    exported = run("export", "--format", "jsonl").out
    return sorted(searched), exported.count("\n"), "Gặt lúa" in exported


def test_an_article_is_withheld_from_search_and_export_and_kept(run, farm):
    assert found(run) == (["Gặt lúa", "Làm đường"], 2, True)
    result = run("withhold", URL, "--reason", "yêu cầu của gia đình")
    assert (result.status, result.err) == (0, "article 1 is withheld\n")
    assert found(run) == (["Làm đường"], 1, False)
    assert run("export", "--format", "csv", "--query", "gặt").out.count("\n") == 1
    shown = run("show", "1")
    assert "withheld    yêu cầu của gia đình" in shown.out
    assert "Gặt lúa" in shown.out
    assert "already" in run("withhold", "1", "--reason", "lại").err


def test_it_is_shown_again_and_the_record_of_it_stays(run, farm):
    run("withhold", "1", "--reason", "yêu cầu của gia đình")
    assert run("withhold", "1", "--undo").err == "article 1 is shown again\n"
    assert found(run) == (["Gặt lúa", "Làm đường"], 2, True)
    assert run("show", "1", "--json").json["withheld"] is None
    row = farm.row("SELECT reason, at, undone_at FROM withholdings")
    assert row["reason"] == "yêu cầu của gia đình"
    assert row["at"] <= row["undone_at"]
    assert "was not withheld" in run("withhold", "1", "--undo").err


@pytest.mark.parametrize("options", [[], ["--reason", " "], ["--reason", "x", "--undo"]])
def test_a_reason_is_needed(run, farm, options):
    result = run("withhold", "1", *options)
    assert result.status == 2
    assert "needs --reason" in result.err


def test_an_unknown_article_or_archive_is_told(run, folder, farm):
    assert run("withhold", "77", "--reason", "x").status == 2
    for path in folder.glob("news.db*"):
        path.unlink()
    assert "no archive here yet" in run("withhold", "1", "--reason", "x").err
    assert not (folder / "news.db").exists()
