"""Keeps decisions on the findings of later parts, as `console.reviews.service` does those on the call's."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.calls.shown import Judged, judged_of
from console.errors import DecidedMeanwhile, StillBlind
from console.parts import repository
from console.parts.schemas import Place
from console.reviews.schemas import Ruling
from console.reviews.service import is_same
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.conflicts import JudgedAnew
from ledger.errors import NotFound
from ledger.later_parts import LaterPart
from ledger.records import User

log = structlog.get_logger(__name__)


def decide(session: Session, user: User, place: Place, ruling: Ruling) -> None:
    """Add a decision on a failed finding of a later part; the same once more adds nothing.

    Raises NotFound where there is no such finding among the user's calls, StillBlind where the user judges
    the call blind, Conflict where the part was judged anew since, DecidedMeanwhile where somebody decided
    since the page was loaded.
    """
    part = _open_for_review(session, user, place)
    judged = _judged(session, part, place.number)
    if judged.review is not None and is_same(judged.review, user, ruling):
        return
    _check_seen(session, judged, place, ruling.seen)
    repository.save_review(
        session,
        part.id,
        place.number,
        user,
        decision=ruling.decision,
        comment=ruling.comment,
        reason=ruling.reason,
    )
    repository.forget_draft(
        session, user.id, place.call_id, [f"comment-later-{place.part_id}-{place.number}"]
    )
    details = {**_told(place), "decision": str(ruling.decision)}
    if ruling.reason:
        details["reason"] = str(ruling.reason)
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=place.call_id, details=details))
    log.info("later_finding_reviewed", **details)


def undo(session: Session, user: User, place: Place, *, seen: int | None) -> None:
    """Take one's own decision back: the one before it counts again, or none. Raises what `decide` raises."""
    part = _open_for_review(session, user, place)
    _check_seen(session, _judged(session, part, place.number), place, seen)
    review = repository.undo(session, part.id, place.number, user)
    details = {**_told(place), "decision": str(review.decision)}
    write(session, Act(user=user, action=AuditAction.UNDONE, call_id=place.call_id, details=details))
    log.info("later_decision_undone", **details)


def _open_for_review(session: Session, user: User, place: Place) -> LaterPart:
    """Nobody else changes what people say of the part until this transaction ends."""
    repository.require_visible(session, user, place.call_id)
    repository.lock_case(session, place.call_id)
    if repository.is_blind(session, user.id, place.call_id):
        raise StillBlind(f"you judge call {place.call_id} blind; /rounds lists your open reviews")
    part = repository.get_part(session, place.call_id, place.part_id)
    if place.card_id != part.id:
        raise JudgedAnew(f"part {place.part_id} of call {place.call_id} was judged anew; load it again")
    if place.number not in {finding.id for finding in part.failed}:
        raise NotFound(f"part {place.part_id} of call {place.call_id} has no failed finding {place.number}")
    return part


def _judged(session: Session, part: LaterPart, number: int) -> Judged:
    reviews = repository.reviews_of(session, [part.id]).get(part.id, ())
    return judged_of(part.card.findings[number - 1], reviews)


def _check_seen(session: Session, judged: Judged, place: Place, seen: int | None) -> None:
    if seen is not None and seen != judged.version:
        veil = repository.veil_of(session, place.call_id)
        review = veil.over_review(judged.review) if judged.review else None
        raise DecidedMeanwhile(place.call_id, place.number, review)


def _told(place: Place) -> dict[str, str]:
    return {"part": str(place.part_id), "card": str(place.card_id), "finding": str(place.number)}
