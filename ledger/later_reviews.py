"""Repository of decisions on the findings of later parts: the same as `ledger.decisions`, on rows of its own.

Decisions belong to a scorecard. A part that is judged anew is asked anew: who confirmed words has heard
those. A finding is known by its scorecard and its number there, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.decisions import own_decision, to_review
from ledger.records import Review, User
from ledger.reject_reasons import RejectReason
from ledger.states import Decision, Verdict
from ledger.tables import LaterReviewRow, LaterScorecardRow, UserRow


def save_review(
    session: Session,
    scorecard_id: int,
    number: int,
    by: User,
    *,
    decision: Decision,
    comment: str,
    reason: RejectReason | None = None,
) -> None:
    """Add a decision on a finding, which counts from now on."""
    row = LaterReviewRow(
        scorecard_id=scorecard_id,
        number=number,
        user_id=by.id,
        decision=decision,
        reason=reason or "",
        comment=comment,
        at=now(),
    )
    session.add(row)
    session.flush()
    _count_undecided(session, scorecard_id)


def reviews_of(session: Session, scorecard_ids: Iterable[int]) -> dict[int, tuple[Review, ...]]:
    """Every decision on these scorecards' findings, by scorecard, the undone ones too, the oldest first."""
    query = (
        select(LaterReviewRow, UserRow.display_name)
        .join(UserRow, UserRow.id == LaterReviewRow.user_id)
        .where(LaterReviewRow.scorecard_id.in_(list(scorecard_ids)))
        .order_by(LaterReviewRow.id)
    )
    found: dict[int, tuple[Review, ...]] = {}
    for row, user in session.execute(query):
        review = to_review(row, row.number, user, is_undone=row.undone_at is not None)
        found[row.scorecard_id] = (*found.get(row.scorecard_id, ()), review)
    return found


def undo(session: Session, scorecard_id: int, number: int, by: User) -> Review:
    """Take the decision that counts back, which is one's own; returns it. Raises Conflict."""
    taken = reviews_of(session, [scorecard_id]).get(scorecard_id, ())
    newest = next((one for one in reversed(taken) if one.finding_id == number and not one.is_undone), None)
    review = own_decision(newest, number, by)
    session.get_one(LaterReviewRow, review.id).undone_at = now()
    session.flush()
    _count_undecided(session, scorecard_id)
    return review


def comments_of(session: Session, call_id: str) -> Sequence[LaterReviewRow]:
    """Every decision on the later parts of a call, for whoever changes what was typed."""
    return session.scalars(
        select(LaterReviewRow).where(LaterReviewRow.scorecard_id.in_(_cards(call_id)))
    ).all()


def forget(session: Session, call_id: str) -> None:
    """Delete every decision on the later parts of a call."""
    session.execute(delete(LaterReviewRow).where(LaterReviewRow.scorecard_id.in_(_cards(call_id))))


def _count_undecided(session: Session, scorecard_id: int) -> None:
    """Who decides has locked the call's case: nobody else counts meanwhile."""
    counting = (LaterReviewRow.scorecard_id == scorecard_id, LaterReviewRow.undone_at.is_(None))
    decided = set(session.scalars(select(LaterReviewRow.number).where(*counting)))
    card = session.get_one(LaterScorecardRow, scorecard_id)
    card.undecided = sum(
        finding["verdict"] == Verdict.FAIL and number not in decided
        for number, finding in enumerate(card.findings, 1)
    )
    session.flush()


def _cards(call_id: str) -> Select[int]:
    return select(LaterScorecardRow.id).where(LaterScorecardRow.call_id == call_id)
