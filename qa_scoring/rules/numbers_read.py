"""A number as it was read: one alignment of its digits with what was heard, weighed.

Only what was heard surely is wrong: a digit in another's place, one too many beside the number, one left out
where no time was for it. Whatever the recogniser may have dropped or misheard is in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from qa_scoring.heard import HeardSyllable
from qa_scoring.rules.number_fit import (
    MISSING,
    Fit,
    figure_of,
    figures_of,
    fits,
    is_homophone_of_a_digit,
    runs,
    sounds_like,
)

SURE_CONFIDENCE: Final = 0.97  # of a digit that proves a wrong number
TWO_SPELLINGS: Final = frozenset("一幺")  # of one digit: they share the recogniser's confidence
YAO: Final = frozenset("幺")  # said in numbers alone; at their head other sounds are taken for it
OFTEN_MISHEARD: Final = 1  # the model hardly knows 幺 and writes 二, 要 or 应: no proof of a wrong number
FAIR_CONFIDENCE: Final = 0.7  # of the digits between which one was left out
NEIGHBOUR_GAP_S: Final = 0.6  # digits closer than this are read in one go
DROPPED_GAP_S: Final = 0.12  # between two digits: room for one that the recogniser dropped
DROPPED_DIGIT_S: Final = 0.32  # a digit that lasts so long may be two
ANOTHER_NUMBER: Final = 5  # digits beside the number that are one of their own
AREA_CODE_LENGTHS: Final = range(3, 5)
PART: Final = 3  # digits of the number's own that are no chance: 后四位是八六五零
FEWEST_AGAIN: Final = 2  # digits of the number's own that are said again
BESIDE_COST: Final = 0.9  # of a digit right beside the number
MISHEARD_BEFORE: Final = "四"  # 是 before a number, as recognisers write it
NO_IS_AFTER: Final = frozenset("录下是对")  # 请记录, 请记一下, 电话是, 对: the number itself follows
MISHEARD_AFTER: Final = "七五"  # 请问
ENOUGH_SHARE: Final = 0.5  # of the digits: fewer that fit are no attempt at this number


class Worth(IntEnum):
    """How a reading compares with the number; the least is the best."""

    EXACT = 0
    IN_DOUBT = 1
    WRONG = 2


@dataclass(frozen=True)
class Reading:
    """One alignment of the number, weighed."""

    number: str
    heard: Sequence[HeardSyllable]
    fit: Fit

    @property
    def right(self) -> int:
        """How many digits were heard in their places."""
        return sum(self.is_right(at) for at in range(len(self.number)))

    @property
    def is_attempt(self) -> bool:
        """Whether enough digits were right for it to be meant as this number."""
        return self.right >= len(self.number) * ENOUGH_SHARE

    @property
    def is_whole(self) -> bool:
        """Whether something was heard for each digit of the number that was meant."""
        return self.is_attempt and MISSING not in self.fit.places

    @property
    def worth(self) -> Worth:
        """The worst of all that is not as it should be."""
        if not self.is_attempt:
            return Worth.WRONG
        at_places = self._worth_of_places()
        return max(at_places, self._worth_of_extra(), self._worth_of_neighbours(at_places))

    @property
    def is_only_too_long(self) -> bool:
        """Whether each digit was heard in its place, and others right beside them."""
        is_right = self._worth_of_places() is Worth.EXACT and not self.fit.extra
        return is_right and self.worth is not Worth.EXACT

    @property
    def stands_alone(self) -> bool:
        """Whether as many digits were heard as it has, no others within it or right beside it."""
        as_long = MISSING not in self.fit.places and not self.fit.extra
        return as_long and self._worth_of_neighbours(Worth.EXACT) is Worth.EXACT

    @property
    def contradicts_nothing(self) -> bool:
        """Whether its first and last digit were heard, and in no place another digit than the number's."""
        doubtful = [place for at, place in enumerate(self.fit.places) if not self.is_right(at)]
        heard = [place for place in doubtful if place != MISSING]
        has_its_ends = self.is_right(0) and self.is_right(len(self.number) - 1)
        return has_its_ends and all(figure_of(self.heard[place]) is None for place in heard)

    @property
    def rank(self) -> tuple[float, Worth]:
        """For the best of several: the cheapest, those beside it among the costs."""
        beside = len(self._before()) + len(self._after()) if self._worth_of_neighbours(Worth.EXACT) else 0
        return self.fit.cost + BESIDE_COST * beside, self.worth

    def is_right(self, at: int) -> bool:
        """Whether the digit of that place was heard there."""
        place, digit = self.fit.places[at], int(self.number[at])
        if place == MISSING:
            return False
        figure = figure_of(self.heard[place])
        return figure == digit or (figure is None and sounds_like(self.heard[place].syllable, digit))

    def begins_right(self, end: int) -> bool:
        """Whether each digit up to that place was heard in its own, with no other before or among them."""
        places = self.fit.places[:end]
        if not places or not all(self.is_right(at) for at in range(len(places))):
            return False
        return not self._before() and all(extra > places[-1] for extra in self.fit.extra)

    def beside(self, at: int) -> tuple[HeardSyllable, HeardSyllable] | None:
        """What was heard in the places before and after; None at an end, and where either was not heard."""
        if at in {0, len(self.number) - 1}:
            return None
        before, after = (self.fit.places[place] for place in (at - 1, at + 1))
        return None if MISSING in {before, after} else (self.heard[before], self.heard[after])

    def _worth_of_places(self) -> Worth:
        return max(self._worth_of(at) for at in range(len(self.number)))

    def _worth_of(self, at: int) -> Worth:
        if self.is_right(at):
            return Worth.IN_DOUBT if self._stands_apart(at) else Worth.EXACT
        place = self.fit.places[at]
        if place == MISSING:
            return Worth.WRONG if self._was_left_out(at) else Worth.IN_DOUBT
        heard = self.heard[place]
        known = figure_of(heard) is not None or is_homophone_of_a_digit(heard.syllable)
        one = int(self.number[at]) == OFTEN_MISHEARD and figure_of(heard) is not None
        sure = _is_sure(heard, YAO if at else frozenset())
        return Worth.WRONG if known and not one and sure else Worth.IN_DOUBT

    def _stands_apart(self, at: int) -> bool:
        """A syllable like the first or last digit, words between it and the rest: 记 of 请记录 is no 七."""
        if at not in {0, len(self.number) - 1} or figure_of(self.heard[self.fit.places[at]]) is not None:
            return False
        beside = self.fit.places[1 if at == 0 else at - 1]
        return abs(beside - self.fit.places[at]) != 1

    def _was_left_out(self, at: int) -> bool:
        """Between two digits that were heard close by each other; a twin may have been heard as one."""
        beside = self.beside(at)
        if beside is None or self.number[at] in self.number[at - 1 : at + 2 : 2]:
            return False
        earlier, later = beside
        return _is_fairly_sure(earlier) and _is_fairly_sure(later) and _leaves_no_room(earlier, later)

    def _worth_of_extra(self) -> Worth:
        """Digits within the number that belong nowhere: sure where nothing else parts them from it."""
        if not self.fit.extra:
            return Worth.EXACT
        if MISSING in self.fit.places:
            return Worth.WRONG
        stretch = range(self.fit.first, self.fit.last + 1)
        plain = all(figure_of(self.heard[at]) is not None for at in stretch)
        return Worth.WRONG if plain and self._are_sure(self.fit.extra) else Worth.IN_DOUBT

    def _worth_of_neighbours(self, at_places: Worth) -> Worth:
        """Digits right before or after the number. With one that is missing they are another number."""
        before, after = self._before(), self._after()
        if self._may_be_is(before):
            before = []
        if self._text(after).startswith(MISHEARD_AFTER):
            after = after[len(MISHEARD_AFTER) :]
        if not before and not after:
            return Worth.IN_DOUBT if self._is_of_two_readings() else Worth.EXACT
        instead = bool(after) and at_places and MISSING in self.fit.places
        return Worth.WRONG if instead or self._are_sure([*before, *after]) else Worth.IN_DOUBT

    def _is_of_two_readings(self) -> bool:
        """Whether it goes on in a later turn, and there or where it began are digits beside its own."""
        first, last = self.heard[self.fit.first], self.heard[self.fit.last]
        if first.turn == last.turn:
            return False
        beside = ((self.fit.first - 1, first), (self.fit.last + 1, last))
        return any(self._is_digit_of(at, its.turn) for at, its in beside)

    def _is_digit_of(self, at: int, turn: int) -> bool:
        if not 0 <= at < len(self.heard):
            return False
        return self.heard[at].turn == turn and figure_of(self.heard[at]) is not None

    def _may_be_is(self, before: Sequence[int]) -> bool:
        """Whether the one digit before the number may be the 是 of 电话是, not of 请记录 or a turn's head."""
        if self._text(before) != MISHEARD_BEFORE or before[0] == 0:
            return False
        earlier, four = self.heard[before[0] - 1], self.heard[before[0]]
        return earlier.turn == four.turn and earlier.syllable.character not in NO_IS_AFTER

    def _before(self) -> list[int]:
        run = self._run(range(self.fit.first - 1, -1, -1))[::-1]
        area_code = len(run) in AREA_CODE_LENGTHS and figure_of(self.heard[run[0]]) == 0
        return [] if area_code else run

    def _after(self) -> list[int]:
        return self._run(range(self.fit.last + 1, len(self.heard)))

    def _run(self, places: range) -> list[int]:
        """Digits that follow each other up to the number, unless they are a number or a part of it again."""
        run: list[int] = []
        nearer = self.heard[places.start - places.step]
        for at in places:
            gap_s = max(self.heard[at].start_s - nearer.end_s, nearer.start_s - self.heard[at].end_s)
            if figure_of(self.heard[at]) is None or gap_s > NEIGHBOUR_GAP_S:
                break
            run.append(at)
            nearer = self.heard[at]
        figures = "".join(str(figure_of(self.heard[at])) for at in sorted(run))
        again = len(run) >= FEWEST_AGAIN and figures in self.number
        return [] if again or len(run) >= ANOTHER_NUMBER else run

    def _are_sure(self, places: Sequence[int]) -> bool:
        return all(_is_sure(self.heard[at]) for at in places)

    def _text(self, places: Sequence[int]) -> str:
        return "".join(self.heard[at].syllable.character for at in places)


