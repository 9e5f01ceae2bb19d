"""What a page says of itself to machines: JSON-LD, meta tags, microdata, breadcrumbs. Pure.

Nothing here is believed yet: old portals fill these with the site's name or the hour of the visit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from lxml import etree

from newsarchive.extract.document import Tree
from newsarchive.sites.urls import is_front_page
from newsarchive.vietnamese.text import collapse, fold

_NEWS_TYPES = {"newsarticle", "article", "reportagenewsarticle", "blogposting", "report", "analysisnewsarticle"}
_DATE_META = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "sailthru.date",
    "parsely-pub-date",
)
_MAX_JSON = 500_000
_TRAIL_NAME = re.compile(r"bread-?crum|breadcumb|duong-?dan|sitemappath|you-?are-?here|vitri|pathway", re.IGNORECASE)
_HOME = re.compile(r"trang ?chu|home|trang nhat|trang tin|main|ban dang o.*|vi tri.*")
# Marks looked around for; a hostile page has thousands.
_MOST_MARKS = 100


@dataclass(slots=True)
class Metadata:
    """Statements by kind, in page order; each text collapsed, empty ones dropped. ``canonical`` is as written."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    """(source, text): json-ld, og, meta, itemprop; ``<title>`` apart in :attr:`title_tag`."""
    title_tag: str | None = None
    description: str | None = None
    site_name: str | None = None
    authors: list[tuple[str, str]] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    """(source, text): json-ld or meta."""
    modified: list[str] = field(default_factory=list)
    """When the page says that it was last changed."""
    section: str | None = None
    canonical: str | None = None


# Elements that carry data of their own: found by libxml2, not one by one in Python, and by their attributes' names, for
# which it need not ask a condition of every element.
_MARKED = etree.XPath(
    "/descendant::*/@itemprop/parent::*[not(self::meta)] | /descendant::*/@property/parent::*[not(self::meta)]"
    " | /descendant::abbr[contains(@class, 'published')]"
)
_RELATED_LINKS = etree.XPath("descendant::a/@rel/..")
# Not "descendant::a/..": libxml2 compares each parent with all before it.
_AROUND_LINKS = etree.XPath("descendant::*[a]/@class", smart_strings=False)


def read_metadata(root: Tree) -> Metadata:
    """Gather a page's statements. Never fails: broken JSON-LD is passed over."""
    found = Metadata()
    for news in _json_ld(root):
        _add(found.titles, "json-ld", news.get("headline") or news.get("name"))
        _add(found.dates, "json-ld", news.get("datePublished") or news.get("dateCreated"))
        if modified := _text(news.get("dateModified")):
            found.modified.append(modified)
        for author in _listed(news.get("author")):
            _add(found.authors, "json-ld", author.get("name") if isinstance(author, dict) else author)
        section = next(iter(_listed(news.get("articleSection"))), None)
        found.section = found.section or (collapse(section) if isinstance(section, str) else None) or None
        found.description = found.description or _text(news.get("description"))
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = collapse(meta.get("content") or "")
        if name and content:
            metas.setdefault(name, content)
    _add(found.titles, "og", metas.get("og:title"))
    _add(found.titles, "meta", metas.get("twitter:title") or metas.get("dc.title") or metas.get("headline"))
    for name in _DATE_META:
        _add(found.dates, "meta", metas.get(name))
    found.modified += [metas[name] for name in ("article:modified_time", "og:updated_time") if name in metas]
    _add(found.authors, "meta", metas.get("article:author") or metas.get("author") or metas.get("dc.creator"))
    found.section = found.section or metas.get("article:section")
    found.site_name = metas.get("og:site_name") or metas.get("application-name")
    found.description = metas.get("og:description") or metas.get("description") or found.description
    title = root.find(".//title")
    found.title_tag = (collapse(str(title.text_content())) or None) if title is not None else None
    for element in cast("list[Tree]", _MARKED(root)):
        if (embedded := _embedded_date(element)) and not _is_card(element):
            _add(found.dates, "meta", embedded)
        if itemprop := element.get("itemprop"):
            value = element.get("datetime") or element.get("content")
            text = value or collapse(str(element.text_content()))[:200]
            if itemprop == "datePublished":
                if not _is_card(element):
                    _add(found.dates, "meta", text)
            elif itemprop == "headline":
                _add(found.titles, "itemprop", text)
            elif itemprop == "articleSection":
                found.section = found.section or text or None
    found.section = found.section or _own_category(root)
    _add(found.dates, "meta", _own_time(root))
    link = next((e for e in root.iter("link") if "canonical" in (e.get("rel") or "").lower().split()), None)
    found.canonical = link.get("href") if link is not None else None
    return found


