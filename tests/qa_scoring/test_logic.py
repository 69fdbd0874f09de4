"""Four-valued logic: what is certain stays so however what cannot be told turns out."""

from __future__ import annotations

import itertools

import pytest

from ledger.states import Verdict
from qa_scoring.logic import all_of, any_of, guarded, implication, negation

P, F, C, N = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE
EVERY = (P, F, C, N)


@pytest.mark.parametrize(
    ("given", "both", "either"),
    [
        ((P, P), P, P),
        ((P, F), F, P),
        ((P, C), C, P),
        ((P, N), P, P),
        ((F, F), F, F),
        ((F, C), F, C),
        ((F, N), F, F),
        ((C, C), C, C),
        ((C, N), C, C),
        ((N, N), N, N),
        ((), N, N),
    ],
)
def test_and_and_or(given: tuple[Verdict, ...], both: Verdict, either: Verdict) -> None:
    """One fail fails and, one pass passes or; what does not apply takes no part."""
    assert {all_of(order) for order in itertools.permutations(given)} == {both}
    assert {any_of(order) for order in itertools.permutations(given)} == {either}


def test_not() -> None:
    """Pass and fail change places; what is open or does not apply stays so."""
    assert [negation(verdict) for verdict in EVERY] == [F, P, C, N]


def test_if() -> None:
    """Without its condition nothing applies; with an unknown one a breach is open and a pass is none."""
    assert [implication(P, verdict) for verdict in EVERY] == [P, F, C, N]
    assert [implication(F, verdict) for verdict in EVERY] == [N, N, N, N]
    assert [implication(N, verdict) for verdict in EVERY] == [N, N, N, N]
    assert [implication(C, verdict) for verdict in EVERY] == [P, C, C, N]


def test_when() -> None:
    """A rule's `when` is an `if` that leaves the rule open where it cannot be told."""
    assert [guarded(C, verdict) for verdict in EVERY] == [C, C, C, C]
    assert [guarded(P, verdict) for verdict in EVERY] == [P, F, C, N]
    assert [guarded(F, verdict) for verdict in EVERY] == [N, N, N, N]


@pytest.mark.parametrize("connective", [all_of, any_of, lambda pair: implication(*pair)])
def test_what_is_certain_stays_certain(connective: object) -> None:
    """A fail or a pass with unknown parts is not contradicted by any way in which they turn out."""
    assert callable(connective)
    for pair in itertools.product(EVERY, repeat=2):
        verdict = connective(pair)
        ways = itertools.product(*(((P, F) if each is C else (each,)) for each in pair))
        outcomes = {connective(way) for way in ways}
        if verdict is F:
            assert outcomes == {F}
        if verdict is P:
            assert F not in outcomes


def test_de_morgan() -> None:
    """Not both is one of them not."""
    for pair in itertools.product(EVERY, repeat=2):
        assert negation(all_of(pair)) is any_of(map(negation, pair))
