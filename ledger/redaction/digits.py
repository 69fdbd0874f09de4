"""Digits in a row of signs: figures, 幺两洞拐勾, 三个八, and what the recogniser wrote for a digit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.pinyin import toneless

VALUES: Final = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("0123456789")},
    **dict(zip("〇○洞幺两拐勾", (0, 0, 0, 1, 2, 7, 9), strict=True)),
}
DIGIT: Final = f"[{''.join(VALUES)}]"
# The recogniser hears 其 for 七 and 酒 for 九: such a sign among digits may be one.
SOUNDS: Final = {
    "ling": 0,
    "dong": 0,
    "yi": 1,
    "yao": 1,
    "ying": 1,
    "er": 2,
    "san": 3,
    "shan": 3,
    "si": 4,
    "shi": 4,
    "wu": 5,
    "wo": 5,
    "liu": 6,
    "niu": 6,
    "qi": 7,
    "ba": 8,
    "jiu": 9,
}
MANY: Final = re.compile(f"([二两三四2-4])个(?={DIGIT})")
CROSS: Final = re.compile("[xX叉]|[埃艾爱]克斯")
BETWEEN: Final = re.compile(
    "(?:后面|接着|再|杠|横杠|空格|的话|最后|中间|前面|区号|分机|完了|还有|后四位|前三位|后面四位|"
    f"是吧|对吧|对|好|是|的|了|加|嘛|呢|吧){{1,3}}(?={DIGIT}|[二两三四]个{DIGIT})"
)
UNITS: Final = re.compile("[十百千万亿]")


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit, or several of the same kind (三个八), and its signs in the row, half open."""

    text: str
    first: int
    last: int
    is_sure: bool = True  # written as a digit, not only sounding like one


Run = list[Digit]


def runs_of(text: str) -> Iterator[Run]:
    """Digits that follow each other, of a row's text."""
    run: Run = []
    at = 0
    while at < len(text):
        read = _read(text, at, run)
        if read is None:
            if _is_number(run):
                yield run
            run, at = [], at + 1
        else:
            digit, at = read
            run += [digit] if digit else []
    if _is_number(run):
        yield run


def variants(run: Run) -> list[Run]:
    """The run with all that only sounds like digits, without it at its ends, and without any of it."""
    inner = without_doubtful_ends(run)
    first, last = run.index(inner[0]), run.index(inner[-1]) + 1
    found = (inner, run[first:], run[:last], run, [digit for digit in run if digit.is_sure])
    return [variant for at, variant in enumerate(found) if variant not in found[:at]]


def without_doubtful_ends(run: Run) -> Run:
    """From the first to the last that is surely a digit: 是 before a number is seldom a four."""
    sure = [place for place, digit in enumerate(run) if digit.is_sure]
    return run[sure[0] : sure[-1] + 1]


def value_of(run: Sequence[Digit]) -> str:
    """The figures."""
    return "".join(digit.text for digit in run)


def _read(text: str, at: int, run: Run) -> tuple[Digit | None, int] | None:
    """The digit at a place and where to go on; no digit for what is put between; None where the run ends."""
    if many := MANY.match(text, at):
        value = VALUES[text[many.end()]]
        return Digit(str(value) * VALUES[many[1]], at, many.end() + 1), many.end() + 1
    if text[at] in VALUES:
        if UNITS.match(text, at + 1):
            return None  # 三百: an amount
        return Digit(str(VALUES[text[at]]), at, at + 1), at + 1
    if len(value_of(run)) >= 17 and (cross := CROSS.match(text, at)):
        return Digit("X", at, cross.end()), cross.end()
    return _read_unsure(text, at, run)


def _read_unsure(text: str, at: int, run: Run) -> tuple[Digit | None, int] | None:
    sound = sounds_like(text[at])
    follows = at + 1 < len(text) and text[at + 1] in VALUES
    if sound is not None and (run or follows):
        return Digit(str(sound), at, at + 1, is_sure=False), at + 1
    between = BETWEEN.match(text, at) if run else None
    return (None, between.end()) if between else None


def _is_number(run: Run) -> bool:
    sure = sum(len(digit.text) for digit in run if digit.is_sure)
    return sure >= 5 and 3 * sure >= 2 * len(value_of(run))


@lru_cache(maxsize=8192)
def sounds_like(sign: str) -> int | None:
    """The digit that a Chinese character sounds like."""
    return SOUNDS.get(toneless(sign)[0]) if "\u4e00" <= sign <= "\u9fff" else None
