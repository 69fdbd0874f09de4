"""Repository of operators: who is idle, and the one UPDATE that reserves one for a caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.states import OperatorState
from ledger.tables import OperatorRow

SET_BY_PEOPLE = (OperatorState.IDLE, OperatorState.AWAY, OperatorState.OFF)
WITH_A_CALLER = (OperatorState.RESERVED, OperatorState.RINGING, OperatorState.TALKING)


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorRecord:
    """An operator as the ledger has it."""

    number: str
    state: OperatorState
    since: datetime  # of the state
    until: datetime | None  # when a wrap-up ends by itself
    away_reason: str
    misses: int  # rings in a row that nobody answered
    calls: int  # talked to since the sign-on
    registers: bool  # the phone must be registered at the edge
    registered_until: datetime | None
    call_id: str | None  # of the caller with whom the operator is busy


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


def list_operators(session: Session) -> list[OperatorRecord]:
    """All operators by number."""
    return [_record(row) for row in session.scalars(select(OperatorRow).order_by(OperatorRow.number))]


def set_by_person(session: Session, number: str, wanted: OperatorState, reason: str = "") -> None:
    """Set an operator ready (idle), away or off, for a person. The reason is kept with `away` only.

    Raises NotFound, and Conflict while a caller is with the operator or where people may not set the state.
    """
    if wanted not in SET_BY_PEOPLE:
        raise Conflict(f"an operator becomes {wanted} by a call only; set one of {', '.join(SET_BY_PEOPLE)}")
    away_reason = reason if wanted is OperatorState.AWAY else ""
    changed = session.execute(
        update(OperatorRow)
        .where(OperatorRow.number == number, OperatorRow.state.not_in(WITH_A_CALLER))
        .values(state=wanted, since=now(), until=None, away_reason=away_reason, misses=0, call_id=None)
        .returning(OperatorRow.number)
    )
    if changed.first() is None:
        raise _refusal(session.get(OperatorRow, number), number)


def _refusal(row: OperatorRow | None, number: str) -> Conflict | NotFound:
    if row is None:
        return NotFound(f"there is no operator {number!r}; the plan lists them")
    return Conflict(f"operator {number} is {row.state}: wait until the caller is gone, then set the state")


def _record(row: OperatorRow) -> OperatorRecord:
    return OperatorRecord(
        number=row.number,
        state=OperatorState(row.state),
        since=row.since,
        until=row.until,
        away_reason=row.away_reason,
        misses=row.misses,
        calls=row.calls,
        registers=row.registers,
        registered_until=row.registered_until,
        call_id=row.call_id,
    )
