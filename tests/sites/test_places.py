"""Which district and province a site is of: by its host and its own words, and nothing where neither says it."""

import pytest

from newsarchive.sites.places import find_district, find_province, slug_of, slug_of_host


@pytest.mark.parametrize(
    ("host", "words", "district", "province"),
    [
        ("quan1.hochiminhcity.gov.vn", "", "Quận 1", "Thành phố Hồ Chí Minh"),
        ("www.q12.tphcm.gov.vn", "", "Quận 12", "Thành phố Hồ Chí Minh"),
        ("songtrang.nghean.gov.vn", "", None, "Tỉnh Nghệ An"),
        ("songtrang.nghean.gov.vn", "UBND huyện Sông Trăng", "Huyện Sông Trăng", "Tỉnh Nghệ An"),
        (
            "songtrang.bentre.gov.vn",
            "CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN SÔNG TRĂNG TỈNH BẾN TRE",
            "Huyện Sông Trăng",
            "Tỉnh Bến Tre",
        ),
        ("x.example", "UBND HUYỆN SÔNG TRĂNG CỔNG THÔNG TIN ĐIỆN TỬ", "Huyện Sông Trăng", None),
        ("x.example", "Trang tin Đảng bộ Quận Sen Hồng - Thành phố Lam Giang", "Quận Sen Hồng", "Thành phố Lam Giang"),
        ("x.example", "Huyện ủy Sông Trăng, tỉnh Lam Giang", "Huyện Sông Trăng", "Tỉnh Lam Giang"),
        ("benque.lamgiang.dcs.vn", "THỊ ỦY BẾN QUÊ", "Thị xã Bến Quê", None),
        ("thiuy-benque.binhphuoc.dcs.vn", "Thị uỷ Bến Quê", "Thị xã Bến Quê", "Tỉnh Bình Phước"),
        (
            "x.example",
            "Ủy ban nhân dân TP. Bến Quê, tỉnh Bà Rịa - Vũng Tàu",
            "Thành phố Bến Quê",
            "Tỉnh Bà Rịa - Vũng Tàu",
        ),
        ("x.example", "Thành ủy Bến Quê", "Thành phố Bến Quê", None),
        ("x.example", "Quận 07 - TPHCM", "Quận 7", "Thành phố Hồ Chí Minh"),
        ("x.example", "Quận 3, TP. Hồ Chí Minh", "Quận 3", "Thành phố Hồ Chí Minh"),
        ("x.example", "UBND HUYỆN EA M'DRONG - TỈNH ĐẮK LẮK", "Huyện Ea M'drong", "Tỉnh Đắk Lắk"),
        ("hoangmai.hanoi.gov.vn", "CỔNG THÔNG TIN ĐIỆN TỬ QUẬN HOÀNG MAI", "Quận Hoàng Mai", "Thành phố Hà Nội"),
        ("x.example", "Thành phố Hồ Chí Minh", None, "Thành phố Hồ Chí Minh"),
        ("x.example", "Thành phố Đà Nẵng", None, "Thành phố Đà Nẵng"),
        # Nothing is made of what is no name.
        ("x.example", "Tin trong quận và huyện", None, None),
        ("x.example", "Quận đoàn, Huyện đoàn, tỉnh nhà", None, None),
        ("x.example", "Trang tin tức tổng hợp", None, None),
        ("127.0.0.1", "", None, None),
        ("", "", None, None),
    ],
)
def test_a_place_is_told_by_host_and_words(host, words, district, province):
    assert (find_district(host, [words]), find_province(host, [words])) == (district, province)


def test_the_name_that_the_host_bears_out_counts_before_others():
    words = ["Đoàn công tác huyện Bến Quê", "Huyện Sông Trăng"]
    assert find_district("songtrang.example.gov.vn", words) == "Huyện Sông Trăng"
    assert find_district("x.example", words) == "Huyện Bến Quê"


def test_a_city_is_rather_the_one_that_the_quarter_lies_in():
    assert find_district("x.example", ["Thành phố Lam Giang", "Quận Sen Hồng"]) == "Quận Sen Hồng"


@pytest.mark.parametrize(
    "text", ["quận " * 20_000, "Huyện " + "Á" * 100_000, "tỉnh thành phố " * 10_000, "Thị xã A " * 5000, "Q" * 100_000]
)
def test_hostile_words_are_no_work(text):
    find_district("x.example", [text])
    find_province("x.example", [text])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Huyện Sông Trăng", "song-trang"),
        ("Quận 1", "quan-1"),
        ("Thị xã Bến Quê", "ben-que"),
        ("Huyện Ea M'drong", "ea-m-drong"),
        ("Đồng Đăng", "dong-dang"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 64),
        ("\x00\x1b", ""),
        ("", ""),
    ],
)
def test_a_slug_has_safe_letters_only(name, slug):
    assert slug_of(name) == slug


@pytest.mark.parametrize(
    ("host", "slug"),
    [
        ("www.songtrang.nghean.gov.vn", "songtrang"),
        ("127.0.0.1", "127-0-0-1"),
        ("song-trang.example", "song-trang-example"),
    ],
)
def test_a_slug_is_made_of_a_host(host, slug):
    assert slug_of_host(host.removeprefix("www.")) == slug
