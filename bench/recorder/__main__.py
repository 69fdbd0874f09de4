"""`make bench-recorder`: what keeping a recorded minute costs, each figure with how it was measured."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.recorder import formats, keeping, sealing
from hotline.logs import set_up_logs


def main() -> None:
    """Measure and print."""
    set_up_logs("error")
    console = Console(width=None if sys.stdout.isatty() else 160)
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in (sealing, keeping, formats):
            console.print(_table(part.TITLE, part.COLUMNS, part.rows(folder)))
            sys.stdout.flush()
    console.print(f"the whole took {(time.perf_counter() - began_s) / 60:.1f} minutes")


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    return table


main()
