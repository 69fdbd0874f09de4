"""`/audit`: the log, its verification, and its export."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from console.admission import holder
from console.auditlog import service
from console.auditlog.schemas import AuditWish, read_wish
from console.context import Console, Here
from console.links import AUDIT
from console.rendering import Visitor
from console.rights import Right, rights_of
from console.signin.visitors import anyones_form, user_of
from ledger.audit_actions import AuditAction

router = APIRouter()


Auditor = Annotated[Visitor, holder(Right.AUDIT)]
AuditorsForm = Annotated[Visitor, holder(Right.AUDIT, of=anyones_form)]


@router.get(AUDIT)
def log_page(request: Request, console: Here, visitor: Auditor) -> Response:
    """Fifty rows, newest first."""
    return _page(request, console, visitor, read_wish(request.query_params))


@router.post(AUDIT + "/verify")
def verify(request: Request, console: Here, visitor: AuditorsForm) -> Response:
    """Read the whole log anew and say what is wrong with it."""
    problems = service.verify(console.ledger, user_of(visitor))
    return _page(request, console, visitor, AuditWish(), problems)


@router.get(AUDIT + "/export.csv")
def export(request: Request, console: Here, visitor: Auditor) -> StreamingResponse:
    """The rows of the same filters as a file."""
    wish = read_wish(request.query_params)
    with console.ledger.transaction() as session:
        service.note_export(session, user_of(visitor), wish)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    rows = service.export(console.ledger, wish, console.zone)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


def _page(
    request: Request, console: Console, visitor: Visitor, wish: AuditWish, problems: tuple[str, ...] = ()
) -> Response:
    with console.ledger.reading() as session:
        view = service.open_log(session, wish, console.zone, problems)
    return console.pages.page(
        request,
        "auditlog/page.html",
        visitor,
        view=view,
        wish=wish,
        actions=list(AuditAction),
        rights=rights_of(visitor),
    )
