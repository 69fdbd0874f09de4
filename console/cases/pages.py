"""`/calls/{id}/case`, `/appeals`, `/second-reviews`, and the same for programs under `/api`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.cases import repository, service
from console.cases.documents import appeal_document, case_document, waiting_document
from console.cases.schemas import (
    AppealsDocument,
    CallsOfCases,
    CaseDocument,
    PageStep,
    StepDocument,
    read_wish,
)
from console.context import Here
from console.rights import Right, require, require_own_or
from console.signin.visitors import AnyoneSignedIn, OwnForm, SignedIn, user_of
from console.texts import Fields
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction

router = APIRouter()


@router.post("/calls/{call_id}/case")
def step_form(console: Here, visitor: OwnForm, call_id: str, fields: Fields) -> Response:
    """Take one step and go back to the call, or on to the blind review that was taken."""
    wish = read_wish(fields)
    with console.ledger.transaction() as session:
        service.step(session, visitor, call_id, wish, console.switchboard.review)
        task_id = service.own_task(session, user_of(visitor), call_id) if wish.step is PageStep.TAKE else None
    address = f"/rounds/tasks/{task_id}" if task_id is not None else f"/calls/{call_id}#case"
    return RedirectResponse(address, status_code=303)


@router.get("/api/calls/{call_id}/case")
def case_api(console: Here, visitor: AnyoneSignedIn, call_id: str) -> CaseDocument:
    """How far people are with a call, and what the reader may do now."""
    require_own_or(visitor, Right.LIST)
    with console.ledger.transaction() if visitor.is_operator else console.ledger.reading() as session:
        view = service.view_of(session, visitor, call_id, console.switchboard.review)
        service.note_seen(session, visitor, view)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
    return case_document(view)


@router.post("/api/calls/{call_id}/case")
def step_api(console: Here, visitor: AnyoneSignedIn, call_id: str, wanted: StepDocument) -> CaseDocument:
    """Take one step. No form's token is needed: only JSON is read, which no foreign page may send."""
    require_own_or(visitor, Right.LIST)
    with console.ledger.transaction() as session:
        service.step(session, visitor, call_id, wanted.wish(), console.switchboard.review)
        return case_document(service.view_of(session, visitor, call_id, console.switchboard.review))


@router.get("/appeals")
def appeals_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """Appeals that wait for a decision, and those that were decided."""
    require(visitor, Right.DECIDE)
    with console.ledger.reading() as session:
        waiting = service.appeals_for(session, user_of(visitor), is_decided=False)
        decided = service.appeals_for(session, user_of(visitor), is_decided=True)
    return console.pages.page(request, "cases/appeals.html", visitor, waiting=waiting, decided=decided)


@router.get("/api/appeals")
def appeals_api(console: Here, visitor: SignedIn) -> AppealsDocument:
    """The same for programs."""
    require(visitor, Right.DECIDE)
    with console.ledger.reading() as session:
        waiting = service.appeals_for(session, user_of(visitor), is_decided=False)
        decided = service.appeals_for(session, user_of(visitor), is_decided=True)
    return AppealsDocument(
        waiting=[appeal_document(appeal) for appeal, _ in waiting],
        decided=[appeal_document(appeal) for appeal, _ in decided],
    )


@router.get("/second-reviews")
def second_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """Calls that wait for a second reviewer; nothing of the first."""
    require(visitor, Right.REVIEW)
    with console.ledger.reading() as session:
        waiting = repository.waiting_for_second(session, user_of(visitor))
    return console.pages.page(request, "cases/second.html", visitor, waiting=waiting)


@router.get("/api/second-reviews")
def second_api(console: Here, visitor: SignedIn) -> CallsOfCases:
    """The same for programs."""
    require(visitor, Right.REVIEW)
    with console.ledger.reading() as session:
        waiting = repository.waiting_for_second(session, user_of(visitor))
    return CallsOfCases(calls=[waiting_document(each) for each in waiting])
