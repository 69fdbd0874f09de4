"""`make bench-sampling`: coverage of the 95 % intervals by design; `ARGS="--draws 500"` for less.

Exit status 1 where intervals cover less than 93 in 100, or more than 97 where there is enough to count; two
standard errors of so many draws are allowed on top.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.sampling.coverage import Coverage, coverages
from bench.sampling.population import Month
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.plan import SamplePlan

CALLS, SHARE_RARE = 4000, 0.002
LEAST, MOST = 0.93, 0.97
RARE = 15  # expected calls of the rarer kind: with fewer an exact interval errs on the safe side
OPERATOR_SPREADS = {f"operator={8001 + at}": 0.2 + 0.02 * at for at in range(12)}


def designs() -> Iterator[tuple[str, dict[str, Any], DrawPart, float]]:
    """Name, what the plan says, whose part, the share of drawn calls that is judged."""
    mine = DrawPart.MONITORS
    neyman = {"total": 400, "allocation": "neyman", "spreads": OPERATOR_SPREADS}
    yield "simple, 400", {"sample": {"total": 400}}, mine, 1.0
    yield "simple, 60", {"sample": {"total": 60}}, mine, 1.0
    yield "by operator, 400", {"strata": ["operator"], "sample": {"total": 400}}, mine, 1.0
    yield "by operator and hour, 400", {"strata": ["operator", "hour"], "sample": {"total": 400}}, mine, 1.0
    yield "by operator, Neyman", {"strata": ["operator"], "sample": neyman}, mine, 1.0
    yield "8 per operator and week", {"sample": {"operator_week": 8}}, mine, 1.0
    yield "by risk, 120", {"select": "risk", "sample": {"total": 120}}, mine, 1.0
    yield "by risk, 400", {"select": "risk", "sample": {"total": 400}}, mine, 1.0
    yield (
        "by risk and team, 400",
        {"select": "risk", "strata": ["team"], "sample": {"total": 400}},
        mine,
        1.0,
    )
    yield "simple, 400, 4 of 5 judged", {"sample": {"total": 400}}, mine, 0.8
    yield "by risk, 400, 4 of 5 judged", {"select": "risk", "sample": {"total": 400}}, mine, 0.8
    split = {"strata": ["operator"], "sample": {"total": 500}, "outside": {"share": 0.3}}
    yield "outside: 3 of 10 of 500", split, DrawPart.OUTSIDE, 1.0
    yield "monitors: the other 7", split, mine, 1.0
    own = {"sample": {"total": 100}, "outside": {"total": 150}}
    yield "outside: 150 of their own", own, DrawPart.OUTSIDE, 1.0


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--only", help="designs whose name has this, several by commas")
    wanted = parser.parse_args()
    month = Month.made(CALLS, rare_share=SHARE_RARE)
    table, off, began_s = _table(wanted.draws), [], time.monotonic()
    for name, says, part, response in designs():
        if wanted.only and not any(word in name for word in wanted.only.split(",")):
            continue
        plan = SamplePlan.model_validate({"id": "bench", "title": "bench", **says})
        for one in coverages(plan, month, draws=wanted.draws, part=part, response=response):
            verdict = _verdict(one)
            table.add_row(name, one.estimand, *_cells(one), verdict)
            off += [f"{name}: {one.estimand}"] if verdict == "OFF" else []
        table.add_section()
        sys.stderr.write(f"{name}: {time.monotonic() - began_s:.0f} s\n")
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    sys.stdout.write(f"{len(off)} off ({'; '.join(off)}); {time.monotonic() - began_s:.0f} s\n")
    sys.exit(bool(off))


def _table(draws: int) -> Table:
    heads = ("design", "estimand", "truth", "covered", "too low", "too high", "bias", "width", "se/true", "")
    return Table(*heads, title=f"{draws} draws from {CALLS} calls; {LEAST:.0%} to {MOST:.0%} allowed")


def _cells(one: Coverage) -> tuple[str, ...]:
    sides = (f"{one.below / one.draws:.1%}", f"{one.above / one.draws:.1%}")
    return (
        f"{one.truth:.4f}",
        f"{one.share:.1%}",
        *sides,
        f"{one.bias:+.4f}",
        f"{one.width:.4f}",
        f"{one.error_ratio:.3f}",
    )


def _verdict(one: Coverage) -> str:
    if one.share > MOST and one.rarer < RARE:
        return f"safe, +{(one.share - 0.95) * 100:.1f}"
    noise = 2 * (0.95 * 0.05 / one.draws) ** 0.5
    if LEAST - noise <= one.share <= MOST + noise:
        return "ok"
    return "OFF"


main()
