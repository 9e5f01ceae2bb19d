"""``newsarchive status``: each site's last run, what the archive holds of it, and what needs a person."""

from __future__ import annotations

from typing import Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, reading, say, show, show_table


@click.command("status")
@json_option
@click.pass_context
def status_command(context: click.Context, as_json: bool) -> int:
    """Each site: last run, what it holds, what needs a person. Exit status 1 where something does.

    A site is listed once it was crawled, or as soon as the archive has a profile of its own for it.
    """
    from newsarchive.research.health import site_states

    path = folder(context)
    if not path.is_dir():
        raise CommandError(f"{path}: no such folder; name the archive's with --archive", 2)
    if (path / "news.db").exists():
        with reading(path) as archive:
            sites = site_states(path, archive)
    else:
        sites = site_states(path, None)
    if as_json:
        print_json(sites)
    else:
        _show(sites)
    if not sites:
        say(f"{path}: an empty archive; `newsarchive crawl SITE` fills it, `newsarchive sites` lists what there is")
    return 1 if any(site["needs"] for site in sites) else 0


def _show(sites: list[dict[str, Any]]) -> None:
    if sites:
        show_table(
            [("site", "last run (UTC)", "outcome", "articles", "gone", "due", "failed", "days"), *map(_line, sites)]
        )
    for site in sites:
        for need in site["needs"]:
            show(f"{site['site']}: {need}", fg="yellow")


def _line(site: dict[str, Any]) -> tuple[object, ...]:
    run = site["last_run"]
    days = f"{site['first_day']} to {site['last_day']}" if site["first_day"] else None
    return (
        site["site"],
        run["started_at"][:16].replace("T", " ") if run else "never",
        run["outcome"] if run else None,
        site["articles"],
        site["gone"],
        site["due"],
        site["failed"] + site["refused"],
        days,
    )
