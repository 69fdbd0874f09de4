"""`/workplace`, an operator's page of the call that is talked, and the same for programs under `/api`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.admission import holder
from console.context import Console, Here
from console.links import WORKPLACE
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, require
from console.signin.visitors import AnyonesForm, user_of
from console.streams import changes, stream
from console.workplace import service
from console.workplace.lookout import Signs
from console.workplace.schemas import Shown, WorkplaceView, read_shown

router = APIRouter()
TOOLS: dict[str, tuple[str, ...]] = {  # below a call, with the styles and scripts that their panels need
    "directory": ("directory.css", "directory.js"),
    "tickets": ("tickets.css", "tickets.js"),
    "knowledge": ("knowledge.css", "knowledge.js"),
    "enquiries": ("enquiries.css",),
    "campaigns": ("campaigns.css",),
}
ASSETS = tuple(name for names in TOOLS.values() for name in names)
GONE = "gone"  # the sign of nothing to see; so the page is opened, too
Operator = Annotated[Visitor, holder(Right.OWN)]


@router.get("/workplace")
def workplace_page(request: Request, console: Here, visitor: Operator) -> Response:
    """The page with the call that is talked, if there is one."""
    return _page(request, console, visitor, "workplace/page.html", assets=ASSETS)


@router.get("/workplace/now")
def now_fragment(request: Request, console: Here, visitor: Operator) -> Response:
    """The state and the call anew, without the tools: what is typed there stays."""
    return _page(request, console, visitor, "workplace/_now.html")


@router.get("/workplace/tools")
def tools_fragment(request: Request, console: Here, visitor: Operator) -> Response:
    """The tools of the desk for the call that is talked."""
    return _page(request, console, visitor, "workplace/_tools.html")


@router.get("/workplace/stream")
async def workplace_stream(console: Here, visitor: Operator) -> Response:
    """An event with a sign whenever the page is no longer true; comments keep a quiet connection open."""
    sign_of = partial(_sign_of, user_of(visitor).name)
    return stream(console.work_feed, "sign", changes(sign_of, told=GONE))


@router.post("/workplace/calls/{call_id}/shown")
def show_number(
    request: Request,
    console: Here,
    visitor: AnyonesForm,
    call_id: str,
    *,
    number: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    entry: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was picked for the caller; htmx gets it as the page shows it."""
    require(visitor, Right.OWN)
    shown: Shown = read_shown(number=number, name=name, entry=entry)
    with console.ledger.transaction() as session:
        service.show_number(session, user_of(visitor), call_id, shown)
    return _page(request, console, visitor, "workplace/_shown_anew.html")


@router.post("/workplace/calls/{call_id}/read-back")
def read_back(
    request: Request,
    console: Here,
    visitor: AnyonesForm,
    call_id: str,
    *,
    number: Annotated[str, Form()] = "",
) -> Response:
    """Hand the caller to the read-back; htmx gets a sentence that follows what comes of it."""
    require(visitor, Right.OWN)
    with console.ledger.transaction() as session:
        service.read_back(session, user_of(visitor), call_id, number)
    return _wish(request, console, visitor, call_id)


@router.post("/workplace/calls/{call_id}/transfer")
def transfer(
    request: Request, console: Here, visitor: AnyonesForm, call_id: str, *, to: Annotated[str, Form()] = ""
) -> Response:
    """Hand the caller to another desk or to the menu."""
    require(visitor, Right.OWN)
    with console.ledger.transaction() as session:
        service.transfer(session, console.switchboard, user_of(visitor), call_id, to)
    return _wish(request, console, visitor, call_id)


@router.get("/workplace/calls/{call_id}/hand-over")
def hand_over_fragment(request: Request, console: Here, visitor: Operator, call_id: str) -> Response:
    """What came of it so far."""
    return _wish(request, console, visitor, call_id)


@router.post("/workplace/calls/{call_id}/wrap-up")
def wrap_up(
    request: Request,
    console: Here,
    visitor: AnyonesForm,
    call_id: str,
    *,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Say what the call was about; who wraps up is idle then."""
    require(visitor, Right.OWN)
    with console.ledger.transaction() as session:
        service.wrap_up(session, console.switchboard, user_of(visitor), call_id, reason)
    return _page(request, console, visitor, "workplace/_now.html")


def _page(request: Request, console: Console, visitor: Visitor, template: str, **values: Any) -> Response:
    """A part of the page; who asks without htmx goes to the whole."""
    if request.method == "POST" and not is_fragment_wanted(request):
        return RedirectResponse(WORKPLACE, status_code=303)
    with console.ledger.reading() as session:
        view = service.open_view(session, console.switchboard, user_of(visitor))
    panels = _panels(view)
    return console.pages.page(request, template, visitor, view=view, panels=panels, **values)


def _wish(request: Request, console: Console, visitor: Visitor, call_id: str) -> Response:
    if request.method == "POST" and not is_fragment_wanted(request):
        return RedirectResponse(WORKPLACE, status_code=303)
    with console.ledger.reading() as session:
        wish = service.hand_over_of(session, user_of(visitor), call_id)
    return console.pages.page(request, "workplace/_wish.html", visitor, wish=wish)


def _panels(view: WorkplaceView) -> list[str]:
    """The addresses of the tools for the call, in the desk's order; of a call-back its questions first."""
    if view.talk is None:
        return []
    first = ("campaigns",) if view.talk.is_outbound else ()
    return [f"/{tool}/panel" for tool in (*first, *view.talk.desk.tools) if tool in TOOLS]


def _sign_of(operator: str, signs: Signs) -> str:
    return signs.get(operator, GONE)
