"""The bag: accepted by bagit.py, an archive like the one it was made of, complete or not there at all."""

import hashlib
import shutil
import subprocess
import sys

import pytest
from crawling import Paper, add_site, assert_sound, crawl, kept, rows, serve

from newsarchive.archive.bag import WithheldError, write_bag
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import Verified, verify


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
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


def bag_of(folder, place, **options):
    with Archive.read(folder) as archive:
        return write_bag(archive, place, **options)


def check(bag):
    """``bagit.py --validate``."""
    ended = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", str(bag)], capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def info(bag):
    lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_bagit_accepts_it(folder, tmp_path):
    pytest.importorskip("bagit", reason="the validator is not installed")
    bag = tmp_path / "túi hồ sơ"
    bag_of(folder, bag, contact="Kho lưu trữ\nLam Giang")
    assert check(bag)[0] == 0, check(bag)
    name = next((bag / "data" / "warc").rglob("*.warc.gz"))
    data = bytearray(name.read_bytes())
    data[100] ^= 1
    name.write_bytes(data)
    assert check(bag)[0] == 1


def test_its_payload_is_the_archive_and_verifies(folder, tmp_path):
    done = bag_of(folder, tmp_path / "bag")
    payload = tmp_path / "bag" / "data"
    before = {path.relative_to(payload) for path in payload.rglob("*")}
    assert done.notes == []
    assert [found for found in verify(payload, workers=1) if not isinstance(found, Verified)] == []
    assert kept(payload) == kept(folder)
    assert {path.relative_to(payload) for path in payload.rglob("*")} == before  # reading it adds nothing
    assert_sound(payload)
    for path in (folder / "warc").rglob("*.warc.gz"):
        assert (payload / path.relative_to(folder)).read_bytes() == path.read_bytes()
    assert (payload / "sites" / "sen-hong.toml").read_bytes() == (folder / "sites" / "sen-hong.toml").read_bytes()


def test_each_file_is_listed_with_its_digest_and_the_sum_is_right(folder, tmp_path):
    bag = tmp_path / "bag"
    done = bag_of(folder, bag)
    for manifest, files in (
        ("manifest-sha256.txt", (bag / "data").rglob("*")),
        ("tagmanifest-sha256.txt", [path for path in bag.iterdir() if not path.name.startswith("tagmanifest")]),
    ):
        found = {
            path.relative_to(bag).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file()
        }
        listed = dict(line.split("  ")[::-1] for line in (bag / manifest).read_text(encoding="utf-8").splitlines())
        assert listed == found
    size = sum(path.stat().st_size for path in (bag / "data").rglob("*") if path.is_file())
    assert info(bag)["Payload-Oxum"] == f"{size}.{done.files}"
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_it_says_who_hands_it_over_and_what_it_is(folder, tmp_path):
    bag_of(folder, tmp_path / "có", contact="archive@library.example")
    bag_of(folder, tmp_path / "không")
    assert info(tmp_path / "có")["Source-Organization"] == "archive@library.example"
    assert "Source-Organization" not in info(tmp_path / "không")
    assert "4 articles of 1 sites" in info(tmp_path / "có")["External-Description"]
    readme = (tmp_path / "có" / "README.txt").read_text(encoding="utf-8")
    assert "4 articles of 1 sites, published 2021-01-02 to 2021-01-05" in readme
    assert "withheld" not in readme


def test_an_archive_with_something_withheld_is_bagged_only_on_demand(folder, tmp_path):
    with Archive.create(folder) as archive:
        archive.withhold(1, "theo yêu cầu")
    with pytest.raises(WithheldError, match="1"):
        bag_of(folder, tmp_path / "bag")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
    bag_of(folder, tmp_path / "bag", with_withheld=True)
    assert "withheld from search, export and the web: 1" in (tmp_path / "bag" / "README.txt").read_text()
    assert rows(tmp_path / "bag" / "data", "SELECT reason FROM withholdings") == [{"reason": "theo yêu cầu"}]


