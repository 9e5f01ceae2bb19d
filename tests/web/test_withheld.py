"""Not a word of a withheld article leaves the room: by no page, table, row, facet, label, file or error."""

import re
from collections import deque
from urllib.parse import urljoin

import httpx
import pytest
from archives import capture, keep
from readingroom import served

from newsarchive.archive.store import Archive
from newsarchive.items import Listing, ListingEntry

SECRET = "Khuynhdiệp"
"""Stands in every field of the withheld article."""
ADDRESS = "https://www.song-trang.example/tin/khuynhdiep-88"
TOKENS = re.compile("khuynhdi[eệ]p", re.IGNORECASE)


def entry(url, title, position):
    return ListingEntry(url=url, title=title, date_text=None, position=position)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The address of the room, the ids of an article that is shown and of one that is not, all names in the file."""
    folder = tmp_path_factory.mktemp("withheld")
    with Archive.create(folder) as archive:
        hidden = keep(
            archive,
            f"Bà {SECRET} nhận nhà",
            f"Chuyện của bà {SECRET}.",
            url=ADDRESS,
            date="2020-01-20",
            lead=f"Bà {SECRET} vui.",
            byline=SECRET,
            source=SECRET,
            section=SECRET,
            date_text=SECRET,
            captions=[f"Ảnh bà {SECRET}"],
        )
        keep(archive, f"Bà {SECRET} trả nhà", "Bài sửa.", url=ADDRESS, at="2020-12-30T02:00:00Z")
        with archive.transaction() as db:
            db.execute("UPDATE images SET credit = ?, url = url || ?", (SECRET, "/khuynhdiep.jpg"))
            db.execute("INSERT INTO runs (id, site, started_at) VALUES (1, 'song-trang', '2020-11-30T02:00:00Z')")
            db.execute("INSERT INTO runs (id, site, started_at) VALUES (2, 'song-trang', '2020-11-30T02:00:00Z')")
            archive.keep_listing(
                # Without "www.", as listings do.
                Listing(
                    url="https://song-trang.example/tin",
                    entries=[entry(ADDRESS.replace("https://www.", "http://"), f"Bà {SECRET} nhận nhà", 0)],
                ),
                site="song-trang",
                run_id=1,
            )
            db.execute(
                "INSERT INTO frontier (site, url, kind, state, found_at, article_id) VALUES ('song-trang', ?,"
                " 'article', 'done', '2020-11-30T02:00:00Z', ?)",
                (ADDRESS + "?khuynhdiep", hidden),
            )
            db.execute("INSERT INTO failures VALUES (1, ?, 'fetch', ?, '2020-11-30T02:00:00Z')", (ADDRESS, SECRET))
        shown = keep(archive, "Hội chợ hoa xuân", "Có hoa.", date="2020-02-01", captions=["Hoa"], section="Tin tức")
        with archive.transaction() as db:
            db.execute("INSERT INTO links VALUES (?, 0, 'related', ?, ?, ?)", (shown, ADDRESS, f"Bà {SECRET}", hidden))
            db.execute("INSERT INTO links VALUES (?, 1, 'related', ?, ?, NULL)", (shown, ADDRESS, f"Bà {SECRET}"))
        capture(archive, ADDRESS, at="2021-01-01T00:00:00Z")
        archive.withhold(hidden, f"Theo đơn của bà {SECRET}")
        names = [row["name"] for row in archive.rows("SELECT name FROM sqlite_master")]
    with served(folder) as address, httpx.Client(base_url=address, timeout=30) as reader:
        yield reader, shown, hidden, names


def told(answer, path):
    """What an answer says, without what was asked."""
    text = f"{answer.text} {answer.headers}"
    return TOKENS.search(text) if not TOKENS.search(path) else None


def asked(reader, path):
    answer = reader.get(path)
    assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
    assert not told(answer, path), f"{path} tells of the withheld article"
    return answer


def test_what_is_shown_is_there(room):
    reader, shown, _, _ = room
    assert [row["id"] for row in reader.get("/news/articles.json?_shape=array").json()] == [shown]
    assert reader.get(f"/news/articles/{shown}.json?_shape=array").json()[0]["title"] == "Hội chợ hoa xuân"
    assert reader.get("/news/articles.json?_search=hoi cho&_shape=array").json()[0]["id"] == shown
    assert reader.get("/news/articles.json?_search=%C4%91%C3%A2y").status_code == 200


def test_every_link_there_is_leads_to_nothing_of_it(room):
    reader, *_ = room
    seen, todo = {"/", "/news"}, deque(["/", "/news", "/.json", "/news.json"])
    while todo and len(seen) < 100:
        path = todo.popleft()
        answer = asked(reader, path)
        for found in re.findall(r'(?:href|src|action)="([^"]+)"|"(?:toggle|next)_url": "([^"]+)"', answer.text):
            url = urljoin(path, "".join(found).replace("&amp;", "&").partition("#")[0])
            url = url.removeprefix(str(reader.base_url).rstrip("/"))
            if url.startswith("/") and url not in seen and url.count("_sort") + url.count("_facet") < 2:
                seen.add(url)
                todo.append(url)
    assert len(seen) > 60


@pytest.mark.parametrize("ending", ["csv", "jsonl", "bib", "ris", "csl.json", "json"])
def test_no_file_of_a_search_tells(room, ending):
    reader, *_ = room
    assert "Hội chợ hoa xuân" in asked(reader, f"/search.{ending}").text


@pytest.mark.parametrize("ending", ["jsonld", "json"])
def test_no_document_of_an_article_tells(room, ending):
    reader, shown, hidden, _ = room
    assert "Hội chợ hoa xuân" in asked(reader, f"/article/{shown}.{ending}").text
    assert asked(reader, f"/article/{hidden}.{ending}").status_code == 451


def test_no_table_by_whatever_name_tells(room):
    reader, shown, hidden, names = room
    names = {*names, "ARTICLES", "sqlite_master", "sqlite_temp_master", "withheld_addresses", "temp.articles"}
    names |= {"main.articles", "[articles]", "pragma_database_list", "dbstat"}
    # One of each kind will do of indexes, triggers and what full-text tables are made of.
    names -= {
        name for name in names if re.match(r"sqlite_autoindex|(articles|images)_text_|.*_(data|idx|config)$", name)
    }
    for name in sorted(names):
        if asked(reader, f"/news/{name}.csv?_stream=on").status_code == 200:
            asked(reader, f"/news/{name}.json?_shape=array&_labels=on")
        for row in (hidden, f"{hidden},1", f"{shown},0"):
            asked(reader, f"/news/{name}/{row}.json?_extras=foreign_key_tables")


@pytest.mark.parametrize("table", ["articles", "versions", "images", "links", "captures", "sightings", "pictures"])
def test_no_count_facet_or_filter_knows_it(room, table):
    reader, *_ = room
    columns = reader.get(f"/news/{table}.json").json()["columns"]
    asked(reader, f"/news/{table}.json?_labels=on&" + "&".join(f"_facet={column}" for column in columns))
    asked(reader, f"/news/{table}.json?_sort_desc={columns[-1]}&" + "&".join(f"_facet_date={c}" for c in columns))
    for column in columns:
        found = reader.get(f"/news/{table}.json?_nofacet=1&{column}__glob=*[Kk]huynhdi[eệ]p*").json()
        assert found["filtered_table_rows_count"] == 0


def test_no_search_is_an_oracle(room):
    reader, *_ = room
    assert reader.get(f"/news/articles.json?_search={SECRET}").json()["filtered_table_rows_count"] == 0
    assert reader.get(f"/news/articles.json?_search={SECRET}&_searchmode=raw").json()["rows"] == []
    for table in ("runs", "captures", "versions"):
        # Row 1 of any table would be there or not as article 1 has the word or not.
        for key in ("id", "rowid", "article_id"):
            answer = reader.get(f"/news/{table}.json?_fts_table=articles_fts&_fts_pk={key}&_search={SECRET}")
            assert answer.status_code == 400
        answer = reader.get(f"/news/{table}.json?_search={SECRET}&_fts_pk=id")
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/news?sql=select+title+from+main.articles",
        "/news.json?sql=select+title+from+articles",
        "/news.csv?sql=select+*+from+withholdings",
        "/news/articles.json?_where=1=1",
        "/news/articles.json?_where=id+in+(select+article_id+from+main.versions)",
        '/news/articles.json?_through={"table":"withholdings","column":"reason","value":"x"}',
        "/news.db",
        "/whole/articles.json",
        "/_internal/databases.json",
        "/_memory.json?sql=select+1",
    ],
)
def test_no_sql_of_ones_own(room, path):
    reader, *_ = room
    assert asked(reader, path).status_code in (400, 403, 404)


def test_the_machine_is_not_told_of(room):
    reader, *_ = room
    for (
        name
    ) in "databases metadata versions plugins settings config threads actor auth-token logout permissions".split():
        for form in ("", ".json"):
            assert reader.get(f"/-/{name}{form}").status_code == 404
    for name in ("messages", "allow-debug", "patterns"):
        assert reader.get(f"/-/{name}").status_code == 404
    assert reader.get("/-/static/app.css").status_code == 200


def test_what_is_withheld_while_the_room_is_open_is_gone_at_once(tmp_path):
    with Archive.create(tmp_path) as archive:
        ours = keep(archive, "Tin vắn")
        with served(tmp_path) as address:
            assert httpx.get(f"{address}/news/articles/{ours}.json").status_code == 200
            archive.withhold(ours, "đơn")
            assert httpx.get(f"{address}/news/articles/{ours}.json").status_code == 404
            archive.unwithhold(ours)
            assert httpx.get(f"{address}/news/articles/{ours}.json").status_code == 200
