"""`/tickets`: the dispatcher's queues and a ticket with its moves."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.intake import wording as intake_words
from console.intake.letters import letters_of
from console.refusal_words import error_words
from console.rendering import Visitor
from console.rights import Right, has, rights_of
from console.signin.visitors import user_of
from console.texts import Fields
from console.tickets import service, wording
from console.tickets.admission import Dispatcher, Staff, StaffsForm
from console.tickets.schemas import NO_FIELDS, Typed, cursor_text, read_cursor, read_move, read_wanted
from console.tokens import new_token
from desks.intake.correspondence import recipients
from desks.intake.holding import standing
from desks.tickets import Move, OtherNumber, Party, Queue
from ledger.clock import now
from ledger.errors import HotlineError, NotAllowed, NotFound

ROWS = 50
FILTERS = ("queue", "nature", "branch", "crew", "reopened", "text")
DIRECT = frozenset({Move.TAKEN, Move.STARTED, Move.URGED, Move.RESUMED, Move.REOPENED})  # nothing to fill in

router = APIRouter()


@router.get("/tickets")
def list_page(request: Request, console: Here, visitor: Dispatcher) -> Response:
    """A queue, by what is asked for."""
    asked = {name: request.query_params.get(name, "") for name in (*FILTERS, "after")}
    user = user_of(visitor)
    wanted = read_wanted(asked, user_id=user.id, desks=user.desks, default=Queue.NEW)
    moment = now()
    with console.ledger.reading() as session:
        found, counts = service.find(session, wanted, moment, after=read_cursor(asked["after"]), limit=ROWS)
        names = service.names_of(session, list(found.tickets))
    kept = {name: asked[name] for name in FILTERS if asked[name]}
    return console.pages.page(
        request,
        "tickets/list.html",
        visitor,
        found=found,
        names=names,
        counts=counts,
        wanted=wanted,
        asked=asked,
        is_filtered=any(kept.get(name) for name in FILTERS if name != "queue"),
        next_link=_link({**kept, "after": cursor_text(found.next) or ""}) if found.next else None,
        first_link=_link(kept) if asked["after"] else None,
        tabs=[(queue, _link({**kept, "queue": queue}), counts.get(queue)) for queue in Queue],
        wording=wording,
        moment=moment,
    )


@router.get("/tickets/{number}")
def ticket_page(request: Request, console: Here, visitor: Staff, number: str) -> Response:
    """A ticket with every step and the moves that the visitor may make."""
    return show_ticket(request, console, visitor, number)


@router.post("/tickets/{number}/moves")
def move_ticket(
    request: Request, console: Here, visitor: StaffsForm, number: str, fields: Fields
) -> Response:
    """Make a move. A refusal shows the ticket as it is now, with what was filled in, and says why."""
    try:
        wish = read_move(fields, console.zone)
        with console.ledger.transaction() as session:
            service.take_step(session, visitor, number, wish)
    except (NotFound, NotAllowed):
        raise
    except HotlineError as error:
        return show_ticket(request, console, visitor, number, problem=error, typed=fields)
    return RedirectResponse(f"/tickets/{number}", status_code=303)


def show_ticket(
    request: Request,
    console: Console,
    visitor: Visitor,
    number: str,
    *,
    problem: HotlineError | None = None,
    typed: Mapping[str, str] = NO_FIELDS,
) -> Response:
    """A ticket's page; with a problem, what was refused and what was typed."""
    moment = now()
    with console.ledger.reading() as session:
        view = service.view_of(session, visitor, number, moment)
        letters = letters_of(session, number)
        addresses = recipients(session, number, console.mail)
        hold = standing(session, number)
    return console.pages.page(
        request,
        "tickets/one.html",
        visitor,
        status=problem.http_status if problem else 200,
        view=view,
        moment=moment,
        ticket=view.ticket,
        names=view.names,
        problem=error_words(problem) if problem else "",
        problem_detail=str(problem) if problem else "",
        problem_values=getattr(problem, "values", {}),
        typed=Typed(typed),
        is_reason_asked=isinstance(problem, OtherNumber) and Party.LEAD in service.by_of(visitor).parties,
        direct=DIRECT,
        rights=rights_of(visitor),
        wording=wording,
        letters=letters,
        recipients=addresses if has(visitor, Right.TICKETS) else [],
        can_send=console.mail.smtp is not None,
        hold=hold,
        once=typed.get("once") or new_token(),
        intake_words=intake_words,
    )


def _link(fields: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"/tickets?{query}" if query else "/tickets"
