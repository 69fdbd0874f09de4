"""Krippendorff's alpha: any number of raters, missing ratings, four kinds of scale of which we use three.

Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", repository.upenn.edu/asc_papers/43; 2004,
"Content Analysis", 2nd ed., chapter 11.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial

import numpy as np

from qa_scoring.agreement.bootstrap import bootstrap, divide
from qa_scoring.agreement.estimates import Estimate, Why, no_estimate
from qa_scoring.agreement.ratings import Numbers, Ratings, Value, shared_by_two, values_of


class Level(StrEnum):
    """What differences between values mean."""

    NOMINAL = "nominal"  # nothing but that they differ
    ORDINAL = "ordinal"  # how many ratings lie between
    INTERVAL = "interval"  # how far they are apart


def krippendorffs_alpha(ratings: Ratings[Value], level: Level, seed: int) -> Estimate:
    """Alpha: 1 less observed over expected disagreement. Ordinal and interval values are numbers.

    The interval is the bootstrap over units. Undefined where all raters said the same of all units.
    """
    return alpha_of_groups([[unit] for unit in ratings], level, seed)


def alpha_of_groups(groups: Sequence[Ratings[Value]], level: Level, seed: int) -> Estimate:
    """The same of units of which some belong together, such as all that is said of one call."""
    shared = [units for group in groups if (units := shared_by_two(group))]
    if not shared:
        return no_estimate(0, Why.NOTHING_SHARED)
    values = values_of([unit for units in shared for unit in units])
    coincidences = np.stack([sum(_coincidences(unit, values) for unit in units) for units in shared])
    coefficient = partial(_alpha, level=level, scale=_scale(values, level))
    value = float(coefficient(coincidences.sum(axis=0)[np.newaxis])[0])
    if math.isnan(value):
        return no_estimate(len(shared), Why.ONE_CATEGORY)
    found = bootstrap(coincidences, coefficient, seed)
    interval, why = (None, found) if isinstance(found, Why) else (found, None)
    return Estimate(value=value, n=len(shared), interval=interval, why=why)


def _coincidences(unit: Mapping[str, Value], values: list[Value]) -> Numbers:
    """How often each value stands beside each other one in a unit, (values, values)."""
    counts = np.array([sum(said == value for said in unit.values()) for value in values], dtype=float)
    return np.asarray((np.outer(counts, counts) - np.diag(counts)) / (counts.sum() - 1))


def _scale(values: list[Value], level: Level) -> Numbers:
    """Where each value stands."""
    if level is Level.INTERVAL:
        return np.array([float(str(value)) for value in values])
    return np.arange(len(values), dtype=float)


def _alpha(coincidences: Numbers, level: Level, scale: Numbers) -> Numbers:
    """Alpha of each of many matrices, (draws, values, values)."""
    counts = coincidences.sum(axis=-1)
    apart = _apart(counts, level, scale)
    observed = (coincidences * apart).sum(axis=(-2, -1))
    expected = (counts[:, :, np.newaxis] * counts[:, np.newaxis, :] * apart).sum(axis=(-2, -1))
    return 1 - divide((counts.sum(axis=-1) - 1) * observed, expected)


def _apart(counts: Numbers, level: Level, scale: Numbers) -> Numbers:
    """The squared difference of each two values, (draws, values, values)."""
    if level is Level.NOMINAL:
        return np.broadcast_to(1 - np.eye(len(scale)), (len(counts), len(scale), len(scale)))
    places = np.broadcast_to(scale, counts.shape)
    if level is Level.ORDINAL:
        places = counts.cumsum(axis=-1) - counts / 2  # the middle rank of each value's ratings
    return np.asarray((places[:, :, np.newaxis] - places[:, np.newaxis, :]) ** 2)
