"""Each state of a site: an archive with a past is made, something is broken in it, and what is said is held against it.

The past is made by the archive's own writer, night by night; what happens to it is on real pages in tests/cli.
"""

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from newsarchive.archive.store import Archive
from newsarchive.archive.warc import WarcFiles, payload_digest
from newsarchive.items import Article, Capture
from newsarchive.research.health import failing_marks, site_states
from newsarchive.research.history import Failure

FIRST = datetime(2021, 3, 1, 3, 0, tzinfo=UTC)
LISTING = "https://song-trang.example/tin-tuc"
PROFILE = f'title = "Huyện Sông Trăng"\nlistings = ["{LISTING}"]\n'
WORDS = (
    "Bà con ấp Bình Khê góp công sửa cầu ván, thay dây điện và trồng hoa hai bên đường làng. Ban nhân dân ấp cho biết "
    "mỗi"
    " hộ góp hai ngày công, ai bận thì góp tiền mua đá; cây cầu dài mười tám mét nay xe máy qua lại dễ dàng."
)


class Nights:
    """A site that is crawled night after night."""

    def __init__(self, folder):
        self.archive = Archive.create(folder)
        self.folder = folder
        (folder / "sites" / "song-trang.toml").write_text(PROFILE, encoding="utf-8")
        self.archive.keep_site("song-trang", title="Huyện Sông Trăng")
        self.moment = FIRST
        self.number = 0

    def begin(self):
        cursor = self.archive.connection.execute(
            "INSERT INTO runs (site, started_at, outcome) VALUES ('song-trang', ?, 'running')", (self._at(),)
        )
        return cursor.lastrowid

    def end(self, run, outcome="complete", detail=None, **counters):
        columns = {"outcome": outcome, "detail": detail, "finished_at": self._at(), **counters}
        self.archive.connection.execute(
            f"UPDATE runs SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?", (*columns.values(), run)
        )
        self.moment += timedelta(days=1)

    def night(self, articles=1, *, bad=(), **fields):
        """One crawl that finds some articles, published the day before; ``bad`` are reasons for which others fail."""
        run = self.begin()
        for _ in range(articles):
            self.article(run, **fields)
        for reason in bad:
            self.fail(run, f"https://song-trang.example/tin/x{self.number}.html", "validate", reason, kind="article")
        detail = "; first failure: x" if bad else None
        self.end(run, "attention" if bad else "complete", detail, articles_new=articles, failed=len(bad))

    def article(self, run, **fields):
        self.number += 1
        day = (self.moment - timedelta(days=1)).date().isoformat()
        values = {
            "url": f"https://song-trang.example/tin/{self.number}.html",
            "title": f"Ấp số {self.number} sửa cầu",
            "date": day,
            "date_source": "article",
            "body": f"{WORDS} Số {self.number}.",
            "byline": ("Hoài Nam", "Thu Hà", "Minh Đức")[self.number % 3],
        } | fields
        article = Article(**values)
        article.date_earliest = article.date_latest = article.date
        article.extractor = "test"
        capture = self.capture(run, article.url)
        with self.archive.transaction():
            self.archive.keep_article(article, site="song-trang", capture=capture)

    def capture(self, run, url):
        made = Capture(
            id=0,
            url=url,
            fetched_at=self._at(),
            status=200,
            media_type="text/html",
            digest=payload_digest(url.encode()),
            warc_file="song-trang/a.warc.gz",
            warc_offset=self.archive.row("SELECT count(*) AS n FROM captures")["n"] * 1000,
            warc_length=900,
        )
        made.id = self.archive.keep_capture(made, run)
        return made

    def fail(self, run, url, stage, reason, *, kind):
        self.number += 1
        db = self.archive.connection
        db.execute(
            "INSERT OR REPLACE INTO frontier (site, url, kind, state, found_at) VALUES ('song-trang', ?, ?, 'failed', "
            "?)",
            (url, kind, self._at()),
        )
        self.archive.keep_failure(run_id=run, url=url, stage=stage, reason=reason)

    def listing_fails(self, stage, reason, *, outcome="nothing", page=None, status=200):
        """One crawl whose only listing failed; ``page`` is what stood there."""
        run = self.begin()
        if page is not None:
            self.record(run, page, status)
        self.fail(run, LISTING, stage, reason, kind="listing")
        self.end(run, outcome, f"nothing could be read: {LISTING}: {reason}", failed=1)

    def record(self, run, page, status, url=LISTING):
        from newsarchive.archive.warc import Exchange

        files = WarcFiles(self.archive.warc_folder, "song-trang", self._at(), run)
        headers = [("Content-Type", "text/html; charset=utf-8")]
        exchange = Exchange(url, self._at(), "GET", [], status, "HTTP/1.1", headers, page.encode())
        self.archive.keep_capture(files.write(exchange), run)
        files.close()

    def _at(self):
        return self.moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def state(self, later=timedelta(0)):
        (site,) = site_states(self.folder, self.archive, now=self.moment + later)
        return site


