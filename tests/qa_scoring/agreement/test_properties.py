"""What holds of the coefficients whatever is rated."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.states import Verdict
from qa_scoring.agreement import (
    Estimate,
    Level,
    Method,
    Weighting,
    Why,
    assign,
    cohens_kappa,
    congers_kappa,
    cws_index,
    krippendorffs_alpha,
    weighted_kappa,
)

RATERS = ("chen", "li", "wang", "zhao")
UNITS = st.lists(
    st.dictionaries(st.sampled_from(RATERS), st.sampled_from(sorted(Verdict)), min_size=1),
    min_size=2,
    max_size=12,
)
Units = list[dict[str, str]]


def coefficients(units: Units) -> tuple[Estimate, Estimate]:
    """Kappa and nominal alpha."""
    return congers_kappa(units, seed=3), krippendorffs_alpha(units, Level.NOMINAL, seed=3)


def numbers(estimates: tuple[Estimate, ...]) -> list[float]:
    """Values and ends of intervals, 9 where there is none."""
    told = [(e.value, e.interval and e.interval.low, e.interval and e.interval.high) for e in estimates]
    return [9.0 if number is None else number for each in told for number in each]


@settings(max_examples=20, deadline=None)
@given(UNITS, st.permutations(sorted(Verdict)), st.permutations(RATERS))
def test_names_and_order_change_nothing(units: Units, categories: list[str], raters: list[str]) -> None:
    """Categories renamed, raters exchanged and turned round: values and intervals stay."""
    category, rater = (
        dict(zip(sorted(Verdict), categories, strict=True)),
        dict(zip(RATERS, raters, strict=True)),
    )
    renamed = [{rater[who]: category[said] for who, said in reversed(unit.items())} for unit in units]
    before, after = coefficients(units), coefficients(renamed)
    assert numbers(before) == pytest.approx(numbers(after))
    assert [each.why for each in before] == [each.why for each in after]


@settings(max_examples=20, deadline=None)
@given(UNITS)
def test_every_coefficient_is_a_number_of_its_range_or_says_why_not(units: Units) -> None:
    """At most 1 within its interval; never NaN."""
    for found in coefficients(units):
        if found.value is None:
            assert found.why in {Why.NOTHING_SHARED, Why.ONE_CATEGORY}
        else:
            assert found.value <= 1
            assert (found.interval is None) == (found.why is not None)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(Verdict)), min_size=2, max_size=20).filter(
        lambda all_: len(set(all_)) > 1
    )
)
def test_perfect_agreement_is_one(said: list[str]) -> None:
    """Of two and of three raters, on every scale."""
    units = [dict.fromkeys(RATERS[:3], one) for one in said]
    marks = [dict.fromkeys(RATERS[:2], sorted(Verdict).index(Verdict(one))) for one in said]
    found = [*coefficients(units), krippendorffs_alpha(marks, Level.INTERVAL, seed=1)]
    found.append(krippendorffs_alpha(marks, Level.ORDINAL, seed=1))
    found.append(cohens_kappa([[(one, one)] for one in said], seed=1))
    assert [each.value for each in found] == pytest.approx([1.0] * 5)
    assert {each.why for each in found} <= {Why.NO_SPREAD, Why.UNSTABLE}


def test_independent_raters_agree_by_chance_alone() -> None:
    """In 500 calls each coefficient is about 0 and its interval has 0; and it is narrow."""
    rng = np.random.default_rng(11)
    said = rng.choice(5, size=(3, 500), p=[0.5, 0.2, 0.15, 0.1, 0.05])
    units = [{rater: int(value) for rater, value in zip(RATERS, call, strict=False)} for call in said.T]
    two = [(int(a), int(b)) for a, b in said.T[:, :2]]
    found = [*(krippendorffs_alpha(units, level, seed=2) for level in Level), congers_kappa(units, seed=2)]
    found.append(cohens_kappa([[pair] for pair in two], seed=2))
    found.append(weighted_kappa(two, range(5), Weighting.QUADRATIC, seed=2))
    for each in found:
        assert each.interval is not None
        assert each.interval.low < 0 < each.interval.high
        assert each.value == pytest.approx(0, abs=0.1)
        assert each.interval.high - each.interval.low < 0.25
    assert found[-1].interval is not None
    assert found[-1].interval.method is Method.LARGE_SAMPLE


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    """Raters who see the truth in four calls of five and guess else: alpha is .64, nearly always inside."""
    rng = np.random.default_rng(7)
    truth, covered = 0.8**2, 0
    for sample in range(60):
        right = rng.integers(0, 2, size=60)
        said = np.where(rng.random((2, 60)) < 0.8, right, rng.integers(0, 2, size=(2, 60)))
        units = [{"li": int(a), "wang": int(b)} for a, b in said.T]
        interval = krippendorffs_alpha(units, Level.NOMINAL, seed=sample).interval
        covered += interval is not None and interval.low <= truth <= interval.high
    assert 52 <= covered <= 59


def test_quadratic_weights_forgive_more_than_linear_ones() -> None:
    """Marks that differ by one step at most: near misses count, and the unused steps count as well."""
    pairs = [(1, 2), (2, 2), (3, 4), (4, 4), (5, 4), (2, 1), (3, 3), (4, 5)]
    kappas = [weighted_kappa(pairs, range(6), weighting, seed=1).value for weighting in Weighting]
    assert all(a is not None and b is not None and a < b for a, b in pairwise(kappas))


def test_the_experts_index_is_discrimination_over_inconsistency() -> None:
    """By hand: means 90, 60, 30 of two scores each, two points off: 2 * 1800 / 2 over 3 * 8 / 3."""
    found = cws_index({"a": [92, 88], "b": [62, 58], "c": [32, 28]})
    assert (found.discrimination, found.inconsistency) == pytest.approx((1800, 8))
    assert found.value == pytest.approx(225)
    assert (found.calls, found.repeats) == (3, 3)


def test_not_every_call_need_be_repeated() -> None:
    """One repeat is enough for a measure of inconsistency: 60 and 64, so 8."""
    assert cws_index({"a": [90], "b": [60, 64], "c": [30]}).inconsistency == pytest.approx(8)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ({"a": [90, 80]}, Why.ONE_CALL),
        ({"a": [90], "b": [80]}, Why.NO_REPEATS),
        ({"a": [90, 90], "b": [80]}, Why.NO_INCONSISTENCY),
        ({}, Why.ONE_CALL),
    ],
)
def test_where_there_is_no_index_it_says_why(scores: dict[str, list[float]], why: Why) -> None:
    """Nothing is divided by nothing."""
    found = cws_index(scores)
    assert (found.value, found.why) == (None, why)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(2, 6), st.integers(0, 999))
def test_a_draw_in_pairs_is_balanced_and_can_be_repeated(calls: int, raters: int, seed: int) -> None:
    """Each call has two raters; loads differ by one at most; the same seed draws the same."""
    ids, people = [f"c{n}" for n in range(calls)], [f"r{n}" for n in range(raters)]
    drawn = assign(ids, people, everybody=False, repeat_share=0, seed=seed)
    judges = {call: {each.rater for each in drawn if each.call_id == call} for call in ids}
    assert {len(two) for two in judges.values()} == {2}
    loads = [sum(each.rater == rater for each in drawn) for rater in people]
    assert max(loads) - min(loads) <= 1
    assert assign(ids, people, everybody=False, repeat_share=0, seed=seed) == drawn


def test_the_pairs_rotate() -> None:
    """Thirty calls among four: each of the six pairs meets five times."""
    drawn = assign([f"c{n}" for n in range(30)], RATERS, everybody=False, repeat_share=0, seed=5)
    pairs = [
        frozenset(each.rater for each in drawn if each.call_id == call) for call in {e.call_id for e in drawn}
    ]
    assert sorted(pairs.count(pair) for pair in set(pairs)) == [5] * 6


def test_repeats_come_last_and_are_the_same_for_all_in_a_calibration() -> None:
    """Everybody judges all ten calls; two of them once more, after all others and in the same order."""
    drawn = assign([f"c{n}" for n in range(10)], RATERS, everybody=True, repeat_share=0.15, seed=5)
    repeated = {rater: [e.call_id for e in drawn if e.rater == rater and e.occasion == 2] for rater in RATERS}
    assert {frozenset(calls) for calls in repeated.values()} == {frozenset(repeated["li"])}
    assert len(repeated["li"]) == 2
    own = sorted((each for each in drawn if each.rater == "li"), key=lambda each: each.place)
    assert [each.place for each in own] == list(range(1, 13))
    assert [each.occasion for each in own] == [1] * 10 + [2] * 2
    first_time = [each.call_id for each in own if each.call_id in repeated["li"]][:2]
    assert first_time == repeated["li"]