def _own_time(root: Tree) -> str | None:
    """The ``<time>`` an article is marked with (WordPress and its like); None where several articles have theirs."""
    marked = _of_the_page([e for e in root.iter("time") if e.get("datetime") and _says_published(e)])
    holders = {next((a for a in e.iterancestors("article")), None) for e in marked}
    days = {(e.get("datetime") or "")[:10] for e in marked}
    if not marked or (len(days) > 1 and (len(holders) > 1 or None in holders)):
        return None
    return str(marked[0].get("datetime"))


def _says_published(time: Tree) -> bool:
    parent = time.getparent()
    around = parent.get("class") or "" if parent is not None else ""
    own = re.search(r"publish|entry-date|posted", time.get("class") or "")
    return own is not None or "wp-block-post-date" in around.split()


def _own_category(root: Tree) -> str | None:
    """The first category linked for the page's own post: ``rel="category tag"``, or WordPress's block of terms."""
    terms = any("taxonomy-category" in names for names in cast("list[str]", _AROUND_LINKS(root)))
    links = list(root.iter("a")) if terms else cast("list[Tree]", _RELATED_LINKS(root))
    links = [a for a in links if "category" in (a.get("rel") or "").split() or (terms and _in_terms(a))]
    own = _of_the_page(links)
    return (collapse(str(own[0].text_content())) or None) if own else None


def _in_terms(anchor: Tree) -> bool:
    parent = anchor.getparent()
    return parent is not None and "taxonomy-category" in (parent.get("class") or "").split()


def _of_the_page(marks: list[Tree]) -> list[Tree]:
    """Of what themes mark on every post they show, the page's own: in no other post's card, or in the only one."""
    marks = marks[:_MOST_MARKS]
    posts = [_post_around(mark) for mark in marks]
    own = [m for m, post in zip(marks, posts, strict=True) if post is None or post.find(".//h1") is not None]
    return own or (marks if len(set(posts)) == 1 else [])


def _post_around(mark: Tree) -> Tree | None:
    """The article or list item around a mark that holds other links than categories; None where there is none."""
    for element in mark.iterancestors("article", "li"):
        if element.tag == "article" or any("tag" not in (a.get("rel") or "") for a in element.iter("a")):
            return element
    return None


def _is_scope(element: Tree) -> bool:
    """True for an element whose data are of one thing: microdata, RDFa, or an hAtom entry."""
    return any(element.get(name) is not None for name in ("itemscope", "typeof", "about")) or "hentry" in (
        element.get("class") or ""
    )


_RDFA_DATES = frozenset(("dc:date", "dc:created", "dcterms:date", "dcterms:created", "dcterms:issued"))
_RDFA_DATES |= {"schema:datepublished", "datepublished"}


def _embedded_date(element: Tree) -> object:
    """A moment of publication embedded in the page's text by RDFa (Drupal) or hAtom (blogs before HTML 5)."""
    if _RDFA_DATES & set((element.get("property") or "").lower().split()):
        return element.get("content") or element.get("datetime")
    if element.tag == "abbr" and "published" in (element.get("class") or "").lower().split():
        return element.get("title")
    return None


