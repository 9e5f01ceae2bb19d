"""Reading pages on a cluster gives the very archive that one machine's processes give."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawling import Paper, add_site, assert_sound, command, kept, rows, serve
from machines import Called, call, eventually

from newsarchive.archive.store import utc_now


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A paper that was crawled, edited and crawled in full; some titles are kept as today's extractor reads none."""
    folder, paper = tmp_path_factory.mktemp("crawled"), Paper(40)
    with serve(paper) as base:
        add_site(folder, base)
        assert command("--archive", folder, "crawl", "sen-hong").status == 0
        for path in paper.order[3:9]:
            paper.edit(path, paragraphs=["Bản đính chính của tòa soạn.", *paper.items[path].paragraphs])
        assert command("--archive", folder, "crawl", "sen-hong", "--full").status == 0
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        db.execute("UPDATE articles SET title = 'Tin cũ', content_hash = 'x' WHERE id % 3 = 0")
    assert rows(folder, "SELECT count(*) AS n FROM captures WHERE refers_to IS NOT NULL") != [{"n": 0}]
    # No reading anew is of the second of a crawl: its time can be told from all others.
    (latest,) = rows(folder, "SELECT max(finished_at) AS at FROM runs")
    eventually(lambda: utc_now() > latest["at"], "time stands still")
    return folder


@pytest.fixture
def copy(crawled, tmp_path):
    """Makes copies of that archive."""

    def make(name):
        return Path(shutil.copytree(crawled, tmp_path / name))

    return make


def dump(folder):
    """Every row of every table, but that the time of the last reading is one and the same."""
    with closing(sqlite3.connect(f"file:{folder}/news.db?mode=ro", uri=True)) as db:
        (latest,) = db.execute("SELECT max(read_at) FROM readings").fetchone()
        return [line.replace(latest, "NOW") for line in db.iterdump()]


def reextract(cluster, folder, *more):
    return ("--archive", folder, "cluster", "reextract", "--scheduler", cluster.address, "--json", *more)


def test_reextract_gives_the_archive_that_one_machine_gives(copy, cluster):
    one, many = copy("one"), copy("many")
    before = dump(many)
    alone = command("--archive", one, "reextract", "--json")
    tried = call(*reextract(cluster, many, "--dry-run"))
    assert (tried.status, dump(many)) == (0, before)
    assert tried.json["fields"]["title"] >= 10
    done = call(*reextract(cluster, many, "sen-hong"))
    assert (done.status, done.json) == (alone.status, json.loads(alone.out))
    assert done.json["fields"]["title"] >= 10
    assert dump(many) == dump(one) != before
    assert_sound(many)
    assert list((many / "locks").glob(".call-*")) == []


def test_reextract_loses_nothing_where_workers_are_killed(copy, cluster):
    """No record can be read until both have died of it."""
    one, many = copy("one"), copy("many")
    command("--archive", one, "reextract")
    files = sorted((many / "warc").rglob("*.gz"))
    for file in files:
        file.rename(file.with_suffix(".away"))
        os.mkfifo(file)
    # What the first had is given to the second, so that it loses both.
    with cluster.patient():
        called = Called(*reextract(cluster, many))
        eventually(lambda: cluster.busy() == 2, "both read")
        for worker in [*cluster.workers]:
            cluster.end(worker)
        for file in files:
            file.with_suffix(".away").rename(file)
        cluster.complete()
        done = called.done()
    assert (done.status, done.err.count("\n")) == (0, 0), done.err
    assert dump(many) == dump(one)
    assert_sound(many)


def imported(folder):
    """What an import kept: rows, without what tells one import from another: its times, and the file it wrote."""
    captures = (
        "SELECT c.url, c.fetched_at, c.status, c.digest, o.url AS of, o.fetched_at AS at FROM captures c"
        " LEFT JOIN captures o ON o.id = c.refers_to ORDER BY 1, 2, 3"
    )
    seen = (
        "SELECT s.url, s.listing_url, s.position, s.title, s.date_text, r.started_at, r.detail FROM sightings s"
        " JOIN runs r ON r.id = s.run_id ORDER BY 6, 7, 3"
    )
    read = (
        "SELECT a.url, r.extractor, r.content_hash, c.fetched_at FROM readings r JOIN articles a ON a.id = article_id"
    )
    read += " JOIN captures c ON c.id = r.capture_id ORDER BY 1, 4, 3"
    return kept(folder), rows(folder, captures), rows(folder, seen), rows(folder, read)


def test_an_import_gives_the_archive_that_one_machine_gives(crawled, tmp_path, cluster):
    """The file with the revisits comes first, and what they refer to in another."""
    files = sorted((crawled / "warc").rglob("*.gz"), reverse=True)
    assert len(files) == 2
    one, many = tmp_path / "one", tmp_path / "many"
    for folder in (one, many):
        shutil.copytree(crawled / "sites", folder / "sites")
    alone = command("--archive", one, "import", "warc", "--site", "sen-hong", "--json", *files)
    words = ("cluster", "import", "warc", "--scheduler", cluster.address, "--site", "sen-hong", "--json")
    done = call("--archive", many, *words, *files)
    assert done.status == alone.status == 0, done.err
    names = ("articles_new", "changed", "unchanged", "failed", "captures", "unknown", "detail")
    assert [[site[name] for name in names] for site in done.json] == [
        [run[name] for name in names] for run in alone.runs
    ]
    assert done.json[0]["articles_new"] == 40
    assert imported(many) == imported(one)
    assert_sound(many)
    again = call("--archive", many, *words, *files)
    assert (again.status, again.json[0]["captures"]) == (0, 0)
    assert imported(many)[:2] == imported(one)[:2]


def test_files_that_are_not_there_are_told_of_as_ever(tmp_path, cluster):
    words = ("cluster", "import", "warc", "--scheduler", cluster.address, tmp_path / "none.warc.gz")
    done = call("--archive", tmp_path, *words)
    assert (done.status, "no such file" in done.err) == (2, True)
