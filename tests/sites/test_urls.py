"""Addresses: one spelling a page, whatever a page's author typed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request

from newsarchive.sites.urls import absolute_url, canonical_url, host_of, is_front_page, is_private, same_page

BASE = "http://sen-hong.example.vn/tin-tuc/hop-mat-4.html?trang=2"


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("http://Sen-Hong.Example.VN", "http://sen-hong.example.vn/"),
        ("HTTP://sen-hong.example.vn:80/Tin/", "http://sen-hong.example.vn/Tin/"),
        ("https://sen-hong.example.vn:443/a", "https://sen-hong.example.vn/a"),
        ("https://sen-hong.example.vn:8443/a", "https://sen-hong.example.vn:8443/a"),
        ("http://sen-hong.example.vn./a", "http://sen-hong.example.vn/a"),
        ("http://x.vn/a#binh-luan", "http://x.vn/a"),
        ("http://x.vn/a?", "http://x.vn/a"),
        ("http://x.vn/a?id=4&utm_source=zalo&utm_medium=social", "http://x.vn/a?id=4"),
        ("http://x.vn/a?fbclid=1", "http://x.vn/a"),
        ("http://x.vn/a?b=2&a=1", "http://x.vn/a?b=2&a=1"),
        ("http://x.vn/a?ID=4&id=4", "http://x.vn/a?ID=4&id=4"),
        ("http://x.vn/a?PHPSESSID=abc&nv=news", "http://x.vn/a?nv=news"),
        ("http://x.vn/tin.jsp;jsessionid=0A1B?id=7", "http://x.vn/tin.jsp?id=7"),
        ("http://x.vn/(S(abcdefghijklmno))/Tin.aspx", "http://x.vn/Tin.aspx"),
        ("http://x.vn/a/../b/./c", "http://x.vn/b/c"),
        ("http://x.vn/../../b", "http://x.vn/b"),
        ("http://x.vn/họp mặt", "http://x.vn/h%E1%BB%8Dp%20m%E1%BA%B7t"),
        ("http://x.vn/h%E1%BB%8Dp", "http://x.vn/h%E1%BB%8Dp"),
        ("http://x.vn/a?q=họp", "http://x.vn/a?q=h%E1%BB%8Dp"),
        ("http://x.vn/100%", "http://x.vn/100%"),
        ("http://x.vn/a?to=/b:c&utm_source=x", "http://x.vn/a?to=/b:c"),
        ("http://x.vn/modules.php?name=News&sid=1234", "http://x.vn/modules.php?name=News&sid=1234"),
        ("http://x.vn/a?sid=0123456789abcdef0123456789abcdef&id=4", "http://x.vn/a?id=4"),
        ("http://sen-hồng.vn/", "http://xn--sen-hng-ty4c.vn/"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("  http://x.vn/a\n b ", "http://x.vn/a%20b"),
        ("http://x.vn/a\nb", "http://x.vn/ab"),
        ("http://ai:do@x.vn/a", "http://x.vn/a"),
        (
            "http://d.vn/web/guest/tin/-/asset_publisher/Wgw6/content/ra-quan?inheritRedirect=true&redirect=%2Fweb%2Fguest",
            "http://d.vn/web/guest/tin/-/asset_publisher/Wgw6/content/ra-quan",
        ),
        (
            "http://d.vn/tin/-/asset_publisher/Wgw6/content/ra-quan?_101_INSTANCE_Wgw6_redirect=%2Ftin&a=1",
            "http://d.vn/tin/-/asset_publisher/Wgw6/content/ra-quan?a=1",
        ),
        ("http://d.vn/dang-nhap?redirect=%2Ftin", "http://d.vn/dang-nhap?redirect=%2Ftin"),
    ],
)
def test_one_page_has_one_address(given_url, expected):
    assert canonical_url(given_url) == expected


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        ("khac-5.html", "http://sen-hong.example.vn/tin-tuc/khac-5.html"),
        ("/khac-5.html", "http://sen-hong.example.vn/khac-5.html"),
        ("?trang=3", "http://sen-hong.example.vn/tin-tuc/hop-mat-4.html?trang=3"),
        ("//khac.vn/a", "http://khac.vn/a"),
        ("../a", "http://sen-hong.example.vn/a"),
        ("#", BASE),
        ("", BASE),
    ],
)
def test_a_relative_address_is_read_from_its_page(relative, expected):
    assert canonical_url(relative, BASE) == expected


@pytest.mark.parametrize(
    "no_page",
    [
        "javascript:void(0)",
        "mailto:toa-soan@example.vn",
        "tel:0123",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.vn/a",
        "http://",
        "http:///a",
        "http://x.vn:99999/",
        "http://x.vn:tám/",
        "http://[::1/",
        "http://a b.vn/",
        "http://" + "a" * 70 + ".vn/",
        "http://x.vn/" + "a" * 2001,
        "khac-5.html",
        "",
        "http://\ud800.vn/",
    ],
)
def test_what_is_no_page_has_no_address(no_page):
    assert canonical_url(no_page) is None


ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["http://", "HTTPS://", "//", "", "javascript:"]),
        st.sampled_from(["x.vn", "X.VN:80", "www.sen-hong.vn:8080", "[::1]", "user:pass@x.vn", "quận.vn", "x.vn."]),
        st.text(alphabet="/.a%2F?&=;#()éờ \\+~", max_size=30).map(lambda path: "/" + path),
        st.text(max_size=10),
    ),
)


@given(ADDRESSES, st.none() | st.just(BASE))
@example("http://x.vn/a%2", None)
@example("http://x.vn//../a", None)
@example("http://x.vn/;jsessionid=1/..", None)
@example("http://x.vn/?a=%FF&utm_a=1", None)
@example("http://x.vn/?a=%C3%A9+b&fbclid=1", None)
@example("http://x.vn/%2e%2e/a", None)
def test_an_address_made_canonical_stays_as_it_is(url, base):
    made = canonical_url(url, base)
    if made is not None:
        assert canonical_url(made) == made
        assert made.isascii()
        assert made.startswith(("http://", "https://"))
        assert not any(sign in made for sign in "# \n\t")
        # Scrapy asks for that very address: what comes back is known by it.
        assert Request(made).url == made


@given(st.text(max_size=80), st.sampled_from([BASE, "http://x.vn", ""]))
@example("http://[", BASE)
@example("//[x", BASE)
@example("\ud800", BASE)
def test_no_text_is_too_odd_for_any_of_them(text, base):
    made = absolute_url(text, base)
    assert made is None or made.startswith(("http://", "https://"))
    assert isinstance(host_of(text), str)
    assert is_front_page(text) in (True, False)
    assert len(set(same_page(text))) == 4


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/res/ảnh 1.jpg?vs=1", "http://sen-hong.example.vn/res/%E1%BA%A3nh%201.jpg?vs=1"),
        ("/res/a.jpg?utm_source=x#y", "http://sen-hong.example.vn/res/a.jpg?utm_source=x#y"),
        ("//images.vn/a.jpg", "http://images.vn/a.jpg"),
        ("data:image/png;base64,xx", None),
        ("http://x.vn:cổng/a.jpg", None),
    ],
)
def test_pictures_and_documents_keep_their_address(url, expected):
    assert absolute_url(url, BASE) == expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.Sen-Hong.vn:8080/a", "sen-hong.vn"),
        ("https://sen-hong.vn", "sen-hong.vn"),
        ("http://tin.sen-hong.vn/", "tin.sen-hong.vn"),
        ("http://www.vn/", "vn"),
        ("http://[::1]:80/", "::1"),
        ("khong-co", ""),
        ("http://[", ""),
    ],
)
def test_a_host_is_told_without_www(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url",
    ["http://x.vn", "http://x.vn/", "http://x.vn/index.html", "http://x.vn/Default.aspx", "http://x.vn/trang-chu"],
)
def test_a_front_page(url):
    assert is_front_page(url)


@pytest.mark.parametrize(
    "url",
    ["http://x.vn/?id=7", "http://x.vn/tin", "http://x.vn/index.html?nv=news", "http://x.vn/trang-chu-moi-1.html"],
)
def test_no_front_page(url):
    assert not is_front_page(url)


@pytest.mark.parametrize(
    "url", ["http://x.vn/a?b=1", "https://x.vn/a?b=1", "http://www.x.vn/a?b=1", "https://www.x.vn/a?b=1"]
)
def test_one_page_with_http_or_https_with_www_or_without(url):
    assert same_page(url)[0] == url
    assert set(same_page(url)) == set(same_page("http://x.vn/a?b=1"))
    assert "http://x.vn/a" not in same_page(url)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1"),
        # Where clouds hand out their machines' keys.
        *("169.254.169.254", "fd00:ec2::254", "metadata.google.internal"),
        # As resolvers read numbers.
        *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "017700000001", "0"),
        *("::1", "[::1]", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "64:ff9b::10.0.0.1"),
        *("localhost", "localhost.", "nas", "nas.local", "a.localhost", "127.0.0.1.", ""),
    ],
)
def test_a_private_networks_addresses_in_any_spelling(host):
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "quan1.example.vn", "local.vn"],
)
def test_the_public_internets_addresses(host):
    assert not is_private(host)


@given(st.text(max_size=30))
def test_any_host_is_one_or_the_other(host):
    assert is_private(host) in (True, False)
