"""Digits that the recogniser heard twice: a drawn-out 二 is no 二二.

Numbers have to be cheap for the recogniser, or it drops digits; then it takes a long vowel for the same digit
again. A digit that is really said twice takes twice the time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.digits import SPOKEN_DIGITS
from ledger.records import Word

SHORTEST_S = 0.15  # a digit in a row of the same; fast readers of the labelled set take 0.12 and more


def without_stutter(words: Sequence[Word]) -> Iterator[Word]:
    """The words, and of the same digit in a row no more than there was time for."""
    for text, group in itertools.groupby(words, key=lambda word: word.text):
        run = list(group)
        if len(run) == 1 or text not in SPOKEN_DIGITS:
            yield from run
            continue
        said = sum(word.end_s - word.start_s for word in run)
        fits = max(1, min(len(run), round(said / SHORTEST_S)))
        yield from run[: fits - 1]
        yield replace(run[fits - 1], end_s=run[-1].end_s)
