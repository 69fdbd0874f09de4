"""Repository of what sampling frames are made of: the calls that somebody spoke to an operator in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.calls import IN_PROGRESS
from ledger.canaries import not_canary
from ledger.states import CallState, ChainKind, Origin, Verdict
from ledger.tables import CallRow, ChainRow, FindingRow, RecordingRow, ScorecardRow

ROWS_AT_ONCE = 2000
IN_THE_MAKING = (*IN_PROGRESS, CallState.ENDED)  # there may be a recording soon
COLUMNS = (
    *(CallRow.id, CallRow.received_at, CallRow.hotline, CallRow.desk, CallRow.operator),
    *(CallRow.score, CallRow.flag_count, CallRow.state),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A call of an operator, as a frame needs it."""

    call_id: str
    received_at: datetime
    hotline: str
    desk: str
    operator: str
    score: float | None
    flag_count: int
    state: CallState
    is_recorded: bool  # there is a recording now
    is_deleted: bool  # there was one


def candidates(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    origins: Sequence[Origin],
    desks: Sequence[str] = (),
    hotlines: Sequence[str] = (),
) -> Iterator[Candidate]:
    """Calls received from `since` to before `until` that had an operator, a few in memory at once."""
    deleted = select(ChainRow.call_id).where(ChainRow.kind == ChainKind.DELETED)
    query = (
        select(*COLUMNS, RecordingRow.call_id.label("recorded"), CallRow.id.in_(deleted).label("is_deleted"))
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(*_conditions(since, until, origins, desks, hotlines))
        .order_by(CallRow.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in session.execute(query):
        yield _candidate(row)


def doubtful_calls(session: Session, since: datetime, until: datetime) -> set[str]:
    """The calls of a window on whose newest scorecard a rule could not tell."""
    newest = select(func.max(ScorecardRow.id)).group_by(ScorecardRow.call_id)
    query = (
        select(ScorecardRow.call_id)
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .join(CallRow, CallRow.id == ScorecardRow.call_id)
        .where(CallRow.received_at >= since, CallRow.received_at < until)
        .where(FindingRow.verdict == Verdict.CANNOT_TELL, ScorecardRow.id.in_(newest))
    )
    return set(session.scalars(query))


def first_calls(session: Session) -> dict[str, datetime]:
    """When each operator was heard first."""
    query = select(CallRow.operator, func.min(CallRow.received_at)).where(
        CallRow.operator.is_not(None), not_canary()
    )
    return {str(operator): at for operator, at in session.execute(query.group_by(CallRow.operator))}


def _conditions(
    since: datetime,
    until: datetime,
    origins: Sequence[Origin],
    desks: Sequence[str],
    hotlines: Sequence[str],
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        CallRow.received_at >= since,
        CallRow.received_at < until,
        CallRow.operator.is_not(None),
        CallRow.origin.in_(origins),
        not_canary(),
    ]
    if desks:
        wanted.append(CallRow.desk.in_(desks))
    if hotlines:
        wanted.append(CallRow.hotline.in_(hotlines))
    return wanted


def _candidate(row: Any) -> Candidate:
    return Candidate(
        call_id=row.id,
        received_at=row.received_at,
        hotline=row.hotline,
        desk=row.desk or row.hotline,
        operator=row.operator or "",
        score=row.score,
        flag_count=row.flag_count,
        state=CallState(row.state),
        is_recorded=row.recorded is not None,
        is_deleted=bool(row.is_deleted),
    )
