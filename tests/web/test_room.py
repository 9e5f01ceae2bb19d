"""The room itself: who may call it, what every answer carries, in which language it speaks."""

import httpx
import pytest
from archives import keep
from readingroom import served

from newsarchive.archive.store import Archive
from newsarchive.web import language


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    with Archive.create(folder) as archive:
        keep(archive, "Hội chợ hoa xuân <script>alert(1)</script>", date="2020-01-20")
    with served(folder) as address:
        yield address


def test_every_answer_has_the_strict_policy(address):
    for path in ("/", "/search?q=hoa", "/news", "/news/articles.json", "/room/style.css", "/nowhere", "/nowhere.json"):
        answer = httpx.get(address + path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.:80"])
def test_another_name_that_leads_here_is_not_served(address, host):
    answer = httpx.get(address + "/", headers={"host": host})
    assert answer.status_code == 421
    assert "Hội chợ" not in answer.text


def test_no_address_redirects_to_another_host(address):
    answer = httpx.get(address + "//evil.example/", follow_redirects=False)
    assert "location" not in answer.headers


def test_what_is_not_there_is_said_in_the_readers_language(address):
    answer = httpx.get(address + "/nowhere", headers={"accept-language": "vi"})
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
    assert httpx.get(address + "/news/nothing.json").json()["status"] == 404


def test_a_hostile_title_is_text(address):
    page = httpx.get(address + "/search?q=hoa").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("accept", "code"),
    [("", "vi"), ("en", "en"), ("en-GB,en;q=0.9,vi;q=0.8", "en"), ("fr,vi;q=0.5,en;q=0.4", "vi"), ("en;q=x", "vi")],
)
def test_the_browsers_language_is_spoken(address, accept, code):
    assert language.wanted(accept) == code
    assert f'<html lang="{code}">' in httpx.get(address + "/", headers={"accept-language": accept}).text


def test_a_language_chosen_by_hand_stays(address):
    with httpx.Client(headers={"accept-language": "vi"}) as reader:
        assert '<html lang="en">' in reader.get(address + "/?lang=en").text
        assert '<html lang="en">' in reader.get(address + "/").text


def test_a_page_in_the_browser_without_complaint(address, chromium):
    page = chromium.new_page(locale="vi-VN")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address + "/search?q=hoa")
    assert page.locator("mark").first.inner_text() == "hoa"
    assert complaints == []
    page.close()
