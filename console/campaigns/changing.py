"""`/campaigns/ID/change`: the form that changes a campaign, and what was changed before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.campaigns import service, wording
from console.campaigns.forms import read_order
from console.campaigns.orders import ChangeOrder, order_of
from console.campaigns.runners import Runner, RunnersForm
from console.context import Console, Here
from console.errors import BadInput
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, Fields, RowId
from desks.campaigns.campaign import Campaign
from desks.campaigns.changes import PAUSE, list_changes
from desks.campaigns.changing import has_called
from ledger.errors import Conflict, HotlineError

router = APIRouter()


@router.get("/campaigns/{campaign_id}/change")
def change_page(request: Request, console: Here, visitor: Runner, campaign_id: RowId) -> Response:
    """The form, filled in with what the campaign is."""
    return _form(request, console, visitor, campaign_id)


@router.post("/campaigns/{campaign_id}/change")
def change(
    request: Request,
    console: Here,
    visitor: RunnersForm,
    campaign_id: RowId,
    fields: Fields,
    *,
    days: Annotated[list[int] | None, Form()] = None,
    version: Annotated[int, Form(ge=0, le=HIGHEST_ID)],  # noqa: ARG001 - a form without it is refused
) -> Response:
    """Change the campaign and go there; a refusal keeps what was typed, and shows what others changed."""
    try:
        order = read_order(ChangeOrder, fields, days or [])
        with console.ledger.transaction() as session:
            service.change(session, user_of(visitor), campaign_id, order, console.switchboard)
    except (BadInput, Conflict) as error:
        return _form(request, console, visitor, campaign_id, problem=error, typed=fields, days=days or [])
    return RedirectResponse(f"/campaigns/{campaign_id}", status_code=303)


def _form(
    request: Request,
    console: Console,
    visitor: Visitor,
    campaign_id: int,
    *,
    problem: HotlineError | None = None,
    typed: dict[str, str] | None = None,
    days: list[int] | None = None,
) -> Response:
    user = user_of(visitor)
    with console.ledger.reading() as session:
        campaign = service.get(session, user, campaign_id)
        is_held, changed = has_called(session, campaign_id), list_changes(session, campaign_id)
    is_now = _fields(campaign)
    return console.pages.page(
        request,
        "campaigns/change.html",
        visitor,
        status=problem.http_status if problem else 200,
        campaign=campaign,
        is_held=is_held,
        changes=changed,
        desks=service.desks_of(user, console.switchboard, campaign.desk),
        desk_names={desk.id: desk.name for desk in console.switchboard.desks},
        wording=wording,
        problem=problem,
        problem_words=error_words(problem) if problem else "",
        typed=is_now if typed is None else {**typed, **_held(is_now, is_held=is_held)},
        days=list(campaign.hours.days) if days is None else days,
    )


def _held(is_now: dict[str, str], *, is_held: bool) -> dict[str, str]:
    """What a form with disabled fields does not send."""
    return {name: is_now[name] for name in ("kind", "mode", "desk")} if is_held else {}


def _fields(campaign: Campaign) -> dict[str, str]:
    """A campaign as the form has it."""
    told = order_of(campaign)
    return {
        "name": told.name,
        "kind": told.kind,
        "mode": told.mode,
        "desk": told.desk,
        "opens": f"{told.opens:%H:%M}",
        "closes": f"{told.closes:%H:%M}",
        "most_attempts": str(told.most_attempts),
        "earliest_h": f"{told.earliest_h:g}",
        "limit_h": f"{told.limit_h:g}",
        "takes_tickets": "yes" if told.takes_tickets else "",
        **{f"{PAUSE}{outcome}": f"{pause:g}" for outcome, pause in told.pauses_min.items()},
    }
