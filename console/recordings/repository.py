"""What the sound asks of the ledger."""

from __future__ import annotations

from ledger.judgements import get_recording

__all__ = ["get_recording"]
