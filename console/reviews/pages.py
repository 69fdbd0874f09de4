"""`/calls/{id}/findings/{finding_id}/review` and `/undo`, and the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import OwnCall
from console.calls.schemas import CallView
from console.calls.service import open_call
from console.calls.shown import Judged
from console.context import Console, Here
from console.errors import DecidedMeanwhile
from console.rendering import Visitor, is_fragment_wanted
from console.reviews import service
from console.reviews.documents import CallReviewDocument, call_review_document, decided_document
from console.reviews.schemas import (
    DecidedDocument,
    Ruling,
    RulingWish,
    Typed,
    UndoWish,
    read_ruling,
    read_seen,
)
from console.rights import Right, require, rights_of
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import RowId
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction

router = APIRouter()


@router.post("/calls/{call_id}/findings/{finding_id}/review")
def review(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    call_id: OwnCall,
    finding_id: RowId,
    typed: Typed,
) -> Response:
    """Decide on a finding; htmx gets the finding and the score anew, others go back to the call.

    Where somebody else has decided meanwhile htmx gets the finding as it is now (409), with what was typed.
    """
    ruling = read_ruling(typed, call_id=call_id, finding_id=finding_id)
    try:
        view = _decide(console, visitor, ruling)
    except DecidedMeanwhile:
        if not is_fragment_wanted(request):
            raise
        return _card(request, console, visitor, _view(console, visitor, call_id), finding_id, clash=ruling)
    if not is_fragment_wanted(request):
        return RedirectResponse(f"/calls/{call_id}#finding-{finding_id}", status_code=303)
    return _card(request, console, visitor, view, finding_id)


@router.post("/calls/{call_id}/findings/{finding_id}/undo")
def undo(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    call_id: str,
    finding_id: RowId,
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Take one's own decision back."""
    view = _undo(console, visitor, call_id, finding_id, read_seen(seen))
    if not is_fragment_wanted(request):
        return RedirectResponse(f"/calls/{call_id}#finding-{finding_id}", status_code=303)
    return _card(request, console, visitor, view, finding_id)


@router.post("/api/calls/{call_id}/findings/{finding_id}/review")
def review_api(
    console: Here, visitor: SignedIn, call_id: str, finding_id: RowId, wish: RulingWish
) -> DecidedDocument:
    """Decide on a finding; 409 where `seen` is not its version any more."""
    ruling = read_ruling(wish, call_id=call_id, finding_id=finding_id)
    return _document(_decide(console, visitor, ruling), finding_id)


@router.post("/api/calls/{call_id}/findings/{finding_id}/undo")
def undo_api(
    console: Here, visitor: SignedIn, call_id: str, finding_id: RowId, wish: UndoWish
) -> DecidedDocument:
    """Take one's own decision back."""
    return _document(_undo(console, visitor, call_id, finding_id, wish.seen), finding_id)


@router.get("/api/calls/{call_id}/review")
def call_review(console: Here, visitor: SignedIn, call_id: str) -> CallReviewDocument:
    """All that people said of a call: decisions, added findings, marks, corrections, the score after them."""
    view = _view(console, visitor, call_id)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
    return call_review_document(view)


def _decide(console: Console, visitor: Visitor, ruling: Ruling) -> CallView:
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.decide(session, user_of(visitor), ruling)
        return open_call(session, ruling.call_id, unmasked=False, viewer=user_of(visitor))


def _undo(console: Console, visitor: Visitor, call_id: str, finding_id: int, seen: int | None) -> CallView:
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.undo(session, user_of(visitor), call_id, finding_id, seen=seen)
        return open_call(session, call_id, unmasked=False, viewer=user_of(visitor))


def _view(console: Console, visitor: Visitor, call_id: str) -> CallView:
    user = user_of(visitor)
    with console.ledger.reading() as session:
        service.require_visible(session, user, call_id)
        return open_call(session, call_id, unmasked=False, viewer=user)


def _card(
    request: Request,
    console: Console,
    visitor: Visitor,
    view: CallView,
    finding_id: int,
    *,
    clash: Ruling | None = None,
) -> Response:
    return console.pages.page(
        request,
        "reviews/_decided.html",
        visitor,
        status=409 if clash else 200,
        view=view,
        rights=rights_of(visitor),
        judged=_judged(view, finding_id),
        clash=clash,
    )


def _judged(view: CallView, finding_id: int) -> Judged:
    return next(one for one in view.judged if one.finding.id == finding_id)


def _document(view: CallView, finding_id: int) -> DecidedDocument:
    return decided_document(_judged(view, finding_id), view.score)
