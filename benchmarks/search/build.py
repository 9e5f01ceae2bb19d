"""An archive of as many made-up articles as wanted, for measuring; nothing is crawled, no WARC file is written.

The tables are those of the schema, and so are the full-text tables. To be quick, rows go in without the triggers that
index them one by one; the full text is then built in one go, and the triggers are put back.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.search.language import Language, sentence, sentences
from newsarchive.archive.store import Archive
from newsarchive.vietnamese.text import place_tones

ARTICLES_A_SITE = 1400
_SECTIONS = ["Tin tức", "Chính trị", "Kinh tế", "Văn hoá - Xã hội", "Quốc phòng - An ninh", "Hoạt động đoàn thể", None]
_FIRST, _LAST = date(1997, 12, 1), date(2025, 6, 30)
_CHUNK = 20_000
ALSO_LISTED_OF = 100
"""One article in so many was listed by the first site too."""
WITHHELD_OF = 500
"""One article in so many is withheld."""


@dataclass(frozen=True, slots=True)
class Site:
    """A made-up site: its place's name stands in many of its articles and nowhere else."""

    name: str
    place: str
    writers: tuple[str, ...]
    articles: int
    first_day: date


def build(folder: Path, articles: int, *, told: Callable[[str], None] = lambda _: None) -> None:
    """Make the archive; ``told`` hears how far it is. Raises :class:`FileExistsError` where there is one already."""
    if (folder / "news.db").exists():
        raise FileExistsError(folder / "news.db")
    language, chance = Language(), random.Random(11)
    with Archive.create(folder) as archive:
        db = archive.connection
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for trigger in triggers:
            db.execute(f"DROP TRIGGER {trigger['name']}")
        done = 0
        for site in _sites(language, chance, articles):
            with archive.transaction():
                _keep_site(db, site, done + 1, language, chance)
            done += site.articles
            if done % _CHUNK < site.articles:
                told(f"{done} articles")
        for table, form in (("articles_fts", _fold_d), ("articles_fts_exact", place_tones)):
            told(table)
            _index(db, table, form)
        for trigger in triggers:
            db.execute(trigger["sql"])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _index(db: sqlite3.Connection, table: str, form: Callable[[str], str]) -> None:
    """Fill a full-text table with what its own view would give it, whose nested ``replace`` is the slow part."""
    db.create_function("form", 1, lambda text: text and form(text), deterministic=True)
    columns = ("title", "lead", "body", "captions", "byline")
    # In larger portions than the usual megabyte, or merging them would take most of the time.
    db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', 67108864)")
    db.execute(
        f"INSERT INTO {table}(rowid, {', '.join(columns)})"
        f" SELECT id, {', '.join(f'form({column})' for column in columns)} FROM articles_text"
    )
    db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', 1048576)")


def _fold_d(text: str) -> str:
    return text.replace("đ", "d").replace("Đ", "D")


def _sites(language: Language, chance: random.Random, articles: int) -> Iterator[Site]:
    """Sites of very different sizes, the largest first, until there are articles enough."""
    number, left = 0, articles
    while left > 0:
        number += 1
        size = min(left, max(20, round(chance.lognormvariate(0, 1) * ARTICLES_A_SITE * 0.6)))
        writers = tuple(language.name(chance) for _ in range(6))
        first = _FIRST + timedelta(days=round((_LAST - _FIRST).days * 0.8 * chance.random()))
        yield Site(f"quan-{number}", language.name(chance), writers, size, first)
        left -= size


def _keep_site(db: sqlite3.Connection, site: Site, first_id: int, language: Language, chance: random.Random) -> None:
    """All rows of one site, newest first as a crawl finds them."""
    db.execute("INSERT INTO sites (name, title, district) VALUES (?, ?, ?)", (site.name, site.place, site.place))
    run = db.execute(
        "INSERT INTO runs (site, started_at, finished_at, outcome) VALUES (?, '2025-07-01', '2025-07-01', 'complete')",
        (site.name,),
    ).lastrowid
    span = (_LAST - site.first_day).days
    days = sorted(
        (_LAST - timedelta(days=round(span * chance.random() ** 1.5)) for _ in range(site.articles)), reverse=True
    )
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for number, day in enumerate(days):
        _article(rows, first_id + number, site, day, run, language, chance)
    for table, kept in rows.items():
        if kept:
            names = list(kept[0])
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
            db.executemany(sql, kept)


