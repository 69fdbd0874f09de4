"""`POST /calls/{id}/corrections` and the same for programs under `/api`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.calls.schemas import CallView
from console.calls.service import open_call
from console.calls.shown import ShownTurn
from console.context import Console, Here
from console.corrections import service
from console.corrections.schemas import (
    CorrectionDocument,
    CorrectionWish,
    Wish,
    check_correction,
    read_correction,
)
from console.errors import BadInput
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, require, rights_of
from console.secrets import note_secrets
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import Fields

router = APIRouter()


@router.post("/calls/{call_id}/corrections")
def correct_form(
    request: Request,
    console: Here,
    visitor: OwnForm,
    call_id: str,
    fields: Fields,
) -> Response:
    """Correct a turn; htmx gets the turn anew, others go back to it."""
    wish = read_correction(fields)
    view = _correct(console, visitor, call_id, wish)
    if not is_fragment_wanted(request):
        asked = "?unmasked=true" if wish.unmasked else ""
        return RedirectResponse(f"/calls/{call_id}{asked}#turn-{wish.turn}", status_code=303)
    return console.pages.page(
        request,
        "calls/_turn.html",
        visitor,
        view=view,
        rights=rights_of(visitor),
        said=_turn(view, wish.turn),
    )


@router.post("/api/calls/{call_id}/corrections")
def correct_api(console: Here, visitor: SignedIn, call_id: str, wish: CorrectionWish) -> CorrectionDocument:
    """Correct a turn, or let the machine's text hold again."""
    checked = check_correction(
        Wish(
            transcript_id=wish.transcript,
            turn=wish.turn,
            text=wish.text,
            seen=wish.seen,
            unmasked=wish.unmasked,
        )
    )
    said = _turn(_correct(console, visitor, call_id, checked), wish.turn)
    if said.correction is None:
        raise BadInput(f"text: turn {wish.turn} of call {call_id} reads so already; nothing was corrected")
    return CorrectionDocument(
        id=said.correction.id,
        transcript=wish.transcript,
        turn=wish.turn,
        machine=said.machine or said.text,
        text=said.text,
        user=said.correction.user,
        at=said.correction.at,
    )


def _correct(console: Console, visitor: Visitor, call_id: str, wish: Wish) -> CallView:
    require(visitor, Right.REVIEW)
    if wish.unmasked:
        require(visitor, Right.SECRETS)
        note_secrets(console, visitor, call_id, "correction", unmasked=True)
    with console.ledger.transaction() as session:
        service.correct(session, user_of(visitor), call_id, wish)
        return open_call(
            session, call_id, wish.transcript_id, unmasked=wish.unmasked, viewer=user_of(visitor)
        )


def _turn(view: CallView, number: int) -> ShownTurn:
    return next(said for said in view.said if said.number == number)
