"""A site's own CSS selectors, applied to a tree. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newsarchive.extract.document import Tree
from newsarchive.sites.profile import Selectors
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


def apply_rules(root: Tree, rules: Selectors) -> dict[str, list[Tree]]:
    """Take what ``remove`` selects out of the tree; return the elements found for each other field, if any."""
    for selector in rules.get("remove", ()):
        for element in _compiled(selector)(root):  # type: ignore[union-attr]
            if isinstance(element, etree._Element) and element.getparent() is not None:
                element.drop_tree()  # type: ignore[attr-defined]
    return {name: found for name, css in rules.items() if name != "remove" and (found := select(root, css))}


def select_text(chosen: dict[str, list[Tree]], name: str) -> list[str]:
    """The texts found for a field, collapsed, without empty ones; ``datetime``/``content`` for a date."""
    texts = []
    for element in chosen.get(name, []):
        attribute = (element.get("datetime") or element.get("content")) if name == "date" else None
        texts.append(collapse(attribute or str(element.text_content())))
    return [text for text in texts if text]
