"""Whether a site's pages are read well, field by field: what was found, what is missing, what looks odd. Pure.

An oddity is a sign that something else on the page was taken for the field: a site prints one thing on every page, an
article does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsarchive.vietnamese.text import fold

Article = Mapping[str, Any]

FIELDS = ("title", "date", "lead", "body", "caption", "byline", "source", "section", "related")
"""What is judged. A page needs a title and a body; of the others a site may have none."""
SHORT = 200
"""Characters of a body that is very short."""
_LONG_BYLINE = 80
_SOME = 3
"""Pages that must be alike before it says anything."""


@dataclass(slots=True)
class FieldReport:
    """One field on some pages: on how many it was ``found``, on which (addresses) it is ``missing``, on which it is
    ``odd`` and why. Pages that cannot have it (a caption without a picture) are in none."""

    name: str
    found: int = 0
    missing: list[str] = field(default_factory=list)
    odd: dict[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages could have the field."""
        return self.found + len(self.missing)

    @property
    def share(self) -> float:
        """The part of the pages on which it was found; 0 where there are none."""
        return self.found / self.pages if self.pages else 0.0


def judge(articles: Sequence[Article], site_title: str | None = None) -> dict[str, FieldReport]:
    """Reports on all fields of some articles of one site, by field.

    ``articles`` have the columns of table ``articles``, with ``images`` and ``links``; ``site_title`` is the site's
    own name, which is no article's title.
    """
    reports = {name: FieldReport(name) for name in FIELDS}
    for article in articles:
        for name, report in reports.items():
            match _has(article, name):
                case True:
                    report.found += 1
                case False:
                    report.missing.append(article["url"])
    for name, check in _CHECKS.items():
        check(articles, reports[name].odd)
    for article in articles:
        if site_title and fold(article["title"] or "") == fold(site_title):
            reports["title"].odd[article["url"]] = "it is the site's name"
    return reports


def compare(
    articles: Sequence[Article], kept: Mapping[str, Article]
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """What the archive keeps otherwise: by field, the pages (addresses) on which it is another and why that is odd,
    and the pages that have it no more.

    ``kept`` are articles of the archive by the addresses of ``articles``.
    """
    changed: dict[str, dict[str, str]] = {"title": {}, "date": {}, "body": {}}
    lost: dict[str, list[str]] = {name: [] for name in ("date", "lead", "caption", "byline", "source", "section")}
    for article in articles:
        before = kept.get(article["url"])
        if before is None:
            continue
        for name, pages in lost.items():
            if before[name] and not article[name]:
                pages.append(article["url"])
        for name in ("title", "date"):
            if before[name] and article[name] and before[name] != article[name]:
                changed[name][article["url"]] = "the archive keeps another"
        if 2 * len(article["body"]) < len(before["body"]):
            changed["body"][article["url"]] = "it is less than half of what the archive keeps"
    return changed, lost


def _has(article: Article, name: str) -> bool | None:
    """Whether an article has a field; None where it cannot."""
    match name:
        case "caption":
            return any(image["caption"] for image in article["images"]) if article["images"] else None
        case "related":
            return any(link["kind"] == "related" for link in article["links"])
        case _:
            return bool(article[name])


def _check_titles(articles: Sequence[Article], odd: dict[str, str]) -> None:
    _alike(articles, odd, lambda a: fold(a["title"] or ""), "other pages have the same title", least=2)


def _check_dates(articles: Sequence[Article], odd: dict[str, str]) -> None:
    for article in articles:
        if article["date_source"] == "bounds":
            odd[article["url"]] = "the page shows no day, only bounds are known"
        elif article["date"] and article["date"] == article["page_date"] and len(articles) >= _SOME:
            odd[article["url"]] = "it is the day in the masthead"
    if len(odd) < len(articles):
        # One article of today may well have the masthead's day.
        for url in [url for url, reason in odd.items() if "masthead" in reason]:
            del odd[url]
    if len({article["date"] for article in articles}) == 1 and len(articles) > _SOME and articles[0]["date"]:
        for article in articles:
            odd.setdefault(article["url"], "all pages have the same date")


def _check_bodies(articles: Sequence[Article], odd: dict[str, str]) -> None:
    _alike(articles, odd, lambda a: _paragraph(a, 0), "it begins like those of other pages")
    _alike(articles, odd, lambda a: _paragraph(a, -1), "it ends like those of other pages")
    for article in articles:
        if len(article["body"] or "") < SHORT:
            odd[article["url"]] = f"very short: {len(article['body'] or '')} characters"


def _check_bylines(articles: Sequence[Article], odd: dict[str, str]) -> None:
    named = [article for article in articles if article["byline"]]
    if len(named) > _SOME and len({fold(article["byline"]) for article in named}) == 1:
        odd.update({article["url"]: "all pages have the same: who put them up, perhaps" for article in named})
    for article in named:
        if len(article["byline"]) > _LONG_BYLINE:
            odd[article["url"]] = "too long for names"


_CHECKS: dict[str, Callable[[Sequence[Article], dict[str, str]], None]] = {
    "title": _check_titles,
    "date": _check_dates,
    "body": _check_bodies,
    "byline": _check_bylines,
}


def _alike(
    articles: Sequence[Article], odd: dict[str, str], key: Callable[[Article], str], reason: str, least: int = _SOME
) -> None:
    """Note the pages whose key is that of so many others."""
    counts = Counter(key(article) for article in articles)
    for article in articles:
        if key(article) and counts[key(article)] >= least:
            odd[article["url"]] = reason


def _paragraph(article: Article, place: int) -> str:
    paragraphs = (article["body"] or "").split("\n\n")
    return paragraphs[place] if len(paragraphs) > 1 else ""
