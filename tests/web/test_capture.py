"""A capture's page, and the captured page itself: what is seen of it; nothing of it acts, asks or leads out."""

import gzip
import re
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from archives import png
from archives import record as record_of
from hypothesis import example, given
from hypothesis import strategies as st
from readingroom import served
from typewriters import windows_1258

pytest.importorskip("nh3", reason="captured pages are made safe by a part of the extra [web]")

from newsarchive.archive.store import Archive
from newsarchive.extract.document import UnreadablePageError
from newsarchive.items import Article, Image, Listing, ListingEntry
from newsarchive.web import captured

SITE = "https://song-trang.example"
HOSTILE = (Path(__file__).parent / "hostile.html").read_text(encoding="utf-8")
"""Every trick to run, load or lead out that we know of, one a line; ``evil.example`` is where they lead."""
AT = "2020-11-30T02:00:00Z"


def record(archive, path, body, kind="text/html; charset=utf-8", **options):
    return record_of(archive, SITE + path, body, kind, **options)


def article(archive, path, title, body, *, images=(), links=(), **options):
    """Keep an article whose page has this body; returns its id and its capture's."""
    made = record(archive, path, body, **options)
    read = Article(url=SITE + path, title=title, body="Không có gì khác.", extractor="test")
    read.images = [Image(SITE + image, "Chú thích") for image in images]
    read.links = list(links)
    with archive.transaction():
        return archive.keep_article(read, site="song-trang", capture=made)[0], made.id


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The captures' ids by name, the address that serves them, and the archive's folder."""
    folder = tmp_path_factory.mktemp("room")
    with Archive.create(folder) as archive:
        archive.keep_site("song-trang", title="Huyện Sông Trăng")
        ids = fill(archive)
    with served(folder) as address:
        yield ids, address, folder


PAGE = (
    '<html><head><title>Đường hẻm</title><meta charset="utf-8"></head><body><h1 style="color: green">Đường hẻm mới</h1>'
    '<p>Bà con <a href="/tin/2">rất mừng</a>.</p><img src="/anh/1.png" alt="Con hẻm">'
    '<img src="/anh/2.png" alt="Cây cầu">'
    '<ul><li><a href="http://www.song-trang.example/tin/bi-mat">Bí mật gia đình</a></li></ul></body></html>'
)


def fill(archive):
    ids = {"picture": record(archive, "/anh/1.png", png(40, 30), "text/plain; image/png").id}
    # Declared as what it is not: the bytes decide.
    ids["picture"] = record(archive, "/anh/1.png", png(40, 30), "image/x-icon").id
    ids["svg"] = record(archive, "/anh/2.png", b"<svg onload=alert(1)>", "image/png").id
    ids["article"], ids["page"] = article(archive, "/tin/1", "Đường hẻm mới", PAGE.encode(), images=["/anh/1.png"])
    ids["again"] = record(archive, "/tin/1", PAGE.encode(), at="2021-01-30T02:00:00Z").id
    ids["hostile"] = article(archive, "/tin/2", "Trang lạ", HOSTILE.encode())[1]
    ids["zipped"] = record(
        archive, "/tin/3", gzip.compress(PAGE.encode(), mtime=0), headers=[("Content-Encoding", "gzip")]
    ).id
    old = "<p>Đại hội Đảng bộ huyện thành công tốt đẹp, bà con nông dân phấn khởi sản xuất vụ mùa</p>"
    ids["old"] = record(archive, "/tin/4", windows_1258(old), "text/html").id
    ids["wide"] = record(archive, "/tin/5", f"<html><p>{'Chữ rộng' * 20}</p></html>".encode("utf-16-le")).id
    ids["pdf"] = record(archive, '/tep/..%2f..%2fc%22%0d%0ax".pdf', b"%PDF-1.4 x", "application/pdf").id
    ids["feed"] = record(archive, "/rss", b'<?xml version="1.0"?><rss><item>x</item></rss>', "text/xml").id
    ids["gone"] = record(archive, "/tin/6", b"<h1>404</h1>", status=404).id
    bomb = gzip.compress(b"<p>" + b"a" * (5 << 20))
    ids["bomb"] = record(archive, "/tin/7", bomb, headers=[("Content-Encoding", "gzip")]).id
    ids["damaged"] = record(archive, "/tin/8", b"<p>hong</p>").id
    ids["missing"] = record(archive, "/tin/9", b"<p>mat</p>").id
    for name in ("damaged", "missing"):
        kept = archive.capture(ids[name])
        file = archive.warc_folder / kept.warc_file
        data = bytearray(file.read_bytes())
        data[kept.warc_offset + 40] ^= 255
        file.write_bytes(data) if name == "damaged" else file.unlink()
    withheld, ids["hidden"] = article(
        archive, "/tin/bi-mat", "Bí mật gia đình", b"<p>rieng tu</p>", images=["/anh/k.png"]
    )
    ids["hidden picture"] = record(archive, "/anh/k.png", png(3, 3), "image/png").id
    ids["same picture"] = record(archive, "/anh/khac.png", png(3, 3), "image/png").id
    ids["hidden earlier"] = record(archive, "/tin/bi-mat", b"<p>truoc</p>", at="2019-01-01T00:00:00Z").id
    run = archive.keep_visit("song-trang", AT, "test")
    entry = ListingEntry(SITE + "/tin/bi-mat", 0, "Bí mật gia đình")
    archive.keep_listing(Listing(SITE + "/tin-tuc", [entry]), site="song-trang", run_id=run)
    ids["listing"] = record(archive, "/tin-tuc", "<p>Bí mật gia đình</p>".encode()).id
    archive.withhold(withheld, "theo yêu cầu")
    return ids


def get(room, name, rest="", code="en"):
    return httpx.get(f"{room[1]}/capture/{room[0][name]}{rest}", headers={"accept-language": code})


# -- the capture's page ----------------------------------------------------------------------------------------------


def test_what_was_captured_and_what_was_made_of_it(room):
    page = get(room, "page").text
    assert f'<a href="/article/{room[0]["article"]}">Đường hẻm mới</a>' in page
    assert f'href="/article/{room[0]["article"]}/version/1"' in page
    assert "HTTP 200, text/html" in page
    assert re.search(r"sha256:[0-9a-f]{64}", page)
    assert '<th scope="row">Content-Type</th><td>text/html; charset=utf-8</td>' in page
    assert f'href="/capture/{room[0]["again"]}"' in page
    assert "the same bytes" in page
    assert '<iframe class="captured" sandbox=""' in page


@pytest.mark.parametrize("name", ["damaged", "missing"])
def test_a_record_that_is_damaged_or_missing_is_said_to_be(room, name):
    page = get(room, name)
    assert page.status_code == 200
    assert "Its record is missing from the WARC file or damaged" in page.text
    for rest in ("/page", "/picture", "/file"):
        answer = get(room, name, rest, "vi")
        assert answer.status_code == 404
        assert "Bản ghi trong tệp WARC bị thiếu hoặc hỏng" in answer.text
        assert str(room[2]) not in answer.text


def test_what_is_no_page_is_offered_as_a_file(room):
    page = get(room, "pdf").text
    assert "<iframe" not in page
    assert "Save what was captured" in page
    answer = get(room, "pdf", "/file")
    assert answer.content == b"%PDF-1.4 x"
    assert answer.headers["content-type"] == "application/octet-stream"
    number = room[0]["pdf"]
    assert re.fullmatch(
        rf'attachment; filename="capture-{number}-[A-Za-z0-9._-]+\.pdf"', answer.headers["content-disposition"]
    )
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert get(room, "pdf", "/page").status_code == 404
    assert "<iframe" not in get(room, "feed").text


def test_a_page_that_unpacks_to_too_much_is_not_shown(room):
    assert "It is too long to be shown here." in get(room, "bomb").text
    assert get(room, "bomb", "/page").status_code == 404


def test_what_is_withheld_is_shown_nowhere(room):
    for name in ("hidden", "hidden earlier", "hidden picture", "same picture"):
        for rest in ("", "/page", "/picture", "/file"):
            assert get(room, name, rest).status_code == 451, (name, rest)
    page = get(room, "listing")
    assert "It is a listing that showed an article which is not shown." in page.text
    assert "Bí mật" not in page.text
    assert {get(room, "listing", rest).status_code for rest in ("/page", "/file")} == {451}
    assert "Bí mật" not in get(room, "page", "/page").text


# -- pictures --------------------------------------------------------------------------------------------------------


def test_a_picture_is_what_its_bytes_are(room):
    answer = get(room, "picture", "/picture")
    assert answer.content == png(40, 30)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    for name in ("svg", "page", "pdf"):
        assert get(room, name, "/picture").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<html>GIF89a", None),
        (b"BM\x00", None),
        (b"", None),
    ],
)
def test_which_pictures_are_shown(body, kind):
    assert captured.picture_type(body) == kind


# -- the captured page -----------------------------------------------------------------------------------------------


def test_the_page_with_its_pictures_and_without_its_links(room):
    answer = get(room, "page", "/page")
    assert answer.headers["content-security-policy"] == captured.POLICY
    page = answer.text
    assert "<title>Đường hẻm</title>" in page
    assert '<h1 style="color:green">Đường hẻm mới</h1>' in page
    assert '<a title="https://song-trang.example/tin/2">rất mừng</a>' in page
    assert "href" not in page
    assert re.search(
        r'<img alt="Con hẻm" src="data:image/png;base64,[^"]+">|<img src="data:[^"]+" alt="Con hẻm">', page
    )
    assert '<img alt="Cây cầu">' in page


@pytest.mark.parametrize(
    ("name", "text"), [("zipped", "Đường hẻm mới"), ("old", "bà con nông dân phấn khởi"), ("wide", "Chữ rộng")]
)
def test_the_page_is_unpacked_and_decoded(room, name, text):
    assert text in get(room, name, "/page").text


def test_pictures_are_bounded(monkeypatch):
    monkeypatch.setattr(captured, "MAX_PICTURES", 1000)
    body = b'<img src="/a.png">' * 20
    page = captured.safe_page(body, url=SITE, content_type=None, picture=lambda url: png(30, 30))
    assert 0 < page.count("data:image/png") < 20
    assert page.count('alt="a.png"') > 0


class Read(HTMLParser):
    """What another parser than the one that wrote a page finds in it."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page.partition("<body>")[2])

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, attributes))

    def handle_comment(self, data):
        self.found.append(("comment", []))

    handle_decl = unknown_decl = handle_pi = handle_comment


