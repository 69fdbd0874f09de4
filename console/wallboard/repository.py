"""What the wallboard asks of the ledger."""

from __future__ import annotations

from ledger.figures import queue_figures
from ledger.lines import list_lines
from ledger.operators import list_operators
from ledger.wallboard import calls_in_progress, calls_since, waiting_now

__all__ = [
    "calls_in_progress",
    "calls_since",
    "list_lines",
    "list_operators",
    "queue_figures",
    "waiting_now",
]
