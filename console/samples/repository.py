"""What the samples' pages ask of the ledger."""

from __future__ import annotations

from ledger.sample_verdicts import verdict_of_call, verdicts_of_draw
from ledger.samples import get_draw, get_sampled, list_draws, sampled_calls, save_check

__all__ = [
    "get_draw",
    "get_sampled",
    "list_draws",
    "sampled_calls",
    "save_check",
    "verdict_of_call",
    "verdicts_of_draw",
]
