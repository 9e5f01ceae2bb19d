"""An article's page, its versions, its citation as a file; and nothing of what is withheld."""

import json
import re
import tomllib
from pathlib import Path

import httpx
import pytest
from archives import capture, keep
from readingroom import served

from newsarchive import web
from newsarchive.archive.store import Archive
from newsarchive.items import Link
from newsarchive.research import evidence, record
from newsarchive.research.sentences import Day, Sentence
from newsarchive.web import language

URL = "https://song-trang.example/tin-tuc/"
HOSTILE = "<script>alert(1)</script>"
BODY = "Bà con góp 50 triệu đồng tráng lại mặt hẻm.\n\nHẻm rộng thêm một mét; bà con rất mừng."


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """An archive's folder, its articles' ids by name, and the address that serves it."""
    folder = tmp_path_factory.mktemp("room")
    with Archive.create(folder) as archive:
        ids = fill(archive)
    with served(folder) as address:
        yield folder, ids, address


def fill(archive):
    ids = {}
    ids["before"] = keep(archive, "Hội chợ hoa xuân", date="2020-10-01", url=URL + "1")
    ids["hidden"] = keep(archive, "Bí mật gia đình", "Chuyện riêng.", date="2020-10-05", url=URL + "2")
    links = [
        Link("related", URL + "1", "Hội chợ"),
        Link("related", URL + "2", "Bí mật gia đình"),
        Link("inline", "https://else.example/a?b=1&c=2", "Nơi khác"),
    ]
    said = {
        "date": "2020-10-08",
        "date_source": "article",
        "date_text": "Thứ Năm, 08/10/2020",
        "event_date": "2020-10-07",
        "published_at": "2020-10-08T15:32:08+07:00",
        "field_sources": {
            "title": "article",
            "byline": "below the body",
            "date": {
                "dateline": "Sáng 7/10",
                "dateline_oddities": ["year assumed"],
                "oddities": ["weekday conflict"],
                "others": [
                    {
                        "source": "meta",
                        "date": "2021-01-01",
                        "text": "2021-01-01T00:00",
                        "place": "the page's metadata",
                        "refused": "the page prints an earlier day",
                    },
                    {"source": "url", "date": "2020-10-08", "text": "2020/10/08", "place": "the address"},
                    {"source": "x", "date": "2019", "place": "a place of a later version"},
                ],
            },
        },
    }
    ids["main"] = keep(
        archive,
        f"Góp sức làm đường hẻm {HOSTILE}",
        BODY,
        lead=BODY.split("\n\n", maxsplit=1)[0],
        byline="Hoài Nam",
        url=URL + "3",
        captions=["Con hẻm mới"],
        links=links,
        **said,
    )
    keep(
        archive,
        "Góp sức làm đường hẻm 58",
        BODY.replace("50", "55"),
        url=URL + "3",
        at="2020-12-01T02:00:00Z",
        byline="Hoài Nam",
        links=links,
        captions=["Con hẻm mới"],
        **said,
    )
    ids["after"] = keep(archive, "Lễ hội mùa nước nổi", date="2020-10-20", links=[Link("inline", URL + "3", "hẻm")])
    ids["month"] = keep(archive, "Tin chỉ có tháng", date="2020-11", date_source="listing", url=URL + "month")
    ids["gone"] = keep(archive, "Tin đã mất", url=URL + "gone")
    archive.mark_gone(ids["gone"], capture(archive, URL + "gone", at="2021-02-01T00:00:00Z", body=b"404"))
    archive.withhold(ids["hidden"], "theo yêu cầu của gia đình bà Lê Thị Kín")
    return ids


def get(room, path, code="en", **options):
    return httpx.get(room[2] + path, headers={"accept-language": code}, **options)


def described(page):
    """The JSON-LD in a page's head."""
    return re.search('<script type="application/ld\\+json">(.*?)</script>', page)[1]


def shown(page):
    """A page's text as it is read."""
    return " ".join(re.sub(r"<[^>]*>", "", page).split())


def test_the_article_with_the_evidence_for_its_date(room):
    text = shown(get(room, f"/article/{room[1]['main']}").text)
    assert "Góp sức làm đường hẻm 58" in text
    assert "8 October 2020" in text
    assert "15:32 (UTC+07:00)" in text
    assert "it is printed on the page: “Thứ Năm, 08/10/2020”" in text
    assert "odd: weekday conflict" in text
    assert "not taken: 1 January 2021 from the page's metadata “2021-01-01T00:00”: the page prints an earlier day" in (
        text.replace("&#39;", "'")
    )
    assert "the same from the address “2020/10/08”" in text
    assert "the opening of the text says “Sáng 7/10”" in text