def assert_harmless(page):
    allowed = {name for names in captured._ATTRIBUTES.values() for name in names}
    for tag, attributes in Read(page).found:
        assert tag in captured._TAGS, tag
        for name, value in attributes:
            assert name in allowed, name
            assert name != "src" or value.startswith("data:image/png;base64,"), value


def safe(text):
    return captured.safe_page(text.encode(), url=SITE + "/a/b", content_type=None, picture=lambda url: png())


def test_nothing_of_a_hostile_page_is_left_but_text():
    page = safe(HOSTILE)
    assert_harmless(page)
    assert "evil.example" not in re.sub(r'title="[^"]*"', "", page)
    for text in ("Chữ còn lại", "Cuối trang", "Ô"):
        assert text in page


# Lines of the hostile page, its pieces, and what breaks parsers, in any order.
_PIECES = [line for line in HOSTILE.splitlines() if line] + re.findall(r"<[^<>]*>|[^<>]+", HOSTILE)
_PIECES += [
    "<",
    ">",
    '"',
    "'",
    "`",
    "--!>",
    "<!--",
    "]]>",
    "</",
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "&lt;",
    "\0",
    "<p ",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=25))
@example(["\0"])
def test_pieces_of_hostile_pages_in_any_order_are_harmless(pieces):
    # What is mostly zero bytes is no page, and is not shown.
    with suppress(UnreadablePageError):
        assert_harmless(safe("".join(pieces)))


