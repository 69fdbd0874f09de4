"""Searching a row of syllables for many phrases: first what none can be cheaper than, then the few exactly.

Exactly is approximate substring search (P. H. Sellers, 1980): the dynamic programme runs over a phrase's
syllables, each step a few numpy operations over all phrases and all places. Before it comes a lossless sieve.
A match of a phrase is made of matches of its pairs of syllables, so that it costs at least what they cost,
each where it is cheapest. Phrases have most pairs in common: all of them are looked for once
(docs/decisions/0019-matching-stays-with-numpy.md tells what else was measured).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np

from qa_scoring.heard import EXTRA_COST, WALL_COST, Heard
from qa_scoring.phrase_books import FAR, UNITS, WALL, Bytes, Numbers, PhraseBook, Units, codes_of

DEAR: Final = round(EXTRA_COST * UNITS)
WALL_UNITS: Final = round(WALL_COST * UNITS)
MOST_CELLS: Final = 500_000  # of the dynamic programme at once: 2 MB, whatever the call's length


class Search:
    """One row of what was heard, searched for the phrases of a book. All costs are in units."""

    def __init__(self, book: PhraseBook, heard: Heard) -> None:
        self.book = book
        self.extras: Units = np.rint(heard.extra_costs * UNITS).astype(np.int32)
        self._codes = codes_of(heard.initials, heard.finals)
        self._swaps = book.swaps.take(self._codes, axis=1)  # shape (ways, places)

    def floors(self) -> Units:
        """What the best match of each row costs at least, shape (rows,)."""
        pairs = self._pair_floors()
        one, other = (pairs.take(pieces).sum(axis=0, dtype=np.int32) for pieces in self.book.pieces)
        floors: Units = np.maximum(one, other)
        return floors

    def _pair_floors(self) -> Bytes:
        """Of each pair: side by side, one cheap syllable between, farther apart, or one of both not heard."""
        befores, afters, between = self._neighbours()
        first, second = self.book.pairs
        floors: Bytes = self._swaps.take(befores, axis=1).take(first, axis=0)
        floors += (self._swaps.take(afters, axis=1) + between).take(second, axis=0)
        floors = floors.min(axis=1, initial=FAR)
        alone = np.minimum(self._swaps.min(axis=1, initial=FAR), self.book.drops)
        one, other = alone.take(first), alone.take(second)
        np.minimum(floors, one + other + self._least_apart(), out=floors)
        np.minimum(floors, self.book.drops.take(first) + other, out=floors)
        np.minimum(floors, one + self.book.drops.take(second), out=floors)
        return floors

    def _neighbours(self) -> tuple[Numbers, Numbers, Bytes]:
        """Places side by side, and those with one cheap place in between, with its cost."""
        places = np.arange(len(self.extras))
        cheap = places[1:-1][self.extras[1:-1] < DEAR]
        befores = np.concatenate((places[:-1], cheap - 1))
        afters = np.concatenate((places[1:], cheap + 1))
        between = np.zeros(len(befores), dtype=np.uint8)
        between[len(befores) - len(cheap) :] = self.extras[cheap]
        return befores, afters, between

    def _least_apart(self) -> np.uint8:
        """What lies between two places that are no neighbours: one dear place, or two."""
        return np.uint8(min(DEAR, 2 * int(self.extras.min(initial=DEAR))))

    def batches(self, rows: Numbers) -> Iterator[Numbers]:
        """Rows as `costs` wants them: the longest first, and no more at once than fit into little memory."""
        rows = rows[np.argsort(-self.book.lengths[rows])]
        at_once = max(1, MOST_CELLS // max(1, len(self.book.ways) * len(self.extras)))
        for at in range(0, len(rows), at_once):
            yield rows[at : at + at_once]

    def costs(self, rows: Numbers) -> Units:
        """What the best match of each of these rows costs that ends at each place, shape (rows, places).

        A cost less the price of passing over everything before it never has to be told where it began:
        its running minimum carries syllables too many along the row in one step.
        """
        lengths = self.book.lengths[rows]
        counts = len(rows) - np.searchsorted(lengths[::-1], np.arange(int(lengths[0])), side="right")
        ways = self.book.ways[: len(counts), rows]
        swaps = self._exact(self._swaps.take(ways, axis=0))
        swaps -= self.extras
        done = np.repeat(-self._price[None, :], len(rows), axis=0)
        for swap, drop, count in zip(swaps, self.book.drops.take(ways), counts.tolist(), strict=True):
            begun = done[:count]
            swapped = np.add(swap[:count], begun[:, :-1], out=swap[:count])
            begun += drop[:count, None]
            np.minimum(begun[:, 1:], swapped, out=begun[:, 1:])
            np.minimum.accumulate(begun, axis=1, out=begun)
        done += self._price
        return done[:, 1:]

    @cached_property
    def _price(self) -> Units:
        """Of all places before each, and of all."""
        return np.concatenate(([0], np.cumsum(self.extras))).astype(np.int32)

    def _exact(self, swaps: Bytes) -> Units:
        """With the whole price of a wall, for which a byte is too small; shape (..., places)."""
        exact = swaps.astype(np.int32)
        exact[..., self._walls] = WALL_UNITS
        return exact

    @cached_property
    def _walls(self) -> Numbers:
        return np.flatnonzero(self._codes == WALL)

    def first_place(self, row: int, last: int, stretch: int) -> int:
        """Where the best match begins that ends at a place, and is at most so many places long.

        The same programme backwards, its first syllable held to that place; written out, as it is small.
        """
        window = slice(max(0, last + 1 - stretch), last + 1)
        extras = self.extras[window][::-1].tolist()
        costs = list(itertools.accumulate(extras, initial=0))
        ways = self.book.ways[: self.book.lengths[row], row][::-1]
        swaps = self._exact(self._swaps[ways])[:, window][:, ::-1].tolist()
        for swap, drop in zip(swaps, self.book.drops[ways].tolist(), strict=True):
            costs = _step(costs, swap, extras, drop)
        return last - min(range(len(extras)), key=costs[1:].__getitem__)


def _step(before: list[int], swaps: list[int], extras: list[int], drop: int) -> list[int]:
    cost = before[0] + drop
    after = [cost]
    diagonal = before[0]
    for up, swap, extra in zip(before[1:], swaps, extras, strict=True):
        cost = min(up + drop, diagonal + swap, cost + extra)
        after.append(cost)
        diagonal = up
    return after
