"""``sites new``: whatever address of a site is named, its news is found, and a profile is written that crawls."""

import json
import tomllib

import pytest
from crawling import LISTING, Paper, Response, add_site, command, crawl, html, listing_page, serve

from newsarchive.cli.site_new import profile_toml
from newsarchive.cli.survey import Found, Survey
from newsarchive.sites.profile import load_profile

SITE = "Cổng thông tin điện tử Quận Sen Hồng"
MENU = {
    "/gioi-thieu": "Giới thiệu",
    "/thoi-su": "Tin thời sự",
    "/van-hoa": "Văn hóa - Xã hội",
    "/van-ban": "Văn bản chỉ đạo kinh tế",
    "/lien-he": "Liên hệ",
}


def page(main, *, title=SITE, head="", menu=MENU):
    links = "".join(f'<li><a href="{path}">{label}</a></li>' for path, label in menu.items())
    return html(
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><div id="header">{SITE}</div>'
        f'<ul class="menu"><li><a href="/">Trang chủ</a></li>{links}</ul>{main}'
        "<div id='footer'>Trụ sở: 5 Bến Đò, Quận Sen Hồng, Thành phố Lam Giang</div></body></html>"
    )


def feed(paper, base=""):
    items = "".join(f"<item><title>{i.title}</title><link>{base}{p}</link></item>" for p, i in shown(paper))
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{SITE}</title>{items}</channel></rss>'
    return Response(200, {"Content-Type": "application/rss+xml"}, body.encode())


def shown(paper):
    return [(path, paper.items[path]) for path in paper.order]


@pytest.fixture
def paper():
    """A paper whose front page shows the newest, with a menu that leads to two sections and to other things."""
    paper = Paper(8)
    newest = "".join(f'<li><a href="{path}">{item.title}</a></li>' for path, item in shown(paper)[:4])
    paper.others["/"] = page(f"<div class='moi'><h2>Tin mới</h2><ul>{newest}</ul></div>")
    paper.others["/thoi-su"] = html(listing_page(shown(paper)[:5]))
    paper.others["/van-hoa"] = html(listing_page(shown(paper)[5:]))
    paper.others["/gioi-thieu"] = page("<p>Quận Sen Hồng nằm bên sông, có tám phường và hơn mười vạn dân.</p>")
    paper.others["/van-ban"] = page("<p>Danh mục đang được cập nhật.</p>")
    return paper


def new(folder, url, *options):
    return command("--archive", folder, "sites", "new", url, "--delay", 0, *options)


def profile(folder, name="sen-hong"):
    return tomllib.loads((folder / "sites" / f"{name}.toml").read_text(encoding="utf-8"))


def nothing_written(folder):
    return not list(folder.rglob("*.toml"))


# -- what is named -----------------------------------------------------------------------------------------------------


def test_the_page_that_lists_the_news_is_taken_as_it_was_named(tmp_path, paper):
    with serve(paper) as base:
        done = new(tmp_path, f"{base}{LISTING}#top")
        assert done.status == 0, done.err
        assert profile(tmp_path) == {
            "title": SITE,
            "district": "Quận Sen Hồng",
            "province": "Thành phố Lam Giang",
            "listings": [f"{base}{LISTING}"],
            "delay": 0,
        }
        assert "the page you named lists articles" in done.out
        assert f"{base}{LISTING}  (listing, 4 articles, with a next page)" in done.out
        assert crawl(tmp_path).run["articles_new"] == 8
    assert "Traceback" not in done.err


def test_three_articles_are_shown_with_the_evidence_of_their_fields(tmp_path, paper):
    with serve(paper) as base:
        out = new(tmp_path, base + LISTING).out
    newest = [paper.items[path] for path in paper.order[:3]]
    assert [line for line in out.splitlines() if line.startswith("Khu phố")] == [item.title for item in newest]
    assert f"  date        {newest[0].day}" in out
    assert f"it is printed on the page: “{newest[0].day:%d/%m/%Y}”" in out
    assert f"    begins    {newest[0].paragraphs[0][:99]}" in out
    assert newest[0].paragraphs[-1][-99:] in out
    assert "  byline      not found" in out
    assert out.index("Written: ") < out.index("sites check sen-hong") < out.index("crawl sen-hong --limit 20")
    assert not (tmp_path / "news.db").exists()


