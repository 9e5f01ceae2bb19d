"""A real browser for the reading room's tests, or a skip that says why there is none."""

import pytest

pytest.importorskip("datasette", reason="the reading room is the extra [web]")

from readingroom import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def chromium():
    """A browser for the whole session; make a context of your own for each test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: apt install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
