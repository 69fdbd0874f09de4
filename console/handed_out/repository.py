"""What the outsiders' pages ask of the ledger."""

from __future__ import annotations

from ledger.handed_out import drawn_ids, handed_call, handed_calls, save_checks
from ledger.judgements import newest_transcript
from ledger.secrets_told import veil_of

__all__ = ["drawn_ids", "handed_call", "handed_calls", "newest_transcript", "save_checks", "veil_of"]
