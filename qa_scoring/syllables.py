"""Text to toneless syllables.

A recogniser writes what it hears with other characters (故障/鼓掌): the sound stays, the text does not.
What it costs to take one syllable for another is in `ledger.alike_sounds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.alike_sounds import sound_of
from ledger.pinyin import toneless

SPELLINGS: Final = 32_768  # of all packs' phrases, and of what is heard: packs share most of theirs
DIGITS: Final = "零一二三四五六七八九"
DIGIT_CHARACTERS: Final = {
    **{character: number for number, character in enumerate(DIGITS)},
    **{str(number): number for number in range(10)},
    "〇": 0,
    "洞": 0,
    "幺": 1,
    "两": 2,
}
SECOND_READINGS: Final = {0: "dong", 1: "yao", 2: "liang"}  # how operators also say these digits


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable and the character that it was written with."""

    initial: int
    final: int
    character: str

    @property
    def sound(self) -> tuple[int, int]:
        """The two halves, which alone are compared."""
        return self.initial, self.final


@lru_cache(maxsize=SPELLINGS)
def syllables_of(text: str) -> tuple[Syllable, ...]:
    """The syllables of a Chinese text; figures are read one by one, everything unpronounceable is left out.

    Polyphones take the reading of their context (pypinyin's phrase table).
    """
    characters = "".join(_spoken(character) for character in text)
    if not characters:
        return ()
    readings = toneless(characters)
    return tuple(
        _syllable(reading, character) for reading, character in zip(readings, characters, strict=True)
    )


def can_be_said(text: str) -> bool:
    """Whether the text has any syllable; much cheaper than spelling it."""
    return any(map(_spoken, text))


def digit_of(character: str) -> int | None:
    """The digit that a character is meant as, or None."""
    return DIGIT_CHARACTERS.get(character)


def _spoken(character: str) -> str:
    if character.isascii() and character.isdigit():
        return DIGITS[int(character)]
    if character in {"〇", "○"}:
        return DIGITS[0]
    return character if "\u4e00" <= character <= "\u9fff" else ""


def _syllable(reading: str, character: str) -> Syllable:
    initial, final = sound_of("yao" if character == "幺" else reading)
    return Syllable(initial, final, character)
