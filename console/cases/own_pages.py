"""`/published` and `/mine/{id}/appeal`: what operators are shown of their own calls, and their appeals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.cases import repository, service
from console.cases.documents import waiting_document
from console.cases.own_parts import OwnCalls, own_part_document, own_parts
from console.cases.own_trend import drawn, trend_of
from console.cases.schemas import CaseView, read_wish
from console.context import Here
from console.language import language_of
from console.recordings.pages import sound_for_operator
from console.rendering import Visitor
from console.rights import Right, require
from console.signin.visitors import AnyonesForm, AnyoneSignedIn, user_of
from console.texts import Fields
from ledger import cases, judgements
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.errors import NotAllowed, NotFound
from ledger.records import Call
from ledger.states import UserRole

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnView:
    """A published call for its operator."""

    call: Call
    view: CaseView
    words: dict[int, repository.Words]  # by number, as far as they are still kept, with secrets hidden
    comment: str  # of the reviewer, on the call as a whole
    praise: str
    duration_s: float | None  # None: there is no recording any more


@router.get("/published")
def list_page(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """What was published of the operator's own calls."""
    _require_operator(visitor)
    with console.ledger.reading() as session:
        published = repository.published_to(session, user_of(visitor))
        parts = own_parts(session, user_of(visitor))
        trend = trend_of(session, user_of(visitor), console.zone)
    charts = drawn(trend, partial(console.pages.translate, language_of(request)))
    return console.pages.page(
        request,
        "cases/published.html",
        visitor,
        published=published,
        parts=parts,
        trend=trend,
        charts=charts,
        desk_names={each.id: each.name for each in console.switchboard.desks},
    )


@router.get("/api/published")
def list_api(console: Here, visitor: AnyoneSignedIn) -> OwnCalls:
    """The same for programs."""
    _require_operator(visitor)
    with console.ledger.reading() as session:
        published = repository.published_to(session, user_of(visitor))
        parts = own_parts(session, user_of(visitor))
    return OwnCalls(
        calls=[waiting_document(each) for each in published],
        later_parts=[own_part_document(each) for each in parts],
    )


@router.get("/mine/{call_id}/appeal")
def own_page(request: Request, console: Here, visitor: AnyoneSignedIn, call_id: str) -> Response:
    """What was published of one's own call, its sound, and the form of an appeal.

    Once it was looked at it cannot be taken back.
    """
    _require_operator(visitor)
    with console.ledger.transaction() as session:
        own = _open(session, visitor, call_id, console.switchboard.review)
        service.note_seen(session, visitor, own.view)
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.LOOKED, call_id=call_id))
    return console.pages.page(request, "cases/own.html", visitor, own=own, view=own.view)


@router.post("/mine/{call_id}/appeal")
def appeal_form(console: Here, visitor: AnyonesForm, call_id: str, fields: Fields) -> Response:
    """Appeal, or do without, and see what was sent."""
    _require_operator(visitor)
    wish = read_wish(fields)
    with console.ledger.transaction() as session:
        service.step(session, visitor, call_id, wish, console.switchboard.review)
    return RedirectResponse(f"/mine/{call_id}/appeal", status_code=303)


@router.get("/mine/{call_id}/appeal/audio")
def own_audio(request: Request, console: Here, visitor: AnyoneSignedIn, call_id: str) -> Response:
    """The sound of one's own call of which something is published."""
    _require_operator(visitor)
    with console.ledger.reading() as session:
        service.require_access(session, user_of(visitor), call_id)
    return sound_for_operator(request, console, visitor, call_id)


def _require_operator(visitor: Visitor) -> None:
    if user_of(visitor).role is not UserRole.OPERATOR:
        raise NotAllowed("this page is for operators; a call's own page has its review and its appeal")
    require(visitor, Right.OWN)


def _open(session: Session, visitor: Visitor, call_id: str, rules: cases.ReviewRules) -> OwnView:
    view = service.view_of(session, visitor, call_id, rules)
    published = view.published
    assert published
    veil = repository.veil_of(session, call_id, None)
    comment, praise = repository.said_of(session, published)
    return OwnView(
        call=repository.get_call(session, call_id),
        view=view,
        words={
            number: repository.Words(
                finding=veil.over_finding(each.finding), comment=veil.over_text(each.comment)
            )
            for number, each in repository.words_of(session, published).items()
        },
        comment=veil.over_text(comment),
        praise=veil.over_text(praise),
        duration_s=_duration_s(session, call_id),
    )


def _duration_s(session: Session, call_id: str) -> float | None:
    try:
        return judgements.get_recording(session, call_id).duration_s
    except NotFound:
        return None
