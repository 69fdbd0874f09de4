"""`python -m bench`: the first figures, each with how it was measured."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import answering, transcribing
from bench.figure import Figure
from hotline.logs import set_up_logs


def main() -> None:
    """Measure and print."""
    set_up_logs("error")
    with tempfile.TemporaryDirectory() as folder:
        figures: list[Figure] = [
            *answering.measure(Path(folder)),
            *transcribing.measure(Path(folder)),
        ]
    table = Table("figure", "ours", "peer", "ours / peer", "how it was measured")
    for figure in figures:
        table.add_row(figure.name, figure.ours_text, figure.peer_text, figure.ratio_text, figure.how)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


main()
