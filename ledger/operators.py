"""Repository of operators: who is idle, and the one UPDATE that reserves one for a caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.states import OperatorState
from ledger.tables import OperatorRow

BUSY_STATES = (OperatorState.RESERVED, OperatorState.RINGING, OperatorState.TALKING)


def enrol(session: Session, numbers: Sequence[str]) -> None:
    """Give every operator of the plan a row; those that had none start idle."""
    known = set(session.scalars(select(OperatorRow.number)))
    fresh = [number for number in numbers if number not in known]
    session.add_all(OperatorRow(number=number, state=OperatorState.IDLE, since=now()) for number in fresh)


def reserve(session: Session, candidates: Sequence[str], call_id: str) -> str | None:
    """Reserve the candidate who has been idle longest, or None. Atomic: nobody is reserved twice."""
    query = (
        select(OperatorRow.number)
        .where(OperatorRow.number.in_(candidates), OperatorRow.state == OperatorState.IDLE)
        .order_by(OperatorRow.since, OperatorRow.number)
    )
    for number in session.scalars(query):
        if _take(session, number, call_id):
            return number
    return None


def _take(session: Session, number: str, call_id: str) -> bool:
    taken = session.execute(
        update(OperatorRow)
        .where(OperatorRow.number == number, OperatorRow.state == OperatorState.IDLE)
        .values(state=OperatorState.RESERVED, call_id=call_id, since=now())
        .returning(OperatorRow.number)
    )
    return taken.first() is not None


def set_operator_state(session: Session, number: str, state: OperatorState, call_id: str | None) -> None:
    """Move an operator on."""
    session.execute(
        update(OperatorRow)
        .where(OperatorRow.number == number)
        .values(state=state, call_id=call_id, since=now())
    )


def free_operators_of(session: Session, call_ids: Sequence[str]) -> None:
    """Make idle whoever is still held by calls that are gone."""
    session.execute(
        update(OperatorRow)
        .where(OperatorRow.call_id.in_(call_ids))
        .values(state=OperatorState.IDLE, call_id=None, since=now())
    )


def note_registration(session: Session, number: str, registered_until: datetime | None) -> None:
    """The operator's phone is registered until then, or no longer (None).

    TO BE REPLACED AT THE MERGE by the queue's own: this one only signs on and off.
    """
    row = session.get(OperatorRow, number)
    if row is None:
        return
    newly = row.registered_until is None or row.registered_until <= now()
    row.registered_until = registered_until
    state = OperatorState(row.state)
    if registered_until is None and state not in BUSY_STATES:
        row.state, row.since, row.call_id = OperatorState.OFF, now(), None
    elif registered_until is not None and newly and state is OperatorState.OFF:
        row.state, row.since = OperatorState.IDLE, now()
