"""`/campaigns/panel`: the person and the questions of the call-back that an operator holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.admission import holder
from console.campaigns import service, wording
from console.context import Console, Here
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form
from console.texts import Fields

router = APIRouter()
AtDesk = Annotated[Visitor, holder(Right.DESK)]
AtDesksForm = Annotated[Visitor, holder(Right.DESK, of=anyones_form)]


@router.get("/campaigns/panel")
def panel(
    request: Request, console: Here, visitor: AtDesk, call: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The person and the questions of the call-back that an operator holds: a fragment."""
    return _panel(request, console, visitor, call)


@router.post("/campaigns/calls/{call_id}/answers")
def write_down(
    request: Request, console: Here, visitor: AtDesksForm, call_id: str, fields: Fields
) -> Response:
    """Keep what the person answered; the panel again, and that it is kept."""
    answers = {
        name.removeprefix("answer-"): value for name, value in fields.items() if name.startswith("answer-")
    }
    with console.ledger.transaction() as session:
        service.write_down(
            session, visitor, call_id, answers, fields.get("remark", ""), bars_it=fields.get("bar") == "yes"
        )
    return _panel(request, console, visitor, call_id, is_kept=True)


def _panel(
    request: Request, console: Console, visitor: Visitor, call_id: str, *, is_kept: bool = False
) -> Response:
    with console.ledger.reading() as session:
        told, person, campaign = service.find_attempt(session, visitor, call_id)
    return console.pages.page(
        request,
        "campaigns/panel.html",
        visitor,
        told=told,
        person=person,
        campaign=campaign,
        wording=wording,
        is_kept=is_kept,
    )
