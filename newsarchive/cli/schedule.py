"""``newsarchive schedule``: crontab lines or systemd units that crawl the sites night after night."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from newsarchive.cli.common import CommandError, folder, say, show

_UNIT = "newsarchive"


@click.command("schedule")
@click.argument("sites", nargs=-1, metavar="SITE…")
@click.option("--start", type=click.IntRange(0, 23), default=3, metavar="H", help="The hour crawls begin in; 3.")
@click.option("--hours", type=click.IntRange(1, 24), default=1, metavar="N", help="Spread them over so many hours; 1.")
@click.option(
    "--systemd",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write systemd units into this folder instead.",
)
@click.pass_context
def schedule_command(
    context: click.Context, sites: tuple[str, ...], start: int, hours: int, systemd: Path | None
) -> int:
    """Print crontab lines that crawl each site once a night, and once a month in full; then tell what needs a person.

    Without SITE the lines are of all sites. Each site has a minute of its own, which stays the same whatever other
    sites there are.
    """
    from newsarchive.sites.profile import ProfileError, load_site, site_files

    archive = folder(context).absolute()
    try:
        names = [load_site(name, archive).name for name in dict.fromkeys(sites)] or sorted(site_files(archive))
    except ProfileError as error:
        raise CommandError(str(error), 2) from error
    turns = [_turn(name, start, hours) for name in names]
    report = f"30 {(start + hours + 3) % 24}"
    if systemd is None:
        for line in _crontab(archive, turns, report):
            show(line)
        return 0
    files = _units(archive, turns, report)
    try:
        systemd.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (systemd / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{systemd}: cannot be written ({error.strerror})", 3) from error
    say(f"{systemd}: {len(files)} units; `systemctl enable --now {systemd}/*.timer` starts them (--user for your own)")
    return 0


@dataclass(frozen=True, slots=True)
class Turn:
    """When a site is crawled: at this minute and hour, and in full on this day of the month."""

    site: str
    minute: int
    hour: int
    full_day: int


def _turn(site: str, start: int, hours: int) -> Turn:
    """A site's turn, by its name alone; no month is without its ``full_day``."""
    number = int.from_bytes(hashlib.sha256(site.encode()).digest()[:8], "big")
    return Turn(site, number % 60, (start + number // 60 % hours) % 24, 1 + number // 1440 % 28)


def _program() -> list[str]:
    """This program by its whole path: cron and systemd have a short PATH."""
    called = Path(sys.argv[0])
    if called.name == "newsarchive" and (found := shutil.which(sys.argv[0])):
        return [str(Path(found).absolute())]
    return [sys.executable, "-m", "newsarchive"]


def _contact() -> str:
    return " ".join(os.environ.get("NEWSARCHIVE_CONTACT", "").split())


# cron


def _crontab(archive: Path, turns: Iterable[Turn], report: str) -> Iterable[str]:
    """The lines of a crontab. What a crawl says is kept back where ``status`` tells of it; only what keeps crawls from
    being made at all (a wrong profile, an archive that cannot be written) is printed, and so mailed."""
    program = _program()
    if contact := _contact():
        yield f"NEWSARCHIVE_CONTACT={contact}"
    for turn in turns:
        for days, options in ((_but(turn.full_day, "-"), []), (str(turn.full_day), ["--full"])):
            crawl = _shell([*program, "--archive", str(archive), "crawl", turn.site, *options])
            quiet = f'said=$({crawl} 2>&1) || case $? in 1|3|4) ;; *) echo "$said" ;; esac'
            yield f"{turn.minute} {turn.hour} {days} * * {quiet}"
    yield f"{report} * * * {_shell([*program, '--archive', str(archive), 'status', '--quiet'])}"


def _shell(words: list[str]) -> str:
    # A bare % is a line's end to cron.
    return shlex.join(words).replace("%", "\\%")


def _but(day: int, to: str) -> str:
    """All days of a month but one (1 to 28), as cron (to ``-``) or systemd (``..``) has it."""
    before = f"1{to}{day - 1}" if day > 2 else "1" if day == 2 else ""
    return ",".join(filter(None, [before, f"{day + 1}{to}31"]))


# systemd


def _units(archive: Path, turns: Iterable[Turn], report: str) -> dict[str, str]:
    """The units by their file names: a service for any site, one for crawls in full, a timer a site for each."""
    base = [*_program(), "--archive", str(archive)]
    units = {
        f"{_UNIT}-crawl@.service": _service("crawl of %i", [*base, "crawl", "%i"], "1 3 4"),
        f"{_UNIT}-full@.service": _service("crawl of %i in full", [*base, "crawl", "%i", "--full"], "1 3 4"),
        # Fails where a person is needed, which OnFailure= and monitors see.
        f"{_UNIT}-status.service": _service("what needs a person", [*base, "status", "--quiet"], ""),
    }
    for turn in turns:
        at = f"{turn.hour:02d}:{turn.minute:02d}:00"
        but = _but(turn.full_day, "..")
        units[f"{_UNIT}-crawl@{turn.site}.timer"] = _timer(f"crawl of {turn.site}", f"*-*-{but} {at}")
        units[f"{_UNIT}-full@{turn.site}.timer"] = _timer(
            f"crawl of {turn.site} in full", f"*-*-{turn.full_day:02d} {at}"
        )
    minute, hour = map(int, report.split())
    units[f"{_UNIT}-status.timer"] = _timer("what needs a person", f"*-*-* {hour:02d}:{minute:02d}:00")
    return units


def _service(what: str, words: list[str], well: str) -> str:
    environment = f'Environment="NEWSARCHIVE_CONTACT={_escaped(_contact())}"\n' if _contact() else ""
    line = " ".join(word if word == "%i" else f'"{_escaped(word)}"' for word in words)
    status = f"SuccessExitStatus={well}\n" if well else ""
    return (
        f"[Unit]\nDescription=newsarchive: {what}\nWants=network-online.target\nAfter=network-online.target\n\n"
        f"[Service]\nType=oneshot\n{environment}ExecStart={line}\n{status}"
    )


def _timer(what: str, when: str) -> str:
    return (
        f"[Unit]\nDescription=newsarchive: {what}\n\n[Timer]\nOnCalendar={when}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _escaped(word: str) -> str:
    """A word for the inside of double quotes in a unit: % and $ are systemd's own."""
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