@pytest.fixture
def nights(tmp_path):
    made = Nights(tmp_path / "archive")
    yield made
    made.archive.close()


@pytest.fixture
def settled(nights):
    """A site that has been read for a month, an article a night."""
    for _ in range(30):
        nights.night()
    return nights


def test_a_site_that_goes_on_as_ever_is_well(settled):
    site = settled.state()
    assert (site["state"], site["reason"], site["next"], site["needs"]) == ("well", "read as ever", None, [])


def test_a_site_just_read_for_the_first_time_is_well_however_its_old_articles_look(nights):
    """A first crawl goes from today's articles back to those of years ago, which had neither author nor day."""
    run = nights.begin()
    for n in range(120):
        day = (date(2021, 2, 28) - timedelta(days=10 * n)).isoformat()
        nights.article(run, date=day if n < 90 else None, byline="Hoài Nam" if n < 40 else None)
    nights.end(run, articles_new=120)
    assert nights.state()["state"] == "well"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"byline": None}, "byline missing on 5 of the 5 newest articles, and on 0% of those before"),
        ({"date": None, "date_source": None}, "date missing on 5 of the 5 newest"),
        ({"body": "Xem chi tiết tại đây."}, "text under 200 characters on 5 of the 5 newest"),
        ({"title": "Huyện Sông Trăng"}, "5 of the 5 newest articles have the same title"),
        ({"body": WORDS}, "5 of the 5 newest articles have the same text"),
        ({"byline": "Ban biên tập"}, "5 of the 5 newest articles have the same byline"),
    ],
    ids=["byline", "date", "text", "same title", "same text", "same byline"],
)
def test_a_field_that_goes_is_told_and_told_no_more_when_it_is_mended(settled, fields, says):
    for _ in range(3):
        settled.night(**fields)
    assert settled.state()["state"] == "well"
    for _ in range(2):
        settled.night(**fields)
    site = settled.state()
    assert site["state"] == "changed"
    assert says in site["reason"]
    assert site["next"].startswith("`newsarchive sites check song-trang`")
    assert site["since"][:10] == "2021-03-31"
    assert len(site["needs"]) == 1
    for _ in range(4):
        settled.night()
    assert settled.state()["state"] == "well"


def test_a_field_that_was_never_there_is_no_alarm(nights):
    for _ in range(40):
        nights.night(byline=None)
    assert nights.state()["state"] == "well"


def test_a_backlog_of_old_articles_is_no_change(settled):
    """A crawl with --limit goes on with the articles of years ago."""
    run = settled.begin()
    for n in range(60):
        settled.article(run, date=f"2012-{1 + n % 12:02d}-05", byline=None)
    settled.end(run, articles_new=60)
    assert settled.state()["state"] == "well"


def test_a_layout_that_changed_under_a_crawl_in_full_is_told(settled):
    run = settled.begin()
    for number in range(1, 31):
        settled.article(run, url=f"https://song-trang.example/tin/{number}.html", byline=None, date="2020-05-01")
    settled.end(run, changed=30)
    site = settled.state()
    assert (site["state"], site["reason"]) == (
        "changed",
        "byline gone from 30 of the 30 articles that were read again and had it",
    )


def test_articles_that_their_editors_changed_are_no_layout(settled):
    run = settled.begin()
    for number in range(10, 16):
        settled.article(run, url=f"https://song-trang.example/tin/{number}.html", title=f"Đính chính {number}")
    settled.end(run, changed=6)
    assert settled.state()["state"] == "well"


# -- failures ---------------------------------------------------------------------------------------------------------


def test_single_pages_that_fail_need_nobody(settled):
    settled.night(1, bad=["no body found on the page"])
    site = settled.state()
    assert (site["state"], site["needs"]) == ("well", [])
    assert "1 of its pages failed" in site["reason"]


def test_new_pages_that_all_fail_are_a_change(settled):
    for _ in range(5):
        settled.night(0, bad=["no body found on the page"])
    site = settled.state()
    assert site["state"] == "changed"
    assert site["reason"].startswith("5 of the 5 newest pages failed, most of all: no body found on the page")
    assert site["needs"]


def test_the_same_page_failing_every_night_is_one_failure(settled):
    for _ in range(8):
        run = settled.begin()
        settled.article(run)
        settled.fail(run, "https://song-trang.example/tin/hong.html", "fetch", "HTTP 500", kind="article")
        settled.end(run, "attention", "; first failure: x", articles_new=1, failed=1)
    assert settled.state()["state"] == "well"


