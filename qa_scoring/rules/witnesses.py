"""Who else bears witness to a number: the caller who repeats it, the operator who mends a part of it.

What the recogniser lost of the operator's digits it seldom loses of another voice's as well: a caller who
says the number right has heard it right; where both say the same other digit it was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ledger.states import Role
from qa_scoring.heard import HeardSyllable
from qa_scoring.rules.number_fit import MISSING, figure_of, figures_of, runs, sounds_like
from qa_scoring.rules.numbers_read import PART, Reading, best_reading
from qa_scoring.rules.scene import Scene
from qa_scoring.syllables import syllables_of

SAME_SHARE: Final = 0.7  # of the digits of a number that is said again
MENDED_PART: Final = 2  # digits that an operator corrects
FEWEST_BEFORE: Final = 2  # digits before an end that is said again: with fewer it is the number, one short
MENDING: Final = ("不对", "说错", "错了", "报错", "更正", "应该是", "纠正", "改成", "口误")
MENDING_REACH: Final = 12  # syllables after such a word
SHORT_S: Final = 0.27  # a digit that lasts no longer, and that two voices say once, was said once


def caller_repeats(scene: Scene, reading: Reading) -> Reading | None:
    """What the caller says of the number once the operator has begun; None where it is too little."""
    from_s = reading.heard[reading.fit.first].start_s
    heard = _after(scene, Role.CALLER, from_s)
    said = best_reading(reading.number, heard)
    return said if said and said.right >= len(reading.number) * SAME_SHARE else None


def is_right_at_last(scene: Scene, reading: Reading) -> bool:
    """Whether the end of the number was said right after all, and its beginning had been right."""
    from_s = reading.heard[reading.fit.first].start_s
    mended = mended_part(reading.number, _after(scene, Role.OPERATOR, from_s))
    repeated = _repeated_end(reading.number, _after(scene, Role.CALLER, from_s))
    return any(reading.begins_right(-ending) for ending in (mended, repeated) if ending)


def _repeated_end(number: str, heard: Sequence[HeardSyllable]) -> int:
    lengths = range(PART, len(number) - FEWEST_BEFORE + 1)
    said = (figures_of(run) for run in runs(heard))
    ends = (len(run) for run in said if len(run) in lengths and number.endswith(run))
    return max(ends, default=0)


def mended_part(number: str, heard: Sequence[HeardSyllable]) -> int:
    """How many of the last digits were read again, right and alone, after a word of correction."""
    mends = [at for word in MENDING for at in _said_at(word, heard)]
    longest = 0
    for at in mends:
        for start in range(at, min(at + MENDING_REACH, len(heard))):
            for length in range(MENDED_PART, len(number) - FEWEST_BEFORE + 1):
                end = start + length
                if _are(heard[start:end], number[-length:]) and _is_all_of_it(at, start, end, heard):
                    longest = max(longest, length)
    return longest


def is_corrected_within(reading: Reading) -> bool:
    """Whether a word of correction parts its digits or lends it one: 是 of 应该是 is no 四."""
    fit = reading.fit
    return any(
        fit.first < after and after - len(word) < fit.last
        for word in MENDING
        for after in _said_at(word, reading.heard)
    )


def _is_all_of_it(mended_at: int, start: int, end: int, heard: Sequence[HeardSyllable]) -> bool:
    """Whether no further digit was read with it: 八八 of 六八八八一二九九 is no end that was read."""
    if end < len(heard) and figure_of(heard[end]) is not None:
        return False
    return start == mended_at or figure_of(heard[start - 1]) is None


def agree_on_another(reading: Reading, other: Reading) -> bool:
    """Whether both have the same wrong digit in a place, or both lack the same one."""
    return any(_same_fault(reading, other, at) for at in range(len(reading.number)))


def _same_fault(one: Reading, other: Reading, at: int) -> bool:
    if one.is_right(at) or other.is_right(at):
        return False
    here, there = one.fit.places[at], other.fit.places[at]
    if MISSING in {here, there}:
        return here == there and _was_never_said(one, at) and _was_never_said(other, at)
    figures = figure_of(one.heard[here]), figure_of(other.heard[there])
    return figures[0] is not None and figures[0] == figures[1]


def _was_never_said(reading: Reading, at: int) -> bool:
    """Between two digits that follow each other closely; of twins the one that was heard is short."""
    beside = reading.beside(at)
    return beside is not None and all(each.end_s - each.start_s <= SHORT_S for each in beside)


def _after(scene: Scene, who: Role, from_s: float) -> list[HeardSyllable]:
    heard = scene.heard(who).syllables
    return [syllable for syllable in heard if syllable and syllable.start_s >= from_s]


def _said_at(word: str, heard: Sequence[HeardSyllable]) -> Iterator[int]:
    """The places right after a word, by its sound."""
    sounds = [syllable.sound for syllable in syllables_of(word)]
    for at in range(len(heard) - len(sounds) + 1):
        if [each.syllable.sound for each in heard[at : at + len(sounds)]] == sounds:
            yield at + len(sounds)


def _are(heard: Sequence[HeardSyllable], digits: str) -> bool:
    if len(heard) != len(digits):
        return False
    pairs = zip(heard, digits, strict=True)
    return all(sounds_like(each.syllable, int(digit)) for each, digit in pairs)
