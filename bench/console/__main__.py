"""`make bench-console`: the pages over 1,000,000 calls on PostgreSQL and 100,000 on SQLite.

`ARGS="--only sqlite --calls 20000 --seconds 20"`; a hundredth of the calls is measured first, for the growth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.console.asking import Taken, measure, pages
from bench.console.filling import fill, tidy
from bench.console.people import add_people, add_work
from bench.console.serving import serving
from bench.databases import new_database
from hotline.logs import set_up_logs
from ledger.database import Ledger

CALLS = {"postgresql": 1_000_000, "sqlite": 100_000}
SMALL = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=tuple(CALLS))
    parser.add_argument("--calls", type=int)
    parser.add_argument("--seconds", type=float, default=60.0)
    wanted = parser.parse_args()
    set_up_logs("error")
    console = Console(width=None if sys.stdout.isatty() else 150)
    for name in (wanted.only,) if wanted.only else tuple(CALLS):
        count = wanted.calls or CALLS[name]
        with tempfile.TemporaryDirectory() as folder, new_database(name, Path(folder)) as url:
            console.print(_measured(name, url, Path(folder), count, wanted.seconds))


def _measured(name: str, url: str, folder: Path, count: int, seconds: float) -> Table:
    ledger = Ledger(url)
    ledger.migrate()
    few = min(SMALL, count // 10)
    started_s = time.monotonic()
    fill(ledger, 0, few, count)
    cookies = add_people(ledger)
    tidy(ledger)
    before = _served(ledger, folder, cookies, seconds / 4)
    fill(ledger, few, count, count)
    add_work(ledger)
    tidy(ledger)
    filled_s = time.monotonic() - started_s
    after = _served(ledger, folder, cookies, seconds)
    ledger.close()
    title = f"{name}: {count:,} calls (filled in {filled_s:.0f} s), {len(cookies)} people at once"
    return _table(title, few, before, after)


def _served(ledger: Ledger, folder: Path, cookies: list[str], seconds: float) -> dict[str, Taken]:
    with serving(folder, ledger.url) as address:
        return measure(address, pages(ledger), cookies, seconds)


def _table(title: str, few: int, before: dict[str, Taken], after: dict[str, Taken]) -> Table:
    table = Table(
        *(
            "page",
            "alone, ms",
            f"alone with {few:,}",
            "growth",
            "answers",
            "p50 at once",
            "p95 at once",
            "kB",
        ),
        title=title,
    )
    for name, taken in after.items():
        together = sorted(taken.together_ms)
        middle = together[len(together) // 2] if together else 0.0
        table.add_row(
            name,
            f"{taken.alone_ms:.0f}",
            f"{before[name].alone_ms:.0f}",
            f"{taken.alone_ms / before[name].alone_ms:.1f}",
            str(len(together)),
            f"{middle:.0f}",
            f"{taken.p95_ms:.0f}",
            f"{taken.bytes / 1000:.0f}",
        )
    return table


if __name__ == "__main__":
    main()
