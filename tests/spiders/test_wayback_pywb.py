"""The same from pywb itself, the program that most national web archives run, where it is installed (``pip install
pywb`` anywhere on the path)."""

import gzip
import shutil
import socket
import subprocess
import time
from io import BytesIO
from urllib.request import urlopen

import pytest
from crawling import LISTING, Paper, add_site, assert_sound, command, html, rows
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HOME = "http://sen-hong.example.vn"
TOOLS = [shutil.which(name) for name in ("wb-manager", "wayback")]
pytestmark = pytest.mark.skipif(None in TOOLS, reason="pywb is not installed")


def write_warc(path, visits):
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for address, at, answer, packed in visits:
            body = gzip.compress(answer.body) if packed else answer.body
            headers = [*answer.headers.items(), *([("Content-Encoding", "gzip")] if packed else [])]
            record = writer.create_warc_record(
                HOME + address,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders(f"{answer.status} X", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": at},
            )
            writer.write_record(record)


@pytest.fixture
def collection(tmp_path):
    """A collection that pywb serves: a paper captured twice; by then one article had changed, two were gone."""
    paper = Paper(6)
    pages = [LISTING, f"{LISTING}?trang=2", *paper.order]
    visits = [(page, "2021-07-01T08:00:00Z", paper.handle(page), n % 2) for n, page in enumerate(pages)]
    changed, gone, moved = paper.order[1:4]
    paper.edit(changed, paragraphs=["Bà con đã nhận lại tiền thừa.", *paper.items[changed].paragraphs])
    paper.edit(gone, answer=html("<h1>Không còn</h1>", 404))
    paper.edit(moved, answer=html("<h1>Đã chuyển</h1>", 301, Location=f"{HOME}/"))
    visits += [(page, "2022-03-01T09:00:00Z", paper.handle(page), n % 2) for n, page in enumerate(pages)]
    write_warc(tmp_path / "x.warc.gz", visits)
    for words in (["init", "quan"], ["add", "quan", "x.warc.gz"]):
        subprocess.run([TOOLS[0], *words], cwd=tmp_path, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "pywb.log").open("wb") as log:
        server = subprocess.Popen([TOOLS[1], "-b", "127.0.0.1", "-p", str(port)], cwd=tmp_path, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}/quan"
        finally:
            server.terminate()
            server.wait()


def wait_for(base):
    for _ in range(100):
        try:
            urlopen(f"{base}/cdx?url=x.vn", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("pywb does not answer")


def test_a_sites_past_comes_in_from_pywb(tmp_path, collection):
    wait_for(collection)
    folder = tmp_path / "archive"
    add_site(folder, HOME)
    options = ("--server", collection, "--delay", 0, "--json")
    done = command("--archive", folder, "import", "wayback", "sen-hong", *options)
    assert done.status == 0, done.err
    assert "11 captures listed, 11 fetched, 0 left" in done.run["detail"]
    assert [done.run[name] for name in ("articles_new", "changed", "gone")] == [6, 1, 2]
    states = rows(folder, "SELECT state, min(first_seen) AS first, count(*) AS n FROM articles GROUP BY state")
    assert [tuple(row.values()) for row in states] == [
        ("gone", "2021-07-01T08:00:00Z", 2),
        ("live", "2021-07-01T08:00:00Z", 4),
    ]
    assert_sound(folder)
