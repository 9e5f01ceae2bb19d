"""The archive's tables, as migrations. Names are fixed: other people's queries depend on them.

A change of the schema is a new function at the end; a function that was once released is never edited.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from newsarchive.vietnamese.text import TONE_PAIRS

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x4E415256
"""``PRAGMA application_id`` of our databases ("NARV"), so that a foreign SQLite file is never written to."""

Migration = Callable[["Database"], None]


class _Steps(dict[str, Migration]):
    """The migrations by name, in order.

    An archive is mostly opened with nothing to migrate, and to see that takes a plain query: sqlite-utils, which
    applies them, loads pandas wherever that is installed, a second on each start.
    """

    def __call__(self) -> Callable[[Migration], Migration]:
        """A decorator that adds a function as the last migration."""

        def add(function: Migration) -> Migration:
            self[function.__name__] = function
            return function

        return add

    def applied(self, connection: sqlite3.Connection) -> list[str]:
        """The names of those that a database has had, a newer program's too."""
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone() is None:
            return []
        rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'newsarchive'")
        return [row[0] for row in rows]

    def pending(self, connection: sqlite3.Connection) -> list[str]:
        """The names of those that a database has yet to have."""
        applied = self.applied(connection)
        return [name for name in self if name not in applied]

    def as_sqlite_utils(self) -> Migrations:
        """The same, to be applied."""
        from sqlite_utils import Migrations

        made = Migrations("newsarchive")
        for name, function in self.items():
            made(name=name)(function)
        return made


migrations = _Steps()

_TABLES = """
CREATE TABLE sites (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    district TEXT,
    province TEXT,
    district_code TEXT,
    url TEXT,
    family TEXT,
    state TEXT NOT NULL DEFAULT 'new'
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites(name),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT NOT NULL DEFAULT 'running',
    requests INTEGER NOT NULL DEFAULT 0,
    articles_new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    detail TEXT
);
CREATE INDEX runs_site ON runs(site, id);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    media_type TEXT,
    digest TEXT NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    UNIQUE (warc_file, warc_offset)
);
CREATE INDEX captures_url ON captures(url, fetched_at);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites(name),
    url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    date TEXT,
    date_earliest TEXT,
    date_latest TEXT,
    date_source TEXT,
    published_at TEXT,
    event_date TEXT,
    page_date TEXT,
    date_text TEXT,
    lead TEXT,
    caption TEXT,
    body TEXT NOT NULL,
    byline TEXT,
    source TEXT,
    section TEXT,
    state TEXT NOT NULL DEFAULT 'live',
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    last_changed TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    extractor TEXT NOT NULL,
    field_sources TEXT NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures(id)
);
CREATE INDEX articles_site_date ON articles(site, date_earliest);
CREATE INDEX articles_dates ON articles(date_earliest, date_latest);
CREATE INDEX articles_byline ON articles(byline);
CREATE TABLE versions (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    number INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    cause TEXT NOT NULL,
    title TEXT,
    date TEXT,
    lead TEXT,
    body TEXT,
    byline TEXT,
    content_hash TEXT NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    PRIMARY KEY (article_id, number)
);
CREATE TABLE images (
    article_id INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    credit TEXT,
    PRIMARY KEY (article_id, position)
);
CREATE TABLE links (
    article_id INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    target_id INTEGER REFERENCES articles(id),
    PRIMARY KEY (article_id, position)
);
CREATE INDEX links_url ON links(url);
CREATE INDEX links_target ON links(target_id);
CREATE TABLE sightings (
    url TEXT NOT NULL,
    site TEXT NOT NULL REFERENCES sites(name),
    listing_url TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT,
    date_text TEXT,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    PRIMARY KEY (run_id, listing_url, position)
);
CREATE INDEX sightings_url ON sightings(url);
CREATE TABLE frontier (
    site TEXT NOT NULL REFERENCES sites(name),
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo',
    tries INTEGER NOT NULL DEFAULT 0,
    found_at TEXT NOT NULL,
    done_at TEXT,
    found_on TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    chain TEXT,
    walk INTEGER NOT NULL DEFAULT 0,
    article_id INTEGER REFERENCES articles(id),
    PRIMARY KEY (site, url)
);
CREATE INDEX frontier_todo ON frontier(site, state, kind);
CREATE INDEX frontier_article ON frontier(article_id);
CREATE TABLE failures (
    run_id INTEGER NOT NULL REFERENCES runs(id),
    url TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX failures_run ON failures(run_id);
"""

