"""`GET` and `PUT /api/calls/{id}/draft`: seen by nobody but who typed it, and no change of the call."""

from __future__ import annotations

from fastapi import APIRouter

from console.context import Here
from console.drafts import service
from console.drafts.schemas import DraftDocument, DraftWish, check_fields
from console.rights import Right, require
from console.signin.visitors import SignedIn, user_of

router = APIRouter()


@router.get("/api/calls/{call_id}/draft")
def draft(console: Here, visitor: SignedIn, call_id: str) -> DraftDocument:
    """What the visitor has typed on the call's page and not sent yet."""
    require(visitor, Right.REVIEW)
    with console.ledger.reading() as session:
        found = service.open_draft(session, user_of(visitor), call_id)
    return DraftDocument(fields=dict(found.fields), at=found.at)


@router.put("/api/calls/{call_id}/draft")
def keep_draft(console: Here, visitor: SignedIn, call_id: str, wish: DraftWish) -> DraftDocument:
    """Keep fields that changed; the others stay as they are."""
    require(visitor, Right.REVIEW)
    fields = check_fields(wish.fields)
    with console.ledger.transaction() as session:
        kept = service.keep(session, user_of(visitor), call_id, fields)
    return DraftDocument(fields=dict(kept.fields), at=kept.at)
