"""``newsarchive status``: each site's state, why, and what to do; as a page, as JSON, and for a hook."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, reading, say, show, show_table

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

_TOLD = "status.json"
"""In the archive's folder: the states that the hook was last told, by site."""
_HOOK_SECONDS = 120
_QUIET_STATES = ("well", "never", "kept")


@click.command("status")
@click.argument("sites", nargs=-1, metavar="[SITE…]")
@click.option("--quiet", is_flag=True, help="Print only what needs a person: nothing while all is well.")
@click.option("--html", "page", metavar="FILE", help="Write it as one page to FILE; - prints the page.")
@click.option("--hook", metavar="CMD", help="Run CMD with the changed sites as JSON on stdin, where a state changed.")
@json_option
@click.pass_context
def status_command(
    context: click.Context, sites: tuple[str, ...], quiet: bool, page: str | None, hook: str | None, as_json: bool
) -> int:
    """Each site's state, why, what to do, and what is held of it. Exit status 1 where something needs a person.

    A site is listed once it was crawled, or as soon as the archive has a profile of its own for it. Of named sites it
    is told too what their next crawl asks for, and why.
    """
    from newsarchive.research.health import site_states

    path = folder(context)
    if not path.is_dir():
        raise CommandError(f"{path}: no such folder; name the archive's with --archive", 2)
    if as_json and page == "-":
        raise CommandError("--json and --html - both print; name a file for the page", 2)
    if (path / "news.db").exists():
        with reading(path) as archive:
            states = site_states(path, archive)
            for site in states:
                if site["site"] in sites:
                    site["due_why"] = _due(archive, site["site"])
    else:
        states = site_states(path, None)
    if unknown := set(sites) - {site["site"] for site in states}:
        raise CommandError(f"no site {min(unknown)!r} here; `newsarchive status` lists them", 2)
    told = _tell(path, hook, states) if hook else True
    if sites:
        states = [site for site in states if site["site"] in sites]
    if page:
        _write_page(page, states, path)
    if as_json:
        print_json(states)
    elif page != "-":
        _show(states, quiet=quiet)
    if not states and not quiet:
        say(f"{path}: an empty archive; `newsarchive crawl SITE` fills it, `newsarchive sites` lists what there is")
    return 0 if told and not any(site["needs"] for site in states) else 1


def _show(sites: list[dict[str, Any]], *, quiet: bool) -> None:
    if sites and not quiet:
        heading = ("site", "state", "last run (UTC)", "articles", "gone", "due", "failed", "days")
        show_table([heading, *map(_line, sites)])
    for site in sorted(sites, key=lambda site: not site["needs"]):
        if site["needs"] or (not quiet and site["state"] not in _QUIET_STATES):
            said = f"{site['reason']}; {site['next']}" if site["next"] else site["reason"]
            show(f"{site['site']}: {site['state']}: {said}", fg="yellow" if site["needs"] else None)
        for due in [] if quiet else site.get("due_why", ()):
            show(f"{site['site']}: due: {due['count']} of kind {due['kind']}: {due['why']}")


def _due(archive: Archive, site: str) -> list[dict[str, Any]]:
    """What a crawl of a site would ask for now, and why."""
    from newsarchive.archive.revisits import due_summary, read_ages
    from newsarchive.archive.store import utc_now
    from newsarchive.settings import NEWSARCHIVE_REVISIT

    try:
        ages = read_ages(NEWSARCHIVE_REVISIT)
    except ValueError as error:
        raise CommandError(str(error), 2) from error
    return [dataclasses.asdict(due) for due in due_summary(archive, site, utc_now(), ages)]


def _line(site: dict[str, Any]) -> tuple[object, ...]:
    run = site["last_run"]
    days = f"{site['first_day']} to {site['last_day']}" if site["first_day"] else None
    return (
        site["site"],
        site["state"],
        run["started_at"][:16].replace("T", " ") if run else "never",
        site["articles"],
        site["gone"],
        site["due"],
        site["failed"] + site["refused"],
        days,
    )


def _write_page(place: str, sites: list[dict[str, Any]], folder: Path) -> None:
    from newsarchive.cli.status_page import status_page

    text = status_page(sites, folder.absolute().name, datetime.now(UTC))
    if place == "-":
        click.echo(text, nl=False)
        return
    _write(Path(place), text)


def _write(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it has the old one or the new one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{path}: cannot be written ({error.strerror})", 3) from error


def _tell(folder: Path, hook: str, sites: list[dict[str, Any]]) -> bool:
    """Run the hook where states have changed since it last ran well; False where it fails, to be told once more."""
    before: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        before = dict(json.loads((folder / _TOLD).read_text(encoding="utf-8")))
    changed = [
        {**site, "was": before.get(site["site"])}
        for site in sites
        if site["state"] != before.get(site["site"], site["state"] if site["state"] in _QUIET_STATES else None)
    ]
    if changed:
        try:
            # The caller's own command line; what comes from the web goes to its stdin.
            ended = subprocess.run(  # noqa: S603
                ["/bin/sh", "-c", hook],
                input=json.dumps(changed, ensure_ascii=False, default=str).encode(),
                timeout=_HOOK_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            say(f"the hook did not end within {_HOOK_SECONDS} seconds; it will be told again")
            return False
        if ended.returncode:
            say(f"the hook failed (status {ended.returncode}); it will be told again")
            return False
    now = {site["site"]: site["state"] for site in sites}
    if now != before:
        _write(folder / _TOLD, json.dumps(now, indent=1))
    return True
