"""What reviewing asks of the ledger."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.blind_reviews import is_blind
from ledger.decisions import newest_number, newest_review, save_review, undo
from ledger.drafts import forget as forget_draft
from ledger.scopes import require_visible
from ledger.secrets_told import veil_of
from ledger.tables import FindingRow, ScorecardRow

__all__ = [
    "forget_draft",
    "is_blind",
    "newest_number",
    "newest_review",
    "newest_scorecard_id",
    "require_visible",
    "save_review",
    "scorecard_id_of",
    "undo",
    "veil_of",
]


def newest_scorecard_id(session: Session, call_id: str) -> int | None:
    """The scorecard of a call that counts, or None."""
    return session.scalar(select(func.max(ScorecardRow.id)).where(ScorecardRow.call_id == call_id))


def scorecard_id_of(session: Session, call_id: str, finding_id: int) -> int | None:
    """The scorecard that a finding stands on, or None where the call has no such finding."""
    query = (
        select(ScorecardRow.id)
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .where(FindingRow.id == finding_id, ScorecardRow.call_id == call_id)
    )
    return session.scalar(query)
