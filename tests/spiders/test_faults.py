"""Sites in trouble: what is kept then, what is told, with which exit status, and that the next crawl makes it good."""

import contextlib
import gzip
import socket
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from crawling import (
    LISTING,
    Paper,
    Response,
    Running,
    add_site,
    assert_sound,
    crawl,
    html,
    kept,
    listing_page,
    rows,
    serve,
    story,
)
from faultserver import certificate

from newsarchive.archive.store import Archive
from newsarchive.archive.warc import WarcFiles, read_capture

PLAIN = {"Content-Type": "text/plain"}


def moved(address, status=301):
    return Response(status, {"Location": address, "Content-Type": "text/html"}, b"")


def states(folder, base):
    found = rows(folder, "SELECT url, state FROM frontier WHERE kind != 'listing'")
    return {row["url"].removeprefix(base): row["state"] for row in found}


def failures(folder, base):
    found = rows(folder, "SELECT url, stage, reason FROM failures ORDER BY rowid")
    return [(row["url"].removeprefix(base), row["stage"], row["reason"].replace(base, "")) for row in found]


def texts(folder, base):
    return {row["url"].removeprefix(base): row for row in rows(folder, "SELECT * FROM articles")}


def capture_of(folder, url):
    (row,) = rows(folder, "SELECT id FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1", url)
    with Archive.read(folder) as archive:
        return archive.capture(row["id"])


@pytest.fixture
def paper():
    return Paper(6)


# Servers' errors


@pytest.mark.parametrize("status", [500, 503, 403])
def test_pages_that_fail_are_told_and_kept_when_they_work_again(tmp_path, paper, status):
    spoilt = set(paper.order[1:3])
    with serve(paper, fault=lambda path: html("lỗi", status) if path in spoilt else None) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert (first.status, first.run["articles_new"], first.run["failed"]) == (1, 4, 2)
        assert f"HTTP {status}" in first.run["detail"]
        assert sorted(failures(tmp_path, base)) == sorted((path, "fetch", f"HTTP {status}") for path in spoilt)
        spoilt.clear()
        second = crawl(tmp_path)
        assert (second.status, second.run["articles_new"], second.run["failed"]) == (0, 2, 0)
        assert set(texts(tmp_path, base)) == set(paper.order)
    captures = assert_sound(tmp_path)
    assert [row["status"] for row in captures].count(status) == (2 if status == 403 else 6)


def test_a_page_that_never_works_is_left_alone_after_eight_crawls(tmp_path, paper):
    log = []
    with serve(paper, fault=lambda path: html("", 403) if path == paper.order[0] else None, log=log) as base:
        add_site(tmp_path, base)
        assert [crawl(tmp_path).status for _ in range(9)] == [1] * 8 + [0]
        assert log.count(paper.order[0]) == 8
        crawl(tmp_path, "--full")
        assert log.count(paper.order[0]) == 9


def test_a_site_that_stops_answering_is_left_alone(tmp_path):
    paper, log = Paper(120, page_size=60), []
    with serve(paper, fault=lambda path: html("", 403) if path in paper.order[20:] else None, log=log) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert first.status == 1
        assert "stopped answering" in first.run["detail"]
        assert first.run["articles_new"] == 20
        assert len(log) < 75
    with serve(paper, port=int(base.rpartition(":")[2])):
        assert crawl(tmp_path).run["articles_new"] == 100
    assert_sound(tmp_path)


# Pages that are no more


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_no_more_is_gone_and_looked_for_again_as_it_was_never_read(tmp_path, paper, status):
    lost = {paper.order[2]}
    with serve(paper, fault=lambda path: html("", status) if path in lost else None) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert (first.status, first.run["articles_new"], first.run["gone"]) == (0, 5, 1)
        assert states(tmp_path, base)[paper.order[2]] == "gone"
        assert failures(tmp_path, base) == []
        lost.clear()
        assert crawl(tmp_path).run["articles_new"] == 1


def test_an_article_that_vanished_is_marked_by_a_full_crawl_and_kept(tmp_path, paper):
    lost = set()
    with serve(paper, fault=lambda path: html("", 404) if path in lost else None) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        before = texts(tmp_path, base)[paper.order[2]]
        lost.add(paper.order[2])
        run = crawl(tmp_path, "--full").run
        assert (run["gone"], run["unchanged"], run["failed"]) == (1, 5, 0)
        after = texts(tmp_path, base)[paper.order[2]]
        assert (before["state"], after["state"]) == ("live", "gone")
        assert after["body"] == before["body"]
        lost.clear()
        crawl(tmp_path, "--full")
        assert texts(tmp_path, base)[paper.order[2]]["state"] == "live"


