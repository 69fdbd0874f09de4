"""Weights of judged calls, their weighted mean, and its variance by strata."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Drawing(Protocol):
    """A drawn call as an estimate needs it."""

    @property
    def stratum(self) -> str:
        """Of the design."""
        ...

    @property
    def probability(self) -> float:
        """Of inclusion."""
        ...

    @property
    def value(self) -> float | None:
        """What was judged, if it was."""
        ...

    @property
    def is_meant(self) -> bool:
        """Whether it is in the domain."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A judged call. Its weight also stands for the calls of its stratum that were drawn and not judged."""

    stratum: str
    weight: float
    response: float  # the stratum's judged share of its drawn weight
    value: float
    is_meant: bool

    @property
    def left_out(self) -> float:
        """The finite population correction: 1 less the chance to be drawn and judged."""
        return max(0.0, 1 - 1 / self.weight)


def weigh(units: Sequence[Drawing]) -> list[Weighed]:
    """The judged ones; strata without any are left out."""
    drawn, judged = defaultdict[str, float](float), defaultdict[str, float](float)
    for unit in units:
        drawn[unit.stratum] += 1 / unit.probability
        judged[unit.stratum] += 0 if unit.value is None else 1 / unit.probability
    return [
        Weighed(
            stratum=unit.stratum,
            weight=drawn[unit.stratum] / judged[unit.stratum] / unit.probability,
            response=judged[unit.stratum] / drawn[unit.stratum],
            value=unit.value,
            is_meant=unit.is_meant,
        )
        for unit in units
        if unit.value is not None
    ]


def mean_of(meant: Sequence[Weighed]) -> float | None:
    """The ratio of weighted sums; None of nothing."""
    weights = math.fsum(one.weight for one in meant)
    return math.fsum(one.weight * one.value for one in meant) / weights if meant else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """How a domain's estimated mean scatters over draws."""

    variance: float
    third: float  # central moment; its sign says on which side the estimate has the longer tail


Term = tuple[float, float]  # what is left out (1 - p), and the linearised residual


def moments_of(weighed: Sequence[Weighed], mean: float) -> Moments:
    """Of the domain's mean. Strata with one judged call are taken together: that errs on the large side."""
    size = math.fsum(one.weight for one in weighed if one.is_meant)
    strata: dict[str, list[Term]] = defaultdict(list)
    for one in weighed:
        residual = one.weight * (one.value - mean) / size if one.is_meant else 0.0
        if one.left_out > 0:
            strata[one.stratum].append((one.left_out, residual))
    several = [terms for terms in strata.values() if len(terms) > 1]
    alone = [terms[0] for terms in strata.values() if len(terms) == 1]
    spreads = [*map(_spread, several), _spread_alone(alone)]
    return Moments(variance=math.fsum(spreads), third=math.fsum(map(_lean, [*several, alone])))


def _centre(terms: Sequence[Term]) -> float:
    """The residuals' mean, weighted by what is left out."""
    total = math.fsum(left_out for left_out, _ in terms)
    return math.fsum(left_out * residual for left_out, residual in terms) / total


def _spread(terms: Sequence[Term]) -> float:
    """(m / (m - 1)) * sum of a (e - B)^2."""
    centre = _centre(terms)
    squares = math.fsum(left_out * (residual - centre) ** 2 for left_out, residual in terms)
    return len(terms) / (len(terms) - 1) * squares


def _spread_alone(alone: Sequence[Term]) -> float:
    if len(alone) > 1:
        return _spread(alone)
    return math.fsum(left_out * residual**2 for left_out, residual in alone)


def _lean(terms: Sequence[Term]) -> float:
    """m^2 / ((m - 1) (m - 2)) * sum of a (2 a - 1) (e - B)^3: the third cumulant of a simple draw's mean."""
    many = len(terms)
    if many < 3:
        return 0.0
    centre = _centre(terms)
    cubes = (left_out * (2 * left_out - 1) * (residual - centre) ** 3 for left_out, residual in terms)
    return many**2 / ((many - 1) * (many - 2)) * math.fsum(cubes)
