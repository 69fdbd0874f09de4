"""What a sample says of its frame: means and shares by the Horvitz-Thompson weights, with intervals.

Means are ratios of weighted sums (Hajek). Variances are those of the linearised ratio, by strata, with the
finite population correction 1 - p of each call (Deville's form of Hajek's estimator: the textbook formula
where a stratum is drawn simply, close to it where it is drawn by risk, as `make bench-sampling` measures).
A drawn call without a judgement is missing: the others of its stratum stand for it, and the bounds tell what
would be if all that is missing were bad, or good.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_scoring.sampling import intervals
from qa_scoring.sampling.drawing import StratumDraw
from qa_scoring.sampling.weighing import Moments, Totals, Unit, Weighed, Weighing, mean_of, moments_of, weigh

CONFIDENCE = 0.95


class Method(StrEnum):
    """Where an interval comes from."""

    HYPERGEOMETRIC = "hypergeometric"  # exact: a simple draw from one stratum
    EFFECTIVE = "effective"  # Clopper and Pearson at the effective size (Korn and Graubard)
    NONE_FOUND = "none_found"  # no difference was seen: the most that can hide where chances were least
    STUDENT = "student"  # corrected for the lean of scores (Hall)
    NOTHING = "nothing"  # nothing was judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What is known beside the drawn calls."""

    strata: Mapping[str, StratumDraw]
    population: Mapping[str, int]  # calls of the domain in the frame that can be heard, by stratum


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A mean or share with its interval; None where nothing was judged."""

    value: float | None
    low: float | None
    high: float | None
    method: Method
    standard_error: float | None
    calls: int  # of the domain in the frame that can be heard
    spoken_for: int  # of these in strata of which something was judged
    drawn: int  # of the domain
    judged: int
    effective_size: float | None  # at which simple random sampling had the same variance
    if_missing_bad: float | None  # the value if every drawn call without a judgement were the worst
    if_missing_good: float | None
    total: float | None  # Horvitz and Thompson's sum over the frame


def estimate_share(units: Sequence[Unit], scene: Scene, confidence: float = CONFIDENCE) -> Estimate:
    """The share of calls whose value is 1, the others' being 0."""
    return estimate(Domain.of(units), scene, top=1.0, confidence=confidence, is_share=True)


