"""What one speaker said in a row, sign by sign, without what only fills pauses.

A number is told in pieces: 一三八 - 嗯 - 呃零零 - 好的 - 一三八零零零. The pieces are one row as long as the
other speaker only nods, repeats digits or says a few words, and nobody is silent for long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.records import Turn
from ledger.states import Role
from ledger.timed_text import timed_text

LONGEST_PAUSE_S: Final = 15.0  # between two turns of a speaker; people look for a card longer than that
LONGEST_ASIDE: Final = 4  # signs of an interruption that are neither nods nor digits
DIGIT_SIGNS: Final = "0123456789零〇○一二三四五六七八九幺两洞拐勾"
FILLERS: Final = re.compile("[嗯呃啊哦呀哎唉诶欸额噢喔哈]|那个|这个|就是说|就是|然后呢?")
NODS: Final = re.compile(
    "[嗯呃啊哦呀哎唉诶额噢好对是行的吧呢了吗您你请喂]|没错|不错|正确|继续|慢一?点|稍等|等一下|我?记一下|记下|"
    "记着|明白|了解|收到|知道|可以|还有|后面|重复|我?核对一下|再说|下一位|说|讲|听着|然后|"
    f"[{DIGIT_SIGNS}]"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of a turn's text, and when it was said."""

    text: str
    turn: int  # which of the call's turns
    at: int  # in its text
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Signs that follow each other, and what was said right before them by anybody."""

    role: Role
    signs: tuple[Sign, ...]
    before: str

    @property
    def text(self) -> str:
        """The signs as one text; its places are theirs."""
        return "".join(sign.text for sign in self.signs)


def rows_of(turns: Sequence[Turn]) -> Iterator[Row]:
    """The rows of all speakers but the system."""
    for role in (Role.CALLER, Role.OPERATOR, Role.MIXED):
        for numbers in _together(turns, role):
            signs = tuple(sign for number in numbers for sign in _signs(turns[number], number))
            before = turns[numbers[0] - 1].text if numbers[0] else ""
            yield Row(role=role, signs=signs, before=before)


def _together(turns: Sequence[Turn], role: Role) -> Iterator[list[int]]:
    row: list[int] = []
    is_cut = False
    for number, turn in enumerate(turns):
        if turn.role is not role:
            is_cut = is_cut or turn.role is Role.SYSTEM or not _only_nods(turn.text)
            continue
        if row and (is_cut or turn.start_s - turns[row[-1]].end_s > LONGEST_PAUSE_S):
            yield row
            row = []
        row.append(number)
        is_cut = False
    if row:
        yield row


def _only_nods(text: str) -> bool:
    rest = NODS.sub("", "".join(sign for sign in text if sign.isalnum()))
    return len(rest) <= LONGEST_ASIDE


def _signs(turn: Turn, number: int) -> Iterator[Sign]:
    left_out = {place for found in FILLERS.finditer(turn.text) for place in range(*found.span())}
    at = 0
    for text, start_s, end_s in timed_text(turn):
        for sign in text:
            if sign.isalnum() and at not in left_out:
                yield Sign(sign, number, at, start_s, end_s)
            at += 1
