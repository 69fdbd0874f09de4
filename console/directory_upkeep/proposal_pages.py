"""`/directory/propose` and `/directory/proposals`: operators and inspectors propose, editors decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.directory_upkeep import counting, wording
from console.directory_upkeep.admission import Editor, EditorsForm, Seeker, SeekersForm
from console.directory_upkeep.entry_forms import (
    LONGEST_WHY,
    EntryFields,
    EntryForm,
    filled_in,
    read_entry,
    read_why,
)
from console.directory_upkeep.schemas import problem_words, read_monday
from console.errors import BadInput
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId, checked
from console.words import N_
from desks.directory import entries, proposals
from desks.directory.checking import BadEntry
from desks.directory.documents import NOTHING, differences, document_of, written_over
from desks.directory.proposals import ProposalKind, ProposalState
from desks.directory.records import EntryState
from ledger.errors import Conflict, HotlineError

router = APIRouter()

REJECTED = N_("请写明不采纳的理由，提交的人会看到。")
EntryOf = Annotated[int | None, Query(ge=1, le=HIGHEST_ID)]


@router.get("/directory/propose")
def propose_page(
    request: Request, console: Here, visitor: Seeker, entry: EntryOf = None, name: str = ""
) -> Response:
    """The form: of a new name, or of an entry that is otherwise or no more."""
    return _form(request, console, visitor, entry, name=name[:200])


@router.post("/directory/propose")
def propose(
    request: Request,
    console: Here,
    visitor: SeekersForm,
    form: Annotated[EntryForm, Depends()],
    *,
    entry: Annotated[int | None, Form(ge=1, le=HIGHEST_ID)] = None,
    note: Annotated[str, Form()] = "",
) -> Response:
    """Hand it in; a refusal shows the form as it was filled in."""
    try:
        with console.ledger.transaction() as session:
            former = entries.get(session, entry) if entry else NOTHING
            kind = proposals.kind_of(former, is_closed=form.fields.is_removed)
            is_closed = kind is ProposalKind.CLOSED
            wanted = former if is_closed else read_entry(form.fields, former, console.zone)
            proposals.propose(session, user_of(visitor), kind, wanted, checked("note", note, LONGEST_WHY))
    except (BadInput, BadEntry, Conflict) as error:
        return _form(request, console, visitor, entry, fields=form.fields, note=note, problem=error)
    return RedirectResponse("/directory/proposals", status_code=303)


@router.get("/directory/proposals")
def list_page(
    request: Request,
    console: Here,
    visitor: Seeker,
    state: Annotated[ProposalState | None, Query()] = None,
) -> Response:
    """For editors what waits, for others what they handed in and what became of it; the counts."""
    monday = read_monday(request.query_params, console.zone)
    is_editor, user = has(visitor, Right.DIRECTORY), user_of(visitor)
    shown = state or (ProposalState.OPEN if is_editor else None)
    with console.ledger.reading() as session:
        found = proposals.list_of(session, state=shown, user_id=None if is_editor else user.id)
        week = counting.week_of(session, console, visitor, monday)
    return console.pages.page(
        request,
        "directory_upkeep/proposals.html",
        visitor,
        proposals=found,
        state=shown,
        states=list(ProposalState),
        is_editor=is_editor,
        week=week,
        wording=wording,
    )


@router.get("/directory/proposals/{proposal_id}")
def proposal_page(request: Request, console: Here, visitor: Editor, proposal_id: RowId) -> Response:
    """One proposal, the form to approve it as it is or corrected, and others that say the same."""
    return _proposal(request, console, visitor, proposal_id)


@router.post("/directory/proposals/{proposal_id}/approve")
def approve(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    proposal_id: RowId,
    form: Annotated[EntryForm, Depends()],
) -> Response:
    """Have the entry be so; a refusal shows the form as it was filled in."""
    try:
        with console.ledger.transaction() as session:
            proposal = proposals.get(session, proposal_id)
            former = replace(proposals.former_of(session, proposal), changed_seq=form.version)
            wanted = read_entry(form.fields, former, console.zone)
            why = form.fields.why.strip() or proposal.note
            batch_id = proposals.approve(
                session, user_of(visitor), proposal, wanted, checked("why", why, LONGEST_WHY)
            )
    except (BadInput, BadEntry, Conflict) as error:
        return _proposal(request, console, visitor, proposal_id, fields=form.fields, problem=error)
    return RedirectResponse(f"/directory/changes/{batch_id}", status_code=303)


@router.post("/directory/proposals/{proposal_id}/reject")
def reject(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    proposal_id: RowId,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """With a reason, which whoever proposed it is told."""
    try:
        with console.ledger.transaction() as session:
            proposal = proposals.get(session, proposal_id)
            proposals.reject(session, user_of(visitor), proposal, read_why(reason, REJECTED))
    except (BadInput, Conflict) as error:
        return _proposal(request, console, visitor, proposal_id, reason=reason, problem=error)
    return RedirectResponse("/directory/proposals", status_code=303)


@router.post("/directory/proposals/{proposal_id}/merge")
def merge(
    console: Here,
    visitor: EditorsForm,
    proposal_id: RowId,
    into: Annotated[int, Form(ge=1, le=HIGHEST_ID)],
) -> Response:
    """Another says the same."""
    with console.ledger.transaction() as session:
        other = proposals.get(session, into)
        proposals.merge(session, user_of(visitor), proposals.get(session, proposal_id), other)
    return RedirectResponse(f"/directory/proposals/{into}", status_code=303)


def _form(
    request: Request,
    console: Console,
    visitor: Visitor,
    entry_id: int | None,
    *,
    name: str = "",
    fields: EntryFields | None = None,
    note: str = "",
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        entry = entries.get(session, entry_id) if entry_id else replace(NOTHING, name=name)
    return console.pages.page(
        request,
        "directory_upkeep/propose.html",
        visitor,
        status=problem.http_status if problem else 200,
        entry=entry,
        fields=fields or filled_in(entry, console.zone),
        note=note,
        problem=problem_words(problem) if problem else None,
        wording=wording,
    )


def _proposal(
    request: Request,
    console: Console,
    visitor: Visitor,
    proposal_id: int,
    *,
    fields: EntryFields | None = None,
    reason: str = "",
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        proposal = proposals.get(session, proposal_id)
        former = proposals.former_of(session, proposal)
        same = proposals.alike(session, proposal) if proposal.state is ProposalState.OPEN else []
    wanted = written_over(former, proposal.fields)
    return console.pages.page(
        request,
        "directory_upkeep/proposal.html",
        visitor,
        status=problem.http_status if problem else 200,
        proposal=proposal,
        entry=former,
        differences=differences(document_of(former), document_of(wanted)),
        fields=fields or filled_in(wanted, console.zone),
        reason=reason,
        is_gone=former.state is EntryState.REMOVED,
        same=same,
        problem=problem_words(problem) if problem else None,
        wording=wording,
    )
