"""A busy desk in fast time: waits as Erlang C says, nobody booked twice, the ledger like the matching."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.erlang_c import ErlangC, fewest_operators
from bench.fast_day import SMALL, day_hours, simulate, simulate_ledger, steady_estimates
from bench.simulated_desk import DoubleBooked, Hour, PureFloor, Simulation, desk_plan, operator_numbers
from ivr.matching import Matcher
from ledger.waiting import Match


@pytest.mark.slow
def test_waits_agree_with_erlang_c() -> None:
    """Mean wait and share waiting within 5 %, each measured so well that its 95 % interval is narrower."""
    for estimate in steady_estimates(SMALL):
        print(estimate.told())  # noqa: T201 - the figures belong to the test's output
        assert estimate.half_width / estimate.expected < 0.05, estimate.told()
        assert abs(estimate.deviation) < 0.05, estimate.told()


def test_erlang_c_is_what_the_tables_say() -> None:
    """Known values: one operator is M/M/1; 10 Erlang on 14 operators: 17.41 % wait (Erlang C tables)."""
    one = ErlangC(calls_a_second=0.05, handling_s=10, operators=1)
    assert (one.share_waiting, one.mean_wait_s) == (pytest.approx(0.5), pytest.approx(10.0))
    assert ErlangC(calls_a_second=1, handling_s=10, operators=14).share_waiting == pytest.approx(
        0.1741, abs=1e-4
    )
    assert ErlangC(calls_a_second=1, handling_s=10, operators=10).share_waiting == 1.0
    assert fewest_operators(calls_a_second=1, handling_s=10, mean_wait_s=0.5) == 14


def test_a_day_serves_everybody_once() -> None:
    """A seeded twentieth of the day with its curve and its changing staff; each step checks the bookings."""
    hours = day_hours(5_000)
    served, day = simulate(hours)
    assert len({one.call_id for one in served}) == len(served)
    assert day.steps == 2 * len(served) + len(hours), "each call came and went"
    assert len(served) == pytest.approx(5_000, rel=0.05)
    assert min(hour.operators for hour in hours) < max(hour.operators for hour in hours)


@pytest.mark.slow
def test_the_ledger_does_what_the_matching_says(tmp_path: Path) -> None:
    """The same calls through the transactions of a line on SQLite: the same operators, the same waits."""
    changing = [Hour(calls_a_second=1.0, operators=staff, length_s=60.0) for staff in (11, 8, 12)]
    by_ledger, _ = simulate_ledger(changing, tmp_path, most_calls=170)
    by_matching, _ = simulate(changing)
    assert len(by_ledger) >= 150
    assert any(one.wait_s > 0 for one in by_ledger)
    compared = len(by_ledger) // 2
    assert by_ledger[:compared] == by_matching[:compared]


def test_a_double_booking_is_found() -> None:
    """The simulation's own list notices a matching that gives a talking operator away."""

    class Careless(PureFloor):
        def match(self, at):  # type: ignore[no-untyped-def]
            """Everybody gets the same operator."""
            return [Match(call_id=call_id, operator="8001") for call_id in list(self._waiting)]

    numbers = operator_numbers(2)
    floor = Careless(Matcher(desk_plan(numbers)), numbers)
    hours = [Hour(calls_a_second=1.0, operators=2, length_s=60.0)]
    simulation = Simulation(floor=floor, numbers=numbers, hours=hours, handling_s=9.0, seed=1)
    with pytest.raises(DoubleBooked):
        list(simulation.run())
