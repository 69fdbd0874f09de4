"""What was done to entries: batches and their changes, as the history keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from desks.directory.documents import Difference, Document, differences, is_listed
from ledger.errors import NotFound
from ledger.tables import DirectoryBatchRow, DirectoryChangeRow

ROWS_AT_ONCE = 5000


class Source(StrEnum):
    """How a change came about."""

    HAND = "hand"
    IMPORT = "import"
    PROPOSAL = "proposal"
    PLANNED = "planned"  # its moment had come
    UNDO = "undo"


class Kind(StrEnum):
    """What a change does, as the weekly lists tell it (增、删、改)."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What somebody did at once."""

    id: int
    source: Source
    title: str
    why: str
    user: str
    at: datetime
    changes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One entry's change."""

    id: int
    batch_id: int
    entry_id: int
    before: Document | None  # None: the entry was not there
    after: Document
    undoes: int | None  # the change that this one takes back
    at: datetime

    @property
    def kind(self) -> Kind:
        """What it does to those who look the entry up."""
        return kind_of(self.before, self.after)

    @property
    def differences(self) -> list[Difference]:
        """Field by field."""
        return differences(self.before, self.after)


def kind_of(before: Document | None, after: Document) -> Kind:
    """What it is to go from one document to the other."""
    was, stays = is_listed(before), is_listed(after)
    if was and not stays:
        return Kind.REMOVED
    return Kind.CHANGED if was or not stays else Kind.ADDED


def get_batch(session: Session, batch_id: int) -> Batch:
    """Raises NotFound."""
    row = session.get(DirectoryBatchRow, batch_id)
    if row is None:
        raise NotFound(f"there is no batch {batch_id} of changes; /directory/changes lists them")
    return _batch(row)


def list_batches(session: Session, *, before: int | None = None, limit: int = 50) -> list[Batch]:
    """The newest first; those before one of them."""
    query = select(DirectoryBatchRow).order_by(DirectoryBatchRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(DirectoryBatchRow.id < before)
    return [_batch(row) for row in session.scalars(query)]


def get_change(session: Session, change_id: int) -> Change:
    """Raises NotFound."""
    row = session.execute(_CHANGES.where(DirectoryChangeRow.id == change_id)).first()
    if row is None:
        raise NotFound(f"there is no change {change_id}; /directory/changes lists them")
    return _change(row)


def changes_of_batch(
    session: Session, batch_id: int, *, after: int = 0, limit: int = ROWS_AT_ONCE
) -> list[Change]:
    """In the order in which they were made; those after one of them."""
    wanted = (DirectoryChangeRow.batch_id == batch_id, DirectoryChangeRow.id > after)
    query = _CHANGES.where(*wanted).order_by(DirectoryChangeRow.id).limit(limit)
    return [_change(row) for row in session.execute(query)]


def count_changes(session: Session, batch_id: int, until: int) -> int:
    """How many changes a batch has, up to and with one of them."""
    wanted = (DirectoryChangeRow.batch_id == batch_id, DirectoryChangeRow.id <= until)
    return session.scalar(select(func.count(DirectoryChangeRow.id)).where(*wanted)) or 0


def last_undone(session: Session, batch_id: int) -> int:
    """The last change that a batch takes back; 0: none."""
    query = select(func.max(DirectoryChangeRow.undoes)).where(DirectoryChangeRow.batch_id == batch_id)
    return session.scalar(query) or 0


def only_changes(session: Session, batches: Sequence[Batch]) -> dict[int, Change]:
    """By their ids, of those batches that are one change, that change."""
    ids = [batch.id for batch in batches if batch.changes == 1]
    rows = session.execute(_CHANGES.where(DirectoryChangeRow.batch_id.in_(ids)))
    return {row.batch_id: _change(row) for row in rows}


def changes_of_entry(session: Session, entry_id: int) -> list[tuple[Change, Batch]]:
    """The newest first."""
    query = (
        select(DirectoryChangeRow, DirectoryBatchRow)
        .join(DirectoryBatchRow, DirectoryBatchRow.id == DirectoryChangeRow.batch_id)
        .where(DirectoryChangeRow.entry_id == entry_id)
        .order_by(DirectoryChangeRow.id.desc())
    )
    return [(_change(change), _batch(batch)) for change, batch in session.execute(query)]


def changes_between(session: Session, since: datetime, until: datetime) -> Iterator[Change]:
    """Those of a time, in order; `until` is the first moment after."""
    wanted = (DirectoryChangeRow.at >= since, DirectoryChangeRow.at < until)
    query = _CHANGES.where(*wanted).order_by(DirectoryChangeRow.id)
    yield from map(_change, session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)))


def later_changes(session: Session, changes: Sequence[Change]) -> dict[int, list[tuple[int, int | None]]]:
    """Of each change, by its id, what came later of its entry: id and what that took back, newest first."""
    ids = {change.entry_id for change in changes}
    query = (
        select(DirectoryChangeRow.id, DirectoryChangeRow.entry_id, DirectoryChangeRow.undoes)
        .where(DirectoryChangeRow.entry_id.in_(ids))
        .order_by(DirectoryChangeRow.id.desc())
    )
    of_entry: dict[int, list[tuple[int, int | None]]] = {entry_id: [] for entry_id in ids}
    for row in session.execute(query):
        of_entry[row.entry_id].append((row.id, row.undoes))
    return {
        change.id: [(later, undoes) for later, undoes in of_entry[change.entry_id] if later > change.id]
        for change in changes
    }


_CHANGES = select(
    DirectoryChangeRow.id,
    DirectoryChangeRow.batch_id,
    DirectoryChangeRow.entry_id,
    DirectoryChangeRow.before,
    DirectoryChangeRow.after,
    DirectoryChangeRow.undoes,
    DirectoryChangeRow.at,
)


def _batch(row: DirectoryBatchRow) -> Batch:
    return Batch(
        id=row.id,
        source=Source(row.source),
        title=row.title,
        why=row.why,
        user=row.user,
        at=row.at,
        changes=row.changes,
    )


def _change(
    row: Row[tuple[int, int, int, Document | None, Document, int | None, datetime]] | DirectoryChangeRow,
) -> Change:
    return Change(
        id=row.id,
        batch_id=row.batch_id,
        entry_id=row.entry_id,
        before=row.before,
        after=row.after,
        undoes=row.undoes,
        at=row.at,
    )
