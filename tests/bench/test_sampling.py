"""A small share of `make bench-sampling`: intervals cover the truth about as often as they say."""

from __future__ import annotations

from typing import Any

import pytest

from bench.sampling.coverage import ESTIMANDS, coverages
from bench.sampling.population import Month
from qa_scoring.sampling.plan import SamplePlan

DRAWS = 200
NOISE = 0.03  # two standard errors of so many draws
IN_ORDER, SCORE, RARE = ESTIMANDS[:3]


@pytest.fixture(scope="module")
def month() -> Month:
    """500 calls."""
    return Month.made(500, rare_share=0.01)


@pytest.mark.parametrize(
    "says",
    [
        {"sample": {"total": 120}},
        {"strata": ["team"], "sample": {"total": 120}},
        {"select": "risk", "sample": {"total": 120}},
    ],
    ids=["simple", "stratified", "risk"],
)
def test_intervals_cover_the_truth_as_often_as_they_say(month: Month, says: dict[str, Any]) -> None:
    """Within two points and the noise of so few draws; for rare errors at least as often."""
    plan = SamplePlan.model_validate({"id": "ci", "title": "ci", **says})
    told = {
        one.estimand: one for one in coverages(plan, month, draws=DRAWS, estimands=(IN_ORDER, SCORE, RARE))
    }
    for estimand in (IN_ORDER, SCORE):
        assert abs(told[estimand.name].share - 0.95) <= 0.02 + NOISE
        assert 0.85 < told[estimand.name].error_ratio < 1.15
    assert told[RARE.name].share >= 0.95 - NOISE
    assert abs(told[IN_ORDER.name].bias) < 0.01