def test_a_site_that_answers_404_for_everything_needs_a_person(tmp_path, paper):
    with serve(paper, fault=lambda path: html("", 404) if path in paper.order else None) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert (done.status, done.run["gone"]) == (1, 6)
    assert "most pages are gone" in done.run["detail"]


# Changes


def test_an_edited_article_becomes_a_new_version(tmp_path, paper):
    path = paper.order[0]
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        old = paper.items[path].paragraphs
        paper.edit(
            path, paragraphs=[*old[:2], "Đoạn này được tòa soạn viết lại sau khi bạn đọc góp ý về số liệu của tin."]
        )
        run = crawl(tmp_path, "--full").run
        assert (run["changed"], run["unchanged"]) == (1, 5)
        article = texts(tmp_path, base)[path]
        found = rows(tmp_path, "SELECT * FROM versions WHERE article_id = ? ORDER BY number", article["id"])
    assert [(row["number"], row["cause"]) for row in found] == [(1, "site"), (2, "site")]
    assert found[0]["body"] == "\n\n".join(old)
    assert found[1]["body"] == article["body"] != found[0]["body"]
    assert found[1]["capture_id"] == article["capture_id"] != found[0]["capture_id"]
    assert_sound(tmp_path)


def test_a_page_that_lost_its_text_is_a_failure_and_the_article_stays(tmp_path, paper):
    path = paper.order[0]
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        before = texts(tmp_path, base)
        paper.edit(path, answer=Response(200, {"Content-Type": "text/html"}, b""))
        assert crawl(tmp_path, "--full").status == 1
        assert texts(tmp_path, base)[path] == before[path]


ANSWERS_FOR_ALL = {
    "says that it has no such page": "<h1>Không tìm thấy bài viết</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>",
    "a login form": "<h1>Đăng nhập</h1><form><input name='u'><input type='password' name='p'></form>"
    "<p>Quý vị đăng nhập bằng tài khoản do quản trị mạng của quận cấp để xem các tin đã đăng.</p>",
    "under maintenance": "<h2>Thông báo</h2><p>Website đang bảo trì, vui lòng quay lại sau. Xin cảm ơn!</p>",
    "a listing, with the headlines of 4 articles": "<h1>Tin tức</h1>"
    + "".join(
        f"<h3><a href='/tin/x-{n}.html'>Khu phố {n} khai trương phòng đọc sách cho trẻ em</a></h3>"
        f"<p>Phòng đọc của khu phố {n} mở cửa hai buổi một tuần, sách do các gia đình góp lại.</p>"
        for n in range(4)
    ),
    "not in Vietnamese": "<h1>News of the Sen Hong district</h1>"
    + "<p>The article which you wish to read has been moved to the new portal of the city, where all the news of the"
    " former districts can be found under the name of each of them.</p>" * 2,
}


# What says that it has no such page proves that the article is gone: see test_recrawls.
@pytest.mark.parametrize("reason", [reason for reason in ANSWERS_FOR_ALL if "no such page" not in reason])
def test_a_kept_article_is_not_overwritten_by_a_page_that_is_none(tmp_path, paper, reason):
    path = paper.order[0]
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        before = texts(tmp_path, base)
        paper.edit(path, answer=html(f"<html><body>{ANSWERS_FOR_ALL[reason]}</body></html>"))
        done = crawl(tmp_path, "--full")
        assert (done.status, done.run["changed"], done.run["unchanged"], done.run["failed"]) == (1, 0, 5, 1)
        assert texts(tmp_path, base)[path] == before[path]
        ((failed, stage, told),) = failures(tmp_path, base)
        assert (failed, stage) == (path, "validate")
        assert reason in told
        assert reason in done.run["detail"]
        # What it answered is kept as evidence, and the article is read again once it is back.
        assert b"<html>" in read_capture(tmp_path / "warc", capture_of(tmp_path, base + path))[1]
        paper.edit(path, answer=None)
        again = crawl(tmp_path, "--full").run
        assert (again["unchanged"], again["failed"]) == (6, 0)
    assert rows(tmp_path, "SELECT number FROM versions WHERE number > 1") == []
    assert_sound(tmp_path)


def test_a_new_address_that_answers_with_a_page_for_all_is_no_article(tmp_path, paper):
    missing = html(
        "<html><head><title>404 - Quận Sen Hồng</title></head><body><h1>Trang không tồn tại</h1></body></html>"
    )
    for path in paper.order[:2]:
        paper.edit(path, answer=missing)
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 4, 2)
        assert set(texts(tmp_path, base)) == set(paper.order[2:])


# Nothing can be done


