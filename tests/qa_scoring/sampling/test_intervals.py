"""Quantiles and intervals against closed forms and printed tables."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_scoring.sampling import intervals, quantiles


@pytest.mark.parametrize(
    ("df", "printed"), [(1, 12.7062), (2, 4.3027), (10, 2.2281), (30, 2.0423), (120, 1.9799)]
)
def test_students_quantiles_are_those_of_the_tables(df: int, printed: float) -> None:
    """The two-sided 95 % points that every textbook prints."""
    assert quantiles.student_quantile(0.975, df) == pytest.approx(printed, abs=5e-5)
    assert quantiles.student_quantile(0.975, 1e9) == pytest.approx(NormalDist().inv_cdf(0.975))


@given(probability=st.floats(0.001, 0.999), size=st.integers(1, 100_000))
@settings(max_examples=30, deadline=None)
def test_beta_quantiles_have_their_closed_forms(probability: float, size: int) -> None:
    """Of Beta(1, b) and Beta(a, 1)."""
    assert quantiles.beta_quantile(probability, 1, size) == pytest.approx(
        -math.expm1(math.log1p(-probability) / size), rel=1e-9
    )
    assert quantiles.beta_quantile(probability, size, 1) == pytest.approx(probability ** (1 / size), rel=1e-9)


@pytest.mark.parametrize(
    ("found", "size", "low", "high"),
    [(0, 30, 0.0, 0.1157), (5, 50, 0.0333, 0.2181), (29, 30, 0.8278, 0.9992)],
)
def test_clopper_and_pearsons_interval_is_the_printed_one(
    found: int, size: int, low: float, high: float
) -> None:
    """Four digits, as statistical software gives them."""
    assert intervals.clopper_pearson(found, size) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=25, deadline=None)
@given(population=st.integers(1, 60), data=st.data())
def test_the_hypergeometric_interval_covers_every_truth(population: int, data: st.DataObject) -> None:
    """Whatever the population, at least 95 in 100 samples have an interval with the truth: all counted."""
    judged = data.draw(st.integers(1, population))
    marked = data.draw(st.integers(0, population))
    ways = 0
    for found in range(max(0, judged - (population - marked)), min(judged, marked) + 1):
        low, high = intervals.hypergeometric_interval(found, judged, population)
        if low - 1e-12 <= marked / population <= high + 1e-12:
            ways += math.comb(marked, found) * math.comb(population - marked, judged - found)
    assert ways / math.comb(population, judged) >= 0.95


def test_an_unlimited_population_gives_the_binomial_interval() -> None:
    """The one is the limit of the other."""
    near = intervals.hypergeometric_interval(5, 50, 10_000_000)
    assert near == pytest.approx(intervals.clopper_pearson(5, 50), abs=1e-5)


def test_at_an_even_draw_the_hidden_are_those_of_the_exact_interval() -> None:
    """0 of 400 from 4,000: the bound for any design is one call above the exact one for this design."""
    exact = intervals.hypergeometric_interval(0, 400, 4000)[1] * 4000
    assert exact <= intervals.hidden_at_most([(4000, 0.1)]) <= exact + 1.5
    assert intervals.hidden_at_most([(10, 1.0)]) == 0
    assert intervals.hidden_at_most([(10, 0.0), (5, 0.5)]) == pytest.approx(10 + 5)
