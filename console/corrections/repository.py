"""What corrections ask of the ledger."""

from __future__ import annotations

from ledger.correcting import Heard, correct, machine_text
from ledger.corrections import corrections_of
from ledger.drafts import forget as forget_draft

__all__ = ["Heard", "correct", "corrections_of", "forget_draft", "machine_text"]
