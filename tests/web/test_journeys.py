"""The reading room as people go through it, in a real browser: by mouse and by keyboard, with scripts and without."""

import csv
from pathlib import Path

import pytest
from library import ALLEY, HOSTILE, SECRET

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def heading(page):
    return page.locator("h1").first.inner_text()


@scripts
def test_from_the_front_page_to_a_captured_page_and_back(library, reading, scripts):
    address, ids = library
    page = reading(java_script_enabled=scripts)
    page.goto(address + "/")
    assert page.get_by_role("heading", name="Thành phố Hải Bình").is_visible()
    page.get_by_role("link", name="Trang tin Huyện Sông Trăng", exact=True).first.click()
    assert heading(page) == "Trang tin Huyện Sông Trăng"
    assert page.get_by_text("refused by robots.txt").count() == 1
    assert SECRET not in page.content()
    page.get_by_role("link", name=ALLEY[0]).first.click()
    article = page.url
    assert heading(page) == ALLEY[0]
    page.get_by_text("The captured page", exact=True).click()
    frame = page.frame_locator("details iframe")
    assert frame.locator("h1").inner_text() == ALLEY[0]
    page.locator("section[aria-labelledby=evidence] a[href^='/capture/']").click()
    assert page.url.endswith(f"/capture/{ids['page']}")
    assert page.frame_locator("iframe.captured").get_by_text("Hẻm rộng thêm một mét.").is_visible()
    page.go_back()
    assert page.url == article
    page.locator("figure a").first.click()
    assert page.url.endswith(f"/capture/{ids['picture']}")
    picture = page.locator("img.captured")
    assert picture.evaluate("image => image.naturalWidth") == 320
    page.go_back()
    page.get_by_role("navigation", name="Reading room").get_by_role("link", name="newsarchive").click()
    assert page.url == address + "/"


@scripts
def test_a_search_is_narrowed_paged_ordered_and_taken_away(library, reading, scripts, tmp_path):
    address, _ = library
    page = reading(java_script_enabled=scripts)
    page.goto(address + "/")
    page.get_by_label("Words to look for").fill("mua lua")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.get_by_role("heading", name="1–20 of 48").is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.get_by_role("heading", name="21–40 of 48").is_visible()
    assert page.locator("ol.hits").get_attribute("start") == "21"
    page.get_by_role("link", name="Previous").click()
    narrow = page.get_by_role("complementary")
    narrow.get_by_role("link", name="Đảng bộ Quận Hoa Súng").click()
    assert page.get_by_role("heading", name="1–16 of 16").is_visible()
    narrow.get_by_role("link", name="Kinh tế").click()
    assert page.get_by_role("heading", name="1–8 of 8").is_visible()
    page.get_by_role("link", name="Take off: Kinh tế").click()
    page.get_by_label("Order").select_option("oldest")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("heading", name="1–16 of 16").is_visible()
    days = [text.partition(" · ")[0][-4:] for text in page.locator("ol.hits p.faint").all_inner_texts()]
    assert days == sorted(days)
    for name, rows in (("CSV", 16), ("JSON Lines", 16)):
        with page.expect_download() as taking:
            narrow.get_by_role("link", name=name).first.click()
        file = tmp_path / taking.value.suggested_filename
        taking.value.save_as(file)
        assert len(lines(file)) == rows
    page.locator("ol.hits h3 a").first.click()
    assert page.locator("mark").first.inner_text() in ("Mùa", "lúa")
    page.get_by_role("link", name="Back to the search").click()
    assert page.get_by_role("heading", name="1–20 of 48").is_visible()


def lines(file: Path):
    text = file.read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines())) if file.suffix == ".csv" else text.splitlines()