_TEXT_COLUMNS = ("title", "lead", "body", "captions", "byline")


def _fold_d(column: str) -> str:
    return f"replace(replace({column}, 'đ', 'd'), 'Đ', 'D')"


def _place_tones(column: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        column = f"replace({column}, '{old}', '{new}')"
    return column


def _text_views() -> list[str]:
    """The views the full-text tables read: the stored text, and the same folded.

    The tone pairs are taken in three views, one upon the other: SQLite's parser holds no deeper nesting in one.
    """
    captions = (
        "(SELECT group_concat(caption, char(10)) FROM (SELECT caption FROM images"
        " WHERE article_id = articles.id AND caption IS NOT NULL ORDER BY position))"
    )

    def view(name: str, source: str, fold: Callable[[str], str]) -> str:
        return f"CREATE VIEW {name} AS SELECT id, {', '.join(f'{fold(c)} AS {c}' for c in _TEXT_COLUMNS)} FROM {source}"

    def placed(case: int) -> Callable[[str], str]:
        return lambda column: _place_tones(column, TONE_PAIRS[case::3])

    return [
        f"CREATE VIEW articles_text AS SELECT id, title, lead, body, {captions} AS captions, byline FROM articles",
        view("articles_fts_text", "articles_text", _fold_d),
        view("articles_tones_lower", "articles_text", placed(0)),
        view("articles_tones_title", "articles_tones_lower", placed(1)),
        view("articles_fts_exact_text", "articles_tones_title", placed(2)),
    ]


def _full_text() -> str:
    """Both full-text tables, each over a view of the stored text, and the triggers that keep them.

    External-content FTS5 must be told the very text it indexed when a row goes, so each trigger reads the view:
    before a change it takes the row out as it stands, after the change it puts it back. đ is folded in SQL because
    ``unicode61`` does not; the tone marks' placement is made one by plain ``replace``, so that any SQLite client
    may write to the archive without a function of ours.
    """
    statements = _text_views()
    columns = ", ".join(_TEXT_COLUMNS)
    tables = {"articles_fts": 2, "articles_fts_exact": 0}
    statements += [
        f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, content='{table}_text', content_rowid='id',"
        f" tokenize='unicode61 remove_diacritics {remove}')"
        for table, remove in tables.items()
    ]
    take_out = "".join(
        f"INSERT INTO {table}({table}, rowid, {columns})"
        f" SELECT 'delete', id, {columns} FROM {table}_text WHERE id = %s;"
        for table in tables
    )
    put_in = "".join(
        f"INSERT INTO {table}(rowid, {columns}) SELECT id, {columns} FROM {table}_text WHERE id = %s;"
        for table in tables
    )
    watched = {
        "articles": ("id", "id, title, lead, body, byline"),
        "images": ("article_id", "article_id, caption, position"),
    }
    for source, (key, text) in watched.items():
        new, old = f"new.{key}", f"old.{key}"
        for event, rows in (
            ("INSERT", [new]),
            (f"UPDATE OF {text}", [old, f"{new} AND {new} != {old}"]),
            ("DELETE", [old]),
        ):
            for when, action in (("BEFORE", take_out), ("AFTER", put_in)):
                name = f"{source}_text_{when}_{event.split()[0]}".lower()
                steps = "".join(action % ((row,) * len(tables)) for row in rows)
                statements.append(f"CREATE TRIGGER {name} {when} {event} ON {source} BEGIN {steps} END")
    statements += [f"INSERT INTO {table}({table}) VALUES ('rebuild')" for table in tables]
    return ";\n".join(statements) + ";"


def _run(db: Database, script: str) -> None:
    """Each statement of a script by itself: ``executescript`` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def first_tables(db: Database) -> None:
    """The tables of the first release."""
    _run(db, _TABLES)


@migrations()
def full_text(db: Database) -> None:
    """Search with diacritics and without."""
    _run(db, _full_text())


_EVIDENCE = """
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY,
    length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    sealed_at TEXT NOT NULL
);
ALTER TABLE captures ADD COLUMN refers_to INTEGER REFERENCES captures(id);
CREATE INDEX captures_digest ON captures(digest);
ALTER TABLE articles ADD COLUMN gone_capture_id INTEGER REFERENCES captures(id);
CREATE TABLE readings (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    extractor TEXT NOT NULL,
    read_at TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (capture_id, extractor, content_hash)
);
CREATE INDEX readings_article ON readings(article_id);
INSERT INTO readings
    SELECT v.article_id, v.capture_id, a.extractor, v.seen_at, v.content_hash
    FROM versions v JOIN articles a ON a.id = v.article_id;
