"""How samples are shared among strata."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_scoring.sampling import BadSamplePlan
from qa_scoring.sampling.allocation import allocate
from qa_scoring.sampling.inclusion import probabilities, sizes
from tests.qa_scoring.sampling.months import NOVEMBER, plan_of

CALLS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 500), min_size=1)


@given(calls=CALLS, extra=st.integers(0, 800), minimum=st.integers(1, 4))
def test_proportional_shares_add_up_within_their_bounds(
    calls: dict[str, int], extra: int, minimum: int
) -> None:
    """The total, never more than there are, never under the minimum, and near the exact share."""
    least = sum(min(count, minimum) for count in calls.values())
    amount = plan_of(sample={"total": least + extra, "minimum": minimum}).sample
    shared = allocate(amount, calls, NOVEMBER)
    assert sum(shared.values()) == min(least + extra, sum(calls.values()))
    assert all(min(minimum, calls[name]) <= shared[name] <= calls[name] for name in calls)


def test_proportional_shares_are_the_exact_ones_rounded() -> None:
    """Largest remainders: 100 of 333, 333 and 334 are 33, 33 and 34."""
    amount = plan_of(sample={"total": 100}).sample
    assert allocate(amount, {"a": 333, "b": 333, "c": 334}, NOVEMBER) == {"a": 33, "b": 33, "c": 34}


def test_neyman_gives_more_to_where_calls_differ() -> None:
    """In proportion to size times spread: 200 x 0.1 and 200 x 0.4 share 100 as 20 and 80."""
    spreads = {"a": 0.1, "b": 0.4}
    amount = plan_of(sample={"total": 100, "allocation": "neyman", "spreads": spreads}).sample
    assert allocate(amount, {"a": 200, "b": 200}, NOVEMBER) == {"a": 20, "b": 80}
    with pytest.raises(BadSamplePlan, match="no spread of 'c'"):
        allocate(amount, {"a": 200, "b": 200, "c": 10}, NOVEMBER)


def test_parts_of_weeks_get_their_part_and_at_least_the_minimum() -> None:
    """November 2026 begins on a Sunday: one day of the week 44, seven of 45."""
    amount = plan_of(sample={"operator_week": 7, "minimum": 2}).sample
    calls = {"operator=1|week=2026-W44": 50, "operator=1|week=2026-W45": 50, "operator=2|week=2026-W45": 4}
    assert list(allocate(amount, calls, NOVEMBER).values()) == [2, 7, 4]


@given(
    risks=st.lists(st.floats(0, 100), min_size=1, max_size=80),
    share=st.floats(0.01, 1.0),
    floor=st.floats(0.05, 1.0),
)
def test_risk_weighted_chances_add_up_and_keep_their_floor(
    risks: list[float], share: float, floor: float
) -> None:
    """They sum to n, none is above 1, none below floor times n / N, and more risk is never less likely."""
    wished = max(1, int(share * len(risks)))
    chances = probabilities(sizes(risks, floor), wished)
    assert sum(chances) == pytest.approx(wished)
    assert all(floor * wished / len(risks) - 1e-9 <= chance <= 1 + 1e-12 for chance in chances)
    ordered = sorted(zip(risks, chances, strict=True))
    assert all(chance <= later + 1e-12 for (_, chance), (_, later) in pairwise(ordered))
