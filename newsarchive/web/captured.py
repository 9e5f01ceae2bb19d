"""A captured page made safe to look at: text, tables and pictures; nothing that runs, asks, leads out or loads.

Three walls, each enough by itself. What is left of the page is what nh3 (Ammonia, on the parser of a browser) writes of
allowed elements and attributes, without one address in it. The page's own policy (:data:`POLICY`) lets it load nothing
and run nothing. The frame it is shown in is a sandbox. Pictures are in the page itself (``data:``), because a sandbox
has no origin that could be told apart from any other site that would like to know what this archive holds.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Collection
from html import escape
from urllib.parse import urljoin

from lxml import etree

from newsarchive.extract.document import Tree, UnreadablePageError, decode, parse
from newsarchive.sites.urls import absolute_url, same_page

POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
"""The Content-Security-Policy of a captured page."""

MAX_PICTURES = 12 << 20
"""Bytes of pictures in one page; those beyond are shown by their alternative texts."""

_PICTURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_IS_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title|div|p|table|h[1-6]|frameset)\b", re.IGNORECASE)

_TAGS = set(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn"
    " div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd legend li main map mark nav"
    " ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time"
    " tr tt u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {"style", "title", "lang", "dir", "align"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "tr": {"bgcolor", "valign"},
    **{cell: {"colspan", "rowspan", "width", "height", "valign", "bgcolor", "nowrap"} for cell in ("td", "th")},
    "col": {"span", "width"},
    "ol": {"start", "type"},
    "li": {"value"},
}
_SIDES = ("", "-top", "-right", "-bottom", "-left")
_STYLES = {
    *"background-color clear color direction display float font-family font-size font-style font-weight height".split(),
    *"letter-spacing line-height list-style-type max-width text-align text-decoration text-indent".split(),
    *"text-transform vertical-align white-space width word-spacing border-collapse border-spacing".split(),
    *(f"{box}{side}" for box in ("margin", "padding", "border") for side in _SIDES),
}
"""No property here takes an address."""
_WITHOUT_CONTENT = set("script style template iframe noembed noframes select datalist textarea title".split())
"""Elements whose content nobody reads."""
_AS_TEXT = {"plaintext", "xmp", "listing"}
"""Elements of old whose content is no markup."""

_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")
"""Where a picture's address stands; scripts would have moved the later ones to the first."""

_FRAME = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light; }}
body {{ margin: 1rem; background: #fff; color: #111; font: 1rem/1.5 "Times New Roman", "Liberation Serif", serif; }}
img {{ max-width: 100%; height: auto; }}
img:not([src]) {{ border: 1px dashed #767676; padding: .1rem .3rem; color: #555; font-size: .85rem; }}
table {{ max-width: 100%; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def picture_type(body: bytes) -> str | None:
    """The media type of a picture by its bytes, of the kinds that hold nothing but a picture; None for all else."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _PICTURES if body.startswith(magic)), None)


def is_page(body: bytes) -> bool:
    """True for what can be read as a web page."""
    try:
        return _IS_PAGE.search(decode(body[: 1 << 16])) is not None
    except UnreadablePageError:
        return False


def safe_page(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    picture: Callable[[str], bytes | None],
    hidden: Collection[str] = (),
) -> str:
    """A captured page as HTML of its own, to be served with :data:`POLICY`.

    ``url`` is the page's address, ``content_type`` as the HTTP header had it; ``picture`` gives a picture's bytes for
    its absolute address, None where it is not kept. Links to the addresses in ``hidden`` are taken out with their
    texts. Raises :class:`newsarchive.extract.document.UnreadablePageError`.
    """
    import nh3  # here, so that only who looks at captured pages needs it

    root = parse(decode(body, content_type))
    title = root.findtext(".//title") or ""
    base = _base(root, url)
    _take_out(root, base, hidden)
    pictures = _take_pictures(root, base, picture)

    def only_ours(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return pictures.get(value)
        return value

    markup = nh3.clean(
        str(etree.tostring(root, encoding="unicode", method="html")),
        tags=_TAGS,
        clean_content_tags=_WITHOUT_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=only_ours,
        filter_style_properties=_STYLES,
        url_schemes={_SCHEME},
        url_relative="deny",
        link_rel=None,
    )
    return _FRAME.format(title=escape(title), body=markup)


_SCHEME = "picture"
"""What stands for the address of a picture between the two parsers: no page can say it so that it is found."""


def _base(root: Tree, url: str) -> str:
    element = root.find(".//base[@href]")
    if element is None:
        return url
    try:
        joined: str = urljoin(url, element.get("href") or "")
    except ValueError:
        return url
    return joined


def _take_out(root: Tree, base: str, hidden: Collection[str]) -> None:
    """Elements that are nothing without a script or a server, links to what is hidden, and the addresses of links."""
    etree.strip_elements(root, *_WITHOUT_CONTENT, with_tail=False)
    for element in root.iter(*_AS_TEXT):
        element.tag = "pre"
    # Of all else the text stays. nh3 would drop what stands in an element of MathML or SVG, to a page's end.
    strange = {element.tag for element in root.iter(etree.Element)} - _TAGS - {"html", "head", "body"}
    etree.strip_tags(root, *strange)
    for link in list(root.iter("a", "area")):
        href = link.attrib.pop("href", None)
        address = absolute_url(href, base) if href else None
        if address is None:
            continue
        bare = address.partition("#")[0]
        if hidden and any(page in hidden for page in same_page(bare)):
            link.drop_tree()
        elif not link.get("title"):
            link.set("title", address)


def _take_pictures(root: Tree, base: str, picture: Callable[[str], bytes | None]) -> dict[str, str]:
    """Gives each picture a name for its address; returns the names with the pictures, of those that are kept."""
    made: dict[str, str] = {}
    names: dict[str, str | None] = {}
    left = MAX_PICTURES
    for image in root.iter("img"):
        said = [image.attrib.pop(name, None) for name in _SOURCES]
        addresses = [address for src in said if src and (address := absolute_url(src, base))]
        for address in addresses:
            if address not in names:
                body = picture(address)
                kind = picture_type(body) if body else None
                names[address] = None
                if body and kind and len(body) <= left:
                    names[address] = f"{_SCHEME}:{len(made)}"
                    made[f"{_SCHEME}:{len(made)}"] = f"data:{kind};base64,{b64encode(body).decode()}"
            if name := names[address]:
                left -= len(made[name])
                if left > 0:
                    image.set("src", name)
                break
        if image.get("src") is None and not image.get("alt"):
            image.set("alt", addresses[0].rpartition("/")[2] if addresses else "")
    return made
