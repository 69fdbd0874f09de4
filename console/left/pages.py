"""`/left`: messages and wishes to be called back, until somebody has settled them; the same under `/api`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import Watcher, holder
from console.context import Console, Here
from console.left import service
from console.left.schemas import Left, LeftDocument, Settled, SettleWish
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form, user_of
from console.texts import RowId

router = APIRouter()
PAGE = "/left"
WatchersForm = Annotated[Visitor, holder(Right.WATCH, of=anyones_form)]


@router.get(PAGE)
def list_page(request: Request, console: Here, visitor: Watcher) -> Response:
    """What waits at one's desks, the oldest first."""
    names = {desk.id: desk.name for desk in console.switchboard.desks}
    left = _left(console, visitor)
    return console.pages.page(request, "left/page.html", visitor, desk_names=names, left=left)


@router.post("/left/voicemails/{voicemail_id}/close")
def close_voicemail(console: Here, visitor: WatchersForm, voicemail_id: RowId) -> Response:
    """Somebody heard the message and saw to it."""
    with console.ledger.transaction() as session:
        service.settle_voicemail(session, user_of(visitor), voicemail_id)
    return RedirectResponse(PAGE, status_code=303)


@router.post("/left/call-backs/{call_back_id}/close")
def close_call_back(console: Here, visitor: WatchersForm, call_back_id: RowId) -> Response:
    """The caller was called back."""
    with console.ledger.transaction() as session:
        service.settle_call_back(session, user_of(visitor), call_back_id)
    return RedirectResponse(PAGE, status_code=303)


@router.get("/api/left")
def list_api(console: Here, visitor: Watcher) -> LeftDocument:
    """What waits at one's desks, the oldest first, 500 of each at most."""
    return LeftDocument.model_validate(_left(console, visitor), from_attributes=True)


@router.post("/api/left/voicemails/{voicemail_id}/close")
def close_voicemail_api(console: Here, visitor: Watcher, voicemail_id: RowId, _wish: SettleWish) -> Settled:
    """Somebody heard the message and saw to it; 409 where it is settled already."""
    with console.ledger.transaction() as session:
        service.settle_voicemail(session, user_of(visitor), voicemail_id)
    return Settled(id=voicemail_id)


@router.post("/api/left/call-backs/{call_back_id}/close")
def close_call_back_api(console: Here, visitor: Watcher, call_back_id: RowId, _wish: SettleWish) -> Settled:
    """The caller was called back; 409 where it is settled already."""
    with console.ledger.transaction() as session:
        service.settle_call_back(session, user_of(visitor), call_back_id)
    return Settled(id=call_back_id)


def _left(console: Console, visitor: Visitor) -> Left:
    with console.ledger.reading() as session:
        return service.left_for(session, user_of(visitor))
