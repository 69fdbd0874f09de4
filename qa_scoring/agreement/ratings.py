"""Ratings as all coefficients take them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Value = TypeVar("Value", bound=Hashable)

# For each unit (a call, or a rule in a call) what each rater said. Whoever did not judge it is left out.
Ratings = Sequence[Mapping[str, Value]]


def shared_by_two(ratings: Ratings[Value]) -> list[Mapping[str, Value]]:
    """Units that can tell something of agreement."""
    return [unit for unit in ratings if len(unit) > 1]


def values_of(ratings: Ratings[Value]) -> list[Value]:
    """What was said anywhere, each once, in an order that does not depend on that of the units."""
    return sorted({value for unit in ratings for value in unit.values()}, key=_by_size)


def raters_of(ratings: Ratings[Value]) -> list[str]:
    """Who judged anything, by name."""
    return sorted({rater for unit in ratings for rater in unit})


def _by_size(value: Hashable) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))