def test_the_evidence_in_vietnamese(room):
    text = shown(get(room, f"/article/{room[1]['main']}", "vi").text)
    assert "được in trên trang: “Thứ Năm, 08/10/2020”" in text
    assert "điểm lạ: thứ trong tuần không khớp" in text
    assert "không dùng: 1/1/2021 theo siêu dữ liệu của trang “2021-01-01T00:00”: trang in một ngày sớm hơn" in text
    assert "không dùng: năm 2019 theo a place of a later version" in text


def test_a_month_stays_a_month(room):
    page = get(room, f"/article/{room[1]['month']}").text
    assert "November 2020" in page
    assert 'datetime="2020-11"' in page


def test_the_sapo_is_shown_once(room):
    page = get(room, f"/article/{room[1]['main']}/version/1").text
    assert page.count("Bà con góp 50 triệu") == 1
    page = get(room, f"/article/{room[1]['main']}").text
    assert page.count("Bà con góp 55 triệu đồng tráng lại mặt hẻm.") == 1


def test_versions_and_what_is_different(room):
    base = f"/article/{room[1]['main']}"
    page = get(room, base).text
    assert f'href="{base}/version/2"' in page
    assert "as the site changed it" in page
    page = get(room, base + "/version/2").text
    assert "<del>50 </del><ins>55 </ins>" in page
    assert "<del>&lt;script&gt;alert(1)&lt;/script&gt;</del><ins>58</ins>" in page
    assert get(room, base + "/version/3").status_code == 404
    assert "The article has no such version." in get(room, base + "/version/3").text


def test_hostile_text_is_text(room):
    page = get(room, f"/article/{room[1]['main']}/version/1").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    page = get(room, "/article/3?q=%3Cscript%3Ealert(1)%3C/script%3E%22").text
    assert re.findall("<script[^>]*>", page) == ['<script type="application/ld+json">']
    assert json.loads(described(page))["headline"] == "Góp sức làm đường hẻm 58"


def test_who_took_a_picture_is_said_once(tmp_path):
    with Archive.create(tmp_path) as archive:
        for title, caption in (("Một", "Bến sông. Ảnh: Thu Ba"), ("Hai", "Bến sông")):
            keep(archive, title, captions=[caption])
        archive.connection.execute("UPDATE images SET credit = 'Thu Ba'")
    with served(tmp_path) as address:
        pages = [httpx.get(f"{address}/article/{number}").text.partition("</head>")[2] for number in (1, 2)]
    assert [page.count("Thu Ba") for page in pages] == [1, 1]


def test_links_out_and_in(room):
    ids = room[1]
    page = get(room, f"/article/{ids['main']}").text
    assert f'<a href="/article/{ids["before"]}">Hội chợ</a>' in page
    assert '<a href="https://else.example/a?b=1&amp;c=2" rel="external noreferrer noopener">Nơi khác</a>' in page
    assert f'<a href="/article/{ids["after"]}">Lễ hội mùa nước nổi</a>' in page.partition("Articles that link here")[2]


def test_before_and_after_leave_out_what_is_withheld(room):
    ids = room[1]
    page = get(room, f"/article/{ids['main']}").text
    assert f'rel="prev" href="/article/{ids["before"]}"' in page
    assert f'rel="next" href="/article/{ids["after"]}"' in page


def test_gone_with_the_proof(room):
    page = get(room, f"/article/{room[1]['gone']}").text
    assert "The site had it no more on 1 February 2021" in shown(page)
    proof = re.search(r'href="(/capture/\d+)">The answer that shows it', page)[1]
    assert "it shows that the site no longer had" in get(room, proof).text


def test_the_words_looked_for_are_marked(room):
    page = get(room, f"/article/{room[1]['main']}?q=ba+con").text
    assert "<mark>Bà</mark> <mark>con</mark> góp" in page
    assert 'href="/search?q=ba%20con"' in page


def test_the_citation_as_files(room):
    base = f"/article/{room[1]['main']}"
    answer = get(room, base + ".bib")
    assert answer.text.startswith("@online{song-trang-")
    assert answer.headers["content-disposition"] == f'attachment; filename="song-trang-{room[1]["main"]}.bib"'
    assert get(room, base + ".ris").text.startswith("TY  - ELEC\r\n")
    (item,) = get(room, base + ".csl.json").json()
    assert item["issued"] == {"date-parts": [[2020, 10, 8]]}
    item = get(room, base + ".jsonld").json()
    assert (item["@type"], item["url"], item["datePublished"]) == (
        "NewsArticle",
        URL + "3",
        "2020-10-08T15:32:08+07:00",
    )
    whole = get(room, base + ".json").json()
    assert whole["title"] == "Góp sức làm đường hẻm 58"
    assert [link["url"] for link in whole["links"]] == [URL + "1", "https://else.example/a?b=1&c=2"]


