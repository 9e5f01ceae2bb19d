"""Everything captured, read anew."""

import shutil

import pytest
from crawling import Paper, add_site, assert_sound, crawl, html, kept, rows, serve

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.reextract import reextract, reread
from newsarchive.extract import article as extraction
from newsarchive.sites.profile import load_site


def read_worse():
    """An earlier extractor: no byline, and pages of a word were refused."""
    from newsarchive.spiders import news

    def earlier(page, url, rules=None, context=None):
        read = extraction.extract(page, url, rules, context)
        read.byline, read.extractor = None, "newsarchive/0.0.1"
        if "Khu phố 4 " in (read.title or ""):
            read.body = None
        return read

    news.extract = earlier


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """An archive of two crawls made with an earlier extractor, and the requests the site had."""
    folder, paper, log = tmp_path_factory.mktemp("old"), Paper(6), []
    for item in paper.items.values():
        item.tail = "<p style='text-align:right'><b>Lê Văn Hạ</b></p>"
    with serve(paper, log=log) as base:
        add_site(folder, base)
        assert crawl(folder, before=(read_worse,)).run["articles_new"] == 5
        paper.edit(paper.order[0], title="Khu phố 6 đã làm xong đường hẻm số 106")
        crawl(folder, "--full", before=(read_worse,))
        gone = paper.order.pop()
        paper.others[gone] = html("<h1>Không tìm thấy</h1>", 404)
        paper.items.pop(gone)
        crawl(folder, "--full", before=(read_worse,))
        log.clear()
        yield folder
        assert log == []  # reading anew asks the site for nothing


@pytest.fixture
def folder(old, tmp_path):
    return shutil.copytree(old, tmp_path / "data")


def profiles(folder):
    return {"sen-hong": load_site("sen-hong", folder)}


def anew(folder, workers=1):
    return [pair for batch in reextract(folder, profiles(folder), workers=workers) for pair in batch]


def test_what_is_read_otherwise_is_a_version_of_the_extractors(folder):
    outcomes = [outcome for _, outcome in anew(folder)]
    assert outcomes.count("new") == 1
    assert outcomes.count("refused") == 0
    assert {row["byline"] for row in rows(folder, "SELECT byline FROM articles")} == {"Lê Văn Hạ"}
    (edited,) = rows(folder, "SELECT id FROM articles WHERE title LIKE '%đã làm xong%'")
    found = rows(folder, "SELECT cause, byline, title FROM versions WHERE article_id = ? ORDER BY number", edited["id"])
    assert [(row["cause"], row["byline"], "đã" in row["title"]) for row in found] == [
        ("site", None, False),
        ("extractor", "Lê Văn Hạ", False),
        ("site", None, True),
        ("extractor", "Lê Văn Hạ", True),
    ]
    (gone,) = rows(folder, "SELECT state, byline FROM articles WHERE state = 'gone'")
    assert gone["byline"] == "Lê Văn Hạ"
    assert rows(folder, "SELECT url FROM frontier WHERE state = 'failed'") == []
    assert_sound(folder)


def test_any_number_of_processes_makes_the_same_archive(folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    anew(folder)
    anew(other, workers=2)
    assert kept(folder) == kept(other)


def test_a_second_time_nothing_changes(folder):
    anew(folder)
    once = kept(folder)
    assert {outcome for _, outcome in anew(folder)} == {"unchanged"}
    assert kept(folder) == once


def test_reading_alone_writes_nothing_and_says_what_differs(folder):
    before = kept(folder)
    found = [read for batch in reread(folder, profiles(folder), workers=1) for read in batch]
    assert kept(folder) == before
    present = [read for read in found if read.present]
    assert [read.differs for read in present] == [("byline",)] * 5
    assert [read.new for read in found].count(True) >= 1


def test_an_article_stays_where_its_record_is_damaged(folder):
    (row,) = rows(folder, "SELECT c.* FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.id = 2")
    path = folder / "warc" / row["warc_file"]
    data = bytearray(path.read_bytes())
    data[row["warc_offset"] + 20] ^= 255
    path.write_bytes(data)
    before = rows(folder, "SELECT body FROM articles WHERE id = 2")
    refused = [read for read, outcome in anew(folder) if outcome == "refused"]
    assert {read.capture.id for read in refused} == {row["id"]}
    assert "cannot be" in refused[0].reason
    assert rows(folder, "SELECT body FROM articles WHERE id = 2") == before


def test_a_site_at_work_is_left_for_later(folder):
    lock = SiteLock(folder, "sen-hong")
    with pytest.raises(SiteBusyError):
        anew(folder)
    lock.release()
