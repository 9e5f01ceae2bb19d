"""Normalise and validate: what an article's texts are when they are stored, and what is no article."""

import pytest
from crawling import Paper, add_site, crawl, html, rows, serve
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.intake import normalise_article
from newsarchive.archive.run import CrawlRun
from newsarchive.items import RELATED, Article, ArticlePage, FailedPage, GonePage, Image, Link, Task
from newsarchive.pipelines import NormalisePipeline, ValidatePipeline
from newsarchive.sites.profile import load_site
from newsarchive.spiders.news import open_run, verdict

TASK = Task("http://x.vn/a", "article")


def normalised(**fields):
    article = Article("http://x.vn/a", **fields)
    normalise_article(article)
    return article


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Hội nghị", "Hội nghị"),
        (" Quận\u00a01 \n  họp\t", "Quận 1 họp"),
        ("a\u200bb\ufeff", "ab"),
        ("Tin\x00\x1b[31m", "Tin[31m"),
        ("tên \ud800 lạ", "tên \ufffd lạ"),
        ("  \u00a0 ", None),
        ("", None),
    ],
)
def test_a_line_is_kept_plain(typed, kept):
    for name in ("title", "byline", "source", "section", "caption", "date_text"):
        assert getattr(normalised(**{name: typed}), name) == kept
    article = normalised(images=[Image("http://x/1.jpg", typed, typed)], links=[Link(RELATED, "http://x/b", typed)])
    assert (article.images[0].caption, article.images[0].credit, article.links[0].title) == (kept, kept, kept)


def test_paragraphs_stay_apart_and_lines_in_them_do_not():
    body = "Đoạn một\ncòn tiếp.\n\n \u00a0\n\nĐoạn\u00a0hai.\n \n"
    assert normalised(body=body).body == "Đoạn một còn tiếp.\n\nĐoạn hai."
    assert normalised(lead="\n\n").lead is None


@given(st.text(max_size=200))
def test_what_is_normalised_is_normal(text):
    once = normalised(title=text, body=text)
    title, body = once.title, once.body
    normalise_article(once)
    assert (once.title, once.body) == (title, body)
    for kept in (title, body):
        assert kept is None or kept == kept.strip() != ""
        assert kept is None or kept.encode()


def test_an_articles_address_is_made_canonical():
    page = ArticlePage(TASK, Article("http://X.vn:80/a?utm_source=x#y", title="A"), None)
    assert NormalisePipeline().process_item(page).article.url == "http://x.vn/a"
    gone = GonePage(TASK, None, "HTTP 404")
    assert NormalisePipeline().process_item(gone) is gone


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": "A"}, "no body found on the page"),
        ({"body": "B"}, "no title found on the page"),
        ({}, "no title and no body found on the page"),
    ],
)
def test_what_has_no_title_or_no_body_is_a_failure(fields, told):
    page = ArticlePage(TASK, Article("http://x.vn/a", **fields), None)
    assert ValidatePipeline().process_item(page) == FailedPage(TASK, "validate", told)


def test_an_article_is_no_failure():
    page = ArticlePage(TASK, Article("http://x.vn/a", title="A", body="B"), None)
    assert ValidatePipeline().process_item(page) is page


# Related articles


def related(paper, path, *others):
    items = "".join(f'<li><a href="{other}">{paper.items[other].title}</a></li>' for other in others)
    paper.edit(path, tail=f'<div class="others"><h3>Tin khác</h3><ul>{items}</ul></div>')


def crumb(section):
    return f'<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/s">{section}</a></li></ul>'


def test_related_articles_of_the_same_section_are_kept_too_and_no_others(tmp_path):
    paper = Paper(6)
    first, same, other, behind = paper.order[0], *paper.order[-3:]
    paper.order = paper.order[:-3]
    related(paper, first, same, other)
    related(paper, same, behind)
    sections = {path: "Kinh tế" if path == other else "Xã hội" for path in paper.items}

    def fault(path):
        if path not in sections:
            return None
        page = paper.handle(path).body.decode()
        return html(page.replace("<h1>", crumb(sections[path]) + "<h1>", 1))

    with serve(paper, fault=fault) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
        assert (done.status, done.run["articles_new"]) == (0, 5)
        kept = {row["url"].removeprefix(base) for row in rows(tmp_path, "SELECT url FROM articles")}
        assert kept == {*paper.order, same, behind}
        state = rows(tmp_path, "SELECT state FROM frontier WHERE url = ?", base + other)
    assert state == [{"state": "elsewhere"}]
    assert {row["kind"] for row in rows(tmp_path, "SELECT kind FROM links")} == {RELATED}


# The run's last word


@pytest.fixture
def run(tmp_path):
    run = open_run(tmp_path, load_site("quan-1"))
    yield run
    if not run.record:
        run.finish("complete", "")


@pytest.mark.parametrize(
    ("counted", "reason", "errors", "outcome", "told"),
    [
        ({}, "finished", 0, "nothing", "nothing could be read"),
        (
            {"first_failure": "http://x: HTTP 500"},
            "finished",
            0,
            "nothing",
            "nothing could be read: http://x: HTTP 500",
        ),
        ({"listings_read": 1}, "finished", 0, "complete", "0 new, 0 changed, 0 unchanged, 0 gone, 0 failed"),
        ({"articles_new": 4, "unchanged": 1}, "finished", 0, "complete", "4 new, 0 changed, 1 unchanged"),
        ({"articles_new": 4}, "shutdown", 0, "interrupted", "stopped before the end (4 new"),
        ({"articles_new": 4, "trouble": "disk full"}, "archive_trouble", 1, "interrupted", "stopped: disk full (4 new"),
        (
            {"listings_read": 1, "empty_listing": "http://x", "failed": 1},
            "finished",
            0,
            "attention",
            "no articles found on",
        ),
        (
            {"articles_new": 4, "failed": 1, "first_failure": "http://x: y"},
            "finished",
            0,
            "attention",
            "first failure: http",
        ),
        ({"articles_new": 4, "failed": 30, "silent": True}, "finished", 0, "attention", "the site stopped answering"),
        ({"listings_read": 1, "gone": 3}, "finished", 0, "attention", "most pages are gone"),
        ({"listings_read": 1, "gone": 2}, "finished", 0, "complete", "2 gone"),
        ({"listings_read": 1}, "finished", 2, "attention", "2 errors in the log"),
        ({"listings_read": 1, "left": 7}, "finished", 0, "attention", "7 addresses left for the next crawl"),
    ],
)
def test_a_runs_last_word(run: CrawlRun, counted, reason, errors, outcome, told):
    left = counted.get("left", 0)
    for name, value in counted.items():
        setattr(run, name, value)
    said, detail = verdict(run, reason, errors, left)
    assert said == outcome
    assert told in detail


def test_a_run_whose_process_died_is_marked_by_the_next(tmp_path, run):
    run.lock.release()
    run.archive.close()
    run.record = {"id": run.id}
    following = open_run(tmp_path, load_site("quan-1"))
    following.finish("complete", "0 new")
    found = rows(tmp_path, "SELECT outcome, finished_at, detail FROM runs ORDER BY id")
    assert [row["outcome"] for row in found] == ["killed", "complete"]
    assert found[0]["finished_at"]
    assert following.record["detail"] == "0 new"
    assert rows(tmp_path, "SELECT state FROM sites") == [{"state": "complete"}]
