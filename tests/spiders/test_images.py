"""Pictures of articles: recorded after the pages, each once, within bounds; what cannot be had is told in numbers."""

import base64
import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest
from crawling import Paper, Response, add_site, assert_sound, command, crawl, path_of, rows, serve
from warcio.archiveiterator import ArchiveIterator

from newsarchive.demo import answering

JPEG = base64.b64decode("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI")


def picture(body=JPEG, status=200, **headers):
    """A picture's answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "image/jpeg", **named}, body)


def illustrated(*pictures, count=4, **others):
    """A paper whose articles' pictures are at these addresses, one an article; ``others`` answers for some of them."""
    paper = Paper(count)
    for number, address in enumerate(pictures, 1):
        item = paper.items[path_of(number)]
        text = [item.paragraphs[0], f'<img src="{address}" alt="">', *item.paragraphs[1:]]
        paper.edit(path_of(number), paragraphs=text)
        if address.startswith("/"):
            paper.others[address] = picture(JPEG + address.encode())
    paper.others |= others
    return paper


def asked(log):
    """What was asked for, pages and robots.txt aside."""
    return [path for path in log if path.startswith("/anh/")]


def fates(folder):
    """What the archive says of each picture, by its file's name: its capture's status, or None."""
    found = rows(
        folder, "SELECT p.url, c.status FROM pictures p LEFT JOIN captures c ON c.id = p.capture_id ORDER BY p.url"
    )
    return {row["url"].rpartition("/")[2]: row["status"] for row in found}


def states(folder):
    found = rows(folder, "SELECT url, state FROM frontier WHERE kind = 'image'")
    return {row["url"].rpartition("/")[2]: row["state"] for row in found}


def test_pictures_are_recorded_after_all_pages_and_never_again(tmp_path):
    paper, log = illustrated("/anh/a.jpg", "/anh/b.jpg", count=12), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"], done.run["failed"]) == (0, 12, 0)
        assert sorted(log[-2:]) == asked(sorted(log)) == ["/anh/a.jpg", "/anh/b.jpg"]
        assert done.run["detail"] == "12 new, 0 changed, 0 unchanged, 0 gone, 0 failed; pictures: 2 kept"
        assert fates(tmp_path) == {"a.jpg": 200, "b.jpg": 200}
        for options in ((), ("--full",)):
            log.clear()
            done = crawl(tmp_path, *options)
            assert (done.status, asked(log), "pictures" in done.run["detail"]) == (0, [], False)
    captures = assert_sound(tmp_path)
    assert sum(row["url"].endswith(".jpg") for row in captures) == 2
    kept = [json.loads(command("--archive", tmp_path, "show", f"{base}{path_of(1)}", "--json").out)["images"][0]]
    assert (kept[0]["url"], kept[0]["fate"], kept[0]["capture"]["status"]) == (f"{base}/anh/a.jpg", "kept", 200)


def senseless():
    bound(IMAGE_MAXSIZE="ten")


def test_a_bound_that_is_no_number_is_told(tmp_path):
    with serve(illustrated("/anh/a.jpg")) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(senseless,))
    assert done.status == 2
    assert done.err == "newsarchive: NEWSARCHIVE_IMAGE_MAXSIZE: expected a whole number from 1, got 'ten'\n"


@pytest.mark.parametrize(("more", "options"), [("images = false\n", ()), ("", ("--no-images",))])
def test_a_switch_leaves_pictures_where_they_are(tmp_path, more, options):
    log = []
    with serve(illustrated("/anh/a.jpg"), log=log) as base:
        add_site(tmp_path, base, more=more)
        assert crawl(tmp_path, *options).status == 0
        assert (asked(log), fates(tmp_path)) == ([], {"a.jpg": None})
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
    # What was left is fetched by the first crawl that may.
    assert (asked(log), fates(tmp_path)) == (["/anh/a.jpg"], {"a.jpg": 200})


def bound(**bounds):
    """Called in the crawl's process: other bounds than the settings'."""
    from newsarchive import settings

    for name, value in bounds.items():
        setattr(settings, f"NEWSARCHIVE_{name}", value)


