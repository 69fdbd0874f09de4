"""What time does to tickets: arranged times come, limits pass. Each alarm is raised once, as a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.tickets.alarms import note_alarm
from desks.tickets.moves import get_ticket, move
from desks.tickets.records import CLOCK, Ticket
from desks.tickets.states import ALARMS, Move, TicketState
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.tables import TicketRow

AT_ONCE = 500  # the rest is done the next time


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A step that time took."""

    number: str
    move: Move


def move_by_time(ledger: Ledger, at: datetime) -> list[Told]:
    """Take every step that is due at a moment, each in a transaction of its own."""
    with ledger.reading() as session:
        query = select(TicketRow.number).where(TicketRow.alarm_at <= at).order_by(TicketRow.alarm_at)
        numbers = list(session.scalars(query.limit(AT_ONCE)))
    return [told for number in numbers for told in _move_one(ledger, number, at)]


def _move_one(ledger: Ledger, number: str, at: datetime) -> list[Told]:
    """All that is due of one ticket; nothing where a person was quicker: the next time looks again."""
    try:
        with ledger.transaction() as session:
            return _take_due_steps(session, number, at)
    except Conflict:
        return []


def _take_due_steps(session: Session, number: str, at: datetime) -> list[Told]:
    taken = []
    ticket = get_ticket(session, number)
    while (due := _due_move(ticket, at)) is not None:
        ticket = move(session, number, due, CLOCK, version=ticket.version, at=at)
        if due in ALARMS:
            note_alarm(session, ticket, due)
        taken.append(Told(number=number, move=due))
    return taken


def _due_move(ticket: Ticket, at: datetime) -> Move | None:
    if ticket.alarm_at is None or ticket.alarm_at > at:
        return None
    return Move.RESUMED if ticket.state is TicketState.ARRANGED else tuple(ALARMS)[ticket.alarms]