INSERT OR IGNORE INTO readings
    SELECT id, capture_id, extractor, last_seen, content_hash FROM articles;
ALTER TABLE versions ADD COLUMN source TEXT;
ALTER TABLE versions ADD COLUMN captions TEXT;
ALTER TABLE versions ADD COLUMN extractor TEXT NOT NULL DEFAULT '';
CREATE TABLE withholdings (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    undone_at TEXT
);
CREATE INDEX withholdings_article ON withholdings(article_id);
"""


@migrations()
def evidence(db: Database) -> None:
    """The list of WARC files, revisits, the proof that an article is gone, what each capture was read as, versions with
    all they are judged by, and articles taken out of sight."""
    _run(db, _EVIDENCE)


@migrations()
def posted_captures(db: Database) -> None:
    """Which form was posted for an answer: several pages of a listing may be answers of one address."""
    db.execute("ALTER TABLE captures ADD COLUMN posted TEXT")


_PICTURES = """
CREATE INDEX frontier_url ON frontier(url);
CREATE VIEW pictures AS
    SELECT article_id, position, url, caption, credit, (
        SELECT c.id FROM captures c
        WHERE c.url IN (
            SELECT images.url
            UNION ALL
            SELECT f.chain FROM frontier f WHERE f.url = images.url AND f.kind = 'image' AND f.chain IS NOT NULL
        ) AND c.status = 200 AND coalesce(c.media_type, '') NOT LIKE 'text/%'
        ORDER BY c.id DESC LIMIT 1
    ) AS capture_id
    FROM images;
"""


@migrations()
def pictures(db: Database) -> None:
    """Each picture of an article with the capture that holds it: of its address, or of the one that led to."""
    _run(db, _PICTURES)


_WAYBACK = """
CREATE TABLE wayback_lists (
    site TEXT NOT NULL REFERENCES sites(name),
    server TEXT NOT NULL,
    url TEXT NOT NULL,
    match TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo',
    resume_key TEXT,
    PRIMARY KEY (site, server, url, match, first, last)
);
CREATE TABLE wayback_captures (
    site TEXT NOT NULL REFERENCES sites(name),
    server TEXT NOT NULL,
    url TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    page TEXT NOT NULL,
    status INTEGER,
    digest TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo',
    tries INTEGER NOT NULL DEFAULT 0,
    capture_id INTEGER REFERENCES captures(id),
    PRIMARY KEY (site, server, url, timestamp)
);
CREATE INDEX wayback_captures_page ON wayback_captures(site, server, page, timestamp);
CREATE INDEX wayback_captures_todo ON wayback_captures(site, server, state);
"""


@migrations()
def wayback(db: Database) -> None:
    """The memory of imports from web archives: what their lists are asked for, and which captures are to be fetched."""
    _run(db, _WAYBACK)


_HIDDEN = "SELECT article_id FROM withholdings WHERE undone_at IS NULL"

_QUESTIONS = f"""
CREATE INDEX articles_months ON articles(site, date_earliest, date_latest, state, first_seen, last_seen);
DROP INDEX articles_site_date;
CREATE INDEX articles_bylines ON articles(byline, site, date_earliest, date_latest);
DROP INDEX articles_byline;
CREATE INDEX versions_later ON versions(article_id, number) WHERE number > 1;
CREATE VIEW articles_by_month AS
    SELECT site,
        CASE WHEN substr(date_earliest, 1, 7) = substr(date_latest, 1, 7) THEN substr(date_earliest, 1, 7) END AS month,
        count(*) AS articles, sum(state = 'gone') AS gone, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM articles
    WHERE id NOT IN ({_HIDDEN})
    GROUP BY 1, 2;
CREATE VIEW bylines AS
    SELECT byline, count(*) AS articles, count(DISTINCT site) AS sites, min(date_earliest) AS first_date,
        max(date_latest) AS last_date
    FROM articles
    WHERE byline IS NOT NULL AND id NOT IN ({_HIDDEN})
    GROUP BY byline;