def smaller():
    bound(IMAGE_MAXSIZE=1000)


def fewer():
    bound(IMAGES_PER_RUN=2)


def test_a_picture_that_is_too_long_is_told_and_nothing_of_it_kept(tmp_path):
    paper = illustrated("/anh/short.jpg", "/anh/long.jpg", **{"/anh/long.jpg": picture(JPEG * 100)})
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(smaller,))
        assert done.status == 0
        assert done.run["detail"].endswith("pictures: 1 kept, 1 not to be kept")
        assert fates(tmp_path) == {"short.jpg": 200, "long.jpg": None}
        assert rows(tmp_path, "SELECT 1 FROM captures WHERE url LIKE '%long.jpg'") == []
        (failure,) = rows(tmp_path, "SELECT stage, reason FROM failures")
        assert "longer than" in failure["reason"]
        log.clear()
        crawl(tmp_path, before=(smaller,))
        assert asked(log) == []
        # Asked for again when everything is.
        assert crawl(tmp_path, "--full").status == 0
    assert fates(tmp_path) == {"short.jpg": 200, "long.jpg": 200}
    assert_sound(tmp_path)


class Untold(BaseHTTPRequestHandler):
    """Answers with pictures whose length no header tells: the end is where the connection ends."""

    def do_GET(self):
        self.send_response(200 if self.path.endswith(".jpg") else 404)
        self.send_header("Content-Type", "image/jpeg")
        self.end_headers()
        with suppress(ConnectionError):
            for _ in range(100 if "long" in self.path else 1):
                self.wfile.write(JPEG)

    def log_message(self, *arguments):
        """Say nothing."""


def test_a_picture_of_unknown_length_is_broken_off_where_it_gets_too_long(tmp_path):
    with answering(Untold) as there, serve(illustrated(f"{there}/short.jpg", f"{there}/long.jpg")) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(smaller,))
    assert (done.status, fates(tmp_path)) == (0, {"short.jpg": 200, "long.jpg": None})
    assert states(tmp_path) == {"short.jpg": "done", "long.jpg": "unfit"}
    assert rows(tmp_path, "SELECT 1 FROM captures WHERE url LIKE '%long.jpg'") == []


def test_a_picture_that_breaks_off_is_not_kept_and_asked_for_again(tmp_path):
    paper = illustrated("/anh/a.jpg", "/anh/b.jpg", **{"/anh/a.jpg": picture(JPEG, Content_Length="5000")})
    paper.others["/anh/a.jpg"].headers["Connection"] = "close"
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["failed"]) == (0, 0)
        assert done.run["detail"].endswith("pictures: 1 kept, 1 failed")
        assert rows(tmp_path, "SELECT 1 FROM captures WHERE url LIKE '%a.jpg'") == []
        paper.others["/anh/a.jpg"] = picture()
        assert crawl(tmp_path).run["detail"].endswith("pictures: 1 kept")
    assert fates(tmp_path) == {"a.jpg": 200, "b.jpg": 200}


def test_a_picture_is_known_by_its_own_address_also_where_a_redirect_leads_on(tmp_path):
    paper = illustrated("/anh/a.jpg", "/anh/b[1].jpg#x", "/anh/c.jpg", "/anh/d.jpg")
    paper.others |= {
        "/anh/a.jpg": picture(b"", 302, Location="/anh/kho/a.jpg"),
        "/anh/c.jpg": picture(b"", 302, Location="/anh/c.jpg?x"),
        "/anh/c.jpg?x": picture(b"", 302, Location="/anh/c.jpg"),
        "/anh/d.jpg": picture(b"", 302, Location="/anh/kho/a.jpg"),
        "/anh/kho/a.jpg": picture(),
        "/anh/b%5B1%5D.jpg": picture(),
    }
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
        assert fates(tmp_path) == {"a.jpg": 200, "b[1].jpg#x": 200, "c.jpg": None, "d.jpg": 200}
        log.clear()
        crawl(tmp_path)
    assert set(asked(log)) <= {"/anh/c.jpg", "/anh/c.jpg?x"}
    assert_sound(tmp_path)


