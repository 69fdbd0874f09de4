"""Syllables as small numbers: of characters, of letters typed; how much one differs from another.

A syllable's number is its place in the alphabet, so that all that begin with `zh` follow each other. A
letter in a name (KFC) is a syllable of its own, which is told from pinyin by its sign: `k'`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ledger.alike_sounds import (
    FINAL_COSTS,
    FINALS,
    INITIAL_COSTS,
    INITIALS,
    SAME_FINALS,
    SAME_INITIALS,
    sound_of,
)
from ledger.pinyin import readings, toneless

Numbers = NDArray[np.uint16]
Costs = NDArray[np.float32]

HAN: Final = range(0x3400, 0xA000)  # the characters that pinyin knows
SIGNS: Final = 0x10000
UNREAD: Final = "?"  # the syllable of signs that have no reading
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
FIGURES: Final = "零一二三四五六七八九"
WRONG: Final = 1.0  # what it costs to take a wholly different syllable


@cache
def syllables() -> tuple[str, ...]:
    """All of them in the order of the alphabet."""
    read = {each[0] for each in _readings() if each and each[0].isascii() and each[0].isalpha()}
    return tuple(sorted({UNREAD, *read, *(f"{letter}'" for letter in LETTERS)}))


@cache
def numbers() -> dict[str, int]:
    """Syllables' numbers."""
    return {syllable: number for number, syllable in enumerate(syllables())}


@cache
def of_sign() -> Numbers:
    """The syllable of each sign of the basic plane, where nothing stands around it."""
    known = numbers()
    table = np.full(SIGNS, known[UNREAD], dtype=np.uint16)
    for code, each in zip(HAN, _readings(), strict=True):
        table[code] = known.get(each[0], known[UNREAD]) if each else known[UNREAD]
    for letter in LETTERS:
        table[ord(letter)] = known[f"{letter}'"]
    for figure, character in enumerate(FIGURES):
        table[ord(str(figure))] = table[ord(character)]
    table[ord("〇")] = table[ord("零")]
    return table


@cache
def several_readings() -> NDArray[np.bool_]:
    """Of each sign, whether its reading depends on what stands around it."""
    table = np.zeros(SIGNS, dtype=np.bool_)
    table[HAN.start : HAN.stop] = [len(each) > 1 for each in _readings()]
    return table


@lru_cache(maxsize=1 << 14)
def classes_of(sign: str) -> tuple[int, ...]:
    """The classes of all readings that a character may have."""
    known = {numbers()[reading] for reading in readings(sign) if reading in numbers()}
    return tuple(sorted({int(classes()[number]) for number in {*known, int(of_sign()[ord(sign)])}}))


@lru_cache(maxsize=1 << 18)
def in_context(before: str, sign: str, after: str) -> int:
    """The syllable of a character between two others, or nothing."""
    return numbers().get(toneless(before + sign + after)[len(before)], numbers()[UNREAD])


@cache
def classes() -> Numbers:
    """Of each syllable the number of those that many speakers do not tell from it; letters as initials."""
    folded = [_folded(syllable) for syllable in syllables()]
    order = {name: number for number, name in enumerate(sorted(set(folded)))}
    return np.array([order[name] for name in folded], dtype=np.uint16)


@cache
def initials() -> Numbers:
    """Of each syllable its first letter, 0 to 25; 26 where it has none."""
    return np.array(
        [26 if name == UNREAD else LETTERS.index(name[0]) for name in syllables()], dtype=np.uint16
    )


@cache
def costs() -> Costs:
    """What it costs to take one syllable for another, 0 to WRONG; by both their numbers."""
    halves = [None if _is_sign(name) else sound_of(name) for name in syllables()]
    heard = np.array([each is not None for each in halves])
    first = np.array([each[0] if each else 0 for each in halves])
    last = np.array([each[1] if each else 0 for each in halves])
    table = (INITIAL_COSTS[np.ix_(first, first)] + FINAL_COSTS[np.ix_(last, last)]).astype(np.float32)
    table[~heard, :] = table[:, ~heard] = WRONG
    np.fill_diagonal(table, 0.0)
    least: Costs = np.minimum(table, np.float32(WRONG))
    return least


def _folded(syllable: str) -> str:
    if _is_sign(syllable):
        return syllable
    first, last = sound_of(syllable)
    initial, final = INITIALS[first], FINALS[last]
    return f"{SAME_INITIALS.get(initial, initial)} {SAME_FINALS.get(final, final)}"


def _is_sign(syllable: str) -> bool:
    return syllable == UNREAD or syllable.endswith("'")


@cache
def _readings() -> tuple[tuple[str, ...], ...]:
    """Of each of HAN all its readings, the usual one first."""
    return tuple(readings(chr(code)) for code in HAN)
