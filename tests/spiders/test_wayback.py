"""A site's past comes in from a web archive: listed, fetched politely, recorded at the times of its captures."""

import os
import signal
from contextlib import contextmanager

import pytest
from crawling import (
    LISTING,
    Paper,
    Response,
    Running,
    add_site,
    assert_sound,
    command,
    die_at_statement,
    html,
    rows,
    serve,
)
from warcio.archiveiterator import ArchiveIterator
from webarchives import WebArchive

HOME = "http://sen-hong.example.vn"


def bring_in(folder, base, *options, before=None):
    words = ("--archive", folder, "import", "wayback", "sen-hong", "--server", base, "--delay", 0, "--json", *options)
    return command(*words, before=before)


def holding(paper, museum=None, *, at="20210701080000"):
    """A web archive that captured every page of a paper at one time."""
    museum = museum or WebArchive()
    pages = -(-len(paper.order) // paper.page_size)
    listings = [LISTING, *(f"{LISTING}?trang={number}" for number in range(2, pages + 1))]
    for path in [*listings, *paper.order]:
        museum.capture(HOME + path, at, paper.handle(path))
    return museum


def captured(folder):
    sql = "SELECT url, fetched_at, status FROM captures WHERE url LIKE 'http://sen-hong%' ORDER BY url, fetched_at"
    return [tuple(row.values()) for row in rows(folder, sql)]


def records(folder):
    """The WARC headers of all records, those of addresses on loopback aside."""
    found = []
    for path in sorted((folder / "warc").rglob("*.warc.gz")):
        with path.open("rb") as file:
            found += [(r.rec_headers, r.http_headers, r.content_stream().read()) for r in ArchiveIterator(file)]
    return [r for r in found if (r[0].get_header("WARC-Target-URI") or "").startswith(HOME)]


@pytest.mark.parametrize("way", ["at once", "paged", "packed", "pywb"])
def test_every_capture_of_a_site_is_kept_at_its_address_and_time(tmp_path, way):
    museum = holding(Paper(6))
    museum.most, museum.packed, museum.pywb = (3 if way == "paged" else 1000), way == "packed", way == "pywb"
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        done = bring_in(tmp_path, base + "/coll" if way == "pywb" else base)
    assert done.status == 0, done.err
    assert len(captured(tmp_path)) == 8
    assert {at for _, at, _ in captured(tmp_path)} == {"2021-07-01T08:00:00Z"}
    assert "8 captures listed, 8 fetched, 0 left" in done.run["detail"]
    assert_sound(tmp_path)
    assert command("--archive", tmp_path, "verify").status == 0


def test_a_record_says_where_its_bytes_come_from_and_holds_the_headers_of_then(tmp_path):
    museum = WebArchive()
    answer = html("<h1>Đã chuyển</h1>", 301, Location=f"{HOME}/moi.html", Server="Apache/2.2")
    museum.capture(f"{HOME}/cu.html", "20120304050607", answer)
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        bring_in(tmp_path, base)
        (response, said, body), (metadata, _, notes) = records(tmp_path)
        assert response.get_header("WARC-Type") == "response"
        assert response.get_header("WARC-Date") == "2012-03-04T05:06:07Z"
        assert response.get_header("WARC-Source-URI") == f"{base}/web/20120304050607id_/{HOME}/cu.html"
    assert response.get_header("WARC-Creation-Date") > "2026"
    assert (said.get_statuscode(), said.get_header("Location")) == ("301", f"{HOME}/moi.html")
    assert said.get_header("Server") == "Apache/2.2"
    assert not said.get_header("Memento-Datetime")
    assert body == answer.body
    assert metadata.get_header("WARC-Refers-To") == response.get_header("WARC-Record-ID")
    assert b"replay-memento-datetime: Sun, 04 Mar 2012 05:06:07 GMT\r\n" in notes


def test_of_captures_that_repeat_each_other_only_the_first_is_fetched(tmp_path):
    museum, log = WebArchive(), []
    one, other = html("<h1>Một</h1>"), html("<h1>Hai</h1>")
    for year, answer in ((2010, one), (2011, one), (2012, other), (2013, one)):
        museum.capture(f"{HOME}/a.html", f"{year}0101000000", answer)
    museum.capture(f"https://www.{HOME[7:]}/a.html", "20140101000000", one)
    museum.capture(f"{HOME}/a.html", "20150101000000", one, statuscode="-", mimetype="warc/revisit")
    museum.capture(f"{HOME}/b.html", "20110101000000", one)
    museum.capture(f"{HOME}/a.jpg", "20110101000000", Response(200, {"Content-Type": "image/jpeg"}, b"."))
    museum.capture(f"{HOME}/c.html", "20110101000000", html("<h1>Lỗi</h1>", 500))
    add_site(tmp_path, HOME)
    with serve(museum, log=log) as base:
        bring_in(tmp_path, base)
    assert [row[:2] for row in captured(tmp_path)] == [
        (f"{HOME}/a.html", "2010-01-01T00:00:00Z"),
        (f"{HOME}/a.html", "2012-01-01T00:00:00Z"),
        (f"{HOME}/a.html", "2013-01-01T00:00:00Z"),
        (f"{HOME}/b.html", "2011-01-01T00:00:00Z"),
    ]
    assert len([path for path in log if "id_" in path]) == 4


def test_only_captures_of_the_days_asked_for_are_fetched(tmp_path):
    museum = WebArchive()
    for number, day in enumerate(("20190930", "20191001", "20191231", "20200101")):
        museum.capture(f"{HOME}/a.html", f"{day}235959", html(f"<h1>{number}</h1>"))
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        done = bring_in(tmp_path, base, "--from", "2019-10-01", "--to", "31/12/2019")
        assert "2 captures listed, 2 fetched" in done.run["detail"]
        assert "4 captures listed, 2 fetched, 0 left" in bring_in(tmp_path, base).run["detail"]
        assert bring_in(tmp_path, base, "--from", "2020-01-01", "--to", "2019-01-01").status == 2


def test_a_capture_of_another_time_than_listed_is_kept_at_its_own(tmp_path):
    museum = WebArchive()
    museum.capture(f"{HOME}/a.html", "20190101000000", html("<h1>Một</h1>"))
    museum.held[0].listed["timestamp"] = "20190102030405"
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        assert bring_in(tmp_path, base).status == 0
    assert captured(tmp_path) == [(f"{HOME}/a.html", "2019-01-01T00:00:00Z", 200)]


def test_a_capture_that_is_led_to_and_listed_itself_is_fetched_once(tmp_path):
    museum, log = WebArchive(), []
    museum.capture(f"{HOME}/a.html", "20190101000000", html("<h1>Một</h1>"))
    museum.capture(f"{HOME}/a.html", "20190601000000", html("<h1>Hai</h1>"))
    lost = f"/web/20190601000000id_/{HOME}/a.html"
    museum.others[lost] = Response(302, {"Location": lost.replace("201906", "201901")}, b"")
    add_site(tmp_path, HOME)
    with serve(museum, log=log) as base:
        assert bring_in(tmp_path, base).status == 0
    assert captured(tmp_path) == [(f"{HOME}/a.html", "2019-01-01T00:00:00Z", 200)]
    assert len([path for path in log if "id_" in path]) == 2


def test_a_web_archive_that_leads_round_and_round_is_left(tmp_path):
    museum, log = WebArchive(), []
    museum.capture(f"{HOME}/a.html", "20190101000000", html("<h1>Một</h1>"))

    def round_and_round(path):
        if "id_" not in path:
            return None
        other = path.replace("20190101000000", "20190102000000") if "20190101" in path else path.replace("0102", "0101")
        return Response(302, {"Location": other}, b"")

    add_site(tmp_path, HOME)
    with serve(museum, fault=round_and_round, log=log) as base:
        done = bring_in(tmp_path, base)
    assert (done.status, len([path for path in log if "id_" in path])) == (1, 3)
    assert "listed and not given" in done.run["detail"]


def test_a_capture_that_is_listed_and_not_given_is_told(tmp_path):
    museum = holding(Paper(3))
    gone = museum.held[2]
    museum.others[f"/web/{gone.timestamp}id_/{gone.url}"] = html("<h1>Not in the archive</h1>", 404)
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        done = bring_in(tmp_path, base)
        assert done.status == 1
        assert f"{gone.url}: the capture of {gone.timestamp} is listed and not given: HTTP 404" in done.run["detail"]
        assert bring_in(tmp_path, base).status == 0
    assert len(captured(tmp_path)) == 3


def test_a_busy_web_archive_is_waited_for_as_long_as_it_asks(tmp_path):
    museum, asked = holding(Paper(3)), []

    def busy(path):
        asked.append(path)
        if path != "/robots.txt" and asked.count(path) == 1:
            status = 429 if len(asked) % 2 else 503
            return Response(status, {"Content-Type": "text/plain", "Retry-After": "0"}, b"Too Many Requests")
        return None

    add_site(tmp_path, HOME)
    with serve(museum, fault=busy) as base:
        done = bring_in(tmp_path, base)
    assert done.status == 0, done.run
    assert len(captured(tmp_path)) == 4
    assert max(asked.count(path) for path in asked) == 2


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Response(429, {"Content-Type": "text/plain"}, b"Too Many Requests"), "left alone"),
        (Response(503, {"Content-Type": "text/plain", "Retry-After": "86400"}, b""), "wait 1440 minutes"),
    ],
)
def test_a_web_archive_that_will_not_be_asked_ends_the_import_and_nothing_is_lost(tmp_path, answer, word):
    museum, refused = holding(Paper(8)), []

    def busy(path):
        if "id_" in path and (refused or path.endswith("3.html")):
            refused.append(path)
            return answer
        return None

    add_site(tmp_path, HOME)
    with serve(museum, fault=busy) as base:
        done = bring_in(tmp_path, base)
        assert done.status in (1, 3)
        assert word in done.run["detail"]
        assert "the same command goes on from here" in done.run["detail"]
        assert len(refused) < 6
    with serve(museum) as base:
        assert bring_in(tmp_path, base).status == 0
    assert len(captured(tmp_path)) == 10


