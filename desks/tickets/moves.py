"""Moving a ticket: guards, one conditional UPDATE on its version, the step and the audit in one transaction.

Nobody locks a ticket while thinking about it. Two who move one at the same time have both seen its version;
the first UPDATE wins, the second changes no row and raises MovedMeanwhile, with nothing of it kept. Who has
seen none (a caller who urges, the inbox) waits for the other instead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desks.tickets.effects import Effect, effect_of
from desks.tickets.errors import BadTicket, MovedMeanwhile, NotTheirs
from desks.tickets.guards import OF_THE_TICKET, Asked, Wish
from desks.tickets.limits import minutes_of
from desks.tickets.records import By, Ticket
from desks.tickets.rows import to_ticket
from desks.tickets.states import CallPart, Move, TicketState
from desks.tickets.table import TABLE, Way, way_of
from ledger import webhooks
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import HotlineError, NotFound
from ledger.tables import CallRow, TicketCallRow, TicketPauseRow, TicketRow, TicketStepRow

TOLD = {  # to webhooks
    Move.OPENED: webhooks.Event.TICKET_OPENED,
    Move.ESCALATED: webhooks.Event.TICKET_OVERDUE,
    Move.SOLVED: webhooks.Event.TICKET_SOLVED,
    Move.CONFIRMED: webhooks.Event.TICKET_CLOSED,
    Move.GAVE_UP: webhooks.Event.TICKET_CLOSED,
    Move.WITHDRAWN: webhooks.Event.TICKET_CLOSED,
    Move.REOPENED: webhooks.Event.TICKET_REOPENED,
}


def get_ticket(session: Session, number: str, *, is_locked: bool = False) -> Ticket:
    """A ticket by its number; locked, nobody else moves it until the transaction ends. Raises NotFound."""
    query = select(TicketRow).where(TicketRow.number == number).execution_options(populate_existing=True)
    row = session.scalars(query.with_for_update(key_share=True) if is_locked else query).first()
    if row is None:
        raise NotFound(f"there is no ticket {number!r}; /tickets lists them")
    return to_ticket(row)


def move(
    session: Session,
    number: str,
    what: Move,
    by: By,
    *,
    version: int | None = None,
    wish: Wish | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Take one step. `version`: what was seen of it; None: whichever it has once nobody else moves it.

    Two tickets are moved in two transactions: the audit log's turn is held until the end of one, and whoever
    then waits for another ticket may wait for somebody who waits for that turn.

    Raises NotFound, MovedMeanwhile, NoSuchWay, NotThatFar and further Conflicts, NotTheirs, BadTicket.
    """
    ticket = get_ticket(session, number, is_locked=version is None)
    if version is not None and version != ticket.version:
        raise _quicker(number)
    way = way_of(number, ticket.state, what)
    _require_party(ticket, what, way, by)
    if wish is not None:
        require_call(session, wish.call_id)
    moment = max(at or now(), ticket.changed_at)  # a clock that steps back makes no step before the last
    asked = Asked(session=session, ticket=ticket, move=what, by=by, wish=wish or Wish(), at=moment)
    for guard in way.guards:
        guard(asked)
    effect = effect_of(asked)
    after = _update(asked, way.to, effect)
    _keep_pauses(asked, way.to)
    note_step(asked, after, effect)
    return after


def confirm(
    session: Session,
    number: str,
    by: By,
    *,
    is_settled: bool,
    is_satisfied: bool | None = None,
    call_id: str | None,
    wish: Wish | None = None,
) -> Ticket:
    """What a call-back heard: it closes the ticket, or sends it back. Raises as `move`.

    `is_satisfied`: with the service, which is another thing; None: as with the matter.
    """
    given, satisfied = wish or Wish(), is_settled if is_satisfied is None else is_satisfied
    full = replace(given, call_id=call_id, answers={**given.answers, "satisfied": satisfied})
    what = Move.CONFIRMED if is_settled else Move.DENIED
    return move(session, number, what, by, wish=full)


