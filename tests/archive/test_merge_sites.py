"""A part of an archive, for one site: crawled and read anew as in the whole, and merged back."""

import errno
import json
import os
import re
import shutil
from dataclasses import replace

import pytest
from crawling import Paper, add_site, assert_sound, crawl, html, listing_page, rows, serve
from test_merge import contents

from newsarchive.archive.locks import SiteBusyError, SiteLock
from newsarchive.archive.merge import merge
from newsarchive.archive.reextract import reread
from newsarchive.archive.store import Archive, ArchiveError
from newsarchive.archive.verify import Verified, verify
from newsarchive.archive.warc import pack, seal
from newsarchive.sites.profile import load_site

SITE, OTHER = "sen-hong", "sen-trang"
OTHER_LISTING = "/tin-tuc/quan-sen-trang"


class Portal(Paper):
    """A paper with a second section, which lists some of its articles too. Only there the days are printed, so that an
    article's date stands in the listing of a site which is not its own."""

    def handle(self, path):
        if path == OTHER_LISTING:
            return html(listing_page([(path, self.items[path]) for path in self.order[1:6:2]]))
        answer = super().handle(path)
        body = re.sub(rb"<span>.*?</span>|<div class=.date.>.*?</div>", b"", answer.body)
        return replace(answer, body=body)


def crawl_both(folder, base):
    add_site(folder, base)
    add_site(folder, base, name=OTHER, listings=(OTHER_LISTING,))
    for site in (OTHER, SITE):
        assert crawl(folder, site=site).status == 0


def change(paper):
    """What a site's next crawl finds: new, changed, retitled, gone."""
    paper.edit(paper.order[0], title="Khu phố 8 đã làm xong đường hẻm số 108")
    paper.edit(paper.order[3], paragraphs=["Bà con khu phố mở hội mừng con đường mới vừa làm xong hôm qua."] * 2)
    paper.items.pop(paper.order.pop())
    paper.print(3)


def told(folder):
    """All that an archive says, numbers and times of visits aside."""
    whole = {
        "frontier": "SELECT f.site, f.url, kind, f.state, tries, found_on, depth, chain, due_why, walk > 0 AS walk,"
        " a.url AS article FROM frontier f LEFT JOIN articles a ON a.id = f.article_id ORDER BY f.site, f.rowid",
        "articles": "SELECT a.*, c.digest, c.status FROM articles a JOIN captures c ON c.id = capture_id ORDER BY a.id",
        "versions": "SELECT a.url, v.* FROM versions v JOIN articles a ON a.id = v.article_id ORDER BY a.id, v.number",
        "links": "SELECT a.url AS article, l.position, l.url, t.url AS target FROM links l JOIN articles a"
        " ON a.id = article_id LEFT JOIN articles t ON t.id = target_id ORDER BY a.id, l.position",
        "captures": "SELECT c.url, c.status, c.digest, o.url AS original, r.site FROM captures c JOIN runs r"
        " ON r.id = c.run_id LEFT JOIN captures o ON o.id = c.refers_to ORDER BY r.site, c.id",
        "sightings": "SELECT s.*, r.requests FROM sightings s JOIN runs r ON r.id = s.run_id ORDER BY s.site, s.rowid",
        "runs": "SELECT * FROM runs ORDER BY site, id",
        "failures": "SELECT url, stage, reason FROM failures ORDER BY rowid",
        "files": "SELECT count(*) AS n FROM warc_files",
    }
    left_out = ("id", "run_id", "capture_id", "gone_capture_id", "article_id", "first_seen", "last_seen", "seen_at")
    left_out += ("last_changed", "started_at", "finished_at")
    return {
        table: [{name: value for name, value in row.items() if name not in left_out} for row in rows(folder, sql)]
        for table, sql in whole.items()
    }


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """The archive of two sites after a first crawl; and after a second, of one site, in the archive itself and in a
    part of it."""
    folder, paper = tmp_path_factory.mktemp("portal"), Portal(8)
    whole, there, back, part = (folder / name for name in ("trước", "tại chỗ", "trộn lại", "phần"))
    with serve(paper) as base:
        crawl_both(whole, base)
        merge(part, whole, sites=[SITE], link=True)
        first = contents(part)
        change(paper)
        for again in (there, back):
            shutil.copytree(whole, again)
        for crawled in (there, part):
            assert crawl(crawled, "--limit", "2").status == 0
        merge(back, part, sites=[SITE], link=True)
        limited = told(there), told(back)
        for crawled in (there, part):
            assert crawl(crawled, "--full").status == 0
        merge(back, part, sites=[SITE], link=True)
    return {"whole": whole, "there": there, "back": back, "part": part, "first": first, "limited": limited}