@pytest.mark.parametrize(
    "answer",
    [
        html("<h1>Temporarily down</h1>"),
        Response(403, {"Content-Type": "text/plain"}, b"org.archive: Blocked Site Error\n"),
        Response(301, {"Location": "https://web.archive.example/cdx/search/cdx"}, b""),
        Response(200, {"Content-Type": "application/json"}, b'[["urlkey","timestamp"'),
        Response(200, {"Content-Type": "application/json"}, b"[" * 100_000),
        Response(
            200, {"Content-Type": "application/json", "Content-Length": "99", "Connection": "close"}, b'[["urlkey"]]'
        ),
    ],
    ids=["page", "blocked", "moved", "cut", "nested", "short"],
)
def test_a_list_that_cannot_be_read_is_one_sentence(tmp_path, answer):
    add_site(tmp_path, HOME)
    with serve(WebArchive(), fault=lambda path: answer if path.startswith("/cdx/") else None) as base:
        done = bring_in(tmp_path, base)
    assert done.status == 3
    assert "the list could not be read to its end" in done.run["detail"]
    assert "Traceback" not in done.err


def test_lines_of_a_list_that_are_nonsense_are_passed_over_and_told(tmp_path):
    museum = holding(Paper(3))
    museum.lines = ['["vn,x)/", "99999999999999", "http://sen-hong.example.vn/x", "text/html", "200", "A", "1"]']
    museum.lines += ['["vn,x)/", "20200101000000", "javascript:alert(1)", "text/html", "200", "A", "1"]', "null", "{]"]
    museum.lines += ['["k", "20200101000000", "http://sen-hong.example.vn/x\\r\\nWARC-Date: 1", "-", "-", "A", "1"]']
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        done = bring_in(tmp_path, base)
    assert done.status == 1
    assert "5 lines of the list could not be read" in done.run["detail"]
    assert len(captured(tmp_path)) == 4


