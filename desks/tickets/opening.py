"""Opening a ticket, by whichever way the matter came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from desks.tickets import lists
from desks.tickets.calendar import working_hours
from desks.tickets.effects import Effect
from desks.tickets.errors import BadTicket, OpenAlready
from desks.tickets.guards import Asked, Wish
from desks.tickets.limits import first_due
from desks.tickets.lines import open_of_line, reopenable_of_line
from desks.tickets.moves import move, note_step, require_call
from desks.tickets.numbers import digits_of, next_number, tail_of
from desks.tickets.records import By, Kind, Opening, Ticket
from desks.tickets.rows import to_ticket
from desks.tickets.states import CallPart, Move, TicketState
from ledger.clock import now
from ledger.tables import TicketRow

LONGEST = {"service": 64, "line": 32, "caller": 64, "contact": 128, "text": 4000}


class Became(StrEnum):
    """What became of a report."""

    OPENED = "opened"
    URGED = "urged"  # the line has an open ticket of the kind
    REOPENED = "reopened"  # the line's was closed within the kind's days: the same case


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """A report and its ticket."""

    ticket: Ticket
    became: Became


def report(session: Session, opening: Opening, by: By, *, at: datetime | None = None) -> Reported:
    """The one door for callers, web form, mail and fax: the line's ticket, or a new one. Raises BadTicket."""
    moment = at or now()
    _check(opening)
    found = open_of_line(session, opening.line, kind_id=opening.kind_id)
    if found is not None:
        # What was thought to be solved is not, says the caller.
        what, became = (Move.DENIED if found.state is TicketState.SOLVED else Move.URGED), Became.URGED
    else:
        found = reopenable_of_line(session, opening.line, kind_id=opening.kind_id, at=moment)
        what, became = Move.REOPENED, Became.REOPENED
    if found is None:
        return Reported(ticket=open_ticket(session, opening, by, at=moment), became=Became.OPENED)
    wish = Wish(note=opening.text or str(opening.channel), call_id=opening.call_id)
    return Reported(ticket=move(session, found.number, what, by, wish=wish, at=moment), became=became)


def open_ticket(session: Session, opening: Opening, by: By, *, at: datetime | None = None) -> Ticket:
    """A new ticket. Raises BadTicket, OpenAlready where the line has an open one of the kind."""
    kind = lists.kind_of(session, opening.kind_id)
    _check(opening)
    require_call(session, opening.call_id)
    moment = at or now()
    number = next_number(session, moment)  # others who open one wait: nobody else opens this line's now
    found = open_of_line(session, opening.line, kind_id=kind.id)
    if found is not None:
        raise OpenAlready(f"line {opening.line} has ticket {found.number} already; urge that one")
    row = _row(session, opening, kind, by, number=number, moment=moment)
    session.add(row)
    session.flush()
    wish = Wish(note="", call_id=opening.call_id)
    ticket = to_ticket(row)
    asked = Asked(session=session, ticket=ticket, move=Move.OPENED, by=by, wish=wish, at=moment)
    note_step(asked, ticket, Effect(details={"kind": kind.name}, part=CallPart.OPENED))
    return ticket


def _check(opening: Opening) -> None:
    for name, longest in LONGEST.items():
        if len(getattr(opening, name)) > longest:
            raise BadTicket(f"{name}: write no more than {longest} characters")
    if not opening.service.strip():
        raise BadTicket("service: choose which service it is about")
    if not (digits_of(opening.line) or opening.caller or opening.contact.strip()):
        raise BadTicket("line: write the line that it is about, or how to reach the customer")


def _row(
    session: Session, opening: Opening, kind: Kind, by: By, *, number: str, moment: datetime
) -> TicketRow:
    due = first_due(working_hours(session, kind.calendar_id), moment, kind.limit_minutes, kind.counting)
    return TicketRow(
        number=number,
        version=1,
        state=TicketState.OPEN,
        since=moment,
        changed_at=moment,
        kind_id=kind.id,
        nature=kind.nature,
        desk=kind.desk,
        service=opening.service.strip(),
        channel=opening.channel,
        line=digits_of(opening.line),
        line_tail=tail_of(opening.line),
        caller=opening.caller,
        caller_tail=tail_of(opening.caller),
        contact=opening.contact.strip(),
        text=opening.text.strip(),
        call_id=opening.call_id,
        opened_by=by.name,
        opened_at=moment,
        counted_from=moment,
        limit_minutes=kind.limit_minutes,
        counting=due.counting,
        calendar_id=kind.calendar_id,
        due_at=due.due_at,
        alarm_at=due.alarm_at,
        alarms=0,
        attempts=0,
        urged=0,
        reopened=0,
    )
