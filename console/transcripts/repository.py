"""What exports ask of the ledger."""

from __future__ import annotations

from ledger.calls import get_call
from ledger.judgements import get_recording, newest_transcript
from ledger.secrets_told import veil_of

__all__ = ["get_call", "get_recording", "newest_transcript", "veil_of"]
