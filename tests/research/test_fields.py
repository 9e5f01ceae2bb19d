"""What is judged of a site's pages: found, missing, odd; and what changed against the archive."""

import pytest

from newsarchive.research.fields import FIELDS, compare, judge

TEXT = "Bà con ấp Ba vừa góp công đắp lại đoạn đê bao dài gần một cây số, kịp trước mùa nước nổi năm nay. " * 3


def article(number, **fields):
    base = {
        "url": f"https://song-trang.example/{number}",
        "title": f"Xã Bình Khê đắp đê bao, đợt {number}",
        "date": f"2021-01-{number + 1:02}",
        "date_source": "article",
        "page_date": "2021-06-30",
        "lead": None,
        "body": f"Đợt {number}. {TEXT}\n\nCòn lại {number} ấp. {TEXT}",
        "byline": f"Tác giả {number}",
        "source": None,
        "caption": None,
        "section": "Tin tức",
        "images": [],
        "links": [],
    }
    return base | fields


def odd(count=6, name="title", **fields):
    made = [
        article(n, **{key: value(n) if callable(value) else value for key, value in fields.items()})
        for n in range(count)
    ]
    return [int(url.rsplit("/", 1)[1]) for url in judge(made, "Quận Sen Hồng")[name].odd]


def test_a_sound_site_has_nothing_odd():
    reports = judge([article(n) for n in range(8)])
    assert list(reports) == list(FIELDS)
    assert {name: report.odd for name, report in reports.items() if report.odd} == {}
    assert (reports["title"].found, len(reports["lead"].missing), reports["caption"].pages) == (8, 8, 0)


def test_no_articles_are_no_trouble():
    assert all(report.share == 0 for report in judge([]).values())


def test_a_caption_counts_only_where_there_is_a_picture():
    pictures = [[], [{"url": "a", "caption": None}], [{"url": "a", "caption": None}, {"url": "b", "caption": "Đê bao"}]]
    report = judge([article(n, images=images) for n, images in enumerate(pictures)])["caption"]
    assert (report.found, report.missing, report.share) == (1, ["https://song-trang.example/1"], 0.5)


def test_related_links_are_those_of_the_pages_own_lists():
    links = [{"kind": "inline", "url": "a"}], [{"kind": "related", "url": "a"}]
    report = judge([article(n, links=found) for n, found in enumerate(links)])["related"]
    assert (report.found, report.missing) == (1, ["https://song-trang.example/0"])


@pytest.mark.parametrize(
    ("name", "fields", "which"),
    [
        ("title", {"title": "Bản tin của quận"}, [0, 1, 2, 3, 4, 5]),
        ("title", {"title": lambda n: "Bản tin của quận" if n in (2, 4) else f"Tin {n}"}, [2, 4]),
        ("title", {"title": lambda n: "QUẬN SEN HỒNG" if n == 3 else f"Tin {n}"}, [3]),
        ("date", {"date_source": lambda n: "bounds" if n < 2 else "article"}, [0, 1]),
        ("date", {"date": "2021-01-01"}, [0, 1, 2, 3, 4, 5]),
        ("date", {"date": None}, []),
        (
            "date",
            {"date": lambda n: f"2021-01-0{n + 1}", "page_date": lambda n: f"2021-01-0{n + 1}"},
            [0, 1, 2, 3, 4, 5],
        ),
        ("date", {"page_date": lambda n: "2021-01-01"}, []),
        ("body", {"body": lambda n: "Xem ảnh." if n == 1 else f"{n} {TEXT}"}, [1]),
        ("body", {"body": lambda n: f"{n} {TEXT}\n\nTrụ sở: số 5 Bến Đò."}, [0, 1, 2, 3, 4, 5]),
        ("body", {"body": lambda n: f"Trang chủ\n\n{n} {TEXT}"}, [0, 1, 2, 3, 4, 5]),
        ("byline", {"byline": "Văn Ba"}, [0, 1, 2, 3, 4, 5]),
        ("byline", {"byline": None}, []),
        ("byline", {"byline": lambda n: "Văn Ba " * 20 if n == 5 else f"Tác giả {n}"}, [5]),
    ],
)
def test_what_no_article_prints_is_odd(name, fields, which):
    assert odd(name=name, **fields) == which


def test_two_pages_that_are_alike_say_nothing_but_of_titles():
    assert odd(2, "date", date="2021-01-01") == []
    assert odd(2, "byline", byline="Văn Ba") == []
    assert odd(2, "title", title="Bản tin của quận") == [0, 1]


def test_what_the_archive_keeps_otherwise_is_told_field_by_field():
    before = {article(n)["url"]: article(n, lead="Sapo", links=None) for n in range(4)}
    now = [
        article(0, title="Quận Sen Hồng", date=None),
        article(1, lead="Sapo khác", byline=None),
        article(2, lead="Sapo", body="Đợt 2."),
        article(3, lead="Sapo", date="2021-02-02"),
        article(9),
    ]
    changed, lost = compare(now, before)
    assert {name: {int(url[-1]) for url in pages} for name, pages in changed.items()} == {
        "title": {0},
        "date": {3},
        "body": {2},
    }
    assert {name: {int(url[-1]) for url in pages} for name, pages in lost.items() if pages} == {
        "date": {0},
        "lead": {0},
        "byline": {1},
    }
