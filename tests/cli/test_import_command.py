"""``newsarchive import`` as a person runs it."""

import gzip
import io

import pytest
from crawling import LISTING, NAME, Paper, add_site
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.archive.locks import SiteLock
from newsarchive.archive.store import Archive

BASE = "http://sen-hong.example.vn"


@pytest.fixture
def warc(tmp_path, folder):
    """A WARC file of a paper's pages, and the archive with the site's profile."""
    add_site(folder, BASE)
    paper, out = Paper(2), io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for path in (LISTING, *paper.order):
        body = paper.handle(path).body
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                BASE + path,
                "response",
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2022-03-02T08:00:00Z"},
            )
        )
    (tmp_path / "x.warc.gz").write_bytes(out.getvalue())
    return tmp_path / "x.warc.gz"


def test_what_came_is_told(run, warc):
    result = run("import", "warc", warc)
    assert (result.status, result.out) == (0, "")
    assert (
        result.err
        == f"{NAME}: complete: imported 3 captures of x.warc.gz: 2 new, 0 changed, 0 unchanged, 0 gone, 0 failed\n"
    )
    assert len(run("search", "đường", "--json").json) == 2
    (again,) = run("import", "warc", warc, "--site", NAME, "--json").json
    assert (again["site"], again["captures"], again["articles_new"], again["unread"]) == (NAME, 0, 0, [])


def test_status_tells_of_the_last_run_not_of_a_visit_that_others_made(run, warc):
    run("import", "warc", warc)
    (site,) = run("status", "--json").json
    assert site["last_run"]["detail"].startswith("imported 3 captures")
    assert site["needs"] == []


def test_damage_is_told_by_file_and_byte_and_the_rest_is_taken(run, warc):
    whole = warc.read_bytes()
    second = whole.index(b"\x1f\x8b\x08", 10)
    warc.write_bytes(whole[: second + 30] + b"\xff" + whole[second + 31 :])
    result = run("import", "warc", warc)
    assert result.status == 1
    assert f"newsarchive: {warc} at byte {second}: " in result.err
    assert "1 new" in result.err
    assert "Traceback" not in result.err


def test_of_a_file_torn_to_pieces_some_damages_are_told_one_by_one(run, warc):
    warc.write_bytes(warc.read_bytes() + gzip.compress(b"WARC/1.0\r\nContent-Type: x\r\n\r\n") * 30)
    result = run("import", "warc", warc)
    assert result.status == 1
    assert result.err.count(" at byte ") == 20
    assert f"{warc}: 10 more places like these" in result.err


def test_wrong_usage_and_nothing_to_take_have_their_exit_statuses(run, warc, tmp_path, folder):
    for words, sentence in (
        (["không có.warc"], "no such file: không có.warc"),
        ([warc, "--site", "khong-co"], "no site is named 'khong-co'"),
    ):
        result = run("import", "warc", *words)
        assert result.status == 2
        assert sentence in result.err
    (folder / "sites" / f"{NAME}.toml").unlink()
    add_site(folder, "http://khac.example.vn", name="khac")
    result = run("import", "warc", warc, "--site", "khac")
    assert result.status == 3
    assert f"nothing taken: no page of khac in {warc}" in result.err
    (tmp_path / "rong.warc").write_bytes(b"")
    assert run("import", "warc", tmp_path / "rong.warc").status == 3


def test_a_site_at_work_is_left(run, warc, folder):
    Archive.create(folder).close()
    lock = SiteLock(folder, NAME)
    result = run("import", "warc", warc)
    lock.release()
    assert result.status == 4
    assert "another run is at work on this site" in result.err
