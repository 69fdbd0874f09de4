"""How many calls a wish takes: a width, or to show that a rate lies below a bound. Said honestly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from qa_scoring.sampling.intervals import at_least, clopper_pearson
from qa_scoring.sampling.quantiles import beta_cdf, normal_quantile

MOST_CALLS = 10**10


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """What it takes to show a rate below a bound when so many errors are found in the sample."""

    allowed: int  # errors that the sample may have
    calls: int | None  # None: not even all calls of the population would do
    power: float | None  # the chance that the sample shows it, at the true rate that was given


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubling:
    """The machine judges all calls, people listen to those that it marks, and to planted errors."""

    judged: int  # calls that the machine must judge
    listened: int  # calls that it is expected to mark, and that people hear
    planted: int  # calls with a known error whose share found tells the machine's sensitivity
    sensitivity_low: float  # the lower bound that these give
    allowed: int  # true errors that may be found among the marked


def for_width(
    *, share: float, half_width: float, population: int | None = None, confidence: float = 0.95
) -> int:
    """Calls of a simple draw for an interval of `share` plus and minus `half_width` (normal theory)."""
    return _for_spread(math.sqrt(share * (1 - share)), half_width, population, confidence)


def for_mean_width(
    *, spread: float, half_width: float, population: int | None = None, confidence: float = 0.95
) -> int:
    """The same for a mean of values with this standard deviation."""
    return _for_spread(spread, half_width, population, confidence)


def _for_spread(spread: float, half_width: float, population: int | None, confidence: float) -> int:
    unlimited = (normal_quantile(1 - (1 - confidence) / 2) * spread / half_width) ** 2
    if population is None:
        return math.ceil(unlimited - 1e-9)
    return min(population, math.ceil(unlimited / (1 + unlimited / population) - 1e-9))


def to_show_below(
    bound: float, *, allowed: int = 0, population: int | None = None, confidence: float = 0.95
) -> int | None:
    """Calls to draw simply so that with at most `allowed` errors the rate is below the bound; one-sided.

    The least n at which a rate of exactly the bound gives so few errors with at most the chance
    1 - confidence. In a population that is at the first count of errors that is not below the bound.
    None where the whole population cannot show it.
    """
    tail = 1 - confidence
    if population is None:
        return _least(allowed + 1, MOST_CALLS, lambda calls: at_most(allowed, calls, bound) <= tail)
    errors = max(1, math.ceil(bound * population - 1e-9))
    if allowed >= errors:
        return None
    return _least(
        allowed + 1,
        population,
        lambda calls: 1 - at_least(allowed + 1, calls, errors, population) <= tail,
    )


def showing(
    bound: float,
    *,
    allowed: int,
    true_rate: float | None,
    population: int | None = None,
    confidence: float = 0.95,
) -> Showing:
    """What it takes, and how likely it works out at a true rate."""
    calls = to_show_below(bound, allowed=allowed, population=population, confidence=confidence)
    power = None
    if calls is not None and true_rate is not None:
        power = _power(allowed, calls, true_rate, population)
    return Showing(allowed=allowed, calls=calls, power=power)


def with_power(
    bound: float,
    *,
    true_rate: float,
    power: float,
    population: int | None = None,
    confidence: float = 0.95,
    most_allowed: int = 2000,
) -> Showing | None:
    """The smallest sample that shows it with the chance `power` at the true rate; None: no sample does."""
    for allowed in range(most_allowed):
        found = showing(
            bound, allowed=allowed, true_rate=true_rate, population=population, confidence=confidence
        )
        if found.calls is None:
            return None
        if found.power is not None and found.power >= power:
            return found
    return None


def at_most(errors: int, calls: int, rate: float) -> float:
    """The chance of so few errors in independent calls."""
    if errors >= calls:
        return 1.0
    if errors == 0:
        return math.exp(calls * math.log1p(-rate))
    return 1 - beta_cdf(rate, errors + 1, calls - errors)


def _power(allowed: int, calls: int, true_rate: float, population: int | None) -> float:
    if population is None:
        return at_most(allowed, calls, true_rate)
    errors = round(true_rate * population)
    return 1 - at_least(allowed + 1, calls, errors, population)


def apparent_rate(rate: float, *, sensitivity: float, specificity: float) -> float:
    """The share of calls that an imperfect rule marks where `rate` of them have an error."""
    return rate * sensitivity + (1 - rate) * (1 - specificity)


def rogan_gladen(marked: float, *, sensitivity: float, specificity: float) -> float:
    """The true rate behind a share of marked calls (Rogan and Gladen, 1978), held within 0 and 1."""
    return min(1.0, max(0.0, (marked + specificity - 1) / (sensitivity + specificity - 1)))


def clean_calls_for_specificity(bound: float, *, confidence: float = 0.95) -> int:
    """Calls known to be without error, none of which the rule may mark, before it alone can show the bound.

    Until then the rule's own false marks may be more than the errors that are to be excluded.
    """
    calls = to_show_below(bound, confidence=confidence)
    assert calls is not None
    return calls


def doubling(
    bound: float,
    *,
    sensitivity: float,
    specificity: float,
    planted: int,
    true_rate: float = 0.0,
    confidence: float = 0.95,
) -> Doubling | None:
    """Two steps: the machine marks, people hear what is marked, and the errors that it misses are bounded.

    If T errors are found among the marked calls of N, the rate is at most upper(T) / (N lower(sensitivity)).
    Half of 1 - confidence goes to each of the two bounds (Bonferroni). `planted` calls with a known error
    tell the sensitivity, which must hold for real errors too. None where its lower bound is 0.
    """
    half = 1 - (1 - confidence) / 2
    low = sensitivity_low(sensitivity, planted, half)
    if low <= 0:
        return None
    for allowed in range(2000):
        judged = to_show_below(bound * low, allowed=allowed, confidence=half)
        if judged is None:
            return None
        expected = judged * true_rate * sensitivity
        if at_most_poisson(allowed, expected) >= 0.8:
            marked = apparent_rate(true_rate, sensitivity=sensitivity, specificity=specificity)
            return Doubling(
                judged=judged,
                listened=math.ceil(judged * marked - 1e-9),
                planted=planted,
                sensitivity_low=low,
                allowed=allowed,
            )
    return None


def sensitivity_low(sensitivity: float, planted: int, confidence: float) -> float:
    """The one-sided lower bound if that share of the planted errors was found."""
    found = math.floor(sensitivity * planted + 1e-9)
    return clopper_pearson(found, planted, 1 - 2 * (1 - confidence))[0]


def at_most_poisson(errors: int, expected: float) -> float:
    """The chance of so few where so many are expected."""
    terms = (
        math.exp(count * math.log(expected) - expected - math.lgamma(count + 1)) if expected > 0 else 0.0
        for count in range(errors + 1)
    )
    return min(1.0, math.fsum(terms)) if expected > 0 else 1.0


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The least number from `low` to `high` from which on it holds."""
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
