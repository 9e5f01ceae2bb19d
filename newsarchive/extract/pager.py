"""Where a listing goes on: the address of its next page, told by words, signs or numbers. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from newsarchive.extract import landmarks
from newsarchive.extract.document import Tree
from newsarchive.sites.urls import canonical_url, host_of
from newsarchive.vietnamese.text import collapse

_NEXT_TEXT = re.compile(
    r"(?:(?:xem )?(?:trang )?(?:ke tiep|sau|tiep|ke)(?: theo| tuc)?|next(?: page)?|older(?: posts| entries)?|"
    r"xem them(?: tin)?|(?:(?:cac|nhung) )?(?:bai viet|bai|tin) cu hon)"
)
# What WordPress and its pagers name the link: paginate_links(), WP-PageNavi.
_NEXT_CLASSES = {"next", "nextpostslink"}
_NEXT_SIGN = {"»", "›", ">", ">>", "→"}
_LONGEST_LABEL = 30
_PAGE_QUERY = re.compile(r".*page.*|trang|p|_?cur|.*_cur|start|limitstart|offset|pg", re.IGNORECASE)
# What portals say of themselves in every address (Liferay), besides the page's number.
_PORTAL_QUERY = re.compile(
    r"p_p_\w+|p_r_p_\w+|\w*(?:_delta|_keywords|_advancedSearch|_andOperator|_resetCur|_orderByCol|_orderByType)",
    re.IGNORECASE,
)
_PAGE_PATH = re.compile(r"/(?:page|trang|p)[/-](\d+)", re.IGNORECASE)
_PAGE_SUFFIX = re.compile(r"[-/_](?:trang-?|page-?|p)?(\d{1,4})(?=(?:\.\w+)?/?$)")


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
    here = _page_number(url)
    numbered: dict[int, str] = {}
    onward: str | None = None
    classed: str | None = None
    worded: str | None = None
    signed: str | None = None
    for anchor in root.iter("a"):
        target = usable(anchor.get("href"))
        if target is None or not _is_paged(target, url):
            continue
        text = collapse(str(anchor.text_content()))
        label = text or collapse(anchor.get("title") or anchor.get("aria-label") or "")
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
    current = _current(set(numbered), here)
    if current + 1 in numbered:
        return numbered[current + 1]
    # Beside a window of numbers that ends here, a sign leads to the next window.
    return classed or worded or (signed if not numbered or max(numbered) <= current else None) or onward


def _current(labels: set[int], by_address: int | None) -> int:
    """The number of the page one is on: the one its pager does not link, where the address does not say."""
    if by_address is not None and by_address not in labels:
        return by_address
    if not labels:
        return by_address or 1
    gaps = [n for n in range(1, max(labels) + 2) if n not in labels]
    between = [n for n in gaps if n + 1 in labels and (n - 1 in labels or n == 1)]
    return between[0] if between else gaps[-1]


def _page_number(url: str) -> int | None:
    """The page's number an address gives; 1 where it gives none; None where it counts entries, not pages."""
    parts = urlsplit(url)
    if match := _PAGE_PATH.search(parts.path):
        return int(match.group(1))
    for key, value in parse_qsl(parts.query):
        if value.isdigit() and _PAGE_QUERY.fullmatch(key):
            return None if re.fullmatch(r"start|limitstart|offset", key, re.IGNORECASE) else int(value)
    return 1


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
    return bool(changed) and all(_PAGE_QUERY.fullmatch(key) for key in changed)


def _without_number(path: str) -> str:
    """A path without page number, file ending, last slash, and the "/index.php" other addresses go on behind."""
    path = re.sub(r"^/index\.php(?=/|$)", "", path)
    path = _PAGE_SUFFIX.sub("", _PAGE_PATH.sub("", path))
    return re.sub(r"\.\w+$", "", path.rstrip("/"))
