"""What reviewing asks of the ledger."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.blind_reviews import is_blind
from ledger.judgements import save_review
from ledger.tables import FindingRow, ScorecardRow

__all__ = ["is_blind", "newest_scorecard_id", "save_review", "scorecard_id_of"]


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