def test_failed_pages_are_spread_among_those_of_their_run():
    runs = [{"id": 2, "articles_new": 2, "started_at": "b"}, {"id": 1, "articles_new": 3, "started_at": "a"}]
    failures = [Failure(2, "x", "fetch", "y", is_listing=False), Failure(2, "z", "fetch", "y", is_listing=False)]
    assert failing_marks(runs, failures) == ([False, True, False, True, False, False, False], list("bbbbaaa"))


# -- out of reach -----------------------------------------------------------------------------------------------------


def test_a_site_that_rests_for_a_night_is_sick_and_asks_for_nobody_yet(settled):
    settled.listing_fails("fetch", "no answer: timed out")
    site = settled.state()
    assert (site["state"], site["needs"]) == ("sick", [])
    assert site["since"][:10] == "2021-03-31"
    assert settled.state(later=timedelta(days=4))["needs"]
    settled.listing_fails("fetch", "no answer: timed out")
    assert settled.state()["needs"]
    settled.night()
    assert settled.state()["state"] == "well"


def test_a_crawl_that_ended_for_its_time_was_a_good_one_and_says_nothing_of_silence(settled):
    for _ in range(2):
        settled.listing_fails("fetch", "no answer: timed out")
    assert settled.state()["state"] == "sick"
    for _ in range(12):
        settled.end(settled.begin(), "deadline", "0 new")
        assert settled.state()["state"] == "well"


def test_one_that_never_was_read_asks_at_once(nights):
    nights.listing_fails("fetch", "no answer: no such host")
    assert nights.state()["needs"]


def test_a_name_that_is_not_found_for_a_month_is_lost_and_asks_for_a_month_only(settled):
    for _ in range(29):
        settled.listing_fails("fetch", "no answer: no such host")
    assert settled.state()["state"] == "sick"
    for _ in range(2):
        settled.listing_fails("fetch", "no answer: no such host")
    site = settled.state()
    assert (site["state"], len(site["needs"])) == ("lost", 1)
    assert "`newsarchive import wayback song-trang`" in site["next"]
    settled.listing_fails("fetch", "no answer: no such host")
    assert settled.state()["needs"] == []
    assert settled.state()["state"] == "lost"


def test_a_redirect_of_the_whole_site_is_told_with_where_it_leads(settled):
    for _ in range(2):
        settled.listing_fails("fetch", "redirected to another site, https://moi.example/tin")
    site = settled.state()
    assert (site["state"], site["reason"]) == ("moved", "it leads to another host, moi.example")
    assert "`newsarchive sites new https://moi.example/tin`" in site["next"]
    assert site["needs"]


def page(title, *lines):
    text = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>"


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (page("Just a moment...", "Checking your browser"), "sick", "a guard stands before it"),
        (page("song-trang.example", "This domain is for sale"), "lost", "its address is somebody else's now"),
        (page("Đăng nhập", "Bạn phải đăng nhập để xem trang này"), "sick", "it shows no news"),
        (page("Thông báo", "Trang web đang bảo trì, vui lòng quay lại sau"), "sick", "it shows no news"),
        (
            page(
                "Sen88 – Nhà cái uy tín số 1",
                "Cá cược trực tuyến, casino, tài xỉu, nổ hũ; đăng ký ngay nhận khuyến mãi, nạp rút nhanh",
            ),
            "lost",
            "advertises gambling",
        ),
        (page("Tin tức", "Trang chủ", "Liên hệ"), "changed", "no articles found"),
    ],
    ids=["challenge", "for sale", "login", "maintenance", "gambling", "empty"],
)
def test_what_stands_where_the_listing_stood_is_told(settled, answer, state, says):
    for _ in range(2):
        reason = "no articles found; the layout may have changed"
        settled.listing_fails("listing", reason, outcome="attention", page=answer)
    site = settled.state()
    assert site["state"] == state, site["reason"]
    assert says in site["reason"]
    assert site["needs"]


def test_a_guards_page_with_status_403_is_known_too(settled):
    for _ in range(2):
        settled.listing_fails("fetch", "HTTP 403", page=page("Attention Required! | Cloudflare"), status=403)
    assert "a guard stands before it" in settled.state()["reason"]


def test_a_guard_before_robots_txt_is_known_and_a_broken_server_is_waited_for(settled):
    robots = "https://song-trang.example/robots.txt"
    for answer, says, step in (
        (page("Just a moment..."), "a guard stands before it", "NEWSARCHIVE_CONTACT"),
        (page("502 Bad Gateway"), "robots.txt cannot be read (HTTP 502)", "tries again"),
    ):
        run = settled.begin()
        settled.record(run, answer, 502, robots)
        reason = "robots.txt cannot be read (HTTP 502), so nothing may be fetched (RFC 9309)"
        settled.fail(run, LISTING, "robots", reason, kind="listing")
        settled.end(run, "nothing", f"nothing could be read: {reason}", failed=1)
        site = settled.state()
        assert (site["state"], says in site["reason"], step in site["next"]) == ("sick", True, True)


