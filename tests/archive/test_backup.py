"""The backup: an archive like the one it was made of at every moment, whatever is at work and however it ends."""

import base64
import os
import random
import resource
import shutil
import signal
import sqlite3
import threading
from contextlib import closing

import pytest
from crawling import NAME, Paper, Running, add_site, assert_sound, command, crawl, kept, rows, serve

from newsarchive.archive import backup
from newsarchive.archive.backup import SIGN, back_up
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.archive.verify import DAMAGE, Finding, verify


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A folder, crawled twice: article 4 has two versions."""
    folder, paper = tmp_path_factory.mktemp("crawled"), Paper(4)
    with serve(paper) as base:
        add_site(folder, base)
        crawl(folder)
        paper.edit(paper.order[0], title="Khu phố 4 đã làm xong đường hẻm số 104")
        crawl(folder, "--full")
    return folder


@pytest.fixture
def folder(crawled, tmp_path):
    return shutil.copytree(crawled, tmp_path / "data")


def make(folder, place):
    with Archive.read(folder) as archive:
        return back_up(archive, place)


def damage(folder):
    """What ``verify`` finds wrong; notes aside."""
    return [found for found in verify(folder, workers=1) if isinstance(found, Finding) and found.severity == DAMAGE]


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_is_the_archive_as_it_stands(folder, tmp_path):
    place = tmp_path / "bản sao"
    done = make(folder, place)
    assert (done.notes, done.kept) == ([], 0)
    assert damage(place) == []
    assert kept(place) == kept(folder)
    assert (place / "sites" / f"{NAME}.toml").read_bytes() == (folder / "sites" / f"{NAME}.toml").read_bytes()
    assert files(place / "warc") == files(folder / "warc")
    # Reading it makes no other files beside it.
    assert files(place) == {SIGN, "news.db", f"sites/{NAME}.toml"} | {f"warc/{name}" for name in files(folder / "warc")}


def test_it_can_be_restored_and_crawled_on(tmp_path):
    paper = Paper(4)
    with serve(paper) as base:
        add_site(tmp_path / "data", base)
        crawl(tmp_path / "data")
        make(tmp_path / "data", tmp_path / "backup")
        shutil.rmtree(tmp_path / "data")
        shutil.copytree(tmp_path / "backup", tmp_path / "data")
        paper.print(3)
        done = crawl(tmp_path / "data")
    assert (done.status, done.run["articles_new"]) == (0, 3)
    assert_sound(tmp_path / "data")
    assert damage(tmp_path / "data") == []


def test_what_is_there_is_not_copied_again(folder, tmp_path):
    place = tmp_path / "backup"
    make(folder, place)
    times = {name: (place / "warc" / name).stat() for name in files(place / "warc")}
    done = make(folder, place)
    assert (done.kept, done.files) == (2, 1)
    for name, before in times.items():
        now = (place / "warc" / name).stat()
        assert (now.st_ino, now.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_profile_that_was_taken_out_goes_from_the_copy_too(folder, tmp_path):
    make(folder, tmp_path / "backup")
    (folder / "sites" / f"{NAME}.toml").unlink()
    (folder / "sites" / "khac.toml").write_text('title = "Khác"\nlistings = ["https://khac.example/"]\n')
    make(folder, tmp_path / "backup")
    assert files(tmp_path / "backup" / "sites") == {"khac.toml"}


def test_during_a_crawl_that_is_killed_every_row_points_at_a_record(tmp_path):
    """Backups are made while the site keeps the crawl waiting for one article and then another."""
    paper = Paper(12)
    data, place = tmp_path / "data", tmp_path / "backup"
    gates = {paper.order[3]: threading.Event(), paper.order[8]: threading.Event()}
    reached = {path: threading.Event() for path in gates}

    def gate(path):
        if path in gates:
            reached[path].set()
            gates[path].wait(60)

    with serve(paper, fault=gate) as base:
        add_site(data, base)
        running = Running("--archive", data, "crawl", NAME, "--json")
        first, second = gates
        assert reached[first].wait(60)
        make(data, place)
        early = rows(place, "SELECT url FROM articles")
        assert early
        assert damage(place) == []
        gates[first].set()
        assert reached[second].wait(60)
        done = make(data, place)
        # The file grows: it goes along again.
        assert (done.kept, done.files) == (0, 2)
        assert damage(place) == []
        later = rows(place, "SELECT url FROM articles")
        assert len(later) > len(early)
        os.kill(running.pid, signal.SIGKILL)
        gates[second].set()
        assert running.done().status == -signal.SIGKILL
        make(data, place)
        assert damage(place) == []
        # From the copy, as from the archive, the next crawl goes on.
        restored = shutil.copytree(place, tmp_path / "restored")
        assert crawl(restored).status == crawl(data).status == 0
        assert kept(restored) == kept(data)
        assert len(kept(data)["articles"]) == 12
        assert_sound(restored)
    done = make(data, place)
    assert done.notes == []
    assert damage(place) == []
    assert kept(place) == kept(data)


def test_what_is_half_written_at_a_files_end_stays_behind(folder, tmp_path):
    name = sorted(files(folder / "warc"))[-1]
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        db.execute("DELETE FROM warc_files WHERE name = ?", (name,))
    whole = (folder / "warc" / name).stat().st_size
    with (folder / "warc" / name).open("ab") as file:
        file.write((folder / "warc" / name).read_bytes()[:100])
    make(folder, tmp_path / "backup")
    assert (tmp_path / "backup" / "warc" / name).stat().st_size == whole
    assert damage(tmp_path / "backup") == []


def die_before(step):
    """Make this process die at a backup's n-th step: a file copied, synced or put into its place."""
    seen = []

    def counted(function):
        def call(*arguments, **options):
            seen.append(1)
            if len(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    backup._copy = counted(backup._copy)
    backup.sync_folder = counted(backup.sync_folder)
    backup._write = counted(backup._write)
    backup.Path.replace = counted(backup.Path.replace)
    backup._copy_database = counted(backup._copy_database)


def test_killed_at_any_step_it_leaves_the_one_before_or_the_new_one(folder, tmp_path):
    data, place = folder, tmp_path / "backup"
    paper = Paper(4)
    make(data, place)
    before = kept(place)
    with serve(paper) as base:
        add_site(data, base)
        paper.print(2)
        crawl(data)
    after = kept(data)
    assert after != before
    seen, step = [], 0
    while not seen or seen[-1] != 0:
        step += 1
        copy = shutil.copytree(place, tmp_path / f"backup-{step}")
        seen.append(command("--archive", data, "backup", copy, before=(die_before, step)).status)
        assert seen[-1] in (-signal.SIGKILL, 0)
        assert damage(copy) == []
        assert kept(copy) in (before, after)
        make(data, copy)
        assert kept(copy) == after
        assert damage(copy) == []
        assert not [name for name in files(copy) if name.endswith(".part")]
        shutil.rmtree(copy)
    assert set(seen) == {-signal.SIGKILL, 0}
    assert len(seen) > 8


def limit_files(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """An archive whose WARC file is larger than its database."""
    folder, paper, noise = tmp_path_factory.mktemp("heavy"), Paper(6), random.Random(1)
    for path in paper.order:
        paper.edit(path, head=f"<script>/* {base64.b64encode(noise.randbytes(200_000)).decode()} */</script>")
    with serve(paper) as base:
        add_site(folder, base)
        crawl(folder)
    return folder


@pytest.mark.parametrize("size", [100_000, 1_000_000], ids=["the database", "a WARC file"])
def test_a_full_disk_is_one_clear_line_and_leaves_the_one_before(heavy, tmp_path, size):
    place = tmp_path / "backup"
    done = command("--archive", heavy, "backup", place, before=(limit_files, size))
    assert done.status == 3
    assert "the backup was broken off" in done.err
    assert "nothing was there" in done.err
    assert "Traceback" not in done.err
    make(heavy, place)
    before = kept(place)
    for path in (place / "warc").rglob("*.warc.gz"):
        path.rename(path.with_suffix(".aside"))  # to be copied once more
    done = command("--archive", heavy, "backup", place, before=(limit_files, size))
    assert done.status == 3
    assert "is as it was" in done.err
    assert kept(place) == before
    assert not [name for name in files(place) if name.endswith((".part", "-journal"))]
    for path in (place / "warc").rglob("*.aside"):
        path.rename(path.with_suffix(".gz"))
    assert damage(place) == []


def test_a_good_copy_is_not_replaced_by_a_damaged_file(folder, tmp_path):
    place = tmp_path / "backup"
    make(folder, place)
    name = sorted(files(folder / "warc"))[0]
    good = (place / "warc" / name).read_bytes()
    (folder / "warc" / name).write_bytes(good[:50] + b"x" + good[51:])
    assert make(folder, place).notes == []
    assert (place / "warc" / name).read_bytes() == good
    (place / "warc" / name).write_bytes(good + b"x")  # of another length: copied again, if what is there is good
    assert "damaged" in make(folder, place).notes[0]
    assert (place / "warc" / name).read_bytes() == good + b"x"


def test_damaged_and_missing_files_are_named(folder, tmp_path):
    one, other = sorted(files(folder / "warc"))
    data = bytearray((folder / "warc" / one).read_bytes())
    data[100] ^= 1
    (folder / "warc" / one).write_bytes(data)
    (folder / "warc" / other).unlink()
    done = command("--archive", folder, "backup", tmp_path / "backup", "--json")
    assert done.status == 1
    assert f"warc/{one}: damaged" in done.err
    assert f"warc/{other}: not in the backup, it is missing" in done.err
    assert done.runs["files"] == 3


# -- where it must not go ---------------------------------------------------------------------------------------------


def refused(folder, place):
    with pytest.raises(ArchiveError) as error:
        make(folder, place)
    return str(error.value)


def test_it_goes_over_nothing_but_backups_of_this_archive(crawled, folder, tmp_path):
    other = shutil.copytree(crawled, tmp_path / "other")
    before = (other / "news.db").read_bytes()
    assert "not a backup of newsarchive's" in refused(folder, other)
    assert (other / "news.db").read_bytes() == before
    assert "that is the archive itself" in refused(folder, folder)
    assert "that is the archive itself" in refused(folder, folder / "warc" / "copy")
    (tmp_path / "file").write_text("")
    assert "not a backup" in refused(folder, tmp_path / "file")


def test_another_archives_backup_is_left_alone(folder, tmp_path):
    with serve(Paper(2)) as base:
        add_site(tmp_path / "other", base)
        crawl(tmp_path / "other")
    make(tmp_path / "other", tmp_path / "backup")
    before = kept(tmp_path / "backup")
    assert "of another archive" in refused(folder, tmp_path / "backup")
    assert kept(tmp_path / "backup") == before


def test_a_later_state_is_not_overwritten_by_an_earlier(tmp_path):
    paper = Paper(2)
    with serve(paper) as base:
        add_site(tmp_path / "data", base)
        crawl(tmp_path / "data")
        make(tmp_path / "data", tmp_path / "early")
        paper.print(1)
        crawl(tmp_path / "data")
        make(tmp_path / "data", tmp_path / "late")
    assert "of a later state" in refused(tmp_path / "early", tmp_path / "late")


def test_two_at_once_are_one_too_many(folder, tmp_path):
    make(folder, tmp_path / "backup")
    with backup._held(tmp_path / "backup"):
        assert "another backup is at work" in refused(folder, tmp_path / "backup")


def test_a_copy_that_somebody_writes_to_is_left_alone(folder, tmp_path):
    place = tmp_path / "backup"
    make(folder, place)
    with Archive.create(place) as theirs:
        theirs.keep_site("khac", title="Khác")
        assert "somebody writes" in refused(folder, place)


def test_without_an_archive_there_is_nothing_to_copy(tmp_path):
    done = command("--archive", tmp_path / "none", "backup", tmp_path / "backup")
    assert (done.status, (tmp_path / "backup").exists()) == (2, False)
