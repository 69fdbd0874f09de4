"""What marks ask of the ledger."""

from __future__ import annotations

from ledger.drafts import forget as forget_draft
from ledger.review_marks import marks_of, own_marks, save_marks

__all__ = ["forget_draft", "marks_of", "own_marks", "save_marks"]
