"""A turn whose text a person has corrected: words keep their times where they stay. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from ledger.records import Turn, Word
from ledger.timed_text import Timed, timed_text


def corrected(turn: Turn, text: str) -> Turn:
    """The turn with another text.

    What stays of the old text keeps its times; what is new shares the time between its neighbours, sign by
    sign. How clear the machine heard it is no longer of interest: a person has.
    """
    pieces = list(timed_text(turn))
    words: list[Word] = []
    new_from = 0
    for block in SequenceMatcher(None, turn.text, text, autojunk=False).get_matching_blocks():
        kept = list(_between(pieces, block.a, block.a + block.size))
        reached_s = words[-1].end_s if words else turn.start_s
        until_s = kept[0][1] if kept else max(turn.end_s, reached_s)
        words += _spread(text[new_from : block.b], reached_s, until_s)
        words += [
            Word(text=said, start_s=start_s, end_s=end_s, confidence=1.0) for said, start_s, end_s in kept
        ]
        new_from = block.b + block.size
    return replace(turn, text=text, words=tuple(words))


def _between(pieces: list[Timed], first: int, last: int) -> Iterator[Timed]:
    """The pieces of some signs of the text; of a piece that is cut its share of the time."""
    at = 0
    for text, start_s, end_s in pieces:
        cut = slice(max(0, first - at), max(0, last - at))
        said = text[cut]
        if said and len(said) == len(text):
            yield text, start_s, end_s
        elif said:
            sign_s = (end_s - start_s) / len(text)
            from_s = start_s + sign_s * (cut.start or 0)
            yield said, from_s, from_s + sign_s * len(said)
        at += len(text)


def _spread(text: str, start_s: float, end_s: float) -> Iterator[Word]:
    sign_s = max(0.0, end_s - start_s) / max(1, len(text))
    for number, sign in enumerate(text):
        from_s = start_s + sign_s * number
        yield Word(text=sign, start_s=from_s, end_s=from_s + sign_s, confidence=1.0)
