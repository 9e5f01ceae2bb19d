"""The page behind the seed text, rebuilt in several markups at run time, served over HTTP, fetched and read.

Nothing of the text stands here: it is read from the seed's file, and the test is skipped where there is none.
"""

import urllib.request
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from newsarchive.demo import answering
from newsarchive.extract.article import PageContext, extract
from newsarchive.sites.profile import Rules, load_site

SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seed").glob("*.txt"))
VISIT = datetime.fromisoformat("2020-11-30T10:00:00+07:00")
PICTURE = "https://images.hcmcpv.org.vn/res/news/2020/10/09-10-2020-hoi-nghi-ABCDEF-details.jpg?vs=09102020"
UNDATED = "/res/hoi-nghi-details.jpg"
PATH = "/tin-tuc/hoi-nghi-chuyen-de-1491871234"
RELATED = [("/tin-tuc/mot-tin-khac-cua-quan-1491871001", "Một tin khác của quận để thử"),
           ("/tin-tuc/hai-tin-khac-cua-quan-1491871002", "Hai tin khác của quận để thử")]  # fmt: skip
NOTICES = [("/thong-bao/lich-hop-thang-12-7", "Lịch họp tháng 12 dùng để thử")]

pytestmark = pytest.mark.skipif(not SEEDS, reason="the seed text is not here")


class Seed:
    """The lines of the seed by what they are; their order on the page is a public fact of the site."""

    def __init__(self, path):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        self.clock, self.title, self.caption, *rest = lines
        self.body, self.byline, self.furniture = rest[:4], rest[4], rest[5:]
        assert len(self.furniture) == 5


@pytest.fixture(scope="module")
def seed():
    return Seed(SEEDS[0])


def items(links, form="<li><a href='{}'>{}</a></li>"):
    return "".join(form.format(*link) for link in links)


def paragraphs(seed, picture):
    """Paragraph tags in one column, a menu before and a column of notices beside it."""
    comments, refresh, total, others, notices = seed.furniture
    image = f"<p align='center'><img src='{picture}' alt=''></p><p align='center'><em>{seed.caption}</em></p>"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{seed.title}</title></head><body>
    <div id="top"><ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu">Giới thiệu</a></li></ul>
    <div class="clock">{seed.clock}</div></div>
    <div class="left"><h1>{seed.title}</h1><div class="detail">{image if picture else ""}
    {"".join(f"<p>{text}</p>" for text in seed.body)}<p><strong>{seed.byline}</strong></p></div>
    <div class="opinion"><h3>{comments}</h3><form><textarea></textarea><img src="/captcha.jpg"><a href="#">{refresh}</a>
    </form><p>{total}</p></div><div class="other"><h3>{others}</h3><ul>{items(RELATED)}</ul></div></div>
    <div class="right"><h3>{notices}</h3><ul>{items(NOTICES)}</ul></div></body></html>"""


def line_breaks(seed, picture):
    """One font tag with pairs of line breaks, in the one cell of a table; no heading, no useful title."""
    comments, refresh, total, others, notices = seed.furniture
    image = f"<img src='{picture}'><br><i>{seed.caption}</i><br><br>" if picture else ""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Trang tin</title>
    </head><body><table width="100%"><tr><td><font size="1" color="white">{seed.clock}</font></td></tr>
    <tr><td><font size="4"><b>{seed.title}</b></font></td></tr>
    <tr><td><font size="2">{image}{"<br><br>".join(seed.body)}<br><br>{seed.byline}</font></td></tr>
    <tr><td><b>{comments}</b><br><img src="/captcha.jpg"><a href="javascript:r()">{refresh}</a>&nbsp;</td></tr>
    <tr><td>{total}</td></tr><tr><td><b>{others}</b></td></tr>
    <tr><td>{items(RELATED, "- <a href='{}'>{}</a><br>")}</td></tr>
    <tr><td><b>{notices}</b></td></tr><tr><td>{items(NOTICES, "- <a href='{}'>{}</a><br>")}</td></tr></table>
    </body></html>"""


def nested_tables(seed, picture):
    """Tables in tables, the masthead's clock in a row of the menu, the caption in the cell under the picture."""
    comments, refresh, total, others, notices = seed.furniture
    image = f"<table align='center'><tr><td><img src='{picture}'></td></tr><tr><td>{seed.caption}</td></tr></table>"
    rows = "".join(f"<tr><td align='justify'>{text}</td></tr>" for text in seed.body)
    return f"""<html><head><title>{seed.title}</title></head><body><table><tr><td colspan="2"><table><tr>
    <td><a href="/">Trang chủ</a></td><td><a href="/tin">Tin tức</a></td><td align="right">{seed.clock}</td>
    </tr></table>
    </td></tr><tr><td width="70%"><table><tr><td class="title">{seed.title}</td></tr>
    <tr><td>{image if picture else ""}</td></tr>{rows}<tr><td align="right"><b>{seed.byline}</b></td></tr></table>
    <table><tr><td>{comments}</td></tr><tr><td><input name="ma"><a href="#">{refresh}</a></td></tr>
    <tr><td>{total}</td></tr></table><table><tr><td>{others}</td></tr><tr><td><ul>{items(RELATED)}</ul></td></tr></table></td>
    <td><table><tr><td>{notices}</td></tr><tr><td><ul>{items(NOTICES)}</ul></td></tr></table>
    </td></tr></table></body></html>"""


