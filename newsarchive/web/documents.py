"""What is answered besides pages: a file, and the refusal of what is withheld."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

WITHHELD = "This is kept in the archive, but it is not shown."


class WithheldError(Exception):
    """What was asked for is withheld, or is of something withheld. Why stays with the archivist: a reason may name whom
    it protects."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is sent: its bytes, its type, headers besides those of every answer (names in lower case)."""

    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


SEALED = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of bytes from the web: whatever a browser takes them for, they run nothing, load nothing, are in no
frame."""


def attachment(body: bytes, content_type: str, name: str) -> Document:
    """A file to be saved, under a name in which only letters, digits, dots, hyphens and underscores are left."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-100:].lstrip("-.") or "file"
    headers = {"content-disposition": f'attachment; filename="{safe}"', "content-security-policy": SEALED}
    return Document(body, content_type, headers)


def json_document(value: Any) -> Document:
    """A value as JSON, Vietnamese letters as they are."""
    body = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return Document(body.encode(), "application/json; charset=utf-8")
