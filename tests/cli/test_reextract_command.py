"""``newsarchive reextract`` as a person runs it."""

import pytest
from crawling import Paper, add_site, crawl, rows, serve

from newsarchive.archive import processes
from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive


@pytest.fixture
def crawled(folder):
    with serve(Paper(3)) as base:
        add_site(folder, base)
        crawl(folder)
    return folder


def test_a_dry_run_shows_the_fields_and_writes_nothing(run, crawled):
    with Archive.create(crawled) as archive:
        archive.connection.execute("UPDATE articles SET section = 'Tin cũ' WHERE id < 3")
    result = run("reextract", "--dry-run")
    assert result.status == 0
    assert result.out.splitlines()[0].split() == ["2", "section"]
    assert "3 pages read anew: differences in section; nothing was written" in result.err
    assert len(rows(crawled, "SELECT * FROM articles WHERE section = 'Tin cũ'")) == 2
    assert run("reextract", "sen-hong", "--dry-run", "--json").json["fields"] == {"section": 2}
    assert run("reextract").err.endswith("3 pages read anew: 0 new articles, 0 new versions, 0 not readable now\n")
    assert rows(crawled, "SELECT * FROM articles WHERE section = 'Tin cũ'") == []


def test_an_unknown_site_a_lost_profile_and_a_busy_site_have_their_statuses(run, crawled):
    result = run("reextract", "sen-vang")
    assert (result.status, "it has sen-hong" in result.err) == (2, True)
    lock = SiteLock(crawled, "sen-hong")
    assert run("reextract").status == 4
    lock.release()
    (crawled / "sites" / "sen-hong.toml").unlink()
    result = run("reextract")
    assert result.status == 2
    assert "a profile says how a site's pages are read" in result.err


def test_what_cannot_be_read_any_more_is_named(run, crawled):
    (path,) = (crawled / "warc").rglob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:2000])
    result = run("reextract")
    assert result.status == 1
    assert "what is kept of it stays" in result.err


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_are_as_many_as_are_asked_for(run, crawled, monkeypatch, workers):
    pools = []
    pool = processes.ProcessPoolExecutor
    monkeypatch.setattr(
        processes, "ProcessPoolExecutor", lambda count, **how: pools.append(count) or pool(count, **how)
    )
    result = run("reextract", "--dry-run", "--workers", workers)
    assert (result.status, pools) == (0, [1] * (workers - 1))
    assert run("verify", "--workers", workers).status == 0
    assert pools == [1] * 2 * (workers - 1)
    assert run("import", "warc", *crawled.glob("warc/*/*.gz"), "--workers", workers).status == 0
    assert run("reextract", "--workers", 0).status == 2
