"""WARC files: what warcio makes of them, and one record read back by its place."""

import contextlib
import gzip
import io
import os
import socket
import threading
import zlib
from dataclasses import replace
from datetime import date

import pytest
from crawling import Paper, add_site, assert_sound, crawl, rows, serve
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from newsarchive.archive.store import Archive
from newsarchive.archive.warc import (
    DamagedRecordError,
    Exchange,
    SealedFile,
    WarcFiles,
    member_at,
    payload_digest,
    read_capture,
    read_page,
    seal,
)
from newsarchive.demo import DemoSite
from newsarchive.demo.site import LISTING

REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
BODY = "Bà con khu phố góp sức làm đường.".encode() * 9


def exchange(number=1, body=BODY, **fields):
    return Exchange(
        **{
            "url": f"http://sen-hong.example.vn/tin/{number}?a=1",
            "fetched_at": "2020-11-30T02:00:00Z",
            "method": "GET",
            "request_headers": [("Host", "sen-hong.example.vn"), ("User-Agent", "newsarchive/0")],
            "status": 200,
            "protocol": "HTTP/1.1",
            "response_headers": [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Set-Cookie", "a=1"),
                ("Set-Cookie", "b=2"),
            ],
            "body": body,
            "ip_address": "127.0.0.1",
            **fields,
        }
    )


@pytest.fixture
def warc(tmp_path):
    file = WarcFiles(tmp_path, "sen-hong", "2020-11-30T02:00:00Z", 7)
    yield file
    file.close()


def records(path):
    found = []
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            found.append((record.rec_type, record.rec_headers, record.http_headers, record.raw_stream.read()))
    return found


