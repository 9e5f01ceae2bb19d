"""What a site cannot make the program do: ask private addresses, follow anywhere, tell secrets."""

import base64
import contextlib
import os
from urllib.parse import urlsplit

import pytest
from crawling import Paper, Response, add_site, assert_sound, crawl, html, resolve, rows, serve
from warcio.archiveiterator import ArchiveIterator

NAME = "sen-hong.example.vn"


def moved(address, status=301):
    return Response(status, {"Location": address, "Content-Type": "text/html"}, b"")


def failures(folder):
    return [row["reason"] for row in rows(folder, "SELECT reason FROM failures ORDER BY rowid")]


def believe_public(*addresses):
    """Called in the crawl's process: these addresses of this machine count as public."""
    from newsarchive.spiders import manners

    private = manners.is_private
    manners.is_private = lambda host: host not in addresses and private(host)


def all_of(*calls):
    """Called in the crawl's process: several such functions, each with its arguments."""
    for function, *arguments in calls:
        function(*arguments)


# Private addresses


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "0.0.0.0"])
def test_a_sites_own_name_that_leads_into_a_private_network_is_not_followed_there(tmp_path, address):
    log = []
    with serve(Paper(3), log=log) as base:
        add_site(tmp_path, base.replace("127.0.0.1", NAME))
        done = crawl(tmp_path, before=(resolve, {NAME: [address]}))
    assert (done.status, log) == (3, [])
    assert f"the name {NAME} leads into a private network ({address})" in done.err
    assert "`private = true` in its profile" in done.err


def test_a_site_in_a_private_network_is_crawled_where_its_profile_says_so(tmp_path):
    with serve(Paper(3)) as base:
        add_site(tmp_path, base.replace("127.0.0.1", NAME), more="private = true\n")
        done = crawl(tmp_path, before=(resolve, {NAME: ["127.0.0.1"]}))
    assert (done.status, done.run["articles_new"]) == (0, 3)


def test_a_name_that_changes_its_address_after_it_was_looked_at_leads_nowhere_else(tmp_path):
    tally = tmp_path / "asked"
    with serve(Paper(3)) as base:
        add_site(tmp_path, base.replace("127.0.0.1", NAME))
        calls = (resolve, {NAME: ["127.0.0.1", "127.0.0.2"]}, tally), (believe_public, "127.0.0.1")
        done = crawl(tmp_path, before=(all_of, *calls))
    assert (done.status, done.run["articles_new"]) == (0, 3)
    assert tally.read_text().split() == [NAME]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "trong.example.vn"]
)
@pytest.mark.parametrize("how", ["article", "robots", "picture"])
def test_no_redirect_leads_into_a_private_network(tmp_path, host, how):
    inside, paper, log, outside = Paper(1), Paper(2), [], "127.0.0.2"
    with serve(inside, log=log) as other:
        target = f"http://{host}:{urlsplit(other).port}/noi-bo"
        if how == "article":
            paper.others[paper.order[0]] = moved(target)
        elif how == "robots":
            paper.others["/robots.txt"] = moved(target)
        else:
            paper.edit(paper.order[0], tail='<p><img src="/anh/a.jpg" width="600"></p>')
            paper.others["/anh/a.jpg"] = moved(target)
        with on_address(paper, outside) as base:
            add_site(tmp_path, base.replace(outside, NAME))
            names = {NAME: [outside], "trong.example.vn": ["127.0.0.1"]}
            done = crawl(tmp_path, before=(all_of, (resolve, names), (believe_public, outside)))
    assert log == []
    if how == "robots":
        assert "robots.txt leads into a private network" in done.err
    else:
        assert len(rows(tmp_path, "SELECT id FROM articles")) == (1 if how == "article" else 2)
    assert_sound(tmp_path)


@contextlib.contextmanager
def on_address(site, address):
    """As :func:`crawling.serve`, on another address of this machine."""
    from newsarchive.demo import site as served

    server = served._Server
    served._Server = lambda place, handler: server((address, place[1]), handler)
    try:
        with serve(site) as base:
            yield base.replace("127.0.0.1", address)
    finally:
        served._Server = server


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x", "gopher://x/", "//"])
@pytest.mark.parametrize("how", ["redirect", "refresh"])
def test_a_redirect_to_what_is_no_web_page_leads_nowhere(tmp_path, target, how):
    paper = Paper(3)
    refresh = html(f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head></html>')
    paper.others[paper.order[0]] = moved(target) if how == "redirect" else refresh
    with serve(paper) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert (done.status, done.run["articles_new"], done.run["failed"]) == (1, 2, 1)
    assert "Traceback" not in done.err
    assert_sound(tmp_path)


# Secrets


def everything_kept(folder):
    """All bytes of an archive, unpacked."""
    data = [(folder / "news.db").read_bytes()]
    for path in (folder / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                data += [str(record.rec_headers).encode(), record.raw_stream.read()]
    return b"".join(data)


def test_a_name_and_password_in_a_redirect_are_not_used(tmp_path):
    paper, path = Paper(3), "/moi/tin.html"
    paper.others[path] = paper.handle(paper.order[0])
    with serve(paper) as base:
        paper.others[paper.order[0]] = moved(base.replace("//", "//ban-doc:mat-khau@") + path)
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"]) == (0, 3)
        found = rows(tmp_path, "SELECT url FROM captures WHERE url LIKE '%/moi/%'")
        assert [row["url"] for row in found] == [base + path]
    kept_bytes = everything_kept(tmp_path)
    assert b"Authorization" not in kept_bytes
    # Once: in the answer that leads there, which is kept as it came.
    assert kept_bytes.count(b"mat-khau") == 1


class Proxied:
    """A site as a proxy is asked for it."""

    def __init__(self, site):
        self.site = site

    def handle(self, path):
        parts = urlsplit(path)
        return self.site.handle(parts.path + (f"?{parts.query}" if parts.query else ""))


def by_proxy(address):
    """Called in the crawl's process: the environment names a proxy."""
    os.environ.update(http_proxy=address, no_proxy="")


def test_a_proxys_password_is_not_kept(tmp_path):
    with serve(Proxied(Paper(3))) as base:
        proxy = base.replace("//", "//nguoi-dung:mat-khau@")
        add_site(tmp_path, f"http://{NAME}")
        done = crawl(tmp_path, before=(by_proxy, proxy))
    assert (done.status, done.run["articles_new"]) == (0, 3)
    kept_bytes = everything_kept(tmp_path)
    assert NAME.encode() in kept_bytes
    assert b"Proxy-Authorization" not in kept_bytes
    assert base64.b64encode(b"nguoi-dung:mat-khau") not in kept_bytes
    # Nor is the proxy's address told as the site's.
    assert b"WARC-IP-Address" not in kept_bytes


def test_a_profile_with_a_password_in_an_address_is_refused_and_not_printed(tmp_path):
    add_site(tmp_path, "http://ban-doc:mat-khau@sen-hong.example.vn")
    done = crawl(tmp_path)
    assert done.status == 2
    assert "key 'listings'" in done.err
    assert "mat-khau" not in done.err


def test_cookies_are_neither_kept_nor_sent_back(tmp_path):
    paper = Paper(3)
    for path in paper.order:
        answer = paper.handle(path)
        paper.edit(path, answer=Response(200, {**answer.headers, "Set-Cookie": "phien=abc123; Path=/"}, answer.body))
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).status == 0
    kept_bytes = everything_kept(tmp_path)
    assert b"Set-Cookie: phien=abc123" in kept_bytes
    assert b"\nCookie:" not in kept_bytes
