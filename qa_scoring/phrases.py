"""Phrases as norms write them: alternatives, optional parts and slots, spelled out; how alike is alike.

`(还有|还需要)(什么|其他)可以帮(到|)您` spells eight sentences; `{desk}` stands for the desk's spoken names.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from ledger.alike_sounds import sound_of
from qa_scoring.syllables import (
    DIGIT_CHARACTERS,
    DIGITS,
    SECOND_READINGS,
    Syllable,
    can_be_said,
    syllables_of,
)

MOST_SPELLINGS: Final = 400  # of one phrase: a norm that needs more is several phrases
SLOTS: Final = ("desk",)
_PART = re.compile(r"\(([^()]*)\)|\{(\w+)\}|([^(){}]+)")

# How alike a phrase of so many syllables must sound to count as said. Two syllables leave no room for a
# wrong one, eight leave room for two. Chosen on recognised tune dialogues: see tests/qa_scoring/heard.
NEEDED_BY_LENGTH: Final = {1: 1.0, 2: 0.92, 3: 0.86, 4: 0.84, 5: 0.84, 6: 0.83, 7: 0.82}
NEEDED_WHEN_LONG: Final = 0.8
DOUBT_WIDTH: Final = 0.07  # below what is needed: too near to call it unsaid
CONTEXT_LIKENESS: Final = 0.95  # of what a phrase may lie within: 我不知道您再等等 is not 我不知道您在
EASE_OF_REPEATED: Final = 0.4  # cost of dropping one of two equal syllables: 一一四 is heard as 一四
DROP_COST: Final = 1.0  # a syllable of the phrase that was not heard
PARTICLE_DROP_COSTS: Final = {"的": 0.15, "吗": 0.5, "嘛": 0.5, "啊": 0.5, "呀": 0.5, "呢": 0.5}
SHORTEST_WITH_PARTICLES: Final = 3  # syllables: 说吧 is not 说
SAME_PERSON: Final = {"您": "ni", "你": "nin"}  # the polite and the plain you, wherever a norm writes either


class BadPhrase(ValueError):
    """A phrase cannot be spelled out; the message says why."""


class Way(NamedTuple):
    """How one syllable of a phrase may be heard."""

    sound: tuple[int, int, int, int]  # initial and final, and those of the second reading (幺 beside 一)
    drop_cost: float  # where it was not heard


@dataclass(frozen=True)
class Phrase:
    """One spelled-out phrase, ready to be listened for."""

    text: str

    @cached_property
    def syllables(self) -> tuple[Syllable, ...]:
        """Its syllables; never empty in a phrase that `spell` made."""
        return syllables_of(self.text)

    def __len__(self) -> int:
        return len(self.syllables)

    @property
    def needed_likeness(self) -> float:
        """What counts as said, unless the norm sets its own."""
        return NEEDED_BY_LENGTH.get(len(self), NEEDED_WHEN_LONG)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """How each syllable may be heard, and what it costs where it is not."""
        return tuple(Way(self._readings(at), self._drop_cost(at)) for at in range(len(self)))

    def _drop_cost(self, at: int) -> float:
        syllable = self.syllables[at]
        if syllable.character in PARTICLE_DROP_COSTS and len(self) > SHORTEST_WITH_PARTICLES:
            return PARTICLE_DROP_COSTS[syllable.character]
        repeated = at > 0 and self.syllables[at - 1].sound == syllable.sound
        return EASE_OF_REPEATED if repeated else DROP_COST

    def _readings(self, at: int) -> tuple[int, int, int, int]:
        syllable = self.syllables[at]
        second = self._second_reading(at) or syllable.sound
        return (*syllable.sound, *second)

    def _second_reading(self, at: int) -> tuple[int, int] | None:
        """Of you, and of digits where numbers are meant: beside another digit."""
        syllable = self.syllables[at]
        if syllable.character in SAME_PERSON:
            return sound_of(SAME_PERSON[syllable.character])
        digit = DIGIT_CHARACTERS.get(syllable.character)
        neighbours = self.syllables[max(0, at - 1) : at] + self.syllables[at + 1 : at + 2]
        if digit not in SECOND_READINGS or not any(near.character in DIGIT_CHARACTERS for near in neighbours):
            return None
        readings = {sound_of(SECOND_READINGS[digit]), syllables_of(DIGITS[digit])[0].sound}
        return (readings - {syllable.sound}).pop()


@lru_cache(maxsize=4096)
def spell(text: str, desk_names: tuple[str, ...] = ()) -> tuple[Phrase, ...]:
    """Every phrase that `text` stands for. Raises BadPhrase."""
    spellings = tuple(dict.fromkeys("".join(parts) for parts in itertools.product(*_parts(text, desk_names))))
    if len(spellings) > MOST_SPELLINGS:
        raise BadPhrase(f"{text!r} spells {len(spellings)} phrases, {MOST_SPELLINGS} are the most; split it")
    phrases = tuple(Phrase(spelling) for spelling in spellings)
    silent = [spelling for spelling in spellings if not can_be_said(spelling)]
    if silent:
        raise BadPhrase(f"{text!r} has nothing to pronounce; write Chinese characters or figures")
    return phrases


def _parts(text: str, desk_names: tuple[str, ...]) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = []
    at = 0
    for match in _PART.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        parts.append(_choices(match, desk_names))
    if at != len(text):
        raise BadPhrase(f"{text!r} has a bracket that does not match at {text[at:]!r}; (a|b) is not nested")
    return parts


def _choices(match: re.Match[str], desk_names: tuple[str, ...]) -> tuple[str, ...]:
    choices, slot, plain = match.groups()
    if slot is not None:
        if slot not in SLOTS:
            raise BadPhrase(f"there is no slot {{{slot}}}; slots are {', '.join(SLOTS)}")
        return desk_names
    return (plain,) if choices is None else tuple(choices.split("|"))
