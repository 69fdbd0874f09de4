"""How much a sentence sounds like those that a desk does not want to hear, however it is worded.

Nobody can list all rude sentences. What they share is heard in short runs of syllables (懒得, 呗, 甭): how
much oftener a run is in harsh examples than in plain ones is its weight, and a sentence is as harsh as the
runs that it shares with the examples. A naive Bayes classifier (Manning, Raghavan, Schütze, Introduction to
Information Retrieval, 2008, chapter 13): runs are of one to three syllables, the sentence's ends among them,
and half a sentence is added to each count. By sound, so that a recogniser's homophones weigh the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qa_scoring.syllables import Syllable, syllables_of

LONGEST_RUN: Final = 3  # syllables
LEAST_SEEN: Final = 2  # examples: what is in one alone is chance
ADDED: Final = 0.5  # sentences, to each count
MOST_SHOWN: Final = 3  # runs that tell why, the heaviest first
EDGE: Final = (-1, -1)  # before the first syllable and after the last

Sound = tuple[int, int]
Run = tuple[Sound, ...]


@dataclass(frozen=True, slots=True)
class ToneBook:
    """The weight of every run: the logarithm of how much oftener it is in harsh examples."""

    weights: Mapping[Run, float]

    def tone_of(self, syllables: Sequence[Syllable]) -> float:
        """How harsh a sentence is: the mean log-odds of its runs, times the root of their number.

        Above 0 it is rather harsh; one that shares no run with the examples has 0.
        """
        found = self._found(syllables)
        return sum(self.weights[run] for run in found) / math.sqrt(max(1, len(found)))

    def heaviest(self, syllables: Sequence[Syllable]) -> tuple[str, ...]:
        """What of a sentence weighs most for harsh, in characters; none of it lies within another."""
        found, kept = self._found(syllables), list[str]()
        for run in sorted(found, key=lambda run: (-self.weights[run], -len(run))):
            text = found[run]
            if self.weights[run] > 0 and text and not any(text in other or other in text for other in kept):
                kept.append(text)
        return tuple(kept[:MOST_SHOWN])

    def _found(self, syllables: Sequence[Syllable]) -> dict[Run, str]:
        return {run: text for run, text in _runs(syllables) if run in self.weights}


def tone_book(harsh: Sequence[str], plain: Sequence[str]) -> ToneBook:
    """What examples teach."""
    of_harsh, of_plain = _sentences_with(harsh), _sentences_with(plain)
    both = {run for run in {**of_harsh, **of_plain} if of_harsh[run] + of_plain[run] >= LEAST_SEEN}
    return ToneBook(
        {run: _share(of_harsh[run], len(harsh)) - _share(of_plain[run], len(plain)) for run in both}
    )


def _share(sentences: int, of: int) -> float:
    return math.log((sentences + ADDED) / (of + 2 * ADDED))


def _sentences_with(examples: Sequence[str]) -> Counter[Run]:
    return Counter(run for example in examples for run in {run for run, _ in _runs(syllables_of(example))})


def _runs(syllables: Sequence[Syllable]) -> Iterator[tuple[Run, str]]:
    """Every run with the characters that it was written with."""
    sounds = (EDGE, *(syllable.sound for syllable in syllables), EDGE)
    characters = ("", *(syllable.character for syllable in syllables), "")
    for length in range(1, LONGEST_RUN + 1):
        for first in range(len(sounds) - length + 1):
            last = first + length
            yield sounds[first:last], "".join(characters[first:last])
