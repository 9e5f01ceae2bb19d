"""What a web archive answers, as it comes: lists whole and cut, replays of then and of now."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.cdx import Listed, Query, Server, as_captured, read_list
from newsarchive.archive.warc import Exchange

SERVER = Server.at("https://web.archive.example")
PAGE = "http://sen-hong.example.vn/tin/1.html"
LISTED = Listed(PAGE, "20190203040506", "text/html", 200, "ABC")

WAYBACK = b"""[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],
["vn,example,sen-hong)/tin/1.html", "20190203040506", "http://sen-hong.example.vn/tin/1.html", "text/html", "200", "A", "9"],
["vn,example,sen-hong)/tin/2.html", "20190304050607", "http://sen-hong.example.vn/tin/2.html", "warc/revisit", "-", "B", "9"],
[],
["vn%2Cexample%2Csen-hong%29%2Ftin%2F2.html+20190304050608"]]
"""  # noqa: E501
PYWB = b"".join(
    json.dumps(
        {
            "urlkey": "k",
            "timestamp": at,
            "url": PAGE,
            "mime": "text/html",
            "status": "200",
            "digest": "A",
            "offset": "1",
        }
    ).encode()
    + b"\n"
    for at in ("20190203040506", "20190304050607")
)


def test_a_list_of_the_wayback_machine_is_read_with_its_key():
    page = read_list(WAYBACK)
    assert [(c.timestamp, c.status, c.is_wanted) for c in page.captures] == [
        ("20190203040506", 200, True),
        ("20190304050607", None, True),
    ]
    assert page.resume_key == "vn%2Cexample%2Csen-hong%29%2Ftin%2F2.html+20190304050608"
    assert (page.rows, page.nonsense, page.whole) == (2, 0, True)


def test_a_list_of_pywb_is_read():
    page = read_list(PYWB)
    assert [c.timestamp for c in page.captures] == ["20190203040506", "20190304050607"]
    assert (page.resume_key, page.nonsense, page.whole) == (None, 0, True)


@pytest.mark.parametrize("body", [b"", b"[]", b"[]\n", b"\n"])
def test_a_list_without_captures_is_whole(body):
    page = read_list(body)
    assert (page.captures, page.resume_key, page.whole) == ([], None, True)


def test_a_list_cut_anywhere_is_known_to_be_cut():
    whole = read_list(WAYBACK).captures
    for end in range(1, len(WAYBACK.rstrip())):
        page = read_list(WAYBACK[:end])
        assert not page.whole, WAYBACK[:end]
        assert page.captures == whole[: len(page.captures)]


@pytest.mark.parametrize(
    "row",
    [
        {
            "timestamp": "20190203040506",
            "url": "javascript:alert(1)",
            "mime": "text/html",
            "status": "200",
            "digest": "A",
        },
        {"timestamp": "20191303040506", "url": PAGE, "mime": "text/html", "status": "200", "digest": "A"},
        {"timestamp": "２０１９０２０３０４０５０６", "url": PAGE, "mime": "text/html", "status": "200", "digest": "A"},
        {"timestamp": "20190203040506", "url": PAGE + "\r\nWARC-Type: x", "mime": "", "status": "-", "digest": "A"},
        {"timestamp": "20190203040506", "url": PAGE, "mime": "text/html", "status": "200", "digest": "A\nB"},
        {"timestamp": "20190203040506", "url": PAGE, "mime": "text/html", "status": "two hundred", "digest": "A"},
        {"timestamp": 20190203040506.5, "url": [PAGE], "mime": None, "status": {}, "digest": "A"},
        {},
    ],
)
def test_a_row_that_names_no_capture_is_counted_and_passed_over(row):
    page = read_list(PYWB + json.dumps(row).encode() + b"\n")
    assert (len(page.captures), page.nonsense) == (2, 1)


@given(
    st.binary(max_size=300) | st.builds(lambda a, b: WAYBACK[:a] + b + WAYBACK[a:], st.integers(0, 500), st.binary())
)
def test_nothing_that_a_server_answers_is_an_error(body):
    page = read_list(body)
    assert page.nonsense <= page.rows


def test_letters_of_an_address_beyond_ascii_are_encoded():
    row = {"timestamp": "20190203040506", "url": f"{PAGE}?q=đường", "mime": "", "status": "200", "digest": "A"}
    (capture,) = read_list(json.dumps(row, ensure_ascii=False).encode()).captures
    assert capture.url == f"{PAGE}?q=%C4%91%C6%B0%E1%BB%9Dng"


def test_a_list_is_asked_for_by_host_days_and_key():
    url = SERVER.list_url(Query("sen-hong.example.vn", "host", "20190101", ""), "a,b)/c 1")
    assert url.startswith(
        "https://web.archive.example/cdx/search/cdx?url=sen-hong.example.vn&matchType=host&output=json"
    )
    assert "&from=20190101&limit=5000&showResumeKey=true&resumeKey=a%2Cb%29%2Fc+1" in url
    assert "to=" not in url


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://web.archive.example/web/20190203040506id_/http://x.vn/?a=1", ("20190203040506", "http://x.vn/?a=1")),
        ("http://web.archive.example/web/20190203040506/http://x.vn/", ("20190203040506", "http://x.vn/")),
        ("https://web.archive.example/web/2019*/http://x.vn/", None),
        ("https://elsewhere.example/web/20190203040506id_/http://x.vn/", None),
    ],
)
def test_an_address_of_a_replay_says_what_and_when(address, found):
    assert SERVER.replayed(address) == found


def exchange(status, *headers, truncated=False):
    return Exchange(
        url=SERVER.replay(LISTED.timestamp, PAGE),
        fetched_at="2026-11-25T01:02:03Z",
        method="GET",
        request_headers=[("Host", "web.archive.example")],
        status=status,
        protocol="HTTP/1.1",
        response_headers=list(headers),
        body=b"<h1>Tin</h1>",
        ip_address="192.0.2.1",
        truncated=truncated,
    )


THEN = ("Memento-Datetime", "Sun, 03 Feb 2019 04:05:07 GMT")


def test_a_replay_of_the_wayback_machine_is_the_exchange_of_then():
    replayed = exchange(
        200,
        ("Server", "nginx"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Archive-Orig-Server", "Microsoft-IIS/6.0"),
        ("X-Archive-Orig-Content-Type", "text/html; charset=windows-1258"),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "99"),
        ("Link", "<http://x>; rel=original"),
        THEN,
    )
    then = as_captured(replayed, SERVER, LISTED)
    assert (then.url, then.fetched_at, then.status, then.body) == (PAGE, "2019-02-03T04:05:07Z", 200, replayed.body)
    assert then.response_headers == [
        ("Server", "Microsoft-IIS/6.0"),
        ("Content-Type", "text/html; charset=windows-1258"),
    ]
    assert (then.source.url, then.source.fetched_at) == (replayed.url, replayed.fetched_at)


def test_a_replay_of_pywb_keeps_the_headers_of_then_and_drops_its_own():
    location = ("Location", SERVER.replay(LISTED.timestamp, "http://sen-hong.example.vn/tin/2.html"))
    then = as_captured(exchange(301, ("Server", "Apache"), location, ("Link", "<x>"), THEN), SERVER, LISTED)
    assert then.response_headers == [("Server", "Apache"), ("Location", "http://sen-hong.example.vn/tin/2.html")]


@pytest.mark.parametrize(
    "replayed",
    [
        exchange(404, ("Content-Type", "text/html")),
        exchange(302, ("Location", "/web/20190203040507id_/x"), ("X-Archive-Redirect-Reason", "found"), THEN),
        exchange(200, ("Memento-Datetime", "yesterday")),
        exchange(200, THEN, truncated=True),
    ],
    ids=["error", "redirect", "timeless", "cut"],
)
def test_what_the_web_archive_says_for_itself_is_no_capture(replayed):
    assert as_captured(replayed, SERVER, LISTED) is None
