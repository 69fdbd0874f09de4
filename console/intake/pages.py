"""`/report`: the public form, without sign-in and without scripts; its receipt; and the state of a report."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from console.context import Console, Here
from console.errors import BadInput, NoSuchPage
from console.intake import wording
from console.intake.schemas import NOT_FOUND, Typed
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.cookies import set_cookie
from console.signin.visitors import check_form, origin_of
from console.tickets.wording import NATURES, STATES
from console.tokens import new_token
from desks.intake import forms
from desks.intake.trying import AlwaysLate
from desks.tickets import Kind, Named, lists
from desks.tickets.errors import BadTicket
from ledger.errors import NotFound

COOKIE = "hotline_report"  # the secret behind the form's token
LIFE = timedelta(hours=4)
A_FIELD = Form()


def _typed(
    *,
    once: Annotated[str, A_FIELD] = "",
    kind: Annotated[str, A_FIELD] = "",
    service: Annotated[str, A_FIELD] = "",
    line: Annotated[str, A_FIELD] = "",
    name: Annotated[str, A_FIELD] = "",
    contact: Annotated[str, A_FIELD] = "",
    text: Annotated[str, A_FIELD] = "",
) -> Typed:
    return Typed(once=once, kind=kind, service=service, line=line, name=name, contact=contact, text=text)


def _counted(request: Request, console: Here, csrf: Annotated[str, A_FIELD] = "") -> None:
    """Raises ForgedForm, TooManyRequests: what is ours is counted by the address that it comes from."""
    check_form(request.cookies.get(COOKIE, ""), csrf)
    console.report_limits.take(origin_of(request).address)


router = APIRouter()


@router.get("/report")
def report_page(request: Request, console: Here) -> Response:
    """The form."""
    return _page(request, console, typed=Typed(once=new_token()))


@router.post("/report", dependencies=[Depends(_counted)])
def report(request: Request, console: Here, typed: Annotated[Typed, Depends(_typed)]) -> Response:
    """Take a report in and show its receipt; sent again it is the same one."""
    try:
        with console.ledger.reading() as session:
            form = typed.read(*_choices(console, session))
        ticket = forms.take_form(console.ledger, form)
    except (BadInput, BadTicket, AlwaysLate) as error:
        return _page(request, console, typed=typed, status=error.http_status, problem=error_words(error))
    return _render(request, console, "intake/receipt.html", ticket=ticket)


@router.post("/report/state", dependencies=[Depends(_counted)])
def state(
    request: Request,
    console: Here,
    number: Annotated[str, Form(max_length=40)] = "",
    contact: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """How far a report is, for who knows its number and how it can be reached."""
    try:
        with console.ledger.reading() as session:
            ticket = forms.find_own(session, number.strip(), contact.strip())
    except NotFound:
        asked = {"number": number, "contact": contact}
        typed = Typed(once=new_token())
        return _page(request, console, typed=typed, status=404, state_problem=NOT_FOUND, asked=asked)
    return _render(request, console, "intake/state.html", ticket=ticket, states=STATES)


def _choices(console: Console, session: Session) -> tuple[list[Kind], list[Named]]:
    return lists.kinds(session, console.settings.report_desk), lists.services(session)


def _page(
    request: Request,
    console: Console,
    *,
    typed: Typed,
    status: int = 200,
    problem: str = "",
    state_problem: str = "",
    asked: dict[str, str] | None = None,
) -> Response:
    with console.ledger.reading() as session:
        kinds, services = _choices(console, session)
    if not kinds:
        raise NoSuchPage("there is no public form: the desk of HOTLINE_REPORT_DESK has no kinds of tickets")
    return _render(
        request,
        console,
        "intake/report.html",
        status=status,
        typed=typed,
        kinds=kinds,
        services=services,
        natures=NATURES,
        wording=wording,
        problem=problem,
        state_problem=state_problem,
        asked=asked or {"number": "", "contact": ""},
    )


def _render(
    request: Request, console: Console, template: str, *, status: int = 200, **values: Any
) -> Response:
    secret = request.cookies.get(COOKIE) or new_token()
    visitor = Visitor(user=None, secret=secret)
    response = console.pages.page(request, template, visitor, status=status, **values)
    set_cookie(request, response, COOKIE, secret, LIFE)
    return response
