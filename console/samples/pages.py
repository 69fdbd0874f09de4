"""`/samples`, `/samples/{draw_id}` and the form of each drawn call."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Here
from console.rights import Right, require
from console.samples import service, wording
from console.samples.schemas import read_finding, read_wish
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import RowId

router = APIRouter()


@router.get("/samples")
def list_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """Every draw, the newest first."""
    require(visitor, Right.SAMPLES)
    with console.ledger.reading() as session:
        draws = service.list_draws(session, user_of(visitor))
    return console.pages.page(request, "samples/list.html", visitor, draws=draws)


@router.get("/samples/{draw_id}")
def draw_page(request: Request, console: Here, visitor: SignedIn, draw_id: RowId) -> Response:
    """One draw: what it says, and its calls, those first that the visitor has to hear."""
    require(visitor, Right.SAMPLES)
    wish = read_wish(request.query_params)
    with console.ledger.reading() as session:
        view = service.open_draw(session, user_of(visitor), draw_id, wish)
    return console.pages.page(request, "samples/one.html", visitor, view=view, wording=wording)


@router.post("/samples/{draw_id}/calls/{sampled_id}/check")
def check(
    console: Here,
    visitor: OwnForm,
    *,
    draw_id: RowId,
    sampled_id: RowId,
    missed: Annotated[str, Form()] = "",
    score: Annotated[str, Form()] = "",
) -> Response:
    """Say what was found in a drawn call, and go back to the draw."""
    require(visitor, Right.SAMPLES)
    finding = read_finding(missed=missed, score=score)
    with console.ledger.transaction() as session:
        part = service.check(session, user_of(visitor), draw_id, sampled_id, finding)
    return RedirectResponse(f"/samples/{draw_id}?part={part}#sampled-{sampled_id}", status_code=303)
