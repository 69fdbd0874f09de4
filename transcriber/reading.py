"""Words as a text that people can read: figures for read-out numbers, punctuation by pauses, no blanks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ledger.digits import SPOKEN_DIGITS, in_figures
from ledger.records import Word

COMMA_PAUSE_S = 0.25  # between two words; within a number a pause parts nothing
FEWEST_FIGURES = 3  # 一 and 一二 stay characters
DIGITS = re.compile(f"[{SPOKEN_DIGITS}]+")
CHINESE = re.compile("[\u4e00-\u9fff]")
QUESTION = re.compile(
    "(吗|呢|么|多少|哪里|哪儿|哪位|怎么办|怎么样)$|^(请问|有什么)[^，]*$|，(请问|有什么)[^，]*$"
)


def read(words: Sequence[Word]) -> str:
    """The text of a turn's words, in order of time."""
    pieces = list(_pieces(words))
    text = join_words(pieces)
    if not CHINESE.search(text):
        return text
    return text + ("？" if QUESTION.search(text) else "。")


def join_words(words: Iterable[str]) -> str:
    """Chinese words without spaces between them; a space only between two Latin words or figures."""
    text = ""
    for word in words:
        spaced = text[-1:].isascii() and text[-1:].isalnum() and word[:1].isascii() and word[:1].isalnum()
        text += f" {word}" if spaced else word
    return text


def _pieces(words: Sequence[Word]) -> Iterator[str]:
    """Words, numbers and commas."""
    ended_s: float | None = None
    for is_digits, group in itertools.groupby(words, key=lambda word: bool(DIGITS.fullmatch(word.text))):
        run = list(group)
        number = "".join(word.text for word in run) if is_digits else ""
        parts = [run] if len(number) >= FEWEST_FIGURES else [[word] for word in run]
        for part in parts:
            if ended_s is not None and part[0].start_s - ended_s >= COMMA_PAUSE_S:
                yield "，"
            ended_s = part[-1].end_s
            yield in_figures(number) if len(number) >= FEWEST_FIGURES else part[0].text
