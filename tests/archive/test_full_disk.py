"""A disk that takes no more: the crawl stops, nothing is stored without its record, and the next crawl goes on."""

import base64
import os
import random
import resource
import shutil
import subprocess

import pytest
from crawling import Paper, add_site, assert_sound, crawl, kept, rows, serve
from warcio.archiveiterator import ArchiveIterator


def limit_files(size):
    """No file of this process may grow beyond so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def heavy(count):
    """A paper whose pages do not compress: its WARC file outgrows the database."""
    paper, noise = Paper(count), random.Random(1)
    for path in paper.order:
        paper.edit(path, head=f"<script>/* {base64.b64encode(noise.randbytes(200_000)).decode()} */</script>")
    return paper


def test_a_warc_file_that_cannot_grow_stops_the_crawl_with_what_is_kept_whole(tmp_path):
    paper = heavy(10)
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(limit_files, 1_000_000))
        assert (done.status, done.run["outcome"]) == (1, "interrupted")
        assert "the archive cannot be written" in done.run["detail"]
        assert "File too large" in done.run["detail"]
        assert "Traceback" not in done.err
        assert 0 < done.run["articles_new"] < 10
        captures = assert_sound(tmp_path)
        (file,) = (tmp_path / "warc").rglob("*.warc.gz")
        with file.open("rb") as stream:
            types = [record.rec_type for record in ArchiveIterator(stream, check_digests="raise")]
        assert types.count("response") == types.count("request") == len(captures)
        assert crawl(tmp_path).status == 0
        assert len(kept(tmp_path)["articles"]) == 10
    assert_sound(tmp_path)


@pytest.mark.parametrize("size", [450_000, 600_000, 800_000])
def test_a_database_that_cannot_grow_stops_the_crawl(tmp_path, size):
    with serve(Paper(30)) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(limit_files, size))
        assert done.status == 1
        assert "the archive cannot be written" in done.err
        assert "Traceback" not in done.err
        assert_sound(tmp_path)
        assert len(rows(tmp_path, "SELECT id FROM articles")) < 30
        assert crawl(tmp_path).status == 0
        assert len(kept(tmp_path)["articles"]) == 30
    assert_sound(tmp_path)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte, where this machine lets one be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a disk, and not in every container")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_full_stops_the_crawl_and_the_next_goes_on_where_there_is_room(tmp_path, small_disk):
    with serve(heavy(10)) as base:
        add_site(small_disk, base)
        done = crawl(small_disk)
        assert done.status == 1
        assert "the archive cannot be written" in done.err
        assert "Traceback" not in done.err
        roomy = tmp_path / "roomy"
        shutil.copytree(small_disk, roomy)
        assert crawl(roomy).status == 0
        assert len(kept(roomy)["articles"]) == 10
    assert_sound(roomy)


def test_a_database_that_cannot_even_be_made_is_one_clear_line(tmp_path):
    with serve(Paper(3)) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(limit_files, 20_000))
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert "news.db: cannot be used now" in done.err
    with serve(Paper(3)) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 3
