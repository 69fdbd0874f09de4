"""Repository of the pipeline's work: which call is due next, and whose it is while a stage works on it.

A worker claims the call's row, and only its owner can finish the stage: what two workers did at once is kept
once. What is due is asked of the rows each time, so that nothing depends on a queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.calls import DUE_STATES
from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.states import CallState, Origin
from ledger.tables import CallRow, RecordingRow

DONE_STATES = (CallState.SCORED, CallState.NO_MODEL)  # nothing is left to do, as far as we can


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A call that a worker has."""

    call_id: str
    worker: str  # its signature


def claim(session: Session, call_id: str, state: CallState, worker: str, lease_s: float) -> bool:
    """Claim a call in `state` for one worker; False where another has it or it has moved on."""
    moment = now()
    claimed = session.execute(
        update(CallRow)
        .where(CallRow.id == call_id, CallRow.state == state, _is_nobodys(moment))
        .values(
            claimed_by=worker,
            claimed_at=moment,
            claimed_until=moment + timedelta(seconds=lease_s),
            tries=CallRow.tries + 1,
        )
        .returning(CallRow.id)
    )
    return claimed.first() is not None


def extend(session: Session, call_id: str, worker: str, lease_s: float) -> None:
    """The stage may take so long from now on."""
    until = now() + timedelta(seconds=lease_s)
    session.execute(
        update(CallRow).where(CallRow.id == call_id, CallRow.claimed_by == worker).values(claimed_until=until)
    )


def finish_claim(session: Session, call_id: str, worker: str, state: CallState) -> None:
    """Finish a stage: the next one may claim the call. Raises Conflict where the claim ran out meanwhile."""
    row = _row(session, call_id)
    if row.claimed_by != worker:
        raise Conflict(f"call {call_id} was taken over by {row.claimed_by}; its work here is dropped")
    row.state, row.tries, row.error = state, 0, None
    if state in DONE_STATES:
        row.wanted_at = row.asked_at = None
    _let_go(row)


def set_aside(session: Session, call_id: str, worker: str, why: str) -> None:
    """No model understands the call: it waits in NO_MODEL. Raises Conflict like `finish_claim`."""
    finish_claim(session, call_id, worker, CallState.NO_MODEL)
    _row(session, call_id).error = why


def release(
    session: Session, call_id: str, worker: str, *, error: str, most_tries: int | None, pause_s: float
) -> CallState | None:
    """Give a claimed call back after a failure; QUARANTINED after `most_tries` (None: never).

    It is due again after the pause. Returns its state; None where another worker has it meanwhile.
    """
    row = _row(session, call_id)
    if row.claimed_by != worker:
        return None
    _let_go(row)
    row.error = error
    if most_tries is None:
        row.tries = 0
    elif row.tries >= most_tries:
        row.state = CallState.QUARANTINED
        return CallState.QUARANTINED
    row.claimed_until = now() + timedelta(seconds=pause_s)
    return CallState(row.state)


def free_claim(session: Session, call_id: str, worker: str) -> None:
    """The worker was stopped by us: its call is due at once, and the try does not count against it."""
    session.execute(
        update(CallRow)
        .where(CallRow.id == call_id, CallRow.claimed_by == worker)
        .values(claimed_by=None, claimed_at=None, claimed_until=None, tries=CallRow.tries - 1)
    )


def open_claims(session: Session) -> list[Claim]:
    """Every call that a worker or an importer has."""
    query = select(CallRow.id, CallRow.claimed_by).where(CallRow.claimed_by.is_not(None))
    return [Claim(call_id=call_id, worker=str(worker)) for call_id, worker in session.execute(query)]


def quarantine_given_up(session: Session, most_tries: int) -> list[str]:
    """Calls whose claims ran out so often: workers of other machines died with them, or took too long."""
    why = f"{most_tries} workers had it and none of them came back with it"
    given_up = session.scalars(
        update(CallRow)
        .where(
            CallRow.state.in_(DUE_STATES),
            CallRow.claimed_by.is_not(None),
            CallRow.claimed_until < now(),
            CallRow.tries >= most_tries,
        )
        .values(state=CallState.QUARANTINED, error=why, claimed_by=None, claimed_at=None, claimed_until=None)
        .returning(CallRow.id)
    )
    return list(given_up)


def next_due(session: Session, most_tries: int, *, far: bool = False) -> tuple[str, CallState] | None:
    """The call to take next, and its state; on PostgreSQL nobody else is given it until the transaction ends.

    First what somebody waits for; then captures to be sealed, what has only to be scored, the calls of today,
    and last imports and what is transcribed once more; the oldest first. `far`: from a machine that has
    neither captures nor the spool.
    """
    query = (
        select(CallRow.id, CallRow.state)
        .where(*_is_due(most_tries, far=far))
        .order_by(CallRow.wanted_at.is_(None), _RANK, CallRow.received_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(query).first()
    return (row.id, CallState(row.state)) if row else None


def due_calls(session: Session, limit: int | None = None) -> list[str]:
    """Calls whose next stage nobody has claimed, oldest first: what the sweep hands on."""
    query = select(CallRow.id).where(CallRow.state.in_(DUE_STATES), _is_free(now()))
    return list(session.scalars(query.order_by(CallRow.received_at).limit(limit)))


def count_due(session: Session) -> int:
    """How many calls wait for a worker."""
    query = select(func.count()).select_from(CallRow)
    return session.scalar(query.where(CallRow.state.in_(DUE_STATES), _is_free(now()))) or 0


def want(session: Session, call_id: str) -> None:
    """Somebody waits for this call: it goes before all that nobody waits for. Harmless where it is done."""
    session.execute(
        update(CallRow)
        .where(CallRow.id == call_id, CallRow.state.in_(DUE_STATES), CallRow.wanted_at.is_(None))
        .values(wanted_at=now())
    )


_RANK = case(
    (CallRow.state == CallState.ENDED, 0),
    (CallRow.state == CallState.TRANSCRIBED, 1),
    (and_(CallRow.origin != Origin.IMPORT, CallRow.asked_at.is_(None)), 2),
    else_=3,
)


def _is_due(most_tries: int, *, far: bool) -> list[ColumnElement[bool]]:
    due = [CallRow.state.in_(DUE_STATES), _is_free(now()), CallRow.tries < most_tries]
    if far:
        archived = exists().where(RecordingRow.call_id == CallRow.id, RecordingRow.archived_at.is_not(None))
        due += [CallRow.state != CallState.ENDED, archived]
    return due


def _is_nobodys(moment: datetime) -> ColumnElement[bool]:
    """Nobody works on it; a pause after a failure keeps nobody away who names the call."""
    return or_(CallRow.claimed_by.is_(None), CallRow.claimed_until < moment)


def _is_free(moment: datetime) -> ColumnElement[bool]:
    return or_(CallRow.claimed_until.is_(None), CallRow.claimed_until < moment)


def _let_go(row: CallRow) -> None:
    row.claimed_by = row.claimed_at = row.claimed_until = None


def _row(session: Session, call_id: str) -> CallRow:
    row = session.get(CallRow, call_id)
    if row is None:
        raise NotFound(f"there is no call {call_id!r}; `hotline calls` lists them")
    return row
