"""`readback`: the digits that the operator reads out (报号) are those of a fact.

The fact's digits are aligned with what was heard, whatever was said in between and in however many turns.
Recognisers write 其 for 七 and 是 for 四, so a syllable counts as the digit that it sounds like. Only a
digit heard clearly in another's place is a wrong number; one that is missing may have been dropped by
the recogniser, and that cannot be told.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ledger.records import Evidence
from ledger.states import Role, Verdict
from qa_scoring.checks import Readback
from qa_scoring.heard import FILLERS, HeardSyllable
from qa_scoring.rules.scene import Opinion, Scene
from qa_scoring.syllables import (
    DIGITS,
    FINAL_COSTS,
    INITIAL_COSTS,
    SECOND_READINGS,
    Syllable,
    digit_of,
    sound_of,
    syllables_of,
)

SOUNDS_LIKE_COST = 0.25  # of a syllable against a digit: up to here it counts as that digit
MISREAD_COST, UNCLEAR_COST, MISSING_COST, EXTRA_DIGIT_COST = 1.2, 0.8, 1.3, 1.0
ASIDE_COST, FILLER_COST = 0.25, 0.02  # 后四位是 between two halves of a number; 嗯
OFTEN_MISHEARD = frozenset(
    {1}
)  # the model hardly knows 幺 and writes 二, 要 or 应: no proof of a wrong number
ENOUGH_SHARE = 0.5  # of the digits: fewer that fit are no attempt at this number


class Fit(NamedTuple):
    """How far an alignment has come: its cost, what went wrong, where it lies."""

    cost: float = 0.0
    right: int = 0
    wrong: int = 0  # a clear digit in another's place
    unclear: int = 0  # some other syllable in a digit's place
    missing: int = 0
    extra: int = 0  # digits too many within the number
    first: int = -1
    last: int = -1

    @property
    def exact(self) -> bool:
        """Every digit in its place and none besides."""
        return not (self.wrong or self.unclear or self.missing or self.extra)


def judge_readback(scene: Scene, check: Readback) -> Opinion:
    """Read right once is right: a slip that the operator mends is no wrong number."""
    given = scene.conversation.facts.get(check.fact, "")
    number = "".join(character for character in given if character.isascii() and character.isdigit())
    words = {"number": given, "heard": ""}
    if not number:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words=words)
    heard = [syllable for syllable in scene.heard(Role.OPERATOR).syllables if syllable]
    fit = best_fit(number, [each.syllable for each in heard])
    evidence = _evidence(heard, fit, len(number))
    return Opinion(
        verdict=_verdict(fit, len(number)), evidence=evidence, words={**words, "heard": evidence.text}
    )


def best_fit(number: str, heard: list[Syllable]) -> Fit:
    """The cheapest alignment of the whole number with any stretch of what was heard."""
    column = [Fit()]
    for _ in number:
        column.append(_worse(column[-1], MISSING_COST, missing=1))
    best = column[-1]
    for at, syllable in enumerate(heard):
        column = _next_column(column, number, syllable, at)
        best = min(best, column[-1], key=lambda fit: fit.cost)
    return best


def _next_column(before: list[Fit], number: str, syllable: Syllable, at: int) -> list[Fit]:
    column = [Fit()]
    for place, digit in enumerate(number, start=1):
        ways = (
            _placed(_in_place(before[place - 1], int(digit), syllable), at),
            _passed_over(before[place], syllable) if before[place].first >= 0 else None,
            _worse(column[place - 1], MISSING_COST, missing=1),
        )
        column.append(min((way for way in ways if way), key=lambda fit: fit.cost))
    return column


def _in_place(fit: Fit, digit: int, syllable: Syllable) -> Fit:
    meant = digit_of(syllable.character)
    if meant == digit or (meant is None and _sounds_like(syllable, digit)):
        return fit._replace(right=fit.right + 1)
    if (meant is not None and digit not in OFTEN_MISHEARD) or _is_homophone_of_a_digit(syllable):
        return _worse(fit, MISREAD_COST, wrong=1)
    return _worse(fit, UNCLEAR_COST, unclear=1)


def _passed_over(fit: Fit, syllable: Syllable) -> Fit:
    if digit_of(syllable.character) is not None:
        return _worse(fit, EXTRA_DIGIT_COST, extra=1)
    return _worse(fit, FILLER_COST if syllable.character in FILLERS else ASIDE_COST)


def _placed(fit: Fit, at: int) -> Fit:
    return Fit(*fit[:6], at if fit.first < 0 else fit.first, at)


def _worse(
    fit: Fit, cost: float, *, wrong: int = 0, unclear: int = 0, missing: int = 0, extra: int = 0
) -> Fit:
    return Fit(
        fit.cost + cost,
        fit.right,
        fit.wrong + wrong,
        fit.unclear + unclear,
        fit.missing + missing,
        fit.extra + extra,
        fit.first,
        fit.last,
    )


@lru_cache(maxsize=8192)
def _sounds_like(syllable: Syllable, digit: int) -> bool:
    return any(
        INITIAL_COSTS[syllable.initial, initial] + FINAL_COSTS[syllable.final, final] <= SOUNDS_LIKE_COST
        for initial, final in _readings(digit)
    )


def _is_homophone_of_a_digit(syllable: Syllable) -> bool:
    """要 where another digit belongs is a 幺, whatever is written."""
    digits = (digit for digit in range(10) if syllable.sound in _readings(digit))
    return digit_of(syllable.character) is None and any(digits)


@lru_cache(maxsize=10)
def _readings(digit: int) -> tuple[tuple[int, int], ...]:
    first = syllables_of(DIGITS[digit])[0].sound
    return (first, sound_of(SECOND_READINGS[digit])) if digit in SECOND_READINGS else (first,)


def _verdict(fit: Fit, length: int) -> Verdict:
    if fit.exact:
        return Verdict.PASS
    contradicts = fit.wrong or (fit.missing and fit.extra)
    if contradicts or fit.right < length * ENOUGH_SHARE:
        return Verdict.FAIL
    return Verdict.CANNOT_TELL


def _evidence(heard: list[HeardSyllable], fit: Fit, length: int) -> Evidence:
    """The stretch that fits best; the whole of the operator's words where none does."""
    found = fit.right >= length * ENOUGH_SHARE
    stretch = heard[fit.first : fit.last + 1] if found else heard
    return Evidence(
        start_s=round(stretch[0].start_s, 3),
        end_s=round(stretch[-1].end_s, 3),
        text="".join(each.syllable.character for each in stretch) if found else "",
        likeness=round(fit.right / length, 3) if found else 0.0,
    )
