"""`/api/campaigns`: campaigns for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from console.campaigns import looking, service
from console.campaigns.looking import present_document, read_chosen
from console.campaigns.orders import BarOrder, CampaignOrder, ChangeOrder, Made, PersonOrder, StateOrder
from console.campaigns.runners import Runner
from console.campaigns.schemas import campaign_document, filled_document, person_document
from console.context import Here
from console.signin.visitors import user_of
from console.texts import RowId, check_year

router = APIRouter()
First = Annotated[str, Query(alias="from", pattern="^[0-9]{1,9}$")]  # a place in the list


@router.get("/api/campaigns")
def list_api(console: Here, visitor: Runner) -> list[dict[str, Any]]:
    """All campaigns with their figures, the newest first."""
    with console.ledger.reading() as session:
        return [campaign_document(view) for view in service.list_campaigns(session, user_of(visitor))]


@router.post("/api/campaigns")
def make_api(console: Here, visitor: Runner, order: CampaignOrder) -> Made:
    """Make a campaign, which calls nobody before it is started."""
    with console.ledger.transaction() as session:
        return Made(id=service.make(session, user_of(visitor), order, console.switchboard))


@router.get("/api/campaigns/do-not-call")
def bars_api(
    console: Here,
    visitor: Runner,  # noqa: ARG001 - admits
    *,
    number: Annotated[str, Query(max_length=40)] = "",
    first: First = "0",
) -> list[dict[str, Any]]:
    """Who is not called: a hundred from the place `from` on, all or those whose number contains `number`."""
    with console.ledger.reading() as session:
        found, _after = service.list_bars(session, number, int(first))
        return [
            {
                "number": one.number,
                "why": one.why,
                "by": one.added_by or None,
                "added_at": one.added_at.isoformat(),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in found
        ]


@router.post("/api/campaigns/do-not-call")
def bar_api(console: Here, visitor: Runner, order: BarOrder) -> dict[str, str]:
    """Put a number on the list; a moment without a zone is local."""
    until = order.until
    if until is not None:
        check_year(until, "until")
        until = until if until.tzinfo else until.replace(tzinfo=console.zone)
    with console.ledger.transaction() as session:
        service.bar(session, user_of(visitor), order.number, order.why, until)
    return {"number": order.number}


@router.get("/api/campaigns/{campaign_id}")
def one_api(
    request: Request, console: Here, visitor: Runner, campaign_id: RowId, first: First = "0"
) -> dict[str, Any]:
    """One campaign, why it calls nobody now, and a hundred people from the place `from` on.

    `result` and `number` choose people as on the page.
    """
    user, board, chosen = user_of(visitor), console.switchboard, read_chosen(request.query_params)
    with console.ledger.reading() as session:
        now = looking.look(session, user, board, campaign_id)
        people = looking.choose(session, user, now.view.campaign, chosen, int(first))
    return {
        **campaign_document(now.view),
        **present_document(now),
        "people": [person_document(one, people.visible) for one in people.views],
    }


@router.put("/api/campaigns/{campaign_id}")
def change_api(console: Here, visitor: Runner, campaign_id: RowId, order: ChangeOrder) -> dict[str, int]:
    """Change a campaign, of which `version` was seen; what is not named stays. Its version then."""
    with console.ledger.transaction() as session:
        changed = service.change(session, user_of(visitor), campaign_id, order, console.switchboard)
    return {"version": changed.version}


@router.post("/api/campaigns/{campaign_id}/people")
def people_api(console: Here, visitor: Runner, campaign_id: RowId, order: PersonOrder) -> dict[str, Any]:
    """Add people, one a line; every line is answered for."""
    with console.ledger.transaction() as session:
        return filled_document(
            service.fill(session, user_of(visitor), campaign_id, order.numbers, console.zone)
        )


@router.post("/api/campaigns/{campaign_id}/state")
def state_api(console: Here, visitor: Runner, campaign_id: RowId, order: StateOrder) -> dict[str, Any]:
    """Start, pause or stop a campaign; `notes` say what starting it will not do, e.g. speak a language."""
    user, board = user_of(visitor), console.switchboard
    with console.ledger.transaction() as session:
        service.move(session, user, campaign_id, order.state, board)
        notes = service.unspoken_of(session, service.get(session, user, campaign_id), board)
    return {"state": order.state.value, "notes": [str(note) for note in notes]}
