"""`/campaigns/ID`: one campaign as it is now, its people, what was changed; and all of it as a file."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.campaigns import looking, wording
from console.campaigns.exporting import Exporter
from console.campaigns.looking import read_chosen
from console.campaigns.runners import Runner
from console.campaigns.schemas import Filled
from console.context import Console, Here
from console.figures import exports
from console.language import language_of
from console.refusal_words import error_words
from console.rendering import Visitor, is_fragment_wanted
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId
from desks.campaigns.changes import list_changes
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.errors import HotlineError

router = APIRouter()


@router.get("/campaigns/{campaign_id}")
def one_page(
    request: Request,
    console: Here,
    visitor: Runner,
    campaign_id: RowId,
    *,
    first: Annotated[int, Query(alias="from", ge=0, le=HIGHEST_ID)] = 0,
    filled: str = "",
) -> Response:
    """One campaign, perhaps with what became of lines that were sent; htmx gets what changes alone."""
    if is_fragment_wanted(request):
        return _now(request, console, visitor, campaign_id)
    became = console.lately.find(filled)
    return render(request, console, visitor, campaign_id, first=first, filled=became)


@router.get("/campaigns/{campaign_id}/export.xlsx")
def export_xlsx(request: Request, console: Here, visitor: Runner, campaign_id: RowId) -> Response:
    """The chosen people, the figures and the answers as a workbook."""
    exporter = _exported(request, console, visitor, campaign_id, "xlsx")
    return exports.send_xlsx(exporter.all(), f"campaign-{campaign_id}")


@router.get("/campaigns/{campaign_id}/export.csv")
def export_csv(request: Request, console: Here, visitor: Runner, campaign_id: RowId) -> Response:
    """The chosen people."""
    exporter = _exported(request, console, visitor, campaign_id, "csv")
    return exports.send_csv(exporter.people(), f"campaign-{campaign_id}")


def render(
    request: Request,
    console: Console,
    visitor: Visitor,
    campaign_id: int,
    *,
    first: int = 0,
    filled: Filled | None = None,
    problem: HotlineError | None = None,
    typed: str = "",
) -> Response:
    """The page of a campaign, perhaps with what became of something that was sent."""
    user, chosen = user_of(visitor), read_chosen(request.query_params)
    with console.ledger.reading() as session:
        now = looking.look(session, user, console.switchboard, campaign_id)
        people = looking.choose(session, user, now.view.campaign, chosen, first)
        changes = list_changes(session, campaign_id)
    return console.pages.page(
        request,
        "campaigns/one.html",
        visitor,
        status=problem.http_status if problem else 200,
        people=people,
        changes=changes,
        filled=filled,
        problem=problem,
        problem_words=error_words(problem) if problem else "",
        typed=typed,
        **_values(console, now),
    )


def _now(request: Request, console: Console, visitor: Visitor, campaign_id: int) -> Response:
    with console.ledger.reading() as session:
        now = looking.look(session, user_of(visitor), console.switchboard, campaign_id)
    return console.pages.page(request, "campaigns/_now.html", visitor, **_values(console, now))


def _values(console: Console, now: looking.Present) -> dict[str, Any]:
    """What both templates need."""
    desks = {desk.id: desk.name for desk in console.switchboard.desks}
    return {"now": now, "view": now.view, "desk_names": desks, "wording": wording}


def _exported(request: Request, console: Console, visitor: Visitor, campaign_id: int, kind: str) -> Exporter:
    """What is exported; that it is stands in the audit log before it goes out."""
    user, chosen = user_of(visitor), read_chosen(request.query_params)
    with console.ledger.reading() as session:
        exporter = Exporter.of(
            session,
            looking.look(session, user, console.switchboard, campaign_id),
            chosen,
            zone=console.zone,
            translate=partial(console.pages.translate, language_of(request)),
        )
    with console.ledger.transaction() as session:
        details = {"campaign": str(campaign_id), "as": kind, "people": str(len(exporter.views))}
        write(session, Act(user=user, action=AuditAction.DOWNLOADED, details=details))
    return exporter
