"""The commands, one module a group; thin: read options, call, print. A command's module is loaded when it is run."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from newsarchive import __version__

# command → module that holds it and the line shown by --help. Names are fixed: cron lines depend on them.
_COMMANDS = {
    "demo": ("demo", "Crawl a made-up district site on this machine and show what was kept."),
    "crawl": ("crawl", "Crawl sites into the archive."),
    "sites": ("sites", "List the sites that can be crawled."),
    "search": ("searching", "Find articles by their words."),
    "show": ("showing", "Show one article, with its pictures, links and evidence."),
    "export": ("export", "Write articles, citations or captured pages for others."),
    "date": ("extract", "What the date reader makes of a text, and why."),
    "extract": ("extract", "Read one page; nothing is stored."),
    "serve": ("serve", "Show the archive in a browser: the reading room."),
    "status": ("status", "Each site's state, why, and what to do; what needs a person."),
    "schedule": ("schedule", "Crontab lines or systemd units that crawl the sites every night."),
    "backup": ("backup", "Copy the archive, or bring its copy up to date; also during a crawl."),
    "verify": ("verify", "Check every byte and row against what was captured."),
    "reextract": ("reextract", "Read everything captured anew, without a request."),
    "withhold": ("withhold", "Take an article out of search, export and web; it is kept."),
    "import": ("importing", "Take in what others captured: WARC files, web archives."),
    "cluster": ("cluster", "The same on many machines: crawl, reextract, import warc."),
    "merge": ("merge", "Bring colleagues' archives into this one."),
}

EXIT_OK, EXIT_ATTENTION, EXIT_USAGE, EXIT_NOTHING, EXIT_BUSY = range(5)
"""0 all well · 1 done, but it needs a person · 2 wrong usage or profile · 3 nothing could be done · 4 site is held."""


class _Commands(click.Group):
    """Loads a command's module when it is asked for: ``--help`` needs neither Scrapy nor lxml."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"newsarchive.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # `newsarchive search … | head`: the reader has had enough.
            _abandon_stdout()
            return EXIT_OK
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsarchive")
@click.option("--archive", metavar="DIR", help="The archive's folder; else $NEWSARCHIVE_DIR, else ./data.")
@click.pass_context
def cli(context: click.Context, archive: str | None) -> None:
    """Keep the news pages of Viet Nam's districts: crawl, search, export.

    Exit status: 0 all well; 1 done, but something needs a person; 2 wrong usage or profile;
    3 nothing could be done; 4 another run holds the site.
    """
    context.obj = archive


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the ``newsarchive`` command; ends the process with its exit status."""
    for name in ("stdout", "stderr"):
        # Closed by the caller (`>&-`): what is printed goes nowhere.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  # for as long as the process
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese goes out as UTF-8 whatever the locale of cron.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = cli(list(arguments) if arguments is not None else None, prog_name="newsarchive", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        # What no command expected: a disk that fills while it prints, a folder that goes.
        _abandon_stdout()
        click.echo(f"newsarchive: stopped: {error}", err=True)
        sys.exit(EXIT_NOTHING)
    sys.exit(status if isinstance(status, int) else EXIT_OK)


def _abandon_stdout() -> None:
    """Let what is still to be printed go nowhere: Python would try once more as it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
