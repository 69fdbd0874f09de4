"""Rows that belong to items, several or none to each: taken out together, and put together by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ragged:
    """The rows of some items, one item after another."""

    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]  # where those of each item begin in them, of the items that have any
    has: Marks  # which items have any

    @classmethod
    def of(cls, starts: NDArray[Any], items: NDArray[Any]) -> Ragged:
        """`starts`: where each item's rows begin, and one more than there are items."""
        first = starts[items].astype(np.int64)
        lengths = starts[items + 1].astype(np.int64) - first
        ends = np.cumsum(lengths)
        count = int(ends[-1]) if len(ends) else 0
        rows = np.arange(count) + np.repeat(first - (ends - lengths), lengths)
        has = lengths > 0
        return cls(rows=rows, firsts=(ends - lengths)[has], has=has)

    def least(self, values: Floats, otherwise: float) -> Floats:
        """Of each item the least of its rows' values."""
        least = np.full(len(self.has), otherwise, dtype=np.float32)
        if len(values):
            least[self.has] = np.minimum.reduceat(values, self.firsts)
        return least

    def any(self, marks: Marks) -> Marks:
        """Of each item whether any of its rows is marked."""
        found = np.zeros(len(self.has), dtype=np.bool_)
        if len(marks):
            found[self.has] = np.logical_or.reduceat(marks, self.firsts)
        return found
