"""An entry's form and history, at `/directory/new` and below `/directory/entries/{entry_id}`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.context import Console, Here
from console.directory_upkeep import wording
from console.directory_upkeep.admission import Editor, EditorsForm, Seeker
from console.directory_upkeep.entry_forms import (
    EntryFields,
    EntryForm,
    filled_in,
    read_entry,
    read_moment,
    read_why,
)
from console.directory_upkeep.schemas import check_version, problem_words
from console.errors import BadInput
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import RowId
from desks.directory import entries, history, planned, undoing
from desks.directory.changes import Deed
from desks.directory.checking import BadEntry
from desks.directory.documents import NOTHING
from desks.directory.planned import Planned
from desks.directory.records import Entry
from ledger.errors import Conflict, HotlineError

router = APIRouter()


@router.get("/directory/new")
def new_page(request: Request, console: Here, visitor: Editor, name: str = "") -> Response:
    """The empty form."""
    return _form(
        request, console, visitor, NOTHING, filled_in(replace(NOTHING, name=name[:200]), console.zone)
    )


@router.post("/directory/new")
def add(
    request: Request, console: Here, visitor: EditorsForm, form: Annotated[EntryForm, Depends()]
) -> Response:
    """Add an entry, now or at a moment; a refusal shows the form as it was filled in."""
    return _save(request, console, visitor, NOTHING, form)


@router.get("/directory/entries/{entry_id}/edit")
def edit_page(request: Request, console: Here, visitor: Editor, entry_id: RowId) -> Response:
    """The form of an entry as it is."""
    with console.ledger.reading() as session:
        entry = entries.get(session, entry_id)
    return _form(request, console, visitor, entry, filled_in(entry, console.zone))


@router.post("/directory/entries/{entry_id}/edit")
def edit(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    entry_id: RowId,
    form: Annotated[EntryForm, Depends()],
) -> Response:
    """Change it, now or at a moment; a refusal shows the form as it was filled in."""
    with console.ledger.reading() as session:
        entry = entries.get(session, entry_id)
    return _save(request, console, visitor, entry, form)


@router.get("/directory/entries/{entry_id}/history")
def history_page(request: Request, console: Here, visitor: Seeker, entry_id: RowId) -> Response:
    """Every change of an entry, the newest first."""
    with console.ledger.reading() as session:
        entry = entries.get(session, entry_id)
        changes = history.changes_of_entry(session, entry_id)
        hindrances = undoing.hindrances(session, [one for one, _ in changes])
    return console.pages.page(
        request,
        "directory_upkeep/history.html",
        visitor,
        entry=entry,
        changes=changes,
        hindrances=hindrances,
        may_edit=has(visitor, Right.DIRECTORY),
        wording=wording,
    )


def _save(request: Request, console: Console, visitor: Visitor, former: Entry, form: EntryForm) -> Response:
    try:
        with console.ledger.transaction() as session:
            address = _write(session, console, visitor, former, form)
    except (BadInput, BadEntry, Conflict) as error:
        return _form(request, console, visitor, former, form.fields, problem=error)
    return RedirectResponse(address, status_code=303)


def _write(session: Session, console: Console, visitor: Visitor, former: Entry, form: EntryForm) -> str:
    """Now or later; returns where that is to be seen."""
    check_version(form.version, former.changed_seq, f"directory entry {former.id}")
    wanted = read_entry(form.fields, former, console.zone)
    deed = Deed(user=user_of(visitor), why=read_why(form.fields.why))
    effective_at = read_moment("effective_at", form.fields.effective_at, console.zone)
    made = planned.change_or_plan(session, deed, wanted, effective_at)
    if isinstance(made, Planned):
        return "/directory/planned"
    if made.batch_id is None:
        raise Conflict("the entry is so already; nothing was changed")
    return f"/directory/entries/{made.entries[0].id}/history"


def _form(
    request: Request,
    console: Console,
    visitor: Visitor,
    entry: Entry,
    fields: EntryFields,
    *,
    problem: HotlineError | None = None,
) -> Response:
    return console.pages.page(
        request,
        "directory_upkeep/entry_form.html",
        visitor,
        status=problem.http_status if problem else 200,
        entry=entry,
        fields=fields,
        action=f"/directory/entries/{entry.id}/edit" if entry.id else "/directory/new",
        problem=problem_words(problem) if problem else None,
        wording=wording,
    )
