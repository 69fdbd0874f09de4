"""Who judges which calls of a round: balanced, by a seed, so that it can be drawn again exactly."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """One call that one rater is to judge."""

    call_id: str
    rater: str
    occasion: int  # 1, or 2: the same call once more, without saying so
    place: int  # in the rater's order, from 1


def assign(
    calls: Sequence[str], raters: Sequence[str], *, everybody: bool, repeat_share: float, seed: int
) -> tuple[Assignment, ...]:
    """All assignments of a round.

    `everybody` judges every call, or each call gets two raters: then loads differ by one at most, and the
    pairs rotate. `repeat_share` (0 to 1) of each rater's calls, rounded up, come once more, after all others;
    where everybody judges every call they are the same calls for all, so that indices can be compared.
    """
    source = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    order = source.sample(list(calls), len(calls))
    drawn = [(call, tuple(raters)) for call in order] if everybody else _in_pairs(order, raters, source)
    made: list[Assignment] = []
    for rater in raters:
        own = [call for call, judges in drawn if rater in judges]
        again = set(own[: _count(len(own), repeat_share)])
        source.shuffle(own)
        made += _in_order(rater, own, [call for call in own if call in again])
    return tuple(made)


def _in_pairs(
    calls: Iterable[str], raters: Sequence[str], source: random.Random
) -> list[tuple[str, tuple[str, ...]]]:
    """For each call the pair with the least to do; of those the one that met least; of those any."""
    load, met = Counter[str](), Counter[tuple[str, str]]()
    pairs = list(combinations(sorted(raters), 2))
    drawn: list[tuple[str, tuple[str, ...]]] = []
    for call in calls:
        source.shuffle(pairs)
        pair = min(pairs, key=lambda two: (load[two[0]] + load[two[1]], met[two]))
        load.update(pair)
        met[pair] += 1
        drawn.append((call, pair))
    return drawn


def _in_order(rater: str, own: Sequence[str], repeated: Sequence[str]) -> list[Assignment]:
    """First all calls once, then the repeats in the same order: as far from the first time as may be."""
    both = [*((call, 1) for call in own), *((call, 2) for call in repeated)]
    return [
        Assignment(call_id=call, rater=rater, occasion=occasion, place=place)
        for place, (call, occasion) in enumerate(both, start=1)
    ]


def _count(calls: int, share: float) -> int:
    return math.ceil(calls * share - 1e-9)
