"""`POST /calls/{id}/marks` and `PUT /api/calls/{id}/marks`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.calls.service import open_call
from console.context import Here
from console.marks import repository, service
from console.marks.schemas import MarkingWish, MarksDocument, check_marking, marks_document, read_marking
from console.rendering import is_fragment_wanted
from console.rights import Right, require, rights_of
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import Fields

router = APIRouter()


@router.post("/calls/{call_id}/marks")
def mark_form(request: Request, console: Here, visitor: OwnForm, call_id: str, fields: Fields) -> Response:
    """Give marks; htmx gets them anew, others go back to the call."""
    require(visitor, Right.REVIEW)
    marking = read_marking(fields)
    user = user_of(visitor)
    with console.ledger.transaction() as session:
        service.mark(session, user, call_id, marking)
        view = open_call(session, call_id, unmasked=False, viewer=user)
    if not is_fragment_wanted(request):
        return RedirectResponse(f"/calls/{call_id}#marks-of-people", status_code=303)
    return console.pages.page(
        request, "calls/_marks.html", visitor, view=view, rights=rights_of(visitor), is_saved=True
    )


@router.put("/api/calls/{call_id}/marks")
def mark_api(console: Here, visitor: SignedIn, call_id: str, wish: MarkingWish) -> MarksDocument:
    """Give marks."""
    require(visitor, Right.REVIEW)
    marking = check_marking(wish.marks, comment=wish.comment, praise=wish.praise, seen=wish.seen)
    user = user_of(visitor)
    with console.ledger.transaction() as session:
        service.mark(session, user, call_id, marking)
        own = repository.own_marks(session, call_id, user.id)
    assert own is not None
    return marks_document(own)
