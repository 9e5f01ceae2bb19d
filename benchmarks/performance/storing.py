"""The same articles stored by the program, and by plain ``sqlite3``: the very rows, one transaction an article."""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.performance.reading import BASE, write_profile
from benchmarks.performance.site import page, path
from newsarchive.archive.frontier import ARTICLE
from newsarchive.archive.intake import Intake, normalise_article
from newsarchive.archive.store import Archive
from newsarchive.extract.article import PageContext, extract
from newsarchive.items import ArticlePage, Capture, Task
from newsarchive.sites.profile import Profile
from newsarchive.spiders.news import open_run

TABLES = {"images": "article_id", "articles": "id", "links": "article_id", "readings": "article_id"}
TABLES["versions"] = "article_id"
"""What an article is kept in, in the order of writing, and the column with the article's id."""
_SEEN = "2021-06-30T02:00:00Z"

Rows = dict[str, list[tuple[object, ...]]]
"""The rows of one article by table; those of ``frontier`` are (state, done_at, article_id, tries, site, url)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Seconds that storing all articles took, and the processor's in them."""

    seconds: float
    cpu: float


def ready(folder: Path, count: int) -> tuple[Profile, list[ArticlePage]]:
    """An archive that waits for so many articles, their addresses known and captured; and what is to be stored."""
    profile = write_profile(folder)
    run = open_run(folder, profile)
    items = []
    with run.archive.transaction():
        for number in range(1, count + 1):
            task = Task(f"{BASE}{path(number)}", ARTICLE, found_on=f"{BASE}/tin-tuc")
            run.frontier.add(task.url, ARTICLE, found_on=f"{BASE}/tin-tuc")
            capture = Capture(0, task.url, _SEEN, 200, "text/html", f"sha256:{number}", "sen-hong/x.warc.gz", number, 1)
            capture.id = run.archive.keep_capture(capture, run.id)
            context = PageContext(content_type="text/html; charset=utf-8", fetched_at=datetime.fromisoformat(_SEEN))
            article = extract(page(number), task.url, profile.rules(), context)
            normalise_article(article)
            items.append(ArticlePage(task, article, capture))
    run.finish("complete", "")
    return profile, items


def store(folder: Path, profile: Profile, items: list[ArticlePage]) -> Stored:
    """As a crawl stores them: :class:`newsarchive.archive.intake.Intake`, a transaction each."""
    given = copy.deepcopy(items)
    run = open_run(folder, profile)
    intake = Intake(run, profile)
    clock = _Clock()
    for item in given:
        intake.keep(item)
    stored = clock.stop()
    run.finish("complete", "")
    return stored


def rows(folder: Path) -> list[Rows]:
    """The rows that storing made, an article after the other."""
    with Archive.read(folder) as archive:
        ids = [row[0] for row in archive.rows("SELECT id FROM articles ORDER BY id")]
        made: list[Rows] = [
            {
                name: [tuple(row) for row in archive.rows(f"SELECT * FROM {name} WHERE {key} = ?", number)]
                for name, key in TABLES.items()
            }
            for number in ids
        ]
        for number, article in zip(ids, made, strict=True):
            sql = "SELECT state, done_at, article_id, tries, site, url FROM frontier WHERE article_id = ?"
            article["frontier"] = [tuple(row) for row in archive.rows(sql, number)]
    return made


def store_by_hand(folder: Path, made: list[Rows]) -> Stored:
    """The same rows into the same tables, with their indexes and full text, by ``sqlite3`` alone."""
    with closing(_connect(folder / "news.db")) as db:
        (run_id,) = db.execute("SELECT max(id) FROM runs").fetchone()
        inserts = {name: _insert(name, len(db.execute(f"PRAGMA table_info({name})").fetchall())) for name in TABLES}
        close = "UPDATE frontier SET state = ?, done_at = ?, article_id = ?, tries = ? WHERE site = ? AND url = ?"
        clock = _Clock()
        for number, article in enumerate(made, 1):
            db.execute("BEGIN IMMEDIATE")
            for name, sql in inserts.items():
                db.executemany(sql, article[name])
            db.executemany(close, article["frontier"])
            db.execute("UPDATE runs SET requests = ?, articles_new = ? WHERE id = ?", (number, number, run_id))
            db.execute("COMMIT")
        return clock.stop()


def store_in_one_table(folder: Path, made: list[Rows]) -> Stored:
    """The articles' rows alone into a table without indexes or full text: the floor."""
    with closing(_connect(folder / "plain.db")) as db:
        width = len(made[0]["articles"][0])
        db.execute(f"CREATE TABLE articles ({', '.join(f'c{n}' for n in range(width))})")
        sql = _insert("articles", width)
        clock = _Clock()
        for article in made:
            db.execute("BEGIN IMMEDIATE")
            db.execute(sql, article["articles"][0])
            db.execute("COMMIT")
        return clock.stop()


OURS, BY_HAND = "`newsarchive`", "`sqlite3`, the same rows into the same tables"


def measure(folder: Path, count: int, rounds: int) -> dict[str, list[Stored]]:
    """Every way in turns, each into a copy of one archive; by hand what the program stored first."""
    profile, items = ready(folder / "ready", count)
    shutil.copytree(folder / "ready", folder / "first")
    store(folder / "first", profile, items)
    made = rows(folder / "first")
    ways: dict[str, Callable[[Path], Stored]] = {
        OURS: lambda copied: store(copied, profile, items),
        BY_HAND: lambda copied: store_by_hand(copied, made),
        "`sqlite3`, the articles' rows alone, no index, no full text": lambda copied: store_in_one_table(copied, made),
    }
    taken: dict[str, list[Stored]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            copied = folder / "copied"
            shutil.copytree(folder / "ready", copied)
            taken[name].append(way(copied))
            shutil.rmtree(copied)
    return taken


class _Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self.begun, self.cpu = perf_counter(), process_time()

    def stop(self) -> Stored:
        """How long it ran."""
        return Stored(perf_counter() - self.begun, process_time() - self.cpu)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _insert(table: str, width: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"
