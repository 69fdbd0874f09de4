"""`python -m bench.fast_day`: 24 hours of a busy 114 desk in fast time, beside Erlang C.

Calls come as a Poisson stream whose rate follows the day's curve, handling times are exponential, and who
gets whom is decided by `ivr.matching`, as in a line. A thousand calls of the busiest hour also go through the
ledger's own transactions on SQLite. At every step a list of our own checks that nobody is booked twice.

The hours of the day show the curve; one hour is too short to measure a mean wait within 5 %, and begins with
what the hour before left. Erlang C is tested by many hours at one rate.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.erlang_c import ErlangC, fewest_operators
from bench.simulated_desk import (
    Hour,
    LedgerFloor,
    PureFloor,
    Served,
    Simulation,
    desk_plan,
    operator_numbers,
)
from ivr.matching import Matcher
from ledger.database import Ledger

CALLS_A_DAY = 100_000  # of 114 查号台
HANDLING_S = 9.0  # one call every 8 to 10 s
AIMED_WAIT_S = 2.0  # by which each hour's operators are planned
SEED = 114
# A city's directory enquiry over the day, in parts of the busiest hour: our own estimate, as the sources give
# the day's sum only.
CURVE = (8, 5, 4, 3, 4, 8, 20, 45, 85, 100, 98, 84, 60, 62, 86, 92, 88, 74, 58, 54, 48, 37, 24, 14)
LEDGER_CALLS = 1000


@dataclass(frozen=True, kw_only=True)
class Steady:
    """A desk at one rate for so many hours that its mean wait is measured within 5 %."""

    operators: int
    busy: float  # share of their time
    hours: int

    @property
    def hour(self) -> Hour:
        """One of them."""
        return Hour(calls_a_second=self.operators * self.busy / HANDLING_S, operators=self.operators)


SMALL = Steady(operators=3, busy=0.6, hours=250)
LARGE = Steady(operators=6, busy=0.75, hours=300)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured figure with its 95 % interval, beside what Erlang C says."""

    name: str
    measured: float
    half_width: float
    expected: float

    @property
    def deviation(self) -> float:
        """Measured by expected, less one."""
        return self.measured / self.expected - 1

    def told(self) -> str:
        """A line to print."""
        return (
            f"{self.name}: measured {self.measured:.4f} +- {self.half_width:.4f} (95 %), "
            f"Erlang C {self.expected:.4f}, deviation {100 * self.deviation:+.2f} %, "
            f"interval +-{100 * self.half_width / self.expected:.2f} %"
        )


def day_hours(calls_a_day: float = CALLS_A_DAY) -> list[Hour]:
    """The day's rates, each with as many operators as keep the planned mean wait."""
    rates = [calls_a_day * part / sum(CURVE) / 3600 for part in CURVE]
    return [
        Hour(
            calls_a_second=rate,
            operators=fewest_operators(calls_a_second=rate, handling_s=HANDLING_S, mean_wait_s=AIMED_WAIT_S),
        )
        for rate in rates
    ]


def simulate(hours: Sequence[Hour], seed: int = SEED) -> tuple[list[Served], Simulation]:
    """Everybody who was served, by the matching alone."""
    numbers = operator_numbers(max(hour.operators for hour in hours))
    floor = PureFloor(Matcher(desk_plan(numbers)), numbers)
    simulation = Simulation(floor=floor, numbers=numbers, hours=hours, handling_s=HANDLING_S, seed=seed)
    return list(simulation.run()), simulation


def simulate_ledger(
    hours: Sequence[Hour], folder: Path, most_calls: int, seed: int = SEED
) -> tuple[list[Served], Simulation]:
    """The first calls of the same hours, by the ledger's transactions on SQLite."""
    numbers = operator_numbers(max(hour.operators for hour in hours))
    ledger = Ledger(f"sqlite:///{folder / 'fast_day.sqlite3'}")
    ledger.migrate()
    try:
        floor = LedgerFloor(ledger, Matcher(desk_plan(numbers)), numbers)
        simulation = Simulation(floor=floor, numbers=numbers, hours=hours, handling_s=HANDLING_S, seed=seed)
        return list(simulation.run(most_calls)), simulation
    finally:
        ledger.close()