def test_an_unreachable_site_is_one_clear_line(tmp_path):
    with serve(Paper(1)) as base:
        pass
    add_site(tmp_path, base)
    done = crawl(tmp_path)
    assert (done.status, done.run["outcome"]) == (3, "nothing")
    assert done.err.splitlines() == [
        "sen-hong: crawling",
        f"sen-hong: nothing: nothing could be read: {base}{LISTING}: no answer: connection refused",
    ]


def know_no_host():
    """Nobody outside is asked for a name."""

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.getaddrinfo = unknown


def test_a_host_that_does_not_exist_is_one_clear_line(tmp_path):
    add_site(tmp_path, "http://quan-sen-hong.invalid")
    done = crawl(tmp_path, before=(know_no_host,))
    assert done.status == 3
    assert len(done.err.splitlines()) == 2
    assert "no such host" in done.err


def closes(connection):
    connection.recv(1000)


def is_no_web_server(connection):
    connection.recv(1000)
    connection.sendall(b"220 mail.example.vn ESMTP\r\n\r\n")


@pytest.mark.parametrize(
    ("behaves", "told"),
    [
        ("https", "its certificate cannot be trusted"),
        ("https of another host", "its certificate cannot be trusted"),
        (closes, "connection closed without an answer"),
        (is_no_web_server, "its answer is not HTTP"),
    ],
)
def test_a_server_that_cannot_be_talked_to_is_one_clear_line(tmp_path, behaves, told):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, contextlib.suppress(OSError):
                        if isinstance(behaves, str):
                            certificate().wrap_socket(connection, server_side=True).close()
                        else:
                            behaves(connection)

        threading.Thread(target=answer, daemon=True).start()
        scheme = "https" if isinstance(behaves, str) else "http"
        host = "localhost" if behaves == "https of another host" else "127.0.0.1"
        add_site(tmp_path, f"{scheme}://{host}:{server.getsockname()[1]}")
        done = crawl(tmp_path)
        server.shutdown(socket.SHUT_RDWR)
    assert done.status == 3
    assert len(done.err.splitlines()) == 2
    assert told in done.err


def test_a_site_is_crawled_by_one_run_at_a_time(tmp_path, paper):
    held, go_on = threading.Event(), threading.Event()

    def fault(path):
        if path == LISTING:
            held.set()
            assert go_on.wait(60)

    with serve(paper, fault=fault) as base:
        add_site(tmp_path, base)
        first = Running("--archive", tmp_path, "crawl", "sen-hong", "--json")
        assert held.wait(60)
        second = crawl(tmp_path)
        go_on.set()
        assert (second.status, second.runs) == (4, [])
        assert second.err == (
            f"newsarchive: sen-hong: another run is at work on this site (process {first.pid}); wait for it to end\n"
        )
        assert first.done().run["articles_new"] == 6


def test_robots_txt_that_refuses_everything_is_obeyed(tmp_path, paper):
    log, refusal = [], Response(200, PLAIN, b"User-agent: *\nDisallow: /\n")
    paper.others["/robots.txt"] = refusal
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert done.status == 3
    assert done.err.splitlines()[-1].endswith(f"{LISTING}: refused by robots.txt")
    assert log == ["/robots.txt"]


