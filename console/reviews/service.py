"""Keeps decisions: every one is added, the newest counts; undoing adds too, and the one before is back."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy.orm import Session

from console.errors import DecidedMeanwhile, ReviewClosed, StillBlind
from console.reviews import repository
from console.reviews.schemas import Ruling
from ledger import cases
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.case_states import CaseState
from ledger.conflicts import JudgedAnew
from ledger.errors import NotFound
from ledger.records import Review, User

CLOSED: Final = frozenset({CaseState.PUBLISHED, CaseState.FINAL})

log = structlog.get_logger(__name__)


def open_for_review(session: Session, user: User, call_id: str, *, of_marks: bool = False) -> None:
    """Nobody else changes what people say of the call until this transaction ends.

    A call that nobody has is the user's from now on. `of_marks`: while the call is appealed against they are
    all that its holder may change by themselves. Raises NotFound where it is none of the user's calls,
    StillBlind where the user judges it blind, ReviewClosed where the operator has been shown its review,
    Conflict where somebody else has it or its review is finished.
    """
    repository.require_visible(session, user, call_id)
    state = cases.lock_case(session, call_id).state
    if repository.is_blind(session, user.id, call_id):
        raise StillBlind(f"you judge call {call_id} blind; /rounds lists your open reviews")
    if state in CLOSED:
        raise ReviewClosed(f"the review of call {call_id} is {state}; it changes by an appeal only")
    cases.require_open_for_change(session, call_id, user, of_marks=of_marks)


def require_visible(session: Session, user: User, call_id: str) -> None:
    """Raises NotFound where the call is none of the user's."""
    repository.require_visible(session, user, call_id)


def decide(session: Session, user: User, ruling: Ruling) -> None:
    """Add a decision on a finding; the same once more adds nothing.

    Raises NotFound where the call has no such finding, Conflict where the call was judged anew since,
    DecidedMeanwhile where somebody decided since the page was loaded, and what `open_for_review` raises.
    """
    open_for_review(session, user, ruling.call_id)
    _check_finding(session, ruling.call_id, ruling.finding_id)
    review = repository.newest_review(session, ruling.finding_id)
    if review is not None and is_same(review, user, ruling):
        return
    _check_seen(session, ruling.call_id, ruling.finding_id, ruling.seen)
    repository.save_review(
        session, ruling.finding_id, user.id, ruling.decision, ruling.comment, reason=ruling.reason
    )
    repository.forget_draft(session, user.id, ruling.call_id, [f"comment-{ruling.finding_id}"])
    details = {"finding": str(ruling.finding_id), "decision": str(ruling.decision)}
    if ruling.reason:
        details["reason"] = str(ruling.reason)
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=ruling.call_id, details=details))
    log.info("finding_reviewed", finding=ruling.finding_id, decision=ruling.decision)


def undo(session: Session, user: User, call_id: str, finding_id: int, *, seen: int | None) -> Review:
    """Take one's own decision back: the one before it counts again, or none. Returns what was taken back.

    Raises what `decide` raises.
    """
    open_for_review(session, user, call_id)
    _check_finding(session, call_id, finding_id)
    _check_seen(session, call_id, finding_id, seen)
    review = repository.undo(session, user, finding_id)
    details = {"finding": str(finding_id), "decision": str(review.decision)}
    write(session, Act(user=user, action=AuditAction.UNDONE, call_id=call_id, details=details))
    log.info("decision_undone", finding=finding_id, decision=review.decision)
    return review


def _check_finding(session: Session, call_id: str, finding_id: int) -> None:
    scorecard_id = repository.scorecard_id_of(session, call_id, finding_id)
    if scorecard_id is None:
        raise NotFound(f"call {call_id!r} has no finding {finding_id}; load the call again")
    if scorecard_id != repository.newest_scorecard_id(session, call_id):
        raise JudgedAnew(f"call {call_id} was judged anew meanwhile; load it again")


def _check_seen(session: Session, call_id: str, finding_id: int, seen: int | None) -> None:
    if seen is not None and seen != repository.newest_number(session, finding_id):
        review = repository.newest_review(session, finding_id)
        veil = repository.veil_of(session, call_id)
        raise DecidedMeanwhile(call_id, finding_id, veil.over_review(review) if review else None)


def is_same(review: Review, user: User, ruling: Ruling) -> bool:
    """A button that was pressed twice."""
    said = (review.user_id, review.decision, review.comment, review.reason)
    return said == (user.id, ruling.decision, ruling.comment, ruling.reason)
