"""Sentences with gaps, so that one who speaks another language can say them too. Pure.

Said in English by ``str``; who translates looks up ``text`` and fills the same gaps (:mod:`newsarchive.web.language`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "str | Sentence | tuple[Sentence, ...]"


class Day(str):
    """An EDTF date in a gap: written in English as it is, elsewhere as people there write days."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` is English, with ``{name}`` for each of the ``values``; several sentences in one gap are enumerated."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.text, {name: _english(value) for name, value in self.values.items()})


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its gaps filled; what fills them is not looked into again."""
    return text.format(**values) if values else text


def _english(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


class Phrases:
    """A closed set of texts that come as plain English, known again by their templates.

    A gap stands for letters without a space; ``{day}`` for a date.
    """

    def __init__(self, templates: Iterable[str]):
        self.templates = tuple(templates)
        self._patterns = {template: re.compile(_pattern(template)) for template in self.templates if "{" in template}

    def of(self, text: str) -> Sentence:
        """The sentence that a text is; one that is unknown stays as it is, in any language."""
        if text in self.templates and text not in self._patterns:
            return Sentence(text)
        for template, pattern in self._patterns.items():
            if match := pattern.fullmatch(text):
                found = match.groupdict()
                return Sentence(template, {name: Day(s) if name == "day" else s for name, s in found.items()})
        return Sentence("{text}", {"text": text})


def _pattern(template: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\S+)", re.escape(template))
