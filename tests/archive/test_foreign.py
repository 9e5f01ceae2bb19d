"""WARC and WACZ files of others, read record by record: whole ones, and ones that are damaged in every way."""

import gzip
import io
import random
import zipfile
import zlib

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.archive import foreign
from newsarchive.archive.foreign import Damage, Record, read_digest, read_records

PAGES = 6


def written(*, packed, pages=PAGES, version="1.0", extra=True):
    """The bytes of a WARC file as warcio writes it."""
    out, rng = io.BytesIO(), random.Random(7)
    writer = WARCWriter(out, gzip=packed, warc_version=version)
    if extra:
        writer.write_record(writer.create_warcinfo_record("chung.warc.gz", {"software": "x"}))
    for number in range(pages):
        words = " ".join(rng.choice(("khu", "phố", "đường", "hẻm")) for _ in range(60))
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"http://sen-hong.example.vn/tin/{number}",
                "response",
                payload=io.BytesIO(body := f"<p>{number} {words}</p>".encode()),
                length=len(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2015-03-02T08:00:00Z"},
            )
        )
    return out.getvalue()


PLAIN, BY_RECORD = written(packed=False), written(packed=True)
WHOLE = gzip.compress(PLAIN, mtime=0)
FORMS = {"plain.warc": PLAIN, "by-record.warc.gz": BY_RECORD, "whole.warc.gz": WHOLE}


def read(tmp_path, data, name="x.warc.gz"):
    """The records and the damages of a file of these bytes."""
    path = tmp_path / name
    path.write_bytes(data)
    items = list(read_records(path))
    return [i for i in items if isinstance(i, Record)], [i for i in items if isinstance(i, Damage)]


def pages(records):
    return [record.body for record in records if record.kind == "response"]


GOOD = [record.raw_stream.read() for record in ArchiveIterator(io.BytesIO(PLAIN)) if record.rec_type == "response"]


@pytest.mark.parametrize("name", FORMS)
def test_a_whole_file_gives_what_warcio_reads_of_it(tmp_path, name):
    records, damages = read(tmp_path, FORMS[name], name)
    assert damages == []
    assert [record.kind for record in records] == ["warcinfo"] + ["response"] * PAGES
    assert pages(records) == GOOD
    assert [record.http.get_statuscode() for record in records[1:]] == ["200"] * PAGES
    for record in records:
        if name == "by-record.warc.gz":
            member = FORMS[name][record.offset : record.offset + record.length]
            assert zlib.decompress(member, 31) == record.data
        else:
            assert record.length is None


def zipped(method=zipfile.ZIP_STORED, name="archive/data.warc.gz", data=BY_RECORD):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_a_wacz_gives_the_records_of_the_files_in_it(tmp_path, method, data):
    wacz = zipped(method, data=data)
    records, damages = read(tmp_path, wacz, "x.wacz")
    assert (pages(records), damages) == (GOOD, [])
    for record in records:
        if record.length is not None:
            assert zlib.decompress(wacz[record.offset : record.offset + record.length], 31) == record.data


def test_names_in_a_zip_file_lead_nowhere(tmp_path):
    inner = tmp_path / "trong"
    inner.mkdir()
    records, damages = read(inner, zipped(name="../../archive/ra-ngoai.warc.gz"), "x.wacz")
    assert (pages(records), damages) == (GOOD, [])
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["trong", "x.wacz"]


def test_a_wacz_that_lost_its_directory_still_gives_its_records(tmp_path):
    records, damages = read(tmp_path, zipped()[:-60], "x.wacz")
    assert pages(records) == GOOD
    assert "not a whole zip file" in damages[0].problem


def test_a_zip_file_without_warc_files_is_told(tmp_path):
    records, (damage,) = read(tmp_path, zipped(name="anh.jpg"), "x.wacz")
    assert records == []
    assert damage.problem == "a zip file without WARC files in it"


def test_what_unpacks_to_a_thousand_times_its_size_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "MAX_BLOCK", 1 << 20)
    bomb = b"WARC/1.0\r\n" + b"0" * (8 << 20)
    records, (damage,) = read(tmp_path, zipped(zipfile.ZIP_DEFLATED, data=bomb), "x.wacz")
    assert (records, damage.problem) == ([], "unpacks to more than 1000 times its size; left out")
    monkeypatch.setattr(foreign, "MAX_HEAD", 64 << 20)
    records, damages = read(tmp_path, gzip.compress(bomb) + BY_RECORD)
    assert pages(records) == GOOD
    assert [damage.offset for damage in damages] == [0]


