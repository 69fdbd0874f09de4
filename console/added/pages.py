"""`/calls/{id}/added-findings` and the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.added import service
from console.added.norms import norms_of
from console.added.schemas import (
    AddedDocument,
    Heard,
    HeardWish,
    added_document,
    check_heard,
    read_heard,
)
from console.calls.schemas import CallView
from console.calls.service import open_call
from console.context import Console, Here
from console.language import Language
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, require, rights_of
from console.rules import NAMES
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import RowId

router = APIRouter()


@router.post("/calls/{call_id}/added-findings")
def add_form(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    call_id: str,
    rule: Annotated[str, Form()] = "",
    start_s: Annotated[str, Form()] = "",
    end_s: Annotated[str, Form()] = "",
    first_turn: Annotated[str, Form()] = "",
    last_turn: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Add a finding; htmx gets all added ones and the score anew, others go back to the call."""
    require(visitor, Right.REVIEW)
    heard = read_heard(
        rule=rule, start_s=start_s, end_s=end_s, why=why, first_turn=first_turn, last_turn=last_turn
    )
    with console.ledger.transaction() as session:
        service.add(session, user_of(visitor), call_id, heard, _english(console))
        view = _view(session, visitor, call_id)
    return _answer(request, console, visitor, view)


@router.post("/calls/{call_id}/added-findings/{added_id}/withdraw")
def withdraw_form(
    request: Request, console: Here, visitor: OwnForm, call_id: str, added_id: RowId
) -> Response:
    """Take one's own finding back."""
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.withdraw(session, user_of(visitor), call_id, added_id)
        view = _view(session, visitor, call_id)
    return _answer(request, console, visitor, view)


@router.post("/api/calls/{call_id}/added-findings", status_code=201)
def add_api(console: Here, visitor: SignedIn, call_id: str, wish: HeardWish) -> AddedDocument:
    """Add a finding."""
    require(visitor, Right.REVIEW)
    heard = check_heard(Heard(**wish.model_dump()))
    with console.ledger.transaction() as session:
        added_id = service.add(session, user_of(visitor), call_id, heard, _english(console))
        view = _view(session, visitor, call_id)
    return added_document(next(one for one in view.added if one.id == added_id))


@router.delete("/api/calls/{call_id}/added-findings/{added_id}")
def withdraw_api(console: Here, visitor: SignedIn, call_id: str, added_id: RowId) -> AddedDocument:
    """Take one's own finding back; it stays among those that were ever added."""
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.withdraw(session, user_of(visitor), call_id, added_id)
        view = _view(session, visitor, call_id)
    return added_document(next(one for one in view.added if one.id == added_id))


def _view(session: Session, visitor: Visitor, call_id: str) -> CallView:
    return open_call(session, call_id, unmasked=False, viewer=user_of(visitor))


def _answer(request: Request, console: Console, visitor: Visitor, view: CallView) -> Response:
    if not is_fragment_wanted(request):
        return RedirectResponse(f"/calls/{view.call.id}#added", status_code=303)
    return console.pages.page(
        request,
        "calls/_added.html",
        visitor,
        view=view,
        rights=rights_of(visitor),
        norms=norms_of(view.call, view.scorecard),
        is_swap=True,
    )


def _english(console: Console) -> dict[str, str]:
    return {name: console.pages.translate(Language.EN, name) for name in NAMES.values()}
