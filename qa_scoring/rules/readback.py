"""`readback`: the digits that the operator reads out (报号) are those of a fact.

Only what was heard surely is a wrong number: a digit in another's place, one too many beside the number, one
left out where no time was for it. Whatever the recogniser may have dropped or misheard cannot be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ledger.records import Evidence
from ledger.states import Role, Verdict
from qa_scoring.checks import Readback
from qa_scoring.heard import HeardSyllable
from qa_scoring.rules.clarity import unclear
from qa_scoring.rules.number_fit import MISSING, Fit, figure_of, fits, is_homophone_of_a_digit, sounds_like
from qa_scoring.rules.scene import Opinion, Scene

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
REPEATED: Final = 2  # digits of the number's own that are said again
BESIDE_COST: Final = 0.9  # of a digit right beside the number
MISHEARD_BEFORE: Final = ("四", "十")  # 是 before a number, as recognisers write it
MISHEARD_AFTER: Final = ("七五",)  # 请问
SAME_SHARE: Final = 0.7  # of the digits of a number that is read again, wrong
FURTHER: Final = ("另", "还有", "或", "第二", "传真", "分机", "备用")  # said before a number of its own
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
        return sum(self._is_right(at) for at in range(len(self.number)))

    @property
    def worth(self) -> Worth:
        """The worst of all that is not as it should be."""
        if self.right < len(self.number) * ENOUGH_SHARE:
            return Worth.WRONG
        at_places = max(self._worth_of(at) for at in range(len(self.number)))
        return max(at_places, self._worth_of_extra(), self._worth_of_neighbours(at_places))

    @property
    def rank(self) -> tuple[float, Worth]:
        """For the best of several: the cheapest, those beside it among the costs."""
        beside = len(self._before()) + len(self._after()) if self._worth_of_neighbours(Worth.EXACT) else 0
        return self.fit.cost + BESIDE_COST * beside, self.worth

    def _is_right(self, at: int) -> bool:
        place, digit = self.fit.places[at], int(self.number[at])
        if place == MISSING:
            return False
        figure = figure_of(self.heard[place])
        return figure == digit or (figure is None and sounds_like(self.heard[place].syllable, digit))

    def _worth_of(self, at: int) -> Worth:
        if self._is_right(at):
            return Worth.EXACT
        place = self.fit.places[at]
        if place == MISSING:
            return Worth.WRONG if self._was_left_out(at) else Worth.IN_DOUBT
        heard = self.heard[place]
        known = figure_of(heard) is not None or is_homophone_of_a_digit(heard.syllable)
        one = int(self.number[at]) == OFTEN_MISHEARD and figure_of(heard) is not None
        sure = _is_sure(heard, YAO if at else frozenset())
        return Worth.WRONG if known and not one and sure else Worth.IN_DOUBT

    def _was_left_out(self, at: int) -> bool:
        """Between two digits that were heard close by each other; a twin may have been heard as one."""
        if at in {0, len(self.number) - 1} or self.number[at] in self.number[at - 1 : at + 2 : 2]:
            return False
        before, after = (self.fit.places[beside] for beside in (at - 1, at + 1))
        if MISSING in {before, after}:
            return False
        earlier, later = self.heard[before], self.heard[after]
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
        if self._text(before).endswith(MISHEARD_BEFORE):
            before = []
        if self._text(after).startswith(MISHEARD_AFTER):
            after = []
        if not before and not after:
            return Worth.EXACT
        instead = bool(after) and at_places and MISSING in self.fit.places
        return Worth.WRONG if instead or self._are_sure([*before, *after]) else Worth.IN_DOUBT

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
        again = len(run) >= REPEATED and figures in self.number
        return [] if again or len(run) >= ANOTHER_NUMBER else run

    def _are_sure(self, places: Sequence[int]) -> bool:
        return all(_is_sure(self.heard[at]) for at in places)

    def _text(self, places: Sequence[int]) -> str:
        return "".join(self.heard[at].syllable.character for at in places)


def judge_readback(scene: Scene, check: Readback) -> Opinion:
    """Read right once is right: a slip that is mended is no wrong number.

    Read right and then otherwise cannot be told: far more often it was the recogniser that erred.
    """
    given = scene.conversation.facts.get(check.fact, "")
    number = "".join(character for character in given if character.isascii() and character.isdigit())
    words = {"number": given, "heard": ""}
    if not number:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words=words)
    heard = [syllable for syllable in scene.heard(Role.OPERATOR).syllables if syllable]
    best = best_reading(number, heard)
    again = _read_otherwise(best, heard) if best and best.worth is Worth.EXACT else None
    reading = again or best
    evidence = _evidence(reading.heard if reading else heard, reading)
    words["heard"] = evidence.text
    verdict = Verdict.CANNOT_TELL if again else _verdict(scene, reading, evidence)
    return Opinion(verdict=verdict, evidence=evidence, words=words)


def _read_otherwise(best: Reading, heard: Sequence[HeardSyllable]) -> Reading | None:
    """The number read once more in a later turn, surely wrong, and not as a further number."""
    later = [each for each in heard[best.fit.last + 1 :] if each.turn > heard[best.fit.last].turn]
    again = best_reading(best.number, later)
    return again if again and _is_read_again(again) else None


def _is_read_again(reading: Reading) -> bool:
    """Whether as many digits were read, most of them this number's: it is what the caller writes down."""
    figures = sum(figure_of(each) is not None for each in reading.heard)
    same = reading.right >= len(reading.number) * SAME_SHARE
    if figures < len(reading.number) or not same or reading.worth is not Worth.WRONG:
        return False
    said_before = "".join(each.syllable.character for each in reading.heard[: reading.fit.first])
    return not any(word in said_before for word in FURTHER)


def best_reading(number: str, heard: Sequence[HeardSyllable]) -> Reading | None:
    """The one that comes nearest; None where nothing was heard at all."""
    readings = [Reading(number, heard, fit) for fit in fits(number, heard)]
    cheapest = min((reading.fit.cost for reading in readings), default=0.0)
    near = (reading for reading in readings if reading.fit.cost <= cheapest + len(number) * 0.2)
    return min(near, key=lambda reading: reading.rank, default=None)


def _verdict(scene: Scene, reading: Reading | None, evidence: Evidence) -> Verdict:
    worth = reading.worth if reading else Worth.WRONG
    if worth is Worth.EXACT:
        return Verdict.PASS
    noisy = unclear(scene.heard(Role.OPERATOR), evidence.start_s, evidence.end_s)
    return Verdict.CANNOT_TELL if noisy or worth is Worth.IN_DOUBT else Verdict.FAIL


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


def _evidence(heard: Sequence[HeardSyllable], reading: Reading | None) -> Evidence:
    """The stretch that fits best; the whole of the operator's words where none does."""
    found = reading is not None and reading.right >= len(reading.number) * ENOUGH_SHARE
    stretch = heard[reading.fit.first : reading.fit.last + 1] if reading and found else heard
    return Evidence(
        start_s=round(stretch[0].start_s, 3),
        end_s=round(stretch[-1].end_s, 3),
        text="".join(each.syllable.character for each in stretch) if found else "",
        likeness=round(reading.right / len(reading.number), 3) if reading and found else 0.0,
    )
