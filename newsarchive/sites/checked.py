"""A TOML file while it is read: each accessor takes a key out, checks it, and refuses with file, line, key and what
was expected. Knows nothing of what the keys mean.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsarchive.sites.urls import canonical_url

Selectors = Mapping[str, tuple[str, ...]]


class ProfileError(Exception):
    """A profile or family that cannot be used; the message names file, line, key and what was expected."""


class CheckedFile:
    """One TOML file while it is read: each accessor takes a key out, checks it, and refuses with its place."""

    def __init__(self, path: Path):
        self.path = path
        self.seen: set[str] = set()
        try:
            self.source = path.read_text(encoding="utf-8-sig")
            self.values: dict[str, Any] = tomllib.loads(self.source)
        except OSError as error:
            raise ProfileError(f"{path}: cannot be read ({error.strerror or error})") from error
        except UnicodeDecodeError as error:
            raise ProfileError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise ProfileError(self._syntax_error(str(error))) from error

    def _syntax_error(self, message: str) -> str:
        match = re.search(r"\(at line (\d+), column (\d+)\)", message)
        lines = self.source.splitlines()
        number = int(match.group(1)) if match else len(lines)
        # Some errors are noticed only on a later line: the key is the nearest one at or above it.
        keys = (re.match(r"\s*([\w.\"-]+)\s*=", line) for line in reversed(lines[:number]))
        key = next((found.group(1) for found in keys if found), "?")
        reason = re.sub(r" \(at (?:line \d+, column \d+|end of document)\)", "", message)
        return f"{self.path}, line {number}, key {key!r}: not valid TOML ({reason})"

    def error(self, key: str, expected: str, got: object = None) -> ProfileError:
        """A refusal that names the key's line."""
        line = self._line(key)
        place = f"{self.path}, line {line}, key {key!r}" if line else f"{self.path}, key {key!r}"
        found = "it is missing" if got is None else f"got {got!r}"
        return ProfileError(f"{place}: expected {expected}; {found}")

    def _line(self, key: str) -> int | None:
        table, _, name = key.rpartition(".")
        current = ""
        for number, text in enumerate(self.source.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*[\"']?([^\]\"']*)", text):
                current = header.group(1).strip()
                if current == key:
                    return number
            elif assigned := re.match(r"\s*([^=#]+?)\s*=", text):
                written = re.sub(r"[\"'\s]", "", assigned.group(1))
                if key == (f"{current}.{written}" if current else written) or (not table and written == name == key):
                    return number
        return None

    def _unknown(self, key: str, known: Iterable[str]) -> ProfileError:
        name = key.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return self.error(key, f"one of the keys {', '.join(sorted(known))}{hint}", name)

    def _take(self, key: str) -> Any:
        self.seen.add(key)
        return self.values.get(key)

    def text(self, key: str) -> str | None:
        """A text, trimmed; None where the key is not there."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "a text in quotes", value)
        return value.strip()

    def required_text(self, key: str) -> str:
        """A text that must be there."""
        value = self.text(key)
        if value is None:
            raise self.error(key, "a text in quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is not there."""
        value = self._take(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(key, "a list of texts", value)
        return tuple(value)

    def addresses(self, key: str) -> tuple[str, ...]:
        """One or more addresses, canonical, each once."""
        expected = 'a list of one or more http(s) addresses, like ["https://quan1.example.vn/tin-tuc"]'
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise self.error(key, expected, value)
        urls = [canonical_url(item) if isinstance(item, str) and "://" in item else None for item in value]
        for item, url in zip(value, urls, strict=True):
            if url is None:
                raise self.error(key, expected, item)
            if "@" in urlsplit(item).netloc:
                # Not printed: cron would mail it.
                raise self.error(key, "addresses that everybody may open", "one with a name or password in it")
        return tuple(dict.fromkeys(url for url in urls if url))

    def number(self, key: str, default: float, least: float, most: float, *, whole: bool = False) -> float:
        """A number between two others."""
        value = self._take(key)
        if value is None:
            return default
        kinds = (int,) if whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(key, f"a {'whole ' if whole else ''}number from {least:g} to {most:g}", value)
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, "true or false, without quotes", value)
        return value

    def encoding(self, key: str) -> str | None:
        """The name of a character encoding Python knows."""
        value = self.text(key)
        if value is not None:
            try:
                # Asking for text refuses Python's codecs that are none, like "base64".
                b"a".decode(value, "replace")
            except (LookupError, ValueError):
                raise self.error(key, "the name of a character encoding, like windows-1258", value) from None
        return value

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        value = self.text(key)
        try:
            return re.compile(value) if value else None
        except re.error as error:
            raise self.error(key, f"a regular expression ({error})", value) from error

    def selectors(self, table: str, fields: tuple[str, ...]) -> Selectors:
        """A table of CSS selectors by field; a single one counts as a list of one."""
        value = self._take(table)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(table, f"a table [{table}]", value)
        compiled: dict[str, tuple[str, ...]] = {}
        for key, given in value.items():
            if key not in fields:
                raise self._unknown(f"{table}.{key}", fields)
            chosen = [given] if isinstance(given, str) else given
            if not isinstance(chosen, list) or not all(isinstance(item, str) for item in chosen):
                raise self.error(f"{table}.{key}", "a CSS selector or a list of them", given)
            for selector in chosen:
                self._check_css(f"{table}.{key}", selector)
            compiled[key] = tuple(chosen)
        return compiled

    def _check_css(self, key: str, selector: str) -> None:
        from cssselect import SelectorError
        from parsel.csstranslator import HTMLTranslator

        to_xpath: Callable[[str], str] = HTMLTranslator().css_to_xpath
        try:
            to_xpath(selector)
        except SelectorError as error:
            raise self.error(key, f"a CSS selector ({error})", selector) from error

    def no_other_keys(self) -> None:
        """Refuse the file for a key that nobody took."""
        for key in self.values:
            if key not in self.seen:
                raise self._unknown(key, self.seen)