def test_robots_txt_may_refuse_this_program_by_name(tmp_path, paper):
    paper.others["/robots.txt"] = Response(
        200, PLAIN, b"User-agent: newsarchive\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    )
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 3


def test_a_part_that_robots_txt_refuses_is_left_out_and_told(tmp_path, paper):
    path = paper.order[3]
    paper.others["/robots.txt"] = Response(200, PLAIN, f"User-agent: *\nDisallow: {path}\n".encode())
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"]) == (1, 5)
        assert failures(tmp_path, base) == [(path, "robots", "refused by robots.txt")]
        assert states(tmp_path, base)[path] == "refused"
    assert path not in log


def test_a_crawl_delay_longer_than_the_profiles_is_waited_between_all_requests(tmp_path, paper):
    paper.others["/robots.txt"] = Response(200, PLAIN, b"User-agent: *\nCrawl-delay: 0.2\n")
    arrivals = []
    with serve(paper, fault=lambda path: arrivals.append(time.monotonic())) as base:
        add_site(tmp_path, base, more="concurrency = 4\n")
        done = crawl(tmp_path)
    assert (done.status, done.run["articles_new"]) == (0, 6)
    assert len(arrivals) == 9
    # From below only: a machine in haste waits longer, never shorter.
    assert arrivals[-1] - arrivals[0] > 0.2 * 7


def test_robots_txt_that_cannot_be_read_forbids_everything_for_now(tmp_path, paper):
    log, broken = [], {"/robots.txt"}
    with serve(paper, fault=lambda path: html("", 500) if path in broken else None, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert done.status == 3
        assert "robots.txt cannot be read (HTTP 500)" in done.run["detail"]
        assert set(log) == {"/robots.txt"}
        broken.clear()
        assert crawl(tmp_path).run["articles_new"] == 6


def test_a_robots_txt_without_end_is_read_as_far_as_the_standard_asks(tmp_path, paper):
    refused = paper.order[0]
    padding = "# Trang tin Quận Sen Hồng\n" * 25_000
    rules = f"User-agent: *\nDisallow: {refused}\n{padding}Disallow: /\n"
    paper.others["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, rules.encode())
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 5
        assert states(tmp_path, base)[refused] == "refused"


@pytest.mark.parametrize(
    "answer",
    [
        html("<h1>Không tìm thấy</h1>", 404),
        html("", 403),
        html("<html><body><p>User-agent: *</p>\n<p>Disallow: /</p></body></html>"),
        moved("/he-thong/robots.txt"),
    ],
    ids=["404", "403", "a page for people", "moved"],
)
def test_a_site_without_a_robots_txt_is_crawled(tmp_path, paper, answer):
    paper.others["/robots.txt"] = answer
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 6


# Listings


@pytest.mark.parametrize(
    "answer",
    [
        html("<html><body><h1>Tin tức</h1><p>Chuyên mục đang được cập nhật.</p></body></html>"),
        Response(200, {"Content-Type": "text/html"}, b""),
        html(listing_page([])),
    ],
    ids=["a page without articles", "an empty answer", "an empty list"],
)
def test_a_listing_without_articles_may_have_a_new_layout(tmp_path, paper, answer):
    paper.others[LISTING] = answer
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert (done.status, done.run["outcome"]) == (1, "attention")
    assert f"no articles found on {base}{LISTING}: the site's layout may have changed" in done.err
    assert "`newsarchive sites check sen-hong` shows what can still be read" in done.err


def test_a_listing_that_leads_to_the_front_page_is_not_read_as_the_listing(tmp_path, paper):
    paper.others["/"] = html(listing_page([(path, paper.items[path]) for path in paper.order]))
    paper.others[LISTING] = moved("/", 302)
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert done.status == 3
        assert "redirected to the front page" in done.err
        assert texts(tmp_path, base) == {}


def test_a_listing_that_moved_on_its_site_is_read_there(tmp_path, paper):
    paper.others["/chuyen-muc"] = html(listing_page([(path, paper.items[path]) for path in paper.order]))
    paper.others[LISTING] = moved("/chuyen-muc")
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 6


def test_one_listing_in_trouble_does_not_keep_the_other_from_being_read(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base, listings=["/khong-co", LISTING])
        done = crawl(tmp_path)
    assert (done.status, done.run["articles_new"]) == (1, 6)
    assert "/khong-co: HTTP 404" in done.run["detail"]


# Redirects


def test_a_redirect_to_another_site_is_not_followed(tmp_path, paper):
    log, path = [], paper.order[0]
    with serve(paper, log=log) as base:
        foreign = base.replace("127.0.0.1", "localhost") + "/quang-cao.html"
        paper.others["/quang-cao.html"] = paper.handle(paper.order[1])
        paper.others[path] = moved(foreign)
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["gone"]) == (1, 5, 0)
        assert failures(tmp_path, base) == [(path, "fetch", f"redirected to another site, {foreign}")]
    assert "/quang-cao.html" not in log
    # The answer that leads away is evidence: it is recorded.
    assert capture_of(tmp_path, base + path).status == 301


def test_a_robots_txt_that_leads_into_a_private_network_is_not_followed_there(tmp_path, paper):
    log = []
    with serve(paper, log=log) as base:
        inside = base.replace("127.0.0.1", "localhost") + "/quan-tri"
        paper.others["/quan-tri"] = html("<p>Trang nội bộ</p>")
        paper.others["/robots.txt"] = moved(inside)
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert done.status == 3
    assert f"robots.txt leads into a private network, {inside}" in done.run["detail"]
    assert set(log) == {"/robots.txt"}


def test_a_page_that_refreshes_to_another_site_is_not_followed(tmp_path, paper):
    log, path = [], paper.order[0]
    with serve(paper, log=log) as base:
        foreign = base.replace("127.0.0.1", "localhost") + "/quang-cao.html"
        paper.others[path] = html(f'<html><head><meta http-equiv="refresh" content="0;url={foreign}"></head></html>')
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 5
    assert "/quang-cao.html" not in log


@pytest.mark.parametrize("target", ["/", "/index.html", "/trang-chu", LISTING])
def test_a_redirect_to_the_front_page_or_a_listing_says_that_the_article_is_gone(tmp_path, paper, target):
    path = paper.order[0]
    paper.others.setdefault(target, paper.handle(paper.order[1] if target != LISTING else LISTING))
    paper.others[path] = moved(target, 302)
    with serve(paper) as base:
        add_site(tmp_path, base)
        run = crawl(tmp_path).run
        assert (run["articles_new"], run["gone"]) == (5, 1)
        assert path not in texts(tmp_path, base)
        assert target not in texts(tmp_path, base)


def test_a_redirect_to_a_page_for_all_that_is_missing_makes_no_article_of_that(tmp_path, paper):
    missing = Paper(1).handle(paper.order[-1]).body.decode().replace("Khu phố 1 ", "Rất tiếc, trang bạn tìm không còn ")
    paper.others["/thong-bao-loi.html"] = html(missing.replace("góp sức làm đường hẻm số 101", ""))
    for path in paper.order[:2]:
        paper.others[path] = moved("/thong-bao-loi.html", 302)
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 4, 2)
        assert set(texts(tmp_path, base)) == set(paper.order[2:])


def test_an_article_that_moved_on_its_site_is_kept_under_its_new_address(tmp_path, paper):
    path = paper.order[0]
    paper.others["/moi/tin-cu.html"] = paper.handle(path)
    paper.others[path] = moved("/moi/tin-cu.html")
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        assert set(texts(tmp_path, base)) == {"/moi/tin-cu.html", *paper.order[1:]}
        assert crawl(tmp_path).run["requests"] == 2
        run = crawl(tmp_path, "--full").run
        assert (run["articles_new"], run["unchanged"]) == (0, 6)
    statuses = rows(tmp_path, "SELECT status FROM captures WHERE url IN (?, ?)", base + path, base + "/moi/tin-cu.html")
    assert {row["status"] for row in statuses} == {200, 301}


def test_an_article_that_moves_after_it_was_kept_stays_one_article(tmp_path, paper):
    path, address = paper.order[0], "/chuyen-muc/dia-chi-moi-cua-tin.html"
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        (before,) = rows(tmp_path, "SELECT * FROM articles WHERE url = ?", base + path)
        paper.items[address] = paper.items[path]
        paper.others[path] = moved(address)
        done = crawl(tmp_path, "--full")
        assert (done.run["articles_new"], done.run["gone"], done.run["changed"]) == (0, 0, 0)
        (after,) = rows(tmp_path, "SELECT * FROM articles WHERE title = ?", before["title"])
        assert (after["id"], after["url"], after["state"]) == (before["id"], base + path, "live")
        assert after["last_seen"] >= before["last_seen"]
        assert after["capture_id"] != before["capture_id"]
        # The listing then names the new address: it is the same article still.
        paper.order[0] = address
        assert crawl(tmp_path, "--full").run["articles_new"] == 0
        assert len(rows(tmp_path, "SELECT * FROM articles WHERE title = ?", before["title"])) == 1
        assert_sound(tmp_path)


def test_an_article_whose_new_address_was_kept_first_is_gone_from_the_old_one(tmp_path, paper):
    path, address = paper.order[0], "/chuyen-muc/dia-chi-moi-cua-tin.html"
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        paper.items[address] = paper.items[path]
        paper.order[0] = address
        crawl(tmp_path)
        paper.others[path] = moved(address)
        assert crawl(tmp_path, "--full").run["gone"] == 1
        found = rows(
            tmp_path,
            "SELECT a.url, a.state, c.url AS at, c.status FROM articles a"
            " LEFT JOIN captures c ON c.id = a.gone_capture_id WHERE a.title = ? ORDER BY a.id",
            paper.items[path].title,
        )
        assert found == [
            {"url": base + path, "state": "gone", "at": base + path, "status": 301},
            {"url": base + address, "state": "live", "at": None, "status": None},
        ]
        assert crawl(tmp_path, "--full").run["gone"] == 0
        assert_sound(tmp_path)


def test_an_address_that_leads_to_another_article_than_before_makes_that_no_version_of_it(tmp_path, paper):
    path, other = paper.order[0], "/moi/mot-tin-khac-han.html"
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        paper.items[other] = story(77)
        paper.others[path] = moved(other)
        crawl(tmp_path, "--full")
        (row,) = rows(tmp_path, "SELECT title, state FROM articles WHERE url = ?", base + path)
        assert row["title"] == paper.items[path].title


def test_the_address_a_redirect_led_to_is_not_asked_for_again(tmp_path, paper):
    """NukeViet lists articles by one address and relates them by the other, to which the first one leads."""
    path, moved_to = paper.order[0], "/tin/khu-pho-doi-cho-9999.html"
    title = paper.items[path].title
    for other in paper.order:
        paper.edit(other, head='<meta property="article:section" content="Khu phố">')
    paper.others[moved_to] = paper.handle(path)
    paper.others[path] = moved(moved_to)
    tail = f'<h3>Tin khác</h3><ul><li><a href="{moved_to}">{title}</a></li></ul>'
    for other in paper.order[1:]:
        paper.edit(other, tail=tail)
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        run = crawl(tmp_path).run
    assert (run["articles_new"], run["unchanged"]) == (len(paper.order), 0)
    assert log.count(moved_to) == 1


def test_the_address_a_redirect_led_to_is_asked_for_once_nothing_leads_there(tmp_path, paper):
    path, moved_to = paper.order[0], "/tin/khu-pho-doi-cho-9999.html"
    paper.others[moved_to] = paper.handle(path)
    paper.others[path] = moved(moved_to)
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        paper.others[path] = html("<h1>Không tìm thấy</h1>", 404)
        crawl(tmp_path, "--full")
        assert rows(tmp_path, "SELECT state FROM articles WHERE url = ?", base + moved_to) == [{"state": "live"}]
        assert states(tmp_path, base)[moved_to] == "done"
        paper.others[moved_to] = html("<h1>Không tìm thấy</h1>", 404)
        crawl(tmp_path, "--full")
        assert rows(tmp_path, "SELECT state FROM articles WHERE url = ?", base + moved_to) == [{"state": "gone"}]


def test_a_redirect_without_an_end_is_a_failure(tmp_path, paper):
    paper.others[paper.order[0]] = moved("/vong.html")
    paper.others["/vong.html"] = moved(paper.order[0])
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"]) == (1, 5)
        assert failures(tmp_path, base) == [(paper.order[0], "fetch", "redirected again and again, without an end")]


def test_a_redirect_without_an_address_is_a_failure(tmp_path, paper):
    paper.others[paper.order[0]] = Response(302, {}, b"")
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 5
        assert failures(tmp_path, base)[0][2] == "HTTP 302 without an address to go to"


# Damaged answers


def test_html_cut_in_half_ends_nothing(tmp_path, paper):
    whole = paper.handle(paper.order[0]).body
    for path, part in zip(paper.order[:3], (0.9, 0.5, 0.1), strict=True):
        body = paper.handle(path).body
        paper.edit(
            path, answer=Response(200, {"Content-Type": "text/html; charset=utf-8"}, body[: int(len(body) * part)])
        )
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        found = texts(tmp_path, base)
        assert set(paper.order[3:]) < set(found)
        assert done.run["articles_new"] + done.run["failed"] == 6
        assert done.status == 1
        assert len(whole) > 0
    assert "Traceback" not in done.err
    assert_sound(tmp_path)


@pytest.mark.parametrize(
    "body", [b"", b" \n ", b"<html></html>", b"\x00" * 500, b"%PDF-1.4 \xff\xfe", b"\xff\xd8\xff\xe0JFIF"]
)
def test_an_answer_that_is_no_article_is_a_failure(tmp_path, paper, body):
    paper.edit(paper.order[0], answer=Response(200, {"Content-Type": "text/html"}, body))
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 5, 1)
        assert [row[0] for row in failures(tmp_path, base)] == [paper.order[0]]
    assert "Traceback" not in done.err


