"""`make faults ARGS="--faults 200 --seed 1"`: faults at random over a running load; exits 0 if none shows."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.faults.campaign import Campaign, Round
from tests.faults.site import open_site

COLUMNS = (
    "fault", "times", "calls", "recorded", "rescued", "explained",
    "lost s p50", "max", "rest s p50", "max", "failed",
)  # fmt: skip


def tell(found: Round) -> None:
    """A line as soon as a round is over."""
    worst = max(found.lost_s, default=0.0)
    sys.stdout.write(
        f"{found.kind:30} {found.calls:3} calls, lost {worst:.2f} s, rest {found.rest_s:5.1f} s\n"
    )
    for failure in found.failures:
        sys.stdout.write(f"  FAILED {failure}\n")
    sys.stdout.flush()


def table(rounds: Sequence[Round]) -> Table:
    """The figures by kind, and of all."""
    made = Table(*COLUMNS, title=f"{len(rounds)} faults over running calls", title_justify="left")
    for kind in sorted({found.kind for found in rounds}):
        made.add_row(*_row(kind, [found for found in rounds if found.kind == kind]))
    made.add_section()
    made.add_row(*_row("all", rounds))
    return made


def _row(name: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    lost_s = [one for found in rounds for one in found.lost_s] or [float("nan")]
    rest_s = [found.rest_s for found in rounds]
    sums = (
        len(rounds),
        sum(found.calls for found in rounds),
        sum(found.recorded for found in rounds),
        sum(found.rescued for found in rounds),
        sum(found.explained for found in rounds),
    )
    times = (f"{median(lost_s):.2f}", f"{max(lost_s):.2f}", f"{median(rest_s):.1f}", f"{max(rest_s):.1f}")
    return (name, *map(str, sums), *times, str(sum(bool(found.failures) for found in rounds)))


def main() -> None:
    """Exits 0 only if every round was clean."""
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="where the hotline's log is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        try:
            campaign = Campaign(site, options.seed)
            rounds = asyncio.run(campaign.run(campaign.draw(options.faults), tell))
        finally:
            if options.log:
                options.log.write_bytes(site.log.read_bytes())
    Console(width=None if sys.stdout.isatty() else 150).print(table(rounds))
    sys.exit(any(found.failures for found in rounds))


if __name__ == "__main__":
    main()
