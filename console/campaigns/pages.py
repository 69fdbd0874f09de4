"""`/campaigns`: the list with its figures; what makes, fills, starts and stops a campaign."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from console.campaigns import service, wording
from console.campaigns.forms import read_order, read_text_of
from console.campaigns.looking import stand
from console.campaigns.one import render
from console.campaigns.orders import CampaignOrder
from console.campaigns.runners import Runner, RunnersForm
from console.campaigns.schemas import Filled
from console.context import Console, Here
from console.errors import BadInput
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, Fields, RowId
from desks.campaigns.standard import STANDARD
from desks.campaigns.states import CampaignState
from ledger.errors import Conflict

router = APIRouter()


@router.get("/campaigns")
def list_page(request: Request, console: Here, visitor: Runner) -> Response:
    """All campaigns with their figures, and the form of a new one."""
    return _list(request, console, visitor)


@router.post("/campaigns")
def make(
    request: Request,
    console: Here,
    visitor: RunnersForm,
    fields: Fields,
    *,
    days: Annotated[list[int] | None, Form()] = None,
    numbers: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Make a campaign with its people and go there; a refusal shows the form again and says why."""
    try:
        order, text = read_order(CampaignOrder, fields, days or []), read_text_of(numbers, file)
        with console.ledger.transaction() as session:
            made = service.make(session, user_of(visitor), order, console.switchboard)
            filled = service.fill(session, user_of(visitor), made, text, console.zone)
    except BadInput as error:
        return _list(request, console, visitor, status=422, problem=error, typed=fields, days=days or [])
    return _lead_to(console, made, filled)


@router.post("/campaigns/{campaign_id}/people")
def add_people(
    request: Request,
    console: Here,
    visitor: RunnersForm,
    campaign_id: RowId,
    *,
    numbers: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Add people, and say what became of every line."""
    try:
        text = read_text_of(numbers, file)
        with console.ledger.transaction() as session:
            filled = service.fill(session, user_of(visitor), campaign_id, text, console.zone)
    except (BadInput, Conflict) as error:
        return render(request, console, visitor, campaign_id, problem=error, typed=numbers)
    return _lead_to(console, campaign_id, filled)


@router.post("/campaigns/{campaign_id}/state")
def move(
    request: Request,
    console: Here,
    visitor: RunnersForm,
    campaign_id: RowId,
    *,
    state: Annotated[CampaignState, Form()],
    version: Annotated[int, Form(ge=0, le=HIGHEST_ID)],
) -> Response:
    """Start, pause or stop."""
    try:
        with console.ledger.transaction() as session:
            service.move(session, user_of(visitor), campaign_id, state, console.switchboard, version=version)
    except (BadInput, Conflict) as error:
        return render(request, console, visitor, campaign_id, problem=error)
    return RedirectResponse(f"/campaigns/{campaign_id}", status_code=303)


def _lead_to(console: Console, campaign_id: int, filled: Filled) -> Response:
    """To the campaign's page, which says what became of every line and may be loaded again."""
    told = urlencode({"filled": console.lately.keep(filled)})
    return RedirectResponse(f"/campaigns/{campaign_id}?{told}", status_code=303)


def _list(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    status: int = 200,
    problem: BadInput | None = None,
    typed: dict[str, str] | None = None,
    days: list[int] | None = None,
) -> Response:
    user = user_of(visitor)
    with console.ledger.reading() as session:
        views = service.list_campaigns(session, user)
        stands = {
            view.campaign.id: stand(session, view.campaign, console.switchboard)
            for view in views
            if view.campaign.state is CampaignState.RUNNING
        }
    return console.pages.page(
        request,
        "campaigns/list.html",
        visitor,
        status=status,
        views=[view for view in views if view.campaign.state is not CampaignState.STOPPED],
        ended=[view for view in views if view.campaign.state is CampaignState.STOPPED],
        stands=stands,
        by_kind=service.by_kind(views),
        desks=service.desks_of(user, console.switchboard),
        chosen_desk=console.switchboard.outbound_desk,
        standard=STANDARD,
        wording=wording,
        problem=problem,
        problem_words=error_words(problem) if problem else "",
        typed=typed or {},
        days=days,
    )
