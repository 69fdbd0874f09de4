"""A number laid along what was heard: which syllable stands for which of its digits.

The cheapest alignment, whatever was said in between, in however many turns. Recognisers write 其 for 七, 是
for 四: a syllable counts as the digit that it sounds like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from ledger.alike_sounds import FINAL_COSTS, INITIAL_COSTS, sound_of
from ledger.digits import SPOKEN_DIGITS
from qa_scoring.heard import FILLERS, HeardSyllable
from qa_scoring.syllables import (
    DIGITS,
    SECOND_READINGS,
    Syllable,
    digit_of,
    syllables_of,
)

SOUNDS_LIKE_COST: Final = 0.25  # of a syllable against a digit: up to here it counts as that digit
MISREAD_COST, UNCLEAR_COST, MISSING_COST, EXTRA_DIGIT_COST = 1.2, 0.8, 1.3, 1.0
ASIDE_COST, FILLER_COST = 0.25, 0.02  # 后四位是 between two halves of a number; 嗯
MISSING: Final = -1  # the place of a digit that was not heard
READ_OUT: Final = re.compile(f"[0-9{SPOKEN_DIGITS}]{{2}}")


class Fit(NamedTuple):
    """How far an alignment has come: its cost, and which heard syllable stands for each digit so far."""

    cost: float = 0.0
    places: tuple[int, ...] = ()  # MISSING where none does
    extra: tuple[int, ...] = ()  # digits heard in between that belong to no place

    @property
    def begun(self) -> bool:
        """Whether any digit has a place."""
        return any(place != MISSING for place in self.places)

    @property
    def first(self) -> int:
        """The first place; of a fit that has one."""
        return next(place for place in self.places if place != MISSING)

    @property
    def last(self) -> int:
        """The last place; of a fit that has one."""
        return next(place for place in reversed(self.places) if place != MISSING)


def fits(number: str, heard: Sequence[HeardSyllable]) -> Iterator[Fit]:
    """For each syllable that may end the number: the cheapest alignment that ends there."""
    column = [Fit()]
    for _ in number:
        column.append(_missing(column[-1]))
    for at, syllable in enumerate(heard):
        column = _next_column(column, number, syllable, at)
        if column[-1].begun:
            yield column[-1]


def figure_of(heard: HeardSyllable) -> int | None:
    """The digit that is written there; None where it is part of another word, as 一 of 一下."""
    if heard.word is not None and not _is_read_out(heard.word.text):
        return None
    return digit_of(heard.syllable.character)


def runs(heard: Sequence[HeardSyllable]) -> Iterator[list[HeardSyllable]]:
    """Digits that follow each other, in the order of time."""
    for is_digit, run in groupby(heard, lambda syllable: figure_of(syllable) is not None):
        if is_digit:
            yield list(run)


def figures_of(run: Sequence[HeardSyllable]) -> str:
    """A run of digits in figures."""
    return "".join(str(figure_of(syllable)) for syllable in run)


@lru_cache(maxsize=8192)
def _is_read_out(word: str) -> bool:
    """Whether digits stand in it as such: together, or with nothing that is no misheard digit."""
    return READ_OUT.search(word) is not None or all(map(_may_be_a_digit, syllables_of(word)))


def _may_be_a_digit(syllable: Syllable) -> bool:
    return any(sounds_like(syllable, digit) for digit in range(10))


@lru_cache(maxsize=8192)
def sounds_like(syllable: Syllable, digit: int) -> bool:
    """Whether a syllable may be the digit, misheard."""
    return any(
        INITIAL_COSTS[syllable.initial, initial] + FINAL_COSTS[syllable.final, final] <= SOUNDS_LIKE_COST
        for initial, final in _readings(digit)
    )


def is_homophone_of_a_digit(syllable: Syllable) -> bool:
    """要 where another digit belongs is a 幺, whatever is written."""
    digits = (digit for digit in range(10) if syllable.sound in _readings(digit))
    return digit_of(syllable.character) is None and any(digits)


def _next_column(before: list[Fit], number: str, syllable: HeardSyllable, at: int) -> list[Fit]:
    column = [Fit()]
    for place, digit in enumerate(number, start=1):
        is_last = place == len(number)
        in_place = _in_place(before[place - 1], int(digit), syllable, at, is_last=is_last)
        ways = [in_place, _missing(column[place - 1])]
        if before[place].begun:
            ways.append(_passed_over(before[place], syllable, at))
        column.append(min(ways, key=lambda fit: fit.cost))
    return column


def _in_place(fit: Fit, digit: int, heard: HeardSyllable, at: int, *, is_last: bool) -> Fit:
    cost = _misfit(digit, heard, at_the_edge=not fit.begun or is_last)
    return fit._replace(cost=fit.cost + cost, places=(*fit.places, at))


def _misfit(digit: int, heard: HeardSyllable, *, at_the_edge: bool) -> float:
    figure = figure_of(heard)
    if figure == digit or (figure is None and sounds_like(heard.syllable, digit)):
        return 0.0
    known = figure is not None or is_homophone_of_a_digit(heard.syllable)
    if known:
        return MISREAD_COST
    return MISSING_COST if at_the_edge else UNCLEAR_COST


def _missing(fit: Fit) -> Fit:
    return fit._replace(cost=fit.cost + MISSING_COST, places=(*fit.places, MISSING))


def _passed_over(fit: Fit, heard: HeardSyllable, at: int) -> Fit:
    if figure_of(heard) is not None:
        return fit._replace(cost=fit.cost + EXTRA_DIGIT_COST, extra=(*fit.extra, at))
    return fit._replace(cost=fit.cost + (FILLER_COST if heard.syllable.character in FILLERS else ASIDE_COST))


@lru_cache(maxsize=10)
def _readings(digit: int) -> tuple[tuple[int, int], ...]:
    first = syllables_of(DIGITS[digit])[0].sound
    return (first, sound_of(SECOND_READINGS[digit])) if digit in SECOND_READINGS else (first,)
