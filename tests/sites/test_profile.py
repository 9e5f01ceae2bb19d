"""Profiles and families: what is read, and how a wrong one is refused."""

import re

import pytest

from newsarchive.sites.families import load_family
from newsarchive.sites.profile import (
    ProfileError,
    UnknownSiteError,
    load_profile,
    load_site,
    site_files,
)

GOOD = 'title = "Quận Sen Hồng"\nlistings = ["http://sen-hong.example.vn/tin-tuc"]\n'


@pytest.fixture
def write(tmp_path):
    """Write a profile into an archive's ``sites``; gives its path."""
    folder = tmp_path / "sites"
    folder.mkdir()

    def write(text, name="sen-hong"):
        path = folder / f"{name}.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_two_keys_make_a_profile_and_the_rest_has_defaults(write):
    profile = load_profile(write(GOOD))
    assert (profile.name, profile.title) == ("sen-hong", "Quận Sen Hồng")
    assert profile.listings == ("http://sen-hong.example.vn/tin-tuc",)
    assert (profile.delay, profile.concurrency, profile.encoding, profile.family) == (1.0, 1, None, None)
    assert (profile.district, profile.province, profile.district_code) == (None, None, None)
    assert profile.hosts == ("sen-hong.example.vn",)


def test_every_key_is_read(write):
    profile = load_profile(
        write(
            """
title = "Đảng bộ Quận Sen Hồng"
district = "Quận Sen Hồng"
province = "Thành phố Lam Giang"
district_code = "999"
listings = [
    "HTTP://www.Sen-Hong.example.vn:80/tin-tuc?utm_source=x",
    "https://lam-giang.example.vn/sen-hong/rss",
    "https://lam-giang.example.vn/sen-hong/rss",
]
delay = 2
concurrency = 3
encoding = "windows-1258"

[article]
title = "h1.tieu-de"
byline = [".but-danh", "p:last-child b"]

[listing]
item = ".tin"
next = "a.sau"
"""
        )
    )
    assert profile.listings == ("http://www.sen-hong.example.vn/tin-tuc", "https://lam-giang.example.vn/sen-hong/rss")
    assert profile.hosts == ("sen-hong.example.vn", "lam-giang.example.vn")
    assert (profile.district, profile.province, profile.district_code) == (
        "Quận Sen Hồng",
        "Thành phố Lam Giang",
        "999",
    )
    assert (profile.delay, profile.concurrency) == (2.0, 3)
    rules = profile.rules()
    assert rules.encoding == "windows-1258"
    assert rules.article == {"title": ("h1.tieu-de",), "byline": (".but-danh", "p:last-child b")}
    assert rules.listing == {"item": (".tin",), "next": ("a.sau",)}
    assert rules.site_title == "Đảng bộ Quận Sen Hồng"


def test_a_file_with_a_byte_order_mark_is_read(write):
    assert load_profile(write("\ufeff" + GOOD)).title == "Quận Sen Hồng"


