"""``newsarchive sites new``: look at a site, write its profile, read three articles for a person to judge."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from newsarchive.archive.run import INTERRUPTED
from newsarchive.cli.common import CommandError, command_line, folder, print_json, say, show
from newsarchive.cli.survey import Found, Survey, survey
from newsarchive.cli.trial import Trial, try_profile
from newsarchive.research.evidence import why_this_date
from newsarchive.research.fields import FIELDS, judge
from newsarchive.sites.places import slug_of, slug_of_host
from newsarchive.sites.profile import Profile, ProfileError, is_site_name, load_profile, site_files
from newsarchive.sites.robots import MAX_DELAY
from newsarchive.sites.urls import canonical_url, host_of, same_page

ARTICLES = 3
USUAL_DELAY = 1.0


def new_site(context: click.Context, typed: str, name: str | None, delay: float | None, as_json: bool) -> int:
    """The command: see :func:`newsarchive.cli.sites.new_command`."""
    archive = folder(context)
    url = canonical_url(typed)
    if url is None:
        hint = "" if "://" in typed else f"; did you mean https://{typed}?"
        raise CommandError(f"{typed}: not an http(s) address{hint}", 2)
    if name is not None:
        _refuse_name(name, archive)
    found = survey(url, USUAL_DELAY if delay is None else delay, say)
    name = name or _name(found, archive)
    text = profile_toml(found, delay)
    trial, profile = _try(name, text)
    if trial.run["outcome"] == INTERRUPTED:
        raise CommandError("stopped before the end; no profile is written", 1)
    if not trial.articles:
        raise _nothing_read(found, trial)
    path = _write(archive / "sites" / f"{name}.toml", text)
    if as_json:
        print_json(_as_object(name, path, profile, found, trial))
    else:
        _show_site(profile, found)
        _show_articles(profile, trial)
        _show_next(context, name, path, archive, profile)
    return 0


# -- the profile -------------------------------------------------------------------------------------------------------


def _refuse_name(name: str, archive: Path) -> None:
    """Raise where a name is none, or taken."""
    if not is_site_name(name):
        raise CommandError(
            f"--name {name}: use only a–z, 0–9 and '-', and begin with a letter or digit (song-trang)", 2
        )
    if taken := site_files(archive).get(name):
        raise CommandError(
            f"{taken}: is there already, and is not overwritten; choose another name with --name,"
            f" or try that profile: `newsarchive sites check {name}`",
            2,
        )


def _name(found: Survey, archive: Path) -> str:
    """The site's name, made of its district or its host."""
    made = slug_of(found.district or "") or slug_of_host(host_of(found.chosen[0].url))
    if not is_site_name(made):
        raise CommandError("no name could be made of district or host; give one with --name", 2)
    _refuse_name(made, archive)
    return made


