"""Estimates against the formulas of textbooks, and where those say nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import mean, variance

import pytest

from qa_scoring.sampling import Estimate, StratumDraw, estimate_mean, estimate_share
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.estimating import Method, Scene
from qa_scoring.sampling.intervals import hypergeometric_interval
from qa_scoring.sampling.weighing import Unit


def scene(*, simple: bool = True, **strata: tuple[int, int]) -> Scene:
    """Strata of (calls, drawn)."""
    drawn = {
        name: StratumDraw(
            part=DrawPart.MONITORS, stratum=name, calls=calls, drawn=n, least=n / calls, is_simple=simple
        )
        for name, (calls, n) in strata.items()
    }
    return Scene(strata=drawn, population={name: calls for name, (calls, _) in strata.items()})


def units(stratum: str, calls: int, values: list[float | None]) -> list[Unit]:
    """A simple draw of one stratum."""
    return [Unit(stratum=stratum, probability=len(values) / calls, value=value) for value in values]


def test_a_stratified_mean_and_its_error_are_cochrans() -> None:
    """Cochran, Sampling Techniques (1977), 5.6: sum of W_h mean_h, and of W_h^2 (1 - f_h) s_h^2 / n_h."""
    a, b = [90.0, 80.0, 100.0, 70.0], [60.0, 40.0, 50.0]
    told = estimate_mean([*units("a", 40, [*a]), *units("b", 10, [*b])], scene(a=(40, 4), b=(10, 3)))
    assert told.value == pytest.approx(0.8 * mean(a) + 0.2 * mean(b))
    expected = 0.8**2 * (1 - 0.1) * variance(a) / 4 + 0.2**2 * (1 - 0.3) * variance(b) / 3
    assert told.standard_error == pytest.approx(math.sqrt(expected))
    assert told.total == pytest.approx(40 * mean(a) + 10 * mean(b))  # Horvitz and Thompson's


def test_a_simple_draws_share_has_the_exact_interval() -> None:
    """The hypergeometric one; of a domain too, whose calls in the frame are known."""
    drawn = units("", 200, [1.0] * 3 + [0.0] * 17)
    told = estimate_share(drawn, scene(**{"": (200, 20)}))
    assert (told.low, told.high) == hypergeometric_interval(3, 20, 200)
    assert told.method is Method.HYPERGEOMETRIC


def test_everything_judged_leaves_no_doubt() -> None:
    """A census: the interval is the value."""
    told = estimate_share(units("a", 4, [1.0, 0.0, 0.0, 1.0]), scene(simple=False, a=(4, 4)))
    assert (told.value, told.low, told.high) == (0.5, 0.5, 0.5)
    told = estimate_mean(units("a", 2, [80.0, 80.0]), scene(a=(2, 2)))
    assert (told.low, told.high) == (80.0, 80.0)


def test_no_error_found_leaves_room_for_those_that_hide_where_few_were_drawn() -> None:
    """2 of 1,000 drawn here and 50 of 100 there: the errors may all be here."""
    drawn = [*units("rare", 1000, [0.0, 0.0]), *units("often", 100, [0.0] * 50)]
    told = estimate_share(drawn, scene(rare=(1000, 2), often=(100, 50)))
    assert (told.value, told.low, told.method) == (0.0, 0.0, Method.NONE_FOUND)
    unseen = -1000 * math.log1p(-0.002)  # what it costs the level to hide one error in each rare call
    assert told.high == pytest.approx((1000 + (-math.log(0.025) - unseen) / -math.log(0.5)) / 1100)


def test_the_interval_with_an_error_is_never_below_the_one_without() -> None:
    """One error found among likely calls says nothing of the unlikely ones."""
    likely = [Unit(stratum="a", probability=0.9, value=float(n == 0)) for n in range(30)]
    unlikely = [Unit(stratum="a", probability=0.02, value=0.0) for _ in range(10)]
    design = StratumDraw(
        part=DrawPart.MONITORS, stratum="a", calls=533, drawn=40, least=0.02, is_simple=False
    )
    known = Scene(strata={"a": design}, population={"a": 533})
    found = estimate_share([*likely, *unlikely], known)
    clean = estimate_share([replace(unit, value=0.0) for unit in likely + unlikely], known)
    assert found.high is not None
    assert clean.high is not None
    assert found.high >= clean.high > 0.3


def test_a_missing_call_is_not_in_order() -> None:
    """The judged ones of its stratum stand for it, and the bounds say what it might change."""
    drawn = [*units("a", 40, [1.0, 1.0, None, 0.0]), *units("b", 40, [1.0, None, None, None])]
    told = estimate_share(drawn, scene(a=(40, 4), b=(40, 4)))
    assert told.value == pytest.approx((2 / 3 + 1) / 2)
    assert (told.drawn, told.judged) == (8, 4)
    assert (told.if_missing_bad, told.if_missing_good) == (3 / 8, 7 / 8)


def test_a_stratum_of_which_nothing_was_judged_is_not_spoken_for() -> None:
    """Its calls are told, not guessed."""
    drawn = [*units("a", 40, [1.0, 0.0]), *units("b", 60, [None, None])]
    told = estimate_share(drawn, scene(a=(40, 2), b=(60, 2)))
    assert (told.value, told.calls, told.spoken_for) == (0.5, 100, 40)
    nothing = estimate_share(units("b", 60, [None, None]), scene(b=(60, 2)))
    assert (nothing.value, nothing.low, nothing.method) == (None, None, Method.NOTHING)


def test_weights_undo_what_risk_did() -> None:
    """Ten flagged calls drawn surely and ten others at one in nine are ten of a hundred."""
    flagged = [Unit(stratum="", probability=1.0, value=1.0) for _ in range(10)]
    others = [Unit(stratum="", probability=1 / 9, value=0.0) for _ in range(10)]
    design = StratumDraw(
        part=DrawPart.MONITORS, stratum="", calls=100, drawn=20, least=1 / 9, is_simple=False
    )
    told = estimate_share([*flagged, *others], Scene(strata={"": design}, population={"": 100}))
    assert told.value == pytest.approx(0.1)
    assert told.total == pytest.approx(10)


def test_what_was_heard_is_certain() -> None:
    """Seven bad calls of twenty leave at most thirteen in order, however unsure the draw."""
    drawn = [Unit(stratum="a", probability=0.05, value=0.0) for _ in range(7)]
    design = StratumDraw(part=DrawPart.MONITORS, stratum="a", calls=40, drawn=12, least=0.05, is_simple=False)
    known = Scene(strata={"a": design}, population={"a": 20})
    told = estimate_share(drawn, known)
    assert (told.low, told.high) == (0.0, pytest.approx(13 / 20))
    told = estimate_mean([replace(unit, value=80.0) for unit in drawn], known)
    assert (told.low, told.high) == (pytest.approx(7 * 80 / 20), pytest.approx((7 * 80 + 13 * 100) / 20))


def test_scores_lean_and_so_does_their_interval() -> None:
    """Nine full scores and one low one: more room below than above, and never more than 100."""
    told: Estimate = estimate_mean(units("", 1000, [100.0] * 19 + [40.0]), scene(**{"": (1000, 20)}))
    assert told.value is not None
    assert told.low is not None
    assert told.high is not None
    assert told.value - told.low > 1.5 * (told.high - told.value)
    assert told.high <= 100