def test_what_robots_txt_forbids_is_the_keepers_to_allow(settled):
    settled.listing_fails("robots", "refused by robots.txt")
    assert settled.state()["next"] == "ask the site's keeper"


SPAM = (
    "Nhà cái Sen88 uy tín hàng đầu: casino, tài xỉu, nổ hũ. Đăng ký ngay nhận khuyến mãi, nạp rút nhanh, link vào mới."
)
RAID = (
    "Công an huyện triệt phá đường dây cá độ, tài xỉu, xóc đĩa, tạm giữ 5 đối tượng, thu giữ tang vật, khởi tố bị can."
)


def test_strangers_who_took_the_address_over_are_told(settled):
    for n in range(8):
        settled.night(title=f"Sen88 khuyến mãi {n}", body=f"{SPAM} {n} {SPAM}")
    site = settled.state()
    assert site["state"] == "lost"
    assert site["reason"].startswith("strangers have its address: 8 of the 12 articles read last advertise gambling")
    assert site["needs"]


def test_a_site_on_which_strangers_write_is_told_with_an_article_to_look_at(settled):
    for n in range(2):
        settled.night(title=f"Sen88 {n}", body=f"{SPAM} {n} {SPAM}")
    site = settled.state()
    assert (site["state"], site["reason"][:23]) == ("sick", "strangers write on it: ")
    assert "`newsarchive withhold 32`" in site["next"]


def test_the_polices_news_of_betting_is_news(settled):
    for n in range(6):
        settled.night(title=f"Công an bắt ổ cá độ {n}", body=f"{RAID} {n} {RAID}")
    assert settled.state()["state"] == "well"


# -- silence ----------------------------------------------------------------------------------------------------------


def test_silence_longer_than_ever_is_told_for_a_month(settled):
    """The longest gap was a day; a week is nobody's alarm."""
    for _ in range(6):
        settled.night(0)
    assert settled.state()["state"] == "well"
    settled.night(0)
    site = settled.state()
    assert (site["state"], site["reason"]) == ("quiet", "no article since 2021-03-29; it was never silent so long")
    assert "`newsarchive crawl song-trang --full`" in site["next"]
    assert site["needs"]
    for _ in range(31):
        settled.night(0)
    assert (settled.state()["state"], settled.state()["needs"]) == ("quiet", [])


def test_a_site_silent_for_years_when_it_is_first_read_asks_for_nobody(nights):
    run = nights.begin()
    for n in range(60):
        nights.article(run, date=(date(2018, 6, 30) - timedelta(days=n)).isoformat())
    nights.end(run, articles_new=60)
    site = nights.state()
    assert (site["state"], site["needs"]) == ("quiet", [])


def test_a_schedule_that_stopped_is_told(settled):
    assert settled.state(later=timedelta(days=1))["state"] == "well"
    site = settled.state(later=timedelta(days=2))
    assert site["state"] == "late"
    assert "not crawled since 2021-03-30" in site["reason"]
    assert site["needs"]


def test_crawls_by_hand_in_one_day_make_no_habit(nights):
    for _ in range(20):
        nights.night()
        nights.moment -= timedelta(hours=23, minutes=50)
    assert nights.state(later=timedelta(days=20))["state"] == "well"


# -- how it is read ---------------------------------------------------------------------------------------------------


def test_it_reads_with_anybodys_connection_and_writes_nothing(settled):
    settled.night(byline=None)
    path = settled.folder / "news.db"
    theirs = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
    theirs.execute("PRAGMA query_only = ON")
    assert site_states(settled.folder, Archive(settled.folder, theirs), now=settled.moment)[0]["state"] == "well"
    theirs.close()


def test_what_is_asked_of_every_site_is_answered_by_indexes(settled):
    """An archive of a million articles: no scan of the articles' rows."""
    seen = []
    settled.archive.connection.set_trace_callback(seen.append)
    settled.state()
    settled.archive.connection.set_trace_callback(None)
    plans = {
        sql: " ".join(row["detail"] for row in settled.archive.rows(f"EXPLAIN QUERY PLAN {sql}"))
        for sql in seen
        if " articles" in sql
    }
    assert plans
    for sql, plan in plans.items():
        assert "SCAN articles USING COVERING INDEX" in plan or "SCAN articles" not in plan, (sql, plan)
        assert "SCAN a" not in plan.replace("SCAN articles", ""), (sql, plan)