def test_what_is_gone_or_a_page_is_remembered(tmp_path):
    page = Response(200, {"Content-Type": "text/html"}, b"<h1>404</h1>")
    paper = illustrated("/anh/a.jpg", "/anh/b.jpg", "/anh/c.jpg", **{"/anh/b.jpg": page})
    del paper.others["/anh/a.jpg"]
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["gone"], done.run["failed"]) == (0, 0, 0)
        assert done.run["detail"].endswith("pictures: 1 kept, 1 gone, 1 not to be kept")
        assert states(tmp_path) == {"a.jpg": "gone", "b.jpg": "unfit", "c.jpg": "done"}
        assert fates(tmp_path) == {"a.jpg": None, "b.jpg": None, "c.jpg": 200}
        log.clear()
        crawl(tmp_path)
        assert asked(log) == []
    shown = command("--archive", tmp_path, "show", f"{base}{path_of(2)}").out
    assert "not kept: no picture but a page stands there (text/html)" in shown
    told = command("--archive", tmp_path, "show", f"{base}/anh/a.jpg").err
    assert "it is a picture (gone when it was asked for)" in told


def test_a_run_needs_a_person_only_where_every_new_picture_fails(tmp_path):
    paper = illustrated("/anh/a.jpg", "/anh/b.jpg")
    paper.others |= {path: picture(b"x", 403) for path in ("/anh/a.jpg", "/anh/b.jpg")}
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["outcome"], done.run["failed"]) == (1, "attention", 0)
        assert "none of the new ones could be had" in done.run["detail"]
        assert "HTTP 403" in done.run["detail"]
        # The same ones again are no news.
        done = crawl(tmp_path)
    assert (done.status, done.run["detail"].endswith("pictures: 2 failed")) == (0, True)


def test_a_host_that_does_not_answer_is_left_alone(tmp_path):
    paper = illustrated(*(f"/anh/{number}.jpg" for number in range(20)), count=20)
    paper.others |= {path: picture(b"x", 503) for path in paper.others}
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
    assert len(set(asked(log))) == 8
    assert sorted(states(tmp_path).values()) == ["failed"] * 8 + ["todo"] * 12


def test_a_run_asks_for_so_many_pictures_and_the_next_goes_on(tmp_path):
    paper = illustrated("/anh/a.jpg", "/anh/b.jpg", "/anh/c.jpg")
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path, before=(fewer,))
        assert (done.status, done.run["outcome"]) == (0, "complete")
        assert done.run["detail"].endswith("pictures: 2 kept, 1 left for the next crawl")
        assert crawl(tmp_path, before=(fewer,)).run["detail"].endswith("pictures: 1 kept")


def test_a_limit_counts_articles_and_brings_the_pictures_of_those_it_read(tmp_path):
    paper = illustrated("/anh/1.jpg", "/anh/2.jpg", "/anh/3.jpg", "/anh/4.jpg")
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, "--limit", 2, "--no-images")
        done = crawl(tmp_path, "--limit", 1)
        assert (done.run["articles_new"], asked(log)) == (1, ["/anh/2.jpg"])
        crawl(tmp_path)
    assert sorted(asked(log)) == ["/anh/1.jpg", "/anh/2.jpg", "/anh/3.jpg", "/anh/4.jpg"]


def test_a_picture_that_another_site_of_the_archive_has_is_not_asked_for(tmp_path):
    paper, log = illustrated("/anh/a.jpg"), []
    with serve(paper) as base, serve(illustrated(f"{base}/anh/a.jpg"), log=log) as other:
        add_site(tmp_path, base)
        add_site(tmp_path, other, name="hoa-sung")
        crawl(tmp_path)
        log.clear()
        done = crawl(tmp_path, site="hoa-sung")
    assert (done.status, "pictures" in done.run["detail"]) == (0, False)
    kept = rows(tmp_path, "SELECT a.site, p.capture_id FROM pictures p JOIN articles a ON a.id = p.article_id")
    assert {row["site"] for row in kept} == {"sen-hong", "hoa-sung"}
    assert len({row["capture_id"] for row in kept} - {None}) == 1


# Other hosts


