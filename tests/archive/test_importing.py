"""What others captured, taken in: WARC files as real programs write them, and an archive made again of its own."""

import gzip
import hashlib
import io
import random
import shutil
import subprocess
import sys
import zipfile
from base64 import b32encode
from dataclasses import replace
from multiprocessing import active_children

import pytest
from crawling import LISTING, NAME, Paper, add_site, assert_sound, command, crawl, html, kept, rows, serve
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import newsarchive.archive.readers
from newsarchive.archive.foreign import Damage
from newsarchive.archive.importing import Importing
from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.readers import Ahead, Page, Readers
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.archive.verify import Verified, verify
from newsarchive.archive.warc import WarcFiles, read_record
from newsarchive.items import ListingEvidence
from newsarchive.sites.profile import load_site

BASE = "http://sen-hong.example.vn"


def chunked(body):
    parts = [body[:100], body[100:]]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class Captures:
    """A WARC file as somebody else writes it, of a paper's pages."""

    def __init__(self, *, packed=True):
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version="1.0")

    def page(self, url, answer, at, *, kind="response", way="plain"):
        body, headers = answer.body, list(answer.headers.items())
        if way in ("gzip", "both"):
            body, headers = gzip.compress(body), [*headers, ("Content-Encoding", "gzip")]
        if way in ("chunked", "both"):
            body, headers = chunked(body), [*headers, ("Transfer-Encoding", "chunked")]
        http = StatusAndHeaders(f"{answer.status} X", headers, protocol="HTTP/1.1") if kind == "response" else None
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_content_type="text/html" if kind == "resource" else "",
            warc_headers_dict={"WARC-Date": at},
        )
        self.writer.write_record(record)
        return self

    def again(self, url, body, at, *, referred=None, headers=True, media_type="text/html"):
        digest = "sha1:" + b32encode(hashlib.sha1(body).digest()).decode()
        http = StatusAndHeaders("200 OK", [("Content-Type", media_type)], protocol="HTTP/1.1") if headers else None
        record = self.writer.create_revisit_record(url, digest, *(referred or ("", "")), http_headers=http)
        record.rec_headers.replace_header("WARC-Date", at)
        self.writer.write_record(record)
        return self

    def paper(self, paper, at, way="plain"):
        """The listing's pages and the articles, all at one time."""
        last = -(-len(paper.order) // paper.page_size)
        listing = [f"{LISTING}?trang={number}" if number > 1 else LISTING for number in range(1, last + 1)]
        for path in (*listing, *paper.order):
            self.page(BASE + path, paper.handle(path), at, way=way)
        return self

    def into(self, path):
        path.write_bytes(self.out.getvalue())
        return path


@pytest.fixture
def folder(tmp_path):
    """An archive's folder with the profile of the paper's site, nothing in it."""
    add_site(tmp_path / "data", BASE)
    return tmp_path / "data"


def take(folder, *paths, sites=(NAME,), workers=1):
    """Import files; what came of each site, and the damages."""
    damages = []
    profiles = {name: load_site(name, folder) for name in sites}
    with Importing(folder, profiles, sites, damages.append, workers=workers) as importing:
        for path in paths:
            for _ in importing.take(path):
                pass
        return importing.read(), damages


def articles(folder):
    found = kept(folder, BASE)["articles"]
    return {article["url"]: (article["title"], article["body"], article["date"]) for article in found}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """What a crawl of the paper keeps."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve(Paper(6)) as base:
        add_site(folder, base)
        crawl(folder)
        found = kept(folder, base)["articles"]
    return {article["url"]: (article["title"], article["body"], article["date"]) for article in found}


def sound(folder):
    assert_sound(folder)
    assert [finding for finding in verify(folder, workers=1) if not isinstance(finding, Verified)] == []


@pytest.mark.parametrize("way", ["plain", "gzip", "chunked", "both"])
def test_pages_are_articles_as_a_crawl_reads_them_however_their_bodies_were_sent(folder, tmp_path, crawled, way):
    file = Captures().paper(Paper(6), "2022-03-02T08:00:00Z", way).into(tmp_path / "x.warc.gz")
    (done,), damages = take(folder, file)
    assert (damages, done.run["outcome"], done.run["articles_new"]) == ([], "complete", 6)
    assert articles(folder) == crawled
    assert {row["fetched_at"] for row in rows(folder, "SELECT fetched_at FROM captures")} == {"2022-03-02T08:00:00Z"}
    assert {row["first_seen"] for row in rows(folder, "SELECT first_seen FROM articles")} == {"2022-03-02T08:00:00Z"}
    sound(folder)


def wacz(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.warc.gz", data)
    return out.getvalue()


@pytest.mark.parametrize("form", ["plain", "whole", "wacz"])
def test_files_may_be_packed_in_any_way(folder, tmp_path, crawled, form):
    data = Captures(packed=form == "wacz").paper(Paper(6), "2022-03-02T08:00:00Z").out.getvalue()
    (tmp_path / "x").write_bytes({"plain": bytes, "whole": gzip.compress, "wacz": wacz}[form](data))
    assert take(folder, tmp_path / "x")[1] == []
    assert articles(folder) == crawled
    sound(folder)


def test_a_record_is_copied_as_it_was_written(folder, tmp_path):
    file = Captures().paper(Paper(2), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz")
    take(folder, file)
    (copy,) = (folder / "warc").rglob("*.warc.gz")
    written = gzip.decompress(copy.read_bytes())
    assert written.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")
    assert gzip.decompress(file.read_bytes()) in written


def test_importing_twice_is_as_once(folder, tmp_path):
    file = Captures().paper(Paper(6), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz")
    take(folder, file)
    tables = ("captures", "sightings", "versions", "readings", "articles", "warc_files", "frontier")
    once = [rows(folder, f"SELECT * FROM {table}") for table in tables]
    (done,), damages = take(folder, file, shutil.copy(file, tmp_path / "y.warc.gz"))
    assert (done.captures, damages) == (0, [])
    assert [rows(folder, f"SELECT * FROM {table}") for table in tables] == once


def test_any_number_of_processes_imports_the_same(folder, tmp_path, monkeypatch):
    paper, strangers = Paper(70), Captures()
    strangers.paper(paper, "2022-03-02T08:00:00Z")
    for number, path in enumerate(paper.order[:70:2]):
        paper.edit(path, title=f"Khu phố 9 mở thêm lớp học buổi tối thứ {number}")
        strangers.page(BASE + path, paper.handle(path), "2022-03-05T08:00:00Z")
    for number in range(70):
        page = paper.handle(paper.order[number])
        strangers.page(f"{BASE}/tin-cu/bai-{number}.html", page, f"2022-04-0{number % 3 + 1}T08:00:00Z")
    file = strangers.into(tmp_path / "x.warc.gz")
    other = shutil.copytree(folder, tmp_path / "other")
    take(folder, file)
    here = []
    read = newsarchive.archive.readers.read

    def counted(*page):
        # One by one, and not as a piece of work that was given to any process.
        here.append(sys._getframe(1).f_code.co_name == "read")
        return read(*page)

    given = []
    submit = Readers.submit

    def noted(readers, pages):
        given.extend(page.capture.id for page in pages)
        return submit(readers, pages)

    monkeypatch.setattr("newsarchive.archive.readers.read", counted)
    monkeypatch.setattr(Readers, "submit", noted)
    (done,), _ = take(other, file, workers=2)
    assert len(given) == len(set(given))
    # What was read ahead is not read again: but for a few that came in another order than was likely.
    assert here.count(True) < done.captures / 4
    assert len(here) < done.captures
    assert kept(other, BASE) == kept(folder, BASE)
    known = "SELECT url, kind, state, done_at, found_on, depth, article_id FROM frontier ORDER BY url"
    for sql in ("SELECT * FROM articles", "SELECT * FROM versions", "SELECT * FROM readings", known):
        assert rows(other, sql) == rows(folder, sql)
    sound(other)


def test_what_was_read_ahead_counts_only_where_listings_still_say_the_same(folder, tmp_path):
    take(folder, Captures().paper(Paper(2), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz"))
    with Archive.read(folder) as archive, Readers(archive.warc_folder, 2) as readers:
        number = archive.row("SELECT capture_id FROM articles WHERE id = 1")[0]
        likely = Page(archive.capture(number), None, load_site(NAME, folder).rules(), None, unknown=True)
        ahead = Ahead(archive.warc_folder, readers)
        for said in (None, ListingEvidence("06/05/2021")):
            ahead.expect(iter([likely]))
            asked = replace(likely, listing=said, unknown=False)
            assert ahead.read(asked).article == newsarchive.archive.readers.read(archive.warc_folder, asked).article


def test_a_reading_process_that_is_killed_is_told(folder, tmp_path):
    take(folder, Captures().paper(Paper(2), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz"))
    with Archive.read(folder) as archive, Readers(archive.warc_folder, 2) as readers:
        page = Page(archive.capture(1), None, load_site(NAME, folder).rules(), None)
        work = readers.submit([page] * 10_000)
        for process in active_children():
            process.kill()
        with pytest.raises(ArchiveError, match="was killed"):
            readers.result(work)
        with pytest.raises(ArchiveError, match="was killed"):
            readers.submit([page])


def test_an_import_that_was_broken_off_is_ended_by_the_next(folder, tmp_path, crawled):
    file = Captures().paper(Paper(6), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz")
    with Importing(folder, {NAME: load_site(NAME, folder)}, [NAME], print) as importing:
        list(importing.take(file))
    assert rows(folder, "SELECT outcome FROM runs") == [{"outcome": "interrupted"}]
    assert rows(folder, "SELECT * FROM articles") == []
    take(folder, file)
    assert articles(folder) == crawled


def test_captures_of_several_times_are_versions_in_their_order(folder, tmp_path):
    paper, old, new = Paper(4), "2022-03-02T08:00:00Z", "2024-01-05T08:00:00Z"
    first = Captures().paper(paper, old)
    paper.edit(paper.order[0], title="Khu phố 4 đã làm xong đường hẻm số 104")
    lost = paper.order.pop()
    second = Captures().paper(paper, new).page(BASE + lost, html("<h1>Không tìm thấy</h1>", 404), new)
    take(folder, second.into(tmp_path / "b.warc.gz"))
    assert len(articles(folder)) == 3
    take(folder, first.into(tmp_path / "a.warc.gz"))
    found = {article["url"]: article for article in kept(folder, BASE)["articles"]}
    assert found[lost]["state"] == "gone"
    assert found[paper.order[0]]["title"].endswith("đã làm xong đường hẻm số 104")
    assert [version["cause"] for version in found[paper.order[0]]["versions"]] == ["site", "site"]
    times = rows(folder, "SELECT started_at FROM runs WHERE outcome = 'imported' ORDER BY started_at")
    assert [row["started_at"] for row in times] == [old, new]
    sound(folder)


def test_revisits_refer_to_the_bytes_wherever_those_lie(folder, tmp_path):
    paper, old, new = Paper(2), "2022-03-02T08:00:00Z", "2023-03-02T08:00:00Z"
    path = paper.order[0]
    body = paper.handle(path).body
    # Before its original, by digest; later by address and time, from another file, without an answer's header.
    file = Captures().again(BASE + path, body, new).paper(paper, old)
    other = Captures().again(BASE + path, body, "2024-03-02T08:00:00Z", referred=(BASE + path, old), headers=False)
    lost = other.again(BASE + "/tin/mat.html", b"mat", new)
    _, damages = take(folder, file.into(tmp_path / "a.warc.gz"))
    assert damages == []
    _, (damage,) = take(folder, lost.into(tmp_path / "b.warc.gz"))
    assert "neither here nor there" in damage.problem
    found = rows(folder, "SELECT refers_to, status FROM captures WHERE url = ? ORDER BY fetched_at", BASE + path)
    assert [row["refers_to"] is not None for row in found] == [False, True, True]
    assert {row["status"] for row in found} == {200}
    assert rows(folder, "SELECT last_seen FROM articles WHERE url = ?", BASE + path) == [
        {"last_seen": "2024-03-02T08:00:00Z"}
    ]
    sound(folder)


def test_a_picture_seen_again_is_left_out_as_any_picture_is(folder, tmp_path):
    paper, picture = Paper(1), b"\x89PNG bytes"
    file = (
        Captures()
        .paper(paper, "2022-03-02T08:00:00Z")
        .again(BASE + "/anh/hem.png", picture, "2023-03-02T08:00:00Z", media_type="image/png")
    )
    _, damages = take(folder, file.into(tmp_path / "a.warc.gz"))
    assert damages == []
    assert rows(folder, "SELECT * FROM captures WHERE url LIKE '%.png'") == []


def test_only_pages_of_the_named_sites_are_taken(folder, tmp_path):
    paper, at = Paper(2), "2022-03-02T08:00:00Z"
    page, picture = paper.handle(paper.order[0]), html("x", Content_Type="image/jpeg")
    file = Captures().paper(paper, at).page(BASE + "/anh.jpg", picture, at)
    file.page("http://khac.example.vn/tin/1", page, at).page("dns:sen-hong.example.vn", page, at, kind="resource")
    take(folder, file.into(tmp_path / "x.warc.gz"))
    assert {row["url"] for row in rows(folder, "SELECT url FROM captures")} == {
        BASE + path for path in (LISTING, *paper.order)
    }


def test_redirects_lead_to_articles_and_from_what_is_gone(folder, tmp_path):
    paper, at = Paper(3), "2022-03-02T08:00:00Z"
    moved, gone, kept_there = paper.order
    file = Captures().page(BASE + LISTING, paper.handle(LISTING), at)
    file.page(BASE + moved, html("", 301, Location="/moi/1.html"), at)
    file.page(BASE + "/moi/1.html", paper.handle(moved), at)
    file.page(BASE + gone, paper.handle(gone), at).page(BASE + kept_there, paper.handle(kept_there), at)
    file.page(BASE + gone, html("", 302, Location="/"), "2023-03-02T08:00:00Z")
    take(folder, file.into(tmp_path / "x.warc.gz"))
    found = {article["url"]: article["state"] for article in kept(folder, BASE)["articles"]}
    assert found == {"/moi/1.html": "live", gone: "gone", kept_there: "live"}
    states = rows(folder, "SELECT url, state FROM frontier WHERE state = 'reached'")
    assert states == [{"url": BASE + "/moi/1.html", "state": "reached"}]


def test_articles_that_no_listing_shows_are_taken_where_the_host_is_the_sites_alone(folder, tmp_path):
    paper, at = Paper(2), "2022-03-02T08:00:00Z"
    file = Captures().page(BASE + "/", paper.handle(LISTING), at).page(BASE + "/lien-he", html("<p>Liên hệ</p>"), at)
    for path in paper.order:
        file.page(BASE + path, paper.handle(path), at)
    file.into(tmp_path / "x.warc.gz")
    add_site(folder, BASE, name="chung", listings=["/khac"])
    (done,), _ = take(folder, tmp_path / "x.warc.gz", sites=(NAME, "chung"))
    assert (done.run["articles_new"], done.unknown) == (0, 4)
    (folder / "sites" / "chung.toml").unlink()
    (done,), _ = take(folder, tmp_path / "x.warc.gz")
    assert (done.run["articles_new"], done.unknown) == (2, 2)


def test_a_crawl_after_an_import_walks_the_whole_listing(folder, tmp_path):
    paper = Paper(12)
    with serve(paper) as base:
        add_site(folder, base)
        file = Captures().page(base + f"{LISTING}?trang=2", paper.handle(f"{LISTING}?trang=2"), "2022-03-02T08:00:00Z")
        file.page(base + LISTING, paper.handle(LISTING), "2022-03-02T08:00:00Z")
        take(folder, file.into(tmp_path / "x.warc.gz"))
        assert crawl(folder).run["articles_new"] == 12
    (state,) = rows(folder, "SELECT state FROM sites")
    assert state == {"state": "complete"}


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_costs_what_is_damaged_and_nothing_else(folder, tmp_path, crawled, seed):
    data, rng = bytearray(Captures().paper(Paper(6), "2022-03-02T08:00:00Z").out.getvalue()), random.Random(seed)
    for _ in range(2):
        data[rng.randrange(len(data))] ^= 255
    (tmp_path / "x.warc.gz").write_bytes(data)
    _, damages = take(folder, tmp_path / "x.warc.gz")
    assert all(isinstance(damage, Damage) for damage in damages)
    found = articles(folder)
    assert len(found) >= 4
    # Without its listing an article has the same words, its date perhaps from elsewhere.
    assert {url: said[:2] for url, said in found.items()}.items() <= {
        url: said[:2] for url, said in crawled.items()
    }.items()
    sound(folder)


def test_bodies_that_nothing_unpacks_and_answers_that_are_none_are_told(folder, tmp_path):
    paper, at = Paper(2), "2022-03-02T08:00:00Z"
    packed = html("\x1b\x2f\x00", Content_Encoding="br")
    file = Captures().page(BASE + LISTING, paper.handle(LISTING), at).page(BASE + paper.order[0], packed, at)
    file.page(BASE + paper.order[1], paper.handle(paper.order[1]), "hôm qua")
    (done,), (damage,) = take(folder, file.into(tmp_path / "x.warc.gz"))
    assert "no time of capture" in damage.problem
    (sentence,) = done.unread
    assert "packed as nothing here unpacks" in sentence


def test_a_site_at_work_is_left_for_later(folder, tmp_path):
    file = Captures().paper(Paper(2), "2022-03-02T08:00:00Z").into(tmp_path / "x.warc.gz")
    Archive.create(folder).close()
    lock = SiteLock(folder, NAME)
    with pytest.raises(SiteBusyError):
        take(folder, file)
    lock.release()


@pytest.mark.skipif(not shutil.which("wget"), reason="no wget here")
@pytest.mark.parametrize("options", [[], ["--no-warc-compression"]], ids=["packed", "plain"])
def test_what_wget_captured_is_read_as_a_crawl_reads_it(tmp_path, crawled, options):
    folder = tmp_path / "data"
    with serve(Paper(6)) as base:
        add_site(folder, base)
        subprocess.run(
            ["wget", "-q", "-r", "-l", "4", "--warc-file=w", "--delete-after", *options, f"{base}{LISTING}"],
            cwd=tmp_path,
            check=False,
            timeout=60,
        )
    (file,) = tmp_path.glob("w.warc*")
    _, damages = take(folder, file)
    assert damages == []
    found = kept(folder, base)["articles"]
    assert {article["url"]: (article["title"], article["body"], article["date"]) for article in found} == crawled
    sound(folder)


# An archive made again


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """An archive of a paper that was crawled, then changed, printed on and lost an article, and was crawled again."""
    folder, paper = tmp_path_factory.mktemp("lived"), Paper(6)
    with serve(paper) as base:
        add_site(folder, base)
        crawl(folder)
        paper.edit(paper.order[0], title="Khu phố 6 đã làm xong đường hẻm số 106")
        paper.print(2)
        paper.items.pop(paper.order.pop())
        crawl(folder, "--full")
    return folder


@pytest.fixture
def lost(lived, tmp_path):
    """A copy of it whose database is lost."""
    folder = shutil.copytree(lived, tmp_path / "lost")
    for path in folder.glob("news.db*"):
        path.unlink()
    return folder


def test_an_archive_is_made_again_of_its_warc_files(lived, lost):
    files = sorted((lost / "warc").rglob("*.warc.gz"))
    before = [path.read_bytes() for path in files]
    done = command("--archive", lost, "import", "warc", *files, "--json")
    assert (done.status, done.run["outcome"]) == (0, "complete")
    assert kept(lost) == kept(lived)
    assert [path.read_bytes() for path in sorted((lost / "warc").rglob("*.warc.gz"))] == before
    # What two crawls of one second both saw is there once.
    what = "SELECT DISTINCT url, fetched_at, status, digest FROM captures ORDER BY url, fetched_at, digest"
    assert rows(lost, what) == rows(lived, what)
    where = "SELECT url, warc_file, warc_offset, warc_length, posted FROM captures"
    assert all(row in rows(lived, where) for row in rows(lost, where))
    assert rows(lost, "SELECT name, digest FROM warc_files") == rows(lived, "SELECT name, digest FROM warc_files")
    sound(lost)


def test_a_damaged_file_of_its_own_is_not_cut_off_at_the_damage(lost):
    files = sorted((lost / "warc").rglob("*.warc.gz"))
    data = bytearray(files[0].read_bytes())
    data[len(data) // 2] ^= 255
    files[0].write_bytes(data)
    done = command("--archive", lost, "import", "warc", *files)
    assert done.status == 1
    assert f"{files[0]} at byte " in done.err
    assert files[0].read_bytes() == data
    assert len(rows(lost, "SELECT * FROM articles")) >= 7


def test_groups_of_copies_begin_a_new_file_where_one_is_full(tmp_path):
    files = WarcFiles(tmp_path, NAME, "2020-11-30T02:00:00Z", 7, max_file=700)
    members = [gzip.compress(random.Random(number).randbytes(300)) for number in range(5)]
    places = files.copy([[member, member[:10]] for member in members])
    files.close()
    for (name, offset, length), member in zip(places, members, strict=True):
        assert (tmp_path / name).read_bytes()[offset : offset + length] == member
    assert len({name for name, _, _ in places}) > 1
    assert [file.name for file in files.sealed] == sorted({name for name, _, _ in places})


def test_a_record_of_the_page_alone_has_the_type_it_says(folder, tmp_path):
    paper, at = Paper(1), "2022-03-02T08:00:00Z"
    file = Captures().page(BASE + LISTING, paper.handle(LISTING), at)
    file.page(BASE + paper.order[0], paper.handle(paper.order[0]), at, kind="resource").into(tmp_path / "x.warc.gz")
    take(folder, tmp_path / "x.warc.gz")
    assert len(articles(folder)) == 1
    with Archive.read(folder) as archive:
        (row,) = archive.rows("SELECT id FROM captures WHERE url LIKE '%.html'")
        headers = read_record(archive.warc_folder, archive.capture(row["id"]))[1]
    assert headers.get_header("Content-Type") == "text/html"
    sound(folder)