def test_an_answer_that_broke_off_is_recorded_and_asked_for_again(tmp_path, paper):
    path = paper.order[0]
    body = paper.handle(path).body
    log, broken = [], {"Content-Type": "text/html", "Content-Length": str(len(body)), "Connection": "close"}

    def fault(asked):
        return Response(200, broken, body[:900]) if asked == path and log.count(path) < 2 else None

    with serve(paper, fault=fault, log=log) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
        assert texts(tmp_path, base)[path]["body"] == "\n\n".join(paper.items[path].paragraphs)
        captures = rows(tmp_path, "SELECT * FROM captures WHERE url = ? ORDER BY id", base + path)
    assert len(captures) == 2
    with Archive.read(tmp_path) as archive:
        for row, expected in zip(captures, (body[:900], body), strict=True):
            assert archive.read_capture(row["id"])[1] == expected


def test_an_answer_that_always_breaks_off_is_a_failure(tmp_path, paper):
    path = paper.order[0]
    broken = {"Content-Type": "text/html", "Content-Length": "99999", "Connection": "close"}
    paper.edit(path, answer=Response(200, broken, paper.handle(path).body[:900]))
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 1
        assert failures(tmp_path, base) == [(path, "fetch", "the answer broke off before its end")]


def test_a_length_that_promises_too_much_does_not_lose_a_whole_page(tmp_path, paper):
    path = paper.order[0]
    lying = {"Content-Type": "text/html", "Content-Length": "99999", "Connection": "close"}
    paper.edit(path, answer=Response(200, lying, paper.handle(path).body))
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
        assert path in texts(tmp_path, base)
    assert_sound(tmp_path)


