"""`/tickets/{number}/hold`: leads hold what came in for a ticket, and let it go again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import holder
from console.context import Here
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form, user_of
from console.texts import Fields, check_signs
from console.tickets.pages import show_ticket
from console.tickets.service import by_of, get_ticket
from desks.intake import holding
from desks.tickets import BadTicket
from ledger.errors import Conflict

LeadsForm = Annotated[Visitor, holder(Right.HOLD, of=anyones_form)]

router = APIRouter()


@router.post("/tickets/{number}/hold")
def hold(request: Request, console: Here, visitor: LeadsForm, number: str, fields: Fields) -> Response:
    """Hold a ticket's files, or let them go; both need a reason."""
    why = fields.get("why", "")
    act = holding.release if fields.get("release") == "yes" else holding.set_hold
    check_signs("why", why)
    try:
        with console.ledger.transaction() as session:
            ticket = get_ticket(session, user_of(visitor), number)
            act(session, ticket.number, why, by_of(visitor))
    except (BadTicket, Conflict) as error:
        return show_ticket(request, console, visitor, number, problem=error, typed=fields)
    return RedirectResponse(f"/tickets/{number}#mails", status_code=303)
