"""The operator's page for programs: a telephone with buttons, a test's synthetic operator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from console.admission import holder
from console.context import Here
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import user_of
from console.workplace import service
from console.workplace.schemas import (
    HandOverDocument,
    ReadBackDocument,
    ShownDocument,
    TransferDocument,
    WorkplaceDocument,
    WrapUpDocument,
    document_of,
    hand_over_document,
    read_shown,
)

router = APIRouter()
Operator = Annotated[Visitor, holder(Right.OWN)]


@router.get("/api/workplace")
def workplace(console: Here, visitor: Operator) -> WorkplaceDocument:
    """What the operator does now, and the call that is talked."""
    with console.ledger.reading() as session:
        return document_of(service.open_view(session, console.switchboard, user_of(visitor)))


@router.post("/api/workplace/calls/{call_id}/shown")
def show_number(console: Here, visitor: Operator, call_id: str, body: ShownDocument) -> ShownDocument:
    """Keep what the operator has picked for the caller."""
    entry = "" if body.entry is None else str(body.entry)
    shown = read_shown(number=body.number, name=body.name, entry=entry)
    with console.ledger.transaction() as session:
        service.show_number(session, user_of(visitor), call_id, shown)
    return ShownDocument(number=shown.number, name=shown.name, entry=body.entry)


@router.post("/api/workplace/calls/{call_id}/read-back")
def read_back(console: Here, visitor: Operator, call_id: str, body: ReadBackDocument) -> HandOverDocument:
    """Hand the caller to the machine that reads the number out; the operator is free at once."""
    with console.ledger.transaction() as session:
        service.read_back(session, user_of(visitor), call_id, body.number)
        return hand_over_document(service.hand_over_of(session, user_of(visitor), call_id))


@router.post("/api/workplace/calls/{call_id}/transfer")
def transfer(console: Here, visitor: Operator, call_id: str, body: TransferDocument) -> HandOverDocument:
    """Hand the caller to another desk, or to the menu."""
    with console.ledger.transaction() as session:
        service.transfer(session, console.switchboard, user_of(visitor), call_id, body.to)
        return hand_over_document(service.hand_over_of(session, user_of(visitor), call_id))


@router.get("/api/workplace/calls/{call_id}/hand-over")
def hand_over(console: Here, visitor: Operator, call_id: str) -> HandOverDocument:
    """What came of it."""
    with console.ledger.reading() as session:
        return hand_over_document(service.hand_over_of(session, user_of(visitor), call_id))


@router.post("/api/workplace/calls/{call_id}/wrap-up")
def wrap_up(console: Here, visitor: Operator, call_id: str, body: WrapUpDocument) -> WorkplaceDocument:
    """Say what the call was about, in the conversation or after it."""
    with console.ledger.transaction() as session:
        service.wrap_up(session, console.switchboard, user_of(visitor), call_id, body.reason)
        return document_of(service.open_view(session, console.switchboard, user_of(visitor)))
