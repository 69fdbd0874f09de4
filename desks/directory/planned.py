"""Changes that are to come at a moment: listed, editable and withdrawable until then, each made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.changes import Deed, Made, change
from desks.directory.checking import BadEntry, require_good
from desks.directory.documents import NOTHING, Difference, Document, differences, document_of, written_over
from desks.directory.guarding import write_over
from desks.directory.history import Source
from desks.directory.records import Entry, EntryState
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.tables import DirectoryPlannedRow
from ledger.turns import Turn, take_turns


class PlannedState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    MADE = "made"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"  # the entry had changed in the same fields meanwhile, or is no more


class NotWaiting(Conflict):
    """The planned change was made, withdrawn or edited meanwhile: load the list again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A change that is to come, or came."""

    id: int
    entry_id: int | None  # None: a new entry
    base: Document  # the fields as they were when it was planned
    fields: Document  # and as they are to be
    name: str
    effective_at: datetime
    why: str
    user: str
    state: PlannedState
    problem: str
    batch_id: int | None
    version: int

    @property
    def differences(self) -> list[Difference]:
        """Field by field."""
        return differences(self.base, self.fields)


def plan(session: Session, deed: Deed, wanted: Entry, effective_at: datetime) -> Planned:
    """Have an entry be so from a moment on: what is changed is compared with the entry as it is now.

    Raises BadEntry, NotFound, and Conflict where nothing would change.
    """
    require_good(wanted)
    base, fields, name = _parts(session, wanted)
    row = DirectoryPlannedRow(
        entry_id=wanted.id,
        base=base,
        fields=fields,
        name=name,
        effective_at=effective_at,
        why=deed.why,
        user=deed.name,
        user_id=deed.user.id if isinstance(deed.user, User) else None,
        made_at=now(),
        state=PlannedState.WAITING.value,
        problem="",
        version=1,
    )
    session.add(row)
    session.flush()
    _note(session, deed.user, row.id, "planned")
    return _planned(row)


def change_or_plan(
    session: Session, deed: Deed, wanted: Entry, effective_at: datetime | None
) -> Made | Planned:
    """Have an entry be so at once, or from a moment to come.

    Raises BadEntry, NotFound, and Conflict where it was changed since it was read.
    """
    if effective_at and effective_at > now():
        return plan(session, deed, wanted, effective_at)
    if wanted.state is EntryState.LISTED:
        require_good(wanted)
    return change(session, deed, wanted)


def edit(session: Session, deed: Deed, planned: Planned, wanted: Entry, effective_at: datetime) -> None:
    """Plan it otherwise. Raises BadEntry, NotFound, NotWaiting."""
    require_good(wanted)
    base, fields, name = _parts(session, wanted)
    _move(session, planned, base=base, fields=fields, name=name, effective_at=effective_at, why=deed.why)
    _note(session, deed.user, planned.id, "edited")


def withdraw(session: Session, user: User, planned: Planned) -> None:
    """Have it not be. Raises NotWaiting."""
    _move(session, planned, state=PlannedState.WITHDRAWN.value)
    _note(session, user, planned.id, "withdrawn")


def get(session: Session, planned_id: int) -> Planned:
    """Raises NotFound."""
    row = session.get(DirectoryPlannedRow, planned_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no planned change {planned_id}; /directory/planned lists them")
    return _planned(row)


def list_of(session: Session, *states: PlannedState, limit: int = 200) -> list[Planned]:
    """Those in these states, the next one first."""
    query = select(DirectoryPlannedRow).where(DirectoryPlannedRow.state.in_(states))
    order = (DirectoryPlannedRow.effective_at, DirectoryPlannedRow.id)
    return [_planned(row) for row in session.scalars(query.order_by(*order).limit(limit))]


def failed_last(session: Session, count: int = 20) -> list[Planned]:
    """The last so many that could not be made, by their moments."""
    query = select(DirectoryPlannedRow).where(DirectoryPlannedRow.state == PlannedState.FAILED)
    order = (DirectoryPlannedRow.effective_at.desc(), DirectoryPlannedRow.id.desc())
    return [_planned(row) for row in session.scalars(query.order_by(*order).limit(count))][::-1]


def wanted_of(session: Session, planned: Planned) -> Entry:
    """The entry as it would be, were the change made now. Raises NotFound."""
    if planned.entry_id is None:
        return written_over(NOTHING, planned.fields)
    return written_over(entries.get(session, planned.entry_id), planned.fields)


def make_due(ledger: Ledger) -> int:
    """Make every change whose moment has come, each in a transaction of its own; how many were made."""
    with ledger.reading() as session:
        come = DirectoryPlannedRow.effective_at <= now()
        due = (DirectoryPlannedRow.state == PlannedState.WAITING, come)
        order = (DirectoryPlannedRow.effective_at, DirectoryPlannedRow.id)
        waiting = session.scalars(select(DirectoryPlannedRow.id).where(*due).order_by(*order)).all()
    made = 0
    for planned_id in waiting:
        with ledger.transaction() as session:
            made += _make(session, planned_id)
    return made


def _make(session: Session, planned_id: int) -> bool:
    """Whether this one is made here: somebody else may have made, edited or withdrawn it meanwhile."""
    take_turns(session, Turn.DIRECTORY)
    planned = get(session, planned_id)
    if planned.state is not PlannedState.WAITING or planned.effective_at > now():
        return False
    problem = _problem(session, planned)
    if problem:
        _move(session, planned, state=PlannedState.FAILED.value, problem=problem)
        return False
    deed = Deed(user=planned.user, why=planned.why, source=Source.PLANNED)
    made = change(session, deed, wanted_of(session, planned))
    _move(session, planned, state=PlannedState.MADE.value, batch_id=made.batch_id)
    return True


def _problem(session: Session, planned: Planned) -> str:
    """Why it cannot be made; empty where it can."""
    try:
        wanted = wanted_of(session, planned)
        require_good(wanted)
    except (NotFound, BadEntry) as error:
        return str(error)
    if planned.entry_id is None:
        return ""
    is_now = document_of(entries.get(session, planned.entry_id))
    others = [
        field for field, value in planned.base.items() if is_now[field] not in (value, planned.fields[field])
    ]
    return f"changed meanwhile: {', '.join(others)}; look at the entry, then plan it again" if others else ""


def _parts(session: Session, wanted: Entry) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What differs from the entry as it is, before and after, and what it is called."""
    document = document_of(wanted)
    if wanted.id is None:
        return {}, document, wanted.name
    former = entries.get(session, wanted.id)
    changed = differences(document_of(former), document)
    if not changed:
        raise Conflict("the entry is so already; there is nothing to plan")
    base = {each.field: each.before for each in changed}
    return base, {each.field: each.after for each in changed}, former.name


def _move(session: Session, planned: Planned, **values: object) -> None:
    """Change a row that still waits and was not changed since it was read. Raises NotWaiting."""
    unchanged = (
        DirectoryPlannedRow.id == planned.id,
        DirectoryPlannedRow.version == planned.version,
        DirectoryPlannedRow.state == PlannedState.WAITING,
    )
    values["version"] = planned.version + 1
    if not write_over(session, DirectoryPlannedRow, *unchanged, values=values):
        raise NotWaiting(f"planned change {planned.id} does not wait any more, or was edited; load the list")


def _note(session: Session, user: User | str, planned_id: int, step: str) -> None:
    details = {"planned": str(planned_id), "step": step}
    audit.write(session, audit.Act(user=user, action=AuditAction.DIRECTORY_DECIDED, details=details))


def _planned(row: DirectoryPlannedRow) -> Planned:
    return Planned(
        id=row.id,
        entry_id=row.entry_id,
        base=row.base,
        fields=row.fields,
        name=row.name,
        effective_at=row.effective_at,
        why=row.why,
        user=row.user,
        state=PlannedState(row.state),
        problem=row.problem,
        batch_id=row.batch_id,
        version=row.version,
    )
