"""Forms of the list's columns and saved views."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from console.context import Here
from console.errors import BadInput
from console.listing.addresses import clean_query
from console.listing.columns import Column, known
from console.rights import Right, require
from console.signin.visitors import OwnForm, user_of
from console.texts import RowId, checked
from ledger import list_views

router = APIRouter()

LONGEST_NAME = 64  # characters


@router.post("/calls/columns")
def set_columns(
    console: Here,
    visitor: OwnForm,
    query: Annotated[str, Form()] = "",
    column: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Choose the columns of the list, and go back to it."""
    chosen = known(column or ())
    if len(chosen) != len(set(column or ())):
        raise BadInput(f"column must be of {', '.join(Column)}")
    with console.ledger.transaction() as session:
        list_views.set_columns(session, user_of(visitor), chosen)
    return _back(query)


@router.post("/calls/views")
def save(
    console: Here, visitor: OwnForm, name: Annotated[str, Form()] = "", query: Annotated[str, Form()] = ""
) -> Response:
    """Keep the filters, the order and the columns as they are under a name."""
    user, filters = user_of(visitor), clean_query(query)
    with console.ledger.transaction() as session:
        chosen = known(list_views.settings_of(session, user).columns)
        view_id = list_views.save_view(session, user, name=_name(name), query=filters, columns=chosen)
    return _back(f"{filters}&view={view_id}" if filters else f"view={view_id}")


@router.post("/calls/views/{view_id}")
def change(
    console: Here,
    visitor: OwnForm,
    *,
    view_id: RowId,
    deed: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """Rename, share, delete a view, or begin with it."""
    user = user_of(visitor)
    if deed in {"share", "unshare"}:
        require(visitor, Right.HAND_OUT)
    with console.ledger.transaction() as session:
        match deed:
            case "rename":
                list_views.rename_view(session, user, view_id, _name(name))
            case "share" | "unshare":
                list_views.share_view(session, user, view_id, shared=deed == "share")
            case "first":
                list_views.set_first(session, user, view_id)
            case "not_first":
                list_views.set_first(session, user, None)
            case "delete":
                list_views.delete_view(session, user, view_id)
            case _:
                raise BadInput("deed must be rename, share, unshare, first, not_first or delete")
    return _back("" if deed == "delete" else query)


def _name(name: str) -> str:
    return checked("name", name.strip(), LONGEST_NAME, is_needed=True)


def _back(query: str) -> Response:
    return RedirectResponse(f"/calls?{clean_query(query) or 'queue=all'}", status_code=303)
