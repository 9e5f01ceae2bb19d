"""Every kind of page for every reader: judged by axe in both themes and languages, on a desk and on a phone."""

import pytest
from readingroom import sticking_out

Axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe

KINDS = {
    "front": "/",
    "search": "/search?q=hoi+cho+OR+hem&site=song-trang&since=2018",
    "search without words": "/search?site=hoa-sung&until=2018-06",
    "search that finds nothing": "/search?q=%22lua+mua%22&since=hom+qua",
    "district": "/site/song-trang",
    "article": "/article/{alley}?q=hem",
    "hostile article": "/article/{hostile}",
    "gone article": "/article/{gone}",
    "undated article": "/article/{undated}",
    "version": "/article/{alley}/version/2",
    "captured page": "/capture/{page}",
    "captured picture": "/capture/{picture}",
    "timeline": "/timeline?site=song-trang",
    "bylines": "/bylines",
    "byline": "/byline?name=H%C3%A0+Lan",
    "about": "/about",
    "tables": "/news",
    "table": "/news/articles?_facet=site&_size=2",
    "row": "/news/articles/{alley}",
}
RULES = {"resultTypes": ["violations"], "iframes": False, "rules": {"target-size": {"enabled": True}}}
"""axe's own, and WCAG 2.2, 2.5.8: what is pressed is 24 pixels wide and high or has the room. A captured page
in its frame is as its site made it."""
COLOURS = {"resultTypes": ["violations"], "iframes": False, "runOnly": ["color-contrast"]}
"""All that differs between the themes."""


def grave(page, options=RULES):
    """What axe finds serious or critical, each with its first place."""
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("locale", "width"), [("vi-VN", 360), ("en-GB", 1280)])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_grave_and_nothing_sticks_out(library, reading, kind, locale, width):
    address, ids = library
    page = reading(locale=locale, viewport={"width": width, "height": 800})
    page.goto(address + KINDS[kind].format(**ids))
    assert page.locator("h1").count() == 1
    # All that can be opened is judged open.
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")
    assert sticking_out(page) == []
    assert grave(page) == []
    page.emulate_media(color_scheme="dark")
    assert grave(page, COLOURS) == []


def test_the_themes_differ(library, reading):
    page = reading(color_scheme="dark")
    page.goto(library[0])
    ground = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) != dark


def test_axe_would_find_something(library, reading):
    page = reading()
    page.goto(library[0])
    page.evaluate("() => { document.querySelector('h1').style.color = '#ddd'; document.documentElement.lang = ''; }")
    assert {one[0] for one in grave(page)} >= {"color-contrast", "html-has-lang"}


def test_a_refusal_is_a_page_like_others(library, chromium):
    address, ids = library
    page = chromium.new_page(locale="vi-VN", viewport={"width": 360, "height": 700})
    for path, status in ((f"/article/{ids['withheld']}", 451), ("/nowhere", 404)):
        assert page.goto(address + path).status == status
        assert grave(page) == sticking_out(page) == []
    page.close()