# -- in the browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(chromium):
    """A page, and what it asked for (what its policy stopped is not among it), said and opened."""
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    seen = []

    def asked(route):
        seen.append(route.request.url)
        # Nothing is looked up, nothing leaves.
        route.continue_() if "//127.0.0.1:" in route.request.url else route.abort()

    context.route("**/*", asked)
    context.on("page", lambda opened: seen.append(f"opened {opened.url}") if opened is not page else None)
    context.on("dialog", lambda dialog: (seen.append(f"said {dialog.message}"), dialog.dismiss()))
    yield page, seen
    context.close()


def test_no_request_but_ours_and_no_script(room, watched):
    page, seen = watched
    base = f"{room[1]}/capture/{room[0]['hostile']}"
    for address in (base, base + "/page"):
        page.goto(address)
        page.wait_for_timeout(300)
    own = [url for url in seen if url.startswith(room[1] + "/")]
    assert [url for url in seen if url not in own and not url.startswith("data:image/png")] == []
    assert {url.partition("?")[0].removeprefix(room[1]) for url in own} <= {
        f"/capture/{room[0]['hostile']}",
        f"/capture/{room[0]['hostile']}/page",
        "/room/style.css",
        "/favicon.ico",
    }


@pytest.mark.parametrize("way", ["rewritten, without a policy", "as it was, with the policy"])
def test_each_wall_holds_alone(room, watched, way):
    page, seen = watched
    address = room[1] + "/wall"
    rewritten = way.startswith("rewritten")
    headers = {"content-type": "text/html; charset=utf-8"}
    if not rewritten:
        headers["content-security-policy"] = captured.POLICY
    text = safe(HOSTILE) if rewritten else HOSTILE
    page.route(address, lambda route: route.fulfill(body=text, headers=headers))
    page.goto(address)
    page.wait_for_timeout(300)
    assert [url for url in seen if url != address and not url.startswith("data:image/")] == []


