"""`POST /calls/{id}/findings/{finding_id}/review`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.calls.service import open_call
from console.context import Here
from console.rendering import is_fragment_wanted
from console.reviews import service
from console.reviews.schemas import read_ruling
from console.signin.visitors import OwnForm, user_of

router = APIRouter()


@router.post("/calls/{call_id}/findings/{finding_id}/review")
def review(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    call_id: str,
    finding_id: int,
    decision: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
) -> Response:
    """Decide on a finding; htmx gets the finding and the score anew, others go back to the call."""
    ruling = read_ruling(call_id=call_id, finding_id=finding_id, decision=decision, comment=comment)
    with console.ledger.transaction() as session:
        service.decide(session, user_of(visitor), ruling)
        view = open_call(session, call_id, unmasked=False, viewer=user_of(visitor))
    if not is_fragment_wanted(request):
        return RedirectResponse(f"/calls/{view.call.id}#finding-{finding_id}", status_code=303)
    judged = next(one for one in view.judged if one.finding.id == finding_id)
    return console.pages.page(request, "reviews/_decided.html", visitor, view=view, judged=judged)
