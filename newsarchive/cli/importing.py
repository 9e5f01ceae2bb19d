"""``newsarchive import``: what others captured, taken in. Each subcommand stands in a module of its own."""

from __future__ import annotations

import click

from newsarchive.cli.import_warc import warc_command
from newsarchive.cli.import_wayback import wayback_command


@click.group("import")
def import_command() -> None:
    """Take in what others captured: pages of the archive's sites, at the times they were captured."""


import_command.add_command(warc_command)
import_command.add_command(wayback_command)
