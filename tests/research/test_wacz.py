"""WACZ: accepted by the tools of others, the same bytes each time, and nothing of a withheld article in it."""

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from contextlib import closing

import pytest
from crawling import Paper, add_site, crawl, serve
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsarchive.archive.run import CrawlRun, SiteColumns
from newsarchive.archive.store import Archive
from newsarchive.archive.warc import Exchange
from newsarchive.items import Article, Image
from newsarchive.research.export import articles
from newsarchive.research.filters import Filters
from newsarchive.research.wacz import sort_key, write_wacz

SITE = SiteColumns("song-trang", "Huyện Sông Trăng", None, None, None, "https://song-trang.example/", None)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """An archive of two runs: an article changed, one is gone, the others' second captures are revisits."""
    folder, paper = tmp_path_factory.mktemp("crawled"), Paper(5)
    with serve(paper) as base:
        add_site(folder, base)
        crawl(folder)
        paper.edit(paper.order[0], title="Khu phố 5 đã làm xong đường hẻm số 105")
        paper.items.pop(paper.order.pop())
        crawl(folder, "--full")
    return folder


@pytest.fixture
def archive(crawled, tmp_path):
    with Archive.create(shutil.copytree(crawled, tmp_path / "data")) as archive:
        yield archive


class Site:
    """An archive written exchange by exchange."""

    def __init__(self, folder):
        self.run = CrawlRun(folder, SITE)
        self.archive = self.run.archive
        self.hour = 0

    def capture(self, path, body=b"<html>bytes</html>", *, status=200, media_type="text/html; charset=utf-8"):
        self.hour += 1
        return self.run.keep_exchange(
            Exchange(
                url=f"https://song-trang.example{path}",
                fetched_at=f"2020-11-30T{self.hour:02}:00:00Z",
                method="GET",
                request_headers=[("Host", "song-trang.example")],
                status=status,
                protocol="HTTP/1.1",
                response_headers=[("Content-Type", media_type)],
                body=body,
            )
        )

    def keep(self, title, capture, **fields):
        article = Article(url=capture.url, title=title, body=f"Nội dung: {title}.", extractor="test", **fields)
        with self.archive.transaction():
            return self.archive.keep_article(article, site="song-trang", capture=capture)[0]


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "archive")
    yield made
    made.run.finish("complete", "")


def bundle(archive, path, filters=None, **options):
    with closing(articles(archive, filters or Filters(), **options)) as rows, path.open("wb") as out:
        return write_wacz(archive, rows, out)


def records(path):
    with zipfile.ZipFile(path) as packed, packed.open("archive/data.warc.gz") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]


def pages(path):
    head, *lines = zipfile.ZipFile(path).read("pages/pages.jsonl").decode().splitlines()
    assert json.loads(head)["format"] == "json-pages-1.0"
    return [json.loads(line) for line in lines]


def index(path):
    lines = gzip.decompress(zipfile.ZipFile(path).read("indexes/index.cdx.gz")).decode().splitlines()
    return [(*line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in lines]


# -- as others read it -----------------------------------------------------------------------------------------------


def tool(*command):
    ended = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def validate(path):
    """``wacz validate``."""
    return tool("-c", "import sys; from wacz.main import main; sys.exit(main(sys.argv[1:]))", "validate", "-f", path)


def test_wacz_validate_accepts_it(archive, tmp_path):
    pytest.importorskip("wacz", reason="the validator is not installed")
    path = tmp_path / "articles.wacz"
    bundle(archive, path)
    status, said = validate(path)
    assert (status, "is valid" in said) == (0, True), said


def test_the_validator_refuses_it_with_a_byte_changed(archive, tmp_path):
    pytest.importorskip("wacz", reason="the validator is not installed")
    path, broken = tmp_path / "articles.wacz", tmp_path / "broken.wacz"
    bundle(archive, path)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"Articles", b"articles") if name.endswith("jsonl") else data)
    status, said = validate(broken)
    assert status == 1, said


