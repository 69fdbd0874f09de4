"""Repository of calls that are judged once more, after norms have changed. Older scorecards stay."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.decisions import stands
from ledger.states import CallState
from ledger.tables import CallRow, ConversationRow, FindingRow, ReviewRow, ScorecardRow, TranscriptRow


def judge_again(
    session: Session, only: Sequence[str] | None = None, desk: str | None = None
) -> tuple[list[str], int]:
    """Let scored calls that nobody has at the moment be judged again; which, and how many were left out.

    Without `only` (ids) it is all of a desk, or of all desks, but those on whose newest findings people have
    decided: their decisions would no longer be shown.
    """
    chosen = [CallRow.state == CallState.SCORED, CallRow.claimed_by.is_(None), _has_transcript()]
    if desk is not None:
        chosen.append(_was_at(desk))
    left_out = 0
    if only is not None:
        chosen.append(CallRow.id.in_(only))
    else:
        count = select(func.count()).select_from(CallRow).where(*chosen, _is_decided())
        left_out = session.scalar(count) or 0
        chosen.append(~_is_decided())
    asked = session.scalars(
        update(CallRow)
        .where(*chosen)
        .values(state=CallState.TRANSCRIBED, asked_at=now(), error=None, tries=0)
        .returning(CallRow.id)
        .execution_options(synchronize_session=False)
    )
    return list(asked), left_out


def _was_at(desk: str) -> ColumnElement[bool]:
    """A transferred call is also of the desks of its later parts, which their norms judge."""
    talked = exists().where(ConversationRow.call_id == CallRow.id, ConversationRow.desk == desk)
    return or_(CallRow.desk == desk, talked.correlate(CallRow))


def _has_transcript() -> ColumnElement[bool]:
    return exists().where(TranscriptRow.call_id == CallRow.id).correlate(CallRow)


def _is_decided() -> ColumnElement[bool]:
    newest = (
        select(func.max(ScorecardRow.id))
        .where(ScorecardRow.call_id == CallRow.id)
        .correlate(CallRow)
        .scalar_subquery()
    )
    return exists().where(FindingRow.scorecard_id == newest, ReviewRow.finding_id == FindingRow.id, stands())
