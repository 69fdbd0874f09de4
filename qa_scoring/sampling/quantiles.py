"""Quantiles of the normal, Student's and the beta distribution, to six digits or more."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

TINY = 1e-300
CLOSE = 1e-13
MOST_STEPS = 100_000
NORMAL_FROM_DF = 1e7  # beyond, Student's quantile is the normal one to eight digits


def normal_quantile(probability: float) -> float:
    """Of the standard normal distribution."""
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=1024)
def student_quantile(probability: float, df: float) -> float:
    """Of Student's distribution; `probability` at least one half."""
    if df >= NORMAL_FROM_DF:
        return normal_quantile(probability)
    share = beta_quantile(2 * (1 - probability), df / 2, 0.5)
    return math.sqrt(df * (1 - share) / share)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The x at which the distribution function of Beta(a, b) has the value: Newton's steps in a bracket."""
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(MOST_STEPS):
        off = beta_cdf(x, a, b) - probability
        low, high = (low, x) if off > 0 else (x, high)
        density = math.exp(_log_density(x, a, b))
        step = x - off / density if density > TINY else -1.0
        nearer = step if low < step < high else (low + high) / 2
        if abs(nearer - x) <= CLOSE * x:
            break
        x = nearer
    return x


def _log_density(x: float, a: float, b: float) -> float:
    return _log_front(a, b) + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)


def _log_front(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (Abramowitz and Stegun 26.5.8, by Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    log_front = _log_front(a, b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) * _continued_fraction(x, a, b) / a


def _continued_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for step in range(1, MOST_STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            d = 1 / _off_zero(1 + term * d)
            c = _off_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return value


def _off_zero(number: float) -> float:
    return number if abs(number) > TINY else TINY
