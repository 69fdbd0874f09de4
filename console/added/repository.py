"""What added findings ask of the ledger."""

from __future__ import annotations

from ledger.added_findings import add, all_of, withdraw
from ledger.calls import get_call
from ledger.corrections import corrections_of, over_turns
from ledger.drafts import forget as forget_draft
from ledger.judgements import get_recording, newest_scorecard, newest_transcript
from ledger.secrets_told import veil_of

__all__ = [
    "add",
    "all_of",
    "corrections_of",
    "forget_draft",
    "get_call",
    "get_recording",
    "newest_scorecard",
    "newest_transcript",
    "over_turns",
    "veil_of",
    "withdraw",
]
