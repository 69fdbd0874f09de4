"""How far a stretch of the call can be relied on, before anybody is blamed for it.

The transcriber measures the sound of each turn and how sure it is of each word. What must have been said and
was not heard in a stretch that is not clear may have been said.
"""

from __future__ import annotations

from typing import Final

from ledger.records import Turn
from qa_scoring.heard import Heard

NOISY: Final = "该段录音噪声大，听不清"
LEAST_SNR_DB: Final = 16.0  # under it too much is not recognised to rely on what is missing


def unclear(heard: Heard, start_s: float, end_s: float) -> str:
    """Why what a speaker says in a stretch cannot be relied on, in Chinese; empty where it can."""
    turns = [turn for turn in heard.turns if turn.end_s >= start_s and turn.start_s <= end_s]
    return NOISY if any(_is_noisy(turn) for turn in turns) else ""


def _is_noisy(turn: Turn) -> bool:
    return turn.sound is not None and turn.sound.snr_db < LEAST_SNR_DB