def test_from_a_front_page_its_sections_are_proposed(tmp_path, paper):
    log = []
    with serve(paper, log=log) as base:
        done = new(tmp_path, base)
        assert done.status == 0, done.err
        assert profile(tmp_path)["listings"] == [f"{base}/thoi-su", f"{base}/van-hoa"]
    assert "these are the sections it links to that list articles" in done.out
    assert "Tin thời sự, 5 articles" in done.out
    assert not {"/gioi-thieu", "/van-ban", "/lien-he"} & set(log)


def test_a_front_page_that_only_leads_on_is_followed(tmp_path, paper):
    paper.others["/vi/cong"] = paper.others["/"]
    paper.others["/"] = html('<html><head><meta http-equiv="refresh" content="0;url=/vi/cong"></head></html>')
    with serve(paper) as base:
        done = new(tmp_path, base)
        assert done.status == 0, done.err
        assert profile(tmp_path)["listings"] == [f"{base}/thoi-su", f"{base}/van-hoa"]
    assert f"{base}/ leads to {base}/vi/cong, which is taken in its place" in done.out
    assert profile(tmp_path)["title"] == SITE


def test_the_cms_is_told_by_the_pages_signs(tmp_path, paper):
    listing = paper.handle(LISTING).body.decode()
    paper.others[LISTING] = html(listing.replace("<head>", '<head><meta name="generator" content="NukeViet v4.5">'))
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING)
    assert profile(tmp_path)["family"] == "nukeviet"
    assert "  CMS         NukeViet" in done.out


def test_a_front_page_that_cannot_be_had_is_done_without(tmp_path, paper):
    paper.others["/"] = html("lỗi", 500)
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING)
        assert done.status == 0, done.err
        assert profile(tmp_path)["title"] == "Quận Sen Hồng"


def test_an_article_that_was_named_by_mistake_leads_to_its_section(tmp_path, paper):
    trail = '<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/van-hoa">Văn hóa - Xã hội</a></div>'
    named = paper.order[-1]
    whole = paper.handle(named).body.decode()
    paper.others[named] = html(whole.replace('<div class="main">', f'{trail}<div class="main">'))
    with serve(paper) as base:
        done = new(tmp_path, base + named)
        assert done.status == 0, done.err
        assert profile(tmp_path)["listings"] == [f"{base}/van-hoa"]
    assert "the page you named is an article, and this is its section" in done.out


def test_an_article_without_a_trail_leads_to_the_sections_of_the_menu(tmp_path, paper):
    with serve(paper) as base:
        done = new(tmp_path, base + paper.order[0])
        # Its menu has "Tin tức".
        assert profile(tmp_path)["listings"] == [base + LISTING]
    assert "the page you named is an article; these are the sections" in done.out


def test_a_feed_is_used_and_it_is_said_that_it_reaches_the_newest_only(tmp_path, paper):
    paper.others["/rss"] = feed(paper)
    with serve(paper) as base:
        done = new(tmp_path, f"{base}/rss")
        assert done.status == 0, done.err
        assert profile(tmp_path)["listings"] == [f"{base}/rss"]
        assert profile(tmp_path)["title"] == SITE
    assert "a feed reaches the newest articles only (8 now)" in done.out


def test_feeds_and_sitemaps_beside_a_listing_are_told(tmp_path, paper):
    head = '<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/rss+xml" href="/comments/feed">'  # fmt: skip  # noqa: E501
    paper.others["/"] = page("<p>Chào mừng</p>", head=head)
    urls = "".join(f"<url><loc>BASE{path}</loc></url>" for path in paper.order)
    with serve(paper) as base:
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.replace("BASE", base)
        paper.others["/so-do.xml"] = Response(200, {"Content-Type": "text/xml"}, sitemap.encode())
        paper.others["/robots.txt"] = Response(200, {}, b"User-agent: *\nDisallow:\nSitemap: /so-do.xml\n")
        done = new(tmp_path, base + LISTING, "--json")
        found = json.loads(done.out)
        assert [(one["url"], one["what"], one["articles"]) for one in found["also_found"]] == [
            (f"{base}/so-do.xml", "sitemap", 8),
            (f"{base}/rss", "feed", 0),
        ]
        named = new(tmp_path, f"{base}/so-do.xml", "--name", "so-do")
        assert named.status == 0, named.err
        assert profile(tmp_path, "so-do")["listings"] == [f"{base}/so-do.xml"]


