"""`make bench-scoring`: how right the verdicts are beside exact text search, and what judging costs.

ARGS: `--half tune`, `--condition NAME` (several; A-law, three noises at 5 dB unless given), `--only` with
`verdicts`, `wordings` or `speed`, `--quick` (a share of the work), `--no-misses` (the tables alone).
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from bench.scoring import speed, tables, wordings
from bench.scoring.counting import Counted, count
from bench.scoring.verdicts import judged
from callers.conditions import CONDITIONS, LINE
from hotline.logs import set_up_logs
from ledger.errors import HotlineError

QUICK_S = 5.0
NOISES = ("white 5 dB", "office 5 dB", "babble 5 dB")


def main() -> None:
    """Measure and print."""
    set_up_logs("error")
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 170)
    try:
        if asked.only in {None, "verdicts"}:
            _verdicts(asked, console)
        if asked.only in {None, "wordings"}:
            _wordings(asked, console)
        if asked.only in {None, "speed"}:
            console.print(tables.phrases(speed.phrases_costs()))
            console.print(tables.calls(speed.calls_costs(QUICK_S if asked.quick else asked.most_s)))
    except HotlineError as error:
        sys.exit(f"bench-scoring: {error}")


def _verdicts(asked: argparse.Namespace, console: Console) -> None:
    noisy: list[Counted] = []
    for condition in asked.condition or (LINE, *NOISES):
        calls = list(judged(asked.half, condition, every=10 if asked.quick else 1))
        ours = count((each.call, each.ours) for each in calls)
        console.print(tables.by_rule(f"{asked.half} half, {len(calls)} calls, {condition}", ours))
        if condition in NOISES:
            noisy.append(ours)
        else:
            by_text = count((each.call, each.by_text) for each in calls)
            console.print(tables.by_rule(f"exact text search, {condition}", by_text))
        if asked.misses:
            console.print(tables.misses(ours))


def _wordings(asked: argparse.Namespace, console: Console) -> None:
    found = wordings.judged(asked.half)
    console.print(tables.by_rule(f"{asked.half} half, wordings as text", found))
    if asked.misses and asked.half == "tune":  # the judge half's lines are counted and never looked at
        console.print(tables.misses(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-scoring", description=__doc__)
    parser.add_argument("--half", choices=("tune", "judge"), default="judge")
    parser.add_argument("--condition", action="append", choices=tuple(CONDITIONS))
    parser.add_argument("--only", choices=("verdicts", "wordings", "speed"))
    parser.add_argument("--no-misses", dest="misses", action="store_false", help="the tables alone")
    parser.add_argument("--most-s", type=float, default=120.0, help="how long the most calls may take")
    parser.add_argument("--quick", action="store_true", help="a share of the work")
    return parser.parse_args()


main()
