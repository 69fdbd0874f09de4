"""Weights of judged calls, their weighted mean, and how it scatters over draws, by strata."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A drawn call of one part as one estimate needs it."""

    stratum: str
    probability: float
    value: float | None  # None: not judged
    is_meant: bool = True  # in the domain that the estimate is about


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A judged call. Its weight also stands for the calls of its stratum that were drawn and not judged."""

    stratum: str
    weight: float
    value: float

    @property
    def left_out(self) -> float:
        """The finite population correction: 1 less the chance to be drawn and judged."""
        return max(0.0, 1 - 1 / self.weight)


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What a stratum's judged calls have in common, whatever the domain."""

    many: int  # that were not drawn for certain
    left_out: float  # sum of a = 1 - p
    twisted: float  # sum of a (2 a - 1)
    response: float  # the judged share of the drawn weight


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighing:
    """The drawn calls of a part, weighed."""

    weighed: tuple[Weighed | None, ...]  # in the units' order; None: not judged
    totals: Mapping[str, Totals]  # of strata of which something was judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """How a domain's estimated mean scatters over draws."""

    variance: float
    third: float  # central moment; its sign says on which side the estimate has the longer tail


Term = tuple[float, float]  # a = 1 - p, and the linearised residual e


def weigh(units: Sequence[Unit]) -> Weighing:
    """Weights by strata; strata of which nothing was judged have no totals."""
    drawn, judged = defaultdict[str, float](float), defaultdict[str, float](float)
    for unit in units:
        drawn[unit.stratum] += 1 / unit.probability
        judged[unit.stratum] += 0 if unit.value is None else 1 / unit.probability
    response = {stratum: judged[stratum] / drawn[stratum] for stratum in drawn}
    weighed = tuple(_weighed(unit, response[unit.stratum]) for unit in units)
    return Weighing(weighed=weighed, totals=_totals(weighed, response))


def _weighed(unit: Unit, response: float) -> Weighed | None:
    if unit.value is None:
        return None
    return Weighed(stratum=unit.stratum, weight=1 / (unit.probability * response), value=unit.value)


def _totals(weighed: Iterable[Weighed | None], response: Mapping[str, float]) -> dict[str, Totals]:
    strata: dict[str, list[float]] = defaultdict(list)
    for one in weighed:
        if one is not None:
            strata[one.stratum].append(one.left_out)
    return {
        stratum: Totals(
            many=sum(left_out > 0 for left_out in parts),
            left_out=math.fsum(parts),
            twisted=math.fsum(left_out * (2 * left_out - 1) for left_out in parts),
            response=response[stratum],
        )
        for stratum, parts in strata.items()
    }


def mean_of(meant: Sequence[Weighed]) -> float | None:
    """The ratio of weighted sums; None of nothing."""
    weights = math.fsum(one.weight for one in meant)
    return math.fsum(one.weight * one.value for one in meant) / weights if meant else None


def moments_of(meant: Sequence[Weighed], totals: Mapping[str, Totals], mean: float) -> Moments:
    """Of a domain's mean. Calls outside it have residual 0 and count in their strata all the same.

    Strata with one judged call are taken together: that errs on the large side.
    """
    size = math.fsum(one.weight for one in meant)
    strata: dict[str, list[Term]] = {stratum: [] for stratum in totals}
    for one in meant:
        if one.left_out > 0:
            strata[one.stratum].append((one.left_out, one.weight * (one.value - mean) / size))
    several = [(terms, totals[name]) for name, terms in strata.items() if terms and totals[name].many > 1]
    alone = [_alone(terms, totals[name]) for name, terms in strata.items() if totals[name].many == 1]
    together = _together(alone)
    if together is not None:
        several.append((alone, together))
    rest = alone if together is None else []
    spread = math.fsum(_spread(terms, of) for terms, of in several)
    return Moments(
        variance=spread + math.fsum(left_out * residual**2 for left_out, residual in rest),
        third=math.fsum(_lean(terms, of) for terms, of in several),
    )


def _alone(terms: Sequence[Term], totals: Totals) -> Term:
    """The one judged call of a stratum, in the domain or not."""
    return terms[0] if terms else (totals.left_out, 0.0)


def _together(alone: Sequence[Term]) -> Totals | None:
    """Strata of one call each as one stratum; None where there are no two."""
    if len(alone) < 2:
        return None
    twisted = math.fsum(left_out * (2 * left_out - 1) for left_out, _ in alone)
    total = math.fsum(left_out for left_out, _ in alone)
    return Totals(many=len(alone), left_out=total, twisted=twisted, response=1.0)


def _centre(terms: Sequence[Term], totals: Totals) -> float:
    """The residuals' mean B, weighted by a."""
    return math.fsum(left_out * residual for left_out, residual in terms) / totals.left_out


def _spread(terms: Sequence[Term], totals: Totals) -> float:
    """(m / (m - 1)) * sum of a (e - B)^2, over the domain's calls and the others, whose e is 0."""
    centre = _centre(terms, totals)
    others = totals.left_out - math.fsum(left_out for left_out, _ in terms)
    squares = math.fsum(left_out * (residual - centre) ** 2 for left_out, residual in terms)
    return totals.many / (totals.many - 1) * (squares + max(0.0, others) * centre**2)


def _lean(terms: Sequence[Term], totals: Totals) -> float:
    """m^2 / ((m - 1) (m - 2)) * sum of a (2 a - 1) (e - B)^3: the third cumulant of a simple draw's mean."""
    many = totals.many
    if many < 3:
        return 0.0
    centre = _centre(terms, totals)
    twisted = [(left_out * (2 * left_out - 1), residual) for left_out, residual in terms]
    others = totals.twisted - math.fsum(factor for factor, _ in twisted)
    cubes = math.fsum(factor * (residual - centre) ** 3 for factor, residual in twisted)
    return many**2 / ((many - 1) * (many - 2)) * (cubes - others * centre**3)
