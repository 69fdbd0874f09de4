"""`make bench-search`: the list's search over so many synthetic calls, on SQLite and PostgreSQL.

`ARGS="--calls 100000"`; the default is small.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from bench.databases import new_database
from bench.search.measuring import ask, fill
from hotline.logs import set_up_logs
from ledger.database import Ledger


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    wanted = parser.parse_args()
    set_up_logs("error")
    console = Console(width=None if sys.stdout.isatty() else 160)
    for name in (wanted.only,) if wanted.only else ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ledger = Ledger(stack.enter_context(new_database(name, folder)))
            stack.callback(ledger.close)
            console.print(ask(fill(ledger, wanted.calls)))


main()
