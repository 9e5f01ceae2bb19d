"""``extract`` and ``date``: one page or text read, nothing stored, whatever the page or its server does."""

import gzip
import io
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
        (Response(302, {"Location": "file:///etc/passwd"}), 3, "answers 302 and leads to file:///etc/passwd"),
        (Response(302, {"Location": "ftp://127.0.0.1:1/tin"}), 3, "which is no http(s) address"),
        (Response(302, {"Location": "/tin"}), 3, "redirects again and again"),
        (Response(302, {}), 3, "answers 302 and says not where to go"),
        (Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"), 1, "a PDF document"),
        (html("<h1>Liên hệ</h1>"), 1, "not an article"),
        (html("<h1>Không tìm thấy trang</h1>"), 1, "the page says that it has no such page: “Không tìm thấy trang”"),
        (html("<form><input type=password></form>"), 1, "not an article: a form asks for a password"),
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


SAVED = """<!DOCTYPE html>
<!-- saved from url=(0049)https://songtrang.lamgiang.example/tin/dap-de.html -->
<html><head><meta charset="utf-8"><title>Xã Bình Khê đắp xong đê bao</title></head><body>
<h1>Xã Bình Khê đắp xong đê bao trước mùa nước nổi</h1><div class="date">02/01/2021</div>
<div class="content">
<p><img src="./Xã Bình Khê đắp xong đê bao_files/de-bao.jpg"></p><p><em>Đoạn đê bao qua ấp Ba vừa đắp xong.</em></p>
<p>Sau hai tháng thi công, xã Bình Khê đã đắp xong đoạn đê bao dài gần ba cây số, kịp trước mùa nước nổi năm nay.</p>
<p>Theo cán bộ giao thông xã, bà con hai bên đê đã hiến hơn bốn nghìn mét vuông đất để mở rộng chân đê và trồng cỏ giữ
đất, xem thêm <a href="../van-ban/ke-hoach.html">kế hoạch của xã</a>.</p></div>
<div><h3>Tin khác</h3><ul><li><a href="cau-moi.html">Ấp Hai có cây cầu bê tông mới thay cầu ván</a></li>
<li><a href="https://songtrang.lamgiang.example/tin/lop-hoc.html">Lớp học bơi miễn phí cho học sinh ấp Tư</a></li></ul>
</div></body></html>"""


def addresses(result):
    return [part["url"] for part in (*result.json["images"], *result.json["links"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_that_a_browser_saved_says_itself_where_it_came_from(run, tmp_path, encoding):
    (tmp_path / "tin.html").write_bytes(SAVED.encode(encoding))
    result = run("extract", tmp_path / "tin.html", "--json")
    assert result.status == 0
    assert result.json["url"] == "https://songtrang.lamgiang.example/tin/dap-de.html"
    assert result.json["title"] == "Xã Bình Khê đắp xong đê bao trước mùa nước nổi"
    # The browser's own copy of a picture was never at the site.
    assert addresses(result) == [
        "./Xã Bình Khê đắp xong đê bao_files/de-bao.jpg",
        "https://songtrang.lamgiang.example/van-ban/ke-hoach.html",
        "https://songtrang.lamgiang.example/tin/cau-moi.html",
        "https://songtrang.lamgiang.example/tin/lop-hoc.html",
    ]
    assert "saved from https://songtrang.lamgiang.example/tin/dap-de.html; 1 relative address is shown" in result.err


def test_another_program_that_saves_pages_writes_the_address_too(run, tmp_path):
    comment = "<!--\n Page saved with SingleFile \n url: https://song-trang.example/tin/1.html \n saved date: …\n-->"
    (tmp_path / "tin.html").write_bytes(b"<!DOCTYPE html>" + comment.encode() + PAGE)
    result = run("extract", tmp_path / "tin.html", "--json")
    assert (result.json["url"], result.err) == ("https://song-trang.example/tin/1.html", "")


@pytest.mark.parametrize("comment", ["", "<!-- saved from url=(0014)about:internet -->", "<!-- saved from url=(9 -->"])
def test_without_an_address_nothing_is_made_up_and_it_is_said(run, tmp_path, comment):
    (tmp_path / "tin.html").write_text(SAVED.replace(SAVED.splitlines()[1], comment), encoding="utf-8")
    result = run("extract", tmp_path / "tin.html", "--json")
    assert result.status == 0
    assert result.json["url"] is None
    assert addresses(result) == [
        "./Xã Bình Khê đắp xong đê bao_files/de-bao.jpg",
        "../van-ban/ke-hoach.html",
        "cau-moi.html",
        "https://songtrang.lamgiang.example/tin/lop-hoc.html",
    ]
    assert "--url was not given; 3 relative addresses are shown as written" in result.err
    shown = run("extract", tmp_path / "tin.html")
    assert "address       unknown" in shown.out
    assert "related       cau-moi.html  Ấp Hai" in shown.out
    assert "localhost" not in shown.out
    assert "invalid" not in shown.out + shown.err


def test_the_option_counts_before_what_the_page_says(run, tmp_path):
    (tmp_path / "tin.html").write_text(SAVED, encoding="utf-8")
    result = run("extract", tmp_path / "tin.html", "--url", "https://song-trang.example/a/b.html", "--json")
    assert result.json["url"] == "https://song-trang.example/a/b.html"
    assert "https://song-trang.example/a/cau-moi.html" in addresses(result)


def test_a_page_comes_by_a_pipe(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    assert run("extract", "-", "--json").json["title"] == TITLE


def test_a_person_sees_where_each_field_stood(run, tmp_path):
    (tmp_path / "tin.html").write_bytes(PAGE)
    out = run("extract", tmp_path / "tin.html", "--url", "https://song-trang.example/1.html").out
    where = out[out.index("where it was found") :].splitlines()
    assert "date          it is printed on the page: “02/01/2021”" in where
    assert "title         printed on the page" in where
    assert where.index("body          printed on the page") < where.index("")


@pytest.mark.parametrize(
    ("beginning", "says"),
    [
        (gzip.compress(PAGE), "packed with gzip; unpack it first"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "a WARC file"),
        (
            b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://song-trang.example/\r\n",
            "a whole page in one MIME file (MHTML); save it as HTML",
        ),
        (b"PK\x03\x04", "a ZIP or Office document"),
    ],
)
def test_a_file_that_is_no_page_is_told_as_what_it_is(run, tmp_path, beginning, says):
    (tmp_path / "tin.html").write_bytes(beginning)
    result = run("extract", tmp_path / "tin.html")
    assert (result.status, result.out) == (1, "")
    assert f"tin.html: {says}" in result.err


def test_a_hostile_page_does_not_reach_the_terminal(run, tmp_path):
    hostile = SAVED.replace("Xã Bình Khê đắp", "\x1b[31mXã\u202e Bình Khê đắp").replace(
        "(0049)https", "(1)\x1b]0;x\x07https"
    )
    (tmp_path / "tin.html").write_text(hostile, encoding="utf-8")
    result = run("extract", tmp_path / "tin.html")
    assert "Xã Bình Khê đắp xong đê bao trước mùa nước nổi" in result.out
    assert not {"\x1b", "\x07", "\u202e"} & set(result.out + result.err)


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