def test_a_list_without_an_end_is_left(tmp_path):
    class Endless(WebArchive):
        def _list(self, asked):
            body = '[["timestamp","original","mimetype","statuscode","digest"],\n [],\n ["key+0"]]'
            return Response(200, {"Content-Type": "application/json"}, body.encode())

    add_site(tmp_path, HOME)
    with serve(Endless()) as base:
        done = bring_in(tmp_path, base)
    assert "it leads in a circle" in done.run["detail"]
    assert done.status in (1, 3)


def test_a_web_archive_whose_robots_txt_forbids_it_is_not_asked(tmp_path):
    museum, log = holding(Paper(3)), []
    museum.others["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")
    add_site(tmp_path, HOME)
    with serve(museum, log=log) as base:
        done = bring_in(tmp_path, base)
    assert (done.status, log) == (3, ["/robots.txt"])
    assert "robots.txt" in done.run["detail"]


def test_no_other_host_is_asked_wherever_the_web_archive_leads(tmp_path):
    museum, elsewhere, log = holding(Paper(2)), Paper(2), []
    add_site(tmp_path, HOME)
    with serve(elsewhere, log=log) as other:
        for held in museum.held:
            way = f"/web/{held.timestamp}id_/{held.url}"
            museum.others[way] = Response(302, {"Location": f"{other.replace('127.0.0.1', 'localhost')}{way}"}, b"")
        with serve(museum) as base:
            assert bring_in(tmp_path, base).status == 1
    assert log == []


