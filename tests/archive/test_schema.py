"""The tables others depend on, and the full text that triggers keep right."""

import pytest

from newsarchive.archive.schema import APPLICATION_ID
from newsarchive.archive.store import Archive
from newsarchive.items import Article, Capture, Image

# The contract: other people's queries depend on these names.
CONTRACT = """
sites      name title district province district_code url family state
articles   id site url title date date_earliest date_latest date_source published_at event_date page_date date_text
           lead caption body byline source section state first_seen last_seen last_changed content_hash extractor
           field_sources capture_id
versions   article_id number seen_at cause title date lead body byline content_hash capture_id
images     article_id position url caption credit
links      article_id position kind url title target_id
captures   id url fetched_at status media_type digest warc_file warc_offset warc_length run_id
sightings  url site listing_url position title date_text run_id
frontier   url site kind state tries found_at
runs       id site started_at finished_at outcome requests articles_new changed unchanged gone failed detail
failures   run_id url stage reason at
"""


def contract():
    name, tables = "", {}
    for line in CONTRACT.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            name = words.pop(0)
        tables.setdefault(name, []).extend(words)
    return tables


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path) as archive:
        archive.keep_site("sen-hong", title="Quận Sen Hồng")
        yield archive


def capture(archive):
    row = Capture(0, "http://x/", "2020-11-30T02:00:00Z", 200, "text/html", "sha256:0", "x/x.warc.gz", 0, 9)
    with archive.transaction() as db:
        row.warc_offset = db.execute("SELECT count(*) FROM captures").fetchone()[0]
        row.id = archive.keep_capture(row, None)
    return row


def keep(archive, number=1, **fields):
    article = Article(
        f"http://sen-hong.example.vn/tin/{number}",
        title=fields.pop("title", "Đồng chí Bí thư thăm khu phố"),
        body=fields.pop("body", "Chiều qua, đoàn đến thăm bà con."),
        **fields,
    )
    return archive.keep_article(article, site="sen-hong", capture=capture(archive))


def found(archive, words, table="articles_fts"):
    sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid"
    return [row[0] for row in archive.rows(sql, words)]


