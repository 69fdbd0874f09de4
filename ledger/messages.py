"""Repository of what callers leave for a desk: messages (留言) and wishes to be called back (回电)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.errors import NotFound
from ledger.records import User
from ledger.states import CallBackState
from ledger.tables import CallBackRow, VoicemailRow

MOST = 500  # shown at once
Left = VoicemailRow | CallBackRow


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
    return [_voicemail(row) for row in session.scalars(query)]


def ask_call_back(session: Session, *, call_id: str, desk: str, number: str) -> None:
    """A caller wants to be called back."""
    session.add(CallBackRow(call_id=call_id, desk=desk, number=number, asked_at=now()))


def list_call_backs(session: Session, state: CallBackState | None = CallBackState.OPEN) -> list[CallBack]:
    """Wishes to be called back, the oldest first; open ones, or (None) all."""
    query = select(CallBackRow).order_by(CallBackRow.id)
    if state is not None:
        is_open = CallBackRow.closed_at.is_(None)
        query = query.where(is_open if state is CallBackState.OPEN else ~is_open)
    return [_call_back(row) for row in session.scalars(query)]


def open_voicemails(session: Session, user: User) -> list[Voicemail]:
    """Messages for somebody's desks that nobody has settled, the oldest first; MOST at most."""
    query = select(VoicemailRow).where(VoicemailRow.closed_at.is_(None), _of_desks(VoicemailRow, user))
    return [_voicemail(row) for row in session.scalars(query.order_by(VoicemailRow.id).limit(MOST))]


def open_call_backs(session: Session, user: User) -> list[CallBack]:
    """Wishes at somebody's desks that nobody has settled, the oldest first; MOST at most."""
    query = select(CallBackRow).where(CallBackRow.closed_at.is_(None), _of_desks(CallBackRow, user))
    return [_call_back(row) for row in session.scalars(query.order_by(CallBackRow.id).limit(MOST))]


def close_voicemail(session: Session, voicemail_id: int, by: User) -> str:
    """Somebody heard a message and saw to it; returns its call. Raises NotFound, AlreadySo."""
    return _close(session, VoicemailRow, voicemail_id, by)


def close_call_back(session: Session, call_back_id: int, by: User) -> str:
    """The caller was called back; returns the call of the wish. Raises NotFound, AlreadySo."""
    return _close(session, CallBackRow, call_back_id, by)


def _close(session: Session, row: type[Left], row_id: int, by: User) -> str:
    mine = (row.id == row_id, _of_desks(row, by))
    call_id = session.scalar(select(row.call_id).where(*mine))
    if call_id is None:
        raise NotFound(f"nothing of number {row_id} was left for your desks; load the list again")
    closing = update(row).where(*mine, row.closed_at.is_(None)).returning(row.id)
    if not session.scalars(closing.values(closed_at=now(), closed_by=by.display_name)).all():
        raise AlreadySo(f"number {row_id} is settled already; load the list again")
    return call_id


def _of_desks(row: type[Left], user: User) -> ColumnElement[bool]:
    """Of somebody's desks, whatever the teams: what nobody answered is of no team."""
    return row.desk.in_(user.desks) if user.desks else true()


def _voicemail(row: VoicemailRow) -> Voicemail:
    return Voicemail(
        id=row.id,
        call_id=row.call_id,
        desk=row.desk,
        start_s=row.start_s,
        end_s=row.end_s,
        left_at=row.left_at,
    )


def _call_back(row: CallBackRow) -> CallBack:
    return CallBack(
        id=row.id,
        call_id=row.call_id,
        desk=row.desk,
        number=row.number,
        asked_at=row.asked_at,
        state=CallBackState.OPEN if row.closed_at is None else CallBackState.DONE,
    )