def test_a_file_that_is_being_written_goes_along_up_to_its_last_whole_record(folder, tmp_path):
    (name,) = {row["warc_file"] for row in rows(folder, "SELECT warc_file FROM captures WHERE run_id = 2")}
    with Archive.create(folder) as archive:
        archive.connection.execute("DELETE FROM warc_files WHERE name = ?", (name,))
    path = folder / "warc" / name
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:50])
    assert bag_of(folder, tmp_path / "bag").notes == []
    assert (tmp_path / "bag" / "data" / "warc" / name).read_bytes() == whole
    assert [found for found in verify(tmp_path / "bag" / "data", workers=1) if not isinstance(found, Verified)] == []
    assert rows(folder, "SELECT * FROM warc_files WHERE name = ?", name) == []  # the archive itself is only read


def test_what_another_process_has_not_finished_writing_stays_out(folder, tmp_path):
    with Archive.create(folder) as writer, writer.transaction() as db:
        db.execute("UPDATE articles SET title = 'đang ghi'")
        bag_of(folder, tmp_path / "bag")
    assert kept(folder) != kept(tmp_path / "bag" / "data")
    assert rows(tmp_path / "bag" / "data", "SELECT * FROM articles WHERE title = 'đang ghi'") == []
    assert_sound(tmp_path / "bag" / "data")


def test_damaged_and_missing_files_are_named(folder, tmp_path):
    first, second = sorted((folder / "warc").rglob("*.warc.gz"))
    data = bytearray(first.read_bytes())
    data[100] ^= 1
    first.write_bytes(data)
    second.unlink()
    notes = bag_of(folder, tmp_path / "bag").notes
    assert len(notes) == 2
    assert f"{first.name}: damaged" in notes[0]
    assert f"{second.name}: not in the bag, it is missing" in notes[1]


def test_a_name_that_leads_out_of_the_archive_copies_nothing(folder, tmp_path):
    (tmp_path / "mật").write_text("mật")
    with Archive.create(folder) as archive:
        archive.connection.execute("UPDATE warc_files SET name = '../../mật' WHERE rowid = 1")
    notes = bag_of(folder, tmp_path / "bag").notes
    assert "it lies outside the archive" in notes[0]
    assert not list((tmp_path / "bag").rglob("mật"))


def test_a_folder_in_use_is_left_alone(folder, tmp_path):
    used = tmp_path / "used"
    used.mkdir()
    (used / "thư").write_text("thư")
    with pytest.raises(FileExistsError):
        bag_of(folder, used)
    assert [path.name for path in used.iterdir()] == ["thư"]
    (used / "thư").unlink()
    bag_of(folder, used)
    assert (used / "bagit.txt").is_file()


def test_what_fails_half_way_leaves_nothing(folder, tmp_path, monkeypatch):
    def full(path, place):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsarchive.archive.bag._copied", full)
    with pytest.raises(OSError, match="space"):
        bag_of(folder, tmp_path / "bag")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def renamed(folder, name):
    """Give the archive's first WARC file another name."""
    with Archive.create(folder) as archive:
        (old,) = archive.row("SELECT name FROM warc_files ORDER BY name LIMIT 1")
        (folder / "warc" / old).rename(folder / "warc" / name)
        archive.connection.execute("UPDATE warc_files SET name = ? WHERE name = ?", (name, old))
        archive.connection.execute("UPDATE captures SET warc_file = ? WHERE warc_file = ?", (name, old))


def test_a_line_of_the_manifest_holds_any_name(folder, tmp_path):
    pytest.importorskip("bagit", reason="the validator is not installed")
    renamed(folder, "sen-hong/hai\ndòng.warc.gz")
    bag_of(folder, tmp_path / "bag")
    assert check(tmp_path / "bag")[0] == 0, check(tmp_path / "bag")


def test_a_percent_sign_is_written_as_the_standard_has_it(folder, tmp_path):
    renamed(folder, "sen-hong/100%.warc.gz")
    bag_of(folder, tmp_path / "bag")
    assert "  data/warc/sen-hong/100%25.warc.gz\n" in (tmp_path / "bag" / "manifest-sha256.txt").read_text()
