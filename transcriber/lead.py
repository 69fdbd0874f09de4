"""The 是 between what leads up to a number and the number, which the recogniser hears as one more 四.

Said fast, 电话是八三零五 and 电话四八三零五 sound the same. The length tells: no number of a line or a mobile
has a digit more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.digits import SPOKEN_DIGITS, in_figures
from ledger.records import Word

NAMES_OF_NUMBERS = ("电话", "号码", "手机", "总机", "热线", "分机")
FALSE, MEANT = "四", "是"
# How many digits such a number has, and its first one: none begins with 0, so 四零零 (400) keeps its 四
LINE = (8, "23456789")
MOBILE = (11, "1")


def with_lead(words: Sequence[Word]) -> Iterator[Word]:
    """The words, with 是 where a number after its lead has one digit too many and the first is a 四."""
    before = ""
    for is_digit, group in itertools.groupby(words, key=lambda word: word.text in SPOKEN_DIGITS):
        run = list(group)
        if is_digit and before.endswith(NAMES_OF_NUMBERS) and _has_false_four(run):
            run[0] = replace(run[0], text=MEANT)
        yield from run
        before = run[-1].text


def _has_false_four(run: Sequence[Word]) -> bool:
    number = in_figures("".join(word.text for word in run[1:]))
    is_whole = any(len(number) == length and number[0] in first for length, first in (LINE, MOBILE))
    return run[0].text == FALSE and is_whole
