"""What was heard of one speaker: the syllables of all turns in one row, each with its time and its turn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ledger.alike_sounds import Costs, Half
from ledger.records import Turn, Word
from qa_scoring.conversation import Span
from qa_scoring.syllables import Syllable, syllables_of

FILLERS: Final = frozenset(
    "嗯呃啊哦呀呢哈诶唉欸噢喔嘛吧的了那"
)  # what people put in between; dear enough to count
FILLER_COST: Final = 0.3
EXTRA_COST: Final = 1.0  # any other syllable within a phrase
WALL_COST: Final = 50.0  # between rounds: no phrase reaches across what somebody else said
NO_SOUND: Final = -1  # the initial and final of a wall


@dataclass(frozen=True, slots=True)
class HeardSyllable:
    """One syllable of a turn, placed in the call."""

    syllable: Syllable
    start_s: float
    end_s: float
    turn: int  # which of the turns
    ends_word: bool  # the last one of a recognised word
    word: Word | None = None  # that it is part of; None where a turn has no words


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A row of syllables and walls. Arrays have one entry for each of both."""

    syllables: tuple[HeardSyllable | None, ...]  # None is a wall
    initials: Half
    finals: Half
    extra_costs: Costs  # of passing over each
    turns: tuple[Turn, ...]
    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many syllables were heard."""
        return sum(heard is not None for heard in self.syllables)

    def text(self, first: int, last: int) -> str:
        """The characters from one place to another, both within."""
        heard = (syllable for syllable in self.syllables[first : last + 1] if syllable)
        return "".join(syllable.syllable.character for syllable in heard)

    def places_within(self, span: Span) -> tuple[int, int]:
        """First and one past the last place of what begins within the span."""
        inside = np.flatnonzero((self.starts_s >= span.start_s - 1e-6) & (self.starts_s <= span.end_s + 1e-6))
        return (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, 0)


def hear(rounds: Sequence[Sequence[Turn]]) -> Heard:
    """The row for a speaker's rounds (turns that follow each other closely), with a wall between rounds."""
    row: list[HeardSyllable | None] = []
    turns: list[Turn] = []
    for turns_of_round in rounds:
        for turn in turns_of_round:
            row.extend(_place(turn, len(turns)))
            turns.append(turn)
        row.append(None)
    return _row(tuple(row), tuple(turns))


def _row(row: tuple[HeardSyllable | None, ...], turns: tuple[Turn, ...]) -> Heard:
    sounds = [heard.syllable.sound if heard else (NO_SOUND, NO_SOUND) for heard in row]
    halves = np.array(sounds, dtype=np.int16).reshape(-1, 2)
    return Heard(
        syllables=row,
        initials=halves[:, 0],
        finals=halves[:, 1],
        extra_costs=np.array([_extra_cost(heard) for heard in row], dtype=np.float64),
        turns=turns,
        starts_s=np.array([heard.start_s if heard else np.nan for heard in row], dtype=np.float64),
        ends_s=np.array([heard.end_s if heard else np.nan for heard in row], dtype=np.float64),
    )


def _extra_cost(heard: HeardSyllable | None) -> float:
    if heard is None:
        return WALL_COST
    return FILLER_COST if heard.syllable.character in FILLERS else EXTRA_COST


def _place(turn: Turn, at: int) -> list[HeardSyllable]:
    """A turn's syllables with their times: the word's where there are words, else shared out evenly."""
    text = "".join(word.text for word in turn.words) or turn.text
    syllables = syllables_of(text)
    spans = _spans_of_words(turn.words) if turn.words else ()
    if len(spans) != len(syllables):
        spans = tuple((None, *span) for span in _share_out(turn.start_s, turn.end_s, len(syllables)))
    ends = {word.end_s for word in turn.words}
    return [
        HeardSyllable(syllable, start_s, end_s, at, end_s in ends, word)
        for syllable, (word, start_s, end_s) in zip(syllables, spans, strict=True)
    ]


def _spans_of_words(words: Sequence[Word]) -> tuple[tuple[Word | None, float, float], ...]:
    spans: list[tuple[Word | None, float, float]] = []
    for word in words:
        parts = _share_out(word.start_s, word.end_s, len(syllables_of(word.text)))
        spans.extend((word, *part) for part in parts)
    return tuple(spans)


def _share_out(start_s: float, end_s: float, count: int) -> tuple[tuple[float, float], ...]:
    edges = [*(start_s + (end_s - start_s) * at / max(1, count) for at in range(count)), end_s]
    return tuple(itertools.pairwise(edges))
