"""The coefficients give what their authors printed."""

from __future__ import annotations

import numpy as np
import pytest

from qa_scoring.agreement import (
    Level,
    Method,
    Weighting,
    Why,
    cohens_kappa,
    congers_kappa,
    krippendorffs_alpha,
    percent_agreement,
    told_beside,
    weighted_kappa,
)
from qa_scoring.agreement.estimates import share_interval
from qa_scoring.agreement.kappa import standard_error
from qa_scoring.agreement.scales import Reliance, Strength, reliance_of, strength_of

COHEN = ((88, 10, 2), (14, 40, 6), (18, 10, 12))  # Cohen 1960, table 2
FLEISS = ((75, 1, 4), (5, 4, 1), (0, 0, 10))  # Fleiss, Levin & Paik 2003, table 18.1
SAS = ((0, 4, 1), (0, 8, 0), (0, 1, 5))  # printed by SAS's PROC FREQ, as statsmodels' tests keep it

_ = None
KRIPPENDORFF = (  # 2011, section D: four observers, twelve units
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
    (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
)

DIAGNOSES = """
    444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
    333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""  # six diagnoses of each patient


def pairs_of(table: tuple[tuple[int, ...], ...]) -> list[tuple[int, int]]:
    """The pairs that a table counts."""
    return [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _each in range(count)
    ]


def ratings_of(rows: tuple[tuple[int | str | None, ...], ...]) -> list[dict[str, int | str]]:
    """A row for each observer, as units."""
    return [
        {str(rater): value for rater, value in enumerate(unit) if value is not None}
        for unit in zip(*rows, strict=True)
    ]


@pytest.mark.parametrize(
    ("table", "kappa", "low", "high"),
    [(COHEN, 0.492, 0.392, 0.591), (FLEISS, 0.676, 0.505, 0.848)],
)
def test_kappa_and_its_large_sample_interval(
    table: tuple[tuple[int, ...], ...], kappa: float, low: float, high: float
) -> None:
    """Cohen's own .492; Fleiss' .676 with .505 to .848, the formula of Fleiss, Cohen and Everitt."""
    found = cohens_kappa([[pair] for pair in pairs_of(table)], seed=1)
    assert found.value == pytest.approx(kappa, abs=0.0005)
    assert found.interval is not None
    assert found.interval.method is Method.LARGE_SAMPLE
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=0.0005)


def test_standard_errors_are_those_that_sas_prints() -> None:
    """Kappa .4842 (ASE .1380), linearly weighted .4701 (.1457); so few units get the bootstrap."""
    table = np.array(SAS, dtype=float)
    linear = np.array([[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])
    assert standard_error(table, np.eye(3)) == pytest.approx(0.1380, abs=0.00005)
    assert standard_error(table, linear) == pytest.approx(0.1457, abs=0.00005)
    plain = cohens_kappa([[pair] for pair in pairs_of(SAS)], seed=1)
    weighted = weighted_kappa(pairs_of(SAS), (0, 1, 2), Weighting.LINEAR, seed=1)
    assert (plain.value, weighted.value) == pytest.approx((0.4842, 0.4701), abs=0.00005)
    assert plain.interval is not None
    assert plain.interval.method is Method.BOOTSTRAP
    assert plain.interval.low < 0.4842 < plain.interval.high


@pytest.mark.parametrize(
    ("level", "alpha"), [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)]
)
def test_alpha_of_four_observers_with_missing_data(level: Level, alpha: float) -> None:
    """.743, .815 and .849; the unit that one observer alone has judged is left out."""
    found = krippendorffs_alpha(ratings_of(KRIPPENDORFF), level, seed=1)
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert found.n == 11


@pytest.mark.parametrize(
    ("first", "second", "alpha"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbcccEddd".lower(), 0.692)],
)
def test_alpha_of_two_observers(first: str, second: str, alpha: float) -> None:
    """Krippendorff 2011, sections A (binary, .095) and B (nominal, .692)."""
    found = krippendorffs_alpha(ratings_of((tuple(first), tuple(second))), Level.NOMINAL, seed=1)
    assert found.value == pytest.approx(alpha, abs=0.0005)


def test_congers_kappa_of_six_raters() -> None:
    """Fleiss' thirty patients (1971): .442, as the R package irr prints for its exact kappa."""
    units = [{str(rater): said for rater, said in enumerate(row)} for row in DIAGNOSES.split()]
    found = congers_kappa(units, seed=1)
    assert found.value == pytest.approx(0.442, abs=0.0005)
    assert found.n == 30


def test_kappa_falls_at_extreme_prevalence_and_pabak_does_not() -> None:
    """Feinstein and Cicchetti's first paradox: 85 % agree in both tables, kappa is .70 and .32."""
    even, uneven = ((40, 9), (6, 45)), ((80, 10), (5, 5))
    kappas = [cohens_kappa([[pair] for pair in pairs_of(table)], seed=1).value for table in (even, uneven)]
    assert kappas == pytest.approx([0.70, 0.32], abs=0.005)
    beside = [told_beside(pairs_of(table), 0, ordered=True) for table in (even, uneven)]
    assert [each.pabak for each in beside] == pytest.approx([0.70, 0.70])
    assert [each.prevalence_index for each in beside] == pytest.approx([0.05, 0.75])
    assert [each.bias_index for each in beside] == pytest.approx([0.03, 0.05])


def test_agreement_of_all_alike_has_no_kappa_and_says_why() -> None:
    """Where nobody ever failed a call, agreement is whole and chance explains it: no number, no NaN."""
    units = [{"li": "pass", "wang": "pass"}] * 12
    found = (
        cohens_kappa([[("pass", "pass")]] * 60, seed=1),
        congers_kappa([{**unit, "zhao": "pass"} for unit in units], seed=1),
        krippendorffs_alpha(units, Level.NOMINAL, seed=1),
    )
    assert {(each.value, each.why, each.interval) for each in found} == {(None, Why.ONE_CATEGORY, None)}
    whole = percent_agreement(units)
    assert whole.value == 1
    assert whole.interval == share_interval(12, 12)
    assert whole.interval.low == pytest.approx(0.757, abs=0.001)


def test_nothing_shared_is_told() -> None:
    """Calls that one person alone has judged tell nothing of agreement."""
    units = [{"li": 1}, {"wang": 2}]
    found = (
        percent_agreement(units),
        congers_kappa([*units, {"zhao": 1}], seed=1),
        krippendorffs_alpha(units, Level.INTERVAL, seed=1),
        cohens_kappa([], seed=1),
    )
    assert {(each.value, each.n, each.why) for each in found} == {(None, 0, Why.NOTHING_SHARED)}


def test_words_are_those_of_their_sources() -> None:
    """The borders belong where the tables have them; what has no number has no word."""
    kappas = (-0.01, 0.0, 0.2, 0.21, 0.4, 0.6, 0.61, 0.8, 0.81, None)
    words = [strength_of(kappa) for kappa in kappas]
    strength = Strength
    assert words == [
        *(strength.POOR, strength.SLIGHT, strength.SLIGHT, strength.FAIR, strength.FAIR),
        *(strength.MODERATE, strength.SUBSTANTIAL, strength.SUBSTANTIAL, strength.ALMOST_PERFECT, None),
    ]
    alphas = [reliance_of(alpha) for alpha in (0.8, 0.799, 0.667, 0.666, None)]
    assert alphas == [*(Reliance.RELIABLE, Reliance.TENTATIVE, Reliance.TENTATIVE, Reliance.UNRELIABLE, None)]
