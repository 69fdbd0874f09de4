"""`make bench-recorder`: what keeping a recorded minute costs, each figure with how it was measured."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.recorder import formats, sealing
from hotline.logs import set_up_logs


def main() -> None:
    """Measure and print."""
    set_up_logs("error")
    console = Console(width=None if sys.stdout.isatty() else 160)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        console.print(_table(sealing.TITLE, sealing.COLUMNS, sealing.rows(folder)))
        console.print(_table(formats.TITLE, formats.COLUMNS, formats.rows(folder)))


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    return table


main()
