"""Families: what is read, and by what a page is told to be one's."""

import pytest

from newsarchive.sites.checked import ProfileError
from newsarchive.sites.families import family_names, family_of, load_family

URL = "https://www.bennua.example.gov.vn/tin-tuc/don-rach-1.html"
WORDPRESS = '<head><meta name="generator" content="WordPress 6.1"></head>'
NUKEVIET = '<head><meta name="generator" content="NukeViet v4.5"></head>'


def told(text, url=URL):
    family = family_of(text, url)
    return family.name if family else None


@pytest.mark.parametrize("name", family_names())
def test_every_family_that_is_shipped_is_good_and_can_be_told(name):
    family = load_family(name)
    assert family.name == name
    assert family.title
    assert family.signs or family.hosts


@pytest.mark.parametrize("name", family_names())
def test_each_sign_of_a_family_tells_it_alone(name):
    for sign in load_family(name).signs:
        text = f"<html><head>{sign.replace('{host}', 'bennua.example.gov.vn')}</head></html>"
        assert told(text) == name


def test_a_page_without_signs_is_no_familys():
    assert told("<p>Trang này làm bằng WordPress, không phải NukeViet hay Joomla!</p>") is None
    assert told("") is None


def test_a_familys_host_tells_before_any_sign():
    assert told(WORDPRESS, "https://www.hcmcpv.org.vn/tin-tuc/x-1491800001") == "hcmcpv"


def test_of_two_families_signs_the_first_counts():
    assert told(WORDPRESS + NUKEVIET) == "wordpress"
    assert told(NUKEVIET + WORDPRESS) == "nukeviet"


def test_a_family_built_on_another_is_told_wherever_its_signs_stand():
    liferay = "<head><script>var Liferay = {}; Liferay.ThemeDisplay = {};</script></head>"
    portlet = '<div id="p_p_id_contentpublisher_WAR_viettelcmsportlet_"></div>'
    assert told(liferay) == "liferay"
    assert told(liferay + portlet) == "viettel"
    assert told(liferay + WORDPRESS + portlet) == "viettel"
    assert told(WORDPRESS + liferay + portlet) == "wordpress"


@pytest.mark.parametrize("name", family_names())
def test_what_a_family_is_built_on_is_a_family(name):
    on = load_family(name).on
    assert on is None or (on in family_names() and on != name)


def test_another_sites_pictures_and_links_make_no_family():
    text = (
        '<div class="sidebar"><a href="https://khac.example.vn/wp-content/uploads/a/a.pdf">'
        '<img src="https://khac.example.vn/wp-content/uploads/a/banner.jpg"></a></div>'
    )
    assert told(text) is None
    assert told(text, "https://khac.example.vn/a") == "wordpress"


def test_a_family_that_is_not_shipped_is_refused():
    with pytest.raises(ProfileError, match="cannot be read"):
        load_family("khong-co")
