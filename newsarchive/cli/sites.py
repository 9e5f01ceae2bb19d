"""``newsarchive sites``: the sites that can be crawled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from newsarchive.cli.common import folder, json_option, print_json, say, show_table
from newsarchive.sites.profile import Profile, ProfileError, load_profile, site_files


@click.command("sites")
@json_option
@click.pass_context
def sites_command(context: click.Context, as_json: bool) -> int:
    """List the sites that can be crawled: those shipped and those of the archive's folder sites.

    A broken profile is told on stderr and listed by its name; the exit status is then 2.
    """
    listed = [_site(path) for path in site_files(folder(context)).values()]
    if as_json:
        print_json(listed)
    else:
        show_table([site["name"], site["district"], site["province"], site["title"] or "(broken)"] for site in listed)
    broken = [site["error"] for site in listed if site["error"]]
    for error in broken:
        say(f"newsarchive: {error}")
    return 2 if broken else 0


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
