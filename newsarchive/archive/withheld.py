"""Which articles are not to be shown. Nothing else is imported here, so that every reader of an archive can ask."""

from __future__ import annotations

WITHHELD = "SELECT article_id FROM withholdings WHERE undone_at IS NULL"
"""SQL for the ids of the articles that are not to be shown: what is searched, exported or served leaves them out."""
