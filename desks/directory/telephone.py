"""Telephone numbers as whole numbers that sort as their digits do: each digit is four bits, 1 to 10."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_DIGITS: Final = 15  # E.164
BITS: Final = 4
WIDTH: Final = MOST_DIGITS * BITS
_NO_DIGITS = re.compile(r"\D+")
_AS_KEY: Final = str.maketrans("0123456789", "123456789a")


def digits_of(text: str) -> str:
    """Its digits alone."""
    return _NO_DIGITS.sub("", text)


def prefix_keys(numbers: Iterable[str]) -> NDArray[np.uint64]:
    """A key of each number, from its first digit on."""
    return np.fromiter((_key(digits_of(number)) for number in numbers), dtype=np.uint64)


def suffix_keys(numbers: Iterable[str]) -> NDArray[np.uint64]:
    """A key of each number, from its last digit back."""
    return np.fromiter((_key(digits_of(number)[::-1]) for number in numbers), dtype=np.uint64)


def key_range(digits: str) -> tuple[int, int]:
    """The least key that begins with the digits, which is that of nothing more; and the first beyond."""
    low = _key(digits)
    return low, low + (1 << (WIDTH - BITS * min(len(digits), MOST_DIGITS)))


def _key(digits: str) -> int:
    return int(digits[:MOST_DIGITS].translate(_AS_KEY).ljust(MOST_DIGITS, "0"), 16)