def steady_estimates(steady: Steady, seed: int = SEED) -> list[Estimate]:
    """After an hour to warm up, each hour is one observation: their means give the interval."""
    served, _ = simulate([steady.hour] * (steady.hours + 1), seed)
    by_hour = [waits_s for _, waits_s in sorted(_waits_by_hour(served).items())][1:]
    law = _law(steady.hour)
    waits = [statistics.fmean(waits_s) for waits_s in by_hour]
    shares = [sum(wait_s > 0 for wait_s in waits_s) / len(waits_s) for waits_s in by_hour]
    return [
        _estimate("mean wait, s", waits, law.mean_wait_s),
        _estimate("share of callers who wait", shares, law.share_waiting),
    ]


def _waits_by_hour(served: Sequence[Served]) -> dict[int, list[float]]:
    by_hour: defaultdict[int, list[float]] = defaultdict(list)
    for one in served:
        by_hour[one.hour].append(one.wait_s)
    return by_hour


def _law(hour: Hour) -> ErlangC:
    return ErlangC(calls_a_second=hour.calls_a_second, handling_s=HANDLING_S, operators=hour.operators)


def _estimate(name: str, observations: Sequence[float], expected: float) -> Estimate:
    half_width = 1.97 * statistics.stdev(observations) / math.sqrt(len(observations))  # t of 250 hours
    return Estimate(
        name=name, measured=statistics.fmean(observations), half_width=half_width, expected=expected
    )


def _print_day(console: Console, hours: Sequence[Hour], served: Sequence[Served]) -> None:
    columns = ("hour", "calls", "operators", "load", "mean wait, s", "Erlang C, s", "waited", "Erlang C")
    table = Table(*columns, title="The day")
    for place, waits_s in sorted(_waits_by_hour(served).items()):
        law = _law(hours[place])
        table.add_row(
            f"{place:02}",
            str(len(waits_s)),
            str(law.operators),
            f"{law.load_erlang:.1f}",
            f"{statistics.fmean(waits_s):.2f}",
            f"{law.mean_wait_s:.2f}",
            f"{sum(wait_s > 0 for wait_s in waits_s) / len(waits_s):.1%}",
            f"{law.share_waiting:.1%}",
        )
    console.print(table)


def _print_steady(console: Console, steady: Steady, seed: int) -> None:
    busy = f"{steady.operators} operators, {steady.busy:.0%} of their time busy"
    console.print(f"{steady.hours} hours at one rate, {busy}:")
    for estimate in steady_estimates(steady, seed):
        console.print(f"  {estimate.told()}")


def _print_ledger(console: Console, busiest: Hour, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        by_ledger, day = simulate_ledger([busiest], Path(folder), LEDGER_CALLS, seed)
    by_matching, _ = simulate([busiest], seed)
    compared = LEDGER_CALLS // 2  # behind them the arrivals of one of the two have ended
    same = by_ledger[:compared] == by_matching[:compared]
    console.print(
        f"{len(by_ledger)} calls of the busiest hour through the ledger on SQLite, {day.steps} steps, "
        f"nobody booked twice; same operators and waits as by the matching alone: {same}"
    )


def main() -> None:
    """Simulate the day, the steady hours and the ledger's share; print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    seed = parser.parse_args().seed
    console = Console(width=120)
    hours = day_hours()
    served, day = simulate(hours, seed)
    _print_day(console, hours, served)
    console.print(f"{len(served)} callers served, {day.steps} steps, nobody booked twice (seed {seed})")
    for steady in (SMALL, LARGE):
        _print_steady(console, steady, seed)
    _print_ledger(console, max(hours, key=lambda hour: hour.calls_a_second), seed)


if __name__ == "__main__":
    main()
