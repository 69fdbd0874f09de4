"""`/api/tickets`: tickets for programs, by the same steps as the pages."""

from __future__ import annotations

from fastapi import APIRouter

from console.context import Here
from console.signin.visitors import user_of
from console.tickets import service
from console.tickets.admission import Dispatcher, Staff
from console.tickets.schemas import (
    KindDocument,
    MoveOrder,
    OpeningOrder,
    ReportedDocument,
    TicketDocument,
    TicketPage,
    TicketWithSteps,
    cursor_text,
    order_opening,
    order_wish,
    read_cursor,
    read_wanted,
    ticket_document,
    ticket_with_steps,
)
from desks import tickets
from desks.tickets import Queue, lists
from ledger.clock import now

ROWS = 100

router = APIRouter()


@router.get("/api/tickets")
def list_api(
    console: Here, visitor: Dispatcher, *, queue: Queue = Queue.OPEN, text: str = "", after: str = ""
) -> TicketPage:
    """A queue, as the dispatchers' page has it."""
    user, moment = user_of(visitor), now()
    wanted = read_wanted({"queue": queue, "text": text}, user_id=user.id, desks=user.desks, default=queue)
    with console.ledger.reading() as session:
        found = tickets.find(session, wanted, moment, after=read_cursor(after), limit=ROWS)
    told = [ticket_document(each, moment) for each in found.tickets]
    return TicketPage(tickets=told, after=cursor_text(found.next))


@router.get("/api/tickets/kinds")
def kinds_api(console: Here, _visitor: Staff) -> list[KindDocument]:
    """The kinds that a ticket may be of now."""
    with console.ledger.reading() as session:
        found = lists.kinds(session)
    return [
        KindDocument(**{name: getattr(each, name) for name in KindDocument.model_fields}) for each in found
    ]


@router.get("/api/tickets/{number}")
def ticket_api(console: Here, visitor: Staff, number: str) -> TicketWithSteps:
    """A ticket with every step."""
    with console.ledger.reading() as session:
        ticket = service.get_ticket(session, user_of(visitor), number)
        return ticket_with_steps(ticket, tickets.steps_of(session, ticket), now())


@router.post("/api/tickets")
def report_api(console: Here, visitor: Staff, order: OpeningOrder) -> ReportedDocument:
    """Bring a matter in: the line's ticket is urged or reopened, or a new one is opened."""
    opening = order_opening(order)
    with console.ledger.transaction() as session:
        reported = tickets.report(session, opening, service.by_of(visitor))
    ticket = reported.ticket
    told = ticket_document(ticket, now()) if service.is_of(user_of(visitor), ticket.desk) else None
    return ReportedDocument(became=reported.became, number=ticket.number, ticket=told)


@router.post("/api/tickets/{number}/moves")
def move_api(console: Here, visitor: Staff, number: str, order: MoveOrder) -> TicketDocument:
    """Make a move. Who may, and what it needs, docs/tickets.md has as a table."""
    wish = order_wish(order)
    with console.ledger.transaction() as session:
        ticket = service.take_step(session, visitor, number, wish)
    return ticket_document(ticket, now())
