"""Repository of what callers leave for a desk: messages (留言) and wishes to be called back (回电)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import NotFound
from ledger.states import CallBackState
from ledger.tables import CallBackRow, VoicemailRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Voicemail:
    """A message: a span of the left channel of the call's recording."""

    id: int
    call_id: str
    desk: str
    start_s: float
    end_s: float
    left_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CallBack:
    """A caller's wish to be called back."""

    id: int
    call_id: str
    desk: str
    number: str
    asked_at: datetime
    state: CallBackState


def keep_voicemail(session: Session, *, call_id: str, desk: str, start_s: float, end_s: float) -> None:
    """A caller left a message for a desk."""
    session.add(VoicemailRow(call_id=call_id, desk=desk, start_s=start_s, end_s=end_s, left_at=now()))


def list_voicemails(session: Session, desk: str | None = None) -> list[Voicemail]:
    """Messages, the newest first; for one desk or all."""
    query = select(VoicemailRow).order_by(VoicemailRow.id.desc())
    if desk is not None:
        query = query.where(VoicemailRow.desk == desk)
    return [
        Voicemail(
            id=row.id,
            call_id=row.call_id,
            desk=row.desk,
            start_s=row.start_s,
            end_s=row.end_s,
            left_at=row.left_at,
        )
        for row in session.scalars(query)
    ]


def ask_call_back(session: Session, *, call_id: str, desk: str, number: str) -> None:
    """A caller wants to be called back."""
    session.add(CallBackRow(call_id=call_id, desk=desk, number=number, asked_at=now()))


def list_call_backs(session: Session, state: CallBackState | None = CallBackState.OPEN) -> list[CallBack]:
    """Wishes to be called back, the oldest first; open ones, or (None) all."""
    query = select(CallBackRow).order_by(CallBackRow.id)
    if state is not None:
        query = query.where(CallBackRow.state == state)
    return [
        CallBack(
            id=row.id,
            call_id=row.call_id,
            desk=row.desk,
            number=row.number,
            asked_at=row.asked_at,
            state=CallBackState(row.state),
        )
        for row in session.scalars(query)
    ]


def close_call_back(session: Session, call_back_id: int) -> None:
    """The caller was called back. Raises NotFound."""
    row = session.get(CallBackRow, call_back_id)
    if row is None:
        raise NotFound(f"there is no call-back {call_back_id}; load the list again")
    row.state = CallBackState.DONE