def test_the_head_says_it_to_programs(room):
    base = f"/article/{room[1]['main']}"
    page = get(room, base).text
    in_file = get(room, base + ".jsonld").json()
    assert json.loads(described(page)) == {name: said for name, said in in_file.items() if name != "articleBody"}
    head = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page))
    assert head["citation_public_url"] == URL + "3"
    assert (head["DC.title"], head["DC.creator"]) == ("Góp sức làm đường hẻm 58", "Hoài Nam")
    assert (head["DC.date"], head["og:site_name"]) == ("2020-10-08", "song-trang")
    for kind, address in re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', page):
        assert get(room, address).headers["content-type"].partition(";")[0] == kind


def test_a_hostile_title_stays_in_the_description(tmp_path):
    with Archive.create(tmp_path) as archive:
        number = keep(archive, "</script><script>alert(1)</script><!--", byline='"><meta http-equiv=refresh>')
    with served(tmp_path) as address:
        page = httpx.get(f"{address}/article/{number}").text
    assert page.count("<script") == page.count("</script>") == 1
    assert "<!--" not in page
    assert json.loads(described(page))["headline"].startswith("</script>")
    assert "<meta http-equiv" not in page


def test_nothing_of_a_withheld_article(room):
    folder, ids, _ = room
    with Archive.read(folder) as archive:
        (kept,) = archive.rows("SELECT capture_id FROM articles WHERE id = ?", ids["hidden"])
    one, other = f"/article/{ids['hidden']}", f"/capture/{kept['capture_id']}"
    paths = [one, one + "/version/1", one + ".bib", one + ".ris", one + ".csl.json", one + ".json"]
    paths += [other, other + "/page", other + "/picture", other + "/file"]
    for path in paths:
        answer = get(room, path)
        assert answer.status_code == 451, path
        assert "Bí mật" not in answer.text
        assert "Lê Thị Kín" not in answer.text
    for name in ("main", "before", "after"):
        assert "Bí mật" not in get(room, f"/article/{ids[name]}").text
        assert "Bí mật" not in get(room, f"/article/{ids[name]}.json").text


def test_a_page_with_the_bytes_of_a_withheld_one_is_not_framed(room):
    # All pages of this archive have the same bytes.
    assert "<iframe" not in get(room, f"/article/{room[1]['main']}").text


@pytest.mark.parametrize("path", ["/article/999", "/article/" + "9" * 40, "/capture/999", "/article/0/version/1"])
def test_what_is_not_there(room, path):
    answer = get(room, path, "vi")
    assert answer.status_code == 404
    assert "Không có" in answer.text


def test_every_sentence_has_its_vietnamese():
    messages = tomllib.loads((Path(web.__file__).parent / "vi.toml").read_text(encoding="utf-8"))
    said = {*evidence.STANDS.values(), *evidence.PLACES.values(), *evidence.DETAILS.templates}
    for module in (evidence, record):
        said |= set(re.findall(r'Sentence\(\s*"([^"]+)"', Path(module.__file__).read_text(encoding="utf-8")))
    for name in ("article", "capture"):
        source = (Path(web.__file__).parent / "pages" / f"{name}.py").read_text(encoding="utf-8")
        said |= set(re.findall(r'^(?:[A-Z_]+ =|    "\w+":) "([^"]+)"', source, re.MULTILINE))
    for name in ("_evidence", "article", "version", "capture", "error"):
        source = (Path(web.__file__).parent / "templates" / f"{name}.html").read_text(encoding="utf-8")
        said |= set(re.findall(r'_\("([^"]+)"', source))
    assert len(said) > 100
    assert sorted(said - set(messages) - {"{text}"}) == []
    for text in said & set(messages):
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", messages[text])), text


def test_a_sentence_is_filled_once():
    inner = Sentence("{said} “{text}”", {"said": Sentence("no day"), "text": "{said} {x}"})
    assert str(inner) == "no day “{said} {x}”"
    assert language.of("vi").tell(inner) == "không phải là một ngày “{said} {x}”"
    assert language.of("vi").tell(Sentence("not after {day}", {"day": Day("2020-10")})) == (
        "không muộn hơn tháng 10 năm 2020"
    )
    assert evidence.DETAILS.of("2020-10-07 at +00:00").values["day"] == "2020-10-07"
    assert language.of("vi").tell(evidence.DETAILS.of("no {such} words")) == "no {such} words"


def test_a_page_in_the_browser_without_complaint(room, chromium):
    page = chromium.new_page(locale="vi-VN")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{room[2]}/article/{room[1]['main']}/version/2")
    assert page.locator("ins").first.inner_text().strip() == "58"
    page.goto(f"{room[2]}/article/{room[1]['main']}")
    page.get_by_text("Con hẻm mới").wait_for()
    assert complaints == []
    page.close()