def test_a_part_holds_what_concerns_its_site(portal):
    first, whole = portal["first"], contents(portal["whole"])
    assert all(set(first[table]) <= set(whole[table]) for table in first)
    assert len(first["articles"]) == len(whole["articles"]) == 8
    assert {json.loads(row)["site"] for row in first["runs"]} == {SITE, OTHER}
    only = shutil.copytree(portal["whole"], portal["whole"].parent / "riêng")
    merge(only.parent / "phần kia", only, sites=[OTHER])
    other = portal["whole"].parent / "phần kia"
    assert len(rows(other, "SELECT * FROM articles")) == 3
    assert [path.name for path in (other / "sites").iterdir()] == [f"{OTHER}.toml"]


@pytest.mark.parametrize(
    "table", ["frontier", "articles", "versions", "links", "captures", "sightings", "runs", "failures", "files"]
)
def test_a_crawl_of_a_part_merged_back_is_one_of_the_whole(portal, table):
    assert told(portal["back"])[table] == told(portal["there"])[table]


@pytest.mark.parametrize("table", ["frontier", "articles", "captures", "runs"])
def test_also_one_that_left_much_for_the_next(portal, table):
    there, back = portal["limited"]
    assert "todo" in {row["state"] for row in there["frontier"]}
    assert back[table] == there[table]


def test_what_is_merged_back_is_sound(portal):
    for folder in (portal["part"], portal["back"]):
        assert_sound(folder)
        assert [found for found in verify(folder, workers=1) if not isinstance(found, Verified)] == []


def test_a_part_is_read_anew_as_the_whole_is(portal, tmp_path):
    merge(tmp_path / "phần", portal["there"], sites=[OTHER])
    profiles = {OTHER: load_site(OTHER, portal["whole"])}
    found = []
    for folder in (portal["there"], tmp_path / "phần"):
        read = [one for batch in reread(folder, profiles, workers=1) for one in batch]
        assert {one.differs for one in read} == {()}
        found.append([(one.url, one.capture.digest, one.article) for one in read])
    assert found[0] == found[1]
    assert {article.date_source for _, _, article in found[0]} == {"listing"}


def test_linked_files_are_the_same_files_and_copied_ones_are_not(portal, tmp_path):
    names = [row["name"] for row in rows(portal["whole"], "SELECT name FROM warc_files")]
    merge(tmp_path / "nối", portal["whole"], link=True)
    merge(tmp_path / "chép", portal["whole"])
    for name in names:
        kept = portal["whole"] / "warc" / name
        assert kept.samefile(tmp_path / "nối" / "warc" / name)
        assert not kept.samefile(tmp_path / "chép" / "warc" / name)


