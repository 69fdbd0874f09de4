"""`/calls/{id}/parts/{part_id}`: decisions on a later part's findings; the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import OwnCall
from console.calls.later import LaterCard
from console.calls.schemas import CallView
from console.calls.service import open_call
from console.context import Console, Here
from console.errors import DecidedMeanwhile, StillBlind
from console.parts import service
from console.parts.documents import part_document
from console.parts.schemas import PartDocument, PartRulingWish, PartUndoWish, Place
from console.rendering import Visitor, is_fragment_wanted
from console.reviews.documents import decided_document
from console.reviews.schemas import DecidedDocument, Ruling, Typed, read_ruling, read_seen
from console.rights import Right, require
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import RowId
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.errors import NotFound

router = APIRouter()


def _typed_place(call_id: OwnCall, part_id: RowId, number: RowId, card: Annotated[str, Form()] = "") -> Place:
    """The finding of the address, and the scorecard that the form names."""
    return Place(call_id=call_id, part_id=part_id, card_id=read_seen(card), number=number)


TypedPlace = Annotated[Place, Depends(_typed_place)]


@router.post("/calls/{call_id}/parts/{part_id}/findings/{number}/review")
def review(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    place: TypedPlace,
    typed: Typed,
) -> Response:
    """Decide on a finding; htmx gets the finding and the part's head anew, others go back to the call.

    Where somebody else has decided meanwhile htmx gets the finding as it is now (409), with what was typed.
    """
    ruling = read_ruling(typed, call_id=place.call_id, finding_id=place.number)
    try:
        view = _decide(console, visitor, place, ruling)
    except DecidedMeanwhile:
        if not is_fragment_wanted(request):
            raise
        view = _view(console, visitor, place.call_id)
        return _fragment(request, console, visitor, view, place, clash=ruling)
    return _answer(request, console, visitor, view, place)


@router.post("/calls/{call_id}/parts/{part_id}/findings/{number}/undo")
def undo(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    place: TypedPlace,
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Take one's own decision back."""
    view = _undo(console, visitor, place, read_seen(seen))
    return _answer(request, console, visitor, view, place)


@router.get("/api/calls/{call_id}/parts/{part_id}")
def part_api(console: Here, visitor: SignedIn, call_id: OwnCall, part_id: RowId) -> PartDocument:
    """What people decided on a later part."""
    require(visitor, Right.LIST)
    view = _view(console, visitor, call_id)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
    return part_document(_card(view, part_id))


@router.post("/api/calls/{call_id}/parts/{part_id}/findings/{number}/review")
def review_api(
    console: Here, visitor: SignedIn, *, call_id: str, part_id: RowId, number: RowId, wish: PartRulingWish
) -> DecidedDocument:
    """Decide on a finding; 409 where `seen` is not its version any more, or `card` not its scorecard."""
    place = Place(call_id=call_id, part_id=part_id, card_id=wish.card, number=number)
    ruling = read_ruling(wish, call_id=call_id, finding_id=number)
    return _document(_decide(console, visitor, place, ruling), place)


@router.post("/api/calls/{call_id}/parts/{part_id}/findings/{number}/undo")
def undo_api(
    console: Here, visitor: SignedIn, *, call_id: str, part_id: RowId, number: RowId, wish: PartUndoWish
) -> DecidedDocument:
    """Take one's own decision back."""
    place = Place(call_id=call_id, part_id=part_id, card_id=wish.card, number=number)
    return _document(_undo(console, visitor, place, wish.seen), place)


def _decide(console: Console, visitor: Visitor, place: Place, ruling: Ruling) -> CallView:
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.decide(session, user_of(visitor), place, ruling)
        return open_call(session, place.call_id, unmasked=False, viewer=user_of(visitor))


def _undo(console: Console, visitor: Visitor, place: Place, seen: int | None) -> CallView:
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        service.undo(session, user_of(visitor), place, seen=seen)
        return open_call(session, place.call_id, unmasked=False, viewer=user_of(visitor))


def _view(console: Console, visitor: Visitor, call_id: str) -> CallView:
    with console.ledger.reading() as session:
        return open_call(session, call_id, unmasked=False, viewer=user_of(visitor))


def _answer(request: Request, console: Console, visitor: Visitor, view: CallView, place: Place) -> Response:
    if is_fragment_wanted(request):
        return _fragment(request, console, visitor, view, place)
    address = f"/calls/{place.call_id}#finding-later-{place.part_id}-{place.number}"
    return RedirectResponse(address, status_code=303)


def _fragment(
    request: Request,
    console: Console,
    visitor: Visitor,
    view: CallView,
    place: Place,
    *,
    clash: Ruling | None = None,
) -> Response:
    card = _card(view, place.part_id)
    return console.pages.page(
        request,
        "parts/_decided.html",
        visitor,
        status=409 if clash else 200,
        view=view,
        card=card,
        judged=next(each for each in card.judged if each.finding.id == place.number),
        clash=clash,
        may_review_parts=True,
    )


def _card(view: CallView, part_id: int) -> LaterCard:
    if view.is_blind:
        raise StillBlind(f"you judge call {view.call.id} blind; /rounds lists your open reviews")
    found = next((card for card in view.later if card.part.conversation_id == part_id), None)
    if found is None:
        raise NotFound(f"call {view.call.id!r} has no later part {part_id}; load the call again")
    return found


def _document(view: CallView, place: Place) -> DecidedDocument:
    card = _card(view, place.part_id)
    judged = next(each for each in card.judged if each.finding.id == place.number)
    return decided_document(judged, card.score)
