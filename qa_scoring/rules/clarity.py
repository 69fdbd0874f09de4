"""How far a stretch of the call can be relied on, before anybody is blamed for it.

The transcriber measures the sound of each turn. What was not heard in a stretch that is
not clear may have been said; what must not be said and was heard there may be something else.
"""

from __future__ import annotations

from typing import Final

from ledger.packet_losses import SYLLABLE_SHARE
from ledger.records import Turn
from qa_scoring.heard import Heard
from qa_scoring.rules.pace import is_hurried

NOISY: Final = "该段录音噪声大，听不清"
GAPPED: Final = "该段录音丢包，字句不全"
TOO_FAST: Final = "话说得太快，识别会漏字"
LEAST_SNR_DB: Final = 15.0  # under it too much is not recognised to rely on what is missing


def unclear(heard: Heard, start_s: float, end_s: float) -> str:
    """Why what a speaker says in a stretch cannot be relied on, in Chinese; empty where it can."""
    turns = [turn for turn in heard.turns if turn.end_s >= start_s and turn.start_s <= end_s]
    if any(map(is_noisy, turns)):
        return NOISY
    if any(map(is_gapped, turns)):
        return GAPPED
    return TOO_FAST if is_hurried(heard) else ""


def is_gapped(turn: Turn) -> bool:
    """Whether packets enough for a syllable were lost in a row: what is left may be other words."""
    return turn.sound is not None and (turn.sound.burst_share or 0.0) > SYLLABLE_SHARE


def is_noisy(turn: Turn) -> bool:
    """Whether the sound of a turn bears no judgement."""
    return turn.sound is not None and turn.sound.snr_db < LEAST_SNR_DB
