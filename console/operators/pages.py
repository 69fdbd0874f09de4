"""`/operators`, an operator's own page, and the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import Watcher
from console.context import Console, Here
from console.operators import service
from console.operators.schemas import (
    OperatorDocument,
    OperatorsDocument,
    OperatorView,
    PauseDocument,
    WishDocument,
    read_wish,
)
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, require_own_or
from console.signin.visitors import AnyonesForm, AnyoneSignedIn, user_of
from ledger.states import ChangedBy

router = APIRouter()


@router.get("/operators")
def list_page(request: Request, console: Here, visitor: Watcher) -> Response:
    """Every operator; htmx gets the states alone."""
    with console.ledger.reading() as session:
        views = service.list_views(session, console.switchboard, console.zone, user=user_of(visitor))
    template = "operators/_states.html" if is_fragment_wanted(request) else "operators/list.html"
    return console.pages.page(request, template, visitor, views=views, **_rights(visitor))


@router.get("/operators/{number}")
def own_page(request: Request, console: Here, visitor: AnyoneSignedIn, number: str) -> Response:
    """One operator, for the operator's own eyes and for staff; htmx gets the state alone."""
    require_own_or(visitor, Right.WATCH)
    view = _one(console, visitor, number)
    template = "operators/_states.html" if is_fragment_wanted(request) else "operators/one.html"
    return console.pages.page(request, template, visitor, views=[view], view=view, **_rights(visitor))


@router.post("/operators/{number}/state")
def set_state(
    request: Request,
    console: Here,
    visitor: AnyonesForm,
    *,
    number: str,
    state: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Set a state; htmx gets it anew and a sentence that says so, others go back to the page."""
    wish = read_wish(number=number, state=state, reason=reason)
    require_own_or(visitor, Right.SET_STATES)
    with console.ledger.transaction() as session:
        service.require_seen(session, console.switchboard, user_of(visitor), number)
        service.set_state(session, user_of(visitor), wish, ChangedBy.PAGE)
    if not is_fragment_wanted(request):
        return RedirectResponse(_back(visitor, number), status_code=303)
    view = _one(console, visitor, number)
    return console.pages.page(
        request, "operators/_set.html", visitor, views=[view], view=view, **_rights(visitor)
    )


@router.post("/operators/{number}/pause")
def set_pause(
    request: Request,
    console: Here,
    visitor: AnyonesForm,
    *,
    number: str,
    paused: Annotated[bool, Form()],
) -> Response:
    """Pause the recording of an operator's conversation, or go on; htmx gets a sentence that says so."""
    require_own_or(visitor, Right.SET_STATES)
    with console.ledger.transaction() as session:
        service.require_seen(session, console.switchboard, user_of(visitor), number)
        service.set_pause(session, user_of(visitor), number, paused=paused)
    if not is_fragment_wanted(request):
        return RedirectResponse(_back(visitor, number), status_code=303)
    return console.pages.page(request, "operators/_paused.html", visitor, number=number, paused=paused)


@router.get("/api/operators")
def list_api(console: Here, visitor: Watcher) -> OperatorsDocument:
    """Every operator."""
    with console.ledger.reading() as session:
        views = service.list_views(session, console.switchboard, console.zone, user=user_of(visitor))
    return OperatorsDocument(operators=[service.document_of(view) for view in views])


@router.get("/api/operators/{number}")
def one_api(console: Here, visitor: AnyoneSignedIn, number: str) -> OperatorDocument:
    """One operator."""
    require_own_or(visitor, Right.WATCH)
    return service.document_of(_one(console, visitor, number))


@router.put("/api/operators/{number}/state")
def set_api(console: Here, visitor: AnyoneSignedIn, number: str, body: WishDocument) -> OperatorDocument:
    """Set a state: idle, away or off; while a call has the operator, from its end on.

    No form's token is needed: browsers ask before a foreign page may PUT, and get no leave.
    """
    wish = read_wish(number=number, state=body.state, reason=body.reason)
    require_own_or(visitor, Right.SET_STATES)
    with console.ledger.transaction() as session:
        service.require_seen(session, console.switchboard, user_of(visitor), number)
        service.set_state(session, user_of(visitor), wish, ChangedBy.API)
    return service.document_of(_one(console, visitor, number))


@router.put("/api/operators/{number}/pause")
def pause_api(console: Here, visitor: AnyoneSignedIn, number: str, body: PauseDocument) -> PauseDocument:
    """Pause the recording of an operator's conversation, or go on; the line does so within a second."""
    require_own_or(visitor, Right.SET_STATES)
    with console.ledger.transaction() as session:
        service.require_seen(session, console.switchboard, user_of(visitor), number)
        service.set_pause(session, user_of(visitor), number, paused=body.paused)
    return body


def _one(console: Console, visitor: Visitor, number: str) -> OperatorView:
    with console.ledger.reading() as session:
        return service.open_view(
            session, console.switchboard, console.zone, user=user_of(visitor), number=number
        )


def _back(visitor: Visitor, number: str) -> str:
    """Where a form without htmx leads: to the own state, or to the list of all."""
    return f"/operators/{quote(number, safe='')}" if visitor.is_operator else "/operators"


def _rights(visitor: Visitor) -> dict[str, Any]:
    user = user_of(visitor)
    return {"may_set": lambda number: service.may_set(user, number)}
