"""Profiles (one TOML a site) and families (one TOML a CMS): read, checked, made into rules for spider and extractor.

A wrong file is refused with its name, the line, the key and what was expected.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from newsarchive.sites.urls import canonical_url, host_of

Selectors = Mapping[str, tuple[str, ...]]

ARTICLE_FIELDS = ("title", "date", "lead", "body", "caption", "byline", "related", "remove")
LISTING_FIELDS = ("item", "link", "date", "next")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class ProfileError(Exception):
    """A profile or family that cannot be used; the message names file, line, key and what was expected."""


class UnknownSiteError(ProfileError):
    """No profile of that name; the message suggests near ones."""


@dataclass(frozen=True, slots=True)
class Family:
    """A CMS: how its pages are told, and the few selectors that help to read them.

    ``hosts`` are hosts whose pages belong together; ``article_url`` and ``listing_url`` match the path and query of
    such pages' addresses (:func:`newsarchive.sites.urls.path_of`).
    """

    name: str
    title: str = ""
    hosts: tuple[str, ...] = ()
    article_url: re.Pattern[str] | None = None
    listing_url: re.Pattern[str] | None = None
    article: Selectors = field(default_factory=dict)
    listing: Selectors = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What helps the extractor on one site: encoding, patterns, selectors by field (the first that finds any wins)."""

    article: Selectors = field(default_factory=dict)
    listing: Selectors = field(default_factory=dict)
    article_url: re.Pattern[str] | None = None
    encoding: str | None = None
    site_title: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A district site: the keys of its TOML file, checked, with defaults filled in."""

    name: str
    title: str
    listings: tuple[str, ...]
    district: str | None = None
    province: str | None = None
    district_code: str | None = None
    family: Family | None = None
    delay: float = 1.0
    concurrency: int = 1
    encoding: str | None = None
    article: Selectors = field(default_factory=dict)
    listing: Selectors = field(default_factory=dict)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts whose pages may belong to the site, without "www."; other subdomains are other hosts."""
        own = [host_of(url) for url in self.listings]
        shared = self.family.hosts if self.family and set(own) & set(self.family.hosts) else ()
        return tuple(dict.fromkeys([*own, *shared]))

    def rules(self) -> Rules:
        """The profile's selectors before the family's, field by field."""
        family = self.family or Family("")
        return Rules(
            article=_merged(self.article, family.article),
            listing=_merged(self.listing, family.listing),
            article_url=family.article_url,
            encoding=self.encoding,
            site_title=self.title,
        )


def _merged(first: Selectors, second: Selectors) -> Selectors:
    return {key: (*first.get(key, ()), *second.get(key, ())) for key in {**first, **second}}


def site_files(archive: Path | None = None) -> dict[str, Path]:
    """The profile files by site name: the shipped ones, overruled by those in ``archive/sites``; sorted by name."""
    folders = [_shipped("profiles")] + ([archive / "sites"] if archive else [])
    found = {path.stem: path for folder in folders if folder.is_dir() for path in folder.glob("[!.]*.toml")}
    return dict(sorted(found.items()))