def _is_card(element: Tree) -> bool:
    """True for microdata of another article: in a small scope whose text is little more than a linked headline."""
    scope = next((e for e in element.iterancestors() if _is_scope(e)), None)
    if scope is None or len(str(scope.text_content())) > 700:
        return False
    return any(len(collapse(str(a.text_content()))) >= 20 for a in scope.iter("a"))


def breadcrumb(root: Tree) -> list[str]:
    """The labels of the page's breadcrumb from the front page down, without that page; empty where none is found."""
    for data in _json_objects(root):
        if data.get("@type") == "BreadcrumbList":
            items = [item for item in _listed(data.get("itemListElement")) if isinstance(item, dict)]
            names = [_text(i.get("name")) or _text(_dict(i.get("item")).get("name")) for i in items]
            if any(names):
                return _without_home([name for name in names if name])
    parts = root.iter("div", "ul", "ol", "nav", "p", "span", "section", "td", "table", "h2", "h3")
    for element in islice((e for e in parts if _is_trail(e.get("class")) or _is_trail(e.get("id"))), 10):
        links = list(islice(element.iter("a"), 20))
        if len(links) > 1 and is_front_page(links[0].get("href") or ""):
            # The front page may bear the site's name.
            del links[0]
        labels = [collapse(str(a.text_content())) for a in links]
        if not any(labels):
            labels = [collapse(part) for part in re.split(r"[»›>/|]", str(element.text_content())[:500])]
        if trimmed := _without_home([label for label in labels if label]):
            return trimmed
    return []


@lru_cache(maxsize=4096)
def _is_trail(name: str | None) -> bool:
    """True for a class or id that names a breadcrumb."""
    return name is not None and _TRAIL_NAME.search(name) is not None


def _without_home(labels: list[str]) -> list[str]:
    unique = list(dict.fromkeys(label.strip(" »›>/|-") for label in labels))
    return [label for label in unique if label and not _HOME.fullmatch(fold(label)) and len(label) <= 100]


def without_site_name(title: str, site_names: list[str | None]) -> str:
    """A ``<title>`` without the site's name before or after it: "Tin A - Quận 1" → "Tin A".

    The part that is (or holds, or is held by) a known site name goes; where none is known the longest part stays, if
    the others are much shorter.
    """
    parts = title_parts(title)
    if len(parts) < 2:
        return title
    names = [fold(name) for name in site_names if name]
    kept = [p for p in parts if not any(fold(p) in name or name in fold(p) for name in names if len(name) > 3)]
    if names and kept and len(kept) < len(parts):
        first, last = parts.index(kept[0]), parts.index(kept[-1])
        start = title.index(kept[0]) if first else 0
        end = title.rindex(kept[-1]) + len(kept[-1]) if last < len(parts) - 1 else len(title)
        return title[start:end].strip()
    longest = max(parts, key=len)
    return longest if len(longest) >= 20 and all(len(p) < len(longest) * 0.6 for p in parts if p != longest) else title


def title_parts(title: str) -> list[str]:
    """What separators divide a ``<title>`` into: "Tin A - Quận 1" → ["Tin A", "Quận 1"]."""
    return [part.strip() for part in re.split(r"\s+[-–—|•]\s+|\s*(?:\|\||\||::|»|«)\s*", title) if part.strip()]


def _json_ld(root: Tree) -> Iterator[dict[str, Any]]:
    for data in _json_objects(root):
        kinds = {str(kind).lower() for kind in _listed(data.get("@type"))}
        if kinds & _NEWS_TYPES:
            yield data


def _json_objects(root: Tree) -> Iterator[dict[str, Any]]:
    for script in islice(root.iter("script"), 200):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _MAX_JSON:
            continue
        try:
            data = json.loads(re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", text), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _listed(data):
            if isinstance(item, dict):
                yield item
                yield from (part for part in _listed(item.get("@graph")) if isinstance(part, dict))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return (collapse(value) or None) if isinstance(value, str) else None


def _add(target: list[tuple[str, str]], source: str, value: object) -> None:
    if (text := _text(value)) and (source, text) not in target:
        target.append((source, text))
