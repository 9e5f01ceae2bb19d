"""Profiles (one TOML a site): read, checked, made into rules for spider and extractor.

A wrong file is refused with its name, the line, the key and what was expected.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from newsarchive.sites.checked import CheckedFile, ProfileError, Selectors
from newsarchive.sites.families import NO_FAMILY, Family, family_names, family_of, family_of_hosts, load_family
from newsarchive.sites.urls import host_of

__all__ = ["Profile", "ProfileError", "Rules", "UnknownSiteError", "load_profile", "load_site", "site_files"]

ARTICLE_FIELDS = ("title", "date", "lead", "body", "caption", "byline", "related", "remove")
LISTING_FIELDS = ("item", "link", "date", "next")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class UnknownSiteError(ProfileError):
    """No profile of that name; the message suggests near ones."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What helps the extractor on one site: its encoding, its title, its selectors by field (the first that finds any
    wins), and its family, whose selectors are hints.

    ``family`` None: each page's is told by its address and its signs, unless ``find_family`` is False.
    """

    article: Selectors = field(default_factory=dict)
    listing: Selectors = field(default_factory=dict)
    encoding: str | None = None
    site_title: str | None = None
    family: Family | None = None
    find_family: bool = True

    @property
    def article_url(self) -> re.Pattern[str] | None:
        """The pattern of articles' addresses, where the family has one."""
        return self.family.article_url if self.family else None

    @property
    def hints(self) -> Selectors:
        """The family's selectors by field."""
        return self.family.article if self.family else {}

    def for_page(self, text: str, url: str) -> Rules:
        """The rules for one page, with its family where it can be told."""
        if self.family or not self.find_family:
            return self
        return replace(self, family=family_of(text, url))


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
    find_family: bool = True
    delay: float = 1.0
    concurrency: int = 1
    encoding: str | None = None
    images: bool = True
    check_certificate: bool = True
    private: bool = False
    article: Selectors = field(default_factory=dict)
    listing: Selectors = field(default_factory=dict)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts whose pages may belong to the site, without "www."; other subdomains are other hosts."""
        own = [host_of(url) for url in self.listings]
        shared = self.family.hosts if self.family and set(own) & set(self.family.hosts) else ()
        return tuple(dict.fromkeys([*own, *shared]))

    def rules(self) -> Rules:
        """What the extractor needs to know of the site."""
        return Rules(
            article=self.article,
            listing=self.listing,
            encoding=self.encoding,
            site_title=self.title,
            family=self.family,
            find_family=self.find_family,
        )


def is_site_name(name: str) -> bool:
    """True for what a site may be called: small letters, digits and hyphens, which are safe in any path."""
    return _NAME.fullmatch(name) is not None


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
    checked = CheckedFile(path)
    name = path.stem
    if not is_site_name(name):
        raise ProfileError(f"{path}: the file's name is the site's name: use only a–z, 0–9 and '-' (like quan-1.toml)")
    family = checked.text("family")
    if family is not None and family not in (*family_names(), NO_FAMILY):
        raise checked.error("family", f"one of {', '.join(family_names())}, or {NO_FAMILY}", family)
    profile = Profile(
        name=name,
        title=checked.required_text("title"),
        listings=checked.addresses("listings"),
        district=checked.text("district"),
        province=checked.text("province"),
        district_code=checked.text("district_code"),
        family=load_family(family) if family and family != NO_FAMILY else None,
        find_family=family != NO_FAMILY,
        delay=checked.number("delay", 1.0, 0, 3600),
        concurrency=int(checked.number("concurrency", 1, 1, 16, whole=True)),
        encoding=checked.encoding("encoding"),
        images=checked.flag("images", True),
        check_certificate=checked.flag("check_certificate", True),
        private=checked.flag("private", False),
        article=checked.selectors("article", ARTICLE_FIELDS),
        listing=checked.selectors("listing", LISTING_FIELDS),
    )
    checked.no_other_keys()
    if profile.family is None and profile.find_family:
        return replace(profile, family=family_of_hosts({host_of(url) for url in profile.listings}))
    return profile


def _shipped(folder: str) -> Path:
    return Path(str(resources.files("newsarchive.sites"))) / folder
