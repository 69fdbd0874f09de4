"""Making a lexicon of texts: all of them at once, as arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import sounds
from desks.directory.lexicon import END, INITIALS, KEY_UNITS, Items, Lexicon, class_count

TEXTS_AT_ONCE: Final = 200_000
BREAK: Final = "\n"
BEYOND: Final = 0xFFFF  # stands for every sign beyond the basic plane

Units = NDArray[np.uint16]


def folded(text: str) -> str:
    """A text as it is compared: half width, small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def units_of(texts: Sequence[str]) -> tuple[Units, NDArray[np.int64]]:
    """The signs of texts that are said, and how many each text has."""
    joined = folded(BREAK.join(text.replace(BREAK, " ") for text in texts))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    signs = np.where(codes > BEYOND, BEYOND, codes).astype(np.uint16)
    breaks = signs == ord(BREAK)
    kept = _is_said()[signs] & ~breaks
    text_of = np.cumsum(breaks)
    return signs[kept], np.bincount(text_of[kept], minlength=len(texts))


def readings_of(signs: Units, starts: NDArray[Any]) -> Units:
    """The syllable of each sign; `starts` says where texts begin."""
    readings = sounds.of_sign()[signs]
    doubtful = np.flatnonzero(sounds.several_readings()[signs])
    if not doubtful.size:
        return readings
    is_start = np.zeros(len(signs) + 1, dtype=np.bool_)
    is_start[starts] = True
    wide = np.concatenate([[0], signs, [0]]).astype(np.uint64)
    before = np.where(is_start[doubtful], 0, wide[doubtful])
    after = np.where(is_start[doubtful + 1], 0, wide[doubtful + 2])
    windows = (before << np.uint64(32)) | (wide[doubtful + 1] << np.uint64(16)) | after
    each, which = np.unique(windows, return_inverse=True)
    read = [_in_context(window) for window in each.tolist()]
    readings[doubtful] = np.array(read, dtype=np.uint16)[which]
    return readings


def compile_texts(texts: Iterable[str], items: Sequence[int] | NDArray[Any], count: int) -> Lexicon:
    """The lexicon of texts that are in the order of their items; texts that nobody can say are left out."""
    signs, lengths = _all_units(texts)
    said = lengths > 0
    text_item = np.asarray(items, dtype=np.int32)[said]
    text_units = np.concatenate([[0], np.cumsum(lengths[said])]).astype(np.int32)
    readings = readings_of(signs, text_units[:-1])
    item_of = np.repeat(text_item, lengths[said])
    pair_starts, pair_items = _pairs(readings, text_units, item_of)
    triple_starts, triple_items = _triples(readings, text_units, item_of)
    return Lexicon(
        signs=signs,
        readings=readings,
        text_units=text_units,
        text_item=text_item,
        item_texts=np.searchsorted(text_item, np.arange(count + 1)).astype(np.int32),
        by_signs=_order(signs, text_units, bits=16),
        by_sound=_order(readings, text_units, bits=9),
        by_initials=_order(sounds.initials()[readings], text_units, bits=5),
        pair_starts=pair_starts,
        pair_items=pair_items,
        triple_starts=triple_starts,
        triple_items=triple_items,
    )


def _all_units(texts: Iterable[str]) -> tuple[Units, NDArray[np.int64]]:
    signs, lengths, some = [], [], []
    for text in texts:
        some.append(text)
        if len(some) == TEXTS_AT_ONCE:
            each = units_of(some)
            signs.append(each[0])
            lengths.append(each[1])
            some = []
    if some:
        each = units_of(some)
        signs.append(each[0])
        lengths.append(each[1])
    if not signs:
        return np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.int64)
    return np.concatenate(signs), np.concatenate(lengths)


def _pairs(readings: Units, text_units: NDArray[Any], item_of: Items) -> tuple[NDArray[np.int64], Items]:
    """Neighbours and next but one, and the last of each text with the end."""
    classes, width = sounds.classes()[readings].astype(np.int32), class_count() + 1
    last = _is_last(text_units)
    next_to = np.flatnonzero(~last[:-1]) if len(last) else np.zeros(0, dtype=np.int64)
    beyond = np.flatnonzero(~last[:-2] & ~last[1:-1]) if len(last) > 1 else next_to[:0]
    ends = np.flatnonzero(last)
    codes = [
        classes[next_to] * width + classes[next_to + 1],
        classes[beyond] * width + classes[beyond + 2],
        classes[ends] * width + (width - 1),
    ]
    of = [item_of[next_to], item_of[beyond], item_of[ends]]
    return _listed(np.concatenate(codes), np.concatenate(of), width * width)


def _triples(readings: Units, text_units: NDArray[Any], item_of: Items) -> tuple[NDArray[np.int64], Items]:
    """Three initials in a row; at the end of a text END stands in for those that are missing."""
    letters, last = sounds.initials()[readings].astype(np.int32), _is_last(text_units)
    before_last = np.append(last[1:], False) & ~last
    wide = np.concatenate([letters, [END, END]])
    second = np.where(last, END, wide[1:-1])
    third = np.where(last | before_last, END, wide[2:])
    return _listed((letters * INITIALS + second) * INITIALS + third, item_of, INITIALS**3)


def _listed(codes: NDArray[Any], items: Items, count: int) -> tuple[NDArray[np.int64], Items]:
    """The items of each code, ascending and once; and where each code's begin."""
    keys = (codes.astype(np.uint64) << np.uint64(32)) | items.astype(np.uint64)
    keys.sort()
    if len(keys):
        keys = keys[np.append(True, keys[1:] != keys[:-1])]
    bounds = np.arange(count + 1, dtype=np.uint64) << np.uint64(32)
    return np.searchsorted(keys, bounds), (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)


def _is_last(text_units: NDArray[Any]) -> NDArray[np.bool_]:
    last = np.zeros(int(text_units[-1]), dtype=np.bool_)
    last[text_units[1:] - 1] = True
    return last


def _order(units: Units, text_units: NDArray[Any], *, bits: int) -> NDArray[np.int32]:
    """Texts by their first units; what has ended comes before what goes on."""
    starts, lengths = text_units[:-1].astype(np.int64), np.diff(text_units)
    padded = np.append(units, np.zeros(KEY_UNITS, dtype=units.dtype)).astype(np.uint64) + np.uint64(1)
    a_key = 63 // (bits + 1)
    keys = []
    for first in range(0, KEY_UNITS, a_key):
        key = np.zeros(len(starts), dtype=np.uint64)
        for at in range(first, min(first + a_key, KEY_UNITS)):
            key = (key << np.uint64(bits + 1)) | np.where(at < lengths, padded[starts + at], np.uint64(0))
        keys.append(key)
    return np.lexsort(keys[::-1]).astype(np.int32)


def _in_context(window: int) -> int:
    before, sign, after = (window >> shift & 0xFFFF for shift in (32, 16, 0))
    return sounds.in_context(chr(before) if before else "", chr(sign), chr(after) if after else "")


@cache
def _is_said() -> NDArray[np.bool_]:
    """Of each sign whether it counts: letters, figures and characters."""
    table = np.array([chr(code).isalnum() for code in range(sounds.SIGNS)], dtype=np.bool_)
    table[BEYOND] = True
    return table
