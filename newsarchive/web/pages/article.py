"""An article's page, the pages of its versions, and its citation as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from newsarchive.archive.withheld import WITHHELD
from newsarchive.research import captures, context, evidence
from newsarchive.research.citations import Citation, as_bibtex, as_csl, as_ris, citation
from newsarchive.research.jsonld import CONTEXT, document, dumps, news_article
from newsarchive.research.passages import whole
from newsarchive.research.query import Term, parse
from newsarchive.research.record import changes, picture_fate, record, version
from newsarchive.research.sentences import Sentence
from newsarchive.web.documents import Document, WithheldError, attachment, json_document

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

NO_SUCH_ARTICLE = "There is no such article."
NO_SUCH_VERSION = "The article has no such version."
NOT_SHOWN = "not shown"

KINDS = {
    "inline": "Links in the text",
    "attachment": "Documents it offers",
    "related": "Related, as the page says",
    "notice": "Notices on the page",
}
"""Kinds of links in the order they are shown, and what they are called."""
FIELDS = {
    "title": "Title",
    "date": "Date",
    "lead": "Sapo",
    "body": "Text",
    "captions": "Captions",
    "caption": "Caption",
    "byline": "Byline",
    "source": "Source",
    "section": "Section",
}
"""Fields, and what they are called."""
OF_VERSION = ("title", "date", "byline", "capture_id")
"""Columns of a version that its citation has instead of the article's."""


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``article.html``. ``?q=`` is the query that led here: its words are marked.

    Raises :class:`LookupError` where there is no such article, :class:`WithheldError` where it is not to be shown.
    """
    article = _shown(archive, request)
    query = (request.args.get("q") or "").strip()
    terms = parse(query).terms
    lead, body = _paragraphs(article)
    before, after = context.neighbours(archive, article["site"], article["date_earliest"], article["id"])
    return {
        "article": article,
        "query": query,
        "title": whole(article["title"], terms),
        "lead": [whole(paragraph, terms) for paragraph in lead],
        "body": [whole(paragraph, terms) for paragraph in body],
        "byline": whole(article["byline"], terms) if article["byline"] else None,
        "figures": [_figure(archive, image, terms) for image in article["images"]],
        "sites": _titles(archive, article["sites"]),
        "published": _clock(article["published_at"]),
        "why": evidence.date_sentences(article),
        "event": evidence.event_sentences(article),
        "places": evidence.places(article),
        "links": _by_kind(context.links_out(archive, article["id"])),
        "links_in": context.links_in(archive, article["id"]),
        "listings": context.listings(archive, article["url"]),
        "before": before,
        "after": after,
        "cited": citation(archive, article),
        **_described(archive, article),
        # It may have the very bytes of a withheld one's.
        "framed": not captures.is_withheld(archive, article["capture"]),
        "kinds": KINDS,
        "names": FIELDS,
    }


def read_version(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``version.html``; raises as :func:`read` does."""
    article = _shown(archive, request)
    number = _number(request, "number")
    try:
        kept = version(archive, article["id"], number)
    except LookupError as error:
        raise LookupError(NO_SUCH_VERSION) from error
    earlier = [v["number"] for v in article["versions"] if v["number"] < number]
    later = [v["number"] for v in article["versions"] if v["number"] > number]
    return {
        "article": article,
        "kept": kept,
        "paragraphs": _split(kept["body"]),
        "before": version(archive, article["id"], earlier[-1]) if earlier else None,
        "changes": changes(version(archive, article["id"], earlier[-1]), kept) if earlier else [],
        "later": later[0] if later else None,
        "cited": citation(archive, {**article, **{name: kept[name] for name in OF_VERSION}}),
        "names": FIELDS,
    }


def bibtex(archive: Archive, request: Request) -> Document:
    """The citation as BibTeX; raises as :func:`read` does. So do the others."""
    return _cited(archive, request, as_bibtex, "application/x-bibtex; charset=utf-8", "bib")


def ris(archive: Archive, request: Request) -> Document:
    """The citation as RIS."""
    return _cited(archive, request, as_ris, "application/x-research-info-systems; charset=utf-8", "ris")


