"""`/enquiries`: entering sales and enquiries, what came of them, the panel of a call, and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import holder
from console.business import wording
from console.business.schemas import number
from console.business.service import lists_of
from console.context import Console, Here
from console.enquiries import service
from console.enquiries.schemas import EnquiryOrder, Entered, Settling, read_order, read_result
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right
from console.signin.visitors import anyones_form, user_of
from console.texts import Fields, RowId
from desks.figures import enquiries_of_call, entered_last

router = APIRouter()

Operator = Annotated[Visitor, holder(Right.DESK)]
OperatorsForm = Annotated[Visitor, holder(Right.DESK, of=anyones_form)]
CallOf = Annotated[str, Query(pattern="^[A-Za-z0-9-]{0,40}$")]


@router.get("/enquiries")
def list_page(request: Request, console: Here, visitor: Operator) -> Response:
    """The form, and what one has entered."""
    return _page(request, console, visitor, "enquiries/page.html")


@router.get("/enquiries/panel")
def panel(request: Request, console: Here, visitor: Operator, *, call: CallOf = "") -> Response:
    """The form inside the operator's page, for a call."""
    return _page(request, console, visitor, "enquiries/_panel.html", call=call)


@router.post("/enquiries")
def enter(request: Request, console: Here, visitor: OperatorsForm, fields: Fields) -> Response:
    """Enter one, and go back to where it was entered."""
    order = read_order(fields)
    with console.ledger.transaction() as session:
        service.enter(session, user_of(visitor), order)
    return _after(request, console, visitor, fields)


@router.post("/enquiries/{enquiry_id}/settle")
def settle(
    request: Request, console: Here, visitor: OperatorsForm, enquiry_id: RowId, fields: Fields
) -> Response:
    """Say what came of one."""
    result, reason = read_result(fields)
    settling = Settling(result=result, reason=reason, version=number(fields, "version") or 0)
    with console.ledger.transaction() as session:
        service.settle(session, user_of(visitor), enquiry_id, settling)
    return _after(request, console, visitor, fields)


@router.post("/api/enquiries")
def enter_api(console: Here, visitor: Operator, order: EnquiryOrder) -> Entered:
    """Enter a sale or an enquiry."""
    with console.ledger.transaction() as session:
        return Entered(id=service.enter(session, user_of(visitor), order))


@router.post("/api/enquiries/{enquiry_id}/settle")
def settle_api(console: Here, visitor: Operator, enquiry_id: RowId, settling: Settling) -> Entered:
    """Say what came of an enquiry."""
    with console.ledger.transaction() as session:
        service.settle(session, user_of(visitor), enquiry_id, settling)
    return Entered(id=enquiry_id)


def _after(request: Request, console: Console, visitor: Visitor, fields: Mapping[str, str]) -> Response:
    """The panel as it is now where htmx asked for it, else the list."""
    call = fields.get("call", "")
    if call and is_fragment_wanted(request):
        return _page(request, console, visitor, "enquiries/_panel.html", call=call)
    return RedirectResponse("/enquiries", status_code=303)


def _page(request: Request, console: Console, visitor: Visitor, template: str, *, call: str = "") -> Response:
    with console.ledger.reading() as session:
        lists = lists_of(session)
        found: Any = (
            enquiries_of_call(session, call) if call else entered_last(session, user_of(visitor).display_name)
        )
    return console.pages.page(
        request, template, visitor, lists=lists, found=found, call=call, wording=wording
    )
