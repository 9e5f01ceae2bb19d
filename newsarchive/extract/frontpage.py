"""What a page says of its site: the site's names, its sections, its feeds. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from newsarchive.extract import landmarks
from newsarchive.extract.blocks import Block, read_blocks
from newsarchive.extract.document import Tree
from newsarchive.extract.metadata import read_metadata, title_parts
from newsarchive.extract.titles import reads_as_site
from newsarchive.sites.urls import canonical_url, host_of, is_front_page
from newsarchive.vietnamese.text import collapse, fold

# What menus call sections of news, and what they call all else; folded, whole words. A label with a word of both is
# none: "Văn bản chỉ đạo kinh tế".
_NEWS = re.compile(
    r"\b(?:tin|tin tuc|thoi su|su kien|hoat dong|kinh te|van hoa|xa hoi|chinh tri|an ninh|quoc phong|xay dung dang|"
    r"doan the|giao duc|y te|the thao|the duc|nong thon moi|du lich|dan van|tuyen giao|nguoi tot|guong|phong su|"
    r"doi song|khoa hoc|moi truong|do thi|phap luat|chuyen doi so|hoc tap va lam theo|hoc tap va lam|dan so|mat tran|"
    r"nong nghiep|cong nghiep|thuong mai|news)\b"
)
_OTHER = re.compile(
    r"\b(?:gioi thieu|lien he|van ban|thu tuc|dich vu|lich|so do|dang nhap|dang ky|thu vien|video|clip|hinh anh|"
    r"hoi dap|gop y|danh ba|rss|english|quy hoach|bao cao|thong ke|cong khai|dau thau|tuyen dung|co cau|bo may|"
    r"chuc nang|tim kiem|bieu mau|thong bao|ban do|album|am thanh|truyen hinh|lien ket|mail|email|du an|ngan sach|"
    r"tra cuu|phan anh|tiep can|hop thu|tien ich|thong tin can biet|nhiem vu|lanh dao|cong bao|du thao|y kien)\b"
)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|gif|mp[34])(?:$|[?#])", re.IGNORECASE)
_HOME = re.compile(r"(?:trang (?:chu|nhat)|home(?: ?page)?|index|default|main)")
_REFRESH = re.compile(r"\s*[0-5]?(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_LONGEST_LABEL = 60
_MOST_LINKS = 2000
_MASTHEAD = 12
"""Lines from the top, and from the bottom, that may name the site."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page: its canonical address and its words."""

    url: str
    label: str


def site_names(root: Tree, *, front: bool) -> list[str]:
    """What may name the site on a page, best first: what it states for machines, the part of its ``<title>`` that reads
    as a site's name, its banner's words. The title of the ``front`` page is the site's name whatever it reads as."""
    meta = read_metadata(root)
    parts = [part for part in title_parts(meta.title_tag or "") if not _HOME.fullmatch(fold(part))]
    names = [meta.site_name or "", *(part for part in parts if reads_as_site(part))]
    if front:
        names += parts[:1]
    names += [name for name in _banner(root) if reads_as_site(name)]
    return list(dict.fromkeys(name for name in map(collapse, names) if 3 < len(name) <= 150 and "://" not in name))


def imprint(root: Tree) -> list[str]:
    """The lines at a page's top and bottom, which say whose site it is and where the office stands."""
    lines = [block.text for block in read_blocks(root) if block.kind == "text"]
    return [line for line in (*lines[:_MASTHEAD], *lines[-_MASTHEAD:]) if len(line) <= 300]


def sections(root: Tree, url: str, *, besides: Collection[str] = ()) -> list[PageLink]:
    """The links of a page that read like sections of news, in page order; ``besides`` are addresses that are none.

    ``url`` is the page's address. Only links within the site, with the words menus use for news.
    """
    found: dict[str, PageLink] = {}
    for link in _links(root, url):
        label = landmarks.plain(link.label)
        if link.url not in besides and _NEWS.search(label) and not _OTHER.search(label):
            found.setdefault(link.url, link)
    return list(found.values())


def trail(root: Tree, url: str, labels: list[str]) -> list[PageLink]:
    """The links of a page's breadcrumb, given its labels, from the deepest up."""
    wanted = {fold(label): n for n, label in enumerate(labels)}
    found = {link.url: link for link in _links(root, url) if fold(link.label) in wanted}
    return sorted(found.values(), key=lambda link: -wanted[fold(link.label)])


def feeds(root: Tree, url: str) -> list[str]:
    """The addresses of the feeds a page names for itself (``<link rel="alternate">``), those of comments left out."""
    found = []
    for link in islice(root.iter("link"), _MOST_LINKS):
        kind = (link.get("type") or "").lower()
        if "alternate" in (link.get("rel") or "").lower().split() and ("rss" in kind or "atom" in kind):
            target = canonical_url(link.get("href") or "", url)
            about = fold(f"{link.get('title') or ''} {target}")
            if target and host_of(target) == host_of(url) and not re.search(r"comment|binh luan|phan hoi", about):
                found.append(target)
    return list(dict.fromkeys(found))


def sent_on(root: Tree, url: str) -> str | None:
    """Where a page sends its readers at once (``<meta http-equiv="refresh">``), within the site: portals' front pages
    are often no more than that. None where it does not; a page that renews itself after a while sends nobody on."""
    for meta in islice(root.iter("meta"), _MOST_LINKS):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(meta.get("content") or "")
            target = canonical_url(found[1], url) if found else None
            if target and target != url and host_of(target) == host_of(url):
                return target
    return None


def _links(root: Tree, url: str) -> Iterator[PageLink]:
    element = root.find(".//base[@href]")
    base = (canonical_url(element.get("href") or "", url) if element is not None else None) or url
    for anchor in islice(root.iter("a"), _MOST_LINKS):
        label = collapse(str(anchor.text_content())[:500] or anchor.get("title") or "")
        target = canonical_url(anchor.get("href") or "", base)
        if target is None or target == url or host_of(target) != host_of(url) or is_front_page(target):
            continue
        if 2 < len(label) <= _LONGEST_LABEL and not _FILE.search(target):
            yield PageLink(target, label)


def _banner(root: Tree) -> list[str]:
    """The words at the top of a page, pictures' too: old portals have their name in a banner's ``alt``."""
    blocks: list[Block] = read_blocks(root)[: 2 * _MASTHEAD]
    alternatives = [collapse(image.get("alt") or image.get("title") or "") for image in islice(root.iter("img"), 5)]
    return [*alternatives, *(block.text for block in blocks if block.kind == "text" and len(block.text) <= 120)]