@scripts
def test_from_a_bar_of_the_timeline_and_a_byline_to_articles(library, reading, scripts):
    address, _ = library
    page = reading(java_script_enabled=scripts)
    page.goto(address + "/timeline")
    page.get_by_text("Choose districts").click()
    page.get_by_role("checkbox", name="Đảng bộ Quận Hoa Súng").check()
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("heading", name="The whole archive").count() == 0
    bar = page.locator("svg.chart a").first
    said = bar.locator("title").text_content()
    bar.click()
    month, number = said.partition(":")[0], said.split()[-2]
    assert page.get_by_role("heading", name=f"1–{number} of {number}").is_visible()
    assert month.split()[-1] in page.locator("ul.taken").inner_text()
    assert page.locator("ul.taken a").count() == 3
    page.locator("ol.hits h3 a").first.click()
    page.get_by_role("navigation", name="Reading room").get_by_role("link", name="Bylines").click()
    page.get_by_role("link", name="Hà Lan", exact=True).click()
    assert heading(page) == "Hà Lan"
    assert page.get_by_role("link", name="Xuân Hạ - Hà Lan").is_visible()
    page.locator("ul.articles a").first.click()
    assert "Mùa lúa" in heading(page)


@scripts
def test_the_language_is_switched_and_stays(library, reading, scripts):
    address, ids = library
    page = reading(java_script_enabled=scripts, locale="vi-VN")
    page.goto(f"{address}/article/{ids['alley']}?q=hem")
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.get_by_role("heading", name="Các bản").is_visible()
    page.get_by_role("link", name="English").click()
    assert "q=hem" in page.url
    assert page.get_by_role("heading", name="How its date is known").is_visible()
    page.get_by_role("link", name="Back to the search").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Tiếng Việt").click()
    assert page.locator("html").get_attribute("lang") == "vi"


@scripts
def test_versions_what_is_hostile_and_what_is_withheld(library, reading, scripts):
    address, ids = library
    page = reading(java_script_enabled=scripts)
    page.goto(f"{address}/article/{ids['alley']}")
    page.locator("ol.versions a").last.click()
    assert page.locator("p.change ins").first.inner_text().strip() == "55"
    assert page.locator("p.change del").first.inner_text().strip() == "50"
    page.get_by_role("link", name="The article as it was last seen").click()
    assert page.get_by_text(SECRET).count() == 0
    page.get_by_role("link", name=HOSTILE).click()
    assert heading(page) == HOSTILE
    page.get_by_role("link", name=HOSTILE).first.click()
    assert heading(page) == HOSTILE
    page.go_back()
    assert page.locator("img").count() == 0


# -- by keyboard -----------------------------------------------------------------------------------------------------

_FOCUSED = """() => {
  const part = document.activeElement, style = getComputedStyle(part), box = part.getBoundingClientRect();
  const before = window.lastFocused;
  window.lastFocused = part;
  const follows = before ? before.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING : true;
  return {
    what: part.outerHTML.slice(0, 90), at: part === document.body ? 'body' : part.tagName,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    after: part === before || !!follows,
    again: part === before,
  };
}"""
_REACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"], iframe')]
  .filter(part => part.tabIndex >= 0 && part.type !== 'hidden' && part.checkVisibility()).length"""


@pytest.mark.parametrize("name", ["front", "search", "article", "timeline", "site", "capture"])
def test_the_tab_key_goes_through_a_page_in_order_and_is_seen(library, reading, name):
    address, ids = library
    path = {
        "front": "/",
        "search": "/search?q=lua&site=ben-do",
        "article": f"/article/{ids['alley']}",
        "timeline": "/timeline?site=ben-do",
        "site": "/site/song-trang",
        "capture": f"/capture/{ids['picture']}",
    }[name]
    page = reading(java_script_enabled=False)
    page.goto(address + path)
    reachable, seen = page.evaluate(_REACHABLE), 0
    for _ in range(reachable + 40):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused["at"] == "body":
            break
        # A field for a day is several stops, of which the browser marks each.
        seen += not focused["again"]
        assert focused["outlined"] or focused["again"], focused
        assert focused["seen"], focused
        assert focused["after"], focused
    assert seen == reachable


def tab_to(page, holds):
    """Press the Tab key until the expression holds of what has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"(part => {holds})(document.activeElement)"):
            return
    raise AssertionError(holds)


def test_a_reader_without_a_mouse_finds_and_reads_an_article(library, reading):
    address, _ = library
    page = reading()
    page.goto(address + "/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "q"
    page.keyboard.type("duong hem")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, f"part.innerText === '{ALLEY[0]}'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    assert heading(page) == ALLEY[0]
    tab_to(page, "part.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    assert page.frame_locator("details iframe").locator("h1").inner_text() == ALLEY[0]