def public():
    """Called in the crawl's process: the name localhost counts as a public host."""
    from newsarchive.spiders import manners

    private = manners.is_private
    manners.is_private = lambda host: host not in ("localhost", "127.0.0.1", "::1") and private(host)


def test_a_picture_on_another_host_is_fetched_by_the_rules_of_that_host(tmp_path):
    media, log = Paper(0), []
    media.others = {
        "/robots.txt": Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /anh/kin/\n"),
        "/anh/a.jpg": picture(),
        "/anh/kin/b.jpg": picture(),
    }
    with serve(media, log=log) as other:
        there = other.replace("127.0.0.1", "localhost")
        paper = illustrated(f"{there}/anh/a.jpg", f"{there}/anh/kin/b.jpg", "/anh/c.jpg")
        paper.others["/anh/c.jpg"] = picture(b"", 302, Location=f"{there}/anh/a.jpg")
        with serve(paper) as base:
            add_site(tmp_path, base)
            done = crawl(tmp_path, before=(public,))
    assert (done.status, done.run["failed"]) == (0, 0)
    assert (log[0], set(log[1:])) == ("/robots.txt", {"/anh/a.jpg"})
    assert fates(tmp_path) == {"a.jpg": 200, "b.jpg": None, "c.jpg": 200}
    assert states(tmp_path)["b.jpg"] == "refused"
    assert_sound(tmp_path)


def test_nothing_leads_into_a_private_network(tmp_path):
    media, log = Paper(0), []
    with serve(media, log=log) as other:
        port = other.rpartition(":")[2]
        # Addresses and names of such networks, also spelled as resolvers read them.
        hosts = ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "10.0.0.1", "router.local"]
        pictures = [f"http://{host}:{port}/anh/{number}.jpg" for number, host in enumerate(hosts)]
        paper = illustrated(*pictures, "/anh/c.jpg", "/anh/d.jpg", count=12)
        paper.others["/anh/c.jpg"] = picture(b"", 302, Location=pictures[0])
        with serve(paper) as base:
            add_site(tmp_path, base)
            done = crawl(tmp_path)
    assert (done.status, log) == (0, [])
    assert [name for name, status in fates(tmp_path).items() if status] == ["d.jpg"]


def test_only_pictures_leave_the_site(tmp_path):
    media, log = Paper(4), []
    with serve(media, log=log) as other:
        paper = Paper(4)
        paper.edit(path_of(1), answer=Response(302, {"Location": other.replace("127.0.0.1", "localhost") + "/x"}, b""))
        with serve(paper) as base:
            add_site(tmp_path, base)
            done = crawl(tmp_path, before=(public,))
    assert (done.status, done.run["failed"], log) == (1, 1, [])


# The rest of the archive


def test_an_archive_with_pictures_is_verified_read_anew_and_merged(tmp_path):
    here, there, both = tmp_path / "here", tmp_path / "there", tmp_path / "both"
    paper = illustrated("/anh/a.jpg", "/anh/b.jpg")
    paper.others |= {
        "/anh/b.jpg": picture(b"", 302, Location="/anh/kho/b.jpg"),
        "/anh/kho/b.jpg": picture(JPEG + b"b"),
    }
    log = []
    with serve(paper, log=log) as base:
        for folder in (here, there):
            add_site(folder, base)
            crawl(folder, *(("--no-images",) if folder == there else ()))
        for folder in (there, here):
            assert command("--archive", both, "merge", folder).status == 0
        assert fates(both) == {"a.jpg": 200, "b.jpg": 200}
        log.clear()
        assert crawl(both).status == 0
        assert asked(log) == []
    assert command("--archive", both, "verify").status == 0
    before = rows(both, "SELECT * FROM pictures")
    anew = command("--archive", both, "reextract")
    assert (anew.status, rows(both, "SELECT * FROM pictures")) == (0, before)
    assert_sound(both)
    types = set()
    for path in (both / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response" and record.rec_headers.get_header("WARC-Target-URI").endswith(".jpg"):
                    types.add(record.http_headers.get_header("Content-Type"))
    assert types == {"image/jpeg"}
