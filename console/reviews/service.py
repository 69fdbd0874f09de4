"""Keeps decisions: every one is added, the newest counts, so that deciding again undoes."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.errors import StillBlind
from console.reviews import repository
from console.reviews.schemas import Ruling
from ledger.audit import Act, write
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.states import AuditAction

log = structlog.get_logger(__name__)


def decide(session: Session, user: User, ruling: Ruling) -> None:
    """Add a decision on a finding.

    Raises NotFound where the call has no such finding, Conflict where the call was judged anew since,
    StillBlind where the user judges the call blind.
    """
    if repository.is_blind(session, user.id, ruling.call_id):
        raise StillBlind(f"you judge call {ruling.call_id} blind; /rounds lists your open reviews")
    scorecard_id = repository.scorecard_id_of(session, ruling.call_id, ruling.finding_id)
    if scorecard_id is None:
        raise NotFound(f"call {ruling.call_id!r} has no finding {ruling.finding_id}; load the call again")
    if scorecard_id != repository.newest_scorecard_id(session, ruling.call_id):
        raise Conflict(f"call {ruling.call_id} was judged anew meanwhile; load it again")
    repository.save_review(session, ruling.finding_id, user.id, ruling.decision, ruling.comment)
    details = {"finding": str(ruling.finding_id), "decision": str(ruling.decision)}
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=ruling.call_id, details=details))
    log.info("finding_reviewed", finding=ruling.finding_id, decision=ruling.decision)
