"""Families (one TOML a CMS): the few selectors that help to read its pages, and the signs by which they are told.

A family only helps: every page reads without it. So its signs may be few and certain, and its selectors hints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from newsarchive.sites.checked import CheckedFile, Selectors
from newsarchive.sites.urls import host_of

HINTS = ("title", "body", "remove")
"""Keys of a family's ``[article]``."""
NO_FAMILY = "none"
"""What a profile says whose pages only look like a family's."""
_HOST = "{host}"
_HEAD = 10_000
"""Characters of a page in which its CMS has mostly shown itself: looked at first, which is cheaper."""


@dataclass(frozen=True, slots=True)
class Family:
    """A CMS: how its pages are told, and the few selectors that help to read them.

    ``hosts`` are hosts whose pages belong together; ``signs`` texts that stand in a page's source only where this CMS
    made it, ``{host}`` in them for the page's own host; ``article_url`` and ``listing_url`` match the path and query
    of such pages' addresses (:func:`newsarchive.sites.urls.path_of`); ``article`` the selectors by field.
    """

    name: str
    title: str = ""
    on: str | None = None
    hosts: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    article_url: re.Pattern[str] | None = None
    listing_url: re.Pattern[str] | None = None
    article: Selectors = field(default_factory=dict)


def family_names() -> list[str]:
    """The names of the shipped families, sorted."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


@cache
def load_family(name: str) -> Family:
    """One shipped family. Raises :class:`newsarchive.sites.checked.ProfileError` where there is none of that name or
    its file is wrong."""
    checked = CheckedFile(_folder() / f"{name}.toml")
    family = Family(
        name=name,
        title=checked.required_text("title"),
        on=checked.text("on"),
        hosts=checked.texts("hosts"),
        signs=checked.texts("signs"),
        article_url=checked.pattern("article_url"),
        listing_url=checked.pattern("listing_url"),
        article=checked.selectors("article", HINTS),
    )
    checked.no_other_keys()
    return family


def family_of_hosts(hosts: set[str]) -> Family | None:
    """The family to which one of the hosts (without "www.") belongs, or None."""
    return next((family for family in _families() if hosts.intersection(family.hosts)), None)


def family_of(text: str, url: str) -> Family | None:
    """The family whose page a text is: told by the page's address, else by signs in the page's source; None where
    nothing tells.

    Where signs of several stand on one page, the first counts: what a CMS says of itself stands in the head, what an
    editor pasted from elsewhere further down. A family built on the one found is the closer answer wherever its signs
    stand.

    >>> family_of('<meta name="generator" content="WordPress 6.1" />', "https://bennua.example.gov.vn/a/").name
    'wordpress'
    """
    host = host_of(url) or _HOST
    if by_host := family_of_hosts({host}):
        return by_host
    found = _first(text[:_HEAD], host) or _first(text, host)
    built_on_it = (family for family in _families() if found is not None and family.on == found.name)
    closer = (f for f in built_on_it if any(sign.replace(_HOST, host) in text for sign in f.signs))
    return next(closer, found)


def _first(text: str, host: str) -> Family | None:
    """The family whose sign stands first."""
    found, end = None, len(text)
    for family in _families():
        for sign in family.signs:
            # Only what stands before the first found so far can still win.
            place = text.find(sign.replace(_HOST, host), 0, end)
            if place >= 0:
                found, end = family, place
    return found


@cache
def _families() -> tuple[Family, ...]:
    return tuple(load_family(name) for name in family_names())


def _folder() -> Path:
    return Path(str(resources.files("newsarchive.sites"))) / "families"
