"""``newsarchive sites``: the sites that can be crawled; ``sites new`` adds one, ``sites check`` tries one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, say, show_table
from newsarchive.sites.profile import Profile, ProfileError, load_profile, site_files


@click.group("sites", invoke_without_command=True)
@json_option
@click.pass_context
def sites_command(context: click.Context, as_json: bool) -> int:
    """List the sites that can be crawled: those shipped and those of the archive's folder sites.

    A broken profile is told on stderr and listed by its name; the exit status is then 2.
    """
    if context.invoked_subcommand is not None:
        if as_json:
            name = context.invoked_subcommand
            raise CommandError(f"write --json behind the command: `newsarchive sites {name} … --json`", 2)
        return 0
    listed = [_site(path) for path in site_files(folder(context)).values()]
    if as_json:
        print_json(listed)
    else:
        show_table([site["name"], site["district"], site["province"], site["title"] or "(broken)"] for site in listed)
    broken = [site["error"] for site in listed if site["error"]]
    for error in broken:
        say(f"newsarchive: {error}")
    return 2 if broken else 0


@sites_command.command("new")
@click.argument("url", metavar="URL")
@click.option("--name", metavar="N", help="The site's name; else made of its district or host.")
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    metavar="S",
    help="Seconds between two requests, now and in the profile (1).",
)
@json_option
@click.pass_context
def new_command(context: click.Context, url: str, name: str | None, delay: float | None, as_json: bool) -> int:
    """Add the site at URL: write its profile.

    URL is best the page that lists the site's news, the newest first; a front page, a feed, a sitemap or one article
    lead there too. Three articles are shown, to be compared with the pages.

    An existing profile is never overwritten (exit status 2). Exit status 1 where no list of articles is found, 3 where
    the site cannot be reached or robots.txt forbids it; no profile is written then.
    """
    from newsarchive.cli.site_new import new_site

    return new_site(context, url, name, delay, as_json)


@sites_command.command("check")
@click.argument("site", metavar="SITE")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=20, metavar="N", help="Read at most N articles (20), the newest."
)
@json_option
@click.pass_context
def check_command(context: click.Context, site: str, limit: int, as_json: bool) -> int:
    """Try a site's profile, field by field.

    Reads the newest articles of SITE now and stores nothing. Says on how many pages each field was found, is missing
    or looks odd, and compares with what the archive holds of the site.

    Exit status 1 where something needs a person, 3 where nothing could be read, 4 where a crawl of the site is at work.
    """
    from newsarchive.cli.site_check import check_site

    return check_site(context, site, limit, as_json)


def _site(path: Path) -> dict[str, Any]:
    """One site as an object: the keys of its profile with defaults filled in, its file, and what is wrong with it."""
    profile: Profile | None = None
    error = None
    try:
        profile = load_profile(path)
    except ProfileError as wrong:
        error = str(wrong)
    keys = ("title", "district", "province", "district_code", "listings", "delay", "concurrency", "encoding")
    return {
        "name": path.stem,
        **{key: getattr(profile, key, None) for key in keys},
        "family": profile.family.name if profile and profile.family else None,
        "file": str(path),
        "error": error,
    }
