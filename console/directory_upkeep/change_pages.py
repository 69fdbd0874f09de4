"""`/directory/changes`: what was done, and its undoing; `/directory/planned`: what is to come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.directory_upkeep import wording
from console.directory_upkeep.admission import Editor, EditorsForm, Seeker
from console.directory_upkeep.entry_forms import (
    EntryFields,
    EntryForm,
    filled_in,
    read_entry,
    read_future,
    read_why,
)
from console.directory_upkeep.schemas import check_version, problem_words
from console.errors import BadInput
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId
from desks.directory import asking, history, planned, undoing, works
from desks.directory.changes import Deed
from desks.directory.checking import BadEntry
from desks.directory.planned import Planned, PlannedState
from desks.directory.undoing import CannotUndo, Hindrance
from ledger.errors import Conflict, HotlineError

router = APIRouter()

PAGE_LENGTH = 50
Before = Annotated[int | None, Query(ge=1, le=HIGHEST_ID)]
After = Annotated[int, Query(ge=0, le=HIGHEST_ID)]
Why = Annotated[str, Form()]


@router.get("/directory/changes")
def list_page(request: Request, console: Here, visitor: Seeker, before: Before = None) -> Response:
    """Everything that was done, the newest first."""
    with console.ledger.reading() as session:
        batches = history.list_batches(session, before=before, limit=PAGE_LENGTH)
        only = history.only_changes(session, batches)
    return console.pages.page(
        request,
        "directory_upkeep/changes.html",
        visitor,
        batches=batches,
        only=only,
        older=batches[-1].id if len(batches) == PAGE_LENGTH else None,
        may_edit=has(visitor, Right.DIRECTORY),
        wording=wording,
    )


@router.get("/directory/changes/{batch_id}")
def batch_page(
    request: Request, console: Here, visitor: Seeker, batch_id: RowId, after: After = 0
) -> Response:
    """One batch with its changes, and which of them can be undone."""
    return _batch(request, console, visitor, batch_id, after=after)


@router.post("/directory/changes/{batch_id}/undo")
def undo_batch(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    batch_id: RowId,
    *,
    why: Why = "",
    rest: Annotated[bool, Form()] = False,
) -> Response:
    """Undo all of it, or with `rest` what can be: a long one beside; a refusal offers it entry by entry."""
    try:
        undone = asking.undo_or_ask(
            console.settings,
            console.ledger,
            user_of(visitor),
            batch_id,
            why=read_why(why),
            all_or_none=not rest,
        )
    except (CannotUndo, BadInput) as error:
        return _batch(request, console, visitor, batch_id, why=why, problem=error)
    shown = (undone and undone.batch_id) or batch_id
    return RedirectResponse(f"/directory/changes/{shown}", status_code=303)


@router.post("/directory/changes/{batch_id}/undo/{change_id}")
def undo_change(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    *,
    batch_id: RowId,
    change_id: RowId,
    why: Why = "",
) -> Response:
    """Undo one change."""
    try:
        with console.ledger.transaction() as session:
            made = undoing.undo(session, user_of(visitor), change_id, read_why(why))
    except (CannotUndo, BadInput) as error:
        return _batch(request, console, visitor, batch_id, why=why, problem=error)
    return RedirectResponse(f"/directory/changes/{made}", status_code=303)


@router.get("/directory/planned")
def planned_page(request: Request, console: Here, visitor: Seeker) -> Response:
    """What is to come, and what of it could not be made."""
    with console.ledger.reading() as session:
        waiting = planned.list_of(session, PlannedState.WAITING)
        failed = planned.failed_last(session)
    return console.pages.page(
        request,
        "directory_upkeep/planned.html",
        visitor,
        waiting=waiting,
        failed=failed,
        may_edit=has(visitor, Right.DIRECTORY),
        wording=wording,
    )


@router.get("/directory/planned/{planned_id}")
def planned_form(request: Request, console: Here, visitor: Editor, planned_id: RowId) -> Response:
    """The form of a change that is to come."""
    with console.ledger.reading() as session:
        found = planned.get(session, planned_id)
        wanted = planned.wanted_of(session, found)
    fields = filled_in(wanted, console.zone)
    local = found.effective_at.astimezone(console.zone)
    fields = EntryFields(
        cells=fields.cells,
        why=found.why,
        effective_at=f"{local:%Y-%m-%dT%H:%M}",
        is_removed=fields.is_removed,
    )
    return _planned_form(request, console, visitor, found, fields)


@router.post("/directory/planned/{planned_id}")
def edit_planned(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    planned_id: RowId,
    form: Annotated[EntryForm, Depends()],
) -> Response:
    """Plan it otherwise."""
    with console.ledger.reading() as session:
        found = planned.get(session, planned_id)
    try:
        with console.ledger.transaction() as session:
            former = planned.wanted_of(session, found)
            wanted = read_entry(form.fields, former, console.zone)
            deed = Deed(user=user_of(visitor), why=read_why(form.fields.why))
            effective_at = read_future(form.fields.effective_at, console.zone)
            check_version(form.version, found.version, f"planned change {found.id}")
            planned.edit(session, deed, found, wanted, effective_at)
    except (BadInput, BadEntry, Conflict) as error:
        return _planned_form(request, console, visitor, found, form.fields, problem=error)
    return RedirectResponse("/directory/planned", status_code=303)


@router.post("/directory/planned/{planned_id}/withdraw")
def withdraw(console: Here, visitor: EditorsForm, planned_id: RowId) -> Response:
    """Have it not be."""
    with console.ledger.transaction() as session:
        planned.withdraw(session, user_of(visitor), planned.get(session, planned_id))
    return RedirectResponse("/directory/planned", status_code=303)


def _batch(
    request: Request,
    console: Console,
    visitor: Visitor,
    batch_id: int,
    *,
    after: int = 0,
    why: str = "",
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        batch = history.get_batch(session, batch_id)
        changes = history.changes_of_batch(session, batch_id, after=after, limit=PAGE_LENGTH)
        hindrances = undoing.hindrances(session, changes)
        work = works.of_batch(session, batch_id)
        waits = work is not None and works.waits_for_others(session, work)
    return console.pages.page(
        request,
        "directory_upkeep/batch.html",
        visitor,
        status=problem.http_status if problem else 200,
        batch=batch,
        changes=changes,
        hindrances=hindrances,
        is_undone=all(hindrances.get(change.id) is Hindrance.UNDONE for change in changes),
        work=work,
        waits=waits,
        why=why,
        further=changes[-1].id if len(changes) == PAGE_LENGTH else None,
        may_edit=has(visitor, Right.DIRECTORY),
        problem=problem_words(problem) if problem else None,
        wording=wording,
    )


def _planned_form(
    request: Request,
    console: Console,
    visitor: Visitor,
    found: Planned,
    fields: EntryFields,
    *,
    problem: HotlineError | None = None,
) -> Response:
    return console.pages.page(
        request,
        "directory_upkeep/planned_form.html",
        visitor,
        status=problem.http_status if problem else 200,
        planned=found,
        fields=fields,
        action=f"/directory/planned/{found.id}",
        problem=problem_words(problem) if problem else None,
        wording=wording,
    )
