"""`/tickets/panel`: from the call to a ticket in two keys, as a part of the operator's page or alone."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.context import Console, Here
from console.errors import BadInput
from console.refusal_words import error_words
from console.rendering import Visitor, is_fragment_wanted
from console.signin.visitors import user_of
from console.texts import Fields
from console.tickets import service, wording
from console.tickets.admission import Staff, StaffsForm
from console.tickets.on_call import look_at, require_call
from console.tickets.schemas import NO_FIELDS, Typed, read_opening
from console.words import N_
from desks import tickets
from desks.tickets import Channel, Move, Ticket, TicketState
from ledger.errors import Conflict, HotlineError, NotAllowed, NotFound

BECAME = {
    tickets.Became.OPENED: N_("已开单 %(number)s。"),
    tickets.Became.URGED: N_("这条线路已有工单 %(number)s，已催修。"),
    tickets.Became.REOPENED: N_("不久前刚归档，已重开工单 %(number)s。"),
}
TOLD = {
    Move.URGED: BECAME[tickets.Became.URGED],
    Move.DENIED: N_("工单 %(number)s 已退回重修。"),
    Move.CONFIRMED: N_("工单 %(number)s 已由这通电话确认归档。"),
}

router = APIRouter()


@router.get("/tickets/panel")
def panel(request: Request, console: Here, visitor: Staff, call: str) -> Response:
    """What is known of the call, ready to be sent."""
    return _panel(request, console, visitor, call)


@router.post("/tickets/panel")
def open_ticket(request: Request, console: Here, visitor: StaffsForm, fields: Fields) -> Response:
    """Open a ticket from a call, or urge or reopen the line's."""
    call_id = fields.get("call", "")
    try:
        with console.ledger.transaction() as session:
            row = require_call(session, visitor, call_id)
            opening = read_opening(fields, call_id=row.id, caller=row.caller or "", channel=Channel.CALL)
            reported = tickets.report(session, opening, service.by_of(visitor))
    except (NotFound, NotAllowed):
        raise
    except HotlineError as error:
        return _panel(request, console, visitor, call_id, problem=error, typed=fields)
    told = (BECAME[reported.became], reported.ticket)
    return _panel(request, console, visitor, call_id, told=told)


@router.post("/tickets/panel/urge")
def urge(request: Request, console: Here, visitor: StaffsForm, fields: Fields) -> Response:
    """The caller asks again: urge the ticket. One that is solved goes back, or this call confirms it."""
    call_id, number = fields.get("call", ""), fields.get("number", "")
    try:
        with console.ledger.transaction() as session:
            row = require_call(session, visitor, call_id)
            seen = service.get_ticket(session, user_of(visitor), number)
            what = _move_of(seen, fields.get("answer", ""))
            wish = tickets.Wish(call_id=row.id)
            ticket = tickets.move(session, number, what, service.by_of(visitor), wish=wish)
    except (Conflict, tickets.BadTicket) as error:
        return _panel(request, console, visitor, call_id, problem=error)
    return _panel(request, console, visitor, call_id, told=(TOLD[what], ticket))


def _move_of(seen: Ticket, answer: str) -> Move:
    if seen.state is not TicketState.SOLVED:
        return Move.URGED
    return Move.CONFIRMED if answer == "well" else Move.DENIED


def _panel(
    request: Request,
    console: Console,
    visitor: Visitor,
    call_id: str,
    *,
    problem: HotlineError | None = None,
    typed: Mapping[str, str] = NO_FIELDS,
    told: tuple[str, Ticket] | None = None,
) -> Response:
    if not call_id:
        raise BadInput("call: say which call it is, as /tickets/panel?call=ID")
    with console.ledger.reading() as session:
        found = look_at(session, user_of(visitor), require_call(session, visitor, call_id))
        names = service.names_of(session, [*found.open_tickets, *found.closed_tickets])
    return console.pages.page(
        request,
        "tickets/panel.html" if is_fragment_wanted(request) else "tickets/panel_page.html",
        visitor,
        status=problem.http_status if problem else 200,
        call=found,
        names=names,
        problem=error_words(problem) if problem else "",
        problem_detail=str(problem) if problem else "",
        problem_values=getattr(problem, "values", {}),
        typed=Typed(typed),
        told=told,
        wording=wording,
    )