def profile_toml(found: Survey, delay: float | None) -> str:
    """The text of a profile: what was found, nothing else. ``delay`` is the one that was asked for, if any."""
    wanted = max(USUAL_DELAY if delay is None else delay, min(found.asked_delay, MAX_DELAY))
    lines = ["# Written by `newsarchive sites new`. Check it, and change what is wrong."]
    lines.append(f"title    = {_toml(found.title)}")
    if found.district:
        lines.append(f"district = {_toml(found.district)}")
    if found.province:
        lines.append(f"province = {_toml(found.province)}")
    addresses = [_toml(one.url) for one in found.chosen]
    listed = ", ".join(addresses) if len(addresses) == 1 else "\n    " + ",\n    ".join(addresses) + ",\n"
    lines.append(f"listings = [{listed}]")
    if found.family:
        lines.append(f"family   = {_toml(found.family.name)}")
    if wanted != USUAL_DELAY:
        lines.append(f"delay    = {wanted:g}")
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: Path, text: str) -> Path:
    """Write a file that is not there yet. Raises :class:`CommandError`: 2 where it is, 3 where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CommandError(
            f"{path}: is there already, and is not overwritten; choose another name with --name", 2
        ) from error
    except OSError as error:
        raise CommandError(f"{path}: cannot be written ({error.strerror or error})", 3) from error
    return path


def _try(name: str, text: str) -> tuple[Trial, Profile]:
    """Read a few articles with a profile that is not written yet."""
    with TemporaryDirectory(prefix="newsarchive-") as place:
        path = Path(place) / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        try:
            profile = load_profile(path)
        except ProfileError as error:
            raise CommandError(f"no profile is written: {error}", 1) from error
    say(f"reading {ARTICLES} articles")
    return try_profile(profile, ARTICLES), profile


def _nothing_read(found: Survey, trial: Trial) -> CommandError:
    listings = ", ".join(one.url for one in found.chosen)
    reasons = "; ".join(f"{f['url']}: {f['reason']}" for f in trial.failures[:3]) or trial.run["detail"]
    if trial.unreachable:
        return CommandError(f"nothing could be read: {reasons}; no profile is written", 3)
    return CommandError(
        f"{listings}: no article could be read, so no profile is written ({reasons}). Look at the page in a browser: is"
        " it the one that lists the news? If it is, write the profile by hand, with selectors",
        1,
    )


# -- what is shown -----------------------------------------------------------------------------------------------------


def _as_object(name: str, path: Path, profile: Profile, found: Survey, trial: Trial) -> dict[str, Any]:
    def described(one: Found) -> dict[str, Any]:
        return {"url": one.url, "articles": one.articles, "next": one.leads_on, "what": one.what}

    return {
        "name": name,
        "file": str(path),
        "title": profile.title,
        "district": profile.district,
        "province": profile.province,
        "family": profile.family.name if profile.family else None,
        "delay": profile.delay,
        "listings": [described(one) for one in found.chosen],
        "why": found.why,
        "also_found": [described(one) for one in found.also],
        "notes": found.notes,
        "articles": [
            {key: value for key, value in article.items() if key not in ("id", "capture_id", "site")}
            | {"doubts": _doubts(article, trial, profile)}
            for article in trial.articles
        ],
        "failures": trial.failures,
    }


def _field(name: str, text: object) -> None:
    if text:
        show(f"  {name:<12}{text}")


def _show_site(profile: Profile, found: Survey) -> None:
    show("The site", bold=True)
    _field("title", profile.title)
    _field("district", profile.district or "not found; write it into the profile")
    _field("province", profile.province or "not found; write it into the profile")
    _field("CMS", found.family.title if found.family else None)
    asked = f" (its robots.txt asks for {found.asked_delay:g})" if found.asked_delay else ""
    _field("delay", f"{profile.delay:g} s between two requests{asked}")
    show(f"\nIts news: {found.why}", bold=True)
    for one in found.chosen:
        show(f"  {_line(one)}")
    if found.also:
        show("Also found, and left out; add what you want to the profile's listings", bold=True)
        for one in found.also:
            show(f"  {_line(one)}")
    for note in found.notes:
        show(f"  look: {note}", fg="yellow")


def _line(one: Found) -> str:
    count = f", {one.articles} articles" if one.articles else ""
    following = ", with a next page" if one.leads_on else ""
    return f"{one.url}  ({one.what}{count}{following})"


def _show_articles(profile: Profile, trial: Trial) -> None:
    for article in trial.articles:
        show(f"\n{article['title']}", bold=True)
        _field("address", article["url"])
        _field("date", article["date"] or "not found")
        for line in why_this_date(article):
            if not line.startswith("the same"):
                _field("", line)
        _field("byline", article["byline"] or "not found")
        for name in ("source", "section"):
            _field(name, article[name])
        _field("lead", _shortened(article["lead"] or ""))
        images = article["images"]
        if images:
            captions = sum(bool(image["caption"]) for image in images)
            _field("pictures", f"{len(images)}, {captions} with a caption")
        _field("caption", _shortened(article["caption"] or ""))
        paragraphs = article["body"].split("\n\n")
        _field("text", f"{len(paragraphs)} paragraphs, {len(article['body'])} characters")
        _field("  begins", _shortened(paragraphs[0]))
        _field("  ends", _shortened(paragraphs[-1], end=True))
        _field("related", f"{sum(link['kind'] == 'related' for link in article['links'])} links to other articles")
        for doubt in _doubts(article, trial, profile):
            show(f"  {'look':<12}{doubt}", fg="yellow")
    for failure in trial.failures:
        show(f"\nnot read: {failure['url']}\n  {failure['reason']}", fg="yellow")


def _doubts(article: dict[str, Any], trial: Trial, profile: Profile) -> list[str]:
    """What of one article a person should look at."""
    reports = judge(trial.articles, profile.title)
    doubts = [f"{name}: {reports[name].odd[article['url']]}" for name in FIELDS if article["url"] in reports[name].odd]
    if article["date"] is None:
        doubts.append("date: none was found on the page")
    return doubts


def _shortened(text: str, *, end: bool = False) -> str:
    line = re.sub(r"\s+", " ", text)
    if len(line) <= 100:
        return line
    return f"…{line[-99:]}" if end else f"{line[:99]}…"


def _show_next(context: click.Context, name: str, path: Path, archive: Path, profile: Profile) -> None:
    named = ["--archive", str(archive)] if context.find_root().obj is not None else []
    show(f"\nWritten: {path}", bold=True)
    show(
        "  Compare the articles above with the pages in a browser: title, date, byline, where the text begins and ends."
    )
    show(
        "  What is wrong of the site, change in that file; a field that is wrong takes a CSS selector under [article]."
    )
    if others := _others_with(archive, name, profile):
        show(f"  {others} crawls the same page already", fg="yellow")
    show("Next", bold=True)
    for arguments, what in (
        (["sites", "check", name], "tries twenty pages, field by field"),
        (["crawl", name, "--limit", "20"], "keeps the newest twenty articles"),
        (["crawl", name], "keeps all"),
    ):
        show(f"  {command_line(*named, *arguments)}  # {what}")


def _others_with(archive: Path, name: str, profile: Profile) -> str:
    """The names of other sites that list one of a profile's pages."""
    own = {address for url in profile.listings for address in same_page(url)}
    others = []
    for other, path in site_files(archive).items():
        try:
            if other != name and own.intersection(load_profile(path).listings):
                others.append(other)
        except ProfileError:
            continue
    return ", ".join(others)
