"""Repository of operators (话务员): what each does now, who may change it, and what a call does to it.

Reserving somebody for a caller is `ledger.waiting.match`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, false, or_, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.operator_states import IN_CALL, PEOPLE, may_change
from ledger.states import ChangedBy, OperatorState
from ledger.tables import OperatorRow

AWAY_MISSED = "missed_calls"  # the reason of who was set away by the line; pages have words for it


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorRecord:
    """An operator at one moment: an ended wrap-up is told as idle, a lapsed registration as off."""

    number: str
    state: OperatorState
    since: datetime  # of the state
    call_id: str | None  # the call that has the operator
    until: datetime | None  # of a wrap-up, or until when an idle operator is left alone after a refusal
    after_call: OperatorState | None  # what a person wants once the call is over
    away_reason: str
    misses: int  # rings in a row that nobody answered
    calls: int  # talked to since the sign-on
    last_call_at: datetime | None  # of the last reservation
    registers: bool  # the phone must be registered at the edge
    registered_until: datetime | None

    @property
    def on_duty(self) -> bool:
        """Whether the operator takes calls, now or soon."""
        return self.state not in {OperatorState.OFF, OperatorState.AWAY}

    def is_free(self, at: datetime) -> bool:
        """Whether a caller may be given to the operator at `at`, the moment of this record."""
        return self.state is OperatorState.IDLE and (self.until is None or self.until <= at)


def enrol(session: Session, numbers: Sequence[str], registering: Collection[str] = ()) -> None:
    """Make the rows those of the plan's operators; whoever has one keeps the state.

    New ones start idle, or off where the phone is in `registering` and must first register at the edge.
    Rows of operators that the plan no longer has are removed, unless a call has them.
    """
    for number in numbers:
        _enrol_one(session, number, registers=number in registering)
    gone = and_(OperatorRow.number.not_in(numbers), OperatorRow.state.not_in(IN_CALL))
    session.execute(delete(OperatorRow).where(gone))


def _enrol_one(session: Session, number: str, *, registers: bool) -> None:
    row = session.get(OperatorRow, number, with_for_update=True)
    if row is not None and row.registers == registers:
        return
    if row is None:
        row = OperatorRow(number=number, state=OperatorState.IDLE)
        session.add(row)
    row.registers, row.registered_until = registers, None
    if row.state not in IN_CALL:
        _set(row, OperatorState.OFF if registers else OperatorState.IDLE, now())


def list_operators(session: Session, *, at: datetime | None = None) -> list[OperatorRecord]:
    """All operators by number."""
    moment = at or now()
    return [_record(row, moment) for row in session.scalars(select(OperatorRow).order_by(OperatorRow.number))]


def get_operator(session: Session, number: str, *, at: datetime | None = None) -> OperatorRecord:
    """One operator. Raises NotFound."""
    return _record(_row(session, number), at or now())


def free_at(at: datetime) -> ColumnElement[bool]:
    """The condition that an operator may be given to a caller, as `OperatorRecord.is_free` has it."""
    rested = and_(
        OperatorRow.state == OperatorState.IDLE, or_(OperatorRow.until.is_(None), OperatorRow.until <= at)
    )
    wrapped_up = and_(OperatorRow.state == OperatorState.WRAP_UP, OperatorRow.until <= at)
    reachable = or_(OperatorRow.registers == false(), OperatorRow.registered_until > at)
    return and_(or_(rested, wrapped_up), reachable)


# -- what people and the edge do


def set_by_person(
    session: Session,
    number: str,
    wanted: OperatorState,
    reason: str = "",
    *,
    by: ChangedBy = ChangedBy.API,
    at: datetime | None = None,
) -> OperatorRecord:
    """Sign on (idle), go away, sign off, as a person wants by phone, page or API.

    While a call has the operator, going away or off is noted and takes effect after the call; wanting idle
    then takes the wish back. Raises Conflict where that may not be, NotFound.
    """
    moment = at or now()
    row = _row(session, number)
    state = _record(row, moment).state
    if by not in PEOPLE or not may_change(state, wanted, by):
        raise Conflict(f"operator {number} is {state} and cannot be set {wanted}; {_advice(state)}")
    if wanted is OperatorState.IDLE and not _is_reachable(row, moment):
        raise Conflict(f"the phone of operator {number} is not registered; register it, then sign on")
    if state in IN_CALL:
        row.after_call = None if wanted is OperatorState.IDLE else wanted
        row.away_reason = reason
    elif state is not wanted or wanted is OperatorState.AWAY:
        _set(row, wanted, moment, reason)
    return _record(row, moment)


def _advice(state: OperatorState) -> str:
    if state is OperatorState.OFF:
        return "sign on first"
    return "people set idle, away or off"


def note_registration(
    session: Session, number: str, registered_until: datetime | None, *, at: datetime | None = None
) -> None:
    """The edge knows the operator's phone until a moment, or (None) no longer.

    A phone that was not known before signs its operator on; one that is gone signs off, after the call where
    there is one. A refresh changes no state, so who signed off by phone stays off. Raises NotFound.
    """
    moment = at or now()
    row = _row(session, number)
    was_reachable = bool(row.registered_until and row.registered_until > moment)
    row.registered_until = registered_until
    if row.state in IN_CALL or not row.registers:
        return  # settled when the call is over; a phone with a fixed address needs no registration
    if not _is_reachable(row, moment):
        _set(row, OperatorState.OFF, moment)
    elif not was_reachable:
        _set(row, OperatorState.IDLE, moment)


# -- what a call does


def start_ringing(session: Session, number: str, call_id: str, *, at: datetime | None = None) -> bool:
    """The reserved operator's phone rings. False where the reservation is no longer this call's."""
    return _move(session, number, call_id, OperatorState.RINGING, at or now()) is not None


def start_talking(session: Session, number: str, call_id: str, *, at: datetime | None = None) -> bool:
    """The operator picked up. False where the reservation is no longer this call's."""
    row = _move(session, number, call_id, OperatorState.TALKING, at or now())
    if row is None:
        return False
    row.misses, row.calls = 0, row.calls + 1
    return True