def note_step(asked: Asked, after: Ticket, effect: Effect) -> None:
    """The step, the call it was said in, the audit, webhooks."""
    session, wish = asked.session, asked.wish
    reason = {"call_reason": wish.call_reason.strip()} if wish.call_reason.strip() else {}
    session.add(
        TicketStepRow(
            ticket_id=after.id,
            version=after.version,
            at=asked.at,
            user_id=asked.by.user_id,
            who=asked.by.name,
            move=asked.move,
            from_state=None if asked.move is Move.OPENED else asked.ticket.state,
            to_state=after.state,
            note=wish.note.strip(),
            details={**effect.details, **reason},
            call_id=wish.call_id,
        )
    )
    session.flush()
    if wish.call_id is not None:
        link_call(session, after.id, wish.call_id, effect.part, asked.at)
    details = {"ticket": after.number, "move": str(asked.move), "state": str(after.state), **reason}
    who = asked.by.user or asked.by.name
    write(session, Act(user=who, action=AuditAction.TICKET_MOVED, call_id=wish.call_id, details=details))
    if asked.move in TOLD:
        webhooks.announce_ticket(session, TOLD[asked.move], _told(after))


def require_call(session: Session, call_id: str | None) -> None:
    """Raises BadTicket where the call that is named does not exist."""
    if call_id is not None and session.get(CallRow, call_id) is None:
        raise BadTicket(f"call: there is no call {call_id!r}")


def link_call(session: Session, ticket_id: int, call_id: str, part: CallPart, at: datetime) -> None:
    """A call has to do with a ticket; what it was first stays."""
    if session.get(TicketCallRow, (ticket_id, call_id)) is None:
        session.add(TicketCallRow(ticket_id=ticket_id, call_id=call_id, part=part, at=at))
        session.flush()


def _require_party(ticket: Ticket, what: Move, way: Way, by: By) -> None:
    if not way.by & by.parties:
        who = " or ".join(sorted(way.by))
        raise NotTheirs(f"ticket {ticket.number} is {what} by the {who}; ask there")


def _update(asked: Asked, to: TicketState, effect: Effect) -> Ticket:
    """The ticket as it is after the step. Raises MovedMeanwhile."""
    ticket, at = asked.ticket, asked.at
    since = at if to is not ticket.state else ticket.since
    changes: dict[str, Any] = {**effect.changes, "state": to, "since": since, "changed_at": at}
    changes["version"] = ticket.version + 1
    found = asked.session.execute(
        update(TicketRow)
        .where(TicketRow.id == ticket.id, TicketRow.version == ticket.version)
        .values(**changes)
        .returning(TicketRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is None:
        raise _quicker(ticket.number)
    return replace(ticket, **changes)


def _keep_pauses(asked: Asked, to: TicketState) -> None:
    """What was arranged is over once the ticket leaves that state or another time is arranged."""
    is_arranging = asked.move is Move.ARRANGED
    if asked.ticket.state is TicketState.ARRANGED and (is_arranging or to is not TicketState.ARRANGED):
        _end_pause(asked)
    wish = asked.wish
    if is_arranging and wish.until is not None and wish.pause_reason is not None:
        asked.session.add(
            TicketPauseRow(
                ticket_id=asked.ticket.id, began_at=asked.at, until_at=wish.until, reason=wish.pause_reason
            )
        )


def _end_pause(asked: Asked) -> None:
    query = select(TicketPauseRow).where(
        TicketPauseRow.ticket_id == asked.ticket.id, TicketPauseRow.ended_at.is_(None)
    )
    for row in asked.session.scalars(query):
        row.ended_at = min(asked.at, row.until_at)
        row.counted_minutes = minutes_of(
            asked.hours.between(row.began_at, row.ended_at, asked.ticket.counting)
        )


def _quicker(number: str) -> MovedMeanwhile:
    return MovedMeanwhile(
        f"somebody else has moved ticket {number} on meanwhile; load it again, then repeat your step"
    )


def _told(ticket: Ticket) -> dict[str, object]:
    """What webhooks are told: no words of anybody and nobody's number."""
    return {
        "ticket": ticket.number,
        "desk": ticket.desk,
        "nature": str(ticket.nature),
        "service": ticket.service,
        "state": str(ticket.state),
        "opened_at": ticket.opened_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "alarms": ticket.alarms,
    }


def possible(session: Session, ticket: Ticket, by: By, at: datetime) -> tuple[Move, ...]:
    """The moves that somebody may make now, as far as the ticket alone says; in the order of `Move`."""
    return tuple(
        what
        for what in Move
        if (way := TABLE.get((ticket.state, what)))
        and way.by & by.parties
        and _is_open_to(session, ticket, what, by, at)
    )


def _is_open_to(session: Session, ticket: Ticket, what: Move, by: By, at: datetime) -> bool:
    asked = Asked(session=session, ticket=ticket, move=what, by=by, wish=Wish(), at=at)
    try:
        for guard in TABLE[ticket.state, what].guards:
            if guard in OF_THE_TICKET:
                guard(asked)
    except HotlineError:
        return False
    return True
