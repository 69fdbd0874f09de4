"""Texts that can be found by characters, by sound and by initials. All lookups are ranges of arrays.

An item has one or more texts (a name and its aliases); a text is a row of units, each a sign and a syllable.
Items are numbered by how often they are asked for, so every list of items begins with those that matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import sounds
from desks.directory.arrays import Array, Arrays

Items = NDArray[np.int32]
Key = tuple[int, ...]

END: Final = 26  # as an initial: the text is over
INITIALS: Final = 27
KEY_UNITS: Final = 12  # of a text are compared in its orders


class Order(Enum):
    """By what texts are sorted."""

    SIGNS = "signs"
    SOUND = "sound"
    INITIALS = "initials"


@dataclass(frozen=True, kw_only=True, eq=False)
class Lexicon:
    """Arrays; `compiling` makes them."""

    signs: NDArray[np.uint16]  # of all units, in the order of the texts
    readings: NDArray[np.uint16]  # their syllables
    text_units: NDArray[np.int32]  # where each text begins in them; one more than texts
    text_item: Items  # whose text it is, ascending
    item_texts: NDArray[np.int32]  # where each item's texts begin; one more than items
    by_signs: NDArray[np.int32]  # texts in order of their signs
    by_sound: NDArray[np.int32]  # of their syllables
    by_initials: NDArray[np.int32]
    pair_starts: NDArray[np.int64]  # where the items of each pair of sounds begin
    pair_items: Items
    triple_starts: NDArray[np.int64]  # the same of three initials
    triple_items: Items

    def arrays(self, prefix: str) -> dict[str, Array]:
        """By name, for a file."""
        return {f"{prefix}.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Arrays, prefix: str) -> Lexicon:
        """Of a file's arrays."""
        named: dict[str, Any] = {field.name: arrays[f"{prefix}.{field.name}"] for field in fields(cls)}
        return cls(**named)

    @property
    def count(self) -> int:
        """How many items."""
        return len(self.item_texts) - 1

    def pair(self, first: int, second: int | None) -> Items:
        """Items of which a text has a unit of the one class and at most two on one of the other, or ends."""
        classes = class_count()
        code = first * (classes + 1) + (classes if second is None else second)
        return self.pair_items[self.pair_starts[code] : self.pair_starts[code + 1]]

    def pairs_of(self, first: int) -> list[Items]:
        """All lists of pairs that begin with a class."""
        bounds = self.pair_starts[first * (class_count() + 1) : (first + 1) * (class_count() + 1) + 1]
        return [self.pair_items[a:b] for a, b in pairwise(bounds.tolist()) if b > a]

    def triples(self, letters: Sequence[int]) -> list[Items]:
        """Lists of the items of which a text has these initials in a row: one list for three letters."""
        code, width = 0, INITIALS**3
        for letter in letters[:3]:
            width //= INITIALS
            code += letter * width
        bounds = self.triple_starts[code : code + width + 1]
        return [self.triple_items[a:b] for a, b in pairwise(bounds.tolist()) if b > a]

    def beginning(self, order: Order, low: Key, high: Key) -> NDArray[np.int32]:
        """The texts whose first units lie between two keys of one length, both within, in order."""
        texts, width = self._order(order), len(low)
        first = self._place(order, lambda key: key[:width] < low)
        past = self._place(order, lambda key: key[:width] <= high)
        return texts[first:past]

    def whole(self, order: Order, low: Key, high: Key) -> NDArray[np.int32]:
        """Of `beginning` the texts that have no further units."""
        if low == high:  # they are the first of those that begin so
            texts = self._order(order)
            first = self._place(order, lambda key: key < low)
            return texts[first : self._place(order, lambda key: key <= low)]
        texts = self.beginning(order, low, high)
        found: NDArray[np.int32] = texts[self.lengths(texts) == len(low)]
        return found

    def lengths(self, texts: NDArray[Any]) -> NDArray[np.int32]:
        """How many units each text has."""
        found: NDArray[np.int32] = self.text_units[texts + 1] - self.text_units[texts]
        return found

    def _order(self, order: Order) -> NDArray[np.int32]:
        if order is Order.SIGNS:
            return self.by_signs
        return self.by_sound if order is Order.SOUND else self.by_initials

    def _key(self, order: Order, text: int) -> Key:
        start, end = int(self.text_units[text]), int(self.text_units[text + 1])
        units = self.signs if order is Order.SIGNS else self.readings
        key = units[start : min(end, start + KEY_UNITS)]
        return tuple((sounds.initials()[key] if order is Order.INITIALS else key).tolist())

    def _place(self, order: Order, comes_before: Callable[[Key], bool]) -> int:
        texts = self._order(order)
        low, high = 0, len(texts)
        while low < high:
            middle = (low + high) // 2
            if comes_before(self._key(order, int(texts[middle]))):
                low = middle + 1
            else:
                high = middle
        return low


def class_count() -> int:
    """How many classes of sounds there are."""
    return int(sounds.classes().max()) + 1