def test_the_hostile_page_does_act_where_nothing_holds_it(room, watched):
    page, seen = watched
    address = room[1] + "/wall"
    html = {"content-type": "text/html; charset=utf-8"}
    # A refresh at once would be all that it does.
    text = re.sub(r"<meta http-equiv=.refresh[^>]*>", "", HOSTILE)
    page.route(address, lambda route: route.fulfill(body=text, headers=html))
    page.goto(address, wait_until="commit")
    page.wait_for_timeout(1000)
    assert any("evil" in entry for entry in seen)
    assert any("said" in entry for entry in seen)


def loaded(picture):
    """A picture's place on the page once it has its size: a lazy one is loaded only when it comes into view."""
    picture.scroll_into_view_if_needed()
    picture.evaluate(
        "image => image.complete ? null : new Promise(done => image.onload = image.onerror = () => done())"
    )
    return picture.bounding_box()


def test_the_frame_shows_the_pictures(room, watched):
    page, _ = watched
    page.goto(f"{room[1]}/capture/{room[0]['page']}")
    frame = page.frame_locator("iframe.captured")
    assert frame.locator("h1").inner_text() == "Đường hẻm mới"
    picture = loaded(frame.get_by_alt_text("Con hẻm"))
    assert (picture["width"], picture["height"]) == (40, 30)
    page.goto(f"{room[1]}/article/{room[0]['article']}")
    assert loaded(page.get_by_alt_text("Chú thích"))["width"] >= 40


def test_no_other_site_can_frame_the_captured_page(room, watched):
    page, _ = watched
    address = f"{room[1]}/capture/{room[0]['page']}/page"
    other = "http://localhost:9/"
    html = {"content-type": "text/html"}
    page.route(other, lambda route: route.fulfill(body=f'<iframe src="{address}"></iframe>', headers=html))
    page.goto(other)
    page.wait_for_timeout(500)
    assert "Đường hẻm mới" not in page.frames[-1].content()
