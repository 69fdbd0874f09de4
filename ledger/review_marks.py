"""Repository of what people say of a call as a whole: marks for the four standards, a comment, praise.

Marks are complete where each of the four standards (快, 准, 清, 亲) has one from 1 to 5
(`ReviewMarks.is_complete`); comment and praise may be empty. Of each person the newest row counts, and the
older ones stay. Whoever asks whether a review may be finished asks `has_marked`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.records import User
from ledger.tables import ReviewMarksRow, UserRow

STANDARDS: Final = ("快", "准", "清", "亲")
KEYS: Final = dict(zip(("fast", "accurate", "clear", "warm"), STANDARDS, strict=True))  # of fields of forms
LOWEST: Final = 1
HIGHEST: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewMarks:
    """What one person says of a call as a whole."""

    id: int
    user_id: int
    user: str  # the name that others see
    marks: Mapping[str, int]  # by standard, LOWEST to HIGHEST; those that were given
    comment: str
    praise: str  # what the operator is commended for; empty: nothing
    at: datetime

    @property
    def is_complete(self) -> bool:
        """Whether each of the four standards has its mark."""
        return all(standard in self.marks for standard in STANDARDS)


def save_marks(
    session: Session, call_id: str, user: User, *, marks: Mapping[str, int], comment: str, praise: str
) -> int:
    """Add somebody's marks, which count from now on; their id."""
    row = ReviewMarksRow(
        call_id=call_id, user_id=user.id, marks=dict(marks), comment=comment, praise=praise, at=now()
    )
    session.add(row)
    session.flush()
    return row.id


def marks_of(session: Session, call_id: str) -> tuple[ReviewMarks, ...]:
    """The newest marks of each person who gave any, complete or not, the newest first."""
    return tuple(_marks(row, user) for row, user in session.execute(_newest_marks(), {"of": call_id}))


def own_marks(session: Session, call_id: str, user_id: int) -> ReviewMarks | None:
    """The newest marks that somebody gave, or None."""
    return next((one for one in marks_of(session, call_id) if one.user_id == user_id), None)


def has_marked(session: Session, call_id: str, user_id: int) -> bool:
    """Whether somebody's marks of the call are complete: a review can be finished with them."""
    own = own_marks(session, call_id, user_id)
    return own is not None and own.is_complete


def _marks(row: ReviewMarksRow, user: str) -> ReviewMarks:
    return ReviewMarks(
        id=row.id,
        user_id=row.user_id,
        user=user,
        marks=row.marks,
        comment=row.comment,
        praise=row.praise,
        at=row.at,
    )


@cache
def _newest_marks() -> Select[ReviewMarksRow, str]:
    newest = (
        select(func.max(ReviewMarksRow.id))
        .where(ReviewMarksRow.call_id == bindparam("of"))
        .group_by(ReviewMarksRow.user_id)
    )
    return (
        select(ReviewMarksRow, UserRow.display_name)
        .join(UserRow, UserRow.id == ReviewMarksRow.user_id)
        .where(ReviewMarksRow.id.in_(newest))
        .order_by(ReviewMarksRow.id.desc())
    )
