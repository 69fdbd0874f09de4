"""Lists operators and sets their states; knows who may do what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

import structlog
from sqlalchemy.orm import Session

from console.errors import NotTalking, StateKept
from console.operators import repository
from console.operators.schemas import OperatorDocument, OperatorView, Wish
from console.rights import HOLDERS, Right
from console.sight import sight_of
from console.switchboard import Switchboard
from console.times import start_of_day
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, NotAllowed, NotFound
from ledger.operators import OperatorRecord
from ledger.records import User
from ledger.scopes import BY_DESK_AND_TEAM
from ledger.states import ChangedBy, OperatorState, UserRole, WishKind

_NOBODY = "there is no operator {!r}; `/operators` lists them"

log = structlog.get_logger(__name__)


def may_set(user: User, number: str) -> bool:
    """Leads set everybody, operators themselves, monitors nobody."""
    return user.role in HOLDERS[Right.SET_STATES] or _is_self(user, number)


def list_views(session: Session, switchboard: Switchboard, zone: tzinfo, *, user: User) -> list[OperatorView]:
    """All operators that the user may see, by number."""
    records = switchboard.staff(repository.list_operators(session))
    sight = sight_of(session, switchboard, user)
    seen = [one for one in records if sight is None or one.number in sight.operators]
    return _views(session, _of_viewer(session, seen, user), switchboard, zone, user)


def open_view(
    session: Session, switchboard: Switchboard, zone: tzinfo, *, user: User, number: str
) -> OperatorView:
    """One operator, for the operator and for staff. Raises NotAllowed, NotFound."""
    if user.role not in BY_DESK_AND_TEAM and not _is_self(user, number):
        raise NotAllowed("operators see their own page only, and others none")
    require_seen(session, switchboard, user, number)
    found = [record for record in repository.list_operators(session) if record.number == number]
    if not found:
        raise NotFound(_NOBODY.format(number))
    return _views(session, _of_viewer(session, found, user), switchboard, zone, user)[0]


def require_seen(session: Session, switchboard: Switchboard, user: User, number: str) -> None:
    """Raises NotFound where the operator is of none of the user's desks and teams."""
    if _is_self(user, number) or user.role not in BY_DESK_AND_TEAM:
        return
    sight = sight_of(session, switchboard, user)
    if sight is not None and number not in sight.operators:
        raise NotFound(_NOBODY.format(number))


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
    details = {"operator": wish.number, "state": wish.state.value, "reason": wish.reason}
    write(session, Act(user=user, action=AuditAction.OPERATOR_SET, details=details))
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
    kind = WishKind.PAUSE if paused else WishKind.RESUME
    repository.ask(session, record.call_id, kind, by=user.name)
    details = {"operator": number, "paused": "yes" if paused else "no"}
    write(session, Act(user=user, action=AuditAction.PAUSED, call_id=record.call_id, details=details))
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


def _of_viewer(session: Session, records: Sequence[OperatorRecord], user: User) -> list[OperatorRecord]:
    """The records without the numbers of calls that the user may not see."""
    if user.role not in BY_DESK_AND_TEAM:
        return list(records)
    talked = {record.call_id for record in records if record.call_id is not None}
    seen = repository.visible_among(session, user, talked)
    return [record if record.call_id in seen else replace(record, call_id=None) for record in records]


def _views(
    session: Session, records: Sequence[OperatorRecord], switchboard: Switchboard, zone: tzinfo, user: User
) -> list[OperatorView]:
    at = now()
    midnight = start_of_day(at.astimezone(zone).date(), zone)
    numbers = [record.number for record in records]
    viewer = user if user.role in BY_DESK_AND_TEAM else None  # operators see how many they had
    talked = repository.operator_calls_since(session, midnight, numbers, viewer=viewer)
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
