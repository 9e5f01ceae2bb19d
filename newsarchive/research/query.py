"""What a search asks for: a line of text read into terms, and how a term is found in a text. Pure.

``đảng bộ``      both words, with exactly these marks     ``dai hoi``   both words, whatever their marks
``"đại hội"``    one after the other                      ``bình*``     words that begin so
``lúa OR ngô``   either                                   ``-họp``, ``NOT họp``   without it
``title:lúa``, ``title:"đại hội"``, ``title:(lúa ngô)``   in that field only (:data:`FIELDS`)

A word typed with a Vietnamese mark (or đ) is meant with exactly its marks, one typed without is meant with any; each
word of a phrase by itself. Where the tone mark sits on oa, oe, uy does not matter. NOT and minus bind tightest, then
OR, then what stands side by side (AND is understood); parentheses group. There is no wrong query: what does not fit is
read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from newsarchive.vietnamese.text import TONE_PAIRS, fold, has_marks, normalise, place_tones

MAX_TERMS = 32
"""Terms of a query that are looked at (a phrase is one): nobody types more, and SQL has its limits."""
_MAX_TOKENS = 4 * MAX_TERMS
"""The same with operators and parentheses: a line of ten thousand NOT is no query."""
_MAX_DEPTH = 8
"""Parentheses within each other that are heeded; deeper ones are passed over."""

FIELDS = {
    "title": "title",
    "tít": "title",
    "tit": "title",
    "lead": "lead",
    "sapo": "lead",
    "body": "body",
    "caption": "captions",
    "captions": "captions",
    "byline": "byline",
    "author": "byline",
}
"""What may be written before a colon → the column of the full-text tables that is then looked in."""

# What the full-text tables take for a word (FTS5's unicode61: letters, digits, marks on them).
_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
WORD = re.compile(rf"[^\W_]{_LETTER}*")
_TOKEN = re.compile(
    rf"(?P<close>\))|(?P<minus>-)?(?:(?P<field>{'|'.join(FIELDS)}):\s*(?=[^\s)]))?"
    r'(?:(?P<open>\()|"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"()]+))',
    re.IGNORECASE,
)
_QUOTES = str.maketrans("“”„«»", '"""""')
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: its words in lower case as typed; ``prefix`` where the last is only the beginning of one;
    ``field`` the column it is to stand in, None for any."""

    words: tuple[str, ...]
    prefix: bool = False
    field: str | None = None

    @property
    def plain(self) -> bool:
        """True where no word was typed with marks: the table that folds them answers."""
        return not any(has_marks(word) for word in self.words)

    @property
    def exact(self) -> bool:
        """True where every word was typed with marks (a number needs none): the table that keeps them answers."""
        return all(has_marks(word) or not any(map(str.isalpha, word)) for word in self.words)

    @property
    def mixed(self) -> bool:
        """True where only some words were typed with marks: no table answers alone."""
        return not (self.exact or self.plain)

    def expression(self, *, exact: bool) -> str:
        """The term in FTS5's query language, for the table that keeps the marks or the one that folds them."""
        star = " *" if self.prefix else ""
        column = f"{self.field} : " if self.field else ""
        if not exact:
            return f'{column}"{" ".join(word.replace("đ", "d") for word in self.words)}"{star}'
        *first, _ = map(place_tones, self.words)
        phrases = [f'"{" ".join([*first, last])}"{star}' for last in _endings(self.words[-1], self.prefix)]
        return column + (phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})")

    def pattern(self) -> re.Pattern[str]:
        """What finds the term in a text as it is stored: either placement of tone marks, any marks on plain words."""
        return _pattern(self)


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of its parts at least."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Without its part."""

    part: Node


