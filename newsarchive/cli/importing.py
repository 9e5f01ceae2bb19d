"""``newsarchive import``: what others captured, taken in.

Each subcommand stands in a module of its own, which loads what it needs when it is run.
"""

from __future__ import annotations

import click


@click.group("import")
def import_command() -> None:
    """Take in what others captured: pages of the archive's sites, at the times they were captured."""
