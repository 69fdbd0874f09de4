"""Where entries come from that may fit: lists that are joined window by window, those asked for most first.

A list is never joined whole: who looks for 公司 among three million entries has found enough in the first
few thousand. What is rare is looked for in ever wider windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory.lexicon import Items

Marks = NDArray[np.bool_]

FIRST_WINDOW: Final = 1 << 14  # items
WIDER: Final = 4
SMALL: Final = 40_000  # entries of lists that are joined at once
FEW: Final = 100_000  # look-ups that are cheaper than joining a window
NOTHING: Final = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, eq=False)
class AnyOf:
    """Items that are in any of ascending lists."""

    lists: Sequence[Items]

    @classmethod
    def joined(cls, lists: Sequence[Items]) -> AnyOf:
        """The same as one list, where they are short."""
        if len(lists) > 1 and sum(map(len, lists)) <= SMALL:
            return cls([ascending(np.concatenate(lists))])
        return cls(lists)

    @property
    def size(self) -> int:
        """How many there are at most."""
        return sum(map(len, self.lists))

    @property
    def width(self) -> int:
        """How many lists are looked into for one item."""
        return len(self.lists)

    def within(self, low: int, high: int) -> Items:
        """Those between two items, the second not included."""
        return _union([_slice(each, low, high) for each in self.lists], low, high)

    def holds(self, items: Items) -> Marks:
        """Which of ascending items are there."""
        found = np.zeros(len(items), dtype=np.bool_)
        for each in self.lists:
            if len(each):
                places = np.minimum(np.searchsorted(each, items), len(each) - 1)
                found |= each[places] == items
        return found


@dataclass(frozen=True, eq=False)
class AllOf:
    """Items that are in all of several sources."""

    sources: Sequence[Source]

    @property
    def size(self) -> int:
        """How many there are at most."""
        return min(source.size for source in self.sources)

    @property
    def width(self) -> int:
        """How many lists are looked into for one item."""
        return sum(source.width for source in self.sources)

    def within(self, low: int, high: int) -> Items:
        """Those between two items, the second not included."""
        first, *others = sorted(self.sources, key=lambda each: each.size)
        found = first.within(low, high)
        for source in others:
            if not len(found):
                break
            if len(found) * source.width <= FEW:
                found = found[source.holds(found)]
            else:
                found = _common(found, source.within(low, high), low, high)
        return found

    def holds(self, items: Items) -> Marks:
        """Which of ascending items are there."""
        found: Marks = np.logical_and.reduce([source.holds(items) for source in self.sources])
        return found


@dataclass(frozen=True, eq=False)
class Either:
    """Items that are in one of several sources."""

    sources: Sequence[Source]

    @property
    def size(self) -> int:
        """How many there are at most."""
        return sum(source.size for source in self.sources)

    @property
    def width(self) -> int:
        """How many lists are looked into for one item."""
        return sum(source.width for source in self.sources)

    def within(self, low: int, high: int) -> Items:
        """Those between two items, the second not included."""
        return _union([source.within(low, high) for source in self.sources], low, high)

    def holds(self, items: Items) -> Marks:
        """Which of ascending items are there."""
        found: Marks = np.logical_or.reduce([source.holds(items) for source in self.sources])
        return found


Source = AnyOf | AllOf | Either


def windows(source: Source, count: int) -> Iterator[Items]:
    """The source's items of `count`, in windows that grow; empty ones are left out."""
    low, width = 0, FIRST_WINDOW
    if source.size <= SMALL:
        width = count
    while low < count:
        found = source.within(low, min(count, low + width))
        if len(found):
            yield found
        low, width = low + width, width * WIDER


def _slice(items: Items, low: int, high: int) -> Items:
    bounds = np.array((low, high), dtype=items.dtype)  # of another type the whole list would be converted
    first, past = np.searchsorted(items, bounds)
    return items[first:past]


def ascending(items: NDArray[Any]) -> Items:
    """Items in order and once."""
    if len(items) < 2:
        return items
    ordered = np.sort(items)
    once: Items = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return once


def _union(parts: Sequence[Items], low: int, high: int) -> Items:
    """Of ascending lists: sorted where they are short, else by marks."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    if sum(map(len, parts)) * 16 < high - low:
        return ascending(np.concatenate(parts))
    marks = np.zeros(high - low, dtype=np.bool_)
    for part in parts:
        marks[part - low] = True
    return (np.flatnonzero(marks) + low).astype(np.int32)


def _common(few: Items, many: Items, low: int, high: int) -> Items:
    """The intersection of two ascending lists."""
    if len(few) > len(many):
        few, many = many, few
    if len(many) < 16 * len(few):
        marks = np.zeros(high - low, dtype=np.bool_)
        marks[many - low] = True
        return few[marks[few - low]]
    return few[AnyOf([many]).holds(few)]