def test_compressed_answers_are_recorded_as_sent_and_read_unpacked(tmp_path, paper):
    packed = {}
    for path in (LISTING, *paper.order):
        packed[path] = gzip.compress(paper.handle(path).body, mtime=0)
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    with serve(paper, fault=lambda path: Response(200, headers, packed[path]) if path in packed else None) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == len(paper.order)
        assert texts(tmp_path, base)[paper.order[0]]["body"] == "\n\n".join(paper.items[paper.order[0]].paragraphs)
        sent, body = read_capture(tmp_path / "warc", capture_of(tmp_path, base + paper.order[0]))
    assert body == packed[paper.order[0]]
    assert sent.get_header("Content-Encoding") == "gzip"


def test_compression_that_is_damaged_is_a_failure_of_its_page(tmp_path, paper):
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    for path, body in zip(paper.order, (b"not gzip at all", b"\x1f\x8b\x08\x00", b""), strict=False):
        paper.edit(path, answer=Response(200, headers, body))
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 3, 3)
    assert "Traceback" not in done.err
    assert_sound(tmp_path)


def test_an_answer_that_unpacks_to_any_size_is_a_failure_of_its_page(tmp_path, paper):
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    paper.edit(paper.order[0], answer=Response(200, headers, gzip.compress(b" " * 40_000_000)))
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 5, 1)
        assert failures(tmp_path, base) == [(paper.order[0], "fetch", "the answer unpacks to more than is read")]
    assert_sound(tmp_path)