def best_reading(number: str, heard: Sequence[HeardSyllable]) -> Reading | None:
    """The one that comes nearest; None where nothing was heard at all."""
    readings = [Reading(number, heard, fit) for fit in fits(number, heard)]
    cheapest = min((reading.fit.cost for reading in readings), default=0.0)
    near = (reading for reading in readings if reading.fit.cost <= cheapest + len(number) * 0.2)
    return min(near, key=lambda reading: reading.rank, default=None)


def part_read(number: str, heard: Sequence[HeardSyllable]) -> Sequence[HeardSyllable]:
    """The digits heard where only a part of the number was, and since then none beside it; or nothing."""
    all_runs = [run for run in runs(heard) if len(run) >= FEWEST_AGAIN]
    parts = [at for at, run in enumerate(all_runs) if len(run) >= PART and figures_of(run) in number]
    if not parts:
        return ()
    before, since = all_runs[: parts[0]], all_runs[parts[0] :]
    another = any(len(run) >= ANOTHER_NUMBER for run in before)
    return () if another or any(figures_of(run) not in number for run in since) else since[0]


def _is_sure(heard: HeardSyllable, shared: frozenset[str] = frozenset()) -> bool:
    """Whether the recogniser is, half as sure of what it `shared` between two spellings.

    A turn without words is taken as it is written.
    """
    share = 2.0 if heard.syllable.character in shared else 1.0
    return heard.word is None or heard.word.confidence * share >= SURE_CONFIDENCE


def _is_fairly_sure(heard: HeardSyllable) -> bool:
    """Of a digit that is in its place; a turn without words has no times either."""
    share = 2.0 if heard.syllable.character in TWO_SPELLINGS else 1.0
    return heard.word is not None and heard.word.confidence * share >= FAIR_CONFIDENCE


def _leaves_no_room(earlier: HeardSyllable, later: HeardSyllable) -> bool:
    longest_s = max(each.end_s - each.start_s for each in (earlier, later))
    return later.start_s - earlier.end_s < DROPPED_GAP_S and longest_s < DROPPED_DIGIT_S
