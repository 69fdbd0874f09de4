"""`/api/directory`: entries changed and undone, what was changed, proposals and decisions on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from console.context import Here
from console.directory_upkeep.admission import Editor, Seeker
from console.directory_upkeep.documents import (
    BatchDocument,
    BatchWithChanges,
    ChangedDocument,
    ChangeOrder,
    DecisionOrder,
    ListedDocument,
    ProposalDocument,
    ProposalOrder,
    UndoneDocument,
    UndoOrder,
    batch_document,
    change_document,
    listed_document,
    proposal_document,
)
from console.directory_upkeep.entry_forms import LONGEST_WHY, read_why
from console.directory_upkeep.proposal_pages import REJECTED
from console.directory_upkeep.schemas import check_version, read_span
from console.errors import BadInput
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId, checked
from desks.directory import asking, entries, history, planned, proposals, works
from desks.directory.change_lists import list_changes
from desks.directory.changes import Deed
from desks.directory.documents import NOTHING
from desks.directory.planned import Planned
from desks.directory.proposals import Proposal, ProposalKind, ProposalState
from desks.directory.records import Entry, EntryState
from ledger.records import User

router = APIRouter()

After = Annotated[int, Query(ge=0, le=HIGHEST_ID)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.post("/api/directory")
def add_api(console: Here, visitor: Editor, order: ChangeOrder) -> ChangedDocument:
    """Add an entry, now or at a moment."""
    with console.ledger.transaction() as session:
        return _change(session, user_of(visitor), NOTHING, order)


@router.put("/api/directory/{entry_id}")
def change_api(console: Here, visitor: Editor, entry_id: RowId, order: ChangeOrder) -> ChangedDocument:
    """Change an entry whole, now or at a moment. 409: it was changed since that version."""
    with console.ledger.transaction() as session:
        return _change(session, user_of(visitor), entries.get(session, entry_id), order)


@router.get("/api/directory/changes")
def list_api(
    console: Here,
    visitor: Seeker,  # noqa: ARG001 - admits
    before: Annotated[int | None, Query(ge=1, le=HIGHEST_ID)] = None,
    limit: Limit = 50,
) -> list[BatchDocument]:
    """What was done, the newest first."""
    with console.ledger.reading() as session:
        return [batch_document(one) for one in history.list_batches(session, before=before, limit=limit)]


@router.get("/api/directory/changes/{batch_id}")
def batch_api(
    console: Here,
    visitor: Seeker,  # noqa: ARG001 - admits
    batch_id: RowId,
    after: After = 0,
    limit: Limit = 100,
) -> BatchWithChanges:
    """One batch, with its changes after one of them."""
    with console.ledger.reading() as session:
        batch = batch_document(history.get_batch(session, batch_id))
        changes = history.changes_of_batch(session, batch_id, after=after, limit=limit)
    return BatchWithChanges(**dict(batch), entries=[change_document(one) for one in changes])


@router.post("/api/directory/changes/{batch_id}/undo")
def undo_api(console: Here, visitor: Editor, batch_id: RowId, order: UndoOrder) -> UndoneDocument:
    """Undo a batch; a long one is undone beside. 409: a later change stands upon it."""
    undone = asking.undo_or_ask(
        console.settings,
        console.ledger,
        user_of(visitor),
        batch_id,
        why=read_why(order.why),
        all_or_none=not order.rest,
    )
    if undone is None:
        with console.ledger.reading() as session:
            work = works.of_batch(session, batch_id)
        return UndoneDocument(batch=None, done=0, hindered=0, work=work.id if work else None)
    return UndoneDocument(batch=undone.batch_id, done=undone.done, hindered=undone.hindered)


@router.get("/api/directory/change-list")
def change_list_api(request: Request, console: Here, visitor: Seeker) -> list[ListedDocument]:  # noqa: ARG001
    """What came of a `week`, or `since` a moment: added, removed, changed; of a `district` and a `kind`."""
    span = read_span(request.query_params, console.zone)
    with console.ledger.reading() as session:
        listed = list_changes(session, span.since, span.until, district=span.district, kind=span.kind)
    return [listed_document(one) for found in listed.of_kind.values() for one in found]


@router.get("/api/directory/proposals")
def proposals_api(
    console: Here, visitor: Seeker, state: ProposalState | None = None
) -> list[ProposalDocument]:
    """For editors everybody's, for others their own."""
    own = None if has(visitor, Right.DIRECTORY) else user_of(visitor).id
    with console.ledger.reading() as session:
        return [proposal_document(one) for one in proposals.list_of(session, state=state, user_id=own)]


@router.post("/api/directory/proposals")
def propose_api(console: Here, visitor: Seeker, order: ProposalOrder) -> ProposalDocument:
    """Propose something."""
    with console.ledger.transaction() as session:
        note = checked("note", order.note, LONGEST_WHY)
        former = entries.get(session, order.entry) if order.entry else NOTHING
        kind = proposals.kind_of(former, is_closed=order.closed)
        wanted = former if kind is ProposalKind.CLOSED else replace(former, **order.fields())
        return proposal_document(proposals.propose(session, user_of(visitor), kind, wanted, note))


@router.post("/api/directory/proposals/{proposal_id}/decision")
def decide_api(console: Here, visitor: Editor, proposal_id: RowId, order: DecisionOrder) -> ProposalDocument:
    """Approve it as it is, reject it with a reason, or merge it into another."""
    with console.ledger.transaction() as session:
        _decide(session, user_of(visitor), proposals.get(session, proposal_id), order)
        return proposal_document(proposals.get(session, proposal_id))


def _change(session: Session, user: User, former: Entry, order: ChangeOrder) -> ChangedDocument:
    check_version(order.version, former.changed_seq, f"directory entry {former.id}")
    is_gone = order.removed and former.id is not None
    fields = {"state": EntryState.REMOVED} if is_gone else {**order.fields(), "state": EntryState.LISTED}
    wanted = replace(former, **fields)
    deed = Deed(user=user, why=read_why(order.why))
    made = planned.change_or_plan(session, deed, wanted, order.effective_at)
    if isinstance(made, Planned):
        return ChangedDocument(entry=former.id, batch=None, planned=made.id)
    return ChangedDocument(entry=made.entries[0].id, batch=made.batch_id)


def _decide(session: Session, user: User, proposal: Proposal, order: DecisionOrder) -> None:
    if order.decision == "approve":
        wanted, why = proposals.wanted_of(session, proposal), order.reason or proposal.note
        proposals.approve(session, user, proposal, wanted, checked("reason", why, LONGEST_WHY))
    elif order.decision == "reject":
        proposals.reject(session, user, proposal, read_why(order.reason, REJECTED))
    elif order.into is None:
        raise BadInput("into must be the proposal that says the same")
    else:
        proposals.merge(session, user, proposal, proposals.get(session, order.into))
