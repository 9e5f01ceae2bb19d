"""A real browser for the reading room's tests, or a skip that says why there is none."""

from urllib.parse import urlsplit

import pytest

pytest.importorskip("datasette", reason="the reading room is the extra [web]")

from library import fill
from readingroom import CHROMIUM, FLAGS, served


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


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The archive of :mod:`library`, served: its address and the numbers in it."""
    folder = tmp_path_factory.mktemp("library")
    ids = fill(folder)
    with served(folder) as address:
        yield address, ids


@pytest.fixture
def reading(chromium):
    """Opens windows (options of a browser's context). At the end the browser must have said nothing in them: no error,
    no breach of a policy, no request that leaves this machine, nothing opened."""
    contexts, complaints = [], []

    def opened(**options):
        context = chromium.new_context(**{"locale": "en-GB", "accept_downloads": True, **options})
        contexts.append(context)

        def asked(route):
            url = route.request.url
            if urlsplit(url).hostname == "127.0.0.1" or url.startswith("data:"):
                route.continue_()
            else:
                complaints.append(f"asked for {url}")
                route.abort()

        context.route("**/*", asked)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        context.on("page", lambda other: complaints.append(f"opened {other.url}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