def test_a_site_the_web_archive_has_nothing_of_is_told(tmp_path):
    add_site(tmp_path, HOME)
    with serve(WebArchive()) as base:
        done = bring_in(tmp_path, base)
    assert done.status == 3
    assert "has nothing of sen-hong.example.vn" in done.run["detail"]


@pytest.mark.parametrize("server", ["ftp://x.vn", "archive", ""])
def test_a_server_that_is_no_address_is_refused(tmp_path, server):
    add_site(tmp_path, HOME)
    done = command("--archive", tmp_path, "import", "wayback", "sen-hong", "--server", server)
    assert done.status == 2
    assert "no address of a web archive" in done.err


@contextmanager
def stopping(museum, number, how):
    """Serve a web archive whose reader gets a signal at its n-th request."""
    asked, reader = [], []

    def fault(path):
        asked.append(path)
        if len(asked) == number:
            os.kill(reader[0].pid, how)

    with serve(museum, fault=fault) as base:
        yield base, reader


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("number", [2, 4, 6, 9, 13])
def test_an_import_that_was_stopped_is_gone_on_with(tmp_path, number, how):
    museum = holding(Paper(8))
    museum.most = 4
    words = ("--archive", tmp_path / "it", "import", "wayback", "sen-hong", "--delay", 0, "--json", "--server")
    for folder in (tmp_path / "it", tmp_path / "whole"):
        add_site(folder, HOME)
    with serve(museum) as base:
        assert bring_in(tmp_path / "whole", base).status == 0
    with stopping(museum, number, how) as (base, reader):
        reader.append(Running(*words, base))
        stopped = reader[0].done()
        assert stopped.status == (1 if how == signal.SIGTERM else -signal.SIGKILL)
        if how == signal.SIGTERM:
            assert stopped.run["outcome"] == "interrupted"
            assert "Traceback" not in stopped.err
        done = bring_in(tmp_path / "it", base)
    assert done.status == 0, done.run
    assert captured(tmp_path / "it") == captured(tmp_path / "whole")
    assert articles(tmp_path / "it") == articles(tmp_path / "whole") != []
    assert_sound(tmp_path / "it")


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.97])
def test_an_import_killed_at_a_statement_to_the_database_is_gone_on_with(tmp_path, small, share):
    museum, whole, statements = small
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        killed = bring_in(tmp_path, base, before=(die_at_statement, round(share * statements)))
        assert killed.status == -signal.SIGKILL
        assert bring_in(tmp_path, base).status == 0
    assert (captured(tmp_path), articles(tmp_path)) == whole
    assert_sound(tmp_path)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder, paper = tmp_path_factory.mktemp("small"), Paper(5)
    museum = holding(paper)
    paper.edit(paper.order[0], answer=html("<h1>Không còn</h1>", 404))
    holding(paper, museum, at="20220301090000")
    museum.most = 3
    add_site(folder, HOME)
    with serve(museum) as base:
        assert bring_in(folder, base, before=(die_at_statement, 0, folder / "tally")).status == 0
    return museum, (captured(folder), articles(folder)), (folder / "tally").stat().st_size


def articles(folder):
    sql = "SELECT url, title, date, body, state, first_seen, last_seen, last_changed FROM articles ORDER BY url"
    return rows(folder, sql)


