"""`/knowledge`: search and articles, their versions and differences; and the panel of the operator's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from console.context import Console, Here
from console.knowledge import service
from console.knowledge.readers import Reader
from console.rendering import Visitor
from console.rights import Right, has, rights_of
from console.signin.visitors import user_of
from console.switchboard import Switchboard
from console.texts import HIGHEST_ID, RowId
from desks.knowledge.markup import html_of

ById = Query(ge=1, le=HIGHEST_ID)
ACall = Annotated[str, Query(max_length=40)]
SearchId = Annotated[int | None, ById]
VersionNumber = Annotated[int, ById]

router = APIRouter()


@router.get("/knowledge")
def window(
    request: Request, console: Here, visitor: Reader, *, q: str = "", call: ACall = "", show: str = ""
) -> Response:
    """The search; what the call leads to, or what is listed where nothing is looked for."""
    search, found = service.look_up(console, user_of(visitor), q, call or None)
    today = service.today_of(console)
    with console.ledger.reading() as session:
        counts = service.counts(session, today) if has(visitor, Right.KNOWLEDGE) else {}
        is_list = not q.strip() and not call
        views = service.listed(session, show, today) if is_list else found
    return console.pages.page(
        request,
        "knowledge/window.html",
        visitor,
        q=q,
        call=call,
        search=search,
        views=views,
        show=show,
        counts=counts,
        is_list=is_list,
        places=places_of(console.switchboard),
    )


@router.get("/knowledge/panel")
def panel(request: Request, console: Here, visitor: Reader, call: ACall = "") -> Response:
    """For the operator's page: what the call leads to first, and the search."""
    return _fragment(request, console, visitor, "knowledge/_panel.html", q="", call=call)


@router.get("/knowledge/panel/results")
def results(request: Request, console: Here, visitor: Reader, *, q: str = "", call: ACall = "") -> Response:
    """The list below the search box, while it is typed."""
    return _fragment(request, console, visitor, "knowledge/_results.html", q=q, call=call)


@router.get("/knowledge/panel/{article_id}")
def panel_article(
    request: Request,
    console: Here,
    visitor: Reader,
    *,
    article_id: RowId,
    call: ACall = "",
    search: SearchId = None,
) -> Response:
    """An article in the panel."""
    return _article(
        request, console, visitor, "knowledge/_article.html", article_id, call=call, search=search
    )


@router.get("/knowledge/{article_id}")
def article_page(
    request: Request,
    console: Here,
    visitor: Reader,
    *,
    article_id: RowId,
    version: SearchId = None,
    call: ACall = "",
    search: SearchId = None,
) -> Response:
    """An article, as it counts or as it was once."""
    return _article(
        request,
        console,
        visitor,
        "knowledge/article.html",
        article_id,
        number=version,
        call=call,
        search=search,
    )


@router.get("/knowledge/{article_id}/versions")
def versions_page(request: Request, console: Here, visitor: Reader, article_id: RowId) -> Response:
    """All versions: who wrote them, when and why."""
    with console.ledger.reading() as session:
        versions = service.versions_of(session, article_id)
    return console.pages.page(
        request, "knowledge/versions.html", visitor, versions=versions, current=versions[0]
    )


@router.get("/knowledge/{article_id}/differences")
def differences_page(
    request: Request,
    console: Here,
    visitor: Reader,
    *,
    article_id: RowId,
    before: VersionNumber,
    after: VersionNumber,
) -> Response:
    """What differs between two versions."""
    with console.ledger.reading() as session:
        compared = service.comparison(session, article_id, before, after)
        current = service.find_article(session, article_id)
    return console.pages.page(
        request,
        "knowledge/differences.html",
        visitor,
        compared=compared,
        current=current,
        rights=rights_of(visitor),
    )


def places_of(switchboard: Switchboard) -> dict[str, str]:
    """Names of numbers, menus and desks by what hints call them."""
    return {**{desk.id: desk.name for desk in switchboard.desks}, **switchboard.places}


def _fragment(
    request: Request, console: Console, visitor: Visitor, template: str, *, q: str, call: str
) -> Response:
    search, views = service.look_up(console, user_of(visitor), q, call or None)
    return console.pages.page(
        request,
        template,
        visitor,
        q=q,
        call=call,
        search=search,
        views=views,
        places=places_of(console.switchboard),
    )


def _article(
    request: Request,
    console: Console,
    visitor: Visitor,
    template: str,
    article_id: int,
    *,
    number: int | None = None,
    call: str,
    search: int | None,
) -> Response:
    version = service.open_article(
        console, user_of(visitor), article_id, number=number, call_id=call or None, search=search
    )
    today, may_write = service.today_of(console), has(visitor, Right.KNOWLEDGE)
    with console.ledger.reading() as session:
        current = service.find_article(session, article_id)
        readers = service.readers_of(session, article_id) if may_write else []
    return console.pages.page(
        request,
        template,
        visitor,
        version=version,
        current=current,
        html=Markup(html_of(version.text.body)),  # noqa: S704 - made with HTML off
        validity=version.text.validity(today),
        is_due=version.text.is_due(today),
        desks={desk.id: desk.name for desk in console.switchboard.desks},
        readers=readers,
        may_write=may_write,
        call=call,
    )
