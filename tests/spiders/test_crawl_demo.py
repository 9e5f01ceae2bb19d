"""What a crawl of the made-up district site keeps, field by field against what its pages say."""

from datetime import date

import pytest
from crawling import assert_sound, crawl, rows, serve

from newsarchive.demo import DemoSite, profile_toml

# The last days the stories were printed, and whenever these tests are run.
VISITS = {"then": date(2020, 11, 30), "now": None}
READ = "title body byline source lead caption section event_date page_date date_source published_at date_text".split()
DAYS = "date date_earliest date_latest".split()


@pytest.fixture(scope="module", params=VISITS)
def visit(request, tmp_path_factory):
    """The archive's folder after one crawl, and the truth about every living article by its address."""
    folder, site = tmp_path_factory.mktemp(request.param), DemoSite(VISITS[request.param])
    with serve(site) as base:
        (folder / "sites").mkdir()
        (folder / "sites" / "sen-hong.toml").write_text(profile_toml(base), encoding="utf-8")
        done = crawl(folder)
    # One page is broken, one is gone; one article has two addresses.
    counts = [done.run[name] for name in ("articles_new", "changed", "unchanged", "gone", "failed")]
    assert (done.status, counts) == (1, [len(site.truth(base)), 0, 1, 1, 1])
    return folder, {article.url: article for article in site.truth(base)}


def kept(folder):
    return {row["url"]: row for row in rows(folder, "SELECT * FROM articles")}


def test_every_living_article_is_kept_once(visit):
    folder, truth = visit
    assert set(kept(folder)) == set(truth)
    assert_sound(folder)


@pytest.mark.parametrize("name", READ)
def test_what_a_page_says_is_kept(visit, name):
    folder, truth = visit
    found = kept(folder)
    wrong = {
        url: (found[url][name], getattr(a, name)) for url, a in truth.items() if found[url][name] != getattr(a, name)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", DAYS)
def test_the_day_is_kept_where_there_is_one(visit, name):
    folder, truth = visit
    found = kept(folder)
    dated = {url: article for url, article in truth.items() if article.date}
    assert len(dated) > 60
    wrong = {
        url: (found[url][name], getattr(a, name)) for url, a in dated.items() if found[url][name] != getattr(a, name)
    }
    assert wrong == {}


def test_where_only_bounds_can_be_known_the_day_lies_between_them(visit):
    folder, truth = visit
    found = kept(folder)
    undated = [url for url, article in truth.items() if not article.date]
    printed = {story.path: story.published.date().isoformat() for story in DemoSite().stories}
    assert undated
    for url in undated:
        row = found[url]
        day = printed["/" + url.split("/", 3)[3]]
        assert row["date"] == f"{row['date_earliest']}/{row['date_latest']}"
        assert row["date_earliest"] <= day <= row["date_latest"], url
        # The listing's neighbours have days: no bound is further off than some weeks.
        width = date.fromisoformat(row["date_latest"]) - date.fromisoformat(row["date_earliest"])
        assert width.days < 60, url


def test_pictures_are_kept_with_their_captions(visit):
    folder, truth = visit
    found = {url: [] for url in truth}
    for row in rows(
        folder, "SELECT a.url AS page, i.* FROM images i JOIN articles a ON a.id = article_id ORDER BY position"
    ):
        found[row["page"]].append((row["url"], row["caption"], row["credit"]))
    assert found == {url: [(i.url, i.caption, i.credit) for i in article.images] for url, article in truth.items()}


def test_links_are_kept_in_their_order_and_kind(visit):
    folder, truth = visit
    found = {url: [] for url in truth}
    for row in rows(
        folder, "SELECT a.url AS page, l.* FROM links l JOIN articles a ON a.id = article_id ORDER BY position"
    ):
        found[row["page"]].append((row["kind"], row["url"], row["title"]))
    assert found == {url: [(k.kind, k.url, k.title) for k in article.links] for url, article in truth.items()}


def test_related_links_lead_to_the_articles_kept(visit):
    folder, truth = visit
    led = "SELECT l.url, a.url AS target FROM links l JOIN articles a ON a.id = target_id"
    assert all(row["url"] == row["target"] for row in rows(folder, led))
    lost = rows(folder, "SELECT url FROM links WHERE kind = 'related' AND target_id IS NULL")
    assert not {row["url"] for row in lost} & set(truth)


def test_each_field_says_where_it_was_found(visit):
    folder, _ = visit
    for row in rows(folder, "SELECT url, field_sources, extractor FROM articles"):
        assert '"title": ' in row["field_sources"]
        assert '"date": ' in row["field_sources"]
        assert row["extractor"].startswith("newsarchive/")


def test_the_site_and_its_run_are_kept(visit):
    folder, _ = visit
    (site,) = rows(folder, "SELECT * FROM sites")
    assert (site["title"], site["district"]) == ("Đảng bộ Quận Sen Hồng", "Quận Sen Hồng")
    (run,) = rows(folder, "SELECT * FROM runs")
    assert (run["outcome"], run["requests"]) == ("attention", len(rows(folder, "SELECT id FROM captures")))
    assert run["started_at"] <= run["finished_at"]
    (failure,) = rows(folder, "SELECT * FROM failures")
    assert failure["stage"] == "validate"
    assert failure["reason"].startswith("no body found on the page")
