"""Repository of decisions on findings: which of them count, and taking one back.

A decision is never changed. Undoing adds a row that names it, and the one before it counts again.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.errors import Conflict, NotFound
from ledger.records import Review, User
from ledger.reject_reasons import RejectReason
from ledger.states import Decision
from ledger.tables import FindingRow, LaterReviewRow, ReviewRow, ScorecardRow, UndoneRow, UserRow


def stands() -> ColumnElement[bool]:
    """A condition on `ReviewRow`: nobody has taken it back. Every query of what people decided has it."""
    return ReviewRow.id.not_in(select(UndoneRow.review_id))


def save_review(
    session: Session,
    finding_id: int,
    user_id: int,
    decision: Decision,
    comment: str,
    *,
    reason: RejectReason | None = None,
) -> int:
    """Add a decision on a finding; its id. Raises NotFound."""
    if session.get(FindingRow, finding_id) is None:
        raise NotFound(f"there is no finding {finding_id}; load the call again")
    row = ReviewRow(
        finding_id=finding_id,
        user_id=user_id,
        decision=decision,
        reason=reason or "",
        comment=comment,
        at=now(),
    )
    session.add(row)
    session.flush()
    return row.id


def newest_reviews(session: Session, call_id: str) -> dict[int, Review]:
    """The decision that counts on each finding of a call, by the finding's id."""
    return {review.finding_id: review for review in all_reviews(session, call_id) if not review.is_undone}


def newest_review(session: Session, finding_id: int) -> Review | None:
    """The decision that counts on one finding, or None."""
    query = _reviews().where(ReviewRow.finding_id == finding_id, stands())
    found = session.execute(query.order_by(ReviewRow.id.desc()).limit(1)).first()
    return _review(*found) if found else None


def all_reviews(session: Session, call_id: str) -> list[Review]:
    """Every decision ever taken on a call's findings, the undone ones too, the oldest first."""
    return [_review(*found) for found in session.execute(_reviews_of_call(), {"of": call_id})]


def newest_number(session: Session, finding_id: int) -> int:
    """Grows by every decision on a finding and every undoing; 0: nobody has decided yet."""
    taken = select(func.count()).select_from(ReviewRow).where(ReviewRow.finding_id == finding_id)
    undone = (
        select(func.count())
        .select_from(UndoneRow)
        .join(ReviewRow, ReviewRow.id == UndoneRow.review_id)
        .where(ReviewRow.finding_id == finding_id)
    )
    return (session.scalar(taken) or 0) + (session.scalar(undone) or 0)


def undo(session: Session, user: User, finding_id: int) -> Review:
    """Take the decision that counts back, which is one's own; returns it. Raises Conflict."""
    review = own_decision(newest_review(session, finding_id), finding_id, user)
    session.add(UndoneRow(review_id=review.id, user_id=user.id, at=now()))
    session.flush()
    return review


def own_decision(review: Review | None, finding_id: int, user: User) -> Review:
    """The decision that counts on a finding, which must be the user's own. Raises Conflict."""
    if review is None:
        raise AlreadySo(f"nobody has decided on finding {finding_id}; there is nothing to undo")
    if review.user_id != user.id:
        raise Conflict(
            f"{review.user} has decided on finding {finding_id} since; decide again in place of undoing"
        )
    return review


def to_review(row: ReviewRow | LaterReviewRow, finding_id: int, user: str, *, is_undone: bool) -> Review:
    """A decision with the name of who took it."""
    return Review(
        finding_id=finding_id,
        user=user,
        decision=Decision(row.decision),
        comment=row.comment,
        at=row.at,
        reason=RejectReason(row.reason) if row.reason else None,
        id=row.id,
        user_id=row.user_id,
        is_undone=is_undone,
    )


@cache
def _reviews() -> Select[ReviewRow, str, int]:
    """With who decided, and the id once more where it was undone, else NULL."""
    return (
        select(ReviewRow, UserRow.display_name, UndoneRow.review_id)
        .join(UserRow, UserRow.id == ReviewRow.user_id)
        .outerjoin(UndoneRow, UndoneRow.review_id == ReviewRow.id)
    )


@cache
def _reviews_of_call() -> Select[ReviewRow, str, int]:
    return (
        _reviews()
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .where(ScorecardRow.call_id == bindparam("of"))
        .order_by(ReviewRow.id)
    )


def _review(row: ReviewRow, user: str, undone: int | None) -> Review:
    return to_review(row, row.finding_id, user, is_undone=undone is not None)
