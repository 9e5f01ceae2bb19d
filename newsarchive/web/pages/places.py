"""The order of districts and provinces in lists. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsarchive.vietnamese.text import fold

_KIND = re.compile(r"(?:tinh|thanh pho|tp\.?)\s+")


def in_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """What a name is sorted by: its letters without marks, its numbers as numbers.

    >>> sorted(["Quận 10", "Quận 2", "Huyện Đất"], key=in_order)
    ['Huyện Đất', 'Quận 2', 'Quận 10']
    """
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", fold(name))
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def site_order(site: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a row of ``sites`` is sorted by: its province without the word for it ("Tỉnh"), those not known last; then
    its district."""
    province = site["province"] or ""
    bare = in_order(_KIND.sub("", fold(province), count=1))
    return not province, bare, province, in_order(site["district"] or site["title"]), site["name"]
