"""The same digit in a row: as often as there was time to say it."""

from __future__ import annotations

import pytest

from ledger.records import Word
from transcriber.stutter import without_stutter


def row(*lengths_s: float, text: str = "二") -> list[Word]:
    """The same word again and again, each so long."""
    words, at_s = [], 1.0
    for length_s in lengths_s:
        words.append(Word(text=text, start_s=at_s, end_s=at_s + length_s, confidence=1.0))
        at_s += length_s
    return words


@pytest.mark.parametrize(
    ("lengths_s", "count"), [((0.2, 0.21), 2), ((0.09, 0.04, 0.17), 2), ((0.05, 0.06), 1), ((0.12, 0.12), 2)]
)
def test_a_digit_stays_as_often_as_there_was_time_for(lengths_s: tuple[float, ...], count: int) -> None:
    """A drawn-out vowel is one digit; what is left spans the whole time."""
    kept = list(without_stutter(row(*lengths_s)))
    assert len(kept) == count
    assert kept[-1].end_s == pytest.approx(1.0 + sum(lengths_s))


def test_other_words_and_single_digits_are_left_alone() -> None:
    """谢谢 twice is said twice, however fast."""
    words = [*row(0.05, text="二"), *row(0.05, 0.05, text="好")]
    assert list(without_stutter(words)) == words
