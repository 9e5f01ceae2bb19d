"""What a robots.txt says, well-formed or not."""

import pytest

from newsarchive.sites.robots import MAX_BYTES, RobotsRules


def rules(text):
    return RobotsRules(text if isinstance(text, bytes) else text.encode(), "newsarchive")


def test_no_file_forbids_nothing_and_asks_for_no_delay():
    empty = rules(b"")
    assert empty.allowed("https://song-trang.example/tin")
    assert (empty.delay, empty.sitemaps) == (0, [])


def test_the_rules_for_this_program_count_before_those_for_all():
    own = "User-agent: newsarchive\nDisallow: /x\nCrawl-delay: 2\n"
    both = rules(f"User-agent: *\nDisallow: /\nCrawl-delay: 9\n\n{own}")
    assert both.allowed("https://song-trang.example/tin")
    assert not both.allowed("https://song-trang.example/x/1")
    assert both.delay == 2


@pytest.mark.parametrize(
    ("line", "asked", "kept"),
    [("10", 10, 10), ("0.5", 0.5, 0.5), ("86400", 86400, 60), ("-1", 0, 0), ("inf", 0, 0), ("mười", 0, 0), ("", 0, 0)],
)
def test_a_crawl_delay_is_kept_to_up_to_a_minute(line, asked, kept):
    found = rules(f"User-agent: *\nCrawl-delay: {line}\n")
    assert (found.asked_delay, found.delay) == (asked, kept)


def test_sitemaps_are_named_wherever_they_stand():
    found = rules("\ufeffSitemap: https://song-trang.example/a.xml\nUser-agent: *\nDisallow:\nSitemap: /b.xml\n")
    assert found.sitemaps == ["https://song-trang.example/a.xml", "/b.xml"]


def test_a_file_without_end_is_cut_at_the_end_of_a_line():
    long = b"User-agent: *\n" + b"Disallow: /mot-muc-nao-do\n" * (MAX_BYTES // 25)
    assert not rules(long).allowed("https://song-trang.example/mot-muc-nao-do/1")
    assert rules(long).allowed("https://song-trang.example/m/1")
    assert rules(bytes(range(256)) * 10).allowed("https://song-trang.example/")
