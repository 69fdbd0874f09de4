"""What somebody types, taken apart: words, and of each word the ways in which it may be meant.

Characters are units of their own. Letters are syllables whole (`renmin`), initials (`rmyy`), both mixed
(`rmyiyuan`), or letters of a name (KFC); the last syllable may be unfinished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA

from desks.directory import sounds
from desks.directory.compiling import folded, readings_of, units_of
from desks.directory.sounds import Costs

APART: Final = "'"  # between two syllables: xi'an
MOST_WORDS: Final = 6
MOST_UNITS: Final = 24  # of a word: longer ones are cut
MOST_WAYS: Final = 4  # of reading letters
LONGEST_SYLLABLE: Final = 6
SPELT_ALIKE: Final = 0.45  # what it costs to take a syllable for another by one slip of the keys
UNFINISHED: Final = 0.05  # a syllable that goes on: `min` may become `ming`
SAME_SOUND: Final = 0.2  # another character that sounds the same
PART_COST, SYLLABLE_COST, SLIP_COST, LOOSE_LETTER_COST = 1.25, 1.0, 2.1, 2.2  # of reading letters
WORTH_TRYING: Final = 1.2  # how much more a reading may cost than the cheapest

_RUNS = re.compile(r"[a-zü']+|[0-9]+|[^a-zü'0-9\W_]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A character or a piece of pinyin."""

    sign: int  # of a character; 0: of letters
    low: int  # the first syllable that it may be
    high: int  # the last; the same where it is one
    typed: str

    @property
    def is_slip(self) -> bool:
        """Whether what was typed is no syllable, but nearly one."""
        return self.is_whole and not self.sign and len(self.typed) > 1 and self.typed not in as_typed()

    @property
    def is_whole(self) -> bool:
        """Whether its syllable is known."""
        return self.low == self.high

    @property
    def sound(self) -> int:
        """The class of its syllable."""
        return int(sounds.classes()[self.low])

    @property
    def initial(self) -> int:
        """The first letter of its syllables."""
        return int(sounds.initials()[self.low])


Way = tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, and the ways to read it, the likeliest first."""

    typed: str
    ways: tuple[Way, ...]
    slips: tuple[Way, ...] = ()  # ways that suppose a slip of the keys


@cache
def as_typed() -> dict[str, int]:
    """Syllables by how they are typed."""
    known = {name: number for name, number in sounds.numbers().items() if name.isalpha()}
    return {**known, "lue": known["lve"], "nue": known["nve"]}


def words_of(query: str) -> list[str]:
    """The words of a query: blanks part them, and so does a change between letters and characters."""
    words = []
    for run in folded(query).split():
        words += _RUNS.findall(run) if re.search("[a-zü]", run) else re.findall(r"[^\W_]+", run)
    return [word for word in words if word.strip("'")][:MOST_WORDS]


@lru_cache(maxsize=4096)
def word(typed: str) -> Word:
    """A word, read in all ways that are worth trying."""
    if not re.fullmatch("[a-zü']+", typed):
        way = _characters(typed)
        return Word(typed, (way,))
    letters = typed.replace("ü", "v").strip("'")[: MOST_UNITS * 2]
    return Word(typed, _read(letters, slips=False), _read(letters, slips=True))


@lru_cache(maxsize=8192)
def unit_costs(unit: Unit) -> Costs:
    """What it costs to take each syllable for the unit, and at last what stands beyond the end of a text."""
    if unit.sign:
        costs = sounds.costs()[unit.low] * (1 - SAME_SOUND) + SAME_SOUND
    elif unit.is_slip:
        costs = _spelt_costs(unit.typed)
    else:
        costs = np.minimum(_spelt_costs(unit.typed), _begun_costs(unit))
    return np.append(costs, np.float32(BEYOND_END)).astype(np.float32)


BEYOND_END: Final = 99.0


def _characters(text: str) -> Way:
    signs, _ = units_of([text])
    signs = signs[:MOST_UNITS]
    readings = readings_of(signs, np.zeros(1, dtype=np.int64))
    return tuple(
        Unit(sign, reading, reading, chr(sign))
        for sign, reading in zip(signs.tolist(), readings.tolist(), strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The beginning of letters, read."""

    cost: float
    units: Way
    slips: int


