"""An operator never rings for two callers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ledger import operators
from ledger.database import Ledger
from ledger.states import OperatorState


def test_each_operator_is_reserved_once_however_many_ask(ledger: Ledger) -> None:
    """Twelve callers ask at once for three operators: three get one each, nine get none."""
    numbers = ["8001", "8002", "8003"]
    with ledger.transaction() as session:
        operators.enrol(session, numbers)

    def ask(caller: int) -> str | None:
        with ledger.transaction() as session:
            return operators.reserve(session, numbers, f"call-{caller}")

    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(ask, range(12)))
    assert sorted(number for number in given if number) == numbers


def test_who_has_been_idle_longest_is_first(ledger: Ledger) -> None:
    """An operator who was set free goes to the end of the line."""
    with ledger.transaction() as session:
        operators.enrol(session, ["8001", "8002"])
        assert operators.reserve(session, ["8001", "8002"], "a") == "8001"
        operators.set_operator_state(session, "8001", OperatorState.IDLE, None)
        assert operators.reserve(session, ["8001", "8002"], "b") == "8002"


def test_enrolling_again_frees_nobody(ledger: Ledger) -> None:
    """A line that starts must not make a talking operator idle."""
    with ledger.transaction() as session:
        operators.enrol(session, ["8001"])
        operators.reserve(session, ["8001"], "a")
        operators.enrol(session, ["8001", "8002"])
        assert operators.reserve(session, ["8001"], "b") is None


def test_operators_of_calls_that_died_are_idle_again(ledger: Ledger) -> None:
    """The line that comes after a crash sets them free, and nobody else."""
    with ledger.transaction() as session:
        operators.enrol(session, ["8001", "8002"])
        operators.reserve(session, ["8001"], "died")
        operators.reserve(session, ["8002"], "talks")
        operators.free_operators_of(session, ["died"])
        assert operators.reserve(session, ["8001", "8002"], "next") == "8001"