def test_a_header_without_end_is_left_out(tmp_path):
    endless = b"WARC/1.0\r\n" + b"X-Dai: " + b"a" * (1 << 20)
    for data in (endless + b"\r\n" + PLAIN, gzip.compress(endless) + BY_RECORD):
        records, damages = read(tmp_path, data)
        assert pages(records) == GOOD
        assert [(damage.offset, damage.problem) for damage in damages] == [
            (0, "its header is longer than 64 KiB; left out")
        ]


@pytest.mark.parametrize("said", ["0", "10", "999999", "99999999999999", "-5", "nhiều"])
def test_a_wrong_length_costs_one_record(tmp_path, said):
    third = PLAIN.index(b"/tin/2")
    start = PLAIN.index(b"Content-Length: ", third)
    data = PLAIN[:start] + f"Content-Length: {said}".encode() + PLAIN[PLAIN.index(b"\r\n", start) :]
    records, damages = read(tmp_path, data, "x.warc")
    assert pages(records) == GOOD[:2] + GOOD[3:]
    (damage,) = damages
    assert damage.offset == PLAIN.rindex(b"WARC/1.0", 0, third)


@pytest.mark.parametrize("name", FORMS)
def test_a_file_cut_anywhere_gives_what_stands_before_the_cut(tmp_path, name):
    data = FORMS[name]
    for cut in range(0, len(data), 37):
        records, damages = read(tmp_path, data[:cut], name)
        found = pages(records)
        assert found == GOOD[: len(found)]
        assert len(damages) <= 1
        if name != "whole.warc.gz":
            ends = [i for i in range(len(data)) if data[:i].count(b"/tin/") > len(found)]
            assert cut == 0 or damages or len(records) == 0 or not ends or cut <= len(data)
    assert pages(read(tmp_path, data, name)[0]) == GOOD


@pytest.mark.parametrize("name", FORMS)
def test_a_flipped_byte_costs_one_record_at_most_and_is_told(tmp_path, name):
    data, rng = FORMS[name], random.Random(3)
    for _ in range(200):
        place = rng.randrange(len(data))
        flipped = data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]
        records, damages = read(tmp_path, flipped, name)
        found = [body for body in pages(records) if body in GOOD]
        if name != "whole.warc.gz":
            assert len(found) >= PAGES - 1
        if len(found) < PAGES and len(records) < PAGES + 1:
            assert damages
        if name == "by-record.warc.gz":
            assert len(found) == len(pages(records))


def test_rubbish_between_records_and_zeros_at_the_end(tmp_path):
    half = BY_RECORD.index(b"\x1f\x8b\x08", 10)
    records, damages = read(tmp_path, BY_RECORD[:half] + b"xxxx" + BY_RECORD[half:] + b"\0" * 5000)
    assert pages(records) == GOOD
    assert [damage.offset for damage in damages] == [half]


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"<html></html>", b"PK\x03\x04", b"\x1f\x8b\x08", b"WARC/1.0\r\n"])
def test_what_is_no_warc_file_is_told_in_one_sentence(tmp_path, data):
    records, damages = read(tmp_path, data)
    assert records == []
    assert len(damages) in (1, 2)
    assert str(damages[0]).startswith(f"{tmp_path / 'x.warc.gz'} at byte 0: ")


def test_records_of_heritrix_with_lines_that_end_otherwise(tmp_path):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Bai</p>"
    records = [
        (b"metadata", b"http://sen-hong.example.vn/", b"via: x\r\n"),
        (b"response", b"dns:sen-hong.example.vn", b"20150302080000\nsen-hong.example.vn. 300 IN A 192.0.2.1\n"),
        (b"response", b"<http://sen-hong.example.vn/tin/1>", block),
    ]
    data = b"".join(
        b"WARC/1.0\nWARC-Type: %b\nWARC-Target-URI: %b\nWARC-Date: 2015-03-02T08:00:00Z\nContent-Length: %d\n\n%b\n\n"
        % (kind, target, len(block), block)
        for kind, target, block in records
    )
    found, damages = read(tmp_path, data, "x.warc")
    assert damages == []
    assert [record.kind for record in found] == ["metadata", "response", "response"]
    assert found[2].body == b"<p>Bai</p>"
    assert found[2].field("WARC-Target-URI") == "http://sen-hong.example.vn/tin/1"


def test_an_endlessly_broken_file_is_left_at_last(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "MAX_BREAKS", 20)
    torn = gzip.compress(b"WARC/1.0\r\n" + bytes(random.Random(1).randbytes(300)))[:200]
    _, damages = read(tmp_path, torn * 50)
    assert len(damages) <= 42
    assert damages[-1].problem == "damaged again and again; the rest is left"


@pytest.mark.parametrize("text", ["", "sha1:", "sha1:xyz", "crc:12", "sha1:" + "é" * 40, "sha1:" + "0" * 39])
def test_what_is_no_digest_is_none(text):
    assert read_digest(text) is None