def test_headers_from_hell_are_recorded(tmp_path, paper):
    path = paper.order[0]
    odd = {
        "Content-Type": "text/html; charset=utf-8",
        "X-Ten": "Qu\xe2n \x81\xff",
        "Set-Cookie": "a=b; path=/",
        "X-Empty": "",
    }
    paper.edit(path, answer=Response(200, odd, paper.handle(path).body))
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
    assert_sound(tmp_path)


def test_text_that_no_database_takes_is_mended(tmp_path, paper):
    path = paper.order[0]
    data = '{"@type": "NewsArticle", "headline": "x", "author": {"name": "Minh \\ud800 Th\\u01b0"}}'
    paper.edit(path, head=f'<script type="application/ld+json">{data}</script>')
    paper.edit(paper.order[1], title="Chữ &#xD800; lạ &#0; trong tựa của một tin dài vừa đủ &#27;[31m")
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert done.run["articles_new"] == 6, done.err
    assert_sound(tmp_path)


# One article, several addresses


def canonical(path):
    return f'<link rel="canonical" href="{path}">'


def test_an_article_under_two_addresses_is_one_where_the_site_says_so(tmp_path, paper):
    path, other = paper.order[2], "/in/ban-khac-cua-tin-3.html"
    paper.edit(path, head=canonical(path))
    paper.items[other] = paper.items[path]
    paper.order.append(other)
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 6
        assert set(texts(tmp_path, base)) == set(paper.order[:-1])
        assert len(rows(tmp_path, "SELECT * FROM captures WHERE url IN (?, ?)", base + path, base + other)) == 2
    assert_sound(tmp_path)


def test_an_article_is_gone_when_its_last_address_is(tmp_path, paper):
    path, other = paper.order[2], "/in/ban-khac-cua-tin-3.html"
    paper.edit(path, head=canonical(path))
    paper.items[other] = paper.items[path]
    paper.order.append(other)
    lost = {other}
    with serve(paper, fault=lambda asked: html("", 404) if asked in lost else None) as base:
        add_site(tmp_path, base)
        lost.clear()
        crawl(tmp_path)
        lost.add(other)
        crawl(tmp_path, "--full")
        assert texts(tmp_path, base)[path]["state"] == "live"
        lost.add(path)
        crawl(tmp_path, "--full")
        assert texts(tmp_path, base)[path]["state"] == "gone"


def test_an_article_under_two_addresses_is_two_where_the_site_says_nothing(tmp_path, paper):
    other = "/in/ban-khac-cua-tin-3.html"
    paper.items[other] = paper.items[paper.order[2]]
    paper.order.append(other)
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 7


@pytest.mark.parametrize(
    "claimed", ["/tin/khu-pho-3-lam-duong-1003.html", LISTING, "/", "/tin/", "http://spam.example/x"]
)
def test_one_canonical_address_on_every_page_merges_nothing(tmp_path, paper, claimed):
    for path in paper.order:
        paper.edit(path, head=canonical(claimed))
    with serve(paper) as base:
        add_site(tmp_path, base)
        run = crawl(tmp_path).run
        assert (run["articles_new"], run["failed"]) == (6, 0)
        titles = {row["title"] for row in texts(tmp_path, base).values()}
        assert titles == {item.title for item in paper.items.values()}