Node = Term | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted, None where the text had no word; ``cut`` where there were too many terms."""

    root: Node | None = None
    cut: bool = False

    def __bool__(self) -> bool:
        return self.root is not None

    @property
    def terms(self) -> list[Term]:
        """The terms that an article found has, one of them at least: what is to be marked in its text."""
        return [] if self.root is None else list(_wanted(self.root, wanted=True))


def _wanted(node: Node, *, wanted: bool) -> Iterator[Term]:
    if isinstance(node, Term):
        if wanted:
            yield node
    elif isinstance(node, Not):
        yield from _wanted(node.part, wanted=not wanted)
    else:
        for part in node.parts:
            yield from _wanted(part, wanted=wanted)


def parse(text: str) -> Query:
    """Read a query. Never raises; the query is false where no word is in the text.

    >>> parse('"Đại hội" lúa').root
    And(parts=(Term(words=('đại', 'hội'), prefix=False, field=None), Term(words=('lúa',), prefix=False, field=None)))
    """
    # Half a surrogate pair comes from a shell's undecodable byte: SQLite would not take it.
    text = normalise(text.encode("utf-8", "replace").decode()).translate(_QUOTES)
    if text.count('"') % 2:
        text = " ".join(text.rsplit('"', 1))
    tokens: list[_Token] = []
    terms = 0
    for token in _tokens(text):
        terms += token.operator is None and token.term is not None
        if terms > MAX_TERMS or len(tokens) == _MAX_TOKENS:
            return Query(_Reader(tokens).sequence(), cut=True)
        tokens.append(token)
    return Query(_Reader(tokens).sequence())


@dataclass(frozen=True, slots=True)
class _Token:
    """A term (``operator`` where it may be one), or else a parenthesis, which ``closes`` or opens."""

    term: Term | None = None
    operator: str | None = None
    minus: bool = False
    field: str | None = None
    closes: bool = False


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        field = FIELDS[match["field"].lower()] if match["field"] else None
        minus = bool(match["minus"])
        if match["close"] or match["open"]:
            yield _Token(field=field, minus=minus, closes=bool(match["close"]))
            continue
        typed = match["phrase"] if match["phrase"] is not None else match["word"]
        words = tuple(word.lower() for word in WORD.findall(typed))
        if words:
            prefix = bool(match["star"]) or (match["phrase"] is None and typed.endswith("*"))
            bare = match["word"] and not minus and not field
            yield _Token(Term(words, prefix, field), typed if bare and typed in _OPERATORS else None, minus)
        elif field:
            # A field of nothing is no field.
            yield _Token(Term((match["field"].lower(),)), minus=minus)


class _Reader:
    """Reads tokens into a tree."""

    def __init__(self, tokens: list[_Token]):
        self._tokens = tokens
        self._at = 0

    def sequence(self, field: str | None = None, depth: int = 0) -> Node | None:
        """What stands side by side, to the end or (within parentheses) to the one that closes."""
        parts: list[Node] = []
        joins = False
        while token := self._next():
            self._at += 1
            if token.closes:
                if depth:
                    break
                continue
            if parts and token.operator in ("AND", "OR") and self._operand_follows():
                joins = token.operator == "OR"
                continue
            if (operand := self._operand(token, field, depth)) is None:
                continue
            if joins:
                before = parts.pop()
                parts.append(Or((*(before.parts if isinstance(before, Or) else (before,)), operand)))
            else:
                parts.append(operand)
            joins = False
        return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None

    def _operand(self, token: _Token, field: str | None, depth: int) -> Node | None:
        if token.operator == "NOT" and self._operand_follows():
            following = self._tokens[self._at]
            self._at += 1
            part = self._operand(following, field, depth)
            # "NOT -x" says no twice and means no.
            return part if part is None or isinstance(part, Not) else Not(part)
        if token.term is None:
            part = self.sequence(token.field or field, depth + 1) if depth < _MAX_DEPTH else None
        else:
            part = token.term if token.term.field or not field else replace(token.term, field=field)
        return Not(part) if part is not None and token.minus else part

    def _operand_follows(self) -> bool:
        """May what comes next be joined or negated? Not the end, a closing parenthesis, nor AND or OR."""
        token = self._next()
        return token is not None and not token.closes and token.operator not in ("AND", "OR")

    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _endings(word: str, prefix: bool) -> list[str]:
    """A marked word in canonical form; for a beginning all it may have: "hò*" also begins "hòa", that is "hoà"."""
    canonical = place_tones(word)
    if not prefix:
        return [canonical]
    return [canonical, *(canonical[:-1] + new for old, new in TONE_PAIRS if old.islower() and canonical[-1] == old[0])]


_OLD_PLACEMENT = {new: old for old, new in TONE_PAIRS if new.islower()}
_TONES = re.compile("|".join(_OLD_PLACEMENT))
_READINGS: dict[str, str] = {}
"""Plain letter → the Latin letters that are it with a mark, both cases."""
for _marked in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]):
    _READINGS[fold(_marked)] = _READINGS.get(fold(_marked), "") + _marked


@lru_cache(maxsize=256)
def _pattern(term: Term) -> re.Pattern[str]:
    words = [_written(word, term.prefix and n == len(term.words)) for n, word in enumerate(term.words, 1)]
    end = rf"{_LETTER}*" if term.prefix else r"(?![^\W_])(?![\u0300-\u036f])"
    # As two, they are looked at much quicker than _LETTER as one.
    return re.compile(r"(?<![^\W_])(?<![\u0300-\u036f])" + r"[\W_]+".join(words) + end, re.IGNORECASE)


def _written(word: str, prefix: bool) -> str:
    """A regular expression for the ways in which a word of a query may be written."""
    if not has_marks(word):
        return "".join(f"[{c}{_READINGS[c]}]" if c in _READINGS else re.escape(c) for c in word)
    forms = [_TONES.sub(lambda m: f"(?:{m[0]}|{_OLD_PLACEMENT[m[0]]})", form) for form in _endings(word, prefix)]
    return f"(?:{'|'.join(forms)})"
