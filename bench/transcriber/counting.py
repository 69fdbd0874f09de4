"""Counting what was heard wrong, as jiwer counts: substitutions, deletions and insertions by true syllables.

Both texts are compared as spoken: without punctuation, figures as digits; the readings of one digit (幺 and
一, 洞 and 零, 两 and 二) are the same whichever a transcript writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import jiwer
from pypinyin import lazy_pinyin

By = Literal["character", "pinyin"]
FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
SAME_DIGIT = str.maketrans({"幺": "一", "洞": "零", "〇": "零", "两": "二"})
DIGIT_OF = {
    character: str(value) for value, characters in enumerate(
        ("零〇洞0", "一幺1", "二两2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")
    ) for character in characters
}  # fmt: skip
NUMBER = re.compile(f"[{''.join(DIGIT_OF)}]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A true text and a heard one, aligned."""

    errors: tuple[int, ...]  # at each true syllable; what is heard too much counts at the one before
    right: tuple[bool, ...]  # of each heard syllable

    @property
    def wrong(self) -> int:
        """All errors."""
        return sum(self.errors)


def letters(text: str) -> str:
    """What is pronounced, figures as digits."""
    return "".join(character for character in text if character.isalnum()).translate(FIGURES)


def compare(truth: str, heard: str, by: By) -> Compared:
    """Align two texts by characters or by syllables without tones."""
    true_letters, heard_letters = letters(truth), letters(heard)
    if not true_letters:
        return Compared(errors=(), right=(False,) * len(heard_letters))
    errors, right = [0] * len(true_letters), [False] * len(heard_letters)
    output = jiwer.process_words(" ".join(_tokens(true_letters, by)), " ".join(_tokens(heard_letters, by)))
    for chunk in output.alignments[0]:
        true_span = range(chunk.ref_start_idx, chunk.ref_end_idx)
        heard_span = range(chunk.hyp_start_idx, chunk.hyp_end_idx)
        if chunk.type == "insert":
            errors[max(0, chunk.ref_start_idx - 1)] += len(heard_span)
        for true_at in true_span if chunk.type == "delete" else ():
            errors[true_at] += 1
        for true_at, heard_at in zip(true_span, heard_span, strict=False):  # one of both may be empty
            same = chunk.type == "equal" or _one_digit(true_letters[true_at], heard_letters[heard_at])
            right[heard_at] = same
            errors[true_at] += not same
    return Compared(errors=tuple(errors), right=tuple(right))


def numbers_in(text: str) -> list[str]:
    """Each run of digits, whatever punctuation or spaces part them."""
    spoken = "".join(character for character in text if character.isalnum())
    return ["".join(DIGIT_OF[character] for character in run) for run in NUMBER.findall(spoken)]


def spans_of(phrases: Sequence[str], truth: str) -> Iterator[range]:
    """Where standard phrases stand in a text's letters: the longest at each place, none in another."""
    spoken = letters(truth)
    known = sorted({letters(phrase) for phrase in phrases}, key=len, reverse=True)
    at = 0
    while at < len(spoken):
        length = next((len(phrase) for phrase in known if spoken.startswith(phrase, at)), 0)
        if length:
            yield range(at, at + length)
        at += length or 1


def _tokens(spoken: str, by: By) -> list[str]:
    if by == "character":
        return list(spoken)
    tokens = lazy_pinyin(
        list(spoken)
    )  # each by itself: a wrong neighbour must not change a right one's reading
    return [token if token.strip() else character for token, character in zip(tokens, spoken, strict=True)]


def _one_digit(one: str, other: str) -> bool:
    return one.translate(SAME_DIGIT) == other.translate(SAME_DIGIT)
