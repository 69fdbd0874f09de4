"""The bootstrap over units: a coefficient of each sample drawn anew, and the middle 95 % of them.

All our coefficients are functions of sums over units. So a sample drawn anew is a weighting of the units, and
a thousand of them are one matrix product. Units are calls, not single ratings: those of one call belong
together. Zapf et al. 2016 (BMC Medical Research Methodology 16:93) recommend this interval for alpha and
kappa over those by formula; docs/agreement.md has how often ours holds the truth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qa_scoring.agreement.estimates import NOTHING, Interval, Method, Why
from qa_scoring.agreement.ratings import Numbers

DRAWS = 1000
DRAWS_AT_ONCE = 100  # in memory
MOST_UNDEFINED = 0.05  # share of the samples that may give no number

# Sums over units, (draws, ...), to a coefficient each, (draws,); NaN where it is undefined.
Coefficient = Callable[[Numbers], Numbers]


def bootstrap(per_unit: Numbers, coefficient: Coefficient, seed: int) -> Interval | Why:
    """The interval of a coefficient of the sum of `per_unit` (units, ...); the same seed gives the same."""
    units = len(per_unit)
    flat = per_unit.reshape(units, -1)
    source = np.random.default_rng(seed)
    found = []
    for first in range(0, DRAWS, DRAWS_AT_ONCE):
        count = min(DRAWS_AT_ONCE, DRAWS - first)
        weights = source.multinomial(units, np.full(units, 1 / units), size=count).astype(float)
        sums = (weights @ flat).reshape(count, *per_unit.shape[1:])
        found.append(coefficient(sums))
    return _middle(np.concatenate(found))


def _middle(values: Numbers) -> Interval | Why:
    defined = values[np.isfinite(values)]
    if len(defined) < len(values) * (1 - MOST_UNDEFINED):
        return Why.UNSTABLE
    low, high = (float(end) for end in np.percentile(defined, (2.5, 97.5)))
    if high - low < NOTHING:
        return Why.NO_SPREAD
    return Interval(low=low, high=high, method=Method.BOOTSTRAP)


def divide(above: Numbers, below: Numbers) -> Numbers:
    """Quotients; NaN where the divisor is nothing."""
    is_some = np.abs(below) > NOTHING
    return np.where(is_some, above / np.where(is_some, below, 1.0), np.nan)
