"""`/handed-out`: the calls that an outsider was handed, one of them, and what the person says of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Here
from console.handed_out import service
from console.handed_out.schemas import read_heard
from console.links import HANDED_OUT
from console.rights import Right, require
from console.samples.wording import OUTCOMES
from console.signin.visitors import AnyonesForm, AnyoneSignedIn, user_of
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction

router = APIRouter()


@router.get(HANDED_OUT)
def list_page(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """What is to be heard, then what was."""
    require(visitor, Right.HANDED_OUT)
    with console.ledger.reading() as session:
        calls = service.list_handed(session, user_of(visitor))
    return console.pages.page(request, "handed_out/list.html", visitor, calls=calls, outcomes=OUTCOMES)


@router.get(HANDED_OUT + "/{call_id}")
def call_page(request: Request, console: Here, visitor: AnyoneSignedIn, call_id: str) -> Response:
    """The sound, the words, and the form."""
    require(visitor, Right.HANDED_OUT)
    with console.ledger.reading() as session:
        view = service.open_handed(session, user_of(visitor), call_id)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
    return console.pages.page(request, "handed_out/one.html", visitor, view=view, outcomes=OUTCOMES)


@router.post(HANDED_OUT + "/{call_id}")
def say(
    console: Here,
    visitor: AnyonesForm,
    *,
    call_id: str,
    outcome: Annotated[str, Form()] = "",
    score: Annotated[str, Form()] = "",
) -> Response:
    """Say what was found, and go back to the list."""
    require(visitor, Right.HANDED_OUT)
    heard = read_heard(outcome=outcome, score=score)
    with console.ledger.transaction() as session:
        service.say(session, user_of(visitor), call_id, heard)
    return RedirectResponse(HANDED_OUT, status_code=303)
