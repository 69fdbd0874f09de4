"""What the sound asks of the ledger."""

from __future__ import annotations

from ledger.archived import find_original
from ledger.calls import get_call
from ledger.judgements import find_peaks, get_recording, save_peaks

__all__ = ["find_original", "find_peaks", "get_call", "get_recording", "save_peaks"]
