"""`make bench-agreement`: intervals of alpha and kappa over simulated rounds whose truth is known.

Two raters see the truth of a call in `SEEN` of all calls, and else say fail as often as calls fail at all. So
they agree beyond chance in the share that both have seen, whatever the share of fails: kappa and alpha of
endless rounds are SEEN squared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.table import Table

from qa_scoring.agreement import Estimate, Level, cohens_kappa, krippendorffs_alpha

SEEN = 0.8
TRUTH = SEEN**2
CALLS = (20, 40, 100, 200)
FAILS = (0.5, 0.1)


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=70)
    wanted = parser.parse_args()
    table = Table("calls", "fails", "alpha holds", "kappa holds", "alpha's median width", "no interval")
    for fails in FAILS:
        for calls in CALLS:
            table.add_row(str(calls), f"{fails:g}", *_row(calls, fails, wanted.rounds, wanted.seed))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _row(calls: int, fails: float, rounds: int, seed: int) -> tuple[str, ...]:
    alphas, kappas = [], []
    for number, units in enumerate(_rounds(calls, fails, rounds, seed)):
        alphas.append(krippendorffs_alpha(units, Level.NOMINAL, seed=number))
        kappas.append(cohens_kappa([[(unit["li"], unit["wang"])] for unit in units], seed=number))
    widths = [found.interval.high - found.interval.low for found in alphas if found.interval]
    without = sum(found.interval is None for found in alphas) / rounds
    return f"{_holding(alphas):.1%}", f"{_holding(kappas):.1%}", f"{np.median(widths):.2f}", f"{without:.1%}"


def _rounds(calls: int, fails: float, rounds: int, seed: int) -> Iterator[list[dict[str, bool]]]:
    source = np.random.default_rng(seed)
    for _ in range(rounds):
        truth = source.random(calls) < fails
        said = np.where(source.random((2, calls)) < SEEN, truth, source.random((2, calls)) < fails)
        yield [{"li": bool(first), "wang": bool(second)} for first, second in said.T]


def _holding(found: list[Estimate]) -> float:
    """Of those that have an interval."""
    intervals = [each.interval for each in found if each.interval]
    return sum(each.low <= TRUTH <= each.high for each in intervals) / len(intervals)


main()
