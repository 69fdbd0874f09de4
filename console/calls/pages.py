"""`/calls`, `/calls/{id}` and the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.calls import repository, service
from console.calls.documents import CallDocument, ListDocument, call_document, list_document
from console.calls.filters import read_cursor, read_filters, write_query
from console.calls.schemas import Filters
from console.context import Console, Here
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, require, rights_of
from console.secrets import Unmasked, note_secrets
from console.signin.visitors import AnyoneSignedIn, OwnForm, SignedIn, user_of
from ledger.audit import Act, write_once
from ledger.states import AuditAction

router = APIRouter()


@router.get("/")
def home(visitor: AnyoneSignedIn) -> Response:
    """Everybody's own first page."""
    return RedirectResponse(visitor.home, status_code=303)


@router.get("/calls")
def list_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """The list; htmx gets only its results."""
    filters, after = read_filters(request.query_params), read_cursor(request.query_params)
    with console.ledger.reading() as session:
        listing = service.list_calls(session, filters, console.zone, after, viewer=user_of(visitor))
        choices = repository.choices(session)
    template = "calls/_results.html" if is_fragment_wanted(request) else "calls/list.html"
    return console.pages.page(
        request,
        template,
        visitor,
        filters=filters,
        listing=listing,
        choices=choices,
        is_filtered=filters != Filters(),
        is_first_page=after is None,
        first_link="/calls?" + write_query(filters),
        next_link="/calls?" + write_query(filters, after=listing.after) if listing.after else None,
    )


@router.get("/calls/{call_id}")
def call_page(
    request: Request,
    console: Here,
    visitor: SignedIn,
    call_id: str,
    *,
    unmasked: Unmasked,
    version: int | None = None,
) -> Response:
    """One call; whoever looks at one that is not done yet has it done next."""
    _note_look(console, visitor, call_id)
    note_secrets(console, visitor, call_id, "page", unmasked=unmasked)
    with console.ledger.reading() as session:
        view = service.open_call(session, call_id, version, unmasked=unmasked, viewer=user_of(visitor))
        handling = service.handling_of(session, call_id, is_blind=view.is_blind)
    if view.is_waited_for:
        with console.ledger.transaction() as session:
            service.ask_first(session, call_id)
    rights = rights_of(visitor)
    facts = service.facts_for(view.call, rights)
    return console.pages.page(
        request, "calls/one.html", visitor, view=view, facts=facts, handling=handling, rights=rights
    )


@router.post("/calls/{call_id}/hold")
def hold(console: Here, visitor: OwnForm, call_id: str, why: Annotated[str, Form()] = "") -> Response:
    """Keep a call whatever the plan says."""
    require(visitor, Right.HOLD)
    with console.ledger.transaction() as session:
        service.hold(session, user_of(visitor), call_id, why)
    return RedirectResponse(f"/calls/{call_id}#hold", status_code=303)


@router.post("/calls/{call_id}/hold/release")
def release(console: Here, visitor: OwnForm, call_id: str, why: Annotated[str, Form()] = "") -> Response:
    """End a hold."""
    require(visitor, Right.HOLD)
    with console.ledger.transaction() as session:
        service.release(session, user_of(visitor), call_id, why)
    return RedirectResponse(f"/calls/{call_id}#hold", status_code=303)


@router.get("/api/calls")
def list_api(request: Request, console: Here, visitor: SignedIn) -> ListDocument:
    """The list, with the page's filters."""
    filters, after = read_filters(request.query_params), read_cursor(request.query_params)
    with console.ledger.reading() as session:
        listing = service.list_calls(session, filters, console.zone, after, viewer=user_of(visitor))
    return ListDocument(
        calls=list_document(listing),
        total=listing.total,
        flagged=listing.flagged,
        after=listing.after,
    )


@router.get("/api/calls/{call_id}")
def call_api(console: Here, visitor: SignedIn, call_id: str, unmasked: Unmasked) -> CallDocument:
    """One call whole."""
    _note_look(console, visitor, call_id)
    note_secrets(console, visitor, call_id, "api", unmasked=unmasked)
    with console.ledger.reading() as session:
        view = service.open_call(session, call_id, unmasked=unmasked, viewer=user_of(visitor))
    return call_document(view)


def _note_look(console: Console, visitor: Visitor, call_id: str) -> None:
    """Raises NotFound: what is not there was not looked at."""
    with console.ledger.reading() as session:
        repository.get_call(session, call_id)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
