"""`make bench-desks`: ticket changes a second under 50 writers, and how many of them are lost.

Each writer looks at a ticket as a page does, then urges it in a transaction of its own. Each way does the
same work (guards, the step, the audit row) and differs in how it keeps two writers apart:

- ours: one conditional UPDATE on the version that was seen; who was slower is told and looks again at once;
- ours, not seen: the move of a caller who urges, or of the inbox: the row is locked, then the same UPDATE;
- row locks: SELECT ... FOR UPDATE, then an UPDATE; nobody is told that the ticket is not what was looked at;
- plain: what was seen plus one is written, as a page without versions would.

A change is lost where a writer was told that it is made and the ticket does not have it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.databases import new_database
from bench.desks.ticket_ways import WAYS, Desk, Way
from hotline.logs import set_up_logs
from ledger.database import Ledger

WRITERS = 50
SPREADS = {"1 ticket": 1, "50 tickets": 50, "1,000 tickets": 1000}


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What came of one way on so many tickets."""

    made: int  # changes whose writers were told that they are made
    kept: int  # of these, those that the tickets have
    refused: int  # times that a writer was told to look again
    took_s: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=500, help="by all writers together, each way")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    wanted = parser.parse_args()
    set_up_logs("error")
    console = Console(width=None if sys.stdout.isatty() else 120)
    for name in (wanted.only,) if wanted.only else ("sqlite", "postgresql"):
        table = Table("tickets", "way", "changes/s", "made", "lost", "told to look again", title=name)
        for spread, tickets in SPREADS.items():
            for title, way in WAYS.items():
                found = _measure(name, tickets, way, wanted.changes)
                lost = found.made - found.kept
                speed = f"{found.made / found.took_s:,.0f}"
                table.add_row(spread, title, speed, str(found.made), str(lost), str(found.refused))
        console.print(table)


def _measure(name: str, tickets: int, way: Way, changes: int) -> Run:
    """A ledger of its own, so that none is slower for what another has left."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = Ledger(stack.enter_context(new_database(name, folder)))
        stack.callback(ledger.close)
        ledger.migrate()
        desk = Desk(ledger, tickets)
        write = partial(_write, desk, way, changes // WRITERS)
        pool = stack.enter_context(ThreadPoolExecutor(WRITERS))
        began_s = time.perf_counter()
        refused = sum(pool.map(write, range(WRITERS)))
        took_s = time.perf_counter() - began_s
        made = changes // WRITERS * WRITERS
        return Run(made=made, kept=desk.urged(), refused=refused, took_s=took_s)


def _write(desk: Desk, way: Callable[[Desk, str], int], changes: int, writer: int) -> int:
    """One writer's changes; how often it was told to look again."""
    dice = random.Random(writer)
    return sum(way(desk, dice.choice(desk.numbers)) for _ in range(changes))


if __name__ == "__main__":
    main()
