"""Spreading whole numbers: the parts look like life and add up exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Name = TypeVar("Name")


def spread(total: int, weights: Mapping[Name, float]) -> dict[Name, int]:
    """Parts of a total by weight, the largest remainders rounded up (Hamilton); they add up to the total."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def shaken(chance: random.Random, weights: Mapping[Name, float], by: float = 0.12) -> dict[Name, float]:
    """The weights, each a little more or less."""
    return {name: weight * chance.uniform(1 - by, 1 + by) for name, weight in weights.items()}


def chosen(chance: random.Random, weights: Sequence[float], count: int) -> set[int]:
    """So many different places, those of more weight more often (Efraimidis and Spirakis)."""
    keys = [(chance.random() ** (1 / weight), place) for place, weight in enumerate(weights)]
    return {place for _, place in sorted(keys, reverse=True)[:count]}
