"""Crawling in tests: a made-up paper that can change, the command in a process of its own, the archive read back.

with serve(Paper(12)) as base:
    add_site(folder, base)
    done = crawl(folder)                   # newsarchive --archive folder crawl sen-hong --json
    assert (done.status, done.run["articles_new"]) == (0, 12)
    assert_sound(folder)
    kept(folder, base)                     # everything that is kept, ids and times of the visit aside
"""

import json
import multiprocessing
import os
import pkgutil
import signal
import socket
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from scrapy import downloadermiddlewares, extensions, spidermiddlewares

from newsarchive.archive import store
from newsarchive.archive.store import Archive
from newsarchive.demo import Response, serve

__all__ = [
    "Item",
    "Paper",
    "Response",
    "add_site",
    "assert_sound",
    "command",
    "crawl",
    "die_at_statement",
    "html",
    "kept",
    "listing_page",
    "resolve",
    "rows",
    "serve",
    "set_clock",
    "story",
]

LISTING = "/tin-tuc/quan-sen-hong"
NAME = "sen-hong"

# A process forked from one that has Scrapy loaded already starts in no time.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "newsarchive.cli.crawl",
        "newsarchive.pipelines",
        "newsarchive.spiders.loader",
        "scrapy.core.downloader.handlers.http11",
        "scrapy.core.engine",
        "scrapy.core.scheduler",
        "scrapy.crawler",
        "twisted.internet.asyncioreactor",
        *(
            f"{package.__name__}.{module.name}"
            for package in (extensions, downloadermiddlewares, spidermiddlewares)
            for module in pkgutil.iter_modules(package.__path__)
            if module.name != "statsmailer"  # deprecated, and says so
        ),
    ]
)


@dataclass
class Done:
    """How a command ended: its exit status (negative: the signal that killed it) and what it printed."""

    status: int
    out: str
    err: str

    @property
    def runs(self):
        return json.loads(self.out)

    @property
    def run(self):
        (run,) = self.runs
        return run


class Running:
    """The command at work; ``target`` is called in its process before it starts."""

    def __init__(self, *arguments, before=None):
        self._folder = tempfile.TemporaryDirectory()
        self._outputs = [Path(self._folder.name) / name for name in ("out", "err")]
        words = [str(argument) for argument in arguments]
        self._process = _processes.Process(target=_run, args=(words, self._outputs, before))
        self._process.start()
        self.pid = self._process.pid

    def done(self):
        self._process.join(timeout=120)
        status = self._process.exitcode
        if status is None:
            self._process.kill()
            self._process.join()
        self._process.close()
        out, err = (path.read_text(encoding="utf-8") if path.exists() else "" for path in self._outputs)
        self._folder.cleanup()
        assert status is not None, f"the command hung\n{err}"
        return Done(status, out, err)


