"""`/calls/{id}` and the same for programs under `/api`; the list is in `console.listing`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.added.norms import norms_of
from console.admission import OwnCall
from console.calls import service
from console.calls.documents import CallDocument, call_document
from console.cases.service import view_of
from console.context import Console, Here
from console.knowledge.service import reads_of_call
from console.rendering import Visitor
from console.rights import Right, has, require, rights_of
from console.secrets import Unmasked, note_secrets
from console.signin.visitors import AnyoneSignedIn, OwnForm, SignedIn, user_of
from console.texts import HIGHEST_ID
from console.training.service import open_playlists
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction

router = APIRouter()


@router.get("/")
def home(visitor: AnyoneSignedIn) -> Response:
    """Everybody's own first page."""
    return RedirectResponse(visitor.home, status_code=303)


@router.get("/calls/{call_id}")
def call_page(
    request: Request,
    console: Here,
    visitor: SignedIn,
    call_id: OwnCall,
    *,
    unmasked: Unmasked,
    version: Annotated[int | None, Query(ge=1, le=HIGHEST_ID)] = None,
) -> Response:
    """One call; whoever looks at one that is not done yet has it done next."""
    _note_look(console, visitor, call_id)
    note_secrets(console, visitor, call_id, "page", unmasked=unmasked)
    with console.ledger.reading() as session:
        view = service.open_call(session, call_id, version, unmasked=unmasked, viewer=user_of(visitor))
        wrap_ups = service.wrap_ups_of(session, console.switchboard, call_id)
        handling = service.handling_of(session, call_id, is_blind=view.is_blind)
        case_view = view_of(session, visitor, call_id, console.switchboard.review)
        reads = reads_of_call(session, call_id)
        playlists = open_playlists(session, visitor) if view.recording and not view.is_blind else ()
    if view.is_waited_for:
        with console.ledger.transaction() as session:
            service.ask_first(session, call_id)
    rights = rights_of(visitor) if case_view.may_change else rights_of(visitor) - {Right.REVIEW}
    facts = service.facts_for(view.call, rights)
    return console.pages.page(
        request,
        "calls/one.html",
        visitor,
        view=view,
        facts=facts,
        wrap_ups=wrap_ups,
        handling=handling,
        rights=rights,
        case_view=case_view,
        may_review_parts=has(visitor, Right.REVIEW),
        may_mark=case_view.may_mark and has(visitor, Right.REVIEW),
        playlists=playlists,
        reads=reads,
        desk_names={each.id: each.name for each in console.switchboard.desks},
        norms=norms_of(view.call, view.scorecard) if Right.REVIEW in rights else (),
    )


@router.post("/calls/{call_id}/hold")
def hold(console: Here, visitor: OwnForm, call_id: OwnCall, why: Annotated[str, Form()] = "") -> Response:
    """Keep a call whatever the plan says."""
    require(visitor, Right.HOLD)
    with console.ledger.transaction() as session:
        service.hold(session, user_of(visitor), call_id, why)
    return RedirectResponse(f"/calls/{call_id}#hold", status_code=303)


@router.post("/calls/{call_id}/hold/release")
def release(console: Here, visitor: OwnForm, call_id: OwnCall, why: Annotated[str, Form()] = "") -> Response:
    """End a hold."""
    require(visitor, Right.HOLD)
    with console.ledger.transaction() as session:
        service.release(session, user_of(visitor), call_id, why)
    return RedirectResponse(f"/calls/{call_id}#hold", status_code=303)


@router.get("/api/calls/{call_id}")
def call_api(console: Here, visitor: SignedIn, call_id: OwnCall, unmasked: Unmasked) -> CallDocument:
    """One call whole."""
    _note_look(console, visitor, call_id)
    note_secrets(console, visitor, call_id, "api", unmasked=unmasked)
    with console.ledger.reading() as session:
        view = service.open_call(session, call_id, unmasked=unmasked, viewer=user_of(visitor))
    return call_document(view)


def _note_look(console: Console, visitor: Visitor, call_id: str) -> None:
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