def test_query_junk_makes_no_second_article(tmp_path, paper):
    path = paper.order[0]
    item = paper.items[path]
    shown = [(path, item), (f"{path}?utm_source=zalo#binh-luan", item), (f"{path}?fbclid=abc", item)]
    paper.others[LISTING] = html(listing_page(shown + [(other, paper.items[other]) for other in paper.order[1:]]))
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 6
    assert len([asked for asked in log if asked.startswith(path)]) == 1


def test_an_article_on_two_sites_is_one_row_of_the_first_with_sightings_of_both(tmp_path, paper):
    section = "/tin-tuc/xa-hoi"
    paper.others[section] = html(listing_page([(path, paper.items[path]) for path in paper.order[:3]]))
    with serve(paper) as base:
        add_site(tmp_path, base, name="xa-hoi", listings=[section])
        add_site(tmp_path, base)
        crawl(tmp_path, site="xa-hoi")
        run = crawl(tmp_path).run
        assert (run["articles_new"], run["unchanged"]) == (3, 3)
        sites = {path: row["site"] for path, row in texts(tmp_path, base).items()}
        assert sites == {path: "xa-hoi" if path in paper.order[:3] else "sen-hong" for path in paper.order}
        seen = rows(tmp_path, "SELECT site FROM sightings WHERE url = ? ORDER BY site", base + paper.order[0])
    assert [row["site"] for row in seen] == ["sen-hong", "xa-hoi"]
    assert_sound(tmp_path)


def test_a_site_that_moved_to_www_keeps_its_articles(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        # As if the same pages had been read before the site changed to https://www.
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            for table in ("articles", "frontier", "sightings"):
                db.execute(f"UPDATE {table} SET url = replace(url, 'http://127', 'https://www.127')")
            db.execute("DELETE FROM frontier WHERE kind = 'listing'")
            db.commit()
        before = kept(tmp_path)["articles"]
        assert {article["url"].partition("127")[0] for article in before} == {"https://www."}
        run = crawl(tmp_path).run
        assert (run["articles_new"], run["changed"], run["unchanged"]) == (0, 0, 0)
        full = crawl(tmp_path, "--full").run
        assert (full["articles_new"], full["changed"], full["unchanged"], full["failed"]) == (0, 0, 6, 0)
        assert [article["url"] for article in kept(tmp_path)["articles"]] == [article["url"] for article in before]
    assert_sound(tmp_path)


# Errors of ours


def fail_to_keep(word):
    """Make the program fail, as by a bug, when it keeps an article with this word in its title."""
    keep = Archive.keep_article

    def broken(self, article, **rest):
        if word in article.title:
            raise RuntimeError("a bug")
        return keep(self, article, **rest)

    Archive.keep_article = broken


def test_an_error_of_the_programs_is_a_failure_of_its_page(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(fail_to_keep, "Khu phố 4 "))
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 5, 1)
        assert failures(tmp_path, base)[0][2] == "no outcome: an error in the program (see the log)"
        assert crawl(tmp_path).run["articles_new"] == 1
    assert_sound(tmp_path)


def fail_in_the_words_of_a_page():
    """Make the program fail, as by a bug, with a message that has what only a terminal understands."""

    def broken(self, article, **rest):
        raise RuntimeError(f"\x1b[31m\x9b2J\u202e {article.title}")

    Archive.keep_article = broken


def test_a_log_line_has_no_control_characters(tmp_path, paper):
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(fail_in_the_words_of_a_page,))
    assert "\\u001b[31m\\u009b2J\\u202e Khu phố" in done.err
    assert not {"\x1b", "\x9b", "\u202e"} & set(done.err)


def fail_to_record(word):
    """Make the disk refuse the record of an address with this word in it."""
    write = WarcFiles.write

    def broken(self, exchange, same):
        if word in exchange.url:
            raise OSError(5, "Input/output error")
        return write(self, exchange, same)

    WarcFiles.write = broken


def test_an_article_is_never_stored_with_the_record_of_the_answer_that_led_to_it(tmp_path, paper):
    path = paper.order[0]
    paper.others["/moi/tin-cu.html"] = paper.handle(path)
    paper.others[path] = moved("/moi/tin-cu.html")
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(fail_to_record, "/moi/"))
        assert (done.status, done.run["outcome"]) == (1, "interrupted")
        assert "Input/output error" in done.run["detail"]
        assert capture_of(tmp_path, base + path).status == 301
        assert "/moi/tin-cu.html" not in texts(tmp_path, base)
        assert crawl(tmp_path).status == 0
        assert "/moi/tin-cu.html" in texts(tmp_path, base)
    assert_sound(tmp_path)
