"""`/calls`, the list, and the same for programs under `/api`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from console.calls.documents import ListDocument, list_document
from console.context import Console, Here
from console.errors import NoSuchPage
from console.listing import desk, service, wording
from console.listing.addresses import clean_query
from console.listing.choices import choices
from console.listing.columns import Column
from console.listing.filters import read_filters, read_order, read_spot, usual_order, write_query
from console.listing.options import is_unoffered, options
from console.listing.schemas import Filters, Listing, Order, Queue, Sort
from console.rendering import Visitor, is_fragment_wanted
from console.rights import rights_of
from console.signin.visitors import SignedIn, user_of
from ledger.clock import now
from ledger.list_views import settings_of

router = APIRouter()


@router.get("/calls")
def list_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """The list; htmx gets only its results. Without any parameter: the visitor's first view."""
    query, shown_at = request.query_params, now()
    filters, spot = read_filters(query), read_spot(query)
    order, is_fragment = read_order(query, filters), is_fragment_wanted(request)
    with console.ledger.reading() as session:
        first = None if query or is_fragment else _first(session, visitor)
        if first:
            return RedirectResponse(first, status_code=303)
        viewer = user_of(visitor)
        blind = service.blind_of(session, viewer)
        listing = service.list_calls(session, filters, order, console.zone, spot, viewer=viewer, blind=blind)
        values = _around(session, console, visitor, query)
        if not is_fragment:
            values["choices"] = choices(session, viewer)
            values["tabs"] = desk.tabs_of(session, console, visitor, blind)
    values |= _links(filters, order, query, listing)
    template = "listing/_results.html" if is_fragment else "listing/list.html"
    return console.pages.page(
        request, template, visitor, filters=filters, order=order, listing=listing, shown_at=shown_at, **values
    )


@router.get("/calls/count")
def count(request: Request, console: Here, visitor: SignedIn) -> Response:
    """How many calls the filters let through, all of them counted: for whoever asks."""
    filters = read_filters(request.query_params)
    with console.ledger.reading() as session:
        exact = service.count_exactly(session, filters, console.zone, user_of(visitor))
    return console.pages.page(request, "listing/count.html", visitor, count=exact)


@router.get("/calls/{call_id}/row")
def row(request: Request, console: Here, visitor: SignedIn, call_id: str) -> Response:
    """One row as it is now. Raises NoSuchPage."""
    filters = read_filters(request.query_params)
    with console.ledger.reading() as session:
        line = service.one_line(session, call_id, filters, console.zone, user_of(visitor))
        views = desk.views_of(session, visitor, request.query_params)
        columns = desk.columns_of(views)
    if line is None:
        raise NoSuchPage(f"there is no call {call_id} among yours; load the list again")
    return console.pages.page(
        request, "listing/row.html", visitor, line=line, **_shown(console, visitor, columns, request)
    )


@router.get("/api/calls")
def list_api(request: Request, console: Here, visitor: SignedIn) -> ListDocument:
    """The list, with the page's filters."""
    filters, spot = read_filters(request.query_params), read_spot(request.query_params)
    order, viewer = read_order(request.query_params, filters), user_of(visitor)
    with console.ledger.reading() as session:
        listing = service.list_calls(session, filters, order, console.zone, spot, viewer=viewer)
    return ListDocument(
        calls=list_document(listing),
        total=listing.total.total,
        total_is_exact=listing.total.is_exact,
        flagged=listing.flagged.total if listing.flagged else None,
        before=listing.before,
        after=listing.after,
    )


def _first(session: Session, visitor: Visitor) -> str | None:
    """Where the list begins for somebody who chose a view for that."""
    first_id = settings_of(session, user_of(visitor)).first_view_id
    views = desk.views_of(session, visitor, {"view": str(first_id)}) if first_id else desk.Views()
    return desk.view_link(views.current) if views.current else None


def _around(session: Session, console: Console, visitor: Visitor, query: QueryParams) -> dict[str, Any]:
    """What stands around the rows."""
    views = desk.views_of(session, visitor, query)
    return {
        "views": views,
        "view_link": desk.view_link,
        "options": options,
        "is_unoffered": is_unoffered,
        **_shown(console, visitor, desk.columns_of(views)),
    }


def _shown(
    console: Console, visitor: Visitor, columns: tuple[Column, ...], request: Request | None = None
) -> dict[str, Any]:
    """What a row is rendered with."""
    values: dict[str, Any] = {
        "columns": columns,
        "wording": wording,
        "names": console.switchboard.names,
        "desk_names": {each.id: each.name for each in console.switchboard.desks},
        "rights": rights_of(visitor),
    }
    return values | ({"list_query": clean_query(request.url.query)} if request else {})


def _links(filters: Filters, order: Order, query: QueryParams, listing: Listing) -> dict[str, Any]:
    view = query.get("view", "") if query.get("view", "").isdigit() else ""
    more = {"view": view} if view else {}

    def link(**place: str) -> str:
        return "/calls?" + (write_query(filters, order, **more, **place) or f"queue={Queue.ALL}")

    return {
        "is_done": query.get("done") == "yes",
        "has_more": desk.has_more(filters),
        "is_filtered": filters != Filters(queue=filters.queue),
        "is_first_page": listing.before is None,
        "first_link": link(),
        "before_link": link(before=listing.before) if listing.before else None,
        "next_link": link(after=listing.after) if listing.after else None,
        "count_link": "/calls/count?" + write_query(filters),
        "sort_links": desk.sort_links(filters, order, view),
        "usual": usual_order(filters.queue),
        "sorts": tuple(Sort),
        "list_query": write_query(filters, order, **more),
        "plain_query": write_query(filters, order),
    }