def word(seed, picture):
    """What Word makes of it, pasted into bare divs."""
    comments, refresh, total, others, notices = seed.furniture
    set_by_word = (
        "<p class='MsoNormal' style='text-align:justify'><span style='font-size:14pt'>{}<o:p></o:p></span></p>"
    )
    image = (
        f"<div style='text-align:center'><img src='{picture}'></div><p class='MsoNormal' style='text-align:center'>"
        f"<span style='font-style:italic'>{seed.caption}</span></p>"
    )
    return f"""<html><head><title>{seed.title} | Đảng bộ Quận</title></head><body><div>{seed.clock}</div><div>
    <div class="tieude">{seed.title}</div><div>{image if picture else ""}{"".join(map(set_by_word.format, seed.body))}
    {set_by_word.format("&nbsp;")}{set_by_word.format(seed.byline)}</div></div>
    <div><div>{comments}</div><div><a href="#">{refresh}</a>&nbsp;</div><div>{total}</div></div>
    <div><div>{others}</div>{items(RELATED, "<div><a href='{}'>{}</a></div>")}</div>
    <div><div>{notices}</div>{items(NOTICES, "<div><a href='{}'>{}</a></div>")}</div></body></html>"""


@pytest.fixture(scope="module")
def fetch():
    """Serve a page and fetch it: its bytes, its address, its Content-Type as sent."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            kind, body = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with answering(Handler) as base:

        def get(html, content_type):
            pages[PATH] = content_type, html.encode()
            with urllib.request.urlopen(f"{base}{PATH}", timeout=10) as response:
                return response.read(), response.url, response.headers["Content-Type"]

        yield get


def rules(helped):
    return load_site("quan-1").rules() if helped else Rules()


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("helped", [False, True], ids=["bare", "profile"])
@pytest.mark.parametrize("picture", [PICTURE, UNDATED, None], ids=["dated", "undated", "none"])
@pytest.mark.parametrize("markup", [paragraphs, line_breaks, nested_tables, word])
def test_the_page_reads_as_it_says(seed, fetch, markup, picture, helped, content_type):
    body, url, sent = fetch(markup(seed, picture), content_type)
    article = extract(body, url, rules(helped), PageContext(sent, VISIT))
    base = url.removesuffix(PATH)
    assert article.title == seed.title
    assert article.body.split("\n\n") == seed.body
    assert article.byline == seed.byline
    assert article.source is None
    assert article.caption == (seed.caption if picture else None)
    assert [(i.url, i.caption) for i in article.images] == (
        [(picture if "://" in picture else base + picture, seed.caption)] if picture else []
    )
    assert [(link.kind, link.url, link.title) for link in article.links] == [
        *(("related", base + path, title) for path, title in RELATED),
        *(("notice", base + path, title) for path, title in NOTICES),
    ]


@pytest.mark.parametrize("helped", [False, True], ids=["bare", "profile"])
@pytest.mark.parametrize("picture", [PICTURE, UNDATED, None], ids=["dated", "undated", "none"])
@pytest.mark.parametrize("markup", [paragraphs, line_breaks, nested_tables, word])
def test_the_day_of_the_visit_is_never_the_day_of_publication(seed, fetch, markup, picture, helped):
    body, url, sent = fetch(markup(seed, picture), "text/html; charset=utf-8")
    article = extract(body, url, rules(helped), PageContext(sent, VISIT))
    assert article.page_date == "2020-11-30"
    assert article.event_date == "2020-10-08"
    if picture == PICTURE:
        assert (article.date, article.date_source) == ("2020-10-09", "image-url")
    else:
        assert (article.date, article.date_source) == ("2020-10-08/2020-11-30", "bounds")
        assert (article.date_earliest, article.date_latest) == ("2020-10-08", "2020-11-30")


@pytest.mark.parametrize("markup", [paragraphs, line_breaks, nested_tables, word])
def test_with_nothing_under_its_landmarks_the_page_has_no_links(seed, fetch, markup, monkeypatch):
    for name in ("RELATED", "NOTICES"):
        monkeypatch.setitem(globals(), name, [])
    body, url, sent = fetch(markup(seed, PICTURE), "text/html; charset=utf-8")
    article = extract(body, url, Rules(), PageContext(sent, VISIT))
    assert article.links == []
    assert article.body.split("\n\n") == seed.body
    assert article.byline == seed.byline
