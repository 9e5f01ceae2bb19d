"""``extract`` and ``date``: one page or text read, nothing stored, whatever the page or its server does."""

import gzip
import json
import tracemalloc
import zlib

import pytest
from crawling import Paper, Response, html, serve

PAGE = Paper(1).handle("/tin/khu-pho-1-lam-duong-1001.html").body
TITLE = "Khu phố 1 phường Hoa Súng góp sức làm đường hẻm số 101"


def packed(name, body, **headers):
    return Response(200, {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": name, **headers}, body)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


class Server:
    """Answers what a test has put at a path."""

    def __init__(self, answers):
        self.answers = answers

    def handle(self, path):
        return self.answers.get(path) or html("<h1>Không có</h1>", 404)


@pytest.fixture
def fetch(run):
    """Serves one answer and extracts it."""

    def call(answer, *options):
        with serve(Server({"/tin": answer})) as base:
            return run("extract", f"{base}/tin", *options)

    return call


def test_a_saved_page_is_read_and_nothing_is_stored(run, folder, tmp_path):
    page = tmp_path / "tin.html"
    page.write_bytes(PAGE)
    result = run("extract", page, "--url", "https://q.example/tin/1.html", "--json")
    assert (result.status, result.err) == (0, "")
    assert result.json["title"] == TITLE
    assert result.json["date"] == "2021-01-02"
    assert result.json["url"] == "https://q.example/tin/1.html"
    assert {"images", "links", "body", "byline", "field_sources"} <= set(result.json)
    assert TITLE in run("extract", page).out
    assert not folder.exists()


@pytest.mark.parametrize(
    "answer",
    [
        html(PAGE.decode()),
        packed("gzip", gzip.compress(PAGE)),
        packed("gzip", gzip.compress(PAGE[:500]) + gzip.compress(PAGE[500:])),
        packed("deflate", zlib.compress(PAGE)),
        packed("deflate", raw_deflate(PAGE)),
        packed("identity", PAGE),
    ],
)
def test_a_page_is_fetched_however_it_is_packed(fetch, answer):
    result = fetch(answer, "--json")
    assert result.status == 0
    assert result.json["title"] == TITLE


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (html("<h1>Lỗi</h1>", 500), 3, "the site answers 500"),
        (html("<h1>Không có</h1>", 404), 3, "the site answers 404"),
        (packed("gzip", b"not packed"), 3, "cannot be fetched"),
        (packed("gzip", gzip.compress(PAGE)[:-20]), 3, "cannot be fetched"),
        (packed("br", b"\x00"), 3, "packed the page as 'br'"),
        (packed("deflate", b"\xff\xff\xff"), 3, "cannot be fetched"),
        (html(PAGE.decode(), Content_Length=str(len(PAGE) + 10)), 3, "broke off in the middle"),
        (Response(302, {"Location": "file:///etc/passwd"}), 3, "302"),
        (Response(302, {"Location": "ftp://127.0.0.1:1/tin"}), 3, "unknown url type: ftp"),
        (Response(302, {"Location": "/tin"}), 3, "redirect"),
        (Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"), 1, "a PDF document"),
        (html("<h1>Liên hệ</h1>"), 1, "not an article"),
        (html(""), 1, "not an article"),
    ],
)
def test_what_cannot_be_had_or_is_no_article_is_a_sentence(fetch, answer, status, says):
    result = fetch(answer)
    assert result.status == status
    assert says in result.err
    assert "Traceback" not in result.err


def test_the_address_of_a_saved_page_is_the_one_it_would_be_kept_under(run, tmp_path):
    (tmp_path / "page.html").write_bytes(PAGE)
    typed = "HTTPS://Song-Trang.example:443/tin/1.html?utm_source=zalo#binh-luan"
    result = run("extract", tmp_path / "page.html", "--url", typed, "--json")
    assert result.json["url"] == "https://song-trang.example/tin/1.html"


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_small_answer_that_unpacks_to_any_size_is_cut(fetch, name):
    packer = zlib.compressobj(wbits=31 if name == "gzip" else 15)
    block = b"<p>chu</p>" * 100_000
    bomb = b"".join(packer.compress(block) for _ in range(200)) + packer.flush()  # 200 MB
    tracemalloc.start()
    result = fetch(packed(name, bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.status == 1
    assert "too long for a news page" in result.err
    assert peak < 100_000_000


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["khong-co.html"], 2, "No such file"),
        (["."], 2, "directory"),
        (["a\x00b"], 2, "cannot be read"),
        (["ftp://q.example/"], 2, "not an http(s) address"),
        (["file:///etc/passwd"], 2, "not an http(s) address"),
        (["http://127.0.0.1:1/"], 3, "refused"),
        (["http://127.0.0.1:1/", "--url", "http://q.example/"], 2, "is for a saved page"),
        (["/dev/zero"], 1, "too long for a news page"),
        (["/dev/null", "--url", "nhà"], 2, "--url nhà: not an http(s) address"),
        (["/dev/null", "--site", "quan-11"], 2, "did you mean quan-1?"),
        (["/dev/null"], 1, "not an article"),
    ],
)
def test_a_source_that_is_none_is_a_sentence(run, arguments, status, says):
    result = run("extract", *arguments)
    assert result.status == status
    assert says in result.err
    assert "Traceback" not in result.err


def test_date_says_what_it_read_and_why_where_there_is_none(run):
    result = run("date", "08/10/2020", "hôm nào đó", "--json")
    assert result.status == 0
    read, unread = result.json
    assert set(read) == {"text", "date", "time", "offset", "shape", "oddities"}
    assert (read["text"], read["date"]) == ("08/10/2020", "2020-10-08")
    assert (unread["text"], unread["date"]) == ("hôm nào đó", None)
    plain = run("date", "08/10/2020")
    assert plain.status == 0
    assert plain.out == "08/10/2020\t2020-10-08\tday\td/m/yyyy\n"
    read = run("date", "tháng 10/2020", "quý III/2020", "năm 2020", "31/02/2020").out.splitlines()
    assert [line.split("\t")[1:] for line in read] == [
        ["2020-10", "month", "tháng m/yyyy"],
        ["2020-07/2020-09", "interval", "quý q/yyyy"],
        ["2020", "year", "năm yyyy"],
        ["no date", "d/m/yyyy, impossible: 2/2020 has no day 31"],
    ]
    assert json.loads(run("date", "8/10/2020", "--reference", "2020-12-01", "--json").out)[0]["date"] == "2020-10-08"
