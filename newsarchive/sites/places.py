"""Which district and province a site is of, by its host and by the words with which it names itself. Pure.

What has no evidence is left out; the spelling is the page's own, or the table's for provinces.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from newsarchive.sites.urls import host_of
from newsarchive.vietnamese.text import collapse, fold

# How a district's kind is written, its party committee's name included: "Huyện ủy Sông Trăng" leads Huyện Sông Trăng.
_KINDS = {
    "quận": "Quận",
    "quận ủy": "Quận",
    "quận uỷ": "Quận",
    "huyện": "Huyện",
    "huyện ủy": "Huyện",
    "huyện uỷ": "Huyện",
    "thị xã": "Thị xã",
    "tx": "Thị xã",
    "thị ủy": "Thị xã",
    "thị uỷ": "Thị xã",
    "thành phố": "Thành phố",
    "tp": "Thành phố",
    "thành ủy": "Thành phố",
    "thành uỷ": "Thành phố",
}
_KIND = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True)) + r")(?!\w)\.?", re.IGNORECASE
)
_PROVINCE = re.compile(r"(?<!\w)(tỉnh|thành phố|tp)(?:(?!\w)|(?=HCM))\.?", re.IGNORECASE)
_WORD = re.compile(r"\s*([^\W\d_]+(?:['’][^\W\d_]+)*)")
_NUMBER = re.compile(r"\s*0?([1-9]\d?)(?!\w)")
# What goes on after a name in a masthead, where all is in capitals.
_NOT_NAMES = frozenset(
    "tỉnh tp quận huyện phường xã ubnd hđnd website portal và của trên các về tại cổng trang".split()
)
_NOT_BEGINNINGS = (
    "thành phố", "thị xã", "thị trấn", "ủy ban", "uỷ ban", "đảng bộ", "hội đồng", "mặt trận", "thông tin", "điện tử",
    "tin tức", "giấy phép", "địa chỉ", "bản quyền", "việt nam",
)  # fmt: skip
_LONGEST = 4
"""Words of a name: Phan Rang - Tháp Chàm is two names of two."""
_READ = 500
"""Characters of a text that are read: the names of sites are short."""
_SUFFIXES = (".gov.vn", ".dcs.vn", ".org.vn", ".com.vn", ".edu.vn", ".vn", ".com", ".net", ".org", ".info")


def find_province(host: str, texts: Iterable[str]) -> str | None:
    """The province or city of the first level: "Tỉnh Nghệ An", "Thành phố Hồ Chí Minh".

    ``host`` may name it (``….nghean.gov.vn``); else the first of ``texts``, site names and the like, that does.

    >>> find_province("songtrang.nghean.gov.vn", [])
    'Tỉnh Nghệ An'
    """
    hosts = _provinces()
    own = _labels(host)
    if own and own[-1] in hosts:
        return hosts[own[-1]]
    texts = [collapse(text[:_READ]) for text in texts]
    quarter = any(found.startswith("Quận ") for text in texts for found in _districts(text, ()))
    for text in texts:
        for match in _PROVINCE.finditer(text):
            ahead = _joined(text[match.end() : match.end() + 40])
            known = hosts.get(max((name for name in hosts if ahead.startswith(name)), key=len, default=""))
            name = " ".join(_name_after(text, match.end()))
            if known and (match[1].lower() == "tỉnh" or known.startswith("Thành phố")):
                return known
            # Quarters (quận) are parts of cities of the first level only.
            if name and (match[1].lower() == "tỉnh" or (match[1].lower() == "thành phố" and quarter)):
                return f"{match[1].capitalize()} {name}"
    return None


def find_district(host: str, texts: Iterable[str]) -> str | None:
    """The district: "Quận 1", "Huyện Củ Chi", "Thị xã …"; by the first of ``texts``, site names and the like, that
    names one, a name that the ``host`` bears out before others. Of a number in the host "Quận 1" is made too.

    >>> find_district("songtrang.nghean.gov.vn", ["UBND HUYỆN SÔNG TRĂNG CỔNG THÔNG TIN ĐIỆN TỬ"])
    'Huyện Sông Trăng'
    """
    labels = _labels(host)
    found = list(dict.fromkeys(name for text in texts for name in _districts(collapse(text[:_READ]), labels)))
    borne_out = [name for name in found if _is_in(name, labels)]
    # A city is rather the one that a district lies in.
    found.sort(key=lambda name: name.startswith("Thành phố"))
    if borne_out or found:
        return (borne_out or found)[0]
    numbered = re.fullmatch(r"(?:quan|q)-?0?([1-9]\d?)", labels[0]) if labels else None
    return f"Quận {numbered[1]}" if numbered else None


def slug_of(name: str) -> str:
    """A name in the letters a site's name may have; the kind of district left out where a name remains.

    >>> slug_of("Huyện Sông Trăng"), slug_of("Quận 1"), slug_of("../../x"), slug_of("")
    ('song-trang', 'quan-1', 'x', '')
    """
    slug = "-".join(re.findall(r"[a-z0-9]+", fold(name)))
    short = re.sub(r"^(?:quan|huyen|thi-xa|thanh-pho)-(?=[a-z])", "", slug)
    return short[:64].strip("-")


def slug_of_host(host: str) -> str:
    """A site's name made of its host: the part that tells it from others of its province."""
    labels = _labels(host) or [host]
    return slug_of(labels[0])


