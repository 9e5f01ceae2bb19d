"""Where a listing goes on: the address of its next page, told by words, signs or numbers. Pure.

Pagers that post a form, and such whose addresses say nothing of a page, are told by their looks in :mod:`forms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from newsarchive.extract import landmarks
from newsarchive.extract.document import Tree
from newsarchive.sites.urls import canonical_url, host_of
from newsarchive.vietnamese.text import collapse, fold

_NEXT_TEXT = re.compile(
    r"(?:(?:xem )?(?:trang )?(?:ke tiep|sau|tiep|ke)(?: theo| tuc)?|next(?: page)?|older(?: posts| entries)?|"
    r"xem them(?: tin)?|(?:(?:cac|nhung) )?(?:bai viet|bai|tin) cu hon)"
)
# What WordPress and its pagers name the link: paginate_links(), WP-PageNavi.
_NEXT_CLASSES = {"next", "nextpostslink"}
_NEXT_SIGN = {"»", "›", ">", ">>", "→"}
_LONGEST_LABEL = 30
_MOST_OPTIONS = 500
_PAGE_QUERY = re.compile(r".*page.*|trang|p|_?cur|.*_cur|start|limitstart|offset|pg", re.IGNORECASE)
# What portals say of themselves in every address (Liferay, SharePoint), besides the page's number.
_PORTAL_QUERY = re.compile(
    r"p_\w+|\w*(?:_delta|_keywords|_advancedSearch|_andOperator|_resetCur|_orderByCol|_orderByType)|View|SortField|"
    r"SortDir",
    re.IGNORECASE,
)
_IN_SCRIPT = re.compile(
    r"(?:location(?:\.href)?\s*=|(?:location\.(?:assign|replace)|window\.open)\(|RefreshPageTo\(\s*event\s*,)\s*"
    r"(['\"])([^'\"<>]{1,1000})\1"
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKED = re.compile(r"\b(?:active|current|selected|disabled|aspnetdisabled|chon|hien-?tai|on)\b", re.IGNORECASE)
_NEXT_ADDRESS = ("data-next-url", "data-next", "data-next-page", "data-url", "data-href")
# EasyDNNnews numbers the pages of each module of a page.
_PAGE_PATH = re.compile(r"/(?:pgrid/\d+/pageid|currentpage|pageindex|page|trang|pg|p)[/-](\d+)", re.IGNORECASE)
_PAGE_SUFFIX = re.compile(r"[-/_](?:trang-?|page-?|p)?(\d{1,4})(?=(?:\.\w+)?/?$)")


def address_in_script(element: Tree) -> str | None:
    """The address an element's script leads to (``location.href='…'``, SharePoint's ``RefreshPageTo``), if any."""
    for script in (element.get("onclick") or "", element.get("href") or ""):
        if len(script) > 8 and (found := _IN_SCRIPT.search(script[:2000])):
            return _ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), found.group(2)).replace("\\/", "/")
    return None


def label_of(element: Tree) -> str:
    """What a link or button shows: its text, else its value, its title, its picture's text or file name."""
    if text := collapse(str(element.text_content())):
        return text
    for name in ("value", "title", "aria-label", "alt"):
        if text := collapse(element.get(name) or ""):
            return text
    for image in element.iter("img", "input"):
        if text := collapse(image.get("alt") or image.get("title") or ""):
            return text
        if re.search(r"next[^/]*$", image.get("src") or "", re.IGNORECASE):
            return "next"
    return ""


def is_marked(element: Tree) -> bool:
    """True for a link that its class, or its list item's, says to be the page one is on."""
    parent = element.getparent()
    classes = element.get("class") or ""
    if parent is not None and parent.tag == "li":
        classes += " " + (parent.get("class") or "")
    return _MARKED.search(classes) is not None


def next_page(root: Tree, base: str, url: str, articles: set[str]) -> str | None:
    """The address of the listing page after this one, or None.

    ``base`` is the address links are relative to, ``url`` the page's own, ``articles`` the addresses it lists.
    """

    def usable(href: str | None) -> str | None:
        target = canonical_url(href or "", base)
        if target is None or target == url or target in articles or host_of(target) != host_of(url):
            return None
        return target

    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (found := usable(element.get("href"))):
            return found
    older = next((a for a in root.iter("a") if "blog-pager-older-link" in (a.get("class") or "").split()), None)
    if older is not None and (found := usable(older.get("href"))):
        return found  # Blogger counts by the day of the last post shown, not by pages.
    here = _page_number(url)
    numbered = _chosen_from(root, usable)
    marked: list[int] = []
    onward: str | None = None
    classed: str | None = None
    worded: str | None = None
    signed: str | None = None
    for anchor in root.iter("a"):
        target = usable(anchor.get("href"))
        text = collapse(str(anchor.text_content()))
        if re.fullmatch(r"\d{1,4}", text) and is_marked(anchor):
            marked.append(int(text))
        if target is None or not _is_paged(target, url):
            continue
        label = text or label_of(anchor)
        there = _page_number(target)
        steps = there - here if there is not None and here is not None else 0
        if re.fullmatch(r"\d{1,4}", text):
            numbered.setdefault(int(text), target)
        elif steps < 0:
            continue  # Some blogs call newer posts the next ones …
        elif steps == 1 and onward is None and len(label) <= _LONGEST_LABEL:
            onward = target  # … and older ones the previous.
        if classed is None and not _NEXT_CLASSES.isdisjoint((anchor.get("class") or "").split()):
            classed = target
        elif worded is None and _NEXT_TEXT.fullmatch(landmarks.plain(label)):
            worded = target
        elif text in _NEXT_SIGN and (signed is None or text in ("›", ">", "→")):
            signed = target
    says_none = here == 1 and not _PAGE_PATH.search(urlsplit(url).path) and not _page_values(url)
    current = marked[0] if len(marked) == 1 else _current(set(numbered), here, first=says_none)
    if current + 1 in numbered:
        return numbered[current + 1]
    # Beside a window of numbers that ends here, a sign leads to the next window.
    signed = signed if not numbered or max(numbered) <= current else None
    return classed or worded or signed or onward or _scrolled_to(root, usable)


