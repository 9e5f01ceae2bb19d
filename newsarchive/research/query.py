"""What a search asks for: a line of text read into terms, and how a term is found in a text. Pure.

``đảng bộ``      both words, with exactly these marks     ``dai hoi``   both words, whatever their marks
``"đại hội"``    one after the other                      ``bình*``     words that begin so
``lúa OR ngô``   either                                   ``-họp``, ``NOT họp``   without it

A word typed with a Vietnamese mark (or đ) is meant with exactly its marks, one typed without is meant with any; each
word of a phrase by itself. Where the tone mark sits on oa, oe, uy does not matter. OR joins the two terms beside it,
before the rest is put together; AND is understood. There is no wrong query: what does not fit is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from newsarchive.vietnamese.text import TONE_PAIRS, fold, has_marks, normalise, place_tones

MAX_TERMS = 32
"""Terms of a query that are looked at (a phrase is one): nobody types more, and SQL has its limits."""

# What the full-text tables take for a word (FTS5's unicode61: letters, digits, marks on them).
_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
WORD = re.compile(rf"[^\W_]{_LETTER}*")
_PIECE = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans("“”„«»", '"""""')
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: its words in lower case as typed; ``prefix`` where the last is only the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def exact(self) -> bool:
        """True where every word was typed with marks (a number needs none): the table that keeps them answers."""
        return all(has_marks(word) or not any(map(str.isalpha, word)) for word in self.words)

    @property
    def mixed(self) -> bool:
        """True where only some words were typed with marks: no table answers alone."""
        return not self.exact and any(has_marks(word) for word in self.words)

    def expression(self, *, exact: bool) -> str:
        """The term in FTS5's query language, for the table that keeps the marks or the one that folds them."""
        star = " *" if self.prefix else ""
        if not exact:
            return f'"{" ".join(word.replace("đ", "d") for word in self.words)}"{star}'
        *first, _ = map(place_tones, self.words)
        phrases = [f'"{" ".join([*first, last])}"{star}' for last in _endings(self.words[-1], self.prefix)]
        return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"

    def pattern(self) -> re.Pattern[str]:
        """What finds the term in a text as it is stored: either placement of tone marks, any marks on plain words."""
        return _pattern(self)


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted: of each group one term at least, of ``unwanted`` none; ``cut`` where there were too many."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def parse(text: str) -> Query:
    """Read a query. Never raises; the query is false where no word is in the text.

    >>> [[term.words for term in group] for group in parse('"Đại hội" lúa OR ngo -họp').wanted]
    [[('đại', 'hội')], [('lúa',), ('ngo',)]]
    """
    pieces = _with_not(_pieces(text))
    wanted: list[list[Term]] = []
    unwanted: list[Term] = []
    joins = False
    for n, piece in enumerate(pieces):
        if len(unwanted) + sum(map(len, wanted)) == MAX_TERMS:
            break
        inside = 0 < n < len(pieces) - 1
        if piece.operator == "AND" and inside:
            continue
        if piece.operator == "OR" and inside and pieces[n - 1].positive and pieces[n + 1].positive:
            joins = True
            continue
        if piece.negative:
            unwanted.append(piece.term)
        elif joins:
            wanted[-1].append(piece.term)
        else:
            wanted.append([piece.term])
        joins = False
    else:
        return Query(tuple(map(tuple, wanted)), tuple(unwanted))
    return Query(tuple(map(tuple, wanted)), tuple(unwanted), cut=True)


@dataclass(frozen=True, slots=True)
class _Piece:
    term: Term
    negative: bool
    operator: str | None

    @property
    def positive(self) -> bool:
        return not self.negative and self.operator is None


def _with_not(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces, with each NOT that stands before a plain term taken into that."""
    kept: list[_Piece] = []
    for piece in pieces:
        if kept and kept[-1].operator == "NOT" and piece.positive:
            kept[-1] = replace(piece, negative=True)
        else:
            kept.append(piece)
    return kept


def _pieces(text: str) -> Iterator[_Piece]:
    # Half a surrogate pair comes from a shell's undecodable byte: SQLite would not take it.
    text = normalise(text.encode("utf-8", "replace").decode()).translate(_QUOTES)
    for match in _PIECE.finditer(text):
        typed = match["phrase"] if match["phrase"] is not None else match["word"]
        words = tuple(word.lower() for word in WORD.findall(typed))
        if words:
            prefix = bool(match["star"]) or (match["phrase"] is None and typed.endswith("*"))
            operator = typed if typed in _OPERATORS and match["word"] and not match["minus"] else None
            yield _Piece(Term(words, prefix), bool(match["minus"]), operator)


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
    end = rf"{_LETTER}*" if term.prefix else rf"(?!{_LETTER})"
    return re.compile(rf"(?<!{_LETTER})" + r"[\W_]+".join(words) + end, re.IGNORECASE)


def _written(word: str, prefix: bool) -> str:
    """A regular expression for the ways in which a word of a query may be written."""
    if not has_marks(word):
        return "".join(f"[{c}{_READINGS[c]}]" if c in _READINGS else re.escape(c) for c in word)
    forms = [_TONES.sub(lambda m: f"(?:{m[0]}|{_OLD_PLACEMENT[m[0]]})", form) for form in _endings(word, prefix)]
    return f"(?:{'|'.join(forms)})"