def test_a_site_without_sections_is_read_by_its_feed(tmp_path, paper):
    head = '<link rel="alternate" type="application/atom+xml" href="/rss">'
    paper.others["/"] = page("<p>Chào mừng quý vị</p>", menu={}, head=head)
    paper.others["/rss"] = feed(paper)
    with serve(paper) as base:
        done = new(tmp_path, base)
        assert profile(tmp_path)["listings"] == [f"{base}/rss"]
    assert "no page that lists articles was found, so the site's feed is read" in done.out


def test_what_is_found_is_one_object_for_a_program(tmp_path, paper):
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING, "--json", "--name", "q-sen-hong")
    found = json.loads(done.out)
    assert (found["name"], found["file"]) == ("q-sen-hong", str(tmp_path / "sites" / "q-sen-hong.toml"))
    assert len(found["articles"]) == 3
    article = found["articles"][0]
    assert (article["title"], article["doubts"]) == (paper.items[paper.order[0]].title, [])
    assert {"date", "date_source", "date_text", "byline", "source", "lead", "caption", "body", "links"} <= set(article)
    assert found["listings"] == [{"url": base + LISTING, "articles": 4, "next": True, "what": "listing"}]
    assert (found["district"], found["delay"], found["failures"]) == ("Quận Sen Hồng", 0, [])


def test_what_looks_doubtful_is_said(tmp_path, paper):
    for path in paper.order:
        paper.edit(path, day=paper.today, paragraphs=["Bà con khu phố vừa góp tiền để tráng lại mặt hẻm bị hư hỏng."])
    with serve(paper) as base:
        out = new(tmp_path, base + LISTING).out
    assert out.count("look        body: very short: 60 characters") == 3


# -- manners -----------------------------------------------------------------------------------------------------------


def test_robots_txt_that_refuses_is_obeyed_and_nothing_written(tmp_path, paper):
    log = []
    paper.others["/robots.txt"] = Response(200, {}, b"User-agent: *\nDisallow: /\n")
    with serve(paper, log=log) as base:
        done = new(tmp_path, base + LISTING)
    assert done.status == 3
    assert "refused by robots.txt; ask the site's keeper" in done.err
    assert log == ["/robots.txt"]
    assert nothing_written(tmp_path)


def test_the_delay_that_robots_txt_asks_for_is_kept_and_written(tmp_path, paper):
    paper.others["/robots.txt"] = Response(200, {}, b"User-agent: *\nCrawl-delay: 0.1\n")
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING)
    assert profile(tmp_path)["delay"] == 0.1
    assert "0.1 s between two requests (its robots.txt asks for 0.1)" in done.out


@pytest.mark.parametrize(
    ("status", "says"),
    [(500, "robots.txt cannot be read (the site answers 500"), (404, None)],
)
def test_a_robots_txt_that_cannot_be_had(tmp_path, paper, status, says):
    paper.others["/robots.txt"] = html("lỗi", status)
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING)
    assert done.status == (3 if says else 0)
    assert (says or "") in done.err


def test_a_site_that_leads_to_another_host_is_not_followed_there(tmp_path, paper):
    with serve(paper) as other:
        paper.others["/cu"] = Response(301, {"Location": other.replace("127.0.0.1", "localhost") + LISTING}, b"")
        with serve(paper) as base:
            done = new(tmp_path, f"{base}/cu")
    assert done.status == 3
    assert "leads to another host" in done.err
    assert nothing_written(tmp_path)


