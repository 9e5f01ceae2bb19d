"""Feeds and sitemaps as they are found: of every version, packed, in a wrong encoding, half broken, or hostile."""

import gzip

import pytest
from typewriters import tcvn3, twice, vni

from newsarchive.extract.document import UnreadablePageError
from newsarchive.extract.feeds import MAX_UNPACKED, is_feed
from newsarchive.extract.listing import read_listing
from newsarchive.sites.profile import load_site
from newsarchive.vietnamese.dates import read_date

SITE = "https://bennua.example.gov.vn"
TITLE = "Bến Nứa & Rạch Cát: ra quân dọn kênh"
ITEM = f"<title>Bến Nứa &amp; Rạch Cát: ra quân dọn kênh</title><link>{SITE}/tin/1.html</link>"
DAY = "<pubDate>Wed, 18 Nov 2020 08:15:00 +0700</pubDate>"


def rss(item=ITEM + DAY, *, head="<?xml version='1.0' encoding='utf-8'?>", version="2.0"):
    return f"{head}<rss version='{version}'><channel><title>Tin</title><item>{item}</item></channel></rss>"


def read(feed, path="/rss.xml", rules=None):
    return read_listing(feed if isinstance(feed, bytes) else feed.encode(), SITE + path, rules)


RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
    " xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='{site}/rss'><title>Tin</title></channel>"
    "<item rdf:about='{site}/tin/1.html'><title>Bến Nứa &amp; Rạch Cát: ra quân dọn kênh</title>{more}</item></rdf:RDF>"
)
VERSIONS = {
    "RSS 0.91": (rss(ITEM, version="0.91"), None),
    "RSS 2.0": (rss(), "2020-11-18"),
    "RSS 2.0, its own address before the article's": (
        rss("<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='/rss'/>" + ITEM + DAY),
        "2020-11-18",
    ),
    "RSS 1.0": (
        RDF.format(site=SITE, more=f"<link>{SITE}/tin/1.html</link><dc:date>2020-11-18T08:15:00+07:00</dc:date>"),
        "2020-11-18",
    ),
    "RSS 1.0 without links": (RDF.format(site=SITE, more=""), None),
    "RSS with a guid alone": (rss(ITEM.replace("link>", "guid>") + DAY), "2020-11-18"),
    "RSS with a picture's title first": (
        rss("<media:content xmlns:media='m'><media:title>Ảnh</media:title></media:content>" + ITEM),
        None,
    ),
    "Atom": (
        "<feed xmlns='http://www.w3.org/2005/Atom'><link href='/'/><entry><source><title>Nguồn</title></source><title "
        "type='html'>Bến Nứa &amp;amp; Rạch Cát: ra quân dọn kênh</title><link rel='self' href='/a'/><link "
        "href='/tin/1.html'/><published>2020-11-18T08:15:00+07:00</published></entry></feed>",
        "2020-11-18",
    ),
    "Atom 0.3": (
        f"<feed version='0.3'><entry>{ITEM.partition('<link')[0]}<link href='/tin/1.html'/>"
        "<issued>2020-11-18</issued></entry></feed>",
        "2020-11-18",
    ),
    "a news sitemap": (
        f"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>{SITE}/tin/1.html</loc><n:news>"
        "<n:publication><n:name>Bến Nứa</n:name></n:publication><n:publication_date>2020-11-18T08:15+07:00"
        "</n:publication_date><n:title>Bến Nứa &amp; Rạch Cát: ra quân dọn kênh</n:title></n:news></url></urlset>",
        "2020-11-18",
    ),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_every_version_says_address_title_and_day(name):
    feed, day = VERSIONS[name]
    (entry,) = read(feed).entries
    assert (entry.url, entry.title) == (f"{SITE}/tin/1.html", TITLE)
    assert (read_date(entry.date_text).date if entry.date_text else None) == day


BROKEN = {
    "blanks and a byte order mark before it": "\ufeff\n\n  " + rss(),
    "a script's warning before it": "<br />\n<b>Warning</b>: mysql_connect() in /x.php<br />\n" + rss(),
    "bare ampersands": rss(ITEM.replace("&amp;", "&") + DAY),
    "a bare ampersand in the address": rss(ITEM.replace("1.html", "1.html?utm_source=a&utm_medium=b") + DAY),
    "HTML's names for letters": rss(ITEM.replace("à", "&agrave;").replace(" ra ", "&nbsp;ra&nbsp;") + DAY)
    .replace("ế", "&#7871;"),
    "escaped twice": rss(ITEM.replace("&amp;", "&amp;amp;") + DAY),
    "in CDATA": rss(ITEM.replace("<title>", "<title><![CDATA[").replace("</title>", "]]></title>") + DAY),
    "in CDATA, bare": rss(
        ITEM.replace("<title>", "<title><![CDATA[").replace("</title>", "]]></title>").replace("&amp;", "&") + DAY
    ),
    "a control character": rss(ITEM.replace("Rạch", "\x0bRạch") + DAY),
    "an unclosed tag": rss(ITEM + "<description>Tóm <br>tắt</description>" + DAY),
    "cut off": rss(ITEM + DAY + "<description>Tóm tắt")[:-30],
    "a link without its host": rss(ITEM.replace(SITE, "") + DAY),
    "UTF-16": ("\ufeff" + rss(head="<?xml version='1.0' encoding='utf-16'?>")).encode("utf-16-le"),
    "UTF-8 that says it is windows-1258": rss(head="<?xml version='1.0' encoding='windows-1258'?>"),
    "UTF-8 of an encoding that is none": rss(head="<?xml version='1.0' encoding='unicode'?>"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_feed_is_read_all_the_same(name):
    (entry,) = read(BROKEN[name]).entries
    assert (entry.url, entry.title) == (f"{SITE}/tin/1.html", TITLE)


def test_a_feed_in_windows_1258():
    feed = rss(head="<?xml version='1.0' encoding='windows-1258'?>").encode("utf-8")
    # "ế" is e with circumflex and a combining acute in that code page.
    windows = rss("<title>Bê\u0301n Nư\u0301a</title><link>/tin/1.html</link>", head="<?xml version='1.0'?>").encode(
        "cp1258"
    )
    assert [e.title for e in read(windows).entries] == ["Bến Nứa"]
    assert [e.title for e in read(feed).entries] == [TITLE]


@pytest.mark.parametrize(
    "stated",
    [
        "Wed, 18 Nov 2020 08:15:00 GMT+7",
        "Wed, 18 Nov 2020",
        "18/11/2020 08:15:00",
        "18/11/2020 8:15:00 SA",
        "Thứ Tư, 18/11/2020, 08:15 GMT+7",
        "2020-11-18 08:15:00",
        "2020-11-18T01:15:00Z",
        "18-11-2020",
    ],
)
def test_a_date_in_any_habit_is_one_the_date_reader_knows(stated):
    (entry,) = read(rss(f"{ITEM}<pubDate>{stated}</pubDate>")).entries
    assert read_date(entry.date_text).date == "2020-11-18"


def test_a_guid_that_is_no_address_is_none():
    assert read(rss("<title>Một tin</title><guid isPermaLink='false'>12345 at bennua</guid>")).entries == []


def test_a_packed_sitemap_is_unpacked():
    sitemap = f"<urlset><url><loc>{SITE}/tin/1.html</loc></url></urlset>".encode()
    assert [e.url for e in read(gzip.compress(sitemap), "/sitemap.xml.gz").entries] == [f"{SITE}/tin/1.html"]
    index = f"<sitemapindex><sitemap><loc>{SITE}/sitemap-1.xml.gz</loc></sitemap></sitemapindex>".encode()
    assert read(gzip.compress(index), "/sitemap.xml.gz").children == [f"{SITE}/sitemap-1.xml.gz"]


def test_a_packed_file_that_is_a_bomb_or_broken_is_refused():
    bomb = gzip.compress(b"<urlset>" + b" " * (MAX_UNPACKED + 1))
    with pytest.raises(UnreadablePageError, match="more than"):
        read(bomb)
    with pytest.raises(UnreadablePageError, match="cannot be unpacked"):
        read(b"\x1f\x8b" + b"x" * 100)


def test_a_feed_in_pages_says_where_it_goes_on():
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='next' href='/feed?page=2'/>" + "<entry></entry></feed>"
    assert read(atom).next_url == f"{SITE}/feed?page=2"
    assert read(rss()).next_url is None


def test_of_a_sitemap_a_familys_articles_are_taken_where_there_are_any():
    rules = load_site("quan-1").rules()
    names = ["/tin-tuc/ra-quan-don-kenh-1491800001", "/gioi-thieu", "/chuyen-muc/xay-dung-dang-1002"]
    sitemap = f"<urlset>{''.join(f'<url><loc>{SITE}{name}</loc></url>' for name in names)}</urlset>"
    assert [(e.url, e.position) for e in read(sitemap, rules=rules).entries] == [(SITE + names[0], 0)]
    other = sitemap.replace("/tin-tuc/", "/bai/")
    assert len(read(other, rules=rules).entries) == 3


@pytest.mark.parametrize(
    "page", ["<?xml version='1.0'?><!DOCTYPE html><html><body>", "<p>Xem <?xml ?> và rss</p>", "{}"]
)
def test_a_page_is_no_feed(page):
    assert not is_feed(page.encode())


@pytest.mark.parametrize("doctype", ["<!ENTITY b SYSTEM 'file:///etc/passwd'>", "<!ENTITY b 'ha'>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_encoding_and_place(doctype, encoding):
    feed = rss(head=f"<b>Notice</b><?xml version='1.0'?><!DOCTYPE rss [{doctype}]>")
    if encoding == "utf-16":
        feed = feed.removeprefix("<b>Notice</b>")
    with pytest.raises(UnreadablePageError, match="entities"):
        read(feed.encode(encoding))


@pytest.mark.parametrize("part", ["<![CDATA[", "&", "&a;", "<item>", "<?xml", "]]>"])
def test_a_feed_of_one_thing_without_end_is_no_work(part):
    assert read(rss(ITEM + DAY + part * 200_000)).kind == "feed"


@pytest.mark.parametrize("typed", [tcvn3, vni, twice], ids=["TCVN3", "VNI", "encoded twice"])
@pytest.mark.parametrize("form", ["{}", "<![CDATA[{}]]>"])
def test_titles_typed_in_old_fonts_or_encoded_twice_are_mended(typed, form):
    title = "Hội thi hát đôi của nông dân huyện được tổ chức tại chợ nổi"
    item = f"<title>{form.format(typed(title))}</title><link>{SITE}/tin/1.html</link>{DAY}"
    assert [entry.title for entry in read(rss(item)).entries] == [title]
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>{typed(title)}</title><id>{SITE}/2</id>"
    atom += f"<link href='{SITE}/tin/2.html'/></entry></feed>"
    assert [entry.title for entry in read(atom).entries] == [title]
