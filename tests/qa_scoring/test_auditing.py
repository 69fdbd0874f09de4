"""The error of rules: intervals as published, shares that say why there are none, and the policy."""

from __future__ import annotations

import pytest

from ledger.states import RuleState, Verdict
from qa_scoring.auditing import Case, Share, ample, errors_of, state_of
from qa_scoring.wilson import wilson

PASS, FAIL, CANNOT_TELL, NOT_APPLICABLE = Verdict


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_published(hits: int, of: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 857, table I, method 3."""
    interval = wilson(hits, of)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_nothing_is_known_of_nothing() -> None:
    """Without cases the interval is everything, and a share has no value but a reason."""
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert Share(why_not="nobody looked").document == {"value": None, "why_not": "nobody looked"}
    with pytest.raises(ValueError, match="3 of 2 is no share"):
        wilson(3, 2)


def test_the_upper_end_mirrors_the_lower_one() -> None:
    """Hits and misses are alike, and more cases make the interval narrower."""
    for hits, of in ((0, 7), (3, 7), (35, 35), (97, 100)):
        turned = wilson(of - hits, of)
        assert wilson(hits, of).low == pytest.approx(1 - turned.high)
    assert wilson(970, 1000).low > wilson(97, 100).low


def case(truth: Verdict, got: Verdict, rule_hash: str = "a") -> Case:
    """One call's."""
    return Case(rule="greeting", rule_hash=rule_hash, truth=truth, got=got, where="call")


def test_what_cannot_be_told_is_not_found_and_not_wrong() -> None:
    """A breach that cannot be told lowers recall; a kept norm that cannot be told harms only its own rate."""
    given = [
        case(FAIL, FAIL),
        case(FAIL, FAIL),
        case(FAIL, CANNOT_TELL),
        case(FAIL, PASS),
        case(PASS, FAIL),
        case(PASS, CANNOT_TELL),
        case(PASS, PASS),
        case(NOT_APPLICABLE, NOT_APPLICABLE),
    ]
    (error,) = errors_of(given)
    assert (error.precision.hits, error.precision.of) == (2, 3)
    assert (error.recall.hits, error.recall.of) == (2, 4)
    assert (error.cannot_tell.hits, error.cannot_tell.of) == (2, 7)
    assert [(miss.truth, miss.got) for miss in error.misses] == [
        (FAIL, CANNOT_TELL),
        (FAIL, PASS),
        (PASS, FAIL),
    ]


def test_another_content_of_a_rule_has_its_own_error() -> None:
    """What was found of the old content does not speak for the new one."""
    old, new = errors_of([case(PASS, FAIL, "old"), case(FAIL, FAIL, "new")])
    assert (old.rule_hash, old.precision.value) == ("old", 0.0)
    assert (new.rule_hash, new.precision.value) == ("new", 1.0)


@pytest.mark.parametrize(
    ("rightly", "flagged", "state"),
    [
        (0, 0, RuleState.ON_TRIAL),
        (0, 4, RuleState.ON_TRIAL),  # too few to say anything against it
        (3, 5, RuleState.ON_TRIAL),
        (2, 5, RuleState.SUSPENDED),  # the 99.9 % interval ends at 0.879
        (6, 10, RuleState.ON_TRIAL),
        (5, 10, RuleState.SUSPENDED),
        (34, 34, RuleState.ON_TRIAL),
        (35, 35, RuleState.TRUSTED),  # faultless, and its lower bound is 0.901
        (66, 70, RuleState.ON_TRIAL),
        (132, 139, RuleState.ON_TRIAL),
        (132, 140, RuleState.SUSPENDED),  # ample evidence, and the lower bound is 0.891
        (133, 140, RuleState.TRUSTED),
        (9300, 10000, RuleState.TRUSTED),
        (9000, 10000, RuleState.SUSPENDED),
    ],
)
def test_the_policy(rightly: int, flagged: int, state: RuleState) -> None:
    """For the floor of 0.9."""
    assert state_of(Share(hits=rightly, of=flagged), 0.9) is state


def test_ample_evidence_clears_the_floor_with_half_its_errors() -> None:
    """So a rule that is good enough is not suspended for want of cases, whatever the floor."""
    assert (ample(0.8), ample(0.9), ample(0.99)) == (70, 140, 1600)
    for floor in (0.8, 0.9, 0.95):
        cases = round(ample(floor))
        errors = round(cases * (1 - floor) / 2)
        assert state_of(Share(hits=cases - errors, of=cases), floor) is RuleState.TRUSTED
    assert state_of(Share(hits=10**6, of=10**6), 1.0) is RuleState.ON_TRIAL
    assert state_of(Share(hits=4, of=5), 1.0) is RuleState.SUSPENDED