def _districts(text: str, labels: Iterable[str]) -> list[str]:
    """The districts that a text names, in its order."""
    found = []
    for match in _KIND.finditer(text):
        kind = _KINDS[match.group().rstrip(".").lower()]
        if kind == "Quận" and (number := _NUMBER.match(text, match.end())):
            found.append(f"Quận {number[1]}")
            continue
        words = _name_after(text, match.end())
        shorter = [words[:n] for n in range(len(words), 0, -1)]
        words = next((part for part in shorter if _is_in(" ".join(part), labels)), words)
        if words and not (kind == "Thành phố" and _is_of_the_first_level(words)):
            found.append(f"{kind} {' '.join(words)}")
    return found


def _is_of_the_first_level(words: list[str]) -> bool:
    """True for the name of a city that is no part of a province."""
    return _provinces().get(_joined(" ".join(words)), "").startswith("Thành phố")


def _name_after(text: str, place: int) -> list[str]:
    """The words of a name that begin at a place, each with a capital; all capitals are made ordinary ones."""
    words: list[str] = []
    while len(words) < _LONGEST and (match := _WORD.match(text, place)):
        word, ahead = match[1], text[match.start(1) : match.start(1) + 20].lower()
        if not word[0].isupper() or word.lower() in _NOT_NAMES or ahead.startswith(_NOT_BEGINNINGS):
            break
        if words and word.isupper() != words[-1].isupper() and len(word) > 1 and len(words[-1]) > 1:
            break
        words.append(word)
        place = match.end()
    return [word.capitalize() if word.isupper() else word for word in words]


def _is_in(name: str, labels: Iterable[str]) -> bool:
    """True where a host's labels hold a name: "cuchi", "huyencuchi", "ubnd-cuchi"."""
    joined = _joined(re.sub(r"^(?:Quận|Huyện|Thị xã|Thành phố) (?=\D)", "", name))
    return bool(joined) and any(
        joined == label or (len(joined) > 4 and joined in label) for label in map(_joined, labels)
    )


def _labels(host: str) -> list[str]:
    """The parts of a host before what all hosts of its sort end in; none of an address of numbers."""
    host = host_of(f"http://{host}/")
    ending = next((suffix for suffix in _SUFFIXES if host.endswith(suffix)), "")
    return [] if not ending else [label for label in host.removesuffix(ending).split(".") if label]


def _joined(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(name))


@cache
def _provinces() -> dict[str, str]:
    """The table: full names by names run together and by what hosts call them."""
    data = tomllib.loads(resources.files("newsarchive.sites").joinpath("provinces.toml").read_text(encoding="utf-8"))
    full = {name: f"Thành phố {name}" for name in data["cities"]} | {name: f"Tỉnh {name}" for name in data["provinces"]}
    return {_joined(name): title for name, title in full.items()} | {
        label: full[name] for label, name in data["hosts"].items()
    }