_TABLES = ("captures", "images", "articles", "versions", "readings", "links", "sightings", "frontier", "withholdings")


def _article(
    rows: dict[str, list[dict[str, Any]]],
    number: int,
    site: Site,
    day: date,
    run: int | None,
    language: Language,
    chance: random.Random,
) -> None:
    title, lead, body, caption = _text(site, language, chance)
    url = f"https://{site.name}.example/tin-tuc/{number}"
    digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
    edtf, earliest, latest = _dated(day, chance)
    byline = chance.choice(site.writers) if chance.random() < 0.8 else None
    seen = "2025-07-01T02:00:00Z"
    shared = {"title": title, "date": edtf, "lead": lead, "body": body, "byline": byline, "content_hash": digest}
    rows["captures"].append(
        {"id": number, "url": url, "fetched_at": seen, "status": 200, "media_type": "text/html", "digest": digest}
        | {"warc_file": f"{site.name}/1.warc.gz", "warc_offset": number * 9000, "warc_length": 9000, "run_id": run}
    )
    rows["articles"].append(
        {"id": number, "site": site.name, "url": url, **shared, "date_earliest": earliest, "date_latest": latest}
        | {"date_source": "article", "caption": caption, "section": chance.choice(_SECTIONS)}
        | {"state": "gone" if chance.random() < 0.1 else "live", "first_seen": seen, "last_seen": seen}
        | {"last_changed": seen, "extractor": "1", "field_sources": '{"title": "article"}', "capture_id": number}
    )
    version = {"article_id": number, "number": 1, "seen_at": seen, "cause": "site", "capture_id": number}
    rows["versions"].append(version | shared | {"extractor": "1", "captions": caption})
    rows["readings"].append(
        {"article_id": number, "capture_id": number, "extractor": "1", "read_at": seen, "content_hash": digest}
    )
    if caption:
        picture = f"https://{site.name}.example/anh/{number}.jpg"
        rows["images"].append({"article_id": number, "position": 1, "url": picture, "caption": caption})
    rows["links"] += [
        {"article_id": number, "position": n, "kind": "related", "url": f"{url}?lien-quan={n}", "title": title}
        for n in range(1, 4)
    ]
    listing = {"listing_url": f"https://{site.name}.example/tin-tuc", "kind": "listing", "position": number}
    rows["sightings"].append({"url": url, "site": site.name, "title": title, "run_id": run, **listing})
    if number % ALSO_LISTED_OF == 0:
        again = {"listing_url": "https://quan-1.example/diem-tin", "kind": "listing", "position": number}
        rows["sightings"].append({"url": url, "site": "quan-1", "title": title, "run_id": 1, **again})
    rows["frontier"].append(
        {"site": site.name, "url": url, "kind": "article", "state": "done", "found_at": seen, "article_id": number}
    )
    if chance.random() < 1 / WITHHELD_OF:
        rows["withholdings"].append({"article_id": number, "reason": "made up", "at": seen})


def _text(site: Site, language: Language, chance: random.Random) -> tuple[str, str, str, str | None]:
    """Title, lead, body (some 2 KB, the lead at its head) and caption."""
    words = language.draw(chance, max(60, round(chance.gauss(235, 60))))
    for _ in range(chance.randint(0, 3)):
        words.insert(chance.randrange(len(words)), site.place)
    lead = sentence(words[9:35])
    caption = sentence(language.draw(chance, 8)) if chance.random() < 0.5 else None
    return sentence(words[:9])[:-1], lead, f"{lead}\n\n{sentences(words[35:], chance)}", caption


def _dated(day: date, chance: random.Random) -> tuple[str | None, str | None, str | None]:
    """The date as EDTF with its bounds: mostly a day; some months, intervals, bounds and nothing."""
    kind = chance.random()
    if kind < 0.92:
        return day.isoformat(), day.isoformat(), day.isoformat()
    if kind < 0.96:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return day.isoformat()[:7], first.isoformat(), last.isoformat()
    if kind < 0.98:
        first = day - timedelta(days=chance.randint(5, 60))
        return f"{first}/{day}", first.isoformat(), day.isoformat()
    return (f"../{day}", None, day.isoformat()) if kind < 0.99 else (None, None, None)
