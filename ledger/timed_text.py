"""A turn's text with times: words lend it theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.digits import in_figures
from ledger.records import Turn, Word

LOOK_AHEAD = 12  # characters between two words; the text has punctuation and figures that no word has

Timed = tuple[str, float, float]  # a stretch of text, from when to when


def timed_text(turn: Turn) -> Iterator[Timed]:
    """The turn's text in stretches with their times.

    Words only lend the text their times. Where it differs from the words (figures, punctuation) the
    difference gets the time between its neighbours.
    """
    done, reached_s = 0, turn.start_s
    for word, at in _found(turn.text, turn.words):
        if turn.text[done:at]:
            yield turn.text[done:at], reached_s, word.start_s
        done, reached_s = at + len(word.text), word.end_s
        yield turn.text[at : at + len(word.text)], word.start_s, word.end_s
    if turn.text[done:]:
        yield turn.text[done:], reached_s, max(turn.end_s, reached_s)


def _found(text: str, words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Words that stand in the text, a digit also as its figure, in order, with their places."""
    text, done = in_figures(text), 0
    for word in words:
        at = text.find(in_figures(word.text), done, done + len(word.text) + LOOK_AHEAD) if word.text else -1
        if at >= 0:
            yield word, at
            done = at + len(word.text)
