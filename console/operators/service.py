"""Lists operators and sets their states; knows who may do what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

import structlog
from sqlalchemy.orm import Session

from console.errors import NotTalking, StateKept
from console.operators import repository
from console.operators.schemas import OperatorDocument, OperatorView, Wish
from console.switchboard import Switchboard
from console.times import start_of_day
from ledger.clock import now
from ledger.errors import Conflict, NotAllowed, NotFound
from ledger.operators import OperatorRecord
from ledger.records import User
from ledger.states import ChangedBy, OperatorState, UserRole

LEADS = (UserRole.ADMINISTRATOR, UserRole.TEAM_LEAD)

log = structlog.get_logger(__name__)


def may_set(user: User, number: str) -> bool:
    """Leads set everybody, operators themselves, monitors nobody."""
    return user.role in LEADS or _is_self(user, number)


def list_views(session: Session, switchboard: Switchboard, zone: tzinfo) -> list[OperatorView]:
    """All operators by number."""
    return _views(session, switchboard.staff(repository.list_operators(session)), switchboard, zone)


def open_view(
    session: Session, switchboard: Switchboard, zone: tzinfo, *, user: User, number: str
) -> OperatorView:
    """One operator. Raises NotAllowed where an operator asks for another one, NotFound."""
    if user.role is UserRole.OPERATOR and not _is_self(user, number):
        raise NotAllowed("operators see their own page only")
    found = [record for record in repository.list_operators(session) if record.number == number]
    if not found:
        raise NotFound(f"there is no operator {number!r}; `/operators` lists them")
    return _views(session, found, switchboard, zone)[0]


def set_state(session: Session, user: User, wish: Wish, by: ChangedBy) -> None:
    """Set an operator's state; while a call has the operator, from its end on.

    Raises NotAllowed, NotFound, StateKept.
    """
    if not may_set(user, wish.number):
        raise NotAllowed("only a team lead, an administrator or the operator may set the state")
    try:
        repository.set_by_person(session, wish.number, wish.state, wish.reason, by=by)
    except Conflict as error:
        raise StateKept(str(error)) from error
    log.info("operator_set", operator=wish.number, state=wish.state, reason=wish.reason, by=user.name)


def set_pause(session: Session, user: User, number: str, *, paused: bool) -> None:
    """Ask the line of an operator's conversation to pause the recording, or to go on.

    Raises NotAllowed, NotFound, NotTalking.
    """
    if not may_set(user, number):
        raise NotAllowed("only a team lead, an administrator or the operator may pause the recording")
    record = repository.get_operator(session, number)
    if record.state is not OperatorState.TALKING or record.call_id is None:
        raise NotTalking(f"operator {number} talks to nobody; a recording is paused in a conversation only")
    repository.ask_pause(session, record.call_id, paused=paused, by=user.name)
    log.info("pause_asked", operator=number, call_id=record.call_id, paused=paused, by=user.name)


def document_of(view: OperatorView) -> OperatorDocument:
    """An operator for programs."""
    record = view.record
    return OperatorDocument(
        number=record.number,
        name=view.name,
        desks=list(view.desks),
        state=record.state,
        since=record.since,
        until=record.until,
        away_reason=record.away_reason,
        after_call=record.after_call,
        misses=record.misses,
        calls_today=view.calls_today,
        registered=view.is_registered,
        call_id=record.call_id,
    )


def _is_self(user: User, number: str) -> bool:
    return user.role is UserRole.OPERATOR and user.name == number


def _views(
    session: Session, records: Sequence[OperatorRecord], switchboard: Switchboard, zone: tzinfo
) -> list[OperatorView]:
    at = now()
    midnight = start_of_day(at.astimezone(zone).date(), zone)
    talked = repository.operator_calls_since(session, midnight, [record.number for record in records])
    return [_view(record, switchboard, at, calls_today=talked.get(record.number, 0)) for record in records]


def _view(
    record: OperatorRecord, switchboard: Switchboard, at: datetime, *, calls_today: int
) -> OperatorView:
    until = record.registered_until
    return OperatorView(
        record=record,
        name=switchboard.names.get(record.number, ""),
        desks=tuple(desk.name for desk in switchboard.desks_of(record.number)),
        state_s=max(0.0, (at - record.since).total_seconds()),
        calls_today=calls_today,
        is_registered=(until is not None and until > at) if record.registers else None,
    )