def check(archive):
    """Both indexes hold exactly what the tables say."""
    for table in ("articles_fts", "articles_fts_exact"):
        archive.connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
    assert archive.rows("PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(("table", "columns"), contract().items())
def test_the_tables_have_the_columns_that_were_promised(archive, table, columns):
    there = {row["name"]: row for row in archive.rows(f"PRAGMA table_info({table})")}
    assert set(columns) <= set(there)
    keys = {"sites": ["name"], "articles": ["id"], "captures": ["id"], "runs": ["id"]}
    if table in keys:
        assert [name for name, row in there.items() if row["pk"]] == keys[table]


def test_the_database_says_whose_it_is(archive):
    assert archive.row("PRAGMA application_id")[0] == APPLICATION_ID
    assert archive.row("PRAGMA journal_mode")[0] == "wal"
    assert archive.row("PRAGMA foreign_keys")[0] == 1


def test_addresses_of_articles_are_unique(archive):
    keep(archive)
    with pytest.raises(Exception, match=r"UNIQUE constraint failed: articles\.url"):
        archive.connection.execute(
            "INSERT INTO articles SELECT id + 1, site, url, title, date, date_earliest, date_latest, date_source,"
            " published_at, event_date, page_date, date_text, lead, caption, body, byline, source, section, state,"
            " first_seen, last_seen, last_changed, content_hash, extractor, field_sources, capture_id, NULL"
            " FROM articles"
        )


# Full text


def test_words_without_marks_find_all_and_with_marks_exactly_those(archive):
    keep(archive, 1, title="Đảng bộ quận họp cuối năm", body="Ba chữ: đảng.")
    keep(archive, 2, title="Công trình đang làm dở dang", body="Ba chữ: đang.")
    assert found(archive, "dang") == [1, 2]
    assert found(archive, "đảng", "articles_fts_exact") == [1]
    assert found(archive, "đang", "articles_fts_exact") == [2]
    check(archive)


@pytest.mark.parametrize("spelt", ["hòa giải", "hoà giải", "HÒA GIẢI", "HOÀ GIẢI", "Hòa giải", "Hoà giải"])
def test_both_placements_of_the_tone_mark_are_one_word(archive, spelt):
    keep(archive, 1, title=f"Tổ {spelt} cơ sở", body="Thân bài.")
    assert found(archive, "hoà", "articles_fts_exact") == [1]
    assert found(archive, "hoa", "articles_fts") == [1]
    assert archive.row("SELECT title FROM articles")[0] == f"Tổ {spelt} cơ sở"
    check(archive)


@pytest.mark.parametrize("name", ["title", "lead", "body", "byline"])
def test_every_text_is_found(archive, name):
    keep(archive, **{name: "Thược dược nở muộn"})
    assert found(archive, "thuoc duoc") == [1]
    assert found(archive, "thược", "articles_fts_exact") == [1]
    assert found(archive, f"{name}: thuoc") == [1]
    check(archive)


def test_a_changed_article_is_found_by_its_new_words_only(archive):
    keep(archive, body="Câu cũ nói về hoa cúc.")
    keep(archive, body="Câu mới nói về thược dược.")
    assert found(archive, "cúc", "articles_fts_exact") == []
    assert found(archive, "cuc") == []
    assert found(archive, "dược", "articles_fts_exact") == [1]
    check(archive)


def test_captions_are_found_as_long_as_their_picture_is_there(archive):
    keep(archive, images=[Image("http://x/1.jpg", "Chậu thược dược"), Image("http://x/2.jpg")])
    assert found(archive, "captions: duoc") == [1]
    check(archive)
    keep(archive, images=[Image("http://x/1.jpg", "Chậu hoa cúc")])
    assert found(archive, "duoc") == []
    assert found(archive, "captions: cuc") == [1]
    check(archive)
    archive.connection.execute("UPDATE images SET caption = 'Cành đào' WHERE position = 1")
    assert found(archive, "cuc") == []
    assert found(archive, "dao") == [1]
    check(archive)
    archive.connection.execute("DELETE FROM images")
    assert found(archive, "dao") == []
    check(archive)


def test_a_picture_that_changes_its_article_takes_its_caption_with_it(archive):
    keep(archive, 1, images=[Image("http://x/1.jpg", "Cành đào")])
    keep(archive, 2)
    archive.connection.execute("UPDATE images SET article_id = 2")
    assert found(archive, "dao") == [2]
    check(archive)


def test_an_article_taken_out_by_hand_is_found_no_more(archive):
    keep(archive, 1, images=[Image("http://x/1.jpg", "Cành đào")])
    keep(archive, 2)
    with archive.transaction() as db:
        db.execute("DELETE FROM versions WHERE article_id = 1")
        db.execute("DELETE FROM readings WHERE article_id = 1")
        db.execute("DELETE FROM articles WHERE id = 1")
        db.execute("DELETE FROM images WHERE article_id = 1")
    assert found(archive, "dao") == []
    assert found(archive, "bi thu") == [2]
    check(archive)


def test_other_columns_may_change_without_touching_the_index(archive):
    keep(archive)
    archive.connection.execute("UPDATE articles SET section = 'Xã hội', last_seen = '2021', state = 'gone'")
    assert found(archive, "bi thu") == [1]
    check(archive)


def test_the_folded_table_can_be_rebuilt_from_what_is_kept(archive):
    keep(archive, 1, title="Đường Đồng Khởi", images=[Image("http://x/1.jpg", "Cành đào")])
    for table in ("articles_fts", "articles_fts_exact"):
        archive.connection.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")
    assert found(archive, "duong dong khoi") == [1]
    assert found(archive, "dao") == [1]
    check(archive)
