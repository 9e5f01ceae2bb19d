"""The CSS selectors of a site and of its CMS, applied to a tree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newsarchive.extract.document import Tree
from newsarchive.sites.checked import Selectors
from newsarchive.vietnamese.text import collapse


@lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def select(root: Tree, selectors: Iterable[str]) -> list[Tree]:
    """The elements of the first selector that finds any, in document order. Selectors are known to be valid CSS."""
    for selector in selectors:
        found = _compiled(selector)(root)
        if isinstance(found, list) and found:
            return [e for e in found if isinstance(e, etree._Element)]
    return []


def remove(root: Tree, selectors: Iterable[str]) -> None:
    """Take what any of the selectors finds out of the tree."""
    for selector in selectors:
        for element in _compiled(selector)(root):  # type: ignore[union-attr]
            if isinstance(element, etree._Element) and element.getparent() is not None:
                element.drop_tree()  # type: ignore[attr-defined]


def choose(root: Tree, rules: Selectors) -> dict[str, list[Tree]]:
    """The elements found for each field, if any, after ``remove``."""
    return {name: found for name, css in rules.items() if name != "remove" and (found := select(root, css))}


def hint(root: Tree, rules: Selectors) -> dict[str, Tree]:
    """The element a family's selectors find for each field, where they find exactly one: of several, cards of other
    articles are set like this one."""
    return {name: found[0] for name, found in choose(root, rules).items() if len(found) == 1}


def select_text(chosen: Mapping[str, list[Tree]], name: str) -> list[str]:
    """The texts found for a field, collapsed, without empty ones; ``datetime``/``content`` for a date."""
    texts = []
    for element in chosen.get(name, []):
        attribute = (element.get("datetime") or element.get("content")) if name == "date" else None
        texts.append(collapse(attribute or str(element.text_content())))
    return [text for text in texts if text]
