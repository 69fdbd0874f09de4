"""Rows of tickets as records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desks.tickets.records import LinkedCall, Pause, Step, Ticket
from desks.tickets.states import (
    CallPart,
    Channel,
    Closing,
    Counting,
    Move,
    Nature,
    OverdueReason,
    PauseReason,
    TicketState,
)
from ledger.tables import TicketCallRow, TicketPauseRow, TicketRow, TicketStepRow

_ENUMS: Mapping[str, type[Any]] = {
    "state": TicketState,
    "nature": Nature,
    "channel": Channel,
    "counting": Counting,
    "overdue_reason": OverdueReason,
    "closing": Closing,
}
_COLUMNS = tuple(Ticket.__dataclass_fields__)


def to_ticket(row: TicketRow) -> Ticket:
    """A ticket as its row has it."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    told = {name: kind(values[name]) for name, kind in _ENUMS.items() if values[name] is not None}
    return Ticket(**{**values, **told})


def to_step(row: TicketStepRow) -> Step:
    """A step as its row has it."""
    return Step(
        version=row.version,
        at=row.at,
        user_id=row.user_id,
        who=row.who,
        move=Move(row.move),
        from_state=TicketState(row.from_state) if row.from_state else None,
        to_state=TicketState(row.to_state),
        note=row.note,
        details=row.details,
        call_id=row.call_id,
    )


def to_call(row: TicketCallRow) -> LinkedCall:
    """A linked call as its row has it."""
    return LinkedCall(call_id=row.call_id, part=CallPart(row.part), at=row.at)


def to_pause(row: TicketPauseRow) -> Pause:
    """An arranged time as its row has it."""
    return Pause(
        began_at=row.began_at,
        until_at=row.until_at,
        ended_at=row.ended_at,
        reason=PauseReason(row.reason),
        counted_minutes=row.counted_minutes,
    )