def checked(path):
    """Exit status of ``warcio check``."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            warcio(["check", str(path)])
        except SystemExit as stop:
            return stop.code or 0
    return 0


def test_a_record_reads_back_as_it_was_written(warc, tmp_path):
    captures = [warc.write(exchange(number, body)) for number, body in enumerate((BODY, b"", b"\x00\xff" * 4000), 1)]
    for capture, body in zip(captures, (BODY, b"", b"\x00\xff" * 4000), strict=True):
        headers, found = read_capture(tmp_path, capture)
        assert found == body
        assert capture.digest == payload_digest(body)
        assert headers.get_statuscode() == "200"
        assert [value for name, value in headers.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert captures[0].media_type == "text/html"
    assert captures[0].warc_file == "sen-hong/sen-hong-20201130020000-00007-001.warc.gz"
    assert checked(tmp_path / captures[0].warc_file) == 0


def test_a_file_tells_who_wrote_it_and_pairs_each_response_with_its_request(warc, tmp_path):
    path = tmp_path / warc.write(exchange()).warc_file
    warc.write(exchange(2, truncated=True, status=599, ip_address=None))
    kinds = [kind for kind, *_ in records(path)]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]
    (_, _, _, info), (_, response, sent, body), (_, request, asked, _), (_, cut, _, _), _ = records(path)
    assert b"software: newsarchive/" in info
    assert body == BODY
    assert response.protocol == "WARC/1.1"
    assert response.get_header("WARC-Target-URI") == "http://sen-hong.example.vn/tin/1?a=1"
    assert response.get_header("WARC-IP-Address") == "127.0.0.1"
    assert response.get_header("WARC-Truncated") is None
    assert cut.get_header("WARC-Truncated") == "disconnect"
    assert request.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    assert request.get_header("WARC-Date") == response.get_header("WARC-Date") == "2020-11-30T02:00:00Z"
    assert sent.get_statuscode() == "200"
    assert asked.protocol == "GET"
    assert asked.statusline == "/tin/1?a=1 HTTP/1.1"


def test_a_run_without_answers_leaves_no_file(warc, tmp_path):
    warc.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_that_name_is_never_written_over(warc, tmp_path):
    capture = warc.write(exchange())
    before = (tmp_path / capture.warc_file).read_bytes()
    with pytest.raises(FileExistsError):
        WarcFiles(tmp_path, "sen-hong", "2020-11-30T02:00:00Z", 7).write(exchange())
    assert (tmp_path / capture.warc_file).read_bytes() == before


class Refusing:
    """A file that takes half of what it is given, then no more; its other methods are the file's."""

    def __init__(self, file, times=1):
        self._file = file
        self._times = times

    def write(self, data):
        if self._times == 0:
            return self._file.write(data)
        if len(data) > 200:
            return self._file.write(data[: len(data) // 2])
        self._times -= 1
        raise OSError(28, "No space left on device")

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_a_record_the_disk_refuses_is_cut_off_again_and_the_next_is_good(warc, tmp_path):
    first = warc.write(exchange(1))
    warc._file = Refusing(warc._file)
    with pytest.raises(OSError, match="No space left"):
        warc.write(exchange(2))
    path = tmp_path / first.warc_file
    assert path.stat().st_size == warc._end
    third = warc.write(exchange(3))
    assert [kind for kind, *_ in records(path)] == ["warcinfo", "response", "request", "response", "request"]
    assert read_capture(tmp_path, third)[1] == BODY
    assert checked(path) == 0


def damaged(path, change):
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.__setitem__(slice(None), b""),
        lambda data: data.__delitem__(slice(len(data) // 2, None)),
        lambda data: data.__setitem__(slice(420, 440), b"\x00" * 20),
        lambda data: data.__delitem__(slice(0, 5)),
        lambda data: data.__setitem__(slice(None), b"khong phai WARC " * 100),
    ],
    ids=["emptied", "cut", "zeroed", "shifted", "replaced"],
)
def test_a_damaged_record_is_never_taken_for_a_good_one(warc, tmp_path, change):
    capture = warc.write(exchange())
    warc.close()
    damaged(tmp_path / capture.warc_file, change)
    with pytest.raises(DamagedRecordError, match=rf"{capture.warc_file} at byte {capture.warc_offset}: "):
        read_capture(tmp_path, capture)


def test_every_single_byte_of_a_record_counts(warc, tmp_path):
    capture = warc.write(exchange(body=b"Sen " * 5))
    warc.close()
    path = tmp_path / capture.warc_file
    good, unnoticed = path.read_bytes(), []
    for place in range(capture.warc_offset, capture.warc_offset + capture.warc_length):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
        try:
            body = read_capture(tmp_path, capture)[1]
        except DamagedRecordError:
            continue
        unnoticed.append(place)
        assert body == b"Sen " * 5
    # Only what says nothing of the content: time and system in the gzip member's head.
    assert len(unnoticed) < 40


def test_a_missing_file_is_told(warc, tmp_path):
    capture = warc.write(exchange())
    (tmp_path / capture.warc_file).unlink()
    with pytest.raises(DamagedRecordError, match="cannot be read"):
        read_capture(tmp_path, capture)


def test_a_place_that_leads_out_of_the_archive_is_not_followed(warc, tmp_path):
    capture = warc.write(exchange())
    (tmp_path / "khac.warc.gz").write_bytes((tmp_path / capture.warc_file).read_bytes())
    inner = tmp_path / "warc"
    inner.mkdir()
    for place in ("../khac.warc.gz", str(tmp_path / "khac.warc.gz")):
        capture.warc_file = place
        with pytest.raises(DamagedRecordError, match="outside the archive"):
            read_capture(inner, capture)


def test_what_a_crawl_of_the_demo_site_writes_passes_warcio(tmp_path):
    site, log = DemoSite(date(2020, 11, 30)), []
    with serve(site, log=log) as base:
        add_site(tmp_path, base, listings=[LISTING])
        crawl(tmp_path)
    (path,) = (tmp_path / "warc").rglob("*.warc.gz")
    assert checked(path) == 0
    found = records(path)
    assert [kind for kind, *_ in found].count("warcinfo") == 1
    assert found[0][0] == "warcinfo"
    answers = [(r.get_header("WARC-Target-URI"), h) for kind, r, h, _ in found if kind in ("response", "revisit")]
    responses = {url.removeprefix(base): headers for url, headers in answers}
    requests = [r.get_header("WARC-Target-URI").removeprefix(base) for kind, r, *_ in found if kind == "request"]
    assert sorted(responses) == sorted(requests) == sorted(log)
    assert "/robots.txt" in responses
    (gone,) = site.paths("gone")
    assert responses[gone].get_statuscode() == "410"
    with Archive.read(tmp_path) as archive:
        for row in archive.rows("SELECT id, url FROM captures"):
            assert archive.read_capture(row["id"])[1] == site.handle(row["url"].removeprefix(base)).body


def chunked(page):
    """A page in three chunks, as a server sends it that does not know its length."""
    parts = [page[:700], page[700:701], page[701:]]
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 Tot\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
    return head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body


def test_a_chunked_answer_is_recorded_whole_and_without_its_chunks(tmp_path):
    paper = Paper(1)

    def answer():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    path = connection.recv(5000).split()[1].decode()
                    connection.sendall(chunked(paper.handle(path).body))

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 1
        server.shutdown(socket.SHUT_RDWR)
    (path,) = (tmp_path / "warc").rglob("*.warc.gz")
    assert checked(path) == 0
    with Archive.read(tmp_path) as archive:
        for row in archive.rows("SELECT id, url FROM captures"):
            headers, body = archive.read_capture(row["id"])
            assert body == paper.handle(row["url"].removeprefix(base)).body
            assert headers.get_header("Transfer-Encoding") is None
            assert [value for name, value in headers.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_each_run_has_a_file_of_its_own(tmp_path):
    with serve(Paper(2)) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        crawl(tmp_path)
    assert len(list((tmp_path / "warc").rglob("*.warc.gz"))) == 2
    assert len(rows(tmp_path, "SELECT DISTINCT warc_file FROM captures")) == 2


# Bytes seen before


def test_the_same_bytes_again_are_a_revisit_that_refers_to_the_first(tmp_path):
    with serve(Paper(2)) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        crawl(tmp_path, "--full")
    first, second = sorted((tmp_path / "warc").rglob("*.warc.gz"))
    assert [kind for kind, *_ in records(first)].count("revisit") == 0
    pages = [(r, h, body) for kind, r, h, body in records(second) if kind == "revisit"]
    originals = {r.get_header("WARC-Target-URI"): r for kind, r, *_ in records(first) if kind == "response"}
    assert {r.get_header("WARC-Target-URI") for r, *_ in pages} >= {base + path for path in Paper(2).order}
    for about, headers, body in pages:
        original = originals[about.get_header("WARC-Target-URI")]
        assert about.get_header("WARC-Profile") == REVISIT
        assert about.get_header("WARC-Refers-To-Target-URI") == original.get_header("WARC-Target-URI")
        assert about.get_header("WARC-Refers-To-Date") == original.get_header("WARC-Date")
        assert about.get_header("WARC-Payload-Digest") == original.get_header("WARC-Payload-Digest")
        assert headers.get_statuscode() in ("200", "404")
        assert body == b""
    assert checked(second) == 0
    assert_sound(tmp_path)


def test_bytes_whose_first_record_is_damaged_are_kept_again(tmp_path):
    with serve(Paper(1)) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        (path,) = (tmp_path / "warc").rglob("*.warc.gz")
        path.write_bytes(path.read_bytes()[:900])
        crawl(tmp_path, "--full")
    (second,) = set((tmp_path / "warc").rglob("*.warc.gz")) - {path}
    assert [kind for kind, *_ in records(second)].count("response") >= 3


def test_a_file_that_has_grown_large_is_closed_and_the_next_begun(tmp_path):
    files = WarcFiles(tmp_path, "sen-hong", "2020-11-30T02:00:00Z", 7, about={"operator": "Lan\r\nHai"}, max_file=1000)
    captures = [files.write(exchange(number, os.urandom(600))) for number in range(3)]
    files.close()
    assert [capture.warc_file[-11:] for capture in captures] == ["001.warc.gz", "002.warc.gz", "003.warc.gz"]
    assert [file.name for file in files.sealed] == [capture.warc_file for capture in captures]
    for file in files.sealed:
        data = (tmp_path / file.name).read_bytes()
        assert (file.length, file.digest) == (len(data), payload_digest(data))
        kind, _, _, info = records(tmp_path / file.name)[0]
        assert kind == "warcinfo"
        assert b"operator: Lan Hai\r\n" in info
        assert checked(tmp_path / file.name) == 0


def test_the_files_of_finished_runs_are_listed_with_their_digests(tmp_path):
    with serve(Paper(2)) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
    (path,) = (tmp_path / "warc").rglob("*.warc.gz")
    (file,) = rows(tmp_path, "SELECT * FROM warc_files")
    assert file["name"] == str(path.relative_to(tmp_path / "warc"))
    assert (file["length"], file["digest"]) == (path.stat().st_size, payload_digest(path.read_bytes()))


@pytest.mark.parametrize("left", [0, 1, 200, 700])
def test_what_a_killed_run_left_half_written_is_cut_off_by_the_next(warc, tmp_path, left):
    kept = [warc.write(exchange(number)) for number in (1, 2)]
    path = tmp_path / kept[0].warc_file
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:left])
    file = seal(path, kept[0].warc_file, kept[1].warc_offset + kept[1].warc_length)
    ends = [length for length in (0, len(gzip_member(whole))) if length <= left]
    assert path.read_bytes() == whole + whole[: ends[-1]]
    assert file == SealedFile(kept[0].warc_file, path.stat().st_size, payload_digest(path.read_bytes()))
    assert checked(path) == 0


def test_a_file_shorter_than_its_captures_is_left_as_it_is(warc, tmp_path):
    capture = warc.write(exchange())
    path = tmp_path / capture.warc_file
    path.write_bytes(path.read_bytes()[:500])
    assert seal(path, capture.warc_file, capture.warc_offset + capture.warc_length) is None
    assert path.stat().st_size == 500


def gzip_member(data):
    unpacker = zlib.decompressobj(31)
    unpacker.decompress(data)
    return data[: len(data) - len(unpacker.unused_data)]


def test_a_post_is_recorded_with_what_was_sent(warc, tmp_path):
    capture = warc.write(exchange(method="POST", request_body=b"trang=2&x=%C4%91"))
    *_, (kind, _, asked, sent) = records(tmp_path / capture.warc_file)
    assert (kind, asked.protocol, sent) == ("request", "POST", b"trang=2&x=%C4%91")
    assert checked(tmp_path / capture.warc_file) == 0


def test_a_place_where_no_answer_lies_is_damage(warc, tmp_path):
    capture = warc.write(exchange())
    request = capture.warc_offset + capture.warc_length
    info = replace(capture, warc_offset=0, warc_length=capture.warc_offset)
    with pytest.raises(DamagedRecordError, match="at byte 0: cannot be read"):
        read_page(tmp_path, info)
    page = read_page(tmp_path, capture)
    assert page[1] == BODY
    record, member = member_at(tmp_path, capture.warc_file, request)
    assert record.rec_type == "request"
    assert (tmp_path / capture.warc_file).read_bytes().endswith(member)
    assert member_at(tmp_path, capture.warc_file, request + 1) is None
    assert member_at(tmp_path, capture.warc_file, request + len(member)) is None
    assert member_at(tmp_path, "../x", 0) is None


def test_a_record_that_is_no_answer_any_more_is_a_damaged_one(tmp_path):
    files = WarcFiles(tmp_path, "sen-hong", "2021-06-30T00:00:00Z", 1)
    capture = files.write(exchange())
    files.close()
    path = tmp_path / capture.warc_file
    data = path.read_bytes()
    member = gzip.decompress(data[capture.warc_offset : capture.warc_offset + capture.warc_length])
    changed = gzip.compress(member.replace(b"WARC-Type: response", b"WARC-Type: rXsponse"))
    path.write_bytes(data[: capture.warc_offset] + changed)
    with pytest.raises(DamagedRecordError, match="cannot be read"):
        read_page(tmp_path, replace(capture, warc_length=len(changed)))
