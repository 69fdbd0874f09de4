"""Conditions on rounds of blind reviews and their tasks, for statements that may be kept."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from ledger.clock import now
from ledger.tables import BlindReviewRow, BlindRoundRow, BlindTaskRow

# Told anew each time that a statement is run.
_NOW = bindparam("now", callable_=now, type_=BlindRoundRow.opens_at.type, unique=True)


def is_not_closed() -> ColumnElement[bool]:
    """Of a round's row."""
    lasts = or_(BlindRoundRow.closes_at.is_(None), BlindRoundRow.closes_at > _NOW)
    return and_(BlindRoundRow.closed_at.is_(None), lasts)


def waits_for_somebody(task: type[BlindTaskRow]) -> ColumnElement[bool]:
    """Whether anything of a task's call is still to be submitted in its round."""
    other = aliased(BlindTaskRow)
    is_in = select(BlindReviewRow.id).where(BlindReviewRow.task_id == other.id).exists()
    return (
        select(other.id)
        .where(other.round_id == task.round_id, other.call_id == task.call_id, ~is_in)
        .exists()
    )


def is_open() -> ColumnElement[bool]:
    """The same, and reviews are taken already."""
    return and_(is_not_closed(), BlindRoundRow.opens_at <= _NOW)