def test_where_no_link_can_be_made_the_file_is_copied(portal, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    merge(tmp_path / "data", portal["whole"], link=True)
    assert [found for found in verify(tmp_path / "data", workers=1) if not isinstance(found, Verified)] == []


def test_a_file_that_no_list_has_yet_is_copied_and_sealed_though_links_are_asked_for(portal, tmp_path):
    """Its run was killed: the next run there will cut its end off, which must not be cut off here too."""
    killed = shutil.copytree(portal["whole"], tmp_path / "bị ngắt")
    (name,) = [row["name"] for row in rows(killed, "SELECT name FROM warc_files WHERE name LIKE ?", f"{SITE}/%")]
    path = killed / "warc" / name
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(whole[:40])
    with Archive.create(killed) as archive:
        archive.connection.execute("DELETE FROM warc_files WHERE name = ?", (name,))
        archive.connection.execute("UPDATE runs SET outcome = 'running', finished_at = NULL WHERE site = ?", (SITE,))
    merge(tmp_path / "data", killed, link=True)
    kept = tmp_path / "data" / "warc" / name
    assert kept.read_bytes() == whole
    assert not kept.samefile(path)
    assert [found for found in verify(tmp_path / "data", workers=1) if not isinstance(found, Verified)] == []
    with Archive.create(killed) as archive:
        archive.seal_warc_files(SITE)
        archive.connection.execute("UPDATE runs SET outcome = 'killed' WHERE site = ?", (SITE,))
    before = contents(tmp_path / "data")
    done = merge(tmp_path / "data", killed, link=True)
    assert (done.files, done.captures) == (0, 0)
    assert rows(tmp_path / "data", "SELECT count(*) AS n FROM runs") == [{"n": 2}]
    assert rows(tmp_path / "data", "SELECT outcome FROM runs WHERE site = ?", SITE) == [{"outcome": "killed"}]
    assert contents(tmp_path / "data")["captures"] == before["captures"]


def test_a_file_with_two_names_is_never_cut_off(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(pack(b"WARC/1.1") + pack(b"WARC/1.1")[:9])
    os.link(path, tmp_path / "b.warc.gz")
    assert seal(path, "a", 0).length == path.stat().st_size
    (tmp_path / "b.warc.gz").unlink()
    assert seal(path, "a", 0).length == len(pack(b"WARC/1.1"))


def test_what_a_broken_off_merge_left_is_not_written_to(portal, tmp_path):
    """A link made and not named yet: a copy into it would write over the other archive's file."""
    (name,) = [row["name"] for row in rows(portal["whole"], "SELECT name FROM warc_files WHERE name LIKE ?", "%hong%")]
    theirs = portal["whole"] / "warc" / name
    before = theirs.read_bytes()
    place = tmp_path / "data" / "warc" / name
    place.parent.mkdir(parents=True)
    os.link(theirs, place.with_name(f".{place.name}.part"))
    os.link(theirs, place)
    merge(tmp_path / "data", portal["whole"])
    assert theirs.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert [found for found in verify(tmp_path / "data", workers=1) if not isinstance(found, Verified)] == []


def test_a_file_that_both_list_is_not_read(portal, tmp_path):
    merge(tmp_path / "data", portal["whole"])
    other = shutil.copytree(portal["whole"], tmp_path / "khác")
    for path in (other / "warc").rglob("*.warc.gz"):
        path.write_bytes(b"another")
    done = merge(tmp_path / "data", other)
    assert (done.files, done.notes) == (0, [])


def test_only_the_sites_that_are_brought_must_be_at_rest(portal, tmp_path):
    whole = shutil.copytree(portal["whole"], tmp_path / "data")
    lock = SiteLock(whole, OTHER)
    merge(tmp_path / "phần", whole, sites=[SITE])
    with pytest.raises(SiteBusyError, match=OTHER):
        merge(tmp_path / "phần", whole, sites=[OTHER])
    merge(tmp_path / "phần", whole, sites=[OTHER], held=[lock])
    merge(whole, tmp_path / "phần", sites=[OTHER], held=[lock])
    with pytest.raises(SiteBusyError, match=OTHER):
        merge(whole, tmp_path / "phần", sites=[OTHER])
    lock.release()


def test_a_site_that_is_not_there_brings_nothing(portal, tmp_path):
    done = merge(tmp_path / "data", portal["whole"], sites=["sen-vang"])
    assert (done.articles, done.captures, done.missing) == (0, 0, ["sen-vang"])


def test_a_name_that_is_none_of_a_site_is_refused(portal, tmp_path):
    other = shutil.copytree(portal["whole"], tmp_path / "khác")
    with Archive.create(other) as archive:
        archive.keep_site("../../x", title="x")
    with pytest.raises(ArchiveError, match=r"'\.\./\.\./x' cannot be a site's name"):
        merge(tmp_path / "data", other)


def test_an_address_that_is_spelled_otherwise_since_is_one_address(portal, tmp_path):
    part = shutil.copytree(portal["whole"], tmp_path / "phần")
    with Archive.create(part) as archive, archive.transaction() as db:
        (old,) = db.execute("SELECT url FROM frontier WHERE site = ? AND kind = 'article' LIMIT 1", (SITE,)).fetchone()
        new = old.replace("http:", "https:")
        db.execute("UPDATE frontier SET url = ? WHERE site = ? AND url = ?", (new, SITE, old))
        started = "2030-01-01T00:00:00Z"
        db.execute("INSERT INTO runs (site, started_at, outcome) VALUES (?, ?, 'complete')", (SITE, started))
        db.execute(
            "INSERT INTO sightings (url, site, listing_url, kind, position, run_id)"
            " SELECT ?, ?, listing_url, kind, 1, (SELECT max(id) FROM runs) FROM sightings LIMIT 1",
            (new, SITE),
        )
    count = "SELECT count(*) AS n FROM frontier"
    for first, second in ((portal["whole"], part), (part, portal["whole"])):
        folder = tmp_path / first.name / "data"
        merge(folder, first)
        merge(folder, second)
        assert rows(folder, count) == rows(part, count)
        assert len(rows(folder, "SELECT * FROM frontier WHERE url = ?", new)) == 1
