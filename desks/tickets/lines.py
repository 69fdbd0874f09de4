"""What tickets a line has, and what a caller hears of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desks.tickets.numbers import are_same, tail_of
from desks.tickets.records import Ticket
from desks.tickets.rows import to_ticket
from desks.tickets.states import TicketState
from ledger.tables import TicketKindRow, TicketRow

MOST_OF_A_TAIL = 200  # lines of several area codes share their last digits; the newest tickets count


@dataclass(frozen=True, kw_only=True, slots=True)
class LineState:
    """What the menu says of a line's open ticket."""

    number: str
    state: TicketState
    until: datetime | None  # what was arranged


def state_of_line(session: Session, number: str, *, desks: Collection[str] = ()) -> LineState | None:
    """Of the newest open ticket of a number: its line's, else its caller's; None: it has none.

    `desks`: only theirs; none: of all.
    """
    found = [ticket for ticket in tickets_of_number(session, number) if _is_open(ticket)]
    wanted = [ticket for ticket in found if not desks or ticket.desk in desks]
    own = [ticket for ticket in wanted if are_same(ticket.line, number)] or wanted
    if not own:
        return None
    newest = own[0]
    return LineState(number=newest.number, state=newest.state, until=newest.arranged_until)


def tickets_of_number(session: Session, number: str) -> list[Ticket]:
    """Tickets about a line or opened from it, the newest first; none where the number is too short."""
    tail = tail_of(number)
    if not tail:
        return []
    query = (
        select(TicketRow)
        .where(or_(TicketRow.line_tail == tail, TicketRow.caller_tail == tail))
        .order_by(TicketRow.id.desc())
        .limit(MOST_OF_A_TAIL)
        .execution_options(populate_existing=True)
    )
    found = (to_ticket(row) for row in session.scalars(query))
    return [each for each in found if are_same(each.line, number) or are_same(each.caller, number)]


def open_of_line(session: Session, line: str, *, kind_id: int) -> Ticket | None:
    """The open ticket of a line and kind."""
    return next((each for each in _of_line(session, line, kind_id) if _is_open(each)), None)


def reopenable_of_line(session: Session, line: str, *, kind_id: int, at: datetime) -> Ticket | None:
    """The closed ticket of a line and kind that is the same case if it is reported again now."""
    days = session.scalar(select(TicketKindRow.reopen_days).where(TicketKindRow.id == kind_id)) or 0
    since = at - timedelta(days=days)
    closed = (each for each in _of_line(session, line, kind_id) if each.state is TicketState.CLOSED)
    return next((each for each in closed if each.closed_at is not None and each.closed_at >= since), None)


def _of_line(session: Session, line: str, kind_id: int) -> list[Ticket]:
    return [
        ticket
        for ticket in tickets_of_number(session, line)
        if ticket.kind_id == kind_id and are_same(ticket.line, line)
    ]


def _is_open(ticket: Ticket) -> bool:
    return ticket.state is not TicketState.CLOSED
