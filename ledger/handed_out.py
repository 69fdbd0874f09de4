"""Repository of what an outsider was handed: drawn calls and calls of cases, and what the person said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.canaries import not_canary
from ledger.clock import now
from ledger.records import User
from ledger.samples import Outcome
from ledger.scopes import require_visible, visible_calls
from ledger.tables import CallRow, RecordingRow, SampleCheckRow, SampledRow


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedCall:
    """One call, with nothing of who served it and nothing that was found in it."""

    call_id: str
    hotline: str
    received_at: datetime
    duration_s: float | None  # None: there is no recording, or not any more
    is_drawn: bool  # in a sample, which waits for what the person finds
    outcome: Outcome | None  # what the person said last
    score: float | None
    said_at: datetime | None


def handed_calls(session: Session, user: User) -> list[HandedCall]:
    """All calls that somebody was handed: those to be heard first, each part the newest first."""
    return sorted(_handed(session, user, not_canary()), key=lambda call: call.outcome is not None)


def handed_call(session: Session, user: User, call_id: str) -> HandedCall:
    """One call that somebody was handed. Raises NotFound."""
    require_visible(session, user, call_id)
    return _handed(session, user, CallRow.id == call_id)[0]


def drawn_ids(session: Session, user: User, call_id: str) -> Sequence[int]:
    """The places of a call in draws that were handed to somebody."""
    query = select(SampledRow.id).where(SampledRow.call_id == call_id, SampledRow.assigned_to == user.id)
    return session.scalars(query).all()


def save_checks(
    session: Session, sampled_ids: Sequence[int], user: User, outcome: Outcome, score: float | None
) -> None:
    """Add what somebody found, in every draw that the call was handed out of."""
    at = now()
    session.add_all(
        SampleCheckRow(sampled_id=sampled_id, user_id=user.id, outcome=outcome, score=score, at=at)
        for sampled_id in sampled_ids
    )


def _handed(session: Session, user: User, which: ColumnElement[bool]) -> list[HandedCall]:
    drawn = set(session.scalars(select(SampledRow.call_id).where(SampledRow.assigned_to == user.id)))
    said = _said(session, user)
    query = (
        select(CallRow, RecordingRow.duration_s)
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(visible_calls(user), which)
        .order_by(CallRow.received_at.desc(), CallRow.id.desc())
    )
    return [
        _call(row, duration_s, said.get(row.id), is_drawn=row.id in drawn)
        for row, duration_s in session.execute(query)
    ]


def _said(session: Session, user: User) -> dict[str, SampleCheckRow]:
    """What somebody said last, by call."""
    query = (
        select(SampledRow.call_id, SampleCheckRow)
        .join(SampleCheckRow, SampleCheckRow.sampled_id == SampledRow.id)
        .where(SampledRow.assigned_to == user.id, SampleCheckRow.user_id == user.id)
        .order_by(SampleCheckRow.id)
    )
    return {call_id: row for call_id, row in session.execute(query)}  # noqa: C416 - a Row is no pair to mypy


def _call(
    row: CallRow, duration_s: float | None, said: SampleCheckRow | None, *, is_drawn: bool
) -> HandedCall:
    return HandedCall(
        call_id=row.id,
        hotline=row.hotline,
        received_at=row.received_at,
        duration_s=duration_s,
        is_drawn=is_drawn,
        outcome=Outcome(said.outcome) if said else None,
        score=said.score if said else None,
        said_at=said.at if said else None,
    )
