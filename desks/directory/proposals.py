"""What operators and inspectors propose: new names, changes, closed ones; an editor decides on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.changes import Deed, change
from desks.directory.checking import require_good
from desks.directory.documents import NOTHING, Document, differences, document_of, written_over
from desks.directory.guarding import write_over
from desks.directory.history import Source
from desks.directory.records import Entry, EntryState
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.tables import DirectoryProposalRow


class ProposalKind(StrEnum):
    """What is proposed."""

    NEW = "new"  # a name that is not in the directory (新单位)
    CHANGE = "change"
    CLOSED = "closed"  # it is no more (撤销)


class ProposalState(StrEnum):
    """What became of it."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"  # whoever proposed it is told the reason
    MERGED = "merged"  # another says the same


class Decided(Conflict):
    """Somebody has decided on the proposal meanwhile: load it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A proposal, and what became of it."""

    id: int
    kind: ProposalKind
    entry_id: int | None  # None: a new entry
    fields: Document  # of a new entry all of them, of a change those that are to be otherwise
    note: str  # where it was seen or heard
    user: str
    user_id: int
    made_at: datetime
    state: ProposalState
    decided_by: str
    decided_at: datetime | None
    reason: str
    merged_into: int | None
    batch_id: int | None
    version: int


def kind_of(former: Entry, *, is_closed: bool) -> ProposalKind:
    """What is proposed of an entry; `former` without id is a new one, which cannot be closed."""
    if former.id is None:
        return ProposalKind.NEW
    return ProposalKind.CLOSED if is_closed else ProposalKind.CHANGE


def propose(session: Session, user: User, kind: ProposalKind, wanted: Entry, note: str) -> Proposal:
    """Hand something in. Raises BadEntry, NotFound, and Conflict where nothing would change."""
    former = entries.get(session, wanted.id) if wanted.id is not None else None
    if kind is ProposalKind.CLOSED:
        fields: Mapping[str, Any] = {"state": EntryState.REMOVED.value}
    else:
        require_good(wanted)
        before = document_of(former) if former else None
        fields = {each.field: each.after for each in differences(before, document_of(wanted))}
    if not fields or (former and former.state is EntryState.REMOVED):
        raise Conflict("the directory has it so already; there is nothing to propose")
    row = DirectoryProposalRow(
        kind=kind.value,
        entry_id=wanted.id,
        fields=dict(fields),
        note=note,
        user=user.name,
        user_id=user.id,
        made_at=now(),
        state=ProposalState.OPEN.value,
        decided_by="",
        reason="",
        version=1,
    )
    session.add(row)
    session.flush()
    _note(session, user, AuditAction.DIRECTORY_PROPOSED, row.id, kind.value)
    return _proposal(row)


def get(session: Session, proposal_id: int) -> Proposal:
    """Raises NotFound."""
    row = session.get(DirectoryProposalRow, proposal_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no proposal {proposal_id}; /directory/proposals lists them")
    return _proposal(row)


def list_of(
    session: Session, *, state: ProposalState | None = None, user_id: int | None = None, limit: int = 200
) -> list[Proposal]:
    """The newest first, those that are open oldest first: whoever waits longest comes first."""
    query = select(DirectoryProposalRow).limit(limit)
    if state is not None:
        query = query.where(DirectoryProposalRow.state == state.value)
    if user_id is not None:
        query = query.where(DirectoryProposalRow.user_id == user_id)
    is_open = state is ProposalState.OPEN
    return [
        _proposal(row)
        for row in session.scalars(
            query.order_by(DirectoryProposalRow.id if is_open else DirectoryProposalRow.id.desc())
        )
    ]


def former_of(session: Session, proposal: Proposal) -> Entry:
    """The entry as it is now, before anything that is proposed. Raises NotFound."""
    return entries.get(session, proposal.entry_id) if proposal.entry_id else NOTHING


def wanted_of(session: Session, proposal: Proposal) -> Entry:
    """The entry as it is proposed, upon what it is now."""
    return written_over(former_of(session, proposal), proposal.fields)


def alike(session: Session, proposal: Proposal) -> list[Proposal]:
    """Other open proposals that may say the same: of the same entry, of the same name or number."""
    others = [one for one in list_of(session, state=ProposalState.OPEN, limit=1000) if one.id != proposal.id]
    return [one for one in others if _things(one) & _things(proposal)]


def approve(session: Session, user: User, proposal: Proposal, wanted: Entry, why: str) -> int:
    """Have the entry be so, as it was proposed or corrected; returns the batch.

    Raises BadEntry, Decided, and Conflict where the entry has changed meanwhile, or is so already.
    """
    if wanted.state is EntryState.LISTED:
        require_good(wanted)
    deed = Deed(user=user, why=why, source=Source.PROPOSAL, title=proposal.user)
    batch_id = change(session, deed, wanted).batch_id
    if batch_id is None:
        raise Conflict("the directory has it so already; reject the proposal, or merge it")
    _decide(session, user, proposal, ProposalState.APPROVED, batch_id=batch_id, reason=why)
    return batch_id


def reject(session: Session, user: User, proposal: Proposal, reason: str) -> None:
    """Whoever proposed it is told the reason. Raises Decided."""
    _decide(session, user, proposal, ProposalState.REJECTED, reason=reason)


def merge(session: Session, user: User, proposal: Proposal, into: Proposal) -> None:
    """Another proposal says the same. Raises Decided, Conflict."""
    if into.id == proposal.id or into.state in {ProposalState.MERGED, ProposalState.REJECTED}:
        raise Conflict(f"proposal {into.id} cannot take another in; choose one that is open or approved")
    _decide(session, user, proposal, ProposalState.MERGED, merged_into=into.id)


def _decide(session: Session, user: User, proposal: Proposal, state: ProposalState, **values: object) -> None:
    unchanged = (
        DirectoryProposalRow.id == proposal.id,
        DirectoryProposalRow.version == proposal.version,
        DirectoryProposalRow.state == ProposalState.OPEN.value,
    )
    values |= {"state": state.value, "decided_by": user.name, "decided_at": now()}
    values["version"] = proposal.version + 1
    if not write_over(session, DirectoryProposalRow, *unchanged, values=values):
        raise Decided(f"somebody has decided on proposal {proposal.id} meanwhile; load it again")
    _note(session, user, AuditAction.DIRECTORY_DECIDED, proposal.id, state.value)


def _things(proposal: Proposal) -> set[object]:
    numbers = {each["number"] for each in proposal.fields.get("numbers", ())}
    names = {proposal.fields["name"]} if proposal.fields.get("name") else set()
    return {*numbers, *names, *({proposal.entry_id} if proposal.entry_id else set())}


def _note(session: Session, user: User, action: AuditAction, proposal_id: int, step: str) -> None:
    details = {"proposal": str(proposal_id), "step": step}
    audit.write(session, audit.Act(user=user, action=action, details=details))


def _proposal(row: DirectoryProposalRow) -> Proposal:
    return Proposal(
        id=row.id,
        kind=ProposalKind(row.kind),
        entry_id=row.entry_id,
        fields=row.fields,
        note=row.note,
        user=row.user,
        user_id=row.user_id,
        made_at=row.made_at,
        state=ProposalState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        merged_into=row.merged_into,
        batch_id=row.batch_id,
        version=row.version,
    )
