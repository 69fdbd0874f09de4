"""Errors of what was heard, summed up: all, inside standard phrases, in numbers, by confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bench.transcriber.counting import compare, letters, numbers_in, spans_of
from bench.transcriber.heard import HeardSide
from qa_scoring.pack_files import load_packs

PHRASE_RULES = ("greeting", "closing", "offer-more-help")
LINE_NUMBER = 8  # digits of a line in a large city


@dataclass(kw_only=True)
class Tally:
    """Sums; a share is None where there was nothing to count."""

    syllables: int = 0
    character_errors: int = 0
    pinyin_errors: int = 0
    phrase_syllables: int = 0
    phrase_errors: int = 0  # by pinyin
    numbers: int = 0
    exact_numbers: int = 0
    by_confidence: Counter[tuple[int, bool]] = field(default_factory=Counter)  # tenths of it, right or not

    @property
    def character_error(self) -> float | None:
        """Of all true characters."""
        return _share(self.character_errors, self.syllables)

    @property
    def pinyin_error(self) -> float | None:
        """Of all true syllables, tones aside."""
        return _share(self.pinyin_errors, self.syllables)

    @property
    def phrase_error(self) -> float | None:
        """Of the syllables inside standard phrases."""
        return _share(self.phrase_errors, self.phrase_syllables)

    @property
    def numbers_exact(self) -> float | None:
        """Of the eight-digit numbers."""
        return _share(self.exact_numbers, self.numbers)

    def wrong_at(self, tenth: int) -> tuple[int, int]:
        """How many syllables with a confidence in this tenth are wrong, and of how many."""
        wrong = self.by_confidence[tenth, False]
        return wrong, wrong + self.by_confidence[tenth, True]

    def add(self, truth: str, heard: HeardSide, *, phrases: Sequence[str] = ()) -> None:
        """One side of one call."""
        by_sound = compare(truth, heard.spoken, "pinyin")
        self.syllables += len(by_sound.errors)
        self.pinyin_errors += by_sound.wrong
        self.character_errors += compare(truth, heard.spoken, "character").wrong
        for span in spans_of(phrases, truth):
            self.phrase_syllables += len(span)
            self.phrase_errors += sum(by_sound.errors[place] for place in span)
        self._add_numbers(truth, heard.text)
        self._add_confidences(heard, by_sound.right)

    def _add_numbers(self, truth: str, heard: str) -> None:
        meant = Counter(number for number in numbers_in(truth) if len(number) == LINE_NUMBER)
        found = Counter(numbers_in(heard))
        self.numbers += meant.total()
        self.exact_numbers += (meant & found).total()

    def _add_confidences(self, heard: HeardSide, right: Sequence[bool]) -> None:
        at = 0
        for word in heard.words:
            length = len(letters(word.text))
            if word.confidence is not None:
                tenth = min(9, int(word.confidence * 10))
                self.by_confidence.update((tenth, each) for each in right[at : at + length])
            at += length


@lru_cache(maxsize=8)
def standard_phrases(hotline: str) -> tuple[str, ...]:
    """What the desk's norms of greeting, closing and offering help let an operator say, spelled out."""
    pack = load_packs().for_desk(hotline, hotline)
    wanted = (spec for rule in pack.rules if rule.id in PHRASE_RULES for spec in rule.wanted())
    phrases = (phrase for spec in wanted for phrase in pack.spelled(spec.text))
    return tuple(phrase.text for phrase in phrases if len(phrase) > 1)  # 好 stands everywhere


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
