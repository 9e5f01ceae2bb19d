"""What the archive holds, counted: no date more precise than it is, nothing withheld."""

import pytest
from archives import keep

from newsarchive.archive.store import Archive
from newsarchive.research.bylines import by_person, name_key, people
from newsarchive.research.holdings import byline_tally, holdings


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path) as archive:
        yield archive


def between(first, last, **fields):
    return {"date": f"{first or '..'}/{last}", "date_earliest": first, "date_latest": last, **fields}


def test_each_article_is_counted_once_at_the_precision_of_its_date(archive):
    keep(archive, "Hội chợ", date="2020-10-08")
    keep(archive, "Họp xã", **between("2020-10-01", "2020-10-31"))
    keep(archive, "Lễ hội", **between("2020-09-30", "2020-10-01"))
    keep(archive, "Tết", **between("2020-12-31", "2021-01-01"))
    keep(archive, "Cũ", **between(None, "2020-10-08"))
    keep(archive, "Không ngày")
    tally = holdings(archive).sites["song-trang"]
    assert tally.months == {"2020-10": 2}
    assert tally.years == {"2020": 1}
    assert (tally.spread, tally.undated, tally.articles) == (2, 1, 6)
    assert tally.by_year == {"2020": 3}
    assert (tally.first_day, tally.last_day) == ("2020-10-08", "2020-10-08")


def test_the_whole_is_the_sum_of_the_sites(archive):
    keep(archive, "Một", date="2019-01-02", byline="Hà Lan")
    keep(archive, "Hai", date="2020-03-04", byline="Hà Lan", site="sen-hong")
    keep(archive, "Ba", site="sen-hong")
    archive.connection.execute("UPDATE articles SET state = 'gone' WHERE title = 'Hai'")
    archive.keep_site("moi", title="Mới")
    held = holdings(archive)
    assert held.sites["moi"].articles == 0
    assert (held.all.articles, held.all.gone, held.all.undated) == (3, 1, 1)
    assert held.all.months == {"2019-01": 1, "2020-03": 1}
    assert (held.all.first_day, held.all.last_day) == ("2019-01-02", "2020-03-04")
    assert held.bylines["Hà Lan"].sites == {"song-trang": 1, "sen-hong": 1}
    assert (held.bylines["Hà Lan"].first_day, held.bylines["Hà Lan"].last_day) == ("2019-01-02", "2020-03-04")
    assert byline_tally(archive, "Hà Lan").months == held.all.months


def test_what_is_withheld_is_counted_nowhere(archive):
    archive.withhold(keep(archive, "Một", date="2019-01-02", byline="Hà Lan"), "thử")
    held = holdings(archive)
    assert held.all.articles == 0
    assert held.bylines == {}
    assert byline_tally(archive, "Hà Lan").articles == 0


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Hà Lan - Xuân Hạ", ["Hà Lan", "Xuân Hạ"]),
        ("Hà Lan – Xuân Hạ; Tổ PV", ["Hà Lan", "Xuân Hạ", "Tổ PV"]),
        ("Hà Lan và Xuân Hạ", ["Hà Lan", "Xuân Hạ"]),
        ("H-Lan", ["H-Lan"]),
        ("Vàng A Và", ["Vàng A Và"]),
        (" - ", []),
        ("", []),
    ],
)
def test_the_people_of_a_byline(byline, names):
    assert people(byline) == names


def test_bylines_are_found_by_each_name_in_them_however_it_is_written():
    found = by_person(["Hà Lan", "HÀ LAN", "Ha Lan - Xuân Hạ", "Xuân Hạ"])
    assert found[name_key("hà lan.")] == ["Hà Lan", "HÀ LAN", "Ha Lan - Xuân Hạ"]
    assert found[name_key("Ha Lan - Xuan Ha")] == ["Ha Lan - Xuân Hạ"]