# -- what cannot be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("http://127.0.0.1:1/tin-tuc", 3, "cannot be fetched (Connection refused)"),
        ("song-trang.example/tin-tuc", 2, "did you mean https://song-trang.example/tin-tuc?"),
        ("ftp://song-trang.example/", 2, "not an http(s) address"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_sentence(tmp_path, address, status, says):
    done = new(tmp_path, address)
    assert (done.status, done.out) == (status, "")
    assert says in done.err
    assert "Traceback" not in done.err
    assert nothing_written(tmp_path)


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (page("<p>Nội dung đang được cập nhật.</p>", menu={}), 1, "lists no articles"),
        (Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"), 1, "a PDF document"),
        (html("<h1>Không tìm thấy</h1>", 404), 3, "the site answers 404"),
        (html("<h1>Lỗi</h1>", 503), 3, "the site answers 503"),
    ],
)
def test_a_page_that_leads_to_no_news_is_told_with_what_to_do(tmp_path, paper, answer, status, says):
    paper.others["/trang"] = answer
    paper.others["/"] = page("<p>Chào mừng quý vị</p>", menu={})
    with serve(paper) as base:
        done = new(tmp_path, f"{base}/trang")
    assert (done.status, done.out) == (status, "")
    assert says in done.err
    assert nothing_written(tmp_path)


def test_a_listing_of_pages_that_are_no_articles_makes_no_profile(tmp_path, paper):
    for path in paper.order:
        paper.edit(path, answer=page("<p>Mời đăng nhập</p>"))
    with serve(paper) as base:
        done = new(tmp_path, base + LISTING)
    assert (done.status, done.out) == (1, "")
    assert "no article could be read, so no profile is written" in done.err
    assert nothing_written(tmp_path)


def test_an_existing_profile_is_never_overwritten(tmp_path, paper):
    log = []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        before = (tmp_path / "sites" / "sen-hong.toml").read_bytes()
        named = new(tmp_path, base + LISTING, "--name", "sen-hong")
        assert log == []
        made = new(tmp_path, base + LISTING)
        shipped = new(tmp_path, base + LISTING, "--name", "quan-1")
        other = new(tmp_path, base + LISTING, "--name", "sen-hong-2")
    assert [named.status, made.status, shipped.status, other.status] == [2, 2, 2, 0]
    for refused in (named, made):
        assert f"{tmp_path}/sites/sen-hong.toml: is there already" in refused.err
        assert "choose another name with --name" in refused.err
    assert (tmp_path / "sites" / "sen-hong.toml").read_bytes() == before
    assert "sen-hong crawls the same page already" in other.out


@pytest.mark.parametrize("name", ["../x", "Sen-Hong", "sen hong", "", "-x", "/etc/x", "sen_hong", "x" * 65])
def test_a_name_that_is_none_is_refused_before_anything_is_fetched(tmp_path, name):
    done = new(tmp_path, "http://127.0.0.1:1/", "--name", name)
    assert done.status == 2
    assert "use only a–z, 0–9 and '-'" in done.err


# -- hostile sites -----------------------------------------------------------------------------------------------------

HOSTILE = (
    'Trang tin "Quận \\ ../../../etc/passwd"\\nlistings = ["http://evil.example/"]\x1b[31m\x7f\u202e Huyện ../../Sông'
)


def test_a_hostile_title_neither_breaks_the_profile_nor_leaves_the_folder(tmp_path, paper):
    paper.others["/"] = page("<p>Chào mừng</p>", title=HOSTILE.replace("<", ""), head="<meta property='og:site_name'>")
    with serve(paper) as base:
        paper.others[LISTING] = html(paper.handle(LISTING).body.decode().replace("Quận Sen Hồng", HOSTILE))
        done = new(tmp_path, base + LISTING)
        assert done.status == 0, done.err
        (written,) = tmp_path.rglob("*.toml")
        assert written.parent == tmp_path / "sites"
        assert load_profile(written).listings == (base + LISTING,)
    assert not {"\x1b", "\x7f", "\u202e"} & set(done.out + done.err)


@pytest.mark.parametrize(
    "title",
    [HOSTILE, '"""', "'''", "\\", 'a"\nb = 1', "\x00\x1f\x7f\x85\u2028", "# không", "{x}", "é" * 5000, "\U0001f600"],
)
def test_any_title_is_a_title_in_toml(title):
    found = Survey("https://x.example/", title=title, district=title, province=title)
    found.chosen = [Found("https://x.example/tin", 5, True, "listing")] * 2
    read = tomllib.loads(profile_toml(found, 0.25))
    assert (read["title"], read["district"], read["province"]) == (title, title, title)
    assert (len(read["listings"]), read["delay"]) == (2, 0.25)
    assert set(read) == {"title", "district", "province", "listings", "delay"}
