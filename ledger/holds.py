"""Repository of legal holds: what is held is never deleted. Rows stay, as the record of who wanted what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import calls
from ledger.clock import now
from ledger.errors import Conflict
from ledger.states import ChainKind
from ledger.tables import ChainRow, HoldRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """One hold on one call."""

    call_id: str
    why: str
    set_by: str
    set_at: datetime
    released_by: str | None  # None: it holds
    released_at: datetime | None


def set_hold(session: Session, call_id: str, *, by: str, why: str) -> None:
    """Hold a call. Raises NotFound, Conflict where it is held or was deleted already."""
    calls.lock_call(session, call_id)
    if _current(session, call_id):
        raise Conflict(f"call {call_id} is held already; `hotline hold list` says by whom")
    deleted = select(ChainRow.day).where(ChainRow.call_id == call_id, ChainRow.kind == ChainKind.DELETED)
    if session.scalar(deleted.limit(1)):
        raise Conflict(f"the recording of call {call_id} was deleted before; there is nothing to hold")
    session.add(HoldRow(call_id=call_id, why=why, set_by=by, set_at=now()))


def release(session: Session, call_id: str, *, by: str) -> None:
    """Let a call go again. Raises NotFound, Conflict where it is not held."""
    calls.lock_call(session, call_id)
    row = _current(session, call_id)
    if row is None:
        raise Conflict(f"call {call_id} is not held; `hotline hold list` has those that are")
    row.released_by, row.released_at = by, now()


def is_held(session: Session, call_id: str) -> bool:
    """Whether a hold stands."""
    return _current(session, call_id) is not None


def list_holds(session: Session, *, all_of_them: bool = False) -> list[Hold]:
    """Holds that stand, or all that ever were, the oldest first."""
    query = select(HoldRow).order_by(HoldRow.id)
    if not all_of_them:
        query = query.where(HoldRow.released_at.is_(None))
    return [_hold(row) for row in session.scalars(query)]


def of_call(session: Session, call_id: str) -> list[Hold]:
    """All holds that a call has or had, the oldest first."""
    query = select(HoldRow).where(HoldRow.call_id == call_id).order_by(HoldRow.id)
    return [_hold(row) for row in session.scalars(query)]


def _current(session: Session, call_id: str) -> HoldRow | None:
    query = select(HoldRow).where(HoldRow.call_id == call_id, HoldRow.released_at.is_(None))
    return session.scalars(query).first()


def _hold(row: HoldRow) -> Hold:
    return Hold(
        call_id=row.call_id,
        why=row.why,
        set_by=row.set_by,
        set_at=row.set_at,
        released_by=row.released_by,
        released_at=row.released_at,
    )