CREATE VIEW listings AS
    SELECT s.site, s.listing_url, max(s.kind) AS kind, count(DISTINCT s.run_id) AS visits,
        count(DISTINCT s.url) AS addresses, min(r.started_at) AS first_read, max(r.started_at) AS last_read
    FROM sightings s JOIN runs r ON r.id = s.run_id
    WHERE s.url NOT IN (
        SELECT url FROM articles WHERE id IN ({_HIDDEN})
        UNION ALL
        SELECT url FROM frontier WHERE article_id IN ({_HIDDEN})
    )
    GROUP BY s.site, s.listing_url;
CREATE VIEW listed_not_kept AS
    SELECT f.site, f.url,
        (SELECT s.title FROM sightings s WHERE s.url = f.url AND s.site = f.site ORDER BY s.run_id DESC LIMIT 1)
            AS title,
        (SELECT s.date_text FROM sightings s WHERE s.url = f.url AND s.site = f.site ORDER BY s.run_id DESC LIMIT 1)
            AS date_text,
        f.found_on AS listing_url, f.found_at, f.done_at AS tried_at, f.state,
        CASE WHEN f.state IN ('failed', 'refused') THEN
            (SELECT x.reason FROM failures x WHERE x.url = f.url ORDER BY x.at DESC, x.rowid DESC LIMIT 1)
        END AS reason
    FROM frontier f
    WHERE f.article_id IS NULL AND f.kind = 'article' AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.url = f.url);
CREATE INDEX failures_url ON failures(url, at);
CREATE VIEW changes AS
    SELECT v.article_id, a.site, a.url, v.number, v.cause, v.seen_at, b.seen_at AS seen_before,
        rtrim(
            CASE WHEN v.title IS NOT b.title THEN 'title ' ELSE '' END
            || CASE WHEN v.date IS NOT b.date THEN 'date ' ELSE '' END
            || CASE WHEN v.lead IS NOT b.lead THEN 'lead ' ELSE '' END
            || CASE WHEN v.body IS NOT b.body THEN 'body ' ELSE '' END
            || CASE WHEN v.byline IS NOT b.byline THEN 'byline ' ELSE '' END
            || CASE WHEN v.source IS NOT b.source THEN 'source ' ELSE '' END
            || CASE WHEN v.captions IS NOT b.captions THEN 'captions ' ELSE '' END
        ) AS fields,
        v.title, b.title AS title_before
    FROM versions v
    JOIN versions b ON b.article_id = v.article_id AND b.number = v.number - 1
    JOIN articles a ON a.id = v.article_id
    WHERE v.number > 1 AND v.article_id NOT IN ({_HIDDEN});
"""


@migrations()
def questions(db: Database) -> None:
    """Views that answer what is often asked, and indexes that hold all they read: on a table with long texts a view
    that must read its rows takes minutes. What is withheld is in none of them."""
    _run(db, _QUESTIONS)


@migrations()
def due_again(db: Database) -> None:
    """Why an address that was read before is to be asked for again."""
    db.execute("ALTER TABLE frontier ADD COLUMN due_why TEXT")


_HEALTH = """
CREATE INDEX runs_crawls ON runs(site, started_at) WHERE outcome != 'imported';
CREATE INDEX articles_read ON articles(site, last_changed, state, date_latest);
CREATE INDEX articles_without_date ON articles(site, last_changed) WHERE (date IS NULL OR date_source = 'bounds');
CREATE INDEX articles_without_byline ON articles(site, last_changed) WHERE byline IS NULL;
CREATE INDEX articles_without_text ON articles(site, last_changed) WHERE length(body) < 200;
"""


@migrations()
def health(db: Database) -> None:
    """What is asked of every site at once, for its state: answered by indexes, without a look at the articles."""
    _run(db, _HEALTH)


_READING = """
CREATE INDEX articles_reading ON articles(id, date_earliest, date_latest, site, state, section, byline);
CREATE INDEX articles_by_date ON articles(date_earliest, date_latest, id, site, state, section, byline);
CREATE INDEX articles_spans ON articles(date_latest, date_earliest) WHERE date_earliest IS NOT date_latest;
CREATE INDEX sightings_site ON sightings(site, url);
"""


@migrations()
def reading(db: Database) -> None:
    """What search chooses and sorts by, without the long texts beside it: by article, and in the order of dates."""
    _run(db, _READING)
