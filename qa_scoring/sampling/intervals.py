"""Confidence intervals of shares that do not collapse where nothing, or everything, was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from qa_scoring.sampling.quantiles import beta_quantile, student_quantile

Interval = tuple[float, float]
MOST_SIZE = 1e9  # an effective size beyond it is rounding
LEAST_LEAN = 1e-6  # under it the correction is smaller than the arithmetic's own error


def clopper_pearson(found: float, size: float, confidence: float = 0.95) -> Interval:
    """The exact interval of a binomial share; `found` and `size` may be fractions (effective counts)."""
    tail = (1 - confidence) / 2
    low = 0.0 if found <= 0 else beta_quantile(tail, found, size - found + 1)
    high = 1.0 if found >= size else beta_quantile(1 - tail, found + 1, size - found)
    return low, high


def effective_interval(
    share: float, variance: float, judged: int, df: int, confidence: float = 0.95
) -> Interval:
    """Clopper and Pearson's interval at the effective size of a complex sample.

    After Korn and Graubard, Survey Methodology 24 (1998), 193-201: the size at which simple random sampling
    had the same variance, made smaller for the degrees of freedom. `share` strictly between 0 and 1.
    """
    if variance * MOST_SIZE <= share * (1 - share):
        return share, share  # everything that differs was drawn for certain
    quantile = 1 - (1 - confidence) / 2
    shrink = student_quantile(quantile, max(1, judged - 1)) / student_quantile(quantile, max(1, df))
    size = share * (1 - share) / variance * shrink**2
    return clopper_pearson(share * size, size, confidence)


def skewed_interval(
    mean: float, variance: float, third: float, df: int, confidence: float = 0.95
) -> Interval:
    """Student's interval of a mean, corrected for the lean of what it is the mean of.

    Scores lean: most calls lose nothing and a few lose much, so that a sample without those few lies too high
    and looks too sure. Hall's cubic transformation, Journal of the Royal Statistical Society B 54 (1992),
    221-228, takes that out to the first order.
    """
    error = math.sqrt(variance)
    if error == 0:
        return mean, mean
    lean, reach = third / error**3, student_quantile(1 - (1 - confidence) / 2, max(1, df))
    return mean - error * _untransformed(reach, lean), mean - error * _untransformed(-reach, lean)


def _untransformed(quantile: float, lean: float) -> float:
    if abs(lean) < LEAST_LEAN:
        return quantile
    return 3 / lean * (math.cbrt(1 + lean * (quantile - lean / 6)) - 1)


def hypergeometric_interval(found: int, judged: int, population: int, confidence: float = 0.95) -> Interval:
    """The exact interval of a share in a finite population, of which `judged` were drawn at random.

    Each count of the population is in it that the sample does not contradict at half the level on its side.
    """
    tail = (1 - confidence) / 2
    low, high = found, population - (judged - found)
    lowest = _first(low, high, lambda count: at_least(found, judged, count, population) > tail)
    missed = judged - found
    most_right = _first(
        missed, population - found, lambda count: at_least(missed, judged, count, population) > tail
    )
    return lowest / population, (population - most_right) / population


def at_least(found: int, judged: int, marked: int, population: int) -> float:
    """The chance that a random sample has `found` or more of the `marked` calls."""
    most = min(judged, marked)
    if found <= max(0, judged - (population - marked)):
        return 1.0
    if found > most:
        return 0.0
    return min(1.0, math.fsum(_chances(found, most, judged, marked, population)))


def _chances(first: int, last: int, judged: int, marked: int, population: int) -> Iterable[float]:
    chance = math.exp(
        _log_choose(marked, first)
        + _log_choose(population - marked, judged - first)
        - _log_choose(population, judged)
    )
    for found in range(first, last + 1):
        yield chance
        up = (marked - found) * (judged - found)
        chance *= up / ((found + 1) * (population - marked - judged + found + 1))


def _log_choose(many: int, few: int) -> float:
    return math.lgamma(many + 1) - math.lgamma(few + 1) - math.lgamma(many - few + 1)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The least count from which on it holds; it does at `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def hidden_at_most(strata: Iterable[tuple[int, float]], confidence: float = 0.95) -> float:
    """How many calls may be marked although none was found, wherever they hide; two-sided.

    `strata` are (calls, least inclusion probability). That no marked call is drawn has at most the chance
    product(1 - p) where draws do not bring one another: simple and stratified ones are so, systematic ones in
    random order by simulation (`make bench-sampling`). Marked calls hide where p is least.
    """
    left, hidden = -math.log((1 - confidence) / 2), 0.0
    for calls, probability in sorted(strata, key=lambda stratum: stratum[1]):
        if probability >= 1:
            break
        cost = -math.log1p(-probability) if probability > 0 else 0.0
        here = min(calls, left / cost) if cost else float(calls)
        hidden, left = hidden + here, left - here * cost
        if left <= 0:
            break
    return hidden