def test_the_index_is_the_one_that_cdxj_indexer_makes(archive, tmp_path):
    indexer = pytest.importorskip("cdxj_indexer.main", reason="the indexer is not installed")
    path = tmp_path / "articles.wacz"
    bundle(archive, path)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "unpacked")
    warc = tmp_path / "unpacked" / "archive" / "data.warc.gz"
    (tmp_path / "made").mkdir()
    packed_index, blocks = tmp_path / "made" / "index.cdx.gz", io.StringIO()
    with packed_index.open("wb") as data:
        indexer.CDXJIndexer(
            blocks, [str(warc)], sort=True, compress=data, lines=1024, data_out_name="index.cdx.gz"
        ).process_all()
    assert gzip.decompress(packed_index.read_bytes()) == gzip.decompress(
        (tmp_path / "unpacked" / "indexes" / "index.cdx.gz").read_bytes()
    )
    ours = (tmp_path / "unpacked" / "indexes" / "index.idx").read_text()
    assert [line.split(" {")[0] for line in ours.splitlines()] == [
        line.split(" {")[0] for line in blocks.getvalue().splitlines()
    ]


def test_warcio_check_accepts_its_records(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    bundle(archive, path)
    with zipfile.ZipFile(path) as packed:
        packed.extract("archive/data.warc.gz", tmp_path)
    status, said = tool("-m", "warcio.cli", "check", "-v", tmp_path / "archive" / "data.warc.gz")
    assert status == 0, said
    assert "digest pass" in said


# -- what is in it ---------------------------------------------------------------------------------------------------


def test_each_line_of_the_index_leads_to_its_record_and_each_block_to_its_lines(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    done = bundle(archive, path)
    packed = zipfile.ZipFile(path)
    warc, blocks = packed.read("archive/data.warc.gz"), packed.read("indexes/index.cdx.gz")
    found = index(path)
    assert found == sorted(found, key=lambda line: line[:2])
    assert len(found) == done.captures
    for _, stamp, entry in found:
        place, length = int(entry["offset"]), int(entry["length"])
        record = next(iter(ArchiveIterator(io.BytesIO(warc[place : place + length]))))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        assert (
            record.rec_headers.get_header("WARC-Date").replace("-", "").replace(":", "") == f"{stamp[:8]}T{stamp[8:]}Z"
        )
        assert record.http_headers.get_statuscode() == entry["status"]
    meta, *lines = packed.read("indexes/index.idx").decode().splitlines()
    assert json.loads(meta.split(" ", 2)[2]) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    for line in lines:
        place = json.loads(line[line.index("{") :])
        block = blocks[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        assert gzip.decompress(block).decode().startswith(line.split(" {")[0])


def test_each_page_is_a_capture_of_the_index_with_title_and_text(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    done = bundle(archive, path)
    captured = {(entry["url"], stamp) for _, stamp, entry in index(path)}
    rows = {row["title"]: row for row in archive.rows("SELECT * FROM articles")}
    found = pages(path)
    assert [page["title"] for page in found] == [
        row["title"] for row in articles(archive, Filters())
    ]  # the newest first
    assert done.articles == len(found) == 5
    for page in found:
        assert page["text"] == rows[page["title"]]["body"]
        assert (page["url"], "".join(filter(str.isdigit, page["ts"]))) in captured


def test_versions_the_proof_that_one_is_gone_requests_and_warcinfo_go_along(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    bundle(archive, path)
    wanted = archive.rows(
        "SELECT url, fetched_at FROM captures WHERE id IN (SELECT capture_id FROM versions UNION SELECT capture_id"
        " FROM readings UNION SELECT gone_capture_id FROM articles)"
    )
    stamps = {(row["url"], "".join(filter(str.isdigit, row["fetched_at"]))) for row in wanted}
    assert stamps <= {(entry["url"], stamp) for _, stamp, entry in index(path)}
    statuses = [entry["status"] for _, _, entry in index(path)]
    assert "404" in statuses
    kinds = [kind for kind, _, _ in records(path)]
    assert kinds.count("warcinfo") == 2  # of two runs
    assert kinds[0] == "warcinfo"
    assert kinds.count("request") == kinds.count("response") + kinds.count("revisit")
    assert "revisit" in kinds


def test_what_is_not_an_articles_stays_out(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    bundle(archive, path)
    urls = {url for _, url, _ in records(path) if url}
    # The answer for robots.txt has the very bytes of the proof that an article is gone, which refers to it.
    assert {url.split("/")[3] for url in urls} == {"tin", "robots.txt"}


def test_pictures_that_were_captured_go_along(site, tmp_path):
    picture = site.capture("/anh/1.jpg", b"\xff\xd8picture", media_type="image/jpeg")
    site.capture("/anh/2.jpg", b"\xff\xd8another", media_type="image/jpeg")
    site.keep("Tin", site.capture("/1"), images=[Image(picture.url)])
    path = tmp_path / "articles.wacz"
    bundle(site.archive, path)
    assert [entry["url"].rpartition("/")[2] for _, _, entry in index(path)] == ["1", "1.jpg"]


def test_a_picture_goes_along_with_the_redirect_that_leads_to_it(site, tmp_path):
    asked = site.capture("/anh/1", b"moved", status=302)
    held = site.capture("/kho/1.jpg", b"\xff\xd8picture", media_type="image/jpeg")
    site.keep("Tin", site.capture("/1"), images=[Image(asked.url)])
    site.archive.connection.execute(
        "INSERT INTO frontier (site, url, kind, state, found_at, chain)"
        " VALUES ('song-trang', ?, 'image', 'done', ?, ?)",
        (asked.url, asked.fetched_at, held.url),
    )
    path = tmp_path / "articles.wacz"
    bundle(site.archive, path)
    assert [entry["url"].split("/", 3)[3] for _, _, entry in index(path)] == ["1", "anh/1", "kho/1.jpg"]


def test_the_same_choice_has_the_same_bytes(archive, tmp_path):
    first, second = tmp_path / "1.wacz", tmp_path / "2.wacz"
    bundle(archive, first)
    bundle(archive, second)
    assert first.read_bytes() == second.read_bytes()
    about = json.loads(zipfile.ZipFile(first).read("datapackage.json"))
    (last,) = archive.row("SELECT max(fetched_at) FROM captures WHERE url LIKE '%/tin/%'")
    assert about["created"] == last


def test_filters_choose_what_goes_out(archive, tmp_path):
    path = tmp_path / "articles.wacz"
    done = bundle(archive, path, limit=2)
    assert done.articles == 2
    assert {url for _, url, _ in records(path) if url} == {page["url"] for page in pages(path)}


ADDRESSES = [
    "https://a.gov.vn",
    "https://www.a.gov.vn/",
    "http://www2.a.gov.vn:80/Tin-Tuc/",
    "https://a.gov.vn:8443/tin/1.html",
    "http://a.gov.vn/?b=2&a=1",
    "http://a.gov.vn/tin?id=1&ID=1#cuoi",
    "https://a.gov.vn/Default.aspx?tabid=12&ItemID=345",
    "https://a.gov.vn/tin/%C4%90%E1%BA%A3ng%20b%E1%BB%99.html",
    "https://a.gov.vn/tin/Đảng bộ.html",
    "https://a.gov.vn/web/guest/-/asset_publisher/x/content/tin-1?inheritRedirect=false&redirect=%2Fweb%2Fguest",
    "https://hcmcpv.org.vn/tin-tuc/hoc-bac-1491870000",
    "http://127.0.0.1:8000/tin/khu-pho-1.html",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_addresses_sort_as_others_sort_them(url):
    surt = pytest.importorskip("surt", reason="the indexer is not installed")
    assert sort_key(url) == surt.surt(url)


def test_addresses_sort_by_domain_then_path():
    assert sort_key("http://www.a.gov.vn/Tin/?b=2&a=1#x") == "vn,gov,a)/tin?a=1&b=2"
    assert sort_key("https://A.gov.vn:443") == "vn,gov,a)/"
    assert sort_key("http://a.gov.vn:8080/Đ ả") == "vn,gov,a:8080)/%c4%90%20%e1%ba%a3"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text() | st.text().map(lambda text: f"http://a.example/{text}") | st.text().map(lambda text: f"//{text}:1"))
def test_any_address_has_a_key_of_one_word(url):
    assert re.fullmatch(r"[!-~]*", sort_key(url))


# -- what is withheld ------------------------------------------------------------------------------------------------


def test_nothing_of_a_withheld_article_goes_out(archive, tmp_path):
    row = archive.row("SELECT * FROM articles ORDER BY id LIMIT 1")
    archive.withhold(row["id"], "theo yêu cầu")
    path = tmp_path / "articles.wacz"
    assert bundle(archive, path).articles == 4
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "unpacked")
    everything = b"".join(body for _, _, body in records(path)) + json.dumps(pages(path), ensure_ascii=False).encode()
    assert row["title"].encode() not in everything
    assert row["url"] not in {url for _, url, _ in records(path)}
    assert row["url"] not in {entry["url"] for _, _, entry in index(path)}


def test_a_page_with_the_bytes_of_a_withheld_one_stays_here_too(site, tmp_path):
    secret = site.keep("Tin kín", site.capture("/kin", b"<html>secret</html>"))
    site.keep("Tin kín, chép lại", site.capture("/chep", b"<html>secret</html>"))
    site.keep("Tin", site.capture("/tin"))
    site.archive.withhold(secret, "theo yêu cầu")
    path = tmp_path / "articles.wacz"
    done = bundle(site.archive, path)
    assert (done.articles, done.pageless) == (1, 1)
    assert b"<html>secret</html>" not in [body for _, _, body in records(path)]
    assert {entry["url"].rpartition("/")[2] for _, _, entry in index(path)} == {"tin"}


def test_a_revisit_whose_original_is_withheld_goes_out_whole(site, tmp_path):
    missing = b"<h1>not found</h1>"
    secret = site.keep("Tin kín", site.capture("/kin", b"<html>secret</html>"))
    site.archive.mark_gone(secret, site.capture("/kin", missing, status=404))
    other = site.keep("Tin", site.capture("/tin"))
    gone = site.capture("/tin", missing, status=404)
    assert gone.refers_to
    site.archive.mark_gone(other, gone)
    site.archive.withhold(secret, "theo yêu cầu")
    path = tmp_path / "articles.wacz"
    bundle(site.archive, path)
    found = [(kind, url, body) for kind, url, body in records(path) if kind in ("response", "revisit")]
    assert ("response", gone.url, missing) in found
    assert {url for _, url, _ in found} == {gone.url}
    assert [(entry["status"], entry["mime"]) for _, _, entry in index(path)] == [
        ("200", "text/html"),
        ("404", "text/html"),
    ]
    with zipfile.ZipFile(path) as packed:
        packed.extract("archive/data.warc.gz", tmp_path)
    status, said = tool("-m", "warcio.cli", "check", tmp_path / "archive" / "data.warc.gz")
    assert status == 0, said
    again = tmp_path / "again.wacz"
    bundle(site.archive, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_original_of_a_revisit_goes_along_though_of_another_address(site, tmp_path):
    site.capture("/ban-in", b"<html>the same</html>")
    page = site.capture("/tin", b"<html>the same</html>")
    assert page.refers_to
    site.keep("Tin", page)
    path = tmp_path / "articles.wacz"
    bundle(site.archive, path)
    assert [(kind, url.rpartition("/")[2]) for kind, url, _ in records(path) if kind in ("response", "revisit")] == [
        ("response", "ban-in"),
        ("revisit", "tin"),
    ]


# -- trouble ---------------------------------------------------------------------------------------------------------


def test_a_damaged_capture_is_named_and_left_out_and_the_page_is_an_earlier_one(archive, tmp_path):
    row = archive.row("SELECT c.* FROM captures c JOIN versions v ON v.capture_id = c.id WHERE v.number = 2")
    path = tmp_path / "articles.wacz"
    whole = bundle(archive, path).captures
    warc = archive.warc_folder / row["warc_file"]
    data = bytearray(warc.read_bytes())
    data[row["warc_offset"] + row["warc_length"] // 2] ^= 255
    warc.write_bytes(data)
    done = bundle(archive, path)
    assert [f"{row['warc_file']} at byte {row['warc_offset']}" in said for said in done.damaged] == [True]
    assert done.captures == len(index(path)) == whole - 1
    (old,) = archive.row(
        "SELECT title FROM versions WHERE number = 1"
        " AND article_id = (SELECT article_id FROM versions WHERE number = 2)"
    )
    assert old in [page["title"] for page in pages(path)]
    assert done.articles == 5


def test_no_flipped_byte_of_a_record_goes_out_unnoticed(site, tmp_path):
    capture = site.capture("/tin")
    site.keep("Tin", capture)
    path, file = tmp_path / "articles.wacz", site.archive.warc_folder / capture.warc_file
    bundle(site.archive, path)
    sound, whole = (records(path), index(path)), file.read_bytes()
    for place in range(capture.warc_offset, capture.warc_offset + capture.warc_length):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        file.write_bytes(data)
        if not bundle(site.archive, path).damaged:
            assert (records(path), index(path)) == sound, place  # in gzip's own header, where it means nothing


def test_memory_does_not_grow_with_the_archive(site, tmp_path):
    for n in range(20):
        body = hashlib.shake_256(str(n).encode()).digest(500_000)
        site.keep(f"Tin {n}", site.capture(f"/{n}", body))
        site.hour = 0
    tracemalloc.start()
    done = bundle(site.archive, tmp_path / "articles.wacz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.captures == 20
    assert peak < 6_000_000  # of 10,000,000 bytes of pages
