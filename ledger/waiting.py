"""Repository of waiting callers, and the one transaction that reserves operators for them.

A call joins a desk's queue, looks now and then (a plain read), and leaves. Whoever sees a suitable operator
free runs `match` for everybody who waits; each call then finds its own reservation by looking again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ledger import operators
from ledger.canaries import no_canary_waits
from ledger.clock import now
from ledger.lines import SILENT_S, signed_by
from ledger.operators import OperatorRecord
from ledger.states import CallState, LineState, OperatorState, QueueOutcome
from ledger.tables import CallRow, LineRow, OperatorRow, WaitingRow
from ledger.turns import Turn, take_turns

_KEEPS_PLACE = (QueueOutcome.ABANDONED, QueueOutcome.LINE_DIED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A caller who waits at a desk."""

    id: int  # rises in the order of joining
    call_id: str
    desk: str
    joined_at: datetime
    entered_at: datetime  # the place in the queue: earlier than `joined_at` where it was kept
    head_start_s: float = 0.0
    language: str | None = None  # that the caller asked for
    skills: tuple[str, ...] = ()  # that the operator must have


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """Who waits and who works at one moment."""

    at: datetime
    waiting: tuple[Waiting, ...]  # without those who have an operator already
    operators: tuple[OperatorRecord, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """An operator for a caller."""

    call_id: str
    operator: str


Choose = Callable[[Floor], Iterable[Match]]


class Look(Enum):
    """What a waiting call sees that has no operator yet."""

    NOBODY_FREE = auto()
    SOMEBODY_FREE = auto()  # `match` may help this caller, or one who ranks higher


def join(
    session: Session,
    *,
    call_id: str,
    desk: str,
    caller: str | None = None,
    keeps_place_s: float = 0.0,
    service_level_s: float = 15.0,
    most_waiting: int | None = None,
    head_start_s: float = 0.0,
    language: str | None = None,
    skills: Sequence[str] = (),
    at: datetime | None = None,
) -> Waiting | None:
    """Let a call wait at a desk; None where `most_waiting` wait there already.

    A caller number that was cut off or gave up at this desk within `keeps_place_s` gets its place back, once.
    """
    moment = at or now()
    take_turns(session, Turn.QUEUES)
    if most_waiting is not None and count_waiting(session, desk) >= most_waiting:
        return None
    row = WaitingRow(
        call_id=call_id,
        desk=desk,
        caller=caller,
        joined_at=moment,
        entered_at=_kept_place(session, desk, caller, moment - timedelta(seconds=keeps_place_s)) or moment,
        head_start_s=head_start_s,
        language=language,
        skills=list(skills),
        service_level_s=service_level_s,
    )
    session.add(row)
    session.flush()
    return _waiting(row)


def leave(
    session: Session, call_id: str, outcome: QueueOutcome, *, at: datetime | None = None
) -> float | None:
    """The call waits no more. Returns how many seconds it waited; None where it did not wait.

    An operator who was reserved meanwhile is let go, unless the outcome is BRIDGED.
    """
    moment = at or now()
    query = select(WaitingRow).where(WaitingRow.call_id == call_id, WaitingRow.left_at.is_(None))
    row = session.scalars(query.with_for_update()).first()
    if row is not None:
        _close(row, outcome, moment)
    if outcome is not QueueOutcome.BRIDGED:
        operators.free_operators_of(session, [call_id], at=moment)
    return row.waited_s if row else None


def look(
    session: Session, call_id: str, candidates: Collection[str], *, at: datetime | None = None
) -> str | Look:
    """The operator who is reserved for the call, or whether one of `candidates` is free. Only reads."""
    query = select(OperatorRow.number).where(
        OperatorRow.call_id == call_id, OperatorRow.state == OperatorState.RESERVED
    )
    reserved = session.scalars(query).first()
    if reserved is not None:
        return reserved
    free = select(OperatorRow.number).where(
        OperatorRow.number.in_(candidates), operators.free_at(at or now())
    )
    return Look.NOBODY_FREE if session.scalars(free.limit(1)).first() is None else Look.SOMEBODY_FREE


def match(session: Session, choose: Choose, *, at: datetime | None = None) -> tuple[Match, ...]:
    """Reserve operators for whoever waits, as `choose` decides; returns what was reserved.

    One at a time: SQLite's writers queue anyway, on PostgreSQL a lock makes them. A match whose operator has
    meanwhile gone away or off is dropped, so that nobody is ever reserved twice or against a wish.
    """
    take_turns(session, Turn.QUEUES)
    moment = at or now()
    free_stranded(session, at=moment)
    return tuple(
        found for found in choose(read_floor(session, at=moment)) if _reserve(session, found, moment)
    )


def read_floor(session: Session, *, at: datetime | None = None) -> Floor:
    """Who waits, and what the operators do."""
    moment = at or now()
    staff = tuple(operators.list_operators(session, at=moment))
    busy_with = {operator.call_id for operator in staff if operator.call_id}
    waiting = (row for row in list_waiting(session) if row.call_id not in busy_with)
    return Floor(at=moment, waiting=tuple(waiting), operators=staff)


def list_waiting(session: Session, *, canaries: bool = True) -> list[Waiting]:
    """Who waits now, in the order of joining; without canary calls for statistics."""
    query = select(WaitingRow).where(WaitingRow.left_at.is_(None)).order_by(WaitingRow.id)
    if not canaries:
        query = query.where(no_canary_waits())
    return [_waiting(row) for row in session.scalars(query)]


def count_waiting(session: Session, desk: str) -> int:
    """How many wait at a desk."""
    query = select(func.count()).select_from(WaitingRow)
    return session.scalar(query.where(WaitingRow.left_at.is_(None), WaitingRow.desk == desk)) or 0


def free_stranded(session: Session, *, at: datetime | None = None) -> list[str]:
    """Close the waits and let go of the operators of calls that are over or whose line is dead.

    Returns the calls. `match` does it on its way; a line that lives should do it every few seconds.
    """
    moment = at or now()
    take_turns(session, Turn.QUEUES)
    held = select(OperatorRow.call_id).where(OperatorRow.call_id.is_not(None))
    waits = select(WaitingRow.call_id).where(WaitingRow.left_at.is_(None))
    lost = or_(
        CallRow.state.not_in((CallState.RECEIVED, CallState.ANSWERED)),
        LineRow.state == LineState.DEAD,
        LineRow.seen_at < moment - timedelta(seconds=SILENT_S),
    )
    query = (
        select(CallRow.id)
        .outerjoin(LineRow, CallRow.line == signed_by)
        .where(CallRow.id.in_(held.union(waits)), lost)
    )
    stranded = list(session.scalars(query))
    if stranded:
        let_go_of_calls(session, stranded, at=moment)
    return stranded


def let_go_of_calls(session: Session, call_ids: Collection[str], *, at: datetime | None = None) -> None:
    """Calls died with their line: their waits end (the places are kept), their operators are let go."""
    moment = at or now()
    query = select(WaitingRow).where(WaitingRow.call_id.in_(call_ids), WaitingRow.left_at.is_(None))
    for row in session.scalars(query.with_for_update()):
        _close(row, QueueOutcome.LINE_DIED, moment)
    operators.free_operators_of(session, call_ids, at=moment)


def _reserve(session: Session, found: Match, at: datetime) -> bool:
    taken = session.execute(
        update(OperatorRow)
        .where(OperatorRow.number == found.operator, operators.free_at(at))
        .values(state=OperatorState.RESERVED, call_id=found.call_id, since=at, until=None, last_call_at=at)
        .returning(OperatorRow.number)
    )
    return taken.first() is not None


def _kept_place(session: Session, desk: str, caller: str | None, since: datetime) -> datetime | None:
    """The place of the same number's last wait here, if it may have it back and nobody has it yet."""
    if not caller or not caller.lstrip("+").isdigit():
        return None  # nobody's number: all anonymous callers would be one
    query = (
        select(WaitingRow)
        .where(WaitingRow.desk == desk, WaitingRow.caller == caller)
        .order_by(WaitingRow.id.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    if last is None or last.left_at is None or last.left_at < since or last.outcome not in _KEEPS_PLACE:
        return None
    return last.entered_at


def _close(row: WaitingRow, outcome: QueueOutcome, at: datetime) -> None:
    row.left_at, row.outcome = at, outcome
    row.waited_s = (at - row.joined_at).total_seconds()


def _waiting(row: WaitingRow) -> Waiting:
    return Waiting(
        id=row.id,
        call_id=row.call_id,
        desk=row.desk,
        joined_at=row.joined_at,
        entered_at=row.entered_at,
        head_start_s=row.head_start_s,
        language=row.language,
        skills=tuple(row.skills),
    )