def csl_json(archive: Archive, request: Request) -> Document:
    """The citation as CSL-JSON: a list of one item, as reference managers take it."""

    def written(cited: Citation) -> str:
        return json.dumps([as_csl(cited)], ensure_ascii=False, indent=2) + "\n"

    return _cited(archive, request, written, "application/vnd.citationstyles.csl+json", "csl.json")


def as_json(archive: Archive, request: Request) -> Document:
    """All that is known of the article, as ``newsarchive show --json`` has it."""
    return json_document(_shown(archive, request))


def json_ld(archive: Archive, request: Request) -> Document:
    """The article as schema.org's ``NewsArticle``, which is in the head of its page too."""
    made = document(archive, _shown(archive, request)) + "\n"
    return Document(made.encode(), "application/ld+json")


def _cited(
    archive: Archive, request: Request, written: Callable[[Citation], str], content_type: str, ending: str
) -> Document:
    cited = citation(archive, _shown(archive, request))
    return attachment(written(cited).encode(), content_type, f"{cited.key}.{ending}")


def _described(archive: Archive, article: dict[str, Any]) -> dict[str, Any]:
    """What the page's head says to programs: ``json_ld``, the article without its text, which the page has itself, and
    ``authors``, each name of the byline."""
    said = news_article(archive, article)
    said.pop("articleBody", None)
    authors = [author["name"] for author in said.get("author", [])]
    return {"json_ld": dumps({"@context": CONTEXT, **said}), "authors": authors}


def _number(request: Request, name: str) -> int:
    """A number of the address; one too long for the database is none that exists."""
    return int(request.url_vars[name][:18])


def _shown(archive: Archive, request: Request) -> dict[str, Any]:
    article_id = _number(request, "id")
    if archive.row(f"SELECT 1 WHERE ? IN ({WITHHELD})", article_id):
        raise WithheldError
    try:
        article = record(archive, article_id)
    except LookupError as error:
        raise LookupError(NO_SUCH_ARTICLE) from error
    for image in article["images"]:
        if image["capture"] and captures.is_withheld(archive, image["capture"]):
            image["capture"], image["fate"] = None, NOT_SHOWN
    return article


def _split(text: str | None) -> list[str]:
    return [paragraph for paragraph in (text or "").split("\n\n") if paragraph.strip()]


def _paragraphs(article: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The paragraphs of the sapo and those of the rest. The body has the sapo in it, most often at its top; where it
    stands elsewhere, the text is shown as it was printed."""
    lead, body = _split(article["lead"]), _split(article["body"])
    if body[: len(lead)] == lead:
        return lead, body[len(lead) :]
    return [], body if article["lead"] in article["body"] else [*lead, *body]


def _figure(archive: Archive, image: dict[str, Any], terms: Iterable[Term]) -> dict[str, Any]:
    if image["credit"] and image["credit"] in (image["caption"] or ""):
        image = {**image, "credit": None}  # as it was printed, it says so
    said = {name: whole(image[name], terms) if image[name] else None for name in ("caption", "credit")}
    missing = Sentence(NOT_SHOWN) if image["fate"] == NOT_SHOWN else picture_fate(archive, image["url"])
    return {**image, **said, "missing": None if image["capture"] else missing}


def _titles(archive: Archive, names: list[str]) -> list[dict[str, Any]]:
    """The sites that listed an article: ``name``, ``title``, ``district``, ``province``."""
    marks = ", ".join("?" * len(names))
    rows = archive.rows(
        f"SELECT name, title, district, province FROM sites WHERE name IN ({marks}) ORDER BY name", *names
    )
    return [dict(row) for row in rows]


def _clock(published_at: str | None) -> tuple[str, str, str] | None:
    """Day, time and offset of a moment as printed ("2020-10-08T15:32:08+07:00")."""
    if not published_at or "T" not in published_at:
        return None
    day, _, time = published_at.partition("T")
    return day, time[:5], time[8:]


def _by_kind(links: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    kinds = [*KINDS, *sorted({link["kind"] for link in links} - {*KINDS})]
    grouped = [(kind, [link for link in links if link["kind"] == kind]) for kind in kinds]
    return [(kind, of_kind) for kind, of_kind in grouped if of_kind]
