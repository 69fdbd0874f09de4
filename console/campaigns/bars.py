"""`/campaigns/do-not-call`: who is not called (免打扰)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.campaigns import service
from console.campaigns.runners import Runner, RunnersForm
from console.context import Console, Here
from console.errors import BadInput
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, checked_day
from ledger.clock import start_of_day

router = APIRouter()


@router.get("/campaigns/do-not-call")
def bars_page(
    request: Request,
    console: Here,
    visitor: Runner,
    *,
    number: Annotated[str, Query(max_length=40)] = "",
    first: Annotated[int, Query(alias="from", ge=0, le=HIGHEST_ID)] = 0,
) -> Response:
    """Who is not called: all, or whose number contains what is looked for."""
    return _bars(request, console, visitor, number=number, first=first)


@router.post("/campaigns/do-not-call")
def bar(
    request: Request,
    console: Here,
    visitor: RunnersForm,
    *,
    number: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Put a number on the list; until the end of a day, or for ever."""
    try:
        with console.ledger.transaction() as session:
            service.bar(session, user_of(visitor), number, why, _end_of(until, console))
    except BadInput as error:
        typed = {"number": number, "why": why, "until": until}
        return _bars(request, console, visitor, status=422, problem=error, typed=typed)
    return RedirectResponse("/campaigns/do-not-call", status_code=303)


@router.post("/campaigns/do-not-call/remove")
def unbar(console: Here, visitor: RunnersForm, number: Annotated[str, Form()] = "") -> Response:
    """Take a number off the list."""
    with console.ledger.transaction() as session:
        service.unbar(session, user_of(visitor), number)
    return RedirectResponse("/campaigns/do-not-call", status_code=303)


def _bars(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    number: str = "",
    first: int = 0,
    status: int = 200,
    problem: BadInput | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    with console.ledger.reading() as session:
        found, after = service.list_bars(session, number, first)
    return console.pages.page(
        request,
        "campaigns/bars.html",
        visitor,
        status=status,
        bars=found,
        number=number,
        before=max(0, first - service.BARS_OF_PAGE) if first else None,
        after=after,
        problem=problem,
        problem_words=error_words(problem) if problem else "",
        typed=typed or {"number": "", "why": "", "until": ""},
    )


def _end_of(day: str, console: Console) -> datetime | None:
    if not day:
        return None
    return start_of_day(checked_day(day, "until") + timedelta(days=1), console.zone).astimezone(UTC)
