"""What differs between two texts: line by line, and within a changed line sign by sign. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

LIKE: Final = 0.4  # less have lines in common that are others altogether


class Change(StrEnum):
    """What became of a line or of a piece of one."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of either text, in pieces."""

    change: Change
    pieces: tuple[tuple[str, bool], ...]  # and whether the other text has another here

    @property
    def text(self) -> str:
        """The line whole."""
        return "".join(piece for piece, _ in self.pieces)


def differences(before: str, after: str) -> list[Line]:
    """The lines of both, removed ones before those that stand there now."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [_whole(Change.SAME, line) for line in old[first:last]]
        else:
            lines += _changed(old[first:last], new[begin:end])
    return lines


def _changed(old: list[str], new: list[str]) -> list[Line]:
    removed, added = [], []
    for before, after in zip_longest(old, new):
        if before is None or after is None:
            removed += [] if before is None else [_whole(Change.REMOVED, before)]
            added += [] if after is None else [_whole(Change.ADDED, after)]
            continue
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        if matcher.ratio() < LIKE:
            removed.append(_whole(Change.REMOVED, before))
            added.append(_whole(Change.ADDED, after))
            continue
        steps = matcher.get_opcodes()
        removed.append(Line(change=Change.REMOVED, pieces=tuple(_pieces(before, [s[:3] for s in steps]))))
        added.append(Line(change=Change.ADDED, pieces=tuple(_pieces(after, [(s[0], *s[3:]) for s in steps]))))
    return removed + added


def _pieces(text: str, steps: list[tuple[str, int, int]]) -> Iterator[tuple[str, bool]]:
    for tag, first, last in steps:
        if first < last:
            yield text[first:last], tag != "equal"


def _whole(change: Change, text: str) -> Line:
    return Line(change=change, pieces=((text, False),))