def _read(letters: str, *, slips: bool) -> tuple[Way, ...]:
    """The cheapest readings, cheapest first."""
    best: list[list[_Reading]] = [[] for _ in range(len(letters) + 1)]
    best[0] = [_Reading(0.0, (), 0)]
    for start in range(len(letters)):
        if letters[start] == APART:
            best[start + 1] += best[start]
            continue
        kept = sorted(best[start], key=lambda each: each.cost)[: 2 * MOST_WAYS]
        for end in range(start + 1, min(start + LONGEST_SYLLABLE, len(letters)) + 1):
            if APART in letters[start:end]:
                break
            steps = _pieces(letters[start:end], is_last=end == len(letters), slips=slips)
            for cost, unit in steps:
                is_slip = cost >= SLIP_COST
                best[end] += [
                    _Reading(each.cost + cost, (*each.units, unit), each.slips + is_slip)
                    for each in kept
                    if not is_slip or each.slips == 0
                ]
    found = sorted(best[-1], key=lambda each: each.cost)
    if slips:
        found = [each for each in found if each.slips]
    limit = found[0].cost + WORTH_TRYING if found else 0.0
    return tuple(each.units for each in found[:MOST_WAYS] if each.cost <= limit)


def _pieces(piece: str, *, is_last: bool, slips: bool) -> list[tuple[float, Unit]]:
    """What a piece of the letters may be, and what it costs to read it so."""
    found = []
    number = as_typed().get(piece)
    if number is not None and len(piece) > 1:
        found.append((SYLLABLE_COST, Unit(0, number, number, piece)))
    elif len(piece) == 1 or piece in {"zh", "ch", "sh"} or is_last:
        span = _span(piece)
        if span:
            found.append((PART_COST if len(piece) < 3 else SYLLABLE_COST + 0.05, Unit(0, *span, piece)))
    if slips and len(piece) > 2 and number is None and _span_of_slip(piece) is not None:
        found.append((SLIP_COST, Unit(0, *(_span_of_slip(piece) or (0, 0)), piece)))
    return found


@cache
def _span(beginning: str) -> tuple[int, int] | None:
    """The first and the last syllable that begin so."""
    found = [number for name, number in sounds.numbers().items() if name.startswith(beginning)]
    return (min(found), max(found)) if found else None


@lru_cache(maxsize=8192)
def _span_of_slip(piece: str) -> tuple[int, int] | None:
    """The syllable that a piece is with one slip of the keys; the first of several."""
    near = np.flatnonzero(_spelt_costs(piece) < sounds.WRONG)
    return (int(near[0]), int(near[0])) if near.size else None


def _begun_costs(unit: Unit) -> Costs:
    """Of letters that are a syllable, or begin one."""
    if not unit.is_whole:
        open_end: Costs = np.full(len(sounds.syllables()), sounds.WRONG, dtype=np.float32)
        open_end[unit.low : unit.high + 1] = 0.0
        return open_end
    costs: Costs = sounds.costs()[unit.low].copy()
    first, last = _span(unit.typed) or (unit.low, unit.low)
    costs[first : last + 1] = np.minimum(costs[first : last + 1], UNFINISHED)
    costs[unit.low] = 0.0
    return costs


@lru_cache(maxsize=8192)
def _spelt_costs(piece: str) -> Costs:
    """SPELT_ALIKE for syllables that are one slip of the keys away, else WRONG."""
    costs = np.full(len(sounds.syllables()), sounds.WRONG, dtype=np.float32)
    for number, name in enumerate(sounds.syllables()):
        if len(name) > 1 and "'" not in name and OSA.distance(piece, name, score_cutoff=1) <= 1:
            costs[number] = 0.0 if piece == name else SPELT_ALIKE
    return costs