@pytest.mark.parametrize(
    ("text", "line", "key", "told"),
    [
        ('listings = ["http://x.vn/a"]\n', None, "title", "expected a text in quotes; it is missing"),
        ('title = "A"\n', None, "listings", "a list of one or more http(s) addresses"),
        (GOOD.replace('"Quận Sen Hồng"', "7"), 1, "title", "expected a text in quotes; got 7"),
        (GOOD.replace('"Quận Sen Hồng"', '"  "'), 1, "title", "expected a text in quotes; got '  '"),
        ('title = "A"\n\nlistings = []\n', 3, "listings", "a list of one or more http(s) addresses"),
        ('title = "A"\nlistings = "http://x.vn/a"\n', 2, "listings", "got 'http://x.vn/a'"),
        ('title = "A"\nlistings = ["/tin-tuc"]\n', 2, "listings", "got '/tin-tuc'"),
        ('title = "A"\nlistings = ["http://x.vn/a", "javascript:x"]\n', 2, "listings", "got 'javascript:x'"),
        ('title = "A"\nlistings = ["http://x.vn/a", 7]\n', 2, "listings", "got 7"),
        (GOOD + 'district = ["Quận"]\n', 3, "district", "expected a text in quotes"),
        (GOOD + "district_code = 760\n", 3, "district_code", "expected a text in quotes; got 760"),
        (GOOD + 'delay = "1"\n', 3, "delay", "expected a number from 0 to 3600; got '1'"),
        (GOOD + "delay = -1\n", 3, "delay", "got -1"),
        (GOOD + "delay = nan\n", 3, "delay", "got nan"),
        (GOOD + "delay = true\n", 3, "delay", "got True"),
        (GOOD + "concurrency = 0\n", 3, "concurrency", "expected a whole number from 1 to 16; got 0"),
        (GOOD + "concurrency = 1.5\n", 3, "concurrency", "a whole number"),
        (GOOD + 'encoding = "tcvn-1"\n', 3, "encoding", "the name of a character encoding, like windows-1258"),
        (GOOD + 'encoding = "base64"\n', 3, "encoding", "the name of a character encoding"),
        (GOOD + 'encoding = "undefined"\n', 3, "encoding", "the name of a character encoding"),
        (GOOD + 'encoding = "a\\u0000b"\n', 3, "encoding", "the name of a character encoding"),
        (GOOD + 'family = "nukeviet-99"\n', 3, "family", "expected one of dotnetnuke, hcmcpv, joomla"),
        (GOOD + 'article = "h1"\n', 3, "article", "expected a table [article]; got 'h1'"),
        (GOOD + '[article]\ntitle = "h1["\n', 4, "article.title", "a CSS selector ("),
        (GOOD + '[article]\ntitle = 7\n', 4, "article.title", "a CSS selector or a list of them; got 7"),
        (GOOD + '[article]\nbody = ["p", ""]\n', 4, "article.body", "a CSS selector ("),
        (GOOD + '[article]\nbyline = [["p"]]\n', 4, "article.byline", "a CSS selector or a list of them"),
        (GOOD + '[listing]\nitem = "p"\n\n[article]\nitem = "p"\n', 7, "article.item", "one of the keys body,"),
        (GOOD + '[listing]\nlinks = "a"\n', 4, "listing.links", "did you mean 'link'?"),
        (GOOD + '[article]\ntittle = "h1"\n', 4, "article.tittle", "did you mean 'title'?"),
        (GOOD + 'distrit = "Quận"\n', 3, "distrit", "did you mean 'district'?"),
        (GOOD + '"tỉnh" = "Lam Giang"\n', 3, "tỉnh", "expected one of the keys article, check_certificate, "),
        (GOOD + '[articles]\ntitle = "h1"\n', 3, "articles", "did you mean 'article'?"),
        (GOOD + 'article.tittle = "h1"\n', 3, "article.tittle", "did you mean 'title'?"),
        # Not TOML
        ('title = "Quận Sen Hồng\nlistings = []\n', 1, "title", "not valid TOML ("),
        ("title = Quận\n", 1, "title", "not valid TOML ("),
        (GOOD + 'title = "B"\n', 3, "title", "not valid TOML ("),
        (GOOD + 'listings = ["http://x.vn/a"\n', 3, "listings", "not valid TOML ("),
        ('title = "A"\nlistings = [\n  "http://x.vn/a"\n  "http://x.vn/b"\n]\n', 4, "listings", "not valid TOML ("),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_with_its_place_and_what_was_expected(write, text, line, key, told):
    path = write(text)
    with pytest.raises(ProfileError) as refused:
        load_profile(path)
    message = str(refused.value)
    place = f"{path}, line {line}, key {key!r}: " if line else f"{path}, key {key!r}: "
    assert message.startswith(place), message
    assert told in message


def test_a_file_that_is_no_text_is_refused(write):
    path = write('title = "Quận Sen Hồng"'.encode("utf-16"))
    with pytest.raises(ProfileError, match=r"sen-hong\.toml: not UTF-8 text \(byte 0\); save it as UTF-8"):
        load_profile(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ProfileError, match=r"x\.toml: cannot be read \(No such file or directory\)"):
        load_profile(tmp_path / "x.toml")
    (tmp_path / "y.toml").mkdir()
    with pytest.raises(ProfileError, match=r"y\.toml: cannot be read \(Is a directory\)"):
        load_profile(tmp_path / "y.toml")


@pytest.mark.parametrize("name", ["Quận-1", "quan 1", "QUAN-1", "-quan", "a" * 65, "quan_1"])
def test_a_sites_name_is_plain(write, name):
    with pytest.raises(ProfileError, match="the file's name is the site's name: use only a–z, 0–9 and '-'"):
        load_profile(write(GOOD, name))


# Which sites there are


def test_the_archives_own_sites_come_beside_the_shipped_and_before_them(write, tmp_path):
    assert load_site("quan-1").family.name == "hcmcpv"
    write(GOOD, "quan-1")
    write(GOOD, "sen-hong")
    write(GOOD, ".sen-hong")
    names = list(site_files(tmp_path))
    assert names == sorted(names)
    assert set(names) - set(site_files()) == {"sen-hong"}
    assert load_site("quan-1", tmp_path).title == "Quận Sen Hồng"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("quan1", "did you mean quan-1?"),
        ("sen-hog", "did you mean sen-hong?"),
        ("zzz", "`newsarchive sites` lists those there are."),
        ("../sen-hong", "no site is named '../sen-hong'"),
    ],
)
def test_an_unknown_site_is_told_with_near_names(write, tmp_path, name, told):
    write(GOOD)
    with pytest.raises(UnknownSiteError, match=re.escape(told)):
        load_site(name, tmp_path)


