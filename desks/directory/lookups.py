"""Where in a lexicon a word may be: sources of items that have all its sounds, and texts that begin so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import sounds
from desks.directory.lexicon import KEY_UNITS, Items, Key, Lexicon, Order
from desks.directory.sources import NOTHING, AllOf, AnyOf, Either, Source, ascending
from desks.directory.typed import Unit, Way, Word

MOST_TOUCHED: Final = 300_000  # list entries that a search with mistakes looks at
MOST_PROMISING: Final = 1000  # items that it looks at closely
LEAST_WEIGHT, WEIGHT_PER_BIT = 1, 4  # of a list, by how rare it is

Texts = NDArray[np.int32]
Weighted = tuple[int, Items]


def having(lexicon: Lexicon, word: Word) -> Source:
    """Items that have all sounds of the word in a row, in one of its ways, and some that have not quite."""
    found = [source for way in word.ways if (source := _having_way(lexicon, way)) is not None]
    return Either(found) if found else AnyOf([NOTHING])


def beginning(lexicon: Lexicon, word: Word) -> Texts:
    """Texts that begin with the word, and more where a word is long or mixes syllables with initials."""
    return _texts(lexicon, word, whole=False)


def whole(lexicon: Lexicon, word: Word) -> Texts:
    """Texts that are the word, and more, as above."""
    return _texts(lexicon, word, whole=True)


def clues(lexicon: Lexicon, word: Word) -> list[Weighted]:
    """Lists of items that have some of the word's sounds, with how much that says."""
    lists: list[Weighted] = []
    for way in (*word.ways[:2], *word.slips[:2]):
        found = filter(len, _clues_of(lexicon, way))
        lists.extend((weight_of(len(items), lexicon.count), items) for items in found)
    return lists


def weight_of(length: int, count: int) -> int:
    """How much it says that an item is in a list so long."""
    return LEAST_WEIGHT + round(WEIGHT_PER_BIT * math.log2(max(1.0, count / length)))


def promising(lists: list[Weighted], count: int) -> Items:
    """Items that are in lists of the most weight, not too many, ascending."""
    scores, total = np.zeros(count, dtype=np.uint16), 0
    touched: list[Items] = []
    for weight, items in sorted(lists, key=lambda each: len(each[1])):
        total += len(items)
        if touched and total > MOST_TOUCHED:
            break
        scores[items] += np.uint16(weight)
        touched.append(items)
    if not touched:
        return NOTHING
    every = np.concatenate(touched)
    reached = scores[every]
    beyond = np.cumsum(np.bincount(reached)[::-1])[::-1]
    least = int(np.argmax(beyond <= MOST_PROMISING)) if beyond[-1] <= MOST_PROMISING else len(beyond) - 1
    return np.flatnonzero(scores >= max(least, 1))[:MOST_PROMISING].astype(np.int32)


def _texts(lexicon: Lexicon, word: Word, *, whole: bool) -> Texts:
    found = []
    for way in word.ways:
        order, low, high = _span(way)
        cut = len(low) < len(way)
        found.append(
            lexicon.whole(order, low, high) if whole and not cut else lexicon.beginning(order, low, high)
        )
    return np.concatenate(found) if len(found) > 1 else found[0]


def _span(way: Way) -> tuple[Order, Key, Key]:
    """An order, and the least and the greatest key in it that a way can have."""
    part = way[:KEY_UNITS]
    if part[0].sign:
        key = tuple(unit.sign for unit in part)
        return Order.SIGNS, key, key
    known = next((at for at, unit in enumerate(part) if not unit.is_whole), len(part))
    if known >= len(part) - 1:  # only the last may be unfinished
        return Order.SOUND, tuple(unit.low for unit in part), tuple(unit.high for unit in part)
    key = tuple(unit.initial for unit in part)
    return Order.INITIALS, key, key


def _having_way(lexicon: Lexicon, way: Way) -> Source | None:
    if len(way) == 1:
        return _having_unit(lexicon, way[0])
    pairs = [_pair(lexicon, one, other) for one, other in pairwise(way) if one.is_whole and other.is_whole]
    sources: list[Source] = [*pairs, *_triples(lexicon, way)]
    return AllOf(sources)


def _having_unit(lexicon: Lexicon, unit: Unit) -> Source | None:
    """Items that have a syllable; letters that are no syllable are looked for where texts begin."""
    if not unit.is_whole:
        return None
    return AnyOf.joined([items for sound in _sounds(unit) for items in lexicon.pairs_of(sound)] or [NOTHING])


def _triples(lexicon: Lexicon, way: Way) -> Iterator[Source]:
    """Of initials, where a syllable is not known whole."""
    if all(unit.is_whole for unit in way):
        return
    for first in range(max(1, len(way) - 2)):
        part = way[first : first + 3]
        if not all(unit.is_whole for unit in part):
            yield AnyOf.joined(lexicon.triples([unit.initial for unit in part]) or [NOTHING])


def _pair(lexicon: Lexicon, one: Unit, other: Unit) -> AnyOf:
    both = product(_sounds(one), _sounds(other))
    return AnyOf.joined([lexicon.pair(first, second) for first, second in both])


def _sounds(unit: Unit) -> tuple[int, ...]:
    return sounds.classes_of(chr(unit.sign)) if unit.sign else (unit.sound,)


def _clues_of(lexicon: Lexicon, way: Way) -> Iterator[Items]:
    for at, unit in enumerate(way):
        for other in way[at + 1 : at + 3]:
            if unit.is_whole and other.is_whole:
                yield lexicon.pair(unit.sound, other.sound)
    if way[0].sign == 0:
        for first in range(max(0, len(way) - 2)):
            yield from lexicon.triples([unit.initial for unit in way[first : first + 3]])


def items_of(lexicon: Lexicon, texts: NDArray[Any], most: int) -> Items:
    """The items of texts, ascending and once: of many those that are asked for most."""
    if len(texts) > most:
        texts = np.partition(texts, most)[:most]
    return ascending(lexicon.text_item[texts])
