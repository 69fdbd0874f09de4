"""Permanent random numbers: each call's number follows from the seed and its id, and anybody can repeat it.

`printf '%s' 'SEED|PURPOSE|CALL' | sha256sum`, the first 13 hexadecimal digits as a whole number, plus one
half, divided by 2^52: strictly between 0 and 1, and exact in the arithmetic of every spreadsheet (IEEE 754).
Why not a generator with a state: docs/decisions/0020-a-calls-random-number-is-a-hash.md.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256

ALGORITHM = "sha256-52/1"  # kept with each draw; another way of drawing gets another name
DIGITS = 13  # hexadecimal: 52 bits, so that the half still fits into a double's 53
SCALE = float(16**DIGITS)


class Purpose(StrEnum):
    """What a number is for: two purposes have numbers that know nothing of each other."""

    DRAW = "draw"
    START = "start"  # of a systematic draw; the stratum stands in the call's place
    OUTSIDE = "outside"  # the outside supervisors' part
    HAND_OUT = "hand-out"  # who listens to what


def random_number(seed: str, purpose: Purpose, name: str) -> float:
    """The number of a call (or stratum) for one purpose, 0 < number < 1."""
    return numbering(seed, purpose)(name)


def numbering(seed: str, purpose: Purpose) -> Callable[[str], float]:
    """The same for many names: what they have in common is hashed once."""
    begun = sha256(f"{seed}|{purpose}|".encode())

    def number(name: str) -> float:
        hashed = begun.copy()
        hashed.update(name.encode())
        return (int(hashed.hexdigest()[:DIGITS], 16) + 0.5) / SCALE

    return number
