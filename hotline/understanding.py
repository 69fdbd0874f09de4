"""How well a recogniser understood a text: by the sound of its syllables, digit by digit in numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from ledger.pinyin import toneless

MOST_PINYIN_ERROR = 0.25  # a text that a recogniser hears worse than this is no use as a test
NUMBER = re.compile(r"[零〇幺一二三四五六七八九]{4}")  # four digits in a row are a number that is read out
DIGIT_SOUNDS = frozenset(["ling", "yao", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a recogniser made of an audio file."""

    path: Path
    text: str
    heard: str
    pinyin_error: float  # share of toneless syllables that were wrong, missing or added

    @property
    def understood(self) -> bool:
        """Whether it is good enough to test with: a number must be heard digit by digit."""
        return self.pinyin_error <= MOST_PINYIN_ERROR and self.number_heard

    @property
    def number_heard(self) -> bool:
        """Whether the digits are all there by their sound; True for a text without a number."""
        if not NUMBER.search(self.text):
            return True
        return _digit_sounds(self.text) == _digit_sounds(self.heard)


def pinyin_error(text: str, heard: str) -> float:
    """The share of toneless syllables that differ, 0 where all are right, above 1 where many were added."""
    expected, got = _syllables(text), _syllables(heard)
    return Levenshtein.distance(expected, got) / max(len(expected), 1)


def _digit_sounds(text: str) -> list[str]:
    return [syllable for syllable in _syllables(text) if syllable in DIGIT_SOUNDS]


def _syllables(text: str) -> list[str]:
    letters = "".join(character for character in text if "一" <= character <= "鿿" or character == "〇")
    return toneless(letters)