# Families


@pytest.mark.parametrize("name", list(site_files()))
def test_every_site_that_is_shipped_is_good(name):
    profile = load_site(name)
    assert profile.district
    assert profile.province
    assert profile.delay >= 1


def test_a_family_is_found_by_the_listings_host(write):
    text = 'title = "Quận Hai"\nlistings = ["https://hcmcpv.org.vn/nhom-tin/quan-2-1197604609"]\n'
    profile = load_profile(write(text))
    assert profile.family.name == "hcmcpv"
    assert set(profile.hosts) == {"hcmcpv.org.vn", "thanhuytphcm.vn"}
    assert profile.rules().article_url.match("/tin-tuc/hoi-nghi-so-ket-1491872331")


def test_the_quan_1_profile_is_as_the_public_facts_have_it():
    profile = load_site("quan-1")
    assert (profile.title, profile.district) == ("Đảng bộ Quận 1", "Quận 1")
    assert (profile.province, profile.district_code) == ("Thành phố Hồ Chí Minh", "760")
    article = profile.family.article_url
    assert article.match("/tin-tuc/hop-mat-dau-xuan-1491872331")
    assert not article.match("/nhom-tin/quan-1-1197604608")
    assert not article.match("/tin-tuc/hop-mat-dau-xuan")
    assert profile.family.listing_url.match("/nhom-tin/quan-1-1197604608?page=2")


def test_a_family_is_named_by_the_profile_or_refused_by_it(write):
    rules = load_profile(write(GOOD + 'family = "joomla"\n')).rules()
    assert rules.family is load_family("joomla")
    wordpress = '<meta name="generator" content="WordPress 6.1">'
    assert rules.for_page(wordpress, "http://sen-hong.example.vn/1").family.name == "joomla"
    rules = load_profile(write(GOOD)).rules()
    assert rules.for_page(wordpress, "http://sen-hong.example.vn/1").family.name == "wordpress"
    rules = load_profile(write(GOOD + 'family = "none"\n')).rules()
    assert rules.for_page(wordpress, "http://sen-hong.example.vn/1").family is None


def test_a_profile_can_refuse_the_family_its_host_tells(write):
    text = 'title = "Quận Hai"\nlistings = ["https://hcmcpv.org.vn/nhom-tin/quan-2-1197604609"]\nfamily = "none"\n'
    assert load_profile(write(text)).family is None