def _run(words, outputs, before):
    for stream, path in zip((sys.stdout, sys.stderr), outputs, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
    if before:
        function, *arguments = before
        function(*arguments)
    from newsarchive.cli import main

    main(words)


def command(*arguments, before=None):
    """Run ``newsarchive ARGUMENTS`` to its end. ``before`` is (function, its arguments): called there first."""
    return Running(*arguments, before=before).done()


def crawl(folder, *options, site=NAME, before=None):
    """Crawl a site of an archive to the end."""
    return command("--archive", folder, "crawl", site, "--json", *options, before=before)


def add_site(folder, base, *, name=NAME, listings=(LISTING,), more=""):
    """Write a site's profile into an archive's ``sites``."""
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    addresses = ", ".join(f'"{base}{path}"' for path in listings)
    text = f'title = "Quận Sen Hồng"\nlistings = [{addresses}]\ndelay = 0\n{more}'
    (folder / "sites" / f"{name}.toml").write_text(text, encoding="utf-8")


def rows(folder, sql, *parameters):
    """The rows of a query, as dictionaries."""
    with closing(sqlite3.connect(f"file:{folder}/news.db?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql, parameters)]


def kept(folder, base=""):
    """What is kept of the articles and of what is to do; the site's address, ids and times of visits aside."""
    articles = rows(folder, "SELECT * FROM articles ORDER BY url")
    for article in articles:
        identity = article.pop("id")
        for name in ("capture_id", "gone_capture_id", "first_seen", "last_seen", "last_changed"):
            article.pop(name)
        article["images"] = rows(
            folder, "SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position", identity
        )
        article["links"] = rows(
            folder,
            "SELECT kind, links.url, links.title, a.url AS target FROM links LEFT JOIN articles a ON a.id = target_id"
            " WHERE article_id = ? ORDER BY position",
            identity,
        )
        article["versions"] = rows(
            folder, "SELECT number, cause, content_hash FROM versions WHERE article_id = ? ORDER BY number", identity
        )
    frontier = rows(
        folder,
        "SELECT f.url, kind, f.state, a.url AS article FROM frontier f LEFT JOIN articles a ON a.id = article_id"
        " ORDER BY f.url",
    )
    text = json.dumps({"articles": articles, "frontier": frontier}, ensure_ascii=False)
    return json.loads(text.replace(base, "") if base else text)


def assert_sound(folder):
    """The database is whole, its indexes true, each capture's record reads back, no article is there twice."""
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in ("articles_fts", "articles_fts_exact"):
            db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
        db.rollback()
    captures = rows(folder, "SELECT * FROM captures")
    with Archive.read(folder) as archive:
        for row in captures:
            archive.read_capture(row["id"])
    twice = (
        "SELECT url FROM articles GROUP BY replace(replace(url, 'https:', 'http:'), '//www.', '//') HAVING count(*) > 1"
    )
    assert rows(folder, twice) == []
    assert rows(folder, "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM versions)") == []
    uncaptured = "SELECT a.id FROM articles a JOIN captures c ON c.id = a.capture_id WHERE c.status != 200"
    assert rows(folder, uncaptured) == []
    return captures


def set_clock(now):
    """``before`` of a crawl that takes place at a time, UTC ISO 8601 to the second."""
    from newsarchive.spiders import news

    news.open_run = partial(news.open_run, clock=lambda: now)


def resolve(addresses, tally=os.devnull):
    """Called in the crawl's process: the only names there are, and the address that each query for one gets next; the
    last address stays. A file grows by a line with each query."""

    def found(name):
        with open(tally, "a") as file:  # noqa: PTH123
            file.write(f"{name}\n")
        if name not in addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = addresses[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    socket.gethostbyname = found


def die_at_statement(number, tally=os.devnull):
    """Make this process die when its archive is given its n-th SQL statement; a file grows by a byte with each."""
    connect, seen = store._connect, []
    file = os.open(tally, os.O_WRONLY | os.O_CREAT)

    def traced(*arguments):
        connection = connect(*arguments)

        def count(_):
            seen.append(1)
            os.write(file, b".")
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        connection.set_trace_callback(count)
        return connection

    store._connect = traced


@dataclass
class Item:
    """An article of the paper."""

    title: str
    day: date
    paragraphs: list[str]
    head: str = ""
    tail: str = ""
    answer: Response | None = None


@dataclass
class Paper:
    """A made-up district paper of as many articles as wanted, which may print more, change and lose some.

    ``order`` holds the paths of the articles as listed, the newest first; ``items`` what they are; ``others`` answers
    for other paths. Articles are /tin/<number>.html, the listing's pages ``LISTING`` and ``LISTING?trang=2`` …
    """

    count: int = 8
    page_size: int = 4
    today: date = date(2021, 6, 30)
    order: list[str] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    others: dict[str, Response] = field(default_factory=dict)

    def __post_init__(self):
        self.print(self.count)

    def print(self, count):
        """Print so many more articles; returns their paths, the newest first."""
        first = len(self.items) + 1
        new = [path_of(number) for number in range(first, first + count)][::-1]
        for number, path in zip(range(first, first + count), new[::-1], strict=True):
            self.items[path] = story(number)
        self.order = new + self.order
        return new

    def edit(self, path, **changes):
        """Change an article."""
        self.items[path] = replace(self.items[path], **changes)

    def handle(self, path):
        """The answer to a request."""
        parts = urlsplit(path)
        if path in self.others:
            return self.others[path]
        if parts.path in self.items:
            item = self.items[parts.path]
            return item.answer or html(article_page(item, self.today))
        if parts.path == LISTING:
            return self._listing(int(parse_qs(parts.query).get("trang", ["1"])[0]))
        return html("<h1>Không tìm thấy</h1>", 404)

    def _listing(self, number):
        last = max(1, -(-len(self.order) // self.page_size))
        if not 1 <= number <= last:
            return html("<h1>Không tìm thấy</h1>", 404)
        shown = self.order[(number - 1) * self.page_size : number * self.page_size]
        return html(listing_page([(path, self.items[path]) for path in shown], number, last))


def path_of(number):
    return f"/tin/khu-pho-{number}-lam-duong-{1000 + number}.html"


def story(number):
    """A made-up article; each number's words are its own."""
    place = ("Bến Đò", "Hoa Súng", "Cầu Ván", "Rạch Dừa", "Bình Khê")[number % 5]
    return Item(
        f"Khu phố {number} phường {place} góp sức làm đường hẻm số {number + 100}",
        date(2021, 1, 1) + timedelta(days=number),
        [
            f"Bà con khu phố {number} phường {place} vừa góp hơn {number + 30} triệu đồng để tráng lại mặt hẻm,"
            " nơi mùa mưa nào cũng đọng nước và khó đi lại.",
            f"Tổ trưởng dân phố cho biết {number + 12} hộ đã lùi hàng rào, nhường đất cho con hẻm rộng thêm gần một mét"
            " mà không ai đòi bồi thường.",
            f"Đoạn hẻm dài {number * 3 + 40} mét làm xong trong chín ngày; dịp này khu phố cũng trồng thêm hoa và lắp"
            " đèn chiếu sáng trước mỗi cổng nhà.",
        ],
    )


def article_page(item, today):
    text = "\n".join(f"<p>{paragraph}</p>" for paragraph in item.paragraphs)
    return (
        f'<html><head><meta charset="utf-8"><title>{item.title} - Quận Sen Hồng</title>{item.head}</head><body>'
        f'<div id="header"><a href="/">Trang chủ</a> <span>Ngày {today:%d/%m/%Y}</span></div>'
        f'<div id="menu"><a href="{LISTING}">Tin tức</a> <a href="/lien-he">Liên hệ</a></div>'
        f'<div class="main"><h1>{item.title}</h1><div class="date">{item.day:%d/%m/%Y}</div>'
        f'<div class="content">{text}</div>{item.tail}</div>'
        '<div id="footer">Trang tin Quận Sen Hồng</div></body></html>'
    )


def listing_page(shown, number=1, last=1, following=None):
    """A listing's page: rows of (path, item) and a pager; ``following`` is another address for "Trang sau"."""
    items = "\n".join(
        f'<li><a href="{path}">{item.title}</a> <span>({item.day:%d/%m/%Y})</span></li>' for path, item in shown
    )
    if following is None and number < last:
        following = f"{LISTING}?trang={number + 1}"
    pager = f'<a href="{following}">Trang sau</a>' if following else ""
    return (
        '<html><head><meta charset="utf-8"><title>Tin tức - Quận Sen Hồng</title></head><body>'
        '<div id="menu"><a href="/">Trang chủ</a> <a href="/lien-he">Liên hệ</a></div>'
        f'<div class="main"><h2>Tin tức</h2><ul class="list">{items}</ul><div class="pager">{pager}</div></div>'
        '<div id="footer">Trang tin Quận Sen Hồng</div></body></html>'
    )


def html(text, status=200, **headers):
    """An HTML answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "text/html; charset=utf-8", **named}, text.encode())
