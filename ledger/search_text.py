"""What is searched of a text: its characters, and how they sound. Pure functions.

Signs that nobody says, blanks and punctuation, do not count; what is hidden or masked is a gap that no search
reaches across. A figure sounds as it is read one by one; 幺 and 一 are the same sound.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ledger.digits import as_said
from ledger.pinyin import toneless

GAPS: Final = str.maketrans({"●": "\n", "＊": "\n"})
READ: Final = str.maketrans("0123456789", "零一二三四五六七八九")
BETWEEN: Final = "-"  # the two syllables of a pair


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchText:
    """A text as it is searched; both columns have a line for each stretch without a gap."""

    characters: str
    sounds: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> SearchText:
        """Of the turns of a transcript."""
        characters = lines_of(texts)
        sounds = (f" {' '.join(syllables_of(line))} " for line in characters.split("\n") if line)
        return cls(characters=characters, sounds="\n".join(sounds))

    @property
    def character_pairs(self) -> list[str]:
        """Each two neighbouring characters, once, in order."""
        return pairs_of(self.characters.split("\n"))

    @property
    def sound_pairs(self) -> list[str]:
        """Each two neighbouring syllables, once, in order."""
        return pairs_of((line.split() for line in self.sounds.split("\n")), BETWEEN)


def lines_of(texts: Iterable[str]) -> str:
    """A line for each stretch of the texts without a gap."""
    lines = (line for text in texts for line in text.translate(GAPS).split("\n"))
    return "\n".join(filter(None, map(plain_of, lines)))


def plain_of(text: str) -> str:
    """Letters, figures and characters alone, full and half width alike, without case; digits as figures."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return as_said(folded)


def syllables_of(plain: str) -> list[str]:
    """Toneless syllables; letters stand for themselves."""
    return toneless(plain.translate(READ), errors=_letters)


def _letters(text: str) -> Any:
    """What has no reading, letter by letter."""
    return list(text)


def pairs_of(lines: Iterable[Sequence[str]], between: str = "") -> list[str]:
    """Each two neighbours of a line, once, in order."""
    return sorted({between.join(pair) for line in lines for pair in pairwise(line)})
