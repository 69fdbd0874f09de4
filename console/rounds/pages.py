"""`/rounds`: one's own blind reviews; for leads the rounds and what they gave. The same under `/api`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.calls.service import facts_for, handling_of
from console.context import Console, Here
from console.rendering import Visitor
from console.rights import Right, has, require, rights_of
from console.rounds import service, wording
from console.rounds.schemas import (
    AgreementDocument,
    OpenTaskDocument,
    RoundsDocument,
    RoundView,
    read_sheet,
    round_document,
)
from console.secrets import Unmasked, note_secrets
from console.signin.visitors import OwnForm, SignedIn, user_of
from console.texts import Fields, RowId
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.states import Verdict
from qa_scoring.agreement.reporting import MARKS
from qa_scoring.agreement.scales import KRIPPENDORFF, LANDIS_KOCH
from qa_scoring.pack_schema import Dimension

router = APIRouter()


@router.get("/rounds")
def list_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """What waits for the visitor, and for leads all rounds."""
    with console.ledger.reading() as session:
        waiting = service.waiting_for(session, user_of(visitor))
        changeable = service.changeable_of(session, user_of(visitor))
        views = service.list_views(session, user_of(visitor)) if has(visitor, Right.ROUNDS) else []
    return console.pages.page(
        request,
        "rounds/list.html",
        visitor,
        waiting=waiting,
        changeable=changeable,
        views=views,
        rights=rights_of(visitor),
        told=wording,
    )


@router.get("/rounds/tasks/{task_id}")
def task_page(
    request: Request, console: Here, visitor: SignedIn, task_id: RowId, unmasked: Unmasked
) -> Response:
    """The call, and the form in place of what was found in it; once all is in, the call's own page."""
    user = user_of(visitor)
    with console.ledger.reading() as session:
        task = service.own_task(session, user, task_id)
        view = service.open_task(session, user, task, unmasked=unmasked)
        handling = handling_of(session, task.call_id, is_blind=True)
    if view is None:
        return RedirectResponse(f"/calls/{task.call_id}", status_code=303)
    write_once(console.ledger, Act(user=user, action=AuditAction.LOOKED, call_id=task.call_id))
    note_secrets(console, visitor, task.call_id, "page", unmasked=unmasked)
    rights = rights_of(visitor)
    return console.pages.page(
        request,
        "rounds/task.html",
        visitor,
        view=view.call,
        blind=view,
        facts=facts_for(view.call.call, rights),
        handling=handling,
        rights=rights,
        verdicts=list(Verdict),
        standards=list(Dimension),
        marks=MARKS,
        told=wording,
    )


@router.post("/rounds/tasks/{task_id}")
def submit(console: Here, visitor: OwnForm, task_id: RowId, fields: Fields) -> Response:
    """Keep the review and go on to the next."""
    user = user_of(visitor)
    with console.ledger.transaction() as session:
        sheet = read_sheet(fields, service.own_task(session, user, task_id))
        service.submit(session, user, task_id, sheet)
        left = service.waiting_for(session, user)
    address = f"/rounds/tasks/{left[0].task.id}" if left else "/rounds"
    return RedirectResponse(address, status_code=303)


@router.get("/rounds/{round_id}")
def round_page(request: Request, console: Here, visitor: SignedIn, round_id: RowId) -> Response:
    """A round: who is how far, and once it is closed what it gave."""
    require(visitor, Right.ROUNDS)
    with console.ledger.reading() as session:
        view = service.open_view(session, user_of(visitor), round_id)
        outcome = service.outcome_of(session, user_of(visitor), view) if view.is_closed else None
    return console.pages.page(
        request,
        "rounds/round.html",
        visitor,
        view=view,
        outcome=outcome,
        told=wording,
        sources={"kappa": LANDIS_KOCH, "alpha": KRIPPENDORFF},
    )


@router.post("/rounds/{round_id}/close")
def close(console: Here, visitor: OwnForm, round_id: RowId) -> Response:
    """End a round."""
    require(visitor, Right.ROUNDS)
    with console.ledger.transaction() as session:
        service.close(session, round_id, by=user_of(visitor))
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


@router.get("/api/rounds")
def list_api(console: Here, visitor: SignedIn) -> RoundsDocument:
    """What waits for the visitor, and for leads all rounds."""
    with console.ledger.reading() as session:
        waiting = service.waiting_for(session, user_of(visitor))
        views = service.list_views(session, user_of(visitor)) if has(visitor, Right.ROUNDS) else []
    return RoundsDocument(
        open=[
            OpenTaskDocument(
                task=one.task.id, round=one.round.id, call_id=one.call.id, rules=list(one.task.rules)
            )
            for one in waiting
        ],
        rounds=[round_document(view) for view in views],
    )


@router.get("/api/rounds/{round_id}")
def round_api(console: Here, visitor: SignedIn, round_id: RowId) -> AgreementDocument:
    """What a closed round gave. Before that it is refused."""
    require(visitor, Right.ROUNDS)
    view, agreement = _closed(console, visitor, round_id)
    return AgreementDocument(round=round_document(view), agreement=agreement)


def _closed(console: Console, visitor: Visitor, round_id: int) -> tuple[RoundView, dict[str, Any]]:
    with console.ledger.reading() as session:
        view = service.open_view(session, user_of(visitor), round_id)
        return view, service.outcome_of(session, user_of(visitor), view).report.document
