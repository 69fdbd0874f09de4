"""Forms of the list: taking, giving back, handing out, the next call of a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.cases.schemas import PageStep, Wish
from console.cases.service import step
from console.context import Console, Here
from console.errors import BadInput
from console.listing import deeds
from console.listing.addresses import clean_query
from console.listing.filters import read_filters, read_order
from console.listing.repository import people_of
from console.refusal_words import error_words
from console.rendering import Visitor
from console.rights import Right, require
from console.signin.visitors import OwnForm, user_of
from console.texts import checked

LONGEST_ID = 64  # characters, of a call's id
LONGEST_NAME = 64  # characters, that somebody signs in with

router = APIRouter()


@router.post("/calls/take")
def take(
    console: Here, visitor: OwnForm, call: Annotated[str, Form()] = "", query: Annotated[str, Form()] = ""
) -> Response:
    """Work on a call."""
    require(visitor, Right.REVIEW)
    return _step(console, visitor, PageStep.TAKE, call, query)


@router.post("/calls/give-back")
def give_back(
    console: Here, visitor: OwnForm, call: Annotated[str, Form()] = "", query: Annotated[str, Form()] = ""
) -> Response:
    """Let go of a call."""
    require(visitor, Right.REVIEW)
    return _step(console, visitor, PageStep.GIVE_BACK, call, query)


@router.post("/calls/next")
def take_next(
    console: Here, visitor: OwnForm, query: Annotated[str, Form()] = "", current: Annotated[str, Form()] = ""
) -> Response:
    """Take the next call of the queue and open it; from the call's page the queue goes on."""
    require(visitor, Right.REVIEW)
    with console.ledger.transaction() as session:
        queue = _queue(session, console, visitor, query)
        call_id = queue.take_next(console.switchboard.review, _call_id("current", current))
    if call_id is None:
        return RedirectResponse(f"/calls?{urlencode({**_query(query), 'done': 'yes'})}", status_code=303)
    address = f"/calls/{quote(call_id)}?{urlencode({'list': clean_query(query)})}"
    return RedirectResponse(address, status_code=303)


@router.post("/calls/hand-out")
def hand_out(
    request: Request,
    console: Here,
    visitor: OwnForm,
    *,
    call: Annotated[list[str] | None, Form()] = None,
    which: Annotated[str, Form()] = "selected",
    to: Annotated[list[str] | None, Form()] = None,
    query: Annotated[str, Form()] = "",
) -> Response:
    """Deal the selected calls, or all that the filters let through, out to people."""
    require(visitor, Right.HAND_OUT)
    if len(call or ()) > deeds.MOST_AT_ONCE:
        raise BadInput(f"call: at most {deeds.MOST_AT_ONCE} calls are handed out at once")
    user = user_of(visitor)
    with console.ledger.transaction() as session:
        queue = _queue(session, console, visitor, query)
        chosen = [_call_id("call", call_id) for call_id in call or ()]
        ids = queue.ids() if which == "all" else queue.among(chosen)
        people = people_of(session, [checked("to", name, LONGEST_NAME) for name in to or ()])
        outcome = deeds.hand_out(session, user, ids, people, console.switchboard.review)
    return console.pages.page(
        request,
        "listing/handed.html",
        visitor,
        outcome=outcome,
        error_words=error_words,
        query=clean_query(query),
    )


@router.post("/calls/hand-out/undo")
def take_back(
    request: Request,
    console: Here,
    visitor: OwnForm,
    calls: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """Undo a hand-out: calls wait for anybody again."""
    require(visitor, Right.HAND_OUT)
    ids = list(dict.fromkeys(_call_id("calls", call_id) for call_id in calls.split()))
    if len(ids) > deeds.MOST_AT_ONCE:
        raise BadInput(f"calls: at most {deeds.MOST_AT_ONCE} calls are taken back at once")
    with console.ledger.transaction() as session:
        done, left = deeds.take_back(session, user_of(visitor), ids)
    return console.pages.page(
        request, "listing/taken_back.html", visitor, done=done, left=left, query=clean_query(query)
    )


def _step(console: Console, visitor: Visitor, wanted: PageStep, call: str, query: str) -> Response:
    """By the same door as on the call's page, from whichever version the list shows."""
    wish = Wish(step=wanted, version=None)
    with console.ledger.transaction() as session:
        step(session, visitor, _call_id("call", call), wish, console.switchboard.review)
    return _back(query, call)


def _call_id(name: str, text: str) -> str:
    return checked(name, text, LONGEST_ID)


def _queue(session: Session, console: Console, visitor: Visitor, query: str) -> deeds.WorkQueue:
    asked = _query(query)
    filters = read_filters(asked)
    return deeds.WorkQueue(
        session=session,
        visitor=visitor,
        filters=filters,
        order=read_order(asked, filters),
        zone=console.zone,
    )


def _query(query: str) -> Mapping[str, str]:
    return dict(parse_qsl(clean_query(query)))


def _back(query: str, call: str) -> Response:
    return RedirectResponse(f"/calls?{clean_query(query) or 'queue=all'}#row-{quote(call)}", status_code=303)
