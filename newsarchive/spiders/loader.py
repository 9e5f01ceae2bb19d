"""Scrapy's spider list, made of profiles: ``scrapy list`` names the sites, ``scrapy crawl quan-1`` crawls one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsarchive.settings import AUTOTHROTTLE_MAX_DELAY
from newsarchive.sites.profile import Profile, ProfileError, UnknownSiteError, load_site, site_files
from newsarchive.sites.urls import host_of
from newsarchive.spiders.news import NewsSpider


class NoSuchSiteError(UsageError, KeyError):
    """No site of that name: a ``KeyError`` as Scrapy's spider loaders raise it, told by its commands as a sentence."""

    __str__ = Exception.__str__  # a KeyError's own would quote the sentence


class ProfileSpiderLoader:
    """A ``SPIDER_LOADER_CLASS``: the spiders are the shipped profiles and those in the archive's ``sites`` folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read ``NEWSARCHIVE_DIR``."""
        return cls(Path(settings.get("NEWSARCHIVE_DIR") or "data"))

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of a site.

        Raises :class:`NoSuchSiteError`, and ``UsageError`` for a wrong profile: Scrapy's commands print their sentence.
        """
        try:
            return spider_class(load_site(spider_name, self.folder))
        except UnknownSiteError as error:
            raise NoSuchSiteError(str(error)) from None
        except ProfileError as error:
            raise UsageError(str(error)) from None

    def list(self) -> list[str]:
        """The names of all sites."""
        return list(site_files(self.folder))

    def find_by_request(self, request: Request) -> Sequence[str]:
        """The sites whose hosts serve a request's address; those with a wrong profile are passed over."""
        host, found = host_of(request.url), []
        for name in self.list():
            with contextlib.suppress(ProfileError):
                if host in load_site(name, self.folder).hosts:
                    found.append(name)
        return found


def spider_class(profile: Profile) -> type[NewsSpider]:
    """The spider of one profile: :class:`NewsSpider` with its name, profile and pace."""
    return type(
        f"NewsSpider_{profile.name.replace('-', '_')}",
        (NewsSpider,),
        {
            "__doc__": profile.title,
            "name": profile.name,
            "profile": profile,
            "custom_settings": {
                "DOWNLOAD_DELAY": profile.delay,
                "AUTOTHROTTLE_START_DELAY": profile.delay,
                # AutoThrottle would shorten a delay to its longest.
                "AUTOTHROTTLE_MAX_DELAY": max(AUTOTHROTTLE_MAX_DELAY, profile.delay),
                "AUTOTHROTTLE_TARGET_CONCURRENCY": float(profile.concurrency),
                "CONCURRENT_REQUESTS_PER_DOMAIN": profile.concurrency,
                # A crawl that is ended waits for what the downloader has.
                "CONCURRENT_REQUESTS": profile.concurrency,
                "DOWNLOAD_VERIFY_CERTIFICATES": profile.check_certificate,
            },
        },
    )
