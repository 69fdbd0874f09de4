"""Inclusion probabilities of a risk-weighted draw: in proportion to a size that never leaves a call out.

A call's size is floor / N + (1 - floor) * risk / (sum of risks), so that its probability is at least
floor times the n / N of a draw in which all are alike, however little risk it has. Where n times the size
reaches 1 the call is drawn for certain and the rest is shared anew, which only raises the others' (Särndal,
Swensson and Wretman, Model Assisted Survey Sampling, 1992, 3.6.1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def sizes(risks: Sequence[float], floor: float) -> list[float]:
    """The sizes of a stratum's calls, which add up to 1."""
    total = math.fsum(risks)
    alike = 1 / len(risks)
    if total <= 0:
        return [alike] * len(risks)
    return [floor * alike + (1 - floor) * risk / total for risk in risks]


def probabilities(measures: Sequence[float], wished: int) -> list[float]:
    """Probabilities in proportion to positive sizes, at most 1, that add up to the wished number of calls."""
    if wished >= len(measures):
        return [1.0] * len(measures)
    certain: set[int] = set()
    while True:
        rest = math.fsum(size for at, size in enumerate(measures) if at not in certain)
        factor = (wished - len(certain)) / rest
        reached = {at for at, size in enumerate(measures) if at not in certain and factor * size >= 1}
        if not reached:
            return [1.0 if at in certain else factor * size for at, size in enumerate(measures)]
        certain |= reached
