"""Repository of imported files: one call for the same bytes, whoever brings them and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.clock import new_call_id, now
from ledger.states import CallState, Origin
from ledger.tables import CallRow, ImportRow

LEASE_S = 900.0  # longer than sealing takes; after it anybody may go on with a broken-off import


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file that is known, and who seals its call at the moment."""

    call_id: str
    state: CallState
    claimed_by: str | None
    claimed_until: datetime | None

    @property
    def is_sealed(self) -> bool:
        """Whether the call has its recording; before that only the claim's owner works on it."""
        return self.state is not CallState.RECEIVED


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the one who imports knows of a call."""

    hotline: str
    caller: str | None = None
    received_at: datetime | None = None  # None: the moment of the import
    answered_at: datetime | None = None


def find_import(session: Session, sha256: str) -> Import | None:
    """What there is of a file by its hash."""
    query = (
        select(ImportRow.call_id, CallRow.state, CallRow.claimed_by, CallRow.claimed_until)
        .join(CallRow, CallRow.id == ImportRow.call_id)
        .where(ImportRow.sha256 == sha256)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return Import(
        call_id=row.call_id,
        state=CallState(row.state),
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
    )


def begin_import(session: Session, sha256: str, file: str, told: Told, worker: str) -> str:
    """Give a file a call, claimed by `worker`. Raises IntegrityError where another import was first."""
    call_id = new_call_id()
    row = CallRow(id=call_id, origin=Origin.IMPORT, state=CallState.RECEIVED, received_at=now())
    session.add(row)
    _claim(row, told, worker)
    session.flush()
    session.add(ImportRow(sha256=sha256, call_id=call_id, file=file, imported_at=now()))
    session.flush()
    return call_id


def take_over(session: Session, found: Import, told: Told, worker: str) -> bool:
    """Go on with a call whose import was broken off; False where somebody else was first."""
    taken = session.execute(
        update(CallRow)
        .where(
            CallRow.id == found.call_id,
            CallRow.state == CallState.RECEIVED,
            CallRow.claimed_by == found.claimed_by,
        )
        .values(claimed_by=worker)
        .returning(CallRow.id)
    )
    if taken.first() is None:
        return False
    _claim(session.get_one(CallRow, found.call_id), told, worker)
    return True


def _claim(row: CallRow, told: Told, worker: str) -> None:
    row.hotline, row.caller, row.answered_at = told.hotline, told.caller, told.answered_at
    row.received_at = told.received_at or row.received_at
    row.claimed_by, row.claimed_at = worker, now()
    row.claimed_until = row.claimed_at + timedelta(seconds=LEASE_S)
