"""Repository of legal holds: what is held is never deleted. Rows stay, as the record of who wanted what.

The audit log tells of each hold and release in the same transaction: `problems` finds what was changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import calls
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.conflicts import AlreadySo, RecordingDeleted
from ledger.records import User
from ledger.states import ChainKind
from ledger.tables import AuditRow, ChainRow, HoldRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """One hold on one call."""

    call_id: str
    why: str
    set_by: str
    set_at: datetime
    released_by: str | None  # None: it holds
    released_at: datetime | None


def set_hold(session: Session, call_id: str, *, by: User | str, why: str) -> None:
    """Hold a call. Raises NotFound, Conflict where it is held or was deleted already."""
    calls.lock_call(session, call_id)
    if _current(session, call_id):
        raise AlreadySo(f"call {call_id} is held already; `hotline hold list` says by whom")
    if _is_deleted(session, call_id):
        raise RecordingDeleted(
            f"the recording of call {call_id} was deleted before; there is nothing to hold"
        )
    row = HoldRow(call_id=call_id, why=why, set_by=_name(by), set_at=now())
    session.add(row)
    session.flush()
    _audit(session, row, AuditAction.HELD, by, why)


def release(session: Session, call_id: str, *, by: User | str, why: str) -> None:
    """Let a call go again. Raises NotFound, Conflict where it is not held."""
    calls.lock_call(session, call_id)
    row = _current(session, call_id)
    if row is None:
        raise AlreadySo(f"call {call_id} is not held; `hotline hold list` has those that are")
    row.released_by, row.released_at = _name(by), now()
    _audit(session, row, AuditAction.RELEASED, by, why)


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


def problems(session: Session) -> Iterator[str]:
    """A sentence for each hold that is not as the audit log tells it, and for what was deleted under one."""
    rows = {row.id: _hold(row) for row in session.scalars(select(HoldRow))}
    told = _told(session)
    for number in sorted(rows.keys() | told.keys()):
        row, due = rows.get(number), told.get(number)
        if due is None:
            yield f"hold {number} stands nowhere in the audit log: it was put in, or is older than this check"
        elif row is None:
            yield f"hold {number} of call {due.call_id} was removed; by the audit log {due.set_by} set it"
        elif row != due:
            yield f"hold {number} of call {due.call_id} was changed: the audit log tells it otherwise"
        if due and due.released_at is None and _is_deleted(session, due.call_id):
            yield f"the recording of call {due.call_id} was deleted under hold {number}"


def _told(session: Session) -> dict[int, Hold]:
    """The holds as the audit log tells them, by their numbers."""
    told: dict[int, Hold] = {}
    actions = (AuditAction.HELD, AuditAction.RELEASED)
    for row in session.scalars(
        select(AuditRow).where(AuditRow.action.in_(actions)).order_by(AuditRow.number)
    ):
        with suppress(ValueError, KeyError):  # a row that was changed: checking the log tells of it
            details = json.loads(row.details)
            number, at = int(details["hold"]), datetime.fromisoformat(details["at"])
            if row.action == AuditAction.RELEASED:
                told[number] = replace(told[number], released_by=row.user, released_at=at)
            else:
                told[number] = Hold(
                    call_id=str(row.call_id),
                    why=details["why"],
                    set_by=row.user,
                    set_at=at,
                    released_by=None,
                    released_at=None,
                )
    return told


def _audit(session: Session, row: HoldRow, action: AuditAction, by: User | str, why: str) -> None:
    at = row.released_at or row.set_at
    details = {"hold": str(row.id), "why": why, "at": at.isoformat()}
    write(session, Act(user=by, action=action, call_id=row.call_id, details=details))


def _name(by: User | str) -> str:
    return by.name if isinstance(by, User) else by


def _is_deleted(session: Session, call_id: str) -> bool:
    deleted = select(ChainRow.day).where(ChainRow.call_id == call_id, ChainRow.kind == ChainKind.DELETED)
    return session.scalar(deleted.limit(1)) is not None


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
