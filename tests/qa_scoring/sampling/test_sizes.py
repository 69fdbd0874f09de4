"""What it takes, against closed forms and by counting."""

from __future__ import annotations

import math

import pytest

from qa_scoring.sampling import sizes

BOUND = 0.27 / 10_000  # the bureau's own rate of wrong answers


def test_the_bureaus_rate_takes_what_the_rule_of_three_says() -> None:
    """ln(0.05) / ln(1 - p), which is 3 / p but for a thousandth: 110,952 calls without an error."""
    calls = sizes.to_show_below(BOUND)
    assert calls == math.ceil(math.log(0.05) / math.log1p(-BOUND)) == 110_952
    assert calls == pytest.approx(-math.log(0.05) / BOUND, rel=1e-4)


@pytest.mark.parametrize(("allowed", "mean"), [(0, 2.9957), (1, 4.7439), (2, 6.2958), (5, 10.5130)])
def test_each_error_allowed_takes_more_calls(allowed: int, mean: float) -> None:
    """The printed upper limits of a Poisson count (half a chi-square quantile), by the bound."""
    assert sizes.to_show_below(BOUND, allowed=allowed) == pytest.approx(mean / BOUND, rel=1e-3)


def test_a_finite_population_takes_less_and_is_counted_exactly() -> None:
    """5 % of 100 is 5 calls: the least n at which leaving all 5 out has a chance of 1 in 20 is 45."""
    calls = sizes.to_show_below(0.05, population=100)
    assert calls is not None

    def missed(drawn: int) -> float:
        return math.comb(95, drawn) / math.comb(100, drawn)

    assert missed(calls) <= 0.05 < missed(calls - 1)
    assert sizes.to_show_below(0.05, allowed=5, population=100) is None  # not even all 100 would


def test_the_power_is_what_the_true_rate_gives() -> None:
    """At a third of the bound a sample without allowance works out in e^-1 of cases."""
    told = sizes.showing(BOUND, allowed=0, true_rate=BOUND / 3)
    assert told.power == pytest.approx(0.05 ** (1 / 3), rel=1e-3)
    found = sizes.with_power(BOUND, true_rate=BOUND / 3, power=0.8)
    assert found is not None
    assert found.power is not None
    assert found.power >= 0.8
    before = sizes.showing(BOUND, allowed=found.allowed - 1, true_rate=BOUND / 3)
    assert before.power is not None
    assert before.power < 0.8


def test_width_is_the_textbooks() -> None:
    """1.96^2 p (1 - p) / d^2, and n / (1 + n / N) of a population (Cochran, 4.4)."""
    assert sizes.for_width(share=0.5, half_width=0.05) == 385
    assert sizes.for_width(share=0.5, half_width=0.05, population=1000) == 278
    assert sizes.for_mean_width(spread=15, half_width=1) == 865


def test_rogan_and_gladen_undo_an_imperfect_rule() -> None:
    """The apparent rate of a true one leads back to it; less than the false marks alone is 0."""
    rule = {"sensitivity": 0.9, "specificity": 0.98}
    assert sizes.rogan_gladen(sizes.apparent_rate(0.1, **rule), **rule) == pytest.approx(0.1)
    assert sizes.rogan_gladen(0.001, **rule) == 0


def test_machine_and_people_together_leave_people_little_to_hear() -> None:
    """Without a true error found: 3.69 / (bound x lower sensitivity) judged, the false marks heard."""
    told = sizes.doubling(BOUND, sensitivity=1.0, specificity=0.999, planted=300)
    assert told is not None
    low = 0.025 ** (1 / 300)  # all planted errors found, half of the level
    assert told.sensitivity_low == pytest.approx(low)
    assert told.judged == pytest.approx(-math.log(0.025) / (BOUND * low), rel=1e-4)
    assert told.listened == math.ceil(told.judged * 0.001)
    assert sizes.doubling(BOUND, sensitivity=0.1, specificity=0.9, planted=5) is None