def miss(
    session: Session,
    number: str,
    call_id: str,
    *,
    most: int,
    rest_s: float = 0.0,
    at: datetime | None = None,
) -> bool:
    """Nobody picked up, or the phone refused. Returns whether the operator is set away for it.

    The `most`-th miss in a row sets away with the reason AWAY_MISSED; before that the operator is idle
    again, at the end of the line, and left alone for `rest_s`.
    """
    moment = at or now()
    row = _held(session, number, call_id)
    if row is None:
        return False
    row.misses += 1
    sets_away = row.misses >= most and row.after_call is None
    if sets_away:
        row.after_call, row.away_reason = OperatorState.AWAY, AWAY_MISSED
    _settle(row, moment, rest=OperatorState.IDLE, rest_s=rest_s)
    return sets_away


def let_go(
    session: Session, number: str, call_id: str, *, wrap_up_s: float = 0.0, at: datetime | None = None
) -> None:
    """The call needs the operator no more: after talking comes the wrap-up (整理), else idle; no miss."""
    row = _held(session, number, call_id)
    if row is None:
        return
    wraps_up = row.state == OperatorState.TALKING and wrap_up_s > 0
    rest = OperatorState.WRAP_UP if wraps_up else OperatorState.IDLE
    _settle(row, at or now(), rest=rest, rest_s=wrap_up_s if wraps_up else 0.0)


def free_operators_of(session: Session, call_ids: Collection[str], *, at: datetime | None = None) -> None:
    """Let go of whoever is still held by calls that are gone."""
    query = select(OperatorRow).where(OperatorRow.call_id.in_(call_ids)).with_for_update()
    for row in session.scalars(query):
        _settle(row, at or now(), rest=OperatorState.IDLE, rest_s=0.0)


def _move(
    session: Session, number: str, call_id: str, state: OperatorState, at: datetime
) -> OperatorRow | None:
    row = _held(session, number, call_id)
    if row is None or not may_change(OperatorState(row.state), state, ChangedBy.LINE):
        return None
    row.state, row.since = state, at
    return row


def _held(session: Session, number: str, call_id: str) -> OperatorRow | None:
    """The operator's row if this call has the operator: it may have been taken for dead and let go."""
    row = _row(session, number)
    return row if row.call_id == call_id and row.state in IN_CALL else None


def _settle(row: OperatorRow, at: datetime, *, rest: OperatorState, rest_s: float) -> None:
    """After a call: what a person wanted meanwhile, off where the phone is gone, else `rest`."""
    wanted, reason = row.after_call, row.away_reason
    if not _is_reachable(row, at):
        _set(row, OperatorState.OFF, at)
    elif wanted is not None:
        _set(row, OperatorState(wanted), at, reason)
    else:
        _set(row, rest, at)
        row.until = at + timedelta(seconds=rest_s) if rest_s else None


def _set(row: OperatorRow, state: OperatorState, at: datetime, reason: str = "") -> None:
    """A state in which no call has the operator."""
    if state is OperatorState.OFF or row.state in {None, OperatorState.OFF}:
        row.calls = 0
    if state is OperatorState.OFF or row.state in {None, OperatorState.OFF, OperatorState.AWAY}:
        row.misses = 0
    row.state, row.since, row.call_id, row.until, row.after_call = state, at, None, None, None
    row.away_reason = reason if state is OperatorState.AWAY else ""


def _is_reachable(row: OperatorRow, at: datetime) -> bool:
    return not row.registers or bool(row.registered_until and row.registered_until > at)


def _row(session: Session, number: str) -> OperatorRow:
    row = session.get(OperatorRow, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no operator {number!r}; the plan lists them")
    return row


def _record(row: OperatorRow, at: datetime) -> OperatorRecord:
    state, since, until = OperatorState(row.state), row.since, row.until
    if state is OperatorState.WRAP_UP and until and until <= at:
        state, since, until = OperatorState.IDLE, until, None
    if state not in IN_CALL and state is not OperatorState.OFF and not _is_reachable(row, at):
        state, since, until = OperatorState.OFF, row.registered_until or since, None
    return OperatorRecord(
        number=row.number,
        state=state,
        since=since,
        call_id=row.call_id,
        until=until,
        after_call=OperatorState(row.after_call) if row.after_call else None,
        away_reason=row.away_reason,
        misses=row.misses,
        calls=row.calls,
        last_call_at=row.last_call_at,
        registers=row.registers,
        registered_until=row.registered_until,
    )
