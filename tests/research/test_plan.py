"""Which articles in which order: every way of going through them gives what the plain way gives."""

from datetime import date
from itertools import islice, product

import pytest
from archives import keep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive.store import Archive
from newsarchive.archive.withheld import WITHHELD
from newsarchive.research import conditions, plan
from newsarchive.research.conditions import bounds
from newsarchive.research.filters import Filters
from newsarchive.research.matching import WEIGHTS, home, matching
from newsarchive.research.plan import BEST, NEWEST, OLDEST, SORTS, choose
from newsarchive.research.query import And, Not, Term, parse

DATES = [
    (None, None, None),
    *((day, day, day) for day in ("2019-05-01", "2020-05-01", "2020-06-30", "2021-01-01")),
    ("2020-05", "2020-05-01", "2020-05-31"),
    ("2019-12-01/2020-05-20", "2019-12-01", "2020-05-20"),
    ("../2020-05-01", None, "2020-05-01"),
    ("2020-06-01/..", "2020-06-01", None),
]
TEXTS = ("Chợ quê họp.", "Họp chợ bên sông.", "Đường mới.", "Đường quê, cho xe qua.")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Some sixty articles of every kind of date; some withheld, some that two sites listed."""
    with Archive.create(tmp_path_factory.mktemp("archive")) as archive:
        archive.keep_site("rach-nho", title="", district=None, province=None, district_code=None, url=None, family=None)
        for n, (dated, text) in enumerate(islice(product(DATES, TEXTS * 2), 70)):
            kept, earliest, latest = dated
            number = keep(
                archive,
                ("Chợ quê", "Tin vắn", "Đường sông", "Ban mới")[n % 4 - n % 3],
                text,
                site=("song-trang", "go-cao", "rach-nho")[n % 3],
                date=kept,
                date_earliest=earliest,
                date_latest=latest,
                section=("Tin tức", "Kinh tế", None)[n % 5 % 3],
                byline=("Hoài Thương", None)[n % 7 % 2],
            )
            if n % 11 == 0:
                archive.withhold(number, "asked for")
            elif n % 6 == 1:
                archive.connection.execute(
                    "INSERT INTO frontier (site, url, kind, state, found_at, article_id)"
                    " VALUES ('rach-nho', ?, 'article', 'done', '2020-11-30T02:00:00Z', ?)",
                    (f"https://rach-nho.example/{number}", number),
                )
        yield archive


def plainly(archive, node, filters, sort, bound):
    """All ids in order, by the definition: every article is looked at; ``bound`` is what scores are of."""
    conditions, values = filters.conditions()
    kept = archive.rows(
        f"SELECT a.id, a.date_earliest, a.date_latest FROM articles a WHERE {' AND '.join(conditions)}", *values
    )
    titled, scores = set(), {}
    if node:
        found, titled = answers(archive, node), answers(archive, in_titles(node))
        kept = [row for row in kept if row["id"] in found]
        scores = listed(archive, bound) if bound else {}
        assert not bound or found <= set(scores)
    best = sort == BEST and node

    def newest(row):
        return row["date_earliest"] or "", row["date_latest"] or "", row["id"]

    kept = sorted(kept, key=newest, reverse=sort != OLDEST)
    if sort == OLDEST:
        kept.sort(key=lambda row: row["date_earliest"] is None)
    if best:
        kept.sort(key=lambda row: scores[row["id"]] if bound else row["id"] not in titled)
    return [row["id"] for row in kept]


def answers(archive, node):
    made = matching(archive.connection, node)
    return {row["id"] for row in archive.rows(f"{made.clause} SELECT id FROM {made.hits}", *made.values)}


def listed(archive, bound):
    table, match = bound
    sql = f"SELECT rowid AS id, bm25({table}, {WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ?"
    return {row["id"]: row["score"] for row in archive.rows(sql, match)}


def in_titles(node):
    if isinstance(node, Term):
        return node if node.field else Term(node.words, node.prefix, "title")
    return node if isinstance(node, Not) else type(node)(tuple(map(in_titles, node.parts)))


QUERIES = [
    *("", "chợ", "cho", "quê", "duong", "title:chợ", '"chợ quê"', '"cho quê"', "chợ cho", "chợ OR duong", "đ*", "xyz"),
    *("-chợ", "cho -chợ", "quê -title:chợ", "title:(chợ OR đường) họp", "NOT (chợ đường)", "byline:hoài", "h* OR -qua"),
    *('"chợ que"', '"quê hop" OR sông', "que* chợ", 'title:"chợ que" -mới', "(chợ OR duong) -(quê cho)", "chơ* hop"),
]
days = st.none() | st.sampled_from([date(2019, 5, 1), date(2020, 5, 1), date(2020, 5, 31), date(2020, 7, 1)])
filters = st.builds(
    Filters,
    sites=st.sampled_from([(), ("song-trang",), ("rach-nho",), ("go-cao", "rach-nho")]),
    since=days,
    until=days,
    section=st.sampled_from([None, "Tin tức"]),
    byline=st.sampled_from([None, None, "Hoài Thương"]),
    state=st.sampled_from([None, "live"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.sampled_from(QUERIES),
    filters=st.just(Filters()) | filters,
    sort=st.sampled_from(SORTS),
    narrow=st.sampled_from([0, 3, 10_000]),
    costs=st.fixed_dictionaries(
        {name: st.sampled_from([0.0, 1e9]) for name in ("_ASKING", "_LISTING", "_READING", "_PASSING", "_SORTING")}
    ),
    few=st.sampled_from([0, 10_000]),
    ahead=st.sampled_from([0, 7, 10_000]),
    limit=st.integers(0, 12),
    offset=st.integers(0, 40),
)
def test_every_way_gives_the_same_articles_in_the_same_order(
    archive, query, filters, sort, narrow, costs, few, ahead, limit, offset
):
    node = parse(query).root
    bound = next((one for one in (bounds(node) if node else []) if len(listed(archive, one)) <= narrow), None)
    if node and home(node):
        assert (bound is not None) == (len(answers(archive, node)) <= narrow)
    expected = plainly(archive, node, filters, sort, bound)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in [("NARROW", narrow), ("_FEW", few), ("_FEW_OF_SITES", few), *costs.items()]:
            patch.setattr(plan if hasattr(plan, name) else conditions, name, value)
        patch.setattr(plan, "_AHEAD", ahead)
        patch.setattr(plan, "_AHEAD_WITHOUT_QUERY", ahead)
        answer = choose(archive, node, filters, sort, limit, offset)
    assert answer.ids == expected[offset : offset + limit]
    if answer.more:
        assert max(offset + limit, ahead) <= answer.total < len(expected)
    else:
        assert answer.total == len(expected)
    assert answer.scored == (bound is not None and sort == BEST)


def test_the_plain_way_is_no_empty_one(archive):
    found = plainly(archive, parse("chợ").root, Filters(), NEWEST, None)
    assert 20 < len(found) < len(plainly(archive, None, Filters(), NEWEST, None))
    assert not {row[0] for row in archive.rows(WITHHELD)} & set(found)
    assert conditions.titled(And((Term(("a",)), Not(Term(("b",)))))) == And(
        (Term(("a",), field="title"), Not(Term(("b",))))
    )