def load_site(name: str, archive: Path | None = None) -> Profile:
    """The profile of one site. Raises :class:`UnknownSiteError` or :class:`ProfileError`."""
    files = site_files(archive)
    if name not in files:
        near = difflib.get_close_matches(name, files, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "`newsarchive sites` lists those there are."
        raise UnknownSiteError(f"no site is named {name!r}; {hint}")
    return load_profile(files[name])


def load_profile(path: Path) -> Profile:
    """Read and check one profile file. Raises :class:`ProfileError`."""
    checked = _Checked(path)
    name = path.stem
    if not _NAME.fullmatch(name):
        raise ProfileError(f"{path}: the file's name is the site's name: use only a–z, 0–9 and '-' (like quan-1.toml)")
    family = checked.text("family")
    if family is not None and family not in family_names():
        raise checked.error("family", f"one of {', '.join(family_names())}", family)
    profile = Profile(
        name=name,
        title=checked.required_text("title"),
        listings=checked.addresses("listings"),
        district=checked.text("district"),
        province=checked.text("province"),
        district_code=checked.text("district_code"),
        family=load_family(family) if family else None,
        delay=checked.number("delay", 1.0, 0, 3600),
        concurrency=int(checked.number("concurrency", 1, 1, 16, whole=True)),
        encoding=checked.encoding("encoding"),
        article=checked.selectors("article", ARTICLE_FIELDS),
        listing=checked.selectors("listing", LISTING_FIELDS),
    )
    checked.no_other_keys()
    if profile.family is None and (found := _family_of_hosts({host_of(url) for url in profile.listings})):
        profile = replace(profile, family=found)
    return profile


def family_names() -> list[str]:
    """The names of the shipped families, sorted."""
    return sorted(path.stem for path in _shipped("families").glob("*.toml"))


@cache
def load_family(name: str) -> Family:
    """One shipped family. Raises :class:`ProfileError` where there is none of that name or its file is wrong."""
    path = _shipped("families") / f"{name}.toml"
    checked = _Checked(path)
    family = Family(
        name=name,
        title=checked.required_text("title"),
        hosts=checked.texts("hosts"),
        article_url=checked.pattern("article_url"),
        listing_url=checked.pattern("listing_url"),
        article=checked.selectors("article", ARTICLE_FIELDS),
        listing=checked.selectors("listing", LISTING_FIELDS),
    )
    checked.no_other_keys()
    return family


def _family_of_hosts(hosts: set[str]) -> Family | None:
    families = (load_family(name) for name in family_names())
    return next((family for family in families if hosts & set(family.hosts)), None)


def _shipped(folder: str) -> Path:
    return Path(str(resources.files("newsarchive.sites"))) / folder


class _Checked:
    """One TOML file while it is read: each accessor takes a key out, checks it, and refuses with its place."""

    def __init__(self, path: Path):
        self.path = path
        self.seen: set[str] = set()
        try:
            self.source = path.read_text(encoding="utf-8-sig")
            self.values: dict[str, Any] = tomllib.loads(self.source)
        except OSError as error:
            raise ProfileError(f"{path}: cannot be read ({error.strerror or error})") from error
        except UnicodeDecodeError as error:
            raise ProfileError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise ProfileError(self._syntax_error(str(error))) from error

    def _syntax_error(self, message: str) -> str:
        match = re.search(r"\(at line (\d+), column (\d+)\)", message)
        lines = self.source.splitlines()
        number = int(match.group(1)) if match else len(lines)
        # Some errors are noticed only on a later line: the key is the nearest one at or above it.
        keys = (re.match(r"\s*([\w.\"-]+)\s*=", line) for line in reversed(lines[:number]))
        key = next((found.group(1) for found in keys if found), "?")
        reason = re.sub(r" \(at (?:line \d+, column \d+|end of document)\)", "", message)
        return f"{self.path}, line {number}, key {key!r}: not valid TOML ({reason})"

    def error(self, key: str, expected: str, got: object = None) -> ProfileError:
        """A refusal that names the key's line."""
        line = self._line(key)
        place = f"{self.path}, line {line}, key {key!r}" if line else f"{self.path}, key {key!r}"
        found = "it is missing" if got is None else f"got {got!r}"
        return ProfileError(f"{place}: expected {expected}; {found}")

    def _line(self, key: str) -> int | None:
        table, _, name = key.rpartition(".")
        current = ""
        for number, text in enumerate(self.source.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*[\"']?([^\]\"']*)", text):
                current = header.group(1).strip()
                if current == key:
                    return number
            elif assigned := re.match(r"\s*([^=#]+?)\s*=", text):
                written = re.sub(r"[\"'\s]", "", assigned.group(1))
                if key == (f"{current}.{written}" if current else written) or (not table and written == name == key):
                    return number
        return None

    def _unknown(self, key: str, known: Iterable[str]) -> ProfileError:
        name = key.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return self.error(key, f"one of the keys {', '.join(sorted(known))}{hint}", name)

    def _take(self, key: str) -> Any:
        self.seen.add(key)
        return self.values.get(key)

    def text(self, key: str) -> str | None:
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "a text in quotes", value)
        return value.strip()

    def required_text(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.error(key, "a text in quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(key, "a list of texts", value)
        return tuple(value)

    def addresses(self, key: str) -> tuple[str, ...]:
        expected = 'a list of one or more http(s) addresses, like ["https://quan1.example.vn/tin-tuc"]'
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise self.error(key, expected, value)
        urls = [canonical_url(item) if isinstance(item, str) and "://" in item else None for item in value]
        for item, url in zip(value, urls, strict=True):
            if url is None:
                raise self.error(key, expected, item)
        return tuple(dict.fromkeys(url for url in urls if url))

    def number(self, key: str, default: float, least: float, most: float, *, whole: bool = False) -> float:
        value = self._take(key)
        if value is None:
            return default
        kinds = (int,) if whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(key, f"a {'whole ' if whole else ''}number from {least:g} to {most:g}", value)
        return float(value)

    def encoding(self, key: str) -> str | None:
        value = self.text(key)
        if value is not None:
            try:
                # Asking for text refuses Python's codecs that are none, like "base64".
                b"a".decode(value, "replace")
            except (LookupError, ValueError):
                raise self.error(key, "the name of a character encoding, like windows-1258", value) from None
        return value

    def pattern(self, key: str) -> re.Pattern[str] | None:
        value = self.text(key)
        try:
            return re.compile(value) if value else None
        except re.error as error:
            raise self.error(key, f"a regular expression ({error})", value) from error

    def selectors(self, table: str, fields: tuple[str, ...]) -> Selectors:
        value = self._take(table)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(table, f"a table [{table}]", value)
        compiled: dict[str, tuple[str, ...]] = {}
        for key, given in value.items():
            if key not in fields:
                raise self._unknown(f"{table}.{key}", fields)
            chosen = [given] if isinstance(given, str) else given
            if not isinstance(chosen, list) or not all(isinstance(item, str) for item in chosen):
                raise self.error(f"{table}.{key}", "a CSS selector or a list of them", given)
            for selector in chosen:
                self._check_css(f"{table}.{key}", selector)
            compiled[key] = tuple(chosen)
        return compiled

    def _check_css(self, key: str, selector: str) -> None:
        from cssselect import SelectorError
        from parsel.csstranslator import HTMLTranslator

        to_xpath: Callable[[str], str] = HTMLTranslator().css_to_xpath
        try:
            to_xpath(selector)
        except SelectorError as error:
            raise self.error(key, f"a CSS selector ({error})", selector) from error

    def no_other_keys(self) -> None:
        for key in self.values:
            if key not in self.seen:
                raise self._unknown(key, self.seen)
