"""`python -m bench.timeline`: each scenario's offsets between sounds as said and as recorded."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.timeline.measuring import Measured, measure_all
from bench.timeline.scenarios import SCENARIOS
from hotline.logs import set_up_logs

EDGE = 10  # bursts at the start and at the end of which the median is taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0, help="how long each conversation lasts")
    parser.add_argument("--at-once", type=int, default=4, help="conversations at the same time")
    parser.add_argument("--trace", action="store_true", help="print every burst's shift")
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), metavar="SCENARIO")
    chosen = parser.parse_args()
    set_up_logs("error")
    measured = _run(chosen.scenarios, chosen.seconds, chosen.at_once)
    Console(width=None if sys.stdout.isatty() else 200).print(_table(measured))
    if chosen.trace:
        for one in measured:
            for side in ("caller", "operator"):
                shifts = " ".join(f"{shift.late_ms:.0f}" for shift in getattr(one, side))
                print(f"{one.scenario}, {side}: {shifts}")


def _run(scenarios: Sequence[str], seconds: float, at_once: int) -> list[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure_all(Path(folder), scenarios, seconds, at_once=at_once))


def _table(measured: Sequence[Measured]) -> Table:
    table = Table(
        "scenario", "length error ms", "late at start ms (caller, operator)", "offset at start ms",
        "offset at end ms", "largest shift ms", "bursts found (caller, operator)",
    )  # fmt: skip
    for one in measured:
        table.add_row(
            one.scenario,
            f"{one.length_error_ms:.0f}",
            ", ".join(f"{one.late_ms(side, slice(EDGE)):.0f}" for side in ("caller", "operator")),
            f"{one.offset_ms(slice(EDGE)):.0f}",
            f"{one.offset_ms(slice(-EDGE, None)):.0f}",
            f"{one.largest_ms:.0f}",
            f"{len(one.caller)}, {len(one.operator)}",
        )
    return table


main()