def estimate_mean(
    units: Sequence[Unit], scene: Scene, *, top: float = 100.0, confidence: float = CONFIDENCE
) -> Estimate:
    """The mean of values between 0 and `top`."""
    return estimate(Domain.of(units), scene, top=top, confidence=confidence, is_share=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """The drawn calls that an estimate is about, and what is known of their strata."""

    units: Sequence[Unit]
    judged: Sequence[Weighed]  # those of the units that were
    totals: Mapping[str, Totals]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> Domain:
        """Those that are meant, of all drawn calls of a part."""
        return cls.among(units, weigh(units), [at for at, unit in enumerate(units) if unit.is_meant])

    @classmethod
    def among(cls, units: Sequence[Unit], weighing: Weighing, places: Sequence[int]) -> Domain:
        """Those at some places of all drawn calls, which were weighed before."""
        found = (weighing.weighed[at] for at in places)
        judged = [one for one in found if one is not None]
        return cls(units=[units[at] for at in places], judged=judged, totals=weighing.totals)


def estimate(
    domain: Domain, scene: Scene, *, top: float, is_share: bool, confidence: float = CONFIDENCE
) -> Estimate:
    """The mean of a domain's values, which lie between 0 and `top`."""
    meant, totals = domain.judged, _known(domain.totals, scene.population)
    value = mean_of(meant)
    moments = moments_of(meant, totals, value) if value is not None else None
    hidden = _hidden_share(totals, scene, confidence)
    low, high, method = _interval(
        meant, scene, value, moments, hidden=hidden, top=top, confidence=confidence, is_share=is_share
    )
    low, high = _kept_to_the_heard(low, high, meant, calls=_spoken_for(totals, scene), top=top)
    variance = moments.variance if moments else None
    return Estimate(
        value=value,
        low=low,
        high=high,
        method=method,
        standard_error=None if variance is None else math.sqrt(variance),
        calls=sum(scene.population.values()),
        spoken_for=_spoken_for(totals, scene),
        drawn=len(domain.units),
        judged=len(meant),
        effective_size=_effective_size(meant, value, variance),
        if_missing_bad=_with_missing(domain.units, 0.0),
        if_missing_good=_with_missing(domain.units, top),
        total=math.fsum(one.weight * one.value for one in meant) if meant else None,
    )


def _spoken_for(totals: Mapping[str, Totals], scene: Scene) -> int:
    return sum(count for stratum, count in scene.population.items() if stratum in totals)


def _kept_to_the_heard(
    low: float | None, high: float | None, meant: Sequence[Weighed], *, calls: int, top: float
) -> tuple[float | None, float | None]:
    """What was judged is certain, whatever the rest is: all of it could be 0, or `top`."""
    if low is None or high is None:
        return low, high
    heard = math.fsum(one.value for one in meant)
    least, most = heard / calls, (heard + top * (calls - len(meant))) / calls
    return min(max(low, least), most), max(min(high, most), least)


def _known(totals: Mapping[str, Totals], population: Mapping[str, int]) -> dict[str, Totals]:
    """The strata where the domain has calls; the others' variance is 0."""
    return {stratum: totals[stratum] for stratum in population if stratum in totals}


def _interval(
    meant: Sequence[Weighed],
    scene: Scene,
    value: float | None,
    moments: Moments | None,
    *,
    hidden: float,
    top: float,
    confidence: float,
    is_share: bool,
) -> tuple[float | None, float | None, Method]:
    if value is None or moments is None:
        return None, None, Method.NOTHING
    values = {one.value for one in meant}
    exact = _simple_stratum(meant, scene) if is_share else None
    if exact:
        found = round(sum(one.value for one in meant))
        low, high = intervals.hypergeometric_interval(found, len(meant), exact, confidence)
        return low, high, Method.HYPERGEOMETRIC
    if len(values) == 1:
        return value * (1 - hidden), value + (top - value) * hidden, Method.NONE_FOUND
    df = len(meant) - len({one.stratum for one in meant})
    if is_share:
        low, high = intervals.effective_interval(value, moments.variance, len(meant), df, confidence)
        return min(low, 1 - hidden), max(high, hidden), Method.EFFECTIVE
    low, high = intervals.skewed_interval(value, moments.variance, moments.third, df, confidence)
    return max(0.0, low), min(top, high), Method.STUDENT


def _hidden_share(totals: Mapping[str, Totals], scene: Scene, confidence: float) -> float:
    """The most of the domain's calls that may differ although none was found to."""
    places = [
        (count, scene.strata[stratum].least * totals[stratum].response)
        for stratum, count in scene.population.items()
        if stratum in totals and count
    ]
    calls = sum(count for count, _ in places)
    return min(1.0, intervals.hidden_at_most(places, confidence) / calls) if calls else 1.0


def _simple_stratum(meant: Sequence[Weighed], scene: Scene) -> int | None:
    """The domain's calls in the frame, if all are in one stratum that was drawn simply."""
    (stratum,) = {one.stratum for one in meant} if len({one.stratum for one in meant}) == 1 else (None,)
    alone = [name for name, count in scene.population.items() if count]
    if stratum is None or alone != [stratum] or not scene.strata[stratum].is_simple:
        return None
    return scene.population[stratum]


def _effective_size(meant: Sequence[Weighed], value: float | None, variance: float | None) -> float | None:
    """None where the variance says nothing."""
    if not meant or not variance or value is None:
        return None
    weights = math.fsum(one.weight for one in meant)
    spread = math.fsum(one.weight * (one.value - value) ** 2 for one in meant) / weights
    return spread / variance


def _with_missing(units: Sequence[Unit], instead: float) -> float | None:
    if not units:
        return None
    values = ((instead if unit.value is None else unit.value) / unit.probability for unit in units)
    return math.fsum(values) / math.fsum(1 / unit.probability for unit in units)
