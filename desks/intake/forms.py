"""The public form: a report becomes a ticket, once; and its state is told to who knows number and contact."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.intake import messages
from desks.intake.taking import BY, FATES
from desks.intake.trying import take_in
from desks.tickets import Channel, Opening, Ticket, get_ticket, report
from desks.tickets.numbers import NUMBER, are_same
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.tables import IntakeRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A report as somebody fills it in."""

    once: str  # of the form that was sent: sent again it is the same report
    kind_id: int
    service: str
    line: str
    name: str
    contact: str  # a telephone number or a mail address
    text: str


def take_form(ledger: Ledger, form: Form) -> Ticket:
    """The ticket of a report, the same however often the form is sent. Raises BadTicket, AlwaysLate."""
    return take_in(partial(_take_once, ledger, form))


def _take_once(ledger: Ledger, form: Form) -> Ticket:
    with ledger.transaction() as session:
        return _take(session, form)


def _take(session: Session, form: Form) -> Ticket:
    source = f"{form.once}@form"
    known = messages.ticket_of(session, source)
    if known is not None:
        return get_ticket(session, known)
    opening = Opening(
        kind_id=form.kind_id,
        service=form.service,
        channel=Channel.WEB,
        line=form.line,
        contact=f"{form.name} {form.contact}".strip(),
        text=form.text,
    )
    reported = report(session, opening, BY[Channel.WEB])
    messages.add(
        session,
        source=source,
        channel=Channel.WEB,
        sender=form.contact.casefold(),
        subject="",
        text=form.text,
        fate=FATES[reported.became],
        ticket=reported.ticket.number,
    )
    return reported.ticket


def find_own(session: Session, number: str, contact: str) -> Ticket:
    """A ticket for who knows its number and how it can be reached. Raises NotFound, whichever is wrong."""
    wrong = NotFound("there is no report with this number and contact; look at the receipt")
    if not NUMBER.fullmatch(number):
        raise wrong
    try:
        ticket = get_ticket(session, number)
    except NotFound:
        raise wrong from None
    senders = session.scalars(select(IntakeRow.sender).where(IntakeRow.ticket == number))
    known = [*ticket.contact.split(), ticket.caller, ticket.line, *senders]
    if not any(_is_same(contact, one) for one in known):
        raise wrong
    return ticket


def _is_same(typed: str, known: str) -> bool:
    """A whole mail address, or a number with or without its area code."""
    if "@" in typed:
        return typed.strip().casefold() == known.casefold()
    return "@" not in known and are_same(typed, known)