def test_a_site_that_is_gone_comes_back_with_its_articles_their_versions_and_what_went(tmp_path):
    paper = Paper(6)
    museum = holding(paper, at="20210701080000")
    changed, gone = paper.order[1], paper.order[2]
    paper.edit(changed, paragraphs=["Bà con đã nhận lại tiền thừa.", *paper.items[changed].paragraphs])
    paper.edit(gone, answer=html("<h1>Không còn</h1>", 410))
    paper.print(2)
    holding(paper, museum, at="20220301090000")
    add_site(tmp_path, HOME)
    with serve(museum) as base:
        done = bring_in(tmp_path, base)
    assert (done.status, done.run["articles_new"], done.run["changed"], done.run["gone"]) == (0, 8, 1, 1)
    kept_articles = {row["url"].removeprefix(HOME): row for row in articles(tmp_path)}
    assert len(kept_articles) == 8
    assert kept_articles[changed]["first_seen"] == "2021-07-01T08:00:00Z"
    assert kept_articles[changed]["last_changed"] == "2022-03-01T09:00:00Z"
    assert kept_articles[gone]["state"] == "gone"
    assert [row["seen_at"] for row in rows(tmp_path, "SELECT * FROM versions ORDER BY article_id, number")].count(
        "2022-03-01T09:00:00Z"
    ) == 3
    assert_sound(tmp_path)
    assert command("--archive", tmp_path, "verify").status == 0


def test_what_a_live_crawl_kept_and_what_was_captured_before_are_one_history(tmp_path):
    paper = Paper(4)
    with serve(paper) as live:
        home = live.replace("127.0.0.1", "localhost")
        add_site(tmp_path, home)
        museum = WebArchive()
        old = {path: paper.handle(path) for path in paper.order}
        for path, answer in old.items():
            museum.capture(home + path, "20210701080000", answer)
        paper.edit(paper.order[0], paragraphs=["Con hẻm nay đã có tên mới.", *paper.items[paper.order[0]].paragraphs])
        assert command("--archive", tmp_path, "crawl", "sen-hong").status == 0
        with serve(museum) as base:
            done = bring_in(tmp_path, base)
    assert (done.status, done.run["articles_new"]) == (0, 0)
    by_url = {row["url"]: row for row in articles(tmp_path)}
    assert {row["first_seen"] for row in by_url.values()} == {"2021-07-01T08:00:00Z"}
    assert by_url[home + paper.order[0]]["body"].startswith("Con hẻm nay")
    versions = rows(tmp_path, "SELECT seen_at, cause FROM versions WHERE article_id ="
                    f" (SELECT id FROM articles WHERE url = '{home + paper.order[0]}') ORDER BY number")  # fmt: skip
    assert [row["cause"] for row in versions] == ["site", "site"]
    assert versions[0]["seen_at"] == "2021-07-01T08:00:00Z"


def test_of_a_host_that_several_sites_share_only_this_sites_pages_are_asked_for(tmp_path):
    ours, theirs, log = Paper(4), Paper(4), []
    museum = WebArchive()
    at = "20210701080000"
    other = "/tin-tuc/phuong-khac"
    museum.capture(HOME + LISTING, at, ours.handle(LISTING))
    for path in ours.order:
        museum.capture(HOME + path, at, ours.handle(path))
    foreign = {path.replace("/tin/", "/tin-khac/"): theirs.handle(path) for path in theirs.order}
    for path, answer in foreign.items():
        museum.capture(HOME + path, at, answer)
    add_site(tmp_path, HOME)
    add_site(tmp_path, HOME, name="phuong-khac", listings=[other])
    with serve(museum, log=log) as base:
        done = bring_in(tmp_path, base)
    assert (done.status, done.run["articles_new"]) == (0, 4)
    assert not [path for path in log if "tin-khac" in path or "matchType=host" in path]


def test_an_archive_is_rebuilt_from_the_files_of_such_an_import(tmp_path):
    add_site(tmp_path, HOME)
    paper = Paper(5)
    museum = holding(paper)
    paper.edit(paper.order[0], answer=html("<h1>Không còn</h1>", 404))
    holding(paper, museum, at="20220301090000")
    with serve(museum) as base:
        assert bring_in(tmp_path, base).status == 0
    before = articles(tmp_path)
    assert [row["state"] for row in before].count("gone") == 1
    for path in tmp_path.glob("news.db*"):
        path.unlink()
    files = sorted((tmp_path / "warc").rglob("*.warc.gz"))
    assert command("--archive", tmp_path, "import", "warc", *files).status == 0
    assert articles(tmp_path) == before
    assert_sound(tmp_path)
