"""A made-up Vietnamese: words of one to three syllables that occur as often as words do (Zipf), the same every run."""

from __future__ import annotations

import random
import unicodedata
from itertools import accumulate

_FUNCTION_WORDS = (
    "và của các là được trong cho với có những đã một này khi đến người không về tại trên từ để theo năm ngày cũng"
    " nhiều sau như ra đó vào thì phải còn do bị tới rất đang sẽ nhưng nên hơn hai ông bà việc nhà nước làm qua"
).split()
_ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x".split()
_RHYMES = (
    "a ai am an ang anh ao au ay ă ăm ăn ăng âm ân âng âu ây e em en eo ê êm ên ênh êu i ia im in inh iu iên iêm iêu"
    " o oa oan oang oi om on ong ô ôi ôm ôn ông ơ ơi ơm ơn u ua ui um un ung uôi uôn uông ư ưa ưng ươi ương ươn uy uyên"
).split()
_STOPPED = "ac ach ap at ăc ăt âc ât ec et ich iêc iêt it oc op ot ôc ôp ôt ơp ơt uc ut ưc uôc ươc".split()
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_BAG = 300_000
_VOWELS = "aăâeêioôơuưy"


def _toned(onset: str, rhyme: str, tone: str) -> str:
    """A syllable with its tone on the vowel that bears it, near enough: the last but one of two open ones."""
    places = [n for n, letter in enumerate(rhyme) if letter in _VOWELS]
    at = places[-2] if len(places) > 1 and places[-1] == len(rhyme) - 1 else places[-1]
    return unicodedata.normalize("NFC", onset + rhyme[: at + 1] + tone + rhyme[at + 1 :])


def _zipf(count: int, shift: float, exponent: float) -> list[float]:
    return list(accumulate(1 / (rank + shift) ** exponent for rank in range(1, count + 1)))


class Language:
    """Words by falling frequency, and texts of them.

    ``words`` begins with those that stand in most texts; the rarest of 30,000 stand in one text of some thousands.
    ``names`` are words that occur in no text but where they are put.
    """

    def __init__(self, seed: int = 7, size: int = 30_000) -> None:
        chance = random.Random(seed)
        syllables = [_toned(o, r, t) for o in _ONSETS for r in _RHYMES for t in _TONES]
        syllables += [_toned(o, r, t) for o in _ONSETS for r in _STOPPED for t in (_TONES[2], _TONES[5])]
        chance.shuffle(syllables)
        weights = _zipf(len(syllables), 20, 1.0)
        words = dict.fromkeys(_FUNCTION_WORDS)
        while len(words) < size:
            (length,) = chance.choices((1, 2, 3), (22, 70, 8))
            words[" ".join(chance.choices(syllables, cum_weights=weights, k=length))] = None
        self.words = list(words)
        # A bag with each word as often as it is frequent: drawing from it is much quicker than by weights.
        share = [1 / (rank + 2.7) ** 1.05 for rank in range(1, size + 1)]
        self._bag = [word for word, part in zip(self.words, share, strict=True) for _ in range(round(part * _BAG) + 1)]
        self._syllables = [syllable for syllable in syllables if syllable.isalpha()]

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """So many words, each as likely as it is frequent."""
        return chance.choices(self._bag, k=count)

    def name(self, chance: random.Random) -> str:
        """A made-up name of two syllables, both capital."""
        return " ".join(syllable.capitalize() for syllable in chance.choices(self._syllables, k=2))


def sentences(words: list[str], chance: random.Random) -> str:
    """Words as sentences of ten to thirty, in paragraphs of three."""
    text, at = "", 0
    while at < len(words):
        length = int(10 + 20 * chance.random())
        text += sentence(words[at : at + length]) + (" " if chance.random() < 2 / 3 else "\n\n")
        at += length
    return text.strip()


def sentence(words: list[str]) -> str:
    """Words with a capital and a full stop."""
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."