def _chosen_from(root: Tree, usable: Callable[[str | None], str | None]) -> dict[int, str]:
    """The addresses by page number that a ``<select>`` of pages offers, as values or by its GET form."""
    numbered: dict[int, str] = {}
    for select in root.iter("select"):
        name = select.get("name") or ""
        form = next(select.iterancestors("form"), None)
        by_form = form is not None and (form.get("method") or "get").lower() == "get" and _PAGE_QUERY.fullmatch(name)
        for option in list(select.iter("option"))[:_MOST_OPTIONS]:
            number = re.fullmatch(r"(?:trang |page )?(\d{1,4})", fold(collapse(str(option.text_content()))))
            value = (option.get("value") or "").strip()
            if number is None or option.get("selected") is not None:
                continue
            if by_form and form is not None and value.isdigit():
                value = f"{(form.get('action') or '').partition('?')[0]}?{urlencode(_hidden(form) | {name: value})}"
            if ("/" in value or "?" in value) and (target := usable(value)):
                numbered.setdefault(int(number.group(1)), target)
    return numbered


def _hidden(form: Tree) -> dict[str, str]:
    fields = [e for e in form.iter("input") if (e.get("type") or "").lower() == "hidden" and e.get("name")]
    return {e.get("name") or "": e.get("value") or "" for e in fields}


def _scrolled_to(root: Tree, usable: Callable[[str | None], str | None]) -> str | None:
    """The address that a "Xem thêm" button, which its script fetches more rows with, bears as data."""
    for element in root.iter("a", "button", "div", "span"):
        address = next((found for name in _NEXT_ADDRESS if (found := element.get(name))), None)
        if address and ("/" in address or "?" in address) and (target := usable(address)):
            told = element.get("data-next-url") or element.get("data-next-page")
            if told or _NEXT_TEXT.fullmatch(landmarks.plain(label_of(element)[:_LONGEST_LABEL])):
                return target
    return None


def _current(labels: set[int], by_address: int | None, *, first: bool) -> int:
    """The number of the page one is on: the one its pager does not link, where the address does not say.

    ``first``: the address is one without any number.
    """
    if by_address is not None and by_address not in labels:
        return by_address
    if not labels:
        return by_address or 1
    gaps = [n for n in range(1, max(labels) + 2) if n not in labels]
    if first and gaps[0] > max(labels):
        return 1  # All are linked, the one this is too.
    between = [n for n in gaps if n + 1 in labels and (n - 1 in labels or n == 1)]
    return between[0] if between else gaps[-1]


def _page_number(url: str) -> int | None:
    """The page's number an address gives; 1 where it gives none; None where it counts entries, not pages."""
    parts = urlsplit(url)
    if match := _PAGE_PATH.search(parts.path):
        return int(match.group(1))
    for key, value in _page_values(url):
        return None if re.fullmatch(r"start|limitstart|offset", key, re.IGNORECASE) else value
    return 1


def _page_values(url: str) -> list[tuple[str, int]]:
    """The parameters of an address that hold a page's number ("?page=2", "?op=tin-tuc/page-2")."""
    found: list[tuple[str, int]] = []
    for key, value in parse_qsl(urlsplit(url).query):
        if value.isdigit() and len(value) < 10 and _PAGE_QUERY.fullmatch(key):
            found.append((key, int(value)))
        elif match := _PAGE_PATH.search(value):
            found.append((key, int(match.group(1))))
    return found


def _is_paged(target: str, url: str) -> bool:
    """True where an address is the listing's own with a page's number.

    The number stands in the query ("?page=2"), in a folder ("/page/2", "/tin-tuc/2") or behind the name
    ("/tin-tuc-trang-2.html").
    """
    there, here = urlsplit(target), urlsplit(url)
    if _without_number(there.path) == _without_number(here.path) and there.path != here.path:
        return there.query == here.query or not there.query or not here.query
    if there.path.rstrip("/") != here.path.rstrip("/"):
        return False
    before, after = (dict(parse_qsl(parts.query, keep_blank_values=True)) for parts in (here, there))
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    changed -= {key for key in changed if _PORTAL_QUERY.fullmatch(key)}
    if any(_PAGE_QUERY.fullmatch(key) for key in changed) and before.items() <= after.items():
        # All the listing's own address says, a page's number, and other small numbers beside it: "pers_id=2&offset=4".
        changed -= {k for k in changed if not _PAGE_QUERY.fullmatch(k) and re.fullmatch(r"\d{1,4}", after[k])}
    return bool(changed) and all(
        _PAGE_QUERY.fullmatch(key)
        or (key in before and _PAGE_PATH.sub("", before[key]) == _PAGE_PATH.sub("", after.get(key, "")))
        for key in changed
    )


def _without_number(path: str) -> str:
    """A path without page number, file ending, last slash, and the "/index.php" other addresses go on behind."""
    path = re.sub(r"^/index\.php(?=/|$)", "", path)
    path = _PAGE_SUFFIX.sub("", _PAGE_PATH.sub("", path))
    return re.sub(r"\.\w+$", "", path.rstrip("/"))
